package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// pages says how a list operation pages: as the overlay or else the model has it. An operation that
// does not page returns nil.
func (b *goBuilder) pages(op *operation) *pages {
	rule, ok := b.pageRule(op.shape)
	if !ok {
		if op.request.find("nextToken") != nil {
			b.fail("%s takes a nextToken, but neither model nor overlay says how it pages", op.name)
		}
		return nil
	}
	return b.list(op, rule)
}

// list says how a list operation pages as data, so that a hundred of them stay small.
func (b *goBuilder) list(op *operation, rule pageRule) *pages {
	p := &pages{name: b.names.iteratorName(op.name, b.overlay.Iterators[op.name], iteratorName(op.goName))}
	set := func(name, expression string) {
		p.list = append(p.list, fmt.Sprintf("%s: %q", name, expression))
	}
	if name := rule.cursor(); name != "" {
		p.cursor = op.request.find(name)
		if p.cursor == nil || p.cursor.pointer {
			b.fail("%s pages by %+v, but the request has no such member that is a plain value", op.name, rule)
			return nil
		}
		set("From", p.cursor.name)
		if rule.Page != "" {
			p.list = append(p.list, "Numbered: true")
		}
	}
	p.item, p.whole = op.response.name, true
	if rule.Items != "." {
		items, f := op.response.path(rule.Items)
		if f == nil || f.typ.kind != kindList && f.typ.kind != kindStruct {
			b.fail("%s: the items %q are no list or structure of the response", op.name, rule.Items)
			return nil
		}
		p.item = f.typ.String()
		if f.typ.kind == kindList {
			p.item, p.whole = f.typ.elem.String(), false
		}
		set("Items", strings.TrimPrefix(items, "out."))
	}
	next := ""
	if rule.Token != "" {
		next = cmp.Or(rule.Next, rule.Token)
	}
	for _, x := range []struct{ name, path string }{{"Total", rule.Total}, {"TotalPages", rule.TotalPages}, {"Next", next}, {"Over", rule.Over}} {
		if x.path == "" {
			continue
		}
		expression, f := op.response.path(x.path)
		if f == nil {
			b.fail("%s: %q is not in the response", op.name, x.path)
			return nil
		}
		set(x.name, strings.TrimPrefix(expression, "out."))
	}
	if size := op.request.find(rule.Size); size != nil && size.required {
		set("Size", size.name)
	}
	b.sweep(op, rule, p)
	return p
}

// sweep says what else is asked for to cover a list, if one request does not.
func (b *goBuilder) sweep(op *operation, rule pageRule, p *pages) {
	var also []string
	for _, name := range slices.Sorted(maps.Keys(rule.Also)) {
		f := op.request.find(name)
		if f == nil || f.pointer || f.typ.kind != kindString && f.typ.kind != kindInt {
			b.fail("%s: %q is no text or number of the request that may be empty", op.name, name)
			return
		}
		also = append(also, fmt.Sprintf("{Field: %q, Value: %q}", f.name, rule.Also[name]))
		p.also = append(p.also, f.name)
	}
	if also != nil {
		p.list = append(p.list, "Also: []transport.Choice{"+strings.Join(also, ", ")+"}")
	}
}

// pageRule returns what the overlay or else the model says about an operation's paging.
func (b *goBuilder) pageRule(op *shape) (pageRule, bool) {
	if rule, ok := b.overlay.Pages[op.name()]; ok {
		return rule, true
	}
	if t := op.traits.object(traitPages); len(t.keys) > 0 {
		return pageRule{Page: t.text("page"), Size: t.text("pageSize"), Items: t.text("items"), Total: t.text("total")}, true
	}
	t := op.traits.object(traitPaginated)
	if len(t.keys) == 0 {
		return pageRule{}, false
	}
	items := t.text("items")
	if items == "" {
		items = b.onlyList(op)
	}
	return pageRule{Token: t.text("inputToken"), Size: t.text("pageSize"), Items: items}, true
}

// isCursor reports whether a field of a request says where a list goes on. Its zero value says
// that it starts.
func (b *goBuilder) isCursor(st *structType, f *field) bool {
	if st.role != request {
		return false
	}
	rule, ok := b.pageRule(st.op.shape)
	return ok && f.wire == rule.cursor()
}

// cursor is the member of a request that says where the list goes on, "" for a list without pages.
func (r pageRule) cursor() string { return cmp.Or(r.Token, r.Offset, r.Page) }

// onlyList returns the one list in an operation's output, "" if there is not exactly one.
func (b *goBuilder) onlyList(op *shape) string {
	var lists []string
	for _, x := range b.model.target(op.output).members {
		if b.model.target(x.target).kind == "list" {
			lists = append(lists, x.name)
		}
	}
	if len(lists) != 1 {
		return ""
	}
	return lists[0]
}

// iteratorName is All and what the operation lists: ListKxClusters -> AllKxClusters.
func iteratorName(op string) string {
	for _, verb := range []string{"List", "Describe", "Get", "Query"} {
		if rest, ok := strings.CutPrefix(op, verb); ok {
			return "All" + rest
		}
	}
	return "All" + op
}

func (st *structType) find(wire string) *field {
	i := slices.IndexFunc(st.fields, func(f *field) bool { return f.wire == wire })
	if i < 0 {
		return nil
	}
	return st.fields[i]
}

// path follows names of members, joined by dots, and returns the expression and the last field.
func (st *structType) path(names string) (expression string, last *field) {
	expression = "out"
	for name := range strings.SplitSeq(names, ".") {
		f := st.find(name)
		if f == nil {
			return "", nil
		}
		expression += "." + f.name
		last, st = f, f.typ.strct
		if st == nil {
			st = &structType{}
		}
	}
	return expression, last
}
