package wait

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// A Change declares how the work that an operation starts is begun and followed. The Begin and Resume methods of
// the service packages are generated for it. C is the client of the service, R the request, O the response to it,
// S the state that a resume token carries, all of them pointers, and T what a poll returns. Since they are pointers,
// the changes of all operations share the code below, except for T.
//
// The functions are called in this order. All but State and Spec may be nil. Errors need not name the operation.
type Change[C, R, O, S, T any] struct {
	// Check refuses a request that is valid but starts nothing to follow.
	Check func(r R) error
	// State returns what the request says about the change.
	State func(r R) S
	// Before reads what is there before the change, or refuses to start it.
	Before func(c C, ctx context.Context, s S) error
	// AlreadyDone reports, after Before, that there is nothing to start; no request is sent then.
	AlreadyDone func(s S) bool
	// Adapt changes the request by what Before found.
	Adapt func(r R, s S)
	// Accepted records what the response says about the change. It returns an error if the response shows that the
	// change was not started, or does not show what to follow. sent is when the request was sent, by the clock of the
	// service.
	Accepted func(s S, r R, out O, sent time.Time) error
	// Refused returns nil if the change may have started although the call failed with err, and records what that
	// means for the wait. Otherwise it returns err.
	Refused func(c C, ctx context.Context, s S, sent time.Time, err error) error
	// Spec returns how the change is followed, now or from a token.
	Spec func(c C, s S) cloud.WaitSpec[T]
}

// Begin starts a change and returns its waiter. The request is validated once, before anything is read or sent. out is
// an empty response.
func Begin[C, R, O, S, T any](
	ctx context.Context, c C, api *transport.Client, op *transport.Operation, ch *Change[C, R, O, S, T], r R, out O,
) (*cloud.Waiter[T], error) {
	s, err := ch.prepare(ctx, c, api, op, r)
	if err == nil && (ch.AlreadyDone == nil || !ch.AlreadyDone(s)) {
		err = ch.start(ctx, c, api, op, r, s, out)
	}
	if err != nil {
		return nil, complete(err, api, op)
	}
	started := time.Now() // the times of the wait count from the response
	text, err := tokenOf(api, op, started, s)
	if err != nil {
		return nil, complete(err, api, op)
	}
	w := ch.Spec(c, s)
	w.Operation, w.Started, w.Token = op.Name, started, text
	return cloud.NewWaiter(paced(api, w)), nil
}

// prepare checks the request and reads what is there before the change. It sends nothing that changes anything.
func (ch *Change[C, R, O, S, T]) prepare(ctx context.Context, c C, api *transport.Client, op *transport.Operation, r R) (s S, err error) {
	if err := api.Prepare(op, any(r).(transport.Request)); err != nil {
		return s, err
	}
	if ch.Check != nil {
		if err := ch.Check(r); err != nil {
			return s, err
		}
	}
	s = ch.State(r)
	if ch.Before == nil {
		return s, nil
	}
	return s, ch.Before(c, ctx, s)
}

// start sends the request.
func (ch *Change[C, R, O, S, T]) start(ctx context.Context, c C, api *transport.Client, op *transport.Operation, r R, s S, out O) error {
	if ch.Adapt != nil {
		ch.Adapt(r, s)
	}
	begin := time.Now()
	_, err := transport.CallPrepared(ctx, api, op, any(r).(transport.Request), out)
	sent := begin.Add(api.Skew()) // the skew may be known from the response
	switch {
	case err != nil && ch.Refused != nil:
		return ch.Refused(c, ctx, s, sent, err)
	case err != nil:
		return err
	case ch.Accepted != nil:
		return ch.Accepted(s, r, out, sent)
	}
	return nil
}

// tokenOf returns the token of a change that op has just started. started is by the host's clock; the token has the
// time by the clock of the service.
func tokenOf(api *transport.Client, op *transport.Operation, started time.Time, state any) (string, error) {
	text, err := token{api.Origin(), op.Name, started.Add(api.Skew())}.encode(state)
	if err != nil {
		return "", &cloud.Error{
			Kind: cloud.ErrTransport, MaybeExecuted: true, Message: "unexpected response: it does not fit in a token", Err: err,
		}
	}
	return text, nil
}

// Resume returns the waiter of which Begin made the token. Anyone can write a token with the right checksum, so a
// state with a method Check reports whether Begin could have made it, and Spec may rely on that.
func Resume[C, R, O, S, T any](
	c C, api *transport.Client, op *transport.Operation, ch *Change[C, R, O, S, T], text string,
) (*cloud.Waiter[T], error) {
	s := reflect.New(reflect.TypeFor[S]().Elem()).Interface().(S)
	started, confirm, err := readResumed(api, op, text, s)
	if err != nil {
		return nil, err
	}
	w := ch.Spec(c, s)
	if confirm != nil {
		w.Read = confirmed(confirm, w.Read)
	}
	w.Operation, w.Resumed, w.Token = op.Name, true, text
	// The client may not know the host's clock skew before the first poll.
	w.Started, w.Clock = started, func() time.Time { return time.Now().Add(api.Skew()) }
	return cloud.NewWaiter(paced(api, w)), nil
}

// readResumed reads a token into state. If the client has no credentials yet to compare the token's account with, polls
// must call confirm first; otherwise it is nil.
func readResumed(
	api *transport.Client, op *transport.Operation, text string, state any,
) (started time.Time, confirm func(context.Context) error, err error) {
	t, err := decodeToken(text, token{Origin: api.Origin(), operation: op.Name}, state)
	if err != nil {
		return time.Time{}, nil, err
	}
	sure, err := api.CheckOrigin(transport.AtOnce, op, t.Origin)
	if err != nil {
		return time.Time{}, nil, err
	}
	if err := check(state); err != nil {
		return time.Time{}, nil, refusedToken(t.Service, op.Name, err)
	}
	if sure {
		return t.started, nil, nil
	}
	return t.started, func(ctx context.Context) error {
		if sure {
			return nil
		}
		var err error
		sure, err = api.CheckOrigin(ctx, op, t.Origin)
		return err
	}, nil
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
