package dlc

import (
	"encoding/json"
	"strings"
)

// taskWorkKinds are the changes that tasks carry out.
func taskWorkKinds() map[string]kind {
	const running, succeeded, failed = TaskStateRunning, TaskStateSucceeded, TaskStateFailed
	one, several := response("TaskId", "id-1"), response("BatchId", "batch-1", "TaskIdSet", []string{"id-1"})
	work := func(begin start, op, reply string) kind {
		return workKind(begin, op, reply, "DescribeTasks", tasks("TaskList"), running, succeeded, failed)
	}
	return map[string]kind{
		"CreateSparkSubmitTask": work(begin((*Client).BeginCreateSparkSubmitTask, CreateSparkSubmitTaskRequest{
			TaskName: "nightly", TaskType: SparkAppTypeBatch, DataEngineName: "etl", PackagePath: "cosn://jobs/a.py", RoleARN: 1,
		}), "CreateSparkSubmitTask", one),
		"CreateImportTask": work(begin((*Client).BeginCreateImportTask, importRequest), "CreateImportTask", one),
		"CreateExportTask": work(begin((*Client).BeginCreateExportTask, exportRequest), "CreateExportTask", one),
		"CopyDLCTable": work(begin((*Client).BeginCopyDLCTable, CopyDLCTableRequest{
			SourceData: []DMSSourceDatabaseInfo{{SourceDatabaseName: "sales", SourceTableNameList: []string{"orders"}}}, DestinationDatabaseName: "archive",
			DestinationTableName: "sales", DataEngineName: "etl",
		}), "CopyDLCTable", one),
		"CreateMetaDatabase": work(begin((*Client).BeginCreateMetaDatabase, CreateMetaDatabaseRequest{
			MetaDatabaseInfo: &MetaDatabaseInfo{DatabaseName: "sales"},
		}), "CreateMetaDatabase", several),
		"DeleteMetaDatabase": work(begin((*Client).BeginDeleteMetaDatabase, DeleteMetaDatabaseRequest{DatabaseName: "sales"}), "DeleteMetaDatabase", several),
		"CancelTasks": workKind(begin((*Client).BeginCancelTasks, CancelTasksRequest{TaskID: []string{"id-1"}}),
			"CancelTasks", accepted, "DescribeTasks", tasks("TaskList"), running, TaskStateCanceled, succeeded),
	}
}

var (
	importRequest = CreateImportTaskRequest{
		InputType: "cos", InputConf: []KVPair{{Key: "paths", Value: "cosn://in/a.csv"}}, OutputConf: []KVPair{{Key: "tableName", Value: "sales"}},
	}
	exportRequest = CreateExportTaskRequest{
		InputType: "taskResult", InputConf: []KVPair{{Key: "taskId", Value: "task-1"}}, OutputConf: []KVPair{{Key: "path", Value: "cosn://out/"}},
	}
)

// notebookKinds are the changes of batches of statements, and the deletion of a session.
func notebookKinds() map[string]kind {
	batch := func(id, state any) string {
		return response("NotebookSessionStatements", json.RawMessage(object("BatchId", id, "IsAvailable", true, "NotebookSessionStatementBatch", []json.RawMessage{
			json.RawMessage(object("StatementId", "1", "State", NotebookStatementStateAvailable, "OutPut", json.RawMessage(`{"Status":"ok"}`))),
			json.RawMessage(object("StatementId", "2", "State", state, "OutPut", json.RawMessage(`{"Status":"ok"}`))),
		})))
	}
	session := func(state NotebookSessionState) string {
		return response("Session", json.RawMessage(object("SessionId", "id-1", "State", state)))
	}
	none := `{"Response":{"Error":{"Code":"ResourceNotFound.SessionNotFound","Message":"no"},"RequestId":"r-1"}}`
	return map[string]kind{
		"CreateNotebookSessionStatementSupportBatchSQL": workKind(
			begin((*Client).BeginCreateNotebookSessionStatementSupportBatchSQL, CreateNotebookSessionStatementSupportBatchSQLRequest{
				SessionID: "session-1", Code: "SELECT 1; SELECT 2", Kind: NotebookKindSQL,
			}), "CreateNotebookSessionStatementSupportBatchSQL",
			response("NotebookSessionStatementBatches", json.RawMessage(`{"BatchId":"id-1","NotebookSessionStatementBatch":[{"StatementId":"1"},{"StatementId":"2"}]}`)),
			"DescribeNotebookSessionStatements", batch, NotebookStatementStateRunning, NotebookStatementStateAvailable, NotebookStatementStateFailed),
		"CancelNotebookSessionStatementBatch": workKind(
			begin((*Client).BeginCancelNotebookSessionStatementBatch, CancelNotebookSessionStatementBatchRequest{SessionID: "session-1", BatchID: "id-1"}),
			"CancelNotebookSessionStatementBatch", accepted, "DescribeNotebookSessionStatements", batch,
			NotebookStatementStateRunning, NotebookStatementStateCancelled, NotebookStatementStateAvailable),
		"DeleteNotebookSession": {
			begin: begin((*Client).BeginDeleteNotebookSession, DeleteNotebookSessionRequest{SessionID: "id-1"}), read: "DescribeNotebookSession",
			fixed:  map[string]string{"DeleteNotebookSession": accepted},
			before: session(NotebookSessionStateIdle), underway: session(NotebookSessionStateShuttingDown), live: none, later: none,
			undone: session(NotebookSessionStateIdle), deletes: true,
		},
	}
}

// groupBaseKinds is the change of the base information of a resource group.
func groupBaseKinds() map[string]kind {
	show := func(state ResourceGroupState, concurrency, updated int) string {
		return groups(json.RawMessage(object("EngineResourceGroupName", "etl", "EngineResourceGroupId", "rg-1", "ResourceGroupState", state,
			"UpdateTime", updated, "AutoLaunch", 1, "AutoPauseTime", 10, "MaxConcurrency", concurrency)))
	}
	const running = ResourceGroupStateRunning
	k := groupKind(begin((*Client).BeginUpdateStandardEngineResourceGroupBaseInfo, UpdateStandardEngineResourceGroupBaseInfoRequest{
		EngineResourceGroupName: "etl", AutoLaunch: 1, MaxConcurrency: new(8),
	}), "UpdateStandardEngineResourceGroupBaseInfo", running, ResourceGroupStateReconfiguring, running)
	k.before, k.underway = show(running, 4, 100), show(ResourceGroupStateReconfiguring, 4, 100)
	k.live, k.later = show(running, 8, 100), show(running, 8, 102)
	k.undone, k.third = show(running, 4, 102), show(running, 6, 102)
	k.another = strings.ReplaceAll(k.later, `"etl"`, `"sql"`)
	return map[string]kind{"UpdateStandardEngineResourceGroupBaseInfo": k}
}
