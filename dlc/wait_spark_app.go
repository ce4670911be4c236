package dlc

import (
	"cmp"
	"context"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// UntilSparkAppJobSucceeded waits until the latest run of a Spark job has succeeded, whoever started
// it. It fails when that run failed or expired, or the job is deleted. It may end at the run before
// one that was just started; [Client.BeginCreateSparkAppTask] waits for the run itself.
func (c *Client) UntilSparkAppJobSucceeded(r DescribeSparkAppJobRequest) *cloud.Waiter[DescribeSparkAppJobResponse] {
	return follow.Until(c.api, "UntilSparkAppJobSucceeded", cloud.Wait[DescribeSparkAppJobResponse]{
		Service:      service,
		Read:         func(ctx context.Context) (*DescribeSparkAppJobResponse, error) { return c.sparkAppJob(ctx, r) },
		Judge:        judgeSparkAppJob,
		AppearWithin: follow.AppearsWithin,
	})
}

// sparkAppJob reads a job; one that does not exist is an error here.
func (c *Client) sparkAppJob(ctx context.Context, r DescribeSparkAppJobRequest) (*DescribeSparkAppJobResponse, error) {
	out, err := c.DescribeSparkAppJob(ctx, r)
	if err == nil && out.Job == nil {
		return nil, missing(&opDescribeSparkAppJob, "job", cmp.Or(r.JobID, r.JobName))
	}
	return out, err
}

func judgeSparkAppJob(r *DescribeSparkAppJobResponse) cloud.Judgement {
	state := r.Job.JobStatus
	j := cloud.Judgement{State: strconv.Itoa(int(state))}
	switch state {
	case SparkJobSucceeded:
		j.Outcome = cloud.Succeeded
	case SparkJobFailed, SparkJobDeleted, SparkJobExpired:
		j.Outcome = cloud.Failed
	}
	return j
}
