package proton

import (
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/validate"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// The longest times of waits. The documentation of the package lists them.
const (
	deploymentWithin         = 72 * time.Hour
	serviceWithin            = 72 * time.Hour
	templateWithin           = 6 * time.Hour
	connectionWithin         = 30 * 24 * time.Hour
	connectionDeletionWithin = 6 * time.Hour
	syncWithin               = 24 * time.Hour
)

// created makes a wait one for a resource that may not be visible at once.
func created[T any](w cloud.WaitSpec[T]) cloud.WaitSpec[T] {
	w.AppearWithin = wait.AppearsWithin
	return w
}

// deleted makes a wait one for a resource to be gone.
func deleted[T any](w cloud.WaitSpec[T]) cloud.WaitSpec[T] {
	w.GoneIsSuccess = true
	return w
}

// mustDeploy refuses an update that starts no deployment, for which nobody could wait.
func mustDeploy[T ~string](op *transport.Operation, deployment T) error {
	if string(deployment) != string(DeploymentUpdateTypeNone) {
		return nil
	}
	var p validate.Problems
	p.Add("deploymentType", "must start a deployment; call "+op.Name+" for metadata alone", string(deployment))
	return p.Err(service, op.Name)
}

// sameTime is how far apart reads may say one time, because services round it.
const sameTime = time.Second

// compareTimes is like wait.Age for times that come from reads, which differ by less.
func compareTimes(shown, ours time.Time) int {
	apart := shown.Sub(ours)
	switch {
	case shown.IsZero() || ours.IsZero():
		return 0
	case apart > sameTime:
		return 1
	case apart < -sameTime:
		return -1
	}
	return 0
}

// superseded is the end of a change after which another one came.
func superseded(j cloud.Verdict, why string) cloud.Verdict {
	j.Outcome, j.Superseded, j.Reason = cloud.Failed, true, "superseded: "+why
	return j
}

// replaced judges what a read shows of an older or newer resource of the same name, which has this.
func replaced(j cloud.Verdict, age int, has string) cloud.Verdict {
	if age > 0 {
		return superseded(j, "it was deleted, and a new one has its "+has)
	}
	j.Outcome = cloud.Pending
	return j
}

// givenUp is the end of a change that was under way and is no more, although nothing came of it.
func givenUp(j cloud.Verdict, how string) cloud.Verdict {
	j.Outcome, j.Inferred, j.Reason = cloud.Failed, true, with("given up: the state is "+j.State+" again, "+how, j.Reason)
	return j
}

// refused is the end of a change whose start was refused when it was repeated, while the resource shows nothing
// of it.
func refused(j cloud.Verdict, refusal wait.Refusal) cloud.Verdict {
	j.Outcome = cloud.Pending
	if why := refusal.Reason(); why != "" {
		j.Outcome, j.Inferred, j.Reason = cloud.Failed, true, why
	}
	return j
}

// with adds what a service says to a reason, unless that says it already.
func with(reason, message string) string {
	switch {
	case message == "" || strings.Contains(reason, message):
		return reason
	case reason == "":
		return message
	}
	return reason + ": " + message
}
