package proton

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) environmentTemplateOperations() front.Handlers {
	return front.Handlers{
		"CreateEnvironmentTemplate":        front.Handle(s.createEnvironmentTemplate),
		"GetEnvironmentTemplate":           front.Handle(s.getEnvironmentTemplate),
		"ListEnvironmentTemplates":         front.Handle(s.listEnvironmentTemplates),
		"UpdateEnvironmentTemplate":        front.Handle(s.updateEnvironmentTemplate),
		"DeleteEnvironmentTemplate":        front.Handle(s.deleteEnvironmentTemplate),
		"UpdateEnvironmentTemplateVersion": front.Handle(s.updateEnvironmentVersion),
	}
}

// AddEnvironmentTemplate adds or replaces an environment template, and returns its name.
func (s *Service) AddEnvironmentTemplate(template proton.EnvironmentTemplate) string {
	return s.addEnvironmentTemplate(template)
}

func (s *Service) addEnvironmentTemplate(v proton.EnvironmentTemplate) (name string) {
	now := s.World.Now()
	v.Name = cmp.Or(v.Name, "template")
	v.ARN = cmp.Or(v.ARN, s.ARN("environment-template/"+v.Name))
	v.CreatedAt = cmp.Or(v.CreatedAt, now.Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.CreatedAt)
	s.environmentTemplates.Add(v.Name, now, v)
	return v.Name
}

func (s *Service) createEnvironmentTemplate(_ *front.Received, in proton.CreateEnvironmentTemplateRequest) (any, error) {
	existing, ok := s.environmentTemplates.Row(in.Name).Actual(s.World.Now())
	repeated, err := s.recordCreation("environment template", in.Name, ok, &in)
	if err != nil {
		return nil, err
	}
	if repeated {
		return &proton.CreateEnvironmentTemplateResponse{EnvironmentTemplate: s.shownEnvironmentTemplate(existing)}, nil
	}
	c := s.Instant()
	v := proton.EnvironmentTemplate{
		Name: in.Name, ARN: s.ARN("environment-template/" + in.Name), CreatedAt: c.Start, LastModifiedAt: c.Start,
		DisplayName: in.DisplayName, Description: optionalString(in.Description), EncryptionKey: in.EncryptionKey,
		Provisioning: in.Provisioning,
	}
	world.Schedule(s.environmentTemplates.Create(in.Name), c, c.Start, v)
	s.setTags(v.ARN, in.Tags)
	return &proton.CreateEnvironmentTemplateResponse{EnvironmentTemplate: v}, nil
}

// environmentNumbers returns the numbers of the versions of an environment template.
func (s *Service) environmentNumbers(template string) (list []versionNumbers) {
	for _, v := range s.environmentVersions.ListIn(s.World.Now(), template) {
		list = append(list, versionNumbers{v.MajorVersion, v.MinorVersion, v.Status == proton.TemplateVersionStatusPublished})
	}
	return list
}

func (s *Service) shownEnvironmentTemplate(v proton.EnvironmentTemplate) proton.EnvironmentTemplate {
	v.RecommendedVersion = recommendedVersion(s.environmentNumbers(v.Name))
	return v
}

func (s *Service) getEnvironmentTemplate(_ *front.Received, in proton.GetEnvironmentTemplateRequest) (any, error) {
	v, ok := s.environmentTemplates.Row(in.Name).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("environment template", in.Name)
	}
	return &proton.GetEnvironmentTemplateResponse{EnvironmentTemplate: s.shownEnvironmentTemplate(v)}, nil
}

func (s *Service) listEnvironmentTemplates(_ *front.Received, in proton.ListEnvironmentTemplatesRequest) (any, error) {
	templates := world.Shown(s.environmentTemplates, s.World.Now(), "environment templates", nil)
	page, next, err := world.NextPageOf(templates, "environment templates", in.NextToken, cmp.Or(in.MaxResults, pageSize))
	items := world.ShownAs(page, func(v *proton.EnvironmentTemplate) proton.EnvironmentTemplateSummary {
		return world.CommonTo[proton.EnvironmentTemplateSummary](s.shownEnvironmentTemplate(*v))
	})
	return &proton.ListEnvironmentTemplatesResponse{Templates: items, NextToken: next}, err
}

func (s *Service) updateEnvironmentTemplate(_ *front.Received, in proton.UpdateEnvironmentTemplateRequest) (any, error) {
	row, c := s.environmentTemplates.Row(in.Name), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return nil, aws.NotFound("environment template", in.Name)
	}
	v.DisplayName = cmp.Or(in.DisplayName, v.DisplayName)
	if in.Description != nil {
		v.Description = *in.Description
	}
	v.LastModifiedAt = world.NextTimestamp(c.Start, v.LastModifiedAt)
	world.Schedule(row, c, c.Start, v)
	return &proton.UpdateEnvironmentTemplateResponse{EnvironmentTemplate: s.shownEnvironmentTemplate(v)}, nil
}

func (s *Service) deleteEnvironmentTemplate(_ *front.Received, in proton.DeleteEnvironmentTemplateRequest) (any, error) {
	row, c := s.environmentTemplates.Row(in.Name), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return &proton.DeleteEnvironmentTemplateResponse{}, nil
	}
	if len(s.environmentNumbers(in.Name)) > 0 {
		return nil, aws.Conflict("The environment template "+in.Name+" has versions.", "")
	}
	world.Remove(row, c)
	return &proton.DeleteEnvironmentTemplateResponse{EnvironmentTemplate: &v}, nil
}

func (s *Service) shownEnvironmentVersion(v proton.EnvironmentTemplateVersion) proton.EnvironmentTemplateVersion {
	v.RecommendedMinorVersion = recommendedMinor(s.environmentNumbers(v.TemplateName), v.MajorVersion)
	return v
}

// updateEnvironmentVersion publishes a version, or changes its description.
func (s *Service) updateEnvironmentVersion(_ *front.Received, in proton.UpdateEnvironmentTemplateVersionRequest) (any, error) {
	row, c := s.environmentVersions.Row(world.KeyOf(in.TemplateName, in.MajorVersion, in.MinorVersion)), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return nil, aws.NotFound("template version", in.TemplateName+" "+in.MajorVersion+"."+in.MinorVersion)
	}
	if err := checkVersionUpdate(v.ARN, v.Status, in.Status); err != nil {
		return nil, err
	}
	v.Status = cmp.Or(in.Status, v.Status)
	if in.Description != nil {
		v.Description = *in.Description
	}
	v.LastModifiedAt = world.NextTimestamp(c.Start, v.LastModifiedAt)
	world.Schedule(row, c, c.Start, v)
	return &proton.UpdateEnvironmentTemplateVersionResponse{EnvironmentTemplateVersion: s.shownEnvironmentVersion(v)}, nil
}
