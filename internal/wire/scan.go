package wire

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks, in eight bytes of a string, those that end it or need handling: the quote, the backslash, control
// characters. The lowest mark is exact; those above it may be false.
func special(w uint64) uint64 {
	quote := w ^ (ones * '"')
	slash := w ^ (ones * '\\')
	return ((quote-ones) & ^quote | (slash-ones) & ^slash | (w-ones*' ') & ^w) & highs
}

// peek skips white space and returns the next byte without consuming it, 0 at the end.
func (d *decoder) peek() byte {
	if d.pos < len(d.data) && d.data[d.pos] > ' ' {
		return d.data[d.pos]
	}
	return d.peekSlow()
}

func (d *decoder) peekSlow() byte {
	for ; d.pos < len(d.data); d.pos++ {
		switch c := d.data[d.pos]; c {
		case ' ', '\n', '\t', '\r':
		default:
			return c
		}
	}
	return 0
}

// open enters an object or a list and reports whether there is a first element.
func (d *decoder) open(opening, closing byte, expected string) bool {
	if d.peek() != opening {
		d.unexpected(expected)
		return false
	}
	if d.depth == maxDepth {
		d.fail(d.pos, "nested too deeply")
		return false
	}
	d.pos++
	if d.peek() == closing {
		d.pos++
		return false
	}
	d.depth++
	return true
}

// next moves past an element and reports whether there is another.
func (d *decoder) next(closing byte) bool {
	switch d.peek() {
	case ',':
		d.pos++
		return true
	case closing:
		d.pos++
		d.depth--
		return false
	}
	if closing == '}' {
		d.unexpected("a comma or the end of the object")
	} else {
		d.unexpected("a comma or the end of the list")
	}
	return false
}

// end makes sure that nothing follows the document.
func (d *decoder) end() {
	if !d.failed && (d.peek() != 0 || d.pos < len(d.data)) {
		d.fail(d.pos, "something follows the end of the document")
	}
}

// literal consumes null, true or false.
func (d *decoder) literal(s string) {
	if end := d.pos + len(s); end <= len(d.data) && string(d.data[d.pos:end]) == s {
		d.pos = end
		return
	}
	d.fail(d.pos, "found text that is not JSON")
}

// key consumes a member's name and the colon. The name is valid until the next string is read.
func (d *decoder) key() []byte {
	if d.peek() != '"' {
		d.unexpected("a member name")
		return nil
	}
	name := d.quoted()
	d.colon()
	return name
}

func (d *decoder) colon() {
	if d.peek() != ':' {
		d.unexpected("a colon")
		return
	}
	d.pos++
}

// quoted consumes a string and returns its content, valid until the next string is read.
func (d *decoder) quoted() []byte {
	raw, escaped, high := d.scanString()
	if escaped || high && !utf8.Valid(raw) {
		return d.unescape(raw, high)
	}
	return raw
}

// scanString consumes a string, checks its syntax, and returns what is between the quotes. It reports whether there is
// a backslash or a byte beyond ASCII in it.
func (d *decoder) scanString() (raw []byte, escaped, high bool) {
	data, start := d.data, d.pos+1
	i := start
	var seen uint64
	for {
		for i+8 <= len(data) {
			w := binary.LittleEndian.Uint64(data[i:])
			if m := special(w); m != 0 {
				n := bits.TrailingZeros64(m) &^ 7
				seen |= w & (1<<n - 1)
				i += n / 8
				break
			}
			seen |= w
			i += 8
		}
		for i < len(data) && data[i] >= ' ' && data[i] != '"' && data[i] != '\\' {
			seen |= uint64(data[i])
			i++
		}
		switch {
		case i == len(data):
			d.fail(i, "the document ends within a string")
			return nil, false, false
		case data[i] == '"':
			d.pos = i + 1
			return data[start:i], escaped, seen&highs != 0
		case data[i] < ' ':
			d.fail(i, "found a control character in a string")
			return nil, false, false
		}
		n := escapeLen(data[i:])
		if n == 0 {
			d.fail(i, "found a malformed escape in a string")
			return nil, false, false
		}
		escaped = true
		i += n
	}
}

// skip consumes one value of any type.
func (d *decoder) skip() {
	switch c := d.peek(); {
	case c == '"':
		d.scanString()
	case c == '{':
		for more := d.open('{', '}', ""); more; more = d.next('}') {
			d.skipKey()
			d.skip()
		}
	case c == '[':
		for more := d.open('[', ']', ""); more; more = d.next(']') {
			d.skip()
		}
	case c == 'n':
		d.literal("null")
	case c == 't':
		d.literal("true")
	case c == 'f':
		d.literal("false")
	case isNumberStart(c):
		d.number()
	default:
		d.unexpected("a value")
	}
}

func (d *decoder) skipKey() {
	if d.peek() != '"' {
		d.unexpected("a member name")
		return
	}
	d.scanString()
	d.colon()
}
