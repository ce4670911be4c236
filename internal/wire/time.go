package wire

import (
	"bytes"
	"reflect"
	"strconv"
	"time"
)

// maxSeconds keeps epoch seconds within what time.Time can hold. It still allows a time in milliseconds, sent by
// mistake.
const maxSeconds = 1e15

// timeOf returns a pointer to the time in an addressable value, without an allocation.
func timeOf(v reflect.Value) *time.Time { return v.Addr().Interface().(*time.Time) }

// Forms of times in the tag of a field, besides epoch seconds. AWS takes no more than milliseconds in the first.
const (
	dateTime       = "date-time"
	httpDate       = "http-date"
	dateTimeLayout = "2006-01-02T15:04:05.999Z"
	httpDateLayout = "Mon, 02 Jan 2006 15:04:05 GMT"
)

func (d *decoder) time(c *codec, v reflect.Value) bool {
	form := c.form
	first, start := d.peek(), d.pos
	if t, ok := d.shortEpoch(); ok {
		*timeOf(v) = t
		return true
	}
	d.pos = start
	switch {
	case isNumberStart(first):
		text := d.number()
		return text != nil && d.epoch(v, text, start)
	case first != '"':
		return d.wrongKind("a time")
	}
	text := bytes.TrimSpace(d.quoted())
	switch {
	case d.failed || len(text) == 0:
		return false
	case numberEnd(text) == len(text):
		return d.epoch(v, text, start)
	}
	t, ok := parseTime(text)
	if !ok && form == httpDate {
		t, ok = parseHTTPDate(string(text))
	}
	if !ok {
		return d.leaveOut(start, "expected a time, found a string that is neither epoch seconds nor RFC 3339")
	}
	*timeOf(v) = t.UTC()
	return true
}

// parseTime reads RFC 3339, also without an offset, which is UTC then.
func parseTime(text []byte) (t time.Time, ok bool) {
	if t.UnmarshalText(text) == nil {
		return t, true
	}
	t, err := time.Parse("2006-01-02T15:04:05", string(text))
	return t, err == nil
}

func parseHTTPDate(text string) (t time.Time, ok bool) {
	t, err := time.Parse(httpDateLayout, text)
	return t, err == nil
}

// epoch sets a time from seconds since 1970. Digits beyond the nanosecond are dropped.
func (d *decoder) epoch(v reflect.Value, text []byte, start int) bool {
	n := parseDecimal(text)
	if n.overflow || n.whole > maxSeconds {
		return d.leaveOut(start, "the time is out of range")
	}
	seconds, nanos := int64(n.whole), int64(n.nanos)
	if n.negative {
		seconds, nanos = -seconds, -nanos
	}
	*timeOf(v) = time.Unix(seconds, nanos).UTC()
	return true
}

// shortEpoch consumes seconds as services usually write them: without a sign, an exponent, and digits beyond the
// nanosecond. If it is something else, its beginning may have been consumed.
func (d *decoder) shortEpoch() (t time.Time, ok bool) {
	seconds, whole := d.digits()
	nanos, fraction := int64(0), 0
	if d.pos < len(d.data) && d.data[d.pos] == '.' {
		d.pos++
		if nanos, fraction = d.digits(); fraction == 0 || fraction > 9 {
			return t, false
		}
		nanos *= int64(powers[9-fraction])
	}
	if whole == 0 || whole > 15 || d.numberGoesOn() || whole > 1 && d.data[d.pos-whole-fraction-min(fraction, 1)] == '0' {
		return t, false
	}
	return time.Unix(seconds, nanos).UTC(), true
}

// appendTimeIn appends a time in a form, as a value of JSON.
func appendTimeIn(dst []byte, t *time.Time, form string) []byte {
	if form == dateTime || form == httpDate {
		dst = append(appendTimeText(append(dst, '"'), t, form), '"')
		return dst
	}
	return appendTime(dst, t)
}

// appendTimeText appends a time in a form, as in a header, a query or a path.
func appendTimeText(dst []byte, t *time.Time, form string) []byte {
	switch form {
	case dateTime:
		return t.UTC().AppendFormat(dst, dateTimeLayout)
	case httpDate:
		return t.UTC().AppendFormat(dst, httpDateLayout)
	}
	return appendTime(dst, t)
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
