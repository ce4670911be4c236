package dlc

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateTask runs one SQL statement and returns a waiter for it. The wait ends well when that
// task has succeeded; [Client.DescribeTaskResult] then has its rows. When it failed or was canceled,
// the error holds its OutputMessage.
func (c *Client) BeginCreateTask(ctx context.Context, r CreateTaskRequest) (*cloud.Waiter[TaskResponseInfo], error) {
	created, err := c.CreateTask(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := named(&opCreateTask, created.RequestID, created.TaskID); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateTask, &taskState{IDs: []string{created.TaskID}}, c.taskSuccess), nil
}

// ResumeCreateTask returns the waiter whose token is given.
func (c *Client) ResumeCreateTask(token string) (*cloud.Waiter[TaskResponseInfo], error) {
	return wait.Resume(c.api, &opCreateTask, token, c.taskSuccess)
}

// BeginCreateTasks runs SQL statements one after the other and returns a waiter for all of them. The
// wait ends well when the last of these tasks has succeeded, and fails as soon as one has failed or
// was canceled, even if FailureTolerance lets the others go on. A look shows the first task that has
// not succeeded yet, or the one that has failed.
func (c *Client) BeginCreateTasks(ctx context.Context, r CreateTasksRequest) (*cloud.Waiter[TaskResponseInfo], error) {
	created, err := c.CreateTasks(ctx, r)
	if err != nil {
		return nil, err
	}
	s := &taskState{IDs: created.TaskIDSet}
	if s.Check() != nil {
		return nil, named(&opCreateTasks, created.RequestID, "")
	}
	return wait.Begin(c.api, &opCreateTasks, s, c.taskSuccess), nil
}

// ResumeCreateTasks returns the waiter whose token is given.
func (c *Client) ResumeCreateTasks(token string) (*cloud.Waiter[TaskResponseInfo], error) {
	return wait.Resume(c.api, &opCreateTasks, token, c.taskSuccess)
}

// BeginCancelTask cancels a task and returns a waiter for that. The wait ends well when the task is
// canceled. It fails when the task succeeded or failed before it could be. Only a canceled task
// ends it well, so a stale look cannot.
func (c *Client) BeginCancelTask(ctx context.Context, r CancelTaskRequest) (*cloud.Waiter[TaskResponseInfo], error) {
	if _, err := c.CancelTask(ctx, r); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCancelTask, &taskState{IDs: []string{r.TaskID}}, c.taskCancellation), nil
}

// ResumeCancelTask returns the waiter whose token is given.
func (c *Client) ResumeCancelTask(token string) (*cloud.Waiter[TaskResponseInfo], error) {
	return wait.Resume(c.api, &opCancelTask, token, c.taskCancellation)
}

