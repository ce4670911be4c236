package proton

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginUpdateServicePipeline starts an update of a service's pipeline and returns a waiter for its
// deployment; the pipeline is read as a part of its service. The wait ends well only when a deployment
// of the pipeline that is later than the last one before this call has succeeded. It reads the service
// once before the update, to know that one. Deployment type NONE is refused, because it starts no
// deployment.
func (c *Client) BeginUpdateServicePipeline(ctx context.Context, r UpdateServicePipelineRequest) (*cloud.Waiter[GetServiceResponse], error) {
	if err := c.api.Prepare(&opUpdateServicePipeline, &r); err != nil {
		return nil, err
	}
	if err := mustDeploy(&opUpdateServicePipeline, r.DeploymentType); err != nil {
		return nil, err
	}
	service, err := c.GetService(ctx, GetServiceRequest{Name: r.ServiceName})
	if err != nil {
		return nil, err
	}
	var before facts
	if service.Service != nil && service.Service.Pipeline != nil {
		before = pipelineFacts(service.Service.Pipeline)
	}
	s := deploymentState{Name: r.ServiceName}.after(before)
	out, err := c.UpdateServicePipeline(ctx, r)
	if err == nil {
		s = s.answered(pipelineFacts(&out.Pipeline))
	} else if !s.Refusal.Note(err, cloud.ErrConflict) {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateServicePipeline, s, c.pipelineUpdate), nil
}

// ResumeUpdateServicePipeline returns the waiter whose token is given.
func (c *Client) ResumeUpdateServicePipeline(token string) (*cloud.Waiter[GetServiceResponse], error) {
	return wait.Resume(c.api, &opUpdateServicePipeline, token, c.pipelineUpdate)
}

// BeginCancelServicePipelineDeployment asks for the pipeline's deployment in progress to be canceled
// and returns a waiter for that. The wait ends well when that deployment is canceled; it fails when
// the deployment succeeded or failed, because the cancellation came too late then. The answer to the
// request names the deployment, so the end of another one does not count.
func (c *Client) BeginCancelServicePipelineDeployment(ctx context.Context, r CancelServicePipelineDeploymentRequest) (*cloud.Waiter[GetServiceResponse], error) {
	out, err := c.CancelServicePipelineDeployment(ctx, r)
	if err != nil {
		return nil, err
	}
	s := deploymentState{Name: r.ServiceName}.about(pipelineFacts(&out.Pipeline))
	return wait.Begin(c.api, &opCancelServicePipelineDeployment, s, c.pipelineCancellation), nil
}

// ResumeCancelServicePipelineDeployment returns the waiter whose token is given.
func (c *Client) ResumeCancelServicePipelineDeployment(token string) (*cloud.Waiter[GetServiceResponse], error) {
	return wait.Resume(c.api, &opCancelServicePipelineDeployment, token, c.pipelineCancellation)
}

// UntilServicePipelineDeployed waits until the last deployment of a service's pipeline has succeeded,
// whoever started it. It fails when that deployment failed or was canceled, when the service is being
// deleted, and when it is active or has failed without a pipeline. It may end at the deployment before
// an update; [Client.BeginUpdateServicePipeline] waits for the update's own.
func (c *Client) UntilServicePipelineDeployed(r GetServiceRequest) *cloud.Waiter[GetServiceResponse] {
	return wait.Until(c.api, "UntilServicePipelineDeployed", created(c.pipelineWait(r, judgeDeployed)))
}

// UntilServicePipelineDeploymentCanceled waits until the last deployment of a service's pipeline is
// canceled, whoever asked for that. It fails when the deployment succeeded or failed. It may end at a
// deployment before the one in question; [Client.BeginCancelServicePipelineDeployment] knows which.
func (c *Client) UntilServicePipelineDeploymentCanceled(r GetServiceRequest) *cloud.Waiter[GetServiceResponse] {
	return wait.Until(c.api, "UntilServicePipelineDeploymentCanceled", c.pipelineWait(r, judgeCanceled))
}

func (c *Client) pipelineUpdate(s *deploymentState) cloud.WaitSpec[GetServiceResponse] {
	return c.pipelineWait(GetServiceRequest{Name: s.Name}, s.judgeUpdate)
}

func (c *Client) pipelineCancellation(s *deploymentState) cloud.WaitSpec[GetServiceResponse] {
	return c.pipelineWait(GetServiceRequest{Name: s.Name}, s.judgeCancellation)
}

func (c *Client) pipelineWait(r GetServiceRequest, judge func(facts) cloud.Verdict) cloud.WaitSpec[GetServiceResponse] {
	w := c.serviceWait(r, nil)
	w.Within = deploymentWithin
	w.Judge = func(out *GetServiceResponse) cloud.Verdict { return judgePipeline(out, judge) }
	return w
}

// judgePipeline looks at the pipeline, unless its service goes away or has none. Then the state is that
// of the service.
func judgePipeline(out *GetServiceResponse, judge func(facts) cloud.Verdict) cloud.Verdict {
	s := judgeServiceActive(out)
	switch {
	case out.Service == nil:
		return s
	case isServiceDeletion(out.Service.Status):
		return s
	case out.Service.Pipeline != nil:
		j := judge(pipelineFacts(out.Service.Pipeline))
		if j.Outcome == cloud.Failed && j.Reason == "" && s.Outcome == cloud.Failed {
			j.Reason = s.Reason
		}
		return j
	case s.Outcome == cloud.Succeeded:
		s.Outcome, s.Reason = cloud.Failed, "the service has no pipeline"
	}
	return s
}

func pipelineFacts(p *ServicePipeline) facts {
	return facts{
		createdAt: p.CreatedAt, status: p.DeploymentStatus, message: p.DeploymentStatusMessage,
		attempted: p.LastAttemptedDeploymentID, attemptedAt: p.LastDeploymentAttemptedAt, succeeded: p.LastSucceededDeploymentID,
	}
}
