package finspace

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) scalingGroupOperations() front.Handlers {
	return front.Handlers{
		"CreateKxScalingGroup": front.Handle(s.createScalingGroup),
		"GetKxScalingGroup":    front.Handle(s.getScalingGroup),
		"ListKxScalingGroups":  front.Handle(s.listScalingGroups),
		"DeleteKxScalingGroup": front.Handle(s.deleteScalingGroup),
	}
}

// AddKxScalingGroup adds a scaling group to an environment, or replaces it, and returns its name.
func (s *Service) AddKxScalingGroup(environmentID string, group finspace.GetKxScalingGroupResponse) string {
	now, g := s.World.Now(), group
	g.ScalingGroupName = cmp.Or(g.ScalingGroupName, "group")
	g.ScalingGroupARN = cmp.Or(g.ScalingGroupARN, s.kxARN(environmentID, "kxScalingGroup", g.ScalingGroupName))
	g.HostType = cmp.Or(g.HostType, "kx.sg.large")
	g.AvailabilityZoneID = cmp.Or(g.AvailabilityZoneID, "use1-az4")
	g.Status = cmp.Or(g.Status, finspace.KxScalingGroupStatusActive)
	g.CreatedTimestamp = cmp.Or(g.CreatedTimestamp, now.Add(-24*time.Hour))
	g.LastModifiedTimestamp = cmp.Or(g.LastModifiedTimestamp, g.CreatedTimestamp)
	s.ensureEnvironment(environmentID)
	s.scalingGroups.Add(world.KeyOf(environmentID, g.ScalingGroupName), now, g)
	return g.ScalingGroupName
}

func (s *Service) createScalingGroup(r *front.Received, in finspace.CreateKxScalingGroupRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		if err := s.checkEnvironmentReady(in.EnvironmentID); err != nil {
			return nil, err
		}
		if !kxNameFree(s, s.scalingGroups, in.EnvironmentID, in.ScalingGroupName) {
			return nil, aws.Conflict("The scaling group "+in.ScalingGroupName+" already exists.", "")
		}
		g := s.startScalingGroup(in)
		s.tags.Set(g.ScalingGroupARN, g.CreatedTimestamp, in.Tags)
		return &finspace.CreateKxScalingGroupResponse{
			EnvironmentID: in.EnvironmentID, ScalingGroupName: g.ScalingGroupName, HostType: g.HostType,
			AvailabilityZoneID: g.AvailabilityZoneID, Status: g.Status,
			LastModifiedTimestamp: g.LastModifiedTimestamp, CreatedTimestamp: g.CreatedTimestamp,
		}, nil
	})
}

func (s *Service) startScalingGroup(in finspace.CreateKxScalingGroupRequest) finspace.GetKxScalingGroupResponse {
	c := s.World.Begin("finspace", "CreateKxScalingGroup")
	creating := finspace.GetKxScalingGroupResponse{
		ScalingGroupName: in.ScalingGroupName, ScalingGroupARN: s.kxARN(in.EnvironmentID, "kxScalingGroup", in.ScalingGroupName),
		HostType: in.HostType, AvailabilityZoneID: in.AvailabilityZoneID,
		Status: finspace.KxScalingGroupStatusCreating, LastModifiedTimestamp: c.Start, CreatedTimestamp: c.Start,
	}
	after := creating
	after.LastModifiedTimestamp = c.End
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxScalingGroupStatusActive,
		finspace.KxScalingGroupStatusCreateFailed, "No host of this type is available.")
	row := s.scalingGroups.Create(world.KeyOf(in.EnvironmentID, in.ScalingGroupName))
	world.Schedule(row, c, c.Start, creating)
	world.Finish(row, c, after)
	return creating
}

func (s *Service) getScalingGroup(_ *front.Received, in finspace.GetKxScalingGroupRequest) (any, error) {
	g, err := kxVisible(s, s.scalingGroups, "scaling group", in.EnvironmentID, in.ScalingGroupName)
	if err != nil {
		return nil, err
	}
	g.Clusters = withClusters(g.Clusters, s.clustersBy("scaling groups", scalingGroupsOf, in.EnvironmentID)[in.ScalingGroupName])
	return g, nil
}

func (s *Service) listScalingGroups(_ *front.Received, in finspace.ListKxScalingGroupsRequest) (any, error) {
	page, next, err := kxPage(s, kxList[finspace.GetKxScalingGroupResponse]{
		table: s.scalingGroups, what: "scaling groups", names: []string{in.EnvironmentID},
	}, in.NextToken, in.MaxResults)
	clusters := s.clustersBy("scaling groups", scalingGroupsOf, in.EnvironmentID)
	items := world.ShownAs(page, func(g *finspace.GetKxScalingGroupResponse) finspace.KxScalingGroup {
		return finspace.KxScalingGroup{
			ScalingGroupName: g.ScalingGroupName, HostType: g.HostType, Clusters: withClusters(g.Clusters, clusters[g.ScalingGroupName]),
			AvailabilityZoneID: g.AvailabilityZoneID, Status: g.Status, StatusReason: g.StatusReason,
			LastModifiedTimestamp: g.LastModifiedTimestamp,
			CreatedTimestamp:      g.CreatedTimestamp,
		}
	})
	return &finspace.ListKxScalingGroupsResponse{ScalingGroups: items, NextToken: next}, err
}

func (s *Service) deleteScalingGroup(r *front.Received, in finspace.DeleteKxScalingGroupRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, before, err := kxActual(s, s.scalingGroups, "scaling group", in.EnvironmentID, in.ScalingGroupName)
		if err == nil {
			err = kxRequireStatus("scaling group", in.ScalingGroupName, before.Status,
				finspace.KxScalingGroupStatusActive, finspace.KxScalingGroupStatusCreateFailed, finspace.KxScalingGroupStatusDeleteFailed)
		}
		if err != nil {
			return nil, err
		}
		if len(before.Clusters) > 0 {
			return nil, aws.Conflict("The scaling group "+in.ScalingGroupName+" has clusters.", "INVALID_STATE")
		}
		err = s.checkUnused(scalingGroupsOf, in.ScalingGroupName, in.EnvironmentID, "scaling group", in.ScalingGroupName)
		if err != nil {
			return nil, err
		}
		c := s.World.Begin("finspace", "DeleteKxScalingGroup")
		deleting := before
		deleting.Status, deleting.StatusReason = finspace.KxScalingGroupStatusDeleting, ""
		deleting.LastModifiedTimestamp = world.NextTimestamp(c.Start, before.LastModifiedTimestamp)
		after := deleting
		after.LastModifiedTimestamp = world.NextTimestamp(c.End, deleting.LastModifiedTimestamp)
		after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxScalingGroupStatusDeleted,
			finspace.KxScalingGroupStatusDeleteFailed, "The host cannot be released.")
		world.Schedule(row, c, c.Start, deleting)
		kxFinishDeletion(row, c, after)
		return nil, nil
	})
}
