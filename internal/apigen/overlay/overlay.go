// Package overlay reads what is added to a model by hand, the facts that it lacks and the documentation, and applies
// it to the model.
package overlay

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Overlay is what we add to a model by hand. Keys are names of the model: a shape is "KxCluster", a
// member "KxCluster.status".
type Overlay struct {
	Decide []string `json:"decide"` // what a new service still has to decide; nothing is generated until it is empty

	Name string `json:"name"` // the service's usual name
	Link string `json:"link"` // page of an operation; %s is its name

	Vendor string   `json:"vendor"` // whose service it is: aws, alibaba or tencent
	Shape  string   `json:"shape"`  // the name of the service in the model, where what is published has none
	Sites  []string `json:"sites"`  // whose files an import reads, in order, if the service is on several

	Changes map[string]Change    `json:"changes"` // operations that start something to wait for: those with a Begin method
	Files   map[string]FileGroup `json:"files"`   // by name: "kx_cluster" is zz_kx_cluster.go

	Operations map[string]string     `json:"operations"` // Go names of operations, where the rule makes a bad one
	Types      map[string]string     `json:"types"`      // Go names of shapes, where the rule makes a bad one
	Fields     map[string]string     `json:"fields"`     // Go names of members, where the rule makes a bad one
	Enums      map[string]EnumRule   `json:"enums"`      // by shape, or by the Go name of an enum that the model lacks
	Patterns   map[string]PatternFix `json:"patterns"`   // patterns that Go cannot use, or that are wrong
	Apply      map[string]Facts      `json:"apply"`      // traits to set, or with null to remove for a reason
	Same       map[string][]string   `json:"same"`       // shapes that are another one by a second name
	Kept       map[string]Kept       `json:"kept"`       // members that the model no longer has, kept as deprecated
	Ignore     map[string]string     `json:"ignore"`     // traits that the generator does not follow and need not, with the reason
	Breaks     map[string]string     `json:"breaks"`     // by name: what may break for callers, with the reason

	ContentType string `json:"contentType"` // of requests, where it is not that of the protocol

	NotEmpty  []string `json:"notEmpty"`  // members for which "" is no value; "Shape.*" is all strings of a shape, "*.*" all
	Int64     []string `json:"int64"`     // members that hold epochs or bytes, by name everywhere or with their shape
	Times     []string `json:"times"`     // members of responses that are points in time, by name everywhere or with their shape
	Sensitive []string `json:"sensitive"` // members that must not be printed; "*.name" is all strings and maps of that name
	Plain     []string `json:"plain"`     // members that are named like a secret but are not one
	Nullable  []string `json:"nullable"`  // members of responses for which null is not zero: pointers

	NotTimes       map[string]string   `json:"notTimes"`       // members that sound like times, in the form of times, with what they are
	Deprecated     map[string]string   `json:"deprecated"`     // operations and members, with the reason
	Idempotent     map[string]bool     `json:"idempotent"`     // operations, against the rule for the protocol
	Certain        map[string][]string `json:"certain"`        // by operation: paths of what a success has, beside what the model promises
	MayBeAbsent    map[string][]string `json:"mayBeAbsent"`    // Operation.member of responses that need not come, by when they do not
	Envelope       []string            `json:"envelope"`       // members of all responses that the protocol reads, and callers do not see
	Check          []string            `json:"check"`          // shapes with rules in check.go
	ClientDefaults []string            `json:"clientDefaults"` // names of members that the client fills in
	NoDefaults     []string            `json:"noDefaults"`     // strings of these names that it must not fill in: they are pointers
	Pages          map[string]PageRule `json:"pages"`          // list operations whose paging the model does not say
	Iterators      map[string]string   `json:"iterators"`      // by operation: the name of its iterator, where its own makes no plural
	Errors         []ErrorRule         `json:"errors"`         // documented error codes

	path string
}

