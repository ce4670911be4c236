// Package rules_test checks the Validate methods of the AWS services against their models: requests with valid
// values are accepted, and for every member each way of being invalid is refused by name. The valid and invalid
// values were written by hand, in testdata.
package rules_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
)

// matrix is the run over one service.
type matrix struct {
	model    model
	samples  *samples
	covered  map[string]map[rule]bool // by member
	untold   map[string]bool
	byProse  map[string]bool
	accepted int
	refused  map[rule]int
}

func TestEveryRule(t *testing.T) {
	t.Parallel()
	for service, s := range services.Of("aws") {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			m := &matrix{
				model: loadModel(t, service), samples: loadSamples(t, service), covered: map[string]map[rule]bool{},
				untold: map[string]bool{}, byProse: map[string]bool{}, refused: map[rule]int{},
			}
			for _, op := range m.model.operations() {
				method, ok := methodOf(s.Client, op)
				require.True(t, ok, op)
				t.Run(op, func(t *testing.T) { m.operation(t, op, method.Type.In(2)) })
			}
			m.checkCoverage(t)
			m.report(t, service)
		})
	}
}

// methodOf returns the method for an operation, whose initialisms Go writes in capitals.
func methodOf(client reflect.Type, operation string) (reflect.Method, bool) {
	for m := range client.Methods() {
		if strings.EqualFold(m.Name, operation) {
			return m, true
		}
	}
	return reflect.Method{}, false
}

// operation checks one operation's request, with all members and with the required ones.
func (m *matrix) operation(t *testing.T, op string, typ reflect.Type) {
	own := m.samples.Operations[op]
	input := local(m.model[op].Input.Target)
	build := func(t *testing.T, full bool, sets ...map[string]any) (*builder, error) {
		b := &builder{t: t, model: m.model, samples: m.samples, full: full, set: map[string]any{}}
		for _, set := range sets {
			maps.Copy(b.set, set)
		}
		request := b.build(typ, input)
		return b, request.Interface().(interface{ Validate() error }).Validate()
	}
	_, err := build(t, false, own.Minimal)
	m.accept(t, "with what is required alone", err)

	variants := own.Full
	if len(variants) == 0 {
		variants = []map[string]any{nil}
	}
	done := map[string]bool{}
	for _, variant := range variants {
		base, err := build(t, true, variant)
		m.accept(t, "with all members", err)
		for _, at := range base.places {
			if done[at.path] || strings.Contains(at.path, "[0]") {
				continue // the next item has a path that says more
			}
			done[at.path] = true
			for _, c := range base.good(at) {
				_, err := build(t, true, variant, map[string]any{c.path: c.value})
				m.checkGood(t, c, err)
			}
			for _, c := range base.bad(at) {
				_, err := build(t, true, variant, map[string]any{c.path: c.value})
				m.checkBad(t, c, err)
			}
		}
	}
}

func (m *matrix) accept(t *testing.T, what string, err error) {
	m.accepted++
	assert.NoError(t, err, what)
}

// checkGood checks that a valid value is accepted, unless the samples list a rule in prose against it.
func (m *matrix) checkGood(t *testing.T, c change, err error) {
	if m.samples.isRefusedByProse(c.key, c.value) {
		m.byProse[c.key] = true
		assert.Error(t, err, "%s: a rule in prose refuses %v", c.path, c.value)
		return
	}
	m.accepted++
	assert.NoError(t, err, "%s: %s is good", c.path, show(c.value))
}

// checkBad checks that a value is refused, unless the samples say that its absence cannot be detected.
func (m *matrix) checkBad(t *testing.T, c change, err error) {
	if m.covered[c.key] == nil {
		m.covered[c.key] = map[rule]bool{}
	}
	m.covered[c.key][c.rule] = true
	if c.rule == required && slices.Contains(m.samples.Untold.Members, c.key) {
		m.untold[c.key] = true
		m.accepted++
		assert.NoError(t, err, "%s: the zero value is legal", c.path)
		return
	}
	m.refused[c.rule]++
	var invalid *cloud.ValidationError
	if assert.ErrorAs(t, err, &invalid, "%s: %s must be refused: %s", c.path, show(c.value), c.rule) {
		checkProblems(t, c, invalid.Problems)
	}
}