// BeginCreateSparkAppTask runs a Spark job that is defined and returns a waiter for this run. It asks
// DescribeSparkAppJob first for the id of the job, by which runs are listed. The wait ends well when
// the task of this run has succeeded, whatever other runs of the job do; when it failed or was
// canceled, the error holds its OutputMessage. A streaming job does not end, so its wait goes on until
// its longest time has passed.
func (c *Client) BeginCreateSparkAppTask(ctx context.Context, r CreateSparkAppTaskRequest) (*cloud.Waiter[TaskResponseInfo], error) {
	if err := c.api.Prepare(&opCreateSparkAppTask, &r); err != nil {
		return nil, err
	}
	job, err := c.sparkAppJob(ctx, DescribeSparkAppJobRequest{JobName: r.JobName})
	if err != nil {
		return nil, err
	}
	created, err := c.CreateSparkAppTask(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := named(&opCreateSparkAppTask, created.RequestID, created.TaskID); err != nil {
		return nil, err
	}
	s := &taskState{IDs: []string{created.TaskID}, JobID: job.Job.JobID}
	return wait.Begin(c.api, &opCreateSparkAppTask, s, c.taskSuccess), nil
}

// ResumeCreateSparkAppTask returns the waiter whose token is given.
func (c *Client) ResumeCreateSparkAppTask(token string) (*cloud.Waiter[TaskResponseInfo], error) {
	return wait.Resume(c.api, &opCreateSparkAppTask, token, c.taskSuccess)
}

// UntilTaskSucceeded waits until the task of the given id has succeeded, whoever started it; when it
// failed or was canceled, the error holds its OutputMessage. It asks DescribeTasks.
func (c *Client) UntilTaskSucceeded(taskID string) *cloud.Waiter[TaskResponseInfo] {
	return wait.Until(c.api, "UntilTaskSucceeded", c.taskSuccess(&taskState{IDs: []string{taskID}}))
}

// UntilSparkAppTaskSucceeded waits until the run of a Spark job that r.TaskID names has succeeded,
// whoever started it; when it failed or was canceled, the error holds its OutputMessage.
func (c *Client) UntilSparkAppTaskSucceeded(r DescribeSparkAppTasksRequest) *cloud.Waiter[TaskResponseInfo] {
	return wait.Until(c.api, "UntilSparkAppTaskSucceeded", c.taskSuccess(&taskState{IDs: []string{r.TaskID}, JobID: r.JobID}))
}

// taskState names tasks; their ids are new, so nothing older can be mistaken for them.
type taskState struct {
	IDs   []string `json:"ids"`
	JobID string   `json:"jobId,omitzero"` // of the Spark job that the task is a run of
}

// Check refuses what no start has made.
func (s *taskState) Check() error {
	if len(s.IDs) == 0 || slices.Contains(s.IDs, "") {
		return errors.New("names no task")
	}
	return nil
}

func (c *Client) taskSuccess(s *taskState) cloud.WaitSpec[TaskResponseInfo] {
	return cloud.WaitSpec[TaskResponseInfo]{
		Service:      service,
		Read:         steady(func(ctx context.Context) (*TaskResponseInfo, error) { return c.readTask(ctx, s) }),
		Judge:        judgeTask,
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
		MinInterval:  wait.QuickInterval,
	}
}

func (c *Client) taskCancellation(s *taskState) cloud.WaitSpec[TaskResponseInfo] {
	w := c.taskSuccess(s)
	w.Within = cancelWithin
	w.Judge = func(t *TaskResponseInfo) cloud.Verdict { return cancellation(judgeTask(t)) }
	return w
}

// readTask returns the task that decides: the first that did not end well, else the first that has
// not ended, else the last.
func (c *Client) readTask(ctx context.Context, s *taskState) (*TaskResponseInfo, error) {
	tasks, err := c.listTasks(ctx, s)
	if err != nil {
		return nil, err
	}
	var shown *TaskResponseInfo
	for _, id := range s.IDs {
		i := slices.IndexFunc(tasks, func(t TaskResponseInfo) bool { return t.ID == id })
		if i < 0 {
			return nil, missing(&opDescribeTasks, "task", id)
		}
		outcome := judgeTask(&tasks[i]).Outcome
		if outcome == cloud.Failed || outcome == cloud.Canceled {
			return &tasks[i], nil
		}
		if shown == nil || shown.State == TaskStateSucceeded {
			shown = &tasks[i]
		}
	}
	return shown, nil
}

// maxTaskIDs is how many ids DescribeTasks takes at most.
const maxTaskIDs = 50

func (c *Client) listTasks(ctx context.Context, s *taskState) ([]TaskResponseInfo, error) {
	if s.Check() != nil {
		return nil, wait.Required(service, &opDescribeTasks, "taskID", "")
	}
	if s.JobID != "" {
		out, err := c.DescribeSparkAppTasks(ctx, DescribeSparkAppTasksRequest{JobID: s.JobID, TaskID: s.IDs[0]})
		if err != nil {
			return nil, err
		}
		return out.SparkAppTasks, nil
	}
	var list []TaskResponseInfo
	for ids := range slices.Chunk(s.IDs, maxTaskIDs) {
		out, err := c.DescribeTasks(ctx, DescribeTasksRequest{Filters: []Filter{{Name: "task-id", Values: ids}}, Limit: len(ids)})
		if err != nil {
			return nil, err
		}
		list = append(list, out.TaskList...)
	}
	return list, nil
}

func judgeTask(t *TaskResponseInfo) cloud.Verdict {
	j := cloud.Verdict{State: t.State.String(), Reason: explained(cmp.Or(t.OutputMessage, t.Error))}
	switch t.State {
	case TaskStateSucceeded:
		j.Outcome = cloud.Succeeded
	case TaskStateFailed:
		j.Outcome = cloud.Failed
	case TaskStateCancelled:
		j.Outcome = cloud.Canceled
	}
	return j
}
