package flows_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func seedEngine(emu *emulator.Emulator) {
	emu.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "old"}, "old.1", "old.2", "old.3")
	emu.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
	emu.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", ImageVersionID: "old", ChildImageVersionID: "old.2"})
}

func seedSuspendedEngine(emu *emulator.Emulator) {
	emu.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", State: dlc.DataEngineStateSuspended})
}

var etl = dlc.DescribeDataEngineRequest{DataEngineName: "etl"}

// engineIs checks the state of an engine, and what else there is to it.
func engineIs(state dlc.DataEngineState, also ...func(*testing.T, *dlc.DataEngineInfo)) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		engine := value.(*dlc.DescribeDataEngineResponse).DataEngine
		assert.Equal(t, "etl", engine.DataEngineName)
		assert.Equal(t, state, engine.State)
		for _, check := range also {
			check(t, engine)
		}
	}
}

// gone is what a deletion returns.
func gone(t *testing.T, value any) { assert.Nil(t, value) }

var engineBreaks = ending{"breaks", emulator.Outcome{Fail: true, State: "-1", Reason: "out of units"}, cloud.Failed, "Failed", "out of units", true}

func suspension(operate dlc.DataEngineOperation) func(context.Context, clients) (cloud.AnyWaiter, error) {
	return func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
		return c.dlc.BeginSuspendResumeDataEngine(ctx, dlc.SuspendResumeDataEngineRequest{DataEngineName: "etl", Operate: operate})
	}
}

func resumeSuspension(c clients, token string) (cloud.AnyWaiter, error) {
	return c.dlc.ResumeSuspendResumeDataEngine(token)
}

// resize asks for a size; for the one that the engine has, only the time of the change tells.
func resize(size int) func(context.Context, clients) (cloud.AnyWaiter, error) {
	return func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
		return c.dlc.BeginUpdateDataEngine(ctx, dlc.UpdateDataEngineRequest{DataEngineName: "etl", Size: size, MinClusters: 1, MaxClusters: 2, Message: "for reports"})
	}
}

func resumeResize(c clients, token string) (cloud.AnyWaiter, error) {
	return c.dlc.ResumeUpdateDataEngine(token)
}

func hasSize(size int) func(*testing.T, *dlc.DataEngineInfo) {
	return func(t *testing.T, e *dlc.DataEngineInfo) {
		assert.Equal(t, size, e.Size)
		assert.Equal(t, "for reports", e.Message)
	}
}

func hasChild(id string) func(*testing.T, *dlc.DataEngineInfo) {
	return func(t *testing.T, e *dlc.DataEngineInfo) { assert.Equal(t, id, e.ChildImageVersionID) }
}

var dlcFlows = slices.Concat(dlcEngineFlows, dlcGroupFlows, dlcTaskFlows, dlcSessionFlows, dlcInferenceFlows, dlcOtherFlows)

