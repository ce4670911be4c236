package transport

import (
	"reflect"
	"slices"
	"strconv"
)

// A Choice is a value of a request field whose items are not listed while the field is empty, because the
// API then uses another value.
type Choice struct {
	Field string
	Value string
}

// requiredSize is the page size if the API requires one and the caller has not set it.
const requiredSize = 100

// sweep returns the requests that together cover a list. The first one is the caller's. For a caller who
// says where to begin it is the only one.
func (l *List) sweep(request reflect.Value) []reflect.Value {
	if size := fieldAt(request, l.Size); size.IsValid() && size.IsZero() {
		size.SetInt(requiredSize)
	}
	all := []reflect.Value{request}
	if from := fieldAt(request, l.From); from.IsValid() && !from.IsZero() {
		return all
	}
	for _, c := range l.Also {
		if !fieldAt(request, c.Field).IsZero() {
			continue
		}
		for _, r := range all {
			other := reflect.New(request.Type().Elem())
			other.Elem().Set(r.Elem())
			setText(fieldAt(other, c.Field), c.Value)
			all = append(all, other)
		}
	}
	return all
}

// setText sets a string or a number.
func setText(v reflect.Value, text string) {
	if v.Kind() == reflect.String {
		v.SetString(text)
		return
	}
	n, _ := strconv.ParseInt(text, 10, 64)
	v.SetInt(n)
}

// nextRequest turns to the next request of the sweep, if there is one.
func (w *walk) nextRequest() bool {
	if len(w.requests) == 0 {
		return false
	}
	w.request, w.requests = w.requests[0], w.requests[1:]
	w.earlier = append(w.earlier, w.current...)
	w.current = nil
	w.start()
	return true
}

// fresh returns the items of the current page without those of an earlier request of the sweep, which come
// again if the service does not distinguish the requests.
func (w *walk) fresh() any {
	items := reflect.ValueOf(w.items)
	if len(w.list.Also) == 0 || !items.IsValid() {
		return w.items
	}
	kept := reflect.MakeSlice(items.Type(), 0, items.Len())
	for i := range items.Len() {
		item := items.Index(i)
		if !slices.ContainsFunc(w.earlier, func(t any) bool { return reflect.DeepEqual(t, item.Interface()) }) {
			kept = reflect.Append(kept, item)
		}
		w.current = append(w.current, item.Interface())
	}
	return kept.Interface()
}
