package proton

import (
	"cmp"
	"context"
	"errors"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// maxDeployments limits how many deployments a diagnosis reads.
const maxDeployments = 10

// diagnosis returns how the deployment of a change is diagnosed: the change's own, if it is known, else the last one of
// the resource unless that was there before.
func (d deployable[Q, T]) diagnosis(c *Client, r Q, own, before string) func(context.Context, *T) (*cloud.Diagnosis, error) {
	return func(ctx context.Context, last *T) (*cloud.Diagnosis, error) {
		if own == "" && last == nil {
			out, err := d.get(c, ctx, r)
			if err != nil {
				return nil, err
			}
			last = out
		}
		id := own
		if id == "" {
			id = d.show(last).attempted
		}
		if id == "" || id == before {
			return nil, wait.NothingToDiagnose(service, "the service shows no deployment of this change")
		}
		return wait.Diagnose(ctx, c.deploymentSource(id))
	}
}

// deploymentSource adds the start of a deployment and its present status, with its message.
func (c *Client) deploymentSource(id string) wait.Source {
	return func(ctx context.Context, d *cloud.Diagnosis) error {
		out, err := c.GetDeployment(ctx, GetDeploymentRequest{ID: id})
		if err != nil {
			return err
		}
		deployment := out.Deployment
		d.Source = deployment.ARN
		target := targetOf(deployment)
		d.Events = append(d.Events, cloud.Event{Time: deployment.CreatedAt, Name: "CREATED", Message: "the deployment of " + target})
		changed := deployment.CompletedAt
		if changed.IsZero() {
			changed = deployment.LastModifiedAt
		}
		d.Events = append(d.Events, cloud.Event{
			Time: changed, Name: string(deployment.DeploymentStatus),
			Message: with("the deployment of "+target, deployment.DeploymentStatusMessage),
		})
		return nil
	}
}

// targetOf describes what was deployed.
func targetOf(d *Deployment) string {
	switch {
	case d.ComponentName != "":
		return "component " + d.ComponentName
	case d.ServiceInstanceName != "":
		return "instance " + d.ServiceInstanceName + " of service " + d.ServiceName
	case d.ServiceName != "":
		return "the pipeline of service " + d.ServiceName
	}
	return "environment " + d.EnvironmentName
}

// diagnoseService fetches the deployments of the pipeline and the instances of a service that did not succeed. last is
// the last response that was seen.
func (c *Client) diagnoseService(ctx context.Context, r GetServiceRequest, last *GetServiceResponse) (*cloud.Diagnosis, error) {
	if last == nil {
		out, err := c.GetService(ctx, r)
		if err != nil {
			return nil, err
		}
		last = out
	}
	var ids []string
	if p := last.Service.Pipeline; p != nil {
		ids = notSucceeded(ids, p.DeploymentStatus, p.LastAttemptedDeploymentID)
	}
	instances, listErr := c.ListServiceInstances(ctx, ListServiceInstancesRequest{ServiceName: r.Name, MaxResults: 100})
	if listErr == nil {
		for _, i := range instances.ServiceInstances {
			ids = notSucceeded(ids, i.DeploymentStatus, i.LastAttemptedDeploymentID)
		}
	}
	if len(ids) == 0 {
		return nil, cmp.Or(listErr, wait.NothingToDiagnose(service, "no deployment of the service's pipeline and instances has failed"))
	}
	var sources []wait.Source
	for _, id := range ids[:min(len(ids), maxDeployments)] {
		sources = append(sources, c.deploymentSource(id))
	}
	d, err := wait.Diagnose(ctx, sources...)
	if d != nil {
		d.Source = last.Service.ARN
	}
	return d, errors.Join(err, listErr)
}

// notSucceeded adds the last deployment of a resource to a list, unless that has succeeded.
func notSucceeded(ids []string, status DeploymentStatus, attempted string) []string {
	if status == DeploymentStatusSucceeded || attempted == "" {
		return ids
	}
	return append(ids, attempted)
}

// diagnoseSync returns how a sync is diagnosed: by its events, which the response shows.
func diagnoseSync[Q, T any](
	get func(context.Context, Q) (*T, error), r Q, events func(*T) []ResourceSyncEvent,
) func(context.Context, *T) (*cloud.Diagnosis, error) {
	return func(ctx context.Context, _ *T) (*cloud.Diagnosis, error) {
		return wait.Diagnose(ctx, func(ctx context.Context, d *cloud.Diagnosis) error {
			out, err := get(ctx, r)
			if err != nil {
				return err
			}
			for _, e := range events(out) {
				d.Events = append(d.Events, cloud.Event{Time: e.Time, Name: e.Type, Message: e.Event})
			}
			return nil
		})
	}
}

// eventsOf returns the events of a sync, if there was one.
func eventsOf(sync *ResourceSyncAttempt) []ResourceSyncEvent {
	if sync == nil {
		return nil
	}
	return sync.Events
}
