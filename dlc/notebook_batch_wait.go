package dlc

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a session mean for its deletion: none of these ever leads to another.
var notebookSessionDeleted = wait.Statuses[NotebookSessionState]{Succeeded: []NotebookSessionState{
	NotebookSessionStateDead, NotebookSessionStateKilled, NotebookSessionStateSucceeded, NotebookSessionStateFailed,
}}

var createNotebookSessionStatementSupportBatchSQL = change[
	CreateNotebookSessionStatementSupportBatchSQLRequest, CreateNotebookSessionStatementSupportBatchSQLResponse,
	notebookBatchChange, DescribeNotebookSessionStatementsResponse,
]{
	State: func(r *CreateNotebookSessionStatementSupportBatchSQLRequest) *notebookBatchChange {
		return &notebookBatchChange{SessionID: r.SessionID}
	},
	Accepted: func(
		s *notebookBatchChange, _ *CreateNotebookSessionStatementSupportBatchSQLRequest,
		out *CreateNotebookSessionStatementSupportBatchSQLResponse, _ time.Time,
	) error {
		if batch := out.NotebookSessionStatementBatches; batch != nil {
			s.BatchID, s.Statements = batch.BatchID, len(batch.NotebookSessionStatementBatch)
		}
		if s.BatchID == "" {
			return wait.NoMember(out.RequestID, "NotebookSessionStatementBatches.BatchId")
		}
		return nil
	},
	Spec:   (*Client).notebookBatchSuccess,
	Cancel: (*Client).cancelNotebookBatch,
}

var cancelNotebookSessionStatementBatch = change[
	CancelNotebookSessionStatementBatchRequest, CancelNotebookSessionStatementBatchResponse, notebookBatchChange,
	DescribeNotebookSessionStatementsResponse,
]{
	State: func(r *CancelNotebookSessionStatementBatchRequest) *notebookBatchChange {
		return &notebookBatchChange{SessionID: r.SessionID, BatchID: r.BatchID}
	},
	Began: (*Client).notebookBatchCancellationBegan,
	Spec: func(c *Client, s *notebookBatchChange) cloud.WaitSpec[DescribeNotebookSessionStatementsResponse] {
		return canceling(c.notebookBatchSpec(s, s.judgeCancellation))
	},
}

var deleteNotebookSession = change[
	DeleteNotebookSessionRequest, DeleteNotebookSessionResponse, notebookDeletionChange, DescribeNotebookSessionResponse,
]{
	State: func(r *DeleteNotebookSessionRequest) *notebookDeletionChange {
		return &notebookDeletionChange{SessionID: r.SessionID}
	},
	Refused: func(c *Client, ctx context.Context, s *notebookDeletionChange, _ time.Time, err error) error {
		return startedAnyway(ctx, err, c.notebookSessionDeletion(s), func(r *DescribeNotebookSessionResponse) bool {
			return s.course.Saw(isShuttingDown(r)) || s.judge(r).Outcome == cloud.Succeeded
		})
	},
	Began: (*Client).notebookSessionDeletionBegan,
	Spec:  (*Client).notebookSessionDeletion,
}

// UntilNotebookSessionStatementsSucceeded waits until all statements of a batch in a notebook session have succeeded.
// It fails as the waiter of [Client.BeginCreateNotebookSessionStatementSupportBatchSQL] does.
func (c *Client) UntilNotebookSessionStatementsSucceeded(
	r DescribeNotebookSessionStatementsRequest,
) *cloud.Waiter[DescribeNotebookSessionStatementsResponse] {
	s := &notebookBatchChange{SessionID: r.SessionID, BatchID: r.BatchID}
	return wait.Until(c.api, "UntilNotebookSessionStatementsSucceeded", c.notebookBatchSuccess(s))
}

// UntilNotebookSessionDeleted waits until a notebook session has ended, or is not found.
func (c *Client) UntilNotebookSessionDeleted(r DescribeNotebookSessionRequest) *cloud.Waiter[DescribeNotebookSessionResponse] {
	w := c.notebookSessionSpec(r.SessionID, notebookSessionDeleted)
	w.GoneIsSuccess, w.AppearWithin = true, 0
	return wait.Until(c.api, "UntilNotebookSessionDeleted", w)
}

// notebookBatchChange is the resume state of a batch of statements, whose ID is new.
type notebookBatchChange struct {
	SessionID  string `json:"sessionId"`
	BatchID    string `json:"batchId"`
	Statements int    `json:"statements,omitzero"` // how many there are at least
}

// Resource is the session, and the batch if it has an ID.
func (s *notebookBatchChange) Resource() string {
	return strings.TrimSuffix(s.SessionID+"/"+s.BatchID, "/")
}

// Check refuses a state that names no batch.
func (s *notebookBatchChange) Check() error {
	return wait.Lacks("sessionId", s.SessionID, "batchId", s.BatchID)
}

func (c *Client) cancelNotebookBatch(ctx context.Context, s *notebookBatchChange) error {
	_, err := c.CancelNotebookSessionStatementBatch(ctx, CancelNotebookSessionStatementBatchRequest{
		SessionID: s.SessionID, BatchID: s.BatchID,
	})
	return err
}

