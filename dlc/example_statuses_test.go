package dlc

import "fmt"

// What the statuses of the resources mean for each wait. A status that is not listed leaves it pending; how a response
// compares with the state before a change can decide otherwise.
func Example_statuses() {
	for _, table := range []struct {
		wait     string
		statuses fmt.Stringer
	}{
		{"engineCreated", engineCreated},
		{"engineRunning", engineRunning},
		{"engineSuspended", engineSuspended},
		{"engineDeleted", engineDeleted},
		{"datasourceReady", datasourceReady},
		{"engineNetworkAvailable", engineNetworkAvailable},
		{"inferenceCreated", inferenceCreated},
		{"inferenceRunning", inferenceRunning},
		{"inferenceStopped", inferenceStopped},
		{"lockAcquired", lockAcquired},
		{"sparkSessionRunning", sparkSessionRunning},
		{"sparkSessionDeleted", sparkSessionDeleted},
		{"networkReady", networkReady},
		{"notebookSessionStarted", notebookSessionStarted},
		{"notebookSessionIdle", notebookSessionIdle},
		{"notebookStatementEnded", notebookStatementEnded},
		{"notebookStatementOutput", notebookStatementOutput},
		{"groupRunning", groupRunning},
		{"groupReady", groupReady},
		{"groupPaused", groupPaused},
		{"groupDeleted", groupDeleted},
		{"sparkJobSucceeded", sparkJobSucceeded},
		{"batchSucceeded", batchSucceeded},
		{"downloadReady", downloadReady},
		{"taskSucceeded", taskSucceeded},
		{"notebookSessionDeleted", notebookSessionDeleted},
		{"rayCreated", rayCreated},
		{"rayRunning", rayRunning},
		{"rayStopped", rayStopped},
		{"rayDeleted", rayDeleted},
		{"rayJobSucceeded", rayJobSucceeded},
	} {
		fmt.Printf("%s: %v\n", table.wait, table.statuses)
	}
	// Output:
	// engineCreated: succeeded Running Suspended; failed Failed Isolating Isolated ReadyToDelete Deleting Deleted
	// engineRunning: succeeded Running; failed Failed Isolating Isolated ReadyToDelete Deleting Deleted
	// engineSuspended: succeeded Suspended; failed Failed Isolating Isolated ReadyToDelete Deleting Deleted
	// engineDeleted: succeeded Deleted
	// datasourceReady: succeeded Ready; failed Failed Deleting Deleted
	// engineNetworkAvailable: succeeded Available; failed Deleted
	// inferenceCreated: succeeded Running; failed Failed Stopped
	// inferenceRunning: succeeded Running; failed Failed
	// inferenceStopped: succeeded Stopped; failed Failed
	// lockAcquired: succeeded ACQUIRED; failed ABORT NOT_ACQUIRED
	// sparkSessionRunning: succeeded RUNNING; failed TERMINATED
	// sparkSessionDeleted: succeeded TERMINATED
	// networkReady: succeeded Ready
	// notebookSessionStarted: succeeded idle busy; failed shutting_down error dead success; canceled killed
	// notebookSessionIdle: succeeded idle; failed shutting_down error dead success; canceled killed
	// notebookStatementEnded: failed error; canceled cancelled
	// notebookStatementOutput: succeeded ok; failed error
	// groupRunning: succeeded Running; failed Deleted Isolated Isolating
	// groupReady: succeeded Running Paused; failed Deleted Isolated Isolating
	// groupPaused: succeeded Paused; failed Deleted Isolated Isolating
	// groupDeleted: succeeded Deleted
	// sparkJobSucceeded: succeeded Succeeded; failed Failed Deleted Expired
	// batchSucceeded: succeeded Succeeded; failed Failed TimedOut; canceled Canceled
	// downloadReady: succeeded success; failed error timeout
	// taskSucceeded: succeeded Succeeded; failed Failed; canceled Canceled
	// notebookSessionDeleted: succeeded dead killed success error
	// rayCreated: succeeded CREATED RUNNING; failed FAILED STOPPED DELETED
	// rayRunning: succeeded RUNNING; failed FAILED DELETED
	// rayStopped: succeeded STOPPED; failed FAILED DELETED
	// rayDeleted: succeeded DELETED
	// rayJobSucceeded: succeeded SUCCEEDED; failed FAILED
}
