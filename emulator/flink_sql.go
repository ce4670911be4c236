package emulator

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) sqlRoutes() []route {
	const executions = flinkNamespace + "/sql-execution"
	return []route{
		{"StartSqlExecution", "POST", executions, operation(s.startExecution)},
		{"StopSqlExecution", "POST", executions + "/{sqlExecutionId}:stop", operation(s.stopExecution)},
		{"FetchSqlExecutionResult", "GET", executions + "/{sqlExecutionId}:fetchSqlExecutionResult", operation(s.getExecution)},
		{"GetSqlFile", "GET", flinkNamespace + "/sql-file/{sqlFileId}", operation(s.getSQLFile)},
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

// AddFlinkSQLFile adds a query script to a namespace of a workspace, or replaces it, and returns its ID.
func (e *Emulator) AddFlinkSQLFile(workspace, namespace string, file flink.SQLFile) (sqlFileID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := deepCopy(file)
	f.Workspace, f.Namespace = workspace, namespace
	f.SQLFileID = cmp.Or(f.SQLFileID, newUUID())
	f.Name = cmp.Or(f.Name, "script")
	f.ParentID = cmp.Or(f.ParentID, "root")
	f.SessionClusterName = cmp.Or(f.SessionClusterName, "session-cluster")
	f.SQLScript = cmp.Or(f.SQLScript, "SELECT 1;")
	e.flink.sqlFiles.add(keyOf(workspace, namespace, f.SQLFileID), e.now(), f)
	return f.SQLFileID
}

// AddFlinkSQLExecution adds the execution of a query script to a namespace of a workspace, or replaces it, and
// returns its ID. The default state is running. The service publishes no states; the emulator uses those of
// jobs.
func (e *Emulator) AddFlinkSQLExecution(workspace, namespace string, execution flink.SQLExecution) (sqlExecutionID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	x := deepCopy(execution)
	x.Workspace, x.Namespace = workspace, namespace
	x.SQLExecutionID = cmp.Or(x.SQLExecutionID, newUUID())
	x.State = cmp.Or(x.State, executionRunning)
	e.flink.executions.add(keyOf(workspace, namespace, x.SQLExecutionID), e.now(), x)
	return x.SQLExecutionID
}

// startExecution executes a script, or returns its active execution if there is one.
func (s *flinkService) startExecution(_ *received, in flink.StartSQLExecutionRequest) (any, error) {
	p := in.StartSQLExecutionParameters
	file, ok := s.sqlFiles.row(keyOf(in.Workspace, in.Namespace, p.SQLFileID)).actual(s.emulator.now())
	if !ok {
		return nil, objectNotFound("SQL file", p.SQLFileID)
	}
	if id := s.activeExecution(file); id != "" {
		return &flink.StartSQLExecutionResult{Success: true, SQLExecutionID: id}, nil
	}
	running := flink.SQLExecution{
		SQLExecutionID: newUUID(), SQLFileID: file.SQLFileID, Name: file.Name, SQLScript: cmp.Or(p.SQLScript, file.SQLScript),
		SessionClusterName: file.SessionClusterName, Workspace: in.Workspace, Namespace: in.Namespace,
	}
	c := s.emulator.begin("flink", "StartSqlExecution")
	running = executionWithState(running, executionRunning, "")
	row := s.executions.create(keyOf(in.Workspace, in.Namespace, running.SQLExecutionID))
	schedule(row, c, c.start, running)
	finish(row, c, executionAfter(c, running, executionFinished))
	return &flink.StartSQLExecutionResult{Success: true, NewlyCreated: true, SQLExecutionID: running.SQLExecutionID}, nil
}

// activeExecution returns the ID of an execution of a script that has not ended, or "".
func (s *flinkService) activeExecution(file flink.SQLFile) string {
	for _, key := range s.executions.keys {
		x, ok := s.executions.row(key).actual(s.emulator.now())
		if ok && x.Workspace == file.Workspace && x.Namespace == file.Namespace && x.SQLFileID == file.SQLFileID &&
			(x.State == executionRunning || x.State == executionCancelling) {
			return x.SQLExecutionID
		}
	}
	return ""
}

// stopExecution stops an execution. It is not an error if the execution has ended.
func (s *flinkService) stopExecution(_ *received, in flink.StopSQLExecutionRequest) (any, error) {
	row := s.executions.row(keyOf(in.Workspace, in.Namespace, in.SQLExecutionID))
	x, ok := row.actual(s.emulator.now())
	switch {
	case !ok:
		return nil, objectNotFound("SQL execution", in.SQLExecutionID)
	case x.State != executionRunning:
		return &flink.StopSQLExecutionResult{Message: "the execution is " + x.State}, nil
	}
	c := s.emulator.begin("flink", "StopSqlExecution")
	canceling := executionWithState(x, executionCancelling, "")
	schedule(row, c, c.start, canceling)
	c.Fail, c.Cancel = c.failed(), false // the stop itself cannot be canceled
	finish(row, c, executionAfter(c, canceling, executionCancelled))
	return &flink.StopSQLExecutionResult{Success: true}, nil
}

// executionAfter returns an execution at the end of a change.
func executionAfter(c change, before flink.SQLExecution, goal string) flink.SQLExecution {
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

func (s *flinkService) getExecution(_ *received, in flink.FetchSQLExecutionResultRequest) (any, error) {
	x, ok := s.executions.row(keyOf(in.Workspace, in.Namespace, in.SQLExecutionID)).visible(s.emulator.now())
	if !ok {
		return nil, objectNotFound("SQL execution", in.SQLExecutionID)
	}
	return &flink.SQLExecutionFetchResult{SQLExecution: &x}, nil
}

func (s *flinkService) getSQLFile(_ *received, in flink.GetSQLFileRequest) (any, error) {
	file, ok := s.sqlFiles.row(keyOf(in.Workspace, in.Namespace, in.SQLFileID)).visible(s.emulator.now())
	if !ok {
		return nil, objectNotFound("SQL file", in.SQLFileID)
	}
	return &file, nil
}
