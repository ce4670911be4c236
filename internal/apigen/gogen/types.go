package gogen

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

func (g *Generator) structure(p *printer, st *plan.Struct) {
	p.comment("", g.structDoc(st)...)
	if len(st.Fields) == 0 {
		p.line("type %s struct{}", st.Name)
		p.line("")
		return
	}
	p.line("type %s struct {", st.Name)
	optional := false
	for i, f := range st.Fields {
		if st.Sent && optional == f.MustBeSet() {
			optional = !optional
			if i > 0 {
				p.line("")
			}
		}
		p.comment("\t", g.fieldDoc(st, f)...)
		p.line("\t%s %s `%s`", f.Name, f.GoType, f.Tag)
	}
	p.line("}")
	p.line("")
}

func (g *Generator) enum(p *printer, e *plan.Enum) {
	base := "string"
	if e.IsInt {
		base = "int"
	}
	if doc := g.docOf(g.Docs.Types, append(e.Keys, e.Name)...); doc != "" {
		p.comment("", e.Name+" "+g.inGo(doc))
	}
	p.line("type %s %s", e.Name, base)
	p.line("")
	p.line("// Known values of %s. The service may return others.", e.Name)
	p.line("const (")
	for _, v := range e.Values {
		p.comment("\t", g.valueDoc(e, v))
		p.line("\t%s %s = %s", v.Name, e.Name, valueLiteral(e, v))
	}
	p.line(")")
	p.line("")
	p.values(e)
	p.line("// Values returns the known values of %s.", e.Name)
	p.line("func (%s) Values() []%s { return slices.Clone(%s) }", e.Name, e.Name, sliceOf(e))
	p.line("")
	if e.IsInt {
		g.enumNames(p, e)
	}
}

// values prints the variable with the values of an enum, in as few lines as they fit in.
func (p *printer) values(e *plan.Enum) {
	names := make([]string, len(e.Values))
	for i, v := range e.Values {
		names[i] = v.Name
	}
	list := strings.Join(names, ", ")
	if one := fmt.Sprintf("var %s = []%s{%s}", sliceOf(e), e.Name, list); len(one) <= codeWidth {
		p.line(one)
	} else {
		p.line("var %s = []%s{", sliceOf(e), e.Name)
		for _, line := range wrap(list+",", codeWidth) {
			p.line("\t" + line)
		}
		p.line("}")
	}
	p.line("")
}

// enumNames prints the method that gives numbers names.
func (g *Generator) enumNames(p *printer, e *plan.Enum) {
	names := make([]string, len(e.Values))
	for i, v := range e.Values {
		names[i] = strconv.Quote(strings.TrimPrefix(v.Name, e.Name))
	}
	p.line("// String returns the name of v, or its type and number if it has none.")
	p.line("func (v %s) String() string {", e.Name)
	p.line("\treturn wire.EnumName(%q, v, %s, []string{%s})", e.Name, sliceOf(e), strings.Join(names, ", "))
	p.line("}")
	p.line("")
}

func valueLiteral(e *plan.Enum, v plan.Value) string {
	if e.IsInt {
		return v.Value
	}
	return strconv.Quote(v.Value)
}

// sliceOf is the name of the variable with all values of an enum.
func sliceOf(e *plan.Enum) string { return "all" + e.Name }

// redaction prints the methods that keep sensitive fields out of logs, and those that marshal every member
// under its wire name if it has no json tag.
func (g *Generator) redaction(p *printer, st *plan.Struct) {
	switch {
	case st.Sensitive:
		p.line("// MarshalJSON, Format and LogValue write v with its sensitive fields redacted.")
	case st.IsBound():
		p.line("// MarshalJSON writes the members of v under their wire names.")
	default:
		return
	}
	p.line("func (v %s) MarshalJSON() ([]byte, error) { return wire.MarshalJSON(v) }", st.Name)
	if st.Sensitive {
		p.line("func (v %s) Format(s fmt.State, verb rune) { wire.Format(s, verb, v) }", st.Name)
		p.line("func (v %s) LogValue() slog.Value { return wire.LogValue(v) }", st.Name)
	}
	p.line("")
}
