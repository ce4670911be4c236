package flink

import (
	"cmp"
	"context"
	"iter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a job mean for each wait. CANCELLING never ends one: the state that follows it has the reason.
var (
	jobRuns = wait.Statuses[JobState]{
		Succeeded: []JobState{JobStateRunning},
		Failed:    []JobState{JobStateFinished, JobStateFailed},
		Canceled:  []JobState{JobStateCancelled},
	}
	jobStarted = wait.Statuses[JobState]{
		Succeeded: []JobState{JobStateRunning, JobStateFinished},
		Failed:    []JobState{JobStateFailed},
		Canceled:  []JobState{JobStateCancelled},
	}
	jobFinished = wait.Statuses[JobState]{
		Succeeded: []JobState{JobStateFinished},
		Failed:    []JobState{JobStateFailed},
		Canceled:  []JobState{JobStateCancelled},
	}
	jobStopped = wait.Statuses[JobState]{
		Succeeded: []JobState{JobStateFinished, JobStateCancelled},
		Failed:    []JobState{JobStateFailed},
	}
)

var startJobWithParams = change[StartJobWithParamsRequest, StartJobWithParamsResponse, jobChange, GetJobResponse]{
	State: func(r *StartJobWithParamsRequest) *jobChange {
		return &jobChange{DeploymentID: r.JobStartParameters.DeploymentID, Namespace: r.Namespace, Workspace: r.Workspace}
	},
	Accepted: func(s *jobChange, r *StartJobWithParamsRequest, out *StartJobWithParamsResponse, _ time.Time) error {
		s.JobID = out.Data.JobID
		return startedFor("deployment", r.JobStartParameters.DeploymentID, out.Data.DeploymentID, out.RequestID)
	},
	Began: func(c *Client, ctx context.Context, s *jobChange, r *StartJobWithParamsRequest, prepared time.Time) (cloud.StartStatus, error) {
		p := r.JobStartParameters
		asked := &Job{DeploymentID: p.DeploymentID, LocalVariables: p.LocalVariables, RestoreStrategy: p.RestoreStrategy}
		return c.jobStartBegan(ctx, s, ListJobsRequest{Namespace: r.Namespace, Workspace: r.Workspace}, asked, prepared)
	},
	Spec:   (*Client).jobStart,
	Undo:   (*Client).undoJobStart,
	Cancel: (*Client).cancelJobStart,
}

var startJob = change[StartJobRequest, StartJobResponse, jobChange, GetJobResponse]{
	State: func(r *StartJobRequest) *jobChange {
		return &jobChange{DeploymentID: r.StartJobParameters.DeploymentID, Namespace: r.Namespace, Workspace: r.Workspace}
	},
	Accepted: func(s *jobChange, r *StartJobRequest, out *StartJobResponse, _ time.Time) error {
		s.JobID = out.Data.JobID
		return startedFor("deployment", r.StartJobParameters.DeploymentID, out.Data.DeploymentID, out.RequestID)
	},
	Began: func(c *Client, ctx context.Context, s *jobChange, r *StartJobRequest, prepared time.Time) (cloud.StartStatus, error) {
		p := r.StartJobParameters
		asked := &Job{DeploymentID: p.DeploymentID, RestoreStrategy: p.RestoreStrategy}
		if set := p.ResourceSettingSpec; set != nil {
			asked.FlinkConf = set.FlinkConf
			asked.StreamingResourceSetting, asked.BatchResourceSetting = set.StreamingResourceSetting, set.BatchResourceSetting
		}
		return c.jobStartBegan(ctx, s, ListJobsRequest{Namespace: r.Namespace, Workspace: r.Workspace}, asked, prepared)
	},
	Spec:   (*Client).jobStart,
	Undo:   (*Client).undoJobStart,
	Cancel: (*Client).cancelJobStart,
}

// UntilJobRunning waits until a job runs. A job that has ended ends the wait, because it never runs again: as a
// failure if it has failed or finished, as canceled if it was stopped. The error holds the service's failure.
func (c *Client) UntilJobRunning(r GetJobRequest) *cloud.Waiter[GetJobResponse] {
	return wait.Until(c.api, "UntilJobRunning", c.jobSpec(jobOf(r), jobRuns, startWithin))
}

// UntilJobFinished waits until a job has run to its end, as batch jobs do. It fails when the job has failed, with
// the service's failure, and is canceled when the job was stopped. A streaming job seldom finishes.
func (c *Client) UntilJobFinished(r GetJobRequest) *cloud.Waiter[GetJobResponse] {
	return wait.Until(c.api, "UntilJobFinished", c.jobSpec(jobOf(r), jobFinished, runWithin))
}

// jobChange is the resume state of the start of a job, which is never started twice.
type jobChange struct {
	JobID     string `json:"jobId"`
	Namespace string `json:"namespace"`
	Workspace string `json:"workspace"`

	DeploymentID string `json:"deploymentId,omitzero"` // empty if it is not known
}

// Resource is the deployment, or the job if that is not known.
func (s *jobChange) Resource() string {
	return resource(s.Workspace, s.Namespace, cmp.Or(s.DeploymentID, s.JobID))
}

func jobOf(r GetJobRequest) *jobChange {
	return &jobChange{JobID: r.JobID, Namespace: r.Namespace, Workspace: r.Workspace}
}

// Check refuses a state that names no job.
func (s *jobChange) Check() error {
	return wait.Lacks("jobId", s.JobID, "namespace", s.Namespace, "workspace", s.Workspace)
}

func (c *Client) jobStart(s *jobChange) cloud.WaitSpec[GetJobResponse] {
	return c.jobSpec(s, jobStarted, startWithin)
}

func (c *Client) jobSpec(s *jobChange, goal wait.Statuses[JobState], within time.Duration) cloud.WaitSpec[GetJobResponse] {
	return wait.Share(c.api, cloud.WaitSpec[GetJobResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*GetJobResponse, error) { return c.job(ctx, s) },
		Judge:   func(r *GetJobResponse) cloud.Verdict { return s.judge(r, goal) },
		Diagnose: func(ctx context.Context, last *GetJobResponse) (*cloud.Diagnosis, error) {
			return c.diagnoseJob(ctx, s, last, true)
		},
		AppearWithin: wait.AppearsWithin,
		Within:       within,
	}, &wait.List[Job, GetJobResponse]{
		Op:  &opListJobs,
		Of:  func() []string { return append(place(s.Namespace, s.Workspace)(), s.DeploymentID) },
		IDs: []string{s.JobID},
		Items: func(ctx context.Context, _ []string) iter.Seq2[Job, error] {
			return c.AllJobs(ctx, ListJobsRequest{
				DeploymentID: s.DeploymentID, Namespace: s.Namespace, Workspace: s.Workspace, PageSize: pageSize,
			})
		},
		ID:      func(j *Job) string { return j.JobID },
		PerCall: pageSize,
		Show: func(jobs []*Job) *GetJobResponse {
			if jobs[0] == nil {
				return nil
			}
			return &GetJobResponse{Data: jobs[0]}
		},
	})
}

func (c *Client) job(ctx context.Context, s *jobChange) (*GetJobResponse, error) {
	r, err := c.GetJob(ctx, GetJobRequest{JobID: s.JobID, Namespace: s.Namespace, Workspace: s.Workspace})
	if err == nil {
		s.DeploymentID = cmp.Or(r.Data.DeploymentID, s.DeploymentID)
	}
	return r, err
}

func (s *jobChange) judge(r *GetJobResponse, goal wait.Statuses[JobState]) cloud.Verdict {
	status := r.Data.Status
	if status == nil {
		return cloud.Verdict{}
	}
	return verdictOn("job", s.JobID, r.Data.JobID, goal.Verdict(status.CurrentJobStatus, status.Failure.reason()))
}

// reason returns a failure as one line.
func (f *JobFailure) reason() string {
	if f == nil {
		return ""
	}
	return join(": ", f.Reason, f.Message)
}
