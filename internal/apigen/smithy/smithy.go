// Package smithy reads models in the JSON form of Smithy: shapes, their members and their traits.
package smithy

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Traits that the generator reads. Our own are for facts that Smithy has no trait for.
const (
	TraitAuth       = "smithy.api#auth"
	TraitDefault    = "smithy.api#default"
	TraitDeprecated = "smithy.api#deprecated"
	TraitEnum       = "smithy.api#enum"
	TraitEnumValue  = "smithy.api#enumValue"
	TraitError      = "smithy.api#error"
	TraitHTTP       = "smithy.api#http"
	TraitHTTPError  = "smithy.api#httpError"
	TraitHeader     = "smithy.api#httpHeader"
	TraitIdempotent = "smithy.api#idempotent"
	TraitJSONName   = "smithy.api#jsonName"
	TraitLabel      = "smithy.api#httpLabel"
	TraitLength     = "smithy.api#length"
	TraitMediaType  = "smithy.api#mediaType"
	TraitPaginated  = "smithy.api#paginated"
	TraitPattern    = "smithy.api#pattern"
	TraitPayload    = "smithy.api#httpPayload"
	TraitQuery      = "smithy.api#httpQuery"
	TraitRange      = "smithy.api#range"
	TraitReadonly   = "smithy.api#readonly"
	TraitRequired   = "smithy.api#required"
	TraitSensitive  = "smithy.api#sensitive"
	TraitTimeFormat = "smithy.api#timestampFormat"
	TraitToken      = "smithy.api#idempotencyToken"

	TraitROA      = "polycloud.protocols#roa"
	TraitTC3      = "polycloud.protocols#tc3"
	TraitNullable = "polycloud.protocols#nullable" // may be null
	TraitReturned = "polycloud.protocols#returned" // always in a response, though a request may leave it out
	TraitPages    = "polycloud.protocols#pages"    // a list with numbered pages: its page, pageSize, items, total
	TraitStream   = "polycloud.protocols#eventStream"
	TraitSite     = "polycloud.protocols#site"   // exists on this one site only: "mainland" or "international"
	TraitValues   = "polycloud.protocols#values" // the values that are known of a member without an enum type

	RestJSON = "aws.protocols#restJson1"
	AWSJSON  = "aws.protocols#awsJson1_0"
	AWSJSON1 = "aws.protocols#awsJson1_1"
)

// The values of traitSite.
const (
	Mainland      = "mainland"
	International = "international"
)

// Traits are the traits of a shape or member, by absolute ID.
type Traits map[string]any

// Has reports whether there is such a trait.
func (t Traits) Has(id string) bool {
	_, ok := t[id]
	return ok
}

// Text returns the value of a trait that is a string, "" if it is not.
func (t Traits) Text(id string) string {
	s, _ := t[id].(string)
	return s
}

// Object returns the value of a trait that is an object, or an empty one.
func (t Traits) Object(id string) *Object {
	if o, ok := t[id].(*Object); ok {
		return o
	}
	return NewObject()
}

