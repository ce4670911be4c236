package proton

import (
	"context"
	"iter"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var environments = deployable[GetEnvironmentRequest, GetEnvironmentResponse]{
	kind:    DeploymentTargetResourceTypeEnvironment,
	get:     (*Client).GetEnvironment,
	request: func(s *deploymentChange) GetEnvironmentRequest { return GetEnvironmentRequest{Name: s.Name} },
	show:    func(out *GetEnvironmentResponse) snapshot { return environmentSnapshot(&out.Environment) },
	share:   sharingEnvironments,
}

func sharingEnvironments(
	c *Client, r GetEnvironmentRequest, w cloud.WaitSpec[GetEnvironmentResponse],
) cloud.WaitSpec[GetEnvironmentResponse] {
	l := wait.List[EnvironmentSummary, GetEnvironmentResponse]{
		Op:  &opListEnvironments,
		IDs: []string{r.Name},
		Items: func(ctx context.Context, _ []string) iter.Seq2[EnvironmentSummary, error] {
			return c.AllEnvironments(ctx, ListEnvironmentsRequest{MaxResults: pageSize})
		},
		ID: func(e *EnvironmentSummary) string { return e.Name },
	}
	return sharing(c, w, l, func(e *EnvironmentSummary) *GetEnvironmentResponse {
		return &GetEnvironmentResponse{Environment: *wait.Widened[Environment](e)}
	})
}

var createEnvironment = declareCreation(environments, creation[CreateEnvironmentRequest, CreateEnvironmentResponse]{
	state: func(r *CreateEnvironmentRequest) *deploymentChange { return &deploymentChange{Name: r.Name} },
	shown: func(out *CreateEnvironmentResponse) snapshot { return environmentSnapshot(&out.Environment) },
	asked: func(r *CreateEnvironmentRequest) (content, string) {
		return content{
			Spec: r.Spec, TemplateName: r.TemplateName, MajorVersion: r.TemplateMajorVersion, MinorVersion: r.TemplateMinorVersion,
		}, ""
	},
	undo: func(c *Client, ctx context.Context, s *deploymentChange) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareDeleteEnvironment(ctx, DeleteEnvironmentRequest{Name: s.Name}))
	},
})

var updateEnvironment = declareUpdate(environments, update[UpdateEnvironmentRequest, UpdateEnvironmentResponse]{
	check: func(r *UpdateEnvironmentRequest) error { return mustDeploy(r.DeploymentType, "UpdateEnvironment") },
	state: func(r *UpdateEnvironmentRequest) *deploymentChange {
		s := &deploymentChange{Name: r.Name, Update: updateBaseline{
			How: r.DeploymentType, Description: replaces(r.Description != nil), ServiceRole: replaces(r.ProtonServiceRoleARN != ""),
			Connection: replaces(r.EnvironmentAccountConnectionID != ""), ComponentRole: replaces(r.ComponentRoleARN != ""),
			CodeBuildRole: replaces(r.CodeBuildRoleARN != ""),
		}}
		if r.ProvisioningRepository != nil {
			s.Update.Repository = new(RepositoryBranchInput)
		}
		return s
	},
	shown: func(out *UpdateEnvironmentResponse) snapshot { return environmentSnapshot(&out.Environment) },
	asked: func(r *UpdateEnvironmentRequest) asked {
		return asked{how: r.DeploymentType, spec: r.Spec, major: r.TemplateMajorVersion, minor: r.TemplateMinorVersion}
	},
	back: environmentBack,
	prepare: func(c updater, ctx context.Context, r *UpdateEnvironmentRequest) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareUpdateEnvironment(ctx, *r))
	},
	cancel: func(c *Client, ctx context.Context, s *deploymentChange) error {
		_, err := c.CancelEnvironmentDeployment(ctx, CancelEnvironmentDeploymentRequest{EnvironmentName: s.Name})
		return err
	},
})

// environmentBack returns the update of an environment to other content.
func environmentBack(s *deploymentChange, to content, how DeploymentUpdateType) *UpdateEnvironmentRequest {
	r := &UpdateEnvironmentRequest{
		Name: s.Name, DeploymentType: how, Description: s.Update.description(to), Spec: to.Spec,
		ProtonServiceRoleARN: to.ServiceRole, EnvironmentAccountConnectionID: to.Connection,
		ComponentRoleARN: to.ComponentRole, CodeBuildRoleARN: to.CodeBuildRole,
	}
	r.TemplateMajorVersion, r.TemplateMinorVersion = to.versions(how)
	if to.Repository != (RepositoryBranchInput{}) {
		r.ProvisioningRepository = &to.Repository
	}
	return r
}

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
	now := snapshot{
		createdAt: e.CreatedAt, status: e.DeploymentStatus, message: e.DeploymentStatusMessage,
		attempted: e.LastAttemptedDeploymentID, attemptedAt: e.LastDeploymentAttemptedAt, succeeded: e.LastSucceededDeploymentID,
		content: content{
			Description: e.Description, Spec: e.Spec, TemplateName: e.TemplateName, MajorVersion: e.TemplateMajorVersion,
			MinorVersion: e.TemplateMinorVersion, ServiceRole: e.ProtonServiceRoleARN, Connection: e.EnvironmentAccountConnectionID,
			ComponentRole: e.ComponentRoleARN, CodeBuildRole: e.CodeBuildRoleARN,
		},
	}
	if r := e.ProvisioningRepository; r != nil {
		now.content.Repository = RepositoryBranchInput{Provider: r.Provider, Name: r.Name, Branch: r.Branch}
	}
	return now
}
