package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// A follower is a Waiter without its type, so that all types share this code. The values that it
// passes around are the pointers that read returns. A program may follow very many changes, so it is kept small.
type follower struct {
	service, operation string
	region             string
	observer           Observer
	token              func() string    // nil if there is none
	started            time.Time        // by clock
	clock              func() time.Time // the service's clock, as far as it is known, for a resumed wait
	made               time.Time

	read  func(ctx context.Context) (any, error)
	judge func(value any) Verdict
	meet  func(least, pause, most time.Duration) time.Duration // nil if the wait meets no others
	// diagnose is WaitSpec.Diagnose, nil if there is none.
	diagnose func(ctx context.Context, last any) (*Diagnosis, error)

	appearWithin, confirm    time.Duration
	confirmAfter             time.Duration // overrides confirm and its default; 0 does not
	within                   time.Duration // negative means no limit
	minInterval, maxInterval time.Duration
	goneIsSuccess            bool
	resumed, renewable       bool
	secret                   bool // the token may hold secrets

	polls gate // held by the goroutine that polls

	mu       sync.Mutex // guards the rest
	last     Observation
	seen     bool      // a poll has had a response
	value    any       // the response that ended the wait, if there was one; others are not kept
	ending   *ending   // the end that the last poll saw, if it is still to be confirmed
	failures *failures // the polls that have failed in a row, if the last one did
	overload int       // how many polls in a row the service throttled or could not respond to
	err      error     // how the wait ended, once it has; or why there is nothing to read
}

// ending is an end that polls see.
type ending struct {
	outcome Outcome
	since   time.Time
	until   time.Time // when it will have been seen for long enough
}

// failures are polls that have failed in a row.
type failures struct {
	since time.Time
	count int
}

func (f *follower) setDefaults() {
	f.within = cmp.Or(f.within, DefaultWithin)
	f.minInterval = cmp.Or(max(f.minInterval, 0), DefaultMinInterval)
	f.maxInterval = cmp.Or(max(f.maxInterval, 0), DefaultMaxInterval)
	f.made = time.Now()
	if f.clock == nil {
		f.clock = time.Now
	}
	if f.started.IsZero() {
		f.started = f.clock()
	}
}

// elapsed is the age of the change. A start in the future, by a clock that is behind, counts as now.
func (f *follower) elapsed() time.Duration {
	return max(f.clock().Sub(f.started), time.Since(f.made))
}

// of returns p with the waiter's own values where no option is set.
func (p pace) of(f *follower) pace {
	p.within = cmp.Or(p.within, f.within)
	p.every = cmp.Or(max(p.every, 0), f.minInterval)
	p.confirmAfter = cmp.Or(max(p.confirmAfter, 0), f.confirmAfter)
	return p
}

func (f *follower) wait(ctx context.Context, p pace) (value any, err error) {
	f.watch(ctx, p, func(_ Observation, v any, e error) bool {
		value, err = v, e
		return true
	})
	if err != nil {
		return nil, err
	}
	return value, nil
}

func (f *follower) watch(ctx context.Context, p pace, yield func(Observation, any, error) bool) {
	ctx, w := f.observe(orBackground(ctx))
	defer w.finish()
	var last any
	for {
		l, value, err := f.poll(ctx, p, last)
		last = cmp.Or(value, last)
		w.see(l, err)
		if !yield(l, value, err) || err != nil || l.Done() {
			return
		}
		if pause(ctx, l.Next) != nil {
			l, value, err = f.interrupted(contextError(ctx), value, last)
			w.see(l, err)
			yield(l, value, err)
			return
		}
	}
}

// orBackground is ctx, or context.Background for a nil one, as the calls of a client take it.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

// errIncomplete is the error of a waiter whose WaitSpec lacks a function, and of the zero and the nil Waiter.
var errIncomplete = &ValidationError{Service: "wait", Problems: []Problem{{
	Field: "Waiter", Rule: "must be made by a Begin, Resume or Until method, or by NewWaiter with Read and Judge",
}}}

// poll polls once. last is the last response that the caller has seen, for the error.
func (f *follower) poll(ctx context.Context, p pace, last any) (Observation, any, error) {
	ctx = orBackground(ctx)
	if f.read == nil {
		return Observation{}, nil, cmp.Or(f.err, error(errIncomplete))
	}
	if l, value, err := f.latest(); l.Done() {
		return l, value, err
	}
	p = p.of(f)
	bounded, cancel := f.bounded(ctx, p)
	defer cancel()
	if !f.polls.enter(bounded) {
		if ctx.Err() == nil {
			return f.interrupted(tooLong(p.within, nil), nil, last)
		}
		return f.interrupted(contextError(ctx), nil, last)
	}
	defer f.polls.leave()
	if l, value, err := f.latest(); l.Done() { // another goroutine's poll was the last
		return l, value, err
	}
	value, err := f.read(bounded)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil && KindOf(err) == "" {
		err = &Error{Service: f.service, Operation: f.operation, Kind: ErrTransport, Err: err}
	}
	return f.record(ctx, p, value, last, err)
}

