package wire

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// MarshalJSON returns v, a struct or a pointer to one, as JSON for people, logs and audits: every member under its name
// on the wire, wherever it travels, the payload under the name of its field. What the wire leaves out is left out, fields
// tagged sensitive:"true" are "[redacted]" unless they are empty, and times are RFC 3339. It is meant to be called from
// the MarshalJSON method of v's type; [Append] is what is sent.
func MarshalJSON(v any) ([]byte, error) { return marshal(v, true) }

// Revealed marshals to what V marshals to, with the sensitive fields in it as they are.
type Revealed struct{ V any }

// MarshalJSON marshals V with its sensitive fields.
func (r Revealed) MarshalJSON() ([]byte, error) { return marshal(r.V, false) }

func marshal(v any, redact bool) ([]byte, error) {
	w := writer{redact: redact}
	dst := w.value(nil, reflect.ValueOf(v))
	if w.err != nil {
		return nil, w.err
	}
	return dst, nil
}

// A view describes how to show one struct type.
type view struct {
	fields []viewField
	own    bool // its tags say more than encoding/json reads, in it or in a struct that it holds
}

type viewField struct {
	name      string
	index     int
	omitZero  bool
	omitEmpty bool // as in encoding/json
	sensitive bool
	inline    bool // an embedded struct, whose fields are shown as its own
}

var views sync.Map // by reflect.Type

func viewOf(t reflect.Type) *view {
	if v, ok := views.Load(t); ok {
		return v.(*view)
	}
	v := &view{own: isOwn(t, map[reflect.Type]bool{})}
	for i := range t.NumField() {
		if f, ok := newViewField(t.Field(i), i); ok {
			v.fields = append(v.fields, f)
		}
	}
	views.Store(t, v)
	return v
}

// isOwn reports whether the MarshalJSON of t calls this package: types with a tag that encoding/json ignores, and
// types that hold one of them and have tags on all fields.
func isOwn(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	holds, tagged := false, true
	for sf := range t.Fields() {
		if e := indirect(sf.Type); sf.Anonymous && e.Kind() == reflect.Struct && isOwn(e, seen) {
			return true // the method is that of the embedded type
		}
		if !sf.IsExported() {
			continue
		}
		if hasOwnTag(sf.Tag) {
			return true
		}
		tagged = tagged && sf.Tag.Get("json") != ""
		e := element(sf.Type)
		holds = holds || e.Kind() == reflect.Struct && isOwn(e, seen)
	}
	return holds && tagged
}

// hasOwnTag reports whether a field has a tag that encoding/json ignores.
func hasOwnTag(tag reflect.StructTag) bool {
	return slices.ContainsFunc([]string{"sensitive", "path", "query", "header", "payload"}, func(key string) bool {
		return tag.Get(key) != ""
	})
}

// element returns t without pointers, lists and maps.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t
}

// newViewField reports whether a field is shown at all.
func newViewField(sf reflect.StructField, index int) (f viewField, ok bool) {
	f = viewField{name: sf.Name, index: index, sensitive: sf.Tag.Get("sensitive") == "true"}
	if sf.Anonymous && sf.Tag.Get("json") == "" && indirect(sf.Type).Kind() == reflect.Struct {
		f.inline = true
		return f, true
	}
	if !sf.IsExported() {
		return f, false
	}
	if tag, has := sf.Tag.Lookup("json"); has {
		name, options, _ := strings.Cut(tag, ",")
		if name != "" {
			f.name = name
		}
		list := strings.Split(options, ",")
		f.omitZero, f.omitEmpty = slices.Contains(list, "omitzero"), slices.Contains(list, "omitempty")
		return f, tag != "-"
	}
	for _, place := range [...]string{"path", "query", "header"} {
		if name := sf.Tag.Get(place); name != "" {
			f.name, f.omitZero = name, true
			return f, true
		}
	}
	if sf.Tag.Get("payload") != "" {
		f.name, f.omitZero = lowerFirst(sf.Name), true
	}
	return f, true
}

