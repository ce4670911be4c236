package emulator

import (
	"cmp"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

func (s *dlcService) lockActions() map[string]dlcAction {
	return map[string]dlcAction{
		"LockMetaData":      action(s.lock),
		"CheckLockMetaData": action(s.checkLock),
		"UnlockMetaData":    action(s.unlock),
	}
}

// lock plans a lock, which always waits first.
func (s *dlcService) lock(r *received, _ dlc.LockMetaDataRequest) (any, error) {
	c := s.emulator.begin("dlc", "LockMetaData")
	id := int64(len(s.locks.keys) + 1)
	row := s.locks.create(strconv.FormatInt(id, 10))
	schedule(row, c, c.start, dlc.LockStateWaiting)
	after := dlc.LockStateAcquired
	if c.failed() {
		after = dlc.LockStateAborted
	}
	finish(row, c, cmp.Or(dlc.LockState(c.State), after))
	return &dlc.LockMetaDataResponse{LockID: id, LockState: dlc.LockStateWaiting, RequestID: r.requestID}, nil
}

func lockNotFound(id int64) error {
	return &refusal{code: "ResourceNotFound", message: "The lock " + strconv.FormatInt(id, 10) + " does not exist."}
}

func (s *dlcService) checkLock(r *received, in dlc.CheckLockMetaDataRequest) (any, error) {
	state, ok := s.locks.row(strconv.FormatInt(in.LockID, 10)).visible(s.emulator.now())
	if !ok {
		return nil, lockNotFound(in.LockID)
	}
	return &dlc.CheckLockMetaDataResponse{LockID: in.LockID, LockState: state, RequestID: r.requestID}, nil
}

func (s *dlcService) unlock(r *received, in dlc.UnlockMetaDataRequest) (any, error) {
	row, now := s.locks.row(strconv.FormatInt(in.LockID, 10)), s.emulator.now()
	if _, ok := row.actual(now); !ok {
		return nil, lockNotFound(in.LockID)
	}
	remove(row, change{start: now, end: now})
	return &dlc.UnlockMetaDataResponse{RequestID: r.requestID}, nil
}
