package dlc

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// An engineSnapshot is what the service shows of an engine at one time.
type engineSnapshot struct {
	State       DataEngineState `json:"state,omitzero"`
	Image       string          `json:"image,omitzero"`
	Child       string          `json:"child,omitzero"`
	Size        int             `json:"size,omitzero"`
	MinClusters int             `json:"minClusters,omitzero"`
	MaxClusters int             `json:"maxClusters,omitzero"`
	Updated     cloud.Timestamp `json:"updated,omitzero"`
	Message     string          `json:"message,omitzero"`
}

func engineSnapshotOf(e *DataEngineInfo) engineSnapshot {
	return engineSnapshot{
		State: e.State, Image: e.ImageVersionID, Child: e.ChildImageVersionID, Size: e.Size,
		MinClusters: e.MinClusters, MaxClusters: e.MaxClusters, Updated: e.UpdateTime, Message: e.Message,
	}
}

// pending is the verdict on an engine that shows nothing of the end of a change.
func (e engineSnapshot) pending() cloud.Verdict {
	return cloud.Verdict{State: e.State.String(), Reason: explained(e.Message)}
}

// stateVerdict is the verdict of a wait for a state, which a failed engine may still reach, because it may be started
// again.
func (e engineSnapshot) stateVerdict(statuses wait.Statuses[DataEngineState]) cloud.Verdict {
	v := statuses.Verdict(e.State, explained(e.Message))
	if v.Outcome == cloud.Failed {
		v = e.lost(v)
		v.Inferred = true
	}
	return v
}

// isSettled reports whether no change of the engine is under way.
func (e engineSnapshot) isSettled() bool { return slices.Contains(engineSettled, e.State) }

// isChanging reports whether a change of the engine is under way. Unknown states count as one; renewing does not,
// because it is about payment.
func (e engineSnapshot) isChanging() bool {
	return !e.isSettled() && !slices.Contains(engineLost, e.State) && e.State != DataEngineStateRenewing
}

// lost makes v a failure if the engine is in a state that ends any change.
func (e engineSnapshot) lost(v cloud.Verdict) cloud.Verdict {
	switch e.State {
	case DataEngineStateFailed:
		v.Outcome, v.Reason = cloud.Failed, cmp.Or(v.Reason, "the engine has failed")
	case DataEngineStateIsolating, DataEngineStateIsolated:
		v.Outcome, v.Reason = cloud.Failed, cmp.Or(v.Reason, "the engine is isolated")
	case DataEngineStateDeleted:
		return superseded(v, "the engine is deleted")
	case DataEngineStateReadyToDelete, DataEngineStateDeleting:
		return superseded(v, "the engine is being deleted")
	}
	return v
}

// engineCreationChange is the resume state of the creation of an engine.
type engineCreationChange struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Message string `json:"message,omitzero"` // the requested description, which is not a reason for a failure

	course wait.Course
}

// Resource is the name of the engine.
func (s *engineCreationChange) Resource() string { return s.Name }

// Check refuses a state that does not name the engine.
func (s *engineCreationChange) Check() error { return wait.Lacks("id", s.ID, "name", s.Name) }

// judge identifies the new engine by its ID. Until it was seen, another one of its name is older.
func (s *engineCreationChange) judge(r *DescribeDataEngineResponse) cloud.Verdict {
	now := engineSnapshotOf(r.DataEngine)
	if r.DataEngine.DataEngineID == s.ID {
		return s.createdVerdict(now)
	}
	if r.DataEngine.DataEngineID != "" && s.course.Saw(false) {
		return nameTaken(now.pending(), s.Name, r.DataEngine)
	}
	return now.pending()
}

func (s *engineCreationChange) createdVerdict(now engineSnapshot) cloud.Verdict {
	s.course.Saw(true)
	v := engineCreated.Verdict(now.State, explained(now.Message))
	if v.Outcome == cloud.Succeeded {
		return v
	}
	if now.Message == s.Message {
		v.Reason = ""
	}
	return now.lost(v)
}

// engineChange is the resume state of a change of an engine.
type engineChange struct {
	ID      string          `json:"id,omitzero"`
	Name    string          `json:"name,omitzero"`
	Created cloud.Timestamp `json:"created,omitzero"`
	Before  *engineSnapshot `json:"before,omitzero"`
	Goal    engineSnapshot  `json:"goal,omitzero"` // zero fields may have any value; as a state, running or suspended

	OtherImage bool `json:"otherImage,omitzero"` // the goal is an image that it did not have

	Replaced *UpdateDataEngineRequest `json:"replaced,omitzero"` // what an update replaces

	asked  *UpdateDataEngineRequest
	course course
	list   engineList // that shows the engine
}

// Resource is the name of the engine, or its ID as long as the name is not known.
func (s *engineChange) Resource() string { return cmp.Or(s.Name, s.ID) }

// Check refuses a state that does not name the engine, or has no snapshot from before.
func (s *engineChange) Check() error {
	if s.Before == nil {
		return errors.New("has no before")
	}
	return wait.Lacks("name", s.Name)
}

// recordBefore records what is there before the change.
func (s *engineChange) recordBefore(e *DataEngineInfo) {
	before := engineSnapshotOf(e)
	s.ID, s.Created, s.Before, s.list = e.DataEngineID, e.CreateTime, &before, engineListOf(e)
	if s.asked != nil {
		s.Replaced = onlyAsked(s.asked, engineUpdateOf(e))
	}
}

