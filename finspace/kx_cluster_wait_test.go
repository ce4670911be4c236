package finspace

import "testing"

func TestClusterStatuses(t *testing.T) {
	t.Parallel()
	const (
		failed  = "CREATE_FAILED DELETING DELETED DELETE_FAILED"
		pending = "PENDING CREATING UPDATING"
		there   = pending + " RUNNING CREATE_FAILED DELETING"
	)
	show := func(status string) *GetKxClusterResponse {
		return &GetKxClusterResponse{Status: KxClusterStatus(status), CreatedTimestamp: created, LastModifiedTimestamp: after, Code: &asked}
	}
	code, databases := updateKxClusterCodeConfiguration.Spec, updateKxClusterDatabases.Spec
	testGoals(t, KxClusterStatus("").Values(),
		goalOf("running", clusters.creation, clusterChange{}, show, "RUNNING", failed, pending),
		goalOf("creation", clusters.creation, clusterChange{Record: birth}, show, "RUNNING", failed, pending),
		goalOf("code", code, codeChange{Cluster: clusterChange{Record: baseline}, Code: asked}, show, "RUNNING", failed, pending),
		goalOf("databases", databases, databasesChange{Cluster: clusterChange{Record: baseline}}, show, "RUNNING", failed, pending),
		goalOf("deleted", clusters.deletion, clusterChange{}, show, "DELETED", "DELETE_FAILED", there),
		goalOf("deletion", clusters.deletion, clusterChange{Record: baseline}, show, "DELETED", "DELETE_FAILED", there),
	)
}
