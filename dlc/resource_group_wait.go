package dlc

import (
	"context"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a resource group mean for each wait. Undocumented numbers are pending.
var (
	groupRunning = wait.Statuses[ResourceGroupState]{Succeeded: []ResourceGroupState{ResourceGroupStateRunning}, Failed: groupLost}
	groupReady   = wait.Statuses[ResourceGroupState]{Succeeded: groupSettled, Failed: groupLost}
	groupPaused  = wait.Statuses[ResourceGroupState]{Succeeded: []ResourceGroupState{ResourceGroupStatePaused}, Failed: groupLost}
	groupDeleted = wait.Statuses[ResourceGroupState]{Succeeded: []ResourceGroupState{ResourceGroupStateDeleted}}

	// Nothing is under way in these states.
	groupSettled = []ResourceGroupState{ResourceGroupStateRunning, ResourceGroupStatePaused}
	// These states end any change.
	groupLost = []ResourceGroupState{ResourceGroupStateDeleted, ResourceGroupStateIsolated, ResourceGroupStateIsolating}
)

var createStandardEngineResourceGroup = change[
	CreateStandardEngineResourceGroupRequest, CreateStandardEngineResourceGroupResponse, groupCreationChange,
	StandardEngineResourceGroupInfo,
]{
	State: func(r *CreateStandardEngineResourceGroupRequest) *groupCreationChange {
		return &groupCreationChange{Name: r.EngineResourceGroupName, PausedToo: r.IsLaunchNow == nil || *r.IsLaunchNow != 0}
	},
	Before: (*Client).beforeGroupCreation,
	Spec:   (*Client).groupCreation,
}

var launchStandardEngineResourceGroups = change[
	LaunchStandardEngineResourceGroupsRequest, LaunchStandardEngineResourceGroupsResponse, groupChange, StandardEngineResourceGroupInfo,
]{
	Check: func(r *LaunchStandardEngineResourceGroupsRequest) error {
		return notEmpty(&opLaunchStandardEngineResourceGroups, "EngineResourceGroupNames", r.EngineResourceGroupNames)
	},
	State: func(r *LaunchStandardEngineResourceGroupsRequest) *groupChange {
		return newGroupChange(ResourceGroupStateRunning, r.EngineResourceGroupNames...)
	},
	Before: (*Client).beforeGroups,
	Accepted: func(
		_ *groupChange, _ *LaunchStandardEngineResourceGroupsRequest, out *LaunchStandardEngineResourceGroupsResponse, _ time.Time,
	) error {
		return refusedGroups(out.OperateEngineResourceGroupFailMessages, out.RequestID)
	},
	Refused: (*Client).startedGroups,
	Spec:    (*Client).groupUpdate,
}

var pauseStandardEngineResourceGroups = change[
	PauseStandardEngineResourceGroupsRequest, PauseStandardEngineResourceGroupsResponse, groupChange, StandardEngineResourceGroupInfo,
]{
	Check: func(r *PauseStandardEngineResourceGroupsRequest) error {
		return notEmpty(&opPauseStandardEngineResourceGroups, "EngineResourceGroupNames", r.EngineResourceGroupNames)
	},
	State: func(r *PauseStandardEngineResourceGroupsRequest) *groupChange {
		return newGroupChange(ResourceGroupStatePaused, r.EngineResourceGroupNames...)
	},
	Before: (*Client).beforeGroups,
	Accepted: func(
		_ *groupChange, _ *PauseStandardEngineResourceGroupsRequest, out *PauseStandardEngineResourceGroupsResponse, _ time.Time,
	) error {
		return refusedGroups(out.OperateEngineResourceGroupFailMessages, out.RequestID)
	},
	Refused: (*Client).startedGroups,
	Spec:    (*Client).groupUpdate,
}

var deleteStandardEngineResourceGroup = change[
	DeleteStandardEngineResourceGroupRequest, DeleteStandardEngineResourceGroupResponse, groupChange, StandardEngineResourceGroupInfo,
]{
	State: func(r *DeleteStandardEngineResourceGroupRequest) *groupChange {
		return newGroupChange(ResourceGroupStateDeleted, r.EngineResourceGroupName)
	},
	Before:      (*Client).beforeGroups,
	AlreadyDone: func(s *groupChange) bool { return s.Groups[0].Before.State == ResourceGroupStateDeleted },
	Refused: func(c *Client, ctx context.Context, s *groupChange, _ time.Time, err error) error {
		return startedAnyway(ctx, err, c.groupDeletion(s), func(g *StandardEngineResourceGroupInfo) bool {
			return s.isStarted(g, s.judgeDeletion(g))
		})
	},
	Spec: (*Client).groupDeletion,
}

var updateStandardEngineResourceGroupResourceInfo = change[
	UpdateStandardEngineResourceGroupResourceInfoRequest, UpdateStandardEngineResourceGroupResourceInfoResponse, groupChange,
	StandardEngineResourceGroupInfo,
]{
	State: func(r *UpdateStandardEngineResourceGroupResourceInfoRequest) *groupChange {
		return newGroupChange(0, r.EngineResourceGroupName)
	},
	Before:  (*Client).beforeGroupUpdate,
	Refused: (*Client).startedGroups,
	Spec:    (*Client).groupUpdate,
}

var updateStandardEngineResourceGroupConfigInfo = change[
	UpdateStandardEngineResourceGroupConfigInfoRequest, UpdateStandardEngineResourceGroupConfigInfoResponse, groupChange,
	StandardEngineResourceGroupInfo,
]{
	State: func(r *UpdateStandardEngineResourceGroupConfigInfoRequest) *groupChange {
		return newGroupChange(0, r.EngineResourceGroupName)
	},
	Before:  (*Client).beforeGroupUpdate,
	Refused: (*Client).startedGroups,
	Spec:    (*Client).groupUpdate,
}

var updateEngineResourceGroupNetworkConfigInfo = change[
	UpdateEngineResourceGroupNetworkConfigInfoRequest, UpdateEngineResourceGroupNetworkConfigInfoResponse, groupChange,
	StandardEngineResourceGroupInfo,
]{
	State: func(r *UpdateEngineResourceGroupNetworkConfigInfoRequest) *groupChange {
		return &groupChange{Groups: []groupRecord{{Before: groupSnapshot{ID: r.EngineResourceGroupID}}}}
	},
	Before:  (*Client).beforeGroupUpdateByID,
	Refused: (*Client).startedGroups,
	Spec:    (*Client).groupUpdate,
}

// StandardEngineResourceGroupRequest names the resource group that [Client.UntilStandardEngineResourceGroupRunning],
// [Client.UntilStandardEngineResourceGroupPaused] and [Client.UntilStandardEngineResourceGroupDeleted] wait for. No
// operation reads one group, so they find it in the list.
//
// All fields are required.
type StandardEngineResourceGroupRequest struct {
	EngineResourceGroupName string
}

// UntilStandardEngineResourceGroupRunning waits until a resource group runs. It fails when the group is isolated or
// deleted; one that is paused may still be started.
func (c *Client) UntilStandardEngineResourceGroupRunning(
	r StandardEngineResourceGroupRequest,
) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	return wait.Until(c.api, "UntilStandardEngineResourceGroupRunning", groupPresent(c.groupState(r, groupRunning)))
}

