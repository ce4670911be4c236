package wire

import (
	"bytes"
	"slices"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	chunkSize = 4 << 10
	longText  = 1 << 10 // such strings are allocated one by one
)

// text consumes a string and copies its content out of the document. It returns last if that is the same.
func (d *decoder) text(last string) string {
	raw, escaped, high := d.scanString()
	if escaped || high && !utf8.Valid(raw) {
		if raw = d.unescape(raw, high); string(raw) != last {
			return d.keep(raw)
		}
		return last
	}
	switch {
	case string(raw) == last:
		return last
	case len(d.data) > chunkSize:
		return d.keep(raw)
	}
	// One copy of a small document has all its strings.
	if d.whole == "" {
		d.whole = string(d.data)
	}
	return d.whole[d.pos-1-len(raw) : d.pos-1]
}

// keptKey consumes a member's name and the colon. The name is a copy, or last if it is the same.
func (d *decoder) keptKey(last string) string {
	if d.peek() != '"' {
		d.unexpected("a member name")
		return ""
	}
	name := d.text(last)
	d.colon()
	return name
}

// keep copies a string out of the document. Short strings share chunks, which saves most allocations without keeping
// the document alive; a string that the caller keeps only keeps one chunk alive.
func (d *decoder) keep(b []byte) string {
	switch {
	case len(b) == 0:
		return ""
	case len(b) > longText:
		return string(b)
	}
	if d.chunk.Cap()-d.chunk.Len() < len(b) {
		d.chunk.Reset()
		// The rest of the document limits the strings to come, except for replaced bytes.
		d.chunk.Grow(max(len(b), min(chunkSize, len(d.data)-d.pos+len(b))))
	}
	start := d.chunk.Len()
	d.chunk.Write(b)
	return d.chunk.String()[start:]
}

// scratches hold strings while they are unescaped.
var scratches = sync.Pool{New: func() any { return new([]byte) }}

// unescape returns raw without its escapes, valid until the next string is read.
func (d *decoder) unescape(raw []byte, high bool) []byte {
	if d.scratch == nil {
		d.scratch = scratches.Get().(*[]byte)
	}
	*d.scratch = appendUnescaped((*d.scratch)[:0], raw, high)
	return *d.scratch
}

// release gives back what the decoder borrowed, unless that grew for a rare long string.
func (d *decoder) release() {
	if d.scratch != nil && cap(*d.scratch) <= 64<<10 {
		scratches.Put(d.scratch)
	}
}

// escapeLen returns the length of the escape at the start of b, 0 if it is malformed.
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if hex4(b) >= 0 {
			return 6
		}
	}
	return 0
}

// hex4 returns the code unit of the escape at the start of b, a \u with four hexadecimal digits; -1 if there is none.
func hex4(b []byte) rune {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// appendUnescaped appends raw without its escapes, which have been checked. high is whether there is a byte beyond
// ASCII. Invalid UTF-8 and lone surrogates become U+FFFD.
func appendUnescaped(dst, raw []byte, high bool) []byte {
	dst = slices.Grow(dst, len(raw))
	for {
		plain := bytes.IndexByte(raw, '\\')
		if plain < 0 {
			return appendValid(dst, raw, high)
		}
		dst = appendValid(dst, raw[:plain], high)
		raw = raw[plain:]
		if raw[1] != 'u' {
			dst, raw = append(dst, unescaped(raw[1])), raw[2:]
			continue
		}
		r, n := unicodeEscape(raw)
		dst, raw = utf8.AppendRune(dst, r), raw[n:]
	}
}

// appendValid appends text without escapes, with U+FFFD for every byte that is not UTF-8.
func appendValid(dst, text []byte, high bool) []byte {
	if !high || utf8.Valid(text) {
		return append(dst, text...)
	}
	for _, r := range string(text) {
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// unicodeEscape decodes one such escape, or two that make a surrogate pair.
func unicodeEscape(b []byte) (r rune, n int) {
	r = hex4(b)
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if pair := utf16.DecodeRune(r, hex4(b[6:])); pair != utf8.RuneError {
		return pair, 12
	}
	return utf8.RuneError, 6
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
