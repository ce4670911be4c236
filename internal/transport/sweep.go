package transport

import (
	"reflect"
	"slices"
	"strconv"
)

// A Choice is a value of a request field that is not listed while the field is empty, because the API
// then means another value.
type Choice struct {
	Field string
	Value string
}

// requiredSize is the size of pages where the API requires one and the caller has not set it.
const requiredSize = 100

// sweep returns the requests that cover a list together. The first one is the caller's. A caller who
// says where to begin pages through one list.
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
	w.told = append(w.told, w.telling...)
	w.telling = nil
	w.start()
	return true
}

// fresh returns the items of the current page without those that an earlier request of a sweep brought, as
// happens where the service does not tell the requests apart.
func (w *walk) fresh() any {
	items := reflect.ValueOf(w.items)
	if len(w.list.Also) == 0 || !items.IsValid() {
		return w.items
	}
	kept := reflect.MakeSlice(items.Type(), 0, items.Len())
	for i := range items.Len() {
		item := items.Index(i)
		if !slices.ContainsFunc(w.told, func(t any) bool { return reflect.DeepEqual(t, item.Interface()) }) {
			kept = reflect.Append(kept, item)
		}
		w.telling = append(w.telling, item.Interface())
	}
	return kept.Interface()
}