var dlcEngineFlows = []flow{
	{
		service: "dlc", start: "SwitchDataEngineImage", read: "DescribeDataEngine", oldState: "Running", shown: true,
		seed: seedEngine, thorough: true,
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "new"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeSwitchDataEngineImage(token)
		},
		live: func(t *testing.T, value any) {
			engine := value.(*dlc.DescribeDataEngineResponse).DataEngine
			assert.Equal(t, dlc.DataEngineStateRunning, engine.State)
			assert.Equal(t, "new", engine.ImageVersionID)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilDataEngineRunsImage(dlc.DataEngineImageRequest{DataEngineName: "etl", ImageVersionID: "new"})
		},
		ends: []ending{
			{"runs the old image", emulator.Outcome{Fail: true, Reason: "image is broken"}, cloud.Failed, "Running", "image is broken", false},
			{"breaks", emulator.Outcome{Fail: true, State: "-1", Reason: "out of units"}, cloud.Failed, "Failed", "out of units", true},
		},
	},
	{
		service: "dlc", start: "UpgradeDataEngineImage", read: "DescribeDataEngine", oldState: "Running", shown: true, seed: seedEngine,
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginUpgradeDataEngineImage(ctx, dlc.UpgradeDataEngineImageRequest{DataEngineID: "DataEngine-1"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeUpgradeDataEngineImage(token)
		},
		live: engineIs(dlc.DataEngineStateRunning, hasChild("old.3")),
		ends: []ending{
			{"runs the old image", emulator.Outcome{Fail: true, Reason: "image is broken"}, cloud.Failed, "Running", "image is broken", false},
			engineBreaks,
		},
	},
	{
		service: "dlc", start: "RollbackDataEngineImage", read: "DescribeDataEngine", oldState: "Running", shown: true, seed: seedEngine,
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginRollbackDataEngineImage(ctx, dlc.RollbackDataEngineImageRequest{DataEngineID: "DataEngine-1"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeRollbackDataEngineImage(token)
		},
		live: engineIs(dlc.DataEngineStateRunning, hasChild("old.1")),
		ends: []ending{
			{"runs the new image", emulator.Outcome{Fail: true, Reason: "no record"}, cloud.Failed, "Running", "no record", false},
			engineBreaks,
		},
	},
	{
		service: "dlc", start: "CreateDataEngine", read: "DescribeDataEngine", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateDataEngine(ctx, dlc.CreateDataEngineRequest{
				DataEngineName: "etl", EngineType: "spark", ClusterType: "spark_cu", Mode: 1, Size: new(32),
			})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) { return c.dlc.ResumeCreateDataEngine(token) },
		live:   engineIs(dlc.DataEngineStateRunning, func(t *testing.T, e *dlc.DataEngineInfo) { assert.Equal(t, 32, e.Size) }),
		until:  func(c clients) cloud.AnyWaiter { return c.dlc.UntilDataEngineRunning(etl) },
		ends: []ending{
			{"fails", emulator.Outcome{Fail: true, Reason: "sold out"}, cloud.Failed, "Failed", "sold out", true},
		},
	},
	{
		name: "suspension", service: "dlc", start: "SuspendResumeDataEngine", read: "DescribeDataEngine", oldState: "Running", shown: true, seed: seedEngine,
		begin: suspension(dlc.DataEngineOperationSuspend), resume: resumeSuspension, live: engineIs(dlc.DataEngineStateSuspended),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilDataEngineSuspended(etl) },
		ends: []ending{
			{"runs on", emulator.Outcome{Fail: true, Reason: "tasks are running"}, cloud.Failed, "Running", "tasks are running", false},
			engineBreaks,
		},
	},
	{
		name: "resumption", service: "dlc", start: "SuspendResumeDataEngine", read: "DescribeDataEngine", oldState: "Suspended", shown: true, seed: seedSuspendedEngine,
		begin: suspension(dlc.DataEngineOperationResume), resume: resumeSuspension, live: engineIs(dlc.DataEngineStateRunning),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilDataEngineRunning(etl) },
		ends: []ending{
			{"stays suspended", emulator.Outcome{Fail: true, Reason: "sold out"}, cloud.Failed, "Suspended", "sold out", false},
			engineBreaks,
		},
	},
	{
		service: "dlc", start: "RestartDataEngine", read: "DescribeDataEngine", oldState: "Running", shown: true, seed: seedEngine,
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginRestartDataEngine(ctx, dlc.RestartDataEngineRequest{DataEngineID: "DataEngine-1"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeRestartDataEngine(token)
		},
		live:  engineIs(dlc.DataEngineStateRunning),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilDataEngineRunning(etl) },
		ends:  []ending{engineBreaks},
	},
	{
		service: "dlc", start: "UpdateDataEngine", read: "DescribeDataEngine", oldState: "Running", shown: true, seed: seedEngine,
		begin: resize(64), resume: resumeResize, live: engineIs(dlc.DataEngineStateRunning, hasSize(64)),
		ends: []ending{
			{"keeps its size", emulator.Outcome{Fail: true, Reason: "sold out"}, cloud.Failed, "Running", "sold out", false},
			engineBreaks,
		},
	},
	{
		name: "update without a trace", service: "dlc", start: "UpdateDataEngine", read: "DescribeDataEngine", oldState: "Running", shown: true,
		seed: func(emu *emulator.Emulator) {
			emu.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "etl", Size: 16, MinClusters: 1, MaxClusters: 2, Message: "for reports"})
		},
		begin: resize(16), resume: resumeResize, live: engineIs(dlc.DataEngineStateRunning, hasSize(16)),
		ends: []ending{engineBreaks},
	},
	{
		service: "dlc", start: "DeleteDataEngine", read: "DescribeDataEngine", oldState: "Running", shown: true, deletes: true,
		seed: func(emu *emulator.Emulator) {
			emu.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "etl"})
			emu.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "sql"})
		},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginDeleteDataEngine(ctx, dlc.DeleteDataEngineRequest{DataEngineNames: []string{"etl", "sql"}})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) { return c.dlc.ResumeDeleteDataEngine(token) },
		live:   gone,
		until:  func(c clients) cloud.AnyWaiter { return c.dlc.UntilDataEngineDeleted(etl) },
		ends: []ending{
			{"stays", emulator.Outcome{Fail: true, Reason: "tasks are running"}, cloud.Failed, "Running", "tasks are running", false},
			{"breaks", emulator.Outcome{Fail: true, State: "-1", Reason: "half of it is gone"}, cloud.Failed, "Failed", "half of it is gone", false},
		},
	},
}

func seedGroup(state dlc.ResourceGroupState) func(*emulator.Emulator) {
	return func(emu *emulator.Emulator) {
		emu.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "reports", ResourceGroupState: state})
		emu.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", ResourceGroupState: state})
	}
}

var groupNames = []string{"reports", "etl"}

func groupIs(state dlc.ResourceGroupState) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		group := value.(*dlc.StandardEngineResourceGroupInfo)
		assert.Equal(t, "etl", group.EngineResourceGroupName)
		assert.Equal(t, state, group.ResourceGroupState)
	}
}

var groupIsIsolated = ending{"is isolated", emulator.Outcome{Fail: true, State: "11"}, cloud.Failed, "Isolated", "the resource group is isolated", true}

