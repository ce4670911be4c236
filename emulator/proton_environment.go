package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

// AddProtonEnvironment adds or replaces an environment. Empty fields default to those of an environment whose
// only deployment succeeded a day ago.
func (e *Emulator) AddProtonEnvironment(environment proton.Environment) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(environment)
	v.Name = cmp.Or(v.Name, "environment")
	v.ARN = cmp.Or(v.ARN, e.proton.arn("environment/"+v.Name))
	v.TemplateName = cmp.Or(v.TemplateName, "template")
	v.TemplateMajorVersion = cmp.Or(v.TemplateMajorVersion, "1")
	v.TemplateMinorVersion = cmp.Or(v.TemplateMinorVersion, "0")
	v.Spec = cmp.Or(v.Spec, "proton: EnvironmentSpec\n")
	v.CreatedAt = cmp.Or(v.CreatedAt, e.now().Add(-24*time.Hour))
	e.proton.environments.add(v, v.CreatedAt, v.Name)
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

func (s *protonService) environmentOperations() map[string]handler {
	return map[string]handler{
		"CreateEnvironment":           operation(s.createEnvironment),
		"UpdateEnvironment":           operation(s.updateEnvironment),
		"DeleteEnvironment":           operation(s.deleteEnvironment),
		"CancelEnvironmentDeployment": operation(s.cancelEnvironment),
		"GetEnvironment":              operation(s.getEnvironment),
		"ListEnvironments":            operation(s.listEnvironments),
	}
}

func (s *protonService) createEnvironment(_ *received, in proton.CreateEnvironmentRequest) (any, error) {
	_, existing, ok := s.environments.actual(in.Name)
	repeated, err := s.recordCreation("environment", in.Name, ok, &in)
	if err != nil {
		return nil, err
	}
	if repeated {
		return &proton.CreateEnvironmentResponse{Environment: existing}, nil
	}
	c := s.emulator.begin("proton", "CreateEnvironment")
	v := proton.Environment{
		Name: in.Name, ARN: s.arn("environment/" + in.Name), Description: optionalString(in.Description), CreatedAt: c.start,
		LastDeploymentSucceededAt: c.start, Spec: in.Spec,
		TemplateName: in.TemplateName, TemplateMajorVersion: in.TemplateMajorVersion,
		TemplateMinorVersion: cmp.Or(in.TemplateMinorVersion, "0"),
		ProtonServiceRoleARN: in.ProtonServiceRoleARN, EnvironmentAccountConnectionID: in.EnvironmentAccountConnectionID,
		ComponentRoleARN: in.ComponentRoleARN, CodeBuildRoleARN: in.CodeBuildRoleARN,
	}
	row := s.environments.rows.create(in.Name)
	return &proton.CreateEnvironmentResponse{Environment: s.environments.deploy(c, row, v, v)}, nil
}

func (s *protonService) updateEnvironment(_ *received, in proton.UpdateEnvironmentRequest) (any, error) {
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
		now := s.emulator.now()
		row.put(now, now, before)
		return &proton.UpdateEnvironmentResponse{Environment: before}, nil
	}
	goal := before
	goal.Spec = cmp.Or(in.Spec, before.Spec)
	goal.TemplateMajorVersion, goal.TemplateMinorVersion, err = versionsAfter(in.DeploymentType,
		in.TemplateMajorVersion, in.TemplateMinorVersion, before.TemplateMajorVersion, before.TemplateMinorVersion)
	if err != nil {
		return nil, err
	}
	c := s.emulator.begin("proton", "UpdateEnvironment")
	return &proton.UpdateEnvironmentResponse{Environment: s.environments.deploy(c, row, before, goal)}, nil
}

func (s *protonService) deleteEnvironment(_ *received, in proton.DeleteEnvironmentRequest) (any, error) {
	v, err := s.environments.remove("DeleteEnvironment", in.Name)
	return &proton.DeleteEnvironmentResponse{Environment: v}, err
}

func (s *protonService) cancelEnvironment(_ *received, in proton.CancelEnvironmentDeploymentRequest) (any, error) {
	v, err := s.environments.cancel("CancelEnvironmentDeployment", in.EnvironmentName)
	return &proton.CancelEnvironmentDeploymentResponse{Environment: v}, err
}

func (s *protonService) getEnvironment(_ *received, in proton.GetEnvironmentRequest) (any, error) {
	v, err := s.environments.get(in.Name)
	return &proton.GetEnvironmentResponse{Environment: v}, err
}

func (s *protonService) listEnvironments(_ *received, in proton.ListEnvironmentsRequest) (any, error) {
	list := []proton.EnvironmentSummary{}
	for _, v := range s.environments.rows.list(s.emulator.now()) {
		template := proton.EnvironmentTemplateFilter{TemplateName: v.TemplateName, MajorVersion: v.TemplateMajorVersion}
		if len(in.EnvironmentTemplates) > 0 && !slices.Contains(in.EnvironmentTemplates, template) {
			continue
		}
		list = append(list, summaryOfProtonEnvironment(&v))
	}
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	page, next, err := protonPageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListEnvironmentsResponse{Environments: page, NextToken: next}, err
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
