package rollout

import (
	"strings"
	"unicode"
)

// A table is rows of cells, of which the first row is the head.
type table [][]string

func (t *table) row(cells ...string) { *t = append(*t, cells) }

// String returns the rows as lines, with columns that begin at the same place.
func (t table) String() string {
	var widths []int
	for _, row := range t {
		for i, text := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columnsOf(text))
		}
	}
	var b strings.Builder
	for _, row := range t {
		var line strings.Builder
		for i, text := range row {
			line.WriteString(text)
			line.WriteString(strings.Repeat(" ", widths[i]-columnsOf(text)+2))
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// columnsOf returns how many columns of a terminal, or of a monospaced font, a text takes.
func columnsOf(text string) (n int) {
	for _, r := range text {
		n += columnsOfRune(r)
	}
	return n
}

func columnsOfRune(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0 // it is drawn onto the one before
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, wide):
		return 2
	}
	return 1
}

// wide are other characters of two columns: punctuation of East Asia, full forms of Latin letters, and emoji.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x3000, Hi: 0x303e, Stride: 1}, {Lo: 0xff01, Hi: 0xff60, Stride: 1}, {Lo: 0xffe0, Hi: 0xffe6, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x1f300, Hi: 0x1faff, Stride: 1}},
}

// cutColumns returns as much of a text as fits, with an ellipsis if that is not all.
func cutColumns(text string, columns int) string {
	if columnsOf(text) <= columns {
		return text
	}
	width := 1 // of the ellipsis
	for i, r := range text {
		if width += columnsOfRune(r); width > columns {
			return text[:i] + "…"
		}
	}
	return text
}