var dlcGroupFlows = []flow{
	{
		service: "dlc", start: "CreateStandardEngineResourceGroup", read: "DescribeStandardEngineResourceGroups", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateStandardEngineResourceGroup(ctx, dlc.CreateStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl", DataEngineName: "standard"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCreateStandardEngineResourceGroup(token)
		},
		live: groupIs(dlc.ResourceGroupStateRunning),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{groupIsIsolated},
	},
	{
		name: "CreateStandardEngineResourceGroup without launch", service: "dlc", start: "CreateStandardEngineResourceGroup",
		read: "DescribeStandardEngineResourceGroups", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateStandardEngineResourceGroup(ctx, dlc.CreateStandardEngineResourceGroupRequest{
				EngineResourceGroupName: "etl", DataEngineName: "standard", IsLaunchNow: new(1),
			})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCreateStandardEngineResourceGroup(token)
		},
		live: groupIs(dlc.ResourceGroupStatePaused),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupPaused(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{groupIsIsolated},
	},
	{
		service: "dlc", start: "LaunchStandardEngineResourceGroups", read: "DescribeStandardEngineResourceGroups", oldState: "Paused",
		seed: seedGroup(dlc.ResourceGroupStatePaused),
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginLaunchStandardEngineResourceGroups(ctx, dlc.LaunchStandardEngineResourceGroupsRequest{EngineResourceGroupNames: groupNames})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeLaunchStandardEngineResourceGroups(token)
		},
		live: groupIs(dlc.ResourceGroupStateRunning),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{
			{"is paused again", emulator.Outcome{Fail: true}, cloud.Failed, "Paused", "the resource group is paused again", false},
			groupIsIsolated,
		},
	},
	{
		service: "dlc", start: "PauseStandardEngineResourceGroups", read: "DescribeStandardEngineResourceGroups", oldState: "Running",
		seed: seedGroup(dlc.ResourceGroupStateRunning),
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginPauseStandardEngineResourceGroups(ctx, dlc.PauseStandardEngineResourceGroupsRequest{EngineResourceGroupNames: groupNames})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumePauseStandardEngineResourceGroups(token)
		},
		live: groupIs(dlc.ResourceGroupStatePaused),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupPaused(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{
			{"runs again", emulator.Outcome{Fail: true}, cloud.Failed, "Running", "the resource group runs again", false},
			groupIsIsolated,
		},
	},
	{
		service: "dlc", start: "UpdateStandardEngineResourceGroupResourceInfo", read: "DescribeStandardEngineResourceGroups", oldState: "Running", shown: true,
		seed: seedGroup(dlc.ResourceGroupStateRunning),
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginUpdateStandardEngineResourceGroupResourceInfo(ctx, dlc.UpdateStandardEngineResourceGroupResourceInfoRequest{
				EngineResourceGroupName: "etl", MaxExecutorNums: new(4), IsEffectiveNow: new(0),
			})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeUpdateStandardEngineResourceGroupResourceInfo(token)
		},
		live: groupIs(dlc.ResourceGroupStateRunning),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{
			{"is paused", emulator.Outcome{Fail: true, State: "3"}, cloud.Failed, "Paused", "the resource group is paused", true},
			groupIsIsolated,
		},
	},
	{
		service: "dlc", start: "UpdateStandardEngineResourceGroupConfigInfo", read: "DescribeStandardEngineResourceGroups", oldState: "Running", shown: true,
		seed: seedGroup(dlc.ResourceGroupStateRunning),
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginUpdateStandardEngineResourceGroupConfigInfo(ctx, dlc.UpdateStandardEngineResourceGroupConfigInfoRequest{
				EngineResourceGroupName: "etl", UpdateConfContext: []dlc.UpdateConfContext{},
			})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeUpdateStandardEngineResourceGroupConfigInfo(token)
		},
		live: groupIs(dlc.ResourceGroupStateRunning),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{groupIsIsolated},
	},
	{
		service: "dlc", start: "UpdateEngineResourceGroupNetworkConfigInfo", read: "DescribeStandardEngineResourceGroups", oldState: "Running", shown: true,
		seed: func(emu *emulator.Emulator) {
			emu.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", EngineResourceGroupID: "rg-1"})
		},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginUpdateEngineResourceGroupNetworkConfigInfo(ctx, dlc.UpdateEngineResourceGroupNetworkConfigInfoRequest{
				EngineResourceGroupID: "rg-1", NetworkConfigNames: []string{"to-orders"},
			})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeUpdateEngineResourceGroupNetworkConfigInfo(token)
		},
		live: func(t *testing.T, value any) {
			groupIs(dlc.ResourceGroupStateRunning)(t, value)
			assert.Equal(t, []string{"to-orders"}, value.(*dlc.StandardEngineResourceGroupInfo).NetworkConfigNames)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{groupIsIsolated},
	},
	{
		service: "dlc", start: "DeleteStandardEngineResourceGroup", read: "DescribeStandardEngineResourceGroups", oldState: "Paused", shown: true, deletes: true,
		seed: seedGroup(dlc.ResourceGroupStatePaused),
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginDeleteStandardEngineResourceGroup(ctx, dlc.DeleteStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeDeleteStandardEngineResourceGroup(token)
		},
		live: gone,
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupDeleted(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{
			{"stays", emulator.Outcome{Fail: true}, cloud.Failed, "Paused", "the resource group is paused again", false},
		},
	},
}

func seedTask(state dlc.TaskState) func(*emulator.Emulator) {
	return func(emu *emulator.Emulator) { emu.AddTask(dlc.TaskResponseInfo{ID: "task-1", State: state}) }
}

