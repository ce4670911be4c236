package dlc

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// BeginCreateStandardEngineResourceGroup creates a resource group of a standard engine and returns a
// waiter for it. The wait ends well when the group runs or, unless r asks to launch it at once, is
// paused. The service gives no id for the group, so the waiter asks for the name, once before the
// call too: a group that showed under the name then does not count.
func (c *Client) BeginCreateStandardEngineResourceGroup(ctx context.Context, r CreateStandardEngineResourceGroupRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opCreateStandardEngineResourceGroup, &r); err != nil {
		return nil, err
	}
	s := &groupChange{New: true, Goal: ResourceGroupRunning, PausedToo: r.IsLaunchNow == nil || *r.IsLaunchNow != 0}
	older, err := c.resourceGroup(ctx, r.EngineResourceGroupName)
	switch {
	case err == nil:
		s.Groups = []groupBefore{{Name: r.EngineResourceGroupName, ID: older.EngineResourceGroupID}}
	case cloud.KindOf(err) == cloud.ErrNotFound:
		s.Groups = []groupBefore{{Name: r.EngineResourceGroupName}}
	default:
		return nil, err
	}
	if _, err := c.CreateStandardEngineResourceGroup(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opCreateStandardEngineResourceGroup, s, c.groupChange), nil
}

// ResumeCreateStandardEngineResourceGroup returns the waiter whose token is given.
func (c *Client) ResumeCreateStandardEngineResourceGroup(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return follow.Resume(c.api, &opCreateStandardEngineResourceGroup, token, c.groupChange)
}

// BeginLaunchStandardEngineResourceGroups starts resource groups of standard engines and returns a
// waiter for them. The service answers without an error even if it did not start some of them; that
// is one here, of the kind [cloud.ErrConflict], and the groups that it does not name were started all
// the same. The wait ends well when all groups run. A launch has no state for having failed: a group
// that is paused, and was changed later than before the call, has failed to start or was paused
// again. It reads each group once before, and every end is confirmed by a second look. A look shows
// the first group that does not run yet.
func (c *Client) BeginLaunchStandardEngineResourceGroups(ctx context.Context, r LaunchStandardEngineResourceGroupsRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opLaunchStandardEngineResourceGroups, &r); err != nil {
		return nil, err
	}
	s, err := c.groupsBefore(ctx, r.EngineResourceGroupNames, ResourceGroupRunning)
	if err != nil {
		return nil, err
	}
	out, err := c.LaunchStandardEngineResourceGroups(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := refusedGroups(&opLaunchStandardEngineResourceGroups, out.OperateEngineResourceGroupFailMessages, out.RequestID); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opLaunchStandardEngineResourceGroups, s, c.groupChange), nil
}

// ResumeLaunchStandardEngineResourceGroups returns the waiter whose token is given.
func (c *Client) ResumeLaunchStandardEngineResourceGroups(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return follow.Resume(c.api, &opLaunchStandardEngineResourceGroups, token, c.groupChange)
}

// BeginPauseStandardEngineResourceGroups pauses resource groups of standard engines and returns a
// waiter for them. The wait ends well when all groups are paused; groups that the service did not
// pause, and groups that run again, are errors as those of
// [Client.BeginLaunchStandardEngineResourceGroups] are.
func (c *Client) BeginPauseStandardEngineResourceGroups(ctx context.Context, r PauseStandardEngineResourceGroupsRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opPauseStandardEngineResourceGroups, &r); err != nil {
		return nil, err
	}
	s, err := c.groupsBefore(ctx, r.EngineResourceGroupNames, ResourceGroupPaused)
	if err != nil {
		return nil, err
	}
	out, err := c.PauseStandardEngineResourceGroups(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := refusedGroups(&opPauseStandardEngineResourceGroups, out.OperateEngineResourceGroupFailMessages, out.RequestID); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opPauseStandardEngineResourceGroups, s, c.groupChange), nil
}

// ResumePauseStandardEngineResourceGroups returns the waiter whose token is given.
func (c *Client) ResumePauseStandardEngineResourceGroups(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return follow.Resume(c.api, &opPauseStandardEngineResourceGroups, token, c.groupChange)
}

// BeginDeleteStandardEngineResourceGroup deletes a resource group of a standard engine and returns a
// waiter for it. The wait ends well when the group is not there any more, or another group has its
// name; it reads the group once before, to know its id. No state says that a deletion failed, so
// such a wait goes on until its context ends.
func (c *Client) BeginDeleteStandardEngineResourceGroup(ctx context.Context, r DeleteStandardEngineResourceGroupRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opDeleteStandardEngineResourceGroup, &r); err != nil {
		return nil, err
	}
	s, err := c.groupsBefore(ctx, []string{r.EngineResourceGroupName}, ResourceGroupDeleted)
	if err != nil {
		return nil, err
	}
	if _, err := c.DeleteStandardEngineResourceGroup(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opDeleteStandardEngineResourceGroup, s, c.groupChange), nil
}

