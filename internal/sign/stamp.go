package sign

import (
	"sync/atomic"
	"time"
)

// StampCache remembers how the last second is written, because that takes as
// long as a hash. The zero value is ready, safe for concurrent use.
type StampCache struct {
	last atomic.Pointer[stamp]
}

type stamp struct {
	second int64
	values []string
}

// Header returns t, to the second, as the value of a header, which nobody may
// change. write must be the same in every call on one cache.
func (c *StampCache) Header(t time.Time, write func(time.Time) string) []string {
	last := c.last.Load()
	if second := t.Unix(); last == nil || last.second != second {
		last = &stamp{second, []string{write(t)}}
		c.last.Store(last)
	}
	return last.values
}
