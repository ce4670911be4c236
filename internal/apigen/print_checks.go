package main

import (
	"cmp"
	"strconv"
	"strings"
)

// checks prints what is asked of a structure: Validate for a request, a method for what is part of one.
func (s *service) checks(p *printer, st *structType) {
	switch {
	case st.role == request:
		s.validate(p, st)
	case st.rules:
		p.line("func (r *%s) check(p *validate.Problems) {", st.name)
		p.fieldChecks(st, "p", "r")
		p.line("}")
		p.line("")
	}
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
	p.fieldChecks(st, "&p", "&r")
	p.line("\treturn p.Err(%q, %q)", s.pkg, st.op.name)
	p.line("}")
	p.line("")
}

// fieldChecks prints the checks of all fields of a structure. problems and self are how the body
// passes on the problems and the structure.
func (p *printer) fieldChecks(st *structType, problems, self string) {
	c := checkPrinter{p, problems}
	if st.role == unionOf {
		c.union(st)
	}
	for _, f := range st.fields {
		value := "r." + f.name
		for _, check := range f.checks {
			c.check(check, strconv.Quote(f.checkName()), value)
		}
	}
	if st.handRules {
		p.line("\tcheck%s(%s, %s)", st.name, problems, self)
	}
}

// checkPrinter prints checks in the body of a function.
type checkPrinter struct {
	*printer
	problems string // an expression of type *validate.Problems
}

func (c checkPrinter) union(st *structType) {
	members := make([]string, len(st.fields))
	for i, f := range st.fields {
		members[i] = "r." + f.name + " != nil"
	}
	c.line("p.Union(\"\", %s)", strings.Join(members, ", "))
}

// check prints one check of a value; name and value are Go expressions.
func (c checkPrinter) check(k check, name, value string) {
	switch k.kind {
	case checkPresent:
		c.line("p.Present(%s, %s)", name, k.given(value))
	case checkText:
		c.line("p.%s(%s, %s, &%s)", k.method("", "Text"), name, value, k.text.name)
	case checkRange:
		c.numeric(k, name, value)
	case checkCount:
		c.count(k, name, value)
	case checkOneOf:
		c.oneOf(k, name, value)
	case checkNested:
		c.nested(k, name, value)
	case checkEach:
		c.each(k, name, value)
	}
}

// method is the name of the method that checks a value: Int, OptionalInt, OptionalIntPointer. A value
// that is always checked may have a method called otherwise.
func (k check) method(kind, otherwise string) string {
	switch {
	case k.pointer:
		return "Optional" + kind + "Pointer"
	case k.need == optional:
		return "Optional" + kind
	case k.need == required:
		return "Required" + kind
	}
	return cmp.Or(kind, otherwise)
}

// given is the condition under which a value was set.
func (k check) given(value string) string {
	switch {
	case k.pointer:
		return value + " != nil"
	case k.typ.kind == kindString || k.typ.kind == kindEnum:
		return value + ` != ""`
	case k.typ.kind == kindTime:
		return "!" + value + ".IsZero()"
	}
	return value + " != nil"
}

func (c checkPrinter) numeric(k check, name, value string) {
	switch {
	case k.typ.kind == kindFloat:
		c.line("p.%s(%s, %s, %s, %s)", k.method("Float", ""), name, value, cmp.Or(k.low, "math.Inf(-1)"), cmp.Or(k.high, "math.Inf(1)"))
		return
	case k.pointer: // a function, since methods cannot be generic
		c.line("validate.%s(%s, %s, %s, %s)", k.method("Int", ""), c.problems+", "+name, value, cmp.Or(k.low, "validate.NoMin"), cmp.Or(k.high, "validate.NoMax"))
		return
	case k.typ.kind == kindInt:
		value = "int64(" + value + ")"
	}
	c.line("p.%s(%s, %s, %s, %s)", k.method("Int", ""), name, value, cmp.Or(k.low, "validate.NoMin"), cmp.Or(k.high, "validate.NoMax"))
}

func (c checkPrinter) count(k check, name, value string) {
	there := ""
	if k.need == optional {
		there = value + " != nil, "
	}
	c.line("p.%s(%s, %slen(%s), %s, %s)", k.method("Count", ""), name, there, value, cmp.Or(k.low, "0"), cmp.Or(k.high, "-1"))
}

func (c checkPrinter) oneOf(k check, name, value string) {
	if k.pointer {
		c.line("if %s != nil {", value)
		c.line("validate.OneOf(%s, %s, *%s, %s)", c.problems, name, value, k.typ.enum.slice())
		c.line("}")
		return
	}
	c.line("validate.%s(%s, %s, %s, %s)", k.method("OneOf", ""), c.problems, name, value, k.typ.enum.slice())
}

func (c checkPrinter) nested(k check, name, value string) {
	if k.need == optional {
		c.line("if %s != nil {", value)
		defer c.line("}")
	}
	c.line("p.Enter(%s)", name)
	c.line("%s.check(%s)", value, c.problems)
	c.line("p.Leave()")
}

// each prints the checks of the items of a list or the entries of a map: as one call if they are
// strings or of an enum.
func (c checkPrinter) each(k check, name, value string) {
	elem := k.typ.elem.kind
	switch {
	case k.typ.kind == kindList && elem == kindString:
		c.line("p.Texts(%s, %s, &%s)", name, value, k.items[0].text.name)
	case k.typ.kind == kindList && elem == kindEnum:
		c.line("validate.EachOneOf(%s, %s, %s, %s)", c.problems, name, value, k.typ.elem.enum.slice())
	case k.typ.kind == kindMap && elem == kindString:
		c.line("p.TextMap(%s, %s, %s, %s)", name, value, pointerTo(k.keys), pointerTo(k.itemText()))
	case k.typ.kind == kindMap:
		c.entries(k, name, value)
	default:
		c.items(k, name, value)
	}
}

func (c checkPrinter) items(k check, name, value string) {
	variables, item := "i, v", "v"
	if k.typ.elem.kind == kindStruct {
		variables, item = "i", value+"[i]"
	}
	c.line("for %s := range %s {", variables, value)
	c.line("p.Index(%s, i)", name)
	c.inside(k, item)
}

func (c checkPrinter) entries(k check, name, value string) {
	variables := "k, v"
	if len(k.items) == 0 {
		variables = "k"
	}
	c.line("for %s := range %s {", variables, value)
	c.line("p.Key(%s, k)", name)
	if k.keys != nil {
		c.line("p.KeyText(k, &%s)", k.keys.name)
	}
	c.inside(k, "v")
}

// inside prints the checks of one item and the end of the loop.
func (c checkPrinter) inside(k check, item string) {
	for _, check := range k.items {
		if check.kind == checkNested {
			c.line("%s.check(%s)", item, c.problems)
			continue
		}
		c.check(check, `""`, item)
	}
	c.line("p.Leave()")
	c.line("}")
}

// itemText is the rule for the values of a map of strings, nil if it has none.
func (k check) itemText() *textRule {
	if len(k.items) == 0 {
		return nil
	}
	return k.items[0].text
}

// pointerTo is an expression for a rule that may be missing.
func pointerTo(r *textRule) string {
	if r == nil {
		return "nil"
	}
	return "&" + r.name
}

// checkName is what problems call a field: its name on the wire, if it has one.
func (f *field) checkName() string {
	if f.binding == "payload" {
		return lowerFirst(f.name)
	}
	return f.wire
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
