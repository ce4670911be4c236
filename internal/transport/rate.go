package transport

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how many requests in a second a service accepts from one account.
type Rate struct {
	PerSecond    float64            // 0 is as many as it can
	PerOperation bool               // each operation has that many, instead of all together
	Operations   map[string]float64 // those that have another number
}

// limits keeps a client's requests within a Rate.
type limits struct {
	rate   Rate
	shared *rate.Limiter // of all operations; nil if each has its own

	mu  sync.Mutex // guards own
	own map[*Operation]*rate.Limiter
}

// newLimits takes the service's own rate unless one is configured; a negative one means no limit.
func newLimits(configured float64, r Rate) *limits {
	if configured != 0 {
		r.PerSecond, r.Operations = configured, nil
	}
	if r.PerSecond <= 0 {
		return nil
	}
	l := &limits{rate: r}
	if r.PerOperation {
		l.own = map[*Operation]*rate.Limiter{}
	} else {
		l.shared = newLimiter(r.PerSecond)
	}
	return l
}

// newLimiter allows bursts of a tenth of a second, so that no second sees many more than its share.
func newLimiter(perSecond float64) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond/10)))
}

func (l *limits) of(op *Operation) *rate.Limiter {
	if l.shared != nil {
		return l.shared
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	limiter, ok := l.own[op]
	if !ok {
		perSecond, special := l.rate.Operations[op.Name]
		if !special {
			perSecond = l.rate.PerSecond
		}
		limiter = newLimiter(perSecond)
		l.own[op] = limiter
	}
	return limiter
}

// wait holds a request back until it is within the rate, or ctx ends.
func (l *limits) wait(ctx context.Context, op *Operation) error {
	if l == nil {
		return nil
	}
	turn := l.of(op).Reserve()
	delay := turn.Delay()
	if delay <= 0 {
		return nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		turn.Cancel()
		return ctx.Err()
	}
}
