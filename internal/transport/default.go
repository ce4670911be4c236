package transport

import (
	"reflect"
	"sync"
)

// defaultable has the fields of a request type that the client can fill in, by index.
type defaultable struct {
	tokens []int // tagged auto:"token"
	named  []namedField
}

// A namedField is a string in the path, the query or a header.
type namedField struct {
	name  string // on the wire
	index int
}

var defaultables sync.Map // by reflect.Type

func defaultableOf(t reflect.Type) *defaultable {
	if d, ok := defaultables.Load(t); ok {
		return d.(*defaultable)
	}
	d := &defaultable{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("auto") == "token" {
			d.tokens = append(d.tokens, i)
		}
		for _, place := range [...]string{"path", "query", "header"} {
			if name := f.Tag.Get(place); name != "" && f.Type.Kind() == reflect.String {
				d.named = append(d.named, namedField{name, i})
			}
		}
	}
	defaultables.Store(t, d)
	return d
}

// fillIn sets empty members of the request that in points to: strings in path, query and header whose wire name is in
// values, and strings tagged auto:"token", which get one from token.
//
// It returns the wire names that values has only as "", and that are still empty.
func fillIn(in any, values map[string]string, token func() string) (missing []string) {
	v := reflect.ValueOf(in).Elem()
	d := defaultableOf(v.Type())
	for _, i := range d.tokens {
		setEmpty(v.Field(i), token)
	}
	if len(values) == 0 {
		return nil
	}
	for _, f := range d.named {
		value, ok := values[f.name]
		if !ok || v.Field(f.index).Len() > 0 {
			continue
		}
		v.Field(f.index).SetString(value)
		if value == "" {
			missing = append(missing, f.name)
		}
	}
	return missing
}

// setEmpty sets an empty string, or a nil pointer to a string.
func setEmpty(v reflect.Value, value func() string) {
	if v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.String && v.IsNil() {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if v.Kind() == reflect.String && v.Len() == 0 {
		v.SetString(value())
	}
}

// tokenOf returns the idempotency token of a request, a pointer to a struct; empty if it has none.
func tokenOf(in any) string {
	v := reflect.ValueOf(in).Elem()
	for _, i := range defaultableOf(v.Type()).tokens {
		if f := reflect.Indirect(v.Field(i)); f.IsValid() && f.Kind() == reflect.String && f.Len() > 0 {
			return f.String()
		}
	}
	return ""
}

// HasToken reports whether a request, a pointer to a struct, has an idempotency token.
func HasToken(in any) bool {
	v := reflect.ValueOf(in).Elem()
	for _, i := range defaultableOf(v.Type()).tokens {
		if !v.Field(i).IsZero() {
			return true
		}
	}
	return false
}

// ClearToken takes the idempotency token out of a request, so that Prepare fills in a new one.
func ClearToken(in any) {
	v := reflect.ValueOf(in).Elem()
	for _, i := range defaultableOf(v.Type()).tokens {
		v.Field(i).SetZero()
	}
}