// judge assumes that the change of an engine that is as before has not begun.
func (s *engineChange) judge(r *DescribeDataEngineResponse) cloud.Verdict {
	now := engineSnapshotOf(r.DataEngine)
	switch {
	case s.isReplaced(r.DataEngine) && s.isNewer(r.DataEngine):
		return nameTaken(now.pending(), s.Name, r.DataEngine)
	case s.isReplaced(r.DataEngine):
		return now.pending()
	}
	return s.course.verdict(s.difference(now), now.pending(), s.end(now), s.isBegun(now))
}

// nameTaken is the verdict on a change of an engine whose name another one has now.
func nameTaken(v cloud.Verdict, name string, engine *DataEngineInfo) cloud.Verdict {
	v.Inferred, v.Reason = true, ""
	return superseded(v, "the name "+strconv.Quote(name)+" now belongs to the engine "+engine.DataEngineID)
}

// isReplaced reports whether e is another engine of the same name.
func (s *engineChange) isReplaced(e *DataEngineInfo) bool { return differs(e.DataEngineID, s.ID) }

// isNewer reports whether another engine of the same name can have been created after this one.
func (s *engineChange) isNewer(e *DataEngineInfo) bool {
	return e.CreateTime == 0 || s.Created == 0 || e.CreateTime >= s.Created
}

// end is the verdict on an engine if the change has begun.
func (s *engineChange) end(now engineSnapshot) cloud.Verdict {
	v := now.pending()
	if !s.hasNewMessage(now) {
		v.Reason = "" // the message is not about this change
	}
	switch {
	case s.isMet(now):
		v.Outcome, v.Reason = cloud.Succeeded, now.pending().Reason
		return v
	case !now.isSettled():
		return now.lost(v)
	}
	if other := s.otherResult(now); other != "" {
		return superseded(v, "the engine "+other)
	}
	live := now
	live.State = s.Goal.State
	if s.isOfImage() && s.isMet(live) {
		return superseded(v, "the engine "+s.restsAs(now))
	}
	v.Outcome, v.Reason = cloud.Failed, cmp.Or(v.Reason, "the engine "+s.restsAs(now))
	return v
}

func (s *engineChange) difference(now engineSnapshot) difference {
	d := difference{sameState: now.State == s.Before.State, settled: now.isSettled(), changing: now.isChanging()}
	return d.updatedSince(s.Before.Updated, now.Updated)
}

// isStarted reports whether an engine shows that a call that failed was carried out.
func (s *engineChange) isStarted(now engineSnapshot) bool {
	d := s.difference(now)
	return s.course.Saw(d.isUnderway()) || d.later || s.isNewlyMet(now)
}

// isBegun reports whether an engine shows, by anything but its state and update time, that the change has begun. Its
// message counts only if there is no update time.
func (s *engineChange) isBegun(now engineSnapshot) bool {
	timeless := s.Before.Updated == 0 || now.Updated == 0
	return s.isNewlyMet(now) || s.otherResult(now) != "" || s.isDescribed(now) || timeless && s.hasNewMessage(now)
}

// isNewlyMet reports whether an engine is as requested and was not so before.
func (s *engineChange) isNewlyMet(now engineSnapshot) bool {
	return s.isMet(now) && !s.isMet(*s.Before)
}

// isMet reports whether an engine is as requested.
func (s *engineChange) isMet(now engineSnapshot) bool {
	goal := cmp.Or(s.Goal.State, DataEngineStateRunning)
	if s.Goal.State == 0 && now.State == DataEngineStateSuspended {
		goal = DataEngineStateSuspended
	}
	return now.State == goal && s.isImageMet(now) && now.Size == cmp.Or(s.Goal.Size, now.Size) &&
		now.MinClusters == cmp.Or(s.Goal.MinClusters, now.MinClusters) && now.MaxClusters == cmp.Or(s.Goal.MaxClusters, now.MaxClusters)
}

// hasNewMessage reports whether an engine has a message that is neither the one from before nor the requested
// description.
func (s *engineChange) hasNewMessage(now engineSnapshot) bool {
	return now.Message != "" && now.Message != s.Goal.Message && now.Message != s.Before.Message
}

// isDescribed reports whether an engine now has the requested description.
func (s *engineChange) isDescribed(now engineSnapshot) bool {
	return now.Message != "" && now.Message == s.Goal.Message && now.Message != s.Before.Message
}

// otherResult describes what an engine has that is neither what it had before nor what was requested.
func (s *engineChange) otherResult(now engineSnapshot) string {
	if image := s.otherImage(now); image != "" {
		return "runs image version " + image
	}
	switch {
	case isOther(s.Goal.Size, now.Size, s.Before.Size):
		return "has " + strconv.Itoa(now.Size) + " CUs"
	case now.MinClusters != 0 && isOther(s.Goal.MinClusters, now.MinClusters, s.Before.MinClusters),
		now.MaxClusters != 0 && isOther(s.Goal.MaxClusters, now.MaxClusters, s.Before.MaxClusters):
		return fmt.Sprintf("has %d to %d clusters", now.MinClusters, now.MaxClusters)
	}
	return ""
}

func isOther(goal, now, before int) bool { return goal != 0 && now != goal && now != before }

// restsAs describes an engine at rest that is not as requested.
func (s *engineChange) restsAs(now engineSnapshot) string {
	how := "runs"
	if now.State == DataEngineStateSuspended {
		how = "is suspended"
	}
	if image := cmp.Or(now.Child, now.Image); image != "" && s.isOfImage() {
		how += " with image version " + image
	}
	if s.Goal.Size != 0 {
		how += " with " + strconv.Itoa(now.Size) + " CUs"
	}
	if now.State == s.Before.State {
		how += " again"
	}
	return how
}
