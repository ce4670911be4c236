package resource

import (
	"reflect"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// maxNesting is how far down in a response items are looked for.
const maxNesting = 3

// structOf returns the struct type that a type is or points to, nil if it is neither.
func structOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == timeType {
		return nil
	}
	return t
}

// itemOf returns the struct type of the items of a list type, nil if they are none.
func itemOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Slice {
		return nil
	}
	return structOf(t.Elem())
}

// pageSizes are the names of members for the size of a page.
var pageSizes = []string{"Limit", "PageSize", "MaxResults", "Size"}

func isPageSize(name string) bool {
	return slices.ContainsFunc(pageSizes, func(s string) bool { return strings.EqualFold(s, name) })
}

// isPaging reports whether a field of a request only selects a page.
func isPaging(op front.Operation, f reflect.StructField) bool {
	name, _ := wireName(f)
	return op.Pages != nil && (f.Name == op.Pages.From || isPageSize(name))
}

// shows returns how well a struct can show a resource: how many of the members that identify it it has, or else 1 if
// it has any that documents have.
func (k *kind) shows(op *operation, t reflect.Type) int {
	identifying, any := 0, 0
	for f := range t.Fields() {
		name, place := wireName(f)
		if place != "json" {
			continue
		}
		renamed := k.rename(op.name, name)
		switch {
		case slices.Contains(k.ID, renamed), slices.Contains(k.Unique, renamed):
			identifying++
		case k.known[renamed]:
			any = 1
		}
	}
	return 2*identifying + any
}

// A place is where a response has a resource, or the resources of a list: the indices of fields.
type place struct {
	path []int
	list bool
	rank int
}

// place finds where a response shows the resource best. Of equal places the first and outermost is meant.
func (op *operation) place(t reflect.Type) place {
	best := place{rank: 2 * op.kind.shows(op, t)}
	var visit func(t reflect.Type, path []int)
	visit = func(t reflect.Type, path []int) {
		for i := range t.NumField() {
			f, at := t.Field(i), append(slices.Clone(path), i)
			if name, _ := wireName(f); op.kind.rename(op.name, name) == "" {
				continue
			}
			inner, list := structOf(f.Type), false
			if inner == nil {
				inner, list = itemOf(f.Type), true
			}
			if inner == nil {
				continue
			}
			if rank := 2 * op.kind.shows(op, inner); rank > best.rank {
				best = place{at, list, rank}
			}
			if !list && len(at) < maxNesting {
				visit(inner, at)
			}
		}
	}
	visit(t, nil)
	return best
}

// itemTypes returns the struct types in which the responses of an operation show a resource.
func (k *kind) itemTypes(op *operation) []reflect.Type {
	if op.Pages != nil && op.Pages.Items != "" {
		if f, ok := fieldByPath(op.Response, op.Pages.Items); ok && itemOf(f.Type) != nil {
			return []reflect.Type{itemOf(f.Type)}
		}
	}
	at := op.place(op.Response)
	t := op.Response
	for _, i := range at.path {
		f := t.Field(i)
		if t = structOf(f.Type); t == nil {
			t = itemOf(f.Type)
		}
	}
	return []reflect.Type{t}
}

// fieldByPath returns the field at a path of Go names.
func fieldByPath(t reflect.Type, path string) (f reflect.StructField, ok bool) {
	for name := range strings.SplitSeq(path, ".") {
		if t = structOf(t); t == nil {
			return f, false
		}
		if f, ok = t.FieldByName(name); !ok {
			return f, false
		}
		t = f.Type
	}
	return f, true
}

// at returns the value at a path of field indices, making what pointers point to.
func at(v reflect.Value, path []int) reflect.Value {
	for _, i := range path {
		v = indirect(v).Field(i)
	}
	return v
}

// byPath returns the value at a path of Go names, which exists.
func byPath(v reflect.Value, path string) reflect.Value {
	for name := range strings.SplitSeq(path, ".") {
		v = indirect(v).FieldByName(name)
	}
	return v
}

// indirect returns what a pointer points to, and makes it if need be.
func indirect(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer {
		return v
	}
	if v.IsNil() {
		v.Set(reflect.New(v.Type().Elem()))
	}
	return v.Elem()
}

// show sets the members of a struct that the document has.
func (op *operation) show(v reflect.Value, d Document) {
	for f, field := range v.Fields() {
		name, where := wireName(f)
		if where != "json" {
			continue
		}
		if renamed := op.kind.rename(op.name, name); renamed != "" {
			assign(field, d[renamed])
		}
	}
}

// respond makes a response that shows a document, without one if d is nil.
func (e *Engine) respond(r *front.Received, op *operation, d Document) any {
	v := reflect.New(op.Response)
	if d != nil {
		op.show(v.Elem(), d)
		where := op.place(op.Response)
		part := at(v.Elem(), where.path)
		switch {
		case where.list:
			item := reflect.New(part.Type().Elem()).Elem()
			op.show(indirect(item), d)
			part.Set(reflect.Append(reflect.MakeSlice(part.Type(), 0, 1), item))
			setTotals(v.Elem(), op.Operation, 1, 1)
		case len(where.path) > 0:
			op.show(indirect(part), d)
		}
	}
	e.finish(r, op.name, op.Operation, v.Elem())
	return v.Interface()
}
