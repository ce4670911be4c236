package proton

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var environments = deployable[GetEnvironmentRequest, GetEnvironmentResponse]{
	get:     (*Client).GetEnvironment,
	request: func(s *deploymentChange) GetEnvironmentRequest { return GetEnvironmentRequest{Name: s.Name} },
	show:    func(out *GetEnvironmentResponse) snapshot { return environmentSnapshot(&out.Environment) },
}

var createEnvironment = declareCreation(environments,
	func(r *CreateEnvironmentRequest) *deploymentChange { return &deploymentChange{Name: r.Name} },
	func(out *CreateEnvironmentResponse) snapshot { return environmentSnapshot(&out.Environment) },
)

var updateEnvironment = declareUpdate(environments,
	func(r *UpdateEnvironmentRequest) error { return mustDeploy(r.DeploymentType, "UpdateEnvironment") },
	func(r *UpdateEnvironmentRequest) *deploymentChange { return &deploymentChange{Name: r.Name} },
	func(out *UpdateEnvironmentResponse) snapshot { return environmentSnapshot(&out.Environment) },
)

var deleteEnvironment = declareDeletion(environments,
	func(r *DeleteEnvironmentRequest) *deploymentChange { return &deploymentChange{Name: r.Name} },
	func(out *DeleteEnvironmentResponse) snapshot { return environmentSnapshot(out.Environment) },
)

var cancelEnvironmentDeployment = declareCancellation(environments,
	func(r *CancelEnvironmentDeploymentRequest) *deploymentChange {
		return &deploymentChange{Name: r.EnvironmentName}
	},
	func(out *CancelEnvironmentDeploymentResponse) snapshot { return environmentSnapshot(&out.Environment) },
)

// UntilEnvironmentDeployed waits until the last deployment of an environment has succeeded. It fails when that
// deployment failed or was canceled, and when the environment is being deleted. It may succeed on the deployment
// before an update; [Client.BeginUpdateEnvironment] waits for the update's own.
func (c *Client) UntilEnvironmentDeployed(r GetEnvironmentRequest) *cloud.Waiter[GetEnvironmentResponse] {
	return wait.Until(c.api, "UntilEnvironmentDeployed", creationSpec(environments.spec(c, r, judgeDeployed)))
}

// UntilEnvironmentDeleted waits until an environment is gone. It fails when the deletion failed, and may mistake an
// earlier deletion's failure for that; [Client.BeginDeleteEnvironment] tells them apart.
func (c *Client) UntilEnvironmentDeleted(r GetEnvironmentRequest) *cloud.Waiter[GetEnvironmentResponse] {
	return wait.Until(c.api, "UntilEnvironmentDeleted", deletionSpec(environments.spec(c, r, new(deploymentChange).judgeDeletion)))
}

// UntilEnvironmentDeploymentCanceled waits until the last deployment of an environment is canceled. It fails when the
// deployment succeeded or failed. It may end at a deployment other than the one to cancel;
// [Client.BeginCancelEnvironmentDeployment] tells them apart.
func (c *Client) UntilEnvironmentDeploymentCanceled(r GetEnvironmentRequest) *cloud.Waiter[GetEnvironmentResponse] {
	return wait.Until(c.api, "UntilEnvironmentDeploymentCanceled", environments.spec(c, r, judgeCanceled))
}

// environmentSnapshot is empty if a response has no environment.
func environmentSnapshot(e *Environment) snapshot {
	if e == nil {
		return snapshot{}
	}
	return snapshot{
		createdAt: e.CreatedAt, status: e.DeploymentStatus, message: e.DeploymentStatusMessage,
		attempted: e.LastAttemptedDeploymentID, attemptedAt: e.LastDeploymentAttemptedAt, succeeded: e.LastSucceededDeploymentID,
	}
}
