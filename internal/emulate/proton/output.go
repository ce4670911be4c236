package proton

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) outputOperations() front.Handlers {
	return front.Handlers{
		"ListEnvironmentOutputs":                  front.Handle(s.listEnvironmentOutputs),
		"ListServiceInstanceOutputs":              front.Handle(s.listInstanceOutputs),
		"ListServicePipelineOutputs":              front.Handle(s.listPipelineOutputs),
		"ListComponentOutputs":                    front.Handle(s.listComponentOutputs),
		"ListEnvironmentProvisionedResources":     front.Handle(s.listEnvironmentResources),
		"ListServiceInstanceProvisionedResources": front.Handle(s.listInstanceResources),
		"ListServicePipelineProvisionedResources": front.Handle(s.listPipelineResources),
		"ListComponentProvisionedResources":       front.Handle(s.listComponentResources),
		"NotifyResourceDeploymentStatusChange":    front.Handle(s.notify),
		"DeleteDeployment":                        front.Handle(s.deleteDeployment),
	}
}

// outputsOf returns the outputs of a deployment of a resource, the last one that succeeded if id is empty. The emulator runs no
// template: the outputs are those that were notified, or the inputs of the spec under their names, or what the code of a
// component lists.
func (s *Service) outputsOf(fields deploymentFields, id string) ([]proton.Output, error) {
	if id == "" {
		id = *fields.succeeded
	}
	now := s.World.Now()
	d, ok := s.deployments.Row(id).Visible(now)
	if !ok && id != *fields.succeeded || ok && d.TargetARN != fields.target.TargetARN {
		return nil, aws.NotFound("deployment", id)
	}
	if notified, ok := s.outputs.Row(id).Actual(now); ok {
		return notified, nil
	}
	if d.DeploymentStatus != proton.DeploymentStatusSucceeded || d.TargetState == nil {
		return []proton.Output{}, nil
	}
	return outputsOfState(d.TargetState, fields.target), nil
}

func outputsOfState(state *proton.DeploymentState, target proton.Deployment) []proton.Output {
	switch {
	case state.Environment != nil:
		v, _ := readSpec(state.Environment.Spec)
		return scalars(v.Spec, target.TargetARN)
	case state.ServicePipeline != nil:
		v, _ := readSpec(state.ServicePipeline.Spec)
		return scalars(v.Pipeline, target.TargetARN)
	case state.ServiceInstance != nil:
		v, _ := readSpec(state.ServiceInstance.Spec)
		for _, i := range v.Instances {
			if i.Name == target.ServiceInstanceName {
				return scalars(i.Spec, target.TargetARN)
			}
		}
	case state.Component != nil:
		return scalars(memberOf(state.Component.TemplateFile, "Outputs"), target.TargetARN)
	}
	return []proton.Output{}
}

// scalars returns the members of an object, those that are not scalars with a value made of their name.
func scalars(object yaml.Node, arn string) []proton.Output {
	list := []proton.Output{}
	for i := 0; object.Kind == yaml.MappingNode && i+1 < len(object.Content); i += 2 {
		key, value := object.Content[i].Value, object.Content[i+1].Value
		if value == "" {
			value = key + "-" + digest(arn+key)
		}
		list = append(list, proton.Output{Key: key, ValueString: value})
	}
	return list
}

// memberOf returns a member of a YAML document, which may be missing.
func memberOf(text, name string) yaml.Node {
	var members map[string]yaml.Node
	_ = yaml.Unmarshal([]byte(text), &members) // code that is not YAML has no members
	return members[name]
}

// digest returns a short ID that depends on the text alone.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}

// resourcesOf returns what was provisioned for a resource: a stack, or what the code of a component lists.
func (s *Service) resourcesOf(fields deploymentFields) []proton.ProvisionedResource {
	list := []proton.ProvisionedResource{}
	arn := fields.target.TargetARN
	state := s.deployedState(*fields.succeeded)
	if state == nil {
		return list
	}
	if state.Component != nil {
		resources := memberOf(state.Component.TemplateFile, "Resources")
		for i := 0; resources.Kind == yaml.MappingNode && i < len(resources.Content); i += 2 {
			name := resources.Content[i].Value
			list = append(list, proton.ProvisionedResource{
				Name: name, Identifier: strings.ToLower(name) + "-" + digest(arn+name),
				ProvisioningEngine: proton.ProvisionedResourceEngineCloudFormation,
			})
		}
		return list
	}
	stack := "AWSProton-" + digest(arn)
	return append(list, proton.ProvisionedResource{
		Name:               stack,
		Identifier:         "arn:aws:cloudformation:" + s.World.Region + ":" + world.Account + ":stack/" + stack,
		ProvisioningEngine: proton.ProvisionedResourceEngineCloudFormation,
	})
}

