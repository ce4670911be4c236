package transport

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// List is what the generated code says about how a list operation pages. It names fields of the Go
// structs; dots go into structures. All of the work is done here, by reflection, so that an iterator
// is one line in a package that has a hundred of them.
type List struct {
	Op     *Operation
	Answer any // a nil pointer to the type of the response
	// From is the field of the request that says where to go on: how many items to skip, or a token.
	// "" is a list that comes all at once.
	From     string
	Numbered bool // From is the number of a page instead, from 1; it may be written as a text
	// Items is the field of the response that holds the items, or the one item. With "" the
	// response is the item.
	Items string
	Total string // field of the response: how many items there are, or pages if its name says so
	Next  string // field of the response: the token of the next page
	Over  string // field of the response: whether this was the last page

	Size string   // field of the request: how large a page is, where the API wants to know
	Also []Choice // what the API leaves out unless it is asked for; each set of them is a list of its own
}

// All returns the items of all pages of a list. It starts where the request says, and leaves the
// request alone. The list ends with a page that has no items, or that is the last by the total, by the
// flag, or by having no token. A token or a page that comes again is an error, because the list would
// never end. It is not inlined, so that a hundred iterators share the code for their types of items.
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

// walk is the way through the pages of one list.
type walk struct {
	ctx     context.Context
	client  *Client
	list    *List
	request reflect.Value // a copy of the caller's

	requests []reflect.Value // what is to be asked for after that
	told     []any           // items that earlier requests brought
	telling  []any           // and those of this one

	items any // of the page at hand: a slice of them
	err   error
	over  bool
	count int             // of items up to and with this page
	seen  map[string]bool // tokens
}

// walkOf returns what starts a walk. It is no part of All because that is compiled once for every type
// of item.
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
	if from := w.from(); from.IsValid() && from.Kind() == reflect.String && !w.list.Numbered {
		w.seen = map[string]bool{from.String(): true}
	}
}

// from is the field of the request that says where to go on.
func (w *walk) from() reflect.Value { return follow(w.request, w.list.From) }

// fetch gets the next page and reports whether there is one.
func (w *walk) fetch() bool {
	if w.over && !w.nextRequest() {
		return false
	}
	if w.list.Numbered && w.from().IsZero() {
		w.turnTo(1)
	}
	out := reflect.New(reflect.TypeOf(w.list.Answer).Elem())
	if w.err = w.client.call(w.ctx, w.list.Op, w.request.Interface().(Request), out.Interface()); w.err != nil {
		return false
	}
	before := w.items
	n := w.take(out)
	if w.seen == nil && n > 0 && reflect.DeepEqual(before, w.items) {
		w.err = w.endless("the service returned the same page twice")
		return false
	}
	w.err = w.advance(out, n)
	return true
}

// take keeps the items of a page and returns how many there are.
func (w *walk) take(out reflect.Value) int {
	items := out
	if w.list.Items != "" {
		items = follow(out, w.list.Items)
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

// advance finds out where the list goes on, if it does.
func (w *walk) advance(out reflect.Value, n int) error {
	from := w.from()
	switch {
	case !from.IsValid() || flag(follow(out, w.list.Over)):
		w.over = true
		return nil
	case w.seen != nil:
		return w.follow(from, follow(out, w.list.Next))
	}
	at, total := number(from), number(follow(out, w.list.Total))
	if w.list.Numbered {
		w.over = n == 0 || total > 0 && w.last(at, n, total)
		w.turnTo(at + 1)
		return nil
	}
	w.over = n == 0 || total > 0 && at+n >= total
	from.SetInt(int64(at + n))
	return nil
}

// turnTo sets the number of the page to ask for.
func (w *walk) turnTo(page int) {
	from := w.from()
	if from.Kind() == reflect.String {
		from.SetString(strconv.Itoa(page))
		return
	}
	from.SetInt(int64(page))
}

// last reports whether a numbered page is the last by the total.
func (w *walk) last(page, n, total int) bool {
	if strings.HasSuffix(w.list.Total, "Pages") {
		return page >= total
	}
	if w.count == 0 {
		w.count = (page - 1) * n // what came before, at least, when the caller starts later
	}
	w.count += n
	return w.count >= total
}

// follow takes the next token over, if there is one.
func (w *walk) follow(from, next reflect.Value) error {
	if !next.IsValid() || next.String() == "" {
		w.over = true
		return nil
	}
	token := next.String()
	if w.seen[token] {
		w.over = true
		return w.endless(fmt.Sprintf("the service returned the page cursor %q twice", token))
	}
	w.seen[token] = true
	from.SetString(token)
	return nil
}

func (w *walk) endless(message string) error {
	return &cloud.Error{Service: w.client.service.Name, Operation: w.list.Op.Name, Kind: cloud.ErrTransport, Message: message}
}

// follow goes along a path of fields. The zero Value says that it ends before.
func follow(v reflect.Value, path string) reflect.Value {
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

// number reads a number, which may be written as a text. What is none is 0.
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
