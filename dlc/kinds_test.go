package dlc

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// A kind is one kind of change, with what its read can show; empty if it cannot be.
type kind struct {
	begin start
	read  string
	fixed map[string]string // responses of other operations, the start included

	before, underway, live string // the last two with the update time of before
	later                  string // live, with a later update time
	broken                 string
	undone                 string // a change that is undone, seen under way or not
	third                  string // the result of a change by others
	another                string // the same, of another resource

	deletes bool
}

// waiting is a waiter of any type.
type waiting func(context.Context) error

// A start calls a Begin method.
type start func(context.Context, *Client) (waiting, error)

// begin is the start of a request by its Begin method.
func begin[R, T any](method func(*Client, context.Context, R) (*cloud.Change[T], error), r R) start {
	return func(ctx context.Context, c *Client) (waiting, error) {
		w, err := method(c, ctx, r)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context) error { _, err := w.Wait(ctx); return err }, nil
	}
}

// response writes a response with members, which are names and values in turn.
func response(members ...any) string {
	return "{\"Response\":" + object(append(members, "RequestId", "r-1")...) + "}"
}

func object(members ...any) string {
	var b strings.Builder
	for i := 0; i < len(members); i += 2 {
		value, _ := json.Marshal(members[i+1])
		if raw, ok := members[i+1].(json.RawMessage); ok {
			value = raw
		}
		fmt.Fprintf(&b, ",%q:%s", members[i], value)
	}
	return "{" + strings.TrimPrefix(b.String(), ",") + "}"
}

var accepted = response()

func engineObject(id string, state DataEngineState, image string, size, updated int, more ...any) json.RawMessage {
	return json.RawMessage(object(append([]any{
		"DataEngineName", "etl", "DataEngineId", id, "State", state, "ImageVersionId", image, "ChildImageVersionId", image + ".1",
		"Size", size, "MinClusters", 1, "MaxClusters", 2, "UpdateTime", updated, "CreateTime", 50,
	}, more...)...))
}

func engine(state DataEngineState, image string, size, updated int, more ...any) string {
	return response("DataEngine", engineObject("DataEngine-1", state, image, size, updated, more...))
}

// engineKind is a change of an engine, through a state to what is live.
func engineKind(before DataEngineState, begin start, op string, through DataEngineState, state DataEngineState, image string, size int) kind {
	return kind{
		begin: begin, read: "DescribeDataEngine",
		fixed: map[string]string{
			op: accepted, "DescribeDataEngines": response("TotalCount", 1, "DataEngines", []json.RawMessage{engineObject("DataEngine-1", before, "v1", 16, 100)}),
			"CheckDataEngineImageCanBeUpgrade": response("IsUpgrade", true, "ChildImageVersionId", "v2.1"),
		},
		before: engine(before, "v1", 16, 100), underway: engine(through, "v1", 16, 100),
		live: engine(state, image, size, 100), later: engine(state, image, size, 102),
		broken: engine(DataEngineStateFailed, "v1", 16, 102, "Message", "out of units"),
		undone: engine(before, "v1", 16, 102), another: strings.ReplaceAll(engine(state, image, size, 102), `"etl"`, `"sql"`),
	}
}

func groupObject(state ResourceGroupState, updated int) json.RawMessage {
	return json.RawMessage(object("EngineResourceGroupName", "etl", "EngineResourceGroupId", "rg-1", "ResourceGroupState", state, "UpdateTime", updated))
}

func group(state ResourceGroupState, updated int) string {
	return groups(groupObject(state, updated))
}

func groups(list ...json.RawMessage) string {
	return response("Total", len(list), "UserEngineResourceGroupInfos", append([]json.RawMessage{}, list...))
}

func groupKind(begin start, op string, before, through, state ResourceGroupState) kind {
	k := kind{
		begin: begin, read: "DescribeStandardEngineResourceGroups", fixed: map[string]string{op: accepted},
		before: group(before, 100), underway: group(through, 100), live: group(state, 100), later: group(state, 102),
		broken: group(ResourceGroupStateIsolated, 102), another: strings.ReplaceAll(group(state, 102), `"etl"`, `"sql"`),
	}
	if before != state {
		k.undone = group(before, 102)
	}
	return k
}

