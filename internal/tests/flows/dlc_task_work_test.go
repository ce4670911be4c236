package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// lastTask waits for the last task that was started.
func lastTask(c clients) cloud.AnyWaiter {
	out, err := c.dlc.DescribeTasks(context.Background(), dlc.DescribeTasksRequest{})
	if err != nil || len(out.TaskList) == 0 {
		panic("there is no task")
	}
	return c.dlc.UntilTaskSucceeded(dlc.TaskRequest{TaskID: out.TaskList[len(out.TaskList)-1].ID})
}

var dlcTaskWorkFlows = []flow{
	{
		service: "dlc", start: "CreateSparkSubmitTask", read: "DescribeTasks", seed: func(*emulator.Emulator) {},
		diff: []string{"DataEngineName", "IsInherit", "PackagePath", "RoleArn", "TaskName", "TaskType"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateSparkSubmitTask(ctx, dlc.CreateSparkSubmitTaskRequest{
				TaskName: "nightly", TaskType: dlc.SparkAppTypeBatch, DataEngineName: "etl", PackagePath: "cosn://jobs/a.py", RoleARN: 1,
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCreateSparkSubmitTask(token)
		},
		until: lastTask, live: taskIs(dlc.TaskStateSucceeded), ends: taskEnds,
	},
	{
		service: "dlc", start: "CreateImportTask", read: "DescribeTasks", seed: func(*emulator.Emulator) {},
		diff: []string{"InputConf", "InputType", "OutputConf"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateImportTask(ctx, dlc.CreateImportTaskRequest{
				InputType: "cos", InputConf: []dlc.KVPair{{Key: "paths", Value: "cosn://in/a.csv"}},
				OutputConf: []dlc.KVPair{{Key: "databaseName", Value: "sales"}, {Key: "tableName", Value: "orders"}},
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCreateImportTask(token) },
		until:  lastTask,
		live: func(t *testing.T, value any) {
			taskIs(dlc.TaskStateSucceeded)(t, value)
			assert.Equal(t, "cos", value.(*dlc.TaskResponseInfo).InputType)
		},
		ends: taskEnds,
	},
	{
		service: "dlc", start: "CreateExportTask", read: "DescribeTasks", seed: func(*emulator.Emulator) {},
		diff: []string{"InputConf", "InputType", "OutputConf"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateExportTask(ctx, dlc.CreateExportTaskRequest{
				InputType: "taskResult", InputConf: []dlc.KVPair{{Key: "taskId", Value: "task-1"}},
				OutputConf: []dlc.KVPair{{Key: "path", Value: "cosn://out/"}},
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCreateExportTask(token) },
		until:  lastTask, live: taskIs(dlc.TaskStateSucceeded), ends: taskEnds,
	},
	{
		service: "dlc", start: "CopyDLCTable", read: "DescribeTasks", seed: func(*emulator.Emulator) {},
		diff: []string{"DataEngineName", "DestinationDatabaseName", "DestinationTableName", "IsCreateTable", "SourceData"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCopyDLCTable(ctx, dlc.CopyDLCTableRequest{
				SourceData:              []dlc.DMSSourceDatabaseInfo{{SourceDatabaseName: "sales", SourceTableNameList: []string{"orders"}}},
				DestinationDatabaseName: "archive", DestinationTableName: "orders", DataEngineName: "etl",
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCopyDLCTable(token) },
		until:  lastTask, live: taskIs(dlc.TaskStateSucceeded), ends: taskEnds,
	},
	{
		service: "dlc", start: "CreateMetaDatabase", read: "DescribeTasks", seed: func(*emulator.Emulator) {},
		diff: []string{"MetaDatabaseInfo.DatabaseName"},
		content: func(ctx context.Context, c clients) (any, error) {
			_, err := c.dlc.DescribeDatabase(ctx, dlc.DescribeDatabaseRequest{DatabaseName: "sales"})
			if cloud.KindOf(err) == cloud.ErrNotFound {
				return false, nil
			}
			return true, err
		},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateMetaDatabase(ctx, dlc.CreateMetaDatabaseRequest{MetaDatabaseInfo: &dlc.MetaDatabaseInfo{DatabaseName: "sales"}})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCreateMetaDatabase(token) },
		until:  lastTask, live: taskIs(dlc.TaskStateSucceeded), ends: taskEnds,
	},
	{
		service: "dlc", start: "DeleteMetaDatabase", read: "DescribeTasks",
		seed: func(emu *emulator.Emulator) { emu.DLC.AddDatabase(dlc.DatabaseResponseInfo{DatabaseName: "sales"}) },
		diff: []string{"DatabaseName"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareDeleteMetaDatabase(ctx, dlc.DeleteMetaDatabaseRequest{DatabaseName: "sales"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeDeleteMetaDatabase(token) },
		until:  lastTask, live: taskIs(dlc.TaskStateSucceeded), ends: taskEnds,
	},
	{
		service: "dlc", start: "CancelTasks", read: "DescribeTasks", oldState: "Running", repeatable: true,
		seed: func(emu *emulator.Emulator) {
			for _, id := range []string{"task-1", "task-2"} {
				emu.DLC.AddTask(dlc.TaskResponseInfo{ID: id})
			}
		},
		diff: []string{"TaskId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCancelTasks(ctx, dlc.CancelTasksRequest{TaskID: []string{"task-1", "task-2"}})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCancelTasks(token) },
		live:   taskIs(dlc.TaskStateCanceled),
		ends: []ending{
			tooLate("Succeeded"),
			{"fail first", emulator.Ending{State: "-1", Reason: "no such table"}, cloud.Failed, "Failed", "no such table", true},
		},
	},
}
