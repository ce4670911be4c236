package main

import (
	"slices"
	"strconv"
	"strings"
)

func (s *service) structure(p *printer, st *structType) {
	p.comment("", s.structDoc(st)...)
	if len(st.fields) == 0 {
		p.line("type %s struct{}", st.name)
		p.line("")
		return
	}
	p.line("type %s struct {", st.name)
	optional := false
	for i, f := range st.fields {
		if now := order(f) == 1; st.sent && now != optional {
			optional = now
			if i > 0 {
				p.line("")
			}
		}
		p.comment("\t", s.fieldDoc(st, f)...)
		p.line("\t%s %s `%s`", f.name, f.goType, f.tag)
	}
	p.line("}")
	p.line("")
}

func (s *service) enum(p *printer, e *enumType) {
	base := "string"
	if e.isInt {
		base = "int"
	}
	if doc := s.docOf(s.docs.Types, append(e.keys, e.name)...); doc != "" {
		p.comment("", e.name+" "+s.inGo(doc))
	}
	p.line("type %s %s", e.name, base)
	p.line("")
	p.line("// The values of %s that are known. A service may send others.", e.name)
	p.line("const (")
	for _, v := range e.values {
		p.comment("\t", s.valueDoc(e, v))
		p.line("\t%s %s = %s", v.name, e.name, v.literal(e))
	}
	p.line(")")
	p.line("")
	p.line("var %s = []%s{", e.slice(), e.name)
	for _, v := range e.values {
		p.line("\t%s,", v.name)
	}
	p.line("}")
	p.line("")
	p.line("// Values returns the values of %s that are known.", e.name)
	p.line("func (%s) Values() []%s { return slices.Clone(%s) }", e.name, e.name, e.slice())
	p.line("")
	if e.isInt {
		s.enumNames(p, e)
	}
}

// enumNames prints the method that gives numbers names.
func (s *service) enumNames(p *printer, e *enumType) {
	names := make([]string, len(e.values))
	for i, v := range e.values {
		names[i] = strconv.Quote(strings.TrimPrefix(v.name, e.name))
	}
	p.line("// String returns the name of v, or its type and number if that is not known.")
	p.line("func (v %s) String() string {", e.name)
	p.line("\treturn wire.EnumName(%q, v, %s, []string{%s})", e.name, e.slice(), strings.Join(names, ", "))
	p.line("}")
	p.line("")
}

func (v enumValue) literal(e *enumType) string {
	if e.isInt {
		return v.value
	}
	return strconv.Quote(v.value)
}

// slice is the name of the variable with all values of an enum.
func (e *enumType) slice() string { return "all" + e.name }

// redaction prints the methods that keep sensitive fields out of logs,
// and those that give every member the wire's name where encoding/json knows no tag of it.
func (s *service) redaction(p *printer, st *structType) {
	bound := slices.ContainsFunc(st.fields, func(f *field) bool { return f.binding != "json" })
	switch {
	case st.sensitive:
		p.line("// MarshalJSON writes v by the wire's names with its sensitive fields redacted.")
	case bound:
		p.line("// MarshalJSON writes v by the wire's names.")
	}
	if st.sensitive || bound {
		p.line("func (v %s) MarshalJSON() ([]byte, error) { return wire.MarshalJSON(v) }", st.name)
		p.line("")
	}
	if !st.sensitive {
		return
	}
	p.line("// Format prints v with its sensitive fields redacted.")
	p.line("func (v %s) Format(s fmt.State, verb rune) { wire.Format(s, verb, v) }", st.name)
	p.line("")
	p.line("// LogValue logs v with its sensitive fields redacted.")
	p.line("func (v %s) LogValue() slog.Value { return wire.LogValue(v) }", st.name)
	p.line("")
}
