package dlc

import (
	"context"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// status completes the signs of a change by what any change of a resource group shows.
func (r *groupRecord) status(now groupSnapshot, shown signs) (cloud.StartStatus, error) {
	if differs(now.ID, r.Before.ID) {
		return cloud.Uncertain, nil // the group is gone, with all that it would show
	}
	shown.unchanged = now == r.Before && now.Updated != 0 && !shown.other && !shown.replaced
	shown.lost = slices.Contains(groupLost, now.State)
	return shown.status(r.difference(now), "resource group is "+now.State.String())
}

// isOperated reports whether a group is in the state that an operation is for, so that the service does not refuse it.
func (s *groupChange) isOperated(r *groupRecord) bool {
	return r.Before.isSettled() && r.Before.State != s.Goal
}

// groupsBegan is the function Began of launches and pauses. The service refuses groups that need none, so they are
// followed no further if there are others.
func groupsBegan[R any](c *Client, ctx context.Context, s *groupChange, _ *R, _ time.Time) (cloud.StartStatus, error) {
	var all []cloud.StartStatus
	needed := slices.ContainsFunc(s.Groups, func(r groupRecord) bool { return s.isOperated(&r) })
	for i := range s.Groups {
		r := &s.Groups[i]
		if needed && !s.isOperated(r) {
			continue
		}
		status, err := c.groupOperationBegan(ctx, s, r)
		if err != nil {
			return cloud.Uncertain, err
		}
		all = append(all, status)
	}
	status := unanimous(all)
	if status == cloud.Begun && needed {
		s.Groups = slices.DeleteFunc(s.Groups, func(r groupRecord) bool {
			unneeded := !s.isOperated(&r)
			if unneeded {
				s.Refused = append(s.Refused, refusedGroup{r.Name, "the resource group was " + r.Before.State.String()})
			}
			return unneeded
		})
	}
	return status, nil
}

func (c *Client) groupOperationBegan(ctx context.Context, s *groupChange, r *groupRecord) (cloud.StartStatus, error) {
	g, err := c.findGroup(ctx, r.Name)
	if err != nil {
		return cloud.Uncertain, err
	}
	through := ResourceGroupStateStarting
	if s.Goal == ResourceGroupStatePaused {
		through = ResourceGroupStatePausing
	}
	now, needed := groupSnapshotOf(g), s.isOperated(r)
	return r.status(now, signs{
		met: now.State == s.Goal, wasMet: !needed, underway: needed && now.State == through, other: now.Shape != r.Before.Shape,
	})
}

// groupsOperated returns the names of the groups that the operation changed.
func (s *groupChange) groupsOperated() []string {
	var names []string
	for i := range s.Groups {
		if s.isOperated(&s.Groups[i]) {
			names = append(names, s.Groups[i].Name)
		}
	}
	return names
}

func (c *Client) pauseLaunched(ctx context.Context, s *groupChange) (cloud.AnyChange, error) {
	names := s.groupsOperated()
	if len(names) == 0 {
		return nil, noWayBack("no resource group was paused")
	}
	return wait.AnyChange(c.PreparePauseStandardEngineResourceGroups(ctx, PauseStandardEngineResourceGroupsRequest{
		EngineResourceGroupNames: names,
	}))
}

func (c *Client) launchPaused(ctx context.Context, s *groupChange) (cloud.AnyChange, error) {
	names := s.groupsOperated()
	if len(names) == 0 {
		return nil, noWayBack("no resource group was running")
	}
	return wait.AnyChange(c.starter().PrepareLaunchStandardEngineResourceGroups(ctx, LaunchStandardEngineResourceGroupsRequest{
		EngineResourceGroupNames: names,
	}))
}

// groupCreationBegan looks for the group of the name.
func (c *Client) groupCreationBegan(
	ctx context.Context, s *groupCreationChange, r *CreateStandardEngineResourceGroupRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	g, err := c.findGroup(ctx, s.Name)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.NotBegun, nil
	case err != nil:
		return cloud.Uncertain, err
	case s.OlderID != "" && s.OlderID == g.EngineResourceGroupID,
		!wait.MadeSince(prepared, g.CreateTime.Time(), g.ResourceGroupState == ResourceGroupStateStarting):
		return cloud.NotBegun, nil
	case wait.Contradicts(wait.ShownAs[StandardEngineResourceGroupInfo](r), g):
		return cloud.Uncertain, nil // another's, or changed since
	}
	return cloud.Begun, nil
}

// deleteCreatedGroup prepares the deletion of the group that was created.
func (c *Client) deleteCreatedGroup(ctx context.Context, s *groupCreationChange) (cloud.AnyChange, error) {
	g, err := c.findGroup(ctx, s.Name)
	switch {
	case err != nil:
		return nil, err
	case s.OlderID != "" && s.OlderID == g.EngineResourceGroupID:
		return nil, notCreated("resource group", s.Name)
	}
	return wait.AnyChange(c.PrepareDeleteStandardEngineResourceGroup(ctx, DeleteStandardEngineResourceGroupRequest{
		EngineResourceGroupName: s.Name,
	}))
}

