package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateEnvironment starts the creation of an environment and returns a waiter for its first
// deployment. The wait fails with the service's message when that deployment failed, and ends as
// canceled when it was canceled. What an older environment of that name had does not count; the two
// are told apart by when they were created.
func (c *Client) BeginCreateEnvironment(ctx context.Context, r CreateEnvironmentRequest) (*cloud.Waiter[GetEnvironmentResponse], error) {
	s, start := &deploymentState{Name: r.Name}, time.Now()
	out, err := c.CreateEnvironment(ctx, r)
	if err == nil {
		s = s.about(environmentFacts(&out.Environment))
	} else if err := s.made(start, c.api.Skew(), err, c.lookAtEnvironment(ctx, r.Name)); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateEnvironment, s, c.environmentCreation), nil
}

// ResumeCreateEnvironment returns the waiter whose token is given.
func (c *Client) ResumeCreateEnvironment(token string) (*cloud.Waiter[GetEnvironmentResponse], error) {
	return wait.Resume(c.api, &opCreateEnvironment, token, c.environmentCreation)
}

// BeginUpdateEnvironment starts an update of an environment and returns a waiter for its deployment.
// The wait ends well only when a deployment that is later than the last one before this call has
// succeeded. It reads the environment once before the update, to know that one. Deployment type NONE
// is refused, because it starts no deployment.
func (c *Client) BeginUpdateEnvironment(ctx context.Context, r UpdateEnvironmentRequest) (*cloud.Waiter[GetEnvironmentResponse], error) {
	if err := c.api.Prepare(&opUpdateEnvironment, &r); err != nil {
		return nil, err
	}
	if err := mustDeploy(&opUpdateEnvironment, r.DeploymentType); err != nil {
		return nil, err
	}
	before, err := c.GetEnvironment(ctx, GetEnvironmentRequest{Name: r.Name})
	if err != nil {
		return nil, err
	}
	s := deploymentState{Name: r.Name}.after(environmentFacts(&before.Environment))
	out, err := c.UpdateEnvironment(ctx, r)
	if err == nil {
		s = s.answered(environmentFacts(&out.Environment))
	} else if !s.Refusal.Note(err, cloud.ErrConflict) {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateEnvironment, s, c.environmentUpdate), nil
}

// ResumeUpdateEnvironment returns the waiter whose token is given.
func (c *Client) ResumeUpdateEnvironment(token string) (*cloud.Waiter[GetEnvironmentResponse], error) {
	return wait.Resume(c.api, &opUpdateEnvironment, token, c.environmentUpdate)
}

// BeginDeleteEnvironment starts the deletion of an environment and returns a waiter for it. The wait
// ends well when the environment is gone, or a newer one has its name. It fails with the service's message when
// the deletion failed, and when the environment was being deleted and is at rest again. It reads the environment
// once before, and sends nothing if that is DELETE_COMPLETE then. Nothing dates a deletion: a failure that shows
// before the deletion was seen under way counts only when it is still seen half a minute later.
func (c *Client) BeginDeleteEnvironment(ctx context.Context, r DeleteEnvironmentRequest) (*cloud.Waiter[GetEnvironmentResponse], error) {
	if err := c.api.Prepare(&opDeleteEnvironment, &r); err != nil {
		return nil, err
	}
	s := &deploymentState{Name: r.Name}
	send := func() (facts, error) {
		out, err := c.DeleteEnvironment(ctx, r)
		if err != nil || out.Environment == nil {
			return facts{}, err
		}
		return environmentFacts(out.Environment), nil
	}
	if err := s.delete(c.lookAtEnvironment(ctx, r.Name), send); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opDeleteEnvironment, s, c.environmentDeletion), nil
}

// ResumeDeleteEnvironment returns the waiter whose token is given.
func (c *Client) ResumeDeleteEnvironment(token string) (*cloud.Waiter[GetEnvironmentResponse], error) {
	return wait.Resume(c.api, &opDeleteEnvironment, token, c.environmentDeletion)
}

// BeginCancelEnvironmentDeployment asks for the deployment in progress to be canceled and returns a
// waiter for that. The wait ends well when that deployment is canceled; it fails when the deployment
// succeeded or failed, because the cancellation came too late then. The answer to the request names
// the deployment, so the end of another one does not count.
func (c *Client) BeginCancelEnvironmentDeployment(ctx context.Context, r CancelEnvironmentDeploymentRequest) (*cloud.Waiter[GetEnvironmentResponse], error) {
	out, err := c.CancelEnvironmentDeployment(ctx, r)
	if err != nil {
		return nil, err
	}
	s := deploymentState{Name: r.EnvironmentName}.about(environmentFacts(&out.Environment))
	return wait.Begin(c.api, &opCancelEnvironmentDeployment, s, c.environmentCancellation), nil
}

