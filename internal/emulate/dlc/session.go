package dlc

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// sessionChanges are the actions that start a session or run something in one.
var sessionChanges = []string{
	"CreateSparkSessionBatchSQL", "CancelSparkSessionBatchSQL",
	"CreateNotebookSession", "CreateNotebookSessionStatement", "CancelNotebookSessionStatement",
}

func (s *Service) sessionOperations() front.Handlers {
	return front.Handlers{
		"CreateSparkSessionBatchSQL":       front.Handle(s.createBatch),
		"CancelSparkSessionBatchSQL":       front.Handle(s.cancelBatch),
		"DescribeSparkSessionBatchSQL":     front.Handle(s.describeBatch),
		"CreateNotebookSession":            front.Handle(s.createSession),
		"DescribeNotebookSession":          front.Handle(s.describeSession),
		"DescribeNotebookSessions":         front.Handle(s.describeSessions),
		"CreateNotebookSessionStatement":   front.Handle(s.createStatement),
		"CancelNotebookSessionStatement":   front.Handle(s.cancelStatement),
		"DescribeNotebookSessionStatement": front.Handle(s.describeStatement),
	}
}

// sqlBatch is a batch of Spark SQL.
type sqlBatch = dlc.DescribeSparkSessionBatchSQLResponse

// AddSparkSessionBatchSQL adds or replaces a batch of Spark SQL, and returns its ID.
func (s *Service) AddSparkSessionBatchSQL(batchID string, batch dlc.DescribeSparkSessionBatchSQLResponse) string {
	s.batches.Add(batchID, s.world.Now(), batch)
	c := world.Change{Start: s.world.Now(), End: s.world.Now()}
	s.batchStep(c, c.Start, batchID, "BEG", "The batch has begun.")
	if batch.State != dlc.SparkBatchSQLStateRunning {
		s.finishBatchLog(c, batchID, batch)
	}
	return batchID
}

// AddNotebookSession adds a notebook session, or replaces the one with its ID, and returns the ID.
func (s *Service) AddNotebookSession(session dlc.NotebookSessionInfo) (sessionID string) {
	n := session
	n.SessionID = cmp.Or(n.SessionID, s.world.NewUUID())
	n.Name = cmp.Or(n.Name, "session")
	n.Kind = cmp.Or(n.Kind, dlc.NotebookKindSpark)
	n.State = cmp.Or(n.State, dlc.NotebookSessionStateIdle)
	s.sessions.Add(n.SessionID, s.world.Now(), n)
	return n.SessionID
}

// AddNotebookSessionStatement adds a statement to a notebook session, or replaces the one with its ID, and returns the ID.
func (s *Service) AddNotebookSessionStatement(sessionID string, statement dlc.NotebookSessionStatementInfo) (statementID string) {
	n := statement
	n.StatementID = cmp.Or(n.StatementID, s.world.NewUUID())
	n.State = cmp.Or(n.State, dlc.NotebookStatementStateRunning)
	s.statements.Add(world.KeyOf(sessionID, n.StatementID), s.world.Now(), n)
	return n.StatementID
}

func (s *Service) createBatch(r *front.Received, in dlc.CreateSparkSessionBatchSQLRequest) (any, error) {
	if _, used := s.batchKeys[in.CustomKey]; used {
		return nil, &front.Refusal{
			Code:    "InvalidParameter.BatchSQLCustomKeyNotUnique",
			Message: "There is a batch with the key " + strconv.Quote(in.CustomKey) + ".",
		}
	}
	c := s.world.Begin("dlc", "CreateSparkSessionBatchSQL")
	id, task := s.world.NewUUID(), s.world.NewUUID()
	if in.CustomKey != "" {
		s.batchKeys[in.CustomKey] = id
	}
	row := s.batches.Create(id)
	world.Schedule(row, c, c.Start, sqlBatch{State: dlc.SparkBatchSQLStateRunning})
	after := finishedBatch(c, dlc.BatchSQLTask{TaskID: task, ExecuteSQL: in.ExecuteSQL})
	world.Finish(row, c, after)
	s.batchStep(c, c.Start, id, "BEG", "The batch has begun.")
	s.finishBatchLog(c, id, after)
	return &dlc.CreateSparkSessionBatchSQLResponse{
		BatchID: id, Statements: []dlc.StatementInformation{{TaskID: task, SQL: in.ExecuteSQL}}, RequestID: r.RequestID,
	}, nil
}

