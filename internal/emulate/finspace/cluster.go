package finspace

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) clusterOperations() front.Handlers {
	return front.Handlers{
		"CreateKxCluster":                  front.Handle(s.createCluster),
		"GetKxCluster":                     front.Handle(s.getCluster),
		"ListKxClusters":                   front.Handle(s.listClusters),
		"UpdateKxClusterCodeConfiguration": front.Handle(s.updateCode),
		"UpdateKxClusterDatabases":         front.Handle(s.updateDatabases),
		"DeleteKxCluster":                  front.Handle(s.deleteCluster),
	}
}

// AddKxCluster adds a cluster to an environment, or replaces it, and returns its name.
func (s *Service) AddKxCluster(environmentID string, cluster finspace.GetKxClusterResponse) string {
	now, c := s.World.Now(), cluster
	c.ClusterName = cmp.Or(c.ClusterName, "cluster")
	c.ClusterType = cmp.Or(c.ClusterType, finspace.KxClusterTypeGP)
	c.Status = cmp.Or(c.Status, finspace.KxClusterStatusRunning)
	c.ReleaseLabel = cmp.Or(c.ReleaseLabel, "1.0")
	c.AZMode = cmp.Or(c.AZMode, finspace.KxAZModeSingle)
	c.AvailabilityZoneID = cmp.Or(c.AvailabilityZoneID, "use1-az4")
	c.CreatedTimestamp = cmp.Or(c.CreatedTimestamp, now.Add(-24*time.Hour))
	c.LastModifiedTimestamp = cmp.Or(c.LastModifiedTimestamp, c.CreatedTimestamp)
	if c.Volumes == nil {
		c.Volumes = shownVolumes(&c)
	}
	s.ensureEnvironment(environmentID)
	s.ensureDatabaseParts(environmentID, c.Databases)
	s.ensureVolumes(environmentID, volumesOf(&c))
	s.clusters.Add(world.KeyOf(environmentID, c.ClusterName), now, c)
	return c.ClusterName
}

func (s *Service) createCluster(r *front.Received, in finspace.CreateKxClusterRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		if err := s.checkEnvironmentReady(in.EnvironmentID); err != nil {
			return nil, err
		}
		if !kxNameFree(s, s.clusters, in.EnvironmentID, in.ClusterName) {
			return nil, aws.Conflict("The cluster "+in.ClusterName+" already exists.", "")
		}
		if err := s.checkClusterParts(in); err != nil {
			return nil, err
		}
		c := s.startCluster(in)
		s.tags.Set(s.kxARN(in.EnvironmentID, "kxCluster", in.ClusterName), c.CreatedTimestamp, in.Tags)
		out := world.CommonTo[finspace.CreateKxClusterResponse](c)
		out.EnvironmentID = in.EnvironmentID
		return &out, nil
	})
}

// checkClusterParts returns a refusal if the code of a new cluster is not in a bucket, or if it is to have databases,
// volumes or a group of hosts that do not exist.
func (s *Service) checkClusterParts(in finspace.CreateKxClusterRequest) error {
	if in.Code != nil {
		if err := checkCode(*in.Code); err != nil {
			return err
		}
	}
	if err := s.checkDatabaseParts(in.EnvironmentID, in.Databases); err != nil {
		return err
	}
	if g := in.ScalingGroupConfiguration; g != nil && kxNameFree(s, s.scalingGroups, in.EnvironmentID, g.ScalingGroupName) {
		return aws.NotFound("scaling group", g.ScalingGroupName)
	}
	return s.checkVolumes(in.EnvironmentID, volumesOf(new(newCluster(in))))
}

// checkCode returns a refusal if code does not say where it is.
func checkCode(code finspace.CodeConfiguration) error {
	switch {
	case code.S3Bucket == "":
		return aws.Invalid("code.s3Bucket must be set.")
	case code.S3Key == "":
		return aws.Invalid("code.s3Key must be set.")
	}
	return nil
}

// startCluster plans a creation: the cluster is pending for a third of its time, then creating. Its nodes start
// in the last third.
func (s *Service) startCluster(in finspace.CreateKxClusterRequest) finspace.GetKxClusterResponse {
	c := s.World.Begin("finspace", "CreateKxCluster")
	pending := newCluster(in)
	pending.CreatedTimestamp, pending.LastModifiedTimestamp = c.Start, c.Start
	creating := pending
	creating.Status, creating.LastModifiedTimestamp = finspace.KxClusterStatusCreating, c.Part(1, 3)
	after := creating
	after.LastModifiedTimestamp = c.End
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxClusterStatusRunning,
		finspace.KxClusterStatusCreateFailed, "There is not enough capacity.")

	row := s.clusters.Create(world.KeyOf(in.EnvironmentID, in.ClusterName))
	world.Schedule(row, c, c.Start, pending)
	world.Schedule(row, c, c.Part(1, 3), creating)
	world.Finish(row, c, after)
	s.startNodes(c, in.EnvironmentID, pending)
	return pending
}

func newCluster(in finspace.CreateKxClusterRequest) finspace.GetKxClusterResponse {
	c := finspace.GetKxClusterResponse{
		Status: finspace.KxClusterStatusPending, ClusterName: in.ClusterName, ClusterType: in.ClusterType,
		TickerplantLogConfiguration: in.TickerplantLogConfiguration, Databases: in.Databases,
		CacheStorageConfigurations: in.CacheStorageConfigurations, AutoScalingConfiguration: in.AutoScalingConfiguration,
		ClusterDescription: in.ClusterDescription, CapacityConfiguration: in.CapacityConfiguration,
		ReleaseLabel: in.ReleaseLabel, VPCConfiguration: &in.VPCConfiguration, InitializationScript: in.InitializationScript,
		CommandLineArguments: in.CommandLineArguments, Code: in.Code, ExecutionRole: in.ExecutionRole,
		SavedownStorageConfiguration: in.SavedownStorageConfiguration, AZMode: in.AZMode,
		AvailabilityZoneID: in.AvailabilityZoneID, ScalingGroupConfiguration: in.ScalingGroupConfiguration,
	}
	c.Volumes = shownVolumes(&c)
	return c
}

