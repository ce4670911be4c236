package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateServiceInstance starts the creation of a service instance and returns a waiter for its
// first deployment. The wait fails with the service's message when that deployment failed, and ends as
// canceled when it was canceled. What an older instance of that name had does not count; the two are
// told apart by when they were created.
func (c *Client) BeginCreateServiceInstance(ctx context.Context, r CreateServiceInstanceRequest) (*cloud.Waiter[GetServiceInstanceResponse], error) {
	s, start := &deploymentState{Name: r.Name, ServiceName: r.ServiceName}, time.Now()
	out, err := c.CreateServiceInstance(ctx, r)
	if err == nil {
		s = s.about(instanceFacts(&out.ServiceInstance))
	} else if err := s.made(start, c.api.Skew(), err, c.lookAtInstance(ctx, s.instance())); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateServiceInstance, s, c.instanceCreation), nil
}

// ResumeCreateServiceInstance returns the waiter whose token is given.
func (c *Client) ResumeCreateServiceInstance(token string) (*cloud.Waiter[GetServiceInstanceResponse], error) {
	return wait.Resume(c.api, &opCreateServiceInstance, token, c.instanceCreation)
}

// BeginUpdateServiceInstance starts an update of a service instance and returns a waiter for its
// deployment. The wait ends well only when a deployment that is later than the last one before this
// call has succeeded. It reads the instance once before the update, to know that one. Deployment type
// NONE is refused, because it starts no deployment.
func (c *Client) BeginUpdateServiceInstance(ctx context.Context, r UpdateServiceInstanceRequest) (*cloud.Waiter[GetServiceInstanceResponse], error) {
	if err := c.api.Prepare(&opUpdateServiceInstance, &r); err != nil {
		return nil, err
	}
	if err := mustDeploy(&opUpdateServiceInstance, r.DeploymentType); err != nil {
		return nil, err
	}
	before, err := c.GetServiceInstance(ctx, GetServiceInstanceRequest{Name: r.Name, ServiceName: r.ServiceName})
	if err != nil {
		return nil, err
	}
	s := deploymentState{Name: r.Name, ServiceName: r.ServiceName}.after(instanceFacts(&before.ServiceInstance))
	out, err := c.UpdateServiceInstance(ctx, r)
	if err == nil {
		s = s.answered(instanceFacts(&out.ServiceInstance))
	} else if !s.Refusal.Note(err, cloud.ErrConflict) {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateServiceInstance, s, c.instanceUpdate), nil
}

// ResumeUpdateServiceInstance returns the waiter whose token is given.
func (c *Client) ResumeUpdateServiceInstance(token string) (*cloud.Waiter[GetServiceInstanceResponse], error) {
	return wait.Resume(c.api, &opUpdateServiceInstance, token, c.instanceUpdate)
}

// BeginCancelServiceInstanceDeployment asks for the deployment in progress to be canceled and returns
// a waiter for that. The wait ends well when that deployment is canceled; it fails when the deployment
// succeeded or failed, because the cancellation came too late then. The answer to the request names
// the deployment, so the end of another one does not count.
func (c *Client) BeginCancelServiceInstanceDeployment(ctx context.Context, r CancelServiceInstanceDeploymentRequest) (*cloud.Waiter[GetServiceInstanceResponse], error) {
	out, err := c.CancelServiceInstanceDeployment(ctx, r)
	if err != nil {
		return nil, err
	}
	s := deploymentState{Name: r.ServiceInstanceName, ServiceName: r.ServiceName}.about(instanceFacts(&out.ServiceInstance))
	return wait.Begin(c.api, &opCancelServiceInstanceDeployment, s, c.instanceCancellation), nil
}

// ResumeCancelServiceInstanceDeployment returns the waiter whose token is given.
func (c *Client) ResumeCancelServiceInstanceDeployment(token string) (*cloud.Waiter[GetServiceInstanceResponse], error) {
	return wait.Resume(c.api, &opCancelServiceInstanceDeployment, token, c.instanceCancellation)
}

// UntilServiceInstanceDeployed waits until the last deployment of a service instance has succeeded,
// whoever started it. It fails when that deployment failed or was canceled, or the instance is being
// deleted. It may end at the deployment before an update; [Client.BeginUpdateServiceInstance] waits for
// the update's own.
func (c *Client) UntilServiceInstanceDeployed(r GetServiceInstanceRequest) *cloud.Waiter[GetServiceInstanceResponse] {
	return wait.Until(c.api, "UntilServiceInstanceDeployed", created(c.instanceWait(r, judgeDeployed)))
}

// UntilServiceInstanceDeploymentCanceled waits until the last deployment of a service instance is
// canceled, whoever asked for that. It fails when the deployment succeeded or failed. It may end at a
// deployment before the one in question; [Client.BeginCancelServiceInstanceDeployment] knows which.
func (c *Client) UntilServiceInstanceDeploymentCanceled(r GetServiceInstanceRequest) *cloud.Waiter[GetServiceInstanceResponse] {
	return wait.Until(c.api, "UntilServiceInstanceDeploymentCanceled", c.instanceWait(r, judgeCanceled))
}

// UntilServiceInstanceDeleted waits until a service instance is gone, after its service was deleted or
// updated with a spec that leaves it out. It fails when the deletion failed.
func (c *Client) UntilServiceInstanceDeleted(r GetServiceInstanceRequest) *cloud.Waiter[GetServiceInstanceResponse] {
	return wait.Until(c.api, "UntilServiceInstanceDeleted", deleted(c.instanceWait(r, new(deploymentState).judgeDeletion)))
}

func (c *Client) instanceCreation(s *deploymentState) cloud.WaitSpec[GetServiceInstanceResponse] {
	return created(c.instanceWait(s.instance(), s.judgeCreation))
}

func (c *Client) instanceUpdate(s *deploymentState) cloud.WaitSpec[GetServiceInstanceResponse] {
	return c.instanceWait(s.instance(), s.judgeUpdate)
}

func (c *Client) instanceCancellation(s *deploymentState) cloud.WaitSpec[GetServiceInstanceResponse] {
	return c.instanceWait(s.instance(), s.judgeCancellation)
}

func (s *deploymentState) instance() GetServiceInstanceRequest {
	return GetServiceInstanceRequest{Name: s.Name, ServiceName: s.ServiceName}
}

func (c *Client) instanceWait(r GetServiceInstanceRequest, judge func(facts) cloud.Verdict) cloud.WaitSpec[GetServiceInstanceResponse] {
	return cloud.WaitSpec[GetServiceInstanceResponse]{
		Service: service,
		Within:  deploymentWithin,
		Read:    func(ctx context.Context) (*GetServiceInstanceResponse, error) { return c.GetServiceInstance(ctx, r) },
		Judge: func(out *GetServiceInstanceResponse) cloud.Verdict {
			return judge(instanceFacts(&out.ServiceInstance))
		},
	}
}

func (c *Client) lookAtInstance(ctx context.Context, r GetServiceInstanceRequest) func() (facts, error) {
	return func() (facts, error) {
		out, err := c.GetServiceInstance(ctx, r)
		if err != nil {
			return facts{}, err
		}
		return instanceFacts(&out.ServiceInstance), nil
	}
}

func instanceFacts(i *ServiceInstance) facts {
	return facts{
		createdAt: i.CreatedAt, status: i.DeploymentStatus, message: i.DeploymentStatusMessage,
		attempted: i.LastAttemptedDeploymentID, attemptedAt: i.LastDeploymentAttemptedAt, succeeded: i.LastSucceededDeploymentID,
	}
}
