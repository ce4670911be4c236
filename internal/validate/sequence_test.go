package validate

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sequences are patterns of the form, others are not.
var (
	sequences = []string{
		"^[a-zA-Z0-9][a-zA-Z0-9-_]*[a-zA-Z0-9]$", `^[a-z0-9][a-z0-9\.\-]*[a-z0-9]$`, `^[0-9A-Za-z]+[0-9A-Za-z_\-]*$`,
		"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", "^[A-Za-z_][0-9A-Za-z_]*$", `^[ -~]*$`,
		`^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$`, "^a+$", "^ab*c$", "^[a-c]*x{2}$", "^create-time$", `^x[\t\n]*y$`,
	}
	others = []string{
		`\S`, "[a-z]", "^[a-z]", "[a-z]$", "^[^/]*$", `^\S+$`, "^[a-z]{2,4}$", "^(a|b)+$", "^a?$", "^[a-z]+[a-z.]+[a-z]+$",
		"^[a-z]*[0-9]*$", "^(?i)abc$", "^é*$", "^.*$", "^-1|[0-9]+$", "(^$)|^a$",
	}
	probes = []string{
		"", "a", "-", "ab", "a-b", "a_", "aa", "aaa", "b", "abc", "abbbc", "ac", "axx", "xx", "x", "é", "aéb", "a\xffb", "\x00", "x\ty", "x\ny",
		"2026-11-22 05:00:00", "2026-11-22 05:00:00 ", "create-time", "9", "a.b", "a..b", ".a", "A1", "a/b", "a b", "~", "\x7f",
		"0123abcd-0123-0123-0123-0123456789ab", "0123abcd-0123-0123-0123-0123456789aB", "0123abcd-0123-0123-0123-0123456789abc", "a\n",
	}
)

func TestSequencesMatchAsTheirPatternsDo(t *testing.T) {
	t.Parallel()
	for _, pattern := range sequences {
		s := parseSequence(pattern)
		require.NotNil(t, s, pattern)
		re := regexp.MustCompile(pattern)
		for _, probe := range probes {
			assert.Equal(t, re.MatchString(probe), s.matches(probe), "%s on %q", pattern, probe)
		}
	}
	for _, pattern := range others {
		assert.Nil(t, parseSequence(pattern), pattern)
	}
}

func FuzzSequence(f *testing.F) {
	for _, pattern := range append(sequences, others...) {
		for _, probe := range probes[:12] {
			f.Add(pattern, probe)
		}
	}
	f.Fuzz(func(t *testing.T, pattern, value string) {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return
		}
		if s := parseSequence(pattern); s != nil {
			assert.Equal(t, re.MatchString(value), s.matches(value), "%s on %q", pattern, value)
		}
	})
}
