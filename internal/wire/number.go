package wire

import (
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

// numeric consumes a number, or a string that holds one, and returns the number's text; nil if it fails.
func (d *decoder) numeric(expected string) []byte {
	c, start := d.peek(), d.pos
	switch {
	case isNumberStart(c):
		return d.number()
	case c != '"':
		d.unexpected(expected)
		return nil
	}
	text := d.quoted()
	if len(text) == 0 || numberEnd(text) != len(text) {
		d.fail(start, "expected "+expected+", found a string that is not one")
		return nil
	}
	return text
}

func (d *decoder) int(v reflect.Value) {
	d.peek()
	start := d.pos
	text := d.numeric("an integer")
	if text == nil {
		return
	}
	n, ok := shortInt(text)
	if !ok {
		var negative bool
		var size uint64
		if negative, size, ok = d.longInt(text, start); !ok {
			return
		}
		n = int64(size)
		if negative {
			n = -n
		}
		if n != 0 && negative != (n < 0) {
			d.fail(start, "the number does not fit "+v.Type().String())
			return
		}
	}
	if v.OverflowInt(n) {
		d.fail(start, "the number does not fit "+v.Type().String())
		return
	}
	v.SetInt(n)
}

func (d *decoder) uint(v reflect.Value) {
	d.peek()
	start := d.pos
	text := d.numeric("an integer")
	if text == nil {
		return
	}
	negative, size, ok := d.longInt(text, start)
	if !ok {
		return
	}
	if negative && size != 0 || v.OverflowUint(size) {
		d.fail(start, "the number does not fit "+v.Type().String())
		return
	}
	v.SetUint(size)
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

// longInt reads an integer in any spelling: long, with a fraction of zeros, with an exponent.
func (d *decoder) longInt(text []byte, start int) (negative bool, size uint64, ok bool) {
	n := parseDecimal(text)
	switch {
	case n.overflow:
		d.fail(start, "the number is too large for an integer")
	case n.nanos != 0 || n.more:
		d.fail(start, "expected an integer, found a number with a fraction")
	default:
		return n.negative, n.whole, true
	}
	return false, 0, false
}

func (d *decoder) float(v reflect.Value) {
	c, start := d.peek(), d.pos
	if c == '"' {
		text := d.quoted()
		if f, ok := notFinite(text); ok {
			v.SetFloat(f)
			return
		}
		if d.failed {
			return
		}
		d.pos = start
	}
	text := d.numeric("a number")
	if text == nil {
		return
	}
	f, err := strconv.ParseFloat(string(text), v.Type().Bits())
	if err != nil {
		d.fail(start, "the number does not fit "+v.Type().String())
		return
	}
	v.SetFloat(f)
}

// notFinite reads the words that AWS has for the floats without a JSON number.
func notFinite(text []byte) (f float64, ok bool) {
	switch string(text) {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	return 0, false
}

// A decimal is a number to nine decimals.
type decimal struct {
	negative bool
	whole    uint64
	nanos    uint32 // the nine digits after the point
	more     bool   // digits other than zero follow them
	overflow bool   // the whole part does not fit
}

var powers = [20]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// parseDecimal reads a well-formed number exactly: every digit counts for the power of ten at its place.
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

// splitExponent separates the exponent, which is bounded to what no number of digits can make up for.
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
