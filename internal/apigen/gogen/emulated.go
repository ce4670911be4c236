package gogen

import (
	"fmt"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// emulated prints what the emulator of a service knows of its operations.
func (g *Generator) emulated() []byte {
	p := &printer{}
	p.line("// operations are all operations of the service.")
	p.line("var operations = front.API{")
	for _, op := range g.Ops {
		p.line("\t" + g.emulatedOperation(op))
	}
	p.line("}")
	return p.Bytes()
}

func (g *Generator) emulatedOperation(op *plan.Operation) string {
	members := fmt.Sprintf("Method: %q, Path: %q", op.Method, op.Path)
	if op.Pages != nil {
		members += ", Pages: " + emulatedPages(op.Pages)
	}
	if len(op.Certain) > 0 {
		members += fmt.Sprintf(", Certain: %#v", op.Certain)
	}
	if op.Stream {
		members += ", Stream: true"
	}
	return fmt.Sprintf("%q: front.Describe[%s.%s, %s.%s](front.Operation{%s}),",
		op.Name, g.Pkg, op.Request.Name, g.Pkg, op.Response.Name, members)
}

func emulatedPages(pages *plan.Pages) string {
	var members []string
	add := func(name, path string) {
		if path != "" {
			members = append(members, fmt.Sprintf("%s: %q", name, path))
		}
	}
	if pages.Cursor != nil {
		add("From", pages.Cursor.Name)
	}
	if pages.Numbered {
		members = append(members, "Numbered: true")
	}
	add("Items", pages.Items)
	add("Total", pages.Total)
	add("TotalPages", pages.TotalPages)
	add("Next", pages.Next)
	add("Over", pages.Over)
	return "&front.Pages{" + strings.Join(members, ", ") + "}"
}