func (c *Client) notebookBatchCancellationBegan(
	ctx context.Context, s *notebookBatchChange, _ *CancelNotebookSessionStatementBatchRequest, _ time.Time,
) (cloud.StartStatus, error) {
	out, err := c.notebookBatch(ctx, s)
	if err != nil {
		return cloud.Uncertain, err
	}
	statements := out.NotebookSessionStatements.NotebookSessionStatementBatch
	if slices.ContainsFunc(statements, func(v NotebookSessionStatementInfo) bool { return v.State == NotebookStatementStateCancelling }) {
		return cloud.Begun, nil
	}
	return ended(s.judgeCancellation(out)), nil
}

func (c *Client) notebookBatchSuccess(s *notebookBatchChange) cloud.WaitSpec[DescribeNotebookSessionStatementsResponse] {
	return c.notebookBatchSpec(s, s.judge)
}

func (c *Client) notebookBatchSpec(
	s *notebookBatchChange, judge func(*DescribeNotebookSessionStatementsResponse) cloud.Verdict,
) cloud.WaitSpec[DescribeNotebookSessionStatementsResponse] {
	return cloud.WaitSpec[DescribeNotebookSessionStatementsResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeNotebookSessionStatementsResponse, error) {
			return c.notebookBatch(ctx, s)
		},
		Judge: judge,
		Diagnose: func(ctx context.Context, last *DescribeNotebookSessionStatementsResponse) (*cloud.Diagnosis, error) {
			return c.diagnoseNotebookBatch(ctx, s, last)
		},
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
		MinInterval:  wait.QuickInterval,
	}
}

func (c *Client) notebookBatch(ctx context.Context, s *notebookBatchChange) (*DescribeNotebookSessionStatementsResponse, error) {
	r := DescribeNotebookSessionStatementsRequest{SessionID: s.SessionID, BatchID: s.BatchID}
	out, err := c.DescribeNotebookSessionStatements(ctx, r)
	if err != nil {
		return nil, err
	}
	return out, about(&opDescribeNotebookSessionStatements, out.RequestID, out.NotebookSessionStatements.BatchID, s.BatchID)
}

// judge counts the batch as succeeded when the service says that all of it has ended and every statement has succeeded.
func (s *notebookBatchChange) judge(r *DescribeNotebookSessionStatementsResponse) cloud.Verdict {
	return s.first(r, cloud.Failed, cloud.Canceled, cloud.Pending)
}

// judgeCancellation waits for the end of all statements: some may have succeeded before the batch was canceled.
func (s *notebookBatchChange) judgeCancellation(r *DescribeNotebookSessionStatementsResponse) cloud.Verdict {
	return s.first(r, cloud.Failed, cloud.Pending, cloud.Canceled)
}

// first returns the verdict on the first statement with the first of the outcomes that any statement has. Without
// any, all statements that are shown have succeeded.
func (s *notebookBatchChange) first(r *DescribeNotebookSessionStatementsResponse, outcomes ...cloud.Outcome) cloud.Verdict {
	batch := r.NotebookSessionStatements
	var last cloud.Verdict
	for _, outcome := range outcomes {
		for i := range batch.NotebookSessionStatementBatch {
			statement := &batch.NotebookSessionStatementBatch[i]
			last = judgeNotebookStatement(&DescribeNotebookSessionStatementResponse{NotebookSessionStatement: statement})
			if last.Outcome == outcome {
				return last
			}
		}
	}
	if !batch.IsAvailable || len(batch.NotebookSessionStatementBatch) < max(s.Statements, 1) {
		last.Outcome = cloud.Pending
	}
	return last
}

// notebookDeletionChange is the resume state of a deletion of a session, whose ID is never reused.
type notebookDeletionChange struct {
	SessionID string `json:"sessionId"`

	course wait.Course
}

// Resource is the session.
func (s *notebookDeletionChange) Resource() string { return s.SessionID }

// Check refuses a state that names no session.
func (s *notebookDeletionChange) Check() error { return wait.Lacks("sessionId", s.SessionID) }

func (c *Client) notebookSessionDeletion(s *notebookDeletionChange) cloud.WaitSpec[DescribeNotebookSessionResponse] {
	w := c.notebookSessionSpec(s.SessionID, notebookSessionDeleted)
	w.Judge, w.GoneIsSuccess, w.AppearWithin = s.judge, true, 0
	return w
}

// notebookSessionDeletionBegan reads the session. That it is not found proves nothing, because it was not read before.
func (c *Client) notebookSessionDeletionBegan(
	ctx context.Context, s *notebookDeletionChange, _ *DeleteNotebookSessionRequest, _ time.Time,
) (cloud.StartStatus, error) {
	out, err := c.notebookSession(ctx, s.SessionID)
	switch {
	case err != nil:
		return cloud.Uncertain, err
	case s.course.Saw(isShuttingDown(out)):
		return cloud.Begun, nil
	}
	return ended(notebookSessionDeleted.Verdict(out.Session.State, "")), nil
}

// judge judges a session that still exists. One that was shutting down and goes on has not been deleted.
func (s *notebookDeletionChange) judge(r *DescribeNotebookSessionResponse) cloud.Verdict {
	v := notebookSessionDeleted.Verdict(r.Session.State, "")
	begun := s.course.Saw(isShuttingDown(r))
	if begun && (r.Session.State == NotebookSessionStateIdle || r.Session.State == NotebookSessionStateBusy) {
		v.Outcome, v.Inferred, v.Reason = cloud.Failed, true, "the session is "+string(r.Session.State)+" again"
	}
	return v
}

func isShuttingDown(r *DescribeNotebookSessionResponse) bool {
	return r.Session.State == NotebookSessionStateShuttingDown
}
