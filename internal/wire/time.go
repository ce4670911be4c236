package wire

import (
	"reflect"
	"strconv"
	"time"
)

// maxSeconds keeps epoch seconds within what time.Time can hold; it is beyond a time in milliseconds sent by mistake.
const maxSeconds = 1e15

// timeOf returns the time behind an addressable value without copying it to the heap.
func timeOf(v reflect.Value) *time.Time { return v.Addr().Interface().(*time.Time) }

func (d *decoder) time(v reflect.Value) {
	c, start := d.peek(), d.pos
	var text []byte
	switch {
	case isNumberStart(c):
		text = d.number()
	case c == '"':
		text = d.quoted()
	default:
		d.unexpected("a time")
	}
	if d.failed {
		return
	}
	if len(text) > 0 && numberEnd(text) == len(text) {
		d.epoch(v, text, start)
		return
	}
	var t time.Time
	if t.UnmarshalText(text) != nil {
		d.fail(start, "expected a time, found a string that is neither epoch seconds nor RFC 3339")
		return
	}
	*timeOf(v) = t.UTC()
}

// epoch sets a time from seconds since 1970. Digits beyond the nanosecond are dropped.
func (d *decoder) epoch(v reflect.Value, text []byte, start int) {
	n := parseDecimal(text)
	if n.overflow || n.whole > maxSeconds {
		d.fail(start, "the time is out of range")
		return
	}
	seconds, nanos := int64(n.whole), int64(n.nanos)
	if n.negative {
		seconds, nanos = -seconds, -nanos
	}
	*timeOf(v) = time.Unix(seconds, nanos).UTC()
}

// appendTime appends epoch seconds with as many decimals as needed.
func appendTime(dst []byte, t *time.Time) []byte {
	seconds, nanos := t.Unix(), t.Nanosecond()
	if seconds < 0 && nanos > 0 { // t.Nanosecond counts forward, the decimals count away from zero
		seconds++
		nanos = 1e9 - nanos
		if seconds == 0 {
			dst = append(dst, '-')
		}
	}
	dst = strconv.AppendInt(dst, seconds, 10)
	if nanos == 0 {
		return dst
	}
	digits := strconv.AppendInt(nil, int64(nanos)+1e9, 10)
	digits[0] = '.'
	for digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return append(dst, digits...)
}
