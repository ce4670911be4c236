package flink

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginStartJobWithParams starts a job of a deployment and returns a waiter for it. The wait ends well
// when that job runs; a job that has already run to its end, as a short batch job may, counts too. It
// fails when the job has failed, with the service's failure, and is canceled when the job was stopped.
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
	if err := unrelated(&opStartJobWithParams, out.RequestID, "deployment", r.JobStartParameters.DeploymentID, out.Data.DeploymentID); err != nil {
		return nil, err
	}
	s := &jobOf{out.Data.JobID, r.Namespace, r.Workspace}
	return wait.Begin(c.api, &opStartJobWithParams, s, c.jobStart), nil
}

// ResumeStartJobWithParams returns the waiter whose token is given.
func (c *Client) ResumeStartJobWithParams(token string) (*cloud.Waiter[GetJobResponse], error) {
	return wait.Resume(c.api, &opStartJobWithParams, token, c.jobStart)
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
	if err := unrelated(&opStartJob, out.RequestID, "deployment", r.StartJobParameters.DeploymentID, out.Data.DeploymentID); err != nil {
		return nil, err
	}
	s := &jobOf{out.Data.JobID, r.Namespace, r.Workspace}
	return wait.Begin(c.api, &opStartJob, s, c.jobStart), nil
}

// ResumeStartJob returns the waiter whose token is given.
func (c *Client) ResumeStartJob(token string) (*cloud.Waiter[GetJobResponse], error) {
	return wait.Resume(c.api, &opStartJob, token, c.jobStart)
}

// UntilJobRunning waits until a job runs, whoever started it. A job that is over ends the wait, because
// it never runs again: as a failure if it has failed or finished, as canceled if it was stopped. The
// error holds the service's failure.
func (c *Client) UntilJobRunning(r GetJobRequest) *cloud.Waiter[GetJobResponse] {
	return c.untilJob("UntilJobRunning", r, jobRuns, withinStart)
}

// UntilJobFinished waits until a job has run to its end, as batch jobs do. It fails when the job has
// failed, with the service's failure, and is canceled when the job was stopped. A streaming job seldom
// finishes.
func (c *Client) UntilJobFinished(r GetJobRequest) *cloud.Waiter[GetJobResponse] {
	return c.untilJob("UntilJobFinished", r, jobFinishes, withinRun)
}

// jobOf names one job, which is never started twice.
type jobOf struct {
	JobID     string `json:"jobId"`
	Namespace string `json:"namespace"`
	Workspace string `json:"workspace"`
}

// Check refuses what no start has named.
func (s *jobOf) Check() error {
	return named("jobId", s.JobID, "namespace", s.Namespace, "workspace", s.Workspace)
}

func (c *Client) jobStart(s *jobOf) cloud.WaitSpec[GetJobResponse] {
	return c.jobWait(s, jobStarts, withinStart)
}

func (c *Client) untilJob(name string, r GetJobRequest, goal jobGoal, within time.Duration) *cloud.Waiter[GetJobResponse] {
	s := jobOf(r)
	return wait.Until(c.api, name, c.jobWait(&s, goal, within))
}

func (c *Client) jobWait(s *jobOf, goal jobGoal, within time.Duration) cloud.WaitSpec[GetJobResponse] {
	return cloud.WaitSpec[GetJobResponse]{
		Service:      service,
		Read:         func(ctx context.Context) (*GetJobResponse, error) { return c.GetJob(ctx, GetJobRequest(*s)) },
		Judge:        func(r *GetJobResponse) cloud.Verdict { return goal.judge(s, r) },
		AppearWithin: wait.AppearsWithin,
		Within:       within,
	}
}

// jobGoal has the states that end a wait. CANCELLING never does: what it ends in has the reason.
type jobGoal map[JobState]cloud.Outcome

var (
	jobRuns = jobGoal{
		JobStateRunning: cloud.Succeeded, JobStateFinished: cloud.Failed, JobStateCancelled: cloud.Canceled, JobStateFailed: cloud.Failed,
	}
	jobStarts = jobGoal{
		JobStateRunning: cloud.Succeeded, JobStateFinished: cloud.Succeeded, JobStateCancelled: cloud.Canceled, JobStateFailed: cloud.Failed,
	}
	jobFinishes = jobGoal{JobStateFinished: cloud.Succeeded, JobStateCancelled: cloud.Canceled, JobStateFailed: cloud.Failed}
	jobStops    = jobGoal{JobStateFinished: cloud.Succeeded, JobStateCancelled: cloud.Succeeded, JobStateFailed: cloud.Failed}
)

func (g jobGoal) judge(s *jobOf, r *GetJobResponse) cloud.Verdict {
	if r.Data == nil || r.Data.Status == nil {
		return cloud.Verdict{}
	}
	status := r.Data.Status
	j := cloud.Verdict{State: string(status.CurrentJobStatus), Outcome: g[status.CurrentJobStatus], Reason: status.Failure.reason()}
	return about("job", s.JobID, r.Data.JobID, j)
}

// reason says a failure in one line.
func (f *JobFailure) reason() string {
	if f == nil {
		return ""
	}
	return join(": ", f.Reason, f.Message)
}
