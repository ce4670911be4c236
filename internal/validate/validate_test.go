package validate_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// problems runs check and returns what it reports.
func problems(t *testing.T, check func(p *validate.Problems)) []cloud.Problem {
	var p validate.Problems
	check(&p)
	err := p.Err("things", "MakeThing")
	if err == nil {
		return nil
	}
	var invalid *cloud.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "things", invalid.Service)
	assert.Equal(t, "MakeThing", invalid.Operation)
	return invalid.Problems
}

func TestText(t *testing.T) {
	t.Parallel()
	id := &validate.Text{Min: 2, Max: 5, Class: "0-9a-z-"}
	name := &validate.Text{Min: 1, Pattern: "^[a-z]+(/[a-z]+)?$"}
	secret := &validate.Text{Min: 4, Max: 4, Sensitive: true}
	tests := []struct {
		name, value string
		rule        *validate.Text
		want        []string
	}{
		{"good", "ab-1", id, nil},
		{"shortest", "ab", id, nil},
		{"longest", "abcde", id, nil},
		{"too short", "a", id, []string{`f: must have 2 to 5 characters, given "a" (length 1)`}},
		{"too long", "abcdef", id, []string{`f: must have 2 to 5 characters, given "abcdef" (length 6)`}},
		{"wrong class", "aB", id, []string{`f: must consist of [0-9a-z-], given "aB"`}},
		{"code points count", "éé", &validate.Text{Min: 2, Max: 2}, nil},
		{"code points of four bytes", "😀😀", &validate.Text{Min: 2, Max: 2}, nil},
		{"too few of four bytes", "😀😀", &validate.Text{Min: 3, Max: 9}, []string{`f: must have 3 to 9 characters, given "😀😀" (length 2)`}},
		{"too many of one byte", "abc", &validate.Text{Max: 2}, []string{`f: must have at most 2 characters, given "abc" (length 3)`}},
		{"no ASCII", "éé", id, []string{`f: must consist of [0-9a-z-], given "éé"`}},
		{"both", "", &validate.Text{Min: 1, Pattern: "."}, []string{`f: must have at least 1 character, given "" (length 0)`}},
		{"pattern", "a/b", name, nil},
		{"no pattern", "a/", name, []string{`f: must match ^[a-z]+(/[a-z]+)?$, given "a/"`}},
		{"sensitive", "hunter2", secret, []string{"f: must have exactly 4 characters, given [redacted] (length 7)"}},
		{"shortened", strings.Repeat("é", 50), &validate.Text{Max: 3}, []string{`f: must have at most 3 characters, given "` + strings.Repeat("é", 30) + `…" (length 50)`}},
		{"open", strings.Repeat("x", 1000), &validate.Text{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := problems(t, func(p *validate.Problems) { p.Text("f", tt.value, tt.rule) })
			require.Len(t, got, len(tt.want))
			for i, problem := range got {
				assert.Equal(t, tt.want[i], problem.String())
			}
		})
	}
}

func TestOneProblemForEachValue(t *testing.T) {
	t.Parallel()
	short := &validate.Text{Min: 3, Pattern: "^[a-z]+[0-9]+$"}
	got := problems(t, func(p *validate.Problems) {
		p.Text("name", "A", short)
		p.Add("name", "must not be A", "A")
		p.Text("other", "A", short)
		p.Index("list", 0)
		p.Text("name", "AAA", short)
		p.Leave()
		p.Index("list", 1)
		p.Missing("name")
		p.Leave()
		p.Key("tags", "K")
		p.KeyText("K", short)
		p.AddKey("K", "must not be K")
		p.Text("", "A", short)
		p.Add("", "must not be A", "A")
		p.Leave()
	})
	var lines []string
	for _, problem := range got {
		lines = append(lines, string(problem.Check)+" "+problem.String())
	}
	assert.Equal(t, []string{
		`length name: must have at least 3 characters, given "A" (length 1)`,
		`length other: must have at least 3 characters, given "A" (length 1)`,
		`pattern list[0].name: must match ^[a-z]+[0-9]+$, given "AAA"`,
		`required list[1].name: required`,
		`length tags[K]: must have at least 3 characters, given "K" (length 1)`,
		`length tags[K]: must have at least 3 characters, given "A" (length 1)`,
	}, lines)
}

func TestKindsOfChecks(t *testing.T) {
	t.Parallel()
	got := problems(t, func(p *validate.Problems) {
		p.Missing("a")
		p.Text("b", "", &validate.Text{Min: 1})
		p.Text("c", "1", &validate.Text{Class: "a-z"})
		p.Int("d", 2, 0, 1)
		p.Float("e", 2, 0, 1)
		validate.OneOf(p, "f", color("PINK"), []color{"RED"})
		p.Count("g", 2, 0, 1)
		p.Union("h", true, true)
		p.Add("i", "must rhyme", nil)
	})
	var checks []cloud.Check
	for _, problem := range got {
		checks = append(checks, problem.Check)
	}
	assert.Equal(t, []cloud.Check{
		cloud.CheckRequired, cloud.CheckLength, cloud.CheckPattern, cloud.CheckRange, cloud.CheckRange, cloud.CheckEnum, cloud.CheckItems,
		cloud.CheckUnion, cloud.CheckRule,
	}, checks)
}

