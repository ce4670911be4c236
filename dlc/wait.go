package dlc

import (
	"context"
	"errors"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// The maximum times of waits. The package documentation lists them.
const (
	engineWithin   = 12 * time.Hour     // changes of an engine
	resourceWithin = 6 * time.Hour      // changes of everything else that does not run SQL or code
	workWithin     = 7 * 24 * time.Hour // tasks, batches, statements and runs of Spark jobs
	cancelWithin   = 6 * time.Hour      // canceling such work
)

// A change declares how one operation of this package is begun and followed.
type change[R, O, S, T any] = wait.Change[*Client, *R, *O, *S, T]

// A difference is how a poll of a resource differs from what was there before the change.
type difference struct {
	sameState bool
	settled   bool // nothing is under way in its state
	changing  bool // a change is under way in its state
	later     bool // it was updated since
	earlier   bool // an update seems undone: the poll is stale, or a clock of the service was set back
}

// updatedSince adds a comparison of the last update times to d; 0 is unknown.
func (d difference) updatedSince(before, now cloud.Timestamp) difference {
	d.later, d.earlier = before != 0 && now > before, now != 0 && now < before
	return d
}

// isNewState reports whether the state is from after the start of the change.
func (d difference) isNewState() bool { return !d.earlier && (d.later || !d.sameState) }

// isUnderway reports whether a change is under way that was not before.
func (d difference) isUnderway() bool { return d.changing && d.isNewState() }

// startsWithin is how long a resource may be at rest and show that it was changed before the requested change
// begins: the service may record a change at once and carry it out later, and others may change the resource
// meanwhile.
const startsWithin = 5 * time.Minute

// A course is what polls have shown of a change so far. Responses do not say which change they are about.
type course struct {
	wait.Course
	since time.Time // when polls began to show an end
}

// open records that a poll shows no end.
func (c *course) open() { c.since = time.Time{} }

// lasts records that a poll shows an end, and reports whether polls have done so for longer than a change takes
// to begin.
func (c *course) lasts() bool {
	if c.since.IsZero() {
		c.since = time.Now()
	}
	return time.Since(c.since) >= startsWithin
}

// verdict returns end, the verdict on a poll if the change has begun, once that counts. Until then it returns now.
// begun is whether anything but d shows that the change has begun.
//
// Others may change the resource before the change begins. So a failure that leaves the resource at rest counts at
// once only if the resource is back in its state after it was seen to change, and otherwise after startsWithin.
func (c *course) verdict(d difference, now, end cloud.Verdict, begun bool) cloud.Verdict {
	seen := c.Saw(d.isUnderway())
	begun = begun || seen || !d.sameState || d.later || d.earlier
	final := end.Outcome == cloud.Succeeded || !d.settled
	proven := final && !d.earlier || seen && (final || d.sameState)
	switch {
	case end.Outcome == cloud.Pending, !begun:
		c.open()
	case proven, c.lasts():
		return end
	}
	return now
}

// missing is the error of a poll whose response says that a resource does not exist.
func missing(op *transport.Operation, what string) error {
	return &cloud.Error{Service: service, Operation: op.Name, Kind: cloud.ErrNotFound, Message: "there is no " + what}
}

// about refuses a response that shows another resource than the requested one. A response that does not say which
// one it shows is accepted.
func about(op *transport.Operation, requestID, shown, requested string) error {
	if shown == "" || requested == "" || shown == requested {
		return nil
	}
	return unexpected(op, requestID, "it shows "+shown+" instead of "+requested)
}

// unexpected is the error of a poll whose response does not show the requested resource.
func unexpected(op *transport.Operation, requestID, why string) error {
	return &cloud.Error{
		Service: service, Operation: op.Name, Kind: cloud.ErrTransport, RequestID: requestID, Message: "unexpected response: " + why,
	}
}

// notEmpty refuses a change of no resources, even without validation.
func notEmpty(op *transport.Operation, field string, names []string) error {
	if len(names) == 0 {
		return wait.Required(service, op, field, "")
	}
	return nil
}

// steady is a read from a list for a wait that fails when the resource is gone. It is gone only when lists have not
// shown it for a while.
func steady[T any](read func(context.Context) (*T, error)) func(context.Context) (*T, error) {
	var absence wait.Absence
	return func(ctx context.Context) (*T, error) {
		v, err := read(ctx)
		missing := cloud.KindOf(err) == cloud.ErrNotFound
		if gone := absence.Proves(missing); missing && !gone {
			err = &cloud.Error{Service: service, Kind: cloud.ErrTransport, Message: "the list may be incomplete", Err: err}
		}
		return v, err
	}
}

// lostPolls is how often a resource is polled after a start that may have been carried out. The first polls may be
// stale.
const lostPolls = 3

// startedAnyway returns nil if a start that failed with err was carried out: its response was lost, or its retry was
// refused, and the resource shows the change within seconds. Otherwise it returns err.
func startedAnyway[T any](ctx context.Context, err error, w cloud.WaitSpec[T], begun func(*T) bool) error {
	if e, ok := errors.AsType[*cloud.Error](err); !ok || !e.MaybeExecuted {
		return err
	}
	for i := range lostPolls {
		if i > 0 && pause(ctx, wait.QuickInterval) != nil {
			return err
		}
		v, readErr := w.Read(ctx)
		if readErr == nil && begun(v) || w.GoneIsSuccess && cloud.KindOf(readErr) == cloud.ErrNotFound {
			return nil
		}
	}
	return err
}

// pause sleeps for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// differs compares two IDs, either of which may be missing.
func differs(id, before string) bool { return id != "" && before != "" && id != before }

// superseded is the verdict on a change that another one has replaced.
func superseded(v cloud.Verdict, why string) cloud.Verdict {
	if v.Reason != "" {
		why += ": " + v.Reason
	}
	return wait.Superseded(v, why)
}

// canceling makes the wait w for work one for its cancellation.
func canceling[T any](w cloud.WaitSpec[T]) cloud.WaitSpec[T] {
	judge := w.Judge
	w.Judge = func(v *T) cloud.Verdict { return cancellation(judge(v)) }
	w.Within = cancelWithin
	return w
}

// cancellation turns a verdict on work into one on its cancellation, which fails if the work ended before it.
func cancellation(v cloud.Verdict) cloud.Verdict {
	switch v.Outcome {
	case cloud.Canceled:
		v.Outcome = cloud.Succeeded
	case cloud.Succeeded:
		v.Outcome = cloud.Failed
		v.Reason = "it succeeded before it could be canceled"
	}
	return v
}

// explained returns a message of the service, or "" if it only reports success.
func explained(message string) string {
	if message == "success" {
		return ""
	}
	return message
}
