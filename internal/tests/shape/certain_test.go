package shape_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
)

// echo responds to every call with one body.
type echo struct{ body string }

func (e *echo) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(e.body)), ContentLength: int64(len(e.body)), Request: r,
	}, nil
}

// envelopes are what surrounds a response on the wire, by vendor.
var envelopes = map[string]func(members map[string]any) any{
	"aws": func(members map[string]any) any { return members },
	"alibaba": func(members map[string]any) any {
		members["success"], members["requestId"] = true, "r"
		return members
	},
	"tencent": func(members map[string]any) any {
		members["RequestId"] = "r"
		return map[string]any{"Response": members}
	},
}

// eachOperation calls f for every operation of a service with what calls it and the type of its response.
func eachOperation(t *testing.T, service string, f func(name string, say func(body any) (any, error), response reflect.Type)) {
	e := &echo{}
	cfg := config(e)
	cfg.RequestRate = -1
	client, err := services.All[service].New(cfg)
	require.NoError(t, err)
	for m := range services.All[service].Client.Methods() {
		if isHelper(m.Name) || isStream(m.Type) {
			continue
		}
		request := reflect.New(m.Type.In(2)).Elem()
		for field, value := range request.Fields() {
			if place := field.Tag.Get("path") + field.Tag.Get("header") + field.Tag.Get("query"); place != "" && value.Kind() == reflect.String {
				value.SetString("x")
			}
		}
		method := reflect.ValueOf(client).MethodByName(m.Name)
		f(m.Name, func(body any) (any, error) {
			text, err := json.Marshal(body)
			require.NoError(t, err)
			e.body = string(text)
			out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), request})
			err, _ = reflect.TypeAssert[error](out[1])
			return out[0].Interface(), err
		}, m.Type.Out(0).Elem())
	}
}

// TestForeignObjects checks that an object of another sender is not a success of any operation.
func TestForeignObjects(t *testing.T) {
	t.Parallel()
	for service := range services.All {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			eachOperation(t, service, func(name string, say func(any) (any, error), _ reflect.Type) {
				out, err := say(map[string]any{"portal": "log in"})
				assert.True(t, reflect.ValueOf(out).IsNil(), name)
				assert.ErrorIs(t, err, cloud.ErrTransport, name)
			})
		})
	}
}

// TestNoSuccessWithoutItsObject starts with responses of null members, and adds what an operation demands until it
// accepts the response: only structures that the overlay lists as possibly absent may be missing then.
func TestNoSuccessWithoutItsObject(t *testing.T) {
	t.Parallel()
	for service, s := range services.All {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			allowed, envelope := mayBeAbsent(t, service), envelopes[s.Vendor]
			missed := map[string]bool{}
			eachOperation(t, service, func(name string, say func(any) (any, error), response reflect.Type) {
				members := map[string]any{}
				for f := range response.Fields() {
					members[wireName(f)] = nil
				}
				out, err := say(envelope(members))
				for demands := 0; err != nil && demands < 9; demands++ {
					put(t, response, members, demanded(t, name, err))
					out, err = say(envelope(members))
				}
				require.NoError(t, err, name)
				for f, value := range reflect.ValueOf(out).Elem().Fields() {
					if f.Type.Kind() == reflect.Pointer && value.IsNil() {
						missed[strings.ToLower(name+"."+wireName(f))] = true
					}
				}
			})
			assert.Equal(t, allowed, missed)
		})
	}
}

// demanded returns the path of what a response lacks.
func demanded(t *testing.T, operation string, err error) string {
	var call *cloud.Error
	require.ErrorAs(t, err, &call, operation)
	require.ErrorIs(t, err, cloud.ErrTransport, operation)
	path, ok := strings.CutPrefix(errors.Unwrap(call).Error(), "it has no ")
	require.True(t, ok, "%s: %v", operation, err)
	return path
}

// put sets the member at a path to a value of its type.
func put(t *testing.T, typ reflect.Type, members map[string]any, path string) {
	name, rest, nested := strings.Cut(path, ".")
	for f := range typ.Fields() {
		if wireName(f) != name {
			continue
		}
		kind := f.Type
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		switch kind.Kind() {
		case reflect.Struct:
			inside, _ := members[name].(map[string]any)
			if inside == nil {
				inside = map[string]any{}
			}
			if nested {
				put(t, kind, inside, rest)
			}
			members[name] = inside
		case reflect.Slice:
			members[name] = []any{}
		case reflect.String:
			members[name] = "x"
		case reflect.Bool:
			members[name] = false
		default:
			members[name] = 0
		}
		return
	}
	require.Fail(t, "no such member: "+path)
}

func wireName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// mayBeAbsent returns the structures of which the overlay says when they are absent, in lower case: some
// methods are spelled in another way than their operations.
func mayBeAbsent(t *testing.T, service string) map[string]bool {
	text, err := os.ReadFile(filepath.Join("..", "..", "models", service+".overlay.json"))
	require.NoError(t, err)
	var overlay struct{ MayBeAbsent map[string][]string }
	require.NoError(t, json.Unmarshal(text, &overlay))
	all := map[string]bool{}
	for _, key := range slices.Concat(slices.Collect(maps.Values(overlay.MayBeAbsent))...) {
		all[strings.ToLower(key)] = true
	}
	for _, list := range []string{"describelakefsinfo.lakefsinfos", "describesparksessionbatchsql.tasks", "describesparksessionbatchsqllog.logset"} {
		delete(all, list) // which no pointer shows
	}
	return all
}

// TestEmptyResponses checks that an empty object is a result wherever AWS and the overlay promise nothing.
func TestEmptyResponses(t *testing.T) {
	t.Parallel()
	for service := range services.Of("aws") {
		promised, empty := promises(t, service), 0
		eachOperation(t, service, func(name string, say func(any) (any, error), _ reflect.Type) {
			out, err := say(map[string]any{})
			if promised[strings.ToLower(name)] {
				require.ErrorIs(t, err, cloud.ErrTransport, name)
				return
			}
			require.NoError(t, err, name)
			assert.True(t, reflect.ValueOf(out).Elem().IsZero(), name)
			empty++
		})
		t.Logf("%s: %d operations promise nothing", service, empty)
	}
}

// promises are the operations whose response always has a structure, by the model, or what the overlay says, in lower case.
func promises(t *testing.T, service string) map[string]bool {
	type shape struct {
		Type    string
		Output  struct{ Target string }
		Members map[string]struct {
			Target string
			Traits map[string]any
		}
	}
	var model struct{ Shapes map[string]shape }
	var overlay struct{ Certain map[string][]string }
	readModel(t, service+".json", &model)
	readModel(t, service+".overlay.json", &overlay)
	all := map[string]bool{}
	for id, op := range model.Shapes {
		if op.Type != "operation" {
			continue
		}
		_, name, _ := strings.Cut(id, "#")
		promised := len(overlay.Certain[name]) > 0
		for _, m := range model.Shapes[op.Output.Target].Members {
			promised = promised || m.Traits["smithy.api#required"] != nil && model.Shapes[m.Target].Type == "structure"
		}
		all[strings.ToLower(name)] = promised
	}
	return all
}
