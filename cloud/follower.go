package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// A follower is a Waiter without its type, so that all types share this code. The values that it
// passes around are the pointers that read returns.
type follower struct {
	service, operation string
	token              string
	started            time.Time

	read  func(ctx context.Context) (any, error)
	judge func(value any) Judgement

	goneIsSuccess            bool
	resumed                  bool
	appearWithin, confirm    time.Duration
	within                   time.Duration // negative is no bound
	minInterval, maxInterval time.Duration

	turn chan struct{} // held by who looks; the others wait for it, or for the end of their context

	mu       sync.Mutex // guards the rest
	last     Look
	shown    any       // the response of the last look, if it found one
	value    any       // the last response that was seen
	ending   Outcome   // the end that the last look saw, if it is still to be confirmed
	endingAt time.Time // since when looks have seen it
	failing  time.Time // since when looks have failed, if failures is not zero
	failures int
	err      error // how the wait ended, once it has
}

func (f *follower) setDefaults() {
	f.within = cmp.Or(f.within, DefaultWithin)
	f.minInterval = cmp.Or(max(f.minInterval, 0), DefaultMinInterval)
	f.maxInterval = cmp.Or(max(f.maxInterval, 0), DefaultMaxInterval)
	if now := time.Now(); f.started.IsZero() || f.started.After(now) {
		f.started = now
	}
	f.turn = make(chan struct{}, 1)
}

// of fills in what an option leaves to the waiter.
func (p pace) of(f *follower) pace {
	p.within = cmp.Or(p.within, f.within)
	p.every = cmp.Or(max(p.every, 0), f.minInterval)
	return p
}

func (f *follower) wait(ctx context.Context, p pace) (value any, err error) {
	f.watch(ctx, p, func(_ Look, v any, e error) bool {
		value, err = v, e
		return true
	})
	if err != nil {
		return nil, err
	}
	return value, nil
}

func (f *follower) watch(ctx context.Context, p pace, yield func(Look, any, error) bool) {
	ctx = known(ctx)
	for {
		l, value, err := f.poll(ctx, p)
		if !yield(l, value, err) || err != nil || l.Done() {
			return
		}
		if pause(ctx, l.Next) != nil {
			yield(f.interrupted(ctx))
			return
		}
	}
}

// known is ctx, or one that never ends in the place of none, as the calls of a client take it.
func known(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

// errNoWait is what a waiter that nothing was said about answers.
var errNoWait = &ValidationError{Service: "wait", Problems: []Problem{{Field: "Read, Judge", Rule: "required"}}}

func (f *follower) poll(ctx context.Context, p pace) (Look, any, error) {
	ctx = known(ctx)
	if f.read == nil {
		return Look{}, nil, errNoWait
	}
	if l, value, err := f.end(); l.Done() {
		return l, value, err
	}
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return f.interrupted(ctx)
	}
	if l, value, err := f.end(); l.Done() { // somebody else's look was the last
		return l, value, err
	}
	value, err := f.read(ctx)
	return f.note(ctx, p.of(f), value, err)
}

// end returns the last look, which is the end of the wait if it is Done.
func (f *follower) end() (Look, any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.last, f.shown, f.err
}

// note takes down what a look found.
func (f *follower) note(ctx context.Context, p pace, value any, err error) (Look, any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := Look{Attempt: f.last.Attempt + 1, Elapsed: time.Since(f.started)}
	f.shown = nil
	switch {
	case err == nil:
		f.value, f.shown, f.failures = value, value, 0
		j := f.judge(value)
		l.State, l.Outcome, l.Reason = j.State, f.confirmed(j, l), j.Reason
		l.Superseded = j.Superseded && l.Outcome == Failed
		return f.settle(l, p)
	case KindOf(err) == ErrNotFound && f.goneIsSuccess:
		f.failures = 0
		l.State, l.Outcome = "gone", f.confirmed(Judgement{Outcome: Succeeded}, l)
		return f.settle(l, p)
	}
	l.State, l.Reason, l.Err = f.last.State, f.last.Reason, err
	if ctx.Err() != nil {
		f.last = l
		if !errors.Is(err, ctx.Err()) {
			err = fmt.Errorf("%w; before that: %w", contextError(ctx), err)
		}
		return l, nil, f.waitError(l, err)
	}
	if f.tolerable(err, l.Elapsed) {
		return f.settle(l, p)
	}
	l.over = true
	f.last, f.err = l, f.waitError(l, err)
	return l, nil, f.err
}

// clocksDiffer is how far the clocks of two hosts may be apart, one that began a change and one that
// resumes it. The services refuse signatures that are off by more.
const clocksDiffer = 5 * time.Minute

