package proton

import (
	"context"
	"iter"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var components = deployable[GetComponentRequest, GetComponentResponse]{
	kind:    DeploymentTargetResourceTypeComponent,
	get:     (*Client).GetComponent,
	request: func(s *deploymentChange) GetComponentRequest { return GetComponentRequest{Name: s.Name} },
	show:    func(out *GetComponentResponse) snapshot { return componentSnapshot(out.Component) },
	share:   sharingComponents,
}

func sharingComponents(c *Client, r GetComponentRequest, w cloud.WaitSpec[GetComponentResponse]) cloud.WaitSpec[GetComponentResponse] {
	l := wait.List[ComponentSummary, GetComponentResponse]{
		Op:  &opListComponents,
		IDs: []string{r.Name},
		Items: func(ctx context.Context, _ []string) iter.Seq2[ComponentSummary, error] {
			return c.AllComponents(ctx, ListComponentsRequest{MaxResults: pageSize})
		},
		ID: func(m *ComponentSummary) string { return m.Name },
	}
	return sharing(c, w, l, func(m *ComponentSummary) *GetComponentResponse {
		return &GetComponentResponse{Component: wait.Widened[Component](m)}
	})
}

var createComponent = declareCreation(components, creation[CreateComponentRequest, CreateComponentResponse]{
	state: func(r *CreateComponentRequest) *deploymentChange { return &deploymentChange{Name: r.Name} },
	shown: func(out *CreateComponentResponse) snapshot { return componentSnapshot(&out.Component) },
	asked: func(r *CreateComponentRequest) (content, string) {
		return content{
			Spec: r.ServiceSpec, ServiceName: r.ServiceName, InstanceName: r.ServiceInstanceName, EnvironmentName: r.EnvironmentName,
		}, r.ClientToken
	},
	undo: func(c *Client, ctx context.Context, s *deploymentChange) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareDeleteComponent(ctx, DeleteComponentRequest{Name: s.Name}))
	},
	cancel: (*Client).cancelComponent,
})

var updateComponent = declareUpdate(components, update[UpdateComponentRequest, UpdateComponentResponse]{
	check: func(r *UpdateComponentRequest) error { return mustDeploy(r.DeploymentType, "UpdateComponent") },
	state: func(r *UpdateComponentRequest) *deploymentChange {
		return &deploymentChange{Name: r.Name, Update: updateBaseline{
			How: DeploymentUpdateTypeCurrentVersion, File: r.TemplateFile != "", Description: replaces(r.Description != nil),
		}}
	},
	shown: func(out *UpdateComponentResponse) snapshot { return componentSnapshot(&out.Component) },
	asked: func(r *UpdateComponentRequest) asked {
		return asked{
			token: r.ClientToken, how: DeploymentUpdateTypeCurrentVersion, spec: r.ServiceSpec, file: r.TemplateFile,
			serviceName: r.ServiceName, instanceName: r.ServiceInstanceName, description: r.Description,
		}
	},
	back: func(s *deploymentChange, to content, _ DeploymentUpdateType) *UpdateComponentRequest {
		return &UpdateComponentRequest{
			Name: s.Name, DeploymentType: ComponentDeploymentUpdateTypeCurrentVersion, Description: s.Update.description(to),
			ServiceName: &to.ServiceName, ServiceInstanceName: &to.InstanceName, ServiceSpec: to.Spec, TemplateFile: to.ComponentFile,
		}
	},
	prepare: func(c updater, ctx context.Context, r *UpdateComponentRequest) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareUpdateComponent(ctx, *r))
	},
	cancel: (*Client).cancelComponent,
})

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

// cancelComponent asks the service to cancel the deployment of a component.
func (c *Client) cancelComponent(ctx context.Context, s *deploymentChange) error {
	_, err := c.CancelComponentDeployment(ctx, CancelComponentDeploymentRequest{ComponentName: s.Name})
	return err
}

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
		token: m.LastClientRequestToken,
		content: content{
			Description: m.Description, Spec: m.ServiceSpec, ServiceName: m.ServiceName, InstanceName: m.ServiceInstanceName,
			EnvironmentName: m.EnvironmentName,
		},
	}
}
