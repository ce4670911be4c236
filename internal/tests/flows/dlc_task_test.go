package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func seedTask(state dlc.TaskState) func(*emulator.Emulator) {
	return func(emu *emulator.Emulator) { emu.DLC.AddTask(dlc.TaskResponseInfo{ID: "task-1", State: state}) }
}

func taskIs(state dlc.TaskState) func(*testing.T, any) {
	return func(t *testing.T, value any) { assert.Equal(t, state, value.(*dlc.TaskResponseInfo).State) }
}

// tooLate is how canceling fails.
func tooLate(state string) ending {
	return ending{"too late", emulator.Ending{Fail: true}, cloud.Failed, state, "it succeeded before it could be canceled", true}
}

var taskEnds = []ending{
	{"fails", emulator.Ending{Fail: true, Reason: "no such table"}, cloud.Failed, "Failed", "no such table", false},
	{"is canceled", emulator.Ending{Cancel: true, Reason: "by root"}, cloud.Canceled, "Canceled", "by root", false},
}

var dlcTaskFlows = []flow{
	{
		service: "dlc", start: "CreateTask", read: "DescribeTasks", seed: func(*emulator.Emulator) {},
		diff: []string{"Task.SQLTask.SQL"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateTask(ctx, dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCreateTask(token) },
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
		diff: []string{"DatabaseName", "Tasks.FailureTolerance", "Tasks.SQL", "Tasks.TaskType"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateTasks(ctx, dlc.CreateTasksRequest{DatabaseName: "sales", Tasks: dlc.TasksInfo{
				TaskType: dlc.TaskTypeSQL, FailureTolerance: dlc.FailureToleranceTerminate, SQL: dlc.Base64("SELECT 1; SELECT 2; SELECT 3;"),
			}})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCreateTasks(token) },
		live:   taskIs(dlc.TaskStateSucceeded), ends: taskEnds,
	},
	{
		service: "dlc", start: "CancelTask", read: "DescribeTasks", oldState: "Running", seed: seedTask(dlc.TaskStateRunning), repeatable: true,
		diff: []string{"TaskId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCancelTask(ctx, dlc.CancelTaskRequest{TaskID: "task-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCancelTask(token) },
		live:   taskIs(dlc.TaskStateCanceled),
		ends: []ending{
			tooLate("Succeeded"),
			{"fails first", emulator.Ending{State: "-1", Reason: "no such table"}, cloud.Failed, "Failed", "no such table", true},
		},
	},
	{
		service: "dlc", start: "CreateSparkAppTask", read: "DescribeSparkAppTasks",
		seed: func(emu *emulator.Emulator) {
			emu.DLC.AddSparkApp(dlc.SparkJobInfo{JobName: "nightly", JobID: "batch_1"})
		},
		diff: []string{"JobName"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateSparkAppTask(ctx, dlc.CreateSparkAppTaskRequest{JobName: "nightly"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCreateSparkAppTask(token) },
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
