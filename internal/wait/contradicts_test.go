package wait_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

type setting struct {
	Name     string
	Flag     *bool
	Size     int
	Options  map[string]any
	Tags     map[string][]string
	Parts    []setting
	Detailed *setting
}

func TestContradicts(t *testing.T) {
	t.Parallel()
	options := func(name string, value any) setting { return setting{Options: map[string]any{name: value}} }
	parts := func(names ...string) (s setting) {
		for _, name := range names {
			s.Parts = append(s.Parts, setting{Name: name})
		}
		return s
	}
	for name, tt := range map[string]struct {
		asked, shown setting
		want         bool
	}{
		"nothing asked for":          {setting{}, setting{Name: "a", Size: 3}, false},
		"nothing shown":              {setting{Name: "a", Size: 3, Flag: new(true)}, setting{}, false},
		"the same":                   {setting{Name: "a", Flag: new(false)}, setting{Name: "a", Flag: new(false), Size: 3}, false},
		"another string":             {setting{Name: "a"}, setting{Name: "b"}, true},
		"another flag":               {setting{Flag: new(false)}, setting{Flag: new(true)}, true},
		"another number":             {setting{Size: 1}, setting{Size: 2}, true},
		"another one inside":         {setting{Detailed: &setting{Size: 1}}, setting{Detailed: &setting{Size: 2}}, true},
		"more inside":                {setting{Detailed: &setting{Size: 1}}, setting{Detailed: &setting{Size: 1, Name: "a"}}, false},
		"an option":                  {options("a", 1), options("a", 1), false},
		"an option as a string":      {options("a", 1000000), options("a", "1000000"), false},
		"a flag as a string":         {options("a", true), options("a", "true"), false},
		"a number as another type":   {options("a", 1000000), options("a", 1000000.0), false},
		"another option":             {options("a", 1), options("a", 2), true},
		"an option that is not set":  {options("a", 1), options("b", 1), true},
		"options that are not shown": {options("a", 1), setting{}, false},
		"no options":                 {options("a", 1), setting{Options: map[string]any{}}, true},
		"an option with members":     {options("a", map[string]any{"b": 1}), options("a", map[string]any{"b": 1}), false},
		"tags":                       {setting{Tags: map[string][]string{"a": {"x", "y"}}}, setting{Tags: map[string][]string{"a": {"y", "x"}}}, false},
		"other tags":                 {setting{Tags: map[string][]string{"a": {"x"}}}, setting{Tags: map[string][]string{"a": {"z"}}}, true},
		"parts in another order":     {parts("a", "b"), parts("b", "a"), false},
		"fewer parts":                {parts("a", "b"), parts("a"), true},
		"other parts":                {parts("a", "b"), parts("a", "c"), true},
	} {
		assert.Equal(t, tt.want, wait.Contradicts(&tt.asked, &tt.shown), name)
	}
}
