package proton

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var serviceInstances = deployable[GetServiceInstanceRequest, GetServiceInstanceResponse]{
	get: (*Client).GetServiceInstance,
	request: func(s *deploymentChange) GetServiceInstanceRequest {
		return GetServiceInstanceRequest{Name: s.Name, ServiceName: s.ServiceName}
	},
	show: func(out *GetServiceInstanceResponse) snapshot { return serviceInstanceSnapshot(&out.ServiceInstance) },
}

var createServiceInstance = declareCreation(serviceInstances,
	func(r *CreateServiceInstanceRequest) *deploymentChange {
		return &deploymentChange{Name: r.Name, ServiceName: r.ServiceName}
	},
	func(out *CreateServiceInstanceResponse) snapshot {
		return serviceInstanceSnapshot(&out.ServiceInstance)
	},
)

var updateServiceInstance = declareUpdate(serviceInstances,
	func(r *UpdateServiceInstanceRequest) error {
		return mustDeploy(r.DeploymentType, "UpdateServiceInstance")
	},
	func(r *UpdateServiceInstanceRequest) *deploymentChange {
		return &deploymentChange{Name: r.Name, ServiceName: r.ServiceName}
	},
	func(out *UpdateServiceInstanceResponse) snapshot {
		return serviceInstanceSnapshot(&out.ServiceInstance)
	},
)

var cancelServiceInstanceDeployment = declareCancellation(serviceInstances,
	func(r *CancelServiceInstanceDeploymentRequest) *deploymentChange {
		return &deploymentChange{Name: r.ServiceInstanceName, ServiceName: r.ServiceName}
	},
	func(out *CancelServiceInstanceDeploymentResponse) snapshot {
		return serviceInstanceSnapshot(&out.ServiceInstance)
	},
)

// UntilServiceInstanceDeployed waits until the last deployment of a service instance has succeeded. It fails when
// that deployment failed or was canceled, and when the instance is being deleted. It may succeed on the deployment
// before an update; [Client.BeginUpdateServiceInstance] waits for the update's own.
func (c *Client) UntilServiceInstanceDeployed(r GetServiceInstanceRequest) *cloud.Waiter[GetServiceInstanceResponse] {
	return wait.Until(c.api, "UntilServiceInstanceDeployed", creationSpec(serviceInstances.spec(c, r, judgeDeployed)))
}

// UntilServiceInstanceDeploymentCanceled waits until the last deployment of a service instance is canceled. It fails
// when the deployment succeeded or failed. It may end at a deployment other than the one to cancel;
// [Client.BeginCancelServiceInstanceDeployment] tells them apart.
func (c *Client) UntilServiceInstanceDeploymentCanceled(r GetServiceInstanceRequest) *cloud.Waiter[GetServiceInstanceResponse] {
	return wait.Until(c.api, "UntilServiceInstanceDeploymentCanceled", serviceInstances.spec(c, r, judgeCanceled))
}

// UntilServiceInstanceDeleted waits until a service instance is gone, after its service was deleted or updated with
// a spec that leaves it out. It fails when the deletion failed.
func (c *Client) UntilServiceInstanceDeleted(r GetServiceInstanceRequest) *cloud.Waiter[GetServiceInstanceResponse] {
	return wait.Until(c.api, "UntilServiceInstanceDeleted", deletionSpec(serviceInstances.spec(c, r, new(deploymentChange).judgeDeletion)))
}

// UntilServiceInstanceSynced waits until the latest sync of a service instance has succeeded and is of the revision
// that the service shows as desired; the end of a sync of another revision does not count. When it has failed, the
// error holds its latest event that reports a failure. Until the service has noticed a push, the desired revision is
// the one before it.
func (c *Client) UntilServiceInstanceSynced(r GetServiceInstanceSyncStatusRequest) *cloud.Waiter[GetServiceInstanceSyncStatusResponse] {
	judge := func(out *GetServiceInstanceSyncStatusResponse) cloud.Verdict {
		return judgeResourceSync(out.LatestSync, out.DesiredState)
	}
	return untilSynced(c, "UntilServiceInstanceSynced", c.GetServiceInstanceSyncStatus, r, judge)
}

func serviceInstanceSnapshot(i *ServiceInstance) snapshot {
	return snapshot{
		createdAt: i.CreatedAt, status: i.DeploymentStatus, message: i.DeploymentStatusMessage,
		attempted: i.LastAttemptedDeploymentID, attemptedAt: i.LastDeploymentAttemptedAt, succeeded: i.LastSucceededDeploymentID,
	}
}
