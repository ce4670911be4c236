package wait

import (
	"context"
	"errors"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// A Change declares how the work that an operation starts is begun, followed and taken back. The Prepare, Begin and
// Resume methods of the service packages are generated for it. C is the client of the service, R the request, O the
// response to it, S the state that a token carries, all of them pointers, and T what a poll returns.
//
// The functions are called in this order. All but State and Spec may be nil. Errors need not name the operation.
type Change[C, R, O, S, T any] struct {
	// TokenLife is how long the service remembers the idempotency token of the request and recognizes a repeated one;
	// 0 if the request has none. It sets the times between which the start may be sent again.
	TokenLife time.Duration

	// Check refuses a request that is valid but starts nothing to follow.
	Check func(r R) error
	// State returns what the request says about the change.
	State func(r R) S
	// Before reads what is there before the change, or refuses to start it. From then on a state must pass its method
	// CheckPrepared, or Check if it has no such method. Without this function the state is made of the request again when
	// the change is resumed before its start, unless it has a method CheckPrepared.
	Before func(c C, ctx context.Context, s S) error
	// Repeated is called, after Before, for a request with an idempotency token of the caller's own: the change may be
	// one that the caller has started before, and be under way or have ended.
	Repeated func(s S, r R)
	// AlreadyDone reports, after Before, that there is nothing to start; no request is sent then.
	AlreadyDone func(s S) bool
	// Adapt changes the request by what Before found. It is called again before a request is repeated.
	Adapt func(r R, s S)
	// Ready brings about what the request applies, such as saved settings, just before it is sent. Doing it again must
	// be harmless.
	Ready func(c C, ctx context.Context, s S) error
	// Accepted records what the response says about the change. It returns an error if the response shows that the
	// change was not started, or does not show what to follow. sent is when the request was sent, by the clock of the
	// service.
	Accepted func(s S, r R, out O, sent time.Time) error
	// Refused returns nil if the change may have started although the call failed with err, and records what that
	// means for the wait. Otherwise it returns err.
	Refused func(c C, ctx context.Context, s S, sent time.Time, err error) error
	// Began finds out whether a request that may have been sent has started the change, and records what Accepted
	// would have. prepared is when the change was prepared, by the clock of the service. NotBegun means that the
	// service shows nothing of it so far. Without this function that is never known.
	Began func(c C, ctx context.Context, s S, r R, prepared time.Time) (cloud.StartStatus, error)
	// Spec returns how the change is followed, now or from a token.
	Spec func(c C, s S) cloud.WaitSpec[T]

	// Restore returns the request that brings back what was there before the change, by the same operation; nil if that
	// is not known.
	Restore func(s S) R
	// Undo prepares the change back where another operation makes it, or where that takes a read. Then Restore is used
	// for comparison alone.
	Undo func(c C, ctx context.Context, s S) (cloud.AnyChange, error)
	// Cancel asks the service to stop the change.
	Cancel func(c C, ctx context.Context, s S) error

	made atomic.Pointer[hooks] // what all changes of the operation share
}

// Prepare checks the request and reads what is there before the change. It sends nothing that changes anything.
func Prepare[C, R, O, S, T any](
	ctx context.Context, c C, api *transport.Client, op *transport.Operation, ch *Change[C, R, O, S, T], r R,
) (*cloud.Change[T], error) {
	t := newStarter(c, api, op, ch.hooks())
	t.r = r
	if err := t.prepare(orBackground(ctx)); err != nil {
		return nil, err
	}
	return changeOf(t, ch.Spec), nil
}

// Begin is Prepare and the start of the change.
func Begin[C, R, O, S, T any](
	ctx context.Context, c C, api *transport.Client, op *transport.Operation, ch *Change[C, R, O, S, T], r R,
) (*cloud.Change[T], error) {
	prepared, err := Prepare(ctx, c, api, op, ch, r)
	if err != nil {
		return nil, err
	}
	if err := prepared.Start(ctx); err != nil {
		return nil, err
	}
	return prepared, nil
}

// Resume returns the change of which Prepare or Begin made the token. Anyone can write a token with the right checksum,
// so a state with a method Check reports whether they could have made it, and the functions of the change may rely on
// that.
func Resume[C, R, O, S, T any](
	c C, api *transport.Client, op *transport.Operation, ch *Change[C, R, O, S, T], text string,
) (*cloud.Change[T], error) {
	t := newStarter(c, api, op, ch.hooks())
	if err := t.resume(text); err != nil {
		return nil, err
	}
	return changeOf(t, ch.Spec), nil
}

// changeOf returns the public face of a change that spec follows.
func changeOf[C, S, T any](t *starter, spec func(c C, s S) cloud.WaitSpec[T]) *cloud.Change[T] {
	change := cloud.ChangeSpec[T]{
		Service: t.api.Origin().Service, Operation: t.op.Name, HasBegun: t.status == cloud.Begun, Observer: t.api.Observer(),
		Token: t.Token, Start: t.Start, Began: t.Began, Renew: t.Renew, Adopt: t.Adopt, Diff: t.Diff, Undo: t.Undo,
		Follow: func() *cloud.Waiter[T] {
			w := spec(t.c.(C), t.s.(S))
			w.Operation, w.TokenSecret = t.op.Name, t.secret
			w.Started, w.Resumed, w.Clock = t.startedAt, t.resumed, t.clock()
			return waiterOf(t.api, &w, t.confirm)
		},
	}
	if t.hooks.cancel != nil {
		change.Cancel = t.Cancel
	}
	return cloud.NewChange(change)
}

// AnyChange converts the result of a Prepare or Resume method; the value is nil if there is an error.
func AnyChange[T any](ch *cloud.Change[T], err error) (cloud.AnyChange, error) {
	if err != nil {
		return nil, err
	}
	return ch, nil
}

// orBackground is ctx, or context.Background for a nil one.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

// A subject is what one change is about, and calls its functions.
type subject struct {
	api   *transport.Client
	op    *transport.Operation
	hooks *hooks
	c     any // the client
	r     any // the request; nil if the change had begun when it was resumed
	s     any // the state

	list    []cloud.Difference // what the change replaces, if the request was adapted since
	adapted bool
}

func newOf(t reflect.Type) any { return reflect.New(t).Interface() }

func (k *subject) validate() error {
	return k.api.Prepare(k.op, k.r.(transport.Request))
}

// rebuild makes the state of the request alone, for a change without a baseline.
func (k *subject) rebuild() error {
	if err := k.checked(); err != nil {
		return err
	}
	k.s = k.hooks.stateOf(k.r)
	return nil
}

// checked refuses an invalid request, and one that starts nothing to follow.
func (k *subject) checked() error {
	if err := k.validate(); err != nil || k.hooks.check == nil {
		return err
	}
	return k.hooks.check(k.r)
}

func (k *subject) isDone() bool {
	return k.hooks.alreadyDone != nil && k.hooks.alreadyDone(k.s)
}

func (k *subject) diff() []cloud.Difference {
	if k.adapted {
		return k.list
	}
	var before any
	if k.hooks.restore != nil {
		before = k.hooks.restore(k.s)
	}
	return differences(before, k.r)
}

// prepare checks the request and records what is there.
func (k *subject) prepare(ctx context.Context, repeated bool) error {
	k.adapted = false
	if err := k.rebuild(); err != nil {
		return err
	}
	if k.hooks.before != nil {
		if err := k.hooks.before(k.c, ctx, k.s); err != nil {
			return err
		}
	}
	if repeated && k.hooks.repeated != nil {
		k.hooks.repeated(k.s, k.r)
	}
	return nil
}

// send sends the request. again says that it may have been sent before.
func (k *subject) send(ctx context.Context, deadline time.Time, again bool) error {
	if k.hooks.adapt != nil {
		k.list, k.adapted = k.diff(), true // of the caller's request
		k.hooks.adapt(k.r, k.s)
	}
	if err := k.ready(ctx); err != nil {
		return err
	}
	began := time.Now()
	out, err := transport.CallBefore(ctx, k.api, k.op, k.r.(transport.Request), newOf(k.hooks.response), deadline)
	sent := serviceTime(k.api, began) // the clock may be known from the response
	if err != nil && again {
		err = maybeExecuted(err)
	}
	switch {
	case err != nil && k.hooks.refused != nil:
		return k.hooks.refused(k.c, ctx, k.s, sent, err)
	case err != nil:
		return err
	case k.hooks.accepted != nil:
		return k.hooks.accepted(k.s, k.r, out, sent)
	}
	return nil
}

// ready calls the hook Ready. When that fails, the request itself was not sent.
func (k *subject) ready(ctx context.Context) error {
	if k.hooks.ready == nil {
		return nil
	}
	err := k.hooks.ready(k.c, ctx, k.s)
	if e, ok := errors.AsType[*cloud.Error](err); ok && e.MaybeExecuted {
		copied := *e
		copied.MaybeExecuted = false
		return &copied
	}
	return err
}

// look finds out whether the change has begun.
func (k *subject) look(ctx context.Context, prepared time.Time) (cloud.StartStatus, error) {
	if k.hooks.began == nil {
		return cloud.Uncertain, nil
	}
	return k.hooks.began(k.c, ctx, k.s, k.r, prepared)
}

// check calls the method Check of a state that has one.
func check(state any) error {
	if s, ok := state.(interface{ Check() error }); ok {
		return s.Check()
	}
	return nil
}

// checkPrepared checks the state of a change that has not begun. A state that only what it starts completes has a method
// CheckPrepared for that.
func checkPrepared(state any) error {
	if s, ok := state.(interface{ CheckPrepared() error }); ok {
		return s.CheckPrepared()
	}
	return check(state)
}

// resourceOf calls the method Resource of a state that has one.
func resourceOf(state any) string {
	if s, ok := state.(interface{ Resource() string }); ok {
		return s.Resource()
	}
	return ""
}

// isMaybeExecuted reports whether the request that failed with err may have been carried out.
func isMaybeExecuted(err error) bool {
	e, ok := errors.AsType[*cloud.Error](err)
	return ok && e.MaybeExecuted
}

// maybeExecuted returns err for a request that may have been carried out before.
func maybeExecuted(err error) error {
	e, ok := errors.AsType[*cloud.Error](err)
	if !ok {
		return err
	}
	copied := *e
	copied.MaybeExecuted = true
	return &copied
}

func unsupported(api *transport.Client, op *transport.Operation, message string) error {
	return complete(&cloud.Error{Kind: cloud.ErrUnsupported, Message: message}, api, op)
}

// complete adds the service and operation to an error of a Change.
func complete(err error, api *transport.Client, op *transport.Operation) error {
	service := api.Origin().Service
	if e, ok := errors.AsType[*cloud.Error](err); ok && e.Operation == "" {
		e.Service, e.Operation = service, op.Name
	}
	if e, ok := errors.AsType[*cloud.ValidationError](err); ok && e.Operation == "" {
		e.Service, e.Operation = service, op.Name
	}
	return err
}
