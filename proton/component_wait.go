package proton

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var components = deployable[GetComponentRequest, GetComponentResponse]{
	get:     (*Client).GetComponent,
	request: func(s *deploymentChange) GetComponentRequest { return GetComponentRequest{Name: s.Name} },
	show:    func(out *GetComponentResponse) snapshot { return componentSnapshot(out.Component) },
}

var createComponent = declareCreation(components,
	func(r *CreateComponentRequest) *deploymentChange { return &deploymentChange{Name: r.Name} },
	func(out *CreateComponentResponse) snapshot { return componentSnapshot(&out.Component) },
)

var updateComponent = declareUpdate(components,
	func(r *UpdateComponentRequest) error { return mustDeploy(r.DeploymentType, "UpdateComponent") },
	func(r *UpdateComponentRequest) *deploymentChange { return &deploymentChange{Name: r.Name} },
	func(out *UpdateComponentResponse) snapshot { return componentSnapshot(&out.Component) },
)

var deleteComponent = declareDeletion(components,
	func(r *DeleteComponentRequest) *deploymentChange { return &deploymentChange{Name: r.Name} },
	func(out *DeleteComponentResponse) snapshot { return componentSnapshot(out.Component) },
)

var cancelComponentDeployment = declareCancellation(components,
	func(r *CancelComponentDeploymentRequest) *deploymentChange {
		return &deploymentChange{Name: r.ComponentName}
	},
	func(out *CancelComponentDeploymentResponse) snapshot { return componentSnapshot(&out.Component) },
)

// UntilComponentDeployed waits until the last deployment of a component has succeeded. It fails when that deployment
// failed or was canceled, and when the component is being deleted. It may succeed on the deployment before an update;
// [Client.BeginUpdateComponent] waits for the update's own.
func (c *Client) UntilComponentDeployed(r GetComponentRequest) *cloud.Waiter[GetComponentResponse] {
	return wait.Until(c.api, "UntilComponentDeployed", creationSpec(components.spec(c, r, judgeDeployed)))
}

// UntilComponentDeleted waits until a component is gone. It fails when the deletion failed, and may mistake an earlier
// deletion's failure for that; [Client.BeginDeleteComponent] tells them apart.
func (c *Client) UntilComponentDeleted(r GetComponentRequest) *cloud.Waiter[GetComponentResponse] {
	return wait.Until(c.api, "UntilComponentDeleted", deletionSpec(components.spec(c, r, new(deploymentChange).judgeDeletion)))
}

// UntilComponentDeploymentCanceled waits until the last deployment of a component is canceled. It fails when the
// deployment succeeded or failed. It may end at a deployment other than the one to cancel;
// [Client.BeginCancelComponentDeployment] tells them apart.
func (c *Client) UntilComponentDeploymentCanceled(r GetComponentRequest) *cloud.Waiter[GetComponentResponse] {
	return wait.Until(c.api, "UntilComponentDeploymentCanceled", components.spec(c, r, judgeCanceled))
}

// componentSnapshot is empty if a response has no component.
func componentSnapshot(m *Component) snapshot {
	if m == nil {
		return snapshot{}
	}
	return snapshot{
		createdAt: m.CreatedAt, status: m.DeploymentStatus, message: m.DeploymentStatusMessage,
		attempted: m.LastAttemptedDeploymentID, attemptedAt: m.LastDeploymentAttemptedAt, succeeded: m.LastSucceededDeploymentID,
	}
}
