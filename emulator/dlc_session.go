package emulator

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcSessionChanges are the actions that start a session or run something in one.
var dlcSessionChanges = []string{
	"CreateSparkSessionBatchSQL", "CancelSparkSessionBatchSQL",
	"CreateNotebookSession", "CreateNotebookSessionStatement", "CancelNotebookSessionStatement",
}

func (s *dlcService) sessionActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateSparkSessionBatchSQL":       action(s.createBatch),
		"CancelSparkSessionBatchSQL":       action(s.cancelBatch),
		"DescribeSparkSessionBatchSQL":     action(s.describeBatch),
		"CreateNotebookSession":            action(s.createSession),
		"DescribeNotebookSession":          action(s.describeSession),
		"DescribeNotebookSessions":         action(s.describeSessions),
		"CreateNotebookSessionStatement":   action(s.createStatement),
		"CancelNotebookSessionStatement":   action(s.cancelStatement),
		"DescribeNotebookSessionStatement": action(s.describeStatement),
	}
}

// dlcBatch is a batch of Spark SQL.
type dlcBatch = dlc.DescribeSparkSessionBatchSQLResponse

// AddSparkSessionBatchSQL adds or replaces a batch of Spark SQL. With a zero State it runs until it is
// canceled.
func (e *Emulator) AddSparkSessionBatchSQL(batchID string, batch dlc.DescribeSparkSessionBatchSQLResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dlc.batches.add(batchID, e.now(), deepCopy(batch))
	c := change{start: e.now(), end: e.now()}
	e.dlc.batchStep(c, c.start, batchID, "BEG", "The batch has begun.")
	if batch.State != dlc.SparkBatchSQLStateRunning {
		e.dlc.finishBatchLog(c, batchID, batch)
	}
}

// AddNotebookSession adds a notebook session, or replaces the one with its ID, and returns the ID. Empty fields
// default to those of an idle session.
func (e *Emulator) AddNotebookSession(session dlc.NotebookSessionInfo) (sessionID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := deepCopy(session)
	n.SessionID = cmp.Or(n.SessionID, newUUID())
	n.Name = cmp.Or(n.Name, "session")
	n.Kind = cmp.Or(n.Kind, dlc.NotebookKindSpark)
	n.State = cmp.Or(n.State, dlc.NotebookSessionStateIdle)
	e.dlc.sessions.add(n.SessionID, e.now(), n)
	return n.SessionID
}

// AddNotebookSessionStatement adds a statement to a notebook session, or replaces the one with its ID, and
// returns the ID. Empty fields default to those of a statement that runs until it is canceled.
func (e *Emulator) AddNotebookSessionStatement(sessionID string, statement dlc.NotebookSessionStatementInfo) (statementID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := deepCopy(statement)
	n.StatementID = cmp.Or(n.StatementID, newUUID())
	n.State = cmp.Or(n.State, dlc.NotebookStatementStateRunning)
	e.dlc.statements.add(keyOf(sessionID, n.StatementID), e.now(), n)
	return n.StatementID
}

func (s *dlcService) createBatch(r *received, in dlc.CreateSparkSessionBatchSQLRequest) (any, error) {
	if _, used := s.batchKeys[in.CustomKey]; used {
		return nil, &refusal{
			code:    "InvalidParameter.BatchSQLCustomKeyNotUnique",
			message: "There is a batch with the key " + strconv.Quote(in.CustomKey) + ".",
		}
	}
	c := s.emulator.begin("dlc", "CreateSparkSessionBatchSQL")
	id, task := newUUID(), newUUID()
	if in.CustomKey != "" {
		s.batchKeys[in.CustomKey] = id
	}
	row := s.batches.create(id)
	schedule(row, c, c.start, dlcBatch{State: dlc.SparkBatchSQLStateRunning})
	after := finishedBatch(c, dlc.BatchSQLTask{TaskID: task, ExecuteSQL: in.ExecuteSQL})
	finish(row, c, after)
	s.batchStep(c, c.start, id, "BEG", "The batch has begun.")
	s.finishBatchLog(c, id, after)
	return &dlc.CreateSparkSessionBatchSQLResponse{
		BatchID: id, Statements: []dlc.StatementInformation{{TaskID: task, SQL: in.ExecuteSQL}}, RequestID: r.requestID,
	}, nil
}

func finishedBatch(c change, task dlc.BatchSQLTask) dlcBatch {
	batch := dlcBatch{State: dlc.SparkBatchSQLStateSucceeded}
	task.Message = "Task Success!"
	switch {
	case c.Cancel:
		batch.State, batch.Event, task.Message = dlc.SparkBatchSQLStateCanceled, c.Reason, ""
	case c.Fail:
		batch.State, task.Message = dlc.SparkBatchSQLStateFailed, cmp.Or(c.Reason, "The statement failed.")
	}
	if state, err := strconv.Atoi(c.State); err == nil {
		batch.State = dlc.SparkBatchSQLState(state)
	}
	batch.Tasks = []dlc.BatchSQLTask{task}
	return batch
}

