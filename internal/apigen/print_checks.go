package main

import (
	"fmt"
	"strconv"
	"strings"
)

// checks prints Validate, for a request, and the method that checks the fields of a structure.
func (s *service) checks(p *printer, st *structType) {
	if st.role == request {
		s.validate(p, st)
	}
	if !st.rules {
		return
	}
	p.line("func (r *%s) check(p *validate.Problems) {", st.name)
	if st.role == unionOf {
		p.union(st)
	}
	for _, f := range st.fields {
		p.checkField(f)
	}
	if st.handRules {
		p.line("\tcheck%s(p, r)", st.name)
	}
	p.line("}")
	p.line("")
}

func (s *service) validate(p *printer, st *structType) {
	p.line("// Validate reports everything that is wrong with the request, as one [*cloud.ValidationError].")
	if !st.rules {
		p.line("func (r %s) Validate() error { return nil }", st.name)
		p.line("")
		return
	}
	p.line("func (r %s) Validate() error {", st.name)
	p.line("\tvar p validate.Problems")
	p.line("\tr.check(&p)")
	p.line("\treturn p.Err(%q, %q)", s.pkg, st.op.name)
	p.line("}")
	p.line("")
}

func (p *printer) union(st *structType) {
	p.line("\tset := 0")
	for _, f := range st.fields {
		p.line("\tif r.%s != nil {", f.name)
		p.line("\t\tset++")
		p.line("\t}")
	}
	p.line("\tp.Union(\"\", set)")
}

// checkField prints what is asked of one field: that it is there if it must be, and if it is there
// that its value is allowed.
func (p *printer) checkField(f *field) {
	value := "r." + f.name
	if f.pointer && f.typ.kind != kindStruct {
		value = "*" + value
	}
	var inner printer
	inner.checkValue(f, value)
	required := f.required && !f.ours
	absent := f.absent()
	switch {
	case required && absent != "" && inner.Len() == 0:
		p.line("\tif %s {", absent)
		p.line("\t\tp.Missing(%q)", f.checkName())
		p.line("\t}")
	case required && absent != "":
		p.line("\tif %s {", absent)
		p.line("\t\tp.Missing(%q)", f.checkName())
		p.line("\t} else {")
		p.Write(inner.Bytes())
		p.line("\t}")
	case inner.Len() == 0:
	case required || !f.skips():
		p.Write(inner.Bytes())
	default:
		p.line("\tif %s {", f.present())
		p.Write(inner.Bytes())
		p.line("\t}")
	}
}

// checkName is what problems call a field: its name on the wire, if it has one.
func (f *field) checkName() string {
	if f.binding == "payload" {
		return lowerFirst(f.name)
	}
	return f.wire
}

// absent is the condition under which a required field was not given, "" if that cannot be told.
func (f *field) absent() string {
	if f.pointer || f.typ.kind == kindList || f.typ.kind == kindMap || f.typ.kind == kindAny {
		return "r." + f.name + " == nil"
	}
	switch f.typ.kind {
	case kindString:
		if f.mayBeEmpty {
			return ""
		}
		return "r." + f.name + ` == ""`
	case kindEnum:
		return "r." + f.name + ` == ""`
	case kindTime:
		return "r." + f.name + ".IsZero()"
	}
	return ""
}

// present is the condition under which an optional field was given.
func (f *field) present() string {
	if f.pointer || f.typ.kind == kindList || f.typ.kind == kindMap {
		return "r." + f.name + " != nil"
	}
	switch f.typ.kind {
	case kindString, kindEnum:
		return "r." + f.name + ` != ""`
	}
	return "r." + f.name + " != 0"
}

// skips reports whether an optional field must be looked at before its value is checked.
func (f *field) skips() bool {
	switch f.typ.kind {
	case kindList, kindMap:
		low, _ := f.traits.number(traitLength, "min")
		return low > 0
	case kindStruct:
		return f.pointer
	}
	return true
}

// checkValue prints the checks of a value that is there.
func (p *printer) checkValue(f *field, value string) {
	name := strconv.Quote(f.checkName())
	switch f.typ.kind {
	case kindString:
		if r := f.text; r != nil {
			p.line("p.Text(%s, %s, &%s)", name, value, r.name)
		}
	case kindList, kindMap:
		if call := countCall(name, value, f.traits); call != "" {
			p.line(call)
		}
		p.checkItems(name, value, f.typ)
	default:
		p.checkPlain(name, value, f.typ, f.traits)
	}
}

