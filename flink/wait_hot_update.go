package flink

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginHotUpdateJob starts a hot update of a running job and returns a waiter for it. The wait ends
// when that hot update has been applied; when it has failed, the error holds the service's failure.
func (c *Client) BeginHotUpdateJob(ctx context.Context, r HotUpdateJobRequest) (*cloud.Waiter[GetHotUpdateJobResultResponse], error) {
	if err := c.api.Prepare(&opHotUpdateJob, &r); err != nil {
		return nil, err
	}
	out, err := c.HotUpdateJob(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data == nil || out.Data.JobHotUpdateID == "" {
		return nil, unnamed(&opHotUpdateJob, out.RequestID, "hot update")
	}
	if err := unrelated(&opHotUpdateJob, out.RequestID, "job", r.JobID, out.Data.JobID); err != nil {
		return nil, err
	}
	s := &hotUpdateOf{out.Data.JobHotUpdateID, r.Namespace, r.Workspace}
	return wait.Begin(c.api, &opHotUpdateJob, s, c.hotUpdateWait), nil
}

// ResumeHotUpdateJob returns the waiter whose token is given.
func (c *Client) ResumeHotUpdateJob(token string) (*cloud.Waiter[GetHotUpdateJobResultResponse], error) {
	return wait.Resume(c.api, &opHotUpdateJob, token, c.hotUpdateWait)
}

// UntilHotUpdated waits until a hot update has been applied, whoever started it; when it has failed, the
// error holds the service's failure.
func (c *Client) UntilHotUpdated(r GetHotUpdateJobResultRequest) *cloud.Waiter[GetHotUpdateJobResultResponse] {
	s := hotUpdateOf(r)
	return wait.Until(c.api, "UntilHotUpdated", c.hotUpdateWait(&s))
}

// hotUpdateOf names one hot update; its id is new, so nothing older can be mistaken for it.
type hotUpdateOf struct {
	JobHotUpdateID string `json:"jobHotUpdateId"`
	Namespace      string `json:"namespace"`
	Workspace      string `json:"workspace"`
}

// Check refuses what no start has named.
func (s *hotUpdateOf) Check() error {
	return named("jobHotUpdateId", s.JobHotUpdateID, "namespace", s.Namespace, "workspace", s.Workspace)
}

func (c *Client) hotUpdateWait(s *hotUpdateOf) cloud.WaitSpec[GetHotUpdateJobResultResponse] {
	var course wait.Course
	return cloud.WaitSpec[GetHotUpdateJobResultResponse]{
		Service: service,
		Read: func(ctx context.Context) (*GetHotUpdateJobResultResponse, error) {
			return c.GetHotUpdateJobResult(ctx, GetHotUpdateJobResultRequest(*s))
		},
		Judge:        func(r *GetHotUpdateJobResultResponse) cloud.Verdict { return s.judge(&course, r) },
		AppearWithin: wait.AppearsWithin,
		Within:       withinTicket,
		MinInterval:  wait.QuickInterval,
	}
}

// judge goes by the status alone: a hot update that was applied may still carry a failure of low severity.
func (s *hotUpdateOf) judge(course *wait.Course, r *GetHotUpdateJobResultResponse) cloud.Verdict {
	if r.Data == nil || r.Data.Status == nil {
		return cloud.Verdict{}
	}
	status := r.Data.Status
	j := cloud.Verdict{State: string(status.Status), Reason: status.Failure.reason()}
	switch status.Status {
	case HotUpdateStatusHotUpdated:
		j.Outcome = cloud.Succeeded
	case HotUpdateStatusFailed:
		j.Outcome = cloud.Failed
	}
	j = about("hot update", s.JobHotUpdateID, r.Data.JobHotUpdateID, j)
	if course.Saw(j.State == string(HotUpdateStatusHotUpdating)) && j.State == string(HotUpdateStatusInit) {
		return givenUp(j.State, "the hot update was given up, it is back at its beginning", j.Reason)
	}
	return j
}

// reason says a failure in one line.
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
