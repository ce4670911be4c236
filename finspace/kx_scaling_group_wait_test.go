package finspace

import "testing"

func TestScalingGroupStatuses(t *testing.T) {
	t.Parallel()
	const (
		failed  = "CREATE_FAILED UPDATE_FAILED DELETING DELETED DELETE_FAILED"
		pending = "CREATING UPDATING"
		there   = pending + " CREATE_FAILED ACTIVE UPDATE_FAILED DELETING"
	)
	show := func(status string) *GetKxScalingGroupResponse {
		return &GetKxScalingGroupResponse{
			Status: KxScalingGroupStatus(status), CreatedTimestamp: created, LastModifiedTimestamp: after, StatusReason: "as it is",
		}
	}
	testGoals(t, KxScalingGroupStatus("").Values(),
		goalOf("active", scalingGroups.creation, scalingGroupChange{}, show, "ACTIVE", failed, pending),
		goalOf("creation", scalingGroups.creation, scalingGroupChange{Record: birth}, show, "ACTIVE", failed, pending),
		goalOf("deleted", scalingGroups.deletion, scalingGroupChange{}, show, "DELETED", "DELETE_FAILED", there),
		goalOf("deletion", scalingGroups.deletion, scalingGroupChange{Record: baseline}, show, "DELETED", "DELETE_FAILED", there),
	)
}
