package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of a connection mean for each wait.
var (
	connectionAccepted = wait.Statuses[EnvironmentAccountConnectionStatus]{
		Succeeded: []EnvironmentAccountConnectionStatus{EnvironmentAccountConnectionStatusConnected},
		Failed:    []EnvironmentAccountConnectionStatus{EnvironmentAccountConnectionStatusRejected},
	}
	connectionDeleted wait.Statuses[EnvironmentAccountConnectionStatus] // no status means deleted
)

var createEnvironmentAccountConnection = change[
	CreateEnvironmentAccountConnectionRequest, CreateEnvironmentAccountConnectionResponse, connectionChange,
	GetEnvironmentAccountConnectionResponse,
]{
	TokenLife: tokenLife,
	State:     func(*CreateEnvironmentAccountConnectionRequest) *connectionChange { return &connectionChange{} },
	Accepted: func(
		s *connectionChange, _ *CreateEnvironmentAccountConnectionRequest, out *CreateEnvironmentAccountConnectionResponse, _ time.Time,
	) error {
		s.ID = out.EnvironmentAccountConnection.ID
		if s.ID == "" {
			return wait.NoMember("", "environmentAccountConnection.id")
		}
		return nil
	},
	Began: func(
		c *Client, ctx context.Context, s *connectionChange, r *CreateEnvironmentAccountConnectionRequest, prepared time.Time,
	) (cloud.StartStatus, error) {
		found, status, err := c.findConnection(ctx, r, prepared)
		if status == cloud.Begun {
			s.ID = found.ID
		}
		return status, err
	},
	Spec: func(c *Client, s *connectionChange) cloud.WaitSpec[GetEnvironmentAccountConnectionResponse] {
		return c.connectionCreation(GetEnvironmentAccountConnectionRequest{ID: s.ID})
	},
}

// findConnection searches for the connection that a request has created which was prepared at a time.
func (c *Client) findConnection(
	ctx context.Context, r *CreateEnvironmentAccountConnectionRequest, prepared time.Time,
) (*EnvironmentAccountConnectionSummary, cloud.StartStatus, error) {
	return wait.Creations[EnvironmentAccountConnectionSummary]{
		Items: c.AllEnvironmentAccountConnections(ctx, ListEnvironmentAccountConnectionsRequest{
			RequestedBy: EnvironmentAccountConnectionRequesterAccountTypeEnvironmentAccount, EnvironmentName: r.EnvironmentName,
			MaxResults: pageSize,
		}),
		PageSize:  pageSize,
		ID:        func(m *EnvironmentAccountConnectionSummary) string { return m.ID },
		CreatedAt: func(m *EnvironmentAccountConnectionSummary) time.Time { return m.RequestedAt },
		Matches: func(m *EnvironmentAccountConnectionSummary) bool {
			return m.ManagementAccountID == r.ManagementAccountID && (r.RoleARN == "" || m.RoleARN == r.RoleARN) &&
				m.ComponentRoleARN == r.ComponentRoleARN && isSoonAfter(prepared, m.RequestedAt)
		},
	}.Since(prepared)
}

// UntilEnvironmentAccountConnectionConnected waits until the management account has accepted a connection. It fails
// when that account has rejected it.
func (c *Client) UntilEnvironmentAccountConnectionConnected(
	r GetEnvironmentAccountConnectionRequest,
) *cloud.Waiter[GetEnvironmentAccountConnectionResponse] {
	return wait.Until(c.api, "UntilEnvironmentAccountConnectionConnected", c.connectionCreation(r))
}

// UntilEnvironmentAccountConnectionDeleted waits until a connection is no longer found. No status says that a deletion
// failed, so after a failure the wait ends only at its maximum time.
func (c *Client) UntilEnvironmentAccountConnectionDeleted(
	r GetEnvironmentAccountConnectionRequest,
) *cloud.Waiter[GetEnvironmentAccountConnectionResponse] {
	w := pollSpec(c.GetEnvironmentAccountConnection, r, connectionDeletionWithin, judgeConnectionDeleted)
	return wait.Until(c.api, "UntilEnvironmentAccountConnectionDeleted", deletionSpec(w))
}

// connectionChange is the resume state of the creation of a connection.
type connectionChange struct {
	ID string `json:"id"`
}

// Resource is what the change is about; the service names it.
func (s *connectionChange) Resource() string { return s.ID }

// Check refuses a state that names no connection.
func (s *connectionChange) Check() error { return wait.Lacks("id", s.ID) }

func (c *Client) connectionCreation(r GetEnvironmentAccountConnectionRequest) cloud.WaitSpec[GetEnvironmentAccountConnectionResponse] {
	return creationSpec(pollSpec(c.GetEnvironmentAccountConnection, r, connectionWithin, judgeConnected))
}

// judgeConnected adds the reason for a rejection, because the response has none.
func judgeConnected(out *GetEnvironmentAccountConnectionResponse) cloud.Verdict {
	v := connectionAccepted.Verdict(out.EnvironmentAccountConnection.Status, "")
	if v.Outcome == cloud.Failed {
		v.Reason = "the management account rejected the connection"
	}
	return v
}

func judgeConnectionDeleted(out *GetEnvironmentAccountConnectionResponse) cloud.Verdict {
	return connectionDeleted.Verdict(out.EnvironmentAccountConnection.Status, "")
}
