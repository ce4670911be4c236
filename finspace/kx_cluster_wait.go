package finspace

import (
	"context"
	"iter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of a cluster mean for its creation and updates, and for its deletion. None says that an update
// failed.
var (
	clusterLive = wait.Statuses[KxClusterStatus]{
		Succeeded: []KxClusterStatus{KxClusterStatusRunning},
		Failed: []KxClusterStatus{
			KxClusterStatusCreateFailed, KxClusterStatusDeleting, KxClusterStatusDeleted, KxClusterStatusDeleteFailed,
		},
	}
	clusterDeleted = wait.Statuses[KxClusterStatus]{
		Succeeded: []KxClusterStatus{KxClusterStatusDeleted},
		Failed:    []KxClusterStatus{KxClusterStatusDeleteFailed},
	}
)

var clusters = resource[clusterChange, GetKxClusterResponse]{
	within: clusterWithin,
	read: func(c *Client, ctx context.Context, s *clusterChange) (*GetKxClusterResponse, error) {
		return c.GetKxCluster(ctx, GetKxClusterRequest{EnvironmentID: s.EnvironmentID, ClusterName: s.ClusterName})
	},
	recordOf: func(s *clusterChange) *record { return &s.Record },
	observe: func(now *GetKxClusterResponse) snapshot {
		return snapshot{string(now.Status), now.StatusReason, now.CreatedTimestamp, now.LastModifiedTimestamp}
	},
	live: func(now *GetKxClusterResponse) cloud.Verdict {
		return clusterLive.Verdict(now.Status, now.StatusReason)
	},
	deleted: func(now *GetKxClusterResponse) cloud.Verdict {
		return clusterDeleted.Verdict(now.Status, now.StatusReason)
	},
	share: sharingClusters,
	sources: func(c *Client, s *clusterChange, _ *GetKxClusterResponse) []wait.Source {
		return c.clusterSources(s.EnvironmentID, s.ClusterName)
	},
}

func sharingClusters(c *Client, s *clusterChange, w cloud.WaitSpec[GetKxClusterResponse]) cloud.WaitSpec[GetKxClusterResponse] {
	l := wait.List[KxCluster, GetKxClusterResponse]{
		Op:  &opListKxClusters,
		Of:  func() []string { return []string{s.EnvironmentID} },
		IDs: []string{s.ClusterName},
		Items: func(ctx context.Context, _ []string) iter.Seq2[KxCluster, error] {
			return c.AllKxClusters(ctx, ListKxClustersRequest{EnvironmentID: s.EnvironmentID, MaxResults: pageSize})
		},
		ID:        func(item *KxCluster) string { return item.ClusterName },
		IsPartial: true,
	}
	return sharing(c, w, l, func(item *KxCluster) *GetKxClusterResponse {
		return underway[GetKxClusterResponse](string(item.Status), item)
	})
}

var createKxCluster = change[CreateKxClusterRequest, CreateKxClusterResponse, clusterChange, GetKxClusterResponse]{
	TokenLife: tokenLife,
	State: func(r *CreateKxClusterRequest) *clusterChange {
		return &clusterChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}
	},
	Accepted: func(s *clusterChange, _ *CreateKxClusterRequest, out *CreateKxClusterResponse, _ time.Time) error {
		s.Record.Before.Created = out.CreatedTimestamp
		return nil
	},
	Refused: func(c *Client, ctx context.Context, s *clusterChange, sent time.Time, err error) error {
		return clusters.refusedCreation(c, ctx, s, sent, err)
	},
	Began: func(
		c *Client, ctx context.Context, s *clusterChange, r *CreateKxClusterRequest, prepared time.Time,
	) (cloud.StartStatus, error) {
		s.EnvironmentID, s.ClusterName = r.EnvironmentID, r.ClusterName
		asked := *r
		asked.CapacityConfiguration = nil // which the service scales
		return clusters.creationBegun(c, ctx, s, &asked, prepared)
	},
	Spec: func(c *Client, s *clusterChange) cloud.WaitSpec[GetKxClusterResponse] { return clusters.creation(c, s) },
	Undo: func(c *Client, ctx context.Context, s *clusterChange) (cloud.AnyChange, error) {
		if err := clusters.checkUnreplaced(c, ctx, s); err != nil {
			return nil, err
		}
		return wait.AnyChange(c.PrepareDeleteKxCluster(ctx, DeleteKxClusterRequest{
			EnvironmentID: s.EnvironmentID, ClusterName: s.ClusterName,
		}))
	},
}

var deleteKxCluster = change[DeleteKxClusterRequest, DeleteKxClusterResponse, clusterChange, GetKxClusterResponse]{
	TokenLife: tokenLife,
	State: func(r *DeleteKxClusterRequest) *clusterChange {
		return &clusterChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}
	},
	Before:      func(c *Client, ctx context.Context, s *clusterChange) error { return clusters.before(c, ctx, s) },
	AlreadyDone: func(s *clusterChange) bool { return clusters.alreadyDeleted(s) },
	Refused: func(c *Client, ctx context.Context, s *clusterChange, sent time.Time, err error) error {
		return clusters.refusedDeletion(c, ctx, s, sent, err)
	},
	Began: func(c *Client, ctx context.Context, s *clusterChange, _ *DeleteKxClusterRequest, _ time.Time) (cloud.StartStatus, error) {
		return clusters.deletionBegun(c, ctx, s)
	},
	Spec: func(c *Client, s *clusterChange) cloud.WaitSpec[GetKxClusterResponse] { return clusters.deletion(c, s) },
}

// UntilKxClusterRunning waits until a cluster is RUNNING. It fails when the creation failed or the cluster is being
// deleted. It may succeed on the state before an update; [Client.BeginUpdateKxClusterCodeConfiguration] and
// [Client.BeginUpdateKxClusterDatabases] wait for the update itself.
func (c *Client) UntilKxClusterRunning(r GetKxClusterRequest) *cloud.Waiter[GetKxClusterResponse] {
	return wait.Until(c.api, "UntilKxClusterRunning",
		clusters.creation(c, &clusterChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}))
}

// UntilKxClusterDeleted waits until a cluster is not found or shown as DELETED. It fails when a deletion has failed.
// It cannot tell a cluster from a later one of the same name; [Client.BeginDeleteKxCluster] can.
func (c *Client) UntilKxClusterDeleted(r GetKxClusterRequest) *cloud.Waiter[GetKxClusterResponse] {
	return wait.Until(c.api, "UntilKxClusterDeleted",
		clusters.deletion(c, &clusterChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}))
}

// clusterChange is the resume state of the creation or deletion of a cluster.
type clusterChange struct {
	EnvironmentID string `json:"environmentId"`
	ClusterName   string `json:"clusterName"`
	Record        record `json:"record,omitzero"`
}

// Resource is what the change is about.
func (s *clusterChange) Resource() string { return s.EnvironmentID + "/" + s.ClusterName }

// Check refuses a state that names no cluster.
func (s *clusterChange) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "clusterName", s.ClusterName)
}
