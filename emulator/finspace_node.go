package emulator

import (
	"cmp"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func (s *finspaceService) nodeRoutes() []route {
	const nodes = kxEnvironment + "/clusters/{clusterName}/nodes"
	return []route{
		{"ListKxClusterNodes", "GET", nodes, operation(s.listNodes)},
		{"DeleteKxClusterNode", "DELETE", nodes + "/{nodeId}", operation(s.deleteNode)},
	}
}

// AddKxClusterNode adds a node to an existing cluster, or replaces it. Empty fields default to those of a node
// that has been running for a day.
func (e *Emulator) AddKxClusterNode(environmentID, cluster string, node finspace.KxNode) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, n := e.now(), deepCopy(node)
	n.NodeID = cmp.Or(n.NodeID, newUUID())
	n.AvailabilityZoneID = cmp.Or(n.AvailabilityZoneID, "use1-az4")
	n.LaunchTime = cmp.Or(n.LaunchTime, now.Add(-24*time.Hour))
	n.Status = cmp.Or(n.Status, finspace.KxNodeStatusRunning)
	e.finspace.nodes.add(keyOf(environmentID, cluster, n.NodeID), now, n)
}

// startNodes plans the nodes of a new cluster. They are gone in the end if its creation fails.
func (s *finspaceService) startNodes(c change, environmentID string, cluster finspace.GetKxClusterResponse) {
	count := 1
	switch {
	case cluster.ScalingGroupConfiguration != nil:
		count = cluster.ScalingGroupConfiguration.NodeCount
	case cluster.CapacityConfiguration != nil:
		count = max(cluster.CapacityConfiguration.NodeCount, 1)
	}
	for range count {
		node := finspace.KxNode{
			NodeID: newUUID(), AvailabilityZoneID: cluster.AvailabilityZoneID, LaunchTime: c.part(2, 3),
			Status: finspace.KxNodeStatusProvisioning,
		}
		row := s.nodes.create(keyOf(environmentID, cluster.ClusterName, node.NodeID))
		schedule(row, c, c.part(2, 3), node)
		node.Status = finspace.KxNodeStatusRunning
		if c.failed() {
			remove(row, c)
		} else {
			finish(row, c, node)
		}
	}
}

// removeNodes removes all nodes of a cluster at the end of change c.
func (s *finspaceService) removeNodes(c change, environmentID, cluster string) {
	for _, key := range s.nodes.keys {
		if strings.HasPrefix(key, keyOf(environmentID, cluster, "")) {
			remove(s.nodes.row(key), c)
		}
	}
}

func (s *finspaceService) listNodes(_ *received, in finspace.ListKxClusterNodesRequest) (any, error) {
	if _, err := kxVisible(s, s.clusters, "cluster", in.EnvironmentID, in.ClusterName); err != nil {
		return nil, err
	}
	list, err := kxAllVisible(s, s.nodes, in.EnvironmentID, in.ClusterName)
	if err != nil {
		return nil, err
	}
	page, next, err := nextPage(list, keyOf("nodes", in.EnvironmentID, in.ClusterName), in.NextToken, cmp.Or(in.MaxResults, finspacePage))
	return &finspace.ListKxClusterNodesResponse{Nodes: page, NextToken: next}, err
}

// deleteNode plans the removal of a node. Its status stays the same until it is gone, or for good if the change
// fails. A node that is being removed may be deleted again.
func (s *finspaceService) deleteNode(_ *received, in finspace.DeleteKxClusterNodeRequest) (any, error) {
	row, _, err := kxActual(s, s.nodes, "node", in.EnvironmentID, in.ClusterName, in.NodeID)
	if err != nil {
		return nil, err
	}
	if (*row)[len(*row)-1].gone {
		return nil, nil
	}
	if c := s.emulator.begin("finspace", "DeleteKxClusterNode"); !c.failed() {
		remove(row, c)
	}
	return nil, nil
}
