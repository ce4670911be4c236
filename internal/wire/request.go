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
	d.object(requestCodecOf(value.Type().Elem()).plan, value.Elem())
	d.end()
	if skipped := d.report(); d.err() == nil && len(skipped) > 0 {
		return skipped[0]
	}
	return d.err()
}

// requestCodecs has codecs whose plans have all fields as members, by reflect.Type.
var requestCodecs sync.Map

func requestCodecOf(t reflect.Type) *codec {
	if c, ok := requestCodecs.Load(t); ok {
		return c.(*codec)
	}
	c := *codecOf(t)
	p := &plan{members: slices.Clone(c.plan.members), byName: map[string]int{}}
	for _, list := range [][]field{c.plan.path, c.plan.query, c.plan.header} {
		for _, f := range list {
			p.members = append(p.members, f.elsewhere())
		}
	}
	if c.plan.payload != nil {
		p.members = append(p.members, c.plan.payload.elsewhere())
	}
	p.after = make([]atomic.Int32, len(p.members)+1)
	for i := range p.after {
		p.after[i].Store(int32(i))
	}
	for i := range p.members {
		p.byName[p.members[i].name] = i
	}
	c.plan = p
	stored, _ := requestCodecs.LoadOrStore(t, &c)
	return stored.(*codec)
}

// elsewhere is a field that does not travel in the body, as a member with a name that no member of a body has.
func (f field) elsewhere() field {
	f.name = "@" + f.name
	f.key = string(appendQuoted(nil, f.name)) + ":"
	f.omitZero = true
	return f
}
