package dlc

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a lock mean.
var lockAcquired = wait.Statuses[LockState]{
	Succeeded: []LockState{LockStateAcquired},
	Failed:    []LockState{LockStateAborted, LockStateNotAcquired},
}

var lockMetaData = change[LockMetaDataRequest, LockMetaDataResponse, lockChange, CheckLockMetaDataResponse]{
	State: func(r *LockMetaDataRequest) *lockChange {
		s := &lockChange{DatasourceConnectionName: r.DatasourceConnectionName, TxnID: r.TxnID}
		if len(r.LockComponentList) > 0 {
			s.About = strings.TrimSuffix(r.LockComponentList[0].DBName+"."+r.LockComponentList[0].TableName, ".")
		}
		return s
	},
	Accepted: func(s *lockChange, _ *LockMetaDataRequest, out *LockMetaDataResponse, _ time.Time) error {
		if out.LockID == 0 {
			return wait.NoMember(out.RequestID, "LockId")
		}
		s.LockID = out.LockID
		return nil
	},
	Spec: (*Client).lockSpec,
}

// UntilMetaDataLockAcquired waits until a lock on metadata is held. It fails as the waiter of
// [Client.BeginLockMetaData] does.
func (c *Client) UntilMetaDataLockAcquired(r CheckLockMetaDataRequest) *cloud.Waiter[CheckLockMetaDataResponse] {
	return wait.Until(c.api, "UntilMetaDataLockAcquired", c.lockSpec(&lockChange{
		LockID: r.LockID, DatasourceConnectionName: r.DatasourceConnectionName, TxnID: r.TxnID, ElapsedMs: r.ElapsedMs,
	}))
}

// lockChange is the resume state of a lock. Its ID is new, and in nothing but the response to the start.
type lockChange struct {
	LockID                   int64  `json:"lockId"`
	DatasourceConnectionName string `json:"datasource,omitzero"`
	TxnID                    *int64 `json:"txnId,omitzero"`
	ElapsedMs                *int64 `json:"elapsedMs,omitzero"`
	About                    string `json:"about,omitzero"`
}

// Resource is the first database or table to lock, or the lock.
func (s *lockChange) Resource() string { return cmp.Or(s.About, lockName(s.LockID)) }

// Check refuses a state that names no lock.
func (s *lockChange) Check() error {
	if s.LockID == 0 {
		return wait.Lacks("lockId", "")
	}
	return nil
}

func (c *Client) lockSpec(s *lockChange) cloud.WaitSpec[CheckLockMetaDataResponse] {
	return cloud.WaitSpec[CheckLockMetaDataResponse]{
		Service:      service,
		Read:         func(ctx context.Context) (*CheckLockMetaDataResponse, error) { return c.metaDataLock(ctx, s) },
		Judge:        func(r *CheckLockMetaDataResponse) cloud.Verdict { return lockAcquired.Verdict(r.LockState, "") },
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
		MinInterval:  wait.QuickInterval,
	}
}

func (c *Client) metaDataLock(ctx context.Context, s *lockChange) (*CheckLockMetaDataResponse, error) {
	if s.LockID == 0 { // as in requests that leave it out
		return nil, wait.Required(service, &opCheckLockMetaData, "LockId", "")
	}
	out, err := c.CheckLockMetaData(ctx, CheckLockMetaDataRequest{
		LockID: s.LockID, DatasourceConnectionName: s.DatasourceConnectionName, TxnID: s.TxnID, ElapsedMs: s.ElapsedMs,
	})
	if err != nil || out.LockID == 0 {
		return out, err
	}
	return out, about(&opCheckLockMetaData, out.RequestID, lockName(out.LockID), lockName(s.LockID))
}

func lockName(id int64) string { return "lock " + strconv.FormatInt(id, 10) }
