package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// Traits that the generator reads. Those of our own say what Smithy has no word for.
const (
	traitDefault    = "smithy.api#default"
	traitDeprecated = "smithy.api#deprecated"
	traitEnum       = "smithy.api#enum"
	traitEnumValue  = "smithy.api#enumValue"
	traitError      = "smithy.api#error"
	traitHTTP       = "smithy.api#http"
	traitHTTPError  = "smithy.api#httpError"
	traitHeader     = "smithy.api#httpHeader"
	traitIdempotent = "smithy.api#idempotent"
	traitLabel      = "smithy.api#httpLabel"
	traitLength     = "smithy.api#length"
	traitPaginated  = "smithy.api#paginated"
	traitPattern    = "smithy.api#pattern"
	traitPayload    = "smithy.api#httpPayload"
	traitQuery      = "smithy.api#httpQuery"
	traitRange      = "smithy.api#range"
	traitReadonly   = "smithy.api#readonly"
	traitRequired   = "smithy.api#required"
	traitSensitive  = "smithy.api#sensitive"
	traitToken      = "smithy.api#idempotencyToken"

	traitROA      = "polycloud.protocols#roa"
	traitTC3      = "polycloud.protocols#tc3"
	traitNullable = "polycloud.protocols#nullable" // may come as null
	traitReturned = "polycloud.protocols#returned" // always in an answer, though a request may leave it out
	traitPages    = "polycloud.protocols#pages"    // a list with numbered pages: its page, pageSize, items, total
	traitStream   = "polycloud.protocols#eventStream"
	traitSite     = "polycloud.protocols#site"   // exists on this one site only: "mainland" or "international"
	traitValues   = "polycloud.protocols#values" // the values that are known of a member without an enum type

	restJSON = "aws.protocols#restJson1"
	awsJSON  = "aws.protocols#awsJson1_0"
)

// traits are the traits of a shape or member, by absolute ID.
type traits map[string]any

func (t traits) has(id string) bool {
	_, ok := t[id]
	return ok
}

func (t traits) text(id string) string {
	s, _ := t[id].(string)
	return s
}

func (t traits) object(id string) *object {
	if o, ok := t[id].(*object); ok {
		return o
	}
	return newObject()
}

// number returns the number under key of the trait's object.
func (t traits) number(id, key string) (float64, bool) {
	n, ok := t.object(id).values[key].(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

// model is a Smithy model as the generator reads it.
type model struct {
	shapes  map[string]*shape // by absolute ID
	service *shape
}

type shape struct {
	id      string // com.amazonaws.finspace#KxCluster
	kind    string // structure, string, list, …
	members []*member
	item    *member // of a list; of a map: the values
	key     *member // of a map
	input   string  // of an operation: the target, "" if none
	output  string
	version string // of a service
	traits  traits
}

type member struct {
	name   string
	target string
	traits traits
}

// name is the shape's name without its namespace.
func (s *shape) name() string { return localName(s.id) }

func (s *shape) member(name string) *member {
	for _, m := range s.members {
		if m.name == name {
			return m
		}
	}
	return nil
}

func localName(id string) string {
	_, name, _ := strings.Cut(id, "#")
	return name
}

func loadModel(path string) (*model, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	tree, err := parseObject(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m, err := newModel(tree)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

func newModel(tree *object) (*model, error) {
	m := &model{shapes: map[string]*shape{}}
	shapes := tree.object("shapes")
	for _, id := range shapes.keys {
		s := newShape(id, shapes.object(id))
		m.shapes[id] = s
		if s.kind == "service" {
			m.service = s
		}
	}
	if m.service == nil {
		return nil, fmt.Errorf("the model has no service")
	}
	return m, m.checkTargets()
}

func newShape(id string, o *object) *shape {
	s := &shape{
		id:      id,
		kind:    o.text("type"),
		input:   o.object("input").text("target"),
		output:  o.object("output").text("target"),
		version: o.text("version"),
		traits:  newTraits(o),
	}
	members := o.object("members")
	for _, name := range members.keys {
		s.members = append(s.members, newMember(name, members.object(name)))
	}
	for _, name := range []string{"member", "value"} {
		if o.has(name) {
			s.item = newMember(name, o.object(name))
		}
	}
	if o.has("key") {
		s.key = newMember("key", o.object("key"))
	}
	return s
}

func newMember(name string, o *object) *member {
	return &member{name: name, target: o.text("target"), traits: newTraits(o)}
}

func newTraits(o *object) traits {
	t := traits{}
	maps.Copy(t, o.object("traits").values)
	return t
}

// checkTargets finds members and operations that refer to shapes that are not there.
func (m *model) checkTargets() error {
	for _, id := range slices.Sorted(maps.Keys(m.shapes)) {
		s := m.shapes[id]
		targets := []string{s.input, s.output}
		for _, x := range append([]*member{s.item, s.key}, s.members...) {
			if x != nil {
				targets = append(targets, x.target)
			}
		}
		for _, t := range targets {
			if t != "" && m.target(t) == nil {
				return fmt.Errorf("%s refers to %s, which the model does not have", s.name(), t)
			}
		}
	}
	return nil
}

// prelude has the simple shapes that every Smithy model may refer to.
var prelude = map[string]*shape{}

func init() {
	kinds := map[string]string{
		"Unit": "structure", "String": "string", "Boolean": "boolean", "Integer": "integer", "Long": "long",
		"Double": "double", "Float": "float", "Timestamp": "timestamp", "Document": "document",
		"PrimitiveBoolean": "boolean", "PrimitiveInteger": "integer", "PrimitiveLong": "long",
	}
	for name, kind := range kinds {
		id := "smithy.api#" + name
		prelude[id] = &shape{id: id, kind: kind, traits: traits{}}
	}
}

// owners returns the name of the shape that each member belongs to.
func (m *model) owners() map[*member]string {
	owners := map[*member]string{}
	for _, s := range m.shapes {
		for _, x := range append([]*member{s.item, s.key}, s.members...) {
			owners[x] = s.name()
		}
	}
	return owners
}

// target returns the shape with an absolute ID, nil if there is none.
func (m *model) target(id string) *shape {
	if s := m.shapes[id]; s != nil {
		return s
	}
	return prelude[id]
}

// operations returns all operations, by name.
func (m *model) operations() []*shape {
	var ops []*shape
	for _, id := range slices.Sorted(maps.Keys(m.shapes)) {
		if m.shapes[id].kind == "operation" {
			ops = append(ops, m.shapes[id])
		}
	}
	return ops
}

// find returns the shape with a local name.
func (m *model) find(name string) *shape {
	namespace, _, _ := strings.Cut(m.service.id, "#")
	return m.shapes[namespace+"#"+name]
}

// all returns the traits that hold for a member: its own before those of the shape it refers to.
func (m *model) all(x *member) traits {
	t := maps.Clone(m.target(x.target).traits)
	delete(t, traitDefault) // counts on the member only
	maps.Copy(t, x.traits)
	return t
}