// ResumeCancelEnvironmentDeployment returns the waiter whose token is given.
func (c *Client) ResumeCancelEnvironmentDeployment(token string) (*cloud.Waiter[GetEnvironmentResponse], error) {
	return wait.Resume(c.api, &opCancelEnvironmentDeployment, token, c.environmentCancellation)
}

// UntilEnvironmentDeployed waits until the last deployment of an environment has succeeded, whoever
// started it. It fails when that deployment failed or was canceled, or the environment is being
// deleted. It may end at the deployment before an update; [Client.BeginUpdateEnvironment] waits for the
// update's own.
func (c *Client) UntilEnvironmentDeployed(r GetEnvironmentRequest) *cloud.Waiter[GetEnvironmentResponse] {
	return wait.Until(c.api, "UntilEnvironmentDeployed", created(c.environmentWait(r, judgeDeployed)))
}

// UntilEnvironmentDeleted waits until an environment is gone, whoever deletes it. It fails when the
// deletion failed, and may take an earlier deletion's failure for that; [Client.BeginDeleteEnvironment]
// knows of it.
func (c *Client) UntilEnvironmentDeleted(r GetEnvironmentRequest) *cloud.Waiter[GetEnvironmentResponse] {
	return wait.Until(c.api, "UntilEnvironmentDeleted", deleted(c.environmentWait(r, new(deploymentState).judgeDeletion)))
}

// UntilEnvironmentDeploymentCanceled waits until the last deployment of an environment is canceled,
// whoever asked for that. It fails when the deployment succeeded or failed. It may end at a deployment
// before the one in question; [Client.BeginCancelEnvironmentDeployment] knows which.
func (c *Client) UntilEnvironmentDeploymentCanceled(r GetEnvironmentRequest) *cloud.Waiter[GetEnvironmentResponse] {
	return wait.Until(c.api, "UntilEnvironmentDeploymentCanceled", c.environmentWait(r, judgeCanceled))
}

func (c *Client) environmentCreation(s *deploymentState) cloud.WaitSpec[GetEnvironmentResponse] {
	return created(c.environmentWait(GetEnvironmentRequest{Name: s.Name}, s.judgeCreation))
}

func (c *Client) environmentUpdate(s *deploymentState) cloud.WaitSpec[GetEnvironmentResponse] {
	return c.environmentWait(GetEnvironmentRequest{Name: s.Name}, s.judgeUpdate)
}

func (c *Client) environmentDeletion(s *deploymentState) cloud.WaitSpec[GetEnvironmentResponse] {
	return deleted(c.environmentWait(GetEnvironmentRequest{Name: s.Name}, s.judgeDeletion))
}

func (c *Client) environmentCancellation(s *deploymentState) cloud.WaitSpec[GetEnvironmentResponse] {
	return c.environmentWait(GetEnvironmentRequest{Name: s.Name}, s.judgeCancellation)
}

func (c *Client) environmentWait(r GetEnvironmentRequest, judge func(facts) cloud.Verdict) cloud.WaitSpec[GetEnvironmentResponse] {
	return cloud.WaitSpec[GetEnvironmentResponse]{
		Service: service,
		Within:  deploymentWithin,
		Read:    func(ctx context.Context) (*GetEnvironmentResponse, error) { return c.GetEnvironment(ctx, r) },
		Judge:   func(out *GetEnvironmentResponse) cloud.Verdict { return judge(environmentFacts(&out.Environment)) },
	}
}

func (c *Client) lookAtEnvironment(ctx context.Context, name string) func() (facts, error) {
	return func() (facts, error) {
		out, err := c.GetEnvironment(ctx, GetEnvironmentRequest{Name: name})
		if err != nil {
			return facts{}, err
		}
		return environmentFacts(&out.Environment), nil
	}
}

func environmentFacts(e *Environment) facts {
	return facts{
		createdAt: e.CreatedAt, status: e.DeploymentStatus, message: e.DeploymentStatusMessage,
		attempted: e.LastAttemptedDeploymentID, attemptedAt: e.LastDeploymentAttemptedAt, succeeded: e.LastSucceededDeploymentID,
	}
}
