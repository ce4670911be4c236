package cloud

import (
	"cmp"
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

// Fleet says how many changes are followed at once. Each keeps its own cadence; a fixed number of
// goroutines looks at whichever is due longest, so that ten thousand changes cost no more memory than
// their waiters. How fast the looks may come is for the client, whose Config.RequestRate they share.
type Fleet struct {
	// Concurrency is how many looks are under way at once. The default is 16.
	Concurrency int
	// FailFast gives the wait up as soon as one change has not ended well. The changes themselves go
	// on; their waiters can be waited for again.
	FailFast bool
	// Within is the longest time of each wait and Every the shortest pause between two looks at one change,
	// as the options of these names have it. Zero leaves them to the waiters.
	Within time.Duration
	Every  time.Duration
}

// Result is how one change of a fleet ended.
type Result struct {
	Value any   // what the waiter's Wait returns: a pointer to the last response
	Err   error // a *WaitError; nil when the change is live
}

// Step is one look at one change of a fleet.
type Step struct {
	Look
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
		d := newDispatch(waiters, pace{f.Within, f.Every}, yield)
		stop := d.start(ctx, min(cmp.Or(max(f.Concurrency, 0), 16), len(waiters)))
		defer func() { cancel(nil); stop() }()
		for d.ended < len(waiters) {
			l, ok := d.next(ctx)
			if !ok {
				break
			}
			if !d.report(l) {
				return
			}
			if l.err != nil && f.FailFast {
				cancel(l.err)
			}
		}
		d.interrupt(ctx)
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

// A dispatch hands the looks that are due to the goroutines of a fleet. All but the looks themselves
// happens on the goroutine of the caller.
type dispatch struct {
	waits []*follower
	pace  pace
	yield func(Step, error) bool
	due   schedule
	work  chan int    // indexes
	looks chan looked // with room for one of each goroutine, so that none is held up at the end
	busy  int
	ended int
	live  int
	over  []bool // which have ended
}

// looked is what a goroutine brings back.
type looked struct {
	Step
	err error
}

func newDispatch(waiters []AnyWaiter, p pace, yield func(Step, error) bool) *dispatch {
	d := &dispatch{pace: p, yield: yield, waits: make([]*follower, len(waiters)), due: make(schedule, len(waiters)), over: make([]bool, len(waiters))}
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

// start starts the goroutines. The returned function ends them and waits for them.
func (d *dispatch) start(ctx context.Context, goroutines int) (stop func()) {
	d.work, d.looks = make(chan int), make(chan looked, goroutines)
	var running sync.WaitGroup
	for range goroutines {
		running.Go(func() {
			for i := range d.work {
				l, value, err := d.waits[i].poll(ctx, d.pace)
				d.looks <- looked{Step{Look: l, Index: i, Value: value}, err}
			}
		})
	}
	return func() {
		close(d.work)
		running.Wait()
	}
}

// next hands out looks until one comes back. It reports false when ctx has ended and all are back.
func (d *dispatch) next(ctx context.Context) (looked, bool) {
	for ctx.Err() == nil || d.busy > 0 {
		work, first, rest := d.offer(ctx)
		done := ctx.Done()
		if ctx.Err() != nil {
			done = nil
		}
		select {
		case work <- first:
			heap.Pop(&d.due)
			d.busy++
		case l := <-d.looks:
			d.busy--
			return l, true
		case <-rest:
		case <-done:
		}
	}
	return looked{}, false
}

// offer is the change that is due, with the channel to hand it out by; while none is, the channel is nil
// and rest says when one will be.
func (d *dispatch) offer(ctx context.Context) (work chan<- int, index int, rest <-chan time.Time) {
	if len(d.due) == 0 || ctx.Err() != nil {
		return nil, 0, nil
	}
	if pause := time.Until(d.due[0].at); pause > 0 {
		return nil, 0, time.After(pause)
	}
	return d.work, d.due[0].index, nil
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

// interrupt ends the changes that are still under way when the wait is.
func (d *dispatch) interrupt(ctx context.Context) {
	for i, f := range d.waits {
		if d.over[i] {
			continue
		}
		look, value, err := f.interrupted(ctx)
		if !d.report(looked{Step{Look: look, Index: i, Value: value}, err}) {
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
