package dlc

import (
	"cmp"
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// UntilSparkAppJobSucceeded waits until the latest run of a Spark job has succeeded, whoever started
// it. It fails when that run failed or expired, or the job is deleted. It may end at the run before
// one that was just started; [Client.BeginCreateSparkAppTask] waits for the run itself.
func (c *Client) UntilSparkAppJobSucceeded(r DescribeSparkAppJobRequest) *cloud.Waiter[DescribeSparkAppJobResponse] {
	return wait.Until(c.api, "UntilSparkAppJobSucceeded", cloud.WaitSpec[DescribeSparkAppJobResponse]{
		Service:      service,
		Read:         steady(func(ctx context.Context) (*DescribeSparkAppJobResponse, error) { return c.sparkAppJob(ctx, r) }),
		Judge:        judgeSparkAppJob,
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
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
		return nil, unexpected(op, out.RequestID, "the response has no Job")
	case out.Job == nil:
		return nil, missing(op, "job", cmp.Or(r.JobID, r.JobName))
	case r.JobID != "":
		return out, about(op, out.RequestID, out.Job.JobID, r.JobID)
	}
	return out, about(op, out.RequestID, out.Job.JobName, r.JobName)
}

func judgeSparkAppJob(r *DescribeSparkAppJobResponse) cloud.Verdict {
	if r.Job == nil {
		return cloud.Verdict{}
	}
	state := r.Job.JobStatus
	j := cloud.Verdict{State: state.String()}
	switch state {
	case SparkJobStateSucceeded:
		j.Outcome = cloud.Succeeded
	case SparkJobStateFailed, SparkJobStateDeleted, SparkJobStateExpired:
		j.Outcome = cloud.Failed
	}
	return j
}
