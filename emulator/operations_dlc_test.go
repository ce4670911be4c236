package emulator_test

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// dlcOperations calls every DLC operation that changes something, and the reads that belong to it.
var dlcOperations = map[string]func(t *testing.T, c *dlc.Client, emu *emulator.Emulator){
	"CreateDataEngine": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		r := dlc.CreateDataEngineRequest{DataEngineName: "sql", EngineType: "spark", ClusterType: "spark_cu", Mode: 1}
		out, err := c.CreateDataEngine(t.Context(), r)
		require.NoError(t, err)
		got, err := c.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: "sql"})
		require.NoError(t, err)
		assert.Equal(t, out.DataEngineID, got.DataEngine.DataEngineID)
		assert.Equal(t, dlc.DataEngineStateInitializing, got.DataEngine.State)
		_, err = c.CreateDataEngine(t.Context(), r)
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDuplicateDataEngineName)
	},
	"SuspendResumeDataEngine": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		out, err := c.SuspendResumeDataEngine(t.Context(), dlc.SuspendResumeDataEngineRequest{
			DataEngineName: engineName, Operate: dlc.DataEngineOperationSuspend,
		})
		require.NoError(t, err)
		assert.Equal(t, engineName, out.DataEngineName)
		assert.Equal(t, dlc.DataEngineStateSuspending, stateOfEngine(t, c))
		_, err = c.SuspendResumeDataEngine(t.Context(), dlc.SuspendResumeDataEngineRequest{
			DataEngineName: engineName, Operate: dlc.DataEngineOperationResume,
		})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundDataEngineNotActivity)
	},
	"RestartDataEngine": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		_, err := c.RestartDataEngine(t.Context(), dlc.RestartDataEngineRequest{DataEngineID: engine})
		require.NoError(t, err)
		assert.Equal(t, dlc.DataEngineStateStarting, stateOfEngine(t, c))
	},
	"UpdateDataEngine": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		_, err := c.UpdateDataEngine(t.Context(), dlc.UpdateDataEngineRequest{
			DataEngineName: engineName, Size: 32, MinClusters: 1, MaxClusters: 1,
		})
		require.NoError(t, err)
		assert.Equal(t, dlc.DataEngineStateResizing, stateOfEngine(t, c))
	},
	"DeleteDataEngine": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		_, err := c.DeleteDataEngine(t.Context(), dlc.DeleteDataEngineRequest{DataEngineNames: []string{engineName, "another"}})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundDataEngineNotFound)
		assert.Equal(t, dlc.DataEngineStateRunning, stateOfEngine(t, c), "all or none")
		_, err = c.DeleteDataEngine(t.Context(), dlc.DeleteDataEngineRequest{DataEngineNames: []string{engineName}})
		require.NoError(t, err)
		assert.Equal(t, dlc.DataEngineStateDeleting, stateOfEngine(t, c))
	},
	"UpgradeDataEngineImage": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		_, err := c.RollbackDataEngineImage(t.Context(), dlc.RollbackDataEngineImageRequest{DataEngineID: engine})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDataEngineImageOperateNotMatch, "no version is before the first")
		_, err = c.UpgradeDataEngineImage(t.Context(), dlc.UpgradeDataEngineImageRequest{DataEngineID: engine})
		require.NoError(t, err)
		assert.Equal(t, dlc.DataEngineStateStarting, stateOfEngine(t, c))
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.UpgradeDataEngineImage(t.Context(), dlc.UpgradeDataEngineImageRequest{DataEngineID: engine})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDataEngineImageOperateNotMatch, "no version is after the last")
	},
	"RollbackDataEngineImage": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{
			DataEngineID: engine, DataEngineName: engineName, ImageVersionID: oldImage, ChildImageVersionID: "child-2",
		})
		check, err := c.CheckDataEngineImageCanBeRollback(t.Context(), dlc.CheckDataEngineImageCanBeRollbackRequest{DataEngineID: engine})
		require.NoError(t, err)
		assert.True(t, check.IsRollback)
		_, err = c.RollbackDataEngineImage(t.Context(), dlc.RollbackDataEngineImageRequest{DataEngineID: engine})
		require.NoError(t, err)
		assert.Equal(t, dlc.DataEngineStateStarting, stateOfEngine(t, c))
	},
	"resource groups": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		_, err := c.CreateStandardEngineResourceGroup(t.Context(), dlc.CreateStandardEngineResourceGroupRequest{
			EngineResourceGroupName: "sql", DataEngineName: "standard",
		})
		require.NoError(t, err)
		assert.Equal(t, dlc.ResourceGroupStateStarting, stateOfGroup(t, c))
		_, err = c.CreateStandardEngineResourceGroup(t.Context(), dlc.CreateStandardEngineResourceGroupRequest{
			EngineResourceGroupName: "sql", DataEngineName: "standard",
		})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDuplicateGroupName)
		emu.Advance(emulator.DefaultChangeTime)
		launched, err := c.LaunchStandardEngineResourceGroups(t.Context(), dlc.LaunchStandardEngineResourceGroupsRequest{
			EngineResourceGroupNames: []string{"sql", "another"},
		})
		require.NoError(t, err, "groups that cannot be started are not an error")
		require.Len(t, launched.OperateEngineResourceGroupFailMessages, 2)
		assert.Equal(t, `The resource group "another" does not exist.`, launched.OperateEngineResourceGroupFailMessages[1].FailMessage)
		paused, err := c.PauseStandardEngineResourceGroups(t.Context(),
			dlc.PauseStandardEngineResourceGroupsRequest{EngineResourceGroupNames: []string{"sql"}})
		require.NoError(t, err)
		assert.Empty(t, paused.OperateEngineResourceGroupFailMessages)
		assert.Equal(t, dlc.ResourceGroupStatePausing, stateOfGroup(t, c))
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.UpdateStandardEngineResourceGroupResourceInfo(t.Context(),
			dlc.UpdateStandardEngineResourceGroupResourceInfoRequest{EngineResourceGroupName: "sql"})
		require.NoError(t, err)
		_, err = c.UpdateStandardEngineResourceGroupConfigInfo(t.Context(), dlc.UpdateStandardEngineResourceGroupConfigInfoRequest{
			EngineResourceGroupName: "sql", UpdateConfContext: []dlc.UpdateConfContext{},
		})
		require.ErrorIs(t, err, cloud.ErrConflict)
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.UpdateStandardEngineResourceGroupConfigInfo(t.Context(), dlc.UpdateStandardEngineResourceGroupConfigInfoRequest{
			EngineResourceGroupName: "sql", UpdateConfContext: []dlc.UpdateConfContext{{
				ConfigType: dlc.ConfigTypeDynamic, Params: []dlc.Param{{ConfigItem: "spark.sql.shuffle.partitions", ConfigValue: "8"}},
			}},
		})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		configs, err := c.DescribeStandardEngineResourceGroupConfigInfo(t.Context(), dlc.DescribeStandardEngineResourceGroupConfigInfoRequest{})
		require.NoError(t, err)
		require.Len(t, configs.StandardEngineResourceGroupConfigInfos, 1)
		require.Len(t, configs.StandardEngineResourceGroupConfigInfos[0].DynamicConfigPairs, 1)
		assert.Equal(t, "8", configs.StandardEngineResourceGroupConfigInfos[0].DynamicConfigPairs[0].ConfigValue)
		groups, err := c.DescribeStandardEngineResourceGroups(t.Context(), dlc.DescribeStandardEngineResourceGroupsRequest{})
		require.NoError(t, err)
		require.Len(t, groups.UserEngineResourceGroupInfos, 1)
		_, err = c.UpdateEngineResourceGroupNetworkConfigInfo(t.Context(), dlc.UpdateEngineResourceGroupNetworkConfigInfoRequest{
			EngineResourceGroupID: groups.UserEngineResourceGroupInfos[0].EngineResourceGroupID,
		})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.DeleteStandardEngineResourceGroup(t.Context(),
			dlc.DeleteStandardEngineResourceGroupRequest{EngineResourceGroupName: "sql"})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		out, err := c.DescribeStandardEngineResourceGroups(t.Context(), dlc.DescribeStandardEngineResourceGroupsRequest{})
		require.NoError(t, err)
		assert.Empty(t, out.UserEngineResourceGroupInfos)
	},
	"DescribeDataEngineEvents": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.DLC.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{
			EngineResourceGroupName: "sql", EngineResourceGroupID: "rg-1", DataEngineName: engineName,
		})
		emu.Script(emulator.Ending{Operation: "RestartDataEngine", Fail: true, Reason: "no nodes"})
		_, err := c.RestartDataEngine(t.Context(), dlc.RestartDataEngineRequest{DataEngineID: engine})
		require.NoError(t, err)
		emu.Advance(time.Second)
		_, err = c.PauseStandardEngineResourceGroups(t.Context(),
			dlc.PauseStandardEngineResourceGroupsRequest{EngineResourceGroupNames: []string{"sql"}})
		require.NoError(t, err)
		r := dlc.DescribeDataEngineEventsRequest{DataEngineName: engineName}
		out, err := c.DescribeDataEngineEvents(t.Context(), r)
		require.NoError(t, err)
		require.Equal(t, 2, out.TotalCount, "the ends are in the future")
		emu.Advance(emulator.DefaultChangeTime)
		all, err := c.DescribeDataEngineEvents(t.Context(), r)
		require.NoError(t, err)
		require.Len(t, all.Events, 4)
		assert.Equal(t, []string{"engine is Running"}, all.Events[1].EventsAction, "the latest first")
		assert.Equal(t, []string{"no nodes"}, all.Events[1].ClusterInfo)
		assert.Equal(t, out.Events, all.Events[2:])
		r.Limit, r.Offset = 1, 3
		page, err := c.DescribeDataEngineEvents(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, all.Events[3:], page.Events)
		assert.Equal(t, 4, page.TotalPages)
		r = dlc.DescribeDataEngineEventsRequest{DataEngineName: engineName, SessionID: "rg-1"}
		group, err := c.DescribeDataEngineEvents(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, 2, group.TotalCount)
		r.EndTime = "2000-01-01 00:00:00"
		early, err := c.DescribeDataEngineEvents(t.Context(), r)
		require.NoError(t, err)
		assert.Empty(t, early.Events)
	},
	"logs": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.Script(
			emulator.Ending{Operation: "CreateTask", Fail: true, Reason: "no such table"},
			emulator.Ending{Operation: "CreateSparkSessionBatchSQL", Fail: true, Reason: "no such column"},
			emulator.Ending{Operation: "CreateNotebookSessionStatement", Fail: true, ReasonType: "NameError", Reason: "x"},
		)
		task, err := c.CreateTask(t.Context(), dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}})
		require.NoError(t, err)
		batch, err := c.CreateSparkSessionBatchSQL(t.Context(), dlc.CreateSparkSessionBatchSQLRequest{
			DataEngineName: engineName, ExecuteSQL: dlc.Base64("SELECT 1"),
		})
		require.NoError(t, err)
		session := emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{})
		_, err = c.CreateNotebookSessionStatement(t.Context(), dlc.CreateNotebookSessionStatementRequest{
			SessionID: session, Code: dlc.Base64("x"), Kind: dlc.NotebookKindSpark,
		})
		require.NoError(t, err)
		began := time.Now()
		emu.Advance(emulator.DefaultChangeTime)

		r := dlc.DescribeTaskLogRequest{
			TaskID: task.TaskID, StartTime: began.Add(-time.Minute).UnixMilli(), EndTime: began.Add(time.Hour).UnixMilli(), Limit: 2,
		}
		var lines []string
		for line, err := range c.AllTaskLogs(t.Context(), r) {
			require.NoError(t, err)
			lines = append(lines, line.LogJSON)
		}
		id := "task " + task.TaskID
		assert.Equal(t, []string{id + " is Failed: no such table", id + " is Running", id + " is Initializing"}, lines)
		r.Asc = new(true)
		first, err := c.DescribeTaskLog(t.Context(), r)
		require.NoError(t, err)
		assert.False(t, first.ListOver)
		assert.Equal(t, lines[2], first.Results[0].LogJSON)
		r.Context = "another"
		_, err = c.DescribeTaskLog(t.Context(), r)
		require.ErrorIs(t, err, cloud.ErrInvalid)
		r.TaskID = "another"
		_, err = c.DescribeTaskLog(t.Context(), r)
		require.ErrorIs(t, err, cloud.ErrNotFound)

		steps, err := c.DescribeSparkSessionBatchSQLLog(t.Context(), dlc.DescribeSparkSessionBatchSQLLogRequest{BatchID: batch.BatchID})
		require.NoError(t, err)
		require.Len(t, steps.LogSet, 2)
		assert.Equal(t, "no such column", steps.LogSet[1].Message)
		_, err = c.DescribeSparkSessionBatchSQLLog(t.Context(), dlc.DescribeSparkSessionBatchSQLLogRequest{BatchID: "another"})
		require.ErrorIs(t, err, cloud.ErrNotFound)

		log, err := c.DescribeNotebookSessionLog(t.Context(), dlc.DescribeNotebookSessionLogRequest{SessionID: session, Limit: 1})
		require.NoError(t, err)
		require.Len(t, log.Logs, 1)
		assert.Contains(t, log.Logs[0], "NameError: x")
		_, err = c.DescribeNotebookSessionLog(t.Context(), dlc.DescribeNotebookSessionLogRequest{SessionID: "another"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"tasks": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		one, err := c.CreateTask(t.Context(), dlc.CreateTaskRequest{
			Task: dlc.Task{SparkSQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}},
		})
		require.NoError(t, err)
		two, err := c.CreateTasks(t.Context(), dlc.CreateTasksRequest{
			Tasks: dlc.TasksInfo{
				TaskType: dlc.TaskTypeSQL, FailureTolerance: dlc.FailureToleranceProceed,
				SQL: dlc.Base64("SELECT 2; SELECT 3"),
			},
		})
		require.NoError(t, err)
		require.Len(t, two.TaskIDSet, 2)
		out, err := c.DescribeTasks(t.Context(), dlc.DescribeTasksRequest{
			Filters: []dlc.Filter{
				{Name: "task-id", Values: append(two.TaskIDSet, one.TaskID)}, {Name: "task-state", Values: []string{"0"}},
			},
		})
		require.NoError(t, err)
		assert.Len(t, out.TaskList, 3)
		_, err = c.CancelTask(t.Context(), dlc.CancelTaskRequest{TaskID: one.TaskID})
		require.NoError(t, err)
		result, err := c.DescribeTaskResult(t.Context(), dlc.DescribeTaskResultRequest{TaskID: one.TaskID})
		require.NoError(t, err)
		assert.Equal(t, dlc.TaskStateInitializing, result.TaskInfo.State)
		empty, err := c.DescribeTaskResult(t.Context(), dlc.DescribeTaskResultRequest{TaskID: "another"})
		require.NoError(t, err)
		assert.Nil(t, empty.TaskInfo)
		_, err = c.CancelTask(t.Context(), dlc.CancelTaskRequest{TaskID: "another"})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterTaskNotFound)
	},
	"Spark jobs": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.DLC.AddSparkApp(dlc.SparkJobInfo{JobName: "nightly"})
		run, err := c.CreateSparkAppTask(t.Context(), dlc.CreateSparkAppTaskRequest{JobName: "nightly"})
		require.NoError(t, err)
		out, err := c.DescribeSparkAppJob(t.Context(), dlc.DescribeSparkAppJobRequest{JobName: "nightly"})
		require.NoError(t, err)
		assert.True(t, out.IsExists)
		assert.Equal(t, run.TaskID, out.Job.CurrentTaskID)
		runs, err := c.DescribeSparkAppTasks(t.Context(), dlc.DescribeSparkAppTasksRequest{JobID: out.Job.JobID, TaskID: run.TaskID})
		require.NoError(t, err)
		assert.Len(t, runs.SparkAppTasks, 1)
		empty, err := c.DescribeSparkAppJob(t.Context(), dlc.DescribeSparkAppJobRequest{JobName: "another"})
		require.NoError(t, err)
		assert.False(t, empty.IsExists)
		_, err = c.CreateSparkAppTask(t.Context(), dlc.CreateSparkAppTaskRequest{JobName: "another"})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterSparkJobNotFound)
	},
	"Spark SQL batches": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		batch, err := c.CreateSparkSessionBatchSQL(t.Context(), dlc.CreateSparkSessionBatchSQLRequest{
			DataEngineName: engineName, ExecuteSQL: dlc.Base64("SELECT 1"),
		})
		require.NoError(t, err)
		_, err = c.CancelSparkSessionBatchSQL(t.Context(), dlc.CancelSparkSessionBatchSQLRequest{BatchID: batch.BatchID})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		out, err := c.DescribeSparkSessionBatchSQL(t.Context(), dlc.DescribeSparkSessionBatchSQLRequest{BatchID: batch.BatchID})
		require.NoError(t, err)
		assert.Equal(t, dlc.SparkBatchSQLStateCanceled, out.State)
		_, err = c.CancelSparkSessionBatchSQL(t.Context(), dlc.CancelSparkSessionBatchSQLRequest{BatchID: batch.BatchID})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundTaskAlreadyFinished)
	},
	"notebooks": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		session, err := c.CreateNotebookSession(t.Context(), dlc.CreateNotebookSessionRequest{
			Name: "study", Kind: dlc.NotebookKindPySpark, DataEngineName: engineName,
		})
		require.NoError(t, err)
		code := dlc.CreateNotebookSessionStatementRequest{SessionID: session.SessionID, Code: "1 + 1", Kind: dlc.NotebookKindPySpark}
		_, err = c.CreateNotebookSessionStatement(t.Context(), code)
		require.ErrorIs(t, err, cloud.ErrConflict, "it has not started")
		emu.Advance(emulator.DefaultChangeTime)
		got, err := c.DescribeNotebookSession(t.Context(), dlc.DescribeNotebookSessionRequest{SessionID: session.SessionID})
		require.NoError(t, err)
		assert.Equal(t, dlc.NotebookSessionStateIdle, got.Session.State)
		created, err := c.CreateNotebookSessionStatement(t.Context(), code)
		require.NoError(t, err)
		id := created.NotebookSessionStatement.StatementID
		_, err = c.CancelNotebookSessionStatement(t.Context(),
			dlc.CancelNotebookSessionStatementRequest{SessionID: session.SessionID, StatementID: id})
		require.NoError(t, err)
		out, err := c.DescribeNotebookSessionStatement(t.Context(),
			dlc.DescribeNotebookSessionStatementRequest{SessionID: session.SessionID, StatementID: id})
		require.NoError(t, err)
		assert.Equal(t, dlc.NotebookStatementStateCancelling, out.NotebookSessionStatement.State)
	},
	"downloads": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		r := dlc.CreateResultDownloadRequest{TaskID: emu.DLC.AddTask(dlc.TaskResponseInfo{State: dlc.TaskStateSucceeded}), Format: "CSV"}
		emu.Script(emulator.Ending{Operation: "CreateResultDownload", Fail: true})
		first, err := c.CreateResultDownload(t.Context(), r)
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		status := func() dlc.DownloadStatus {
			again, err := c.CreateResultDownload(t.Context(), r)
			require.NoError(t, err)
			assert.Equal(t, first.DownloadID, again.DownloadID)
			out, err := c.DescribeResultDownload(t.Context(), dlc.DescribeResultDownloadRequest{DownloadID: first.DownloadID})
			require.NoError(t, err)
			return out.Status
		}
		assert.Equal(t, dlc.DownloadStatusFailed, status())
		r.Force = new(true)
		assert.Equal(t, dlc.DownloadStatusQueued, status())
		emu.Advance(emulator.DefaultChangeTime)
		assert.Equal(t, dlc.DownloadStatusSucceeded, status(), "a successful download is not created again")
	},
	"connections": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.DLC.AddEngineNetwork(dlc.EngineNetworkInfo{EngineNetworkID: "net-1", EngineNetworkState: dlc.EngineNetworkStateAvailable})
		r := dlc.CreateDatasourceConnectionRequest{
			DatasourceConnectionName: "orders", DatasourceConnectionType: "Mysql", ServiceType: "DLC",
			NetworkConnectionName: "to-orders",
		}
		created, err := c.CreateDatasourceConnection(t.Context(), r)
		require.NoError(t, err)
		_, err = c.CreateDatasourceConnection(t.Context(), r)
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDuplicateDatasourceName)
		sources, err := c.DescribeDatasourceConnection(t.Context(),
			dlc.DescribeDatasourceConnectionRequest{DatasourceConnectionNames: []string{"orders"}})
		require.NoError(t, err)
		require.Len(t, sources.ConnectionSet, 1)
		assert.Equal(t, created.DatasourceConnectionID, sources.ConnectionSet[0].DatasourceConnectionID)
		connections, err := c.DescribeNetworkConnections(t.Context(),
			dlc.DescribeNetworkConnectionsRequest{NetworkConnectionName: "to-orders"})
		require.NoError(t, err)
		assert.Len(t, connections.NetworkConnectionSet, 1)
		networks, err := c.DescribeEngineNetworks(t.Context(), dlc.DescribeEngineNetworksRequest{
			Filters: []dlc.Filter{{Name: "engine-network-state", Values: []string{"2"}}},
		})
		require.NoError(t, err)
		assert.Len(t, networks.EngineNetworkInfos, 1)
	},
	"locks": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		lock, err := c.LockMetaData(t.Context(), dlc.LockMetaDataRequest{LockComponentList: []dlc.LockComponentInfo{{DBName: "sales"}}})
		require.NoError(t, err)
		assert.Equal(t, dlc.LockStateWaiting, lock.LockState)
		emu.Advance(emulator.DefaultChangeTime)
		out, err := c.CheckLockMetaData(t.Context(), dlc.CheckLockMetaDataRequest{LockID: lock.LockID})
		require.NoError(t, err)
		assert.Equal(t, dlc.LockStateAcquired, out.LockState)
		_, err = c.UnlockMetaData(t.Context(), dlc.UnlockMetaDataRequest{LockID: lock.LockID})
		require.NoError(t, err)
		_, err = c.CheckLockMetaData(t.Context(), dlc.CheckLockMetaDataRequest{LockID: lock.LockID})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"inference services": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		created, err := c.CreateInferenceService(t.Context(), dlc.CreateInferenceServiceRequest{
			Name: "chat", ModelUID: "m-1", Engine: "vllm", Replicas: 1, ResourcePartitionID: "p-1", Image: "ray",
			ModelIdentifier: "chat", Queue: "default",
		})
		require.NoError(t, err)
		assert.Equal(t, dlc.InferenceServiceStatusDeploying, created.Status)
		_, err = c.StopInferenceService(t.Context(), dlc.StopInferenceServiceRequest{ServiceID: created.ServiceID})
		require.ErrorIs(t, err, cloud.ErrConflict)
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.StopInferenceService(t.Context(), dlc.StopInferenceServiceRequest{ServiceID: created.ServiceID})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		got, err := c.GetInferenceService(t.Context(), dlc.GetInferenceServiceRequest{ServiceID: created.ServiceID})
		require.NoError(t, err)
		assert.Equal(t, dlc.InferenceServiceStatusStopped, got.Status)
		services, err := c.ListInferenceServices(t.Context(), dlc.ListInferenceServicesRequest{})
		require.NoError(t, err)
		assert.Equal(t, 1, services.Total)
		restarted, err := c.RestartInferenceService(t.Context(), dlc.RestartInferenceServiceRequest{ServiceID: created.ServiceID})
		require.NoError(t, err)
		assert.Equal(t, dlc.InferenceServiceStatusDeploying, restarted.Status)
		_, err = c.GetInferenceService(t.Context(), dlc.GetInferenceServiceRequest{ServiceID: "another"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Ray clusters and labs": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		cluster, err := c.CreateRayCluster(t.Context(), dlc.CreateRayClusterRequest{Name: "train", Image: "ray:2"})
		require.NoError(t, err)
		assert.Equal(t, dlc.RayClusterStatusInitializing, cluster.Status)
		_, err = c.StartRayCluster(t.Context(), dlc.StartRayClusterRequest{ID: cluster.ID})
		require.ErrorIs(t, err, cloud.ErrConflict, "it is being created")
		emu.Advance(emulator.DefaultChangeTime)
		got, err := c.GetRayCluster(t.Context(), dlc.GetRayClusterRequest{ID: cluster.ID})
		require.NoError(t, err)
		assert.Equal(t, dlc.RayClusterStatusCreated, got.Status)
		assert.Equal(t, "ray:2", got.Image)
		started, err := c.StartRayCluster(t.Context(), dlc.StartRayClusterRequest{ID: cluster.ID})
		require.NoError(t, err)
		assert.Equal(t, dlc.RayClusterStatusStarting, started.Status)
		lab, err := c.CreateLab(t.Context(), dlc.CreateLabRequest{Name: "study", ResourcePartitionID: "p-1", Queue: "default"})
		require.NoError(t, err)
		_, err = c.StartLab(t.Context(), dlc.StartLabRequest{ID: lab.ID})
		require.ErrorIs(t, err, dlc.CodeFailedOperationLabInTransition)
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.DeleteLab(t.Context(), dlc.DeleteLabRequest{ID: lab.ID})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		deleted, err := c.GetLabDetail(t.Context(), dlc.GetLabDetailRequest{ID: lab.ID})
		require.NoError(t, err)
		assert.Equal(t, dlc.RayClusterStatusDeleted, deleted.Status)
		_, err = c.StopLab(t.Context(), dlc.StopLabRequest{ID: lab.ID})
		require.ErrorIs(t, err, dlc.CodeFailedOperationLabNotFound)
		stopped, err := c.StopLab(t.Context(), dlc.StopLabRequest{ID: emu.DLC.AddLab(dlc.GetLabDetailResponse{})})
		require.NoError(t, err)
		assert.NotEmpty(t, stopped.ID)
		_, err = c.StartLab(t.Context(), dlc.StartLabRequest{ID: emu.DLC.AddLab(dlc.GetLabDetailResponse{Status: dlc.RayClusterStatusStopped})})
		require.NoError(t, err)
		_, err = c.StopRayCluster(t.Context(), dlc.StopRayClusterRequest{ID: cluster.ID})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.DeleteRayCluster(t.Context(), dlc.DeleteRayClusterRequest{ID: cluster.ID})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.GetRayCluster(t.Context(), dlc.GetRayClusterRequest{ID: cluster.ID})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Ray jobs": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		_, err := c.RunJobSpec(t.Context(), dlc.RunJobSpecRequest{SpecID: "another"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		job, err := c.RunJobSpec(t.Context(), dlc.RunJobSpecRequest{SpecID: emu.DLC.AddJobSpec(dlc.GetJobSpecResponse{})})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		got, err := c.GetRayJob(t.Context(), dlc.GetRayJobRequest{ID: job.ID})
		require.NoError(t, err)
		assert.Equal(t, dlc.RayJobStatusSucceeded, got.Status)
		_, err = c.CancelRayJob(t.Context(), dlc.CancelRayJobRequest{ID: job.ID})
		require.ErrorIs(t, err, cloud.ErrConflict)
		_, err = c.CancelRayJob(t.Context(), dlc.CancelRayJobRequest{ID: emu.DLC.AddRayJob(dlc.GetRayJobResponse{})})
		require.NoError(t, err)
	},
	"events and lists of Ray": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.Script(emulator.Ending{Operation: "CreateRayCluster", Fail: true, Reason: "no such image"})
		cluster, err := c.CreateRayCluster(t.Context(), dlc.CreateRayClusterRequest{Name: "train"})
		require.NoError(t, err)
		lab, err := c.CreateLab(t.Context(), dlc.CreateLabRequest{Name: "study", ResourcePartitionID: "p-1", Queue: "default"})
		require.NoError(t, err)
		spec := emu.DLC.AddJobSpec(dlc.GetJobSpecResponse{})
		job, err := c.RunJobSpec(t.Context(), dlc.RunJobSpecRequest{SpecID: spec})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)

		var messages []string
		for e, err := range c.AllRayClusterEvents(t.Context(), dlc.GetRayClusterEventRequest{ID: cluster.ID, PageSize: 1}) {
			require.NoError(t, err)
			messages = append(messages, e.Message)
		}
		assert.Equal(t, []string{cluster.ID + " is INIT", "no such image"}, messages)
		events, err := c.GetLabEvent(t.Context(), dlc.GetLabEventRequest{
			ID: lab.ID, PageSize: 1, SortFields: []dlc.SortField{{Field: "eventTime", Order: "DESC"}},
		})
		require.NoError(t, err)
		assert.False(t, events.ListOver)
		require.Len(t, events.Events, 1)
		assert.Equal(t, "CREATED", events.Events[0].Reason)
		warnings, err := c.GetRayJobEvent(t.Context(), dlc.GetRayJobEventRequest{ID: job.ID, EventType: "Warning"})
		require.NoError(t, err)
		assert.Empty(t, warnings.Events)
		all, err := c.GetRayJobEvent(t.Context(), dlc.GetRayJobEventRequest{ID: job.ID})
		require.NoError(t, err)
		assert.Len(t, all.Events, 3)
		_, err = c.GetRayClusterEvent(t.Context(), dlc.GetRayClusterEventRequest{ID: "another"})
		require.ErrorIs(t, err, cloud.ErrNotFound)

		clusters, err := c.ListRayClusters(t.Context(), dlc.ListRayClustersRequest{})
		require.NoError(t, err)
		require.Len(t, clusters.Items, 1)
		assert.Equal(t, cluster.ID, clusters.Items[0].ID)
		labs, err := c.ListLabs(t.Context(), dlc.ListLabsRequest{})
		require.NoError(t, err)
		require.Len(t, labs.Items, 1)
		assert.Equal(t, lab.ID, labs.Items[0].ID)
		jobs, err := c.ListJobsBySpec(t.Context(), dlc.ListJobsBySpecRequest{SpecID: spec})
		require.NoError(t, err)
		require.Len(t, jobs.Items, 1)
		assert.Equal(t, job.ID, jobs.Items[0].ID)
	},
	"tasks of other kinds": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		submitted, err := c.CreateSparkSubmitTask(t.Context(), dlc.CreateSparkSubmitTaskRequest{
			TaskName: "nightly", TaskType: dlc.SparkAppTypeBatch, DataEngineName: engineName, PackagePath: "cosn://jobs/a.py", RoleARN: 1,
		})
		require.NoError(t, err)
		imported, err := c.CreateImportTask(t.Context(), dlc.CreateImportTaskRequest{
			InputType: "cos", InputConf: []dlc.KVPair{{Key: "paths", Value: "cosn://in/a.csv"}}, OutputConf: []dlc.KVPair{{Key: "tableName", Value: "orders"}},
		})
		require.NoError(t, err)
		exported, err := c.CreateExportTask(t.Context(), dlc.CreateExportTaskRequest{
			InputType: "taskResult", InputConf: []dlc.KVPair{{Key: "taskId", Value: "task-1"}}, OutputConf: []dlc.KVPair{{Key: "path", Value: "cosn://out/"}},
		})
		require.NoError(t, err)
		copied, err := c.CopyDLCTable(t.Context(), dlc.CopyDLCTableRequest{
			SourceData:              []dlc.DMSSourceDatabaseInfo{{SourceDatabaseName: "sales", SourceTableNameList: []string{"orders"}}},
			DestinationDatabaseName: "archive", DestinationTableName: "orders", DataEngineName: engineName,
		})
		require.NoError(t, err)
		ids := []string{submitted.TaskID, imported.TaskID, exported.TaskID, copied.TaskID}
		_, err = c.CancelTasks(t.Context(), dlc.CancelTasksRequest{TaskID: ids})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		out, err := c.DescribeTasks(t.Context(), dlc.DescribeTasksRequest{Filters: []dlc.Filter{{Name: "task-id", Values: ids}}})
		require.NoError(t, err)
		require.Len(t, out.TaskList, 4)
		for _, task := range out.TaskList {
			assert.Equal(t, dlc.TaskStateCanceled, task.State)
		}
	},
	"batches of statements": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		session := emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{})
		created, err := c.CreateNotebookSessionStatementSupportBatchSQL(t.Context(), dlc.CreateNotebookSessionStatementSupportBatchSQLRequest{
			SessionID: session, Code: "SELECT 1; SELECT 2", Kind: dlc.NotebookKindSQL,
		})
		require.NoError(t, err)
		batch := created.NotebookSessionStatementBatches
		assert.Len(t, batch.NotebookSessionStatementBatch, 2)
		r := dlc.CancelNotebookSessionStatementBatchRequest{SessionID: session, BatchID: batch.BatchID}
		_, err = c.CancelNotebookSessionStatementBatch(t.Context(), r)
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.CancelNotebookSessionStatementBatch(t.Context(), r)
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundTaskAlreadyFinished)
		got, err := c.DescribeNotebookSessionStatements(t.Context(), dlc.DescribeNotebookSessionStatementsRequest{SessionID: session, BatchID: batch.BatchID})
		require.NoError(t, err)
		assert.True(t, got.NotebookSessionStatements.IsAvailable)
		_, err = c.DeleteNotebookSession(t.Context(), dlc.DeleteNotebookSessionRequest{SessionID: session})
		require.NoError(t, err)
		_, err = c.DeleteNotebookSession(t.Context(), dlc.DeleteNotebookSessionRequest{SessionID: session})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundSessionStateShuttingDown)
	},
	"lists of clusters, labs, jobs and services": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.DLC.AddRayCluster(dlc.GetRayClusterResponse{ID: "raycluster-9"})
		clusters, err := c.ListRayClusters(t.Context(), dlc.ListRayClustersRequest{})
		require.NoError(t, err)
		assert.Len(t, clusters.Items, 1)
		emu.DLC.AddLab(dlc.GetLabDetailResponse{ID: "raylab-9"})
		labs, err := c.ListLabs(t.Context(), dlc.ListLabsRequest{})
		require.NoError(t, err)
		assert.Len(t, labs.Items, 1)
		spec := emu.DLC.AddJobSpec(dlc.GetJobSpecResponse{})
		jobs, err := c.ListJobsBySpec(t.Context(), dlc.ListJobsBySpecRequest{SpecID: spec})
		require.NoError(t, err)
		assert.Empty(t, jobs.Items)
		emu.DLC.AddInferenceService(dlc.GetInferenceServiceResponse{})
		services, err := c.ListInferenceServices(t.Context(), dlc.ListInferenceServicesRequest{})
		require.NoError(t, err)
		assert.Equal(t, 1, services.Total)
		emu.DLC.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl"})
		configs, err := c.DescribeStandardEngineResourceGroupConfigInfo(t.Context(), dlc.DescribeStandardEngineResourceGroupConfigInfoRequest{})
		require.NoError(t, err)
		assert.NotEmpty(t, configs.RequestID)
		rollback, err := c.CheckDataEngineImageCanBeRollback(t.Context(), dlc.CheckDataEngineImageCanBeRollbackRequest{DataEngineID: engine})
		require.NoError(t, err)
		assert.NotEmpty(t, rollback.RequestID)
	},
	"lists of sessions and databases": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		session := emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{DataEngineName: engineName})
		sessions, err := c.DescribeNotebookSessions(t.Context(), dlc.DescribeNotebookSessionsRequest{DataEngineName: engineName})
		require.NoError(t, err)
		require.Len(t, sessions.Sessions, 1)
		assert.Equal(t, session, sessions.Sessions[0].SessionID)
		emu.DLC.AddDatabase(dlc.DatabaseResponseInfo{DatabaseName: "sales"})
		database, err := c.DescribeDatabase(t.Context(), dlc.DescribeDatabaseRequest{DatabaseName: "sales"})
		require.NoError(t, err)
		assert.Equal(t, "sales", database.DatabaseInfo.DatabaseName)
		_, err = c.DescribeDatabase(t.Context(), dlc.DescribeDatabaseRequest{DatabaseName: "none"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"reads of the international site": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		sizes, err := c.DescribeDataEnginesScaleDetail(t.Context(), dlc.DescribeDataEnginesScaleDetailRequest{DataEngineNames: []string{engineName}})
		require.NoError(t, err)
		require.Len(t, sizes.Scales, 1)
		assert.Equal(t, engine, sizes.Scales[0].DataEngineID)
		updatable, err := c.DescribeUpdatableDataEngines(t.Context(), dlc.DescribeUpdatableDataEnginesRequest{
			DataEngineConfigCommand: dlc.DataEngineConfigCommandUpdateResultPath,
		})
		require.NoError(t, err)
		assert.Equal(t, 1, updatable.TotalCount)
		emu.DLC.AddSparkSessionBatchSQL("batch-1", dlc.DescribeSparkSessionBatchSQLResponse{State: dlc.SparkBatchSQLStateFailed, Event: "no resources"})
		log, err := c.DescribeSparkSessionBatchSQLLog(t.Context(), dlc.DescribeSparkSessionBatchSQLLogRequest{BatchID: "batch-1"})
		require.NoError(t, err)
		assert.Equal(t, dlc.SparkBatchSQLStateFailed, log.State)
		require.Len(t, log.LogSet, 2)
		assert.Equal(t, "EXCE", log.LogSet[1].Step)
		assert.Equal(t, "no resources", log.LogSet[1].Message)
	},
	"settings of a resource group": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.DLC.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", AutoPauseTime: 10})
		_, err := c.UpdateStandardEngineResourceGroupBaseInfo(t.Context(), dlc.UpdateStandardEngineResourceGroupBaseInfoRequest{
			EngineResourceGroupName: "etl", AutoLaunch: 1, MaxConcurrency: new(8),
		})
		require.NoError(t, err)
		emu.Advance(emulator.DefaultChangeTime)
		got, err := c.DescribeStandardEngineResourceGroups(t.Context(), dlc.DescribeStandardEngineResourceGroupsRequest{})
		require.NoError(t, err)
		group := got.UserEngineResourceGroupInfos[0]
		assert.Equal(t, []int{1, 10, 8}, []int{group.AutoLaunch, group.AutoPauseTime, group.MaxConcurrency})
	},
	"metadata databases": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		r := dlc.CreateMetaDatabaseRequest{MetaDatabaseInfo: &dlc.MetaDatabaseInfo{DatabaseName: "sales"}}
		_, err := c.DeleteMetaDatabase(t.Context(), dlc.DeleteMetaDatabaseRequest{DatabaseName: "sales"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		created, err := c.CreateMetaDatabase(t.Context(), r)
		require.NoError(t, err)
		assert.Len(t, created.TaskIDSet, 2)
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.CreateMetaDatabase(t.Context(), r)
		require.ErrorIs(t, err, dlc.CodeFailedOperation)
		_, err = c.DeleteMetaDatabase(t.Context(), dlc.DeleteMetaDatabaseRequest{DatabaseName: "sales"})
		require.NoError(t, err)
	},
	"Spark sessions": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.DLC.AddNativeSparkSession(dlc.SparkSessionInfo{EngineSessionName: "study", ResourceGroupID: "rg-1"})
		_, err := c.DeleteNativeSparkSession(t.Context(), dlc.DeleteNativeSparkSessionRequest{EngineSessionName: "another"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.DeleteNativeSparkSession(t.Context(), dlc.DeleteNativeSparkSessionRequest{EngineSessionName: "study"})
		require.NoError(t, err)
		out, err := c.DescribeNativeSparkSessions(t.Context(), dlc.DescribeNativeSparkSessionsRequest{ResourceGroupID: "rg-1"})
		require.NoError(t, err)
		assert.Len(t, out.SparkSessionsList, 1)
		emu.Advance(emulator.DefaultChangeTime)
		out, err = c.DescribeNativeSparkSessions(t.Context(), dlc.DescribeNativeSparkSessionsRequest{})
		require.NoError(t, err)
		assert.Empty(t, out.SparkSessionsList)
	},
}

// allDLCOperations joins the tables of all resources.
func allDLCOperations() map[string]func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
	all := maps.Clone(dlcOperations)
	maps.Copy(all, dlcAccess)
	maps.Copy(all, dlcCatalog)
	maps.Copy(all, dlcWork)
	maps.Copy(all, dlcAccount)
	maps.Copy(all, dlcDetail)
	return all
}

// must returns what a call returns, which must not fail.
func must[T any](out T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		require.NoError(t, err)
		return out
	}
}

func stateOfGroup(t *testing.T, c *dlc.Client) dlc.ResourceGroupState {
	out, err := c.DescribeStandardEngineResourceGroups(t.Context(), dlc.DescribeStandardEngineResourceGroupsRequest{
		Filters: []dlc.Filter{
			{Name: "engine-resource-group-name-unique", Values: []string{"sql"}},
			{Name: "data-engine-name", Values: []string{"standard"}},
		},
	})
	require.NoError(t, err)
	require.Len(t, out.UserEngineResourceGroupInfos, 1)
	return out.UserEngineResourceGroupInfos[0].ResourceGroupState
}

func stateOfEngine(t *testing.T, c *dlc.Client) dlc.DataEngineState {
	out, err := c.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: engineName})
	require.NoError(t, err)
	return out.DataEngine.State
}

func TestDLCOperations(t *testing.T) {
	t.Parallel()
	for name, f := range allDLCOperations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				f(t, clientsOf(t, withoutRetries(emu)).dlc, emu)
			}, emulator.WithStaleReads(0))
		})
	}
}
