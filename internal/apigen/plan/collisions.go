package plan

import (
	"go/token"
	"maps"
	"slices"
	"strings"
)

// claims are the names of a package, with what has them. Methods are "Type.Method".
type claims struct {
	b    *builder
	seen map[string]string
}

// claim takes a name. remedy is the section of the overlay that can give its owner another one.
func (c claims) claim(name, what, remedy string) {
	last := name[strings.LastIndexByte(name, '.')+1:]
	switch other := c.seen[name]; {
	case !token.IsIdentifier(last):
		c.b.fail("%q is no name in Go, for %s: give it one under %s of the overlay", last, what, remedy)
	case other != "":
		c.b.fail("the name %s is used for %s and for %s: settle it in the overlay, under %s", name, other, what, remedy)
	}
	c.seen[name] = what
}

// checkNames finds names that are used twice or break a rule.
func (b *builder) checkNames() {
	c := claims{b, map[string]string{"Client": "the client", "New": "the constructor", "errorKinds": "the kinds of errors"}}
	for _, name := range slices.Sorted(maps.Keys(b.hand)) {
		c.seen[name] = "what is written by hand in " + b.hand[name]
	}
	for _, op := range b.Ops {
		c.operation(op)
	}
	for _, st := range b.Structs {
		c.structure(st)
	}
	for _, e := range b.Enums {
		c.claim(e.Name, "the enum "+e.Keys[0], "types")
		c.claim("all"+e.Name, "the values of the enum "+e.Keys[0], "types")
		for _, v := range e.Values {
			c.claim(v.Name, "the value "+v.Value+" of "+e.Name, "enums")
		}
	}
	for _, r := range b.Service.Texts {
		c.claim(r.Name, "a rule for strings", "types")
	}
	for _, code := range b.Errors {
		c.claim(code.Name, "the error code "+code.Code, "errors")
	}
}

// operation takes the names of the methods and variables of an operation.
func (c claims) operation(op *Operation) {
	c.claim("Client."+op.GoName, "the operation "+op.Name, "operations")
	c.claim("op"+op.GoName, "the operation "+op.Name, "operations")
	if op.Pages != nil {
		c.claim("Client."+op.Pages.Name, "the iterator of "+op.Name, "iterators")
		c.claim("list"+op.GoName, "the iterator of "+op.Name, "operations")
		if !isPlural(op.Pages.Name) {
			c.b.fail("the iterator %s of %s has no plural for its name: give it one in the overlay", op.Pages.Name, op.Name)
		}
	}
	if op.Polled == "" {
		return
	}
	c.seen["Client.Resume"] = "the method that resumes any change"
	for _, prefix := range []string{"Begin", "Prepare", "Resume"} {
		c.claim("Client."+prefix+op.GoName, "the change that "+op.Name+" starts", "operations")
	}
}

// structure takes the name of a structure, and the names of its fields beside those of its methods.
func (c claims) structure(st *Struct) {
	section := "types"
	if st.Op != nil {
		section = "operations"
	}
	c.claim(st.Name, "the structure "+st.Shape.Name(), section)
	for _, method := range st.methods() {
		c.seen[st.Name+"."+method] = "the method of that name"
	}
	names := map[string]string{}
	for _, f := range st.Fields {
		if other := names[f.Name]; other != "" {
			c.b.fail("%s.%s is used for the members %s and %s: settle it in the overlay, under fields", st.Name, f.Name, other, f.Wire)
			continue
		}
		names[f.Name] = f.Wire
		c.claim(st.Name+"."+f.Name, "the member "+f.Wire, "fields")
	}
}

// methods are the exported methods that are generated for a structure.
func (st *Struct) methods() []string {
	var methods []string
	if st.Role == Request {
		methods = append(methods, "Validate")
	}
	if st.Sensitive {
		return append(methods, "MarshalJSON", "Format", "LogValue")
	}
	if st.IsBound() {
		methods = append(methods, "MarshalJSON")
	}
	return methods
}

// IsBound reports whether a field travels elsewhere than in a body of its own.
func (st *Struct) IsBound() bool {
	return slices.ContainsFunc(st.Fields, func(f *Field) bool { return f.Binding != "json" })
}
