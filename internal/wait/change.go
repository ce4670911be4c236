package wait

import (
	"context"
	"errors"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// A Change declares how the work that an operation starts is begun and followed. The Begin and Resume methods of
// the service packages are generated for it. C is the client of the service, R the request, O the response to it,
// S the state that a resume token carries, and T what a poll returns.
//
// The functions are called in this order. All but State and Spec may be nil. Errors need not name the operation.
type Change[C, R, O, S, T any] struct {
	// Check refuses a request that is valid but starts nothing to follow.
	Check func(r *R) error
	// State returns what the request says about the change.
	State func(r *R) *S
	// Before reads what is there before the change, or refuses to start it.
	Before func(c *C, ctx context.Context, s *S) error
	// AlreadyDone reports, after Before, that there is nothing to start; no request is sent then.
	AlreadyDone func(s *S) bool
	// Adapt changes the request by what Before found.
	Adapt func(r *R, s *S)
	// Accepted records what the response says about the change. It returns an error if the response shows that the
	// change was not started, or not what to follow. sent is when the request was sent, in the clock of the service.
	Accepted func(s *S, r *R, out *O, sent time.Time) error
	// Refused returns nil if the change may have started although the call failed with err, and records what that
	// means for the wait. Otherwise it returns err.
	Refused func(c *C, ctx context.Context, s *S, sent time.Time, err error) error
	// Spec returns how the change is followed, now or from a token.
	Spec func(c *C, s *S) cloud.WaitSpec[T]
}

// Begin starts a change and returns its waiter. The request is validated once, before anything is read or sent.
func Begin[C, R, O, S, T any](ctx context.Context, c *C, api *transport.Client, op *transport.Operation, ch *Change[C, R, O, S, T], r R) (*cloud.Waiter[T], error) {
	s, err := ch.prepare(ctx, c, api, op, &r)
	if err != nil {
		return nil, complete(err, api, op)
	}
	if ch.AlreadyDone == nil || !ch.AlreadyDone(s) {
		if err := ch.start(ctx, c, api, op, &r, s); err != nil {
			return nil, complete(err, api, op)
		}
	}
	w, err := begun(api, op, s, ch.Spec(c, s))
	return w, complete(err, api, op)
}

// prepare checks the request and reads what is there before the change. It sends nothing that changes anything.
func (ch *Change[C, R, O, S, T]) prepare(ctx context.Context, c *C, api *transport.Client, op *transport.Operation, r *R) (*S, error) {
	if err := api.Prepare(op, any(r).(transport.Request)); err != nil {
		return nil, err
	}
	if ch.Check != nil {
		if err := ch.Check(r); err != nil {
			return nil, err
		}
	}
	s := ch.State(r)
	if ch.Before == nil {
		return s, nil
	}
	return s, ch.Before(c, ctx, s)
}

// start sends the request.
func (ch *Change[C, R, O, S, T]) start(ctx context.Context, c *C, api *transport.Client, op *transport.Operation, r *R, s *S) error {
	if ch.Adapt != nil {
		ch.Adapt(r, s)
	}
	begin := time.Now()
	out, err := transport.CallPrepared(ctx, api, op, any(r).(transport.Request), new(O))
	sent := begin.Add(api.Skew()) // which the response may have told
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

// begun returns the waiter of a change that op has just started. The times of the wait count from now, when the
// service has answered; the token has that moment in the clock of the service.
func begun[S, T any](api *transport.Client, op *transport.Operation, s *S, w cloud.WaitSpec[T]) (*cloud.Waiter[T], error) {
	w.Operation, w.Started = op.Name, time.Now()
	var err error
	if w.Token, err = (token{api.Origin(), op.Name, w.Started.Add(api.Skew())}).encode(s); err != nil {
		return nil, &cloud.Error{Kind: cloud.ErrTransport, MaybeExecuted: true, Message: "unexpected response: no token can hold it", Err: err}
	}
	return cloud.NewWaiter(paced(api, w)), nil
}

// Resume returns the waiter of which Begin made the token. A checksum does not tell who wrote a token: a state
// that has a method Check says whether Begin could have made it, and Spec may rely on that.
func Resume[C, R, O, S, T any](c *C, api *transport.Client, op *transport.Operation, ch *Change[C, R, O, S, T], text string) (*cloud.Waiter[T], error) {
	s := new(S)
	t, err := decodeToken(text, token{Origin: api.Origin(), operation: op.Name}, s)
	if err != nil {
		return nil, err
	}
	sure, err := api.CheckOrigin(transport.AtOnce, op, t.Origin)
	if err != nil {
		return nil, err
	}
	if err := check(s); err != nil {
		return nil, &cloud.ValidationError{Service: t.Service, Operation: op.Name, Problems: []cloud.Problem{{Field: "token", Rule: err.Error()}}}
	}
	w := ch.Spec(c, s)
	if !sure {
		w.Read = checked(api, op, t, w.Read)
	}
	w.Operation, w.Resumed = op.Name, true
	// The client may learn only by the first poll how wrong the host's clock is.
	w.Started, w.Clock = t.started, func() time.Time { return time.Now().Add(api.Skew()) }
	w.Token = text
	return cloud.NewWaiter(paced(api, w)), nil
}

// check asks a state that has a method Check whether it makes sense.
func check(state any) error {
	if s, ok := state.(interface{ Check() error }); ok {
		return s.Check()
	}
	return nil
}

// checked is read for the waiter of a token that names an account, made before the client had credentials to
// compare it with: the first poll does so.
func checked[T any](api *transport.Client, op *transport.Operation, t token, read func(context.Context) (*T, error)) func(context.Context) (*T, error) {
	sure := false
	return func(ctx context.Context) (*T, error) {
		if !sure {
			var err error
			if sure, err = api.CheckOrigin(ctx, op, t.Origin); err != nil {
				return nil, err
			}
		}
		return read(ctx)
	}
}

// complete names the service and operation in an error that a Change made without knowing them.
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
