package cloud

import (
	"container/heap"
	"context"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"
)

// AnyWaiter is a *Waiter of any type.
type AnyWaiter interface {
	Token() string
	waits() *follower
}

// AnyWaiters makes a list for WaitAll of waiters of one type.
func AnyWaiters[T any](waiters ...*Waiter[T]) []AnyWaiter {
	list := make([]AnyWaiter, len(waiters))
	for i, w := range waiters {
		list[i] = w
	}
	return list
}

// WaitAll waits until each of the changes is live or has failed, and returns how they ended, in the
// order of the waiters. The error is a *FleetError if any did not end well. It is [Fleet.Wait] with
// the defaults.
func WaitAll(ctx context.Context, waiters ...AnyWaiter) ([]Result, error) {
	return Fleet{}.Wait(ctx, waiters...)
}

// Fleet says how many changes are followed at once. Each keeps its own cadence; what is due longest is
// looked at first, and only looks under way have goroutines, so that ten thousand changes cost no more memory
// than their waiters. How fast the looks may come is for the client, whose Config.RequestRate they share.
type Fleet struct {
	// Concurrency is how many looks are under way at once. By default it follows the load: 16, and up to 256
	// while looks come late.
	Concurrency int
	// FailFast gives the wait up as soon as one change has not ended well. The changes themselves go
	// on; their waiters can be waited for again.
	FailFast bool
	// Within is the longest time of each wait, Every the shortest pause between two looks at one change and
	// ConfirmAfter how long an unproven end must be seen, as the options of these names have it. Zero leaves
	// them to the waiters.
	Within       time.Duration
	Every        time.Duration
	ConfirmAfter time.Duration
}

// Result is how one change of a fleet ended.
type Result struct {
	Value any   // what the waiter's Wait returns: a pointer to the last response
	Err   error // a *WaitError; nil when the change is live
}

// Step is one look at one change of a fleet.
type Step struct {
	Observation
	Index int // of the waiter
	Value any // the response, a pointer; nil when the look found none
	Live  int // how many changes have ended well so far
	Ended int // how many have ended at all
}

// Wait waits for all changes. The results are in the order of the waiters.
func (f Fleet) Wait(ctx context.Context, waiters ...AnyWaiter) ([]Result, error) {
	results := make([]Result, len(waiters))
	var bad []error
	for step, err := range f.Watch(ctx, waiters...) {
		switch {
		case err != nil:
			results[step.Index].Err = err
			bad = append(bad, err)
		case step.Done():
			results[step.Index].Value = step.Value
		}
	}
	if len(bad) > 0 {
		return results, &FleetError{Total: len(waiters), Errs: bad}
	}
	return results, nil
}

// Watch yields every look at every change, in one stream. An error is how that one change ended; the
// stream goes on with the others, and is over when all have ended. Whoever is slow to take the steps
// slows the looks down.
func (f Fleet) Watch(ctx context.Context, waiters ...AnyWaiter) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		if len(waiters) == 0 {
			return
		}
		ctx, cancel := context.WithCancelCause(known(ctx))
		d := newDispatch(waiters, f, yield)
		defer func() { cancel(nil); d.running.Wait() }()
		for d.ended < len(waiters) {
			l, ok := d.next(ctx)
			if !ok {
				break
			}
			if !d.report(l) {
				return
			}
			if l.err != nil && f.FailFast {
				cancel(fmt.Errorf("another change did not end well: %s", l.err)) // as text: how it ended is not how these do
			}
		}
		d.interrupt(contextError(ctx))
	}
}

// FleetError says which changes of a fleet did not end well.
type FleetError struct {
	Total int     // how many changes there were
	Errs  []error // of those that did not end well, as they came
}

// Error tells the number and the first three.
func (e *FleetError) Error() string {
	const shown = 3
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d changes did not end well", len(e.Errs), e.Total)
	for i, err := range e.Errs[:min(len(e.Errs), shown)] {
		fmt.Fprintf(&b, "%s%s", []string{": ", "; "}[min(i, 1)], err)
	}
	if len(e.Errs) > shown {
		b.WriteString("; …")
	}
	return b.String()
}

// Unwrap returns all of them.
func (e *FleetError) Unwrap() []error { return e.Errs }

// How many looks are under way at once, as long as the caller does not say, and from when on looks are late.
const (
	fewLooks  = 16
	manyLooks = 256
	late      = time.Second
)

