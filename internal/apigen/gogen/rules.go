package gogen

import (
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// rules prints the variables with the rules for strings.
func (g *Generator) rules() []byte {
	p := &printer{}
	p.line("// The rules for strings, as the model states them.")
	p.line("var (")
	for _, r := range g.Texts {
		p.line("\t%s = validate.Text{%s}", r.Name, ruleLiteral(r))
	}
	p.line(")")
	return p.Bytes()
}

func ruleLiteral(r *plan.TextRule) string {
	var parts []string
	add := func(name string, value string) { parts = append(parts, name+": "+value) }
	if r.Form.Min > 0 {
		add("Min", strconv.Itoa(r.Form.Min))
	}
	if r.Form.Max > 0 {
		add("Max", strconv.Itoa(r.Form.Max))
	}
	if r.Form.Class != "" {
		add("Class", quote(r.Form.Class))
	}
	if r.Form.Pattern != "" {
		add("Pattern", quote(r.Form.Pattern))
	}
	if r.Sensitive {
		add("Sensitive", "true")
	}
	return strings.Join(parts, ", ")
}

// quote writes a string literal, raw where that avoids backslashes.
func quote(text string) string {
	if strings.Contains(text, `\`) && strconv.CanBackquote(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}
