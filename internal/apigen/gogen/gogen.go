// Package gogen prints a plan as Go code with its documentation.
package gogen

import (
	"maps"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// Generator prints a service.
type Generator struct {
	*plan.Service
	Docs    *overlay.Docs
	Waits   map[string]string // the Until methods, which are written by hand, and the resource of whose file each is
	Emulate bool              // there is an emulator of it
	goNames map[string]string // names of the model, as written in documentation
	used    map[string]bool   // documentation that was looked up, by its key
}

// New returns a generator of a service with its documentation.
func New(s *plan.Service, d *overlay.Docs) *Generator {
	return &Generator{Service: s, Docs: d, used: map[string]bool{}}
}

// Files returns the generated files of a service by name.
func (g *Generator) Files() (map[string][]byte, error) {
	names := map[string]bool{}
	for _, op := range g.Ops {
		names[op.File] = true
	}
	for _, st := range g.Structs {
		names[st.File] = true
	}
	for _, e := range g.Enums {
		names[e.File] = true
	}
	out := map[string][]byte{"errors": g.errorCodes()}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		out[name] = g.resource(name)
	}
	if len(g.Texts) > 0 {
		out["rules"] = g.rules()
	}
	if g.ContentType != "" {
		out["protocol"] = g.protocol()
	}
	docs := map[string][]byte{}
	if len(g.changing()) > 0 {
		out["changes"], docs["changes"] = g.resume(), g.changesDoc()
		out["changes_test"] = g.changesTest()
	}
	out["operations"], docs["operations"] = nil, g.operationsDoc()
	files := map[string][]byte{}
	for name, body := range out {
		data, err := file(g.Pkg, nil, docs[name], body)
		if err != nil {
			return nil, err
		}
		files[g.Pkg+"/zz_"+name+".go"] = data
	}
	if !g.Emulate {
		return files, nil
	}
	emulated, err := file(g.Pkg, []string{modulePath + "/" + g.Pkg, modulePath + "/internal/emulate/front"}, nil, g.emulated())
	if err != nil {
		return nil, err
	}
	files["internal/emulate/"+g.Pkg+"/zz_operations.go"] = emulated
	return files, nil
}

// resource prints the file of one resource: its operations with their messages, then its types and
// enums, and last the checks.
func (g *Generator) resource(name string) []byte {
	p := &printer{}
	var checked []*plan.Struct
	ops := slices.DeleteFunc(slices.Clone(g.Ops), func(op *plan.Operation) bool { return op.File != name })
	g.operationTable(p, ops)
	for _, op := range ops {
		g.operation(p, op)
		g.structure(p, op.Request)
		g.structure(p, op.Response)
		checked = append(checked, op.Request)
	}
	types := slices.DeleteFunc(slices.Clone(g.Structs), func(st *plan.Struct) bool { return st.File != name || st.Op != nil })
	slices.SortFunc(types, func(a, b *plan.Struct) int { return strings.Compare(a.Name, b.Name) })
	for _, st := range types {
		g.structure(p, st)
	}
	enums := slices.DeleteFunc(slices.Clone(g.Enums), func(e *plan.Enum) bool { return e.File != name })
	slices.SortFunc(enums, func(a, b *plan.Enum) int { return strings.Compare(a.Name, b.Name) })
	for _, e := range enums {
		g.enum(p, e)
	}
	for _, st := range append(checked, types...) {
		g.checks(p, st)
	}
	for _, st := range slices.Concat(messages(ops), types) {
		g.redaction(p, st)
	}
	return p.Bytes()
}

func messages(ops []*plan.Operation) []*plan.Struct {
	var out []*plan.Struct
	for _, op := range ops {
		out = append(out, op.Request, op.Response)
	}
	return out
}

// protocol prints what the hand-written client needs to know of the protocol.
func (g *Generator) protocol() []byte {
	p := &printer{}
	p.line("// contentType is that of the bodies of requests.")
	p.line("const contentType = %q", g.ContentType)
	return p.Bytes()
}
