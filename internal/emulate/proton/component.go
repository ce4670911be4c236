package proton

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// AddComponent adds or replaces a component, and returns its name.
func (s *Service) AddComponent(component proton.Component) string {
	v := component
	v.Name = cmp.Or(v.Name, "component")
	v.ARN = cmp.Or(v.ARN, s.ARN("component/"+v.Name))
	v.EnvironmentName = cmp.Or(v.EnvironmentName, "environment")
	v.CreatedAt = cmp.Or(v.CreatedAt, s.World.Now().Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.CreatedAt)
	s.componentFiles[v.Name] = "Resources: {}\n"
	s.components.add(v, v.CreatedAt, v.Name)
	return v.Name
}

func (s *Service) componentFields(v *proton.Component) deploymentFields {
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

func (s *Service) componentOperations() front.Handlers {
	return front.Handlers{
		"CreateComponent":           front.Handle(s.createComponent),
		"UpdateComponent":           front.Handle(s.updateComponent),
		"DeleteComponent":           front.Handle(s.deleteComponent),
		"CancelComponentDeployment": front.Handle(s.cancelComponent),
		"GetComponent":              front.Handle(s.getComponent),
		"ListComponents":            front.Handle(s.listComponents),
	}
}

func (s *Service) createComponent(r *front.Received, in proton.CreateComponentRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		if _, _, ok := s.components.actual(in.Name); ok {
			return nil, aws.Conflict("The component "+in.Name+" already exists.", "")
		}
		c := s.World.Begin("proton", "CreateComponent")
		v := proton.Component{
			Name: in.Name, ARN: s.ARN("component/" + in.Name), Description: optionalString(in.Description),
			CreatedAt: c.Start, LastModifiedAt: c.Start, EnvironmentName: cmp.Or(in.EnvironmentName, "environment"),
			ServiceName: in.ServiceName, ServiceInstanceName: in.ServiceInstanceName,
			ServiceSpec: in.ServiceSpec, LastClientRequestToken: in.ClientToken,
		}
		s.setTags(v.ARN, in.Tags)
		row := s.components.rows.Create(in.Name)
		s.componentFiles[in.Name] = in.TemplateFile
		return &proton.CreateComponentResponse{Component: s.components.deploy(c, row, v, v)}, nil
	})
}

func (s *Service) updateComponent(r *front.Received, in proton.UpdateComponentRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, before, err := s.components.idle(in.Name)
		if err != nil {
			return nil, err
		}
		now := s.World.Now()
		before.LastClientRequestToken, before.LastModifiedAt = in.ClientToken, world.NextTimestamp(now, before.LastModifiedAt)
		if in.Description != nil {
			before.Description = *in.Description
		}
		if in.DeploymentType == proton.ComponentDeploymentUpdateTypeNone {
			row.Put(now, now, before)
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
		c := s.World.Begin("proton", "UpdateComponent")
		return &proton.UpdateComponentResponse{Component: s.components.deploy(c, row, before, goal)}, nil
	})
}

// deployedFile returns the code of a component that a deployment has left behind.
func (s *Service) deployedFile(deployment string) string {
	if state := s.deployedState(deployment); state != nil && state.Component != nil {
		return state.Component.TemplateFile
	}
	return ""
}

func (s *Service) deleteComponent(_ *front.Received, in proton.DeleteComponentRequest) (any, error) {
	if _, v, ok := s.components.actual(in.Name); ok && v.ServiceInstanceName != "" {
		return nil, aws.Conflict("The component "+in.Name+" is attached to the service instance "+v.ServiceInstanceName+".", "")
	}
	v, err := s.components.remove("DeleteComponent", in.Name)
	return &proton.DeleteComponentResponse{Component: v}, err
}

func (s *Service) cancelComponent(_ *front.Received, in proton.CancelComponentDeploymentRequest) (any, error) {
	v, err := s.components.cancel("CancelComponentDeployment", in.ComponentName)
	return &proton.CancelComponentDeploymentResponse{Component: v}, err
}

func (s *Service) getComponent(_ *front.Received, in proton.GetComponentRequest) (any, error) {
	v, err := s.components.get(in.Name)
	return &proton.GetComponentResponse{Component: &v}, err
}

func (s *Service) listComponents(_ *front.Received, in proton.ListComponentsRequest) (any, error) {
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	list := selected(s, s.components.rows, &scope, func(v *proton.Component) bool {
		return world.MatchesName(in.EnvironmentName, v.EnvironmentName) && world.MatchesName(in.ServiceName, v.ServiceName) &&
			world.MatchesName(in.ServiceInstanceName, v.ServiceInstanceName)
	})
	page, next, err := sortedPageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListComponentsResponse{Components: world.ShownAs(page, summaryOfProtonComponent), NextToken: next}, err
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