// groupDeletionBegan reads the list of groups. One list may miss the group although it is there.
func (c *Client) groupDeletionBegan(
	ctx context.Context, s *groupChange, _ *DeleteStandardEngineResourceGroupRequest, _ time.Time,
) (cloud.StartStatus, error) {
	r := &s.Groups[0]
	g, err := c.findGroup(ctx, r.Name)
	if cloud.KindOf(err) == cloud.ErrNotFound && pause(ctx, wait.QuickInterval) == nil {
		g, err = c.findGroup(ctx, r.Name)
	}
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.Begun, nil // it was read before
	case err != nil:
		return cloud.Uncertain, err
	}
	now := groupSnapshotOf(g)
	if differs(now.ID, r.Before.ID) || now.State == ResourceGroupStateDeleted {
		return cloud.Begun, nil
	}
	return r.status(now, signs{other: now.Shape != r.Before.Shape || now.isSettled() && now.State != r.Before.State})
}

// groupResourcesOf returns the update that would make the resources of a group what they are.
func groupResourcesOf(g *StandardEngineResourceGroupInfo) *UpdateStandardEngineResourceGroupResourceInfoRequest {
	return &UpdateStandardEngineResourceGroupResourceInfoRequest{
		EngineResourceGroupName: g.EngineResourceGroupName, DriverCUSpec: g.DriverCUSpec, ExecutorCUSpec: g.ExecutorCUSpec,
		MinExecutorNums: &g.MinExecutorNums, MaxExecutorNums: &g.MaxExecutorNums, Size: &g.Size,
		ImageType: g.ImageType, ImageName: g.ImageName, ImageVersion: g.ImageVersion, FrameType: g.FrameType,
		PublicDomain: &g.PublicDomain, RegistryID: &g.RegistryID, RegionName: &g.RegionName,
		PythonCUSpec: g.PythonCUSpec, SparkSpecMode: g.SparkSpecMode, SparkSize: &g.SparkSize,
	}
}

func (c *Client) groupResourcesBegan(
	ctx context.Context, s *groupChange, r *UpdateStandardEngineResourceGroupResourceInfoRequest, _ time.Time,
) (cloud.StartStatus, error) {
	return c.groupUpdateBegan(ctx, s, func(g *StandardEngineResourceGroupInfo) (signs, error) {
		if s.Replaced == nil {
			return signs{replaced: true}, nil // a token without a baseline proves nothing
		}
		now := onlyAsked(r, groupResourcesOf(g))
		now.IsEffectiveNow = r.IsEffectiveNow
		met := !wait.Contradicts(r, now)
		return signs{met: met, wasMet: !wait.Contradicts(r, s.Replaced), replaced: !met && wait.Contradicts(s.Replaced, now)}, nil
	})
}

// groupUpdateBegan reads the group and reports whether its update has begun. content compares what the update changes.
func (c *Client) groupUpdateBegan(
	ctx context.Context, s *groupChange, content func(*StandardEngineResourceGroupInfo) (signs, error),
) (cloud.StartStatus, error) {
	r := &s.Groups[0]
	g, err := c.findGroup(ctx, r.Name)
	if err != nil {
		return cloud.Uncertain, err
	}
	shown, err := content(g)
	if err != nil {
		return cloud.Uncertain, err
	}
	now := groupSnapshotOf(g)
	shown.other = !shown.met && !shown.replaced && now.Shape != r.Before.Shape || now.isSettled() && now.State != r.Before.State
	return r.status(now, shown)
}

func (c *Client) groupNetworkBegan(
	ctx context.Context, s *groupChange, r *UpdateEngineResourceGroupNetworkConfigInfoRequest, _ time.Time,
) (cloud.StartStatus, error) {
	return c.groupUpdateBegan(ctx, s, func(g *StandardEngineResourceGroupInfo) (signs, error) {
		if s.Network == nil {
			return signs{replaced: true}, nil
		}
		now, before := g.NetworkConfigNames, s.Network.NetworkConfigNames
		met := sameNames(now, r.NetworkConfigNames)
		return signs{met: met, wasMet: sameNames(before, r.NetworkConfigNames), replaced: !met && !sameNames(now, before)}, nil
	})
}

// sameNames reports whether two lists have the same names, in any order.
func sameNames(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func (c *Client) groupBaseBegan(
	ctx context.Context, s *groupBaseChange, _ *UpdateStandardEngineResourceGroupBaseInfoRequest, _ time.Time,
) (cloud.StartStatus, error) {
	g, err := c.findGroup(ctx, s.Name)
	if err != nil {
		return cloud.Uncertain, err
	}
	now, base, r := groupSnapshotOf(g), groupBaseOf(g), groupRecord{Name: s.Name, Before: s.Before}
	met := base.isMet(s.Goal)
	return r.status(now, signs{
		met: met, wasMet: s.Base.isMet(s.Goal), replaced: !met && base != s.Base,
		other: now.Shape != s.Before.Shape || now.isSettled() && now.State != s.Before.State,
	})
}
