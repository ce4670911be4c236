package transport

import (
	"net/http"
	"sync/atomic"
	"time"
)

// clock is the offset from the host's clock to that of the service, in nanoseconds. It is always odd once it is known.
type clock struct {
	offset atomic.Int64
	last   atomic.Pointer[date] // that of the last response, because parsing one costs as much as hashing a body
}

// date is a parsed Date.
type date struct {
	text string
	at   time.Time
}

func (c *clock) set(offset time.Duration) { c.offset.Store(int64(offset) | 1) }

// Now is the time by the clock of the service, as the Date of its last response showed it. Without any it is the time
// by the host's clock, and not known. A Date has no fractions of a second, and is as old as the response took to
// arrive, so Now is behind by that.
//
// Skew is different: it corrects the dates of signatures, and only when the service complains about them.
func (c *Client) Now() (now time.Time, known bool) {
	if c == nil {
		return time.Now(), false
	}
	offset := c.clock.offset.Load()
	return time.Now().Add(time.Duration(offset)), offset != 0
}

// readClock reads the Date of a response.
func (k *call) readClock(h http.Header) {
	text := h.Get("Date")
	if text == "" { // whose error would cost more than the rest
		return
	}
	d := k.client.clock.last.Load()
	if d == nil || d.text != text {
		at, err := http.ParseTime(text)
		if err != nil {
			return
		}
		d = &date{text, at}
		k.client.clock.last.Store(d)
	}
	k.attempt.offset, k.attempt.hasDate = time.Until(d.at), true
	k.client.clock.set(k.attempt.offset)
}

// tolerance is the clock skew up to which the clock is not the cause. The services allow five minutes.
const tolerance = 2 * time.Minute

// correctClock compares the clocks by the Date of the response.
func (k *call) correctClock() bool {
	a := &k.attempt
	if !a.hasDate || (a.offset-a.skew).Abs() < tolerance {
		return false
	}
	k.client.skew.Store(int64(a.offset))
	return true
}
