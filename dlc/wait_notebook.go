package dlc

import (
	"context"
	"errors"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateNotebookSession starts a notebook session and returns a waiter for it. The wait ends
// well when that session is idle, which is ready for code, or busy with some already. It fails when
// the session ended, or is about to.
func (c *Client) BeginCreateNotebookSession(ctx context.Context, r CreateNotebookSessionRequest) (*cloud.Waiter[DescribeNotebookSessionResponse], error) {
	created, err := c.CreateNotebookSession(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := named(&opCreateNotebookSession, created.RequestID, created.SessionID); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateNotebookSession, &notebookState{SessionID: created.SessionID}, c.sessionStart), nil
}

// ResumeCreateNotebookSession returns the waiter whose token is given.
func (c *Client) ResumeCreateNotebookSession(token string) (*cloud.Waiter[DescribeNotebookSessionResponse], error) {
	return wait.Resume(c.api, &opCreateNotebookSession, token, c.sessionStart)
}

// UntilNotebookSessionIdle waits until a notebook session can take code and runs none. It fails when
// the session ended, or is about to.
func (c *Client) UntilNotebookSessionIdle(r DescribeNotebookSessionRequest) *cloud.Waiter[DescribeNotebookSessionResponse] {
	w := c.sessionStart(&notebookState{SessionID: r.SessionID})
	w.Judge = judgeNotebookSession
	return wait.Until(c.api, "UntilNotebookSessionIdle", w)
}

// BeginCreateNotebookSessionStatement runs code in a notebook session and returns a waiter for it.
// The wait ends well when that statement is available and its output says that the code succeeded; an
// output that says nothing is waited for. When the code failed, the error holds the name and the
// value of its error.
func (c *Client) BeginCreateNotebookSessionStatement(ctx context.Context, r CreateNotebookSessionStatementRequest) (*cloud.Waiter[DescribeNotebookSessionStatementResponse], error) {
	created, err := c.CreateNotebookSessionStatement(ctx, r)
	if err != nil {
		return nil, err
	}
	s := &notebookState{SessionID: r.SessionID}
	if statement := created.NotebookSessionStatement; statement != nil {
		s.StatementID = statement.StatementID
	}
	if err := named(&opCreateNotebookSessionStatement, created.RequestID, s.StatementID); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateNotebookSessionStatement, s, c.statementSuccess), nil
}

// ResumeCreateNotebookSessionStatement returns the waiter whose token is given.
func (c *Client) ResumeCreateNotebookSessionStatement(token string) (*cloud.Waiter[DescribeNotebookSessionStatementResponse], error) {
	return wait.Resume(c.api, &opCreateNotebookSessionStatement, token, c.statementSuccess)
}

// BeginCancelNotebookSessionStatement cancels a statement of a notebook session and returns a waiter
// for that. The wait ends well when the statement is canceled. It fails when the statement ended
// before it could be. Only a canceled statement ends it well, so a stale look cannot.
func (c *Client) BeginCancelNotebookSessionStatement(ctx context.Context, r CancelNotebookSessionStatementRequest) (*cloud.Waiter[DescribeNotebookSessionStatementResponse], error) {
	if _, err := c.CancelNotebookSessionStatement(ctx, r); err != nil {
		return nil, err
	}
	s := &notebookState{SessionID: r.SessionID, StatementID: r.StatementID}
	return wait.Begin(c.api, &opCancelNotebookSessionStatement, s, c.statementCancellation), nil
}

// ResumeCancelNotebookSessionStatement returns the waiter whose token is given.
func (c *Client) ResumeCancelNotebookSessionStatement(token string) (*cloud.Waiter[DescribeNotebookSessionStatementResponse], error) {
	return wait.Resume(c.api, &opCancelNotebookSessionStatement, token, c.statementCancellation)
}

// UntilNotebookSessionStatementSucceeded waits until a statement of a notebook session has succeeded,
// whoever started it. It ends as the waiter of [Client.BeginCreateNotebookSessionStatement] does.
func (c *Client) UntilNotebookSessionStatementSucceeded(r DescribeNotebookSessionStatementRequest) *cloud.Waiter[DescribeNotebookSessionStatementResponse] {
	s := notebookState(r)
	return wait.Until(c.api, "UntilNotebookSessionStatementSucceeded", c.statementSuccess(&s))
}

