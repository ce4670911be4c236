package finspace

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateKxCluster starts the creation of a cluster and returns a waiter for it, which can take
// an hour or more. The wait ends well only when that cluster is running. It fails when the creation
// failed, with what the status reason says, when the cluster is being deleted, and as superseded when
// another cluster of its name was created since. Reads that show an earlier cluster of that name, by its
// creation time, do not count.
func (c *Client) BeginCreateKxCluster(ctx context.Context, r CreateKxClusterRequest) (*cloud.Waiter[GetKxClusterResponse], error) {
	s := &clusterState{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}
	start := time.Now()
	created, err := c.CreateKxCluster(ctx, r)
	if err == nil {
		s.Record.Before.Created = created.CreatedTimestamp
	} else if err := s.Record.made(start, c.api.Skew(), err, func() (sight, error) { return c.clusterSight(ctx, s) }); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateKxCluster, s, c.clusterCreation), nil
}

// ResumeCreateKxCluster returns the waiter whose token is given.
func (c *Client) ResumeCreateKxCluster(token string) (*cloud.Waiter[GetKxClusterResponse], error) {
	return wait.Resume(c.api, &opCreateKxCluster, token, c.clusterCreation)
}

// BeginDeleteKxCluster starts the deletion of a cluster and returns a waiter for it. The wait ends
// well when the cluster is not found any more, is shown as DELETED, or another one that was created
// later has its name; Wait then returns nil or what the service shows. It fails when this deletion
// failed, with what the status reason says, and when the cluster was being deleted and is RUNNING again; the
// failure of an earlier deletion does not count. It reads the cluster once before the deletion, to tell
// these apart, and sends nothing if the cluster is shown as DELETED then.
func (c *Client) BeginDeleteKxCluster(ctx context.Context, r DeleteKxClusterRequest) (*cloud.Waiter[GetKxClusterResponse], error) {
	if err := c.api.Prepare(&opDeleteKxCluster, &r); err != nil {
		return nil, err
	}
	s := &clusterState{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}
	send := func() error {
		_, err := c.DeleteKxCluster(ctx, r)
		return err
	}
	if err := s.Record.delete(func() (sight, error) { return c.clusterSight(ctx, s) }, send); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opDeleteKxCluster, s, c.clusterDeletion), nil
}

// ResumeDeleteKxCluster returns the waiter whose token is given.
func (c *Client) ResumeDeleteKxCluster(token string) (*cloud.Waiter[GetKxClusterResponse], error) {
	return wait.Resume(c.api, &opDeleteKxCluster, token, c.clusterDeletion)
}

// UntilKxClusterRunning waits until a cluster runs, whoever made it so. It fails when the creation
// failed or the cluster is being deleted. It may end at the state before an update;
// [Client.BeginUpdateKxClusterCodeConfiguration] and [Client.BeginUpdateKxClusterDatabases] wait for
// the update itself.
func (c *Client) UntilKxClusterRunning(r GetKxClusterRequest) *cloud.Waiter[GetKxClusterResponse] {
	return wait.Until(c.api, "UntilKxClusterRunning", c.clusterCreation(&clusterState{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}))
}

// UntilKxClusterDeleted waits until a cluster is not found or shown as DELETED, whoever deletes it.
// It fails when a deletion has failed. It cannot tell a cluster from a later one of the same name;
// [Client.BeginDeleteKxCluster] can.
func (c *Client) UntilKxClusterDeleted(r GetKxClusterRequest) *cloud.Waiter[GetKxClusterResponse] {
	return wait.Until(c.api, "UntilKxClusterDeleted", c.clusterDeletion(&clusterState{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}))
}

// clusterState is what has to be known to recognize the end of a change of a cluster. Updates have states of
// their own, which hold one.
type clusterState struct {
	EnvironmentID string `json:"environmentId"`
	ClusterName   string `json:"clusterName"`
	Record        record `json:"record,omitzero"`
}

// Check refuses a state that names no cluster.
func (s *clusterState) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "clusterName", s.ClusterName)
}

func (s *clusterState) request() GetKxClusterRequest {
	return GetKxClusterRequest{EnvironmentID: s.EnvironmentID, ClusterName: s.ClusterName}
}

func (c *Client) clusterCreation(s *clusterState) cloud.WaitSpec[GetKxClusterResponse] {
	w := c.clusterWait(s.request())
	w.Judge = func(cluster *GetKxClusterResponse) cloud.Verdict {
		return s.Record.creation(judgeKxCluster(cluster), sightOfKxCluster(cluster))
	}
	w.AppearWithin = wait.AppearsWithin
	return w
}

func (c *Client) clusterDeletion(s *clusterState) cloud.WaitSpec[GetKxClusterResponse] {
	w := c.clusterWait(s.request())
	w.Judge = func(cluster *GetKxClusterResponse) cloud.Verdict {
		return s.Record.deletion(judgeKxClusterDeletion(cluster), sightOfKxCluster(cluster))
	}
	w.GoneIsSuccess = true
	return w
}

func (c *Client) clusterWait(r GetKxClusterRequest) cloud.WaitSpec[GetKxClusterResponse] {
	return cloud.WaitSpec[GetKxClusterResponse]{
		Service: service,
		Within:  clusterWithin,
		Read:    func(ctx context.Context) (*GetKxClusterResponse, error) { return c.GetKxCluster(ctx, r) },
	}
}

func sightOfKxCluster(cluster *GetKxClusterResponse) sight {
	return sight{string(cluster.Status), cluster.StatusReason, cluster.CreatedTimestamp, cluster.LastModifiedTimestamp}
}

func (c *Client) clusterSight(ctx context.Context, s *clusterState) (sight, error) {
	cluster, err := c.GetKxCluster(ctx, s.request())
	if err != nil {
		return sight{}, err
	}
	return sightOfKxCluster(cluster), nil
}

func judgeKxCluster(cluster *GetKxClusterResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(cluster.Status), Reason: cluster.StatusReason}
	switch cluster.Status {
	case KxClusterStatusRunning:
		j.Outcome = cloud.Succeeded
	case KxClusterStatusCreateFailed, KxClusterStatusDeleting, KxClusterStatusDeleted, KxClusterStatusDeleteFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

func judgeKxClusterDeletion(cluster *GetKxClusterResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(cluster.Status), Reason: cluster.StatusReason}
	switch cluster.Status {
	case KxClusterStatusDeleted:
		j.Outcome = cloud.Succeeded
	case KxClusterStatusDeleteFailed:
		j.Outcome = cloud.Failed
	}
	return j
}
