package flink

import (
	"context"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

const (
	// A hot update takes from seconds to a few minutes.
	hotUpdateMinInterval = 3 * time.Second
	hotUpdateMaxInterval = time.Minute
	// What is new may not be visible at once.
	appearsWithin = time.Minute
)

// BeginHotUpdateJob starts a hot update of a running job and returns a waiter for it. The wait ends
// when that hot update has been applied; when it has failed, the error holds the service's failure.
func (c *Client) BeginHotUpdateJob(ctx context.Context, r HotUpdateJobRequest) (*cloud.Waiter[GetHotUpdateJobResultResponse], error) {
	if err := c.api.Prepare(&opHotUpdateJob, &r); err != nil {
		return nil, err
	}
	started := time.Now()
	out, err := c.HotUpdateJob(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data == nil || out.Data.JobHotUpdateID == "" {
		return nil, &cloud.Error{
			Service: service, Operation: opHotUpdateJob.Name, Kind: cloud.ErrTransport, RequestID: out.RequestID,
			Message: "the service accepted the call but named no hot update",
		}
	}
	return c.waitHotUpdate(started, hotUpdate{r.Workspace, r.Namespace, out.Data.JobHotUpdateID}), nil
}

// ResumeHotUpdateJob returns the waiter whose token is given.
func (c *Client) ResumeHotUpdateJob(token string) (*cloud.Waiter[GetHotUpdateJobResultResponse], error) {
	var u hotUpdate
	t, err := cloud.DecodeToken(token, c.api.Token(opHotUpdateJob.Name, time.Time{}), &u)
	if err != nil {
		return nil, err
	}
	return c.waitHotUpdate(t.Started, u), nil
}

// hotUpdate names one hot update; its id is new, so nothing older can be mistaken for it.
type hotUpdate struct {
	Workspace      string `json:"workspace"`
	Namespace      string `json:"namespace"`
	JobHotUpdateID string `json:"jobHotUpdateId"`
}

func (c *Client) waitHotUpdate(started time.Time, u hotUpdate) *cloud.Waiter[GetHotUpdateJobResultResponse] {
	w := c.hotUpdateWait(GetHotUpdateJobResultRequest{Workspace: u.Workspace, Namespace: u.Namespace, JobHotUpdateID: u.JobHotUpdateID})
	w.Operation = opHotUpdateJob.Name
	w.Started = started
	w.Token = c.api.Token(opHotUpdateJob.Name, started).Encode(&u)
	return cloud.NewWaiter(w)
}

// UntilHotUpdated waits until a hot update has been applied, whoever started it; when it has failed, the
// error holds the service's failure.
func (c *Client) UntilHotUpdated(r GetHotUpdateJobResultRequest) *cloud.Waiter[GetHotUpdateJobResultResponse] {
	w := c.hotUpdateWait(r)
	w.Operation = "UntilHotUpdated"
	return cloud.NewWaiter(w)
}

func (c *Client) hotUpdateWait(r GetHotUpdateJobResultRequest) cloud.Wait[GetHotUpdateJobResultResponse] {
	return cloud.Wait[GetHotUpdateJobResultResponse]{
		Service: service,
		Read: func(ctx context.Context) (*GetHotUpdateJobResultResponse, error) {
			return c.GetHotUpdateJobResult(ctx, r)
		},
		Judge:        judgeHotUpdate,
		AppearWithin: appearsWithin,
		MinInterval:  hotUpdateMinInterval,
		MaxInterval:  hotUpdateMaxInterval,
	}
}

// judgeHotUpdate goes by the status alone: a hot update that was applied may still carry a failure
// of low severity.
func judgeHotUpdate(r *GetHotUpdateJobResultResponse) cloud.Judgement {
	if r.Data == nil || r.Data.Status == nil {
		return cloud.Judgement{}
	}
	s := r.Data.Status
	j := cloud.Judgement{State: string(s.Status), Reason: s.Failure.reason()}
	switch s.Status {
	case HotUpdateStatusHotUpdated:
		j.Outcome = cloud.Succeeded
	case HotUpdateStatusFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

// reason says a failure in one line. The service writes "nothing" as a pair of quotation marks at
// times.
func (f *HotUpdateJobFailureInfo) reason() string {
	if f == nil {
		return ""
	}
	var parts []string
	for _, text := range []string{f.Reason, f.Message} {
		if text != "" && text != `""` {
			parts = append(parts, text)
		}
	}
	reason := strings.Join(parts, ": ")
	if reason != "" && f.FailureSeverity != "" {
		reason += " (severity " + string(f.FailureSeverity) + ")"
	}
	return reason
}