// Change describes what an operation starts. How it is begun and followed is declared by hand, in a variable with the
// name of the operation; a generated test compares the two.
type Change struct {
	Polls  string `json:"polls"`  // the Go type of what a poll returns
	Repeat string `json:"repeat"` // what recognizes a repeated start; one of Repeats
	Token  string `json:"token"`  // how long the service remembers an idempotency token: "10m"
	Undo   string `json:"undo"`   // the operation that brings back what was there before; empty if none does
	Cancel bool   `json:"cancel"` // the service can stop it
	Within string `json:"within"` // the longest wait: "24h"
}

// Repeats are what can recognize a start that is repeated, and what the documentation says of it.
var Repeats = map[string]string{
	"token":    "token",        // the idempotency token of the request
	"resource": "the resource", // what the service shows of the resource
	"list":     "list since",   // a list of what was created since
	"":         "nothing",
}

// FileGroup is what goes into one file.
type FileGroup struct {
	Operations []string `json:"operations"`
	Types      []string `json:"types"` // shapes that would go elsewhere by the rule
}

// Facts are traits by their IDs; null removes one.
type Facts map[string]json.RawMessage

// EnumRule changes an enum of the model, or makes one of members that are plain text or numbers.
type EnumRule struct {
	Members []string          `json:"members"` // that have this type
	Values  []string          `json:"values"`  // the model's if empty
	Names   map[string]string `json:"names"`   // ends of constants' names, where the rule makes a bad one
	Int     bool              `json:"int"`
	Open    bool              `json:"open"` // requests may hold other values
}

// Kept is a member that the model no longer has.
type Kept struct {
	Target string `json:"target"` // the absolute ID of its shape
	Traits Facts  `json:"traits"`
	Reason string `json:"reason"` // what its documentation says after "Deprecated: "
}

// PatternFix replaces a pattern by one that Go's regexp can use, or with "" drops it.
type PatternFix struct {
	Use    string `json:"use"`
	Reason string `json:"reason"`
}

// PageRule says how a list operation pages. Members are named by the model; a dot goes into a
// structure.
type PageRule struct {
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

// IsDefault reports whether the client fills a member in.
func (o *Overlay) IsDefault(key, name string) bool {
	return slices.Contains(o.ClientDefaults, name) && !slices.Contains(o.NoDefaults, key)
}

// IsInt64 reports whether a member needs 64 bits everywhere.
func (o *Overlay) IsInt64(key, name string) bool {
	return slices.Contains(o.Int64, name) || slices.Contains(o.Int64, key)
}

// IsTime reports whether a member is a point in time, and whether the overlay says so or the opposite. What it
// says of one shape overrides what it says of a name.
func (o *Overlay) IsTime(key, name string) (is, decided bool) {
	for _, k := range []string{key, name} {
		if slices.Contains(o.Times, k) {
			return true, true
		}
		if o.NotTimes[k] != "" {
			return false, true
		}
	}
	return false, false
}

// Absence says when a member of a response may be absent, "" if it never may. Keys name the operation.
func (o *Overlay) Absence(key string) string {
	for reason, members := range o.MayBeAbsent {
		if slices.Contains(members, key) {
			return reason
		}
	}
	return ""
}

// Cursor is the member of a request that says where the list goes on, "" for a list without pages.
func (r PageRule) Cursor() string { return cmp.Or(r.Token, r.Offset, r.Page) }

// ErrorRule is a documented error code.
type ErrorRule struct {
	Code string `json:"code"`
	Kind string `json:"kind"`           // name of a constant of package cloud, such as ErrNotFound
	Name string `json:"name,omitempty"` // of the constant, after Code, where the rule makes a bad one
	Doc  string `json:"doc,omitempty"`
}

// Undecided is the error of an overlay that lists what must be decided, nil if it lists nothing.
func (o *Overlay) Undecided() error {
	if len(o.Decide) == 0 {
		return nil
	}
	return fmt.Errorf("%s: decide, and remove from the list\n\t%s", o.path, strings.Join(o.Decide, "\n\t"))
}

// Load reads the overlay in a file.
func Load(path string) (*Overlay, error) {
	o := &Overlay{path: path}
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