func finishedBatch(c world.Change, task dlc.BatchSQLTask) sqlBatch {
	batch := sqlBatch{State: dlc.SparkBatchSQLStateSucceeded}
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
func (s *Service) cancelBatch(r *front.Received, in dlc.CancelSparkSessionBatchSQLRequest) (any, error) {
	id := s.batchID(in.BatchID, in.CustomKey)
	row := s.batches.Row(id)
	batch, ok := row.Actual(s.world.Now())
	switch {
	case !ok:
		return nil, batchNotFound(id)
	case batch.State != dlc.SparkBatchSQLStateRunning:
		return nil, &front.Refusal{Code: "ResourceNotFound.TaskAlreadyFinished", Message: "The batch " + id + " has finished."}
	}
	if s.isEnding(id) {
		return &dlc.CancelSparkSessionBatchSQLResponse{RequestID: r.RequestID}, nil
	}
	c := s.world.Begin("dlc", "CancelSparkSessionBatchSQL")
	s.ending[id] = c.End
	world.Schedule(row, c, c.Start, batch)
	after := finishedBatch(cancellation(c), dlc.BatchSQLTask{TaskID: s.world.NewUUID()})
	world.Finish(row, c, after)
	s.finishBatchLog(c, id, after)
	return &dlc.CancelSparkSessionBatchSQLResponse{RequestID: r.RequestID}, nil
}

// batchID returns the ID of a batch, which a request with a key names by it.
func (s *Service) batchID(id, key string) string {
	if key == "" {
		return id
	}
	return s.batchKeys[key]
}

func batchNotFound(id string) error {
	return &front.Refusal{Code: "ResourceNotFound.BatchSQLTaskNotFound", Message: "The batch " + strconv.Quote(id) + " does not exist."}
}

func (s *Service) describeBatch(r *front.Received, in dlc.DescribeSparkSessionBatchSQLRequest) (any, error) {
	batch, ok := s.batches.Row(s.batchID(in.BatchID, in.CustomKey)).Visible(s.world.Now())
	if !ok {
		return nil, batchNotFound(cmp.Or(in.CustomKey, in.BatchID))
	}
	batch.RequestID = r.RequestID
	return &batch, nil
}

// createSession plans a session: it is not started for a third of its time, then starting.
func (s *Service) createSession(r *front.Received, in dlc.CreateNotebookSessionRequest) (any, error) {
	c := s.world.Begin("dlc", "CreateNotebookSession")
	session := world.CommonTo[dlc.NotebookSessionInfo](in)
	session.SessionID, session.State, session.CreateTime = s.world.NewUUID(), dlc.NotebookSessionStateNotStarted, beijingTime(c.Start)
	row := s.sessions.Create(session.SessionID)
	world.Schedule(row, c, c.Start, session)
	s.sessionLine(c, c.Start, session.SessionID, "", "session is "+string(session.State))
	session.State = dlc.NotebookSessionStateStarting
	world.Schedule(row, c, c.Part(1, 3), session)
	session.State = dlc.NotebookSessionStateIdle
	switch {
	case c.Cancel:
		session.State = dlc.NotebookSessionStateKilled
	case c.Fail:
		session.State = dlc.NotebookSessionStateFailed
	}
	session.State = cmp.Or(dlc.NotebookSessionState(c.State), session.State)
	world.Finish(row, c, session)
	s.sessionLine(c, c.End, session.SessionID, "", strings.TrimSuffix("session is "+string(session.State)+": "+c.Reason, ": "))
	return &dlc.CreateNotebookSessionResponse{
		SessionID: session.SessionID, State: dlc.NotebookSessionStateNotStarted, RequestID: r.RequestID,
	}, nil
}

func sessionNotFound(id string) error {
	return &front.Refusal{Code: "ResourceNotFound.SessionNotFound", Message: "The session " + strconv.Quote(id) + " does not exist."}
}

func (s *Service) describeSession(r *front.Received, in dlc.DescribeNotebookSessionRequest) (any, error) {
	session, ok := s.sessions.Row(in.SessionID).Visible(s.world.Now())
	if !ok {
		return nil, sessionNotFound(in.SessionID)
	}
	return &dlc.DescribeNotebookSessionResponse{Session: &session, RequestID: r.RequestID}, nil
}

// describeSessions returns a page of the sessions of an engine, the newest first.
func (s *Service) describeSessions(r *front.Received, in dlc.DescribeNotebookSessionsRequest) (any, error) {
	list := slices.DeleteFunc(s.sessions.List(s.world.Now()), func(v *dlc.NotebookSessionInfo) bool {
		return v.DataEngineName != in.DataEngineName || in.State != nil && !slices.Contains(in.State, string(v.State))
	})
	if in.Asc == nil || !*in.Asc {
		slices.Reverse(list)
	}
	size := cmp.Or(in.Limit, pageSize)
	page, err := offsetPage(list, in.Offset, size)
	if err != nil {
		return nil, err
	}
	shown := world.ShownAs(page, func(v *dlc.NotebookSessionInfo) dlc.NotebookSessions { return world.CommonTo[dlc.NotebookSessions](*v) })
	return &dlc.DescribeNotebookSessionsResponse{
		Sessions: shown, Page: in.Offset/size + 1, Size: len(page), TotalElements: len(list), TotalPages: (len(list) + size - 1) / size,
		RequestID: r.RequestID,
	}, nil
}

// createStatement plans a statement: it waits for a third of its time, then runs.
func (s *Service) createStatement(r *front.Received, in dlc.CreateNotebookSessionStatementRequest) (any, error) {
	session, ok := s.sessions.Row(in.SessionID).Actual(s.world.Now())
	switch {
	case !ok:
		return nil, sessionNotFound(in.SessionID)
	case session.State != dlc.NotebookSessionStateIdle && session.State != dlc.NotebookSessionStateBusy:
		return nil, &front.Refusal{
			Code:    "ResourceNotFound.SessionStateDead",
			Message: "The session " + in.SessionID + " is " + string(session.State) + ".",
		}
	}
	c := s.world.Begin("dlc", "CreateNotebookSessionStatement")
	statement := dlc.NotebookSessionStatementInfo{
		StatementID: s.world.NewUUID(), Code: in.Code, State: dlc.NotebookStatementStateWaiting, Started: c.Start.UnixMilli(),
	}
	waiting, row := statement, s.statements.Create(world.KeyOf(in.SessionID, statement.StatementID))
	world.Schedule(row, c, c.Start, statement)
	statement.State = dlc.NotebookStatementStateRunning
	world.Schedule(row, c, c.Part(1, 3), statement)
	after := finishedStatement(c, statement)
	world.Finish(row, c, after)
	s.statementLines(c, in.SessionID, statement, after)
	return &dlc.CreateNotebookSessionStatementResponse{NotebookSessionStatement: &waiting, RequestID: r.RequestID}, nil
}

// finishedStatement returns a statement at the end of a change. It is available even if the code failed.
func finishedStatement(c world.Change, n dlc.NotebookSessionStatementInfo) dlc.NotebookSessionStatementInfo {
	n.State, n.Completed, n.Progress = dlc.NotebookStatementStateAvailable, c.End.UnixMilli(), 100
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
func (s *Service) cancelStatement(r *front.Received, in dlc.CancelNotebookSessionStatementRequest) (any, error) {
	row := s.statements.Row(world.KeyOf(in.SessionID, in.StatementID))
	statement, ok := row.Actual(s.world.Now())
	switch {
	case !ok:
		return nil, statementNotFound(in.StatementID)
	case statement.State != dlc.NotebookStatementStateWaiting && statement.State != dlc.NotebookStatementStateRunning:
		return nil, &front.Refusal{
			Code:    "ResourceNotFound.TaskAlreadyFinished",
			Message: "The statement " + in.StatementID + " is " + string(statement.State) + ".",
		}
	}
	c := s.world.Begin("dlc", "CancelNotebookSessionStatement")
	canceling := statement
	canceling.State = dlc.NotebookStatementStateCancelling
	world.Schedule(row, c, c.Start, canceling)
	after := finishedStatement(cancellation(c), statement)
	world.Finish(row, c, after)
	s.statementLines(c, in.SessionID, canceling, after)
	return &dlc.CancelNotebookSessionStatementResponse{RequestID: r.RequestID}, nil
}

func statementNotFound(id string) error {
	return &front.Refusal{Code: "ResourceNotFound", Message: "The statement " + strconv.Quote(id) + " does not exist."}
}

func (s *Service) describeStatement(r *front.Received, in dlc.DescribeNotebookSessionStatementRequest) (any, error) {
	statement, ok := s.statements.Row(world.KeyOf(in.SessionID, in.StatementID)).Visible(s.world.Now())
	if !ok {
		return nil, statementNotFound(in.StatementID)
	}
	return &dlc.DescribeNotebookSessionStatementResponse{NotebookSessionStatement: &statement, RequestID: r.RequestID}, nil
}
