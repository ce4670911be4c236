package dlc

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// appendAllMembers appends a response as JSON with all its members, because this service also sends the zero values that
// the module's types omit. Members are in the order of their names.
func appendAllMembers(dst []byte, v reflect.Value) ([]byte, error) {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
		return append(dst, "null"...), nil
	case v.Kind() == reflect.Pointer:
		return appendAllMembers(dst, v.Elem())
	case v.Kind() == reflect.Struct:
		return appendObject(dst, v)
	case v.Kind() == reflect.Slice:
		return appendList(dst, v)
	case v.Kind() == reflect.String && v.Len() == 0: // as most are
		return append(dst, '"', '"'), nil
	}
	return wire.Append(dst, v.Addr().Interface())
}

func appendObject(dst []byte, v reflect.Value) (_ []byte, err error) {
	dst = append(dst, '{')
	for i, m := range keysOf(v.Type()) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, m.key...)
		if dst, err = appendAllMembers(dst, v.Field(m.index)); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

func appendList(dst []byte, v reflect.Value) (_ []byte, err error) {
	dst = append(dst, '[')
	for i := range v.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendAllMembers(dst, v.Index(i)); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// A memberKey is the name of a member as JSON, with the colon, and the index of its field.
type memberKey struct {
	key   string
	index int
}

// keys has the members of each struct, because to read them takes longer than to write a response.
var keys sync.Map

func keysOf(t reflect.Type) []memberKey {
	known, ok := keys.Load(t)
	if !ok {
		known, _ = keys.LoadOrStore(t, readKeys(t))
	}
	return known.([]memberKey)
}

func readKeys(t reflect.Type) []memberKey {
	var list []memberKey
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		quoted, _ := json.Marshal(name) // which strings never fail
		list = append(list, memberKey{string(quoted) + ":", i})
	}
	slices.SortFunc(list, func(a, b memberKey) int { return cmp.Compare(a.key, b.key) })
	return list
}
