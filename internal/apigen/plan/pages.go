package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// pages returns how a list operation pages, from the overlay or else the model; nil for an operation that does
// not page.
func (b *builder) pages(op *Operation) *Pages {
	rule, ok := b.pageRule(op.Shape)
	if !ok {
		for _, f := range op.Request.Fields {
			if strings.EqualFold(f.Wire, "nextToken") {
				b.fail("%s takes a %s, but neither model nor overlay says how it pages", op.Name, f.Wire)
			}
		}
		return nil
	}
	if op.Shape.Traits.Has(smithy.TraitPaginated) && rule.Cursor() == "" && !b.hasPageRule(op) {
		b.fail("%s pages, but neither the model nor the overlay says by what", op.Name)
	}
	p := &Pages{Name: b.names.iteratorName(op.Name, b.Overlay.Iterators[op.Name], iteratorName(op.GoName))}
	for _, step := range []func(*Operation, overlay.PageRule, *Pages) error{listFrom, listItems, listEnds, listSize, listAlso} {
		if err := step(op, rule, p); err != nil {
			b.fail("%s: %w", op.Name, err)
			return nil
		}
	}
	return p
}

// hasPageRule reports whether the overlay says how an operation pages.
func (b *builder) hasPageRule(op *Operation) bool {
	_, ok := b.Overlay.Pages[op.Name]
	return ok
}

// listFrom sets the field of the request that says where the list continues.
func listFrom(op *Operation, rule overlay.PageRule, p *Pages) error {
	name := rule.Cursor()
	if name == "" {
		return nil
	}
	p.Cursor = op.Request.find(name)
	if p.Cursor == nil || p.Cursor.Pointer {
		return fmt.Errorf("pages by %+v, but the request has no such member that is a plain value", rule)
	}
	p.Numbered = rule.Page != ""
	return nil
}

// listItems sets the field of the items.
func listItems(op *Operation, rule overlay.PageRule, p *Pages) error {
	p.Item, p.Whole = op.Response.Name, true
	if rule.Items == "." {
		return nil
	}
	path, f := op.Response.path(rule.Items)
	switch {
	case f == nil || f.Type.Kind != KindList && f.Type.Kind != KindStruct:
		return fmt.Errorf("the items %q are not a list or structure of the response", rule.Items)
	case f.Type.Kind == KindList:
		p.Item, p.Whole = f.Type.Elem.String(), false
	default:
		p.Item = f.Type.String()
	}
	p.Items = path
	return nil
}

// listEnds sets the fields that show which page is the last.
func listEnds(op *Operation, rule overlay.PageRule, p *Pages) error {
	next := ""
	if rule.Token != "" {
		next = cmp.Or(rule.Next, rule.Token)
	}
	for _, end := range []struct {
		field *string
		wire  string
	}{{&p.Total, rule.Total}, {&p.TotalPages, rule.TotalPages}, {&p.Next, next}, {&p.Over, rule.Over}} {
		if end.wire == "" {
			continue
		}
		path, f := op.Response.path(end.wire)
		if f == nil {
			return fmt.Errorf("%q is not in the response", end.wire)
		}
		*end.field = path
	}
	return nil
}

func listSize(op *Operation, rule overlay.PageRule, p *Pages) error {
	if size := op.Request.find(rule.Size); size != nil && size.required {
		p.Size = size.Name
	}
	return nil
}

// listAlso sets the further requests that cover a list, if one request does not.
func listAlso(op *Operation, rule overlay.PageRule, p *Pages) error {
	for _, name := range slices.Sorted(maps.Keys(rule.Also)) {
		f := op.Request.find(name)
		if f == nil || f.Pointer || f.Type.Kind != KindString && f.Type.Kind != KindInt {
			return fmt.Errorf("%q is not a string or number of the request that may be empty", name)
		}
		p.Also = append(p.Also, Choice{f.Name, rule.Also[name]})
	}
	return nil
}

// pageRule returns the overlay's or else the model's rule for an operation's paging.
func (b *builder) pageRule(op *smithy.Shape) (overlay.PageRule, bool) {
	if rule, ok := b.Overlay.Pages[op.Name()]; ok {
		return rule, true
	}
	if t := op.Traits.Object(smithy.TraitPages); len(t.Keys) > 0 {
		return overlay.PageRule{Page: t.Text("page"), Size: t.Text("pageSize"), Items: t.Text("items"), Total: t.Text("total")}, true
	}
	if !op.Traits.Has(smithy.TraitPaginated) {
		return overlay.PageRule{}, false
	}
	t, usual := op.Traits.Object(smithy.TraitPaginated), b.Model.Service.Traits.Object(smithy.TraitPaginated)
	of := func(key string) string { return cmp.Or(t.Text(key), usual.Text(key)) }
	return overlay.PageRule{
		Token: of("inputToken"), Next: of("outputToken"), Size: of("pageSize"), Items: cmp.Or(t.Text("items"), b.onlyList(op)),
	}, true
}

// isCursor reports whether a field of a request says where a list continues. Its zero value means the start.
func (b *builder) isCursor(st *Struct, f *Field) bool {
	if st.Role != Request {
		return false
	}
	rule, ok := b.pageRule(st.Op.Shape)
	return ok && f.Wire == rule.Cursor()
}

// onlyList returns the one list in an operation's output, "" if there is not exactly one.
func (b *builder) onlyList(op *smithy.Shape) string {
	output := b.Model.Target(op.Output)
	if output == nil {
		return ""
	}
	var lists []string
	for _, x := range output.Members {
		if b.Model.Target(x.Target).Kind == "list" {
			lists = append(lists, x.Name)
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

func (st *Struct) find(wire string) *Field {
	i := slices.IndexFunc(st.Fields, func(f *Field) bool { return f.Wire == wire })
	if i < 0 {
		return nil
	}
	return st.Fields[i]
}

// path follows names of members, joined by dots, and returns the path of the fields and the last of them.
func (st *Struct) path(names string) (path string, last *Field) {
	var fields []string
	for name := range strings.SplitSeq(names, ".") {
		f := st.find(name)
		if f == nil {
			return "", nil
		}
		fields = append(fields, f.Name)
		last, st = f, f.Type.Struct
		if st == nil {
			st = &Struct{}
		}
	}
	return strings.Join(fields, "."), last
}
