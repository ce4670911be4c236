package emulator

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func (s *finspaceService) scalingGroupRoutes() []route {
	const groups = kxEnvironment + "/scalingGroups"
	const group = groups + "/{scalingGroupName}"
	return []route{
		{"CreateKxScalingGroup", "POST", groups, operation(s.createScalingGroup)},
		{"GetKxScalingGroup", "GET", group, operation(s.getScalingGroup)},
		{"ListKxScalingGroups", "GET", groups, operation(s.listScalingGroups)},
		{"DeleteKxScalingGroup", "DELETE", group, operation(s.deleteScalingGroup)},
	}
}

// AddKxScalingGroup puts a scaling group into an environment, or replaces it. What is left empty
// becomes that of the smallest group, active for a day and without clusters.
func (e *Emulator) AddKxScalingGroup(environmentID string, group finspace.GetKxScalingGroupResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, g := e.now(), copyOf(group)
	g.ScalingGroupName = cmp.Or(g.ScalingGroupName, "group")
	g.HostType = cmp.Or(g.HostType, "kx.sg.large")
	g.AvailabilityZoneID = cmp.Or(g.AvailabilityZoneID, "use1-az4")
	g.Status = cmp.Or(g.Status, finspace.KxScalingGroupStatusActive)
	g.CreatedTimestamp = cmp.Or(g.CreatedTimestamp, now.Add(-24*time.Hour))
	g.LastModifiedTimestamp = cmp.Or(g.LastModifiedTimestamp, g.CreatedTimestamp)
	e.finspace.needEnvironment(environmentID)
	e.finspace.scalingGroups.add(keyOf(environmentID, g.ScalingGroupName), now, g)
}

func (s *finspaceService) createScalingGroup(r *received, in finspace.CreateKxScalingGroupRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		if err := s.readyEnvironment(in.EnvironmentID); err != nil {
			return nil, err
		}
		if !kxFree(s, s.scalingGroups, in.EnvironmentID, in.ScalingGroupName) {
			return nil, conflict("There is a scaling group "+in.ScalingGroupName+" already.", "")
		}
		g := s.startScalingGroup(in)
		return &finspace.CreateKxScalingGroupResponse{
			EnvironmentID: in.EnvironmentID, ScalingGroupName: g.ScalingGroupName, HostType: g.HostType, AvailabilityZoneID: g.AvailabilityZoneID,
			Status: g.Status, LastModifiedTimestamp: g.LastModifiedTimestamp, CreatedTimestamp: g.CreatedTimestamp,
		}, nil
	})
}

func (s *finspaceService) startScalingGroup(in finspace.CreateKxScalingGroupRequest) finspace.GetKxScalingGroupResponse {
	c := s.emulator.begin("finspace", "CreateKxScalingGroup")
	creating := finspace.GetKxScalingGroupResponse{
		ScalingGroupName: in.ScalingGroupName, HostType: in.HostType, AvailabilityZoneID: in.AvailabilityZoneID,
		Status: finspace.KxScalingGroupStatusCreating, LastModifiedTimestamp: c.start, CreatedTimestamp: c.start,
	}
	after := creating
	after.LastModifiedTimestamp = c.end
	after.Status, after.StatusReason = kxEnd(c, finspace.KxScalingGroupStatusActive, finspace.KxScalingGroupStatusCreateFailed, "There is no host of this type.")
	row := s.scalingGroups.create(keyOf(in.EnvironmentID, in.ScalingGroupName))
	during(row, c, c.start, creating)
	finish(row, c, after)
	return creating
}

func (s *finspaceService) getScalingGroup(_ *received, in finspace.GetKxScalingGroupRequest) (any, error) {
	return kxShown(s, s.scalingGroups, "scaling group", in.EnvironmentID, in.ScalingGroupName)
}

func (s *finspaceService) listScalingGroups(_ *received, in finspace.ListKxScalingGroupsRequest) (any, error) {
	groups, err := kxAllShown(s, s.scalingGroups, in.EnvironmentID)
	if err != nil {
		return nil, err
	}
	list := []finspace.KxScalingGroup{}
	for _, g := range groups {
		list = append(list, finspace.KxScalingGroup{
			ScalingGroupName: g.ScalingGroupName, HostType: g.HostType, Clusters: g.Clusters, AvailabilityZoneID: g.AvailabilityZoneID,
			Status: g.Status, StatusReason: g.StatusReason, LastModifiedTimestamp: g.LastModifiedTimestamp, CreatedTimestamp: g.CreatedTimestamp,
		})
	}
	page, next, err := nextPage(list, keyOf("scaling groups", in.EnvironmentID), in.NextToken, cmp.Or(in.MaxResults, finspacePage))
	return &finspace.ListKxScalingGroupsResponse{ScalingGroups: page, NextToken: next}, err
}

func (s *finspaceService) deleteScalingGroup(r *received, in finspace.DeleteKxScalingGroupRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row, before, err := kxTruth(s, s.scalingGroups, "scaling group", in.EnvironmentID, in.ScalingGroupName)
		if err == nil {
			err = kxAllow("scaling group", in.ScalingGroupName, before.Status,
				finspace.KxScalingGroupStatusActive, finspace.KxScalingGroupStatusCreateFailed, finspace.KxScalingGroupStatusDeleteFailed)
		}
		if err != nil {
			return nil, err
		}
		if len(before.Clusters) > 0 {
			return nil, conflict("There are clusters on the scaling group "+in.ScalingGroupName+".", "INVALID_STATE")
		}
		c := s.emulator.begin("finspace", "DeleteKxScalingGroup")
		deleting := before
		deleting.Status, deleting.StatusReason = finspace.KxScalingGroupStatusDeleting, ""
		deleting.LastModifiedTimestamp = later(c.start, before.LastModifiedTimestamp)
		after := deleting
		after.LastModifiedTimestamp = later(c.end, deleting.LastModifiedTimestamp)
		after.Status, after.StatusReason = kxEnd(c, finspace.KxScalingGroupStatusDeleted, finspace.KxScalingGroupStatusDeleteFailed, "The host cannot be released.")
		during(row, c, c.start, deleting)
		kxEndDeletion(row, c, after)
		return nil, nil
	})
}