// workKind is a change that has an ID of its own, by which show shows it in states; reply is the response to op.
func workKind(begin start, op, reply, read string, show func(id, state any) string, underway, live, broken any) kind {
	return kind{
		begin: begin, read: read, fixed: map[string]string{op: reply},
		underway: show("id-1", underway), live: show("id-1", live), later: show("id-1", live), broken: show("id-1", broken), another: show("id-2", live),
	}
}

func tasks(op string) func(id, state any) string {
	return func(id, state any) string {
		return response("TotalCount", 1, op, []json.RawMessage{json.RawMessage(object("Id", id, "State", state))})
	}
}

func inference(id, status any, updated int) string {
	return response("ServiceId", id, "Status", status, "UpdateTime", updated)
}

func inferenceKind(begin start, op string, before, live InferenceServiceStatus) kind {
	return kind{
		begin: begin, read: "GetInferenceService", fixed: map[string]string{op: response("ServiceId", "id-1")},
		before: inference("id-1", before, 100), underway: inference("id-1", "Deploying", 100), live: inference("id-1", live, 100),
		later: inference("id-1", live, 102), broken: inference("id-1", "Failed", 102), another: inference("id-2", live, 102),
	}
}

// kinds has every Begin method.
func kinds() map[string]kind {
	all := engineKinds()
	for _, more := range []map[string]kind{imageKinds(), groupKinds(), sessionKinds(), taskKinds(), inferenceKinds(), otherKinds(), taskWorkKinds(), rayKinds(), notebookKinds(), groupBaseKinds()} {
		maps.Copy(all, more)
	}
	return all
}

func engineKinds() map[string]kind {
	const running, suspended = DataEngineStateRunning, DataEngineStateSuspended
	deletion := engineKind(running, begin((*Client).BeginDeleteDataEngine, DeleteDataEngineRequest{DataEngineNames: []string{"etl"}}),
		"DeleteDataEngine", DataEngineStateDeleting, 0, "", 0)
	deletion.deletes, deletion.live, deletion.another = true, `{"Response":{"Error":{"Code":"ResourceNotFound.DataEngineNotFound","Message":"no"},"RequestId":"r-1"}}`, ""
	deletion.later = deletion.live
	resize := engineKind(running, begin((*Client).BeginUpdateDataEngine, UpdateDataEngineRequest{
		DataEngineName: "etl", Size: 32, MinClusters: 1, MaxClusters: 2, AutoResume: true, Message: "big",
	}), "UpdateDataEngine", DataEngineStateResizing, running, "v1", 32)
	resize.third = engine(running, "v1", 64, 102)
	restart := engineKind(running, begin((*Client).BeginRestartDataEngine, RestartDataEngineRequest{DataEngineID: "DataEngine-1"}),
		"RestartDataEngine", DataEngineStateStarting, running, "v1", 16)
	restart.undone = "" // an engine that runs has been restarted
	return map[string]kind{
		"CreateDataEngine": {
			begin: begin((*Client).BeginCreateDataEngine, CreateDataEngineRequest{DataEngineName: "etl", EngineType: "spark", ClusterType: "spark_cu", Mode: 1, Size: new(32)}),
			read:  "DescribeDataEngine", fixed: map[string]string{"CreateDataEngine": response("DataEngineId", "DataEngine-1")},
			underway: engine(DataEngineStateInitializing, "v1", 32, 100), live: engine(running, "v1", 32, 100), later: engine(running, "v1", 32, 102),
			broken: engine(DataEngineStateFailed, "v1", 32, 102), third: engine(DataEngineStateDeleting, "v1", 32, 102),
			another: strings.ReplaceAll(engine(running, "v1", 32, 102), `"etl"`, `"sql"`),
		},
		"DeleteDataEngine": deletion, "UpdateDataEngine": resize, "RestartDataEngine": restart,
		"SuspendResumeDataEngine": engineKind(running, begin((*Client).BeginSuspendResumeDataEngine, SuspendResumeDataEngineRequest{
			DataEngineName: "etl", Operate: DataEngineOperationSuspend,
		}), "SuspendResumeDataEngine", DataEngineStateSuspending, suspended, "v1", 16),
		"SuspendResumeDataEngine, resume": engineKind(suspended, begin((*Client).BeginSuspendResumeDataEngine, SuspendResumeDataEngineRequest{
			DataEngineName: "etl", Operate: DataEngineOperationResume,
		}), "SuspendResumeDataEngine", DataEngineStateStarting, running, "v1", 16),
	}
}

