package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

// overlay is what we add to a model by hand. Keys are names of the model: a shape is "KxCluster", a
// member "KxCluster.status".
type overlay struct {
	Name    string `json:"name"`    // what people call the service
	Link    string `json:"link"`    // page of an operation; %s is its name
	Partial bool   `json:"partial"` // operations that are in no file are not generated; else they are an error

	Files map[string]fileGroup `json:"files"` // by name: "kx_cluster" is zz_kx_cluster.go

	Types    map[string]string     `json:"types"`    // Go names of shapes, where the rule makes a bad one
	Fields   map[string]string     `json:"fields"`   // Go names of members, likewise
	Enums    map[string]enumRule   `json:"enums"`    // by shape, or by the Go name of an enum that the model lacks
	Patterns map[string]patternFix `json:"patterns"` // patterns that Go cannot use, or that are wrong
	Apply    map[string]facts      `json:"apply"`    // traits to set, or with null to remove for a reason
	Same     map[string][]string   `json:"same"`     // shapes that are another one by a second name

	NotEmpty  []string `json:"notEmpty"`  // members for which "" is no value; "Shape.*" is all texts of a shape, "*.*" all
	Int64     []string `json:"int64"`     // members that hold epochs or bytes, by name everywhere or with their shape
	Sensitive []string `json:"sensitive"` // members that must not be printed; "*.name" is all texts and maps of that name
	Plain     []string `json:"plain"`     // members that are called like a secret and are none
	Nullable  []string `json:"nullable"`  // members of answers for which null is not zero: pointers

	Deprecated     map[string]string   `json:"deprecated"`     // operations and members, with the reason
	Idempotent     map[string]bool     `json:"idempotent"`     // operations, against the rule for the protocol
	Certain        map[string][]string `json:"certain"`        // by operation: paths of what a success has, beside what the model promises
	MayBeAbsent    map[string][]string `json:"mayBeAbsent"`    // Operation.member of responses that need not come, by when they do not
	Envelope       []string            `json:"envelope"`       // members of all responses that the protocol reads, and callers do not see
	Check          []string            `json:"check"`          // shapes with rules in check.go
	ClientDefaults []string            `json:"clientDefaults"` // names of members that the client fills in
	NoDefaults     []string            `json:"noDefaults"`     // texts of such a name that it must not: pointers, which it leaves alone
	Pages          map[string]pageRule `json:"pages"`          // list operations whose paging the model does not say
	Iterators      map[string]string   `json:"iterators"`      // by operation: the name of its iterator, where its own makes no plural
	Errors         []errorRule         `json:"errors"`         // documented error codes

	path string
}

type fileGroup struct {
	Operations []string `json:"operations"`
	Types      []string `json:"types"` // shapes that would go elsewhere by the rule
}

type facts map[string]json.RawMessage

// enumRule changes an enum of the model, or makes one of members that are plain text or numbers.
type enumRule struct {
	Members []string          `json:"members"` // that have this type
	Values  []string          `json:"values"`  // the model's if empty
	Names   map[string]string `json:"names"`   // ends of constants' names, where the rule makes a bad one
	Int     bool              `json:"int"`
	Open    bool              `json:"open"` // requests may hold other values
}

// patternFix replaces a pattern by one that Go's regexp can use, or with "" drops it.
type patternFix struct {
	Use    string `json:"use"`
	Reason string `json:"reason"`
}

// pageRule says how a list operation pages. Members are named by the model; a dot goes into a
// structure.
type pageRule struct {
	Token      string `json:"token"`      // a token, called the same in request and response
	Offset     string `json:"offset"`     // how many items to skip
	Page       string `json:"page"`       // a page number, from 1
	Size       string `json:"size"`       // the member for the size of a page
	Items      string `json:"items"`      // alone, if there are no pages; "." is the response itself
	Total      string `json:"total"`      // count of items on all pages
	TotalPages string `json:"totalPages"` // count of pages, instead
	Next       string `json:"next"`       // the next token, where it is called otherwise or is further down
	Over       string `json:"over"`       // a flag of the response: there is no next page

	Also map[string]string `json:"also"` // by member of the request: what is not listed while it is empty
}

// isDefault reports whether the client fills a member in.
func (o *overlay) isDefault(key, name string) bool {
	return slices.Contains(o.ClientDefaults, name) && !slices.Contains(o.NoDefaults, key)
}

func (o *overlay) isInt64(key, name string) bool {
	return slices.Contains(o.Int64, name) || slices.Contains(o.Int64, key)
}

type errorRule struct {
	Code string `json:"code"`
	Kind string `json:"kind"`           // name of a constant of package cloud, such as ErrNotFound
	Name string `json:"name,omitempty"` // of the constant, after Code, where the rule makes a bad one
	Doc  string `json:"doc,omitempty"`
}

func loadOverlay(path string) (*overlay, error) {
	o := &overlay{path: path}
	if err := readJSON(path, o); err != nil {
		return nil, err
	}
	return o, nil
}

