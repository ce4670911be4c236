package wait

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// A Change declares how the work that an operation starts is begun, followed and taken back. The Prepare, Begin and
// Resume methods of the service packages are generated for it. C is the client of the service, R the request, O the
// response to it, S the state that a token carries, all of them pointers, and T what a poll returns. Since they are
// pointers, the changes of all operations share the code below, except for T.
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
}

// Prepare checks the request and reads what is there before the change. It sends nothing that changes anything.
func Prepare[C, R, O, S, T any](
	ctx context.Context, c C, api *transport.Client, op *transport.Operation, ch *Change[C, R, O, S, T], r R,
) (*cloud.Change[T], error) {
	k := &kindOf[C, R, O, S, T]{c: c, api: api, op: op, change: ch, r: r}
	t := newStarter(api, op, ch.TokenLife, k)
	if err := t.prepare(orBackground(ctx)); err != nil {
		return nil, err
	}
	return k.changeOf(t), nil
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
	k := &kindOf[C, R, O, S, T]{c: c, api: api, op: op, change: ch, r: newOf[R](), s: newOf[S]()}
	t := newStarter(api, op, ch.TokenLife, k)
	if err := t.resume(text); err != nil {
		return nil, err
	}
	return k.changeOf(t), nil
}

// AnyChange converts the result of a Prepare or Resume method; the value is nil if there is an error.
func AnyChange[T any](ch *cloud.Change[T], err error) (cloud.AnyChange, error) {
	if err != nil {
		return nil, err
	}
	return ch, nil
}

// newOf returns a pointer to a new value; P is the type of the pointer.
func newOf[P any]() P { return reflect.New(reflect.TypeFor[P]().Elem()).Interface().(P) }

// orBackground is ctx, or context.Background for a nil one.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

// A kindOf has what a starter needs to know of one change. It is the one implementation of kind for all operations.
type kindOf[C, R, O, S, T any] struct {
	c      C
	api    *transport.Client
	op     *transport.Operation
	change *Change[C, R, O, S, T]
	r      R
	s      S

	list    []cloud.Difference // what the change replaces, if the request was adapted since
	adapted bool
}

func (k *kindOf[C, R, O, S, T]) request() any      { return k.r }
func (k *kindOf[C, R, O, S, T]) state() any        { return k.s }
func (k *kindOf[C, R, O, S, T]) hasBaseline() bool { return k.change.Before != nil }
func (k *kindOf[C, R, O, S, T]) validate() error {
	return k.api.Prepare(k.op, any(k.r).(transport.Request))
}

// rebuild makes the state of the request alone, for a change without a baseline.
func (k *kindOf[C, R, O, S, T]) rebuild() error {
	if err := k.checked(); err != nil {
		return err
	}
	k.s = k.change.State(k.r)
	return nil
}

// checked refuses an invalid request, and one that starts nothing to follow.
func (k *kindOf[C, R, O, S, T]) checked() error {
	if err := k.validate(); err != nil || k.change.Check == nil {
		return err
	}
	return k.change.Check(k.r)
}

func (k *kindOf[C, R, O, S, T]) isDone() bool {
	return k.change.AlreadyDone != nil && k.change.AlreadyDone(k.s)
}
func (k *kindOf[C, R, O, S, T]) diff() []cloud.Difference {
	if k.adapted {
		return k.list
	}
	var before any
	if k.change.Restore != nil {
		before = k.change.Restore(k.s)
	}
	return differences(before, k.r)
}

// prepare checks the request and records what is there.
func (k *kindOf[C, R, O, S, T]) prepare(ctx context.Context, repeated bool) error {
	k.adapted = false
	if err := k.rebuild(); err != nil {
		return err
	}
	if k.change.Before != nil {
		if err := k.change.Before(k.c, ctx, k.s); err != nil {
			return err
		}
	}
	if repeated && k.change.Repeated != nil {
		k.change.Repeated(k.s, k.r)
	}
	return nil
}

