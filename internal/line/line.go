// Package line makes texts of others fit for one line of a log: what a server sends is not to forge
// records, move a terminal's cursor, or fill a disk.
package line

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean returns text as one line of at most most bytes: runs of control characters and line breaks become
// one space, bytes that are not UTF-8 become U+FFFD, and a cut is marked with an ellipsis.
func Clean(text string, most int) string {
	cut := len(text) > 2*most // the rest cannot matter, and need not be read
	if cut {
		text = text[:2*most]
	}
	if !plain(text) {
		text = replace(text)
	}
	if !cut && len(text) <= most {
		return text
	}
	end := min(max(most-len("…"), 0), len(text))
	for end > 0 && end < len(text) && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimRight(text[:end], " ") + "…"
}

// plain reports whether text is one line already, which most are.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == 0x7f {
			return false
		} else if c >= utf8.RuneSelf {
			return utf8.ValidString(text) && !strings.ContainsFunc(text, breaks)
		}
	}
	return true
}

// breaks reports whether r ends a line, moves a cursor, or turns the direction of what follows.
func breaks(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return false
}

func replace(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for _, r := range text { // what is no UTF-8 comes as U+FFFD
		if breaks(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 && r != ' ' {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return strings.TrimRight(b.String(), " ")
}
