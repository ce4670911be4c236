package emulator

import (
	"github.com/polycloud-sdk/polycloud-go/finspace"
	emulated "github.com/polycloud-sdk/polycloud-go/internal/emulate/finspace"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// FinSpace adds resources to Amazon FinSpace, as if they had been there for some time.
type FinSpace struct{ resources }

// AddKxDatabase adds a database to an environment, or replaces it, and returns its name. Empty fields default to those of
// an empty database that was created a day ago.
func (h *FinSpace) AddKxDatabase(environmentID string, database finspace.GetKxDatabaseResponse) string {
	return h.add("KxDatabase", emulated.InEnvironment{EnvironmentID: environmentID}, database)
}

// AddKxUser adds a user to an environment, or replaces it, and returns its ARN. Empty fields default to those of a user
// with a role of its own name who was created a day ago.
func (h *FinSpace) AddKxUser(environmentID string, user finspace.KxUser) string {
	return h.add("KxUser", emulated.InEnvironment{EnvironmentID: environmentID}, user)
}

// AddEnvironment adds or replaces an environment of the dataset browser, and returns its ID. Empty fields default to
// those of one that has been created.
func (h *FinSpace) AddEnvironment(environment finspace.Environment) string {
	return h.add("Environment", front.Nowhere{}, environment)
}

// AddKxCluster adds a cluster to an environment, or replaces it, and returns its name. It also adds the databases and the
// volumes that it names. Empty fields default to those of a general purpose cluster that has been running for a day.
func (h *FinSpace) AddKxCluster(environmentID string, cluster finspace.GetKxClusterResponse) string {
	return h.add("KxCluster", emulated.InEnvironment{EnvironmentID: environmentID}, cluster)
}

// AddKxChangeset adds a changeset to a database, or replaces it, and returns its ID. It also adds the database. Empty
// fields default to those of a changeset that was completed a day ago.
func (h *FinSpace) AddKxChangeset(environmentID, databaseName string, changeset finspace.GetKxChangesetResponse) string {
	return h.add("KxChangeset", emulated.InDatabase{EnvironmentID: environmentID, DatabaseName: databaseName}, changeset)
}

// AddKxDataview adds a dataview to a database, or replaces it, and returns its name. It also adds the database, and the
// changeset and the volumes that it names. Empty fields default to those of a dataview that has been active for a day.
func (h *FinSpace) AddKxDataview(environmentID, databaseName string, dataview finspace.GetKxDataviewResponse) string {
	return h.add("KxDataview", emulated.InDatabase{EnvironmentID: environmentID, DatabaseName: databaseName}, dataview)
}

// AddKxEnvironment adds or replaces an environment, and returns its ID. Empty fields default to those of one that was
// created a day ago and has no network of its own. The other Add methods add the environment that they name if it does
// not exist.
func (h *FinSpace) AddKxEnvironment(environment finspace.GetKxEnvironmentResponse) string {
	return h.add("KxEnvironment", front.Nowhere{}, environment)
}

// AddKxClusterNode adds a node to an existing cluster, or replaces it, and returns its ID. Empty fields default to
// those of a node that has been running for a day.
func (h *FinSpace) AddKxClusterNode(environmentID, cluster string, node finspace.KxNode) string {
	return h.add("KxClusterNode", emulated.InCluster{EnvironmentID: environmentID, ClusterName: cluster}, node)
}

// AddKxScalingGroup adds a scaling group to an environment, or replaces it, and returns its name. Empty fields default
// to those of the smallest group, active for a day and without clusters.
func (h *FinSpace) AddKxScalingGroup(environmentID string, group finspace.GetKxScalingGroupResponse) string {
	return h.add("KxScalingGroup", emulated.InEnvironment{EnvironmentID: environmentID}, group)
}

// AddKxVolume adds a volume to an environment, or replaces it, and returns its name. Empty fields default to those of
// the smallest volume, active for a day.
func (h *FinSpace) AddKxVolume(environmentID string, volume finspace.GetKxVolumeResponse) string {
	return h.add("KxVolume", emulated.InEnvironment{EnvironmentID: environmentID}, volume)
}