// send sends the request. again says that it may have been sent before.
func (k *kindOf[C, R, O, S, T]) send(ctx context.Context, deadline time.Time, again bool) error {
	if k.change.Adapt != nil {
		k.list, k.adapted = k.diff(), true // of the caller's request
		k.change.Adapt(k.r, k.s)
	}
	if err := k.ready(ctx); err != nil {
		return err
	}
	began := time.Now()
	out, err := transport.CallBefore(ctx, k.api, k.op, any(k.r).(transport.Request), newOf[O](), deadline)
	sent := serviceTime(k.api, began) // the clock may be known from the response
	if err != nil && again {
		err = maybeExecuted(err)
	}
	switch {
	case err != nil && k.change.Refused != nil:
		return k.change.Refused(k.c, ctx, k.s, sent, err)
	case err != nil:
		return err
	case k.change.Accepted != nil:
		return k.change.Accepted(k.s, k.r, out, sent)
	}
	return nil
}

// ready calls the hook Ready. When that fails, the request itself was not sent.
func (k *kindOf[C, R, O, S, T]) ready(ctx context.Context) error {
	if k.change.Ready == nil {
		return nil
	}
	err := k.change.Ready(k.c, ctx, k.s)
	if e, ok := errors.AsType[*cloud.Error](err); ok && e.MaybeExecuted {
		copied := *e
		copied.MaybeExecuted = false
		return &copied
	}
	return err
}

// look finds out whether the change has begun.
func (k *kindOf[C, R, O, S, T]) look(ctx context.Context, prepared time.Time) (cloud.StartStatus, error) {
	if k.change.Began == nil {
		return cloud.Uncertain, nil
	}
	return k.change.Began(k.c, ctx, k.s, k.r, prepared)
}

// undo prepares the change back. confirm compares the account of a token, as for a poll.
func (k *kindOf[C, R, O, S, T]) undo(ctx context.Context, confirm func(context.Context) error) (cloud.AnyChange, error) {
	if err := confirm(ctx); err != nil {
		return nil, err
	}
	ch := k.change
	if ch.Undo != nil {
		back, err := ch.Undo(k.c, ctx, k.s)
		return back, complete(err, k.api, k.op)
	}
	if ch.Restore != nil {
		if r := ch.Restore(k.s); !reflect.ValueOf(r).IsNil() {
			return AnyChange(Prepare(ctx, k.c, k.api, k.op, ch, r))
		}
	}
	return nil, unsupported(k.api, k.op, "there is no way back from this change")
}

func (k *kindOf[C, R, O, S, T]) cancel(ctx context.Context, confirm func(context.Context) error) error {
	if err := confirm(ctx); err != nil {
		return err
	}
	return complete(k.change.Cancel(k.c, ctx, k.s), k.api, k.op)
}

// changeOf returns the public face of a change.
func (k *kindOf[C, R, O, S, T]) changeOf(t *starter) *cloud.Change[T] {
	spec := cloud.ChangeSpec[T]{
		Service: k.api.Origin().Service, Operation: k.op.Name, HasBegun: t.status == cloud.Begun, Observer: k.api.Observer(),
		Token: func() string { return t.text }, Start: t.Start, Began: t.Began, Renew: t.Renew, Adopt: t.Adopt, Diff: t.Diff,
		Undo: func(ctx context.Context) (cloud.AnyChange, error) { return k.undo(ctx, t.confirmed) },
		Follow: func() *cloud.Waiter[T] {
			w := k.change.Spec(k.c, k.s)
			if t.confirm != nil {
				w.Read, w.Diagnose = confirmed(t.confirm, w.Read), confirmedDiagnosis(t.confirm, w.Diagnose)
			}
			w.Operation, w.Token, w.TokenSecret = k.op.Name, t.text, t.secret
			w.Started, w.Resumed, w.Clock = t.startedAt, t.resumed, t.clock
			return cloud.NewWaiter(paced(k.api, w))
		},
	}
	if k.change.Cancel != nil {
		spec.Cancel = func(ctx context.Context) error { return k.cancel(ctx, t.confirmed) }
	}
	return cloud.NewChange(spec)
}

// confirmed returns a read that calls confirm first.
func confirmed[T any](
	confirm func(context.Context) error, read func(context.Context) (*T, error),
) func(context.Context) (*T, error) {
	return func(ctx context.Context) (*T, error) {
		if err := confirm(ctx); err != nil {
			return nil, err
		}
		return read(ctx)
	}
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
