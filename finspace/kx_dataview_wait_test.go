package finspace

import "testing"

func TestDataviewStatuses(t *testing.T) {
	t.Parallel()
	const (
		failed  = "FAILED DELETING"
		pending = "CREATING UPDATING"
		there   = pending + " ACTIVE DELETING"
	)
	show := func(status string) *GetKxDataviewResponse {
		return &GetKxDataviewResponse{Status: KxDataviewStatus(status), CreatedTimestamp: created, LastModifiedTimestamp: after, StatusReason: "as it is"}
	}
	testGoals(t, KxDataviewStatus("").Values(),
		goalOf("active", dataviews.creation, dataviewChange{}, show, "ACTIVE", failed, pending),
		goalOf("creation", dataviews.creation, dataviewChange{Record: birth}, show, "ACTIVE", failed, pending),
		goalOf("update", updateKxDataview.Spec, dataviewUpdateChange{Dataview: dataviewChange{Record: baseline}}, show, "ACTIVE", failed, pending),
		goalOf("deleted", dataviews.deletion, dataviewChange{}, show, "", "FAILED", there),
		goalOf("deletion", dataviews.deletion, dataviewChange{Record: baseline}, show, "", "FAILED", there),
	)
}
