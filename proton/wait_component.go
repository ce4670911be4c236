package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateComponent starts the creation of a component and returns a waiter for its first
// deployment. The wait fails with the service's message when that deployment failed, and ends as
// canceled when it was canceled. What an older component of that name had does not count; the two
// are told apart by when they were created.
func (c *Client) BeginCreateComponent(ctx context.Context, r CreateComponentRequest) (*cloud.Waiter[GetComponentResponse], error) {
	s, start := &deploymentState{Name: r.Name}, time.Now()
	out, err := c.CreateComponent(ctx, r)
	if err == nil {
		s = s.about(componentFacts(&out.Component))
	} else if err := s.made(start, c.api.Skew(), err, c.lookAtComponent(ctx, r.Name)); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateComponent, s, c.componentCreation), nil
}

// ResumeCreateComponent returns the waiter whose token is given.
func (c *Client) ResumeCreateComponent(token string) (*cloud.Waiter[GetComponentResponse], error) {
	return wait.Resume(c.api, &opCreateComponent, token, c.componentCreation)
}

// BeginUpdateComponent starts an update of a component and returns a waiter for its deployment.
// The wait ends well only when a deployment that is later than the last one before this call has
// succeeded. It reads the component once before the update, to know that one. Deployment type NONE
// is refused, because it starts no deployment.
func (c *Client) BeginUpdateComponent(ctx context.Context, r UpdateComponentRequest) (*cloud.Waiter[GetComponentResponse], error) {
	if err := c.api.Prepare(&opUpdateComponent, &r); err != nil {
		return nil, err
	}
	if err := mustDeploy(&opUpdateComponent, r.DeploymentType); err != nil {
		return nil, err
	}
	before, err := c.GetComponent(ctx, GetComponentRequest{Name: r.Name})
	if err != nil {
		return nil, err
	}
	s := deploymentState{Name: r.Name}.after(componentFacts(before.Component))
	out, err := c.UpdateComponent(ctx, r)
	if err == nil {
		s = s.answered(componentFacts(&out.Component))
	} else if !s.Refusal.Note(err, cloud.ErrConflict) {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateComponent, s, c.componentUpdate), nil
}

// ResumeUpdateComponent returns the waiter whose token is given.
func (c *Client) ResumeUpdateComponent(token string) (*cloud.Waiter[GetComponentResponse], error) {
	return wait.Resume(c.api, &opUpdateComponent, token, c.componentUpdate)
}

// BeginDeleteComponent starts the deletion of a component and returns a waiter for it. The wait
// ends well when the component is gone, or a newer one has its name. It fails with the service's message when
// the deletion failed, and when the component was being deleted and is at rest again. It reads the component
// once before, and sends nothing if that is DELETE_COMPLETE then. Nothing dates a deletion: a failure that shows
// before the deletion was seen under way counts only when it is still seen half a minute later.
func (c *Client) BeginDeleteComponent(ctx context.Context, r DeleteComponentRequest) (*cloud.Waiter[GetComponentResponse], error) {
	if err := c.api.Prepare(&opDeleteComponent, &r); err != nil {
		return nil, err
	}
	s := &deploymentState{Name: r.Name}
	send := func() (facts, error) {
		out, err := c.DeleteComponent(ctx, r)
		if err != nil {
			return facts{}, err
		}
		return componentFacts(out.Component), nil
	}
	if err := s.delete(c.lookAtComponent(ctx, r.Name), send); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opDeleteComponent, s, c.componentDeletion), nil
}

// ResumeDeleteComponent returns the waiter whose token is given.
func (c *Client) ResumeDeleteComponent(token string) (*cloud.Waiter[GetComponentResponse], error) {
	return wait.Resume(c.api, &opDeleteComponent, token, c.componentDeletion)
}

// BeginCancelComponentDeployment asks for the deployment in progress to be canceled and returns a
// waiter for that. The wait ends well when that deployment is canceled; it fails when the deployment
// succeeded or failed, because the cancellation came too late then. The answer to the request names
// the deployment, so the end of another one does not count.
func (c *Client) BeginCancelComponentDeployment(ctx context.Context, r CancelComponentDeploymentRequest) (*cloud.Waiter[GetComponentResponse], error) {
	out, err := c.CancelComponentDeployment(ctx, r)
	if err != nil {
		return nil, err
	}
	s := deploymentState{Name: r.ComponentName}.about(componentFacts(&out.Component))
	return wait.Begin(c.api, &opCancelComponentDeployment, s, c.componentCancellation), nil
}

