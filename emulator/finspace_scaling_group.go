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

// AddKxScalingGroup adds a scaling group to an environment, or replaces it. Empty fields default to those of
// the smallest group, active for a day and without clusters.
func (e *Emulator) AddKxScalingGroup(environmentID string, group finspace.GetKxScalingGroupResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, g := e.now(), deepCopy(group)
	g.ScalingGroupName = cmp.Or(g.ScalingGroupName, "group")
	g.HostType = cmp.Or(g.HostType, "kx.sg.large")
	g.AvailabilityZoneID = cmp.Or(g.AvailabilityZoneID, "use1-az4")
	g.Status = cmp.Or(g.Status, finspace.KxScalingGroupStatusActive)
	g.CreatedTimestamp = cmp.Or(g.CreatedTimestamp, now.Add(-24*time.Hour))
	g.LastModifiedTimestamp = cmp.Or(g.LastModifiedTimestamp, g.CreatedTimestamp)
	e.finspace.ensureEnvironment(environmentID)
	e.finspace.scalingGroups.add(keyOf(environmentID, g.ScalingGroupName), now, g)
}

func (s *finspaceService) createScalingGroup(r *received, in finspace.CreateKxScalingGroupRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		if err := s.checkEnvironmentReady(in.EnvironmentID); err != nil {
			return nil, err
		}
		if !kxNameFree(s, s.scalingGroups, in.EnvironmentID, in.ScalingGroupName) {
			return nil, awsConflict("The scaling group "+in.ScalingGroupName+" already exists.", "")
		}
		g := s.startScalingGroup(in)
		return &finspace.CreateKxScalingGroupResponse{
			EnvironmentID: in.EnvironmentID, ScalingGroupName: g.ScalingGroupName, HostType: g.HostType,
			AvailabilityZoneID: g.AvailabilityZoneID, Status: g.Status,
			LastModifiedTimestamp: g.LastModifiedTimestamp, CreatedTimestamp: g.CreatedTimestamp,
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
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxScalingGroupStatusActive,
		finspace.KxScalingGroupStatusCreateFailed, "No host of this type is available.")
	row := s.scalingGroups.create(keyOf(in.EnvironmentID, in.ScalingGroupName))
	schedule(row, c, c.start, creating)
	finish(row, c, after)
	return creating
}

func (s *finspaceService) getScalingGroup(_ *received, in finspace.GetKxScalingGroupRequest) (any, error) {
	return kxVisible(s, s.scalingGroups, "scaling group", in.EnvironmentID, in.ScalingGroupName)
}

func (s *finspaceService) listScalingGroups(_ *received, in finspace.ListKxScalingGroupsRequest) (any, error) {
	groups, err := kxAllVisible(s, s.scalingGroups, in.EnvironmentID)
	if err != nil {
		return nil, err
	}
	list := []finspace.KxScalingGroup{}
	for _, g := range groups {
		list = append(list, finspace.KxScalingGroup{
			ScalingGroupName: g.ScalingGroupName, HostType: g.HostType, Clusters: g.Clusters, AvailabilityZoneID: g.AvailabilityZoneID,
			Status: g.Status, StatusReason: g.StatusReason, LastModifiedTimestamp: g.LastModifiedTimestamp,
			CreatedTimestamp: g.CreatedTimestamp,
		})
	}
	page, next, err := nextPage(list, keyOf("scaling groups", in.EnvironmentID), in.NextToken, cmp.Or(in.MaxResults, finspacePage))
	return &finspace.ListKxScalingGroupsResponse{ScalingGroups: page, NextToken: next}, err
}

func (s *finspaceService) deleteScalingGroup(r *received, in finspace.DeleteKxScalingGroupRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row, before, err := kxActual(s, s.scalingGroups, "scaling group", in.EnvironmentID, in.ScalingGroupName)
		if err == nil {
			err = kxRequireStatus("scaling group", in.ScalingGroupName, before.Status,
				finspace.KxScalingGroupStatusActive, finspace.KxScalingGroupStatusCreateFailed, finspace.KxScalingGroupStatusDeleteFailed)
		}
		if err != nil {
			return nil, err
		}
		if len(before.Clusters) > 0 {
			return nil, awsConflict("The scaling group "+in.ScalingGroupName+" has clusters.", "INVALID_STATE")
		}
		c := s.emulator.begin("finspace", "DeleteKxScalingGroup")
		deleting := before
		deleting.Status, deleting.StatusReason = finspace.KxScalingGroupStatusDeleting, ""
		deleting.LastModifiedTimestamp = nextTimestamp(c.start, before.LastModifiedTimestamp)
		after := deleting
		after.LastModifiedTimestamp = nextTimestamp(c.end, deleting.LastModifiedTimestamp)
		after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxScalingGroupStatusDeleted,
			finspace.KxScalingGroupStatusDeleteFailed, "The host cannot be released.")
		schedule(row, c, c.start, deleting)
		kxFinishDeletion(row, c, after)
		return nil, nil
	})
}
