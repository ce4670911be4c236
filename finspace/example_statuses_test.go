package finspace

import "fmt"

// What the statuses of the resources mean for each wait. A status that is not listed leaves it pending; how a response
// compares with the state before a change can decide otherwise.
func Example_statuses() {
	for _, table := range []struct {
		wait     string
		statuses fmt.Stringer
	}{
		{"changesetCompleted", changesetCompleted},
		{"nodeRunning", nodeRunning},
		{"clusterLive", clusterLive},
		{"clusterDeleted", clusterDeleted},
		{"dataviewLive", dataviewLive},
		{"dataviewDeleted", dataviewDeleted},
		{"environmentLive", environmentLive},
		{"environmentDeleted", environmentDeleted},
		{"networkPartUpdated", networkPartUpdated},
		{"scalingGroupLive", scalingGroupLive},
		{"scalingGroupDeleted", scalingGroupDeleted},
		{"volumeLive", volumeLive},
		{"volumeDeleted", volumeDeleted},
	} {
		fmt.Printf("%s: %v\n", table.wait, table.statuses)
	}
	// Output:
	// changesetCompleted: succeeded COMPLETED COMPLETE; failed FAILED
	// nodeRunning: succeeded RUNNING
	// clusterLive: succeeded RUNNING; failed CREATE_FAILED DELETING DELETED DELETE_FAILED
	// clusterDeleted: succeeded DELETED; failed DELETE_FAILED
	// dataviewLive: succeeded ACTIVE; failed FAILED DELETING
	// dataviewDeleted: failed FAILED
	// environmentLive: succeeded CREATED; failed FAILED_CREATION FAILED_UPDATING_NETWORK SUSPENDED DELETE_REQUESTED DELETING RETRY_DELETION DELETED FAILED_DELETION
	// environmentDeleted: succeeded DELETED; failed FAILED_DELETION
	// networkPartUpdated: succeeded SUCCESSFULLY_UPDATED; failed FAILED_UPDATE
	// scalingGroupLive: succeeded ACTIVE; failed CREATE_FAILED UPDATE_FAILED DELETING DELETED DELETE_FAILED
	// scalingGroupDeleted: succeeded DELETED; failed DELETE_FAILED
	// volumeLive: succeeded ACTIVE UPDATED; failed CREATE_FAILED UPDATE_FAILED DELETING DELETED DELETE_FAILED
	// volumeDeleted: succeeded DELETED; failed DELETE_FAILED
}
