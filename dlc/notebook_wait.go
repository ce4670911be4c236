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
	State: func(r *CreateNotebookSessionRequest) *notebookSessionChange {
		return &notebookSessionChange{Engine: r.DataEngineName, Name: r.Name}
	},
	Accepted: func(s *notebookSessionChange, _ *CreateNotebookSessionRequest, out *CreateNotebookSessionResponse, _ time.Time) error {
		s.SessionID = out.SessionID
		return nil
	},
	Began: (*Client).notebookSessionBegan,
	Spec:  (*Client).notebookSessionCreation,
	Undo: func(c *Client, ctx context.Context, s *notebookSessionChange) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareDeleteNotebookSession(ctx, DeleteNotebookSessionRequest{SessionID: s.SessionID}))
	},
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
	Spec:   (*Client).notebookStatementSuccess,
	Cancel: (*Client).cancelNotebookStatement,
}

var cancelNotebookSessionStatement = change[
	CancelNotebookSessionStatementRequest, CancelNotebookSessionStatementResponse, notebookStatementChange,
	DescribeNotebookSessionStatementResponse,
]{
	State: func(r *CancelNotebookSessionStatementRequest) *notebookStatementChange {
		return &notebookStatementChange{SessionID: r.SessionID, StatementID: r.StatementID}
	},
	Began: (*Client).notebookStatementCancellationBegan,
	Spec:  (*Client).notebookStatementCancellation,
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
	Engine    string `json:"engine,omitzero"`
	Name      string `json:"name,omitzero"`
}

// Resource is the session.
func (s *notebookSessionChange) Resource() string { return s.Engine + "/" + s.Name }

// Check refuses a state that names no session.
func (s *notebookSessionChange) Check() error { return wait.Lacks("sessionId", s.SessionID) }

// notebookStatementChange is the resume state of a statement, whose ID is new.
type notebookStatementChange struct {
	SessionID   string `json:"sessionId"`
	StatementID string `json:"statementId"`
	TaskID      string `json:"taskId,omitzero"`
}

// Resource is the session, and the statement if it has an ID.
func (s *notebookStatementChange) Resource() string {
	return strings.TrimSuffix(s.SessionID+"/"+s.StatementID, "/")
}

// Check refuses a state that names no statement.
func (s *notebookStatementChange) Check() error {
	return wait.Lacks("sessionId", s.SessionID, "statementId", s.StatementID)
}

// notebookSessionBegan looks for a session with the name. The list shows times without a zone: a session that is new if
// they are UTC is uncertain.
func (c *Client) notebookSessionBegan(
	ctx context.Context, s *notebookSessionChange, r *CreateNotebookSessionRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	unclear, now := false, time.Now().Add(c.api.Skew())
	session, status, err := wait.Creations[NotebookSessions]{
		Items: c.AllNotebookSessions(ctx, DescribeNotebookSessionsRequest{
			DataEngineName: r.DataEngineName, SortFields: []string{"createTime"}, Asc: new(false), Limit: sessionPage,
		}),
		PageSize: sessionPage,
		ID:       func(v *NotebookSessions) string { return v.SessionID },
		CreatedAt: func(v *NotebookSessions) time.Time {
			utc := v.CreateTime.In(time.UTC)
			unclear = unclear || v.Name == r.Name && utc.After(prepared.Add(-clockTolerance)) && utc.Before(now.Add(clockTolerance))
			return v.CreateTime.Time()
		},
		Matches: func(v *NotebookSessions) bool {
			return v.SessionID != "" && v.Name == r.Name && !unlike(string(r.Kind), string(v.Kind)) &&
				!unlike(r.DataEngineName, v.DataEngineName) && !unlike(r.ProxyUser, v.ProxyUser)
		},
	}.Since(prepared)
	switch {
	case session != nil:
		s.SessionID = session.SessionID
	case status == cloud.NotBegun && unclear:
		return cloud.Uncertain, nil
	}
	return status, err
}

// sessionPage is the number of sessions that are listed with one request. The maximum is not documented.
const sessionPage = 100

func (c *Client) cancelNotebookStatement(ctx context.Context, s *notebookStatementChange) error {
	_, err := c.CancelNotebookSessionStatement(ctx, CancelNotebookSessionStatementRequest{
		SessionID: s.SessionID, StatementID: s.StatementID,
	})
	return err
}

func (c *Client) notebookStatementCancellationBegan(
	ctx context.Context, s *notebookStatementChange, _ *CancelNotebookSessionStatementRequest, _ time.Time,
) (cloud.StartStatus, error) {
	out, err := c.notebookStatement(ctx, s)
	switch {
	case err != nil:
		return cloud.Uncertain, err
	case out.NotebookSessionStatement.State == NotebookStatementStateCancelling:
		return cloud.Begun, nil
	}
	return ended(judgeNotebookStatement(out)), nil
}

func (c *Client) notebookSessionCreation(s *notebookSessionChange) cloud.WaitSpec[DescribeNotebookSessionResponse] {
	return c.notebookSessionSpec(s.SessionID, notebookSessionStarted)
}

func (c *Client) notebookSessionSpec(
	id string, statuses wait.Statuses[NotebookSessionState],
) cloud.WaitSpec[DescribeNotebookSessionResponse] {
	return cloud.WaitSpec[DescribeNotebookSessionResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*DescribeNotebookSessionResponse, error) { return c.notebookSession(ctx, id) },
		Judge:   func(r *DescribeNotebookSessionResponse) cloud.Verdict { return statuses.Verdict(r.Session.State, "") },
		Diagnose: func(ctx context.Context, _ *DescribeNotebookSessionResponse) (*cloud.Diagnosis, error) {
			return wait.Diagnose(ctx, c.sessionSource(id))
		},
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
		Judge: judgeNotebookStatement,
		Diagnose: func(ctx context.Context, _ *DescribeNotebookSessionStatementResponse) (*cloud.Diagnosis, error) {
			return c.diagnoseStatement(ctx, s)
		},
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