// A dispatch begins the looks that are due. All but the looks themselves happens on the goroutine of the
// caller.
type dispatch struct {
	waits []*follower
	pace  pace
	yield func(Step, error) bool
	due   schedule

	looks       chan looked // with room for all that may be under way, so that none is held up at the end
	running     sync.WaitGroup
	busy        int // looks that are under way, or not taken yet
	limit       int // of busy; between few and many
	few, many   int
	ended, live int
	over        []bool // which have ended
}

// looked is what a goroutine brings back.
type looked struct {
	Step
	err error
}

func newDispatch(waiters []AnyWaiter, f Fleet, yield func(Step, error) bool) *dispatch {
	d := &dispatch{
		pace: pace{f.Within, f.Every, f.ConfirmAfter}, yield: yield, few: fewLooks, many: manyLooks,
		waits: make([]*follower, len(waiters)), due: make(schedule, len(waiters)), over: make([]bool, len(waiters)),
	}
	if f.Concurrency > 0 {
		d.few, d.many = f.Concurrency, f.Concurrency
	}
	d.limit, d.looks = d.few, make(chan looked, min(d.many, len(waiters)))
	now := time.Now()
	for i, w := range waiters {
		d.waits[i] = &follower{}
		if w != nil {
			d.waits[i] = w.waits()
		}
		d.due[i] = turn{now, i}
	}
	return d
}

// next begins looks until one comes back. It reports false when ctx has ended and all are back.
func (d *dispatch) next(ctx context.Context) (looked, bool) {
	for ctx.Err() == nil || d.busy > 0 {
		rest := d.begin(ctx)
		done := ctx.Done()
		if ctx.Err() != nil {
			done = nil
		}
		select {
		case l := <-d.looks:
			d.busy--
			return l, true
		case <-rest:
		case <-done:
		}
	}
	return looked{}, false
}

// begin begins the looks that are due. When the next one is not yet, the returned channel says when it is.
func (d *dispatch) begin(ctx context.Context) (rest <-chan time.Time) {
	for len(d.due) > 0 && ctx.Err() == nil {
		pause := time.Until(d.due[0].at)
		if pause > 0 {
			return time.After(pause)
		}
		if !d.admit(-pause) {
			return nil
		}
		index := heap.Pop(&d.due).(turn).index
		d.busy++
		d.running.Go(func() { d.look(ctx, index) })
	}
	return nil
}

// admit reports whether one more look may be under way. While looks are late, and not because the caller is slow
// to take them, more may be at once; when they are in time again, fewer.
func (d *dispatch) admit(delay time.Duration) bool {
	isLate := delay > late
	if isLate && len(d.looks) == 0 {
		d.limit = min(d.limit+1, d.many)
	}
	if d.busy >= d.limit {
		return false
	}
	if !isLate {
		d.limit = max(d.limit-1, d.few)
	}
	return true
}

// look looks at one change. A look that panics is the end of that wait alone.
func (d *dispatch) look(ctx context.Context, index int) {
	l, returned := looked{Step: Step{Index: index}}, false
	defer func() {
		if !returned {
			l.Observation, l.Value, l.err = d.waits[index].panicked(recover())
		}
		d.looks <- l
	}()
	l.Observation, l.Value, l.err = d.waits[index].poll(ctx, d.pace)
	returned = true
}

// report counts a look, plans the next one at its change, and yields it.
func (d *dispatch) report(l looked) bool {
	switch {
	case l.err == nil && !l.Done():
		heap.Push(&d.due, turn{time.Now().Add(l.Next), l.Index})
	case l.err == nil:
		d.live++
		fallthrough
	default:
		d.ended++
		d.over[l.Index] = true
	}
	l.Live, l.Ended = d.live, d.ended
	return d.yield(l.Step, l.err)
}

// interrupt ends the waits that are still going on when the whole is.
func (d *dispatch) interrupt(cause error) {
	for i, f := range d.waits {
		if d.over[i] {
			continue
		}
		look, value, err := f.interrupted(cause)
		if !d.report(looked{Step{Observation: look, Index: i, Value: value}, err}) {
			return
		}
	}
}

// A turn is when to look at a waiter next.
type turn struct {
	at    time.Time
	index int
}

// A schedule is a heap of turns; the first is due next.
type schedule []turn

func (s schedule) Len() int           { return len(s) }
func (s schedule) Less(i, j int) bool { return s[i].at.Before(s[j].at) }
func (s schedule) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *schedule) Push(x any)        { *s = append(*s, x.(turn)) }
func (s *schedule) Pop() any {
	old := *s
	last := old[len(old)-1]
	*s = old[:len(old)-1]
	return last
}