// ResumeCancelComponentDeployment returns the waiter whose token is given.
func (c *Client) ResumeCancelComponentDeployment(token string) (*cloud.Waiter[GetComponentResponse], error) {
	return wait.Resume(c.api, &opCancelComponentDeployment, token, c.componentCancellation)
}

// UntilComponentDeployed waits until the last deployment of a component has succeeded, whoever
// started it. It fails when that deployment failed or was canceled, or the component is being
// deleted. It may end at the deployment before an update; [Client.BeginUpdateComponent] waits for the
// update's own.
func (c *Client) UntilComponentDeployed(r GetComponentRequest) *cloud.Waiter[GetComponentResponse] {
	return wait.Until(c.api, "UntilComponentDeployed", created(c.componentWait(r, judgeDeployed)))
}

// UntilComponentDeleted waits until a component is gone, whoever deletes it. It fails when the
// deletion failed, and may take an earlier deletion's failure for that; [Client.BeginDeleteComponent]
// knows of it.
func (c *Client) UntilComponentDeleted(r GetComponentRequest) *cloud.Waiter[GetComponentResponse] {
	return wait.Until(c.api, "UntilComponentDeleted", deleted(c.componentWait(r, new(deploymentState).judgeDeletion)))
}

// UntilComponentDeploymentCanceled waits until the last deployment of a component is canceled,
// whoever asked for that. It fails when the deployment succeeded or failed. It may end at a deployment
// before the one in question; [Client.BeginCancelComponentDeployment] knows which.
func (c *Client) UntilComponentDeploymentCanceled(r GetComponentRequest) *cloud.Waiter[GetComponentResponse] {
	return wait.Until(c.api, "UntilComponentDeploymentCanceled", c.componentWait(r, judgeCanceled))
}

func (c *Client) componentCreation(s *deploymentState) cloud.WaitSpec[GetComponentResponse] {
	return created(c.componentWait(GetComponentRequest{Name: s.Name}, s.judgeCreation))
}

func (c *Client) componentUpdate(s *deploymentState) cloud.WaitSpec[GetComponentResponse] {
	return c.componentWait(GetComponentRequest{Name: s.Name}, s.judgeUpdate)
}

func (c *Client) componentDeletion(s *deploymentState) cloud.WaitSpec[GetComponentResponse] {
	return deleted(c.componentWait(GetComponentRequest{Name: s.Name}, s.judgeDeletion))
}

func (c *Client) componentCancellation(s *deploymentState) cloud.WaitSpec[GetComponentResponse] {
	return c.componentWait(GetComponentRequest{Name: s.Name}, s.judgeCancellation)
}

func (c *Client) componentWait(r GetComponentRequest, judge func(facts) cloud.Verdict) cloud.WaitSpec[GetComponentResponse] {
	return cloud.WaitSpec[GetComponentResponse]{
		Service: service,
		Within:  deploymentWithin,
		Read:    func(ctx context.Context) (*GetComponentResponse, error) { return c.GetComponent(ctx, r) },
		Judge:   func(out *GetComponentResponse) cloud.Verdict { return judge(componentFacts(out.Component)) },
	}
}

func (c *Client) lookAtComponent(ctx context.Context, name string) func() (facts, error) {
	return func() (facts, error) {
		out, err := c.GetComponent(ctx, GetComponentRequest{Name: name})
		if err != nil {
			return facts{}, err
		}
		return componentFacts(out.Component), nil
	}
}

// componentFacts are empty for a component that the service left out of its answer.
func componentFacts(component *Component) facts {
	if component == nil {
		return facts{}
	}
	return facts{
		createdAt: component.CreatedAt, status: component.DeploymentStatus, message: component.DeploymentStatusMessage,
		attempted: component.LastAttemptedDeploymentID, attemptedAt: component.LastDeploymentAttemptedAt, succeeded: component.LastSucceededDeploymentID,
	}
}
