package plan

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
)

func TestParsePattern(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]TextForm{
		`^[a-z0-9]+$`:         {Min: 1, Class: "0-9a-z"},
		`^[A-Za-z]*$`:         {Class: "A-Za-z"},
		`^[a-zA-Z0-9]{1,26}$`: {Min: 1, Max: 26, Class: "0-9A-Za-z"},
		`^\d{12}$`:            {Min: 12, Max: 12, Class: "0-9"},
		`^[a-z]{3,}$`:         {Min: 3, Class: "a-z"},
		`^[a-zA-Z-0-9-:\/]*$`: {Class: "/-:A-Za-z-"},
		`^[+-=]+$`:            {Min: 1, Class: "+-="},
		`^[\w\-.\\\]^]+$`:     {Min: 1, Class: `.0-9A-Z\\-_a-z-`},
		`^([a-c]+)$`:          {Min: 1, Class: "a-c"},
		`^[a-c\s]+$`:          {Min: 1, Class: `\t\n\f\r a-c`},
		`[a-z]+`:              {Pattern: `[a-z]+`},
		`^[a-z]+-[a-z]+$`:     {Pattern: `^[a-z]+-[a-z]+$`},
		`^[^/]+$`:             {Pattern: `^[^/]+$`},
		`^\p{L}+$`:            {Pattern: `^\p{L}+$`},
		`\S`:                  {Pattern: `\S`},
	} {
		got, err := parsePattern(pattern)
		require.NoError(t, err, pattern)
		assert.Equal(t, want, got, pattern)
	}
}

// The class of a pattern must let the same characters through as the pattern.
func TestClassesMatchWhatThePatternMatches(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{
		`^[a-zA-Z0-9\/\!\-_\.\*'\(\)]+$`, `^[a-zA-Z0-9\_\-\.\s]+$`, `^[!-~]*$`, `^[\]\\^-]+$`, `^[,-.]+$`, `^[+--]+$`, `^[--/]+$`,
	} {
		form, err := parsePattern(pattern)
		require.NoError(t, err, pattern)
		require.NotEmpty(t, form.Class, pattern)
		asked, given := regexp.MustCompile(pattern), regexp.MustCompile("^["+form.Class+"]$")
		for c := range rune(256) {
			assert.Equal(t, asked.MatchString(string(c)), given.MatchString(string(c)), "%s as [%s], character %q", pattern, form.Class, c)
		}
	}
}

func TestPatternsThatGoCannotUse(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{`^(?!aws)[a-z]+$`, `^[a-z]{1,1017}$`, `[`} {
		_, err := parsePattern(pattern)
		assert.ErrorContains(t, err, "overlay", pattern)
	}
}

// The overlay of FinSpace spells out two patterns with a look-ahead. They are compared here with
// what the look-ahead means, over all short strings of the letters that matter.
func TestRewrittenLookAheads(t *testing.T) {
	t.Parallel()
	o, err := overlay.Load("../../models/finspace.overlay.json")
	require.NoError(t, err)

	tagKey := regexp.MustCompile(o.Patterns["TagKey"].Use)
	tagClass := regexp.MustCompile(`^[a-zA-Z+-=._:/]+$`)
	for _, text := range texts("aws:x ", 6) {
		want := tagClass.MatchString(text) && !strings.HasPrefix(text, "aws:")
		if tagKey.MatchString(text) != want {
			t.Errorf("tag key %q: want %v", text, want)
		}
	}

	argument := regexp.MustCompile(o.Patterns["KxCommandLineArgumentKey"].Use)
	start := regexp.MustCompile(`^(s|([a-zA-Z][a-zA-Z0-9_]+))`)
	for _, text := range texts("aWsSx1 ", 5) {
		want := start.MatchString(text) && !strings.HasPrefix(strings.ToLower(text), "aws")
		if argument.MatchString(text) != want {
			t.Errorf("argument %q: want %v", text, want)
		}
	}
	for text, want := range map[string]bool{"AWS_ZIP_DEFAULT": true, "AWS_OTHER": false, "a": false, "s": true, "ax": true} {
		assert.Equal(t, want, argument.MatchString(text), text)
	}
}

// texts returns all strings of up to n characters of an alphabet.
func texts(alphabet string, n int) []string {
	all := []string{""}
	for from := 0; n > 0; n-- {
		to := len(all)
		for _, prefix := range all[from:to] {
			for _, c := range alphabet {
				all = append(all, prefix+string(c))
			}
		}
		from = to
	}
	return all
}

// ExecutionRoleArn may lose its upper bound only because its length has one.
func TestRewrittenRepeat(t *testing.T) {
	t.Parallel()
	o, err := overlay.Load("../../models/finspace.overlay.json")
	require.NoError(t, err)
	role := regexp.MustCompile(o.Patterns["ExecutionRoleArn"].Use)
	arn := "arn:aws-cn:iam::123456789012:role/path/deploy-er@x+y=z,"
	assert.True(t, role.MatchString(arn))
	assert.False(t, role.MatchString(strings.TrimSuffix(arn, "path/deploy-er@x+y=z,")))
	assert.False(t, role.MatchString(arn+"#"))
	assert.Less(t, 1024-len("arn:aws:iam::123456789012:role/"), 1017)
}
