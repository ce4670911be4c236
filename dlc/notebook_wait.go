package dlc

import (
	"context"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a notebook session mean for each wait.
var (
	notebookSessionStarted = wait.Statuses[NotebookSessionState]{
		Succeeded: []NotebookSessionState{NotebookSessionStateIdle, NotebookSessionStateBusy},
		Failed:    notebookSessionEnded,
		Canceled:  []NotebookSessionState{NotebookSessionStateKilled},
	}
	notebookSessionIdle = wait.Statuses[NotebookSessionState]{
		Succeeded: []NotebookSessionState{NotebookSessionStateIdle},
		Failed:    notebookSessionEnded,
		Canceled:  []NotebookSessionState{NotebookSessionStateKilled},
	}
	notebookSessionEnded = []NotebookSessionState{
		NotebookSessionStateShuttingDown, NotebookSessionStateFailed, NotebookSessionStateDead, NotebookSessionStateSucceeded,
	}
)

// What the states of a statement mean. Available is not a success: the status of the output decides.
var (
	notebookStatementEnded = wait.Statuses[NotebookStatementState]{
		Failed:   []NotebookStatementState{NotebookStatementStateFailed},
		Canceled: []NotebookStatementState{NotebookStatementStateCancelled},
	}
	notebookStatementOutput = wait.Statuses[StatementOutputStatus]{
		Succeeded: []StatementOutputStatus{StatementOutputStatusOK},
		Failed:    []StatementOutputStatus{StatementOutputStatusError},
	}
)

var createNotebookSession = change[
	CreateNotebookSessionRequest, CreateNotebookSessionResponse, notebookSessionChange, DescribeNotebookSessionResponse,
]{
	State: func(*CreateNotebookSessionRequest) *notebookSessionChange { return new(notebookSessionChange) },
	Accepted: func(s *notebookSessionChange, _ *CreateNotebookSessionRequest, out *CreateNotebookSessionResponse, _ time.Time) error {
		s.SessionID = out.SessionID
		return nil
	},
	Spec: (*Client).notebookSessionCreation,
}

var createNotebookSessionStatement = change[
	CreateNotebookSessionStatementRequest, CreateNotebookSessionStatementResponse, notebookStatementChange,
	DescribeNotebookSessionStatementResponse,
]{
	State: func(r *CreateNotebookSessionStatementRequest) *notebookStatementChange {
		return &notebookStatementChange{SessionID: r.SessionID}
	},
	Accepted: func(
		s *notebookStatementChange, _ *CreateNotebookSessionStatementRequest, out *CreateNotebookSessionStatementResponse, _ time.Time,
	) error {
		if s.StatementID = out.NotebookSessionStatement.StatementID; s.StatementID == "" {
			return wait.NoMember(out.RequestID, "NotebookSessionStatement.StatementId")
		}
		return nil
	},
	Spec: (*Client).notebookStatementSuccess,
}

var cancelNotebookSessionStatement = change[
	CancelNotebookSessionStatementRequest, CancelNotebookSessionStatementResponse, notebookStatementChange,
	DescribeNotebookSessionStatementResponse,
]{
	State: func(r *CancelNotebookSessionStatementRequest) *notebookStatementChange {
		return &notebookStatementChange{SessionID: r.SessionID, StatementID: r.StatementID}
	},
	Spec: (*Client).notebookStatementCancellation,
}

// UntilNotebookSessionIdle waits until a notebook session is ready for code and runs none. It fails when the session
// ended, or is shutting down.
func (c *Client) UntilNotebookSessionIdle(r DescribeNotebookSessionRequest) *cloud.Waiter[DescribeNotebookSessionResponse] {
	return wait.Until(c.api, "UntilNotebookSessionIdle", c.notebookSessionSpec(r.SessionID, notebookSessionIdle))
}

// UntilNotebookSessionStatementSucceeded waits until a statement of a notebook session has succeeded. It fails as the
// waiter of [Client.BeginCreateNotebookSessionStatement] does.
func (c *Client) UntilNotebookSessionStatementSucceeded(
	r DescribeNotebookSessionStatementRequest,
) *cloud.Waiter[DescribeNotebookSessionStatementResponse] {
	s := &notebookStatementChange{SessionID: r.SessionID, StatementID: r.StatementID, TaskID: r.TaskID}
	return wait.Until(c.api, "UntilNotebookSessionStatementSucceeded", c.notebookStatementSuccess(s))
}

// notebookSessionChange is the resume state of the creation of a session, whose ID is new.
type notebookSessionChange struct {
	SessionID string `json:"sessionId"`
}

// Check refuses a state that names no session.
func (s *notebookSessionChange) Check() error { return wait.Lacks("sessionId", s.SessionID) }

// notebookStatementChange is the resume state of a statement, whose ID is new.
type notebookStatementChange struct {
	SessionID   string `json:"sessionId"`
	StatementID string `json:"statementId"`
	TaskID      string `json:"taskId,omitzero"`
}

// Check refuses a state that names no statement.
func (s *notebookStatementChange) Check() error {
	return wait.Lacks("sessionId", s.SessionID, "statementId", s.StatementID)
}

func (c *Client) notebookSessionCreation(s *notebookSessionChange) cloud.WaitSpec[DescribeNotebookSessionResponse] {
	return c.notebookSessionSpec(s.SessionID, notebookSessionStarted)
}

func (c *Client) notebookSessionSpec(
	id string, statuses wait.Statuses[NotebookSessionState],
) cloud.WaitSpec[DescribeNotebookSessionResponse] {
	return cloud.WaitSpec[DescribeNotebookSessionResponse]{
		Service:      service,
		Read:         func(ctx context.Context) (*DescribeNotebookSessionResponse, error) { return c.notebookSession(ctx, id) },
		Judge:        func(r *DescribeNotebookSessionResponse) cloud.Verdict { return statuses.Verdict(r.Session.State, "") },
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	}
}

func (c *Client) notebookSession(ctx context.Context, id string) (*DescribeNotebookSessionResponse, error) {
	out, err := c.DescribeNotebookSession(ctx, DescribeNotebookSessionRequest{SessionID: id})
	if err != nil {
		return nil, err
	}
	return out, about(&opDescribeNotebookSession, out.RequestID, out.Session.SessionID, id)
}

func (c *Client) notebookStatementSuccess(s *notebookStatementChange) cloud.WaitSpec[DescribeNotebookSessionStatementResponse] {
	return cloud.WaitSpec[DescribeNotebookSessionStatementResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeNotebookSessionStatementResponse, error) {
			return c.notebookStatement(ctx, s)
		},
		Judge:        judgeNotebookStatement,
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
		MinInterval:  wait.QuickInterval,
	}
}

