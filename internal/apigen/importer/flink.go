package importer

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

const flinkNamespace = "polycloud.flink#"

// importFlink turns the file of operation facts into a Smithy model. The client's own structs for
// headers, queries and responses as a whole are left out: an operation has one input with all of its
// parameters, and its output is the body of the response.
func importFlink(data []byte) (tree *smithy.Object, notes []string, err error) {
	facts, err := smithy.ParseObject(data)
	if err != nil {
		return nil, nil, err
	}
	f := flinkImport{builder: newBuilder(flinkNamespace), structs: map[string]*smithy.Object{}}
	structs, operations := f.objects("the facts", facts, "structs"), f.objects("the facts", facts, "operations")
	for _, s := range structs {
		if f.structs[s.Text("name")] != nil {
			f.fail("there are two structs called %s", s.Text("name"))
		}
		f.structs[s.Text("name")] = s
	}
	if err := errors.Join(f.problems...); err != nil {
		return nil, nil, err
	}
	if len(structs) == 0 || len(operations) == 0 {
		return nil, nil, errors.New("not operation facts: no structs or no operations")
	}
	for _, s := range structs {
		if s.Text("kind") == "model" {
			f.structure(s.Text("name"), f.objects(s.Text("name"), s, "fields"))
		}
	}
	for _, op := range operations {
		f.operation(op)
	}
	f.service("Flink", facts.Text("apiVersion"), smithy.TraitROA, smithy.NewObject())
	return f.result()
}

type flinkImport struct {
	*builder
	structs map[string]*smithy.Object
}

func (f *flinkImport) structure(name string, fields []*smithy.Object) {
	s := f.shape(name, "structure")
	for _, field := range fields {
		f.field(s, field, "")
	}
}

// field adds one member, bound to a place in the HTTP request unless binding is "".
func (f *flinkImport) field(s, field *smithy.Object, binding string) {
	wire := field.Text("wire")
	m := f.member(s, wire, f.flinkType(field.Text("type")))
	t := smithy.NewObject()
	switch binding {
	case "":
	case smithy.TraitLabel:
		t.Set(binding, smithy.NewObject())
	default:
		t.Set(binding, wire)
	}
	if field.Flag("required") || field.Flag("requiredInMeta") || binding == smithy.TraitLabel {
		t.Set(smithy.TraitRequired, smithy.NewObject())
	}
	f.constraints(t, field)
	setTraits(m, t)
}

func (f *flinkImport) constraints(t, field *smithy.Object) {
	if p := field.Text("patternFromMeta"); p != "" {
		t.Set(smithy.TraitPattern, p)
	}
	r := smithy.NewObject()
	for _, end := range []string{"min", "max"} {
		if n := field.Text(end); n != "" {
			r.Set(end, f.number(field, end))
		}
	}
	if len(r.Keys) > 0 {
		t.Set(smithy.TraitRange, r)
	}
	if d := field.Text("default"); d != "" {
		t.Set(smithy.TraitDefault, f.defaultOf(field, d))
	}
	if field.Text("type") != "string" {
		return
	}
	var values []any
	for _, list := range [][]any{field.List("enum"), field.List("enumFromMeta")} {
		for _, v := range list {
			if _, ok := v.(string); !ok {
				f.fail("a value of %s is no string: %s", field.Text("wire"), compact(v))
				continue
			}
			if !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
	}
	if values != nil {
		t.Set(smithy.TraitValues, values)
	}
}

func (f *flinkImport) defaultOf(field *smithy.Object, text string) any {
	switch kind := field.Text("type"); {
	case kind == "boolean" && text != "true" && text != "false":
		f.fail("the default of %s, %q, is neither true nor false", field.Text("wire"), text)
	case kind == "boolean":
		return text == "true"
	case kind == "string":
		return text
	}
	return f.number(field, "default")
}

// number returns a number that the facts have as a string.
func (f *flinkImport) number(field *smithy.Object, key string) json.Number {
	text := field.Text(key)
	if v, err := smithy.Parse([]byte(text)); err == nil {
		if n, ok := v.(json.Number); ok {
			return n
		}
	}
	f.fail("the %s of %s, %q, is no number", key, field.Text("wire"), text)
	return "0"
}

// flinkType returns the shape for a type as written in the facts: string, array<Job>, map<any>, Job.
func (f *flinkImport) flinkType(t string) string {
	simple := map[string]string{
		"string": "String", "boolean": "Boolean", "int32": "Integer", "int64": "Long", "double": "Double", "any": "Document",
	}
	if s := simple[t]; s != "" {
		return "smithy.api#" + s
	}
	if inner, closed := strings.CutSuffix(t, ">"); closed {
		if item, ok := strings.CutPrefix(inner, "array<"); ok {
			return f.listOf(f.flinkType(item))
		}
		if value, ok := strings.CutPrefix(inner, "map<"); ok {
			return f.mapOf(f.flinkType(value))
		}
	}
	if f.structs[t] == nil {
		f.fail("the type %q is neither known nor a struct", t)
	}
	return flinkNamespace + t
}

func (f *flinkImport) operation(op *smithy.Object) {
	name := op.Text("name")
	input := f.shape(name+"Request", "structure")
	for _, part := range []struct{ facts, binding string }{
		{"pathParams", smithy.TraitLabel}, {"query", smithy.TraitQuery}, {"headers", smithy.TraitHeader},
	} {
		for _, p := range f.objects(name, op, part.facts) {
			f.field(input, p, part.binding)
		}
	}
	f.body(name, input, op.Object("body"))
	body := f.structs[op.Object("response").Text("bodyStruct")]
	if body == nil {
		f.note("%s has no response body", name)
		body = smithy.NewObject()
	}
	f.structure(name+"Response", f.objects(name, body, "fields"))

	t := smithy.NewObject()
	if op.Flag("deprecated") {
		t.Set(smithy.TraitDeprecated, smithy.NewObject())
	}
	http := smithy.NewObject()
	http.Set("method", op.Text("method"))
	http.Set("uri", op.Text("path"))
	http.Set("code", json.Number("200"))
	t.Set(smithy.TraitHTTP, http)
	if p := op.Object("pagination"); len(p.Keys) > 0 {
		t.Set(smithy.TraitPages, flinkPages(p))
	}
	if op.Flag("sse") {
		t.Set(smithy.TraitStream, smithy.NewObject())
	}
	f.builder.operation(name, t)
}

func (f *flinkImport) body(name string, input, body *smithy.Object) {
	switch kind := body.Text("kind"); kind {
	case "", "none":
	case "fields":
		for _, field := range f.objects(name, body, "fields") {
			f.field(input, field, "")
		}
	case "struct", "map":
		target := flinkNamespace + body.Text("struct")
		if body.Text("kind") == "map" {
			target = f.mapOf("smithy.api#Document")
		}
		m := f.member(input, "body", target)
		t := smithy.NewObject()
		t.Set(smithy.TraitPayload, smithy.NewObject())
		if body.Flag("required") {
			t.Set(smithy.TraitRequired, smithy.NewObject())
		}
		setTraits(m, t)
	default:
		f.fail("%s has a body of the kind %q, which is not known", name, kind)
	}
}

// flinkPages keeps the names of the members that request and describe a numbered page.
func flinkPages(p *smithy.Object) *smithy.Object {
	out := smithy.NewObject()
	for _, pair := range [][2]string{
		{"indexParam", "page"}, {"sizeParam", "pageSize"}, {"listField", "items"}, {"responseTotalField", "total"},
	} {
		if v := p.Text(pair[0]); v != "" {
			out.Set(pair[1], v)
		}
	}
	return out
}
