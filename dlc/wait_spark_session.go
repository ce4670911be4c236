package dlc

import (
	"cmp"
	"context"
	"errors"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateSparkSessionBatchSQL runs SQL statements as one batch of Spark SQL and returns a waiter
// for it. The wait ends well when that batch has succeeded, which is another number here than for
// tasks. When it failed, timed out or was canceled, the error holds the batch's event or what its
// last task says.
func (c *Client) BeginCreateSparkSessionBatchSQL(ctx context.Context, r CreateSparkSessionBatchSQLRequest) (*cloud.Waiter[DescribeSparkSessionBatchSQLResponse], error) {
	created, err := c.CreateSparkSessionBatchSQL(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := named(&opCreateSparkSessionBatchSQL, created.RequestID, created.BatchID); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateSparkSessionBatchSQL, &batchState{created.BatchID, ""}, c.batchSuccess), nil
}

// ResumeCreateSparkSessionBatchSQL returns the waiter whose token is given.
func (c *Client) ResumeCreateSparkSessionBatchSQL(token string) (*cloud.Waiter[DescribeSparkSessionBatchSQLResponse], error) {
	return wait.Resume(c.api, &opCreateSparkSessionBatchSQL, token, c.batchSuccess)
}

// BeginCancelSparkSessionBatchSQL cancels a batch of Spark SQL and returns a waiter for that. The
// wait ends well when the batch is canceled. It fails when the batch ended before it could be. Only
// a canceled batch ends it well, so a stale look cannot.
func (c *Client) BeginCancelSparkSessionBatchSQL(ctx context.Context, r CancelSparkSessionBatchSQLRequest) (*cloud.Waiter[DescribeSparkSessionBatchSQLResponse], error) {
	if _, err := c.CancelSparkSessionBatchSQL(ctx, r); err != nil {
		return nil, err
	}
	s := batchState(r)
	return wait.Begin(c.api, &opCancelSparkSessionBatchSQL, &s, c.batchCancellation), nil
}

// ResumeCancelSparkSessionBatchSQL returns the waiter whose token is given.
func (c *Client) ResumeCancelSparkSessionBatchSQL(token string) (*cloud.Waiter[DescribeSparkSessionBatchSQLResponse], error) {
	return wait.Resume(c.api, &opCancelSparkSessionBatchSQL, token, c.batchCancellation)
}

// UntilSparkSessionBatchSQLSucceeded waits until a batch of Spark SQL has succeeded, whoever started
// it. It fails as the waiter of [Client.BeginCreateSparkSessionBatchSQL] does.
func (c *Client) UntilSparkSessionBatchSQLSucceeded(r DescribeSparkSessionBatchSQLRequest) *cloud.Waiter[DescribeSparkSessionBatchSQLResponse] {
	s := batchState(r)
	return wait.Until(c.api, "UntilSparkSessionBatchSQLSucceeded", c.batchSuccess(&s))
}

// batchState names a batch; its id is new, so nothing older can be mistaken for it.
type batchState struct {
	BatchID   string `json:"batchId"`
	CustomKey string `json:"customKey,omitzero"`
}

// Check refuses what no start has made.
func (s *batchState) Check() error {
	if s.BatchID == "" {
		return errors.New("names no batch")
	}
	return nil
}

func (c *Client) batchSuccess(s *batchState) cloud.WaitSpec[DescribeSparkSessionBatchSQLResponse] {
	return cloud.WaitSpec[DescribeSparkSessionBatchSQLResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeSparkSessionBatchSQLResponse, error) {
			return c.DescribeSparkSessionBatchSQL(ctx, DescribeSparkSessionBatchSQLRequest(*s))
		},
		Judge:        judgeBatch,
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
	}
}

func (c *Client) batchCancellation(s *batchState) cloud.WaitSpec[DescribeSparkSessionBatchSQLResponse] {
	w := c.batchSuccess(s)
	w.Within = cancelWithin
	w.Judge = func(r *DescribeSparkSessionBatchSQLResponse) cloud.Verdict { return cancellation(judgeBatch(r)) }
	return w
}

func judgeBatch(r *DescribeSparkSessionBatchSQLResponse) cloud.Verdict {
	j := cloud.Verdict{State: r.State.String(), Reason: r.Event}
	switch r.State {
	case SparkBatchSQLStateSucceeded:
		j.Outcome = cloud.Succeeded
		return j
	case SparkBatchSQLStateFailed, SparkBatchSQLStateTimedOut:
		j.Outcome = cloud.Failed
	case SparkBatchSQLStateCancelled:
		j.Outcome = cloud.Canceled
	}
	if n := len(r.Tasks); n > 0 && j.Outcome == cloud.Failed {
		j.Reason = cmp.Or(r.Event, r.Tasks[n-1].Message) // nothing runs behind a task that failed
	}
	return j
}
