package dlc

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// notebookChanges are the actions that start or end several statements, or end a session.
var notebookChanges = []string{
	"CreateNotebookSessionStatementSupportBatchSQL", "CancelNotebookSessionStatementBatch", "DeleteNotebookSession",
}

func (s *Service) notebookOperations() front.Handlers {
	return front.Handlers{
		"CreateNotebookSessionStatementSupportBatchSQL": front.Handle(s.createStatementBatch),
		"CancelNotebookSessionStatementBatch":           front.Handle(s.cancelStatementBatch),
		"DescribeNotebookSessionStatements":             front.Handle(s.describeStatements),
		"DeleteNotebookSession":                         front.Handle(s.deleteSession),
	}
}

// AddNotebookSessionStatementBatch adds a batch of statements to a notebook session, and returns its ID.
func (s *Service) AddNotebookSessionStatementBatch(sessionID, batchID string, statements ...dlc.NotebookSessionStatementInfo) string {
	for _, v := range statements {
		v.BatchID = batchID
		id := s.AddNotebookSessionStatement(sessionID, v)
		batch, key := world.KeyOf(sessionID, batchID), world.KeyOf(sessionID, id)
		if !slices.Contains(s.statementBatches[batch], key) {
			s.statementBatches[batch] = append(s.statementBatches[batch], key)
		}
	}
	return batchID
}

// createStatementBatch plans statements that run one after the other. The last one ends as the change does.
func (s *Service) createStatementBatch(r *front.Received, in dlc.CreateNotebookSessionStatementSupportBatchSQLRequest) (any, error) {
	if err := s.sessionRuns(in.SessionID); err != nil {
		return nil, err
	}
	code := slices.DeleteFunc(strings.Split(in.Code, ";"), func(sql string) bool { return strings.TrimSpace(sql) == "" })
	if len(code) == 0 {
		return nil, &front.Refusal{Code: "InvalidParameter.InvalidSQL", Message: "There is no statement."}
	}
	c := s.world.Begin("dlc", r.Operation)
	batch := dlc.NotebookSessionStatementBatchInformation{SessionID: in.SessionID, BatchID: s.world.NewUUID()}
	key := world.KeyOf(in.SessionID, batch.BatchID)
	for i, sql := range code {
		v := dlc.NotebookSessionStatementInfo{
			StatementID: s.world.NewUUID(), TaskID: s.world.NewUUID(), BatchID: batch.BatchID,
			Code: sql, State: dlc.NotebookStatementStateWaiting,
		}
		s.planStatement(c, in.SessionID, v, i, len(code))
		s.statementBatches[key] = append(s.statementBatches[key], world.KeyOf(in.SessionID, v.StatementID))
		batch.NotebookSessionStatementBatch = append(batch.NotebookSessionStatementBatch, v)
	}
	return &dlc.CreateNotebookSessionStatementSupportBatchSQLResponse{NotebookSessionStatementBatches: &batch, RequestID: r.RequestID}, nil
}

// planStatement plans a statement that takes one of the equal parts of a change, n from 0.
func (s *Service) planStatement(c world.Change, sessionID string, v dlc.NotebookSessionStatementInfo, n, parts int) {
	row := s.statements.Create(world.KeyOf(sessionID, v.StatementID))
	world.Schedule(row, c, c.Start, v)
	v.State, v.Started = dlc.NotebookStatementStateRunning, c.Part(3*n+1, 3*parts).UnixMilli()
	world.Schedule(row, c, c.Part(3*n+1, 3*parts), v)
	if n+1 == parts {
		after := finishedStatement(c, v)
		world.Finish(row, c, after)
		s.statementLines(c, sessionID, v, after)
		return
	}
	after := finishedStatement(world.Change{End: c.Part(n+1, parts)}, v)
	world.Schedule(row, c, c.Part(n+1, parts), after)
	s.statementLines(world.Change{Start: c.Start, End: c.Part(n+1, parts), StaleUntil: c.StaleUntil}, sessionID, v, after)
	if c.Vanish {
		world.Remove(row, c)
	}
}