// lastPoll is how long a poll may take when the maximum time of the wait has passed.
const lastPoll = time.Minute

// bounded is the context of one poll: a poll that hangs must not make the wait endless.
func (f *follower) bounded(ctx context.Context, p pace) (context.Context, context.CancelFunc) {
	if p.within <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, max(p.within-f.elapsed(), 0)+lastPoll)
}

// latest returns what the last poll found, which is the end of the wait if it is Done.
func (f *follower) latest() (Observation, any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.last, f.value, f.err
}

// record records what a poll found.
func (f *follower) record(ctx context.Context, p pace, value, last any, err error) (Observation, any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil && value == nil {
		err = &Error{Service: f.service, Operation: f.operation, Kind: ErrTransport, Message: "unexpected response: it has no value"}
	}
	l := Observation{Attempt: f.last.Attempt + 1, Elapsed: f.elapsed()}
	f.countOverload(err)
	switch {
	case err == nil:
		f.seen, f.failures = true, nil
		v := f.judge(value)
		l.State, l.Outcome, l.Reason = kept(f.last.State, v.State), f.confirmed(v, l, p), kept(f.last.Reason, v.Reason)
		l.Superseded = v.Superseded && l.Outcome == Failed
		return f.settle(l, p, value, value)
	case KindOf(err) == ErrNotFound && f.goneIsSuccess && !foreign(err):
		f.failures = nil
		l.State, l.Outcome = "gone", f.confirmed(Verdict{Outcome: Succeeded}, l, p)
		return f.settle(l, p, nil, last)
	}
	l.State, l.Reason, l.Err = f.last.State, f.last.Reason, err
	if ctx.Err() != nil { // which ends this caller's wait only
		f.last.Attempt, f.last.Elapsed, f.last.Next = l.Attempt, l.Elapsed, 0
		if !errors.Is(err, ctx.Err()) {
			err = fmt.Errorf("%w; before that: %w", contextError(ctx), err)
		}
		return l, nil, f.waitError(l, last, err)
	}
	if f.tolerable(err, l.Elapsed) {
		return f.settle(l, p, nil, last)
	}
	return f.broken(l, last, err)
}

// kept returns text as a string that does not keep the response alive of which it is a part. before is the one that is kept.
func kept(before, text string) string {
	if text == before {
		return before
	}
	return strings.Clone(text)
}

// broken ends the wait for good, with the outcome of the change unknown.
func (f *follower) broken(l Observation, last any, err error) (Observation, any, error) {
	l.broken = true
	f.last, f.err = l, f.waitError(l, last, err)
	return l, nil, f.err
}

// panicked ends the wait because a poll did not return; p is what it panicked with, nil when it ended its
// goroutine.
func (f *follower) panicked(p any) (Observation, any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := Observation{Attempt: f.last.Attempt + 1, Elapsed: f.elapsed(), State: f.last.State, Reason: f.last.Reason}
	l.Err = &PanicError{Value: p, Stack: debug.Stack()}
	return f.broken(l, nil, l.Err)
}

// foreign reports whether err is a refusal without a code, which comes from a gateway and not from the service.
func foreign(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.StatusCode != 0 && e.Code == ""
}

// clocksDiffer is the maximum clock skew between the host that began a change and the one that resumes
// it. The services refuse signatures that are off by more.
const clocksDiffer = 5 * time.Minute

// confirmed returns Pending in place of an unproven end until polls have observed it for long enough.
func (f *follower) confirmed(v Verdict, l Observation, p pace) Outcome {
	confirm := max(f.confirm, 0)
	if v.Inferred {
		confirm = cmp.Or(confirm, DefaultConfirm)
	}
	if confirm > 0 {
		confirm = cmp.Or(p.confirmAfter, confirm)
	}
	old := f.resumed && l.Attempt == 1 && l.Elapsed > confirm+clocksDiffer
	switch {
	case confirm == 0, v.Outcome == Pending, old:
		f.ending = nil
		return v.Outcome
	case f.ending == nil || v.Outcome != f.ending.outcome:
		f.ending = &ending{outcome: v.Outcome, since: time.Now()}
	case time.Since(f.ending.since) >= confirm:
		return v.Outcome
	}
	f.ending.until = f.ending.since.Add(confirm)
	return Pending
}

// settle records an observation, and how the wait ended if it has. value is the response of the poll, if there was one,
// and last the last response.
func (f *follower) settle(l Observation, p pace, value, last any) (Observation, any, error) {
	switch l.Outcome {
	case Pending:
		if left := p.within - l.Elapsed; p.within > 0 && left <= 0 {
			f.last = l
			return l, value, f.waitError(l, last, tooLong(p.within, l.Err))
		}
		l.Next = f.interval(l, p)
	case Failed, Canceled:
		f.err = f.waitError(l, last, nil)
	}
	if l.Done() {
		f.value = value
	}
	f.last = l
	return l, value, f.err
}