// ResumeDeleteStandardEngineResourceGroup returns the waiter whose token is given.
func (c *Client) ResumeDeleteStandardEngineResourceGroup(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return follow.Resume(c.api, &opDeleteStandardEngineResourceGroup, token, c.groupChange)
}

// BeginUpdateStandardEngineResourceGroupResourceInfo changes the size or the image of a resource
// group of a standard engine and returns a waiter for it. The wait ends well when the group is in its
// state before the call again, running as a rule, and was changed later than before the call. Nothing
// else tells, because what is asked for need not show, so every end is confirmed by a second look. It
// reads the group once before.
func (c *Client) BeginUpdateStandardEngineResourceGroupResourceInfo(ctx context.Context, r UpdateStandardEngineResourceGroupResourceInfoRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opUpdateStandardEngineResourceGroupResourceInfo, &r); err != nil {
		return nil, err
	}
	s, err := c.groupAsBefore(ctx, r.EngineResourceGroupName)
	if err != nil {
		return nil, err
	}
	if _, err := c.UpdateStandardEngineResourceGroupResourceInfo(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opUpdateStandardEngineResourceGroupResourceInfo, s, c.groupChange), nil
}

// ResumeUpdateStandardEngineResourceGroupResourceInfo returns the waiter whose token is given.
func (c *Client) ResumeUpdateStandardEngineResourceGroupResourceInfo(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return follow.Resume(c.api, &opUpdateStandardEngineResourceGroupResourceInfo, token, c.groupChange)
}

// BeginUpdateStandardEngineResourceGroupConfigInfo changes configuration items of a resource group of
// a standard engine and returns a waiter for it, which ends as that of
// [Client.BeginUpdateStandardEngineResourceGroupResourceInfo] does.
func (c *Client) BeginUpdateStandardEngineResourceGroupConfigInfo(ctx context.Context, r UpdateStandardEngineResourceGroupConfigInfoRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opUpdateStandardEngineResourceGroupConfigInfo, &r); err != nil {
		return nil, err
	}
	s, err := c.groupAsBefore(ctx, r.EngineResourceGroupName)
	if err != nil {
		return nil, err
	}
	if _, err := c.UpdateStandardEngineResourceGroupConfigInfo(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opUpdateStandardEngineResourceGroupConfigInfo, s, c.groupChange), nil
}

// ResumeUpdateStandardEngineResourceGroupConfigInfo returns the waiter whose token is given.
func (c *Client) ResumeUpdateStandardEngineResourceGroupConfigInfo(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return follow.Resume(c.api, &opUpdateStandardEngineResourceGroupConfigInfo, token, c.groupChange)
}

// UntilStandardEngineResourceGroupRunning waits until the resource group of the given name runs,
// whoever started it. It fails when the group is isolated or deleted; one that is paused may be
// started yet.
func (c *Client) UntilStandardEngineResourceGroupRunning(name string) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	return c.untilGroup("UntilStandardEngineResourceGroupRunning", name, ResourceGroupRunning)
}

// UntilStandardEngineResourceGroupPaused waits until the resource group of the given name is paused,
// whoever paused it. It fails as UntilStandardEngineResourceGroupRunning does.
func (c *Client) UntilStandardEngineResourceGroupPaused(name string) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	return c.untilGroup("UntilStandardEngineResourceGroupPaused", name, ResourceGroupPaused)
}

// UntilStandardEngineResourceGroupDeleted waits until there is no resource group of the given name
// any more, whoever deleted it.
func (c *Client) UntilStandardEngineResourceGroupDeleted(name string) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	return c.untilGroup("UntilStandardEngineResourceGroupDeleted", name, ResourceGroupDeleted)
}

func (c *Client) untilGroup(method, name string, goal ResourceGroupState) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	w := c.groupChange(&groupChange{Groups: []groupBefore{{Name: name}}, Goal: goal, New: true})
	return follow.Until(c.api, method, w)
}

// groupChange is what has to be known to recognise the end of a change.
type groupChange struct {
	Groups []groupBefore      `json:"groups"`
	Goal   ResourceGroupState `json:"goal"`

	New       bool `json:"new,omitzero"`       // the group with the id of before is not the one
	PausedToo bool `json:"pausedToo,omitzero"` // a paused group is ready as well
}

// groupBefore is a resource group as it was before.
type groupBefore struct {
	Name    string             `json:"name"`
	ID      string             `json:"id,omitzero"`
	State   ResourceGroupState `json:"state,omitzero"`
	Updated int64              `json:"updated,omitzero"`
}

