package flink

import (
	"context"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginStopJob stops a job and returns a waiter for it. The wait ends well when the job is CANCELLED, or
// FINISHED because it ran to its end or was drained. A job that ends FAILED was not stopped cleanly, so
// that the savepoint that was asked for may be missing: the wait fails with the service's failure. No
// baseline is needed, because a job that has ended never runs again.
//
// The service may give a stop up, for one because no savepoint could be made; then the job runs on. The wait
// fails when the job was seen CANCELLING and runs again, or shows a failure of after the stop while it runs. The
// reason is that of the job, or of the savepoint that the stop asked for. A job that nobody saw CANCELLING and
// that shows no failure looks the same before a stop has begun and after it was given up, so that such a wait is
// pending until its longest time has passed.
func (c *Client) BeginStopJob(ctx context.Context, r StopJobRequest) (*cloud.Waiter[GetJobResponse], error) {
	if err := c.api.Prepare(&opStopJob, &r); err != nil {
		return nil, err
	}
	asked := time.Now()
	out, err := c.StopJob(ctx, r)
	if err != nil {
		return nil, err
	}
	s := &jobStopState{
		Job: jobOf{r.JobID, r.Namespace, r.Workspace}, Strategy: r.StopJobParameters.StopStrategy,
		Asked: asked.Add(c.api.Skew()).Unix(),
	}
	if job := out.Data; job != nil && job.Status != nil && (job.JobID == "" || job.JobID == r.JobID) {
		s.Failure = mark(job.Status.Failure.text())
	}
	return wait.Begin(c.api, &opStopJob, s, c.jobStop), nil
}

// ResumeStopJob returns the waiter whose token is given.
func (c *Client) ResumeStopJob(token string) (*cloud.Waiter[GetJobResponse], error) {
	return wait.Resume(c.api, &opStopJob, token, c.jobStop)
}

// UntilJobStopped waits until a job has ended without a failure, whoever stopped it: CANCELLED or FINISHED.
// When the job has failed, the error holds the service's failure. It fails too when a stop that it saw was
// given up; see [Client.BeginStopJob].
func (c *Client) UntilJobStopped(r GetJobRequest) *cloud.Waiter[GetJobResponse] {
	w := c.jobStop(&jobStopState{Job: jobOf(r)})
	w.AppearWithin = wait.AppearsWithin
	return wait.Until(c.api, "UntilJobStopped", w)
}

// jobStopState is what has to be known to tell a stop from one that was given up.
type jobStopState struct {
	Job      jobOf        `json:"job"`
	Strategy StopStrategy `json:"strategy,omitzero"` // empty if it is not known
	Asked    int64        `json:"asked,omitzero"`    // when, in seconds of the service's clock; 0 if it is not known
	Failure  string       `json:"failure,omitzero"`  // the mark of what the job showed when the stop began

	course    wait.Course
	savepoint string // why the savepoint of a stop that was given up failed
}

// Check refuses what no start has named.
func (s *jobStopState) Check() error { return s.Job.Check() }

func (c *Client) jobStop(s *jobStopState) cloud.WaitSpec[GetJobResponse] {
	w := c.jobWait(&s.Job, jobStops, withinState)
	w.AppearWithin = 0
	w.Read = func(ctx context.Context) (*GetJobResponse, error) { return c.jobToStop(ctx, s) }
	w.Judge = s.judge
	return w
}

// jobToStop reads the job and, if the stop was given up without a word, why its savepoint failed.
func (c *Client) jobToStop(ctx context.Context, s *jobStopState) (*GetJobResponse, error) {
	r, err := c.GetJob(ctx, GetJobRequest(s.Job))
	if err == nil && s.savepoint == "" && s.course.Saw(false) && s.runs(r) && s.failure(r) == "" {
		s.savepoint = c.failedSavepoint(ctx, s)
	}
	return r, err
}

// failedSavepoint says why the newest savepoint that a stop of the job asked for has failed; "" if it has not, or if
// no list tells.
func (c *Client) failedSavepoint(ctx context.Context, s *jobStopState) string {
	if s.Strategy == StopStrategyWithoutSavepoint {
		return ""
	}
	var newest Savepoint
	list := ListSavepointsRequest{JobID: s.Job.JobID, Namespace: s.Job.Namespace, Workspace: s.Job.Workspace, PageSize: 100}
	for p, err := range c.AllSavepoints(ctx, list) {
		if err != nil {
			break // what was listed so far may tell
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

// made reports whether a stop of the job made a savepoint, and not one before this stop.
func (s *jobStopState) made(p Savepoint) bool {
	ours := p.SavepointOrigin == SavepointOriginStopWithSavepoint || p.StopWithDrainEnabled
	early := p.CreatedAt != 0 && s.Asked != 0 && timeAt(p.CreatedAt).Before(time.Unix(s.Asked, 0).Add(-time.Minute))
	return ours && !early && (p.JobID == "" || p.JobID == s.Job.JobID)
}

func (s *jobStopState) judge(r *GetJobResponse) cloud.Verdict {
	j := jobStops.judge(&s.Job, r)
	seen := s.course.Saw(j.State == string(JobStateCancelling))
	if s.runs(r) && (seen || s.failedSince(r)) {
		return givenUp(j.State, "the job runs again", join("; ", s.failure(r), s.savepoint))
	}
	return j
}

// runs reports whether a response shows the job at work, or about to be.
func (s *jobStopState) runs(r *GetJobResponse) bool {
	if r.Data == nil || r.Data.Status == nil || r.Data.JobID != "" && r.Data.JobID != s.Job.JobID {
		return false
	}
	state := r.Data.Status.CurrentJobStatus
	return state == JobStateRunning || state == JobStateStarting
}

// failure says why a job that runs failed to stop, unless it said so before the stop.
func (s *jobStopState) failure(r *GetJobResponse) string {
	f := r.Data.Status.Failure
	if f == nil || mark(f.text()) == s.Failure {
		return ""
	}
	return f.reason()
}

// failedSince reports whether the job shows a failure of after the stop.
func (s *jobStopState) failedSince(r *GetJobResponse) bool {
	f := r.Data.Status.Failure
	return s.Asked != 0 && s.failure(r) != "" && f.FailedAt != 0 && !timeAt(f.FailedAt).Before(time.Unix(s.Asked, 0))
}

// text is all that a failure says.
func (f *JobFailure) text() string {
	if f == nil {
		return ""
	}
	return fmt.Sprint(f.FailedAt, " ", f.reason())
}
