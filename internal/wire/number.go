package wire

import (
	"bytes"
	"math"
	"math/bits"
	"reflect"
	"strconv"
)

func isDigit(c byte) bool       { return c-'0' <= 9 }
func isNumberStart(c byte) bool { return isDigit(c) || c == '-' }

// numberEnd returns where the number at the start of b ends, 0 if there is none.
func numberEnd(b []byte) int {
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	whole := digitsEnd(b, i)
	if whole == i {
		return 0
	}
	if b[i] == '0' {
		whole = i + 1 // nothing may follow a leading zero
	}
	i = whole
	if i < len(b) && b[i] == '.' {
		end := digitsEnd(b, i+1)
		if end == i+1 {
			return 0
		}
		i = end
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		end := digitsEnd(b, i)
		if end == i {
			return 0
		}
		i = end
	}
	return i
}

func digitsEnd(b []byte, i int) int {
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i
}

// number consumes a number and returns its text.
func (d *decoder) number() []byte {
	n := numberEnd(d.data[d.pos:])
	if n == 0 {
		d.fail(d.pos, "found a malformed number")
		return nil
	}
	text := d.data[d.pos : d.pos+n]
	d.pos += n
	return text
}

// numeric consumes a number, a string that holds one, or a boolean, which is 1 or 0. An empty string is no number and
// no problem; any other value is a problem.
func (d *decoder) numeric(expected string) (text []byte, ok bool) {
	c, start := d.peek(), d.pos
	switch {
	case isNumberStart(c):
		text = d.number()
		return text, text != nil
	case c == 't':
		d.literal("true")
		return one, true
	case c == 'f':
		d.literal("false")
		return zero, true
	case c != '"':
		return nil, d.wrongKind(expected)
	}
	return d.numberIn(d.quoted(), start, expected)
}

var one, zero = []byte("1"), []byte("0")

// numberIn returns the number that a string holds.
func (d *decoder) numberIn(content []byte, start int, expected string) (text []byte, ok bool) {
	text = bytes.TrimSpace(content)
	if len(text) == 0 {
		return nil, false
	}
	if numberEnd(text) != len(text) {
		return nil, d.leaveOut(start, "expected ", expected, ", found a string that is not one")
	}
	return text, true
}

func (d *decoder) int(v reflect.Value) bool {
	d.peek()
	start := d.pos
	if n, ok := d.shortInt(); ok && !v.OverflowInt(n) {
		v.SetInt(n)
		return true
	}
	d.pos = start
	text, ok := d.numeric("an integer")
	if !ok {
		return false
	}
	n, ok := shortInt(text)
	if !ok {
		n, ok = longInt(text)
	}
	if !ok || v.OverflowInt(n) {
		return d.leaveOut(start, "the number does not fit ", v.Type().String())
	}
	v.SetInt(n)
	return true
}

// bool decodes a boolean, its name in a string, or an integer, which is true unless it is 0.
func (d *decoder) bool() (b, ok bool) {
	const expected = "a boolean"
	c, start := d.peek(), d.pos
	switch {
	case c == 't':
		d.literal("true")
		return true, true
	case c == 'f':
		d.literal("false")
		return false, true
	case c == '"':
		return d.boolIn(d.quoted(), start)
	case !isNumberStart(c):
		return false, d.wrongKind(expected)
	}
	text := d.number()
	if text == nil {
		return false, false
	}
	n := parseDecimal(text)
	if n.overflow || n.nanos != 0 || n.more {
		return false, d.leaveOut(start, "expected a boolean, found a number that is no integer")
	}
	return n.whole != 0, true
}

func (d *decoder) boolIn(content []byte, start int) (b, ok bool) {
	switch {
	case len(content) == 0:
		return false, false
	case bytes.EqualFold(content, []byte("true")):
		return true, true
	case bytes.EqualFold(content, []byte("false")):
		return false, true
	}
	return false, d.leaveOut(start, "expected a boolean, found a string that is not one")
}

