package emulator

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

// AddProtonComponent adds or replaces a component. Empty fields default to those of a component in an
// environment, attached to no service instance, whose only deployment succeeded a day ago.
func (e *Emulator) AddProtonComponent(component proton.Component) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(component)
	v.Name = cmp.Or(v.Name, "component")
	v.ARN = cmp.Or(v.ARN, e.proton.arn("component/"+v.Name))
	v.EnvironmentName = cmp.Or(v.EnvironmentName, "environment")
	v.CreatedAt = cmp.Or(v.CreatedAt, e.now().Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.CreatedAt)
	e.proton.componentFiles[v.Name] = "Resources: {}\n"
	e.proton.components.add(v, v.CreatedAt, v.Name)
}

func (s *protonService) componentFields(v *proton.Component) deploymentFields {
	return deploymentFields{
		target: proton.Deployment{
			TargetARN: v.ARN, TargetResourceCreatedAt: v.CreatedAt, TargetResourceType: proton.DeploymentTargetResourceTypeComponent,
			EnvironmentName: v.EnvironmentName, ServiceName: v.ServiceName, ServiceInstanceName: v.ServiceInstanceName,
			ComponentName: v.Name,
		},
		state: &proton.DeploymentState{Component: &proton.ComponentState{
			ServiceName: v.ServiceName, ServiceInstanceName: v.ServiceInstanceName, ServiceSpec: v.ServiceSpec,
			TemplateFile: s.componentFiles[v.Name],
		}},
		status: &v.DeploymentStatus, message: &v.DeploymentStatusMessage,
		attempted: &v.LastAttemptedDeploymentID, succeeded: &v.LastSucceededDeploymentID,
		attemptedAt: &v.LastDeploymentAttemptedAt, succeededAt: &v.LastDeploymentSucceededAt,
	}
}

func (s *protonService) componentOperations() map[string]handler {
	return map[string]handler{
		"CreateComponent":           operation(s.createComponent),
		"UpdateComponent":           operation(s.updateComponent),
		"DeleteComponent":           operation(s.deleteComponent),
		"CancelComponentDeployment": operation(s.cancelComponent),
		"GetComponent":              operation(s.getComponent),
		"ListComponents":            operation(s.listComponents),
	}
}

func (s *protonService) createComponent(r *received, in proton.CreateComponentRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, protonTokenLife, func() (any, error) {
		if _, _, ok := s.components.actual(in.Name); ok {
			return nil, awsConflict("The component "+in.Name+" already exists.", "")
		}
		c := s.emulator.begin("proton", "CreateComponent")
		v := proton.Component{
			Name: in.Name, ARN: s.arn("component/" + in.Name), Description: optionalString(in.Description),
			CreatedAt: c.start, LastModifiedAt: c.start, EnvironmentName: cmp.Or(in.EnvironmentName, "environment"),
			ServiceName: in.ServiceName, ServiceInstanceName: in.ServiceInstanceName,
			ServiceSpec: in.ServiceSpec, LastClientRequestToken: in.ClientToken,
		}
		row := s.components.rows.create(in.Name)
		s.componentFiles[in.Name] = in.TemplateFile
		return &proton.CreateComponentResponse{Component: s.components.deploy(c, row, v, v)}, nil
	})
}

func (s *protonService) updateComponent(r *received, in proton.UpdateComponentRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, protonTokenLife, func() (any, error) {
		row, before, err := s.components.idle(in.Name)
		if err != nil {
			return nil, err
		}
		now := s.emulator.now()
		before.LastClientRequestToken, before.LastModifiedAt = in.ClientToken, nextTimestamp(now, before.LastModifiedAt)
		if in.Description != nil {
			before.Description = *in.Description
		}
		if in.DeploymentType == proton.ComponentDeploymentUpdateTypeNone {
			row.put(now, now, before)
			return &proton.UpdateComponentResponse{Component: before}, nil
		}
		goal := before
		goal.ServiceSpec = cmp.Or(in.ServiceSpec, before.ServiceSpec)
		if in.ServiceName != nil || in.ServiceInstanceName != nil {
			goal.ServiceName, goal.ServiceInstanceName = optionalString(in.ServiceName), optionalString(in.ServiceInstanceName)
		}
		if goal.ServiceName == "" {
			goal.ServiceSpec = "" // only an attached component has one
		}
		s.componentFiles[in.Name] = cmp.Or(in.TemplateFile, s.deployedFile(before.LastSucceededDeploymentID))
		c := s.emulator.begin("proton", "UpdateComponent")
		return &proton.UpdateComponentResponse{Component: s.components.deploy(c, row, before, goal)}, nil
	})
}

// deployedFile returns the code of a component that a deployment has left behind.
func (s *protonService) deployedFile(deployment string) string {
	if state := s.deployedState(deployment); state != nil && state.Component != nil {
		return state.Component.TemplateFile
	}
	return ""
}

func (s *protonService) deleteComponent(_ *received, in proton.DeleteComponentRequest) (any, error) {
	if _, v, ok := s.components.actual(in.Name); ok && v.ServiceInstanceName != "" {
		return nil, awsConflict("The component "+in.Name+" is attached to the service instance "+v.ServiceInstanceName+".", "")
	}
	v, err := s.components.remove("DeleteComponent", in.Name)
	return &proton.DeleteComponentResponse{Component: v}, err
}

func (s *protonService) cancelComponent(_ *received, in proton.CancelComponentDeploymentRequest) (any, error) {
	v, err := s.components.cancel("CancelComponentDeployment", in.ComponentName)
	return &proton.CancelComponentDeploymentResponse{Component: v}, err
}

func (s *protonService) getComponent(_ *received, in proton.GetComponentRequest) (any, error) {
	v, err := s.components.get(in.Name)
	return &proton.GetComponentResponse{Component: &v}, err
}

func (s *protonService) listComponents(_ *received, in proton.ListComponentsRequest) (any, error) {
	list := []proton.ComponentSummary{}
	for _, v := range s.components.rows.list(s.emulator.now()) {
		if matchesName(in.EnvironmentName, v.EnvironmentName) && matchesName(in.ServiceName, v.ServiceName) &&
			matchesName(in.ServiceInstanceName, v.ServiceInstanceName) {
			list = append(list, summaryOfProtonComponent(&v))
		}
	}
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	page, next, err := protonPageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListComponentsResponse{Components: page, NextToken: next}, err
}

func summaryOfProtonComponent(v *proton.Component) proton.ComponentSummary {
	return proton.ComponentSummary{
		Name: v.Name, ARN: v.ARN, EnvironmentName: v.EnvironmentName, ServiceName: v.ServiceName,
		ServiceInstanceName: v.ServiceInstanceName, CreatedAt: v.CreatedAt, LastModifiedAt: v.LastModifiedAt,
		LastDeploymentAttemptedAt: v.LastDeploymentAttemptedAt, LastDeploymentSucceededAt: v.LastDeploymentSucceededAt,
		DeploymentStatus: v.DeploymentStatus, DeploymentStatusMessage: v.DeploymentStatusMessage,
		LastAttemptedDeploymentID: v.LastAttemptedDeploymentID, LastSucceededDeploymentID: v.LastSucceededDeploymentID,
	}
}