// groupsBefore reads resource groups that are to get into the state that is the goal.
func (c *Client) groupsBefore(ctx context.Context, names []string, goal ResourceGroupState) (*groupChange, error) {
	s := &groupChange{Goal: goal}
	for _, name := range names {
		g, err := c.resourceGroup(ctx, name)
		if err != nil {
			return nil, err
		}
		s.Groups = append(s.Groups, groupBefore{name, g.EngineResourceGroupID, g.ResourceGroupState, g.UpdateTime})
	}
	return s, nil
}

// groupAsBefore reads a resource group that is to get back into its state.
func (c *Client) groupAsBefore(ctx context.Context, name string) (*groupChange, error) {
	s, err := c.groupsBefore(ctx, []string{name}, 0)
	if err == nil {
		s.Goal = s.Groups[0].State
	}
	return s, err
}

func (c *Client) resourceGroup(ctx context.Context, name string) (*StandardEngineResourceGroupInfo, error) {
	if err := follow.Required(service, &opDescribeStandardEngineResourceGroups, "name", name); err != nil {
		return nil, err
	}
	out, err := c.DescribeStandardEngineResourceGroups(ctx, DescribeStandardEngineResourceGroupsRequest{
		Filters: []Filter{{Name: "engine-resource-group-name-unique", Values: []string{name}}},
	})
	if err != nil {
		return nil, err
	}
	for i := range out.UserEngineResourceGroupInfos {
		if g := &out.UserEngineResourceGroupInfos[i]; g.EngineResourceGroupName == name {
			return g, nil
		}
	}
	return nil, missing(&opDescribeStandardEngineResourceGroups, "resource group", name)
}

// refusedGroups makes an error of the groups that an operation has left alone.
func refusedGroups(op *transport.Operation, groups []OperateEngineResourceGroupFailMessage, requestID string) error {
	if len(groups) == 0 {
		return nil
	}
	var says []string
	for _, g := range groups {
		says = append(says, g.EngineResourceGroupName+": "+g.FailMessage)
	}
	return &cloud.Error{Service: service, Operation: op.Name, Kind: cloud.ErrConflict, RequestID: requestID, Message: strings.Join(says, "; ")}
}

func (c *Client) groupChange(s *groupChange) cloud.Wait[StandardEngineResourceGroupInfo] {
	w := cloud.Wait[StandardEngineResourceGroupInfo]{
		Service: service,
		Read: func(ctx context.Context) (g *StandardEngineResourceGroupInfo, err error) {
			for _, b := range s.Groups {
				if g, err = c.resourceGroup(ctx, b.Name); err != nil || s.judge(g).Outcome != cloud.Succeeded {
					break
				}
			}
			return g, err
		},
		Judge:         s.judge,
		GoneIsSuccess: s.Goal == ResourceGroupDeleted,
	}
	switch {
	case w.GoneIsSuccess:
	case s.New:
		w.AppearWithin = follow.AppearsWithin
	default:
		w.Confirm = follow.ConfirmWithin
	}
	return w
}

func (s *groupChange) judge(g *StandardEngineResourceGroupInfo) cloud.Judgement {
	state := g.ResourceGroupState
	j := cloud.Judgement{State: strconv.Itoa(int(state))}
	i := slices.IndexFunc(s.Groups, func(b groupBefore) bool { return b.Name == g.EngineResourceGroupName })
	if i < 0 {
		return j
	}
	b := s.Groups[i]
	same := b.ID == "" || b.ID == g.EngineResourceGroupID
	stale := !s.New && state == b.State && g.UpdateTime <= b.Updated
	switch {
	case s.New && b.ID != "" && same, stale && s.Goal != ResourceGroupDeleted:
	case state == s.Goal || s.PausedToo && state == ResourceGroupPaused:
		j.Outcome = cloud.Succeeded
	case s.Goal == ResourceGroupDeleted:
		if !same {
			j.Outcome = cloud.Succeeded
		}
	case !s.New && !same:
		j.Outcome = cloud.Failed
		j.Reason = "the name now belongs to the resource group " + g.EngineResourceGroupID
	case state == ResourceGroupDeleted:
		j.Outcome, j.Reason = cloud.Failed, "the resource group is deleted"
	case state == ResourceGroupIsolated, state == ResourceGroupIsolating:
		j.Outcome, j.Reason = cloud.Failed, "the resource group is isolated"
	case s.New || g.UpdateTime <= b.Updated:
	case state == ResourceGroupPaused:
		j.Outcome, j.Reason = cloud.Failed, "the resource group is paused again"
	case state == ResourceGroupRunning:
		j.Outcome, j.Reason = cloud.Failed, "the resource group runs again"
	}
	return j
}