func taskIs(state dlc.TaskState) func(*testing.T, any) {
	return func(t *testing.T, value any) { assert.Equal(t, state, value.(*dlc.TaskResponseInfo).State) }
}

// tooLate is how canceling fails.
func tooLate(state string) ending {
	return ending{"too late", emulator.Outcome{Fail: true}, cloud.Failed, state, "it succeeded before it could be canceled", true}
}

var taskEnds = []ending{
	{"fails", emulator.Outcome{Fail: true, Reason: "no such table"}, cloud.Failed, "Failed", "no such table", false},
	{"is canceled", emulator.Outcome{Cancel: true, Reason: "by root"}, cloud.Canceled, "Canceled", "by root", false},
}

var dlcTaskFlows = []flow{
	{
		service: "dlc", start: "CreateTask", read: "DescribeTasks", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateTask(ctx, dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) { return c.dlc.ResumeCreateTask(token) },
		until: func(c clients) cloud.AnyWaiter {
			out, err := c.dlc.DescribeTasks(context.Background(), dlc.DescribeTasksRequest{})
			if err != nil || len(out.TaskList) != 1 {
				panic("there is not one task")
			}
			return c.dlc.UntilTaskSucceeded(dlc.TaskRequest{TaskID: out.TaskList[0].ID})
		},
		live: taskIs(dlc.TaskStateSucceeded), ends: taskEnds,
	},
	{
		service: "dlc", start: "CreateTasks", read: "DescribeTasks", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateTasks(ctx, dlc.CreateTasksRequest{Tasks: dlc.TasksInfo{
				TaskType: dlc.TaskTypeSQL, FailureTolerance: dlc.FailureToleranceTerminate, SQL: dlc.Base64("SELECT 1; SELECT 2; SELECT 3;"),
			}})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) { return c.dlc.ResumeCreateTasks(token) },
		live:   taskIs(dlc.TaskStateSucceeded), ends: taskEnds,
	},
	{
		service: "dlc", start: "CancelTask", read: "DescribeTasks", oldState: "Running", seed: seedTask(dlc.TaskStateRunning), repeatable: true,
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCancelTask(ctx, dlc.CancelTaskRequest{TaskID: "task-1"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) { return c.dlc.ResumeCancelTask(token) },
		live:   taskIs(dlc.TaskStateCanceled),
		ends: []ending{
			tooLate("Succeeded"),
			{"fails first", emulator.Outcome{State: "-1", Reason: "no such table"}, cloud.Failed, "Failed", "no such table", true},
		},
	},
	{
		service: "dlc", start: "CreateSparkAppTask", read: "DescribeSparkAppTasks",
		seed: func(emu *emulator.Emulator) { emu.AddSparkApp(dlc.SparkJobInfo{JobName: "nightly", JobID: "batch_1"}) },
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateSparkAppTask(ctx, dlc.CreateSparkAppTaskRequest{JobName: "nightly"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) { return c.dlc.ResumeCreateSparkAppTask(token) },
		until: func(c clients) cloud.AnyWaiter {
			out, err := c.dlc.DescribeSparkAppJob(context.Background(), dlc.DescribeSparkAppJobRequest{JobName: "nightly"})
			if err != nil || out.Job == nil {
				panic("there is no job")
			}
			return c.dlc.UntilSparkAppTaskSucceeded(dlc.DescribeSparkAppTasksRequest{JobID: "batch_1", TaskID: out.Job.CurrentTaskID})
		},
		live: taskIs(dlc.TaskStateSucceeded), ends: taskEnds,
	},
}

var batchEnds = []ending{
	{"fails", emulator.Outcome{Fail: true, Reason: "no such table"}, cloud.Failed, "Failed", "no such table", false},
	{"times out", emulator.Outcome{Fail: true, State: "4", Reason: "too slow"}, cloud.Failed, "TimedOut", "too slow", false},
	{"is canceled", emulator.Outcome{Cancel: true, Reason: "by root"}, cloud.Canceled, "Canceled", "by root", false},
}

func batchIs(state dlc.SparkBatchSQLState) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		assert.Equal(t, state, value.(*dlc.DescribeSparkSessionBatchSQLResponse).State)
	}
}

func statementIs(state dlc.NotebookStatementState) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		assert.Equal(t, state, value.(*dlc.DescribeNotebookSessionStatementResponse).NotebookSessionStatement.State)
	}
}

func seedNotebook(emu *emulator.Emulator) {
	emu.AddNotebookSession(dlc.NotebookSessionInfo{SessionID: "session-1"})
	emu.AddNotebookSessionStatement("session-1", dlc.NotebookSessionStatementInfo{StatementID: "7"})
}

