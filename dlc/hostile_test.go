package dlc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// A kind is one kind of change, with what its read can show. What is empty cannot be.
type kind struct {
	begin func(context.Context, *Client) (waiting, error)
	read  string
	fixed map[string]string // responses of other operations, the start included

	before, underway, live string // the last two with the update time of before
	later                  string // live, with a later update time
	broken                 string
	undone                 string // how a change ends that is undone, underway or not
	third                  string // what a change of others brings about
	another                string // the same, of another resource

	deletes bool
}

// waiting is a waiter of any type.
type waiting func(context.Context) error

func waits[T any](w *cloud.Waiter[T], err error) (waiting, error) {
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { _, err := w.Wait(ctx); return err }, nil
}

// object writes a response with members, which are names and values by turns.
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
func engineKind(before DataEngineState, begin func(context.Context, *Client) (waiting, error), op string, through DataEngineState, state DataEngineState, image string, size int) kind {
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

func groupObject(state ResourceGroupState, updated int, more ...any) json.RawMessage {
	return json.RawMessage(object(append([]any{
		"EngineResourceGroupName", "etl", "EngineResourceGroupId", "rg-1", "ResourceGroupState", state, "UpdateTime", updated,
	}, more...)...))
}

func group(state ResourceGroupState, updated int, more ...any) string {
	return groups(groupObject(state, updated, more...))
}

func groups(list ...json.RawMessage) string {
	return response("Total", len(list), "UserEngineResourceGroupInfos", append([]json.RawMessage{}, list...))
}

func groupKind(begin func(context.Context, *Client) (waiting, error), op string, before, through, state ResourceGroupState) kind {
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

// workKind is a change that has an id of its own.
func workKind(begin func(context.Context, *Client) (waiting, error), read string, fixed map[string]string, show func(id, state any) string, underway, live, broken any) kind {
	return kind{
		begin: begin, read: read, fixed: fixed,
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

func inferenceKind(begin func(context.Context, *Client) (waiting, error), op string, before, live InferenceServiceStatus) kind {
	return kind{
		begin: begin, read: "GetInferenceService", fixed: map[string]string{op: response("ServiceId", "id-1")},
		before: inference("id-1", before, 100), underway: inference("id-1", "Deploying", 100), live: inference("id-1", live, 100),
		later: inference("id-1", live, 102), broken: inference("id-1", "Failed", 102), another: inference("id-2", live, 102),
	}
}

// kinds has every Begin method.
func kinds() map[string]kind {
	type ctx = context.Context
	engineDelete := engineKind(DataEngineStateRunning, func(ctx ctx, c *Client) (waiting, error) {
		return waits(c.BeginDeleteDataEngine(ctx, DeleteDataEngineRequest{DataEngineNames: []string{"etl"}}))
	}, "DeleteDataEngine", DataEngineStateDeleting, 0, "", 0)
	engineDelete.deletes, engineDelete.live, engineDelete.another = true, `{"Response":{"Error":{"Code":"ResourceNotFound.DataEngineNotFound","Message":"no"},"RequestId":"r-1"}}`, ""
	engineDelete.later = engineDelete.live
	resize := engineKind(DataEngineStateRunning, func(ctx ctx, c *Client) (waiting, error) {
		return waits(c.BeginUpdateDataEngine(ctx, UpdateDataEngineRequest{DataEngineName: "etl", Size: 32, MinClusters: 1, MaxClusters: 2, AutoResume: true, Message: "big"}))
	}, "UpdateDataEngine", DataEngineStateResizing, DataEngineStateRunning, "v1", 32)
	resize.third = engine(DataEngineStateRunning, "v1", 64, 102)
	images := map[string]func(ctx, *Client) (waiting, error){
		"SwitchDataEngineImage": func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginSwitchDataEngineImage(ctx, SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "v2"}))
		},
		"UpgradeDataEngineImage": func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginUpgradeDataEngineImage(ctx, UpgradeDataEngineImageRequest{DataEngineID: "DataEngine-1"}))
		},
		"RollbackDataEngineImage": func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginRollbackDataEngineImage(ctx, RollbackDataEngineImageRequest{DataEngineID: "DataEngine-1"}))
		},
	}
	restart := engineKind(DataEngineStateRunning, func(ctx ctx, c *Client) (waiting, error) {
		return waits(c.BeginRestartDataEngine(ctx, RestartDataEngineRequest{DataEngineID: "DataEngine-1"}))
	}, "RestartDataEngine", DataEngineStateStarting, DataEngineStateRunning, "v1", 16)
	restart.undone = "" // an engine that runs has been restarted
	create := kind{
		begin: func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCreateDataEngine(ctx, CreateDataEngineRequest{DataEngineName: "etl", EngineType: "spark", ClusterType: "spark_cu", Mode: 1, Size: new(32)}))
		},
		read: "DescribeDataEngine", fixed: map[string]string{"CreateDataEngine": response("DataEngineId", "DataEngine-1")},
		underway: engine(DataEngineStateInitializing, "v1", 32, 100), live: engine(DataEngineStateRunning, "v1", 32, 100), later: engine(DataEngineStateRunning, "v1", 32, 102),
		broken: engine(DataEngineStateFailed, "v1", 32, 102), third: engine(DataEngineStateDeleting, "v1", 32, 102),
		another: strings.ReplaceAll(engine(DataEngineStateRunning, "v1", 32, 102), `"etl"`, `"sql"`),
	}
	groupCreate := groupKind(func(ctx ctx, c *Client) (waiting, error) {
		return waits(c.BeginCreateStandardEngineResourceGroup(ctx, CreateStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl", DataEngineName: "standard", IsLaunchNow: new(0)}))
	}, "CreateStandardEngineResourceGroup", 0, ResourceGroupStateStarting, ResourceGroupStateRunning)
	groupCreate.before, groupCreate.undone, groupCreate.third = "", group(ResourceGroupStatePaused, 102), group(ResourceGroupStateDeleted, 102)
	groupDelete := groupKind(func(ctx ctx, c *Client) (waiting, error) {
		return waits(c.BeginDeleteStandardEngineResourceGroup(ctx, DeleteStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"}))
	}, "DeleteStandardEngineResourceGroup", ResourceGroupStatePaused, ResourceGroupStatePausing, 0)
	groupDelete.deletes, groupDelete.live, groupDelete.later, groupDelete.broken, groupDelete.another = true, groups(), groups(), "", ""
	sessionDelete := kind{
		begin: func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginDeleteNativeSparkSession(ctx, DeleteNativeSparkSessionRequest{EngineSessionName: "study"}))
		},
		read: "DescribeNativeSparkSessions", fixed: map[string]string{"DeleteNativeSparkSession": accepted}, deletes: true,
		before: `{"Response":{"SparkSessionsList":[{"EngineSessionName":"study","SparkSessionId":"s-1","State":"RUNNING"}],"RequestId":"r-1"}}`,
		live:   `{"Response":{"SparkSessionsList":[],"RequestId":"r-1"}}`, later: `{"Response":{"SparkSessionsList":[],"RequestId":"r-1"}}`,
	}
	session := func(id, state any) string {
		return response("Session", json.RawMessage(object("SessionId", id, "State", state)))
	}
	statement := func(id, state any) string {
		return response("NotebookSessionStatement", json.RawMessage(object("StatementId", id, "State", state, "OutPut", json.RawMessage(`{"Status":"ok"}`))))
	}
	connection := func(id, state any) string {
		return response("ConnectionSet", []json.RawMessage{json.RawMessage(object("DatasourceConnectionId", id, "State", state))})
	}
	batch := func(_, state any) string { return response("State", state) }
	download := func(_, status any) string { return response("Status", status) }
	lock := func(id, state any) string { return response("LockId", id, "LockState", state) }

	all := map[string]kind{
		"CreateDataEngine": create, "DeleteDataEngine": engineDelete, "UpdateDataEngine": resize, "RestartDataEngine": restart,
		"SuspendResumeDataEngine": engineKind(DataEngineStateRunning, func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginSuspendResumeDataEngine(ctx, SuspendResumeDataEngineRequest{DataEngineName: "etl", Operate: DataEngineOperationSuspend}))
		}, "SuspendResumeDataEngine", DataEngineStateSuspending, DataEngineStateSuspended, "v1", 16),
		"SuspendResumeDataEngine, resume": engineKind(DataEngineStateSuspended, func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginSuspendResumeDataEngine(ctx, SuspendResumeDataEngineRequest{DataEngineName: "etl", Operate: DataEngineOperationResume}))
		}, "SuspendResumeDataEngine", DataEngineStateStarting, DataEngineStateRunning, "v1", 16),

		"CreateStandardEngineResourceGroup": groupCreate, "DeleteStandardEngineResourceGroup": groupDelete,
		"LaunchStandardEngineResourceGroups": groupKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginLaunchStandardEngineResourceGroups(ctx, LaunchStandardEngineResourceGroupsRequest{EngineResourceGroupNames: []string{"etl"}}))
		}, "LaunchStandardEngineResourceGroups", ResourceGroupStatePaused, ResourceGroupStateStarting, ResourceGroupStateRunning),
		"PauseStandardEngineResourceGroups": groupKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginPauseStandardEngineResourceGroups(ctx, PauseStandardEngineResourceGroupsRequest{EngineResourceGroupNames: []string{"etl"}}))
		}, "PauseStandardEngineResourceGroups", ResourceGroupStateRunning, ResourceGroupStatePausing, ResourceGroupStatePaused),
		"UpdateStandardEngineResourceGroupResourceInfo": groupKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginUpdateStandardEngineResourceGroupResourceInfo(ctx, UpdateStandardEngineResourceGroupResourceInfoRequest{EngineResourceGroupName: "etl", MaxExecutorNums: new(4)}))
		}, "UpdateStandardEngineResourceGroupResourceInfo", ResourceGroupStateRunning, ResourceGroupStateResizing, ResourceGroupStateRunning),
		"UpdateStandardEngineResourceGroupConfigInfo": groupKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginUpdateStandardEngineResourceGroupConfigInfo(ctx, UpdateStandardEngineResourceGroupConfigInfoRequest{EngineResourceGroupName: "etl", UpdateConfContext: []UpdateConfContext{}}))
		}, "UpdateStandardEngineResourceGroupConfigInfo", ResourceGroupStateRunning, ResourceGroupStateReconfiguring, ResourceGroupStateRunning),
		"UpdateEngineResourceGroupNetworkConfigInfo": groupKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginUpdateEngineResourceGroupNetworkConfigInfo(ctx, UpdateEngineResourceGroupNetworkConfigInfoRequest{EngineResourceGroupID: "rg-1"}))
		}, "UpdateEngineResourceGroupNetworkConfigInfo", ResourceGroupStateRunning, ResourceGroupStateRestarting, ResourceGroupStateRunning),

		"DeleteNativeSparkSession": sessionDelete,
		"CreateTask": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCreateTask(ctx, CreateTaskRequest{Task: Task{SQLTask: &SQLTask{SQL: Base64("SELECT 1")}}}))
		}, "DescribeTasks", map[string]string{"CreateTask": response("TaskId", "id-1")}, tasks("TaskList"), TaskStateRunning, TaskStateSucceeded, TaskStateFailed),
		"CreateTasks": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCreateTasks(ctx, CreateTasksRequest{Tasks: TasksInfo{TaskType: TaskTypeSQL, FailureTolerance: FailureToleranceTerminate, SQL: Base64("SELECT 1")}}))
		}, "DescribeTasks", map[string]string{"CreateTasks": response("TaskIdSet", []string{"id-1"})}, tasks("TaskList"), TaskStateRunning, TaskStateSucceeded, TaskStateFailed),
		"CancelTask": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCancelTask(ctx, CancelTaskRequest{TaskID: "id-1"}))
		}, "DescribeTasks", map[string]string{"CancelTask": accepted}, tasks("TaskList"), TaskStateRunning, TaskStateCancelled, TaskStateSucceeded),
		"CreateSparkAppTask": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCreateSparkAppTask(ctx, CreateSparkAppTaskRequest{JobName: "nightly"}))
		}, "DescribeSparkAppTasks", map[string]string{
			"CreateSparkAppTask":  response("TaskId", "id-1"),
			"DescribeSparkAppJob": response("IsExists", true, "Job", json.RawMessage(`{"JobId":"batch-1","JobName":"nightly"}`)),
		}, tasks("SparkAppTasks"), TaskStateRunning, TaskStateSucceeded, TaskStateFailed),
		"CreateSparkSessionBatchSQL": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCreateSparkSessionBatchSQL(ctx, CreateSparkSessionBatchSQLRequest{DataEngineName: "etl", ExecuteSQL: Base64("SELECT 1")}))
		}, "DescribeSparkSessionBatchSQL", map[string]string{"CreateSparkSessionBatchSQL": response("BatchId", "id-1")}, batch, SparkBatchSQLStateRunning, SparkBatchSQLStateSucceeded, SparkBatchSQLStateFailed),
		"CancelSparkSessionBatchSQL": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCancelSparkSessionBatchSQL(ctx, CancelSparkSessionBatchSQLRequest{BatchID: "id-1"}))
		}, "DescribeSparkSessionBatchSQL", map[string]string{"CancelSparkSessionBatchSQL": accepted}, batch, SparkBatchSQLStateRunning, SparkBatchSQLStateCancelled, SparkBatchSQLStateSucceeded),
		"CreateNotebookSession": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCreateNotebookSession(ctx, CreateNotebookSessionRequest{Name: "study", Kind: NotebookKindPySpark, DataEngineName: "etl"}))
		}, "DescribeNotebookSession", map[string]string{"CreateNotebookSession": response("SessionId", "id-1")}, session, NotebookSessionStateStarting, NotebookSessionStateIdle, NotebookSessionStateDead),
		"CreateNotebookSessionStatement": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCreateNotebookSessionStatement(ctx, CreateNotebookSessionStatementRequest{SessionID: "session-1", Code: "1 + 1", Kind: NotebookKindPySpark}))
		}, "DescribeNotebookSessionStatement", map[string]string{"CreateNotebookSessionStatement": statement("id-1", "waiting")}, statement, NotebookStatementStateRunning, NotebookStatementStateAvailable, NotebookStatementStateFailed),
		"CancelNotebookSessionStatement": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCancelNotebookSessionStatement(ctx, CancelNotebookSessionStatementRequest{SessionID: "session-1", StatementID: "id-1"}))
		}, "DescribeNotebookSessionStatement", map[string]string{"CancelNotebookSessionStatement": accepted}, statement, NotebookStatementStateRunning, NotebookStatementStateCancelled, NotebookStatementStateAvailable),
		"CreateResultDownload": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCreateResultDownload(ctx, CreateResultDownloadRequest{TaskID: "task-1", Format: "CSV"}))
		}, "DescribeResultDownload", map[string]string{"CreateResultDownload": response("DownloadId", "id-1")}, download, DownloadStatusQueued, DownloadStatusSucceeded, DownloadStatusFailed),
		"CreateDatasourceConnection": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCreateDatasourceConnection(ctx, CreateDatasourceConnectionRequest{DatasourceConnectionName: "orders", DatasourceConnectionType: "Mysql", ServiceType: "DLC", NetworkConnectionName: "to-orders"}))
		}, "DescribeDatasourceConnection", map[string]string{"CreateDatasourceConnection": response("DatasourceConnectionId", "id-1")}, connection, DatasourceStateInitializing, DatasourceStateReady, DatasourceStateFailed),
		"LockMetaData": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginLockMetaData(ctx, LockMetaDataRequest{LockComponentList: []LockComponentInfo{{DBName: "sales"}}}))
		}, "CheckLockMetaData", map[string]string{"LockMetaData": response("LockId", 1, "LockState", LockStateWaiting)}, func(id, state any) string {
			return lock(map[any]int{"id-1": 1, "id-2": 2}[id], state)
		}, LockStateWaiting, LockStateAcquired, LockStateAborted),

		"CreateInferenceService": workKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginCreateInferenceService(ctx, CreateInferenceServiceRequest{
				Name: "chat", ModelUID: "m-1", Engine: "vllm", Replicas: 1, ResourcePartitionID: "p-1", Image: "ray", ModelIdentifier: "chat", Queue: "default",
			}))
		}, "GetInferenceService", map[string]string{"CreateInferenceService": response("ServiceId", "id-1")},
			func(id, state any) string { return inference(id, state, 100) }, InferenceServiceStatusDeploying, InferenceServiceStatusRunning, InferenceServiceStatusFailed),
		"RestartInferenceService": inferenceKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginRestartInferenceService(ctx, RestartInferenceServiceRequest{ServiceID: "id-1"}))
		}, "RestartInferenceService", InferenceServiceStatusRunning, InferenceServiceStatusRunning),
		"StopInferenceService": inferenceKind(func(ctx ctx, c *Client) (waiting, error) {
			return waits(c.BeginStopInferenceService(ctx, StopInferenceServiceRequest{ServiceID: "id-1"}))
		}, "StopInferenceService", InferenceServiceStatusRunning, InferenceServiceStatusStopped),
	}
	for op, begin := range images {
		k := engineKind(DataEngineStateRunning, begin, op, DataEngineStateStarting, DataEngineStateRunning, "v2", 16)
		if op != "RollbackDataEngineImage" { // whose image nobody knows
			k.third = engine(DataEngineStateRunning, "v3", 16, 102)
		}
		all[op] = k
	}
	stop, noMember := all["StopInferenceService"], all["CreateInferenceService"]
	stop.undone, noMember.third = inference("id-1", "Running", 102), inference("id-1", "Stopped", 102)
	all["StopInferenceService"], all["CreateInferenceService"] = stop, noMember
	for _, op := range []string{"CreateSparkSessionBatchSQL", "CancelSparkSessionBatchSQL", "CreateResultDownload"} {
		k := all[op]
		k.another = "" // the response has no id
		all[op] = k
	}
	c := all["CreateDatasourceConnection"]
	c.third = connection("id-1", DatasourceStateDeleting)
	all["CreateDatasourceConnection"] = c
	return all
}

