package proton

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) serviceTemplateOperations() front.Handlers {
	return front.Handlers{
		"CreateServiceTemplate":        front.Handle(s.createServiceTemplate),
		"GetServiceTemplate":           front.Handle(s.getServiceTemplate),
		"ListServiceTemplates":         front.Handle(s.listServiceTemplates),
		"UpdateServiceTemplate":        front.Handle(s.updateServiceTemplate),
		"DeleteServiceTemplate":        front.Handle(s.deleteServiceTemplate),
		"UpdateServiceTemplateVersion": front.Handle(s.updateServiceVersion),
	}
}

// AddServiceTemplate adds or replaces a service template, and returns its name.
func (s *Service) AddServiceTemplate(template proton.ServiceTemplate) string {
	return s.addServiceTemplate(template)
}

func (s *Service) addServiceTemplate(v proton.ServiceTemplate) (name string) {
	now := s.World.Now()
	v.Name = cmp.Or(v.Name, "template")
	v.ARN = cmp.Or(v.ARN, s.ARN("service-template/"+v.Name))
	v.CreatedAt = cmp.Or(v.CreatedAt, now.Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.CreatedAt)
	s.serviceTemplates.Add(v.Name, now, v)
	return v.Name
}

func (s *Service) createServiceTemplate(_ *front.Received, in proton.CreateServiceTemplateRequest) (any, error) {
	existing, ok := s.serviceTemplates.Row(in.Name).Actual(s.World.Now())
	repeated, err := s.recordCreation("service template", in.Name, ok, &in)
	if err != nil {
		return nil, err
	}
	if repeated {
		return &proton.CreateServiceTemplateResponse{ServiceTemplate: s.shownServiceTemplate(existing)}, nil
	}
	c := s.Instant()
	v := proton.ServiceTemplate{
		Name: in.Name, ARN: s.ARN("service-template/" + in.Name), CreatedAt: c.Start, LastModifiedAt: c.Start,
		DisplayName: in.DisplayName, Description: optionalString(in.Description), EncryptionKey: in.EncryptionKey,
		PipelineProvisioning: in.PipelineProvisioning,
	}
	world.Schedule(s.serviceTemplates.Create(in.Name), c, c.Start, v)
	s.setTags(v.ARN, in.Tags)
	return &proton.CreateServiceTemplateResponse{ServiceTemplate: v}, nil
}

// serviceNumbers returns the numbers of the versions of a service template.
func (s *Service) serviceNumbers(template string) (list []versionNumbers) {
	for _, v := range s.serviceVersions.ListIn(s.World.Now(), template) {
		list = append(list, versionNumbers{v.MajorVersion, v.MinorVersion, v.Status == proton.TemplateVersionStatusPublished})
	}
	return list
}

func (s *Service) shownServiceTemplate(v proton.ServiceTemplate) proton.ServiceTemplate {
	v.RecommendedVersion = recommendedVersion(s.serviceNumbers(v.Name))
	return v
}

func (s *Service) getServiceTemplate(_ *front.Received, in proton.GetServiceTemplateRequest) (any, error) {
	v, ok := s.serviceTemplates.Row(in.Name).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("service template", in.Name)
	}
	return &proton.GetServiceTemplateResponse{ServiceTemplate: s.shownServiceTemplate(v)}, nil
}

func (s *Service) listServiceTemplates(_ *front.Received, in proton.ListServiceTemplatesRequest) (any, error) {
	templates := world.Shown(s.serviceTemplates, s.World.Now(), "service templates", nil)
	page, next, err := world.NextPageOf(templates, "service templates", in.NextToken, cmp.Or(in.MaxResults, pageSize))
	items := world.ShownAs(page, func(v *proton.ServiceTemplate) proton.ServiceTemplateSummary {
		return world.CommonTo[proton.ServiceTemplateSummary](s.shownServiceTemplate(*v))
	})
	return &proton.ListServiceTemplatesResponse{Templates: items, NextToken: next}, err
}

func (s *Service) updateServiceTemplate(_ *front.Received, in proton.UpdateServiceTemplateRequest) (any, error) {
	row, c := s.serviceTemplates.Row(in.Name), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return nil, aws.NotFound("service template", in.Name)
	}
	v.DisplayName = cmp.Or(in.DisplayName, v.DisplayName)
	if in.Description != nil {
		v.Description = *in.Description
	}
	v.LastModifiedAt = world.NextTimestamp(c.Start, v.LastModifiedAt)
	world.Schedule(row, c, c.Start, v)
	return &proton.UpdateServiceTemplateResponse{ServiceTemplate: s.shownServiceTemplate(v)}, nil
}

func (s *Service) deleteServiceTemplate(_ *front.Received, in proton.DeleteServiceTemplateRequest) (any, error) {
	row, c := s.serviceTemplates.Row(in.Name), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return &proton.DeleteServiceTemplateResponse{}, nil
	}
	if len(s.serviceNumbers(in.Name)) > 0 {
		return nil, aws.Conflict("The service template "+in.Name+" has versions.", "")
	}
	world.Remove(row, c)
	return &proton.DeleteServiceTemplateResponse{ServiceTemplate: &v}, nil
}

func (s *Service) shownServiceVersion(v proton.ServiceTemplateVersion) proton.ServiceTemplateVersion {
	v.RecommendedMinorVersion = recommendedMinor(s.serviceNumbers(v.TemplateName), v.MajorVersion)
	return v
}

// updateServiceVersion publishes a version, or changes its description, or what it fits.
func (s *Service) updateServiceVersion(_ *front.Received, in proton.UpdateServiceTemplateVersionRequest) (any, error) {
	row, c := s.serviceVersions.Row(world.KeyOf(in.TemplateName, in.MajorVersion, in.MinorVersion)), s.Instant()
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
	if in.CompatibleEnvironmentTemplates != nil {
		v.CompatibleEnvironmentTemplates = compatibleTemplates(in.CompatibleEnvironmentTemplates)
	}
	if in.SupportedComponentSources != nil {
		v.SupportedComponentSources = in.SupportedComponentSources
	}
	v.LastModifiedAt = world.NextTimestamp(c.Start, v.LastModifiedAt)
	world.Schedule(row, c, c.Start, v)
	return &proton.UpdateServiceTemplateVersionResponse{ServiceTemplateVersion: s.shownServiceVersion(v)}, nil
}
