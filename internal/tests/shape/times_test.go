package shape_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
)

// times are what the overlay of a service says of members that sound like times.
type times struct {
	Times    []string          `json:"times"`
	NotTimes map[string]string `json:"notTimes"`
}

// explains reports whether the overlay says what a member is, in all shapes or in one.
func (o times) explains(member string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(o.NotTimes)), func(key string) bool {
		return key == member || strings.HasSuffix(key, "."+member)
	})
}

var soundsLikeTime = regexp.MustCompile(`^Time([A-Z]|$)|Time$|[a-z]At$|Timestamp|TimeStamp`)

// TestEveryTimeIsOne checks that a member of a response whose name sounds like a time can be read as one, or that the
// overlay says what it is instead.
func TestEveryTimeIsOne(t *testing.T) {
	t.Parallel()
	for service, s := range services.All {
		var overlay times
		readModel(t, service+".overlay.json", &overlay)
		model, err := os.ReadFile(filepath.Join("..", "..", "models", service+".json"))
		require.NoError(t, err)
		found := 0
		for typ := range received(s.Client) {
			for f := range typ.Fields() {
				leaf := leafOf(f.Type)
				if isTime(leaf) {
					found++
					continue
				}
				if isScalar(leaf) && soundsLikeTime.MatchString(f.Name) {
					assert.True(t, overlay.explains(wireName(f)), "%s.%s.%s sounds like a time", service, typ.Name(), f.Name)
				}
			}
		}
		t.Logf("%s: %d times", service, found)
		assert.GreaterOrEqual(t, found, len(overlay.Times), "%s: each that the overlay names is one, in some response", service)
		if bytes.Contains(model, []byte(`"smithy.api#Timestamp"`)) {
			assert.Positive(t, found, service)
		}
	}
}

// date matches an example of a date in documentation.
var date = regexp.MustCompile(`"(\d{4}-\d\d-\d\d[^"]*)"`)

// TestDocumentedDatesAreRead reads every date that the documentation of a member shows.
func TestDocumentedDatesAreRead(t *testing.T) {
	t.Parallel()
	examples := 0
	for service := range services.All {
		var docs struct {
			Fields map[string]string `json:"fields"`
		}
		readModel(t, service+".docs.json", &docs)
		for member, text := range docs.Fields {
			for _, match := range date.FindAllStringSubmatch(text, -1) {
				examples++
				assert.False(t, cloud.TimeString(match[1]).Time().IsZero(), "%s: %s", member, match[1])
			}
		}
	}
	t.Logf("%d dates", examples)
}

func readModel(t *testing.T, file string, v any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "models", file))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, v))
}

// received returns the struct types of all responses.
func received(client reflect.Type) map[reflect.Type]bool {
	found := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		t = leafOf(t)
		if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() || found[t] {
			return
		}
		found[t] = true
		for f := range t.Fields() {
			walk(f.Type)
		}
	}
	for m := range client.Methods() {
		if !isHelper(m.Name) && !isStream(m.Type) {
			walk(m.Type.Out(0))
		}
	}
	return found
}

// leafOf returns what a type points to or holds, at any depth.
func leafOf(t reflect.Type) reflect.Type {
	for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}, t.Kind()) {
		t = t.Elem()
	}
	return t
}

// isScalar reports whether a type is an integer or a string without a name of its own.
func isScalar(t reflect.Type) bool {
	return t == reflect.TypeFor[int]() || t == reflect.TypeFor[int64]() || t == reflect.TypeFor[string]()
}

func isTime(t reflect.Type) bool {
	return t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[cloud.Timestamp]() || t == reflect.TypeFor[cloud.TimeString]()
}
