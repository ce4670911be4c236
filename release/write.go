package release

import (
	"context"
	"errors"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// writes are the changes of an operation that sets members of a resource at once, and can be repeated. The service packages
// have no changes of such operations, because there is nothing to wait for.
type writes[T any] struct {
	client             origins
	service, operation string
	read               func(ctx context.Context, resource string) (*T, error)
	// write writes all of v. The ticket that it returns, which may be "", is for failure.
	write func(ctx context.Context, resource string, v T) (ticket string, err error)
	// failure returns why a write that was accepted has failed, or "". It may be nil.
	failure func(ctx context.Context, ticket string) (string, error)
	steps   int  // how many calls write makes that change something, if more than one
	final   bool // there is no way back
}

// origins are the clients of the services: they say where they make changes, and refuse those that were made elsewhere.
type origins interface {
	Origin() cloud.Origin
	CheckOrigin(o cloud.Origin) error
}

// A writing is one write of a resource.
type writing[T any] struct {
	writes[T]
	writeState
	edit   func(*T)
	shown  []cloud.Difference
	unsent bool   // nothing was sent, by this process or another
	failed string // why the write has failed, as last read
}

// prepare prepares the write that edit makes of a resource.
func (w writes[T]) prepare(ctx context.Context, resource string, edit func(*T)) (cloud.AnyChange, error) {
	one := &writing[T]{writes: w, writeState: writeState{Resource: resource}, edit: edit}
	if err := one.renew(ctx); err != nil {
		return nil, err
	}
	return one.change(), nil
}

func (w *writing[T]) renew(ctx context.Context) error {
	now, err := w.now(ctx)
	if err != nil {
		return err
	}
	before, shownBefore, err := membersOf(now)
	if err != nil {
		return err
	}
	next, err := w.target(now)
	if err != nil {
		return err
	}
	after, shownAfter, err := membersOf(next)
	if err != nil {
		return err
	}
	w.Origin = w.client.Origin() // after the read, for which the client has credentials
	w.Prepared, w.Started, w.Ticket, w.unsent = time.Now().UTC().Round(0), time.Time{}, "", true
	w.Before, w.After = before.changed(after), after.changed(before)
	w.shown = differences(before, after, shownBefore, shownAfter)
	return nil
}

// now reads the resource, unless the write was prepared elsewhere.
func (w *writing[T]) now(ctx context.Context) (*T, error) {
	now, err := w.read(ctx, w.Resource)
	if err == nil && !w.Prepared.IsZero() {
		err = w.client.CheckOrigin(w.Origin)
	}
	return now, err
}

// target is what the resource is to become.
func (w *writing[T]) target(now *T) (*T, error) {
	if w.edit == nil {
		return applied(w.After, now)
	}
	next, err := applied(nil, now) // a copy
	if err == nil {
		w.edit(next)
	}
	return next, err
}

func (w *writing[T]) change() cloud.AnyChange {
	spec := cloud.ChangeSpec[T]{
		Service: w.service, Operation: w.operation, HasBegun: !w.Started.IsZero(), Token: w.token, Start: w.start, Began: w.began,
		Renew: w.renew, Diff: func() []cloud.Difference { return w.shown }, Undo: w.undo,
		Follow: func() *cloud.Waiter[T] {
			return cloud.NewWaiter(cloud.WaitSpec[T]{
				Service: w.service, Operation: w.operation, Token: w.token(), Started: w.Started, Within: writeWithin,
				Read: w.follow, Judge: w.judge, TokenSecret: true,
			})
		},
	}
	if w.final {
		spec.Undo = nil
	}
	return cloud.NewChange(spec)
}

// writeWithin is how long reads may show what was there before a write.
const writeWithin = 30 * time.Minute

// start writes, unless the resource is as requested. A write that may have been carried out can be repeated.
func (w *writing[T]) start(ctx context.Context) error {
	now, err := w.now(ctx)
	switch {
	case err != nil:
		return err
	case w.shows(now, w.After):
		w.Started = time.Now().UTC().Round(0)
		return nil
	case !w.isBetween(now):
		return &cloud.StartError{Service: w.service, Operation: w.operation, Status: cloud.NotBegun, Err: w.isOther()}
	}
	next, err := applied(w.After, now)
	if err != nil {
		return err
	}
	w.Ticket, err = w.write(ctx, w.Resource, *next)
	if e, ok := errors.AsType[*cloud.Error](err); ok && (e.MaybeExecuted || w.steps > 1 && isPassing(err)) {
		w.unsent = false
		return &cloud.StartError{Service: w.service, Operation: w.operation, Next: firstPause, Err: err}
	}
	if err == nil {
		w.Started = time.Now().UTC().Round(0)
	}
	return err
}

func (w *writing[T]) began(ctx context.Context) (cloud.StartStatus, error) {
	now, err := w.now(ctx)
	switch {
	case err != nil:
		return cloud.Uncertain, err
	case w.shows(now, w.After):
		w.Started = time.Now().UTC().Round(0)
		return cloud.Begun, nil
	case w.unsent || time.Since(w.Prepared) > writeWithin:
		return cloud.NotBegun, nil
	}
	return cloud.Uncertain, nil
}

func (w *writing[T]) isOther() error {
	return &cloud.Error{
		Service: w.service, Operation: w.operation, Kind: cloud.ErrConflict, Message: w.Resource + " has been changed by another",
	}
}

func (w *writing[T]) undo(ctx context.Context) (cloud.AnyChange, error) {
	back := &writing[T]{writes: w.writes, writeState: writeState{Resource: w.Resource, After: w.Before}}
	if err := back.renew(ctx); err != nil {
		return nil, err
	}
	if err := w.client.CheckOrigin(w.Origin); err != nil {
		return nil, err
	}
	for name, now := range back.Before {
		if !equal(now, w.After[name]) && !equal(now, w.Before[name]) {
			return nil, w.isOther()
		}
	}
	return back.change(), nil
}