var dlcSessionFlows = []flow{
	{
		service: "dlc", start: "CreateSparkSessionBatchSQL", read: "DescribeSparkSessionBatchSQL", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateSparkSessionBatchSQL(ctx, dlc.CreateSparkSessionBatchSQLRequest{DataEngineName: "etl", ExecuteSQL: dlc.Base64("SELECT 1")})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCreateSparkSessionBatchSQL(token)
		},
		live: batchIs(dlc.SparkBatchSQLStateSucceeded), ends: batchEnds,
	},
	{
		service: "dlc", start: "CancelSparkSessionBatchSQL", read: "DescribeSparkSessionBatchSQL", oldState: "Running", repeatable: true,
		seed: func(emu *emulator.Emulator) {
			emu.AddSparkSessionBatchSQL("batch-1", dlc.DescribeSparkSessionBatchSQLResponse{})
		},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCancelSparkSessionBatchSQL(ctx, dlc.CancelSparkSessionBatchSQLRequest{BatchID: "batch-1"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCancelSparkSessionBatchSQL(token)
		},
		live: batchIs(dlc.SparkBatchSQLStateCanceled), ends: []ending{tooLate("Succeeded")},
	},
	{
		service: "dlc", start: "CreateNotebookSession", read: "DescribeNotebookSession", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateNotebookSession(ctx, dlc.CreateNotebookSessionRequest{Name: "study", Kind: dlc.NotebookKindPySpark, DataEngineName: "etl"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCreateNotebookSession(token)
		},
		live: func(t *testing.T, value any) {
			assert.Equal(t, dlc.NotebookSessionStateIdle, value.(*dlc.DescribeNotebookSessionResponse).Session.State)
		},
		ends: []ending{
			{"fails", emulator.Outcome{Fail: true}, cloud.Failed, "error", "", false},
			{"is killed", emulator.Outcome{Cancel: true}, cloud.Canceled, "killed", "", false},
		},
	},
	{
		service: "dlc", start: "CreateNotebookSessionStatement", read: "DescribeNotebookSessionStatement", seed: seedNotebook,
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateNotebookSessionStatement(ctx, dlc.CreateNotebookSessionStatementRequest{SessionID: "session-1", Code: "1 + 1", Kind: dlc.NotebookKindPySpark})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCreateNotebookSessionStatement(token)
		},
		live: statementIs(dlc.NotebookStatementStateAvailable),
		ends: []ending{
			{"fails", emulator.Outcome{Fail: true, ReasonType: "NameError", Reason: "x is not defined"}, cloud.Failed, "available", "NameError: x is not defined", false},
			{"breaks", emulator.Outcome{Fail: true, State: "error", Reason: "lost"}, cloud.Failed, "error", "Error: lost", false},
			{"is canceled", emulator.Outcome{Cancel: true}, cloud.Canceled, "cancelled", "", false},
		},
	},
	{
		service: "dlc", start: "CancelNotebookSessionStatement", read: "DescribeNotebookSessionStatement", oldState: "running", seed: seedNotebook,
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCancelNotebookSessionStatement(ctx, dlc.CancelNotebookSessionStatementRequest{SessionID: "session-1", StatementID: "7"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCancelNotebookSessionStatement(token)
		},
		live: statementIs(dlc.NotebookStatementStateCancelled),
		ends: []ending{tooLate("available")},
	},
}

var chat = dlc.GetInferenceServiceRequest{ServiceID: "svc-1"}

func seedInference(status dlc.InferenceServiceStatus) func(*emulator.Emulator) {
	return func(emu *emulator.Emulator) {
		emu.AddInferenceService(dlc.GetInferenceServiceResponse{ServiceID: "svc-1", Status: status})
	}
}

func inferenceIs(status dlc.InferenceServiceStatus) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		assert.Equal(t, status, value.(*dlc.GetInferenceServiceResponse).Status)
	}
}

var inferenceFails = ending{"fails", emulator.Outcome{Fail: true}, cloud.Failed, "Failed", "", false}

func restartInference(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
	return c.dlc.BeginRestartInferenceService(ctx, dlc.RestartInferenceServiceRequest(chat))
}

func resumeRestartInference(c clients, token string) (cloud.AnyWaiter, error) {
	return c.dlc.ResumeRestartInferenceService(token)
}

var dlcInferenceFlows = []flow{
	{
		service: "dlc", start: "CreateInferenceService", read: "GetInferenceService", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateInferenceService(ctx, dlc.CreateInferenceServiceRequest{
				Name: "chat", ModelUID: "m-1", Engine: "vllm", Replicas: 1, ResourcePartitionID: "p-1", Image: "ray", ModelIdentifier: "chat", Queue: "default",
			})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCreateInferenceService(token)
		},
		live: inferenceIs(dlc.InferenceServiceStatusRunning),
		ends: []ending{
			inferenceFails,
			{"is stopped", emulator.Outcome{State: "Stopped"}, cloud.Failed, "Stopped", "superseded: the service was stopped", false},
		},
	},
	{
		service: "dlc", start: "RestartInferenceService", read: "GetInferenceService", oldState: "Running", shown: true, seed: seedInference(dlc.InferenceServiceStatusRunning),
		begin: restartInference, resume: resumeRestartInference, live: inferenceIs(dlc.InferenceServiceStatusRunning),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilInferenceServiceRunning(chat) },
		ends:  []ending{inferenceFails},
	},
	{
		name: "restart of a failed service", service: "dlc", start: "RestartInferenceService", read: "GetInferenceService", oldState: "Failed", shown: true,
		seed:  seedInference(dlc.InferenceServiceStatusFailed),
		begin: restartInference, resume: resumeRestartInference, live: inferenceIs(dlc.InferenceServiceStatusRunning),
		ends: []ending{inferenceFails},
	},
	{
		service: "dlc", start: "StopInferenceService", read: "GetInferenceService", oldState: "Running", shown: true, seed: seedInference(dlc.InferenceServiceStatusRunning),
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginStopInferenceService(ctx, dlc.StopInferenceServiceRequest(chat))
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeStopInferenceService(token)
		},
		live:  inferenceIs(dlc.InferenceServiceStatusStopped),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilInferenceServiceStopped(chat) },
		ends:  []ending{inferenceFails},
	},
}

