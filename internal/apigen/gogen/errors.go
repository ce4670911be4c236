package gogen

import (
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// errorCodes prints the constants of error codes, kind by kind, and the table of their kinds.
func (g *Generator) errorCodes() []byte {
	p := &printer{}
	for _, kind := range slices.Sorted(maps.Keys(plan.ErrorKinds)) {
		codes := slices.DeleteFunc(slices.Clone(g.Errors), func(e *plan.ErrorCode) bool { return e.Kind != kind })
		if len(codes) == 0 {
			continue
		}
		p.line("// Error codes that mean [cloud.%s].", kind)
		p.line("const (")
		for _, e := range codes {
			if doc := g.codeDoc(e); doc != "" {
				p.comment("\t", e.Name+" "+doc)
			}
			p.line("\t%s cloud.Code = %q", e.Name, e.Code)
		}
		p.line(")")
		p.line("")
	}
	p.line("// errorKinds has the kind of each code.")
	p.line("var errorKinds = map[cloud.Code]cloud.Kind{")
	for _, e := range g.Errors {
		p.line("\t%s: cloud.%s,", e.Name, e.Kind)
	}
	p.line("}")
	return p.Bytes()
}