func indirect(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// lowerFirst converts a field's name to that of a member: SQLFile is sqlFile.
func lowerFirst(name string) string {
	letters := []rune(name)
	for i := range letters {
		if i > 0 && i+1 < len(letters) && unicode.IsLower(letters[i+1]) || !unicode.IsUpper(letters[i]) {
			break
		}
		letters[i] = unicode.ToLower(letters[i])
	}
	return string(letters)
}

// A writer walks a value. It ignores the methods of our own types and goes by their tags, because those methods call it.
type writer struct {
	redact bool
	depth  int
	err    error
}

func (w *writer) value(dst []byte, v reflect.Value) []byte {
	if !v.IsValid() || w.err != nil {
		return append(dst, "null"...)
	}
	if out, done := w.leaf(dst, v); done {
		return out
	}
	if w.depth == maxDepth {
		w.err = invalid("nested too deeply")
		return dst
	}
	w.depth++
	defer func() { w.depth-- }()
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return w.value(dst, v.Elem())
	case reflect.Struct:
		dst = w.members(append(dst, '{'), v)
		return closed(dst, '}')
	case reflect.Map:
		return w.dict(dst, v)
	case reflect.Slice, reflect.Array:
		return w.list(dst, v)
	}
	return w.other(dst, v)
}

// leaf writes a scalar, or a value with JSON methods of its own.
func (w *writer) leaf(dst []byte, v reflect.Value) (out []byte, done bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
		if v.IsNil() {
			return append(dst, "null"...), true
		}
	}
	if t, ok := timeIn(v); ok {
		return appendQuoted(dst, t.Format(time.RFC3339Nano)), true
	}
	if w.foreign(v) {
		return w.other(dst, v), true
	}
	switch v.Kind() {
	case reflect.String:
		return appendQuoted(dst, v.String()), true
	case reflect.Bool:
		return strconv.AppendBool(dst, v.Bool()), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(dst, v.Int(), 10), true
	case reflect.Float32, reflect.Float64:
		return appendFloat(dst, v.Float(), v.Type().Bits()), true
	}
	return dst, false
}

// foreign reports whether a value has JSON methods that do not call this package.
func (w *writer) foreign(v reflect.Value) bool {
	t := v.Type()
	if t.Kind() == reflect.Interface {
		return false
	}
	if e := indirect(t); e == reflect.TypeFor[time.Time]() || e.Kind() == reflect.Struct && viewOf(e).own {
		return false
	}
	return v.CanInterface() && (t.Implements(reflect.TypeFor[json.Marshaler]()) || t.Implements(reflect.TypeFor[encoding.TextMarshaler]()))
}

// other leaves a value to encoding/json.
func (w *writer) other(dst []byte, v reflect.Value) []byte {
	text, err := json.Marshal(v.Interface())
	if err != nil {
		w.err = err
		return dst
	}
	return append(dst, text...)
}

// members writes the members of a struct, each with a comma after it.
func (w *writer) members(dst []byte, v reflect.Value) []byte {
	fields := viewOf(v.Type()).fields
	for i := range fields {
		f := &fields[i]
		fv := v.Field(f.index)
		switch {
		case f.inline && fv.Kind() == reflect.Pointer && fv.IsNil(), f.absent(fv):
		case f.inline:
			dst = w.members(dst, reflect.Indirect(fv))
		default:
			dst = append(appendQuoted(dst, f.name), ':')
			if w.redact && f.sensitive && !isEmpty(fv) {
				dst = appendQuoted(dst, Redacted)
			} else {
				dst = w.value(dst, fv)
			}
			dst = append(dst, ',')
		}
	}
	return dst
}

// absent reports whether a field is left out.
func (f *viewField) absent(v reflect.Value) bool {
	if t, ok := timeIn(v); ok && f.omitZero {
		return t.IsZero()
	}
	return f.omitZero && v.IsZero() || f.omitEmpty && v.Kind() != reflect.Struct && isEmpty(v)
}

func isEmpty(v reflect.Value) bool {
	if k := v.Kind(); k == reflect.Slice || k == reflect.Map {
		return v.Len() == 0
	}
	return v.IsZero()
}

func (w *writer) list(dst []byte, v reflect.Value) []byte {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		return appendQuoted(dst, base64.StdEncoding.EncodeToString(v.Bytes()))
	}
	dst = append(dst, '[')
	for i := range v.Len() {
		dst = append(w.value(dst, v.Index(i)), ',')
	}
	return closed(dst, ']')
}

func (w *writer) dict(dst []byte, v reflect.Value) []byte {
	if v.Type().Key().Kind() != reflect.String {
		return w.other(dst, v)
	}
	dst = append(dst, '{')
	for _, key := range sortedKeys(v) {
		dst = append(appendQuoted(dst, key.String()), ':')
		dst = append(w.value(dst, v.MapIndex(key)), ',')
	}
	return closed(dst, '}')
}

// appendFloat writes NaN and infinities, for which JSON has no number, as the strings that decoding accepts.
func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	var e encoder
	return e.float(dst, f, bits)
}