// checkProblems checks that the rule is reported where the value is, and nothing else.
func checkProblems(t *testing.T, c change, problems []cloud.Problem) {
	at := c.path
	if path, isKey := strings.CutSuffix(at, "{key}"); isKey {
		at = path + "[" + shorten(c.value.(string)) + "]"
	}
	found := false
	for _, p := range problems {
		inside := strings.HasPrefix(p.Field, at+".") || strings.HasPrefix(p.Field, at+"[")
		assert.True(t, p.Field == at || inside, "%s: %s is blamed too: %s", at, p.Field, p.Rule)
		assert.NotEmpty(t, p.Rule, at)
		assert.NotContains(t, p.Rule, "\n", at)
		if text, isText := c.value.(string); isText && c.sensitive && text != "" {
			assert.NotContains(t, p.String(), shorten(text), "%s is sensitive", at)
		}
		found = found || p.Field == at && fits(c, p) || inside && c.rule == required
	}
	assert.True(t, found, "%s: %s is refused, but not for being %s: %v", at, show(c.value), c.rule, problems)
}

// words are the possible starts of a problem's rule.
var words = map[rule][]string{
	empty:    {"must have "},
	short:    {"must have "},
	long:     {"must have "},
	form:     {"must match ", "must consist of ", "must have "},
	unknown:  {"must be one of "},
	below:    {"must be "},
	above:    {"must be "},
	few:      {"must have "},
	many:     {"must have "},
	noMember: {"must have exactly one member"},
}

// fits reports whether a problem is the one that a change must bring.
func fits(c change, p cloud.Problem) bool {
	if c.rule != required {
		return startsWith(p.Rule, words[c.rule]) && strings.HasPrefix(p.Given, c.given)
	}
	switch c.field.Kind() {
	case reflect.Int, reflect.Float64: // a number is always there
		return startsWith(p.Rule, words[below]) && p.Given == "0"
	case reflect.Struct: // so is a union
		return startsWith(p.Rule, words[noMember])
	}
	return p.Rule == "required" && p.Given == ""
}

func startsWith(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(s, w) })
}

// show keeps the messages of failures short.
func show(v any) string {
	if text, ok := v.(string); ok {
		return `"` + shorten(text) + `"`
	}
	return fmt.Sprint(v)
}

// checkCoverage checks that every rule of the model was tested with a value that breaks it, and that every remark
// in the samples was needed.
func (m *matrix) checkCoverage(t *testing.T) {
	m.model.visit(func(key string, x *member, item bool) {
		if m.model.kind(x) == "union" {
			assert.Len(t, m.model.target(x).Members.names, 1, "%s: two members at once need a case too", key)
		}
		for _, r := range m.model.rulesOf(x, item) {
			assert.True(t, m.covered[key][r], "no case for %s: %s", key, r)
		}
	})
	assert.ElementsMatch(t, m.samples.Untold.Members, slices.Collect(maps.Keys(m.untold)), "members whose absence cannot be detected")
	assert.ElementsMatch(t, slices.Collect(maps.Keys(m.samples.Prose.Values)), slices.Collect(maps.Keys(m.byProse)), "values refused by prose alone")
	for op := range m.samples.Operations {
		assert.NotNil(t, m.model[op], "no such operation: %s", op)
	}
}

func (m *matrix) report(t *testing.T, service string) {
	total, rules := 0, 0
	for _, n := range m.refused {
		total += n
	}
	for _, of := range m.covered {
		rules += len(of)
	}
	t.Logf("%s: %d operations; %d rules of %d members; %d accepting and %d refusing cases, by rule %v",
		service, len(m.model.operations()), rules, len(m.covered), m.accepted, total, m.refused)
}
