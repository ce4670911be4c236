package flink

import "fmt"

// What the statuses of the resources mean for each wait. A status that is not listed leaves it pending; how a response
// compares with the state before a change can decide otherwise.
func Example_statuses() {
	for _, table := range []struct {
		wait     string
		statuses fmt.Stringer
	}{
		{"hotUpdateApplied", hotUpdateApplied},
		{"jobRuns", jobRuns},
		{"jobStarted", jobStarted},
		{"jobFinished", jobFinished},
		{"jobStopped", jobStopped},
		{"patrolCompleted", patrolCompleted},
		{"savepointCompleted", savepointCompleted},
		{"sessionClusterRuns", sessionClusterRuns},
		{"sessionClusterStopped", sessionClusterStopped},
		{"sqlFinished", sqlFinished},
		{"sqlStopped", sqlStopped},
		{"ticketFinished", ticketFinished},
	} {
		fmt.Printf("%s: %v\n", table.wait, table.statuses)
	}
	// Output:
	// hotUpdateApplied: succeeded HOT_UPDATED; failed FAILED
	// jobRuns: succeeded RUNNING; failed FINISHED FAILED; canceled CANCELLED
	// jobStarted: succeeded RUNNING FINISHED; failed FAILED; canceled CANCELLED
	// jobFinished: succeeded FINISHED; failed FAILED; canceled CANCELLED
	// jobStopped: succeeded FINISHED CANCELLED; failed FAILED
	// patrolCompleted: succeeded COMPLETED; failed FAILED
	// savepointCompleted: succeeded COMPLETED; failed FAILED
	// sessionClusterRuns: succeeded RUNNING; failed FAILED
	// sessionClusterStopped: succeeded STOPPED; failed FAILED
	// sqlFinished: succeeded FINISHED; failed FAILED; canceled CANCELLED CANCELED
	// sqlStopped: succeeded FINISHED CANCELLED CANCELED; failed FAILED
	// ticketFinished: succeeded FINISHED; failed FAILED
}
