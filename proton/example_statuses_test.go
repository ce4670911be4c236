package proton

import "fmt"

// What the statuses of the resources mean for each wait. A status that is not listed leaves it pending; how a response
// compares with the state before a change can decide otherwise.
func Example_statuses() {
	for _, table := range []struct {
		wait     string
		statuses fmt.Stringer
	}{
		{"lastDeployed", lastDeployed},
		{"deploymentCanceled", deploymentCanceled},
		{"deployableDeleted", deployableDeleted},
		{"deploymentSucceeded", deploymentSucceeded},
		{"connectionAccepted", connectionAccepted},
		{"serviceActive", serviceActive},
		{"serviceDeleted", serviceDeleted},
		{"repositorySynced", repositorySynced},
		{"resourceSynced", resourceSynced},
		{"versionRegistered", versionRegistered},
	} {
		fmt.Printf("%s: %v\n", table.wait, table.statuses)
	}
	// Output:
	// lastDeployed: succeeded SUCCEEDED; failed FAILED DELETE_IN_PROGRESS DELETE_FAILED DELETE_COMPLETE; canceled CANCELLED
	// deploymentCanceled: succeeded CANCELLED; failed SUCCEEDED FAILED DELETE_IN_PROGRESS DELETE_FAILED DELETE_COMPLETE
	// deployableDeleted: succeeded DELETE_COMPLETE; failed DELETE_FAILED
	// deploymentSucceeded: succeeded SUCCEEDED DELETE_COMPLETE; failed FAILED DELETE_FAILED; canceled CANCELLED
	// connectionAccepted: succeeded CONNECTED; failed REJECTED
	// serviceActive: succeeded ACTIVE; failed CREATE_FAILED CREATE_FAILED_CLEANUP_COMPLETE CREATE_FAILED_CLEANUP_FAILED UPDATE_FAILED UPDATE_FAILED_CLEANUP_COMPLETE UPDATE_FAILED_CLEANUP_FAILED UPDATE_COMPLETE_CLEANUP_FAILED DELETE_IN_PROGRESS DELETE_FAILED
	// serviceDeleted: failed DELETE_FAILED
	// repositorySynced: succeeded SUCCEEDED; failed FAILED
	// resourceSynced: succeeded SUCCEEDED; failed FAILED
	// versionRegistered: succeeded DRAFT PUBLISHED; failed REGISTRATION_FAILED
}
