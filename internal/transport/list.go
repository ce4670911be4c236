package transport

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// List describes how a list operation pages, by the names of fields of the Go structs; dots lead into
// structures. All of the work is done here, by reflection, so that the generated iterators are one line
// each.
type List struct {
	Op       *Operation
	Response any // a nil pointer to the type of the response
	// From is the field of the request that says where to continue: how many items to skip, or a token.
	// "" is a list without pages.
	From     string
	Numbered bool // From is the number of a page instead, from 1; it may be a string
	// Items is the field of the response that holds the items, or the one item. With "" the
	// response is the item.
	Items      string
	Total      string // field of the response: how many items there are
	TotalPages string // field of the response: how many pages there are; instead of Total
	Next       string // field of the response: the token of the next page
	Over       string // field of the response: whether this is the last page

	Size string   // field of the request: how large a page is, where the API requires it
	Also []Choice // what the API lists only on request; each set of them is a list of its own
}

// All returns the items of all pages of a list. It starts where the request says, and does not change
// the request. The list ends with a page that has no items, or that is the last by the total, by the
// flag, or by having no token. A repeated token is an error, and so are pages with nothing new, because
// the list would never end; an empty page before the total is reached is one because items are missing.
// It is not inlined, so that the iterators share the code for their types of items: that and walkOf save
// 78 kB of a program with all of dlc.
//
//go:noinline
func All[T any](ctx context.Context, c *Client, list *List, in Request) iter.Seq2[T, error] {
	start := walkOf(ctx, c, list, in)
	return func(yield func(T, error) bool) {
		w := start()
		for w.fetch() {
			items, _ := w.fresh().([]T)
			for i := range items {
				if !yield(items[i], nil) {
					return
				}
			}
		}
		if w.err != nil {
			var none T
			yield(none, w.err)
		}
	}
}

// walk is the state of going through the pages of one list.
type walk struct {
	ctx     context.Context
	client  *Client
	list    *List
	request reflect.Value // a copy of the caller's

	requests []reflect.Value // still to be made
	earlier  []any           // items of earlier requests
	current  []any           // items of this request

	err error

	// The fields below are for the list of one request.
	items     any // of the current page: a slice of them
	over      bool
	count     int             // of items up to and with this page
	seen      map[string]bool // tokens
	first     int             // the number of the first page
	pages     int             // how many there have been
	recent    []any           // the last ones
	unchanged int             // how many consecutive ones had nothing new
}

// A list that never ends is an error. Tokens may lead to empty pages where the service filters; page numbers do not
// reveal the end where the service returns no total, or ignores them.
const (
	maxUnchanged = 1000   // consecutive pages with nothing new, in a list with tokens
	maxNumbered  = 10_000 // pages of a list without tokens
	keptPages    = 4      // that a page is compared with
)

// walkOf returns a function that starts a walk. It is separate from All because that is compiled once for every
// type of item.
//
//go:noinline
func walkOf(ctx context.Context, c *Client, list *List, in Request) func() *walk {
	return func() *walk {
		request := reflect.New(reflect.TypeOf(in).Elem())
		request.Elem().Set(reflect.ValueOf(in).Elem())
		w := &walk{ctx: ctx, client: c, list: list, requests: list.sweep(request)}
		w.nextRequest()
		return w
	}
}

// start begins the list of one request.
func (w *walk) start() {
	w.items, w.over, w.count, w.seen = nil, false, 0, nil
	w.first, w.pages, w.recent, w.unchanged = 0, 0, nil, 0
	if from := w.from(); from.IsValid() && from.Kind() == reflect.String && !w.list.Numbered {
		w.seen = map[string]bool{from.String(): true}
	}
}

// from is the field of the request that says where to continue.
func (w *walk) from() reflect.Value { return fieldAt(w.request, w.list.From) }

// fetch gets the next page and reports whether there is one.
func (w *walk) fetch() bool {
	if w.over && !w.nextRequest() {
		return false
	}
	if w.list.Numbered && w.first == 0 {
		if w.from().IsZero() {
			w.turnToPage(1)
		}
		w.first = max(number(w.from()), 1)
	}
	in, out := w.request.Interface().(Request), reflect.New(reflect.TypeOf(w.list.Response).Elem())
	if w.err = w.client.call(w.ctx, w.list.Op, in, out.Interface(), sendingDeadline{}, (*call).run); w.err != nil {
		return false
	}
	n := w.take(out)
	if w.err = w.endless(n); w.err != nil {
		return false
	}
	w.err = w.advance(out, n)
	return true
}

