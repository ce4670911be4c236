package rules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
)

// samples are the values of one service, written by hand from its documentation.
type samples struct {
	Strings map[string]struct {
		Accept, Refuse []text
		Bounded        string // "min", "max" or "both": the pattern allows no string that short or long
	}
	Untold     struct{ Members []string } // required, but what is sent without them is legal
	Operations map[string]struct {
		Full    []map[string]any // by path, other than the first sample; null leaves a member out
		Minimal map[string]any
	}
	Prose struct{ Values map[string][]any } // by member
}

// text is a string, or else head, as much of fill as needed, and tail.
type text string

func (s *text) UnmarshalJSON(data []byte) error {
	var plain string
	if json.Unmarshal(data, &plain) == nil {
		*s = text(plain)
		return nil
	}
	var made struct {
		Head, Fill, Tail string
		Length           int
	}
	if err := json.Unmarshal(data, &made); err != nil {
		return err
	}
	n := made.Length - utf8.RuneCountInString(made.Head) - utf8.RuneCountInString(made.Tail)
	if n < 0 || made.Fill == "" {
		return fmt.Errorf("no such text: %s", data)
	}
	fill := []rune(strings.Repeat(made.Fill, n/utf8.RuneCountInString(made.Fill)+1))
	*s = text(made.Head + string(fill[:n]) + made.Tail)
	return nil
}

// loadSamples reads the samples of a service. One whose strings have no rules needs none.
func loadSamples(t *testing.T, service string) *samples {
	s := &samples{}
	file := filepath.Join("testdata", service+".samples.json")
	if _, err := os.Stat(file); err == nil {
		read(t, file, s)
	}
	return s
}

// of returns the samples for a member, by its own name or by that of its shape.
func (s *samples) of(key string, x *member) (accept, refuse []text) {
	own, ok := s.Strings[key]
	if !ok {
		own = s.Strings[local(x.Target)]
	}
	return own.Accept, own.Refuse
}

// isRefusedByProse reports whether the samples say that a rule in prose refuses a value which the
// model allows.
func (s *samples) isRefusedByProse(key string, value any) bool {
	return slices.ContainsFunc(s.Prose.Values[key], func(v any) bool {
		if _, isText := v.(map[string]any); isText {
			data, _ := json.Marshal(v)
			var made text
			_ = made.UnmarshalJSON(data)
			v = string(made)
		}
		return fmt.Sprint(v) == fmt.Sprint(value)
	})
}

// Every kind of string with a rule needs samples on both sides of its limits, and at the limits.
func TestSamplesAreComplete(t *testing.T) {
	t.Parallel()
	for service := range services.Of("aws") {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			m, s := loadModel(t, service), loadSamples(t, service)
			used := map[string]bool{}
			m.visit(func(key string, x *member, item bool) {
				if m.kind(x) != "string" || len(textRules(m.rulesOf(x, true))) == 0 {
					return
				}
				name := key
				if _, ok := s.Strings[key]; !ok {
					name = local(x.Target)
				}
				if !used[name] {
					used[name] = true
					checkSamples(t, name, s, m.limits(x))
				}
			})
			assert.ElementsMatch(t, slices.Collect(maps.Keys(used)), slices.Collect(maps.Keys(s.Strings)), "shapes with samples")
			t.Logf("%s: %d kinds of text with a rule", service, len(used))
		})
	}
}

func textRules(rules []rule) []rule {
	return slices.DeleteFunc(rules, func(r rule) bool { return r == required })
}

func checkSamples(t *testing.T, name string, s *samples, l limits) {
	own := s.Strings[name]
	assert.GreaterOrEqual(t, len(own.Accept), 2, "%s: accepting samples", name)
	assert.GreaterOrEqual(t, len(own.Refuse), 2, "%s: refusing samples", name)
	wrong := 0
	for _, v := range own.Refuse {
		if n := v.length(); (!l.hasMax || n <= l.max) && n >= l.min {
			wrong++
		}
	}
	if l.pattern {
		assert.GreaterOrEqual(t, wrong, 2, "%s: refusing samples of a legal length", name)
	} else {
		assert.Zero(t, wrong, "%s: refusing samples of a legal length, but no pattern", name)
	}
	noShortest, noLongest := own.Bounded == "min" || own.Bounded == "both", own.Bounded == "max" || own.Bounded == "both"
	if l.hasMax {
		assert.Equal(t, !noLongest, hasLength(own.Accept, l.max), "%s: an accepting sample of %v characters", name, l.max)
		assert.True(t, hasLength(own.Refuse, l.max+1), "%s: a refusing sample of %v characters", name, l.max+1)
	}
	if l.hasMin {
		assert.Equal(t, !noShortest, hasLength(own.Accept, l.min), "%s: an accepting sample of %v characters", name, l.min)
	}
	if l.min > 1 {
		assert.True(t, hasLength(own.Refuse, l.min-1), "%s: a refusing sample of %v characters", name, l.min-1)
	}
}

func (s text) length() float64 { return float64(utf8.RuneCountInString(string(s))) }

func hasLength(texts []text, n float64) bool {
	return slices.ContainsFunc(texts, func(v text) bool { return v.length() == n })
}
