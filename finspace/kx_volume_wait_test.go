package finspace

import "testing"

func TestVolumeStatuses(t *testing.T) {
	t.Parallel()
	const (
		failed  = "CREATE_FAILED UPDATE_FAILED DELETING DELETED DELETE_FAILED"
		pending = "CREATING UPDATING"
		there   = pending + " CREATE_FAILED ACTIVE UPDATED UPDATE_FAILED DELETING"
	)
	show := func(status string) *GetKxVolumeResponse {
		return &GetKxVolumeResponse{Status: KxVolumeStatus(status), CreatedTimestamp: created, LastModifiedTimestamp: after, StatusReason: "as it is"}
	}
	testGoals(t, KxVolumeStatus("").Values(),
		goalOf("active", volumes.creation, volumeChange{}, show, "ACTIVE UPDATED", failed, pending),
		goalOf("creation", volumes.creation, volumeChange{Record: birth}, show, "ACTIVE UPDATED", failed, pending),
		goalOf("update", updateKxVolume.Spec, volumeUpdateChange{Volume: volumeChange{Record: baseline}}, show, "ACTIVE UPDATED", failed, pending),
		goalOf("deleted", volumes.deletion, volumeChange{}, show, "DELETED", "DELETE_FAILED", there),
		goalOf("deletion", volumes.deletion, volumeChange{Record: baseline}, show, "DELETED", "DELETE_FAILED", there),
	)
}