// shortInt reads an integer of at most 18 digits, without fraction or exponent.
func shortInt(text []byte) (n int64, ok bool) {
	digits := text
	if text[0] == '-' {
		digits = text[1:]
	}
	if len(digits) > 18 {
		return 0, false
	}
	for _, c := range digits {
		if !isDigit(c) {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if text[0] == '-' {
		n = -n
	}
	return n, true
}

// shortInt consumes an integer as services usually write it: without a sign, a fraction and an exponent. If it is
// something else, its beginning may have been consumed.
func (d *decoder) shortInt() (n int64, ok bool) {
	n, digits := d.digits()
	return n, 0 < digits && digits <= 18 && !d.numberGoesOn() && (digits == 1 || d.data[d.pos-digits] != '0')
}

// digits consumes digits and returns their value, if they are at most 18, and how many they are.
func (d *decoder) digits() (n int64, count int) {
	start := d.pos
	for ; d.pos < len(d.data) && isDigit(d.data[d.pos]); d.pos++ {
		n = n*10 + int64(d.data[d.pos]-'0')
	}
	return n, d.pos - start
}

// numberGoesOn reports whether a fraction or an exponent follows.
func (d *decoder) numberGoesOn() bool {
	return d.pos < len(d.data) && (d.data[d.pos] == '.' || d.data[d.pos]|0x20 == 'e')
}

// longInt reads an integer in any spelling: long, with an exponent, with a fraction, which is dropped.
func longInt(text []byte) (n int64, ok bool) {
	size := parseDecimal(text)
	n = int64(size.whole)
	if size.negative {
		n = -n
	}
	return n, !size.overflow && (n == 0 || size.negative == (n < 0))
}

func (d *decoder) float(v reflect.Value) bool {
	c, start := d.peek(), d.pos
	var text []byte
	var ok bool
	if c == '"' {
		content := d.quoted()
		if f, ok := notFinite(content); ok {
			v.SetFloat(f)
			return true
		}
		text, ok = d.numberIn(content, start, "a number")
	} else {
		text, ok = d.numeric("a number")
	}
	if !ok {
		return false
	}
	f, err := strconv.ParseFloat(string(text), v.Type().Bits())
	if err != nil {
		return d.leaveOut(start, "the number does not fit ", v.Type().String())
	}
	v.SetFloat(f)
	return true
}

// notFinite reads the words that AWS uses for floats without a JSON number, in any case.
func notFinite(text []byte) (f float64, ok bool) {
	switch {
	case bytes.EqualFold(text, []byte("NaN")):
		return math.NaN(), true
	case bytes.EqualFold(text, []byte("Infinity")):
		return math.Inf(1), true
	case bytes.EqualFold(text, []byte("-Infinity")):
		return math.Inf(-1), true
	}
	return 0, false
}

// A decimal is a number with nine decimals.
type decimal struct {
	negative bool
	whole    uint64
	nanos    uint32 // the nine digits after the point
	more     bool   // digits other than zero follow them
	overflow bool   // the whole part does not fit
}

var powers = [20]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// parseDecimal reads a well-formed number exactly, without floating point.
func parseDecimal(text []byte) decimal {
	var n decimal
	if text[0] == '-' {
		n.negative = true
		text = text[1:]
	}
	mantissa, exponent := splitExponent(text)
	place := digitsEnd(mantissa, 0) - 1 + exponent
	for _, c := range mantissa {
		if c != '.' {
			n.add(uint64(c-'0'), place)
			place--
		}
	}
	return n
}

func (n *decimal) add(digit uint64, place int) {
	switch {
	case digit == 0:
	case place >= len(powers):
		n.overflow = true
	case place >= 0:
		high, low := bits.Mul64(digit, powers[place])
		sum, carry := bits.Add64(n.whole, low, 0)
		n.whole = sum
		n.overflow = n.overflow || high+carry != 0
	case place >= -9:
		n.nanos += uint32(digit * powers[9+place])
	default:
		n.more = true
	}
}

// splitExponent separates the exponent and limits it to a size that no number of digits can offset.
func splitExponent(text []byte) (mantissa []byte, exponent int) {
	const bound = 2e8
	end := len(text)
	for i, c := range text {
		if c|0x20 == 'e' {
			end = i
			break
		}
	}
	mantissa, digits := text[:end], text[min(end+1, len(text)):]
	negative := len(digits) > 0 && digits[0] == '-'
	for _, c := range digits {
		if isDigit(c) && exponent < bound {
			exponent = exponent*10 + int(c-'0')
		}
	}
	if negative {
		exponent = -exponent
	}
	return mantissa, exponent
}