func imageKinds() map[string]kind {
	all := map[string]kind{}
	for op, begin := range map[string]start{
		"SwitchDataEngineImage":   begin((*Client).BeginSwitchDataEngineImage, SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "v2"}),
		"UpgradeDataEngineImage":  begin((*Client).BeginUpgradeDataEngineImage, UpgradeDataEngineImageRequest{DataEngineID: "DataEngine-1"}),
		"RollbackDataEngineImage": begin((*Client).BeginRollbackDataEngineImage, RollbackDataEngineImageRequest{DataEngineID: "DataEngine-1"}),
	} {
		k := engineKind(DataEngineStateRunning, begin, op, DataEngineStateStarting, DataEngineStateRunning, "v2", 16)
		if op != "RollbackDataEngineImage" { // any other image is a success
			k.third = engine(DataEngineStateRunning, "v3", 16, 102)
		}
		all[op] = k
	}
	return all
}

func groupKinds() map[string]kind {
	const running, paused, starting = ResourceGroupStateRunning, ResourceGroupStatePaused, ResourceGroupStateStarting
	names := []string{"etl"}
	creation := groupKind(begin((*Client).BeginCreateStandardEngineResourceGroup, CreateStandardEngineResourceGroupRequest{
		EngineResourceGroupName: "etl", DataEngineName: "standard", IsLaunchNow: new(0),
	}), "CreateStandardEngineResourceGroup", 0, starting, running)
	creation.before, creation.undone, creation.third = "", group(paused, 102), group(ResourceGroupStateDeleted, 102)
	deletion := groupKind(begin((*Client).BeginDeleteStandardEngineResourceGroup, DeleteStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"}),
		"DeleteStandardEngineResourceGroup", paused, ResourceGroupStatePausing, 0)
	deletion.deletes, deletion.live, deletion.later, deletion.broken, deletion.another = true, groups(), groups(), "", ""
	return map[string]kind{
		"CreateStandardEngineResourceGroup": creation, "DeleteStandardEngineResourceGroup": deletion,
		"LaunchStandardEngineResourceGroups": groupKind(begin((*Client).BeginLaunchStandardEngineResourceGroups, LaunchStandardEngineResourceGroupsRequest{
			EngineResourceGroupNames: names,
		}), "LaunchStandardEngineResourceGroups", paused, starting, running),
		"PauseStandardEngineResourceGroups": groupKind(begin((*Client).BeginPauseStandardEngineResourceGroups, PauseStandardEngineResourceGroupsRequest{
			EngineResourceGroupNames: names,
		}), "PauseStandardEngineResourceGroups", running, ResourceGroupStatePausing, paused),
		"UpdateStandardEngineResourceGroupResourceInfo": groupKind(begin((*Client).BeginUpdateStandardEngineResourceGroupResourceInfo, UpdateStandardEngineResourceGroupResourceInfoRequest{
			EngineResourceGroupName: "etl", MaxExecutorNums: new(4),
		}), "UpdateStandardEngineResourceGroupResourceInfo", running, ResourceGroupStateResizing, running),
		"UpdateStandardEngineResourceGroupConfigInfo": groupKind(begin((*Client).BeginUpdateStandardEngineResourceGroupConfigInfo, UpdateStandardEngineResourceGroupConfigInfoRequest{
			EngineResourceGroupName: "etl", UpdateConfContext: []UpdateConfContext{},
		}), "UpdateStandardEngineResourceGroupConfigInfo", running, ResourceGroupStateReconfiguring, running),
		"UpdateEngineResourceGroupNetworkConfigInfo": groupKind(begin((*Client).BeginUpdateEngineResourceGroupNetworkConfigInfo, UpdateEngineResourceGroupNetworkConfigInfoRequest{
			EngineResourceGroupID: "rg-1",
		}), "UpdateEngineResourceGroupNetworkConfigInfo", running, ResourceGroupStateRestarting, running),
	}
}

func sessionKinds() map[string]kind {
	session := func(id, state any) string {
		return response("Session", json.RawMessage(object("SessionId", id, "State", state)))
	}
	statement := func(id, state any) string {
		return response("NotebookSessionStatement", json.RawMessage(object("StatementId", id, "State", state, "OutPut", json.RawMessage(`{"Status":"ok"}`))))
	}
	none := response("SparkSessionsList", []int{})
	return map[string]kind{
		"DeleteNativeSparkSession": {
			begin: begin((*Client).BeginDeleteNativeSparkSession, DeleteNativeSparkSessionRequest{EngineSessionName: "study"}),
			read:  "DescribeNativeSparkSessions", fixed: map[string]string{"DeleteNativeSparkSession": accepted},
			before: study(SparkSessionStateRunning), live: none, later: none, deletes: true,
		},
		"CreateNotebookSession": workKind(
			begin((*Client).BeginCreateNotebookSession, CreateNotebookSessionRequest{Name: "study", Kind: NotebookKindPySpark, DataEngineName: "etl"}),
			"CreateNotebookSession", response("SessionId", "id-1"), "DescribeNotebookSession", session,
			NotebookSessionStateStarting, NotebookSessionStateIdle, NotebookSessionStateDead),
		"CreateNotebookSessionStatement": workKind(
			begin((*Client).BeginCreateNotebookSessionStatement, CreateNotebookSessionStatementRequest{SessionID: "session-1", Code: "1 + 1", Kind: NotebookKindPySpark}),
			"CreateNotebookSessionStatement", statement("id-1", "waiting"), "DescribeNotebookSessionStatement", statement,
			NotebookStatementStateRunning, NotebookStatementStateAvailable, NotebookStatementStateFailed),
		"CancelNotebookSessionStatement": workKind(
			begin((*Client).BeginCancelNotebookSessionStatement, CancelNotebookSessionStatementRequest{SessionID: "session-1", StatementID: "id-1"}),
			"CancelNotebookSessionStatement", accepted, "DescribeNotebookSessionStatement", statement,
			NotebookStatementStateRunning, NotebookStatementStateCancelled, NotebookStatementStateAvailable),
	}
}

// study is a list with one Spark session.
func study(state SparkSessionState) string {
	return response("SparkSessionsList", []json.RawMessage{json.RawMessage(object("EngineSessionName", "study", "SparkSessionId", "s-1", "State", state))})
}

func taskKinds() map[string]kind {
	const running, succeeded, failed = TaskStateRunning, TaskStateSucceeded, TaskStateFailed
	batch := func(_, state any) string { return response("State", state) }
	run := workKind(begin((*Client).BeginCreateSparkAppTask, CreateSparkAppTaskRequest{JobName: "nightly"}),
		"CreateSparkAppTask", response("TaskId", "id-1"), "DescribeSparkAppTasks", tasks("SparkAppTasks"), running, succeeded, failed)
	run.fixed["DescribeSparkAppJob"] = response("IsExists", true, "Job", json.RawMessage(`{"JobId":"batch-1","JobName":"nightly"}`))
	batchCreation := workKind(begin((*Client).BeginCreateSparkSessionBatchSQL, CreateSparkSessionBatchSQLRequest{DataEngineName: "etl", ExecuteSQL: Base64("SELECT 1")}),
		"CreateSparkSessionBatchSQL", response("BatchId", "id-1"), "DescribeSparkSessionBatchSQL", batch,
		SparkBatchSQLStateRunning, SparkBatchSQLStateSucceeded, SparkBatchSQLStateFailed)
	batchCancellation := workKind(begin((*Client).BeginCancelSparkSessionBatchSQL, CancelSparkSessionBatchSQLRequest{BatchID: "id-1"}),
		"CancelSparkSessionBatchSQL", accepted, "DescribeSparkSessionBatchSQL", batch,
		SparkBatchSQLStateRunning, SparkBatchSQLStateCanceled, SparkBatchSQLStateSucceeded)
	batchCreation.another, batchCancellation.another = "", "" // the response has no ID
	return map[string]kind{
		"CreateTask": workKind(begin((*Client).BeginCreateTask, CreateTaskRequest{Task: Task{SQLTask: &SQLTask{SQL: Base64("SELECT 1")}}}),
			"CreateTask", response("TaskId", "id-1"), "DescribeTasks", tasks("TaskList"), running, succeeded, failed),
		"CreateTasks": workKind(begin((*Client).BeginCreateTasks, CreateTasksRequest{
			Tasks: TasksInfo{TaskType: TaskTypeSQL, FailureTolerance: FailureToleranceTerminate, SQL: Base64("SELECT 1")},
		}), "CreateTasks", response("TaskIdSet", []string{"id-1"}), "DescribeTasks", tasks("TaskList"), running, succeeded, failed),
		"CancelTask": workKind(begin((*Client).BeginCancelTask, CancelTaskRequest{TaskID: "id-1"}),
			"CancelTask", accepted, "DescribeTasks", tasks("TaskList"), running, TaskStateCanceled, succeeded),
		"CreateSparkAppTask": run, "CreateSparkSessionBatchSQL": batchCreation, "CancelSparkSessionBatchSQL": batchCancellation,
	}
}

func inferenceKinds() map[string]kind {
	creation := workKind(begin((*Client).BeginCreateInferenceService, CreateInferenceServiceRequest{
		Name: "chat", ModelUID: "m-1", Engine: "vllm", Replicas: 1, ResourcePartitionID: "p-1", Image: "ray", ModelIdentifier: "chat", Queue: "default",
	}), "CreateInferenceService", response("ServiceId", "id-1"), "GetInferenceService",
		func(id, state any) string { return inference(id, state, 100) },
		InferenceServiceStatusDeploying, InferenceServiceStatusRunning, InferenceServiceStatusFailed)
	creation.third = inference("id-1", "Stopped", 102)
	stop := inferenceKind(begin((*Client).BeginStopInferenceService, StopInferenceServiceRequest{ServiceID: "id-1"}),
		"StopInferenceService", InferenceServiceStatusRunning, InferenceServiceStatusStopped)
	stop.undone = inference("id-1", "Running", 102)
	return map[string]kind{
		"CreateInferenceService": creation, "StopInferenceService": stop,
		"RestartInferenceService": inferenceKind(begin((*Client).BeginRestartInferenceService, RestartInferenceServiceRequest{ServiceID: "id-1"}),
			"RestartInferenceService", InferenceServiceStatusRunning, InferenceServiceStatusRunning),
	}
}

func otherKinds() map[string]kind {
	show := func(id, state any) string {
		return response("ConnectionSet", []json.RawMessage{json.RawMessage(object("DatasourceConnectionId", id, "State", state))})
	}
	connection := workKind(begin((*Client).BeginCreateDatasourceConnection, CreateDatasourceConnectionRequest{
		DatasourceConnectionName: "orders", DatasourceConnectionType: "Mysql", ServiceType: "DLC", NetworkConnectionName: "to-orders",
	}), "CreateDatasourceConnection", response("DatasourceConnectionId", "id-1"), "DescribeDatasourceConnection", show,
		DatasourceStateInitializing, DatasourceStateReady, DatasourceStateFailed)
	connection.third = show("id-1", DatasourceStateDeleting)
	download := workKind(begin((*Client).BeginCreateResultDownload, CreateResultDownloadRequest{TaskID: "task-1", Format: "CSV"}),
		"CreateResultDownload", response("DownloadId", "id-1"), "DescribeResultDownload",
		func(_, status any) string { return response("Status", status) }, DownloadStatusQueued, DownloadStatusSucceeded, DownloadStatusFailed)
	download.another = "" // the response has no ID
	lockIDs := map[any]int{"id-1": 1, "id-2": 2}
	return map[string]kind{
		"CreateDatasourceConnection": connection, "CreateResultDownload": download,
		"LockMetaData": workKind(begin((*Client).BeginLockMetaData, LockMetaDataRequest{LockComponentList: []LockComponentInfo{{DBName: "sales"}}}),
			"LockMetaData", response("LockId", 1, "LockState", LockStateWaiting), "CheckLockMetaData",
			func(id, state any) string { return response("LockId", lockIDs[id], "LockState", state) },
			LockStateWaiting, LockStateAcquired, LockStateAborted),
	}
}
