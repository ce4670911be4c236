package emulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// fill sets all fields, to a depth that no resource needs.
func fill(v reflect.Value, depth int) {
	if depth > 12 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("value")
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(1.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Interface:
		v.Set(reflect.ValueOf("any"))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth+1)
	case reflect.Map:
		element := reflect.New(v.Type().Elem()).Elem()
		fill(element, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key").Convert(v.Type().Key()), element)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMilli(1_700_000_000_123).UTC()))
			return
		}
		for _, f := range v.Fields() {
			if f.CanSet() {
				fill(f, depth+1)
			}
		}
	}
}

// addAll calls all methods that add a resource.
func addAll(t *testing.T, emu *emulator.Emulator, full bool, each func(method string)) {
	t.Helper()
	for _, handle := range []any{emu.FinSpace, emu.Proton, emu.Flink, emu.DLC} {
		h := reflect.ValueOf(handle)
		for i := range h.NumMethod() {
			name := h.Type().Method(i).Name
			if !strings.HasPrefix(name, "Add") && !strings.HasPrefix(name, "Set") || name == "AddWorkspace" {
				continue // the others imply workspaces
			}
			var args []reflect.Value
			for in := range h.Method(i).Type().Ins() {
				arg := reflect.New(in).Elem()
				if full || arg.Kind() == reflect.String || arg.Kind() == reflect.Slice {
					fill(arg, 0)
				}
				args = append(args, arg)
			}
			if h.Method(i).Type().IsVariadic() {
				h.Method(i).CallSlice(args)
			} else {
				h.Method(i).Call(args)
			}
			each(h.Type().Elem().Name() + "." + name)
		}
	}
}

// TestAddedResourcesAreKept checks that all that is added is in snapshots and seed files, with all its members.
func TestAddedResourcesAreKept(t *testing.T) {
	t.Parallel()
	for _, full := range []bool{false, true} {
		t.Run(fmt.Sprintf("full %t", full), func(t *testing.T) {
			t.Parallel()
			emu := startEmpty(t, emulator.WithSeedIDs(1))
			before := len(saved(t, emu))
			added := 0
			addAll(t, emu, full, func(method string) {
				now := len(saved(t, emu))
				if full || !strings.Contains(method, "Template") { // environments and services have added theirs
					assert.Greater(t, now, before, method+" adds something that reads show")
				}
				before, added = now, added+1
			})
			assert.Greater(t, added, 40)

			seed := saved(t, emu)
			loaded := startEmpty(t)
			require.NoError(t, loaded.Load(strings.NewReader(seed)))
			assert.Equal(t, seed, saved(t, loaded))

			snapshot, err := emu.Snapshot()
			require.NoError(t, err)
			restored := startEmpty(t)
			require.NoError(t, restored.Restore(snapshot))
			assert.Equal(t, seed, saved(t, restored))
		})
	}
}

// TestLoadRefuses checks that a seed file with a mistake adds nothing, and that the error says where the mistake is.
func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	emu := startEmpty(t)
	tests := []struct{ name, seed, want string }{
		{"not JSON", `{`, "the seed is not a JSON object of services, kinds and resources"},
		{"not an object", `[]`, "the seed is not a JSON object of services, kinds and resources"},
		{"data after it", `{} {}`, "the seed has data after the JSON object"},
		{"service", `{"s3": {"Bucket": [{}]}}`, `service "s3" is unknown`},
		{"kind", `{"dlc": {"Engine": [{}]}}`, `dlc has no kind of resource named "Engine"`},
		{
			"member", `{"finspace": {"KxCluster": [{"environmentId": "e"}, {"environmentId": "e", "color": "red"}]}}`,
			"finspace KxCluster[1]: color is unknown",
		},
		{"nested member", `{"finspace": {"KxCluster": [{"code": {"bucket": "b"}}]}}`, "finspace KxCluster[0]: code.bucket is unknown"},
		{"type", `{"dlc": {"DataEngine": [{"Size": "big"}]}}`, "dlc DataEngine[0]: Size must be an integer"},
		{"type of the place", `{"flink": {"Job": [{"workspace": 1}]}}`, "flink Job[0]: workspace must be a string"},
		{"resource", `{"proton": {"Service": [null]}}`, "proton Service[0]: the body is not a JSON object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.ErrorContains(t, emu.Load(strings.NewReader(tt.seed)), tt.want)
			assert.Equal(t, "{}\n", saved(t, emu))
		})
	}
}

// TestLoadOrdersKinds checks that what others are in is added first, wherever it is in the file.
func TestLoadOrdersKinds(t *testing.T) {
	t.Parallel()
	emu := startEmpty(t)
	require.NoError(t, emu.Load(strings.NewReader(`{"finspace": {
		"KxCluster": [{"environmentId": "kxenv", "clusterName": "hdb"}],
		"KxEnvironment": [{"environmentId": "kxenv", "name": "prod"}]
	}}`)))
	var file map[string]map[string][]map[string]any
	require.NoError(t, json.NewDecoder(bytes.NewBufferString(saved(t, emu))).Decode(&file))
	assert.Equal(t, "prod", file["finspace"]["KxEnvironment"][0]["name"])
	assert.Equal(t, "RUNNING", file["finspace"]["KxCluster"][0]["status"])
}
