package cloud

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"time"
)

// Outcome is what a look at a resource says about the awaited change.
type Outcome int

const (
	// Pending means that the change is under way, or that the state is one this module does not
	// know.
	Pending Outcome = iota
	// Succeeded means that this very change is live.
	Succeeded
	// Failed means that the change ended without being live.
	Failed
	// Cancelled means that somebody stopped the change.
	Cancelled
)

// String returns the outcome in lower case.
func (o Outcome) String() string {
	switch o {
	case Succeeded:
		return "succeeded"
	case Failed:
		return "failed"
	case Cancelled:
		return "cancelled"
	}
	return "pending"
}

// Judgement is how one response of the service is read.
type Judgement struct {
	State   string // the service's own word for it: "UPDATING"
	Outcome Outcome
	Reason  string // the service's own explanation, where it gives one
}

// Wait says what a Waiter looks at and how it reads what it sees. The service packages fill it in
// for the changes that they know; it is public for waits of your own.
type Wait[T any] struct {
	Service   string
	Operation string

	// Read looks at the resource once.
	Read func(ctx context.Context) (*T, error)
	// Judge reads a response. It must not believe a success that is older than the change.
	Judge func(*T) Judgement

	// GoneIsSuccess makes ErrNotFound the goal, for deletions.
	GoneIsSuccess bool
	// AppearWithin is how long ErrNotFound is tolerated before the first sight of the resource,
	// because a new one may not be visible at once.
	AppearWithin time.Duration

	// MinInterval and MaxInterval bound the pause between two looks. Between them the pause is a
	// tenth of the time already waited. The defaults are 5 seconds and 5 minutes.
	MinInterval time.Duration
	MaxInterval time.Duration

	// Started is when the change began; zero means now. Token is what Waiter.Token returns.
	Started time.Time
	Token   string
}

// Progress is what one look found.
type Progress[T any] struct {
	State   string  // the service's word for the state; empty when the look found none
	Outcome Outcome // Pending until the wait is over
	Reason  string  // the service's explanation of the state, where it gives one
	Value   *T      // the response; nil when the look found none
	// Err is why this look could not tell. The wait goes on: the service was throttling or
	// unavailable, or the new resource is not visible yet.
	Err     error
	Attempt int           // counts looks from 1
	Elapsed time.Duration // since the change began
	Next    time.Duration // when to look again; 0 when the wait is over

	over bool // a call failed for good, so that nobody knows how the change goes on
}

// Done reports whether the wait is over.
func (p Progress[T]) Done() bool { return p.Outcome != Pending || p.over }

// Waiter follows one change until it is live or has failed. Wait blocks, Watch yields every look,
// Poll looks once. They can be mixed, also from several goroutines.
type Waiter[T any] struct {
	wait Wait[T]
	turn chan struct{} // held by who looks; the others wait for it, or for the end of their context

	mu       sync.Mutex // guards the rest
	last     Progress[T]
	value    *T        // the last response that was seen
	failing  time.Time // since when looks have failed, if failures is not zero
	failures int
	err      error // how the wait ended, once it has
}

// NewWaiter returns a waiter as w describes it. Nothing is called before Wait, Watch or Poll.
func NewWaiter[T any](w Wait[T]) *Waiter[T] {
	if w.MinInterval <= 0 {
		w.MinInterval = 5 * time.Second
	}
	if w.MaxInterval <= 0 {
		w.MaxInterval = 5 * time.Minute
	}
	w.MaxInterval = max(w.MaxInterval, w.MinInterval)
	if w.Started.IsZero() {
		w.Started = time.Now()
	}
	return &Waiter[T]{wait: w, turn: make(chan struct{}, 1)}
}

// Token returns the text with which the service's Resume method makes an equal waiter, in this
// process or another. It is empty for Until waiters, which are made again by their own call.
func (w *Waiter[T]) Token() string { return w.wait.Token }

// Wait looks until the change is live and returns the last response, which is nil for a resource
// that is gone as it should be. When the change fails or ctx ends, the error is a *WaitError.
func (w *Waiter[T]) Wait(ctx context.Context) (*T, error) {
	var last Progress[T]
	for p, err := range w.Watch(ctx) {
		if err != nil {
			return nil, err
		}
		last = p
	}
	return last.Value, nil
}

// Watch yields every look and pauses between them. A look that ends the wait is the last one; its
// error is nil when the change is live and a *WaitError otherwise.
func (w *Waiter[T]) Watch(ctx context.Context) iter.Seq2[Progress[T], error] {
	return func(yield func(Progress[T], error) bool) {
		for {
			p, err := w.Poll(ctx)
			if !yield(p, err) || err != nil || p.Done() {
				return
			}
			if pause(ctx, p.Next) != nil {
				yield(w.interrupted(ctx))
				return
			}
		}
	}
}

