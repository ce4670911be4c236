package dlc

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var updateStandardEngineResourceGroupBaseInfo = change[
	UpdateStandardEngineResourceGroupBaseInfoRequest, UpdateStandardEngineResourceGroupBaseInfoResponse, groupBaseChange,
	StandardEngineResourceGroupInfo,
]{
	State: func(r *UpdateStandardEngineResourceGroupBaseInfoRequest) *groupBaseChange {
		goal := groupBase{AutoLaunch: r.AutoLaunch, AutoPause: r.AutoPause, AutoPauseTime: r.AutoPauseTime}
		s := &groupBaseChange{Name: r.EngineResourceGroupName, Goal: goal}
		if r.MaxConcurrency != nil {
			s.Goal.MaxConcurrency = *r.MaxConcurrency
		}
		return s
	},
	Before: (*Client).beforeGroupBase,
	Refused: func(c *Client, ctx context.Context, s *groupBaseChange, _ time.Time, err error) error {
		return startedAnyway(ctx, err, c.groupBaseUpdate(s), s.isStarted)
	},
	Began:   (*Client).groupBaseBegan,
	Spec:    (*Client).groupBaseUpdate,
	Restore: (*groupBaseChange).replaced,
}

// A groupBase is what the base information of a resource group says. In a request, 0 leaves the last two as they are.
type groupBase struct {
	AutoLaunch     int `json:"autoLaunch,omitzero"`
	AutoPause      int `json:"autoPause,omitzero"`
	AutoPauseTime  int `json:"autoPauseTime,omitzero"`
	MaxConcurrency int `json:"maxConcurrency,omitzero"`
}

func groupBaseOf(g *StandardEngineResourceGroupInfo) groupBase {
	return groupBase{g.AutoLaunch, g.AutoPause, g.AutoPauseTime, g.MaxConcurrency}
}

// isMet reports whether a group is as goal asks.
func (b groupBase) isMet(goal groupBase) bool {
	return b.AutoLaunch == goal.AutoLaunch && b.AutoPause == goal.AutoPause &&
		(goal.AutoPauseTime == 0 || b.AutoPauseTime == goal.AutoPauseTime) &&
		(goal.MaxConcurrency == 0 || b.MaxConcurrency == goal.MaxConcurrency)
}

// groupBaseChange is the resume state of a change of the base information of a resource group.
type groupBaseChange struct {
	Name   string        `json:"name"`
	Before groupSnapshot `json:"before"`
	Base   groupBase     `json:"base"` // from before
	Goal   groupBase     `json:"goal"`

	course course
}

// Resource is the name of the group.
func (s *groupBaseChange) Resource() string { return s.Name }

// replaced returns the update that the change takes back.
func (s *groupBaseChange) replaced() *UpdateStandardEngineResourceGroupBaseInfoRequest {
	r := &UpdateStandardEngineResourceGroupBaseInfoRequest{
		EngineResourceGroupName: s.Name, AutoLaunch: s.Base.AutoLaunch, AutoPause: s.Base.AutoPause,
	}
	if s.Goal.AutoPauseTime != 0 {
		r.AutoPauseTime = s.Base.AutoPauseTime
	}
	if s.Goal.MaxConcurrency != 0 && s.Base.MaxConcurrency != 0 {
		r.MaxConcurrency = &s.Base.MaxConcurrency
	}
	return r
}

// Check refuses a state that names no group.
func (s *groupBaseChange) Check() error { return wait.Lacks("name", s.Name) }

func (c *Client) beforeGroupBase(ctx context.Context, s *groupBaseChange) error {
	g, err := c.findGroup(ctx, s.Name)
	if err != nil {
		return err
	}
	s.Before, s.Base = groupSnapshotOf(g), groupBaseOf(g)
	return nil
}

// groupBaseUpdate is the wait for the change. No response says which change it is about.
func (c *Client) groupBaseUpdate(s *groupBaseChange) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	return groupPresent(cloud.WaitSpec[StandardEngineResourceGroupInfo]{
		Service:  service,
		Read:     func(ctx context.Context) (*StandardEngineResourceGroupInfo, error) { return c.findGroup(ctx, s.Name) },
		Judge:    s.judge,
		Diagnose: c.groupDiagnosis(func() string { return s.Name }),
		Confirm:  wait.ConfirmWithin,
		Within:   resourceWithin,
	})
}

// judge assumes that the change of a group that is as before has not begun. Where the group was as requested before,
// nothing but its update time shows the change, and the change has succeeded if the group stays so.
func (s *groupBaseChange) judge(g *StandardEngineResourceGroupInfo) cloud.Verdict {
	now, met := groupSnapshotOf(g), groupBaseOf(g).isMet(s.Goal)
	if differs(now.ID, s.Before.ID) {
		return superseded(now.pending(), "the name now belongs to the resource group "+now.ID)
	}
	d := s.difference(now)
	if met && d.sameState && !d.later && s.Base.isMet(s.Goal) {
		v := now.pending()
		if s.course.lasts() {
			v.Outcome = cloud.Succeeded
		}
		return v
	}
	return s.course.verdict(d, now.pending(), s.end(g, now), met || s.isOther(groupBaseOf(g)))
}

// end is the verdict on a group if the change has begun.
func (s *groupBaseChange) end(g *StandardEngineResourceGroupInfo, now groupSnapshot) cloud.Verdict {
	v, base := now.pending(), groupBaseOf(g)
	switch {
	case base.isMet(s.Goal) && now.isSettled():
		v.Outcome = cloud.Succeeded
	case !now.isSettled():
		return now.lost(v)
	case s.isOther(base):
		return superseded(v, "the resource group has other settings")
	default:
		v.Outcome, v.Reason = cloud.Failed, "the resource group keeps its settings"
	}
	return v
}

// isOther reports whether a group has settings that are neither those from before nor the requested ones.
func (s *groupBaseChange) isOther(now groupBase) bool {
	return isOther(s.Goal.AutoPauseTime, now.AutoPauseTime, s.Base.AutoPauseTime) ||
		isOther(s.Goal.MaxConcurrency, now.MaxConcurrency, s.Base.MaxConcurrency)
}

// isStarted reports whether a group shows that a call that failed was carried out.
func (s *groupBaseChange) isStarted(g *StandardEngineResourceGroupInfo) bool {
	d := s.difference(groupSnapshotOf(g))
	return s.course.Saw(d.isUnderway()) || d.later || groupBaseOf(g).isMet(s.Goal) && !s.Base.isMet(s.Goal)
}

func (s *groupBaseChange) difference(now groupSnapshot) difference {
	r := groupRecord{Name: s.Name, Before: s.Before}
	return r.difference(now)
}