// step is what a read shows from a time after the start on.
type step struct {
	from time.Duration
	body string
}

// script is a service that shows the steps.
type script struct {
	kind
	op    string
	steps []step
	began time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	op := r.Header.Get("X-Tc-Action")
	body, ok := s.fixed[op]
	if op == s.read {
		body, ok = s.shown(), true
	}
	if !ok {
		return nil, errors.New("nobody expects " + op)
	}
	if op == s.op {
		s.began = time.Now()
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// shown is before until the change has begun, or what shows nothing where it makes something new.
func (s *script) shown() string {
	body := s.before
	if body == "" {
		body = s.absent()
	}
	for _, step := range s.steps {
		if !s.began.IsZero() && time.Since(s.began) >= step.from {
			body = step.body
		}
	}
	return body
}

// absent is a response that does not show what is looked for: a list without it, or the service's word.
func (k kind) absent() string {
	empty := map[string]string{
		"DescribeStandardEngineResourceGroups": "UserEngineResourceGroupInfos", "DescribeNativeSparkSessions": "SparkSessionsList",
		"DescribeTasks": "TaskList", "DescribeSparkAppTasks": "SparkAppTasks", "DescribeDatasourceConnection": "ConnectionSet",
	}
	if list, ok := empty[k.read]; ok {
		return response(list, []int{})
	}
	return `{"Response":{"Error":{"Code":"ResourceNotFound","Message":"no"},"RequestId":"r-1"}}`
}

// listed is whether one missing entry is no proof.
func (k kind) listed() bool { return !strings.Contains(k.absent(), "Error") }

func TestHostileSequences(t *testing.T) {
	t.Parallel()
	const pending, succeeded, failed, lost = "pending", "succeeded", "failed", "superseded"
	all := kinds()
	sequences := map[string]struct {
		steps func(k kind) []step // nil if the kind cannot show this
		want  func(k kind) string
	}{
		"nothing happens": {func(k kind) []step { return without([]step{{0, k.before}}) }, always(pending)},
		"stale for minutes": {func(k kind) []step {
			return without([]step{{0, k.before}, {5 * time.Minute, k.later}})
		}, always(succeeded)},
		"equal times": {func(k kind) []step {
			return without([]step{{0, k.underway}, {time.Minute, k.live}})
		}, always(succeeded)},
		"live at once, then not": {func(k kind) []step {
			if k.before == "" || k.deletes && !k.listed() {
				return nil // it has an id of its own, or the service's word
			}
			return without([]step{{0, k.later}, {10 * time.Second, k.before}, {20 * time.Second, k.underway}, {time.Minute, k.broken}})
		}, always(failed)},
		"flapping": {func(k kind) []step {
			if k.before == "" {
				return nil
			}
			return without([]step{{0, k.underway}, {20 * time.Second, k.broken}, {30 * time.Second, k.underway}, {time.Minute, k.later}})
		}, always(succeeded)},
		"given up after it began": {func(k kind) []step {
			return without([]step{{0, k.underway}, {time.Minute, k.undone}})
		}, always(failed)},
		"given up in the same second": {func(k kind) []step {
			if k.undone == "" {
				return nil
			}
			return without([]step{{0, k.underway}, {time.Minute, k.before}})
		}, always(failed)},
		"given up unseen": {func(k kind) []step {
			return without([]step{{0, k.before}, {time.Minute, k.undone}})
		}, func(k kind) string {
			if k.deletes {
				return pending // it may be deleted yet
			}
			return failed
		}},
		"changed by another before it begins": {func(k kind) []step {
			return without([]step{{0, k.undone}, {2 * time.Minute, k.underway}, {4 * time.Minute, k.later}})
		}, func(k kind) string {
			return succeeded
		}},
		"overtaken": {func(k kind) []step {
			return without([]step{{0, k.underway}, {time.Minute, k.third}})
		}, always(lost)},
		"overtaken unseen": {func(k kind) []step {
			if k.before == "" {
				return nil
			}
			return without([]step{{0, k.before}, {time.Minute, k.third}})
		}, always(lost)},
		"overtaken by another, but stale": {func(k kind) []step {
			if k.before == "" {
				return nil
			}
			return without([]step{{0, k.third}, {2 * time.Minute, k.underway}, {4 * time.Minute, k.later}})
		}, always(succeeded)},
		"broken": {func(k kind) []step { return without([]step{{0, k.underway}, {time.Minute, k.broken}}) }, always(failed)},
		"one list without it": {func(k kind) []step {
			if !k.listed() {
				return nil
			}
			seen := k.underway
			if seen == "" {
				seen = k.before
			}
			// The pause before the next poll is a tenth of the time that has passed, about.
			return without([]step{{0, seen}, {5 * time.Minute, k.absent()}, {5*time.Minute + 40*time.Second, seen}, {time.Hour, k.later}})
		}, always(succeeded)},
		"lists without it, then it is back": {func(k kind) []step {
			if !k.deletes || !k.listed() {
				return nil
			}
			return without([]step{{0, k.before}, {20 * time.Second, k.absent()}, {50 * time.Second, k.before}})
		}, always(pending)},
		"responses without it": {func(k kind) []step {
			return without([]step{{0, k.started()}, {20 * time.Second, response()}, {2 * time.Minute, k.started()}, {5 * time.Minute, k.later}})
		}, always(succeeded)},
		"null instead of it": {func(k kind) []step {
			return without([]step{{0, k.started()}, {20 * time.Second, k.null()}, {50 * time.Second, k.started()}, {5 * time.Minute, k.later}})
		}, always(succeeded)},
		"another one": {func(k kind) []step {
			return without([]step{{0, k.started()}, {5 * time.Minute, k.another}, {5*time.Minute + 40*time.Second, k.started()}, {10 * time.Minute, k.broken}})
		}, always(failed)},
	}
	ran := map[string]int{}
	for op, k := range all {
		for name, sequence := range sequences {
			steps := sequence.steps(k)
			if steps == nil {
				continue
			}
			ran[name]++
			t.Run(op+"/"+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					start, _, _ := strings.Cut(op, ",")
					s := &script{kind: k, op: start, steps: steps}
					wait, err := k.begin(t.Context(), scripted(t, s))
					require.NoError(t, err)
					err = wait(t.Context())
					got := succeeded
					switch {
					case errors.Is(err, cloud.ErrSuperseded):
						got = lost
					case errors.Is(err, cloud.ErrFailed):
						got = failed
					case errors.Is(err, context.DeadlineExceeded):
						got = pending
						assert.ErrorContains(t, err, "longest time of the wait")
					default:
						require.NoError(t, err)
						assert.GreaterOrEqual(t, time.Since(s.began), steps[len(steps)-1].from)
					}
					assert.Equal(t, sequence.want(k), got, "%v", err)
				})
			})
		}
	}
	for name := range sequences {
		assert.Positive(t, ran[name], "no kind has the sequence %s", name)
	}

	c := reflect.TypeFor[*Client]()
	var begins []string
	for i := range c.NumMethod() {
		if op, ok := strings.CutPrefix(c.Method(i).Name, "Begin"); ok {
			begins = append(begins, op)
			assert.Contains(t, all, op)
		}
	}
	assert.Len(t, slices.DeleteFunc(slices.Collect(maps.Keys(all)), func(op string) bool { return strings.Contains(op, ",") }), len(begins))
}

// started is what the read shows of a change that has not ended.
func (k kind) started() string {
	if k.underway == "" {
		return k.before
	}
	return k.underway
}

// null is the response with null instead of the resource.
func (k kind) null() string {
	members := map[string]string{"DescribeDataEngine": "DataEngine", "DescribeNotebookSession": "Session", "DescribeNotebookSessionStatement": "NotebookSessionStatement"}
	if member, ok := members[k.read]; ok {
		return response(member, nil)
	}
	if !k.listed() {
		return "" // the response is the resource
	}
	return strings.ReplaceAll(k.absent(), "[]", "null")
}

func always(outcome string) func(kind) string { return func(kind) string { return outcome } }

// without is a sequence, if the kind can show all of it.
func without(steps []step) []step {
	if slices.ContainsFunc(steps, func(s step) bool { return s.body == "" }) {
		return nil
	}
	return steps
}

func scripted(t *testing.T, transport http.RoundTripper) *Client {
	t.Helper()
	c, err := New(cloud.Config{
		Region: "ap-guangzhou", Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""), RequestRate: -1,
		HTTPClient: &http.Client{Transport: transport},
	})
	require.NoError(t, err)
	return c
}
