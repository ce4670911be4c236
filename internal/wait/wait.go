// Package wait makes the waiters of the service packages. A service describes, for each change, a
// state that names the resource and says what it was like before, and a wait that recognizes the
// end; the state is what a resume token carries.
package wait

import (
	"cmp"
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// Begin returns the waiter of a change that op has just started. The times of the wait count from now,
// when the service has answered; the token says that moment in the clock of the service.
func Begin[S, T any](c *transport.Client, op *transport.Operation, state *S, wait func(*S) cloud.WaitSpec[T]) *cloud.Waiter[T] {
	w := wait(state)
	w.Operation, w.Started = op.Name, time.Now()
	w.Token = c.Token(op.Name, w.Started.Add(c.Skew())).Encode(state)
	return cloud.NewWaiter(paced(c, w))
}

// Resume returns the waiter of which Begin made the token. A checksum says nothing about who wrote a token: a
// state that has a method Check says whether Begin could have made it, and wait may rely on that.
func Resume[S, T any](c *transport.Client, op *transport.Operation, token string, wait func(*S) cloud.WaitSpec[T]) (*cloud.Waiter[T], error) {
	state := new(S)
	t, err := cloud.DecodeToken(token, c.Token(op.Name, time.Time{}), state)
	if err != nil {
		return nil, err
	}
	sure, err := c.CheckOrigin(transport.AtOnce, op, t)
	if err != nil {
		return nil, err
	}
	if err := check(state); err != nil {
		return nil, &cloud.ValidationError{Service: t.Service, Operation: op.Name, Problems: []cloud.Problem{{Field: "token", Rule: err.Error()}}}
	}
	w := wait(state)
	if !sure {
		w.Read = checked(c, op, t, w.Read)
	}
	w.Operation, w.Resumed = op.Name, true
	// The client may learn only by the first look how wrong the host's clock is.
	w.Started, w.Clock = t.Started, func() time.Time { return time.Now().Add(c.Skew()) }
	w.Token = token
	return cloud.NewWaiter(paced(c, w)), nil
}

// check asks a state that can tell whether it makes sense.
func check(state any) error {
	if s, ok := state.(interface{ Check() error }); ok {
		return s.Check()
	}
	return nil
}

// checked is read for the waiter of a token that names an account, made before the client had credentials to
// compare it with: the first look does so.
func checked[T any](c *transport.Client, op *transport.Operation, t cloud.Token, read func(context.Context) (*T, error)) func(context.Context) (*T, error) {
	sure := false
	return func(ctx context.Context) (*T, error) {
		if !sure {
			var err error
			if sure, err = c.CheckOrigin(ctx, op, t); err != nil {
				return nil, err
			}
		}
		return read(ctx)
	}
}

// Until returns a waiter for a state, whoever caused it. The name is that of the method.
func Until[T any](c *transport.Client, name string, w cloud.WaitSpec[T]) *cloud.Waiter[T] {
	w.Operation = name
	return cloud.NewWaiter(paced(c, w))
}

// paced is w with what the client says about all its waits.
func paced[T any](c *transport.Client, w cloud.WaitSpec[T]) cloud.WaitSpec[T] {
	within, every, confirmAfter := c.Pace()
	w.Within, w.MinInterval = cmp.Or(within, w.Within), cmp.Or(every, w.MinInterval)
	w.ConfirmAfter = confirmAfter
	w.Renewable = c.Renewable()
	return w
}