func (c *Client) notebookStatementCancellation(s *notebookStatementChange) cloud.WaitSpec[DescribeNotebookSessionStatementResponse] {
	return canceling(c.notebookStatementSuccess(s))
}

func (c *Client) notebookStatement(ctx context.Context, s *notebookStatementChange) (*DescribeNotebookSessionStatementResponse, error) {
	out, err := c.DescribeNotebookSessionStatement(ctx, DescribeNotebookSessionStatementRequest{
		SessionID: s.SessionID, StatementID: s.StatementID, TaskID: s.TaskID,
	})
	if err != nil {
		return nil, err
	}
	return out, about(&opDescribeNotebookSessionStatement, out.RequestID, out.NotebookSessionStatement.StatementID, s.StatementID)
}

func judgeNotebookStatement(r *DescribeNotebookSessionStatementResponse) cloud.Verdict {
	statement := r.NotebookSessionStatement
	var out StatementOutput
	if statement.OutPut != nil {
		out = *statement.OutPut
	}
	v := notebookStatementEnded.Verdict(statement.State, strings.Trim(out.ErrorName+": "+out.ErrorValue, ": "))
	if statement.State == NotebookStatementStateAvailable {
		v.Outcome = notebookStatementOutput.Outcome(out.Status)
	}
	return v
}
