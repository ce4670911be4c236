package dlc

import (
	"cmp"
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the state of the latest run of a Spark job means.
var sparkJobSucceeded = wait.Statuses[SparkJobState]{
	Succeeded: []SparkJobState{SparkJobStateSucceeded},
	Failed:    []SparkJobState{SparkJobStateFailed, SparkJobStateDeleted, SparkJobStateExpired},
}

var createSparkAppTask = change[CreateSparkAppTaskRequest, CreateSparkAppTaskResponse, sparkAppTaskChange, TaskResponseInfo]{
	State:  func(r *CreateSparkAppTaskRequest) *sparkAppTaskChange { return &sparkAppTaskChange{jobName: r.JobName} },
	Before: (*Client).beforeSparkAppTask,
	Accepted: func(s *sparkAppTaskChange, _ *CreateSparkAppTaskRequest, out *CreateSparkAppTaskResponse, _ time.Time) error {
		s.TaskID = out.TaskID
		return nil
	},
	Spec: (*Client).sparkAppTaskSuccess,
}

// UntilSparkAppJobSucceeded waits until the latest run of a Spark job has succeeded. It fails when that run failed or
// expired, or the job is deleted. It may end with an earlier run if one was just started;
// [Client.BeginCreateSparkAppTask] waits for the run itself.
func (c *Client) UntilSparkAppJobSucceeded(r DescribeSparkAppJobRequest) *cloud.Waiter[DescribeSparkAppJobResponse] {
	return wait.Until(c.api, "UntilSparkAppJobSucceeded", cloud.WaitSpec[DescribeSparkAppJobResponse]{
		Service: service,
		Read:    steady(func(ctx context.Context) (*DescribeSparkAppJobResponse, error) { return c.sparkAppJob(ctx, r) }),
		Judge: func(out *DescribeSparkAppJobResponse) cloud.Verdict {
			return sparkJobSucceeded.Verdict(out.Job.JobStatus, "")
		},
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
	})
}

// UntilSparkAppTaskSucceeded waits until the run of a Spark job that r.TaskID names has succeeded. If it failed or was
// canceled, the error holds its OutputMessage.
func (c *Client) UntilSparkAppTaskSucceeded(r DescribeSparkAppTasksRequest) *cloud.Waiter[TaskResponseInfo] {
	return wait.Until(c.api, "UntilSparkAppTaskSucceeded", c.sparkAppTaskSuccess(&sparkAppTaskChange{JobID: r.JobID, TaskID: r.TaskID}))
}

// sparkAppTaskChange is the resume state of a run of a Spark job, whose task ID is new.
type sparkAppTaskChange struct {
	JobID  string `json:"jobId"`
	TaskID string `json:"taskId"`

	jobName string
}

// Check refuses a state that names no task.
func (s *sparkAppTaskChange) Check() error { return wait.Lacks("jobId", s.JobID, "taskId", s.TaskID) }

func (c *Client) beforeSparkAppTask(ctx context.Context, s *sparkAppTaskChange) error {
	out, err := c.sparkAppJob(ctx, DescribeSparkAppJobRequest{JobName: s.jobName})
	if err != nil {
		return err
	}
	if s.JobID = out.Job.JobID; s.JobID == "" { // runs are listed by it
		return unexpected(&opDescribeSparkAppJob, out.RequestID, "it has no Job.JobId")
	}
	return nil
}

func (c *Client) sparkAppTaskSuccess(s *sparkAppTaskChange) cloud.WaitSpec[TaskResponseInfo] {
	return taskSpec(func(ctx context.Context) (*TaskResponseInfo, error) { return c.findSparkAppTask(ctx, s) })
}

func (c *Client) findSparkAppTask(ctx context.Context, s *sparkAppTaskChange) (*TaskResponseInfo, error) {
	op := &opDescribeSparkAppTasks
	if err := wait.Required(service, op, "TaskId", s.TaskID); err != nil {
		return nil, err
	}
	out, err := c.DescribeSparkAppTasks(ctx, DescribeSparkAppTasksRequest{JobID: s.JobID, TaskID: s.TaskID})
	if err != nil {
		return nil, err
	}
	return wait.Find(service, op, "task "+s.TaskID, wait.Items(out.SparkAppTasks), func(t *TaskResponseInfo) bool {
		return t.ID == s.TaskID
	})
}

// sparkAppJob reads a job; one that does not exist is an error here.
func (c *Client) sparkAppJob(ctx context.Context, r DescribeSparkAppJobRequest) (*DescribeSparkAppJobResponse, error) {
	op := &opDescribeSparkAppJob
	out, err := c.DescribeSparkAppJob(ctx, r)
	switch {
	case err != nil:
		return nil, err
	case out.Job == nil && out.IsExists:
		return nil, unexpected(op, out.RequestID, "it has no Job")
	case out.Job == nil:
		return nil, missing(op, "job "+cmp.Or(r.JobID, r.JobName))
	case r.JobID != "":
		return out, about(op, out.RequestID, out.Job.JobID, r.JobID)
	}
	return out, about(op, out.RequestID, out.Job.JobName, r.JobName)
}
