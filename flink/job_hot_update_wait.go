package flink

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of a hot update mean. One that was applied may still show a failure of low severity.
var hotUpdateApplied = wait.Statuses[HotUpdateStatus]{
	Succeeded: []HotUpdateStatus{HotUpdateStatusHotUpdated},
	Failed:    []HotUpdateStatus{HotUpdateStatusFailed},
}

var hotUpdateJob = hotUpdateTo(nil)

// hotUpdateTo declares a hot update, with the settings that the deployment gets before it; nil is those that it has.
func hotUpdateTo(target *hotSettings) change[HotUpdateJobRequest, HotUpdateJobResponse, hotUpdateChange, GetHotUpdateJobResultResponse] {
	return change[HotUpdateJobRequest, HotUpdateJobResponse, hotUpdateChange, GetHotUpdateJobResultResponse]{
		State: func(r *HotUpdateJobRequest) *hotUpdateChange {
			return &hotUpdateChange{Namespace: r.Namespace, Workspace: r.Workspace, JobID: r.JobID, Target: target}
		},
		Before: (*Client).beforeHotUpdate,
		Ready:  (*Client).saveHotSettings,
		Accepted: func(s *hotUpdateChange, r *HotUpdateJobRequest, out *HotUpdateJobResponse, _ time.Time) error {
			s.JobHotUpdateID = out.Data.JobHotUpdateID
			return startedFor("job", r.JobID, out.Data.JobID, out.RequestID)
		},
		Spec: (*Client).hotUpdate,
		Undo: (*Client).undoHotUpdate,
	}
}

// UntilHotUpdated waits until a hot update has been applied. When it has failed, the error holds the service's
// failure.
func (c *Client) UntilHotUpdated(r GetHotUpdateJobResultRequest) *cloud.Waiter[GetHotUpdateJobResultResponse] {
	return wait.Until(c.api, "UntilHotUpdated", c.hotUpdate(&hotUpdateChange{
		JobHotUpdateID: r.JobHotUpdateID, Namespace: r.Namespace, Workspace: r.Workspace,
	}))
}

// hotUpdateChange is the resume state of a hot update. Its id is new, so nothing older can be mistaken for it.
type hotUpdateChange struct {
	JobHotUpdateID string `json:"jobHotUpdateId"`
	Namespace      string `json:"namespace"`
	Workspace      string `json:"workspace"`

	JobID        string       `json:"jobId,omitzero"`
	DeploymentID string       `json:"deploymentId,omitzero"` // of the job; empty if it is not known
	Before       hotSettings  `json:"before,omitzero"`
	Target       *hotSettings `json:"target,omitzero"` // what the deployment gets before the hot update
}

// Resource is the job.
func (s *hotUpdateChange) Resource() string { return resource(s.Workspace, s.Namespace, s.JobID) }

// CheckPrepared refuses a state that names no job.
func (s *hotUpdateChange) CheckPrepared() error {
	return wait.Lacks("jobId", s.JobID, "namespace", s.Namespace, "workspace", s.Workspace)
}

// Check refuses a state that names no hot update.
func (s *hotUpdateChange) Check() error {
	return wait.Lacks("jobHotUpdateId", s.JobHotUpdateID, "namespace", s.Namespace, "workspace", s.Workspace)
}

func (c *Client) hotUpdate(s *hotUpdateChange) cloud.WaitSpec[GetHotUpdateJobResultResponse] {
	var course wait.Course
	r := GetHotUpdateJobResultRequest{JobHotUpdateID: s.JobHotUpdateID, Namespace: s.Namespace, Workspace: s.Workspace}
	return cloud.WaitSpec[GetHotUpdateJobResultResponse]{
		Service: service,
		Read: func(ctx context.Context) (*GetHotUpdateJobResultResponse, error) {
			return c.GetHotUpdateJobResult(ctx, r)
		},
		Judge: func(r *GetHotUpdateJobResultResponse) cloud.Verdict { return s.judge(&course, r) },
		Diagnose: func(ctx context.Context, last *GetHotUpdateJobResultResponse) (*cloud.Diagnosis, error) {
			return c.diagnoseHotUpdate(ctx, s, last)
		},
		AppearWithin: wait.AppearsWithin,
		Within:       ticketWithin,
		MinInterval:  wait.QuickInterval,
	}
}

func (s *hotUpdateChange) judge(course *wait.Course, r *GetHotUpdateJobResultResponse) cloud.Verdict {
	status := r.Data.Status
	if status == nil {
		return cloud.Verdict{}
	}
	v := hotUpdateApplied.Verdict(status.Status, status.Failure.reason())
	v = verdictOn("hot update", s.JobHotUpdateID, r.Data.JobHotUpdateID, v)
	if course.Saw(v.State == string(HotUpdateStatusHotUpdating)) && v.State == string(HotUpdateStatusInit) {
		return abandoned(v.State, "the hot update was abandoned and is back in its initial state", v.Reason)
	}
	return v
}

// reason returns a failure as one line.
func (f *HotUpdateJobFailureInfo) reason() string {
	if f == nil {
		return ""
	}
	reason := join(": ", f.Reason, f.Message)
	if reason != "" && f.FailureSeverity != "" {
		reason += " (severity " + string(f.FailureSeverity) + ")"
	}
	return reason
}
