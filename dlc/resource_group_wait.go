package dlc

import (
	"context"
	"iter"
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
	Began:  (*Client).groupCreationBegan,
	Spec:   (*Client).groupCreation,
	Undo:   (*Client).deleteCreatedGroup,
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
		s *groupChange, _ *LaunchStandardEngineResourceGroupsRequest, out *LaunchStandardEngineResourceGroupsResponse, _ time.Time,
	) error {
		return s.refuse(out.OperateEngineResourceGroupFailMessages, out.RequestID)
	},
	Refused: (*Client).startedGroups,
	Began:   groupsBegan[LaunchStandardEngineResourceGroupsRequest],
	Spec:    (*Client).groupUpdate,
	Undo:    (*Client).pauseLaunched,
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
		s *groupChange, _ *PauseStandardEngineResourceGroupsRequest, out *PauseStandardEngineResourceGroupsResponse, _ time.Time,
	) error {
		return s.refuse(out.OperateEngineResourceGroupFailMessages, out.RequestID)
	},
	Refused: (*Client).startedGroups,
	Began:   groupsBegan[PauseStandardEngineResourceGroupsRequest],
	Spec:    (*Client).groupUpdate,
	Undo:    (*Client).launchPaused,
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
	Began: (*Client).groupDeletionBegan,
	Spec:  (*Client).groupDeletion,
}

var updateStandardEngineResourceGroupResourceInfo = change[
	UpdateStandardEngineResourceGroupResourceInfoRequest, UpdateStandardEngineResourceGroupResourceInfoResponse, groupChange,
	StandardEngineResourceGroupInfo,
]{
	State: func(r *UpdateStandardEngineResourceGroupResourceInfoRequest) *groupChange {
		s := newGroupChange(0, r.EngineResourceGroupName)
		s.asked = r
		return s
	},
	Before:  (*Client).beforeGroupUpdate,
	Refused: (*Client).startedGroups,
	Began:   (*Client).groupResourcesBegan,
	Spec:    (*Client).groupUpdate,
	Restore: func(s *groupChange) *UpdateStandardEngineResourceGroupResourceInfoRequest { return s.Replaced },
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
	Began:   (*Client).groupConfigBegan,
	Spec:    (*Client).groupUpdate,
}

var updateEngineResourceGroupNetworkConfigInfo = change[
	UpdateEngineResourceGroupNetworkConfigInfoRequest, UpdateEngineResourceGroupNetworkConfigInfoResponse, groupChange,
	StandardEngineResourceGroupInfo,
]{
	State: func(r *UpdateEngineResourceGroupNetworkConfigInfoRequest) *groupChange {
		how := &UpdateEngineResourceGroupNetworkConfigInfoRequest{
			EngineResourceGroupID: r.EngineResourceGroupID, IsEffectiveNow: r.IsEffectiveNow,
		}
		return &groupChange{Groups: []groupRecord{{Before: groupSnapshot{ID: r.EngineResourceGroupID}}}, Network: how}
	},
	Before:  (*Client).beforeGroupUpdateByID,
	Refused: (*Client).startedGroups,
	Began:   (*Client).groupNetworkBegan,
	Spec:    (*Client).groupUpdate,
	Restore: func(s *groupChange) *UpdateEngineResourceGroupNetworkConfigInfoRequest { return s.Network },
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
	return c.sharingGroups(cloud.WaitSpec[StandardEngineResourceGroupInfo]{
		Service: service,
		Read: func(ctx context.Context) (*StandardEngineResourceGroupInfo, error) {
			return c.findGroup(ctx, r.EngineResourceGroupName)
		},
		Judge: func(g *StandardEngineResourceGroupInfo) cloud.Verdict {
			return groupSnapshotOf(g).stateVerdict(statuses)
		},
		Diagnose: c.groupDiagnosis(func() string { return r.EngineResourceGroupName }),
		Within:   resourceWithin,
	}, wait.Itself, r.EngineResourceGroupName)
}

func (c *Client) groupCreation(s *groupCreationChange) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	return groupPresent(c.sharingGroups(cloud.WaitSpec[StandardEngineResourceGroupInfo]{
		Service:  service,
		Read:     func(ctx context.Context) (*StandardEngineResourceGroupInfo, error) { return c.findGroup(ctx, s.Name) },
		Judge:    s.judge,
		Diagnose: c.groupDiagnosis(func() string { return s.Name }),
		Within:   resourceWithin,
	}, wait.Itself, s.Name))
}

// groupUpdate is the wait for a change of existing groups. No response says which change it is about.
func (c *Client) groupUpdate(s *groupChange) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	return groupPresent(c.sharingGroups(cloud.WaitSpec[StandardEngineResourceGroupInfo]{
		Service:  service,
		Read:     func(ctx context.Context) (*StandardEngineResourceGroupInfo, error) { return c.readGroups(ctx, s) },
		Judge:    s.verdict,
		Diagnose: c.groupDiagnosis(s.first),
		Confirm:  wait.ConfirmWithin,
		Within:   resourceWithin,
	}, s.unfinished, s.names()...))
}

func (c *Client) groupDeletion(s *groupChange) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	return groupGone(c.sharingGroups(cloud.WaitSpec[StandardEngineResourceGroupInfo]{
		Service: service,
		Read: func(ctx context.Context) (*StandardEngineResourceGroupInfo, error) {
			return c.findGroup(ctx, s.Groups[0].Name)
		},
		Judge:    s.judgeDeletion,
		Diagnose: c.groupDiagnosis(s.first),
		Within:   resourceWithin,
	}, wait.Itself, s.names()...))
}

// sharingGroups makes w share the reads of the list of resource groups.
func (c *Client) sharingGroups(
	w cloud.WaitSpec[StandardEngineResourceGroupInfo],
	show func([]*StandardEngineResourceGroupInfo) *StandardEngineResourceGroupInfo, names ...string,
) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	return wait.Share(c.api, w, &wait.List[StandardEngineResourceGroupInfo, StandardEngineResourceGroupInfo]{
		Op:  &opDescribeStandardEngineResourceGroups,
		IDs: names,
		Items: func(ctx context.Context, _ []string) iter.Seq2[StandardEngineResourceGroupInfo, error] {
			return c.AllStandardEngineResourceGroups(ctx, DescribeStandardEngineResourceGroupsRequest{Limit: 100})
		},
		ID: func(g *StandardEngineResourceGroupInfo) string {
			if g.ResourceGroupState == ResourceGroupStateDeleted {
				return "" // another one may have its name
			}
			return g.EngineResourceGroupName
		},
		PerCall: 100,
		Show:    show,
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

func (s *groupChange) names() []string {
	var names []string
	for i := range s.Groups {
		names = append(names, s.Groups[i].Name)
	}
	return names
}

// unfinished returns the first group whose change has not succeeded yet, else the last.
func (s *groupChange) unfinished(groups []*StandardEngineResourceGroupInfo) (g *StandardEngineResourceGroupInfo) {
	for _, g = range groups {
		if g == nil || s.judge(g).Outcome != cloud.Succeeded {
			return g
		}
	}
	return g
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
	s.recordBefore(g)
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
	s.recordBefore(g)
	return nil
}

// startedGroups returns nil if a change was started although the call failed with err.
func (c *Client) startedGroups(ctx context.Context, s *groupChange, _ time.Time, err error) error {
	return startedAnyway(ctx, err, c.groupUpdate(s), func(g *StandardEngineResourceGroupInfo) bool {
		return s.isStarted(g, s.judge(g))
	})
}
