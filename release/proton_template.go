package release

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/proton"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// ProtonTemplate brings a version of a service template to service instances. It can create and publish the version first.
// Each instance keeps its own spec. An instance is not updated while it or a component attached to it is being deployed.
type ProtonTemplate struct {
	Client *proton.Client
	// Create is the version to create and publish; its TemplateName and MajorVersion are those of the template below.
	// Without one, Minor is a version that is published already.
	Create *proton.CreateServiceTemplateVersionRequest
	// Template, Major and Minor name the version; with Create, Minor is empty, because the service numbers it.
	Template, Major, Minor string
	// Instances are those to update, in this order. Without any they are all of the template that Build lists; name them
	// for a rollout that may be continued when others have been added.
	Instances []ProtonInstance
	// Verify checks that an updated instance is good. It may be nil.
	Verify func(ctx context.Context, instance *proton.GetServiceInstanceResponse) error
	// Wait is how long another deployment of an instance may take to end. The default is an hour.
	Wait time.Duration
}

// ProtonInstance names a service instance.
type ProtonInstance struct{ Service, Name string }

// The steps of a version. Those of the instances have their names: "service/instance".
const (
	protonCreate  = "create version"
	protonPublish = "publish version"
)

// Build returns r with the steps of the release: those of the version, which are a wave of their own, and one for each
// instance, in the waves of r.
func (p ProtonTemplate) Build(ctx context.Context, r rollout.Rollout) (rollout.Rollout, error) {
	const recipe = "ProtonTemplate"
	switch {
	case p.Client == nil:
		return r, required(recipe, "Client")
	case p.Template == "":
		return r, required(recipe, "Template")
	case p.Major == "":
		return r, required(recipe, "Major")
	case p.Create == nil && p.Minor == "":
		return r, invalid(recipe, "Minor", cloud.CheckRequired, "required without Create", "")
	case p.Create != nil && p.Minor != "":
		return r, invalid(recipe, "Minor", cloud.CheckRule, "must be empty with Create", p.Minor)
	}
	if p.Wait == 0 {
		p.Wait = time.Hour
	}
	r, err := recorded(r, recipe, p.Client, p.publications())
	if err != nil {
		return r, err
	}
	if p.Create != nil {
		r.Steps = p.version(r)
		first(&r, len(r.Steps))
	}
	instances, err := p.instances(ctx)
	if err != nil {
		return r, err
	}
	needs := named(r.Steps)
	for _, i := range instances {
		r.Steps = append(r.Steps, rollout.Step{
			Name: i.Service + "/" + i.Name, Needs: needs, Verify: verifier(p.Verify),
			Ready:   func(ctx context.Context) error { return p.isIdle(ctx, i) },
			Prepare: func(ctx context.Context) (cloud.AnyChange, error) { return p.update(ctx, r, i) },
		})
	}
	return r, nil
}

// instances returns those to update.
func (p ProtonTemplate) instances(ctx context.Context) ([]ProtonInstance, error) {
	if p.Instances != nil {
		return p.Instances, nil
	}
	var list []ProtonInstance
	for i, err := range p.Client.AllServiceInstances(ctx, proton.ListServiceInstancesRequest{MaxResults: 100}) {
		if err != nil {
			return nil, err
		}
		if i.TemplateName == p.Template {
			list = append(list, ProtonInstance{i.ServiceName, i.Name})
		}
	}
	slices.SortFunc(list, func(a, b ProtonInstance) int {
		return strings.Compare(a.Service+"/"+a.Name, b.Service+"/"+b.Name)
	})
	return list, nil
}

// isIdle waits until no deployment of an instance is in progress, and none of a component attached to it.
func (p ProtonTemplate) isIdle(ctx context.Context, i ProtonInstance) error {
	return until(ctx, p.Wait, func(ctx context.Context) (string, error) {
		now, err := p.Client.GetServiceInstance(ctx, proton.GetServiceInstanceRequest{ServiceName: i.Service, Name: i.Name})
		if err != nil {
			return "", err
		}
		if isDeploying(now.ServiceInstance.DeploymentStatus) {
			return fmt.Sprintf("instance %s/%s is %s", i.Service, i.Name, now.ServiceInstance.DeploymentStatus), nil
		}
		attached := proton.ListComponentsRequest{ServiceName: i.Service, ServiceInstanceName: i.Name}
		for c, err := range p.Client.AllComponents(ctx, attached) {
			if err != nil {
				return "", err
			}
			if isDeploying(c.DeploymentStatus) {
				return fmt.Sprintf("component %s of instance %s/%s is %s", c.Name, i.Service, i.Name, c.DeploymentStatus), nil
			}
		}
		return "", nil
	})
}

func isDeploying(s proton.DeploymentStatus) bool {
	return s == proton.DeploymentStatusInProgress || s == proton.DeploymentStatusCancelling || s == proton.DeploymentStatusDeleteInProgress
}

// update prepares the update of an instance, with the spec that it has.
func (p ProtonTemplate) update(ctx context.Context, r rollout.Rollout, i ProtonInstance) (cloud.AnyChange, error) {
	minor, err := p.minor(ctx, r)
	if err != nil {
		return nil, err
	}
	out, err := p.Client.GetServiceInstance(ctx, proton.GetServiceInstanceRequest{ServiceName: i.Service, Name: i.Name})
	if err != nil {
		return nil, err
	}
	now := out.ServiceInstance
	asked := proton.UpdateServiceInstanceRequest{
		ServiceName: i.Service, Name: i.Name, Spec: now.Spec, DeploymentType: proton.DeploymentUpdateTypeMinorVersion,
		TemplateMajorVersion: p.Major, TemplateMinorVersion: minor,
	}
	if now.TemplateMajorVersion != p.Major {
		asked.DeploymentType = proton.DeploymentUpdateTypeMajorVersion
	}
	return change(p.Client.PrepareUpdateServiceInstance(ctx, asked))
}