// Number returns the number under key of the trait's object.
func (t Traits) Number(id, key string) (float64, bool) {
	n, ok := t.Object(id).Values[key].(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

// Bounds returns the limits of a length or range without an exponent, "" for none.
func (t Traits) Bounds(id string) (low, high string) { return t.bound(id, "min"), t.bound(id, "max") }

// bound returns one limit. An integer stays as it is, because a float64 does not hold all of 64 bits.
func (t Traits) bound(id, key string) string {
	text, _ := t.Object(id).Values[key].(json.Number)
	if _, err := strconv.ParseInt(text.String(), 10, 64); err == nil {
		return text.String()
	}
	n, ok := t.Number(id, key)
	if !ok {
		return ""
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// Model is a Smithy model as the generator reads it.
type Model struct {
	Shapes  map[string]*Shape // by absolute ID
	Service *Shape
}

// Shape is a type, an operation or the service.
type Shape struct {
	ID      string // com.amazonaws.finspace#KxCluster
	Kind    string // structure, string, list, …
	Members []*Member
	Item    *Member // of a list; of a map: the values
	Key     *Member // of a map
	Input   string  // of an operation: the target, "" if none
	Output  string
	version string // of a service
	Traits  Traits
}

// Member is a member of a structure, or the items of a list or map.
type Member struct {
	Name   string
	Target string
	Traits Traits
}

// Name is the shape's name without its namespace.
func (s *Shape) Name() string { return LocalName(s.ID) }

// Member returns the member with a name, nil if there is none.
func (s *Shape) Member(name string) *Member {
	for _, m := range s.Members {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// Parts returns the members of a structure, or the items, values and keys of a list or map.
func (s *Shape) Parts() []*Member {
	out := slices.Clone(s.Members)
	for _, x := range []*Member{s.Item, s.Key} {
		if x != nil {
			out = append(out, x)
		}
	}
	return out
}

// LocalName is the name of an absolute ID without its namespace.
func LocalName(id string) string {
	_, name, _ := strings.Cut(id, "#")
	return name
}

// Load reads the model in a file.
func Load(path string) (*Model, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	tree, err := ParseObject(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m, err := New(tree)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// New reads a model from its tree.
func New(tree *Object) (*Model, error) {
	m := &Model{Shapes: map[string]*Shape{}}
	shapes := tree.Object("shapes")
	for _, id := range shapes.Keys {
		if _, isObject := shapes.Values[id].(*Object); !isObject || LocalName(id) == "" {
			return nil, fmt.Errorf("%q is no shape: it must be an object called namespace#Name", id)
		}
		s := newShape(id, shapes.Object(id))
		m.Shapes[id] = s
		if s.Kind == "service" {
			m.Service = s
		}
	}
	if m.Service == nil {
		return nil, fmt.Errorf("the model has no service")
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return m, m.splitMessages()
}

func newShape(id string, o *Object) *Shape {
	s := &Shape{
		ID:      id,
		Kind:    o.Text("type"),
		Input:   o.Object("input").Text("target"),
		Output:  o.Object("output").Text("target"),
		version: o.Text("version"),
		Traits:  newTraits(o),
	}
	members := o.Object("members")
	for _, name := range members.Keys {
		s.Members = append(s.Members, newMember(name, members.Object(name)))
	}
	for _, name := range []string{"member", "value"} {
		if o.Has(name) {
			s.Item = newMember(name, o.Object(name))
		}
	}
	if o.Has("key") {
		s.Key = newMember("key", o.Object("key"))
	}
	return s
}

func newMember(name string, o *Object) *Member {
	return &Member{Name: name, Target: o.Text("target"), Traits: newTraits(o)}
}

func newTraits(o *Object) Traits {
	t := Traits{}
	maps.Copy(t, o.Object("traits").Values)
	return t
}

// prelude has the simple shapes that every Smithy model may refer to.
var prelude = map[string]*Shape{}

func init() {
	kinds := map[string]string{
		"Unit": "structure", "String": "string", "Boolean": "boolean", "Integer": "integer", "Long": "long",
		"Double": "double", "Float": "float", "Timestamp": "timestamp", "Document": "document",
		"PrimitiveBoolean": "boolean", "PrimitiveInteger": "integer", "PrimitiveLong": "long",
		"Byte": "byte", "Short": "short", "Blob": "blob", "BigInteger": "bigInteger", "BigDecimal": "bigDecimal",
	}
	for name, kind := range kinds {
		id := "smithy.api#" + name
		prelude[id] = &Shape{ID: id, Kind: kind, Traits: Traits{}}
	}
}

// Owners returns the name of the shape that each member belongs to.
func (m *Model) Owners() map[*Member]string {
	owners := map[*Member]string{}
	for _, s := range m.Shapes {
		for _, x := range s.Parts() {
			owners[x] = s.Name()
		}
	}
	return owners
}

// Target returns the shape with an absolute ID, nil if there is none.
func (m *Model) Target(id string) *Shape {
	if s := m.Shapes[id]; s != nil {
		return s
	}
	return prelude[id]
}

// Operations returns all operations, by name.
func (m *Model) Operations() []*Shape {
	var ops []*Shape
	for _, id := range slices.Sorted(maps.Keys(m.Shapes)) {
		if m.Shapes[id].Kind == "operation" {
			ops = append(ops, m.Shapes[id])
		}
	}
	return ops
}

// Below returns the IDs of a shape and of all shapes that it refers to, at any depth.
func (m *Model) Below(id string) map[string]bool {
	seen := map[string]bool{}
	var visit func(id string)
	visit = func(id string) {
		s := m.Shapes[id]
		if s == nil || seen[id] {
			return
		}
		seen[id] = true
		visit(s.Input)
		visit(s.Output)
		for _, x := range s.Parts() {
			visit(x.Target)
		}
	}
	visit(id)
	return seen
}

// Find returns the shape with a local name.
func (m *Model) Find(name string) *Shape {
	namespace, _, _ := strings.Cut(m.Service.ID, "#")
	return m.Shapes[namespace+"#"+name]
}

// TraitsOf returns the traits that hold for a member: its own before those of the shape it refers to.
func (m *Model) TraitsOf(x *Member) Traits {
	t := maps.Clone(m.Target(x.Target).Traits)
	delete(t, TraitDefault) // counts on the member only
	maps.Copy(t, x.Traits)
	return t
}

// HoldsText reports whether a member is a string, a document, or a list or map of them. Numbers and flags give
// nothing away.
func (m *Model) HoldsText(x *Member) bool {
	switch s := m.Target(x.Target); s.Kind {
	case "string", "document":
		return true
	case "list", "map":
		return m.HoldsText(s.Item)
	}
	return false
}