// readJSON decodes a file, refusing members that v does not have.
func readJSON(path string, v any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// applyTo changes the model as the overlay says. A key that the model does not have is an error,
// because it would say nothing without anyone noticing.
func (o *overlay) applyTo(m *model) error {
	if err := o.merge(m); err != nil {
		return fmt.Errorf("%s:\n%w", o.path, err)
	}
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(o.Apply)) {
		t, err := traitsAt(m, key)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		problems = append(problems, o.Apply[key].setOn(t, key))
	}
	problems = append(problems, o.applySensitive(m), o.applyNotEmpty(m), o.checkKeys(m))
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("%s:\n%w", o.path, err)
	}
	return nil
}

// merge puts one shape in the place of those that are the same.
func (o *overlay) merge(m *model) error {
	kept := map[string]*shape{} // by the ID of what it replaces
	for name, others := range o.Same {
		s := m.find(name)
		if s == nil {
			return noSuchKey(name)
		}
		for _, other := range others {
			twin := m.find(other)
			if twin == nil {
				return noSuchKey(other)
			}
			kept[twin.id] = s
		}
	}
	for _, s := range m.shapes {
		for _, x := range slices.Concat([]*member{s.item, s.key}, s.members) {
			if x != nil && kept[x.target] != nil {
				x.target = kept[x.target].id
			}
		}
	}
	for id, s := range kept {
		if !slices.EqualFunc(s.members, m.shapes[id].members, func(x, y *member) bool { return x.name == y.name && x.target == y.target }) {
			return fmt.Errorf("%q and %q do not have the same members", s.name(), localName(id))
		}
		delete(m.shapes, id)
	}
	return nil
}

// setOn changes the traits at key. What is removed needs a "reason" beside it.
func (f facts) setOn(t traits, key string) error {
	for id, raw := range f {
		if id == "reason" {
			continue
		}
		v, err := parseJSON(raw)
		if err != nil {
			return err
		}
		if v != nil {
			t[id] = v
			continue
		}
		if !t.has(id) {
			return fmt.Errorf("the overlay removes %s of %s, which has none", id, key)
		}
		if len(f["reason"]) == 0 {
			return fmt.Errorf("the overlay removes %s of %s and gives no reason", id, key)
		}
		delete(t, id)
	}
	return nil
}

func (o *overlay) applyNotEmpty(m *model) error {
	for _, key := range o.NotEmpty {
		if key == "*.*" {
			for _, s := range m.shapes {
				m.setNotEmpty(s)
			}
			continue
		}
		name, all := strings.CutSuffix(key, ".*")
		if !all {
			t, err := traitsAt(m, key)
			if err != nil {
				return err
			}
			setNotEmpty(t)
			continue
		}
		s := m.find(name)
		if s == nil {
			return noSuchKey(key)
		}
		m.setNotEmpty(s)
	}
	return nil
}

// setNotEmpty says of all texts of a shape that "" is no value, but for those that say more.
func (m *model) setNotEmpty(s *shape) {
	for _, x := range s.members {
		if m.target(x.target).kind == "string" && !m.all(x).has(traitLength) {
			setNotEmpty(x.traits)
		}
	}
}

func setNotEmpty(t traits) {
	length := newObject()
	length.set("min", json.Number("1"))
	t[traitLength] = length
}

// checkKeys finds keys that name nothing in the model.
func (o *overlay) checkKeys(m *model) error {
	keys := slices.Concat(o.Check, o.Plain, keysOf(o.Certain), o.NoDefaults, o.Nullable, keysOf(o.Types), keysOf(o.Fields), keysOf(o.Patterns), keysOf(o.Deprecated),
		keysOf(o.Idempotent), keysOf(o.Pages), keysOf(o.Iterators))
	for key, rule := range o.Enums {
		if len(rule.Members) == 0 {
			keys = append(keys, key)
		}
		keys = append(keys, rule.Members...)
	}
	for _, group := range o.Files {
		keys = append(keys, group.Operations...)
		keys = append(keys, group.Types...)
	}
	for _, key := range o.Int64 {
		if strings.Contains(key, ".") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var problems []error
	for _, key := range slices.Compact(keys) {
		if _, err := traitsAt(m, key); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

func keysOf[V any](m map[string]V) []string { return slices.Collect(maps.Keys(m)) }

// traitsAt returns the traits of a shape or member, to be changed.
func traitsAt(m *model, key string) (traits, error) {
	shape, name, isMember := strings.Cut(key, ".")
	s := m.find(shape)
	if s == nil {
		return nil, noSuchKey(key)
	}
	if !isMember {
		return s.traits, nil
	}
	if x := s.member(name); x != nil {
		return x.traits, nil
	}
	return nil, noSuchKey(key)
}

func noSuchKey(key string) error { return fmt.Errorf("%q is not in the model", key) }

// docs is the documentation that we wrote for a service.
type docs struct {
	Operations map[string]string `json:"operations"`
	Iterators  map[string]string `json:"iterators"` // by operation: what is listed, where that is not all there is
	Types      map[string]string `json:"types"`
	Fields     map[string]string `json:"fields"`
	Values     map[string]string `json:"values"`
}

func loadDocs(path string) (*docs, error) {
	d := &docs{}
	err := readJSON(path, d)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	return d, err
}
