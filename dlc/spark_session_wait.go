package dlc

import (
	"cmp"
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a batch of Spark SQL mean.
var batchSucceeded = wait.Statuses[SparkBatchSQLState]{
	Succeeded: []SparkBatchSQLState{SparkBatchSQLStateSucceeded},
	Failed:    []SparkBatchSQLState{SparkBatchSQLStateFailed, SparkBatchSQLStateTimedOut},
	Canceled:  []SparkBatchSQLState{SparkBatchSQLStateCanceled},
}

var createSparkSessionBatchSQL = change[
	CreateSparkSessionBatchSQLRequest, CreateSparkSessionBatchSQLResponse, batchChange, DescribeSparkSessionBatchSQLResponse,
]{
	State: func(*CreateSparkSessionBatchSQLRequest) *batchChange { return new(batchChange) },
	Accepted: func(s *batchChange, _ *CreateSparkSessionBatchSQLRequest, out *CreateSparkSessionBatchSQLResponse, _ time.Time) error {
		s.BatchID = out.BatchID
		return nil
	},
	Spec: (*Client).batchSuccess,
}

var cancelSparkSessionBatchSQL = change[
	CancelSparkSessionBatchSQLRequest, CancelSparkSessionBatchSQLResponse, batchChange, DescribeSparkSessionBatchSQLResponse,
]{
	State: func(r *CancelSparkSessionBatchSQLRequest) *batchChange {
		return &batchChange{BatchID: r.BatchID, CustomKey: r.CustomKey}
	},
	Spec: (*Client).batchCancellation,
}

// UntilSparkSessionBatchSQLSucceeded waits until a batch of Spark SQL has succeeded. It fails as the waiter of
// [Client.BeginCreateSparkSessionBatchSQL] does.
func (c *Client) UntilSparkSessionBatchSQLSucceeded(
	r DescribeSparkSessionBatchSQLRequest,
) *cloud.Waiter[DescribeSparkSessionBatchSQLResponse] {
	s := &batchChange{BatchID: r.BatchID, CustomKey: r.CustomKey}
	return wait.Until(c.api, "UntilSparkSessionBatchSQLSucceeded", c.batchSuccess(s))
}

// batchChange is the resume state of a batch, whose ID is new.
type batchChange struct {
	BatchID   string `json:"batchId"`
	CustomKey string `json:"customKey,omitzero"`
}

// Check refuses a state that names no batch.
func (s *batchChange) Check() error { return wait.Lacks("batchId", s.BatchID) }

func (c *Client) batchSuccess(s *batchChange) cloud.WaitSpec[DescribeSparkSessionBatchSQLResponse] {
	return cloud.WaitSpec[DescribeSparkSessionBatchSQLResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeSparkSessionBatchSQLResponse, error) {
			return c.DescribeSparkSessionBatchSQL(ctx, DescribeSparkSessionBatchSQLRequest{BatchID: s.BatchID, CustomKey: s.CustomKey})
		},
		Judge:        judgeBatch,
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
	}
}

func (c *Client) batchCancellation(s *batchChange) cloud.WaitSpec[DescribeSparkSessionBatchSQLResponse] {
	return canceling(c.batchSuccess(s))
}

func judgeBatch(r *DescribeSparkSessionBatchSQLResponse) cloud.Verdict {
	v := batchSucceeded.Verdict(r.State, r.Event)
	if n := len(r.Tasks); n > 0 && v.Outcome == cloud.Failed {
		v.Reason = cmp.Or(r.Event, r.Tasks[n-1].Message) // nothing runs after a task that failed
	}
	return v
}
