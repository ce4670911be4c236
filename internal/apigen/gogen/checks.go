package gogen

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// checks prints the checks of a structure: Validate for a request, and for a part of one a method that its
// caller calls between Enter and Leave.
func (g *Generator) checks(p *printer, st *plan.Struct) {
	switch {
	case st.Role == plan.Request:
		g.validate(p, st)
	case st.Rules:
		p.line("func (r *%s) check(p *validate.Problems) {", st.Name)
		p.fieldChecks(st, "p", "r")
		p.line("\tp.Leave()")
		p.line("}")
		p.line("")
	}
}

func (g *Generator) validate(p *printer, st *plan.Struct) {
	p.line("// Validate returns all problems of the request as one [*cloud.ValidationError].")
	if !st.Rules {
		p.line("func (r %s) Validate() error { return nil }", st.Name)
		p.line("")
		return
	}
	p.line("func (r %s) Validate() error {", st.Name)
	p.line("\tvar p validate.Problems")
	p.fieldChecks(st, "&p", "&r")
	p.line("\treturn p.Err(%q, %q)", g.Pkg, st.Op.Name)
	p.line("}")
	p.line("")
}

// fieldChecks prints the checks of all fields of a structure. problems and self are how the body
// passes on the problems and the structure.
func (p *printer) fieldChecks(st *plan.Struct, problems, self string) {
	c := checkPrinter{p, problems}
	if st.Role == plan.Union {
		c.union(st)
	}
	for _, f := range st.Fields {
		value := "r." + f.Name
		for _, check := range f.Checks {
			c.check(check, strconv.Quote(checkName(f)), value)
		}
	}
	if st.HandRules {
		p.line("\tcheck%s(%s, %s)", st.Name, problems, self)
	}
}

// checkPrinter prints checks in the body of a function.
type checkPrinter struct {
	*printer
	problems string // an expression of type *validate.Problems
}

func (c checkPrinter) union(st *plan.Struct) {
	members := make([]string, len(st.Fields))
	for i, f := range st.Fields {
		members[i] = "r." + f.Name + " != nil"
	}
	c.line("p.Union(\"\", %s)", strings.Join(members, ", "))
}

// check prints one check of a value; name and value are Go expressions.
func (c checkPrinter) check(k plan.Check, name, value string) {
	switch k.Kind {
	case plan.CheckPresent:
		c.line("p.Present(%s, %s)", name, given(k, value))
	case plan.CheckText:
		c.line("p.%s(%s, %s, &%s)", methodOf(k, "", "Text"), name, value, k.Text.Name)
	case plan.CheckRange:
		c.numeric(k, name, value)
	case plan.CheckCount:
		c.count(k, name, value)
	case plan.CheckOneOf:
		c.oneOf(k, name, value)
	case plan.CheckNested:
		c.nested(k, name, value)
	case plan.CheckEach:
		c.each(k, name, value)
	}
}

// methodOf is the name of the method that checks a value: Int, OptionalInt, OptionalIntPointer. otherwise is
// the name if the value is always checked.
func methodOf(k plan.Check, kind, otherwise string) string {
	switch {
	case k.Pointer:
		return "Optional" + kind + "Pointer"
	case k.Need == plan.Optional:
		return "Optional" + kind
	case k.Need == plan.Required:
		return "Required" + kind
	}
	return cmp.Or(kind, otherwise)
}

// given is the condition under which a value was set.
func given(k plan.Check, value string) string {
	switch {
	case k.Pointer:
		return value + " != nil"
	case k.Type.Kind == plan.KindString || k.Type.Kind == plan.KindEnum:
		return value + ` != ""`
	case k.Type.Kind == plan.KindTime:
		return "!" + value + ".IsZero()"
	}
	return value + " != nil"
}

func (c checkPrinter) numeric(k plan.Check, name, value string) {
	low, high := cmp.Or(k.Low, "validate.NoMin"), cmp.Or(k.High, "validate.NoMax")
	switch {
	case k.Type.Kind == plan.KindFloat:
		low, high = cmp.Or(k.Low, "math.Inf(-1)"), cmp.Or(k.High, "math.Inf(1)")
		c.line("p.%s(%s, %s, %s, %s)", methodOf(k, "Float", ""), name, value, low, high)
	case k.Pointer: // a function, since methods cannot be generic
		c.line("validate.%s(%s, %s, %s, %s, %s)", methodOf(k, "Int", ""), c.problems, name, value, low, high)
	case k.Type.Kind == plan.KindInt64:
		c.line("p.%s(%s, %s, %s, %s)", methodOf(k, "Int", ""), name, value, low, high)
	default:
		c.line("p.%s(%s, int64(%s), %s, %s)", methodOf(k, "Int", ""), name, value, low, high)
	}
}

