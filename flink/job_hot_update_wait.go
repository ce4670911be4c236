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

var hotUpdateJob = change[HotUpdateJobRequest, HotUpdateJobResponse, hotUpdateChange, GetHotUpdateJobResultResponse]{
	State: func(r *HotUpdateJobRequest) *hotUpdateChange {
		return &hotUpdateChange{Namespace: r.Namespace, Workspace: r.Workspace}
	},
	Accepted: func(s *hotUpdateChange, r *HotUpdateJobRequest, out *HotUpdateJobResponse, _ time.Time) error {
		s.JobHotUpdateID = out.Data.JobHotUpdateID
		return startedFor("job", r.JobID, out.Data.JobID, out.RequestID)
	},
	Spec: (*Client).hotUpdate,
}

// UntilHotUpdated waits until a hot update has been applied. When it has failed, the error holds the service's
// failure.
func (c *Client) UntilHotUpdated(r GetHotUpdateJobResultRequest) *cloud.Waiter[GetHotUpdateJobResultResponse] {
	return wait.Until(c.api, "UntilHotUpdated", c.hotUpdate(&hotUpdateChange{r.JobHotUpdateID, r.Namespace, r.Workspace}))
}

// hotUpdateChange is the resume state of a hot update. Its id is new, so nothing older can be mistaken for it.
type hotUpdateChange struct {
	JobHotUpdateID string `json:"jobHotUpdateId"`
	Namespace      string `json:"namespace"`
	Workspace      string `json:"workspace"`
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
		Judge:        func(r *GetHotUpdateJobResultResponse) cloud.Verdict { return s.judge(&course, r) },
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
