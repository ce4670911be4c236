package proton

import (
	"strings"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

func (s *Service) summaryOperations() front.Handlers {
	return front.Handlers{"GetResourcesSummary": front.Handle(s.getSummary)}
}

// getSummary counts the resources that reads show. Only resources with versions are up to date or behind.
func (s *Service) getSummary(_ *front.Received, _ proton.GetResourcesSummaryRequest) (any, error) {
	now := s.World.Now()
	var components, environments, instances, services, pipelines proton.ResourceCountsSummary
	for _, v := range s.components.rows.List(now) {
		components.Total++
		if v.DeploymentStatus == proton.DeploymentStatusFailed {
			components.Failed++
		}
	}
	for _, v := range s.environments.rows.List(now) {
		count(&environments, v.DeploymentStatus, v.TemplateMajorVersion, v.TemplateMinorVersion, s.environmentNumbers(v.TemplateName))
	}
	for _, v := range s.instances.rows.List(now) {
		count(&instances, v.DeploymentStatus, v.TemplateMajorVersion, v.TemplateMinorVersion, s.serviceNumbers(v.TemplateName))
	}
	for _, v := range s.services.List(now) {
		services.Total++
		if strings.Contains(string(v.Status), "FAILED") {
			services.Failed++
		}
		if p := v.Pipeline; p != nil {
			count(&pipelines, p.DeploymentStatus, p.TemplateMajorVersion, p.TemplateMinorVersion, s.serviceNumbers(p.TemplateName))
		}
	}
	return &proton.GetResourcesSummaryResponse{Counts: proton.CountsSummary{
		Components: &components, Environments: &environments, ServiceInstances: &instances, Services: &services, Pipelines: &pipelines,
		EnvironmentTemplates: &proton.ResourceCountsSummary{Total: len(s.environmentTemplates.List(now))},
		ServiceTemplates:     &proton.ResourceCountsSummary{Total: len(s.serviceTemplates.List(now))},
	}}, nil
}

// count counts a resource, and how its version compares to the recommended ones of its template.
func count(c *proton.ResourceCountsSummary, status proton.DeploymentStatus, major, minor string, versions []versionNumbers) {
	c.Total++
	if status == proton.DeploymentStatusFailed {
		c.Failed++
	}
	latest, _, _ := strings.Cut(recommendedVersion(versions), ".")
	switch {
	case latest != "" && isHigher(latest, major):
		c.BehindMajor++
	case isHigher(recommendedMinor(versions, major), minor):
		c.BehindMinor++
	default:
		c.UpToDate++
	}
}
