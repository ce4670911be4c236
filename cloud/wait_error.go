package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// WaitError is a wait that did not succeed: the change failed or was canceled, or the wait itself
// was interrupted. With a Token the wait can be resumed.
type WaitError struct {
	Service   string
	Operation string
	State     string  // the last state seen, in the service's words; empty if there was none
	Outcome   Outcome // Failed or Canceled; Pending when only the wait ended and the change may go on
	Reason    string  // the service's own explanation, where it gave one
	// Superseded is set when another change replaced this one. The outcome is Failed then.
	Superseded bool
	// Last is the last response that the Wait or Watch has seen, a pointer as Wait returns it. For Poll and a Fleet it is
	// that of the last poll. It is nil if there was none.
	Last    any
	Token   string // for Resume; empty for Until waiters
	Elapsed time.Duration
	// Err is what interrupted the wait: the context's error, or a call that failed for good.
	Err error

	from   *follower // which Diagnose asks; nil if no waiter made the error
	secret bool      // the token may hold secrets
}

// Error formats everything but the token and the last response as one line. It shortens a long Reason.
func (e *WaitError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: ", e.Service, e.Operation)
	switch {
	case e.Outcome == Pending && isContextError(e.Err):
		b.WriteString("not finished")
	case e.Outcome == Pending:
		b.WriteString("wait failed")
	default:
		b.WriteString(e.Outcome.String())
	}
	fmt.Fprintf(&b, " after %s", e.Elapsed.Round(time.Millisecond))
	if e.State != "" {
		b.WriteString(" in state " + oneLine(e.State))
	}
	if e.Reason != "" {
		b.WriteString(": " + oneLine(e.Reason))
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Format writes the text of the error for every verb, because the token may hold secrets.
func (e WaitError) Format(s fmt.State, verb rune) {
	_, _ = fmt.Fprintf(s, fmt.FormatString(s, verb), e.Error())
}

// Unwrap returns what interrupted the wait.
func (e *WaitError) Unwrap() error { return e.Err }

// Is reports whether target is the kind of the change's end: ErrFailed, ErrCanceled or ErrSuperseded.
func (e *WaitError) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.ended()
}

// ended is the kind of the change's end; empty while it is pending.
func (e *WaitError) ended() Kind {
	switch {
	case e.Outcome == Failed && e.Superseded:
		return ErrSuperseded
	case e.Outcome == Failed:
		return ErrFailed
	case e.Outcome == Canceled:
		return ErrCanceled
	}
	return ""
}

func (e *WaitError) kind() Kind { return cmp.Or(e.ended(), KindOf(e.Err)) }

// contextError returns the error of an ended context, with its cause where that says more.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(cause, err) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// PanicError is a poll that panicked on a goroutine of a Fleet, or ended that goroutine. The other waits go on.
// Waits on the caller's own goroutine panic as usual.
type PanicError struct {
	Value any // what it panicked with; nil when it called runtime.Goexit
	Stack []byte
}

// Error returns the value in one line.
func (e *PanicError) Error() string {
	if e.Value == nil {
		return "the poll ended its goroutine"
	}
	return "the poll panicked: " + oneLine(fmt.Sprint(e.Value))
}

// maxText limits how much of a string from the service is shown, in bytes.
const maxText = 1 << 10

func oneLine(s string) string { return OneLine(s, maxText) }
