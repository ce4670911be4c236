package emulator

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcNotebookChanges are the actions that start or end several statements, or end a session.
var dlcNotebookChanges = []string{
	"CreateNotebookSessionStatementSupportBatchSQL", "CancelNotebookSessionStatementBatch", "DeleteNotebookSession",
}

func (s *dlcService) notebookActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateNotebookSessionStatementSupportBatchSQL": action(s.createStatementBatch),
		"CancelNotebookSessionStatementBatch":           action(s.cancelStatementBatch),
		"DescribeNotebookSessionStatements":             action(s.describeStatements),
		"DeleteNotebookSession":                         action(s.deleteSession),
	}
}

// AddNotebookSessionStatementBatch adds a batch of statements to a notebook session. Empty fields default to those of
// statements that run until they are canceled. Statements that the batch has already are replaced.
func (e *Emulator) AddNotebookSessionStatementBatch(sessionID, batchID string, statements ...dlc.NotebookSessionStatementInfo) {
	for _, v := range statements {
		v.BatchID = batchID
		id := e.AddNotebookSessionStatement(sessionID, v)
		e.mu.Lock()
		batch, key := keyOf(sessionID, batchID), keyOf(sessionID, id)
		if !slices.Contains(e.dlc.statementBatches[batch], key) {
			e.dlc.statementBatches[batch] = append(e.dlc.statementBatches[batch], key)
		}
		e.mu.Unlock()
	}
}

// createStatementBatch plans statements that run one after the other. The last one ends as the change does.
func (s *dlcService) createStatementBatch(r *received, in dlc.CreateNotebookSessionStatementSupportBatchSQLRequest) (any, error) {
	if err := s.sessionRuns(in.SessionID); err != nil {
		return nil, err
	}
	code := slices.DeleteFunc(strings.Split(in.Code, ";"), func(sql string) bool { return strings.TrimSpace(sql) == "" })
	if len(code) == 0 {
		return nil, &refusal{code: "InvalidParameter.InvalidSQL", message: "There is no statement."}
	}
	c := s.emulator.begin("dlc", r.operation)
	batch := dlc.NotebookSessionStatementBatchInformation{SessionID: in.SessionID, BatchID: newUUID()}
	key := keyOf(in.SessionID, batch.BatchID)
	for i, sql := range code {
		v := dlc.NotebookSessionStatementInfo{
			StatementID: newUUID(), TaskID: newUUID(), BatchID: batch.BatchID, Code: sql, State: dlc.NotebookStatementStateWaiting,
		}
		s.planStatement(c, in.SessionID, v, i, len(code))
		s.statementBatches[key] = append(s.statementBatches[key], keyOf(in.SessionID, v.StatementID))
		batch.NotebookSessionStatementBatch = append(batch.NotebookSessionStatementBatch, v)
	}
	return &dlc.CreateNotebookSessionStatementSupportBatchSQLResponse{NotebookSessionStatementBatches: &batch, RequestID: r.requestID}, nil
}

// planStatement plans a statement that takes one of the equal parts of a change, n from 0.
func (s *dlcService) planStatement(c change, sessionID string, v dlc.NotebookSessionStatementInfo, n, parts int) {
	row := s.statements.create(keyOf(sessionID, v.StatementID))
	schedule(row, c, c.start, v)
	v.State, v.Started = dlc.NotebookStatementStateRunning, c.part(3*n+1, 3*parts).UnixMilli()
	schedule(row, c, c.part(3*n+1, 3*parts), v)
	if n+1 == parts {
		after := finishedStatement(c, v)
		finish(row, c, after)
		s.statementLines(c, sessionID, v, after)
		return
	}
	after := finishedStatement(change{end: c.part(n+1, parts)}, v)
	schedule(row, c, c.part(n+1, parts), after)
	s.statementLines(change{start: c.start, end: c.part(n+1, parts), staleUntil: c.staleUntil}, sessionID, v, after)
	if c.Vanish {
		remove(row, c)
	}
}

