package wire

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// An encoder appends values to a buffer. The first failure sticks. Structs that it is given are addressable.
type encoder struct {
	depth int
	err   *Error
}

// Append appends v as JSON. An error is an *[Error]; dst is then returned as it was.
func Append(dst []byte, v any) ([]byte, error) {
	value := reflect.ValueOf(v)
	if !value.IsValid() {
		return append(dst, "null"...), nil
	}
	if value.Kind() != reflect.Pointer {
		value = addressable(value)
	}
	return appendValue(dst, codecOf(value.Type()), value)
}

func appendValue(dst []byte, c *codec, v reflect.Value) ([]byte, error) {
	var e encoder
	out := e.value(dst, c, v)
	if e.err != nil {
		return dst, e.err
	}
	return out, nil
}

// addressable returns an addressable copy of v.
func addressable(v reflect.Value) reflect.Value {
	p := reflect.New(v.Type()).Elem()
	p.Set(v)
	return p
}

func (e *encoder) fail(problem string) {
	if e.err == nil {
		e.err = invalid(problem)
	}
}

func (e *encoder) value(dst []byte, c *codec, v reflect.Value) []byte {
	switch c.kind {
	case stringKind:
		return appendQuoted(dst, v.String())
	case boolKind:
		return strconv.AppendBool(dst, v.Bool())
	case intKind:
		return strconv.AppendInt(dst, v.Int(), 10)
	case uintKind:
		return strconv.AppendUint(dst, v.Uint(), 10)
	case floatKind:
		return e.float(dst, v.Float(), c.typ.Bits())
	case timeKind:
		return appendTimeIn(dst, timeOf(v), c.form)
	case structKind:
		return e.nested(dst, c, v, (*encoder).object)
	case listKind:
		return e.nested(dst, c, v, (*encoder).list)
	case mapKind:
		return e.nested(dst, c, v, (*encoder).dict)
	case pointerKind:
		return e.nested(dst, c, v, (*encoder).pointer)
	case anyKind:
		return e.nested(dst, c, v, (*encoder).any)
	}
	e.fail("cannot encode " + c.typ.String())
	return dst
}

// nested limits the depth, so that a value that contains itself is an error.
func (e *encoder) nested(dst []byte, c *codec, v reflect.Value, f func(*encoder, []byte, *codec, reflect.Value) []byte) []byte {
	if e.depth == maxDepth {
		e.fail("nested too deeply")
		return dst
	}
	e.depth++
	dst = f(e, dst, c, v)
	e.depth--
	return dst
}

func (e *encoder) object(dst []byte, c *codec, v reflect.Value) []byte {
	dst = append(dst, '{')
	for i := range c.plan.members {
		f := &c.plan.members[i]
		fv := v.Field(f.index)
		if f.absent(fv) {
			continue
		}
		dst = append(dst, f.key...)
		dst = e.value(dst, f.codec, fv)
		if e.err != nil {
			e.err.under(f.name)
			return dst
		}
		dst = append(dst, ',')
	}
	return closed(dst, '}')
}

func (e *encoder) list(dst []byte, c *codec, v reflect.Value) []byte {
	if v.IsNil() {
		return append(dst, "null"...)
	}
	dst = append(dst, '[')
	for i := range v.Len() {
		dst = e.value(dst, c.elem, v.Index(i))
		if e.err != nil {
			e.err.underIndex(i)
			return dst
		}
		dst = append(dst, ',')
	}
	return closed(dst, ']')
}

func (e *encoder) dict(dst []byte, c *codec, v reflect.Value) []byte {
	if v.IsNil() {
		return append(dst, "null"...)
	}
	elem := reflect.New(c.elem.typ).Elem()
	dst = append(dst, '{')
	for _, key := range sortedKeys(v) {
		dst = append(appendQuoted(dst, key.String()), ':')
		elem.Set(v.MapIndex(key))
		dst = e.value(dst, c.elem, elem)
		if e.err != nil {
			e.err.under(pathName(key.String()))
			return dst
		}
		dst = append(dst, ',')
	}
	return closed(dst, '}')
}

func (e *encoder) pointer(dst []byte, c *codec, v reflect.Value) []byte {
	if v.IsNil() {
		return append(dst, "null"...)
	}
	return e.value(dst, c.elem, v.Elem())
}

func (e *encoder) any(dst []byte, _ *codec, v reflect.Value) []byte {
	if v.IsNil() {
		return append(dst, "null"...)
	}
	return e.value(dst, codecOf(v.Elem().Type()), addressable(v.Elem()))
}

// sortedKeys returns the keys of a map, in order.
func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}

// closed ends an object or a list, putting the bracket in place of the last comma.
func closed(dst []byte, bracket byte) []byte {
	if last := len(dst) - 1; dst[last] == ',' {
		dst[last] = bracket
		return dst
	}
	return append(dst, bracket)
}

// float appends the shortest form, with an exponent where encoding/json has one.
func (e *encoder) float(dst []byte, f float64, bits int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		e.fail("NaN and infinity cannot be sent")
		return dst
	}
	size := math.Abs(f)
	if size == 0 || bits == 64 && size >= 1e-6 && size < 1e21 || bits == 32 && float32(size) >= 1e-6 && float32(size) < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	if n := len(dst); dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' { // e-09 is e-9
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}
