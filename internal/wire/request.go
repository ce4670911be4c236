package wire

import (
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
)

// AppendRequest appends a request, a pointer to a struct, as one JSON object with all its fields, wherever they travel,
// for [UnmarshalRequest]. Sensitive fields are as they are.
func AppendRequest(dst []byte, v any) ([]byte, error) {
	value := reflect.ValueOf(v)
	return appendValue(dst, requestCodecOf(value.Type().Elem()), value.Elem())
}

// UnmarshalRequest reads what AppendRequest wrote into v, a pointer to a struct of the same type.
func UnmarshalRequest(data []byte, v any) error {
	value := reflect.ValueOf(v)
	d := decoder{data: data}
	d.object(requestCodecOf(value.Type().Elem()).plan, value.Elem(), nil)
	d.end()
	if skipped := d.report(); d.err() == nil && len(skipped) > 0 {
		return skipped[0]
	}
	return d.err()
}

// UnmarshalMembers reads the JSON object of a request as people write it into v, a pointer to a struct: every field is a
// member under the name that [MarshalJSON] gives it, wherever it travels. A member that v does not have, and a value of
// another type, is an error, always an *[Error] with the path.
func UnmarshalMembers(data []byte, v any) error {
	value := reflect.ValueOf(v)
	d := decoder{data: data, strict: true}
	d.object(shownCodecOf(value.Type().Elem()).plan, value.Elem(), nil)
	d.end()
	if skipped := d.report(); d.err() == nil && len(skipped) > 0 {
		return skipped[0]
	}
	return d.err()
}

// requestCodecs has codecs whose plans have all fields as members, by reflect.Type: those that do not travel in the body
// under names that no member of a body has. shownCodecs has them under the names that MarshalJSON gives them.
var requestCodecs, shownCodecs sync.Map

func requestCodecOf(t reflect.Type) *codec { return wholeCodecOf(&requestCodecs, t, field.elsewhere) }

func shownCodecOf(t reflect.Type) *codec { return wholeCodecOf(&shownCodecs, t, field.shown) }

func wholeCodecOf(codecs *sync.Map, t reflect.Type, member func(f field, isPayload bool) field) *codec {
	if c, ok := codecs.Load(t); ok {
		return c.(*codec)
	}
	c := *codecOf(t)
	p := &plan{members: slices.Clone(c.plan.members), byName: map[string]int{}}
	for _, list := range [][]field{c.plan.path, c.plan.query, c.plan.header} {
		for _, f := range list {
			p.members = append(p.members, member(f, false))
		}
	}
	if c.plan.payload != nil {
		p.members = append(p.members, member(*c.plan.payload, true))
	}
	p.after = make([]atomic.Int32, len(p.members)+1)
	for i := range p.after {
		p.after[i].Store(int32(i))
	}
	for i := range p.members {
		p.byName[p.members[i].name] = i
	}
	c.plan = p
	stored, _ := codecs.LoadOrStore(t, &c)
	return stored.(*codec)
}

// elsewhere is a field that does not travel in the body, as a member with a name that no member of a body has.
func (f field) elsewhere(bool) field { return f.named("@" + f.name) }

// shown is a field that does not travel in the body, as MarshalJSON names it.
func (f field) shown(isPayload bool) field {
	if isPayload {
		return f.named(lowerFirst(f.name))
	}
	return f.named(f.name)
}

func (f field) named(name string) field {
	f.name = name
	f.key = string(appendQuoted(nil, name)) + ":"
	f.omitZero = true
	return f
}