var dlcOtherFlows = []flow{
	{
		// No state says that a deletion failed.
		service: "dlc", start: "DeleteNativeSparkSession", read: "DescribeNativeSparkSessions", oldState: "RUNNING", deletes: true, repeatable: true,
		seed: func(emu *emulator.Emulator) {
			emu.AddNativeSparkSession(dlc.SparkSessionInfo{EngineSessionName: "study"})
		},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginDeleteNativeSparkSession(ctx, dlc.DeleteNativeSparkSessionRequest{EngineSessionName: "study"})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeDeleteNativeSparkSession(token)
		},
		live: gone,
	},
	{
		service: "dlc", start: "CreateResultDownload", read: "DescribeResultDownload", seed: seedTask(dlc.TaskStateSucceeded),
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateResultDownload(ctx, dlc.CreateResultDownloadRequest{TaskID: "task-1", Format: "CSV", Force: new(true)})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCreateResultDownload(token)
		},
		live: func(t *testing.T, value any) {
			assert.NotEmpty(t, value.(*dlc.DescribeResultDownloadResponse).Path)
		},
		ends: []ending{
			{"fails", emulator.Outcome{Fail: true, Reason: "result expired"}, cloud.Failed, "error", "result expired", false},
			{"times out", emulator.Outcome{Fail: true, State: "timeout", Reason: "too large"}, cloud.Failed, "timeout", "too large", false},
		},
	},
	{
		service: "dlc", start: "CreateDatasourceConnection", read: "DescribeDatasourceConnection", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateDatasourceConnection(ctx, dlc.CreateDatasourceConnectionRequest{
				DatasourceConnectionName: "orders", DatasourceConnectionType: "Mysql", ServiceType: "DLC", NetworkConnectionName: "to-orders",
			})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCreateDatasourceConnection(token)
		},
		live: func(t *testing.T, value any) {
			assert.Equal(t, dlc.DatasourceStateReady, value.(*dlc.DatasourceConnectionInfo).State)
		},
		ends: []ending{
			{"fails", emulator.Outcome{Fail: true, Reason: "no route"}, cloud.Failed, "Failed", "no route", true},
			{"is deleted", emulator.Outcome{State: "-3", Reason: "by root"}, cloud.Failed, "Deleting", "superseded: the connection is being deleted: by root", true},
		},
	},
	{
		service: "dlc", start: "LockMetaData", read: "CheckLockMetaData", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginLockMetaData(ctx, dlc.LockMetaDataRequest{LockComponentList: []dlc.LockComponentInfo{{DBName: "sales"}}})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) { return c.dlc.ResumeLockMetaData(token) },
		live: func(t *testing.T, value any) {
			assert.Equal(t, dlc.LockStateAcquired, value.(*dlc.CheckLockMetaDataResponse).LockState)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilMetaDataLockAcquired(dlc.CheckLockMetaDataRequest{LockID: 1})
		},
		ends: []ending{
			{"is abandoned", emulator.Outcome{Fail: true}, cloud.Failed, "ABORT", "", false},
			{"is not granted", emulator.Outcome{Fail: true, State: "NOT_ACQUIRED"}, cloud.Failed, "NOT_ACQUIRED", "", false},
		},
	},
}

