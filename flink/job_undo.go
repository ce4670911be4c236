package flink

import (
	"context"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// jobStartBegan looks for the job among those of its deployment. asked has what the start asked for.
func (c *Client) jobStartBegan(
	ctx context.Context, s *jobChange, list ListJobsRequest, asked *Job, prepared time.Time,
) (cloud.StartStatus, error) {
	list.DeploymentID, list.PageSize = asked.DeploymentID, pageSize
	job, status, err := wait.Creations[Job]{
		Items:     c.AllJobs(ctx, list),
		PageSize:  pageSize,
		ID:        func(j *Job) string { return j.JobID },
		CreatedAt: func(j *Job) time.Time { return j.CreatedAt.Time() },
		Matches:   func(j *Job) bool { return j.JobID != "" && !wait.Contradicts(asked, j) },
	}.Since(prepared)
	if job != nil {
		s.JobID = job.JobID
	}
	return status, err
}

// undoJobStart prepares the stop of the job. Its state is kept in a savepoint, unless it has none to lose.
func (c *Client) undoJobStart(ctx context.Context, s *jobChange) (cloud.AnyChange, error) {
	job, state, err := c.jobNow(ctx, s)
	if err != nil {
		return nil, err
	}
	strategy := StopStrategyWithSavepoint
	switch {
	case state == JobStateStarting, state == JobStateRunning && job.ExecutionMode == ExecutionModeBatch:
		strategy = StopStrategyWithoutSavepoint
	case state != JobStateRunning:
		return nil, stateRefusal(s.JobID, state, "only one that is starting or running can be stopped")
	}
	return wait.AnyChange(c.PrepareStopJob(ctx, StopJobRequest{
		JobID: s.JobID, Namespace: s.Namespace, Workspace: s.Workspace, StopJobParameters: StopJobParameters{StopStrategy: strategy},
	}))
}

// cancelJobStart stops a job that is still starting.
func (c *Client) cancelJobStart(ctx context.Context, s *jobChange) error {
	_, state, err := c.jobNow(ctx, s)
	if err != nil {
		return err
	}
	if state != JobStateStarting {
		return stateRefusal(s.JobID, state, "only a start that is under way can be canceled")
	}
	_, err = c.StopJob(ctx, StopJobRequest{
		JobID: s.JobID, Namespace: s.Namespace, Workspace: s.Workspace,
		StopJobParameters: StopJobParameters{StopStrategy: StopStrategyWithoutSavepoint},
	})
	return err
}

// jobNow reads the job and its state.
func (c *Client) jobNow(ctx context.Context, s *jobChange) (*Job, JobState, error) {
	r, err := c.job(ctx, s)
	switch {
	case err != nil:
		return nil, "", err
	case r.Data.Status == nil || isOther(s.JobID, r.Data.JobID):
		return nil, "", &cloud.Error{
			Service: service, Operation: opGetJob.Name, Kind: cloud.ErrTransport, RequestID: r.RequestID,
			Message: fmt.Sprintf("unexpected response: it does not show the state of job %q", s.JobID),
		}
	}
	return r.Data, r.Data.Status.CurrentJobStatus, nil
}

// stateRefusal refuses what the state of a job does not allow.
func stateRefusal(jobID string, state JobState, why string) error {
	return &cloud.Error{Kind: cloud.ErrConflict, Message: fmt.Sprintf("job %s is %s; %s", jobID, state, why)}
}

// jobStopBegan finds out whether the job has been asked to stop. A job that has ended never runs again, so it has stopped
// as asked for, unless it lacks the savepoint.
func (c *Client) jobStopBegan(ctx context.Context, s *jobStopChange, r *StopJobRequest, prepared time.Time) (cloud.StartStatus, error) {
	s.Job = jobChange{JobID: r.JobID, Namespace: r.Namespace, Workspace: r.Workspace}
	s.Strategy, s.Sent = r.StopJobParameters.StopStrategy, prepared.Unix()
	job, state, err := c.jobNow(ctx, &s.Job)
	if err != nil {
		return cloud.Uncertain, err
	}
	s.Job.DeploymentID = job.DeploymentID
	if state == JobStateCancelling {
		s.Failure = job.Status.Failure.fingerprint()
		return cloud.Begun, nil
	}
	p, err := c.savepointOfStop(ctx, s)
	if err != nil {
		return cloud.Uncertain, err
	}
	if s.runs(&GetJobResponse{Data: job}) {
		return s.runsOn(job, p), nil
	}
	return s.ended(job, state, p), nil
}

// runsOn is the status of a stop whose job runs or starts.
func (s *jobStopChange) runsOn(job *Job, p *Savepoint) cloud.StartStatus {
	s.Abandoned = p != nil && p.Status != nil && p.Status.State == SavepointStateFailed
	if p != nil || s.failedSince(&GetJobResponse{Data: job}) {
		return cloud.Begun
	}
	return cloud.NotBegun
}

// ended is the status of a stop whose job has ended.
func (s *jobStopChange) ended(job *Job, state JobState, p *Savepoint) cloud.StartStatus {
	end := job.EndTime.Time()
	switch {
	case isOpen(state):
		return cloud.Uncertain // a state that is not documented
	case !end.IsZero() && end.Before(time.Unix(s.Sent, 0).Add(-stopPrecision)):
		return cloud.NotBegun // it had ended before
	case state != JobStateFailed && s.asksForSavepoint() && p == nil:
		return cloud.NotBegun // it was stopped in another way
	}
	return cloud.Begun
}

// stopPrecision is how long before the call that caused it the end of a job may seem to be.
const stopPrecision = 10 * time.Second

func isOpen(state JobState) bool {
	return state != JobStateFailed && state != JobStateCancelled && state != JobStateFinished
}

// savepointOfStop returns the newest savepoint that the stop made; nil if it makes none or the list shows none.
func (c *Client) savepointOfStop(ctx context.Context, s *jobStopChange) (newest *Savepoint, err error) {
	if !s.asksForSavepoint() {
		return nil, nil
	}
	for p, err := range c.jobSavepoints(ctx, s) {
		if err != nil {
			return nil, err
		}
		if s.made(p) && (newest == nil || p.CreatedAt > newest.CreatedAt) {
			newest = &p
		}
	}
	return newest, nil
}

// undoJobStop prepares the start of another job of the deployment, from the savepoint that the stop made. Without one, a
// streaming job starts from the newest state of the deployment, and a batch job from its beginning.
func (c *Client) undoJobStop(ctx context.Context, s *jobStopChange) (cloud.AnyChange, error) {
	job, state, err := c.jobNow(ctx, &s.Job)
	switch {
	case err != nil:
		return nil, err
	case s.Strategy == StopStrategyWithDrain:
		return nil, noWayBack("a drained job has fired what waited for later events")
	case isOpen(state):
		return nil, stateRefusal(s.Job.JobID, state, "another one can start when it has ended")
	case job.DeploymentID == "":
		return nil, noWayBack("the job does not show its deployment")
	}
	restore, err := c.stateAfterStop(ctx, s, job)
	if err != nil {
		return nil, err
	}
	return wait.AnyChange(c.starter().PrepareStartJobWithParams(ctx, StartJobWithParamsRequest{
		Namespace: s.Job.Namespace, Workspace: s.Job.Workspace,
		JobStartParameters: JobStartParameters{
			DeploymentID: job.DeploymentID, LocalVariables: job.LocalVariables, RestoreStrategy: restore,
		},
	}))
}

// stateAfterStop is the state from which a job goes on where the stopped one ended.
func (c *Client) stateAfterStop(ctx context.Context, s *jobStopChange, job *Job) (*DeploymentRestoreStrategy, error) {
	if job.ExecutionMode == ExecutionModeBatch {
		return &DeploymentRestoreStrategy{Kind: RestoreKindNone}, nil
	}
	restore := &DeploymentRestoreStrategy{Kind: RestoreKindLatestState}
	if job.RestoreStrategy != nil {
		restore.AllowNonRestoredState = job.RestoreStrategy.AllowNonRestoredState
	}
	p, err := c.savepointOfStop(ctx, s)
	if err != nil {
		return nil, err
	}
	if p != nil && p.Status != nil && p.Status.State == SavepointStateCompleted {
		restore.Kind, restore.SavepointID = RestoreKindFromSavepoint, p.SavepointID
	}
	return restore, nil
}
