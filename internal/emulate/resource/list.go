package resource

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (e *Engine) list(r *front.Received, op *operation, in input) (any, error) {
	matches, err := op.filter(in)
	if err != nil {
		return nil, err
	}
	rows, now := op.kind.inOrder(), e.World.Now()
	found := make([]Document, 0, len(rows))
	for _, row := range rows {
		if d, ok := row.Visible(now); ok && matches(d) {
			found = append(found, d)
		}
	}
	op.sort(found, in.value)
	return e.respondWithPage(r, op, in, found)
}

// A filter reports whether a document is listed.
type filter func(Document) bool

// filter returns what a list request selects.
func (op *operation) filter(in input) (filter, error) {
	var all []filter
	k := op.kind
	for name, value := range in.members {
		if f := k.selects(name, value); f != nil {
			all = append(all, f)
		}
	}
	given, _ := in.members["Filters"].([]any)
	if one, ok := in.members["Filter"].(map[string]any); ok {
		given = []any{one}
	}
	named, err := op.namedFilters(given)
	if err != nil {
		return nil, err
	}
	all = append(all, named...)
	return func(d Document) bool {
		for _, f := range all {
			if !f(d) {
				return false
			}
		}
		return true
	}, nil
}

// selects returns what a member of a list request selects, nil if it selects nothing.
func (k *kind) selects(name string, value any) filter {
	if members := k.Like[name]; len(members) > 0 {
		part := text(value)
		return func(d Document) bool {
			return slices.ContainsFunc(members, func(name string) bool { return strings.Contains(text(d[name]), part) })
		}
	}
	if _, nested := value.(map[string]any); nested || name == "Filters" {
		return nil
	}
	if text(value) == "" {
		return nil
	}
	if k.known[name] {
		return hasOne(name, value)
	}
	for _, plural := range []string{"s", "List", "Set"} {
		if one, ok := strings.CutSuffix(name, plural); ok && k.known[one] {
			return hasOne(one, value)
		}
	}
	return nil
}

// hasOne selects the documents whose member has one of the values.
func hasOne(name string, value any) filter {
	wanted := texts(value)
	if len(wanted) == 0 {
		return func(Document) bool { return true }
	}
	return func(d Document) bool {
		return slices.ContainsFunc(texts(d[name]), func(s string) bool { return slices.Contains(wanted, s) })
	}
}

// texts returns a value, or the values in a list.
func texts(value any) []string {
	list, ok := value.([]any)
	if !ok {
		return []string{text(value)}
	}
	var all []string
	for _, v := range list {
		all = append(all, text(v))
	}
	return all
}

// namedFilters returns what the Filters of a request select: {"Name": "role-name", "Values": ["a"]}.
func (op *operation) namedFilters(list []any) ([]filter, error) {
	var all []filter
	for _, item := range list {
		object, _ := item.(map[string]any)
		values, _ := object["Values"].([]any)
		given := text(object["Name"])
		member, ok := op.kind.filtered(given)
		if !ok {
			return nil, &cloud.ValidationError{Problems: []cloud.Problem{{Field: "Filters", Rule: "the list has no filter " + given}}}
		}
		if member != "" && len(values) > 0 {
			all = append(all, hasOne(member, values))
		}
	}
	return all, nil
}

// filtered returns the member that a named filter, or an order, is for.
func (k *kind) filtered(name string) (member string, ok bool) {
	if member, ok := k.Filters[name]; ok {
		return member, true
	}
	for member := range k.known {
		if plain(member) == plain(name) {
			return member, true
		}
	}
	return "", false
}

// plain returns a name without its style: role-name, role_name and RoleName are the same.
func plain(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
}

// sort puts documents in the order that a request asks for. They are in the order of their creation.
func (op *operation) sort(list []Document, in reflect.Value) {
	by, direction := in.FieldByName("SortBy"), in.FieldByName("Sorting")
	if !by.IsValid() || by.Kind() != reflect.String || by.String() == "" {
		return
	}
	member, ok := op.kind.filtered(by.String())
	if !ok {
		return
	}
	slices.SortStableFunc(list, func(a, b Document) int { return compareValues(a[member], b[member]) })
	if direction.IsValid() && direction.Kind() == reflect.String && direction.String() == "desc" {
		slices.Reverse(list)
	}
}

