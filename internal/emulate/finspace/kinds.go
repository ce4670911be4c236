package finspace

import (
	"strings"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// InEnvironment is the place of what is in an environment.
type InEnvironment struct {
	EnvironmentID string `json:"environmentId"`
}

// InDatabase is the place of what is in a database.
type InDatabase struct {
	EnvironmentID string `json:"environmentId"`
	DatabaseName  string `json:"databaseName"`
}

// InCluster is the place of what is in a cluster.
type InCluster struct {
	EnvironmentID string `json:"environmentId"`
	ClusterName   string `json:"clusterName"`
}

// OfResource says which resource tags belong to.
type OfResource struct {
	ResourceARN string `json:"resourceArn"`
}

// Kinds returns the kinds of resources that can be added.
func (s *Service) Kinds() []front.Kind {
	return []front.Kind{
		front.KindOf("KxEnvironment", func(_ front.Nowhere, v finspace.GetKxEnvironmentResponse) string { return s.AddKxEnvironment(v) },
			placed(s, s.environments, func([]string) front.Nowhere { return front.Nowhere{} })),
		front.KindOf("KxDatabase", func(p InEnvironment, v finspace.GetKxDatabaseResponse) string {
			return s.AddKxDatabase(p.EnvironmentID, v)
		}, placed(s, s.databases, inEnvironment)),
		front.KindOf("KxChangeset", func(p InDatabase, v finspace.GetKxChangesetResponse) string {
			return s.AddKxChangeset(p.EnvironmentID, p.DatabaseName, v)
		}, placed(s, s.changesets, func(k []string) InDatabase { return InDatabase{k[0], k[1]} })),
		front.KindOf("KxUser", func(p InEnvironment, v finspace.KxUser) string { return s.AddKxUser(p.EnvironmentID, v) },
			placed(s, s.users, inEnvironment)),
		front.KindOf("KxScalingGroup", func(p InEnvironment, v finspace.GetKxScalingGroupResponse) string {
			return s.AddKxScalingGroup(p.EnvironmentID, v)
		}, placed(s, s.scalingGroups, inEnvironment)),
		front.KindOf("KxVolume", func(p InEnvironment, v finspace.GetKxVolumeResponse) string { return s.AddKxVolume(p.EnvironmentID, v) },
			placed(s, s.volumes, inEnvironment)),
		front.KindOf("KxDataview", func(p InDatabase, v finspace.GetKxDataviewResponse) string {
			return s.AddKxDataview(p.EnvironmentID, p.DatabaseName, v)
		}, placed(s, s.dataviews, func(k []string) InDatabase { return InDatabase{k[0], k[1]} })),
		front.KindOf("KxCluster", func(p InEnvironment, v finspace.GetKxClusterResponse) string {
			return s.AddKxCluster(p.EnvironmentID, v)
		},
			placed(s, s.clusters, inEnvironment)),
		front.KindOf("KxClusterNode", func(p InCluster, v finspace.KxNode) string {
			return s.AddKxClusterNode(p.EnvironmentID, p.ClusterName, v)
		}, placed(s, s.nodes, func(k []string) InCluster { return InCluster{k[0], k[1]} })),
		front.KindOf("Environment", func(_ front.Nowhere, v finspace.Environment) string { return s.AddEnvironment(v) },
			placed(s, s.browser, func([]string) front.Nowhere { return front.Nowhere{} })),
		front.KindOf("Tags", func(of OfResource, v finspace.ListTagsForResourceResponse) string {
			s.tags.Add(of.ResourceARN, s.World.Now(), v.Tags)
			return of.ResourceARN
		}, s.allTags),
	}
}

// allTags returns the tags of the resources that exist and have any.
func (s *Service) allTags(yield func(OfResource, finspace.ListTagsForResourceResponse) bool) {
	for arn, tags := range s.tags.All(s.World.Now()) {
		if len(*tags) == 0 || s.requireResource(arn) != nil {
			continue
		}
		if !yield(OfResource{arn}, finspace.ListTagsForResourceResponse{Tags: *tags}) {
			return
		}
	}
}

func inEnvironment(key []string) InEnvironment { return InEnvironment{key[0]} }

// placed returns what reads show of a table, with the place that the names in the key say.
func placed[Place, T any](s *Service, t *world.Table[T], place func(names []string) Place) func(func(Place, T) bool) {
	return func(yield func(Place, T) bool) {
		for key, v := range t.All(s.World.Now()) {
			if !yield(place(strings.Split(key, "\x00")), *v) {
				return
			}
		}
	}
}
