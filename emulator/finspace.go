package emulator

import (
	"github.com/polycloud-sdk/polycloud-go/finspace"
	emulated "github.com/polycloud-sdk/polycloud-go/internal/emulate/finspace"
)

// FinSpace adds resources to Amazon FinSpace, as if they had been there for some time.
type FinSpace struct{ service *emulated.Service }

// AddKxDatabase adds a database, in which changesets and dataviews can be created, and returns its name.
func (h *FinSpace) AddKxDatabase(environmentID, name string) string {
	return h.service.AddKxDatabase(environmentID, name)
}

// AddEnvironment adds or replaces an environment of the dataset browser, and returns its ID. Empty fields default to
// those of one that has been created.
func (h *FinSpace) AddEnvironment(environment finspace.Environment) string {
	return h.service.AddEnvironment(environment)
}

// AddKxCluster adds a cluster to an environment, or replaces it, and returns its name. Empty fields default to those
// of a general purpose cluster that has been running for a day.
func (h *FinSpace) AddKxCluster(environmentID string, cluster finspace.GetKxClusterResponse) string {
	return h.service.AddKxCluster(environmentID, cluster)
}

// AddKxDataview adds a dataview to a database, or replaces it, and returns its name. It also adds the database. Empty
// fields default to those of a dataview that has been active for a day.
func (h *FinSpace) AddKxDataview(environmentID, databaseName string, dataview finspace.GetKxDataviewResponse) string {
	return h.service.AddKxDataview(environmentID, databaseName, dataview)
}

// AddKxEnvironment adds or replaces an environment, and returns its ID. Empty fields default to those of one that was
// created a day ago and has no network of its own. The other Add methods add the environment that they name if it does
// not exist.
func (h *FinSpace) AddKxEnvironment(environment finspace.GetKxEnvironmentResponse) string {
	return h.service.AddKxEnvironment(environment)
}

// AddKxClusterNode adds a node to an existing cluster, or replaces it, and returns its ID. Empty fields default to
// those of a node that has been running for a day.
func (h *FinSpace) AddKxClusterNode(environmentID, cluster string, node finspace.KxNode) string {
	return h.service.AddKxClusterNode(environmentID, cluster, node)
}

// AddKxScalingGroup adds a scaling group to an environment, or replaces it, and returns its name. Empty fields default
// to those of the smallest group, active for a day and without clusters.
func (h *FinSpace) AddKxScalingGroup(environmentID string, group finspace.GetKxScalingGroupResponse) string {
	return h.service.AddKxScalingGroup(environmentID, group)
}

// AddKxVolume adds a volume to an environment, or replaces it, and returns its name. Empty fields default to those of
// the smallest volume, active for a day.
func (h *FinSpace) AddKxVolume(environmentID string, volume finspace.GetKxVolumeResponse) string {
	return h.service.AddKxVolume(environmentID, volume)
}
