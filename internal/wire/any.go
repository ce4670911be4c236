package wire

import (
	"reflect"
	"strconv"
)

// anyInto decodes a value of any type.
func (d *decoder) anyInto(v reflect.Value) bool {
	d.unique++
	x := d.any()
	if x == nil {
		return false
	}
	v.Set(reflect.ValueOf(x))
	return true
}

func (d *decoder) any() any {
	switch c := d.peek(); {
	case c == '"':
		return d.text("")
	case c == '{':
		return d.anyObject(nil)
	case c == '[':
		return d.anyList()
	case c == 'n':
		d.literal("null")
	case c == 't':
		d.literal("true")
		return true
	case c == 'f':
		d.literal("false")
		return false
	case isNumberStart(c):
		return d.anyNumber()
	default:
		d.unexpected("a value")
	}
	return nil
}

func (d *decoder) anyObject(s *series) map[string]any {
	m := map[string]any{}
	var other entry
	i := 0
	for more := d.open('{', '}', "an object"); more; more = d.next('}') {
		e, start := d.entry(s, i, &other), d.pos
		if i++; !d.continues(e.raw) {
			*e = entry{name: d.keptKey(e.name)}
			first := d.peek()
			e.value = d.any()
			if e.value != nil && first != '{' && first != '[' { // those can be changed
				e.raw = d.since(start)
			}
		}
		m[e.name] = e.value
	}
	return m
}

func (d *decoder) anyList() any {
	list := []any{}
	for more := d.open('[', ']', ""); more; more = d.next(']') {
		list = append(list, d.any())
	}
	return list
}

// anyNumber returns an int64 for an integer that fits, otherwise a float64.
func (d *decoder) anyNumber() any {
	start := d.pos
	text := d.number()
	if text == nil {
		return nil
	}
	if n, ok := shortInt(text); ok {
		return n
	}
	if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		d.leaveOut(start, "the number does not fit float64")
		return nil
	}
	return f
}
