package proton

import (
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// environmentVersion returns the version of an environment template that a request chooses, or a refusal if it does not
// exist.
func (s *Service) environmentVersion(template, major, minor string) (chosenMajor, chosenMinor string, err error) {
	now := s.World.Now()
	if _, ok := s.environmentTemplates.Row(template).Actual(now); !ok {
		return "", "", aws.NotFound("environment template", template)
	}
	status := func(v proton.EnvironmentTemplateVersion) proton.TemplateVersionStatus { return v.Status }
	return chooseVersion(registeredVersions(s.environmentVersions, now, template, status), template, major, minor)
}

// serviceVersion returns the version of a service template that a request chooses, or a refusal if it does not exist.
func (s *Service) serviceVersion(template, major, minor string) (chosenMajor, chosenMinor string, err error) {
	now := s.World.Now()
	if _, ok := s.serviceTemplates.Row(template).Actual(now); !ok {
		return "", "", aws.NotFound("service template", template)
	}
	status := func(v proton.ServiceTemplateVersion) proton.TemplateVersionStatus { return v.Status }
	return chooseVersion(registeredVersions(s.serviceVersions, now, template, status), template, major, minor)
}

// registeredVersions returns the versions of a template that can be deployed.
func registeredVersions[T any](
	t *world.Table[T], now time.Time, template string, status func(T) proton.TemplateVersionStatus,
) (list []versionNumbers) {
	for key, row := range t.Within(template) {
		numbers := strings.TrimPrefix(key, world.KeyOf(template, ""))
		v, ok := row.Actual(now)
		if !ok || !isRegistered(status(v)) {
			continue
		}
		major, minor, _ := strings.Cut(numbers, world.KeyOf("", ""))
		list = append(list, versionNumbers{major, minor, status(v) == proton.TemplateVersionStatusPublished})
	}
	return list
}

func isRegistered(status proton.TemplateVersionStatus) bool {
	return status == proton.TemplateVersionStatusDraft || status == proton.TemplateVersionStatusPublished
}

// chooseVersion returns the version with the given numbers. The recommended ones stand in for those that are not given.
func chooseVersion(list []versionNumbers, template, major, minor string) (chosenMajor, chosenMinor string, err error) {
	if major == "" {
		major, _, _ = strings.Cut(recommendedVersion(list), ".")
	}
	if minor == "" {
		minor = recommendedMinor(list, major)
	}
	for _, v := range list {
		if v.major == major && v.minor == minor {
			return major, minor, nil
		}
	}
	return "", "", aws.NotFound("template version", strings.TrimRight(template+" "+major+"."+minor, " ."))
}

// ensureEnvironmentVersion adds a version of an environment template that does not exist.
func (s *Service) ensureEnvironmentVersion(template, major, minor string) {
	if _, ok := s.environmentVersions.Row(world.KeyOf(template, major, minor)).Actual(s.World.Now()); !ok {
		s.AddEnvironmentTemplateVersion(proton.EnvironmentTemplateVersion{TemplateName: template, MajorVersion: major, MinorVersion: minor})
	}
}

// ensureServiceVersion adds a version of a service template that does not exist.
func (s *Service) ensureServiceVersion(template, major, minor string) {
	if _, ok := s.serviceVersions.Row(world.KeyOf(template, major, minor)).Actual(s.World.Now()); !ok {
		s.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: template, MajorVersion: major, MinorVersion: minor})
	}
}

// ensureServiceTemplate adds a service template that has no version, with one.
func (s *Service) ensureServiceTemplate(template string) {
	if len(s.serviceNumbers(template)) == 0 {
		s.ensureServiceVersion(template, "1", "0")
	}
}
