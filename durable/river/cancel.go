package river

import (
	"context"
	"errors"
	"time"

	queue "github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// cancelArgs are the arguments of the job that cancels a change or a rollout.
type cancelArgs struct {
	Key string `json:"key" river:"unique"`
}

// Kind names the jobs that cancel.
func (cancelArgs) Kind() string { return "polycloud_cancel" }

// openStates are those of a job that is still to be worked; a later call of Cancel asks again.
var openStates = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning,
	rivertype.JobStateScheduled,
}

// A cancelWorker works the jobs that cancel.
type cancelWorker struct {
	queue.WorkerDefaults[cancelArgs]
	client *Client
}

// Timeout is that of the configuration.
func (w *cancelWorker) Timeout(*queue.Job[cancelArgs]) time.Duration {
	return w.client.config.JobTimeout
}

// NextRetry is when a job is worked again after an error or a kill.
func (w *cancelWorker) NextRetry(job *queue.Job[cancelArgs]) time.Time {
	return nextRetry(len(job.Errors))
}

// Work cancels what is recorded under the key.
func (w *cancelWorker) Work(ctx context.Context, job *queue.Job[cancelArgs]) error {
	c := w.client
	e, err := c.journal.Load(ctx, job.Args.Key)
	switch {
	case err != nil:
		return err
	case isRollout(e):
		return c.endRollout(ctx, job.Args.Key, cloud.Canceled, "canceled")
	}
	round, cancel := context.WithTimeout(ctx, c.config.JobTimeout/4)
	defer cancel()
	err = journal.Cancel(round, c.journal, job.Args.Key, c.followed.get)
	if start, ok := errors.AsType[*cloud.StartError](err); ok {
		const unknown = time.Minute
		if start.Next <= 0 {
			start.Next = unknown
		}
		return queue.JobSnooze(start.Next)
	}
	call, ok := errors.AsType[*cloud.Error](err)
	if ok && call.Service != "journal" && !isTemporary(call.Kind) {
		return nil // the service cannot, and that is recorded
	}
	if err != nil {
		return outcomeOf(ctx, err)
	}
	return nil
}

// isTemporary reports whether a call may succeed later.
func isTemporary(k cloud.Kind) bool {
	switch k {
	case cloud.ErrThrottled, cloud.ErrUnavailable, cloud.ErrTransport, cloud.ErrInternal:
		return true
	}
	return false
}
