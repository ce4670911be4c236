package proton

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// The pauses between two looks.
const (
	minInterval = 5 * time.Second
	maxInterval = 5 * time.Minute
	// quickInterval is for what usually takes seconds.
	quickInterval = 3 * time.Second
	// What is new may not be visible at once.
	appearsWithin = time.Minute
	// confirmWithin is for ends that cannot be told from the state before the change.
	confirmWithin = 30 * time.Second
)

// createdApart is how far apart the creations of two resources of one name are at least, because the
// first has to be deleted in between. What the service says about one creation may differ by less.
const createdApart = 10 * time.Second

// age compares the resource that a read shows with the one that a change is about, by their times of
// creation: below 0 is an older one of that name, above 0 a newer one.
func age(shown, ours time.Time) int {
	apart := shown.Sub(ours)
	switch {
	case shown.IsZero() || ours.IsZero():
		return 0
	case apart > createdApart:
		return 1
	case apart < -createdApart:
		return -1
	}
	return 0
}

// created makes a wait one for a resource that may not be visible at once.
func created[T any](w cloud.Wait[T]) cloud.Wait[T] {
	w.AppearWithin = appearsWithin
	return w
}

// deleted makes a wait one for a resource to be gone. Where an earlier deletion had failed, a failure
// that a read shows may still be that one.
func deleted[T any](w cloud.Wait[T], failedBefore bool) cloud.Wait[T] {
	w.GoneIsSuccess = true
	if failedBefore {
		w.Confirm = confirmWithin
	}
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
