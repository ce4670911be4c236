package flink

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) sqlOperations() front.Handlers {
	return front.Handlers{
		"StartSqlExecution":       front.Handle(s.startExecution),
		"StopSqlExecution":        front.Handle(s.stopExecution),
		"FetchSqlExecutionResult": front.Handle(s.getExecution),
		"GetSqlFile":              front.Handle(s.getSQLFile),
		"CreateSqlFile":           front.Handle(s.createSQLFile),
		"UpdateSqlFile":           front.Handle(s.updateSQLFile),
		"DeleteSqlFile":           front.Handle(s.deleteSQLFile),
	}
}

// The states of an execution and its statements. The service publishes no states, so these are those of jobs.
const (
	executionRunning    = string(flink.JobStateRunning)
	executionCancelling = string(flink.JobStateCancelling)
	executionFinished   = string(flink.JobStateFinished)
	executionFailed     = string(flink.JobStateFailed)
	executionCancelled  = string(flink.JobStateCancelled)
)

// AddSQLFile adds a query script to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddSQLFile(workspace, namespace string, file flink.SQLFile) (sqlFileID string) {
	s.know(workspace, namespace)
	f := file
	f.Workspace, f.Namespace = workspace, namespace
	f.SQLFileID = cmp.Or(f.SQLFileID, s.world.NewUUID())
	f.Name = cmp.Or(f.Name, "script")
	f.ParentID = cmp.Or(f.ParentID, "root")
	f.SessionClusterName = cmp.Or(f.SessionClusterName, "session-cluster")
	f.SQLScript = cmp.Or(f.SQLScript, "SELECT 1;")
	s.sqlFiles.Add(world.KeyOf(workspace, namespace, f.SQLFileID), s.world.Now(), f)
	return f.SQLFileID
}

// AddSQLExecution adds the execution of a query script to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddSQLExecution(workspace, namespace string, execution flink.SQLExecution) (sqlExecutionID string) {
	s.know(workspace, namespace)
	x := execution
	x.Workspace, x.Namespace = workspace, namespace
	x.SQLExecutionID = cmp.Or(x.SQLExecutionID, s.world.NewUUID())
	x.State = cmp.Or(x.State, executionRunning)
	s.executions.Add(world.KeyOf(workspace, namespace, x.SQLExecutionID), s.world.Now(), x)
	return x.SQLExecutionID
}

// startExecution executes a script, or returns its active execution if there is one.
func (s *Service) startExecution(_ *front.Received, in flink.StartSQLExecutionRequest) (any, error) {
	p := in.StartSQLExecutionParameters
	file, ok := s.sqlFiles.Row(world.KeyOf(in.Workspace, in.Namespace, p.SQLFileID)).Actual(s.world.Now())
	if !ok {
		return nil, objectNotFound("SQL file", p.SQLFileID)
	}
	if id := s.activeExecution(file); id != "" {
		return &flink.StartSQLExecutionResult{Success: true, SQLExecutionID: id}, nil
	}
	running := flink.SQLExecution{
		SQLExecutionID: s.world.NewUUID(), SQLFileID: file.SQLFileID, Name: file.Name, SQLScript: cmp.Or(p.SQLScript, file.SQLScript),
		SessionClusterName: file.SessionClusterName, Workspace: in.Workspace, Namespace: in.Namespace,
	}
	c := s.world.Begin("flink", "StartSqlExecution")
	running = executionWithState(running, executionRunning, "")
	row := s.executions.Create(world.KeyOf(in.Workspace, in.Namespace, running.SQLExecutionID))
	world.Schedule(row, c, c.Start, running)
	world.Finish(row, c, executionAfter(c, running, executionFinished))
	return &flink.StartSQLExecutionResult{Success: true, NewlyCreated: true, SQLExecutionID: running.SQLExecutionID}, nil
}

// activeExecution returns the ID of an execution of a script that has not ended, or "".
func (s *Service) activeExecution(file flink.SQLFile) string {
	for _, key := range s.executions.Keys {
		x, ok := s.executions.Row(key).Actual(s.world.Now())
		if ok && x.Workspace == file.Workspace && x.Namespace == file.Namespace && x.SQLFileID == file.SQLFileID &&
			(x.State == executionRunning || x.State == executionCancelling) {
			return x.SQLExecutionID
		}
	}
	return ""
}

