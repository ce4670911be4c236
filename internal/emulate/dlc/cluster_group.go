package dlc

import (
	"cmp"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) clusterGroupOperations() front.Handlers {
	return front.Handlers{
		"CreateClusterGroup":           front.Handle(s.createClusterGroup),
		"DescribeClusterGroup":         front.Handle(s.describeClusterGroup),
		"ListClusterGroups":            front.Handle(s.listClusterGroups),
		"UpdateClusterGroup":           front.Handle(s.updateClusterGroup),
		"DeleteClusterGroup":           front.Handle(s.deleteClusterGroup),
		"DescribeClusterGroupClusters": front.Handle(s.describeGroupClusters),
	}
}

// clusterGroup returns a group of Ray clusters. One that is deleted is shown only if asked for.
func (s *Service) clusterGroup(id string, deleted bool) (dlc.ClusterGroup, error) {
	v, ok := s.clusterGroups.Row(id).Actual(s.world.Now())
	if !ok || v.Deleted && !deleted {
		return v, refuse("FailedOperation.ClusterGroupNotFound", "The cluster group %q does not exist.", id)
	}
	return v, nil
}

func (s *Service) putClusterGroup(v dlc.ClusterGroup) dlc.ClusterGroup {
	v.UpdateTime = max(cloud.Milliseconds(s.world.Now()), v.UpdateTime+1)
	v.CreateTime = cmp.Or(v.CreateTime, v.UpdateTime)
	s.clusterGroups.Add(v.ID, s.world.Now(), v)
	return v
}

func (s *Service) createClusterGroup(r *front.Received, in dlc.CreateClusterGroupRequest) (any, error) {
	if _, _, ok := s.clusterGroups.By(s.world.Now(), in.Name); ok {
		return nil, refuse("OperationDenied", "The cluster group %q already exists.", in.Name)
	}
	out := world.CommonTo[dlc.CreateClusterGroupResponse](s.putClusterGroup(dlc.ClusterGroup{
		ID: s.newRayID("group"), Name: in.Name, Description: in.Description, Config: in.Config, UIN: account,
	}))
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) describeClusterGroup(r *front.Received, in dlc.DescribeClusterGroupRequest) (any, error) {
	v, err := s.clusterGroup(in.ID, in.IncludeDeleted != nil && *in.IncludeDeleted)
	if err != nil {
		return nil, err
	}
	out := world.CommonTo[dlc.DescribeClusterGroupResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) listClusterGroups(r *front.Received, in dlc.ListClusterGroupsRequest) (any, error) {
	list := slices.DeleteFunc(s.clusterGroups.List(s.world.Now()), func(v *dlc.ClusterGroup) bool { return v.Deleted })
	l, err := pageAs[dlc.ClusterGroup](list, listQuery{in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields})
	if err != nil {
		return nil, err
	}
	return &dlc.ListClusterGroupsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func (s *Service) updateClusterGroup(r *front.Received, in dlc.UpdateClusterGroupRequest) (any, error) {
	v, err := s.clusterGroup(in.ID, false)
	if err != nil {
		return nil, err
	}
	world.CopyMembers(&v, in)
	out := world.CommonTo[dlc.UpdateClusterGroupResponse](s.putClusterGroup(v))
	out.RequestID = r.RequestID
	return &out, nil
}

// deleteClusterGroup deletes a group. One with clusters is only deleted by force.
func (s *Service) deleteClusterGroup(r *front.Received, in dlc.DeleteClusterGroupRequest) (any, error) {
	v, err := s.clusterGroup(in.ID, false)
	if err != nil {
		return nil, err
	}
	if n := len(s.clustersOf(in.ID, nil)); n > 0 && (in.Force == nil || !*in.Force) {
		return nil, refuse("OperationDenied", "The cluster group %q has %d clusters.", in.ID, n)
	}
	v.Deleted, v.DeleteTime = true, cloud.Milliseconds(s.world.Now())
	out := world.CommonTo[dlc.DeleteClusterGroupResponse](s.putClusterGroup(v))
	out.RequestID = r.RequestID
	return &out, nil
}

// clustersOf returns the clusters of a group that are in one of the given states, or in any.
func (s *Service) clustersOf(group string, states []string) []*rayState {
	return slices.DeleteFunc(s.rayClusters.List(s.world.Now()), func(v *rayState) bool {
		return v.Cluster.GroupID != group || len(states) > 0 && !slices.Contains(states, string(v.Status))
	})
}

func (s *Service) describeGroupClusters(r *front.Received, in dlc.DescribeClusterGroupClustersRequest) (any, error) {
	if _, err := s.clusterGroup(in.ID, false); err != nil {
		return nil, err
	}
	list := s.clustersOf(in.ID, in.Status)
	out := &dlc.DescribeClusterGroupClustersResponse{Count: len(list), RequestID: r.RequestID}
	if in.SampleLimit != nil && *in.SampleLimit >= 0 {
		list = list[:min(len(list), *in.SampleLimit)]
	}
	out.SampleClusters = world.ShownAs(list, shownCluster)
	return out, nil
}

// nameOfGroup returns the name that a cluster group has, none if it is deleted.
func nameOfGroup(v *dlc.ClusterGroup) string {
	if v.Deleted {
		return ""
	}
	return v.Name
}
