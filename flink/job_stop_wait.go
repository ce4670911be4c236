package flink

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var stopJob = change[StopJobRequest, StopJobResponse, jobStopChange, StoppedJob]{
	State: func(r *StopJobRequest) *jobStopChange {
		return &jobStopChange{
			Job:      jobChange{JobID: r.JobID, Namespace: r.Namespace, Workspace: r.Workspace},
			Strategy: r.StopJobParameters.StopStrategy,
		}
	},
	Accepted: func(s *jobStopChange, r *StopJobRequest, out *StopJobResponse, sent time.Time) error {
		s.Sent = sent.Unix()
		if job := out.Data; job.Status != nil && !isOther(r.JobID, job.JobID) {
			s.Failure = job.Status.Failure.fingerprint()
		}
		return nil
	},
	Began: (*Client).jobStopBegan,
	Spec:  (*Client).stoppedJob,
	Undo:  (*Client).undoJobStop,
}

// UntilJobStopped waits until a job has ended without a failure: CANCELLED or FINISHED. When the job has failed,
// the error holds the service's failure. It fails too when a stop that it saw was abandoned; see
// [Client.BeginStopJob].
func (c *Client) UntilJobStopped(r GetJobRequest) *cloud.Waiter[GetJobResponse] {
	w := c.jobStop(&jobStopChange{Job: *jobOf(r)})
	w.AppearWithin = wait.AppearsWithin
	return wait.Until(c.api, "UntilJobStopped", w)
}

// jobStopChange is the resume state of a stop, with what distinguishes it from an abandoned one.
type jobStopChange struct {
	Job      jobChange    `json:"job"`
	Strategy StopStrategy `json:"strategy,omitzero"` // empty if it is not known
	Sent     int64        `json:"sent,omitzero"`     // in seconds of the service's clock; 0 if it is not known
	Failure  string       `json:"failure,omitzero"`  // the fingerprint of what the job showed when the stop began

	// Abandoned says that the savepoint of the stop has failed, although the stop was never seen under way.
	Abandoned bool `json:"abandoned,omitzero"`

	course    wait.Course
	savepoint string // why the savepoint of an abandoned stop failed
}

// Check refuses a state that names no job.
func (s *jobStopChange) Check() error { return s.Job.Check() }

// Resource is the job.
func (s *jobStopChange) Resource() string {
	return resource(s.Job.Workspace, s.Job.Namespace, s.Job.JobID)
}

func (c *Client) jobStop(s *jobStopChange) cloud.WaitSpec[GetJobResponse] {
	w := c.jobSpec(&s.Job, jobStopped, stateWithin)
	w.AppearWithin = 0
	read := w.Read
	w.Read = func(ctx context.Context) (*GetJobResponse, error) { return c.jobToStop(ctx, s, read) }
	w.Judge = s.judge
	w.Diagnose = func(ctx context.Context, last *GetJobResponse) (*cloud.Diagnosis, error) {
		return c.diagnoseJob(ctx, &s.Job, last, false)
	}
	return w
}

// jobToStop reads the job and, if the stop was abandoned for no reason that the job shows, why its savepoint failed.
func (c *Client) jobToStop(
	ctx context.Context, s *jobStopChange, read func(context.Context) (*GetJobResponse, error),
) (*GetJobResponse, error) {
	r, err := read(ctx)
	if err == nil && s.savepoint == "" && s.course.Saw(s.Abandoned) && s.runs(r) && s.failure(r) == "" {
		s.savepoint = c.failedSavepoint(ctx, s)
	}
	return r, err
}

// jobSavepoints ranges over the savepoints of the job.
func (c *Client) jobSavepoints(ctx context.Context, s *jobStopChange) iter.Seq2[Savepoint, error] {
	return c.AllSavepoints(ctx, ListSavepointsRequest{
		JobID: s.Job.JobID, Namespace: s.Job.Namespace, Workspace: s.Job.Workspace, PageSize: 100,
	})
}

// failedSavepoint returns why the newest savepoint that a stop of the job requested has failed; "" if it has not,
// or if that is unknown.
func (c *Client) failedSavepoint(ctx context.Context, s *jobStopChange) string {
	if s.Strategy == StopStrategyWithoutSavepoint {
		return ""
	}
	var newest Savepoint
	for p, err := range c.jobSavepoints(ctx, s) {
		if err != nil {
			break // what was listed so far may be enough
		}
		if s.made(p) && p.CreatedAt >= newest.CreatedAt {
			newest = p
		}
	}
	if newest.Status == nil || newest.Status.State != SavepointStateFailed {
		return ""
	}
	return join(": ", "savepoint "+newest.SavepointID, newest.Status.Failure.reason())
}

// made reports whether a savepoint was made by this stop of the job, not by an earlier one.
func (s *jobStopChange) made(p Savepoint) bool {
	byStop := p.SavepointOrigin == SavepointOriginStopWithSavepoint || p.StopWithDrainEnabled
	early := p.CreatedAt != 0 && s.Sent != 0 && p.CreatedAt.Time().Before(time.Unix(s.Sent, 0).Add(-time.Minute))
	return byStop && !early && !isOther(s.Job.JobID, p.JobID)
}

func (s *jobStopChange) judge(r *GetJobResponse) cloud.Verdict {
	v := s.Job.judge(r, jobStopped)
	seen := s.course.Saw(s.Abandoned || v.State == string(JobStateCancelling))
	if s.runs(r) && (seen || s.failedSince(r)) {
		return abandoned(v.State, "the job runs again", join("; ", s.failure(r), s.savepoint))
	}
	return v
}

// runs reports whether a response shows the job running or starting.
func (s *jobStopChange) runs(r *GetJobResponse) bool {
	if r.Data.Status == nil || isOther(s.Job.JobID, r.Data.JobID) {
		return false
	}
	state := r.Data.Status.CurrentJobStatus
	return state == JobStateRunning || state == JobStateStarting
}

// failure returns why a job that runs failed to stop, unless it showed that before the stop.
func (s *jobStopChange) failure(r *GetJobResponse) string {
	f := r.Data.Status.Failure
	if f == nil || f.fingerprint() == s.Failure {
		return ""
	}
	return f.reason()
}

// failedSince reports whether the job shows a failure that is not older than the stop.
func (s *jobStopChange) failedSince(r *GetJobResponse) bool {
	f := r.Data.Status.Failure
	return s.Sent != 0 && s.failure(r) != "" && f.FailedAt != 0 && !f.FailedAt.Time().Before(time.Unix(s.Sent, 0))
}

// fingerprint tells one failure of a job from another.
func (f *JobFailure) fingerprint() string {
	if f == nil {
		return ""
	}
	return fingerprint(fmt.Sprint(f.FailedAt, " ", f.reason()))
}