// cancelBatch cancels a running batch. If the cancellation fails, the batch succeeds.
func (s *dlcService) cancelBatch(r *received, in dlc.CancelSparkSessionBatchSQLRequest) (any, error) {
	id := s.batchID(in.BatchID, in.CustomKey)
	row := s.batches.row(id)
	batch, ok := row.actual(s.emulator.now())
	switch {
	case !ok:
		return nil, batchNotFound(id)
	case batch.State != dlc.SparkBatchSQLStateRunning:
		return nil, &refusal{code: "ResourceNotFound.TaskAlreadyFinished", message: "The batch " + id + " has finished."}
	}
	if s.isEnding(id) {
		return &dlc.CancelSparkSessionBatchSQLResponse{RequestID: r.requestID}, nil
	}
	c := s.emulator.begin("dlc", "CancelSparkSessionBatchSQL")
	s.ending[id] = c.end
	schedule(row, c, c.start, batch)
	after := finishedBatch(cancellation(c), dlc.BatchSQLTask{TaskID: newUUID()})
	finish(row, c, after)
	s.finishBatchLog(c, id, after)
	return &dlc.CancelSparkSessionBatchSQLResponse{RequestID: r.requestID}, nil
}

// batchID returns the ID of a batch, which a request with a key names by it.
func (s *dlcService) batchID(id, key string) string {
	if key == "" {
		return id
	}
	return s.batchKeys[key]
}

func batchNotFound(id string) error {
	return &refusal{code: "ResourceNotFound.BatchSQLTaskNotFound", message: "The batch " + strconv.Quote(id) + " does not exist."}
}

func (s *dlcService) describeBatch(r *received, in dlc.DescribeSparkSessionBatchSQLRequest) (any, error) {
	batch, ok := s.batches.row(s.batchID(in.BatchID, in.CustomKey)).visible(s.emulator.now())
	if !ok {
		return nil, batchNotFound(cmp.Or(in.CustomKey, in.BatchID))
	}
	batch.RequestID = r.requestID
	return &batch, nil
}

// createSession plans a session: it is not started for a third of its time, then starting.
func (s *dlcService) createSession(r *received, in dlc.CreateNotebookSessionRequest) (any, error) {
	c := s.emulator.begin("dlc", "CreateNotebookSession")
	session := dlc.NotebookSessionInfo{
		SessionID: newUUID(), Name: in.Name, Kind: in.Kind, DataEngineName: in.DataEngineName, State: dlc.NotebookSessionStateNotStarted,
		ProxyUser: in.ProxyUser, CreateTime: beijingTime(c.start),
	}
	row := s.sessions.create(session.SessionID)
	schedule(row, c, c.start, session)
	s.sessionLine(c, c.start, session.SessionID, "", "session is "+string(session.State))
	session.State = dlc.NotebookSessionStateStarting
	schedule(row, c, c.part(1, 3), session)
	session.State = dlc.NotebookSessionStateIdle
	switch {
	case c.Cancel:
		session.State = dlc.NotebookSessionStateKilled
	case c.Fail:
		session.State = dlc.NotebookSessionStateFailed
	}
	session.State = cmp.Or(dlc.NotebookSessionState(c.State), session.State)
	finish(row, c, session)
	s.sessionLine(c, c.end, session.SessionID, "", strings.TrimSuffix("session is "+string(session.State)+": "+c.Reason, ": "))
	return &dlc.CreateNotebookSessionResponse{
		SessionID: session.SessionID, State: dlc.NotebookSessionStateNotStarted, RequestID: r.requestID,
	}, nil
}

func sessionNotFound(id string) error {
	return &refusal{code: "ResourceNotFound.SessionNotFound", message: "The session " + strconv.Quote(id) + " does not exist."}
}

func (s *dlcService) describeSession(r *received, in dlc.DescribeNotebookSessionRequest) (any, error) {
	session, ok := s.sessions.row(in.SessionID).visible(s.emulator.now())
	if !ok {
		return nil, sessionNotFound(in.SessionID)
	}
	return &dlc.DescribeNotebookSessionResponse{Session: &session, RequestID: r.requestID}, nil
}