func (s *Service) listEnvironmentOutputs(_ *front.Received, in proton.ListEnvironmentOutputsRequest) (any, error) {
	fields, err := s.environments.visibleFields(in.EnvironmentName)
	if err != nil {
		return nil, err
	}
	list, err := s.outputsOf(fields, in.DeploymentID)
	return &proton.ListEnvironmentOutputsResponse{Outputs: list}, err
}

func (s *Service) listInstanceOutputs(_ *front.Received, in proton.ListServiceInstanceOutputsRequest) (any, error) {
	fields, err := s.instances.visibleFields(in.ServiceName, in.ServiceInstanceName)
	if err != nil {
		return nil, err
	}
	list, err := s.outputsOf(fields, in.DeploymentID)
	return &proton.ListServiceInstanceOutputsResponse{Outputs: list}, err
}

func (s *Service) listPipelineOutputs(_ *front.Received, in proton.ListServicePipelineOutputsRequest) (any, error) {
	fields, err := s.visiblePipeline(in.ServiceName)
	if err != nil {
		return nil, err
	}
	list, err := s.outputsOf(fields, in.DeploymentID)
	return &proton.ListServicePipelineOutputsResponse{Outputs: list}, err
}

func (s *Service) listComponentOutputs(_ *front.Received, in proton.ListComponentOutputsRequest) (any, error) {
	fields, err := s.components.visibleFields(in.ComponentName)
	if err != nil {
		return nil, err
	}
	list, err := s.outputsOf(fields, in.DeploymentID)
	return &proton.ListComponentOutputsResponse{Outputs: list}, err
}

func (s *Service) listEnvironmentResources(_ *front.Received, in proton.ListEnvironmentProvisionedResourcesRequest) (any, error) {
	fields, err := s.environments.visibleFields(in.EnvironmentName)
	if err != nil {
		return nil, err
	}
	return &proton.ListEnvironmentProvisionedResourcesResponse{ProvisionedResources: s.resourcesOf(fields)}, nil
}

func (s *Service) listInstanceResources(_ *front.Received, in proton.ListServiceInstanceProvisionedResourcesRequest) (any, error) {
	fields, err := s.instances.visibleFields(in.ServiceName, in.ServiceInstanceName)
	if err != nil {
		return nil, err
	}
	return &proton.ListServiceInstanceProvisionedResourcesResponse{ProvisionedResources: s.resourcesOf(fields)}, nil
}

func (s *Service) listPipelineResources(_ *front.Received, in proton.ListServicePipelineProvisionedResourcesRequest) (any, error) {
	fields, err := s.visiblePipeline(in.ServiceName)
	if err != nil {
		return nil, err
	}
	return &proton.ListServicePipelineProvisionedResourcesResponse{ProvisionedResources: s.resourcesOf(fields)}, nil
}

func (s *Service) listComponentResources(_ *front.Received, in proton.ListComponentProvisionedResourcesRequest) (any, error) {
	fields, err := s.components.visibleFields(in.ComponentName)
	if err != nil {
		return nil, err
	}
	return &proton.ListComponentProvisionedResourcesResponse{ProvisionedResources: s.resourcesOf(fields)}, nil
}

// visibleFields returns the deployments of the resource that reads show.
func (d *deployable[T]) visibleFields(names ...string) (deploymentFields, error) {
	v, err := d.get(names...)
	if err != nil {
		return deploymentFields{}, err
	}
	return d.fields(&v), nil
}

func (s *Service) visiblePipeline(service string) (deploymentFields, error) {
	v, err := s.pipelines.get(service)
	if err != nil || v.Pipeline == nil {
		return deploymentFields{}, aws.NotFound("service pipeline", service)
	}
	return pipelineFields(&v), nil
}

// notify ends the deployment in progress of a resource, and keeps its outputs.
func (s *Service) notify(_ *front.Received, in proton.NotifyResourceDeploymentStatusChangeRequest) (any, error) {
	for _, end := range []func(proton.NotifyResourceDeploymentStatusChangeRequest) (bool, error){
		s.environments.notify, s.instances.notify, s.components.notify, s.notifyPipeline,
	} {
		if found, err := end(in); found {
			return &proton.NotifyResourceDeploymentStatusChangeResponse{}, err
		}
	}
	return nil, aws.NotFound("resource", in.ResourceARN)
}

