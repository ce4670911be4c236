package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// describe returns a line for each thing that a package exports, sorted: a function, a type, a field, a method. Names of
// parameters are no part of the API.
func describe(name string, p *types.Package) []string {
	d := description{pkg: p, prefix: "pkg " + name + ", "}
	for _, name := range p.Scope().Names() {
		if object := p.Scope().Lookup(name); object.Exported() {
			d.object(object)
		}
	}
	slices.Sort(d.lines)
	return d.lines
}

type description struct {
	pkg    *types.Package
	prefix string
	lines  []string
}

func (d *description) add(format string, args ...any) {
	d.lines = append(d.lines, d.prefix+fmt.Sprintf(format, args...))
}

func (d *description) object(object types.Object) {
	switch o := object.(type) {
	case *types.Const:
		d.add("const %s %s = %s", o.Name(), d.text(o.Type()), o.Val().ExactString())
	case *types.Var:
		d.add("var %s %s", o.Name(), d.text(o.Type()))
	case *types.Func:
		d.add("func %s%s", o.Name(), d.signature(o.Type().(*types.Signature)))
	case *types.TypeName:
		d.typeName(o)
	}
}

func (d *description) typeName(o *types.TypeName) {
	if o.IsAlias() {
		d.add("type %s = %s", o.Name(), d.text(types.Unalias(o.Type())))
		return
	}
	named := o.Type().(*types.Named)
	name := o.Name() + d.typeParams(named.TypeParams())
	switch t := named.Underlying().(type) {
	case *types.Struct:
		d.add("type %s struct", name)
		d.fields(o.Name(), t)
	case *types.Interface:
		d.interfaceType(name, t)
		return
	default:
		d.add("type %s %s", name, d.text(t))
	}
	d.methods(named)
}

func (d *description) fields(name string, t *types.Struct) {
	for field := range t.Fields() {
		switch {
		case field.Embedded() && field.Exported():
			d.add("type %s struct, embedded %s", name, d.text(field.Type()))
		case field.Exported():
			d.add("type %s struct, %s %s", name, field.Name(), d.text(field.Type()))
		}
	}
}

// interfaceType is one line if others can implement it, because any method more breaks those who do. Otherwise each
// method has its own.
func (d *description) interfaceType(name string, t *types.Interface) {
	var methods []string
	isOpen := true
	for method := range t.Methods() {
		if method.Exported() {
			methods = append(methods, method.Name()+d.signature(method.Signature()))
		} else {
			isOpen = false
		}
	}
	for embedded := range t.EmbeddedTypes() {
		if _, isUnion := embedded.(*types.Union); isUnion {
			methods = append(methods, d.text(embedded))
		}
	}
	slices.Sort(methods)
	if isOpen {
		d.add("type %s interface { %s }", name, strings.Join(methods, "; "))
		return
	}
	d.add("type %s interface, sealed", name)
	for _, method := range methods {
		d.add("type %s interface, %s", name, method)
	}
}

// methods lists those of embedded types too.
func (d *description) methods(named *types.Named) {
	name := named.Obj().Name()
	values := types.NewMethodSet(named)
	for selection := range types.NewMethodSet(types.NewPointer(named)).Methods() {
		method := selection.Obj().(*types.Func)
		if !method.Exported() {
			continue
		}
		receiver := "*" + name
		if values.Lookup(method.Pkg(), method.Name()) != nil {
			receiver = name
		}
		d.add("method (%s) %s%s", receiver, method.Name(), d.signature(selection.Type().(*types.Signature)))
	}
}

func (d *description) typeParams(list *types.TypeParamList) string {
	if list.Len() == 0 {
		return ""
	}
	var all []string
	for p := range list.TypeParams() {
		all = append(all, p.Obj().Name()+" "+d.text(p.Constraint()))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// signature returns a function's type without its "func".
func (d *description) signature(s *types.Signature) string {
	var b strings.Builder
	b.WriteString(d.typeParams(s.TypeParams()))
	bare := types.NewSignatureType(nil, nil, nil, unnamed(s.Params()), unnamed(s.Results()), s.Variadic())
	b.WriteString(strings.TrimPrefix(types.TypeString(bare, d.qualify), "func"))
	return b.String()
}

func (d *description) text(t types.Type) string { return types.TypeString(withoutNames(t), d.qualify) }

func (d *description) qualify(p *types.Package) string {
	if p == d.pkg {
		return ""
	}
	return p.Name()
}

// unnamed returns a tuple whose variables have no names.
func unnamed(tuple *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range tuple.Variables() {
		vars = append(vars, types.NewParam(v.Pos(), v.Pkg(), "", withoutNames(v.Type())))
	}
	return types.NewTuple(vars...)
}

// withoutNames returns a type of functions without the names of their parameters. What has none is returned as it is.
func withoutNames(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, unnamed(t.Params()), unnamed(t.Results()), t.Variadic())
	case *types.Slice:
		return types.NewSlice(withoutNames(t.Elem()))
	case *types.Map:
		return types.NewMap(t.Key(), withoutNames(t.Elem()))
	}
	return t
}