// sessionRuns returns a refusal unless a session takes code.
func (s *Service) sessionRuns(id string) error {
	session, ok := s.sessions.Row(id).Actual(s.world.Now())
	switch {
	case !ok:
		return sessionNotFound(id)
	case session.State != dlc.NotebookSessionStateIdle && session.State != dlc.NotebookSessionStateBusy:
		return &front.Refusal{
			Code:    "ResourceNotFound.SessionStateDead",
			Message: "The session " + id + " is " + string(session.State) + ".",
		}
	}
	return nil
}

// cancelStatementBatch cancels the statements of a batch that have not ended. If the cancellation fails, they succeed.
func (s *Service) cancelStatementBatch(r *front.Received, in dlc.CancelNotebookSessionStatementBatchRequest) (any, error) {
	keys, ok := s.statementBatches[world.KeyOf(in.SessionID, in.BatchID)]
	if !ok {
		return nil, batchNotFound(in.BatchID)
	}
	var c world.Change
	for _, key := range keys {
		row := s.statements.Row(key)
		v, ok := row.Actual(s.world.Now())
		if !ok || v.State != dlc.NotebookStatementStateWaiting && v.State != dlc.NotebookStatementStateRunning {
			continue
		}
		if c.Start.IsZero() {
			c = s.world.Begin("dlc", r.Operation)
		}
		canceling := v
		canceling.State = dlc.NotebookStatementStateCancelling
		world.Schedule(row, c, c.Start, canceling)
		after := finishedStatement(cancellation(c), v)
		world.Finish(row, c, after)
		s.statementLines(c, in.SessionID, canceling, after)
	}
	if c.Start.IsZero() {
		return nil, &front.Refusal{Code: "ResourceNotFound.TaskAlreadyFinished", Message: "The batch " + in.BatchID + " has finished."}
	}
	for _, key := range keys {
		if c.Vanish { // the batch as a whole, with what had ended before
			world.Remove(s.statements.Row(key), c)
		}
	}
	return &dlc.CancelNotebookSessionStatementBatchResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeStatements(r *front.Received, in dlc.DescribeNotebookSessionStatementsRequest) (any, error) {
	batch := dlc.NotebookSessionStatementBatchInformation{SessionID: in.SessionID, BatchID: in.BatchID, IsAvailable: true}
	for _, key := range s.statementBatches[world.KeyOf(in.SessionID, in.BatchID)] {
		v, ok := s.statements.Row(key).Visible(s.world.Now())
		if !ok {
			continue
		}
		switch v.State {
		case dlc.NotebookStatementStateWaiting, dlc.NotebookStatementStateRunning, dlc.NotebookStatementStateCancelling:
			batch.IsAvailable = false
		}
		batch.NotebookSessionStatementBatch = append(batch.NotebookSessionStatementBatch, v)
	}
	if len(batch.NotebookSessionStatementBatch) == 0 {
		return nil, batchNotFound(in.BatchID)
	}
	return &dlc.DescribeNotebookSessionStatementsResponse{NotebookSessionStatements: &batch, RequestID: r.RequestID}, nil
}

// deleteSession plans the end of a session: it shuts down, and is killed then. If the deletion fails, it is idle again.
func (s *Service) deleteSession(r *front.Received, in dlc.DeleteNotebookSessionRequest) (any, error) {
	row := s.sessions.Row(in.SessionID)
	session, ok := row.Actual(s.world.Now())
	switch {
	case !ok:
		return nil, sessionNotFound(in.SessionID)
	case session.State == dlc.NotebookSessionStateShuttingDown:
		return nil, &front.Refusal{
			Code: "ResourceNotFound.SessionStateShuttingDown", Message: "The session " + in.SessionID + " is shutting down.",
		}
	}
	c := s.world.Begin("dlc", "DeleteNotebookSession")
	session.State = dlc.NotebookSessionStateShuttingDown
	world.Schedule(row, c, c.Start, session)
	s.sessionLine(c, c.Start, in.SessionID, "", "session is "+string(session.State))
	session.State = dlc.NotebookSessionStateKilled
	if c.Failed() {
		session.State = dlc.NotebookSessionStateIdle
	}
	if c.State != "" {
		session.State = dlc.NotebookSessionState(c.State)
	}
	world.Finish(row, c, session)
	s.sessionLine(c, c.End, in.SessionID, "", "session is "+string(session.State))
	return &dlc.DeleteNotebookSessionResponse{RequestID: r.RequestID}, nil
}
