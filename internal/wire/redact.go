package wire

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"
)

// Redacted replaces a value that must not be shown.
const Redacted = "[redacted]"

// hidden reports whether a field holds something that must not be shown.
func hidden(f reflect.StructField, v reflect.Value) bool {
	if f.Tag.Get("sensitive") != "true" {
		return false
	}
	return !isEmpty(v)
}

// Format prints v, a struct or a pointer to one, as fmt would with the same verb and flags, with two exceptions: fields
// tagged sensitive:"true" are shown as [redacted] unless they are empty, and pointers are followed at every level, nil
// being <nil>. It is meant to be called from the Format method of v's type.
func Format(s fmt.State, verb rune, v any) {
	p := printer{
		out:   s,
		leaf:  fmt.FormatString(s, verb),
		sharp: verb == 'v' && s.Flag('#'),
		names: verb == 'v' && (s.Flag('#') || s.Flag('+')),
	}
	p.print(reflect.ValueOf(v))
}

// A printer walks a value by reflection, because fmt would call the Format method that it is called from.
type printer struct {
	out   fmt.State
	leaf  string // the directive for scalars
	sharp bool   // Go syntax
	names bool   // with field names
	path  visits
}

// visits holds the pointers, maps and slices that are being walked, so that a cycle ends the walk.
type visits []uintptr

// enter reports false if v is being walked already.
func (s *visits) enter(v reflect.Value) bool {
	p := v.Pointer()
	if v.Kind() == reflect.Slice && v.Len() == 0 || !slices.Contains(*s, p) {
		*s = append(*s, p)
		return true
	}
	return false
}

func (s *visits) leave() { *s = (*s)[:len(*s)-1] }

func (p *printer) write(s string) { io.WriteString(p.out, s) }

func (p *printer) print(v reflect.Value) {
	switch v.Kind() {
	case reflect.Invalid:
		p.write("<nil>")
	case reflect.Struct:
		p.structure(v)
	case reflect.Interface:
		if v.IsNil() {
			p.null(v)
			return
		}
		p.print(v.Elem())
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if v.IsNil() && (v.Kind() == reflect.Pointer || p.sharp) {
			p.null(v)
			return
		}
		if !p.path.enter(v) {
			p.write("...")
			return
		}
		p.reference(v)
		p.path.leave()
	case reflect.Array:
		p.list(v)
	default:
		fmt.Fprintf(p.out, p.leaf, v)
	}
}

func (p *printer) null(v reflect.Value) {
	switch {
	case !p.sharp:
		p.write("<nil>")
	case v.Kind() == reflect.Pointer:
		p.write("(" + v.Type().String() + ")(nil)")
	default:
		p.write(v.Type().String() + "(nil)")
	}
}

func (p *printer) reference(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		p.list(v)
	case reflect.Map:
		p.dict(v)
	default:
		p.pointer(v.Elem())
	}
}

// pointer prints what a pointer points to: &{…} as fmt does at the top, and a scalar by itself.
func (p *printer) pointer(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct, reflect.Slice, reflect.Map, reflect.Array:
		if _, isTime := timeIn(v); !isTime {
			p.write("&")
			p.print(v)
			return
		}
	}
	if !p.sharp {
		p.print(v)
		return
	}
	p.write("new(")
	p.print(v)
	p.write(")")
}

func (p *printer) structure(v reflect.Value) {
	if t, ok := timeIn(v); ok {
		fmt.Fprintf(p.out, p.leaf, t)
		return
	}
	if p.sharp {
		p.write(v.Type().String())
	}
	p.write("{")
	for i := range v.NumField() {
		f, fv := v.Type().Field(i), v.Field(i)
		p.separate(i)
		if p.names {
			p.write(f.Name + ":")
		}
		if hidden(f, fv) {
			p.write(Redacted)
		} else {
			p.print(fv)
		}
	}
	p.write("}")
}

// separate writes the separator before the i-th part.
func (p *printer) separate(i int) {
	switch {
	case i == 0:
	case p.sharp:
		p.write(", ")
	default:
		p.write(" ")
	}
}

func (p *printer) list(v reflect.Value) {
	opening, closing := "[", "]"
	if p.sharp {
		opening, closing = v.Type().String()+"{", "}"
	}
	p.write(opening)
	for i := range v.Len() {
		p.separate(i)
		p.print(v.Index(i))
	}
	p.write(closing)
}

func (p *printer) dict(v reflect.Value) {
	opening, closing := "map[", "]"
	if p.sharp {
		opening, closing = v.Type().String()+"{", "}"
	}
	p.write(opening)
	for i, key := range sortedKeys(v) {
		p.separate(i)
		p.print(key)
		p.write(":")
		p.print(v.MapIndex(key))
	}
	p.write(closing)
}

// timeIn returns v as a time.Time if it is one.
func timeIn(v reflect.Value) (t time.Time, ok bool) {
	if v.Type() != reflect.TypeFor[time.Time]() || !v.CanInterface() {
		return t, false
	}
	return v.Interface().(time.Time), true
}
