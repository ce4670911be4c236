package rules_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// model is what the tests read of a model: its shapes by local name, with what the overlay adds to
// them and takes away.
type model map[string]*shape

type shape struct {
	Type    string
	Members members
	Member  *member // of a list
	Key     *member // of a map, as Value
	Value   *member
	Input   struct{ Target string }
	Traits  traits
}

type member struct {
	Target string
	Traits traits
}

// members are in the order of the model.
type members struct {
	names  []string
	byName map[string]*member
}

func (s *members) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &s.byName); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	for depth := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case json.Delim:
			depth += map[json.Delim]int{'{': 1, '[': 1, '}': -1, ']': -1}[token]
		case string:
			if depth == 1 {
				s.names = append(s.names, token)
			}
		}
	}
}

type traits map[string]json.RawMessage

func (t traits) has(name string) bool { return t["smithy.api#"+name] != nil }

func (t traits) decode(name string, v any) {
	if t.has(name) {
		if err := json.Unmarshal(t["smithy.api#"+name], v); err != nil {
			panic(err)
		}
	}
}

// overlay is the part of an overlay that changes rules.
type overlay struct {
	Apply    map[string]traits
	Patterns map[string]struct{ Use string }
}

func loadModel(t *testing.T, service string) model {
	var file struct{ Shapes map[string]*shape }
	read(t, filepath.Join("..", "..", "models", service+".json"), &file)
	m := model{}
	for id, s := range file.Shapes {
		m[local(id)] = s
	}
	var o overlay
	read(t, filepath.Join("..", "..", "models", service+".overlay.json"), &o)
	for key, fix := range o.Patterns {
		if fix.Use == "" {
			m.set(key, "smithy.api#pattern", nil)
		}
	}
	for key, facts := range o.Apply {
		for id, value := range facts {
			m.set(key, id, value)
		}
	}
	return m
}

func read(t *testing.T, path string, v any) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, v), path)
}

// set changes a trait of a shape, or of a member if key has a dot; null removes it.
func (m model) set(key, id string, value json.RawMessage) {
	name, memberName, isMember := strings.Cut(key, ".")
	t := &m[name].Traits
	if isMember {
		t = &m[name].Members.byName[memberName].Traits
	}
	if *t == nil {
		*t = traits{}
	}
	(*t)[id] = value
	if value == nil || string(value) == "null" {
		delete(*t, id)
	}
}

func local(id string) string { return id[strings.IndexByte(id, '#')+1:] }

// target returns the shape of a member. The shapes that every model may use are strings and other simple types
// without traits.
func (m model) target(x *member) *shape {
	if s := m[local(x.Target)]; s != nil {
		return s
	}
	return &shape{Type: strings.ToLower(local(x.Target))}
}

// kind groups the types of shapes by how their values are checked.
func (m model) kind(x *member) string {
	s := m.target(x)
	switch s.Type {
	case "integer", "long", "short", "byte", "float", "double":
		return "number"
	case "string":
		if s.Traits.has("enum") {
			return "enum"
		}
	}
	return s.Type
}

// limits are the bounds of a member: of a string its length, of a list its size, of a number its value.
type limits struct {
	min, max       float64
	hasMin, hasMax bool
	pattern        bool
}

func (m model) limits(x *member) limits {
	all := maps.Clone(m.target(x).Traits)
	if all == nil {
		all = traits{}
	}
	maps.Copy(all, x.Traits)
	var bounds struct{ Min, Max *float64 }
	all.decode("length", &bounds)
	all.decode("range", &bounds)
	l := limits{pattern: all.has("pattern")}
	if bounds.Min != nil {
		l.min, l.hasMin = *bounds.Min, true
	}
	if bounds.Max != nil {
		l.max, l.hasMax = *bounds.Max, true
	}
	return l
}

// values returns what an enum may be.
func (m model) values(x *member) []string {
	s := m.target(x)
	var out []string
	if s.Type == "enum" {
		for _, value := range s.Members.names {
			s.Members.byName[value].Traits.decode("enumValue", &value)
			out = append(out, value)
		}
	}
	var list []struct{ Value string }
	s.Traits.decode("enum", &list)
	for _, v := range list {
		out = append(out, v.Value)
	}
	return out
}

// operations returns the names of all operations.
func (m model) operations() []string {
	var out []string
	for name, s := range m {
		if s.Type == "operation" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// rule is one way in which a value can be invalid.
type rule string

const (
	required rule = "required"
	empty    rule = "empty" // an empty string, as an item of a list
	short    rule = "short"
	long     rule = "long"
	form     rule = "form"
	unknown  rule = "unknown"
	below    rule = "below"
	above    rule = "above"
	few      rule = "few"
	many     rule = "many"
	noMember rule = "no member" // of a union
)

// isRequired reports whether the caller must give a member; tokens are filled in.
func isRequired(x *member) bool {
	return x.Traits.has("required") && !x.Traits.has("idempotencyToken")
}

// rulesOf returns the ways in which the value of a member can be invalid. Items are present, even when
// empty.
func (m model) rulesOf(x *member, item bool) []rule {
	l := m.limits(x)
	var out []rule
	add := func(applies bool, r rule) {
		if applies {
			out = append(out, r)
		}
	}
	add(isRequired(x) && !item, required)
	switch m.kind(x) {
	case "string":
		add(item && l.min > 0, empty)
		add(l.min > 1, short)
		add(l.hasMax, long)
		add(l.pattern, form)
	case "enum":
		add(true, unknown)
	case "number":
		add(l.hasMin, below)
		add(l.hasMax, above)
	case "list", "map":
		add(l.min > 0, few)
		add(l.hasMax, many)
	case "union":
		add(true, noMember)
	}
	return out
}

// visit calls f for every member below the input of any operation, once. Items of lists and the keys
// and values of maps are called after their shape.
func (m model) visit(f func(key string, x *member, item bool)) {
	seen := map[string]bool{}
	var structure func(name string)
	follow := func(key string, x *member, item bool) {
		f(key, x, item)
		structure(local(x.Target))
	}
	structure = func(name string) {
		s := m[name]
		if s == nil || seen[name] || s.Type == "enum" {
			return
		}
		seen[name] = true
		for memberName, x := range s.Members.byName {
			follow(name+"."+memberName, x, false)
		}
		for part, x := range map[string]*member{"item": s.Member, "key": s.Key, "value": s.Value} {
			if x != nil {
				follow(name+" "+part, x, true)
			}
		}
	}
	for _, op := range m.operations() {
		structure(local(m[op].Input.Target))
	}
}
