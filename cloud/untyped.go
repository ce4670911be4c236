package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// A program that uses reflection keeps all methods of Waiter and Change, once for each type of response. So these only
// call the methods below, which exist once: pointers to waiters and changes of all types convert to pointers to waiter
// and change. The methods are not inlined, because that would copy them again.

// waiter is a Waiter of any type. It may be nil.
type waiter struct{ follower *follower }

//go:noinline
func (w *waiter) untyped() *follower {
	if w == nil || w.follower == nil {
		return &follower{}
	}
	return w.follower
}

//go:noinline
func (w *waiter) token() string { return w.untyped().tokenNow() }

//go:noinline
func (w *waiter) wait(ctx context.Context, opts []WaitOption) (any, error) {
	return w.untyped().wait(ctx, paceOf(opts))
}

//go:noinline
func (w *waiter) watch(ctx context.Context, opts []WaitOption, yield func(Observation, any, error) bool) {
	w.untyped().watch(ctx, paceOf(opts), yield)
}

//go:noinline
func (w *waiter) poll(ctx context.Context, opts []WaitOption) (Observation, any, error) {
	return w.untyped().poll(ctx, paceOf(opts), nil)
}

//go:noinline
func (w *waiter) pollAny(ctx context.Context, opts []WaitOption) (Observation, error) {
	l, _, err := w.untyped().poll(ctx, paceOf(opts), nil)
	return l, err
}

//go:noinline
func (w *waiter) json() ([]byte, error) {
	f := w.untyped()
	l, _, _ := f.latest()
	return json.Marshal(waiterJSON{f.service, f.operation, l.json(), shownToken(f.tokenNow(), f.secret)})
}

//go:noinline
func (w *waiter) format(s fmt.State) {
	f := w.untyped()
	l, _, err := f.latest()
	if err != nil {
		_, _ = io.WriteString(s, err.Error())
		return
	}
	text := strings.TrimSpace("wait for "+f.service+" "+f.operation) + ": " + l.Outcome.String()
	if l.State != "" {
		text += " in state " + oneLine(l.State)
	}
	_, _ = fmt.Fprintf(s, "%s after %s, attempt %d", text, l.Elapsed.Round(time.Millisecond), l.Attempt)
}

// change is a Change of any type. It may be nil.
type change struct{ starter *starter }

func (ch *change) untyped() *starter {
	if ch == nil || ch.starter == nil {
		return &starter{}
	}
	return ch.starter
}

//go:noinline
func (ch *change) follower() *follower { return ch.untyped().follower() }

// waiter follows the change.
//
//go:noinline
func (ch *change) waiter() *waiter { return &waiter{ch.follower()} }

//go:noinline
func (ch *change) token() string { return ch.untyped().tokenNow() }

//go:noinline
func (ch *change) start(ctx context.Context) error { return ch.untyped().begin(ctx) }

//go:noinline
func (ch *change) began(ctx context.Context) (StartStatus, error) { return ch.untyped().hasBegun(ctx) }

//go:noinline
func (ch *change) renew(ctx context.Context) error {
	s := ch.untyped()
	return s.again(ctx, "renewed", s.renew)
}

//go:noinline
func (ch *change) adopt(ctx context.Context) error {
	s := ch.untyped()
	return s.again(ctx, "adopted", s.adopt)
}

//go:noinline
func (ch *change) diff() []Difference { return ch.untyped().differences() }

//go:noinline
func (ch *change) undo(ctx context.Context) (AnyChange, error) { return ch.untyped().back(ctx) }

//go:noinline
func (ch *change) cancel(ctx context.Context) error { return ch.untyped().stop(ctx) }

//go:noinline
func (ch *change) wait(ctx context.Context, opts []WaitOption) (any, error) {
	return ch.waiter().wait(ctx, opts)
}

//go:noinline
func (ch *change) poll(ctx context.Context, opts []WaitOption) (Observation, any, error) {
	return ch.waiter().poll(ctx, opts)
}

//go:noinline
func (ch *change) pollAny(ctx context.Context, opts []WaitOption) (Observation, error) {
	return ch.waiter().pollAny(ctx, opts)
}

//go:noinline
func (ch *change) json() ([]byte, error) { return ch.waiter().json() }

//go:noinline
func (ch *change) format(s fmt.State) {
	f := ch.follower()
	if f.read == nil {
		_, _ = io.WriteString(s, strings.TrimSpace("change "+f.service+" "+f.operation)+": not known to have begun")
		return
	}
	(&waiter{f}).format(s)
}
