package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) clusterRoutes() []route {
	const clusters = flinkNamespace + "/sessionclusters"
	return []route{
		{"StartSessionCluster", "POST", clusters + "/{sessionClusterName}:start", operation(s.startCluster)},
		{"StopSessionCluster", "POST", clusters + "/{sessionClusterName}:stop", operation(s.stopCluster)},
		{"UpdateSessionCluster", "PATCH", clusters + "/{sessionClusterName}", operation(s.updateCluster)},
		{"DeleteSessionCluster", "DELETE", clusters + "/{sessionClusterName}", operation(s.deleteCluster)},
		{"GetSessionCluster", "GET", clusters + "/{sessionClusterName}", operation(s.getCluster)},
		{"ListSessionClusters", "GET", clusters, operation(s.listClusters)},
	}
}

// AddFlinkSessionCluster adds a session cluster to a namespace of a workspace, or replaces the one with its
// name, and returns its ID. Empty fields default to those of a cluster that has been running for an hour. The
// times are in milliseconds.
func (e *Emulator) AddFlinkSessionCluster(workspace, namespace string, cluster flink.SessionCluster) (sessionClusterID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, k := e.now(), deepCopy(cluster)
	k.Workspace, k.Namespace = workspace, namespace
	k.SessionClusterID = cmp.Or(k.SessionClusterID, newUUID())
	k.Name = cmp.Or(k.Name, "session-cluster")
	k.EngineVersion = cmp.Or(k.EngineVersion, defaultEngine)
	started := cloud.Milliseconds(now.Add(-time.Hour))
	k.Status = cmp.Or(k.Status, &flink.SessionClusterStatus{CurrentSessionClusterStatus: flink.SessionClusterStateRunning})
	if k.Status.CurrentSessionClusterStatus == flink.SessionClusterStateRunning && k.Status.Running == nil {
		k.Status.Running = &flink.SessionClusterRunningInfo{StartedAt: started, LastUpdateTime: started}
	}
	k.CreatedAt = cmp.Or(k.CreatedAt, started)
	k.ModifiedAt = cmp.Or(k.ModifiedAt, k.CreatedAt)
	e.flink.clusters.add(keyOf(workspace, namespace, k.Name), now, k)
	return k.SessionClusterID
}

func (s *flinkService) startCluster(_ *received, in flink.StartSessionClusterRequest) (any, error) {
	key := keyOf(in.Workspace, in.Namespace, in.SessionClusterName)
	before, err := s.clusterToChange(key, in.SessionClusterName, flink.SessionClusterStateStopped, flink.SessionClusterStateFailed)
	if err != nil {
		return nil, err
	}
	s.changeCluster(s.emulator.begin("flink", "StartSessionCluster"), key, before, flink.SessionClusterStateStarting,
		flink.SessionClusterStateRunning)
	return nil, nil
}

func (s *flinkService) stopCluster(_ *received, in flink.StopSessionClusterRequest) (any, error) {
	key := keyOf(in.Workspace, in.Namespace, in.SessionClusterName)
	before, err := s.clusterToChange(key, in.SessionClusterName, flink.SessionClusterStateRunning, flink.SessionClusterStateStarting)
	if err != nil {
		return nil, err
	}
	s.changeCluster(s.emulator.begin("flink", "StopSessionCluster"), key, before, flink.SessionClusterStateStopping,
		flink.SessionClusterStateStopped)
	return nil, nil
}

// fixedClusterMembers are the members that an update of a session cluster does not change.
var fixedClusterMembers = []string{
	"sessionClusterId", "name", "workspace", "namespace", "creator", "creatorName", "createdAt", "modifiedAt", "status",
}

