package river

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	queue "github.com/riverqueue/river"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// rolloutService is the service in the entries of rollouts.
const rolloutService = "rollout"

// rolloutArgs are the arguments of the job of a rollout.
type rolloutArgs struct {
	Key  string          `json:"key" river:"unique"`
	Name string          `json:"name"`
	Args json.RawMessage `json:"args"`
}

// Kind names the jobs of rollouts.
func (rolloutArgs) Kind() string { return "polycloud_rollout" }

// A rolloutWorker works the jobs of rollouts, a slice of time at once.
type rolloutWorker struct {
	queue.WorkerDefaults[rolloutArgs]
	client *Client
}

// Timeout is that of the configuration.
func (w *rolloutWorker) Timeout(*queue.Job[rolloutArgs]) time.Duration {
	return w.client.config.JobTimeout
}

// NextRetry is when a job is worked again after an error or a kill.
func (w *rolloutWorker) NextRetry(job *queue.Job[rolloutArgs]) time.Time {
	return nextRetry(len(job.Errors))
}

// errSlice is why a slice of a rollout ends.
var errSlice = errors.New("the slice of time has ended")

// between is the pause between two slices of a rollout.
const between = time.Second

// Work carries the rollout on for a slice of time.
func (w *rolloutWorker) Work(ctx context.Context, job *queue.Job[rolloutArgs]) error {
	c := w.client
	e, err := c.journal.Load(ctx, job.Args.Key)
	if err != nil || e.End != nil {
		return err
	}
	build, ok := c.config.Rollouts[job.Args.Name]
	if !ok {
		return fmt.Errorf("durable/river: this program has no rollout %.60q in Config.Rollouts", job.Args.Name)
	}
	r, err := build(ctx, job.Args.Args)
	if err != nil {
		return fmt.Errorf("durable/river: build rollout %.60q: %w", job.Args.Name, err)
	}
	r.Name, r.Journal, r.Resume = job.Args.Key, c.journal, clientsOf(c.config.Clients)
	slice, cancel := context.WithTimeoutCause(ctx, c.config.JobTimeout/2, errSlice)
	defer cancel()
	_, err = r.Run(slice)
	return w.after(ctx, job.Args.Key, err)
}

// after is what becomes of the job when its slice has ended with err.
func (w *rolloutWorker) after(ctx context.Context, key string, err error) error {
	failed, isEnd := errors.AsType[*rollout.Error](err)
	_, isInvalid := errors.AsType[*cloud.ValidationError](err)
	switch {
	case err == nil:
		return w.client.endRollout(ctx, key, cloud.Succeeded, "")
	case ctx.Err() != nil:
		return queue.JobSnooze(0) // this process stops; another one continues
	case isEnd && failed.Outcome == rollout.Interrupted && errors.Is(err, errSlice):
		return queue.JobSnooze(between)
	case isEnd && failed.Outcome == rollout.Interrupted:
		return err // the journal, or an approval
	case isEnd || isInvalid:
		return w.client.endRollout(ctx, key, cloud.Failed, cloud.OneLine(err.Error(), 2<<10))
	}
	return err
}

// isRollout reports whether an entry is that of a rollout that was enqueued.
func isRollout(e journal.Entry) bool {
	return len(e.Steps) > 0 && e.Steps[0].What == journal.EventQueued && e.Steps[0].Service == rolloutService && e.Token.IsZero()
}

// endRollout records how a rollout ended, unless it has ended.
func (c *Client) endRollout(ctx context.Context, key string, outcome cloud.Outcome, reason string) error {
	for {
		e, err := c.journal.Load(ctx, key)
		if err != nil || e.End != nil {
			return err
		}
		queued, now := e.Steps[0], time.Now().UTC().Round(0)
		e.Steps = append(e.Steps, journal.Step{
			At: now, What: journal.EventEnded, Service: queued.Service, Operation: queued.Operation, Outcome: outcome, Reason: reason,
			Took: now.Sub(queued.At),
		})
		e.End = &journal.End{
			Service: queued.Service, Operation: queued.Operation, Outcome: outcome, Reason: reason,
			Started: queued.At, Ended: now, Took: now.Sub(queued.At),
		}
		if err := c.journal.Store(ctx, e); !errors.Is(err, journal.ErrChanged) {
			return err
		}
	}
}
