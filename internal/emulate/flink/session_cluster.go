package flink

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) clusterOperations() front.Handlers {
	return front.Handlers{
		"CreateSessionCluster": front.Handle(s.createCluster),
		"StartSessionCluster":  front.Handle(s.startCluster),
		"StopSessionCluster":   front.Handle(s.stopCluster),
		"UpdateSessionCluster": front.Handle(s.updateCluster),
		"DeleteSessionCluster": front.Handle(s.deleteCluster),
		"GetSessionCluster":    front.Handle(s.getCluster),
		"ListSessionClusters":  front.Handle(s.listClusters),
	}
}

// AddSessionCluster adds a session cluster to a namespace of a workspace, or replaces the one with its name, and returns its ID.
func (s *Service) AddSessionCluster(workspace, namespace string, cluster flink.SessionCluster) (sessionClusterID string) {
	s.know(workspace, namespace)
	now, k := s.world.Now(), cluster
	k.Workspace, k.Namespace = workspace, namespace
	k.SessionClusterID = cmp.Or(k.SessionClusterID, s.world.NewUUID())
	k.Name = cmp.Or(k.Name, "session-cluster")
	k.EngineVersion = cmp.Or(k.EngineVersion, defaultEngine)
	started := cloud.Milliseconds(now.Add(-time.Hour))
	k.Status = cmp.Or(k.Status, &flink.SessionClusterStatus{CurrentSessionClusterStatus: flink.SessionClusterStateRunning})
	if k.Status.CurrentSessionClusterStatus == flink.SessionClusterStateRunning && k.Status.Running == nil {
		k.Status.Running = &flink.SessionClusterRunningInfo{StartedAt: started, LastUpdateTime: started}
	}
	k.CreatedAt = cmp.Or(k.CreatedAt, started)
	k.ModifiedAt = cmp.Or(k.ModifiedAt, k.CreatedAt)
	s.clusters.Add(world.KeyOf(workspace, namespace, k.Name), now, k)
	return k.SessionClusterID
}

// createCluster creates a stopped cluster. Its body must repeat the workspace and the namespace.
func (s *Service) createCluster(_ *front.Received, in flink.CreateSessionClusterRequest) (any, error) {
	k, now := in.SessionCluster, s.world.Now()
	if k.Workspace != in.Workspace || k.Namespace != in.Namespace {
		return nil, &front.Refusal{
			Code:    "InvalidParameter",
			Message: "The workspace and the namespace of the body must be those of the header and the path.",
		}
	}
	key := world.KeyOf(in.Workspace, in.Namespace, k.Name)
	if exists(s, s.clusters, key) {
		return nil, stateConflict("session cluster", k.Name, "already exists")
	}
	k.SessionClusterID = s.world.NewUUID()
	k.EngineVersion = cmp.Or(k.EngineVersion, defaultEngine)
	k.Creator, k.Modifier = world.Account, world.Account
	k.CreatedAt = cloud.Milliseconds(now)
	k.ModifiedAt = k.CreatedAt
	k.Status = &flink.SessionClusterStatus{CurrentSessionClusterStatus: flink.SessionClusterStateStopped}
	save(s, s.clusters, key, k)
	return &k, nil
}

func (s *Service) startCluster(_ *front.Received, in flink.StartSessionClusterRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.SessionClusterName)
	before, err := s.clusterToChange(key, in.SessionClusterName, flink.SessionClusterStateStopped, flink.SessionClusterStateFailed)
	if err != nil {
		return nil, err
	}
	s.changeCluster(s.world.Begin("flink", "StartSessionCluster"), key, before, flink.SessionClusterStateStarting,
		flink.SessionClusterStateRunning)
	return nil, nil
}

func (s *Service) stopCluster(_ *front.Received, in flink.StopSessionClusterRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.SessionClusterName)
	before, err := s.clusterToChange(key, in.SessionClusterName, flink.SessionClusterStateRunning, flink.SessionClusterStateStarting)
	if err != nil {
		return nil, err
	}
	s.changeCluster(s.world.Begin("flink", "StopSessionCluster"), key, before, flink.SessionClusterStateStopping,
		flink.SessionClusterStateStopped)
	return nil, nil
}

// fixedClusterMembers are the members that an update of a session cluster does not change.
var fixedClusterMembers = []string{
	"sessionClusterId", "name", "workspace", "namespace", "creator", "creatorName", "createdAt", "modifiedAt", "status",
}

