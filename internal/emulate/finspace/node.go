package finspace

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) nodeOperations() front.Handlers {
	return front.Handlers{
		"ListKxClusterNodes":  front.Handle(s.listNodes),
		"DeleteKxClusterNode": front.Handle(s.deleteNode),
	}
}

// AddKxClusterNode adds a node to an existing cluster, or replaces it, and returns its ID.
func (s *Service) AddKxClusterNode(environmentID, cluster string, node finspace.KxNode) string {
	now, n := s.World.Now(), node
	n.NodeID = cmp.Or(n.NodeID, s.World.NewUUID())
	n.AvailabilityZoneID = cmp.Or(n.AvailabilityZoneID, "use1-az4")
	n.LaunchTime = cmp.Or(n.LaunchTime, now.Add(-24*time.Hour))
	n.Status = cmp.Or(n.Status, finspace.KxNodeStatusRunning)
	s.nodes.Add(world.KeyOf(environmentID, cluster, n.NodeID), now, n)
	return n.NodeID
}

// startNodes plans the nodes of a new cluster. They are gone in the end if its creation fails.
func (s *Service) startNodes(c world.Change, environmentID string, cluster finspace.GetKxClusterResponse) {
	count := 1
	switch {
	case cluster.ScalingGroupConfiguration != nil:
		count = cluster.ScalingGroupConfiguration.NodeCount
	case cluster.CapacityConfiguration != nil:
		count = max(cluster.CapacityConfiguration.NodeCount, 1)
	}
	for range count {
		node := finspace.KxNode{
			NodeID: s.World.NewUUID(), AvailabilityZoneID: cluster.AvailabilityZoneID, LaunchTime: c.Part(2, 3),
			Status: finspace.KxNodeStatusProvisioning,
		}
		row := s.nodes.Create(world.KeyOf(environmentID, cluster.ClusterName, node.NodeID))
		world.Schedule(row, c, c.Part(2, 3), node)
		node.Status = finspace.KxNodeStatusRunning
		if c.Failed() {
			world.Remove(row, c)
		} else {
			world.Finish(row, c, node)
		}
	}
}

// removeNodes removes all nodes of a cluster at the end of change c.
func (s *Service) removeNodes(c world.Change, environmentID, cluster string) {
	for _, row := range s.nodes.Within(environmentID, cluster) {
		world.Remove(row, c)
	}
}

func (s *Service) listNodes(_ *front.Received, in finspace.ListKxClusterNodesRequest) (any, error) {
	if _, err := kxVisible(s, s.clusters, "cluster", in.EnvironmentID, in.ClusterName); err != nil {
		return nil, err
	}
	nodes := kxList[finspace.KxNode]{table: s.nodes, what: "nodes", names: []string{in.EnvironmentID, in.ClusterName}}
	page, next, err := kxPage(s, nodes, in.NextToken, in.MaxResults)
	return &finspace.ListKxClusterNodesResponse{Nodes: world.Copies(page), NextToken: next}, err
}

// deleteNode plans the removal of a node. Its status stays the same until it is gone, or for good if the change
// fails. A node that is being removed may be deleted again.
func (s *Service) deleteNode(_ *front.Received, in finspace.DeleteKxClusterNodeRequest) (any, error) {
	row, _, err := kxActual(s, s.nodes, "node", in.EnvironmentID, in.ClusterName, in.NodeID)
	if err != nil {
		return nil, err
	}
	if row.Ends() {
		return nil, nil
	}
	if c := s.World.Begin("finspace", "DeleteKxClusterNode"); !c.Failed() {
		world.Remove(row, c)
	}
	return nil, nil
}
