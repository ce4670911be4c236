package cloud

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestOneLine(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"plain", "Rate exceeded", "Rate exceeded"},
		{"nothing", "", ""},
		{"other letters", "引擎不存在 é", "引擎不存在 é"},
		{"forged record", "a\nlevel=ERROR msg=forged", "a level=ERROR msg=forged"},
		{"line ends of all systems", "a\r\nb\rc\n\n\td", "a b c d"},
		{"escape sequence", "\x1b[31mred\x1b[0m", "[31mred [0m"},
		{"NUL and DEL", "a\x00b\x7fc", "a b c"},
		{"C1", "a\u0085b\u009bc", "a b c"},
		{"separators", "a\u2028b\u2029c", "a b c"},
		{"direction", "a\u202eb\u2066c", "a b c"},
		{"ends", "\n a \n", " a"},
		{"no UTF-8", "a\xff\xfeb", "a\uFFFD\uFFFDb"},
		{"only controls", "\n\n", ""},
		{"at the limit", strings.Repeat("x", 40), strings.Repeat("x", 40)},
		{"over the limit", strings.Repeat("x", 41), strings.Repeat("x", 37) + "…"},
		{"cut between letters", strings.Repeat("é", 30), strings.Repeat("é", 18) + "…"},
		{"huge", strings.Repeat("y", 1<<20), strings.Repeat("y", 37) + "…"},
		{"huge and empty", strings.Repeat("\n", 1<<20), "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, OneLine(tt.text, 40))
		})
	}
}

func TestOneLineOfPlainStringsCostsNothing(t *testing.T) {
	text := strings.Repeat("Rate exceeded. ", 10)
	assert.Zero(t, testing.AllocsPerRun(100, func() { OneLine(text, 200) }))
}

func FuzzOneLine(f *testing.F) {
	f.Add("a\nb", 10)
	f.Add("\x1b[2Jé\xff", 3)
	f.Fuzz(func(t *testing.T, text string, most int) {
		most = most&0xff + 3
		got := OneLine(text, most)
		assert.LessOrEqual(t, len(got), most)
		assert.True(t, utf8.ValidString(got))
		assert.NotContains(t, got, "\n")
		assert.False(t, strings.ContainsFunc(got, breaksLine))
		assert.Equal(t, got, OneLine(got, most), "one line stays as it is")
	})
}
