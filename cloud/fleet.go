package cloud

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
)

// AnyWaiter is a *Waiter or *Change of any type, for programs that wait for changes of many types. No other type
// implements it.
type AnyWaiter interface {
	// Token is Waiter.Token.
	Token() string
	// PollAny is Waiter.Poll without the response. Once the wait has ended, WaitAny returns the response
	// without another call.
	PollAny(ctx context.Context, opts ...WaitOption) (Observation, error)
	// WaitAny is Waiter.Wait. The value is a *T, or nil where Wait returns a nil pointer.
	WaitAny(ctx context.Context, opts ...WaitOption) (any, error)

	untyped() *follower
}

// AnyWaiters converts waiters or changes of one type to a list for WaitAll.
func AnyWaiters[W AnyWaiter](waiters ...W) []AnyWaiter {
	list := make([]AnyWaiter, len(waiters))
	for i, w := range waiters {
		list[i] = w
	}
	return list
}

// WaitAll waits until each of the changes is live or has failed, and returns their results in the order
// of the waiters. The error is a *FleetError if any did not succeed. It is [Fleet.Wait] with the
// defaults.
func WaitAll(ctx context.Context, waiters ...AnyWaiter) ([]Result, error) {
	return Fleet{}.Wait(ctx, waiters...)
}

// Fleet waits for many changes. Each keeps its own cadence, and the one that is due first is polled first.
// Only polls in progress have goroutines, so that ten thousand changes cost no more memory than their
// waiters. The polls share the Config.RequestRate of their client, after its other calls.
type Fleet struct {
	// Concurrency is how many polls run at once. By default it follows the load: 16, and more while polls
	// are late, up to one for every 12 changes and 4096, as long as the request rate and the service keep up.
	Concurrency int
	// FailFast ends the wait as soon as one change did not succeed. The changes themselves go on; their
	// waiters can be waited for again.
	FailFast bool
	// Within is the maximum time of each wait, Every the minimum interval between two polls of one change
	// and ConfirmAfter how long an unproven end must be observed, as in the options of these names. Zero
	// means the waiter's own value.
	Within       time.Duration
	Every        time.Duration
	ConfirmAfter time.Duration
}

// Result is how one change of a fleet ended.
type Result struct {
	Value any   // what the waiter's WaitAny returns: a pointer to the last response
	Err   error // a *WaitError; nil when the change is live
}

// Step is one poll of one change of a fleet.
type Step struct {
	Observation
	Index int // of the waiter
	Value any // the response, a pointer; nil when the poll got none
	Live  int // how many changes have succeeded so far
	Ended int // how many have ended at all
}

// Wait waits for all changes. The results are in the order of the waiters.
func (f Fleet) Wait(ctx context.Context, waiters ...AnyWaiter) ([]Result, error) {
	results := make([]Result, len(waiters))
	var failed []error
	for step, err := range f.Watch(ctx, waiters...) {
		switch {
		case err != nil:
			results[step.Index].Err = err
			failed = append(failed, err)
		case step.Done():
			results[step.Index].Value = step.Value
		}
	}
	if len(failed) > 0 {
		return results, &FleetError{Total: len(waiters), Errs: failed}
	}
	return results, nil
}

// Watch yields every poll of every change, in one stream. An error is how that one change ended; the
// stream goes on with the others until all have ended. A caller that is slow to take the steps slows the
// polls down.
func (f Fleet) Watch(ctx context.Context, waiters ...AnyWaiter) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		if len(waiters) == 0 {
			return
		}
		ctx, cancel := context.WithCancelCause(orBackground(ctx))
		d := newDispatcher(waiters, f, yield)
		defer func() { cancel(nil); d.running.Wait(); d.finish() }()
		d.observe(ctx)
		for d.ended < len(waiters) {
			p, ok := d.next(ctx)
			if !ok {
				break
			}
			if !d.report(p) {
				return
			}
			if p.err != nil && f.FailFast {
				cancel(errors.New("another change did not succeed: " + p.err.Error())) // not wrapped: the others do not end as this one did
			}
		}
		d.interrupt(contextError(ctx))
	}
}

// FleetError says which changes of a fleet did not succeed.
type FleetError struct {
	Total int     // how many changes there were
	Errs  []error // of those that did not succeed, in the order in which they ended
}

// Error returns the number of failures and the first three.
func (e *FleetError) Error() string {
	const shown = 3
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d changes did not succeed", len(e.Errs), e.Total)
	for i, err := range e.Errs[:min(len(e.Errs), shown)] {
		fmt.Fprintf(&b, "%s%s", []string{": ", "; "}[min(i, 1)], err)
	}
	if len(e.Errs) > shown {
		b.WriteString("; …")
	}
	return b.String()
}

// Unwrap returns Errs.
func (e *FleetError) Unwrap() []error { return e.Errs }
