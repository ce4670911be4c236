package dlc

import (
	"cmp"
	"context"
	"crypto/rand"
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
	State: func(r *CreateSparkSessionBatchSQLRequest) *batchChange {
		return &batchChange{CustomKey: cmp.Or(r.CustomKey, rand.Text()), Engine: r.DataEngineName}
	},
	Adapt: func(r *CreateSparkSessionBatchSQLRequest, s *batchChange) { r.CustomKey = s.CustomKey },
	Accepted: func(s *batchChange, _ *CreateSparkSessionBatchSQLRequest, out *CreateSparkSessionBatchSQLResponse, _ time.Time) error {
		s.BatchID, s.CustomKey = out.BatchID, ""
		return nil
	},
	Began:  (*Client).batchBegan,
	Spec:   (*Client).batchSuccess,
	Cancel: (*Client).cancelBatch,
}

var cancelSparkSessionBatchSQL = change[
	CancelSparkSessionBatchSQLRequest, CancelSparkSessionBatchSQLResponse, batchChange, DescribeSparkSessionBatchSQLResponse,
]{
	State: func(r *CancelSparkSessionBatchSQLRequest) *batchChange {
		return &batchChange{BatchID: r.BatchID, CustomKey: r.CustomKey}
	},
	Began: (*Client).batchCancellationBegan,
	Spec:  (*Client).batchCancellation,
}

// UntilSparkSessionBatchSQLSucceeded waits until a batch of Spark SQL has succeeded. It fails as the waiter of
// [Client.BeginCreateSparkSessionBatchSQL] does.
func (c *Client) UntilSparkSessionBatchSQLSucceeded(
	r DescribeSparkSessionBatchSQLRequest,
) *cloud.Waiter[DescribeSparkSessionBatchSQLResponse] {
	s := &batchChange{BatchID: r.BatchID, CustomKey: r.CustomKey}
	return wait.Until(c.api, "UntilSparkSessionBatchSQLSucceeded", c.batchSuccess(s))
}

// batchChange is the resume state of a batch, whose ID is new. A start whose response was lost leaves only the key.
type batchChange struct {
	BatchID   string `json:"batchId,omitzero"`
	CustomKey string `json:"customKey,omitzero"`
	Engine    string `json:"engine,omitzero"`
}

// Resource is the engine, or the batch.
func (s *batchChange) Resource() string { return cmp.Or(s.Engine, s.BatchID) }

// CheckPrepared refuses a state that names neither a batch nor the key by which to find it.
func (s *batchChange) CheckPrepared() error {
	if s.BatchID != "" {
		return nil
	}
	return wait.Lacks("customKey", s.CustomKey)
}

// Check refuses a state that names no batch.
func (s *batchChange) Check() error { return wait.Lacks("batchId", s.id()) }

// id is required in requests also if the key finds the batch.
func (s *batchChange) id() string { return cmp.Or(s.BatchID, s.CustomKey) }

// batchBegan looks for the batch by its key, which the service keeps unique.
func (c *Client) batchBegan(
	ctx context.Context, s *batchChange, _ *CreateSparkSessionBatchSQLRequest, _ time.Time,
) (cloud.StartStatus, error) {
	_, err := c.batch(ctx, s)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.NotBegun, nil
	case err != nil:
		return cloud.Uncertain, err
	}
	return cloud.Begun, nil
}

func (c *Client) cancelBatch(ctx context.Context, s *batchChange) error {
	_, err := c.CancelSparkSessionBatchSQL(ctx, CancelSparkSessionBatchSQLRequest{BatchID: s.id(), CustomKey: s.CustomKey})
	return err
}

// batchCancellationBegan reads the batch. While it runs, nothing shows that it is being canceled.
func (c *Client) batchCancellationBegan(
	ctx context.Context, s *batchChange, _ *CancelSparkSessionBatchSQLRequest, _ time.Time,
) (cloud.StartStatus, error) {
	batch, err := c.batch(ctx, s)
	if err != nil {
		return cloud.Uncertain, err
	}
	return ended(judgeBatch(batch)), nil
}

func (c *Client) batchSuccess(s *batchChange) cloud.WaitSpec[DescribeSparkSessionBatchSQLResponse] {
	return cloud.WaitSpec[DescribeSparkSessionBatchSQLResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeSparkSessionBatchSQLResponse, error) {
			return c.batch(ctx, s)
		},
		Judge: judgeBatch,
		Diagnose: func(ctx context.Context, _ *DescribeSparkSessionBatchSQLResponse) (*cloud.Diagnosis, error) {
			return c.diagnoseBatch(ctx, s)
		},
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