func (c checkPrinter) count(k plan.Check, name, value string) {
	there := ""
	if k.Need == plan.Optional {
		there = value + " != nil, "
	}
	c.line("p.%s(%s, %slen(%s), %s, %s)", methodOf(k, "Count", ""), name, there, value, cmp.Or(k.Low, "0"), cmp.Or(k.High, "-1"))
}

func (c checkPrinter) oneOf(k plan.Check, name, value string) {
	if k.Pointer {
		c.line("if %s != nil {", value)
		c.line("validate.OneOf(%s, %s, *%s, %s)", c.problems, name, value, sliceOf(k.Type.Enum))
		c.line("}")
		return
	}
	c.line("validate.%s(%s, %s, %s, %s)", methodOf(k, "OneOf", ""), c.problems, name, value, sliceOf(k.Type.Enum))
}

func (c checkPrinter) nested(k plan.Check, name, value string) {
	if k.Need == plan.Optional {
		c.line("if %s != nil {", value)
		defer c.line("}")
	}
	c.line("%s.check(p.Enter(%s))", value, name)
}

// each prints the checks of the items of a list or the entries of a map: as one call if they are
// strings or of an enum.
func (c checkPrinter) each(k plan.Check, name, value string) {
	elem := k.Type.Elem.Kind
	switch {
	case k.Type.Kind == plan.KindList && elem == plan.KindString:
		c.line("p.Texts(%s, %s, &%s)", name, value, k.Items[0].Text.Name)
	case k.Type.Kind == plan.KindList && elem == plan.KindEnum:
		c.line("validate.EachOneOf(%s, %s, %s, %s)", c.problems, name, value, sliceOf(k.Type.Elem.Enum))
	case k.Type.Kind == plan.KindMap && elem == plan.KindString:
		c.line("p.TextMap(%s, %s, %s, %s)", name, value, pointerTo(k.Keys), pointerTo(itemText(k)))
	case k.Type.Kind == plan.KindMap:
		c.entries(k, name, value)
	default:
		c.items(k, name, value)
	}
}

func (c checkPrinter) items(k plan.Check, name, value string) {
	variables, item := "i, v", "v"
	if k.Type.Elem.Kind == plan.KindStruct {
		variables, item = "i", value+"[i]"
	}
	c.line("for %s := range %s {", variables, value)
	c.inside(k, item, fmt.Sprintf("p.Index(%s, i)", name))
}

func (c checkPrinter) entries(k plan.Check, name, value string) {
	variables := "k, v"
	if len(k.Items) == 0 {
		variables = "k"
	}
	c.line("for %s := range %s {", variables, value)
	enter := fmt.Sprintf("p.Key(%s, k)", name)
	if k.Keys != nil {
		enter += fmt.Sprintf(".KeyText(k, &%s)", k.Keys.Name)
	}
	c.inside(k, "v", enter)
}

// inside prints the checks of one item, after enter, and the end of the loop. The method of a structure leaves it.
func (c checkPrinter) inside(k plan.Check, item, enter string) {
	if k.Type.Elem.Kind == plan.KindStruct && len(k.Items) > 0 {
		c.line("%s.check(%s)", item, enter)
		c.line("}")
		return
	}
	c.line(enter)
	for _, check := range k.Items {
		c.check(check, `""`, item)
	}
	c.line("p.Leave()")
	c.line("}")
}

// itemText is the rule for the values of a map of strings, nil if it has none.
func itemText(k plan.Check) *plan.TextRule {
	if len(k.Items) == 0 {
		return nil
	}
	return k.Items[0].Text
}

// pointerTo is an expression for a rule that may be missing.
func pointerTo(r *plan.TextRule) string {
	if r == nil {
		return "nil"
	}
	return "&" + r.Name
}

// checkName is the name of a field in problems: its name on the wire, if it has one.
func checkName(f *plan.Field) string {
	if f.Binding == "payload" {
		return plan.LowerFirst(f.Name)
	}
	return f.Wire
}
