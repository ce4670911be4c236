package proton

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// AddEnvironment adds or replaces an environment, and returns its name.
func (s *Service) AddEnvironment(environment proton.Environment) string {
	v := environment
	v.Name = cmp.Or(v.Name, "environment")
	v.ARN = cmp.Or(v.ARN, s.ARN("environment/"+v.Name))
	v.TemplateName = cmp.Or(v.TemplateName, "template")
	v.TemplateMajorVersion = cmp.Or(v.TemplateMajorVersion, "1")
	v.TemplateMinorVersion = cmp.Or(v.TemplateMinorVersion, "0")
	v.Spec = cmp.Or(v.Spec, "proton: EnvironmentSpec\n")
	v.CreatedAt = cmp.Or(v.CreatedAt, s.World.Now().Add(-24*time.Hour))
	s.ensureEnvironmentVersion(v.TemplateName, v.TemplateMajorVersion, v.TemplateMinorVersion)
	s.environments.add(v, v.CreatedAt, v.Name)
	return v.Name
}

func environmentFields(v *proton.Environment) deploymentFields {
	return deploymentFields{
		target: proton.Deployment{
			TargetARN: v.ARN, TargetResourceCreatedAt: v.CreatedAt, TargetResourceType: proton.DeploymentTargetResourceTypeEnvironment,
			EnvironmentName: v.Name,
		},
		state: &proton.DeploymentState{Environment: &proton.EnvironmentState{
			Spec: v.Spec, TemplateName: v.TemplateName,
			TemplateMajorVersion: v.TemplateMajorVersion, TemplateMinorVersion: v.TemplateMinorVersion,
		}},
		status: &v.DeploymentStatus, message: &v.DeploymentStatusMessage,
		attempted: &v.LastAttemptedDeploymentID, succeeded: &v.LastSucceededDeploymentID,
		attemptedAt: &v.LastDeploymentAttemptedAt, succeededAt: &v.LastDeploymentSucceededAt,
	}
}

func (s *Service) environmentOperations() front.Handlers {
	return front.Handlers{
		"CreateEnvironment":           front.Handle(s.createEnvironment),
		"UpdateEnvironment":           front.Handle(s.updateEnvironment),
		"DeleteEnvironment":           front.Handle(s.deleteEnvironment),
		"CancelEnvironmentDeployment": front.Handle(s.cancelEnvironment),
		"GetEnvironment":              front.Handle(s.getEnvironment),
		"ListEnvironments":            front.Handle(s.listEnvironments),
	}
}

func (s *Service) createEnvironment(_ *front.Received, in proton.CreateEnvironmentRequest) (any, error) {
	if _, err := readSpec(in.Spec); err != nil {
		return nil, err
	}
	_, existing, ok := s.environments.actual(in.Name)
	major, minor, err := s.environmentVersion(in.TemplateName, in.TemplateMajorVersion, in.TemplateMinorVersion)
	if err != nil {
		return nil, err
	}
	repeated, err := s.recordCreation("environment", in.Name, ok, &in)
	if err != nil {
		return nil, err
	}
	if repeated {
		return &proton.CreateEnvironmentResponse{Environment: existing}, nil
	}
	c := s.World.Begin("proton", "CreateEnvironment")
	v := proton.Environment{
		Name: in.Name, ARN: s.ARN("environment/" + in.Name), Description: optionalString(in.Description), CreatedAt: c.Start,
		LastDeploymentSucceededAt: c.Start, Spec: in.Spec,
		TemplateName: in.TemplateName, TemplateMajorVersion: major, TemplateMinorVersion: minor,
		ProtonServiceRoleARN: in.ProtonServiceRoleARN, EnvironmentAccountConnectionID: in.EnvironmentAccountConnectionID,
		ComponentRoleARN: in.ComponentRoleARN, CodeBuildRoleARN: in.CodeBuildRoleARN,
	}
	s.setTags(v.ARN, in.Tags)
	row := s.environments.rows.Create(in.Name)
	return &proton.CreateEnvironmentResponse{Environment: s.environments.deploy(c, row, v, v)}, nil
}