// endless is the error of a list that seems to have no end.
func (w *walk) endless(n int) error {
	w.pages++
	if w.unchanged++; n > 0 && !w.repeats() {
		w.unchanged = 0
	}
	switch {
	case w.seen != nil && w.unchanged >= maxUnchanged:
		return w.broken(fmt.Sprintf("the service returned %d consecutive pages with nothing new", w.unchanged))
	case w.seen == nil && n > 0 && w.unchanged > 0:
		return w.broken("the service returned the same page twice")
	case w.seen == nil && w.pages >= maxNumbered:
		return w.broken(fmt.Sprintf("the service returned %d pages without a last one", w.pages))
	}
	return nil
}

// repeats reports whether the current page equals one of the previous ones.
func (w *walk) repeats() bool {
	known := slices.ContainsFunc(w.recent, func(page any) bool { return reflect.DeepEqual(page, w.items) })
	if len(w.recent) == keptPages {
		w.recent = w.recent[1:]
	}
	w.recent = append(w.recent, w.items)
	return known
}

// take keeps the items of a page and returns how many there are.
func (w *walk) take(out reflect.Value) int {
	items := out
	if w.list.Items != "" {
		items = fieldAt(out, w.list.Items)
	}
	w.items = nil
	if !items.IsValid() || items.IsNil() {
		return 0
	}
	if items.Kind() == reflect.Pointer {
		one := items.Elem()
		items = reflect.Append(reflect.MakeSlice(reflect.SliceOf(one.Type()), 0, 1), one)
	}
	w.items = items.Interface()
	return items.Len()
}

// advance determines where the list continues, if it does.
func (w *walk) advance(out reflect.Value, n int) error {
	from := w.from()
	switch {
	case !from.IsValid() || flag(fieldAt(out, w.list.Over)):
		w.over = true
		return nil
	case w.seen != nil:
		return w.turnToToken(from, fieldAt(out, w.list.Next))
	}
	at, total := number(from), number(fieldAt(out, cmp.Or(w.list.Total, w.list.TotalPages)))
	if n == 0 {
		w.over = true
		return w.missing(at, total)
	}
	if w.list.Numbered {
		if w.count == 0 {
			w.count = (at - 1) * n // at least as many came before, if the caller starts later
		}
		w.count += n
		w.over = total > 0 && w.last(at, total)
		w.turnToPage(at + 1)
		return nil
	}
	w.over = total > 0 && n >= total-at
	from.SetInt(int64(at + n))
	return nil
}

// missing is the error of a page without items before the total is reached.
func (w *walk) missing(at, total int) error {
	unit := "items"
	switch {
	case w.list.TotalPages != "":
		unit = "pages"
	case w.list.Numbered && w.first > 1:
		return nil // the number of items on the previous pages is not known
	case w.list.Numbered:
		at = w.count
	}
	if total <= at {
		return nil
	}
	return w.broken(fmt.Sprintf("the service counts %d %s, and returned an empty page after %d", total, unit, at))
}

// turnToPage sets the number of the page to request.
func (w *walk) turnToPage(page int) {
	from := w.from()
	if from.Kind() == reflect.String {
		from.SetString(strconv.Itoa(page))
		return
	}
	from.SetInt(int64(page))
}

// last reports whether a numbered page is the last by the total.
func (w *walk) last(page, total int) bool {
	if w.list.TotalPages != "" {
		return page >= total
	}
	return w.count >= total
}

// turnToToken puts the token of the next page into the request. The list ends without one.
func (w *walk) turnToToken(from, next reflect.Value) error {
	if !next.IsValid() || next.String() == "" {
		w.over = true
		return nil
	}
	token := next.String()
	if w.seen[token] {
		w.over = true
		return w.broken(fmt.Sprintf("the service returned the page cursor %q twice", cloud.OneLine(token, 100)))
	}
	w.seen[token] = true
	from.SetString(token)
	return nil
}

func (w *walk) broken(message string) error {
	return &cloud.Error{Service: w.client.service.Name, Operation: w.list.Op.Name, Kind: cloud.ErrTransport, Message: message}
}

// fieldAt returns the field at a path. The zero Value says that a structure on the way is nil.
func fieldAt(v reflect.Value, path string) reflect.Value {
	if path == "" {
		return reflect.Value{}
	}
	for name := range strings.SplitSeq(path, ".") {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return reflect.Value{}
		}
		v = v.FieldByName(name)
	}
	return v
}

// number reads a number, which may be a string. Anything else is 0.
func number(v reflect.Value) int {
	switch {
	case v.IsValid() && v.CanInt():
		return int(v.Int())
	case v.IsValid() && v.Kind() == reflect.String:
		n, _ := strconv.Atoi(v.String())
		return n
	}
	return 0
}

func flag(v reflect.Value) bool { return v.IsValid() && v.Bool() }