// updateCluster replaces the members that the request has. For a running cluster that takes time.
func (s *flinkService) updateCluster(r *received, in flink.UpdateSessionClusterRequest) (any, error) {
	key := keyOf(in.Workspace, in.Namespace, in.SessionClusterName)
	before, err := s.clusterToChange(key, in.SessionClusterName,
		flink.SessionClusterStateRunning, flink.SessionClusterStateStopped, flink.SessionClusterStateFailed)
	if err != nil {
		return nil, err
	}
	after, err := replaceMembers(before, r.Body, fixedClusterMembers)
	if err != nil {
		return nil, err
	}
	c := s.emulator.begin("flink", "UpdateSessionCluster")
	if before.Status.CurrentSessionClusterStatus == flink.SessionClusterStateRunning {
		saved := s.changeCluster(c, key, after, flink.SessionClusterStateUpdating, flink.SessionClusterStateRunning)
		return &saved, nil
	}
	after.ModifiedAt = max(cloud.Milliseconds(c.start), before.ModifiedAt+1)
	schedule(s.clusters.row(key), c, c.start, after)
	return &after, nil
}

// deleteCluster deletes a cluster that is not running. The request may be repeated.
func (s *flinkService) deleteCluster(_ *received, in flink.DeleteSessionClusterRequest) (any, error) {
	key, now := keyOf(in.Workspace, in.Namespace, in.SessionClusterName), s.emulator.now()
	row := s.clusters.row(key)
	if cluster, ok := row.actual(now); ok && now.Before(s.deleting[key]) {
		return &cluster, nil
	}
	cluster, err := s.clusterToChange(key, in.SessionClusterName, flink.SessionClusterStateStopped, flink.SessionClusterStateFailed)
	if err != nil {
		return nil, err
	}
	c := s.emulator.begin("flink", "DeleteSessionCluster")
	s.deleting[key] = c.end
	if c.failed() || c.State != "" {
		schedule(row, c, c.end, clusterAfter(c, cluster, cluster.Status.CurrentSessionClusterStatus))
	} else {
		remove(row, c)
	}
	return &cluster, nil
}

// clusterToChange returns a cluster that is in one of the states and is not being deleted.
func (s *flinkService) clusterToChange(key, name string, states ...flink.SessionClusterState) (flink.SessionCluster, error) {
	now := s.emulator.now()
	cluster, ok := s.clusters.row(key).actual(now)
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
func (s *flinkService) changeCluster(
	c change, key string, before flink.SessionCluster, inProgress, goal flink.SessionClusterState,
) flink.SessionCluster {
	changing := clusterWithState(before, inProgress, c.start)
	row := s.clusters.row(key)
	schedule(row, c, c.start, changing)
	after := clusterAfter(c, changing, goal)
	if c.failed() && after.Status.CurrentSessionClusterStatus == before.Status.CurrentSessionClusterStatus {
		after.Status.Running = before.Status.Running // it was not started again
	}
	finish(row, c, after)
	return changing
}

// clusterAfter returns a cluster at the end of a change.
func clusterAfter(c change, before flink.SessionCluster, goal flink.SessionClusterState) flink.SessionCluster {
	if !c.failed() {
		return clusterWithState(before, cmp.Or(flink.SessionClusterState(c.State), goal), c.end)
	}
	after := clusterWithState(before, cmp.Or(flink.SessionClusterState(c.State), flink.SessionClusterStateFailed), c.end)
	after.Status.Failure = &flink.SessionClusterFailureInfo{
		Reason: cmp.Or(c.ReasonType, "SessionClusterFailed"), Message: cmp.Or(c.Reason, "the cluster could not be changed"),
		FailedAt: cloud.Milliseconds(c.end),
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

func (s *flinkService) getCluster(_ *received, in flink.GetSessionClusterRequest) (any, error) {
	cluster, ok := s.clusters.row(keyOf(in.Workspace, in.Namespace, in.SessionClusterName)).visible(s.emulator.now())
	if !ok {
		return nil, objectNotFound("session cluster", in.SessionClusterName)
	}
	return &cluster, nil
}

func (s *flinkService) listClusters(_ *received, in flink.ListSessionClustersRequest) (any, error) {
	list := []flink.SessionCluster{}
	for _, cluster := range s.clusters.list(s.emulator.now()) {
		if cluster.Workspace == in.Workspace && cluster.Namespace == in.Namespace {
			list = append(list, cluster)
		}
	}
	return list, nil
}