// stopExecution stops an execution. It is not an error if the execution has ended.
func (s *Service) stopExecution(_ *front.Received, in flink.StopSQLExecutionRequest) (any, error) {
	row := s.executions.Row(world.KeyOf(in.Workspace, in.Namespace, in.SQLExecutionID))
	x, ok := row.Actual(s.world.Now())
	switch {
	case !ok:
		return nil, objectNotFound("SQL execution", in.SQLExecutionID)
	case x.State != executionRunning:
		return &flink.StopSQLExecutionResult{Message: "the execution is " + x.State}, nil
	}
	c := s.world.Begin("flink", "StopSqlExecution")
	canceling := executionWithState(x, executionCancelling, "")
	world.Schedule(row, c, c.Start, canceling)
	c.Fail, c.Cancel = c.Failed(), false // the stop itself cannot be canceled
	world.Finish(row, c, executionAfter(c, canceling, executionCancelled))
	return &flink.StopSQLExecutionResult{Success: true}, nil
}

// executionAfter returns an execution at the end of a change.
func executionAfter(c world.Change, before flink.SQLExecution, goal string) flink.SQLExecution {
	state, message := goal, c.Reason
	switch {
	case c.Cancel:
		state = executionCancelled
	case c.Fail:
		state, message = executionFailed, cmp.Or(c.Reason, "a statement failed")
	}
	return executionWithState(before, cmp.Or(c.State, state), message)
}

// executionWithState returns an execution in another state. Its only statement has the same state.
func executionWithState(x flink.SQLExecution, state, message string) flink.SQLExecution {
	x.State, x.Message = state, message
	x.Statements = []flink.SQLStatement{{SQLScript: x.SQLScript, StatusState: state}}
	return x
}

func (s *Service) getExecution(_ *front.Received, in flink.FetchSQLExecutionResultRequest) (any, error) {
	x, ok := s.executions.Row(world.KeyOf(in.Workspace, in.Namespace, in.SQLExecutionID)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("SQL execution", in.SQLExecutionID)
	}
	return &flink.SQLExecutionFetchResult{SQLExecution: &x}, nil
}

func (s *Service) getSQLFile(_ *front.Received, in flink.GetSQLFileRequest) (any, error) {
	file, ok := s.sqlFiles.Row(world.KeyOf(in.Workspace, in.Namespace, in.SQLFileID)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("SQL file", in.SQLFileID)
	}
	return &file, nil
}

func (s *Service) createSQLFile(_ *front.Received, in flink.CreateSQLFileRequest) (any, error) {
	f := in.SQLFile
	if err := s.checkFolder(in.Workspace, in.Namespace, f.ParentID); err != nil {
		return nil, err
	}
	f.Workspace, f.Namespace, f.SQLFileID = in.Workspace, in.Namespace, s.world.NewUUID()
	save(s, s.sqlFiles, world.KeyOf(in.Workspace, in.Namespace, f.SQLFileID), f)
	return &f, nil
}

func (s *Service) updateSQLFile(r *front.Received, in flink.UpdateSQLFileRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.SQLFileID)
	before, err := actual(s, s.sqlFiles, key, "SQL file", in.SQLFileID)
	if err != nil {
		return nil, err
	}
	after, err := replaceMembers(before, r.Body, []string{"sqlFileId", "workspace", "namespace"})
	if err == nil {
		err = s.checkFolder(in.Workspace, in.Namespace, after.ParentID)
	}
	if err != nil {
		return nil, err
	}
	save(s, s.sqlFiles, key, after)
	return &after, nil
}

func (s *Service) deleteSQLFile(_ *front.Received, in flink.DeleteSQLFileRequest) (any, error) {
	f, err := remove(s, s.sqlFiles, world.KeyOf(in.Workspace, in.Namespace, in.SQLFileID), "SQL file", in.SQLFileID)
	return &f, err
}
