package gogen

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// MissingDocs lists what has no hand-written documentation: operations, types, and fields that callers set.
func (g *Generator) MissingDocs() []string {
	var missing []string
	for _, op := range g.Ops {
		if g.docOf(g.Docs.Operations, op.Name) == "" {
			missing = append(missing, "operation "+op.Name)
		}
		if op.Polled != "" && g.docOf(g.Docs.Changes, op.Name) == "" {
			missing = append(missing, "change "+op.Name)
		}
	}
	for _, st := range g.Structs {
		if st.Op == nil && g.docOf(g.Docs.Types, st.Shape.Name(), st.Name) == "" {
			missing = append(missing, "type "+st.Shape.Name())
		}
		for _, f := range st.Fields {
			if st.Checked && !documented(g.Docs.Fields, st.Shape.Name()+"."+f.Wire, st.Name+"."+f.Wire) {
				missing = append(missing, "field "+st.Shape.Name()+"."+f.Wire)
			}
		}
	}
	for _, e := range g.Enums {
		if g.docOf(g.Docs.Types, append(e.Keys, e.Name)...) == "" {
			missing = append(missing, "type "+e.Keys[0])
		}
	}
	return missing
}

// UnusedDocs returns the keys of documentation that was not used.
func (g *Generator) UnusedDocs() []string {
	var unused []string
	for section, texts := range map[string]map[string]string{
		"operations": g.Docs.Operations, "changes": g.Docs.Changes, "iterators": g.Docs.Iterators, "types": g.Docs.Types,
		"fields": g.Docs.Fields, "values": g.Docs.Values,
	} {
		for key := range texts {
			if name, _, _ := strings.Cut(key, "."); !g.used[key] && !g.isError(name) {
				unused = append(unused, section+" "+key)
			}
		}
	}
	slices.Sort(unused)
	return unused
}

// isError reports whether a shape is an error, which is generated as a code alone.
func (g *Generator) isError(name string) bool {
	shape := g.Model.Find(name)
	return shape != nil && shape.Traits.Has(smithy.TraitError)
}
