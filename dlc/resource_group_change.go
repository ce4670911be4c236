package dlc

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// A groupSnapshot is what the service shows of a resource group at one time.
type groupSnapshot struct {
	ID      string             `json:"id,omitzero"`
	State   ResourceGroupState `json:"state,omitzero"`
	Updated cloud.Timestamp    `json:"updated,omitzero"`
	Shape   string             `json:"shape,omitzero"` // everything that a change of a group can change
}

func groupSnapshotOf(g *StandardEngineResourceGroupInfo) groupSnapshot {
	return groupSnapshot{
		ID: g.EngineResourceGroupID, State: g.ResourceGroupState, Updated: g.UpdateTime,
		Shape: fmt.Sprint(g.DriverCUSpec, "/", g.ExecutorCUSpec, "/", g.MinExecutorNums, "/", g.MaxExecutorNums, "/", g.Size, "/",
			g.SparkSpecMode, "/", g.SparkSize, "/", g.PythonCUSpec, "/", g.ImageType, "/", g.ImageName, "/", g.ImageVersion, "/",
			g.FrameType, "/", strings.Join(g.NetworkConfigNames, ",")),
	}
}

// pending is the verdict on a group that shows nothing of the end of a change.
func (g groupSnapshot) pending() cloud.Verdict { return cloud.Verdict{State: g.State.String()} }

// stateVerdict is the verdict of a wait for a state, which an isolated group may still reach, because it may be started
// again.
func (g groupSnapshot) stateVerdict(statuses wait.Statuses[ResourceGroupState]) cloud.Verdict {
	v := statuses.Verdict(g.State, "")
	if v.Outcome == cloud.Failed {
		v = g.lost(v)
		v.Inferred = true
	}
	return v
}

// lost makes v a failure if the group is in a state that ends any change.
func (g groupSnapshot) lost(v cloud.Verdict) cloud.Verdict {
	switch g.State {
	case ResourceGroupStateDeleted:
		return superseded(v, "the resource group is deleted")
	case ResourceGroupStateIsolated, ResourceGroupStateIsolating:
		v.Outcome, v.Reason = cloud.Failed, "the resource group is isolated"
	}
	return v
}

// isSettled reports whether no change of the group is under way.
func (g groupSnapshot) isSettled() bool { return slices.Contains(groupSettled, g.State) }

// restsAs describes a group at rest.
func (g groupSnapshot) restsAs() string {
	if g.State == ResourceGroupStatePaused {
		return "is paused"
	}
	return "runs"
}

// groupCreationChange is the resume state of the creation of a resource group.
type groupCreationChange struct {
	Name      string `json:"name"`
	OlderID   string `json:"olderId,omitzero"`   // of the group that had the name before
	PausedToo bool   `json:"pausedToo,omitzero"` // a paused group is ready as well

	course course
}

// Resource is the name of the group.
func (s *groupCreationChange) Resource() string { return s.Name }

// Check refuses a state that names no group.
func (s *groupCreationChange) Check() error { return wait.Lacks("name", s.Name) }

func (s *groupCreationChange) judge(g *StandardEngineResourceGroupInfo) cloud.Verdict {
	now := groupSnapshotOf(g)
	if s.OlderID != "" && s.OlderID == now.ID {
		return now.pending()
	}
	v := groupStatuses(ResourceGroupStateRunning, s.PausedToo).Verdict(now.State, "")
	switch {
	case v.Outcome == cloud.Succeeded:
	case now.State != ResourceGroupStatePaused:
		s.course.open()
		return now.lost(v)
	case s.course.lasts():
		v.Outcome, v.Reason = cloud.Failed, "the resource group is paused"
	}
	return v
}

// groupChange is the resume state of a change of existing resource groups.
type groupChange struct {
	Groups    []groupRecord      `json:"groups"`
	Goal      ResourceGroupState `json:"goal"`
	PausedToo bool               `json:"pausedToo,omitzero"` // a paused group is at the goal as well
	Refused   []refusedGroup     `json:"refused,omitzero"`   // those that the service did not begin to change

	// What an update of the resources or the network replaces.
	Replaced *UpdateStandardEngineResourceGroupResourceInfoRequest `json:"replaced,omitzero"`
	Network  *UpdateEngineResourceGroupNetworkConfigInfoRequest    `json:"network,omitzero"`

	asked *UpdateStandardEngineResourceGroupResourceInfoRequest
}

// Resource is the names of the groups, or the ID of the one whose name is not known.
func (s *groupChange) Resource() string {
	var names []string
	for i := range s.Groups {
		names = append(names, cmp.Or(s.Groups[i].Name, s.Groups[i].Before.ID))
	}
	return strings.Join(names, ",")
}

// A refusedGroup is a resource group that the service refused to change although it changes others.
type refusedGroup struct {
	Name   string `json:"name"`
	Reason string `json:"reason,omitzero"`
}

// A groupRecord is what a wait records of one resource group.
type groupRecord struct {
	Name   string        `json:"name"`
	Before groupSnapshot `json:"before,omitzero"`

	course course
}

// newGroupChange returns a change of groups to the state goal.
func newGroupChange(goal ResourceGroupState, names ...string) *groupChange {
	s := &groupChange{Goal: goal}
	for _, name := range names {
		s.Groups = append(s.Groups, groupRecord{Name: name})
	}
	return s
}

