package dlc

import (
	"context"
	"errors"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// The longest times of waits, by what is waited for. The documentation of the package lists them.
const (
	engineWithin   = 12 * time.Hour     // changes of an engine
	resourceWithin = 6 * time.Hour      // changes of all else that does not run SQL or code
	workWithin     = 7 * 24 * time.Hour // tasks, batches, statements and runs of Spark jobs
	cancelWithin   = 6 * time.Hour      // canceling such work
)

// startsWithin is how long a resource may rest and show that it was changed before the change that was asked
// for begins: the service may note a change at once and carry it out later, and others may change the
// resource meanwhile.
const startsWithin = 5 * time.Minute

// course is what polls have shown of a change so far. Responses do not say which change they are about.
type course struct {
	wait.Course
	since time.Time // since when the resource rests and is not as it was before
}

// moving takes down that a poll shows nothing of an end.
func (c *course) moving() { c.since = time.Time{} }

// rests reports whether polls have shown an end for longer than a change takes to begin.
func (c *course) rests() bool {
	if c.since.IsZero() {
		c.since = time.Now()
	}
	return time.Since(c.since) >= startsWithin
}

// missing is the answer of a look that found nothing of a name.
func missing(op *transport.Operation, what, name string) error {
	return wait.Missing(service, op, op.Name+" shows no "+what+" "+name)
}

// named refuses the answer of a start that does not say what was started.
func named(op *transport.Operation, requestID, id string) error {
	if id != "" {
		return nil
	}
	return unexpected(op, requestID, "the response does not name what was started")
}

// unexpected is a response that does not tell about what was asked for.
func unexpected(op *transport.Operation, requestID, message string) error {
	return &cloud.Error{Service: service, Operation: op.Name, Kind: cloud.ErrTransport, RequestID: requestID, Message: message}
}

// about refuses a response that shows another resource than the one that was asked for. One that does not
// say which it shows is taken for that.
func about(op *transport.Operation, requestID, shown, asked string) error {
	if shown == "" || asked == "" || shown == asked {
		return nil
	}
	return unexpected(op, requestID, "the response shows "+shown+" instead of "+asked)
}

// steady is a read from a list, for a wait that fails when the resource is gone: it is gone only when lists have
// lacked it for a while.
func steady[T any](read func(context.Context) (*T, error)) func(context.Context) (*T, error) {
	var since time.Time // since when lists lack it
	return func(ctx context.Context) (*T, error) {
		v, err := read(ctx)
		if cloud.KindOf(err) != cloud.ErrNotFound {
			since = time.Time{}
			return v, err
		}
		if since.IsZero() {
			since = time.Now()
		}
		if time.Since(since) < wait.AbsentWithin {
			err = &cloud.Error{Service: service, Kind: cloud.ErrTransport, Message: "lists may lack it for a moment", Err: err}
		}
		return v, err
	}
}

// lostPolls is how often a resource is read for a start that may have been carried out: reads may be behind.
const lostPolls = 3

// carriedOut reports whether a start that failed was carried out all the same: its response was lost, or its
// repetition was refused, and the resource shows the change within seconds.
func carriedOut[T any](ctx context.Context, err error, w cloud.WaitSpec[T], begun func(*T) bool) bool {
	if e, ok := errors.AsType[*cloud.Error](err); !ok || !e.MaybeExecuted {
		return false
	}
	for i := range lostPolls {
		if i > 0 && pause(ctx, wait.QuickInterval) != nil {
			return false
		}
		v, err := w.Read(ctx)
		if err == nil && begun(v) || w.GoneIsSuccess && cloud.KindOf(err) == cloud.ErrNotFound {
			return true
		}
	}
	return false
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

// superseded is the end of a change that another one has replaced.
func superseded(j cloud.Verdict, why string) cloud.Verdict {
	if j.Reason != "" {
		why += ": " + j.Reason
	}
	j.Outcome, j.Superseded, j.Reason = cloud.Failed, true, "superseded: "+why
	return j
}

// cancellation judges the canceling of work that is judged as j: work that ended otherwise was not
// canceled.
func cancellation(j cloud.Verdict) cloud.Verdict {
	switch j.Outcome {
	case cloud.Canceled:
		j.Outcome = cloud.Succeeded
	case cloud.Succeeded:
		j.Outcome = cloud.Failed
		j.Reason = "it succeeded before it could be canceled"
	}
	return j
}

// explained is a message of the service, unless it only says that all is well.
func explained(message string) string {
	if message == "success" {
		return ""
	}
	return message
}