// checkPlain prints the checks of a value that is no text, list or map.
func (p *printer) checkPlain(name, value string, t *goType, limits traits) {
	switch t.kind {
	case kindEnum:
		if !t.enum.open {
			p.line("validate.OneOf(p, %s, %s, %s)", name, value, t.enum.slice())
		}
	case kindInt, kindInt64:
		low, high := bounds(limits, traitRange)
		if low+high != "" {
			p.line("p.Int(%s, %s, %s, %s)", name, asInt64(t, value), or(low, "validate.NoMin"), or(high, "validate.NoMax"))
		}
	case kindFloat:
		low, high := bounds(limits, traitRange)
		if low+high != "" {
			p.line("p.Float(%s, %s, %s, %s)", name, value, or(low, "math.Inf(-1)"), or(high, "math.Inf(1)"))
		}
	case kindStruct:
		if t.strct.rules {
			p.line("p.Enter(%s)", name)
			p.line("%s.check(p)", value)
			p.line("p.Leave()")
		}
	}
}

func asInt64(t *goType, value string) string {
	if t.kind == kindInt64 {
		return value
	}
	return "int64(" + value + ")"
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func countCall(name, value string, t traits) string {
	low, high := bounds(t, traitLength)
	if (low == "" || low == "0") && high == "" {
		return ""
	}
	return fmt.Sprintf("p.Count(%s, len(%s), %s, %s)", name, value, or(low, "0"), or(high, "-1"))
}

// checkItems prints the loop over the items of a list or the entries of a map.
func (p *printer) checkItems(name, value string, t *goType) {
	var inner printer
	item := inner.itemChecks(value, t)
	if inner.Len() == 0 {
		return
	}
	p.line("for %s := range %s {", item, value)
	if t.kind == kindMap {
		p.line("p.Key(%s, k)", name)
	} else {
		p.line("p.Index(%s, i)", name)
	}
	p.Write(inner.Bytes())
	p.line("p.Leave()")
	p.line("}")
}

// itemChecks prints the checks of one item or entry, and returns the variables that they need.
func (p *printer) itemChecks(value string, t *goType) (variables string) {
	variables = "i, v"
	if t.kind == kindMap {
		variables = "k, v"
		if r := t.keyText; r != nil {
			p.line("p.KeyText(k, &%s)", r.name)
		}
	}
	before := p.Len()
	switch t.elem.kind {
	case kindString:
		if r := t.itemText; r != nil {
			p.line("p.Text(\"\", v, &%s)", r.name)
		}
	case kindStruct:
		if !t.elem.strct.rules {
			break
		}
		if t.kind == kindList {
			p.line("%s[i].check(p)", value)
			return "i"
		}
		p.line("v.check(p)")
	case kindList, kindMap:
		p.checkItems(`""`, "v", t.elem)
	default:
		p.checkPlain(`""`, "v", t.elem, t.itemTraits)
	}
	if p.Len() == before {
		return strings.TrimSuffix(variables, ", v")
	}
	return variables
}

// rules prints the variables with the rules for texts.
func (s *service) rules() []byte {
	p := &printer{}
	p.line("// The rules for texts, as the model states them.")
	p.line("var (")
	for _, r := range s.texts {
		p.line("\t%s = validate.Text{%s}", r.name, r.literal())
	}
	p.line(")")
	return p.Bytes()
}

func (r *textRule) literal() string {
	var parts []string
	add := func(name string, value string) { parts = append(parts, name+": "+value) }
	if r.form.min > 0 {
		add("Min", strconv.Itoa(r.form.min))
	}
	if r.form.max > 0 {
		add("Max", strconv.Itoa(r.form.max))
	}
	if r.form.class != "" {
		add("Class", quote(r.form.class))
	}
	if r.form.pattern != "" {
		add("Pattern", quote(r.form.pattern))
	}
	if r.sensitive {
		add("Sensitive", "true")
	}
	return strings.Join(parts, ", ")
}

// quote writes a literal, raw where that spares backslashes.
func quote(text string) string {
	if strings.Contains(text, `\`) && strconv.CanBackquote(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}