// UntilStandardEngineResourceGroupPaused waits until a resource group is paused. It fails as
// [Client.UntilStandardEngineResourceGroupRunning] does.
func (c *Client) UntilStandardEngineResourceGroupPaused(
	r StandardEngineResourceGroupRequest,
) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	return wait.Until(c.api, "UntilStandardEngineResourceGroupPaused", groupPresent(c.groupState(r, groupPaused)))
}

// UntilStandardEngineResourceGroupDeleted waits until there is no longer a resource group of the name.
func (c *Client) UntilStandardEngineResourceGroupDeleted(
	r StandardEngineResourceGroupRequest,
) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	return wait.Until(c.api, "UntilStandardEngineResourceGroupDeleted", groupGone(c.groupState(r, groupDeleted)))
}

// groupState is the wait for a state, no matter what causes it.
func (c *Client) groupState(
	r StandardEngineResourceGroupRequest, statuses wait.Statuses[ResourceGroupState],
) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	return cloud.WaitSpec[StandardEngineResourceGroupInfo]{
		Service: service,
		Read: func(ctx context.Context) (*StandardEngineResourceGroupInfo, error) {
			return c.findGroup(ctx, r.EngineResourceGroupName)
		},
		Judge: func(g *StandardEngineResourceGroupInfo) cloud.Verdict {
			return groupSnapshotOf(g).stateVerdict(statuses)
		},
		Within: resourceWithin,
	}
}

func (c *Client) groupCreation(s *groupCreationChange) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	return groupPresent(cloud.WaitSpec[StandardEngineResourceGroupInfo]{
		Service: service,
		Read:    func(ctx context.Context) (*StandardEngineResourceGroupInfo, error) { return c.findGroup(ctx, s.Name) },
		Judge:   s.judge,
		Within:  resourceWithin,
	})
}

// groupUpdate is the wait for a change of existing groups. No response says which change it is about.
func (c *Client) groupUpdate(s *groupChange) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	return groupPresent(cloud.WaitSpec[StandardEngineResourceGroupInfo]{
		Service: service,
		Read:    func(ctx context.Context) (*StandardEngineResourceGroupInfo, error) { return c.readGroups(ctx, s) },
		Judge:   s.judge,
		Confirm: wait.ConfirmWithin,
		Within:  resourceWithin,
	})
}

