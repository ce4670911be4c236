package importer

import (
	"encoding/json"
	"fmt"
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
	for _, s := range facts.List("structs") {
		f.structs[s.(*smithy.Object).Text("name")] = s.(*smithy.Object)
	}
	if len(f.structs) == 0 || len(facts.List("operations")) == 0 {
		return nil, nil, fmt.Errorf("not operation facts: no structs or no operations")
	}
	for _, s := range f.structs {
		if s.Text("kind") == "model" {
			f.structure(s.Text("name"), s.List("fields"))
		}
	}
	for _, op := range facts.List("operations") {
		f.operation(op.(*smithy.Object))
	}
	f.service("Flink", facts.Text("apiVersion"), smithy.TraitROA, smithy.NewObject())
	return f.model(), f.notes, nil
}

type flinkImport struct {
	*builder
	structs map[string]*smithy.Object
	notes   []string
}

func (f *flinkImport) structure(name string, fields []any) {
	s := f.shape(name, "structure")
	for _, field := range fields {
		f.field(s, field.(*smithy.Object), "")
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
			r.Set(end, json.Number(n))
		}
	}
	if len(r.Keys) > 0 {
		t.Set(smithy.TraitRange, r)
	}
	if d := field.Text("default"); d != "" {
		t.Set(smithy.TraitDefault, flinkDefault(field.Text("type"), d))
	}
	if field.Text("type") != "string" {
		return
	}
	var values []any
	for _, list := range [][]any{field.List("enum"), field.List("enumFromMeta")} {
		for _, v := range list {
			if !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
	}
	if values != nil {
		t.Set(smithy.TraitValues, values)
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

// flinkType returns the shape for a type as written in the facts: string, array<Job>, map<any>, Job.
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

func (f *flinkImport) operation(op *smithy.Object) {
	name := op.Text("name")
	input := f.shape(name+"Request", "structure")
	for _, part := range []struct{ facts, binding string }{
		{"pathParams", smithy.TraitLabel}, {"query", smithy.TraitQuery}, {"headers", smithy.TraitHeader},
	} {
		for _, p := range op.List(part.facts) {
			f.field(input, p.(*smithy.Object), part.binding)
		}
	}
	f.body(input, op.Object("body"))
	body := f.structs[op.Object("response").Text("bodyStruct")]
	if body == nil {
		f.notes = append(f.notes, name+" has no response body")
		body = smithy.NewObject()
	}
	f.structure(name+"Response", body.List("fields"))

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

func (f *flinkImport) body(input, body *smithy.Object) {
	switch body.Text("kind") {
	case "fields":
		for _, field := range body.List("fields") {
			f.field(input, field.(*smithy.Object), "")
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
