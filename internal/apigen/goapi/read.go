// Package goapi reads the exported API of a generated package from its Go files, and compares two of them: what breaks
// the code of callers, and what changes on the wire although such code compiles.
package goapi

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// API is what a package exports.
type API struct {
	Types   map[string]*Type
	Methods map[string]string // of the Client: the signature
	Values  map[string]Value  // constants
}

// Type is a type; only a struct has fields.
type Type struct {
	Underlying string // "struct", or the type itself
	Fields     map[string]Field
}

// Field is a field of a struct.
type Field struct {
	Type string
	Tag  reflect.StructTag
}

// Value is a constant.
type Value struct{ Type, Literal string }

// Read reads the files of one package; tests are left out.
func Read(files map[string][]byte) (*API, error) {
	api := &API{Types: map[string]*Type{}, Methods: map[string]string{}, Values: map[string]Value{}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, d := range f.Decls {
			api.declare(d)
		}
	}
	return api, nil
}

func (api *API) declare(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil && d.Name.IsExported() && text(d.Recv.List[0].Type) == "*Client" {
			api.Methods[d.Name.Name] = signature(d.Type)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				api.Types[spec.Name.Name] = typeOf(spec.Type)
			case *ast.ValueSpec:
				if d.Tok == token.CONST {
					api.constant(spec)
				}
			}
		}
	}
}

func (api *API) constant(spec *ast.ValueSpec) {
	for i, name := range spec.Names {
		if !name.IsExported() || i >= len(spec.Values) {
			continue
		}
		v := Value{Literal: text(spec.Values[i])}
		if spec.Type != nil {
			v.Type = text(spec.Type)
		}
		api.Values[name.Name] = v
	}
}

func typeOf(e ast.Expr) *Type {
	s, ok := e.(*ast.StructType)
	if !ok {
		return &Type{Underlying: text(e)}
	}
	t := &Type{Underlying: "struct", Fields: map[string]Field{}}
	for _, f := range s.Fields.List {
		tag := ""
		if f.Tag != nil {
			tag, _ = strconv.Unquote(f.Tag.Value) // the parser has accepted it
		}
		for _, name := range f.Names {
			t.Fields[name.Name] = Field{text(f.Type), reflect.StructTag(tag)}
		}
	}
	return t
}

// signature writes the types of parameters and results, whose names do not matter.
func signature(f *ast.FuncType) string {
	list := func(fields *ast.FieldList) string {
		if fields == nil {
			return ""
		}
		var types []string
		for _, f := range fields.List {
			for range max(1, len(f.Names)) {
				types = append(types, text(f.Type))
			}
		}
		return "(" + strings.Join(types, ", ") + ")"
	}
	return list(f.Params) + " " + list(f.Results)
}

func text(e ast.Expr) string {
	var b bytes.Buffer
	_ = printer.Fprint(&b, token.NewFileSet(), e) // a buffer takes everything
	return b.String()
}

// place returns where a field travels, as the key of its tag, and its name there.
func (f Field) place() (where, name string) {
	for _, where := range []string{"json", "path", "query", "header", "payload"} {
		if tag, ok := f.Tag.Lookup(where); ok {
			name, _, _ := strings.Cut(tag, ",")
			return where, name
		}
	}
	return "", ""
}

// dropsZero reports whether a zero value is left out of what is sent.
func (f Field) dropsZero() bool {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return slices.Contains(strings.Split(options, ","), "omitzero")
}

func (f Field) isSensitive() bool { return f.Tag.Get("sensitive") == "true" }

// isNumber reports whether zero is a value like any other.
func (f Field) isNumber() bool {
	switch f.Type {
	case "bool", "int", "int64", "float64":
		return true
	}
	return false
}
