package dlc

import (
	"cmp"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) lockOperations() front.Handlers {
	return front.Handlers{
		"LockMetaData":      front.Handle(s.lock),
		"CheckLockMetaData": front.Handle(s.checkLock),
		"UnlockMetaData":    front.Handle(s.unlock),
	}
}

// lock plans a lock, which always waits first.
func (s *Service) lock(r *front.Received, _ dlc.LockMetaDataRequest) (any, error) {
	c := s.world.Begin("dlc", "LockMetaData")
	id := int64(nextNumber(s.locks, func(number string) bool {
		_, taken := s.locks.Rows[number]
		return taken
	}))
	row := s.locks.Create(strconv.FormatInt(id, 10))
	world.Schedule(row, c, c.Start, dlc.LockStateWaiting)
	after := dlc.LockStateAcquired
	if c.Failed() {
		after = dlc.LockStateAborted
	}
	world.Finish(row, c, cmp.Or(dlc.LockState(c.State), after))
	return &dlc.LockMetaDataResponse{LockID: id, LockState: dlc.LockStateWaiting, RequestID: r.RequestID}, nil
}

func lockNotFound(id int64) error {
	return &front.Refusal{Code: "ResourceNotFound", Message: "The lock " + strconv.FormatInt(id, 10) + " does not exist."}
}

func (s *Service) checkLock(r *front.Received, in dlc.CheckLockMetaDataRequest) (any, error) {
	state, ok := s.locks.Row(strconv.FormatInt(in.LockID, 10)).Visible(s.world.Now())
	if !ok {
		return nil, lockNotFound(in.LockID)
	}
	return &dlc.CheckLockMetaDataResponse{LockID: in.LockID, LockState: state, RequestID: r.RequestID}, nil
}

func (s *Service) unlock(r *front.Received, in dlc.UnlockMetaDataRequest) (any, error) {
	row, now := s.locks.Row(strconv.FormatInt(in.LockID, 10)), s.world.Now()
	if _, ok := row.Actual(now); !ok {
		return nil, lockNotFound(in.LockID)
	}
	world.Remove(row, world.Change{Start: now, End: now})
	return &dlc.UnlockMetaDataResponse{RequestID: r.RequestID}, nil
}
