package finspace

import (
	"slices"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// clusterParts returns the keys of the resources of one kind that a cluster uses.
type clusterParts func(*finspace.GetKxClusterResponse) []string

func scalingGroupsOf(c *finspace.GetKxClusterResponse) []string {
	if c.ScalingGroupConfiguration == nil {
		return nil
	}
	return []string{c.ScalingGroupConfiguration.ScalingGroupName}
}

func databasesOf(c *finspace.GetKxClusterResponse) (names []string) {
	for _, d := range c.Databases {
		names = append(names, d.DatabaseName)
	}
	return names
}

// dataviewsOf returns the dataviews of a cluster by database and name.
func dataviewsOf(c *finspace.GetKxClusterResponse) (keys []string) {
	for _, d := range c.Databases {
		if name := dataviewOf(d); name != "" {
			keys = append(keys, world.KeyOf(d.DatabaseName, name))
		}
	}
	return keys
}

// dataviewOf returns the dataview of a database that a cluster uses, "" for none.
func dataviewOf(d finspace.KxDatabaseConfiguration) string {
	if d.DataviewConfiguration != nil && d.DataviewConfiguration.DataviewName != "" {
		return d.DataviewConfiguration.DataviewName
	}
	return d.DataviewName
}

// volumesOf returns the names of the volumes that a cluster writes to.
func volumesOf(c *finspace.GetKxClusterResponse) (names []string) {
	if s := c.SavedownStorageConfiguration; s != nil && s.VolumeName != "" {
		names = append(names, s.VolumeName)
	}
	if t := c.TickerplantLogConfiguration; t != nil {
		names = append(names, t.TickerplantLogVolumes...)
	}
	return names
}

// shownVolumes returns the volumes of a cluster as the cluster shows them.
func shownVolumes(c *finspace.GetKxClusterResponse) (volumes []finspace.Volume) {
	for _, name := range volumesOf(c) {
		volumes = append(volumes, finspace.Volume{VolumeName: name, VolumeType: finspace.VolumeTypeNAS1})
	}
	return volumes
}

// clustersBy returns the clusters of an environment, as reads show them, by what they use, which has a name.
func (s *Service) clustersBy(name string, parts clusterParts, environmentID string) map[string][]*finspace.GetKxClusterResponse {
	byPart := func(clusters []*finspace.GetKxClusterResponse) map[string][]*finspace.GetKxClusterResponse {
		by := map[string][]*finspace.GetKxClusterResponse{}
		for _, c := range clusters {
			for _, key := range parts(c) {
				by[key] = append(by[key], c)
			}
		}
		return by
	}
	return world.Derive(s.clusters, s.World.Now(), name, byPart, environmentID)
}

// checkUnused returns a refusal if a cluster of the environment uses a resource, which has a key among the parts.
func (s *Service) checkUnused(parts clusterParts, key, environmentID, what, name string) error {
	for _, row := range s.clusters.Within(environmentID) {
		if c, ok := row.Actual(s.World.Now()); ok && slices.Contains(parts(&c), key) {
			return aws.Conflict("The cluster "+c.ClusterName+" uses the "+what+" "+name+".", "INVALID_STATE")
		}
	}
	return nil
}

// withClusters adds the names of clusters to those that are known already.
func withClusters(names []string, clusters []*finspace.GetKxClusterResponse) []string {
	names = slices.Clone(names)
	for _, c := range clusters {
		if !slices.Contains(names, c.ClusterName) {
			names = append(names, c.ClusterName)
		}
	}
	return names
}

// withAttached adds clusters to those that a volume has.
func withAttached(attached []finspace.KxAttachedCluster, clusters []*finspace.GetKxClusterResponse) []finspace.KxAttachedCluster {
	attached = slices.Clone(attached)
	for _, c := range clusters {
		if !slices.ContainsFunc(attached, func(a finspace.KxAttachedCluster) bool { return a.ClusterName == c.ClusterName }) {
			attached = append(attached, finspace.KxAttachedCluster{
				ClusterName: c.ClusterName, ClusterType: c.ClusterType, ClusterStatus: c.Status,
			})
		}
	}
	return attached
}

// attachedVersions returns the versions of a dataview with the clusters that use the dataview: they use the latest one.
func attachedVersions(
	versions []finspace.KxDataviewActiveVersion, clusters []*finspace.GetKxClusterResponse,
) []finspace.KxDataviewActiveVersion {
	versions = slices.Clone(versions)
	if last := len(versions) - 1; last >= 0 {
		versions[last].AttachedClusters = withClusters(versions[last].AttachedClusters, clusters)
	}
	return versions
}

// checkChangeset returns a refusal if a database has no changeset with the ID. None is asked for if it is empty.
func (s *Service) checkChangeset(environmentID, database, id string) error {
	if id != "" && kxNameFree(s, s.changesets, environmentID, database, id) {
		return aws.NotFound("changeset", id)
	}
	return nil
}

// checkVolumes returns a refusal if one of the volumes does not exist.
func (s *Service) checkVolumes(environmentID string, names []string) error {
	for _, name := range names {
		if kxNameFree(s, s.volumes, environmentID, name) {
			return aws.NotFound("volume", name)
		}
	}
	return nil
}

// checkDatabaseParts returns a refusal if the databases of a cluster have parts that do not exist.
func (s *Service) checkDatabaseParts(environmentID string, databases []finspace.KxDatabaseConfiguration) error {
	for _, d := range databases {
		if kxNameFree(s, s.databases, environmentID, d.DatabaseName) {
			return aws.NotFound("database", d.DatabaseName)
		}
		if name := dataviewOf(d); name != "" && kxNameFree(s, s.dataviews, environmentID, d.DatabaseName, name) {
			return aws.NotFound("dataview", name)
		}
		if err := s.checkChangeset(environmentID, d.DatabaseName, d.ChangesetID); err != nil {
			return err
		}
	}
	return nil
}

// ensureDatabaseParts adds what the databases of a cluster name and does not exist.
func (s *Service) ensureDatabaseParts(environmentID string, databases []finspace.KxDatabaseConfiguration) {
	for _, d := range databases {
		s.ensureDatabase(environmentID, d.DatabaseName)
		s.ensureChangeset(environmentID, d.DatabaseName, d.ChangesetID)
		if name := dataviewOf(d); name != "" && kxNameFree(s, s.dataviews, environmentID, d.DatabaseName, name) {
			s.AddKxDataview(environmentID, d.DatabaseName, finspace.GetKxDataviewResponse{DataviewName: name})
		}
	}
}

func (s *Service) ensureChangeset(environmentID, database, id string) {
	if s.checkChangeset(environmentID, database, id) != nil {
		s.AddKxChangeset(environmentID, database, finspace.GetKxChangesetResponse{ChangesetID: id})
	}
}

func (s *Service) ensureVolumes(environmentID string, names []string) {
	for _, name := range names {
		if kxNameFree(s, s.volumes, environmentID, name) {
			s.AddKxVolume(environmentID, finspace.GetKxVolumeResponse{VolumeName: name})
		}
	}
}

// segmentVolumes returns the volumes that have segments of a dataview.
func segmentVolumes(segments []finspace.KxDataviewSegmentConfiguration) (names []string) {
	for _, v := range segments {
		names = append(names, v.VolumeName)
	}
	return names
}