func (s *Service) updateEnvironment(_ *front.Received, in proton.UpdateEnvironmentRequest) (any, error) {
	if _, err := readSpec(in.Spec); err != nil {
		return nil, err
	}
	row, before, err := s.environments.idle(in.Name)
	if err != nil {
		return nil, err
	}
	if in.Description != nil {
		before.Description = *in.Description
	}
	before.ProtonServiceRoleARN = cmp.Or(in.ProtonServiceRoleARN, before.ProtonServiceRoleARN)
	before.EnvironmentAccountConnectionID = cmp.Or(in.EnvironmentAccountConnectionID, before.EnvironmentAccountConnectionID)
	before.ComponentRoleARN = cmp.Or(in.ComponentRoleARN, before.ComponentRoleARN)
	before.CodeBuildRoleARN = cmp.Or(in.CodeBuildRoleARN, before.CodeBuildRoleARN)
	if in.DeploymentType == proton.DeploymentUpdateTypeNone {
		now := s.World.Now()
		row.Put(now, now, before)
		return &proton.UpdateEnvironmentResponse{Environment: before}, nil
	}
	goal := before
	goal.Spec = cmp.Or(in.Spec, before.Spec)
	goal.TemplateMajorVersion, goal.TemplateMinorVersion, err = versionsAfter(in.DeploymentType,
		in.TemplateMajorVersion, in.TemplateMinorVersion, before.TemplateMajorVersion, before.TemplateMinorVersion)
	if err != nil {
		return nil, err
	}
	c := s.World.Begin("proton", "UpdateEnvironment")
	return &proton.UpdateEnvironmentResponse{Environment: s.environments.deploy(c, row, before, goal)}, nil
}

func (s *Service) deleteEnvironment(_ *front.Received, in proton.DeleteEnvironmentRequest) (any, error) {
	v, err := s.environments.remove("DeleteEnvironment", in.Name)
	return &proton.DeleteEnvironmentResponse{Environment: v}, err
}

func (s *Service) cancelEnvironment(_ *front.Received, in proton.CancelEnvironmentDeploymentRequest) (any, error) {
	v, err := s.environments.cancel("CancelEnvironmentDeployment", in.EnvironmentName)
	return &proton.CancelEnvironmentDeploymentResponse{Environment: v}, err
}

func (s *Service) getEnvironment(_ *front.Received, in proton.GetEnvironmentRequest) (any, error) {
	v, err := s.environments.get(in.Name)
	return &proton.GetEnvironmentResponse{Environment: v}, err
}

func (s *Service) listEnvironments(_ *front.Received, in proton.ListEnvironmentsRequest) (any, error) {
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	list := selected(s, s.environments.rows, &scope, func(v *proton.Environment) bool {
		template := proton.EnvironmentTemplateFilter{TemplateName: v.TemplateName, MajorVersion: v.TemplateMajorVersion}
		return len(in.EnvironmentTemplates) == 0 || slices.Contains(in.EnvironmentTemplates, template)
	})
	page, next, err := sortedPageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListEnvironmentsResponse{Environments: world.ShownAs(page, summaryOfProtonEnvironment), NextToken: next}, err
}

func summaryOfProtonEnvironment(v *proton.Environment) proton.EnvironmentSummary {
	return proton.EnvironmentSummary{
		Name: v.Name, Description: v.Description, CreatedAt: v.CreatedAt, LastDeploymentAttemptedAt: v.LastDeploymentAttemptedAt,
		LastDeploymentSucceededAt: v.LastDeploymentSucceededAt, ARN: v.ARN, TemplateName: v.TemplateName,
		TemplateMajorVersion: v.TemplateMajorVersion, TemplateMinorVersion: v.TemplateMinorVersion,
		DeploymentStatus: v.DeploymentStatus, DeploymentStatusMessage: v.DeploymentStatusMessage,
		ProtonServiceRoleARN: v.ProtonServiceRoleARN, EnvironmentAccountConnectionID: v.EnvironmentAccountConnectionID,
		EnvironmentAccountID: v.EnvironmentAccountID, Provisioning: v.Provisioning, ComponentRoleARN: v.ComponentRoleARN,
		LastAttemptedDeploymentID: v.LastAttemptedDeploymentID, LastSucceededDeploymentID: v.LastSucceededDeploymentID,
	}
}

// optionalString returns the string, or "" for nil.
func optionalString(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
