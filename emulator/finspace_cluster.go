package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func (s *finspaceService) clusterRoutes() []route {
	const clusters = kxEnvironment + "/clusters"
	const cluster = clusters + "/{clusterName}"
	return []route{
		{"CreateKxCluster", "POST", clusters, operation(s.createCluster)},
		{"GetKxCluster", "GET", cluster, operation(s.getCluster)},
		{"ListKxClusters", "GET", clusters, operation(s.listClusters)},
		{"UpdateKxClusterCodeConfiguration", "PUT", cluster + "/configuration/code", operation(s.updateCode)},
		{"UpdateKxClusterDatabases", "PUT", cluster + "/configuration/databases", operation(s.updateDatabases)},
		{"DeleteKxCluster", "DELETE", cluster, operation(s.deleteCluster)},
	}
}

// AddKxCluster adds a cluster to an environment, or replaces it. Empty fields default to those of a general
// purpose cluster that has been running for a day.
func (e *Emulator) AddKxCluster(environmentID string, cluster finspace.GetKxClusterResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, c := e.now(), deepCopy(cluster)
	c.ClusterName = cmp.Or(c.ClusterName, "cluster")
	c.ClusterType = cmp.Or(c.ClusterType, finspace.KxClusterTypeGP)
	c.Status = cmp.Or(c.Status, finspace.KxClusterStatusRunning)
	c.ReleaseLabel = cmp.Or(c.ReleaseLabel, "1.0")
	c.AZMode = cmp.Or(c.AZMode, finspace.KxAZModeSingle)
	c.AvailabilityZoneID = cmp.Or(c.AvailabilityZoneID, "use1-az4")
	c.CreatedTimestamp = cmp.Or(c.CreatedTimestamp, now.Add(-24*time.Hour))
	c.LastModifiedTimestamp = cmp.Or(c.LastModifiedTimestamp, c.CreatedTimestamp)
	e.finspace.ensureEnvironment(environmentID)
	e.finspace.clusters.add(keyOf(environmentID, c.ClusterName), now, c)
}

func (s *finspaceService) createCluster(r *received, in finspace.CreateKxClusterRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		if err := s.checkEnvironmentReady(in.EnvironmentID); err != nil {
			return nil, err
		}
		if !kxNameFree(s, s.clusters, in.EnvironmentID, in.ClusterName) {
			return nil, awsConflict("The cluster "+in.ClusterName+" already exists.", "")
		}
		c := s.startCluster(in)
		return &finspace.CreateKxClusterResponse{
			EnvironmentID: in.EnvironmentID, Status: c.Status, ClusterName: c.ClusterName, ClusterType: c.ClusterType,
			Databases: c.Databases, ClusterDescription: c.ClusterDescription, CapacityConfiguration: c.CapacityConfiguration,
			ReleaseLabel: c.ReleaseLabel, VPCConfiguration: c.VPCConfiguration, Code: c.Code, AZMode: c.AZMode,
			AvailabilityZoneID: c.AvailabilityZoneID, CreatedTimestamp: c.CreatedTimestamp, LastModifiedTimestamp: c.LastModifiedTimestamp,
			ScalingGroupConfiguration: c.ScalingGroupConfiguration,
		}, nil
	})
}

// startCluster plans a creation: the cluster is pending for a third of its time, then creating. Its nodes start
// in the last third.
func (s *finspaceService) startCluster(in finspace.CreateKxClusterRequest) finspace.GetKxClusterResponse {
	c := s.emulator.begin("finspace", "CreateKxCluster")
	pending := newCluster(in)
	pending.CreatedTimestamp, pending.LastModifiedTimestamp = c.start, c.start
	creating := pending
	creating.Status, creating.LastModifiedTimestamp = finspace.KxClusterStatusCreating, c.part(1, 3)
	after := creating
	after.LastModifiedTimestamp = c.end
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxClusterStatusRunning,
		finspace.KxClusterStatusCreateFailed, "There is not enough capacity.")

	row := s.clusters.create(keyOf(in.EnvironmentID, in.ClusterName))
	schedule(row, c, c.start, pending)
	schedule(row, c, c.part(1, 3), creating)
	finish(row, c, after)
	s.startNodes(c, in.EnvironmentID, pending)
	return pending
}

func newCluster(in finspace.CreateKxClusterRequest) finspace.GetKxClusterResponse {
	return finspace.GetKxClusterResponse{
		Status: finspace.KxClusterStatusPending, ClusterName: in.ClusterName, ClusterType: in.ClusterType,
		TickerplantLogConfiguration: in.TickerplantLogConfiguration, Databases: in.Databases,
		CacheStorageConfigurations: in.CacheStorageConfigurations, AutoScalingConfiguration: in.AutoScalingConfiguration,
		ClusterDescription: in.ClusterDescription, CapacityConfiguration: in.CapacityConfiguration,
		ReleaseLabel: in.ReleaseLabel, VPCConfiguration: &in.VPCConfiguration, InitializationScript: in.InitializationScript,
		CommandLineArguments: in.CommandLineArguments, Code: in.Code, ExecutionRole: in.ExecutionRole,
		SavedownStorageConfiguration: in.SavedownStorageConfiguration, AZMode: in.AZMode,
		AvailabilityZoneID: in.AvailabilityZoneID, ScalingGroupConfiguration: in.ScalingGroupConfiguration,
	}
}

func (s *finspaceService) getCluster(_ *received, in finspace.GetKxClusterRequest) (any, error) {
	return kxVisible(s, s.clusters, "cluster", in.EnvironmentID, in.ClusterName)
}