// Poll looks once. While the change is pending the error is nil and Progress.Next says when to look
// again. Once the wait is over, Poll returns its end again without another call.
func (w *Waiter[T]) Poll(ctx context.Context) (Progress[T], error) {
	if w.wait.Read == nil || w.wait.Judge == nil {
		return Progress[T]{}, errNoWait
	}
	if p, err := w.end(); p.Done() {
		return p, err
	}
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return w.interrupted(ctx)
	}
	if p, err := w.end(); p.Done() { // somebody else's look was the last
		return p, err
	}
	value, err := w.wait.Read(ctx)
	return w.note(ctx, value, err)
}

// end returns the last look, which is the end of the wait if it is Done.
func (w *Waiter[T]) end() (Progress[T], error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last, w.err
}

// note takes down what a look found.
func (w *Waiter[T]) note(ctx context.Context, value *T, err error) (Progress[T], error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := Progress[T]{Attempt: w.last.Attempt + 1, Elapsed: time.Since(w.wait.Started)}
	if err == nil {
		w.value, w.failures = value, 0
		j := w.wait.Judge(value)
		p.State, p.Outcome, p.Reason, p.Value = j.State, j.Outcome, j.Reason, value
		return w.settle(p, nil)
	}
	if KindOf(err) == ErrNotFound && w.wait.GoneIsSuccess {
		p.State, p.Outcome = "gone", Succeeded
		return w.settle(p, nil)
	}
	p.State, p.Reason, p.Err = w.last.State, w.last.Reason, err
	if ctx.Err() != nil {
		w.last = p
		if !errors.Is(err, ctx.Err()) {
			err = fmt.Errorf("%w; before that: %w", contextError(ctx), err)
		}
		return p, w.waitError(p, err)
	}
	if w.tolerable(err, p.Elapsed) {
		return w.settle(p, err)
	}
	p.over = true
	w.last, w.err = p, w.waitError(p, err)
	return p, w.err
}

// errNoWait is what a waiter that nothing was said about answers.
var errNoWait = &ValidationError{Service: "wait", Problems: []Problem{{Field: "Read, Judge", Rule: "required"}}}

// settle records a look, and how the wait ended if it has.
func (w *Waiter[T]) settle(p Progress[T], tolerated error) (Progress[T], error) {
	switch p.Outcome {
	case Pending:
		p.Next = w.interval(p.Elapsed, tolerated)
	case Failed, Cancelled:
		w.err = w.waitError(p, nil)
	}
	w.last = p
	return p, w.err
}

// patience is how long, and maxFailures how often, looks may fail in a row before a wait gives up: long
// enough for a network to come back. Throttling and unavailability do not count.
const (
	patience    = 10 * time.Minute
	maxFailures = 10
)

// tolerable reports whether a failed look leaves hope that the next one can tell.
func (w *Waiter[T]) tolerable(err error, elapsed time.Duration) bool {
	switch KindOf(err) {
	case ErrThrottled, ErrUnavailable:
		return true
	case ErrTransport, ErrInternal:
		return w.patient()
	case ErrUnauthenticated:
		// Without a status, it is the credentials' provider that failed, which may pass.
		e, ok := errors.AsType[*Error](err)
		return ok && e.StatusCode == 0 && w.value != nil && w.patient()
	case ErrNotFound:
		return w.value == nil && elapsed < w.wait.AppearWithin
	}
	return false
}

func (w *Waiter[T]) patient() bool {
	if w.failures == 0 {
		w.failing = time.Now()
	}
	w.failures++
	return w.failures < maxFailures || time.Since(w.failing) < patience
}

// interval is a tenth of the time already waited, so that a change is noticed within about a tenth
// of what it took and a long one costs few calls; a fifth more or less at random, so that many
// waiters do not call at once.
func (w *Waiter[T]) interval(elapsed time.Duration, tolerated error) time.Duration {
	d := min(max(elapsed/10, w.wait.MinInterval), w.wait.MaxInterval)
	d += rand.N(max(d*2/5, 1)) - d/5
	if e, ok := errors.AsType[*Error](tolerated); ok {
		d = max(d, min(e.RetryAfter, w.wait.MaxInterval))
	}
	return d
}

// interrupted is a wait whose context ended between two looks.
func (w *Waiter[T]) interrupted(ctx context.Context) (Progress[T], error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.last
	p.Elapsed, p.Next = time.Since(w.wait.Started), 0
	cause := contextError(ctx)
	if p.Err != nil {
		cause = fmt.Errorf("%w; before that: %w", cause, p.Err)
	}
	return p, w.waitError(p, cause)
}

func (w *Waiter[T]) waitError(p Progress[T], cause error) *WaitError {
	e := &WaitError{
		Service:   w.wait.Service,
		Operation: w.wait.Operation,
		State:     p.State,
		Outcome:   p.Outcome,
		Reason:    p.Reason,
		Token:     w.wait.Token,
		Elapsed:   p.Elapsed,
		Err:       cause,
	}
	if w.value != nil {
		e.Last = w.value
	}
	return e
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
