package dlc

import (
	"context"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// Several operations answer with the IDs of tasks that do the work. They are followed as SQL tasks are.

var createSparkSubmitTask = change[CreateSparkSubmitTaskRequest, CreateSparkSubmitTaskResponse, taskChange, TaskResponseInfo]{
	State: func(r *CreateSparkSubmitTaskRequest) *taskChange { return &taskChange{About: r.TaskName} },
	Accepted: func(s *taskChange, _ *CreateSparkSubmitTaskRequest, out *CreateSparkSubmitTaskResponse, _ time.Time) error {
		s.IDs = []string{out.TaskID}
		return nil
	},
	Began:  (*Client).sparkSubmitTaskBegan,
	Spec:   (*Client).taskSuccess,
	Cancel: (*Client).cancelTasks,
}

var createImportTask = change[CreateImportTaskRequest, CreateImportTaskResponse, taskChange, TaskResponseInfo]{
	State: newTasks[CreateImportTaskRequest],
	Accepted: func(s *taskChange, _ *CreateImportTaskRequest, out *CreateImportTaskResponse, _ time.Time) error {
		s.IDs = []string{out.TaskID}
		return nil
	},
	Began:  (*Client).importTaskBegan,
	Spec:   (*Client).taskSuccess,
	Cancel: (*Client).cancelTasks,
}

var createExportTask = change[CreateExportTaskRequest, CreateExportTaskResponse, taskChange, TaskResponseInfo]{
	State: newTasks[CreateExportTaskRequest],
	Accepted: func(s *taskChange, _ *CreateExportTaskRequest, out *CreateExportTaskResponse, _ time.Time) error {
		s.IDs = []string{out.TaskID}
		return nil
	},
	Began:  (*Client).exportTaskBegan,
	Spec:   (*Client).taskSuccess,
	Cancel: (*Client).cancelTasks,
}

var copyDLCTable = change[CopyDLCTableRequest, CopyDLCTableResponse, taskChange, TaskResponseInfo]{
	State: func(r *CopyDLCTableRequest) *taskChange {
		return &taskChange{About: r.DestinationDatabaseName + "." + r.DestinationTableName}
	},
	Accepted: func(s *taskChange, _ *CopyDLCTableRequest, out *CopyDLCTableResponse, _ time.Time) error {
		s.IDs = []string{out.TaskID}
		return nil
	},
	Began:  (*Client).tableCopyBegan,
	Spec:   (*Client).taskSuccess,
	Cancel: (*Client).cancelTasks,
}

var createMetaDatabase = change[CreateMetaDatabaseRequest, CreateMetaDatabaseResponse, taskChange, TaskResponseInfo]{
	State: func(r *CreateMetaDatabaseRequest) *taskChange {
		s := &taskChange{Datasource: r.DatasourceConnectionName}
		if r.MetaDatabaseInfo != nil {
			s.About = r.MetaDatabaseInfo.DatabaseName
		}
		return s
	},
	Accepted: func(s *taskChange, _ *CreateMetaDatabaseRequest, out *CreateMetaDatabaseResponse, sent time.Time) error {
		s.Since = sent.Unix()
		return s.recordIDs(out.TaskIDSet, out.RequestID)
	},
	Began:  (*Client).databaseCreationBegan,
	Spec:   (*Client).taskSuccess,
	Undo:   (*Client).dropDatabase,
	Cancel: (*Client).cancelTasks,
}

var deleteMetaDatabase = change[DeleteMetaDatabaseRequest, DeleteMetaDatabaseResponse, taskChange, TaskResponseInfo]{
	State: func(r *DeleteMetaDatabaseRequest) *taskChange { return &taskChange{About: r.DatabaseName} },
	Accepted: func(s *taskChange, _ *DeleteMetaDatabaseRequest, out *DeleteMetaDatabaseResponse, _ time.Time) error {
		return s.recordIDs(out.TaskIDSet, out.RequestID)
	},
	Began:  (*Client).databaseDeletionBegan,
	Spec:   (*Client).taskSuccess,
	Cancel: (*Client).cancelTasks,
}

var cancelTasks = change[CancelTasksRequest, CancelTasksResponse, taskChange, TaskResponseInfo]{
	Check: func(r *CancelTasksRequest) error { return notEmpty(&opCancelTasks, "TaskId", r.TaskID) },
	State: func(r *CancelTasksRequest) *taskChange { return &taskChange{IDs: slices.Clone(r.TaskID)} },
	Began: (*Client).tasksCancellationBegan,
	Spec:  (*Client).tasksCancellation,
}

// newTasks is the state of tasks whose IDs only the response has.
func newTasks[R any](*R) *taskChange { return new(taskChange) }

// clockTolerance is how much earlier a database may seem to be created than it was asked for.
const clockTolerance = 10 * time.Second

// dropDatabase prepares the deletion of a database that did not exist before.
func (c *Client) dropDatabase(ctx context.Context, s *taskChange) (cloud.AnyChange, error) {
	out, err := c.DescribeDatabase(ctx, DescribeDatabaseRequest{DatabaseName: s.About, DatasourceConnectionName: s.Datasource})
	if err != nil {
		return nil, err
	}
	created := out.DatabaseInfo.CreateTime.Time()
	if s.Since == 0 || created.IsZero() || created.Before(time.Unix(s.Since, 0).Add(-clockTolerance)) {
		return nil, &cloud.Error{
			Kind: cloud.ErrUnsupported, Message: "there is no way back: nothing shows that the change created the database " + s.About,
		}
	}
	return wait.AnyChange(c.PrepareDeleteMetaDatabase(ctx, DeleteMetaDatabaseRequest{
		DatabaseName: s.About, DatasourceConnectionName: s.Datasource,
	}))
}

// recordIDs records the IDs of the tasks that an operation has started.
func (s *taskChange) recordIDs(ids []string, requestID string) error {
	if s.IDs = ids; s.Check() != nil {
		return wait.NoMember(requestID, "TaskIdSet")
	}
	return nil
}

// tasksCancellation is the wait for the cancellation of all tasks.
func (c *Client) tasksCancellation(s *taskChange) cloud.WaitSpec[TaskResponseInfo] {
	w := c.taskSpec(func(ctx context.Context) (*TaskResponseInfo, error) { return c.readCanceledTasks(ctx, s) })
	w.Read = steady(w.Read)
	return canceling(w)
}

// readCanceledTasks returns the task that decides the outcome of a cancellation: the first that ended in another way,
// else the first that has not ended, else the last.
func (c *Client) readCanceledTasks(ctx context.Context, s *taskChange) (*TaskResponseInfo, error) {
	tasks, err := c.listTasks(ctx, s.IDs)
	if err != nil {
		return nil, err
	}
	var decisive *TaskResponseInfo
	for _, id := range s.IDs {
		task, err := wait.Find(service, &opDescribeTasks, "task "+id, wait.Items(tasks), func(t *TaskResponseInfo) bool {
			return t.ID == id
		})
		if err != nil {
			return nil, err
		}
		switch taskSucceeded.Outcome(task.State) {
		case cloud.Failed, cloud.Succeeded:
			return task, nil
		}
		if decisive == nil || decisive.State == TaskStateCanceled {
			decisive = task
		}
	}
	return decisive, nil
}
