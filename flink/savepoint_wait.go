package flink

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a savepoint mean.
var savepointCompleted = wait.Statuses[SavepointState]{
	Succeeded: []SavepointState{SavepointStateCompleted},
	Failed:    []SavepointState{SavepointStateFailed},
}

var createSavepoint = change[CreateSavepointRequest, CreateSavepointResponse, savepointChange, GetSavepointResponse]{
	State: func(r *CreateSavepointRequest) *savepointChange {
		return &savepointChange{Namespace: r.Namespace, Workspace: r.Workspace}
	},
	Accepted: func(s *savepointChange, r *CreateSavepointRequest, out *CreateSavepointResponse, _ time.Time) error {
		s.SavepointID = out.Data.SavepointID
		return startedFor("deployment", r.DeploymentID, out.Data.DeploymentID, out.RequestID)
	},
	Spec: (*Client).savepointCreation,
}

// UntilSavepointCompleted waits until a savepoint is completed. When it has failed, the error holds the service's
// failure.
func (c *Client) UntilSavepointCompleted(r GetSavepointRequest) *cloud.Waiter[GetSavepointResponse] {
	return wait.Until(c.api, "UntilSavepointCompleted", c.savepointCreation(&savepointChange{r.SavepointID, r.Namespace, r.Workspace}))
}

// savepointChange is the resume state of the creation of a savepoint. Its id is new, so nothing older can be
// mistaken for it.
type savepointChange struct {
	SavepointID string `json:"savepointId"`
	Namespace   string `json:"namespace"`
	Workspace   string `json:"workspace"`
}

// Check refuses a state that names no savepoint.
func (s *savepointChange) Check() error {
	return wait.Lacks("savepointId", s.SavepointID, "namespace", s.Namespace, "workspace", s.Workspace)
}

func (c *Client) savepointCreation(s *savepointChange) cloud.WaitSpec[GetSavepointResponse] {
	r := GetSavepointRequest{SavepointID: s.SavepointID, Namespace: s.Namespace, Workspace: s.Workspace}
	return cloud.WaitSpec[GetSavepointResponse]{
		Service:      service,
		Read:         func(ctx context.Context) (*GetSavepointResponse, error) { return c.GetSavepoint(ctx, r) },
		Judge:        s.judge,
		AppearWithin: wait.AppearsWithin,
		Within:       stateWithin,
	}
}

func (s *savepointChange) judge(r *GetSavepointResponse) cloud.Verdict {
	status := r.Data.Status
	if status == nil {
		return cloud.Verdict{}
	}
	v := savepointCompleted.Verdict(status.State, status.Failure.reason())
	return verdictOn("savepoint", s.SavepointID, r.Data.SavepointID, v)
}

// reason returns a failure as one line.
func (f *SavepointFailure) reason() string {
	if f == nil {
		return ""
	}
	return join(": ", f.Reason, f.Message)
}
