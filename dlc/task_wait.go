package dlc

import (
	"cmp"
	"context"
	"errors"
	"slices"
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
	State: func(*CreateTaskRequest) *taskChange { return new(taskChange) },
	Accepted: func(s *taskChange, _ *CreateTaskRequest, out *CreateTaskResponse, _ time.Time) error {
		s.IDs = []string{out.TaskID}
		return nil
	},
	Spec: (*Client).taskSuccess,
}

var createTasks = change[CreateTasksRequest, CreateTasksResponse, taskChange, TaskResponseInfo]{
	State: func(*CreateTasksRequest) *taskChange { return new(taskChange) },
	Accepted: func(s *taskChange, _ *CreateTasksRequest, out *CreateTasksResponse, _ time.Time) error {
		if s.IDs = out.TaskIDSet; s.Check() != nil {
			return wait.NoMember(out.RequestID, "TaskIdSet")
		}
		return nil
	},
	Spec: (*Client).taskSuccess,
}

var cancelTask = change[CancelTaskRequest, CancelTaskResponse, taskChange, TaskResponseInfo]{
	State: func(r *CancelTaskRequest) *taskChange { return &taskChange{IDs: []string{r.TaskID}} },
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
	IDs []string `json:"ids"`
}

// Check refuses a state that names no task.
func (s *taskChange) Check() error {
	if len(s.IDs) == 0 || slices.Contains(s.IDs, "") {
		return errors.New("has no ids")
	}
	return nil
}

func (c *Client) taskSuccess(s *taskChange) cloud.WaitSpec[TaskResponseInfo] {
	return taskSpec(func(ctx context.Context) (*TaskResponseInfo, error) { return c.readTask(ctx, s) })
}

func (c *Client) taskCancellation(s *taskChange) cloud.WaitSpec[TaskResponseInfo] {
	return canceling(c.taskSuccess(s))
}

// taskSpec is the wait for the success of what read returns, from a list.
func taskSpec(read func(context.Context) (*TaskResponseInfo, error)) cloud.WaitSpec[TaskResponseInfo] {
	return cloud.WaitSpec[TaskResponseInfo]{
		Service:      service,
		Read:         steady(read),
		Judge:        judgeTask,
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
		MinInterval:  wait.QuickInterval,
	}
}

// readTask returns the task that decides the outcome: the first that failed or was canceled, else the first that has
// not ended, else the last.
func (c *Client) readTask(ctx context.Context, s *taskChange) (*TaskResponseInfo, error) {
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
		case cloud.Failed, cloud.Canceled:
			return task, nil
		}
		if decisive == nil || decisive.State == TaskStateSucceeded {
			decisive = task
		}
	}
	return decisive, nil
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