func (s *Service) getCluster(_ *front.Received, in finspace.GetKxClusterRequest) (any, error) {
	return kxVisible(s, s.clusters, "cluster", in.EnvironmentID, in.ClusterName)
}

func (s *Service) listClusters(_ *front.Received, in finspace.ListKxClustersRequest) (any, error) {
	page, next, err := kxPage(s, kxList[finspace.GetKxClusterResponse]{
		s.clusters, "clusters", []string{in.EnvironmentID},
		string(in.ClusterType), func(c *finspace.GetKxClusterResponse) bool { return c.ClusterType == in.ClusterType },
	}, in.NextToken, in.MaxResults)
	return &finspace.ListKxClustersResponse{KxClusterSummaries: world.ShownAs(page, summaryOfCluster), NextToken: next}, err
}

func summaryOfCluster(c *finspace.GetKxClusterResponse) finspace.KxCluster {
	return finspace.KxCluster{
		Status: c.Status, StatusReason: c.StatusReason, ClusterName: c.ClusterName, ClusterType: c.ClusterType,
		ClusterDescription: c.ClusterDescription, ReleaseLabel: c.ReleaseLabel, Volumes: c.Volumes,
		InitializationScript: c.InitializationScript, ExecutionRole: c.ExecutionRole, AZMode: c.AZMode,
		AvailabilityZoneID: c.AvailabilityZoneID, LastModifiedTimestamp: c.LastModifiedTimestamp, CreatedTimestamp: c.CreatedTimestamp,
	}
}

func (s *Service) updateCode(r *front.Received, in finspace.UpdateKxClusterCodeConfigurationRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, cluster, err := s.runningCluster(in.EnvironmentID, in.ClusterName)
		if err != nil {
			return nil, err
		}
		if err := checkCode(in.Code); err != nil {
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

func (s *Service) updateDatabases(r *front.Received, in finspace.UpdateKxClusterDatabasesRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
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
				return nil, &front.Refusal{
					Code:    "ValidationException",
					Message: "The cluster " + in.ClusterName + " does not have the database " + d.DatabaseName + ".",
				}
			}
			updated.Databases[i] = d
		}
		if err := s.checkDatabaseParts(in.EnvironmentID, in.Databases); err != nil {
			return nil, err
		}
		s.startClusterUpdate("UpdateKxClusterDatabases", row, cluster, updated)
		return nil, nil
	})
}

// runningCluster returns a cluster that can be updated.
func (s *Service) runningCluster(
	environmentID, name string,
) (*world.Timeline[finspace.GetKxClusterResponse], finspace.GetKxClusterResponse, error) {
	row, cluster, err := kxActual(s, s.clusters, "cluster", environmentID, name)
	if err == nil {
		err = kxRequireStatus("cluster", name, cluster.Status, finspace.KxClusterStatusRunning)
	}
	return row, cluster, err
}

// startClusterUpdate plans an update. If it fails, the cluster runs as before, with the reason in StatusReason.
func (s *Service) startClusterUpdate(
	operation string, row *world.Timeline[finspace.GetKxClusterResponse], before, updated finspace.GetKxClusterResponse,
) {
	c := s.World.Begin("finspace", operation)
	updating := before
	updating.Status, updating.StatusReason = finspace.KxClusterStatusUpdating, ""
	updating.LastModifiedTimestamp = world.NextTimestamp(c.Start, before.LastModifiedTimestamp)

	after := updated
	if c.Failed() {
		after = before
	}
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxClusterStatusRunning,
		finspace.KxClusterStatusRunning, "The update failed; the cluster runs as before.")
	after.LastModifiedTimestamp = world.NextTimestamp(c.End, updating.LastModifiedTimestamp)
	world.Schedule(row, c, c.Start, updating)
	world.Finish(row, c, after)
}

func (s *Service) deleteCluster(r *front.Received, in finspace.DeleteKxClusterRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, before, err := kxActual(s, s.clusters, "cluster", in.EnvironmentID, in.ClusterName)
		if err == nil {
			err = kxRequireStatus("cluster", in.ClusterName, before.Status, finspace.KxClusterStatusRunning,
				finspace.KxClusterStatusCreateFailed, finspace.KxClusterStatusDeleteFailed)
		}
		if err != nil {
			return nil, err
		}
		c := s.World.Begin("finspace", "DeleteKxCluster")
		deleting := before
		deleting.Status, deleting.StatusReason = finspace.KxClusterStatusDeleting, ""
		deleting.LastModifiedTimestamp = world.NextTimestamp(c.Start, before.LastModifiedTimestamp)
		after := deleting
		after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxClusterStatusDeleted,
			finspace.KxClusterStatusDeleteFailed, "The endpoint cannot be taken down.")
		after.LastModifiedTimestamp = world.NextTimestamp(c.End, deleting.LastModifiedTimestamp)
		world.Schedule(row, c, c.Start, deleting)
		kxFinishDeletion(row, c, after)
		if !c.Failed() {
			s.removeNodes(c, in.EnvironmentID, in.ClusterName)
		}
		return nil, nil
	})
}
