package conformance_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// model is what the tests read of a service's model: its shapes by local name.
type model map[string]*shape

type shape struct {
	Type          string
	Members       map[string]*member
	Member        *member // of a list
	Key, Value    *member // of a map
	Input, Output struct{ Target string }
	Traits        traits
}

type member struct {
	Target string
	Traits traits
}

type traits map[string]json.RawMessage

func (t traits) has(name string) bool { return t["smithy.api#"+name] != nil }

// text returns a trait that is a string.
func (t traits) text(name string) string {
	var s string
	_ = json.Unmarshal(t["smithy.api#"+name], &s)
	return s
}

// bounds returns the limits of a trait that has a minimum and a maximum.
func (t traits) bounds(name string, min, max float64) (float64, float64) {
	b := struct{ Min, Max float64 }{min, max}
	_ = json.Unmarshal(t["smithy.api#"+name], &b)
	return b.Min, b.Max
}

// loadModel reads a model, and corrects it by what our overlay says about its patterns and limits.
func loadModel(t *testing.T, service string) model {
	t.Helper()
	var file struct{ Shapes map[string]*shape }
	read(t, service+".json", &file)
	m := model{}
	for id, s := range file.Shapes {
		m[local(id)] = s
	}
	var overlay struct {
		Apply    map[string]traits
		Patterns map[string]struct{ Use string }
	}
	read(t, service+".overlay.json", &overlay)
	for name, pattern := range overlay.Patterns {
		use, err := json.Marshal(pattern.Use)
		require.NoError(t, err)
		m.apply(name, traits{"smithy.api#pattern": use})
	}
	for name, changes := range overlay.Apply {
		m.apply(name, changes)
	}
	return m
}

func read(t *testing.T, file string, v any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "models", file))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, v), file)
}

// apply sets traits of a shape, or of a member if the name has a dot.
func (m model) apply(name string, changes traits) {
	shapeName, memberName, isMember := strings.Cut(name, ".")
	target := &m[shapeName].Traits
	if isMember {
		target = &m[shapeName].Members[memberName].Traits
	}
	*target = maps.Clone(*target)
	if *target == nil {
		*target = traits{}
	}
	maps.Copy(*target, changes)
}

func local(id string) string { return id[strings.IndexByte(id, '#')+1:] }

// target returns the shape of a member; the shapes that all models share have no traits.
func (m model) target(x *member) *shape {
	if s := m[local(x.Target)]; s != nil && !strings.HasPrefix(x.Target, "smithy.api#") {
		return s
	}
	return &shape{Type: strings.ToLower(local(x.Target))}
}

func (m model) operations() []string {
	var names []string
	for name, s := range m {
		if s.Type == "operation" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (m model) input(operation string) *shape  { return m[local(m[operation].Input.Target)] }
func (m model) output(operation string) *shape { return m[local(m[operation].Output.Target)] }

// http is the trait that says method and path.
func (m model) http(t *testing.T, operation string) (method, uri string) {
	t.Helper()
	var h struct{ Method, URI string }
	require.NoError(t, json.Unmarshal(m[operation].Traits["smithy.api#http"], &h))
	return h.Method, h.URI
}

// values returns what an enum may be.
func (s *shape) values() []string {
	var values []string
	for _, name := range slices.Sorted(maps.Keys(s.Members)) {
		if s.Type == "enum" {
			values = append(values, s.Members[name].Traits.text("enumValue"))
		}
	}
	var list []struct{ Value string }
	_ = json.Unmarshal(s.Traits["smithy.api#enum"], &list)
	for _, v := range list {
		values = append(values, v.Value)
	}
	return values
}
