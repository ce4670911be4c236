package cloud_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestTimestamp(t *testing.T) {
	t.Parallel()
	tests := map[cloud.Timestamp]time.Time{
		0:               {},
		-5:              {},
		1714058507:      time.Date(2024, 4, 25, 15, 21, 47, 0, time.UTC),
		1785981634652:   time.Date(2026, 8, 6, 2, 0, 34, 652e6, time.UTC),
		253402300799:    time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		253402300800:    time.Date(1978, 1, 11, 21, 31, 40, 800e6, time.UTC),
		253402300799000: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	}
	for stamp, want := range tests {
		assert.Equal(t, want, stamp.Time(), "%d", stamp)
	}
}

func TestTimestampOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 8, 6, 10, 0, 34, 652e6, time.FixedZone("", 8*60*60))
	assert.Equal(t, cloud.Timestamp(1785981634), cloud.Seconds(at))
	assert.Equal(t, cloud.Timestamp(1785981634652), cloud.Milliseconds(at))
	assert.Zero(t, cloud.Seconds(time.Time{}))
	assert.Zero(t, cloud.Milliseconds(time.Time{}))
}

func TestTimeString(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 10, 18, 7, 29, 36, 0, time.UTC)
	tests := map[cloud.TimeString]time.Time{
		"1729236576":                    at,
		" 1729236576000 ":               at,
		"2024-10-18T07:29:36Z":          at,
		"2024-10-18T15:29:36+08:00":     at,
		"2024-10-18T15:29:36.711+08:00": at.Add(711 * time.Millisecond),
		"2024-10-18T07:29Z":             at.Truncate(time.Minute),
		"2024-10-18 15:29:36":           at,
		"2024-10-18 15:29:36.5":         at.Add(500 * time.Millisecond),
		"2024-10-18T15:29:36":           at,
		"2024-10-18:15:29:36":           at,
		"2024-10-19":                    time.Date(2024, 10, 18, 16, 0, 0, 0, time.UTC),
		"":                              {},
		"0":                             {},
		"-5":                            {},
		"yesterday":                     {},
		"0000-00-00 00:00:00":           {},
	}
	for s, want := range tests {
		assert.Equal(t, want, s.Time(), string(s))
	}
}

// TestTimeStringIn checks that a zone is used for dates without an offset, and for nothing else.
func TestTimeStringIn(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", -5*60*60)
	assert.Equal(t, time.Date(2024, 10, 18, 20, 29, 36, 0, time.UTC), cloud.TimeString("2024-10-18 15:29:36").In(zone))
	for _, s := range []cloud.TimeString{"1729236576", "2024-10-18T15:29:36+08:00", ""} {
		assert.Equal(t, s.Time(), s.In(zone), string(s))
	}
}