// confirmed holds an end back that is not proven, until looks have seen it for long enough.
func (f *follower) confirmed(j Judgement, l Look) Outcome {
	confirm := f.confirm
	if j.Inferred {
		confirm = cmp.Or(confirm, DefaultConfirm)
	}
	old := f.resumed && l.Attempt == 1 && l.Elapsed > confirm+clocksDiffer
	switch {
	case confirm <= 0, j.Outcome == Pending, old:
		f.ending = Pending
		return j.Outcome
	case j.Outcome != f.ending:
		f.ending, f.endingAt = j.Outcome, time.Now()
	case time.Since(f.endingAt) >= confirm:
		return j.Outcome
	}
	return Pending
}

// settle records a look, and how the wait ended if it has.
func (f *follower) settle(l Look, p pace) (Look, any, error) {
	switch l.Outcome {
	case Pending:
		if left := p.within - l.Elapsed; p.within > 0 && left <= 0 {
			f.last = l
			return l, f.shown, f.waitError(l, tooLong(p.within, l.Err))
		}
		l.Next = f.interval(l, p)
	case Failed, Cancelled:
		f.err = f.waitError(l, nil)
	}
	f.last = l
	return l, f.shown, f.err
}

// tooLong is why a wait ends whose longest time has passed.
func tooLong(within time.Duration, last error) error {
	err := fmt.Errorf("the longest time of the wait, %s, has passed: %w", within, context.DeadlineExceeded)
	if last != nil {
		err = fmt.Errorf("%w; before that: %w", err, last)
	}
	return err
}

// patience is how long, and maxFailures how often, looks may fail in a row before a wait gives up: long
// enough for a network to come back. Throttling and unavailability do not count.
const (
	patience    = 10 * time.Minute
	maxFailures = 10
)

// tolerable reports whether a failed look leaves hope that the next one can tell.
func (f *follower) tolerable(err error, elapsed time.Duration) bool {
	switch KindOf(err) {
	case ErrThrottled, ErrUnavailable:
		return true
	case ErrTransport, ErrInternal:
		return f.patient()
	case ErrUnsupported:
		// It accepted the change, or told of it before: this is a gateway's word, not the service's.
		return (f.token != "" || f.value != nil) && f.patient()
	case ErrUnauthenticated:
		// Without a status, it is the credentials' provider that failed, which may pass.
		e, ok := errors.AsType[*Error](err)
		return ok && e.StatusCode == 0 && f.value != nil && f.patient()
	case ErrNotFound:
		return elapsed < f.appearWithin
	}
	return false
}

func (f *follower) patient() bool {
	if f.failures == 0 {
		f.failing = time.Now()
	}
	f.failures++
	return f.failures < maxFailures || time.Since(f.failing) < patience
}

// interval is a tenth of the time already waited, so that a change is noticed within about a tenth
// of what it took and a long one costs few calls; up to an eighth more at random, so that many waiters
// do not call at once. An end that is to be confirmed is looked at a few times, the last time when it has
// been seen for long enough. No pause goes past the longest time of the wait.
func (f *follower) interval(l Look, p pace) time.Duration {
	longest := max(f.maxInterval, p.every)
	d := min(max(l.Elapsed/10, p.every), longest)
	if f.ending != Pending {
		confirm := cmp.Or(f.confirm, DefaultConfirm)
		d = max(confirm/3, p.every)
		d = min(d, max(time.Until(f.endingAt.Add(confirm)), 1))
	} else {
		d += rand.N(max(d/8, 1))
	}
	if e, ok := errors.AsType[*Error](l.Err); ok {
		d = max(d, min(e.RetryAfter, longest))
	}
	if p.within > 0 {
		d = min(d, p.within-l.Elapsed)
	}
	return d
}

// interrupted is a wait whose context ended between two looks.
func (f *follower) interrupted(ctx context.Context) (Look, any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.last
	if l.Done() { // somebody else's look saw the end
		return l, f.shown, f.err
	}
	l.Elapsed, l.Next = time.Since(f.started), 0
	cause := contextError(ctx)
	if l.Err != nil {
		cause = fmt.Errorf("%w; before that: %w", cause, l.Err)
	}
	return l, f.shown, f.waitError(l, cause)
}

func (f *follower) waitError(l Look, cause error) *WaitError {
	return &WaitError{
		Service:    f.service,
		Operation:  f.operation,
		State:      l.State,
		Outcome:    l.Outcome,
		Reason:     l.Reason,
		Superseded: l.Superseded,
		Last:       f.value,
		Token:      f.token,
		Elapsed:    l.Elapsed,
		Err:        cause,
	}
}

// pause sleeps for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