func (c *Client) groupDeletion(s *groupChange) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	return groupGone(cloud.WaitSpec[StandardEngineResourceGroupInfo]{
		Service: service,
		Read: func(ctx context.Context) (*StandardEngineResourceGroupInfo, error) {
			return c.findGroup(ctx, s.Groups[0].Name)
		},
		Judge:  s.judgeDeletion,
		Within: resourceWithin,
	})
}

// groupPresent returns w, which fails when lists do not show the group for a while.
func groupPresent(w cloud.WaitSpec[StandardEngineResourceGroupInfo]) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	w.Read, w.AppearWithin = steady(w.Read), wait.AppearsWithin
	return w
}

// groupGone returns w, which succeeds when lists do not show the group for a while.
func groupGone(w cloud.WaitSpec[StandardEngineResourceGroupInfo]) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	w.GoneIsSuccess, w.Confirm = true, wait.AbsentWithin
	return w
}

// readGroups returns the first group whose change has not succeeded yet, else the last.
func (c *Client) readGroups(ctx context.Context, s *groupChange) (g *StandardEngineResourceGroupInfo, err error) {
	for i := range s.Groups {
		g, err = c.findGroup(ctx, s.Groups[i].Name)
		if err != nil || s.judge(g).Outcome != cloud.Succeeded {
			return g, err
		}
	}
	return g, nil
}

func (c *Client) findGroup(ctx context.Context, name string) (*StandardEngineResourceGroupInfo, error) {
	if err := wait.Required(service, &opDescribeStandardEngineResourceGroups, "EngineResourceGroupName", name); err != nil {
		return nil, err
	}
	return c.findGroupBy(ctx, Filter{Name: "engine-resource-group-name-unique", Values: []string{name}},
		func(g *StandardEngineResourceGroupInfo) bool { return g.EngineResourceGroupName == name })
}

func (c *Client) findGroupByID(ctx context.Context, id string) (*StandardEngineResourceGroupInfo, error) {
	if err := wait.Required(service, &opDescribeStandardEngineResourceGroups, "EngineResourceGroupId", id); err != nil {
		return nil, err
	}
	return c.findGroupBy(ctx, Filter{Name: "engine-resource-group-id", Values: []string{id}},
		func(g *StandardEngineResourceGroupInfo) bool { return g.EngineResourceGroupID == id })
}

func (c *Client) findGroupBy(
	ctx context.Context, by Filter, matches func(*StandardEngineResourceGroupInfo) bool,
) (*StandardEngineResourceGroupInfo, error) {
	out, err := c.DescribeStandardEngineResourceGroups(ctx, DescribeStandardEngineResourceGroupsRequest{Filters: []Filter{by}})
	if err != nil {
		return nil, err
	}
	return wait.Find(service, &opDescribeStandardEngineResourceGroups, "resource group "+by.Values[0],
		wait.Items(out.UserEngineResourceGroupInfos), matches)
}

func (c *Client) beforeGroupCreation(ctx context.Context, s *groupCreationChange) error {
	older, err := c.findGroup(ctx, s.Name)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return nil
	case err != nil:
		return err
	}
	s.OlderID = older.EngineResourceGroupID
	return nil
}

func (c *Client) beforeGroups(ctx context.Context, s *groupChange) error {
	for i := range s.Groups {
		g, err := c.findGroup(ctx, s.Groups[i].Name)
		if err != nil {
			return err
		}
		s.Groups[i].Before = groupSnapshotOf(g)
	}
	return nil
}

func (c *Client) beforeGroupUpdate(ctx context.Context, s *groupChange) error {
	g, err := c.findGroup(ctx, s.Groups[0].Name)
	if err != nil {
		return err
	}
	*s = *newGroupUpdate(g)
	return nil
}

func (c *Client) beforeGroupUpdateByID(ctx context.Context, s *groupChange) error {
	g, err := c.findGroupByID(ctx, s.Groups[0].Before.ID)
	if err != nil {
		return err
	}
	if g.EngineResourceGroupName == "" { // groups are polled by it
		return unexpected(&opDescribeStandardEngineResourceGroups, "", "it has no EngineResourceGroupName")
	}
	*s = *newGroupUpdate(g)
	return nil
}

// startedGroups returns nil if a change was started although the call failed with err.
func (c *Client) startedGroups(ctx context.Context, s *groupChange, _ time.Time, err error) error {
	return startedAnyway(ctx, err, c.groupUpdate(s), func(g *StandardEngineResourceGroupInfo) bool {
		return s.isStarted(g, s.judge(g))
	})
}

// refusedGroups is the error of the groups that an operation did not change.
func refusedGroups(groups []OperateEngineResourceGroupFailMessage, requestID string) error {
	if len(groups) == 0 {
		return nil
	}
	var why []string
	for _, g := range groups {
		why = append(why, g.EngineResourceGroupName+": "+g.FailMessage)
	}
	return &cloud.Error{Kind: cloud.ErrConflict, RequestID: requestID, Message: strings.Join(why, "; ")}
}