// TestUntilOfDLC covers the waiters for a state whose resource the test of a change cannot name.
func TestUntilOfDLC(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		seed  func(*emulator.Emulator, bool) // puts in the resource, ready or not
		until func(clients) cloud.AnyWaiter
	}{
		"SparkAppJobSucceeded": {
			func(emu *emulator.Emulator, ready bool) {
				emu.AddSparkApp(dlc.SparkJobInfo{JobStatus: choice(ready, dlc.SparkJobStateSucceeded, dlc.SparkJobStateRunning)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilSparkAppJobSucceeded(dlc.DescribeSparkAppJobRequest{JobName: "job"})
			},
		},
		"SparkSessionBatchSQLSucceeded": {
			func(emu *emulator.Emulator, ready bool) {
				emu.AddSparkSessionBatchSQL("batch-1", dlc.DescribeSparkSessionBatchSQLResponse{State: choice(ready, dlc.SparkBatchSQLStateSucceeded, dlc.SparkBatchSQLStateRunning)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilSparkSessionBatchSQLSucceeded(dlc.DescribeSparkSessionBatchSQLRequest{BatchID: "batch-1"})
			},
		},
		"NotebookSessionIdle": {
			func(emu *emulator.Emulator, ready bool) {
				emu.AddNotebookSession(dlc.NotebookSessionInfo{SessionID: "session-1", State: choice(ready, dlc.NotebookSessionStateIdle, dlc.NotebookSessionStateBusy)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilNotebookSessionIdle(dlc.DescribeNotebookSessionRequest{SessionID: "session-1"})
			},
		},
		"NotebookSessionStatementSucceeded": {
			func(emu *emulator.Emulator, ready bool) {
				emu.AddNotebookSessionStatement("session-1", dlc.NotebookSessionStatementInfo{
					StatementID: "7", State: choice(ready, dlc.NotebookStatementStateAvailable, dlc.NotebookStatementStateRunning),
					OutPut: &dlc.StatementOutput{Status: dlc.StatementOutputStatusOK},
				})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilNotebookSessionStatementSucceeded(dlc.DescribeNotebookSessionStatementRequest{SessionID: "session-1", StatementID: "7"})
			},
		},
		"ResultDownloadReady": {
			func(emu *emulator.Emulator, ready bool) {
				emu.AddResultDownload("download-1", dlc.DescribeResultDownloadResponse{Status: choice(ready, dlc.DownloadStatusSucceeded, dlc.DownloadStatusCompressing)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilResultDownloadReady(dlc.DescribeResultDownloadRequest{DownloadID: "download-1"})
			},
		},
		"DatasourceConnectionReady": {
			func(emu *emulator.Emulator, ready bool) {
				emu.AddDatasourceConnection(dlc.DatasourceConnectionInfo{DatasourceConnectionID: "orders", State: choice(ready, dlc.DatasourceStateReady, dlc.DatasourceStateInitializing)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilDatasourceConnectionReady(dlc.DatasourceConnectionRequest{DatasourceConnectionID: "orders"})
			},
		},
		"NativeSparkSessionRunning": {
			func(emu *emulator.Emulator, ready bool) {
				emu.AddNativeSparkSession(dlc.SparkSessionInfo{EngineSessionName: "study", State: choice(ready, dlc.SparkSessionStateRunning, dlc.SparkSessionStateStarting)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilNativeSparkSessionRunning(dlc.NativeSparkSessionRequest{EngineSessionName: "study"})
			},
		},
		"NetworkConnectionReady": {
			func(emu *emulator.Emulator, ready bool) {
				emu.AddNetworkConnection(dlc.NetworkConnection{DatasourceConnectionName: "to-orders", State: choice(ready, dlc.NetworkConnectionStateReady, dlc.NetworkConnectionStateInitializing)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilNetworkConnectionReady(dlc.NetworkConnectionRequest{NetworkConnectionName: "to-orders"})
			},
		},
		"EngineNetworkAvailable": {
			func(emu *emulator.Emulator, ready bool) {
				emu.AddEngineNetwork(dlc.EngineNetworkInfo{EngineNetworkID: "net-1", EngineNetworkState: choice(ready, dlc.EngineNetworkStateAvailable, dlc.EngineNetworkStateInitializing)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilEngineNetworkAvailable(dlc.EngineNetworkRequest{EngineNetworkID: "net-1"})
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, flow{seed: func(*emulator.Emulator) {}}, func(emu *emulator.Emulator) {
					w := tt.until(newClients(t, emu))
					p, err := w.PollAny(t.Context())
					require.NoError(t, err)
					require.ErrorIs(t, p.Err, cloud.ErrNotFound, "what is new need not show at once")
					tt.seed(emu, false)
					p, err = w.PollAny(t.Context())
					require.NoError(t, err)
					assert.Equal(t, cloud.Pending, p.Outcome)
					tt.seed(emu, true)
					value, err := w.WaitAny(t.Context())
					require.NoError(t, err)
					assert.NotNil(t, value)
				})
			})
		})
	}
}

func choice[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// TestPartialLaunch checks that groups which the service refuses to start fail the start.
func TestPartialLaunch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: seedGroup(dlc.ResourceGroupStatePaused)}, func(emu *emulator.Emulator) {
			emu.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "sql"})
			c := newClients(t, emu).dlc
			_, err := c.BeginLaunchStandardEngineResourceGroups(t.Context(), dlc.LaunchStandardEngineResourceGroupsRequest{EngineResourceGroupNames: []string{"etl", "sql"}})
			require.ErrorIs(t, err, cloud.ErrConflict)
			assert.ErrorContains(t, err, `sql: The resource group "sql" is in state Running`)
			_, err = c.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"}).Wait(t.Context())
			require.NoError(t, err, "the others were started")
		})
	})
}

// TestBadStartsOfDLC checks that nothing is read for a change that cannot be started.
func TestBadStartsOfDLC(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: seedEngine}, func(emu *emulator.Emulator) {
			c, ctx := newClients(t, emu).dlc, t.Context()
			starts := map[string]func() (cloud.AnyWaiter, error){
				"SuspendResumeDataEngine": func() (cloud.AnyWaiter, error) {
					return c.BeginSuspendResumeDataEngine(ctx, dlc.SuspendResumeDataEngineRequest{DataEngineName: "etl"})
				},
				"RestartDataEngine": func() (cloud.AnyWaiter, error) {
					return c.BeginRestartDataEngine(ctx, dlc.RestartDataEngineRequest{})
				},
				"UpdateDataEngine": func() (cloud.AnyWaiter, error) {
					return c.BeginUpdateDataEngine(ctx, dlc.UpdateDataEngineRequest{
						DataEngineName: "etl", AutoSuspend: new(true), CrontabResumeSuspend: new(1),
					})
				},
				"DeleteDataEngine": func() (cloud.AnyWaiter, error) {
					return c.BeginDeleteDataEngine(ctx, dlc.DeleteDataEngineRequest{})
				},
				"UpgradeDataEngineImage": func() (cloud.AnyWaiter, error) {
					return c.BeginUpgradeDataEngineImage(ctx, dlc.UpgradeDataEngineImageRequest{})
				},
				"RollbackDataEngineImage": func() (cloud.AnyWaiter, error) {
					return c.BeginRollbackDataEngineImage(ctx, dlc.RollbackDataEngineImageRequest{})
				},
				"CreateStandardEngineResourceGroup": func() (cloud.AnyWaiter, error) {
					return c.BeginCreateStandardEngineResourceGroup(ctx, dlc.CreateStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
				},
				"LaunchStandardEngineResourceGroups": func() (cloud.AnyWaiter, error) {
					return c.BeginLaunchStandardEngineResourceGroups(ctx, dlc.LaunchStandardEngineResourceGroupsRequest{})
				},
				"PauseStandardEngineResourceGroups": func() (cloud.AnyWaiter, error) {
					return c.BeginPauseStandardEngineResourceGroups(ctx, dlc.PauseStandardEngineResourceGroupsRequest{})
				},
				"DeleteStandardEngineResourceGroup": func() (cloud.AnyWaiter, error) {
					return c.BeginDeleteStandardEngineResourceGroup(ctx, dlc.DeleteStandardEngineResourceGroupRequest{})
				},
				"UpdateStandardEngineResourceGroupConfigInfo": func() (cloud.AnyWaiter, error) {
					return c.BeginUpdateStandardEngineResourceGroupConfigInfo(ctx, dlc.UpdateStandardEngineResourceGroupConfigInfoRequest{EngineResourceGroupName: "etl"})
				},
				"CreateSparkAppTask": func() (cloud.AnyWaiter, error) {
					return c.BeginCreateSparkAppTask(ctx, dlc.CreateSparkAppTaskRequest{})
				},
				"DeleteNativeSparkSession": func() (cloud.AnyWaiter, error) {
					return c.BeginDeleteNativeSparkSession(ctx, dlc.DeleteNativeSparkSessionRequest{})
				},
				"RestartInferenceService": func() (cloud.AnyWaiter, error) {
					return c.BeginRestartInferenceService(ctx, dlc.RestartInferenceServiceRequest{})
				},
				"StopInferenceService": func() (cloud.AnyWaiter, error) {
					return c.BeginStopInferenceService(ctx, dlc.StopInferenceServiceRequest{})
				},
			}
			for name, start := range starts {
				w, err := start()
				assert.Nil(t, w, name)
				require.ErrorIs(t, err, cloud.ErrInvalid, name)
				assert.ErrorContains(t, err, name)
			}
			assert.Empty(t, emu.Requests())
		})
	})
}

// TestDLCLooksForNothing checks that a wait for a resource without a name ends at once: a list would have nothing
// of that name, which for a deletion is success.
func TestDLCLooksForNothing(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	c := newClients(t, emu).dlc
	waiters := map[string]cloud.AnyWaiter{
		"task": c.UntilTaskSucceeded(dlc.TaskRequest{}), "connection": c.UntilDatasourceConnectionReady(dlc.DatasourceConnectionRequest{}),
		"network connection": c.UntilNetworkConnectionReady(dlc.NetworkConnectionRequest{}), "network": c.UntilEngineNetworkAvailable(dlc.EngineNetworkRequest{}),
		"group": c.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{}), "deleted group": c.UntilStandardEngineResourceGroupDeleted(dlc.StandardEngineResourceGroupRequest{}),
		"session": c.UntilNativeSparkSessionRunning(dlc.NativeSparkSessionRequest{DataEngineID: "DataEngine-1"}),
		"engine":  c.UntilDataEngineDeleted(dlc.DescribeDataEngineRequest{}),
	}
	for name, w := range waiters {
		_, err := w.WaitAny(t.Context())
		require.ErrorIs(t, err, cloud.ErrInvalid, name)
		assert.ErrorContains(t, err, "required", name)
	}
	assert.Empty(t, emu.Requests())
}

// TestDLCStartsThatNameNothing is a start whose response has no id to wait for.
func TestDLCStartsThatNameNothing(t *testing.T) {
	t.Parallel()
	c, err := dlc.New(cloud.Config{
		Region: "ap-guangzhou", Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""),
		HTTPClient: &http.Client{Transport: canned(`{"Response":{"RequestId":"r-1"}}`)},
	})
	require.NoError(t, err)
	ctx := t.Context()
	starts := map[string]func() (cloud.AnyWaiter, error){
		"task": func() (cloud.AnyWaiter, error) {
			return c.BeginCreateTask(ctx, dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}})
		},
		"engine": func() (cloud.AnyWaiter, error) {
			return c.BeginCreateDataEngine(ctx, dlc.CreateDataEngineRequest{
				DataEngineName: "etl", EngineType: "spark", ClusterType: "spark_cu", Mode: 1, Size: new(32),
			})
		},
		"download": func() (cloud.AnyWaiter, error) {
			return c.BeginCreateResultDownload(ctx, dlc.CreateResultDownloadRequest{TaskID: "t-1", Format: "CSV"})
		},
	}
	for name, start := range starts {
		w, err := start()
		assert.Nil(t, w, name)
		require.ErrorIs(t, err, cloud.ErrTransport, name)
		assert.ErrorContains(t, err, "unexpected response: it has no ", name)
		assert.ErrorContains(t, err, "r-1", name)
	}
}
