package flink

import (
	"context"
	"iter"
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
		return &savepointChange{Namespace: r.Namespace, Workspace: r.Workspace, DeploymentID: r.DeploymentID}
	},
	Accepted: func(s *savepointChange, r *CreateSavepointRequest, out *CreateSavepointResponse, _ time.Time) error {
		s.SavepointID = out.Data.SavepointID
		return startedFor("deployment", r.DeploymentID, out.Data.DeploymentID, out.RequestID)
	},
	Began: (*Client).savepointBegan,
	Spec:  (*Client).savepointCreation,
}

// UntilSavepointCompleted waits until a savepoint is completed. When it has failed, the error holds the service's
// failure.
func (c *Client) UntilSavepointCompleted(r GetSavepointRequest) *cloud.Waiter[GetSavepointResponse] {
	return wait.Until(c.api, "UntilSavepointCompleted", c.savepointCreation(&savepointChange{
		SavepointID: r.SavepointID, Namespace: r.Namespace, Workspace: r.Workspace,
	}))
}

// savepointChange is the resume state of the creation of a savepoint. Its id is new, so nothing older can be
// mistaken for it.
type savepointChange struct {
	SavepointID string `json:"savepointId"`
	Namespace   string `json:"namespace"`
	Workspace   string `json:"workspace"`

	DeploymentID string `json:"deploymentId,omitzero"` // empty if it is not known
}

// Resource is the deployment.
func (s *savepointChange) Resource() string {
	return resource(s.Workspace, s.Namespace, s.DeploymentID)
}

// Check refuses a state that names no savepoint.
func (s *savepointChange) Check() error {
	return wait.Lacks("savepointId", s.SavepointID, "namespace", s.Namespace, "workspace", s.Workspace)
}

// savepointBegan looks for the savepoint among those of the deployment. Users can tell theirs apart by the description.
func (c *Client) savepointBegan(
	ctx context.Context, s *savepointChange, r *CreateSavepointRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	asked := &Savepoint{DeploymentID: r.DeploymentID, SavepointOrigin: SavepointOriginUserRequest}
	var description string
	if r.Description != nil {
		description = *r.Description
	}
	p, status, err := wait.Creations[Savepoint]{
		Items: c.AllSavepoints(ctx, ListSavepointsRequest{
			DeploymentID: r.DeploymentID, Namespace: r.Namespace, Workspace: r.Workspace, PageSize: pageSize,
		}),
		PageSize:  pageSize,
		ID:        func(p *Savepoint) string { return p.SavepointID },
		CreatedAt: func(p *Savepoint) time.Time { return p.CreatedAt.Time() },
		Matches: func(p *Savepoint) bool {
			return p.SavepointID != "" && p.Description == description && !wait.Contradicts(asked, p) &&
				(r.NativeFormat == nil || *r.NativeFormat == p.NativeFormat)
		},
	}.Since(prepared)
	if p != nil {
		s.SavepointID = p.SavepointID
	}
	return status, err
}

func (c *Client) savepointCreation(s *savepointChange) cloud.WaitSpec[GetSavepointResponse] {
	r := GetSavepointRequest{SavepointID: s.SavepointID, Namespace: s.Namespace, Workspace: s.Workspace}
	return wait.Share(c.api, cloud.WaitSpec[GetSavepointResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*GetSavepointResponse, error) { return c.GetSavepoint(ctx, r) },
		Judge:   s.judge,
		Diagnose: func(ctx context.Context, last *GetSavepointResponse) (*cloud.Diagnosis, error) {
			return c.diagnoseSavepoint(ctx, s, last)
		},
		AppearWithin: wait.AppearsWithin,
		Within:       stateWithin,
	}, &wait.List[Savepoint, GetSavepointResponse]{
		Op:  &opListSavepoints,
		Of:  place(s.Namespace, s.Workspace),
		IDs: []string{s.SavepointID},
		Items: func(ctx context.Context, _ []string) iter.Seq2[Savepoint, error] {
			return c.AllSavepoints(ctx, ListSavepointsRequest{Namespace: s.Namespace, Workspace: s.Workspace, PageSize: pageSize})
		},
		ID:      func(p *Savepoint) string { return p.SavepointID },
		PerCall: pageSize,
		Show: func(savepoints []*Savepoint) *GetSavepointResponse {
			if savepoints[0] == nil {
				return nil
			}
			return &GetSavepointResponse{Data: savepoints[0]}
		},
	})
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
