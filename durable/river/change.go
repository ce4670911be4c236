package river

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	queue "github.com/riverqueue/river"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// changeArgs are the arguments of the job of a change. The token is in the journal, because arguments are not secret.
type changeArgs struct {
	Key string `json:"key" river:"unique"`
}

// Kind names the jobs of changes.
func (changeArgs) Kind() string { return "polycloud_change" }

// A changeWorker works the jobs of changes, a round at a time.
type changeWorker struct {
	queue.WorkerDefaults[changeArgs]
	client *Client
}

// Timeout is that of the configuration.
func (w *changeWorker) Timeout(*queue.Job[changeArgs]) time.Duration {
	return w.client.config.JobTimeout
}

// NextRetry is when a job is worked again after an error or a kill.
func (w *changeWorker) NextRetry(job *queue.Job[changeArgs]) time.Time {
	return nextRetry(len(job.Errors))
}

// Work starts the change, or polls it once.
func (w *changeWorker) Work(ctx context.Context, job *queue.Job[changeArgs]) error {
	c := w.client
	var token string
	resume := func(t string) (cloud.AnyChange, error) {
		token = t
		return c.followed.get(t)
	}
	round, cancel := context.WithTimeout(ctx, c.config.JobTimeout/4)
	defer cancel()
	p, err := journal.Advance(round, c.journal, job.Args.Key, resume, journal.MaxRefusals(c.config.MaxRefusals))
	switch {
	case err != nil:
		return outcomeOf(ctx, err)
	case p.End == nil:
		return queue.JobSnooze(p.Next)
	}
	c.followed.forget(token)
	return nil
}

// outcomeOf is what becomes of a job whose round ended with err.
func outcomeOf(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return queue.JobSnooze(0) // this process stops; another one continues
	}
	if waitErr, ok := errors.AsType[*cloud.WaitError](err); ok {
		return waitErr // the change has not ended, and is polled again
	}
	if start, ok := errors.AsType[*cloud.StartError](err); ok {
		if start.Status == cloud.Uncertain && start.Next <= 0 {
			return queue.JobCancel(err) // only a person can find out
		}
		return err
	}
	call, ok := errors.AsType[*cloud.Error](err)
	switch {
	case !ok:
		return err
	case call.Service == "journal": // the entry is gone
		return queue.JobCancel(err)
	case call.Kind == cloud.ErrThrottled || call.Kind == cloud.ErrUnavailable:
		return queue.JobSnooze(max(call.RetryAfter, turn()))
	}
	return err
}

// turn is how long a change waits after the service has throttled it: different times, so that many do not come together.
func turn() time.Duration { return 5*time.Second + rand.N(10*time.Second) }
