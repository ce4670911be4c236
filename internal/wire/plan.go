package wire

import (
	"net/textproto"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type kind uint8

const (
	unsupported kind = iota // refused when a value of it is met
	stringKind
	boolKind
	intKind
	uintKind // only within a caller's any; no member is of such a type
	floatKind
	timeKind
	anyKind
	structKind
	pointerKind
	listKind
	mapKind
)

// A codec describes one Go type.
type codec struct {
	kind kind
	typ  reflect.Type
	elem *codec // of a pointer, a list or a map
	plan *plan  // of a struct
	form string // of a time: dateTime, httpDate, or anything else for epoch seconds
	deep bool   // an assigned copy shares memory that can be changed
}

// A plan holds the tags of one struct type.
type plan struct {
	members []field        // json
	byName  map[string]int // wire name to index in members
	deep    []int          // members that are deep
	// after has the member that came after another one in the last document: after[0] the one that came
	// first, after[i+1] the one after member i.
	after []atomic.Int32

	path    []field
	query   []field // sorted by wire name
	header  []field
	payload *field
}

// A field is one bound field of a struct.
type field struct {
	name     string // on the wire
	key      string // of a member `"name":`, of a header its name in canonical form
	index    int
	omitZero bool
	codec    *codec
}

// codecs holds finished codecs only, by reflect.Type.
var codecs sync.Map

func codecOf(t reflect.Type) *codec {
	if c, ok := codecs.Load(t); ok {
		return c.(*codec)
	}
	b := builder{}
	c := b.codec(t)
	// Only now is every codec that c refers to complete. Two goroutines may have built the same; either will do.
	for t, c := range b {
		codecs.LoadOrStore(t, c)
	}
	return c
}

// A builder holds the codecs that are being made, so that a type may contain itself.
type builder map[reflect.Type]*codec

func (b builder) codec(t reflect.Type) *codec {
	if c, ok := b[t]; ok {
		return c
	}
	if c, ok := codecs.Load(t); ok {
		return c.(*codec)
	}
	c := &codec{kind: kindOf(t), typ: t}
	b[t] = c
	switch c.kind {
	case structKind:
		c.plan = b.plan(t)
		c.deep = len(c.plan.deep) > 0
	case pointerKind, listKind, mapKind:
		c.deep = true // before the types in it are looked at, which may contain this one
		c.elem = b.codec(t.Elem())
	}
	return c
}

func kindOf(t reflect.Type) kind {
	switch t.Kind() {
	case reflect.String:
		return stringKind
	case reflect.Bool:
		return boolKind
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return intKind
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return uintKind
	case reflect.Float32, reflect.Float64:
		return floatKind
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return anyKind
		}
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return timeKind
		}
		return structKind
	case reflect.Pointer:
		return pointerKind
	case reflect.Slice:
		// encoding/json writes base64 for bytes; no member of these services is of that type.
		if t.Elem().Kind() != reflect.Uint8 {
			return listKind
		}
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return mapKind
		}
	}
	return unsupported
}

func (b builder) plan(t reflect.Type) *plan {
	p := &plan{byName: map[string]int{}}
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && !f.Anonymous {
			b.bind(p, f, i)
		}
	}
	p.after = make([]atomic.Int32, len(p.members)+1)
	for i := range p.after {
		p.after[i].Store(int32(i)) // until a document says otherwise, the order of the struct
	}
	slices.SortStableFunc(p.query, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return p
}

// field returns the codec of a field, whose times may have a form of their own.
func (b builder) field(sf reflect.StructField) *codec {
	c := b.codec(sf.Type)
	if form := sf.Tag.Get("time"); form != "" {
		c = c.inForm(form)
	}
	return c
}

// inForm returns c, a time or a list, map or pointer of times, with their form.
func (c *codec) inForm(form string) *codec {
	own := *c
	if own.form = form; own.elem != nil {
		own.elem = own.elem.inForm(form)
	}
	return &own
}

// bind adds one struct field to the plan, as its tags say.
func (b builder) bind(p *plan, sf reflect.StructField, index int) {
	f := field{index: index}
	if tag, ok := sf.Tag.Lookup("json"); ok && tag != "-" {
		name, options, _ := strings.Cut(tag, ",")
		if name == "" {
			name = sf.Name
		}
		f.name, f.key = name, string(appendQuoted(nil, name))+":"
		f.omitZero = slices.Contains(strings.Split(options, ","), "omitzero")
		f.codec = b.field(sf)
		p.byName[name] = len(p.members)
		if f.codec.deep {
			p.deep = append(p.deep, len(p.members))
		}
		p.members = append(p.members, f)
		return
	}
	for _, place := range [...]struct {
		tag  string
		list *[]field
	}{{"path", &p.path}, {"query", &p.query}, {"header", &p.header}} {
		if name := sf.Tag.Get(place.tag); name != "" {
			f.name, f.key, f.codec = name, textproto.CanonicalMIMEHeaderKey(name), b.field(sf)
			*place.list = append(*place.list, f)
			return
		}
	}
	if sf.Tag.Get("payload") != "" {
		f.name, f.codec = sf.Name, b.codec(sf.Type)
		p.payload = &f
	}
}

// absent reports whether the member is left out of an object.
func (f *field) absent(v reflect.Value) bool {
	switch f.codec.kind {
	case listKind, mapKind:
		return v.IsNil()
	case timeKind:
		return f.omitZero && timeOf(v).IsZero()
	}
	return f.omitZero && v.IsZero()
}
