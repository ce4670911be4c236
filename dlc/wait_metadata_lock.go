package dlc

import (
	"context"
	"errors"
	"fmt"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginLockMetaData asks for a lock on metadata and returns a waiter for it. The wait ends well when
// that lock is held. It fails when the lock was given up or not granted. The waiter sends no
// heartbeats: keep a lock that waits long alive with [Client.ReportHeartbeatMetaData].
func (c *Client) BeginLockMetaData(ctx context.Context, r LockMetaDataRequest) (*cloud.Waiter[CheckLockMetaDataResponse], error) {
	lock, err := c.LockMetaData(ctx, r)
	if err != nil {
		return nil, err
	}
	if lock.LockID == 0 {
		return nil, named(&opLockMetaData, lock.RequestID, "")
	}
	s := &lockState{LockID: lock.LockID, DatasourceConnectionName: r.DatasourceConnectionName, TxnID: r.TxnID}
	return wait.Begin(c.api, &opLockMetaData, s, c.metaDataLock), nil
}

// ResumeLockMetaData returns the waiter whose token is given.
func (c *Client) ResumeLockMetaData(token string) (*cloud.Waiter[CheckLockMetaDataResponse], error) {
	return wait.Resume(c.api, &opLockMetaData, token, c.metaDataLock)
}

// UntilMetaDataLockAcquired waits until a lock on metadata is held, whoever asked for it. It ends as
// the waiter of [Client.BeginLockMetaData] does.
func (c *Client) UntilMetaDataLockAcquired(r CheckLockMetaDataRequest) *cloud.Waiter[CheckLockMetaDataResponse] {
	s := lockState(r)
	return wait.Until(c.api, "UntilMetaDataLockAcquired", c.metaDataLock(&s))
}

// lockState names a lock; its id is new, so nothing older can be mistaken for it.
type lockState struct {
	LockID                   int64  `json:"lockId"`
	DatasourceConnectionName string `json:"datasource,omitzero"`
	TxnID                    *int64 `json:"txnId,omitzero"`
	ElapsedMs                *int64 `json:"elapsedMs,omitzero"`
}

// Check refuses what no start has made.
func (s *lockState) Check() error {
	if s.LockID == 0 {
		return errors.New("names no lock")
	}
	return nil
}

func (c *Client) metaDataLock(s *lockState) cloud.WaitSpec[CheckLockMetaDataResponse] {
	return cloud.WaitSpec[CheckLockMetaDataResponse]{
		Service: service,
		Read: func(ctx context.Context) (*CheckLockMetaDataResponse, error) {
			out, err := c.CheckLockMetaData(ctx, CheckLockMetaDataRequest(*s))
			if err == nil && out.LockID != 0 && out.LockID != s.LockID {
				return nil, unexpected(&opCheckLockMetaData, out.RequestID, fmt.Sprintf("the response shows lock %d instead of %d", out.LockID, s.LockID))
			}
			return out, err
		},
		Judge:        judgeLock,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
		MinInterval:  wait.QuickInterval,
	}
}

func judgeLock(r *CheckLockMetaDataResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(r.LockState)}
	switch r.LockState {
	case LockStateAcquired:
		j.Outcome = cloud.Succeeded
	case LockStateAborted, LockStateNotAcquired:
		j.Outcome = cloud.Failed
	}
	return j
}
