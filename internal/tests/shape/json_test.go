package shape_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud/reveal"
	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// holder is a struct of a caller's own.
type holder struct {
	Name string
	Any  any            `json:"any"`
	Map  map[string]any `json:",omitempty"`
}

// TestJSON marshals every struct that requests and responses are made of, filled and empty.
func TestJSON(t *testing.T) {
	t.Parallel()
	for service, s := range services.All {
		for typ := range structs(s.Client) {
			name := service + "." + typ.Name()
			value := reflect.New(typ)
			secrets := fill(value.Elem(), false, 0)
			numbers(value.Elem(), 0)
			v := value.Elem().Interface()

			text := marshal(t, v)
			assert.Equal(t, wireNames(typ), keys(t, text), name)
			require.NotContains(t, text, secret, name)
			assert.JSONEq(t, text, marshal(t, value.Interface()), "%s by pointer", name)
			for _, nested := range []any{[]any{v}, map[string]any{"k": v}, holder{Any: v}, &holder{Map: map[string]any{"k": value.Interface()}}} {
				require.NotContains(t, marshal(t, nested), secret, name)
				require.NotContains(t, logged(nested), secret, name)
				assert.Equal(t, secrets > 0, strings.Contains(marshal(t, reveal.JSON(nested)), secret), name)
			}

			plain := marshal(t, reveal.JSON(v))
			assert.Equal(t, secrets > 0, strings.Contains(plain, secret), name)
			assert.Equal(t, wireNames(typ), keys(t, plain), name)
			if isBody(typ) {
				again := reflect.New(typ)
				require.NoError(t, json.Unmarshal([]byte(plain), again.Interface()), name)
				assert.Equal(t, value.Interface(), again.Interface(), name)

				sent, err := wire.Append(nil, v)
				require.NoError(t, err)
				assert.Equal(t, secrets > 0, strings.Contains(string(sent), secret), "%s: what is sent is not redacted", name)
			}

			empty := reflect.New(typ).Interface()
			sent, err := wire.Append(nil, empty)
			require.NoError(t, err)
			assert.Equal(t, keys(t, string(sent)), keys(t, marshal(t, empty)), "%s: what is zero is left out as it is on the wire", name)
		}
	}
}

func marshal(t *testing.T, v any) string {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func logged(v any) string {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "v", v)
	return out.String()
}

func keys(t *testing.T, text string) map[string]bool {
	members := map[string]json.RawMessage{}
	require.NoError(t, json.Unmarshal([]byte(text), &members), text)
	out := map[string]bool{}
	for name := range members {
		out[name] = true
	}
	return out
}

// wireNames are the members of a struct, wherever they travel.
func wireNames(typ reflect.Type) map[string]bool {
	out := map[string]bool{}
	for f := range typ.Fields() {
		for _, tag := range []string{"json", "path", "query", "header"} {
			if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name != "" {
				out[name] = true
			}
		}
		if f.Tag.Get("payload") != "" {
			out[payloadName(f.Name)] = true
		}
	}
	return out
}

// payloadName is what a payload is called, which has no name on the wire.
func payloadName(field string) string {
	for _, initialism := range []string{"SQL", "UDF"} {
		if rest, ok := strings.CutPrefix(field, initialism); ok {
			return strings.ToLower(initialism) + rest
		}
	}
	return strings.ToLower(field[:1]) + field[1:]
}

func isBody(typ reflect.Type) bool {
	for f := range typ.Fields() {
		if _, ok := f.Tag.Lookup("json"); !ok {
			return false
		}
	}
	return true
}

// numbers fills what fill leaves zero.
func numbers(v reflect.Value, depth int) {
	if depth > 6 {
		return
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(1.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		if !v.IsNil() {
			numbers(v.Elem(), depth+1)
		}
	case reflect.Slice:
		for i := range v.Len() {
			numbers(v.Index(i), depth+1)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			item := reflect.New(v.Type().Elem()).Elem()
			item.Set(v.MapIndex(key))
			numbers(item, depth+1)
			v.SetMapIndex(key, item)
		}
	case reflect.Interface:
		if v.IsNil() {
			v.Set(reflect.ValueOf("plain"))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 8, 30, 0, 5000, time.UTC)))
			return
		}
		for _, field := range v.Fields() {
			numbers(field, depth+1)
		}
	}
}