// notebookState names a session, or a statement in it; their ids are new, so nothing older can be
// mistaken for them.
type notebookState struct {
	SessionID   string `json:"sessionId"`
	StatementID string `json:"statementId,omitzero"`
	TaskID      string `json:"taskId,omitzero"`
}

// Check refuses what no start has made.
func (s *notebookState) Check() error {
	if s.SessionID == "" {
		return errors.New("names no session")
	}
	return nil
}

func (c *Client) sessionStart(s *notebookState) cloud.WaitSpec[DescribeNotebookSessionResponse] {
	return cloud.WaitSpec[DescribeNotebookSessionResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeNotebookSessionResponse, error) {
			out, err := c.DescribeNotebookSession(ctx, DescribeNotebookSessionRequest{SessionID: s.SessionID})
			if err != nil {
				return nil, err
			}
			if out.Session == nil {
				return nil, unexpected(&opDescribeNotebookSession, out.RequestID, "the response has no Session")
			}
			return out, about(&opDescribeNotebookSession, out.RequestID, out.Session.SessionID, s.SessionID)
		},
		Judge:        judgeSessionStart,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	}
}

func judgeSessionStart(r *DescribeNotebookSessionResponse) cloud.Verdict {
	j := judgeNotebookSession(r)
	if r.Session != nil && r.Session.State == NotebookSessionStateBusy {
		j.Outcome = cloud.Succeeded
	}
	return j
}

func judgeNotebookSession(r *DescribeNotebookSessionResponse) cloud.Verdict {
	if r.Session == nil {
		return cloud.Verdict{}
	}
	j := cloud.Verdict{State: string(r.Session.State)}
	switch r.Session.State {
	case NotebookSessionStateIdle:
		j.Outcome = cloud.Succeeded
	case NotebookSessionStateFailed, NotebookSessionStateDead, NotebookSessionStateSucceeded, NotebookSessionStateShuttingDown:
		j.Outcome = cloud.Failed
	case NotebookSessionStateKilled:
		j.Outcome = cloud.Canceled
	}
	return j
}

func (c *Client) statementSuccess(s *notebookState) cloud.WaitSpec[DescribeNotebookSessionStatementResponse] {
	return cloud.WaitSpec[DescribeNotebookSessionStatementResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeNotebookSessionStatementResponse, error) {
			out, err := c.DescribeNotebookSessionStatement(ctx, DescribeNotebookSessionStatementRequest(*s))
			if err != nil {
				return nil, err
			}
			if out.NotebookSessionStatement == nil {
				return nil, unexpected(&opDescribeNotebookSessionStatement, out.RequestID, "the response has no NotebookSessionStatement")
			}
			return out, about(&opDescribeNotebookSessionStatement, out.RequestID, out.NotebookSessionStatement.StatementID, s.StatementID)
		},
		Judge:        judgeStatement,
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
		MinInterval:  wait.QuickInterval,
	}
}

func (c *Client) statementCancellation(s *notebookState) cloud.WaitSpec[DescribeNotebookSessionStatementResponse] {
	w := c.statementSuccess(s)
	w.Within = cancelWithin
	w.Judge = func(r *DescribeNotebookSessionStatementResponse) cloud.Verdict {
		return cancellation(judgeStatement(r))
	}
	return w
}

// judgeStatement knows that available is no success: the output tells whether the code succeeded.
func judgeStatement(r *DescribeNotebookSessionStatementResponse) cloud.Verdict {
	statement := r.NotebookSessionStatement
	if statement == nil {
		return cloud.Verdict{}
	}
	j := cloud.Verdict{State: string(statement.State)}
	var status StatementOutputStatus
	if out := statement.OutPut; out != nil {
		status = out.Status
		j.Reason = strings.Trim(out.ErrorName+": "+out.ErrorValue, ": ")
	}
	switch statement.State {
	case NotebookStatementStateAvailable:
		switch status {
		case StatementOutputStatusOK:
			j.Outcome = cloud.Succeeded
		case StatementOutputStatusError:
			j.Outcome = cloud.Failed
		}
	case NotebookStatementStateFailed:
		j.Outcome = cloud.Failed
	case NotebookStatementStateCancelled:
		j.Outcome = cloud.Canceled
	}
	return j
}