// recordBefore records a group that is in its present state again after its update, or at rest if it is not now.
func (s *groupChange) recordBefore(g *StandardEngineResourceGroupInfo) {
	before := groupSnapshotOf(g)
	s.Groups, s.Goal = []groupRecord{{Name: g.EngineResourceGroupName, Before: before}}, before.State
	if !before.isSettled() {
		s.Goal, s.PausedToo = ResourceGroupStateRunning, true
	}
	if s.Network != nil {
		s.Network.NetworkConfigNames = append([]string{}, g.NetworkConfigNames...) // an empty list disconnects the group
	}
	if s.asked != nil {
		s.Replaced = onlyAsked(s.asked, groupResourcesOf(g))
		s.Replaced.IsEffectiveNow = s.asked.IsEffectiveNow
	}
}

// Check refuses a state that names no group.
func (s *groupChange) Check() error {
	if len(s.Groups) == 0 {
		return errors.New("has no groups")
	}
	for i := range s.Groups {
		if err := wait.Lacks("name", s.Groups[i].Name); err != nil {
			return err
		}
	}
	return nil
}

// record returns the record of g, which is one of the groups of the change.
func (s *groupChange) record(g *StandardEngineResourceGroupInfo) *groupRecord {
	i := slices.IndexFunc(s.Groups, func(r groupRecord) bool { return r.Name == g.EngineResourceGroupName })
	return &s.Groups[i]
}

// groupStatuses returns what the states mean for a change to goal.
func groupStatuses(goal ResourceGroupState, pausedToo bool) wait.Statuses[ResourceGroupState] {
	switch {
	case pausedToo:
		return groupReady
	case goal == ResourceGroupStatePaused:
		return groupPaused
	}
	return groupRunning
}

// judge assumes that the change of a group that is as before has not begun.
func (s *groupChange) judge(g *StandardEngineResourceGroupInfo) cloud.Verdict {
	now, r := groupSnapshotOf(g), s.record(g)
	if differs(now.ID, r.Before.ID) {
		return superseded(now.pending(), "the name now belongs to the resource group "+now.ID)
	}
	reshaped := r.Before.Shape != "" && r.Before.Shape != now.Shape
	return r.course.verdict(r.difference(now), now.pending(), s.end(r, now), reshaped)
}

// verdict is judge for a change of which the service may have refused groups: the others are followed to their end
// first.
func (s *groupChange) verdict(g *StandardEngineResourceGroupInfo) cloud.Verdict {
	v := s.judge(g)
	if len(s.Refused) == 0 || v.Outcome == cloud.Pending {
		return v
	}
	v.Outcome = cloud.Failed
	v.Reason = strings.TrimPrefix(v.Reason+"; "+s.refusals(), "; ")
	return v
}

// refuse stops following the groups that the service refused to change. It returns an error if there are no others.
func (s *groupChange) refuse(groups []OperateEngineResourceGroupFailMessage, requestID string) error {
	for _, g := range groups {
		reason := cloud.OneLine(g.FailMessage, maxRefusal)
		s.Refused = append(s.Refused, refusedGroup{g.EngineResourceGroupName, reason})
	}
	begun := slices.DeleteFunc(slices.Clone(s.Groups), func(r groupRecord) bool { return s.isRefused(r.Name) })
	if len(begun) == 0 {
		return &cloud.Error{Kind: cloud.ErrConflict, RequestID: requestID, Message: s.refusals()}
	}
	s.Groups = begun
	return nil
}

// maxRefusal limits the reason for a refusal in a token, in bytes.
const maxRefusal = 256

// isRefused reports whether the service refused to change the group.
func (s *groupChange) isRefused(name string) bool {
	return slices.ContainsFunc(s.Refused, func(r refusedGroup) bool { return r.Name == name })
}

// refusals says which groups the service refused to change, and why.
func (s *groupChange) refusals() string {
	var why []string
	for _, r := range s.Refused {
		why = append(why, r.Name+": "+r.Reason)
	}
	return strings.Join(why, "; ")
}

// judgeDeletion judges a group that still exists.
func (s *groupChange) judgeDeletion(g *StandardEngineResourceGroupInfo) cloud.Verdict {
	now, r := groupSnapshotOf(g), s.record(g)
	v, d := groupDeleted.Verdict(now.State, ""), r.difference(now)
	begun := r.course.Saw(d.isUnderway())
	switch {
	case differs(now.ID, r.Before.ID):
		v.Outcome = cloud.Succeeded
	case begun && d.settled && d.sameState:
		v.Outcome, v.Reason = cloud.Failed, "the resource group "+now.restsAs()+" again"
	}
	return v
}

// end is the verdict on a group if the change has begun.
func (s *groupChange) end(r *groupRecord, now groupSnapshot) cloud.Verdict {
	v := groupStatuses(s.Goal, s.PausedToo).Verdict(now.State, "")
	switch {
	case v.Outcome == cloud.Succeeded:
		return v
	case !now.isSettled():
		return now.lost(v)
	}
	v.Outcome, v.Reason = cloud.Failed, "the resource group "+now.restsAs()
	if now.State == r.Before.State {
		v.Reason += " again"
	}
	return v
}

// isStarted reports whether g, whose verdict is v, shows that a call that failed was carried out. All groups of the
// change must show it.
func (s *groupChange) isStarted(g *StandardEngineResourceGroupInfo, v cloud.Verdict) bool {
	if v.Outcome == cloud.Succeeded || len(s.Groups) > 1 {
		return v.Outcome == cloud.Succeeded
	}
	r := s.record(g)
	return r.course.Saw(r.difference(groupSnapshotOf(g)).later)
}

// difference counts an undocumented state as that of a change.
func (r *groupRecord) difference(now groupSnapshot) difference {
	d := difference{sameState: now.State == r.Before.State, settled: now.isSettled()}
	d.changing = !d.settled && !slices.Contains(groupLost, now.State)
	return d.updatedSince(r.Before.Updated, now.Updated)
}