// describeSessions returns a page of the sessions of an engine, the newest first.
func (s *dlcService) describeSessions(r *received, in dlc.DescribeNotebookSessionsRequest) (any, error) {
	list := []dlc.NotebookSessions{}
	for _, v := range s.sessions.list(s.emulator.now()) {
		if v.DataEngineName != in.DataEngineName || in.State != nil && !slices.Contains(in.State, string(v.State)) {
			continue
		}
		list = append(list, dlc.NotebookSessions{
			Kind: v.Kind, SessionID: v.SessionID, ProxyUser: v.ProxyUser, State: v.State, Name: v.Name, CreateTime: v.CreateTime,
			DataEngineName: v.DataEngineName,
		})
	}
	if in.Asc == nil || !*in.Asc {
		slices.Reverse(list)
	}
	page := offsetPage(list, in.Offset, cmp.Or(in.Limit, dlcPage))
	return &dlc.DescribeNotebookSessionsResponse{
		Sessions: page, Size: len(page), TotalElements: len(list), RequestID: r.requestID,
	}, nil
}

// createStatement plans a statement: it waits for a third of its time, then runs.
func (s *dlcService) createStatement(r *received, in dlc.CreateNotebookSessionStatementRequest) (any, error) {
	session, ok := s.sessions.row(in.SessionID).actual(s.emulator.now())
	switch {
	case !ok:
		return nil, sessionNotFound(in.SessionID)
	case session.State != dlc.NotebookSessionStateIdle && session.State != dlc.NotebookSessionStateBusy:
		return nil, &refusal{
			code:    "ResourceNotFound.SessionStateDead",
			message: "The session " + in.SessionID + " is " + string(session.State) + ".",
		}
	}
	c := s.emulator.begin("dlc", "CreateNotebookSessionStatement")
	statement := dlc.NotebookSessionStatementInfo{
		StatementID: newUUID(), Code: in.Code, State: dlc.NotebookStatementStateWaiting, Started: c.start.UnixMilli(),
	}
	waiting, row := statement, s.statements.create(keyOf(in.SessionID, statement.StatementID))
	schedule(row, c, c.start, statement)
	statement.State = dlc.NotebookStatementStateRunning
	schedule(row, c, c.part(1, 3), statement)
	after := finishedStatement(c, statement)
	finish(row, c, after)
	s.statementLines(c, in.SessionID, statement, after)
	return &dlc.CreateNotebookSessionStatementResponse{NotebookSessionStatement: &waiting, RequestID: r.requestID}, nil
}

// finishedStatement returns a statement at the end of a change. It is available even if the code failed.
func finishedStatement(c change, n dlc.NotebookSessionStatementInfo) dlc.NotebookSessionStatementInfo {
	n.State, n.Completed, n.Progress = dlc.NotebookStatementStateAvailable, c.end.UnixMilli(), 100
	n.OutPut = &dlc.StatementOutput{ExecutionCount: 1, Status: dlc.StatementOutputStatusOK}
	switch {
	case c.Cancel:
		n.State, n.OutPut = dlc.NotebookStatementStateCancelled, nil
	case c.Fail:
		n.OutPut = &dlc.StatementOutput{
			ExecutionCount: 1, Status: dlc.StatementOutputStatusError,
			ErrorName: cmp.Or(c.ReasonType, "Error"), ErrorValue: cmp.Or(c.Reason, "The code failed."),
		}
	}
	n.State = cmp.Or(dlc.NotebookStatementState(c.State), n.State)
	return n
}

// cancelStatement cancels a statement that has not finished. If the cancellation fails, the statement succeeds.
func (s *dlcService) cancelStatement(r *received, in dlc.CancelNotebookSessionStatementRequest) (any, error) {
	row := s.statements.row(keyOf(in.SessionID, in.StatementID))
	statement, ok := row.actual(s.emulator.now())
	switch {
	case !ok:
		return nil, statementNotFound(in.StatementID)
	case statement.State != dlc.NotebookStatementStateWaiting && statement.State != dlc.NotebookStatementStateRunning:
		return nil, &refusal{
			code:    "ResourceNotFound.TaskAlreadyFinished",
			message: "The statement " + in.StatementID + " is " + string(statement.State) + ".",
		}
	}
	c := s.emulator.begin("dlc", "CancelNotebookSessionStatement")
	canceling := statement
	canceling.State = dlc.NotebookStatementStateCancelling
	schedule(row, c, c.start, canceling)
	after := finishedStatement(cancellation(c), statement)
	finish(row, c, after)
	s.statementLines(c, in.SessionID, canceling, after)
	return &dlc.CancelNotebookSessionStatementResponse{RequestID: r.requestID}, nil
}

func statementNotFound(id string) error {
	return &refusal{code: "ResourceNotFound", message: "The statement " + strconv.Quote(id) + " does not exist."}
}

func (s *dlcService) describeStatement(r *received, in dlc.DescribeNotebookSessionStatementRequest) (any, error) {
	statement, ok := s.statements.row(keyOf(in.SessionID, in.StatementID)).visible(s.emulator.now())
	if !ok {
		return nil, statementNotFound(in.StatementID)
	}
	return &dlc.DescribeNotebookSessionStatementResponse{NotebookSessionStatement: &statement, RequestID: r.requestID}, nil
}
