package cloud

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// OneLine returns s as one line of at most size bytes, fit for a log: what a server sends must not forge
// records, move a terminal's cursor, or fill a disk. Runs of control characters and line breaks become
// one space, bytes that are not UTF-8 become U+FFFD, and a cut is marked with an ellipsis.
func OneLine(s string, size int) string {
	cut := len(s) > 2*size // the rest would be cut off anyway
	if cut {
		s = s[:2*size]
	}
	if !isOneLine(s) {
		s = withoutBreaks(s)
	}
	if !cut && len(s) <= size {
		return s
	}
	end := min(max(size-len("…"), 0), len(s))
	for end > 0 && end < len(s) && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimRight(s[:end], " ") + "…"
}

// isOneLine reports whether s is one line already, as most strings are.
func isOneLine(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7f {
			return false
		} else if c >= utf8.RuneSelf {
			return utf8.ValidString(s) && !strings.ContainsFunc(s, breaksLine)
		}
	}
	return true
}

// breaksLine reports whether r ends a line, moves a cursor, or turns the direction of what follows.
func breaksLine(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return false
}

// withoutBreaks returns s with one space for each run of what breaks a line.
func withoutBreaks(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s { // bytes that are not UTF-8 come as U+FFFD
		if breaksLine(r) {
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
