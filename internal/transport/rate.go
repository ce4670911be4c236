package transport

import (
	"cmp"
	"fmt"
	"math"
	"sync"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Rate is how many requests per second a service accepts from one account.
type Rate struct {
	PerSecond    float64            // 0 means no limit
	PerOperation bool               // each operation has that limit, instead of all together
	Operations   map[string]float64 // those with another limit
}

// of returns the rate of an operation.
func (r Rate) of(op *Operation) float64 {
	if perSecond, special := r.Operations[op.Name]; special {
		return perSecond
	}
	return r.PerSecond
}

// rateScope is what a service counts together. It is empty for the one rate of a Limiter.
type rateScope struct{ service, region, site string }

// queueKey is what a Limiter keeps a queue under. Without an operation, the queue is for all of them.
type queueKey struct {
	rateScope
	operation string
}

// limits keeps a client's requests within a Rate, together with those of other clients with the same Limiter.
type limits struct {
	rate  Rate
	scope rateScope
	queue func(key queueKey, perSecond float64) *queue
	all   *queue // of all operations; nil if each has its own

	mu  sync.Mutex // guards own
	own map[*Operation]*queue
}

// newLimits uses the service's own rate unless one is configured; a negative one means no limit.
func newLimits(cfg *cloud.Config, s *Service, site string) (*limits, error) {
	limiter := cmp.Or(cfg.Limiter, new(cloud.Limiter))
	shared := limiter.Shared()
	l := &limits{rate: s.Rate, scope: rateScope{s.Name, cfg.Region, site}}
	l.queue = func(key queueKey, perSecond float64) *queue {
		q, _ := shared.LoadOrStore(key, newQueue(perSecond))
		return q.(*queue) //nolint:forcetypeassert // no other type has such keys
	}
	if cfg.RequestRate != 0 {
		l.rate.PerSecond, l.rate.Operations = cfg.RequestRate, nil
	}
	if total := limiter.PerSecond(); total > 0 {
		l.rate, l.scope = Rate{PerSecond: total}, rateScope{}
	} else if other, _ := shared.LoadOrStore(l.scope, cfg.RequestRate); other != cfg.RequestRate {
		rule := fmt.Sprintf("must be %v, as in the other clients of the service and region with the same Limiter", other)
		return nil, InvalidOption(s.Name, "RequestRate", rule, fmt.Sprint(cfg.RequestRate))
	}
	switch {
	case l.rate.PerSecond <= 0:
		return nil, nil
	case l.rate.PerOperation:
		l.own = map[*Operation]*queue{}
	default:
		l.all = l.queue(queueKey{l.scope, ""}, l.rate.PerSecond)
	}
	return l, nil
}

// checkRates checks Config.RequestRate and Config.Limiter.
func checkRates(cfg *cloud.Config, service string) error {
	if r := cfg.RequestRate; math.IsNaN(r) || math.IsInf(r, 1) {
		return InvalidOption(service, "RequestRate", "must be a number; a negative one means no limit", fmt.Sprint(r))
	}
	if cfg.Limiter == nil {
		return nil
	}
	switch total := cfg.Limiter.PerSecond(); {
	case math.IsNaN(total) || math.IsInf(total, 0) || total < 0:
		return InvalidOption(service, "Limiter", "must have a rate that is a number, or 0 for those of the services", fmt.Sprint(total))
	case total > 0 && cfg.RequestRate != 0:
		rule := "must be 0 with a Limiter that has a rate of its own"
		return InvalidOption(service, "RequestRate", rule, fmt.Sprint(cfg.RequestRate))
	}
	return nil
}

func (l *limits) of(op *Operation) *queue {
	if l.all != nil {
		return l.all
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	q, ok := l.own[op]
	if !ok {
		q = l.queue(queueKey{l.scope, op.Name}, l.rate.of(op))
		l.own[op] = q
	}
	return q
}

// waitTurn delays an attempt until it is within the rate, or the call's context ends.
func (k *call) waitTurn() error {
	l := k.client.limits
	if l == nil {
		return nil
	}
	return l.of(k.op).wait(k.ctx, k.priority(), k.before)
}

// priority is that of the options. Without one, polls come after other calls: nobody waits for a single poll.
func (k *call) priority() cloud.Priority {
	if isPoll(k.ctx) {
		return cmp.Or(k.options.Priority, cloud.PriorityLow)
	}
	return cmp.Or(k.options.Priority, cloud.PriorityNormal)
}