// updateCluster replaces the members that the request has. For a running cluster that takes time.
func (s *Service) updateCluster(r *front.Received, in flink.UpdateSessionClusterRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.SessionClusterName)
	before, err := s.clusterToChange(key, in.SessionClusterName,
		flink.SessionClusterStateRunning, flink.SessionClusterStateStopped, flink.SessionClusterStateFailed)
	if err != nil {
		return nil, err
	}
	after, err := replaceMembers(before, r.Body, fixedClusterMembers)
	if err != nil {
		return nil, err
	}
	c := s.world.Begin("flink", "UpdateSessionCluster")
	if before.Status.CurrentSessionClusterStatus == flink.SessionClusterStateRunning {
		saved := s.changeCluster(c, key, after, flink.SessionClusterStateUpdating, flink.SessionClusterStateRunning)
		return &saved, nil
	}
	after.ModifiedAt = max(cloud.Milliseconds(c.Start), before.ModifiedAt+1)
	world.Schedule(s.clusters.Row(key), c, c.Start, after)
	return &after, nil
}

// deleteCluster deletes a cluster that is not running. The request may be repeated.
func (s *Service) deleteCluster(_ *front.Received, in flink.DeleteSessionClusterRequest) (any, error) {
	key, now := world.KeyOf(in.Workspace, in.Namespace, in.SessionClusterName), s.world.Now()
	row := s.clusters.Row(key)
	if cluster, ok := row.Actual(now); ok && now.Before(s.deleting[key]) {
		return &cluster, nil
	}
	cluster, err := s.clusterToChange(key, in.SessionClusterName, flink.SessionClusterStateStopped, flink.SessionClusterStateFailed)
	if err != nil {
		return nil, err
	}
	c := s.world.Begin("flink", "DeleteSessionCluster")
	s.deleting[key] = c.End
	if c.Failed() || c.State != "" {
		world.Schedule(row, c, c.End, clusterAfter(c, cluster, cluster.Status.CurrentSessionClusterStatus))
	} else {
		world.Remove(row, c)
	}
	return &cluster, nil
}

// clusterToChange returns a cluster that is in one of the states and is not being deleted.
func (s *Service) clusterToChange(key, name string, states ...flink.SessionClusterState) (flink.SessionCluster, error) {
	now := s.world.Now()
	cluster, ok := s.clusters.Row(key).Actual(now)
	switch {
	case !ok:
		return cluster, objectNotFound("session cluster", name)
	case now.Before(s.deleting[key]):
		return cluster, stateConflict("session cluster", name, "is being deleted")
	}
	state := cluster.Status.CurrentSessionClusterStatus
	if slices.Contains(states, state) {
		return cluster, nil
	}
	return cluster, stateConflict("session cluster", name, "is "+string(state))
}

// changeCluster plans a change between two states and returns the cluster during the change.
func (s *Service) changeCluster(
	c world.Change, key string, before flink.SessionCluster, inProgress, goal flink.SessionClusterState,
) flink.SessionCluster {
	changing := clusterWithState(before, inProgress, c.Start)
	row := s.clusters.Row(key)
	world.Schedule(row, c, c.Start, changing)
	after := clusterAfter(c, changing, goal)
	if c.Failed() && after.Status.CurrentSessionClusterStatus == before.Status.CurrentSessionClusterStatus {
		after.Status.Running = before.Status.Running // it was not started again
	}
	world.Finish(row, c, after)
	return changing
}

// clusterAfter returns a cluster at the end of a change.
func clusterAfter(c world.Change, before flink.SessionCluster, goal flink.SessionClusterState) flink.SessionCluster {
	if !c.Failed() {
		return clusterWithState(before, cmp.Or(flink.SessionClusterState(c.State), goal), c.End)
	}
	after := clusterWithState(before, cmp.Or(flink.SessionClusterState(c.State), flink.SessionClusterStateFailed), c.End)
	after.Status.Failure = &flink.SessionClusterFailureInfo{
		Reason: cmp.Or(c.ReasonType, "SessionClusterFailed"), Message: cmp.Or(c.Reason, "the cluster could not be changed"),
		FailedAt: cloud.Milliseconds(c.End),
	}
	return after
}

// clusterWithState returns a cluster in another state.
func clusterWithState(cluster flink.SessionCluster, state flink.SessionClusterState, at time.Time) flink.SessionCluster {
	cluster.Status = &flink.SessionClusterStatus{CurrentSessionClusterStatus: state}
	cluster.ModifiedAt = max(cloud.Milliseconds(at), cluster.ModifiedAt+1)
	if state == flink.SessionClusterStateRunning {
		cluster.Status.Running = &flink.SessionClusterRunningInfo{StartedAt: cloud.Milliseconds(at), LastUpdateTime: cloud.Milliseconds(at)}
	}
	return cluster
}

func (s *Service) getCluster(_ *front.Received, in flink.GetSessionClusterRequest) (any, error) {
	cluster, ok := s.clusters.Row(world.KeyOf(in.Workspace, in.Namespace, in.SessionClusterName)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("session cluster", in.SessionClusterName)
	}
	return &cluster, nil
}

func (s *Service) listClusters(_ *front.Received, in flink.ListSessionClustersRequest) (any, error) {
	return inNamespace(s, s.clusters, in.Workspace, in.Namespace), nil
}
