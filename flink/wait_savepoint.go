package flink

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateSavepoint starts to take a savepoint of a deployment's running job and returns a waiter for
// it. The wait ends when that savepoint is completed; when it has failed, the error holds the service's
// failure.
func (c *Client) BeginCreateSavepoint(ctx context.Context, r CreateSavepointRequest) (*cloud.Waiter[GetSavepointResponse], error) {
	if err := c.api.Prepare(&opCreateSavepoint, &r); err != nil {
		return nil, err
	}
	out, err := c.CreateSavepoint(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data == nil || out.Data.SavepointID == "" {
		return nil, unnamed(&opCreateSavepoint, out.RequestID, "savepoint")
	}
	if err := unrelated(&opCreateSavepoint, out.RequestID, "deployment", r.DeploymentID, out.Data.DeploymentID); err != nil {
		return nil, err
	}
	s := &savepointOf{out.Data.SavepointID, r.Namespace, r.Workspace}
	return wait.Begin(c.api, &opCreateSavepoint, s, c.savepointWait), nil
}

// ResumeCreateSavepoint returns the waiter whose token is given.
func (c *Client) ResumeCreateSavepoint(token string) (*cloud.Waiter[GetSavepointResponse], error) {
	return wait.Resume(c.api, &opCreateSavepoint, token, c.savepointWait)
}

// UntilSavepointCompleted waits until a savepoint is completed, whatever it was made by; when it has
// failed, the error holds the service's failure.
func (c *Client) UntilSavepointCompleted(r GetSavepointRequest) *cloud.Waiter[GetSavepointResponse] {
	s := savepointOf(r)
	return wait.Until(c.api, "UntilSavepointCompleted", c.savepointWait(&s))
}

// savepointOf names one savepoint; its id is new, so nothing older can be mistaken for it.
type savepointOf struct {
	SavepointID string `json:"savepointId"`
	Namespace   string `json:"namespace"`
	Workspace   string `json:"workspace"`
}

// Check refuses what no start has named.
func (s *savepointOf) Check() error {
	return named("savepointId", s.SavepointID, "namespace", s.Namespace, "workspace", s.Workspace)
}

func (c *Client) savepointWait(s *savepointOf) cloud.WaitSpec[GetSavepointResponse] {
	return cloud.WaitSpec[GetSavepointResponse]{
		Service: service,
		Read: func(ctx context.Context) (*GetSavepointResponse, error) {
			return c.GetSavepoint(ctx, GetSavepointRequest(*s))
		},
		Judge:        s.judge,
		AppearWithin: wait.AppearsWithin,
		Within:       withinState,
	}
}

func (s *savepointOf) judge(r *GetSavepointResponse) cloud.Verdict {
	if r.Data == nil || r.Data.Status == nil {
		return cloud.Verdict{}
	}
	status := r.Data.Status
	j := cloud.Verdict{State: string(status.State), Reason: status.Failure.reason()}
	switch status.State {
	case SavepointStateCompleted:
		j.Outcome = cloud.Succeeded
	case SavepointStateFailed:
		j.Outcome = cloud.Failed
	}
	return about("savepoint", s.SavepointID, r.Data.SavepointID, j)
}

// reason says a failure in one line.
func (f *SavepointFailure) reason() string {
	if f == nil {
		return ""
	}
	return join(": ", f.Reason, f.Message)
}
