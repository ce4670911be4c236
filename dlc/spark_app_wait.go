package dlc

import (
	"cmp"
	"context"
	"strings"
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
	State:  func(r *CreateSparkAppTaskRequest) *sparkAppTaskChange { return &sparkAppTaskChange{JobName: r.JobName} },
	Before: (*Client).beforeSparkAppTask,
	Accepted: func(s *sparkAppTaskChange, _ *CreateSparkAppTaskRequest, out *CreateSparkAppTaskResponse, _ time.Time) error {
		s.TaskID = out.TaskID
		return nil
	},
	Began: (*Client).sparkAppTaskBegan,
	Spec:  (*Client).sparkAppTaskSuccess,
	Cancel: func(c *Client, ctx context.Context, s *sparkAppTaskChange) error {
		_, err := c.CancelTask(ctx, CancelTaskRequest{TaskID: s.TaskID})
		return err
	},
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
		Diagnose: func(ctx context.Context, last *DescribeSparkAppJobResponse) (*cloud.Diagnosis, error) {
			return c.diagnoseSparkAppJob(ctx, r, last)
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

	JobName string `json:"jobName,omitzero"`
	Before  string `json:"before,omitzero"` // the ID of the latest run before
}

// Resource is the job.
func (s *sparkAppTaskChange) Resource() string { return cmp.Or(s.JobName, s.JobID) }

// Check refuses a state that names no task.
func (s *sparkAppTaskChange) Check() error { return wait.Lacks("jobId", s.JobID, "taskId", s.TaskID) }

// CheckPrepared refuses a state that names no job.
func (s *sparkAppTaskChange) CheckPrepared() error { return wait.Lacks("jobId", s.JobID) }

func (c *Client) beforeSparkAppTask(ctx context.Context, s *sparkAppTaskChange) error {
	out, err := c.sparkAppJob(ctx, DescribeSparkAppJobRequest{JobName: s.JobName})
	if err != nil {
		return err
	}
	if s.JobID = out.Job.JobID; s.JobID == "" { // runs are listed by it
		return unexpected(&opDescribeSparkAppJob, out.RequestID, "it has no Job.JobId")
	}
	s.Before = out.Job.CurrentTaskID
	return nil
}

// sparkAppTaskBegan looks for a run of the job with the arguments. Without arguments it has those of the job.
func (c *Client) sparkAppTaskBegan(
	ctx context.Context, s *sparkAppTaskChange, r *CreateSparkAppTaskRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	compare := func(t *TaskResponseInfo) likeness {
		switch {
		case t.ID == s.Before, differs(t.SparkJobID, s.JobID), differs(strings.TrimSpace(t.CmdArgs), strings.TrimSpace(r.CmdArgs)):
			return another
		case t.CmdArgs == "" && r.CmdArgs != "":
			return similar
		}
		return same
	}
	start, _ := c.periodSince(prepared) // the period is that of the last changes
	id, status, err := newTask(newTasksOf(c.AllSparkAppTasks(ctx, DescribeSparkAppTasksRequest{
		JobID: s.JobID, Limit: taskPage, StartTime: start,
	}), compare), prepared, compare)
	s.TaskID = id
	return status, err
}

func (c *Client) sparkAppTaskSuccess(s *sparkAppTaskChange) cloud.WaitSpec[TaskResponseInfo] {
	w := c.taskSpec(func(ctx context.Context) (*TaskResponseInfo, error) { return c.findSparkAppTask(ctx, s) })
	w.Read = steady(w.Read)
	return w
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
