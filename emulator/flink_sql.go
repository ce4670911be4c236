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

// The states of an execution and its statements. The service publishes none; these are those of jobs.
const (
	executionRunning    = string(flink.JobStateRunning)
	executionCancelling = string(flink.JobStateCancelling)
	executionFinished   = string(flink.JobStateFinished)
	executionFailed     = string(flink.JobStateFailed)
	executionCancelled  = string(flink.JobStateCancelled)
)

// AddFlinkSQLFile puts a query script into a namespace of a workspace, or replaces it, and returns its id.
func (e *Emulator) AddFlinkSQLFile(workspace, namespace string, file flink.SQLFile) (sqlFileID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := copyOf(file)
	f.Workspace, f.Namespace = workspace, namespace
	f.SQLFileID = cmp.Or(f.SQLFileID, newUUID())
	f.Name = cmp.Or(f.Name, "script")
	f.ParentID = cmp.Or(f.ParentID, "root")
	f.SessionClusterName = cmp.Or(f.SessionClusterName, "session-cluster")
	f.SQLScript = cmp.Or(f.SQLScript, "SELECT 1;")
	e.flink.sqlFiles.add(keyOf(workspace, namespace, f.SQLFileID), e.now(), f)
	return f.SQLFileID
}

// AddFlinkSQLExecution puts the run of a query script into a namespace of a workspace, or replaces it, and
// returns its id. Without a state it is running. The service publishes no states; the emulator uses those
// of jobs.
func (e *Emulator) AddFlinkSQLExecution(workspace, namespace string, execution flink.SQLExecution) (sqlExecutionID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	x := copyOf(execution)
	x.Workspace, x.Namespace = workspace, namespace
	x.SQLExecutionID = cmp.Or(x.SQLExecutionID, newUUID())
	x.State = cmp.Or(x.State, executionRunning)
	e.flink.executions.add(keyOf(workspace, namespace, x.SQLExecutionID), e.now(), x)
	return x.SQLExecutionID
}

// startExecution runs a script, unless a run of it is not over yet: then that is the answer.
func (s *flinkService) startExecution(_ *received, in flink.StartSQLExecutionRequest) (any, error) {
	p := in.StartSQLExecutionParameters
	file, ok := s.sqlFiles.row(keyOf(in.Workspace, in.Namespace, p.SQLFileID)).truth(s.emulator.now())
	if !ok {
		return nil, noObject("SQL file", p.SQLFileID)
	}
	if id := s.activeExecution(file); id != "" {
		return &flink.StartSQLExecutionResult{Success: true, SQLExecutionID: id}, nil
	}
	running := flink.SQLExecution{
		SQLExecutionID: newUUID(), SQLFileID: file.SQLFileID, Name: file.Name, SQLScript: cmp.Or(p.SQLScript, file.SQLScript),
		SessionClusterName: file.SessionClusterName, Workspace: in.Workspace, Namespace: in.Namespace,
	}
	c := s.emulator.begin("flink", "StartSqlExecution")
	running = executionIn(running, executionRunning, "")
	row := s.executions.create(keyOf(in.Workspace, in.Namespace, running.SQLExecutionID))
	during(row, c, c.start, running)
	finish(row, c, executionAfter(c, running, executionFinished))
	return &flink.StartSQLExecutionResult{Success: true, NewlyCreated: true, SQLExecutionID: running.SQLExecutionID}, nil
}

// activeExecution finds the id of a run of a script that is not over, if there is one.
func (s *flinkService) activeExecution(file flink.SQLFile) string {
	for _, key := range s.executions.keys {
		x, ok := s.executions.row(key).truth(s.emulator.now())
		if ok && x.Workspace == file.Workspace && x.Namespace == file.Namespace && x.SQLFileID == file.SQLFileID && (x.State == executionRunning || x.State == executionCancelling) {
			return x.SQLExecutionID
		}
	}
	return ""
}

// stopExecution stops a run. That there is nothing to stop is no error of the call.
func (s *flinkService) stopExecution(_ *received, in flink.StopSQLExecutionRequest) (any, error) {
	row := s.executions.row(keyOf(in.Workspace, in.Namespace, in.SQLExecutionID))
	x, ok := row.truth(s.emulator.now())
	switch {
	case !ok:
		return nil, noObject("SQL execution", in.SQLExecutionID)
	case x.State != executionRunning:
		return &flink.StopSQLExecutionResult{Message: "the execution is " + x.State}, nil
	}
	c := s.emulator.begin("flink", "StopSqlExecution")
	canceling := executionIn(x, executionCancelling, "")
	during(row, c, c.start, canceling)
	c.Fail, c.Cancel = c.failed(), false // nobody can stop a stop
	finish(row, c, executionAfter(c, canceling, executionCancelled))
	return &flink.StopSQLExecutionResult{Success: true}, nil
}

// executionAfter is a run at the end of a change.
func executionAfter(c change, before flink.SQLExecution, goal string) flink.SQLExecution {
	state, message := goal, c.Reason
	switch {
	case c.Cancel:
		state = executionCancelled
	case c.Fail:
		state, message = executionFailed, cmp.Or(c.Reason, "a statement failed")
	}
	return executionIn(before, cmp.Or(c.State, state), message)
}

// executionIn is a run in another state, whose one statement is in the same.
func executionIn(x flink.SQLExecution, state, message string) flink.SQLExecution {
	x.State, x.Message = state, message
	x.Statements = []flink.SQLStatement{{SQLScript: x.SQLScript, StatusState: state}}
	return x
}

func (s *flinkService) getExecution(_ *received, in flink.FetchSQLExecutionResultRequest) (any, error) {
	x, ok := s.executions.row(keyOf(in.Workspace, in.Namespace, in.SQLExecutionID)).seen(s.emulator.now())
	if !ok {
		return nil, noObject("SQL execution", in.SQLExecutionID)
	}
	return &flink.SQLExecutionFetchResult{SQLExecution: &x}, nil
}

func (s *flinkService) getSQLFile(_ *received, in flink.GetSQLFileRequest) (any, error) {
	file, ok := s.sqlFiles.row(keyOf(in.Workspace, in.Namespace, in.SQLFileID)).seen(s.emulator.now())
	if !ok {
		return nil, noObject("SQL file", in.SQLFileID)
	}
	return &file, nil
}