type color string

func TestOtherRules(t *testing.T) {
	t.Parallel()
	colors := []color{"RED", "BLUE"}
	tests := []struct {
		name  string
		check func(p *validate.Problems)
		want  string // empty: accepted
	}{
		{"missing", func(p *validate.Problems) { p.Missing("f") }, "f: required"},
		{"int", func(p *validate.Problems) { p.Int("f", 5, 5, 7) }, ""},
		{"int low", func(p *validate.Problems) { p.Int("f", 4, 5, 7) }, "f: must be 5 to 7, given 4"},
		{"int high", func(p *validate.Problems) { p.Int("f", 8, validate.NoMin, 7) }, "f: must be at most 7, given 8"},
		{"int open", func(p *validate.Problems) { p.Int("f", 0, 1, validate.NoMax) }, "f: must be at least 1, given 0"},
		{"float", func(p *validate.Problems) { p.Float("f", 0.5, 0.5, 1) }, ""},
		{"float low", func(p *validate.Problems) { p.Float("f", 0.4, 0.5, math.Inf(1)) }, "f: must be at least 0.5, given 0.4"},
		{"not a number", func(p *validate.Problems) { p.Float("f", math.NaN(), 0, 1) }, "f: must be 0 to 1, given NaN"},
		{"count", func(p *validate.Problems) { p.Count("f", 3, 0, 3) }, ""},
		{"count high", func(p *validate.Problems) { p.Count("f", 4, 0, 3) }, "f: must have at most 3 items, given 4"},
		{"count low", func(p *validate.Problems) { p.Count("f", 0, 1, -1) }, "f: must have at least 1 item, given 0"},
		{"enum", func(p *validate.Problems) { validate.OneOf(p, "f", "BLUE", colors) }, ""},
		{"enum unknown", func(p *validate.Problems) { validate.OneOf(p, "f", "blue", colors) }, `f: must be one of RED, BLUE, given "blue"`},
		{"union", func(p *validate.Problems) { p.Union("f", false, true) }, ""},
		{"union of none", func(p *validate.Problems) { p.Union("f", false, false) }, "f: must have exactly one member set, given 0"},
		{"own rule", func(p *validate.Problems) { p.Add("f", "must rhyme", "orange") }, `f: must rhyme, given "orange"`},
		{"own rule, number", func(p *validate.Problems) { p.Add("f", "must be even", 3) }, "f: must be even, given 3"},
		{"own rule, nothing", func(p *validate.Problems) { p.Add("f", "must be there", nil) }, "f: must be there"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := problems(t, tt.check)
			if tt.want == "" {
				assert.Empty(t, got)
				return
			}
			require.Len(t, got, 1)
			assert.Equal(t, tt.want, got[0].String())
		})
	}
}

func TestWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	rule := &validate.Text{Min: 2}
	colors := []color{"RED", "BLUE"}
	empty, one, zero, half := "", "a", 0, 0.5
	tests := []struct {
		name  string
		check func(p *validate.Problems)
		want  string // empty: accepted
	}{
		{"present", func(p *validate.Problems) { p.Present("f", true) }, ""},
		{"not present", func(p *validate.Problems) { p.Present("f", false) }, "f: required"},
		{"required", func(p *validate.Problems) { p.Required("f", "ab", rule) }, ""},
		{"required, empty", func(p *validate.Problems) { p.Required("f", "", rule) }, "f: required"},
		{"required, short", func(p *validate.Problems) { p.Required("f", "a", rule) }, `f: must have at least 2 characters, given "a" (length 1)`},
		{"optional", func(p *validate.Problems) { p.Optional("f", "", rule) }, ""},
		{"optional, short", func(p *validate.Problems) { p.Optional("f", "a", rule) }, `f: must have at least 2 characters, given "a" (length 1)`},
		{"pointer to nothing", func(p *validate.Problems) { p.OptionalPointer("f", nil, rule) }, ""},
		{"pointer to empty", func(p *validate.Problems) { p.OptionalPointer("f", &empty, rule) }, `f: must have at least 2 characters, given "" (length 0)`},
		{"pointer to short", func(p *validate.Problems) { p.OptionalPointer("f", &one, rule) }, `f: must have at least 2 characters, given "a" (length 1)`},
		{"zero", func(p *validate.Problems) { p.OptionalInt("f", 0, 1, 2) }, ""},
		{"not zero", func(p *validate.Problems) { p.OptionalInt("f", 3, 1, 2) }, "f: must be 1 to 2, given 3"},
		{"no number", func(p *validate.Problems) { validate.OptionalIntPointer[int](p, "f", nil, 1, 2) }, ""},
		{"pointer to zero", func(p *validate.Problems) { validate.OptionalIntPointer(p, "f", &zero, 1, 2) }, "f: must be 1 to 2, given 0"},
		{"zero float", func(p *validate.Problems) { p.OptionalFloat("f", 0, 1, 2) }, ""},
		{"half", func(p *validate.Problems) { p.OptionalFloat("f", half, 1, 2) }, "f: must be 1 to 2, given 0.5"},
		{"no float", func(p *validate.Problems) { p.OptionalFloatPointer("f", nil, 1, 2) }, ""},
		{"pointer to half", func(p *validate.Problems) { p.OptionalFloatPointer("f", &half, 1, 2) }, "f: must be 1 to 2, given 0.5"},
		{"no list", func(p *validate.Problems) { p.OptionalCount("f", false, 0, 1, 2) }, ""},
		{"empty list", func(p *validate.Problems) { p.OptionalCount("f", true, 0, 1, 2) }, "f: must have 1 to 2 items, given 0"},
		{"required value", func(p *validate.Problems) { validate.RequiredOneOf(p, "f", "BLUE", colors) }, ""},
		{"required value, empty", func(p *validate.Problems) { validate.RequiredOneOf(p, "f", "", colors) }, "f: required"},
		{"required value, unknown", func(p *validate.Problems) { validate.RequiredOneOf(p, "f", "PINK", colors) }, `f: must be one of RED, BLUE, given "PINK"`},
		{"optional value", func(p *validate.Problems) { validate.OptionalOneOf(p, "f", "", colors) }, ""},
		{"optional value, unknown", func(p *validate.Problems) { validate.OptionalOneOf(p, "f", "PINK", colors) }, `f: must be one of RED, BLUE, given "PINK"`},
		{"all values", func(p *validate.Problems) { validate.EachOneOf(p, "f", []color{"RED", ""}, colors) }, `f[1]: must be one of RED, BLUE, given ""`},
		{"strings", func(p *validate.Problems) { p.Texts("f", []string{"ab", "a"}, rule) }, `f[1]: must have at least 2 characters, given "a" (length 1)`},
		{"keys", func(p *validate.Problems) { p.TextMap("f", map[string]string{"a": ""}, rule, nil) }, `f[a]: must have at least 2 characters, given "a" (length 1)`},
		{"values", func(p *validate.Problems) { p.TextMap("f", map[string]string{"a": "b"}, nil, rule) }, `f[a]: must have at least 2 characters, given "b" (length 1)`},
		{"no map", func(p *validate.Problems) { p.TextMap("f", nil, rule, rule) }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := problems(t, tt.check)
			if tt.want == "" {
				assert.Empty(t, got)
				return
			}
			require.Len(t, got, 1)
			assert.Equal(t, tt.want, got[0].String())
		})
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	got := problems(t, func(p *validate.Problems) {
		p.Missing("top")
		p.Enter("code")
		p.Missing("s3Bucket")
		p.Leave()
		p.Index("changes", 2)
		p.Missing("dbPath")
		p.Enter("inner")
		p.Key("tags", "team")
		p.Missing("")
		p.Leave()
		p.Leave()
		p.Leave()
		for range 12 {
			p.Enter("d")
		}
		p.Missing("deep")
		for range 12 {
			p.Leave()
		}
		p.Missing("last")
	})
	var fields []string
	for _, problem := range got {
		fields = append(fields, problem.Field)
	}
	assert.Equal(t, []string{
		"top", "code.s3Bucket", "changes[2].dbPath", "changes[2].inner.tags[team]", strings.Repeat("d.", 12) + "deep", "last",
	}, fields)
}

func TestProblemsInMapsHaveAnOrder(t *testing.T) {
	t.Parallel()
	tags := map[string]string{"a": "", "b": "", "c": "", "d": "", "e": ""}
	for range 20 {
		got := problems(t, func(p *validate.Problems) {
			for key := range tags {
				p.Key("tags", key)
				p.Missing("")
				p.Leave()
			}
		})
		require.Len(t, got, 5)
		for i, key := range []string{"a", "b", "c", "d", "e"} {
			assert.Equal(t, "tags["+key+"]", got[i].Field)
		}
	}
}

func TestNothingIsAllocatedWhileNothingIsWrong(t *testing.T) {
	rule := &validate.Text{Min: 1, Max: 63, Class: "a-z"}
	pattern := &validate.Text{Min: 1, Pattern: "^[a-z]+$"}
	size, tags := 3, map[string]string{"team": "blue"}
	check := func() {
		var p validate.Problems
		p.Required("name", "abc", rule)
		p.Optional("title", "abc", rule)
		p.Texts("names", []string{"abc"}, rule)
		p.TextMap("tags", tags, rule, rule)
		p.Union("", size > 0, false)
		validate.OptionalIntPointer(&p, "size", &size, 1, 5)
		validate.RequiredOneOf(&p, "color", "RED", []color{"RED"})
		p.Enter("code")
		p.Text("bucket", "abc", pattern)
		p.Leave()
		p.Int("size", 3, 1, 5)
		validate.OneOf(&p, "color", "RED", []color{"RED"})
		if p.Err("things", "MakeThing") != nil {
			t.Fail()
		}
	}
	assert.Zero(t, testing.AllocsPerRun(100, check))
}