func compareValues(a, b any) int {
	x, xIsNumber := a.(int64)
	y, yIsNumber := b.(int64)
	if xIsNumber && yIsNumber {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(text(a), text(b))
}

// A page is the part of a list that a request asks for.
type page struct {
	items []Document
	next  string // the token of the next one
	size  int
	over  bool
}

func (e *Engine) pageOf(op *operation, in input, all []Document) (page, error) {
	p := page{items: all, size: e.pageSize(in.value), over: true}
	if op.Pages == nil || op.Pages.From == "" {
		return p, nil
	}
	from := reflect.Indirect(byPath(in.value, op.Pages.From))
	var err error
	switch {
	case !from.IsValid():
		p.items = world.OffsetPage(all, 0, p.size)
		p.over = len(p.items) == len(all)
	case from.Kind() == reflect.String:
		scope, _ := json.Marshal(in.members)
		p.items, p.next, err = world.NextPage(all, op.name+string(scope), from.String(), p.size)
		p.over = p.next == ""
	case op.Pages.Numbered:
		n := max(int(from.Int()), 1)
		p.items = world.NumberedPage(all, n, p.size)
		p.over = n > len(all)/p.size || n*p.size >= len(all)
	default:
		start := max(int(from.Int()), 0)
		p.items = world.OffsetPage(all, start, p.size)
		p.over = start >= len(all) || start+len(p.items) >= len(all)
	}
	return p, err
}

// pageSize returns how many items a request asks for.
func (e *Engine) pageSize(in reflect.Value) int {
	for f, v := range in.Fields() {
		name, _ := wireName(f)
		v = reflect.Indirect(v)
		if isPageSize(name) && v.IsValid() && v.Kind() == reflect.Int && v.Int() > 0 {
			return int(v.Int())
		}
	}
	return e.PageSize
}

// respondWithPage makes the response of a list.
func (e *Engine) respondWithPage(r *front.Received, op *operation, in input, all []Document) (any, error) {
	p, err := e.pageOf(op, in, all)
	if err != nil {
		return nil, err
	}
	v := reflect.New(op.Response).Elem()
	items := op.items(v)
	if items.IsValid() {
		items.Set(reflect.MakeSlice(items.Type(), 0, len(p.items)))
		for _, d := range p.items {
			item := reflect.New(items.Type().Elem()).Elem()
			op.showItem(item, d)
			items.Set(reflect.Append(items, item))
		}
	}
	setTotals(v, op.Operation, len(all), p.size)
	if op.Pages != nil && op.Pages.Next != "" {
		assign(byPath(v, op.Pages.Next), p.next)
	}
	if op.Pages != nil && op.Pages.Over != "" {
		assign(byPath(v, op.Pages.Over), p.over)
	}
	for f, field := range v.Fields() {
		if name, _ := wireName(f); isPageSize(name) && field.Kind() == reflect.Int {
			field.SetInt(int64(p.size))
		}
	}
	e.echo(op.Operation, in.value, v)
	e.finish(r, op.name, op.Operation, v)
	return v.Addr().Interface(), nil
}

// items returns the list in a response, invalid if there is none.
func (op *operation) items(v reflect.Value) reflect.Value {
	if op.Pages != nil && op.Pages.Items != "" {
		if list := byPath(v, op.Pages.Items); list.Kind() == reflect.Slice {
			return list
		}
	}
	where := op.place(op.Response)
	if where.list {
		return at(v, where.path)
	}
	return reflect.Value{}
}

// showItem shows a document in an item. An item that is no struct shows its name.
func (op *operation) showItem(item reflect.Value, d Document) {
	if structOf(item.Type()) != nil {
		op.show(indirect(item), d)
		return
	}
	for _, name := range slices.Concat(op.kind.Unique, op.kind.ID) {
		if assign(item, d[name]) {
			return
		}
	}
}

// totals are the names of members for the number of items on all pages.
var totals = []string{"Total", "TotalCount", "TotalSize"}

// setTotals sets how many items and pages there are.
func setTotals(v reflect.Value, op front.Operation, total, size int) {
	if p := op.Pages; p != nil && p.Total != "" {
		assign(byPath(v, p.Total), int64(total))
	}
	if p := op.Pages; p != nil && p.TotalPages != "" {
		assign(byPath(v, p.TotalPages), int64((total+size-1)/size))
	}
	for f, field := range v.Fields() {
		name, _ := wireName(f)
		if slices.ContainsFunc(totals, func(s string) bool { return strings.EqualFold(s, name) }) && field.Kind() == reflect.Int {
			field.SetInt(int64(total))
		}
	}
}
