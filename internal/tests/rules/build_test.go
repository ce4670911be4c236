package rules_test

import (
	"cmp"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// place is where one member of a model is in a request.
type place struct {
	path      string // as problems name it
	key       string // the member's name: Shape.member, or Shape item, key or value
	x         *member
	field     reflect.Type
	item      bool // of a list or map
	sensitive bool
}

// count requests a list or map of that size.
type count int

// noMembers requests a union without a member set.
type noMembers struct{}

// builder makes one request of samples.
type builder struct {
	t       *testing.T
	model   model
	samples *samples
	full    bool           // with all members; else with those that are required
	set     map[string]any // values by path; nil leaves out
	places  []place        // where values were put
}

func (b *builder) build(typ reflect.Type, input string) reflect.Value {
	request := reflect.New(typ).Elem()
	b.structure(request, input, "")
	return request
}

func (b *builder) structure(v reflect.Value, shapeName, path string) {
	s := b.model[shapeName]
	for _, name := range s.Members.names {
		x := s.Members.byName[name]
		field, sensitive := b.field(v, onWire(name, x))
		at := place{path: join(path, name), key: shapeName + "." + name, x: x, field: field.Type(), sensitive: sensitive}
		value, isSet := b.set[at.path]
		if isSet && value == nil || !isSet && !b.full && !isRequired(x) && !b.setBelow(at.path) {
			continue
		}
		b.fill(field, at, 0)
	}
}

// setBelow reports whether a value is set for a part of what is at path.
func (b *builder) setBelow(path string) bool {
	for other := range b.set {
		if strings.HasPrefix(other, path+".") || strings.HasPrefix(other, path+"[") {
			return true
		}
	}
	return false
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

// onWire returns what a member is called where it travels.
func onWire(name string, x *member) string {
	for _, trait := range []string{"httpQuery", "httpHeader", "jsonName"} {
		x.Traits.decode(trait, &name)
	}
	return name
}

// field finds the Go field of a member by its name on the wire.
func (b *builder) field(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		for _, where := range []string{"json", "path", "query", "header"} {
			if wire, _, _ := strings.Cut(tag.Get(where), ","); wire == name {
				return v.Field(i), tag.Get("sensitive") == "true"
			}
		}
	}
	require.FailNow(b.t, "no field", "%s has none for %s", v.Type(), name)
	return reflect.Value{}, false
}

// fill sets the value at a place: the one set for it, or else the sample with the index.
func (b *builder) fill(field reflect.Value, at place, index int) {
	b.places = append(b.places, at)
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	value := b.set[at.path]
	switch b.model.kind(at.x) {
	case "structure":
		b.structure(field, local(at.x.Target), at.path)
	case "union":
		if value != (noMembers{}) {
			b.union(field, at)
		}
	case "list":
		b.list(field, at)
	case "map":
		b.entries(field, at)
	case "timestamp":
		field.Set(reflect.ValueOf(time.Unix(1700000000, 0)))
	case "boolean":
		field.SetBool(value != false)
	case "number":
		setNumber(field, b.number(at, value))
	default:
		if s, isText := value.(string); isText {
			field.SetString(s)
			return
		}
		field.SetString(b.text(at, index))
	}
}

// union sets the member that comes first.
func (b *builder) union(field reflect.Value, at place) {
	members := b.model.target(at.x).Members
	name := members.names[0]
	x := members.byName[name]
	inner, sensitive := b.field(field, name)
	b.fill(inner, place{path: join(at.path, name), key: local(at.x.Target) + "." + name, x: x, field: inner.Type(), sensitive: sensitive}, 0)
}

func (b *builder) size(at place, usual int) int {
	if n, ok := b.set[at.path].(count); ok {
		return int(n)
	}
	if l := b.model.limits(at.x); l.hasMax {
		return min(usual, int(l.max))
	}
	return usual
}

func (b *builder) list(field reflect.Value, at place) {
	n := b.size(at, 2)
	field.Set(reflect.MakeSlice(field.Type(), n, n))
	item := b.model.target(at.x).Member
	for i := range n {
		b.fill(field.Index(i), place{
			path: at.path + "[" + strconv.Itoa(i) + "]", key: local(at.x.Target) + " item", x: item, field: field.Type().Elem(), item: true, sensitive: at.sensitive,
		}, i)
	}
}

func (b *builder) entries(field reflect.Value, at place) {
	field.Set(reflect.MakeMap(field.Type()))
	s := b.model.target(at.x)
	shapeName := local(at.x.Target)
	for i := range b.size(at, 1) {
		key := place{path: at.path + "{key}", key: shapeName + " key", x: s.Key, field: reflect.TypeFor[string](), item: true, sensitive: at.sensitive}
		k := reflect.New(key.field).Elem()
		if i == 0 {
			b.fill(k, key, 0)
		} else {
			k.SetString(b.text(key, i))
		}
		v := reflect.New(field.Type().Elem()).Elem()
		b.fill(v, place{
			path: at.path + "[" + shorten(k.String()) + "]", key: shapeName + " value", x: s.Value, field: v.Type(), item: true, sensitive: at.sensitive,
		}, i)
		field.SetMapIndex(k, v)
	}
}

// text returns one of the strings that are valid at a place. There are enough for lists of any size.
func (b *builder) text(at place, index int) string {
	if values := b.model.values(at.x); len(values) > 0 {
		return values[index%len(values)]
	}
	accept, _ := b.samples.of(at.key, at.x)
	if len(accept) == 0 {
		return "any text"
	}
	if index < min(len(accept), 2) {
		return string(accept[index])
	}
	return string(accept[0]) + strconv.Itoa(index)
}

func (b *builder) number(at place, set any) float64 {
	if n, ok := set.(float64); ok {
		return n
	}
	return cmp.Or(b.model.limits(at.x).min, 1)
}

func setNumber(field reflect.Value, n float64) {
	if field.CanFloat() {
		field.SetFloat(n)
		return
	}
	field.SetInt(int64(math.Round(n)))
}

// shorten cuts a string as errors do.
func shorten(s string) string {
	const most = 60
	n := 0
	for i, r := range s {
		if i+len(string(r)) > most {
			return s[:n] + "…"
		}
		n = i + len(string(r))
	}
	return s
}