// sessionRuns returns a refusal unless a session takes code.
func (s *dlcService) sessionRuns(id string) error {
	session, ok := s.sessions.row(id).actual(s.emulator.now())
	switch {
	case !ok:
		return sessionNotFound(id)
	case session.State != dlc.NotebookSessionStateIdle && session.State != dlc.NotebookSessionStateBusy:
		return &refusal{code: "ResourceNotFound.SessionStateDead", message: "The session " + id + " is " + string(session.State) + "."}
	}
	return nil
}

// cancelStatementBatch cancels the statements of a batch that have not ended. If the cancellation fails, they succeed.
func (s *dlcService) cancelStatementBatch(r *received, in dlc.CancelNotebookSessionStatementBatchRequest) (any, error) {
	keys, ok := s.statementBatches[keyOf(in.SessionID, in.BatchID)]
	if !ok {
		return nil, batchNotFound(in.BatchID)
	}
	var c change
	for _, key := range keys {
		row := s.statements.row(key)
		v, ok := row.actual(s.emulator.now())
		if !ok || v.State != dlc.NotebookStatementStateWaiting && v.State != dlc.NotebookStatementStateRunning {
			continue
		}
		if c.start.IsZero() {
			c = s.emulator.begin("dlc", r.operation)
		}
		canceling := v
		canceling.State = dlc.NotebookStatementStateCancelling
		schedule(row, c, c.start, canceling)
		after := finishedStatement(cancellation(c), v)
		finish(row, c, after)
		s.statementLines(c, in.SessionID, canceling, after)
	}
	if c.start.IsZero() {
		return nil, &refusal{code: "ResourceNotFound.TaskAlreadyFinished", message: "The batch " + in.BatchID + " has finished."}
	}
	for _, key := range keys {
		if c.Vanish { // the batch as a whole, with what had ended before
			remove(s.statements.row(key), c)
		}
	}
	return &dlc.CancelNotebookSessionStatementBatchResponse{RequestID: r.requestID}, nil
}

func (s *dlcService) describeStatements(r *received, in dlc.DescribeNotebookSessionStatementsRequest) (any, error) {
	batch := dlc.NotebookSessionStatementBatchInformation{SessionID: in.SessionID, BatchID: in.BatchID, IsAvailable: true}
	for _, key := range s.statementBatches[keyOf(in.SessionID, in.BatchID)] {
		v, ok := s.statements.row(key).visible(s.emulator.now())
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
	return &dlc.DescribeNotebookSessionStatementsResponse{NotebookSessionStatements: &batch, RequestID: r.requestID}, nil
}

// deleteSession plans the end of a session: it shuts down, and is killed then. If the deletion fails, it is idle again.
func (s *dlcService) deleteSession(r *received, in dlc.DeleteNotebookSessionRequest) (any, error) {
	row := s.sessions.row(in.SessionID)
	session, ok := row.actual(s.emulator.now())
	switch {
	case !ok:
		return nil, sessionNotFound(in.SessionID)
	case session.State == dlc.NotebookSessionStateShuttingDown:
		return nil, &refusal{
			code: "ResourceNotFound.SessionStateShuttingDown", message: "The session " + in.SessionID + " is shutting down.",
		}
	}
	c := s.emulator.begin("dlc", "DeleteNotebookSession")
	session.State = dlc.NotebookSessionStateShuttingDown
	schedule(row, c, c.start, session)
	s.sessionLine(c, c.start, in.SessionID, "", "session is "+string(session.State))
	session.State = dlc.NotebookSessionStateKilled
	if c.failed() {
		session.State = dlc.NotebookSessionStateIdle
	}
	if c.State != "" {
		session.State = dlc.NotebookSessionState(c.State)
	}
	finish(row, c, session)
	s.sessionLine(c, c.end, in.SessionID, "", "session is "+string(session.State))
	return &dlc.DeleteNotebookSessionResponse{RequestID: r.requestID}, nil
}
