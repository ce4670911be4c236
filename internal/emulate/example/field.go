package example

import (
	"reflect"
	"strings"
	"time"
)

// timeType is a time that is sent as seconds since 1970.
var timeType = reflect.TypeFor[time.Time]()

// wireName returns the name of a field on the wire, and where it goes: the key of its tag.
func wireName(f reflect.StructField) (name, place string) {
	for _, place := range []string{"json", "path", "query", "header", "payload"} {
		if tag, ok := f.Tag.Lookup(place); ok {
			name, _, _ := strings.Cut(tag, ",")
			return name, place
		}
	}
	return "", ""
}

// required reports whether a member is sent even if it is zero.
func required(f reflect.StructField) bool {
	return !strings.HasSuffix(f.Tag.Get("json"), ",omitzero")
}

// structOf returns the struct type of a member, nil if it is none.
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
