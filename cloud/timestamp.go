package cloud

import (
	"strconv"
	"strings"
	"time"
)

// Timestamp is a time that a service sends as a number: seconds since 1970 in some members, milliseconds in
// others, as their documentation says. 0 means that the service shows no time.
type Timestamp int64

// Seconds returns t as a number of seconds since 1970, and 0 for the zero time.
func Seconds(t time.Time) Timestamp {
	if t.IsZero() {
		return 0
	}
	return Timestamp(t.Unix())
}

// Milliseconds returns t as a number of milliseconds since 1970, and 0 for the zero time.
func Milliseconds(t time.Time) Timestamp {
	if t.IsZero() {
		return 0
	}
	return Timestamp(t.UnixMilli())
}

// lastSecond is the last second of the year 9999. A greater number is in milliseconds; those are after 1978, before
// which these services show nothing.
const lastSecond = 253402300799

// Time returns the time in UTC, or the zero time if the service shows none. The number may be in seconds or in
// milliseconds: its size tells, because some members are documented with the one and show the other.
func (t Timestamp) Time() time.Time {
	switch {
	case t <= 0:
		return time.Time{}
	case t <= lastSecond:
		return time.Unix(int64(t), 0).UTC()
	}
	return time.UnixMilli(int64(t)).UTC()
}

// TimeString is a time that a service sends as a string: a [Timestamp] as digits, a date and time with an offset such
// as "2024-10-18T15:29:36+08:00", or one without, such as "2024-10-18 15:29:36". "" and "0" mean that the service
// shows no time.
type TimeString string

// beijing is China Standard Time, which has no summer time. It needs no zone database.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// Time returns the time in UTC, or the zero time if the service shows none or the string has none of the known
// forms.
//
// A date without an offset is taken as Beijing time, UTC+8. Tencent Cloud DLC sends most of its dates so, and documents
// their zone nowhere; the offsets that it shows elsewhere are of Beijing. If your service shows another zone, such
// as on the international site, use [TimeString.In].
func (s TimeString) Time() time.Time { return s.In(beijing) }

// In is Time with the zone of dates that have no offset.
func (s TimeString) In(zone *time.Location) time.Time {
	text := strings.TrimSpace(string(s))
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Timestamp(n).Time()
	}
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// timeLayouts are the documented forms of dates, among them "2020-01-01:01:01:01" and the "2026-08-13T02:00Z" of
// reports. Fractions of a second may follow the seconds in all of them.
var timeLayouts = []string{
	time.RFC3339, "2006-01-02T15:04Z07:00", time.DateTime, "2006-01-02T15:04:05", "2006-01-02:15:04:05", time.DateOnly,
}
