package transport

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how many requests per second a service accepts from one account.
type Rate struct {
	PerSecond    float64            // 0 means no limit
	PerOperation bool               // each operation has that limit, instead of all together
	Operations   map[string]float64 // those with another limit
}

// limits keeps a client's requests within a Rate.
type limits struct {
	rate   Rate
	shared *rate.Limiter // of all operations; nil if each has its own

	mu  sync.Mutex // guards own
	own map[*Operation]*rate.Limiter
}

// newLimits uses the service's own rate unless one is configured; a negative one means no limit.
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

// newLimiter allows bursts of a tenth of a second, so that no second has many more requests than allowed.
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

// wait delays a request until it is within the rate, or ctx ends. It does not begin to wait for a turn that comes too late.
func (l *limits) wait(ctx context.Context, op *Operation, before sendingDeadline) error {
	if l == nil {
		return nil
	}
	turn := l.of(op).Reserve()
	delay := turn.Delay()
	if delay <= 0 {
		return nil
	}
	if before.passed(delay) {
		turn.Cancel()
		return errNoTurn
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
