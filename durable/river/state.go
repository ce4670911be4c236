package river

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	queue "github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// State is how far a change or a rollout is. It holds no secrets.
type State struct {
	Key   string
	Steps journal.Steps // the audit trail
	End   *journal.End  // nil until it has ended
	// Job is the state of the job, in River's words: "scheduled" while the change is pending. It is empty if there is no
	// job, as a day after the end.
	Job rivertype.JobState
	// Next is when the job is worked next, as far as that is planned.
	Next time.Time
	// Problem is the last error of the job; empty if it had none.
	Problem string
}

// Stuck reports whether nothing will work on the change any more although it has not ended: its job was given up, or it
// is not known whether it has begun and only a person can find out.
func (s State) Stuck() bool {
	return s.End == nil && (s.Job == "" || s.Job == rivertype.JobStateDiscarded || s.Job == rivertype.JobStateCancelled)
}

// State reads how far a change or a rollout is. The error is an ErrNotFound if nothing was enqueued under the key.
func (c *Client) State(ctx context.Context, key string) (State, error) {
	e, err := c.journal.Load(ctx, key)
	switch {
	case err != nil:
		return State{}, err
	case e.Version == 0:
		return State{}, &cloud.Error{
			Service: "durable/river", Kind: cloud.ErrNotFound, Message: fmt.Sprintf("nothing was enqueued under key %.60q", key),
		}
	}
	s := State{Key: key, Steps: e.Steps, End: e.End}
	job, err := c.job(ctx, key)
	if err != nil || job == nil {
		return s, err
	}
	s.Job, s.Next = job.State, job.ScheduledAt
	if n := len(job.Errors); n > 0 {
		s.Problem = job.Errors[n-1].Error
	}
	return s, nil
}

// job returns the latest job of a key, or nil.
func (c *Client) job(ctx context.Context, key string) (*rivertype.JobRow, error) {
	args, err := json.Marshal(changeArgs{key})
	if err != nil {
		return nil, err
	}
	list, err := c.river.JobList(ctx, queue.NewJobListParams().Kinds(changeArgs{}.Kind(), rolloutArgs{}.Kind()).
		Where("args @> @key::jsonb", queue.NamedArgs{"key": string(args)}).
		OrderBy(queue.JobListOrderByID, queue.SortOrderDesc).First(1))
	if err != nil || len(list.Jobs) == 0 {
		return nil, err
	}
	return list.Jobs[0], nil
}

// ErrStuck is the error of a Wait for what nothing works on any more; see State.Stuck.
var ErrStuck = errors.New("durable/river: nothing works on the change any more")

// The pauses of Wait between two reads of the journal.
const (
	firstLook = 200 * time.Millisecond
	lastLook  = 5 * time.Second
)

// Wait waits until a change or a rollout has ended, in whichever process, and returns how. As with [journal.Run], the error is
// nil if it is live, and that of the End otherwise; it is ErrStuck if nothing works on it any more, and the cause of ctx if
// that ends. Wait reads the journal again and again, every five seconds in the end.
func (c *Client) Wait(ctx context.Context, key string) (journal.End, error) {
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		s, err := c.State(ctx, key)
		switch {
		case err != nil:
			return journal.End{}, err
		case s.End != nil:
			return *s.End, s.End.Err()
		case s.Stuck():
			return journal.End{}, fmt.Errorf("%w: key %.60q: %s", ErrStuck, key, s.Problem)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return journal.End{}, context.Cause(ctx)
		}
	}
}
