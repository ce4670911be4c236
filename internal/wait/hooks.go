package wait

import (
	"context"
	"reflect"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// hooks are the functions of a Change without its types, so that all operations share the code that calls them. They are
// made once for all changes of an operation. c is the client, r the request, s the state and out the response.
type hooks struct {
	life                     time.Duration // how long the service recognizes a repeated request
	request, response, state reflect.Type  // what their pointers point to

	check       func(r any) error
	stateOf     func(r any) any
	before      func(c any, ctx context.Context, s any) error
	repeated    func(s, r any)
	alreadyDone func(s any) bool
	adapt       func(r, s any)
	ready       func(c any, ctx context.Context, s any) error
	accepted    func(s, r, out any, sent time.Time) error
	refused     func(c any, ctx context.Context, s any, sent time.Time, err error) error
	began       func(c any, ctx context.Context, s, r any, prepared time.Time) (cloud.StartStatus, error)
	restore     func(s any) any
	undo        func(c any, ctx context.Context, s any) (cloud.AnyChange, error)
	cancel      func(c any, ctx context.Context, s any) error

	// public returns the public face of a change.
	public func(t *starter) cloud.AnyChange
}

// hooks returns the functions of ch without its types.
func (ch *Change[C, R, O, S, T]) hooks() *hooks {
	if h := ch.made.Load(); h != nil {
		return h
	}
	h := typed[C, R, O, S]{
		ch.Check, ch.State, ch.Before, ch.Repeated, ch.AlreadyDone, ch.Adapt, ch.Ready, ch.Accepted, ch.Refused, ch.Began,
		ch.Restore, ch.Undo, ch.Cancel,
	}.hooks()
	h.life = ch.TokenLife
	h.public = func(t *starter) cloud.AnyChange { return changeOf(t, ch.Spec) }
	ch.made.Store(h)
	return h
}

// typed are the functions of a Change without T. All types that are left are pointers, for which Go compiles generic
// code once.
type typed[C, R, O, S any] struct {
	check       func(r R) error
	state       func(r R) S
	before      func(c C, ctx context.Context, s S) error
	repeated    func(s S, r R)
	alreadyDone func(s S) bool
	adapt       func(r R, s S)
	ready       func(c C, ctx context.Context, s S) error
	accepted    func(s S, r R, out O, sent time.Time) error
	refused     func(c C, ctx context.Context, s S, sent time.Time, err error) error
	began       func(c C, ctx context.Context, s S, r R, prepared time.Time) (cloud.StartStatus, error)
	restore     func(s S) R
	undo        func(c C, ctx context.Context, s S) (cloud.AnyChange, error)
	cancel      func(c C, ctx context.Context, s S) error
}

func (h typed[C, R, O, S]) hooks() *hooks {
	untyped := &hooks{
		request: reflect.TypeFor[R]().Elem(), response: reflect.TypeFor[O]().Elem(), state: reflect.TypeFor[S]().Elem(),
		check: single(h.check), alreadyDone: single(h.alreadyDone), stateOf: made(h.state), restore: made(h.restore),
		repeated: pair(h.repeated), adapt: pair(h.adapt),
		before: call(h.before), ready: call(h.ready), cancel: call(h.cancel),
	}
	if h.accepted != nil {
		untyped.accepted = func(s, r, out any, sent time.Time) error { return h.accepted(s.(S), r.(R), out.(O), sent) }
	}
	if h.refused != nil {
		untyped.refused = func(c any, ctx context.Context, s any, sent time.Time, err error) error {
			return h.refused(c.(C), ctx, s.(S), sent, err)
		}
	}
	if h.began != nil {
		untyped.began = func(c any, ctx context.Context, s, r any, prepared time.Time) (cloud.StartStatus, error) {
			return h.began(c.(C), ctx, s.(S), r.(R), prepared)
		}
	}
	if h.undo != nil {
		untyped.undo = func(c any, ctx context.Context, s any) (cloud.AnyChange, error) { return h.undo(c.(C), ctx, s.(S)) }
	}
	return untyped
}

func single[A, B any](f func(A) B) func(any) B {
	if f == nil {
		return nil
	}
	return func(a any) B { return f(a.(A)) }
}

func made[A, B any](f func(A) B) func(any) any {
	if f == nil {
		return nil
	}
	return func(a any) any { return f(a.(A)) }
}

func pair[A, B any](f func(A, B)) func(a, b any) {
	if f == nil {
		return nil
	}
	return func(a, b any) { f(a.(A), b.(B)) }
}

func call[C, S any](f func(C, context.Context, S) error) func(any, context.Context, any) error {
	if f == nil {
		return nil
	}
	return func(c any, ctx context.Context, s any) error { return f(c.(C), ctx, s.(S)) }
}
