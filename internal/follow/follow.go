// Package follow makes the waiters of the service packages. A service describes, for each change, a
// state that names the resource and says what it was like before, and a wait that recognises the
// end; the state is what a resume token carries.
package follow

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// Begin returns the waiter of a change that op started at the given time.
func Begin[S, T any](c *transport.Client, op *transport.Operation, started time.Time, state *S, wait func(*S) cloud.Wait[T]) *cloud.Waiter[T] {
	w := wait(state)
	w.Operation, w.Started = op.Name, started
	w.Token = c.Token(op.Name, started).Encode(state)
	return cloud.NewWaiter(w)
}

// Resume returns the waiter of which Begin made the token.
func Resume[S, T any](c *transport.Client, op *transport.Operation, token string, wait func(*S) cloud.Wait[T]) (*cloud.Waiter[T], error) {
	state := new(S)
	t, err := cloud.DecodeToken(token, c.Token(op.Name, time.Time{}), state)
	if err != nil {
		return nil, err
	}
	return Begin(c, op, t.Started, state, wait), nil
}

// Until returns a waiter for a state, whoever caused it. The name is that of the method.
func Until[T any](name string, w cloud.Wait[T]) *cloud.Waiter[T] {
	w.Operation = name
	return cloud.NewWaiter(w)
}
