package proton

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// created makes a wait one for a resource that may not be visible at once.
func created[T any](w cloud.Wait[T]) cloud.Wait[T] {
	w.AppearWithin = follow.AppearsWithin
	return w
}

// deleted makes a wait one for a resource to be gone. Where an earlier deletion had failed, a failure
// that a read shows may still be that one.
func deleted[T any](w cloud.Wait[T], failedBefore bool) cloud.Wait[T] {
	w.GoneIsSuccess = true
	if failedBefore {
		w.Confirm = follow.ConfirmWithin
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
