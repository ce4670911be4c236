package finspace

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// The service has neither events nor logs: a cluster writes its log to CloudWatch Logs. So a diagnosis has what shows
// in other responses: the nodes of a cluster, and the clusters that use a resource.

// How much a diagnosis reads.
const (
	maxNodes    = 100
	maxClusters = 10
)

// diagnose returns how a change of a resource is diagnosed, nil if nothing else tells of it.
func (k *resource[S, T]) diagnose(c *Client, s *S) func(context.Context, *T) (*cloud.Diagnosis, error) {
	if k.sources == nil {
		return nil
	}
	return func(ctx context.Context, last *T) (*cloud.Diagnosis, error) {
		if last == nil {
			now, err := k.read(c, ctx, s)
			if err != nil {
				return nil, err
			}
			last = now
		}
		sources := k.sources(c, s, last)
		if len(sources) == 0 {
			return nil, wait.NothingToDiagnose(service, "no cluster uses the resource, and the service shows nothing else")
		}
		return wait.Diagnose(ctx, sources...)
	}
}

// clusterSources tell about a cluster: its status, and its nodes.
func (c *Client) clusterSources(environmentID, name string) []wait.Source {
	return []wait.Source{c.clusterSource(environmentID, name), c.nodeSource(environmentID, name)}
}

// userSources tell about the clusters that use a resource.
func (c *Client) userSources(environmentID string, clusters []string) []wait.Source {
	var sources []wait.Source
	for _, name := range clusters[:min(len(clusters), maxClusters)] {
		sources = append(sources, c.clusterSource(environmentID, name))
	}
	return sources
}

// clusterSource adds the status of a cluster. No operation names its log group.
func (c *Client) clusterSource(environmentID, name string) wait.Source {
	return func(ctx context.Context, d *cloud.Diagnosis) error {
		cluster, err := c.GetKxCluster(ctx, GetKxClusterRequest{EnvironmentID: environmentID, ClusterName: name})
		if err != nil {
			return err
		}
		message := "cluster " + name
		if cluster.StatusReason != "" {
			message += ": " + cluster.StatusReason
		}
		d.Events = append(d.Events, cloud.Event{Time: cluster.LastModifiedTimestamp, Name: string(cluster.Status), Message: message})
		d.Source = "CloudWatch Logs: the log of cluster " + name + " in environment " + environmentID +
			"; no response shows the name of its log group"
		return nil
	}
}

// nodeSource adds the nodes of a cluster.
func (c *Client) nodeSource(environmentID, cluster string) wait.Source {
	return func(ctx context.Context, d *cloud.Diagnosis) error {
		out, err := c.ListKxClusterNodes(ctx, ListKxClusterNodesRequest{
			EnvironmentID: environmentID, ClusterName: cluster, MaxResults: maxNodes,
		})
		if err != nil {
			return err
		}
		for _, node := range out.Nodes {
			message := "node " + node.NodeID
			if node.AvailabilityZoneID != "" {
				message += " in " + node.AvailabilityZoneID
			}
			d.Events = append(d.Events, cloud.Event{Time: node.LaunchTime, Name: string(node.Status), Message: message})
		}
		return nil
	}
}
