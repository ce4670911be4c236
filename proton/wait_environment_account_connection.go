package proton

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateEnvironmentAccountConnection asks the management account for a connection and returns a
// waiter for its answer. The wait ends well when that account has accepted and fails when it has
// rejected, which people decide, so it may take days. The id of the connection is new, so no older one
// can be mistaken for it.
func (c *Client) BeginCreateEnvironmentAccountConnection(ctx context.Context, r CreateEnvironmentAccountConnectionRequest) (*cloud.Waiter[GetEnvironmentAccountConnectionResponse], error) {
	out, err := c.CreateEnvironmentAccountConnection(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.EnvironmentAccountConnection.ID == "" {
		return nil, wait.Unnamed(service, &opCreateEnvironmentAccountConnection, "environmentAccountConnection.id")
	}
	s := &connectionState{out.EnvironmentAccountConnection.ID}
	return wait.Begin(c.api, &opCreateEnvironmentAccountConnection, s, c.connectionCreation), nil
}

// ResumeCreateEnvironmentAccountConnection returns the waiter whose token is given.
func (c *Client) ResumeCreateEnvironmentAccountConnection(token string) (*cloud.Waiter[GetEnvironmentAccountConnectionResponse], error) {
	return wait.Resume(c.api, &opCreateEnvironmentAccountConnection, token, c.connectionCreation)
}

// UntilEnvironmentAccountConnectionConnected waits until the management account has accepted a
// connection, whoever asked for it. It fails when that account has rejected it.
func (c *Client) UntilEnvironmentAccountConnectionConnected(r GetEnvironmentAccountConnectionRequest) *cloud.Waiter[GetEnvironmentAccountConnectionResponse] {
	s := connectionState(r)
	return wait.Until(c.api, "UntilEnvironmentAccountConnectionConnected", c.connectionCreation(&s))
}

// UntilEnvironmentAccountConnectionDeleted waits until a connection is not found any more, whoever
// deletes it. There is no state that says that a deletion failed, so the wait may only end with its
// longest time.
func (c *Client) UntilEnvironmentAccountConnectionDeleted(r GetEnvironmentAccountConnectionRequest) *cloud.Waiter[GetEnvironmentAccountConnectionResponse] {
	w := deleted(c.connectionWait(r, judgeConnectionDeleted))
	w.Within = connectionDeletionWithin
	return wait.Until(c.api, "UntilEnvironmentAccountConnectionDeleted", w)
}

// connectionState names one connection.
type connectionState struct {
	ID string `json:"id"`
}

// Check refuses a state that names no connection.
func (s *connectionState) Check() error { return wait.Lacks("id", s.ID) }

func (c *Client) connectionCreation(s *connectionState) cloud.WaitSpec[GetEnvironmentAccountConnectionResponse] {
	return created(c.connectionWait(GetEnvironmentAccountConnectionRequest(*s), judgeConnected))
}

func (c *Client) connectionWait(r GetEnvironmentAccountConnectionRequest, judge func(*GetEnvironmentAccountConnectionResponse) cloud.Verdict) cloud.WaitSpec[GetEnvironmentAccountConnectionResponse] {
	return cloud.WaitSpec[GetEnvironmentAccountConnectionResponse]{
		Service: service,
		Within:  connectionWithin,
		Read: func(ctx context.Context) (*GetEnvironmentAccountConnectionResponse, error) {
			return c.GetEnvironmentAccountConnection(ctx, r)
		},
		Judge: judge,
	}
}

// judgeConnected gives the reason for a rejection itself, because the service has no member for one.
func judgeConnected(out *GetEnvironmentAccountConnectionResponse) cloud.Verdict {
	j := judgeConnectionDeleted(out)
	switch out.EnvironmentAccountConnection.Status {
	case EnvironmentAccountConnectionStatusConnected:
		j.Outcome = cloud.Succeeded
	case EnvironmentAccountConnectionStatusRejected:
		j.Outcome, j.Reason = cloud.Failed, "the management account rejected the connection"
	}
	return j
}

// judgeConnectionDeleted is pending for every status, because none says that a connection goes away.
func judgeConnectionDeleted(out *GetEnvironmentAccountConnectionResponse) cloud.Verdict {
	return cloud.Verdict{State: string(out.EnvironmentAccountConnection.Status)}
}
