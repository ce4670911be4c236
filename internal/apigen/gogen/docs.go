package gogen

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

func (g *Generator) operationDoc(op *plan.Operation) []string {
	doc := g.docOf(g.Docs.Operations, op.Name)
	if doc == "" {
		doc = "calls the operation of that name."
	}
	link := ""
	if g.Overlay.Link != "" {
		link = "API page: " + strings.ReplaceAll(g.Overlay.Link, "%s", op.Name)
	}
	if op.Polled != "" {
		doc += fmt.Sprintf(" [Client.Begin%s] does this and waits for it.", op.GoName)
	}
	doc = withSite(doc, op.Shape.Traits, "Documented for the %s site only.")
	return []string{op.GoName + " " + g.inGo(doc), link, deprecation(g.inGo(op.Deprecated))}
}

// iteratorDoc says first what is not listed, if something is not.
func (g *Generator) iteratorDoc(op *plan.Operation) string {
	items := "the items"
	switch {
	case op.Pages.Cursor == nil:
	case op.Pages.Whole:
		items = "the pages"
	default:
		items = "the items of all pages"
	}
	doc := fmt.Sprintf("%s ranges over %s of [Client.%s]", op.Pages.Name, items, op.GoName)
	if only := g.docOf(g.Docs.Iterators, op.Name); only != "" {
		doc = fmt.Sprintf("%s ranges over %s: %s of [Client.%s]", op.Pages.Name, g.inGo(only), items, op.GoName)
	}
	if op.Pages.Cursor == nil {
		return doc + ", which come all at once."
	}
	from := "beginning at r." + op.Pages.Cursor.Name + " if it is set"
	if also := op.Pages.Also; len(also) > 0 {
		fields := make([]string, len(also))
		for i, c := range also {
			fields[i] = c.Field
		}
		from = fmt.Sprintf("for each value of %s that r leaves empty, or, if r.%s is set, from there on as r asks",
			and(fields), op.Pages.Cursor.Name)
	}
	return doc + ", " + from + ". Pages are fetched as they are needed; an error ends the sequence."
}

func and(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// withSite adds to a doc that its subject exists on one site only, unless the doc says so.
func withSite(doc string, t smithy.Traits, sentence string) string {
	site := t.Text(smithy.TraitSite)
	if site == "" || strings.Contains(doc, smithy.Mainland) || strings.Contains(doc, smithy.International) {
		return doc
	}
	return strings.TrimSpace(doc + " " + fmt.Sprintf(sentence, site))
}

func (g *Generator) structDoc(st *plan.Struct) []string {
	doc := g.docOf(g.Docs.Types, st.Shape.Name(), st.Name)
	switch {
	case doc != "":
		doc = st.Name + " " + g.inGo(doc)
	case st.Role == plan.Request:
		doc = fmt.Sprintf("%s is the input of [Client.%s].", st.Name, st.Op.GoName)
	case st.Role == plan.Response && st.Op.Stream:
		doc = fmt.Sprintf("%s is an event of the response to [Client.%s].", st.Name, st.Op.GoName)
	case st.Role == plan.Response:
		doc = fmt.Sprintf("%s is returned by [Client.%s].", st.Name, st.Op.GoName)
	}
	if st.Role == plan.Union {
		doc = strings.TrimSpace(doc + " Exactly one member is set.")
	}
	return []string{strings.TrimSpace(doc + " " + requiredDoc(st))}
}

// requiredDoc names the fields that a caller must set, since the blank line between them is easy to miss.
func requiredDoc(st *plan.Struct) string {
	if !st.Sent || st.Role == plan.Union {
		return ""
	}
	var names []string
	for _, f := range st.Fields {
		if f.MustBeSet() {
			names = append(names, f.Name)
		}
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) == 1:
		return names[0] + " is required."
	case len(names) == len(st.Fields):
		return "All fields are required."
	}
	return and(names) + " are required."
}

func (g *Generator) fieldDoc(st *plan.Struct, f *plan.Field) []string {
	doc := unlinked(g.inGo(g.docOf(g.Docs.Fields, st.Shape.Name()+"."+f.Wire, st.Name+"."+f.Wire)))
	values := g.fieldValues(st, f)
	if limits := limitsOf(f); st.Sent && len(values) == 0 && !strings.Contains(doc, strings.TrimSuffix(limits, ".")) {
		doc = strings.TrimSpace(doc + " " + limits)
	}
	doc = withSite(doc, f.Member.Traits, "On the %s site only.")
	if !strings.Contains(doc, "absent") && !strings.Contains(strings.ToLower(doc), "null if") {
		doc = strings.TrimSpace(doc + " " + absenceOf(f))
	}
	return slices.Concat([]string{doc}, values, []string{deprecation(unlinked(f.Deprecated))})
}

// absenceOf says when a pointer in a response is nil.
func absenceOf(f *plan.Field) string {
	switch {
	case f.Pointer && f.Certain:
		return "Never nil."
	case f.NilIf != "":
		return "Nil if " + f.NilIf + "."
	}
	return ""
}

// fieldValues lists the values of a field whose type does not list them.
func (g *Generator) fieldValues(st *plan.Struct, f *plan.Field) []string {
	if k := f.Type.Leaf().Kind; k == plan.KindEnum || k == plan.KindIntEnum {
		return nil
	}
	prefix := st.Shape.Name() + "." + f.Wire + "."
	var values []string
	for key := range g.Docs.Values {
		if value, ok := strings.CutPrefix(key, prefix); ok {
			values = append(values, value)
		}
	}
	slices.SortFunc(values, compareValues)
	for i, value := range values {
		values[i] = listItem + value + ": " + unlinked(g.inGo(g.docOf(g.Docs.Values, prefix+value)))
	}
	return values
}

// compareValues sorts numbers by value, and before words.
func compareValues(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	if errX == nil && errY == nil {
		return cmp.Compare(x, y)
	}
	return strings.Compare(a, b)
}

func (g *Generator) valueDoc(e *plan.Enum, v plan.Value) string {
	keys := []string{e.Name + "." + v.Value}
	for _, k := range e.Keys {
		keys = append(keys, k+"."+v.Value, k+"."+v.Member)
		g.used[k+"."+v.Value] = true
	}
	return unlinked(g.inGo(g.docOf(g.Docs.Values, keys...)))
}

func (g *Generator) codeDoc(e *plan.ErrorCode) string {
	return cmp.Or(e.Doc, g.docOf(g.Docs.Types, e.Code), g.docOf(g.Docs.Values, e.Code))
}

// docOf returns the doc under the first of the keys that has one. It may be empty: see documented.
func (g *Generator) docOf(texts map[string]string, keys ...string) string {
	for _, k := range keys {
		if doc, ok := texts[k]; ok {
			g.used[k] = true
			return doc
		}
	}
	return ""
}

// documented reports whether there is a doc under any of the keys. An empty one means that the name is enough.
func documented(texts map[string]string, keys ...string) bool {
	return slices.ContainsFunc(keys, func(k string) bool {
		_, ok := texts[k]
		return ok
	})
}

func deprecation(reason string) string {
	if reason == "" {
		return ""
	}
	return "Deprecated: " + reason
}
