package main

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// change is one thing to change.
type change struct {
	service, name string
	expected      cloud.Outcome
	begin         func(context.Context) (watcher, error)
}

// watcher is a cloud.Waiter of any type.
type watcher interface {
	steps(context.Context) iter.Seq2[step, error]
	token() string
}

// step is a cloud.Progress of any type.
type step struct {
	state   string
	outcome cloud.Outcome
	err     error
	attempt int
	elapsed time.Duration
}

type waiter[T any] struct{ *cloud.Waiter[T] }

func (w waiter[T]) token() string { return w.Token() }

func (w waiter[T]) steps(ctx context.Context) iter.Seq2[step, error] {
	return func(yield func(step, error) bool) {
		for p, err := range w.Watch(ctx) {
			if !yield(step{p.State, p.Outcome, p.Err, p.Attempt, p.Elapsed}, err) {
				return
			}
		}
	}
}

// started makes a watcher of what a Begin or Resume method returned.
func started[T any](w *cloud.Waiter[T], err error) (watcher, error) {
	if err != nil {
		return nil, err
	}
	return waiter[T]{w}, nil
}

// result is how a change ended.
type result struct {
	change
	outcome string
	reason  string
	token   string // set if the wait was interrupted
	polls   int
	elapsed time.Duration
}

func (r result) asExpected() bool { return r.outcome == r.expected.String() }

// followAll makes all changes at once and returns how they ended, in their order.
func followAll(ctx context.Context, changes []change, s *screen) []result {
	results := make([]result, len(changes))
	var wg sync.WaitGroup
	for i, c := range changes {
		wg.Go(func() { results[i] = follow(ctx, c, func(line string) { s.show(i, line) }) })
	}
	wg.Wait()
	return results
}

// follow makes one change and shows every look at it.
func follow(ctx context.Context, c change, show func(string)) result {
	r := result{change: c}
	show("starting")
	w, err := c.begin(ctx)
	if err != nil {
		r.outcome, r.reason = "not started", err.Error()
		show(r.outcome + ": " + r.reason)
		return r
	}
	for p, err := range w.steps(ctx) {
		r.polls, r.elapsed, r.outcome = p.attempt, p.elapsed, p.outcome.String()
		if err != nil {
			r.outcome, r.reason = explain(err)
		}
		if err != nil && p.outcome == cloud.Pending {
			r.token = w.token() // the change goes on without us
		}
		show(describe(p, r))
	}
	return r
}

// explain says how a wait ended that did not end well.
func explain(err error) (outcome, reason string) {
	wait, ok := errors.AsType[*cloud.WaitError](err)
	switch {
	case !ok:
		return "error", err.Error()
	case errors.Is(err, context.Canceled) && wait.State == "":
		return "interrupted", "not seen yet"
	case errors.Is(err, context.Canceled):
		return "interrupted", "still " + wait.State
	case wait.Outcome == cloud.Pending:
		return "wait failed", wait.Err.Error()
	}
	return wait.Outcome.String(), wait.Reason
}

func describe(p step, r result) string {
	line := p.state
	switch {
	case p.err != nil && p.outcome == cloud.Pending:
		line += " (could not tell: " + string(cloud.KindOf(p.err)) + ")"
	case r.outcome != cloud.Pending.String():
		line += " - " + r.outcome
	case r.polls == 1:
		line += " (as before the change)"
	}
	if r.reason != "" {
		line += ": " + r.reason
	}
	return line
}
