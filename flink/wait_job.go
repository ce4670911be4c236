package flink

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// BeginStartJobWithParams starts a job of a deployment and returns a waiter for it. The wait ends well
// when that job runs; a job that has already run to its end, as a short batch job may, counts too. It
// fails when the job has failed, with the service's failure, and is cancelled when the job was stopped.
// The job is a new one, so that an earlier job of the deployment is never mistaken for it.
func (c *Client) BeginStartJobWithParams(ctx context.Context, r StartJobWithParamsRequest) (*cloud.Waiter[GetJobResponse], error) {
	if err := c.api.Prepare(&opStartJobWithParams, &r); err != nil {
		return nil, err
	}
	out, err := c.StartJobWithParams(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data == nil || out.Data.JobID == "" {
		return nil, unnamed(&opStartJobWithParams, out.RequestID, "job")
	}
	s := &jobOf{out.Data.JobID, r.Namespace, r.Workspace}
	return follow.Begin(c.api, &opStartJobWithParams, s, c.jobStart), nil
}

// ResumeStartJobWithParams returns the waiter whose token is given.
func (c *Client) ResumeStartJobWithParams(token string) (*cloud.Waiter[GetJobResponse], error) {
	return follow.Resume(c.api, &opStartJobWithParams, token, c.jobStart)
}

// BeginStartJob starts a job of a deployment the old way and returns a waiter for it, which ends like
// that of [Client.BeginStartJobWithParams].
//
// Deprecated: it starts with the settings of an older API; use [Client.BeginStartJobWithParams].
func (c *Client) BeginStartJob(ctx context.Context, r StartJobRequest) (*cloud.Waiter[GetJobResponse], error) {
	if err := c.api.Prepare(&opStartJob, &r); err != nil {
		return nil, err
	}
	out, err := c.StartJob(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data == nil || out.Data.JobID == "" {
		return nil, unnamed(&opStartJob, out.RequestID, "job")
	}
	s := &jobOf{out.Data.JobID, r.Namespace, r.Workspace}
	return follow.Begin(c.api, &opStartJob, s, c.jobStart), nil
}

// ResumeStartJob returns the waiter whose token is given.
func (c *Client) ResumeStartJob(token string) (*cloud.Waiter[GetJobResponse], error) {
	return follow.Resume(c.api, &opStartJob, token, c.jobStart)
}

// BeginStopJob stops a job and returns a waiter for it. The wait ends well when the job is CANCELLED, or
// FINISHED because it ran to its end or was drained. A job that ends FAILED was not stopped cleanly, so
// that the savepoint that was asked for may be missing: the wait fails with the service's failure. No
// baseline is needed, because a job that is over never runs again. If the service gives the stop up, for
// one because no savepoint could be made, the job stays RUNNING and the wait pending.
func (c *Client) BeginStopJob(ctx context.Context, r StopJobRequest) (*cloud.Waiter[GetJobResponse], error) {
	if err := c.api.Prepare(&opStopJob, &r); err != nil {
		return nil, err
	}
	if _, err := c.StopJob(ctx, r); err != nil {
		return nil, err
	}
	s := &jobOf{r.JobID, r.Namespace, r.Workspace}
	return follow.Begin(c.api, &opStopJob, s, c.jobStop), nil
}

// ResumeStopJob returns the waiter whose token is given.
func (c *Client) ResumeStopJob(token string) (*cloud.Waiter[GetJobResponse], error) {
	return follow.Resume(c.api, &opStopJob, token, c.jobStop)
}

// UntilJobRunning waits until a job runs, whoever started it. A job that is over ends the wait, because
// it never runs again: as a failure if it has failed or finished, as cancelled if it was stopped. The
// error holds the service's failure.
func (c *Client) UntilJobRunning(r GetJobRequest) *cloud.Waiter[GetJobResponse] {
	return c.untilJob("UntilJobRunning", r, jobRuns)
}

// UntilJobFinished waits until a job has run to its end, as batch jobs do. It fails when the job has
// failed, with the service's failure, and is cancelled when the job was stopped. A streaming job seldom
// finishes.
func (c *Client) UntilJobFinished(r GetJobRequest) *cloud.Waiter[GetJobResponse] {
	return c.untilJob("UntilJobFinished", r, jobFinishes)
}

// UntilJobStopped waits until a job is over without a failure, whoever stopped it: CANCELLED or FINISHED.
// When the job has failed, the error holds the service's failure.
func (c *Client) UntilJobStopped(r GetJobRequest) *cloud.Waiter[GetJobResponse] {
	return c.untilJob("UntilJobStopped", r, jobStops)
}

// jobOf names one job, which is never started twice.
type jobOf struct {
	JobID     string `json:"jobId"`
	Namespace string `json:"namespace"`
	Workspace string `json:"workspace"`
}

func (c *Client) jobStart(s *jobOf) cloud.Wait[GetJobResponse] {
	w := c.jobWait(s, jobStarts)
	w.AppearWithin = follow.AppearsWithin
	return w
}

func (c *Client) jobStop(s *jobOf) cloud.Wait[GetJobResponse] { return c.jobWait(s, jobStops) }

func (c *Client) untilJob(name string, r GetJobRequest, goal jobGoal) *cloud.Waiter[GetJobResponse] {
	s := jobOf(r)
	w := c.jobWait(&s, goal)
	w.AppearWithin = follow.AppearsWithin
	return follow.Until(c.api, name, w)
}

func (c *Client) jobWait(s *jobOf, goal jobGoal) cloud.Wait[GetJobResponse] {
	return cloud.Wait[GetJobResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*GetJobResponse, error) { return c.GetJob(ctx, GetJobRequest(*s)) },
		Judge:   goal.judge,
	}
}

// jobGoal has the states that end a wait. CANCELLING never does: what it ends in has the reason.
type jobGoal map[JobState]cloud.Outcome

var (
	jobRuns = jobGoal{
		JobStateRunning: cloud.Succeeded, JobStateFinished: cloud.Failed, JobStateCancelled: cloud.Cancelled, JobStateFailed: cloud.Failed,
	}
	jobStarts = jobGoal{
		JobStateRunning: cloud.Succeeded, JobStateFinished: cloud.Succeeded, JobStateCancelled: cloud.Cancelled, JobStateFailed: cloud.Failed,
	}
	jobFinishes = jobGoal{JobStateFinished: cloud.Succeeded, JobStateCancelled: cloud.Cancelled, JobStateFailed: cloud.Failed}
	jobStops    = jobGoal{JobStateFinished: cloud.Succeeded, JobStateCancelled: cloud.Succeeded, JobStateFailed: cloud.Failed}
)

func (g jobGoal) judge(r *GetJobResponse) cloud.Judgement {
	if r.Data == nil || r.Data.Status == nil {
		return cloud.Judgement{}
	}
	s := r.Data.Status
	j := cloud.Judgement{State: string(s.CurrentJobStatus), Outcome: g[s.CurrentJobStatus]}
	if s.Failure != nil {
		j.Reason = join(": ", s.Failure.Reason, s.Failure.Message)
	}
	return j
}
