package proton

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// pipelines are read as a part of their service.
var pipelines = deployable[GetServiceRequest, GetServiceResponse]{
	kind:    DeploymentTargetResourceTypeServicePipeline,
	get:     (*Client).GetService,
	request: func(s *deploymentChange) GetServiceRequest { return GetServiceRequest{Name: s.Name} },
	show:    func(out *GetServiceResponse) snapshot { return pipelineSnapshot(out.Service.Pipeline) },
	judge:   judgePipeline,
}

var updateServicePipeline = declareUpdate(pipelines, update[UpdateServicePipelineRequest, UpdateServicePipelineResponse]{
	check: func(r *UpdateServicePipelineRequest) error {
		return mustDeploy(r.DeploymentType, "UpdateServicePipeline")
	},
	state: func(r *UpdateServicePipelineRequest) *deploymentChange {
		return &deploymentChange{Name: r.ServiceName, Update: updateBaseline{How: r.DeploymentType}}
	},
	shown: func(out *UpdateServicePipelineResponse) snapshot { return pipelineSnapshot(&out.Pipeline) },
	asked: func(r *UpdateServicePipelineRequest) asked {
		return asked{how: r.DeploymentType, spec: r.Spec, major: r.TemplateMajorVersion, minor: r.TemplateMinorVersion}
	},
	back: func(s *deploymentChange, to content, how DeploymentUpdateType) *UpdateServicePipelineRequest {
		r := &UpdateServicePipelineRequest{ServiceName: s.Name, DeploymentType: how, Spec: to.Spec}
		r.TemplateMajorVersion, r.TemplateMinorVersion = to.versions(how)
		return r
	},
	prepare: func(c updater, ctx context.Context, r *UpdateServicePipelineRequest) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareUpdateServicePipeline(ctx, *r))
	},
	cancel: func(c *Client, ctx context.Context, s *deploymentChange) error {
		_, err := c.CancelServicePipelineDeployment(ctx, CancelServicePipelineDeploymentRequest{ServiceName: s.Name})
		return err
	},
})

var cancelServicePipelineDeployment = declareCancellation(pipelines,
	func(r *CancelServicePipelineDeploymentRequest) *deploymentChange {
		return &deploymentChange{Name: r.ServiceName}
	},
	func(out *CancelServicePipelineDeploymentResponse) snapshot { return pipelineSnapshot(&out.Pipeline) },
)

// UntilServicePipelineDeployed waits until the last deployment of a service's pipeline has succeeded. It fails when
// that deployment failed or was canceled, when the service is being deleted, and when it is active or has failed
// without a pipeline. It may succeed on the deployment before an update; [Client.BeginUpdateServicePipeline] waits
// for the update's own.
func (c *Client) UntilServicePipelineDeployed(r GetServiceRequest) *cloud.Waiter[GetServiceResponse] {
	return wait.Until(c.api, "UntilServicePipelineDeployed", creationSpec(pipelines.spec(c, r, judgeDeployed)))
}

// UntilServicePipelineDeploymentCanceled waits until the last deployment of a service's pipeline is canceled. It
// fails when the deployment succeeded or failed. It may end at a deployment other than the one to cancel;
// [Client.BeginCancelServicePipelineDeployment] tells them apart.
func (c *Client) UntilServicePipelineDeploymentCanceled(r GetServiceRequest) *cloud.Waiter[GetServiceResponse] {
	return wait.Until(c.api, "UntilServicePipelineDeploymentCanceled", pipelines.spec(c, r, judgeCanceled))
}

// judgePipeline judges the pipeline, unless its service is being deleted or has no pipeline. Then the state is that
// of the service.
func judgePipeline(out *GetServiceResponse, judge func(snapshot) cloud.Verdict) cloud.Verdict {
	service := judgeServiceActive(out)
	switch {
	case isServiceDeletion(out.Service.Status):
		return service
	case out.Service.Pipeline != nil:
		v := judge(pipelineSnapshot(out.Service.Pipeline))
		if v.Outcome == cloud.Failed && v.Reason == "" && service.Outcome == cloud.Failed {
			v.Reason = service.Reason
		}
		return v
	case service.Outcome == cloud.Succeeded:
		service.Outcome, service.Reason = cloud.Failed, "the service has no pipeline"
	}
	return service
}

// pipelineSnapshot is empty for a service without a pipeline.
func pipelineSnapshot(p *ServicePipeline) snapshot {
	if p == nil {
		return snapshot{}
	}
	return snapshot{
		createdAt: p.CreatedAt, status: p.DeploymentStatus, message: p.DeploymentStatusMessage,
		attempted: p.LastAttemptedDeploymentID, attemptedAt: p.LastDeploymentAttemptedAt, succeeded: p.LastSucceededDeploymentID,
		content: *templateContent(p.Spec, p.TemplateName, p.TemplateMajorVersion, p.TemplateMinorVersion),
	}
}
