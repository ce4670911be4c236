package proton

import (
	"context"
	"iter"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var serviceInstances = deployable[GetServiceInstanceRequest, GetServiceInstanceResponse]{
	kind: DeploymentTargetResourceTypeServiceInstance,
	get:  (*Client).GetServiceInstance,
	request: func(s *deploymentChange) GetServiceInstanceRequest {
		return GetServiceInstanceRequest{Name: s.Name, ServiceName: s.ServiceName}
	},
	show:  func(out *GetServiceInstanceResponse) snapshot { return serviceInstanceSnapshot(&out.ServiceInstance) },
	share: sharingServiceInstances,
}

func sharingServiceInstances(
	c *Client, r GetServiceInstanceRequest, w cloud.WaitSpec[GetServiceInstanceResponse],
) cloud.WaitSpec[GetServiceInstanceResponse] {
	l := wait.List[ServiceInstanceSummary, GetServiceInstanceResponse]{
		Op:  &opListServiceInstances,
		IDs: []string{instanceID(r.ServiceName, r.Name)},
		Items: func(ctx context.Context, _ []string) iter.Seq2[ServiceInstanceSummary, error] {
			return c.AllServiceInstances(ctx, ListServiceInstancesRequest{MaxResults: pageSize})
		},
		ID: func(i *ServiceInstanceSummary) string { return instanceID(i.ServiceName, i.Name) },
	}
	return sharing(c, w, l, func(i *ServiceInstanceSummary) *GetServiceInstanceResponse {
		return &GetServiceInstanceResponse{ServiceInstance: *wait.Widened[ServiceInstance](i)}
	})
}

// instanceID is the ID of an instance among those of all services; empty if a part of it is missing.
func instanceID(service, name string) string {
	if service == "" || name == "" {
		return ""
	}
	return service + "/" + name
}

var createServiceInstance = declareCreation(serviceInstances, creation[CreateServiceInstanceRequest, CreateServiceInstanceResponse]{
	state: func(r *CreateServiceInstanceRequest) *deploymentChange {
		return &deploymentChange{Name: r.Name, ServiceName: r.ServiceName}
	},
	shown: func(out *CreateServiceInstanceResponse) snapshot {
		return serviceInstanceSnapshot(&out.ServiceInstance)
	},
	asked: func(r *CreateServiceInstanceRequest) (content, string) {
		return content{Spec: r.Spec, MajorVersion: r.TemplateMajorVersion, MinorVersion: r.TemplateMinorVersion}, r.ClientToken
	},
})

var updateServiceInstance = declareUpdate(serviceInstances, update[UpdateServiceInstanceRequest, UpdateServiceInstanceResponse]{
	check: func(r *UpdateServiceInstanceRequest) error {
		return mustDeploy(r.DeploymentType, "UpdateServiceInstance")
	},
	state: func(r *UpdateServiceInstanceRequest) *deploymentChange {
		return &deploymentChange{Name: r.Name, ServiceName: r.ServiceName, Update: updateBaseline{How: r.DeploymentType}}
	},
	shown: func(out *UpdateServiceInstanceResponse) snapshot {
		return serviceInstanceSnapshot(&out.ServiceInstance)
	},
	asked: func(r *UpdateServiceInstanceRequest) asked {
		return asked{
			token: r.ClientToken, how: r.DeploymentType, spec: r.Spec, major: r.TemplateMajorVersion, minor: r.TemplateMinorVersion,
		}
	},
	back: func(s *deploymentChange, to content, how DeploymentUpdateType) *UpdateServiceInstanceRequest {
		r := &UpdateServiceInstanceRequest{Name: s.Name, ServiceName: s.ServiceName, DeploymentType: how, Spec: to.Spec}
		r.TemplateMajorVersion, r.TemplateMinorVersion = to.versions(how)
		return r
	},
	prepare: func(c updater, ctx context.Context, r *UpdateServiceInstanceRequest) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareUpdateServiceInstance(ctx, *r))
	},
	cancel: func(c *Client, ctx context.Context, s *deploymentChange) error {
		_, err := c.CancelServiceInstanceDeployment(ctx, CancelServiceInstanceDeploymentRequest{
			ServiceName: s.ServiceName, ServiceInstanceName: s.Name,
		})
		return err
	},
})

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
	return untilSynced(c, "UntilServiceInstanceSynced", c.GetServiceInstanceSyncStatus, r, judge,
		func(out *GetServiceInstanceSyncStatusResponse) []ResourceSyncEvent { return eventsOf(out.LatestSync) })
}

func serviceInstanceSnapshot(i *ServiceInstance) snapshot {
	return snapshot{
		createdAt: i.CreatedAt, status: i.DeploymentStatus, message: i.DeploymentStatusMessage,
		attempted: i.LastAttemptedDeploymentID, attemptedAt: i.LastDeploymentAttemptedAt, succeeded: i.LastSucceededDeploymentID,
		token:   i.LastClientRequestToken,
		content: *templateContent(i.Spec, i.TemplateName, i.TemplateMajorVersion, i.TemplateMinorVersion),
	}
}
