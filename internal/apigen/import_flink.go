package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

const flinkNamespace = "polycloud.flink#"

// importFlink turns the file of operation facts into a Smithy model. The client's own structs for
// headers, queries and answers as a whole are left out: an operation has one input of all that it
// takes, and its output is the body of the answer.
func importFlink(data []byte) (tree *object, notes []string, err error) {
	facts, err := parseObject(data)
	if err != nil {
		return nil, nil, err
	}
	f := flinkImport{builder: newBuilder(flinkNamespace), structs: map[string]*object{}}
	for _, s := range facts.list("structs") {
		f.structs[s.(*object).text("name")] = s.(*object)
	}
	if len(f.structs) == 0 || len(facts.list("operations")) == 0 {
		return nil, nil, fmt.Errorf("not operation facts: no structs or no operations")
	}
	for _, s := range f.structs {
		if s.text("kind") == "model" {
			f.structure(s.text("name"), s.list("fields"))
		}
	}
	for _, op := range facts.list("operations") {
		f.operation(op.(*object))
	}
	f.service("Flink", facts.text("apiVersion"), traitROA, newObject())
	return f.model(), f.notes, nil
}

type flinkImport struct {
	*builder
	structs map[string]*object
	notes   []string
}

func (f *flinkImport) structure(name string, fields []any) {
	s := f.shape(name, "structure")
	for _, field := range fields {
		f.field(s, field.(*object), "")
	}
}

// field adds one member, bound to a place in the HTTP request unless binding is "".
func (f *flinkImport) field(s, field *object, binding string) {
	wire := field.text("wire")
	m := f.member(s, wire, f.flinkType(field.text("type")))
	t := newObject()
	switch binding {
	case "":
	case traitLabel:
		t.set(binding, newObject())
	default:
		t.set(binding, wire)
	}
	if field.flag("required") || field.flag("requiredInMeta") || binding == traitLabel {
		t.set(traitRequired, newObject())
	}
	f.constraints(t, field)
	setTraits(m, t)
}

func (f *flinkImport) constraints(t, field *object) {
	if p := field.text("patternFromMeta"); p != "" {
		t.set(traitPattern, p)
	}
	r := newObject()
	for _, end := range []string{"min", "max"} {
		if n := field.text(end); n != "" {
			r.set(end, json.Number(n))
		}
	}
	if len(r.keys) > 0 {
		t.set(traitRange, r)
	}
	if d := field.text("default"); d != "" {
		t.set(traitDefault, flinkDefault(field.text("type"), d))
	}
	if field.text("type") != "string" {
		return
	}
	var values []any
	for _, list := range [][]any{field.list("enum"), field.list("enumFromMeta")} {
		for _, v := range list {
			if !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
	}
	if values != nil {
		t.set(traitValues, values)
	}
}

func flinkDefault(kind, text string) any {
	switch kind {
	case "boolean":
		return text == "true"
	case "string":
		return text
	}
	return json.Number(text)
}

// flinkType returns the shape for a type as the facts write it: string, array<Job>, map<any>, Job.
func (f *flinkImport) flinkType(t string) string {
	simple := map[string]string{
		"string": "String", "boolean": "Boolean", "int32": "Integer", "int64": "Long", "double": "Double", "any": "Document",
	}
	if s := simple[t]; s != "" {
		return "smithy.api#" + s
	}
	if inner, ok := strings.CutPrefix(t, "array<"); ok {
		return f.listOf(f.flinkType(strings.TrimSuffix(inner, ">")))
	}
	if inner, ok := strings.CutPrefix(t, "map<"); ok {
		return f.mapOf(f.flinkType(strings.TrimSuffix(inner, ">")))
	}
	return flinkNamespace + t
}

func (f *flinkImport) operation(op *object) {
	name := op.text("name")
	input := f.shape(name+"Request", "structure")
	for _, part := range []struct{ facts, binding string }{
		{"pathParams", traitLabel}, {"query", traitQuery}, {"headers", traitHeader},
	} {
		for _, p := range op.list(part.facts) {
			f.field(input, p.(*object), part.binding)
		}
	}
	f.body(input, op.object("body"))
	body := f.structs[op.object("response").text("bodyStruct")]
	if body == nil {
		f.notes = append(f.notes, name+" has no response body")
		body = newObject()
	}
	f.structure(name+"Response", body.list("fields"))

	t := newObject()
	if op.flag("deprecated") {
		t.set(traitDeprecated, newObject())
	}
	http := newObject()
	http.set("method", op.text("method"))
	http.set("uri", op.text("path"))
	http.set("code", json.Number("200"))
	t.set(traitHTTP, http)
	if p := op.object("pagination"); len(p.keys) > 0 {
		t.set(traitPages, flinkPages(p))
	}
	if op.flag("sse") {
		t.set(traitStream, newObject())
	}
	f.builder.operation(name, t)
}

func (f *flinkImport) body(input, body *object) {
	switch body.text("kind") {
	case "fields":
		for _, field := range body.list("fields") {
			f.field(input, field.(*object), "")
		}
	case "struct", "map":
		target := flinkNamespace + body.text("struct")
		if body.text("kind") == "map" {
			target = f.mapOf("smithy.api#Document")
		}
		m := f.member(input, "body", target)
		t := newObject()
		t.set(traitPayload, newObject())
		if body.flag("required") {
			t.set(traitRequired, newObject())
		}
		setTraits(m, t)
	}
}

// flinkPages keeps the names of the members that a numbered page is asked for and described by.
func flinkPages(p *object) *object {
	out := newObject()
	for _, pair := range [][2]string{
		{"indexParam", "page"}, {"sizeParam", "pageSize"}, {"listField", "items"}, {"responseTotalField", "total"},
	} {
		if v := p.text(pair[0]); v != "" {
			out.set(pair[1], v)
		}
	}
	return out
}