func (s *finspaceService) listClusters(_ *received, in finspace.ListKxClustersRequest) (any, error) {
	clusters, err := kxAllVisible(s, s.clusters, in.EnvironmentID)
	if err != nil {
		return nil, err
	}
	list := []finspace.KxCluster{}
	for _, c := range clusters {
		if in.ClusterType == "" || c.ClusterType == in.ClusterType {
			list = append(list, summaryOfCluster(c))
		}
	}
	page, next, err := nextPage(list, keyOf("clusters", in.EnvironmentID, string(in.ClusterType)), in.NextToken,
		cmp.Or(in.MaxResults, finspacePage))
	return &finspace.ListKxClustersResponse{KxClusterSummaries: page, NextToken: next}, err
}

func summaryOfCluster(c finspace.GetKxClusterResponse) finspace.KxCluster {
	return finspace.KxCluster{
		Status: c.Status, StatusReason: c.StatusReason, ClusterName: c.ClusterName, ClusterType: c.ClusterType,
		ClusterDescription: c.ClusterDescription, ReleaseLabel: c.ReleaseLabel, Volumes: c.Volumes,
		InitializationScript: c.InitializationScript, ExecutionRole: c.ExecutionRole, AZMode: c.AZMode,
		AvailabilityZoneID: c.AvailabilityZoneID, LastModifiedTimestamp: c.LastModifiedTimestamp, CreatedTimestamp: c.CreatedTimestamp,
	}
}

func (s *finspaceService) updateCode(r *received, in finspace.UpdateKxClusterCodeConfigurationRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row, cluster, err := s.runningCluster(in.EnvironmentID, in.ClusterName)
		if err != nil {
			return nil, err
		}
		updated := cluster
		updated.Code = &in.Code
		updated.InitializationScript = cmp.Or(in.InitializationScript, cluster.InitializationScript)
		if in.CommandLineArguments != nil {
			updated.CommandLineArguments = in.CommandLineArguments
		}
		s.startClusterUpdate("UpdateKxClusterCodeConfiguration", row, cluster, updated)
		return nil, nil
	})
}

func (s *finspaceService) updateDatabases(r *received, in finspace.UpdateKxClusterDatabasesRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row, cluster, err := s.runningCluster(in.EnvironmentID, in.ClusterName)
		if err != nil {
			return nil, err
		}
		updated := cluster
		updated.Databases = slices.Clone(cluster.Databases)
		for _, d := range in.Databases {
			i := slices.IndexFunc(updated.Databases,
				func(old finspace.KxDatabaseConfiguration) bool { return old.DatabaseName == d.DatabaseName })
			if i < 0 {
				return nil, &refusal{
					code:    "ValidationException",
					message: "The cluster " + in.ClusterName + " does not have the database " + d.DatabaseName + ".",
				}
			}
			updated.Databases[i] = d
		}
		s.startClusterUpdate("UpdateKxClusterDatabases", row, cluster, updated)
		return nil, nil
	})
}

// runningCluster returns a cluster that can be updated.
func (s *finspaceService) runningCluster(
	environmentID, name string,
) (*timeline[finspace.GetKxClusterResponse], finspace.GetKxClusterResponse, error) {
	row, cluster, err := kxActual(s, s.clusters, "cluster", environmentID, name)
	if err == nil {
		err = kxRequireStatus("cluster", name, cluster.Status, finspace.KxClusterStatusRunning)
	}
	return row, cluster, err
}

// startClusterUpdate plans an update. If it fails, the cluster runs as before, with the reason in StatusReason.
func (s *finspaceService) startClusterUpdate(
	operation string, row *timeline[finspace.GetKxClusterResponse], before, updated finspace.GetKxClusterResponse,
) {
	c := s.emulator.begin("finspace", operation)
	updating := before
	updating.Status, updating.StatusReason = finspace.KxClusterStatusUpdating, ""
	updating.LastModifiedTimestamp = nextTimestamp(c.start, before.LastModifiedTimestamp)

	after := updated
	if c.failed() {
		after = before
	}
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxClusterStatusRunning,
		finspace.KxClusterStatusRunning, "The update failed; the cluster runs as before.")
	after.LastModifiedTimestamp = nextTimestamp(c.end, updating.LastModifiedTimestamp)
	schedule(row, c, c.start, updating)
	finish(row, c, after)
}

func (s *finspaceService) deleteCluster(r *received, in finspace.DeleteKxClusterRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row, before, err := kxActual(s, s.clusters, "cluster", in.EnvironmentID, in.ClusterName)
		if err == nil {
			err = kxRequireStatus("cluster", in.ClusterName, before.Status, finspace.KxClusterStatusRunning,
				finspace.KxClusterStatusCreateFailed, finspace.KxClusterStatusDeleteFailed)
		}
		if err != nil {
			return nil, err
		}
		c := s.emulator.begin("finspace", "DeleteKxCluster")
		deleting := before
		deleting.Status, deleting.StatusReason = finspace.KxClusterStatusDeleting, ""
		deleting.LastModifiedTimestamp = nextTimestamp(c.start, before.LastModifiedTimestamp)
		after := deleting
		after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxClusterStatusDeleted,
			finspace.KxClusterStatusDeleteFailed, "The endpoint cannot be taken down.")
		after.LastModifiedTimestamp = nextTimestamp(c.end, deleting.LastModifiedTimestamp)
		schedule(row, c, c.start, deleting)
		kxFinishDeletion(row, c, after)
		if !c.failed() {
			s.removeNodes(c, in.EnvironmentID, in.ClusterName)
		}
		return nil, nil
	})
}
