// Package shape_test holds what must be true of all generated code, by walking the clients of all
// services.
package shape_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
)

// helpers are the verbs of methods that are not operations of the API.
var helpers = []string{"All", "Begin", "Prepare", "Resume", "Until"}

func isHelper(name string) bool {
	if name == "Resume" || name == "Origin" || name == "CheckOrigin" { // of any operation
		return true
	}
	for _, verb := range helpers {
		rest, ok := strings.CutPrefix(name, verb)
		if ok && rest != "" && strings.ToUpper(rest[:1]) == rest[:1] {
			return true
		}
	}
	return false
}

func TestEveryOperationHasOneShape(t *testing.T) {
	t.Parallel()
	for service, s := range services.All {
		operations := 0
		for m := range s.Client.Methods() {
			if isHelper(m.Name) || isStream(m.Type) {
				continue
			}
			operations++
			require.Equal(t, 3, m.Type.NumIn(), m.Name)
			require.Equal(t, 2, m.Type.NumOut(), m.Name)
			assert.Equal(t, reflect.TypeFor[context.Context](), m.Type.In(1), m.Name)
			assert.Equal(t, m.Name+"Request", m.Type.In(2).Name(), "%s.%s", service, m.Name)
			assert.Equal(t, m.Name+"Response", m.Type.Out(0).Elem().Name(), "%s.%s", service, m.Name)
			assert.Equal(t, reflect.TypeFor[error](), m.Type.Out(1), m.Name)
			_, ok := m.Type.In(2).MethodByName("Validate")
			assert.True(t, ok, "%s.%s", service, m.Name)
		}
		t.Logf("%s: %d operations", service, operations)
	}
}

// isStream reports whether a method returns a sequence instead of one response.
func isStream(method reflect.Type) bool { return method.NumOut() == 1 }

// structs returns every struct type that requests and responses are made of.
func structs(client reflect.Type) map[reflect.Type]bool {
	found := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(t.Elem())
		case reflect.Struct:
			if t == reflect.TypeFor[time.Time]() || found[t] {
				return
			}
			found[t] = true
			for f := range t.Fields() {
				walk(f.Type)
			}
		}
	}
	for m := range client.Methods() {
		if isHelper(m.Name) {
			continue
		}
		walk(m.Type.In(2))
		if !isStream(m.Type) {
			walk(m.Type.Out(0))
		}
	}
	return found
}

// TestSecretsDoNotPrint fills every struct and looks for what is sensitive in every way to print it.
func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	for service, s := range services.All {
		secrets := 0
		for typ := range structs(s.Client) {
			value := reflect.New(typ)
			n := fill(value.Elem(), false, 0)
			secrets += n
			if n == 0 {
				continue
			}
			for _, v := range []any{value.Elem().Interface(), value.Interface(), []any{value.Elem().Interface()}, struct{ V any }{value.Elem().Interface()}} {
				var out bytes.Buffer
				for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
					fmt.Fprintf(&out, verb+"\n", v)
				}
				require.NotContains(t, out.String(), secret, "%s.%s", service, typ.Name())
			}
			var out bytes.Buffer
			for _, v := range []any{value.Elem().Interface(), value.Interface()} {
				slog.New(slog.NewTextHandler(&out, nil)).Info("text", "v", v)
				slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "v", v)
			}
			require.NotContains(t, out.String(), secret, "%s.%s in slog", service, typ.Name())
			assert.Contains(t, out.String(), "[redacted]", "%s.%s", service, typ.Name())
		}
		t.Logf("%s: %d sensitive members seen in all structs", service, secrets)
	}
}

const secret = "hunter2-hunter2"

// fill puts a value into every field, the secret into the sensitive ones, and counts these.
func fill(v reflect.Value, sensitive bool, depth int) int {
	if depth > 6 {
		return 0
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("plain")
		if sensitive {
			v.SetString(secret)
			return 1
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fill(v.Elem(), sensitive, depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return fill(v.Index(0), sensitive, depth+1)
	case reflect.Map:
		item := reflect.New(v.Type().Elem()).Elem()
		n := fill(item, sensitive, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key").Convert(v.Type().Key()), item)
		return n
	case reflect.Interface:
		if sensitive {
			v.Set(reflect.ValueOf(secret))
			return 1
		}
	case reflect.Struct:
		n := 0
		for f, field := range v.Fields() {
			if field.CanSet() && f.Type != reflect.TypeFor[time.Time]() {
				n += fill(field, sensitive || f.Tag.Get("sensitive") == "true", depth+1)
			}
		}
		return n
	}
	return 0
}

// TestEnumsKnowTheirValues covers the named strings and numbers with a Values method.
func TestEnumsKnowTheirValues(t *testing.T) {
	t.Parallel()
	found := 0
	for service, s := range services.All {
		enums := map[reflect.Type]bool{}
		for typ := range structs(s.Client) {
			for f := range typ.Fields() {
				kind := f.Type
				for kind.Kind() == reflect.Pointer || kind.Kind() == reflect.Slice || kind.Kind() == reflect.Map {
					kind = kind.Elem()
				}
				if m, ok := kind.MethodByName("Values"); ok && kind.Kind() != reflect.Struct && !enums[kind] {
					enums[kind] = true
					checkValues(t, service+"."+kind.Name(), m.Func.Call([]reflect.Value{reflect.Zero(kind)})[0])
				}
			}
		}
		t.Logf("%s: %d enums", service, len(enums))
		found += len(enums)
	}
	assert.Positive(t, found)
}

func checkValues(t *testing.T, name string, values reflect.Value) {
	require.Positive(t, values.Len(), name)
	seen := map[any]bool{}
	for i := range values.Len() {
		v := values.Index(i).Interface()
		assert.False(t, seen[v], "%s has %v twice", name, v)
		seen[v] = true
	}
	again := values.Index(0).Interface()
	values.Index(0).SetZero()
	fresh := reflect.Zero(values.Type().Elem()).MethodByName("Values").Call(nil)[0]
	assert.Equal(t, again, fresh.Index(0).Interface(), "%s: callers get a copy", name)
}
