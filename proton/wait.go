package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

const (
	deploymentMinInterval = 5 * time.Second
	deploymentMaxInterval = 5 * time.Minute
	// What is new may not be visible at once.
	appearsWithin = time.Minute
)

// BeginUpdateServiceInstance starts an update of a service instance and returns a waiter for its
// deployment. The wait ends well only when a deployment that is later than the last one before this
// call has succeeded. It reads the instance once before the update, to know that one. Deployment type
// NONE is refused, because it starts no deployment.
func (c *Client) BeginUpdateServiceInstance(ctx context.Context, r UpdateServiceInstanceRequest) (*cloud.Waiter[GetServiceInstanceResponse], error) {
	if err := c.api.Prepare(&opUpdateServiceInstance, &r); err != nil {
		return nil, err
	}
	if r.DeploymentType == DeploymentUpdateTypeNone {
		var p validate.Problems
		p.Add("deploymentType", "must start a deployment; call UpdateServiceInstance for metadata alone", string(r.DeploymentType))
		return nil, p.Err(service, opUpdateServiceInstance.Name)
	}
	before, err := c.GetServiceInstance(ctx, GetServiceInstanceRequest{Name: r.Name, ServiceName: r.ServiceName})
	if err != nil {
		return nil, err
	}
	started := time.Now()
	updated, err := c.UpdateServiceInstance(ctx, r)
	if err != nil {
		return nil, err
	}
	u := instanceUpdate{
		Name: r.Name, ServiceName: r.ServiceName,
		LastID: before.ServiceInstance.LastAttemptedDeploymentID, LastAt: before.ServiceInstance.LastDeploymentAttemptedAt,
	}
	if u.later(&updated.ServiceInstance) {
		u.DeploymentID = updated.ServiceInstance.LastAttemptedDeploymentID
	}
	return c.waitInstanceUpdate(started, u), nil
}

// ResumeUpdateServiceInstance returns the waiter whose token is given.
func (c *Client) ResumeUpdateServiceInstance(token string) (*cloud.Waiter[GetServiceInstanceResponse], error) {
	var u instanceUpdate
	t, err := cloud.DecodeToken(token, c.api.Token(opUpdateServiceInstance.Name, time.Time{}), &u)
	if err != nil {
		return nil, err
	}
	return c.waitInstanceUpdate(t.Started, u), nil
}

// instanceUpdate is what has to be known to recognise the deployment of an update.
type instanceUpdate struct {
	Name         string    `json:"name"`
	ServiceName  string    `json:"serviceName"`
	LastID       string    `json:"lastId,omitzero"` // the last deployment attempted before
	LastAt       time.Time `json:"lastAt"`
	DeploymentID string    `json:"deploymentId,omitzero"` // the update's own, if the service told
}

func (c *Client) waitInstanceUpdate(started time.Time, u instanceUpdate) *cloud.Waiter[GetServiceInstanceResponse] {
	return cloud.NewWaiter(cloud.Wait[GetServiceInstanceResponse]{
		Service:     service,
		Operation:   opUpdateServiceInstance.Name,
		Read:        c.readServiceInstance(GetServiceInstanceRequest{Name: u.Name, ServiceName: u.ServiceName}),
		Judge:       u.judge,
		MinInterval: deploymentMinInterval,
		MaxInterval: deploymentMaxInterval,
		Started:     started,
		Token:       c.api.Token(opUpdateServiceInstance.Name, started).Encode(&u),
	})
}

// later reports whether the instance shows a deployment that began after the one before the update.
func (u instanceUpdate) later(i *ServiceInstance) bool {
	if i.LastAttemptedDeploymentID == "" || u.LastID == "" {
		return i.LastDeploymentAttemptedAt.After(u.LastAt)
	}
	return i.LastAttemptedDeploymentID != u.LastID && !i.LastDeploymentAttemptedAt.Before(u.LastAt)
}

func (u instanceUpdate) judge(r *GetServiceInstanceResponse) cloud.Judgement {
	i := &r.ServiceInstance
	j := judgeServiceInstance(r)
	switch {
	case !u.later(i):
		j.Outcome = cloud.Pending
	case u.DeploymentID != "" && i.LastSucceededDeploymentID == u.DeploymentID:
		j.Outcome = cloud.Succeeded
	case u.DeploymentID != "" && i.LastAttemptedDeploymentID != "" && i.LastAttemptedDeploymentID != u.DeploymentID:
		j.Outcome = cloud.Failed
		j.Reason = "superseded by deployment " + i.LastAttemptedDeploymentID
	case j.Outcome == cloud.Succeeded && i.LastSucceededDeploymentID != i.LastAttemptedDeploymentID:
		j.Outcome = cloud.Pending // the status is newer than the rest, or older
	}
	return j
}

// UntilServiceInstanceDeployed waits until the last deployment of a service instance has succeeded,
// whoever started it. It fails when that deployment failed or was cancelled, or the instance is being
// deleted. It may end at the deployment before an update; [Client.BeginUpdateServiceInstance] waits for
// the update's own.
func (c *Client) UntilServiceInstanceDeployed(r GetServiceInstanceRequest) *cloud.Waiter[GetServiceInstanceResponse] {
	return cloud.NewWaiter(cloud.Wait[GetServiceInstanceResponse]{
		Service:      service,
		Operation:    "UntilServiceInstanceDeployed",
		Read:         c.readServiceInstance(r),
		Judge:        judgeServiceInstance,
		AppearWithin: appearsWithin,
		MinInterval:  deploymentMinInterval,
		MaxInterval:  deploymentMaxInterval,
	})
}

func (c *Client) readServiceInstance(r GetServiceInstanceRequest) func(context.Context) (*GetServiceInstanceResponse, error) {
	return func(ctx context.Context) (*GetServiceInstanceResponse, error) { return c.GetServiceInstance(ctx, r) }
}

func judgeServiceInstance(r *GetServiceInstanceResponse) cloud.Judgement {
	i := &r.ServiceInstance
	j := cloud.Judgement{State: string(i.DeploymentStatus), Reason: i.DeploymentStatusMessage}
	switch i.DeploymentStatus {
	case DeploymentStatusSucceeded:
		j.Outcome = cloud.Succeeded
	case DeploymentStatusFailed, DeploymentStatusDeleteInProgress, DeploymentStatusDeleteFailed, DeploymentStatusDeleteComplete:
		j.Outcome = cloud.Failed
	case DeploymentStatusCancelled:
		j.Outcome = cloud.Cancelled
	}
	return j
}