// tooLong is the cause of a wait that ends because its maximum time has passed.
func tooLong(within time.Duration, last error) error {
	err := fmt.Errorf("the wait exceeded its maximum time of %s: %w", within, context.DeadlineExceeded)
	if last != nil {
		err = fmt.Errorf("%w; before that: %w", err, last)
	}
	return err
}

// patience is how long, and maxFailures how often, polls may fail in a row before a wait gives up: long
// enough for a network to come back. Throttling and unavailability do not count.
const (
	patience    = 10 * time.Minute
	maxFailures = 10
)

// tolerable reports whether the wait goes on after a failed poll.
func (f *follower) tolerable(err error, elapsed time.Duration) bool {
	served := f.seen || f.token != nil // the service accepted the change, or showed it before
	switch KindOf(err) {
	case ErrThrottled, ErrUnavailable:
		return true
	case ErrTransport:
		return served && answered(err) || f.patient() // an HTML page or foreign JSON comes from a gateway and is no worse than its 502
	case ErrInternal:
		return f.patient()
	case ErrUnauthenticated:
		if f.replaceable(err) {
			return f.patient()
		}
	case ErrNotFound:
		if elapsed < f.appearWithin {
			return true
		}
	case ErrUnsupported:
		return served && f.patient() // from a gateway, not from a service that offered it before
	}
	return foreign(err) && served && f.patient()
}

// answered reports whether err came with an HTTP response.
func answered(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.StatusCode != 0
}

// replaceable reports whether the next poll may use other keys: keys that worked expire and are replaced.
// An error without a status means that their provider failed.
func (f *follower) replaceable(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return f.seen && (f.renewable || ok && e.StatusCode == 0)
}

func (f *follower) patient() bool {
	if f.failures == nil {
		f.failures = &failures{since: time.Now()}
	}
	f.failures.count++
	return f.failures.count < maxFailures || time.Since(f.failures.since) < patience
}

// countOverload counts the polls in a row that failed because the service is overloaded. A missing response neither
// counts nor ends the row.
func (f *follower) countOverload(err error) {
	switch KindOf(err) {
	case ErrThrottled, ErrUnavailable:
		f.overload++
	case ErrTransport, ErrInternal:
	default:
		f.overload = 0
	}
}

// interval is a tenth of the time already waited, so that a change is noticed within about a tenth
// of what it took and a long one costs few calls; up to an eighth more at random, so that many waiters
// do not call at once, unless they share the call. It doubles with every poll in a row that an overloaded service
// refused. An end that is to be confirmed is polled a few times, the last time when it has been observed for long
// enough. No pause goes past the maximum time of the wait.
func (f *follower) interval(l Observation, p pace) time.Duration {
	longest := max(f.maxInterval, p.every)
	d := min(max(l.Elapsed/10, p.every), longest)
	if f.ending != nil && l.Err == nil {
		d = max(min(f.ending.until.Sub(f.ending.since)/3, time.Until(f.ending.until)), p.every)
		d = f.pause(d, d, d)
	} else {
		d = doubled(d, f.overload, longest)
		least, more := d, max(d/8, 1)
		if l.Err == nil {
			least = max(d/2, min(p.every, longest))
		}
		d = f.pause(least, d+rand.N(more), d+more)
	}
	if e, ok := errors.AsType[*Error](l.Err); ok {
		d = max(d, min(e.RetryAfter, longest))
	}
	if p.within > 0 {
		d = min(d, p.within-l.Elapsed)
	}
	return d
}

// pause is that until the next poll: the given one, unless the wait meets others between least and most.
func (f *follower) pause(least, pause, most time.Duration) time.Duration {
	if f.meet == nil {
		return pause
	}
	return f.meet(least, pause, most)
}

// doubled doubles d a number of times, up to longest.
func doubled(d time.Duration, times int, longest time.Duration) time.Duration {
	for ; times > 0 && d < longest; times-- {
		d = min(2*d, longest)
	}
	return d
}

// interrupted is a wait that ends between two polls, because of cause. value is the response of the last poll, and last
// the last response, as far as the caller has seen them.
func (f *follower) interrupted(cause error, value, last any) (Observation, any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.last
	if l.Done() { // another goroutine's poll saw the end
		return l, f.value, f.err
	}
	l.Elapsed, l.Next = f.elapsed(), 0
	if l.Err != nil {
		cause = fmt.Errorf("%w; before that: %w", cause, l.Err)
	}
	return l, value, f.waitError(l, last, cause)
}

func (f *follower) tokenNow() string {
	if f.token == nil {
		return ""
	}
	return f.token()
}

func (f *follower) waitError(l Observation, last any, cause error) *WaitError {
	return &WaitError{
		Service:    f.service,
		Operation:  f.operation,
		State:      l.State,
		Outcome:    l.Outcome,
		Reason:     l.Reason,
		Superseded: l.Superseded,
		Last:       last,
		Token:      f.tokenNow(),
		secret:     f.secret,
		Elapsed:    l.Elapsed,
		Err:        cause,
		from:       f,
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
