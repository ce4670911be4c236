package transport

import (
	"context"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// CallBefore is Call for a request that passed Client.Prepare, and is not validated again. No attempt begins at
// or after deadline; one that began in time may finish. While the service throttles the call, it waits its turn until
// then, however many attempts that takes.
//
// The error of a call that was too late for any attempt is certain that nothing was carried out. After other attempts
// it has the last failure as its cause.
func CallBefore[Out any](ctx context.Context, c *Client, op *Operation, in Request, out Out, deadline time.Time) (Out, error) {
	if err := c.call(ctx, op, in, out, deadlineAt(deadline), (*call).runPrepared); err != nil {
		var none Out
		return none, err
	}
	return out, nil
}

// sendingDeadline is when a call stops making attempts, by the host's clock. The zero value is never.
type sendingDeadline struct{ at time.Time }

// deadlineAt gives a deadline a monotonic reading, so that a change of the host's clock does not extend it. One that was
// stored has none. The result is never zero.
func deadlineAt(at time.Time) sendingDeadline {
	now := time.Now()
	return sendingDeadline{now.Add(at.Sub(now))}
}

func (d sendingDeadline) isSet() bool { return !d.at.IsZero() }

// passed reports whether it is too late after a pause. The monotonic clock stands still while the machine is suspended,
// so the wall clock counts too.
func (d sendingDeadline) passed(after time.Duration) bool {
	if !d.isSet() {
		return false
	}
	at := time.Now().Add(after)
	return !at.Before(d.at) || !at.Round(0).Before(d.at.Round(0))
}

// tooLate is the error of an attempt that was not made because of a sendingDeadline.
type tooLate struct{ message string }

func (e *tooLate) Error() string { return e.message }

func (e *tooLate) Unwrap() error { return context.DeadlineExceeded }

var (
	errTooLate = &tooLate{"not sent: the deadline for sending has passed"}
	errNoTurn  = &tooLate{"not sent: the request rate has no turn left before the deadline for sending"}
)

// expired records that an attempt was not made because it was too late.
func (k *call) expired(err *tooLate) {
	kind, cause := cloud.ErrTransport, error(err)
	if k.last != nil {
		kind, cause = k.last.Kind, fmt.Errorf("%w; before that: %w", err, k.last)
	}
	k.attempt.fate = notMade
	k.last = k.failure(kind, "", cause)
	k.last.MaybeExecuted = k.maybeExecuted()
}
