package dlc

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a task mean.
var taskSucceeded = wait.Statuses[TaskState]{
	Succeeded: []TaskState{TaskStateSucceeded},
	Failed:    []TaskState{TaskStateFailed},
	Canceled:  []TaskState{TaskStateCanceled},
}

var createTask = change[CreateTaskRequest, CreateTaskResponse, taskChange, TaskResponseInfo]{
	State: func(r *CreateTaskRequest) *taskChange { return &taskChange{About: r.DataEngineName} },
	Accepted: func(s *taskChange, _ *CreateTaskRequest, out *CreateTaskResponse, _ time.Time) error {
		s.IDs = []string{out.TaskID}
		return nil
	},
	Began:  (*Client).sqlTaskBegan,
	Spec:   (*Client).taskSuccess,
	Cancel: (*Client).cancelTasks,
}

var createTasks = change[CreateTasksRequest, CreateTasksResponse, taskChange, TaskResponseInfo]{
	State: func(r *CreateTasksRequest) *taskChange { return &taskChange{About: r.DataEngineName} },
	Accepted: func(s *taskChange, _ *CreateTasksRequest, out *CreateTasksResponse, _ time.Time) error {
		return s.recordIDs(out.TaskIDSet, out.RequestID)
	},
	Began:  (*Client).sqlTasksBegan,
	Spec:   (*Client).taskSuccess,
	Cancel: (*Client).cancelTasks,
}

var cancelTask = change[CancelTaskRequest, CancelTaskResponse, taskChange, TaskResponseInfo]{
	State: func(r *CancelTaskRequest) *taskChange { return &taskChange{IDs: []string{r.TaskID}} },
	Began: (*Client).taskCancellationBegan,
	Spec:  (*Client).taskCancellation,
}

// TaskRequest names the task that [Client.UntilTaskSucceeded] waits for. No operation reads one task, so it finds it
// in the list.
//
// All fields are required.
type TaskRequest struct {
	TaskID string
}

// UntilTaskSucceeded waits until a task has succeeded. If it failed or was canceled, the error holds its OutputMessage.
func (c *Client) UntilTaskSucceeded(r TaskRequest) *cloud.Waiter[TaskResponseInfo] {
	return wait.Until(c.api, "UntilTaskSucceeded", c.taskSuccess(&taskChange{IDs: []string{r.TaskID}}))
}

// taskChange is the resume state of tasks, whose IDs are new.
type taskChange struct {
	IDs        []string `json:"ids"`
	About      string   `json:"about,omitzero"`      // the engine, job, table or database
	Datasource string   `json:"datasource,omitzero"` // of a database
	Since      int64    `json:"since,omitzero"`      // when a database was created at the earliest, in seconds since 1970
}

// Resource is what the tasks are about, or the tasks.
func (s *taskChange) Resource() string { return cmp.Or(s.About, strings.Join(s.IDs, ",")) }

// Check refuses a state that names no task.
func (s *taskChange) Check() error {
	if len(s.IDs) == 0 || slices.Contains(s.IDs, "") {
		return errors.New("has no ids")
	}
	return nil
}

func (c *Client) taskSuccess(s *taskChange) cloud.WaitSpec[TaskResponseInfo] {
	w := c.taskSpec(func(ctx context.Context) (*TaskResponseInfo, error) { return c.readTask(ctx, s) })
	w = wait.Share(c.api, w, &wait.List[TaskResponseInfo, TaskResponseInfo]{
		Op:   &opDescribeTasks,
		What: "task",
		IDs:  s.IDs,
		Items: func(ctx context.Context, ids []string) iter.Seq2[TaskResponseInfo, error] {
			return wait.Fetched(c.listTasks(ctx, ids))
		},
		ID:      func(t *TaskResponseInfo) string { return t.ID },
		PerCall: maxTaskIDs,
		Show:    decisiveTask,
	})
	w.Read = steady(w.Read)
	return w
}

func (c *Client) taskCancellation(s *taskChange) cloud.WaitSpec[TaskResponseInfo] {
	return canceling(c.taskSuccess(s))
}

// taskSpec is the wait for the success of what read returns, from a list.
func (c *Client) taskSpec(read func(context.Context) (*TaskResponseInfo, error)) cloud.WaitSpec[TaskResponseInfo] {
	return cloud.WaitSpec[TaskResponseInfo]{
		Service: service,
		Read:    read,
		Judge:   judgeTask,
		Diagnose: func(ctx context.Context, last *TaskResponseInfo) (*cloud.Diagnosis, error) {
			return c.diagnoseTask(ctx, last, read)
		},
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
		MinInterval:  wait.QuickInterval,
	}
}

func (c *Client) readTask(ctx context.Context, s *taskChange) (*TaskResponseInfo, error) {
	tasks, err := c.listTasks(ctx, s.IDs)
	if err != nil {
		return nil, err
	}
	found := make([]*TaskResponseInfo, len(s.IDs))
	for i, id := range s.IDs {
		found[i], err = wait.Find(service, &opDescribeTasks, "task "+id, wait.Items(tasks), func(t *TaskResponseInfo) bool {
			return t.ID == id
		})
		if err != nil {
			return nil, err
		}
	}
	return decisiveTask(found), nil
}

// decisiveTask returns the task that decides the outcome: the first that failed or was canceled, else the first that
// has not ended, else the last. It returns nil if one is missing.
func decisiveTask(tasks []*TaskResponseInfo) (decisive *TaskResponseInfo) {
	if slices.Contains(tasks, nil) {
		return nil
	}
	for _, task := range tasks {
		switch taskSucceeded.Outcome(task.State) {
		case cloud.Failed, cloud.Canceled:
			return task
		}
		if decisive == nil || decisive.State == TaskStateSucceeded {
			decisive = task
		}
	}
	return decisive
}

// maxTaskIDs is the maximum number of IDs for DescribeTasks.
const maxTaskIDs = 50

func (c *Client) listTasks(ctx context.Context, ids []string) ([]TaskResponseInfo, error) {
	if slices.Contains(ids, "") {
		return nil, wait.Required(service, &opDescribeTasks, "TaskId", "")
	}
	var list []TaskResponseInfo
	for chunk := range slices.Chunk(ids, maxTaskIDs) {
		out, err := c.DescribeTasks(ctx, DescribeTasksRequest{Filters: []Filter{{Name: "task-id", Values: chunk}}, Limit: len(chunk)})
		if err != nil {
			return nil, err
		}
		list = append(list, out.TaskList...)
	}
	return list, nil
}

func judgeTask(t *TaskResponseInfo) cloud.Verdict {
	return taskSucceeded.Verdict(t.State, explained(cmp.Or(t.OutputMessage, t.Error)))
}