// notifyPipeline refuses to end the deployment that is part of a change of the service.
func (s *Service) notifyPipeline(in proton.NotifyResourceDeploymentStatusChangeRequest) (found bool, err error) {
	for _, key := range s.services.Keys {
		v, ok := s.services.Row(key).Actual(s.World.Now())
		if !ok || v.Pipeline == nil || v.Pipeline.ARN != in.ResourceARN {
			continue
		}
		if isServiceInProgress(v.Status) {
			return true, aws.Conflict("The service "+v.Name+" is "+string(v.Status)+".", "")
		}
		return s.pipelines.notify(in)
	}
	return false, nil
}

// notify reports whether one of the resources has the ARN.
func (d *deployable[T]) notify(in proton.NotifyResourceDeploymentStatusChangeRequest) (found bool, err error) {
	c := d.service.Instant()
	for _, key := range d.rows.Keys {
		row := d.rows.Row(key)
		running, ok := row.Actual(c.Start)
		if !ok {
			continue
		}
		p := d.fields(&running)
		if p.target.TargetARN != in.ResourceARN || *p.attempted == "" {
			continue
		}
		if in.DeploymentID != "" && in.DeploymentID != *p.attempted {
			return true, aws.Conflict("The deployment "+in.DeploymentID+" is not the last one of "+in.ResourceARN+".", "")
		}
		if in.Outputs != nil {
			d.service.outputs.Add(*p.attempted, c.Start, world.DeepCopy(outputList{in.Outputs}).Outputs)
		}
		if in.Status == "" || in.Status == proton.ResourceDeploymentStatusInProgress {
			return true, nil
		}
		return true, d.end(c, row, running, in)
	}
	return false, nil
}

// outputList is an object with outputs, because only objects can be copied.
type outputList struct {
	Outputs []proton.Output `json:"outputs"`
}

// end ends the deployment in progress of a resource. If it succeeds, the resource becomes what the deployment is to make it.
func (d *deployable[T]) end(
	c world.Change, row *world.Timeline[T], v T, in proton.NotifyResourceDeploymentStatusChangeRequest,
) error {
	p := d.fields(&v)
	if *p.status != proton.DeploymentStatusInProgress {
		return aws.Conflict("The resource "+in.ResourceARN+" has no deployment in progress; the last one is "+string(*p.status)+".", "")
	}
	record := d.service.deployments.Row(*p.attempted)
	deployment, _ := record.Actual(c.Start)
	*p.status, *p.message = proton.DeploymentStatus(in.Status), optionalString(in.StatusMessage)
	if *p.status == proton.DeploymentStatusSucceeded {
		*p.succeeded, *p.succeededAt = *p.attempted, c.Start
		if deployment.TargetState != nil {
			d.become(&v, deployment.TargetState)
		}
	}
	ended := d.fields(&v).record(c.Start)
	ended.InitialState, ended.TargetState = deployment.InitialState, deployment.TargetState
	world.Schedule(row, c, c.Start, v)
	world.Schedule(record, c, c.Start, ended)
	return nil
}

// deleteDeployment forgets a deployment that has ended.
func (s *Service) deleteDeployment(_ *front.Received, in proton.DeleteDeploymentRequest) (any, error) {
	row, c := s.deployments.Row(in.ID), s.Instant()
	d, ok := row.Actual(c.Start)
	if !ok {
		return &proton.DeleteDeploymentResponse{}, nil
	}
	if isDeploying(d.DeploymentStatus) {
		return nil, aws.Invalid("The deployment " + in.ID + " is " + string(d.DeploymentStatus) + ".")
	}
	world.Remove(row, c)
	return &proton.DeleteDeploymentResponse{Deployment: &d}, nil
}

func becomeEnvironment(v *proton.Environment, state *proton.DeploymentState) {
	if to := state.Environment; to != nil {
		v.Spec, v.TemplateMajorVersion, v.TemplateMinorVersion = to.Spec, to.TemplateMajorVersion, to.TemplateMinorVersion
	}
}

func becomeInstance(v *proton.ServiceInstance, state *proton.DeploymentState) {
	if to := state.ServiceInstance; to != nil {
		v.Spec, v.TemplateMajorVersion, v.TemplateMinorVersion = to.Spec, to.TemplateMajorVersion, to.TemplateMinorVersion
	}
}

func becomePipeline(v *proton.Service, state *proton.DeploymentState) {
	if to := state.ServicePipeline; to != nil {
		p := v.Pipeline
		p.Spec, p.TemplateMajorVersion, p.TemplateMinorVersion = to.Spec, to.TemplateMajorVersion, to.TemplateMinorVersion
	}
}

func becomeComponent(v *proton.Component, state *proton.DeploymentState) {
	if to := state.Component; to != nil {
		v.ServiceName, v.ServiceInstanceName, v.ServiceSpec = to.ServiceName, to.ServiceInstanceName, to.ServiceSpec
	}
}
