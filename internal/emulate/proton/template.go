package proton

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) templateOperations() front.Handlers {
	return front.Handlers{
		"CreateEnvironmentTemplateVersion": front.Handle(s.createEnvironmentVersion),
		"DeleteEnvironmentTemplateVersion": front.Handle(s.deleteEnvironmentVersion),
		"GetEnvironmentTemplateVersion":    front.Handle(s.getEnvironmentVersion),
		"ListEnvironmentTemplateVersions":  front.Handle(s.listEnvironmentVersions),
		"CreateServiceTemplateVersion":     front.Handle(s.createServiceVersion),
		"DeleteServiceTemplateVersion":     front.Handle(s.deleteServiceVersion),
		"GetServiceTemplateVersion":        front.Handle(s.getServiceVersion),
		"ListServiceTemplateVersions":      front.Handle(s.listServiceVersions),
	}
}

func (s *Service) versionARN(kind, template, major, minor string) string {
	return s.ARN(kind + "/" + template + ":" + major + "." + minor)
}

// nextTemplateVersion numbers a new version: the next minor version of the given major version, or the first of
// the next major version if none is given. Numbers are never reused.
func nextTemplateVersion(keys []string, template, major string) (string, string, error) {
	highestMajor, highestMinor := 0, -1
	for _, key := range keys {
		rest, ok := strings.CutPrefix(key, world.KeyOf(template, ""))
		if !ok {
			continue
		}
		thisMajor, thisMinor, _ := strings.Cut(rest, world.KeyOf("", ""))
		highestMajor = max(highestMajor, versionNumber(thisMajor))
		if thisMajor == major {
			highestMinor = max(highestMinor, versionNumber(thisMinor))
		}
	}
	switch {
	case major == "":
		return strconv.Itoa(highestMajor + 1), "0", nil
	case highestMinor < 0:
		return "", "", aws.NotFound("major version", template+" "+major)
	}
	return major, strconv.Itoa(highestMinor + 1), nil
}

// versionNumbers are the numbers of one version of a template.
type versionNumbers struct {
	major, minor string
	published    bool
}

// recommendedVersion returns the latest of the published versions of a template, or "" if there is none.
func recommendedVersion(list []versionNumbers) string {
	major := ""
	for _, v := range list {
		if v.published && (major == "" || isHigher(v.major, major)) {
			major = v.major
		}
	}
	if major == "" {
		return ""
	}
	return major + "." + recommendedMinor(list, major)
}

// recommendedMinor returns the latest of the published minor versions of a major version, or "" if there is none.
func recommendedMinor(list []versionNumbers, major string) (minor string) {
	for _, v := range list {
		if v.published && v.major == major && (minor == "" || isHigher(v.minor, minor)) {
			minor = v.minor
		}
	}
	return minor
}

// checkVersionUpdate returns a refusal if a version cannot be updated, or not to the given status.
func checkVersionUpdate(arn string, status, next proton.TemplateVersionStatus) error {
	switch {
	case !isRegistered(status):
		return aws.Conflict("The version "+arn+" is "+string(status)+".", "")
	case next != "" && !isRegistered(next):
		return aws.Invalid("status must be DRAFT or PUBLISHED.")
	}
	return nil
}

// checkVersionDeletable returns a refusal if a version is the recommended one and there are others: its major version
// has other minor versions, or its template has other major versions.
func checkVersionDeletable(list []versionNumbers, major, minor string) error {
	number, others := major+"."+minor, false
	for _, v := range list {
		others = others || v.major == major && v.minor != minor
	}
	if others && recommendedMinor(list, major) == minor || len(list) > 1 && recommendedVersion(list) == number {
		return aws.Conflict("The version "+number+" is the recommended one, and there are others.", "")
	}
	return nil
}

func versionNumber(version string) int {
	n, _ := strconv.Atoi(version)
	return n
}

func registrationResult(c world.Change) (proton.TemplateVersionStatus, string) {
	status, message := proton.TemplateVersionStatusDraft, c.Reason
	if c.Failed() {
		status, message = proton.TemplateVersionStatusRegistrationFailed, cmp.Or(c.Reason, "The bundle could not be read.")
	}
	return cmp.Or(proton.TemplateVersionStatus(c.State), status), message
}

// AddEnvironmentTemplateVersion adds or replaces a version of an environment template, and returns its ARN.
func (s *Service) AddEnvironmentTemplateVersion(version proton.EnvironmentTemplateVersion) string {
	now, v := s.World.Now(), version
	v.TemplateName = cmp.Or(v.TemplateName, "template")
	v.MajorVersion = cmp.Or(v.MajorVersion, "1")
	v.MinorVersion = cmp.Or(v.MinorVersion, "0")
	v.ARN = cmp.Or(v.ARN, s.versionARN("environment-template", v.TemplateName, v.MajorVersion, v.MinorVersion))
	v.Status = cmp.Or(v.Status, proton.TemplateVersionStatusPublished)
	v.CreatedAt = cmp.Or(v.CreatedAt, now.Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.CreatedAt)
	if _, ok := s.environmentTemplates.Row(v.TemplateName).Actual(now); !ok {
		s.addEnvironmentTemplate(proton.EnvironmentTemplate{Name: v.TemplateName})
	}
	s.environmentVersions.Add(world.KeyOf(v.TemplateName, v.MajorVersion, v.MinorVersion), now, v)
	return v.ARN
}

func (s *Service) createEnvironmentVersion(r *front.Received, in proton.CreateEnvironmentTemplateVersionRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		if _, ok := s.environmentTemplates.Row(in.TemplateName).Actual(s.World.Now()); !ok {
			return nil, aws.NotFound("environment template", in.TemplateName)
		}
		major, minor, err := nextTemplateVersion(s.environmentVersions.Keys, in.TemplateName, in.MajorVersion)
		if err != nil {
			return nil, err
		}
		c := s.World.Begin("proton", "CreateEnvironmentTemplateVersion")
		v := proton.EnvironmentTemplateVersion{
			TemplateName: in.TemplateName, MajorVersion: major, MinorVersion: minor, Description: optionalString(in.Description),
			ARN: s.versionARN("environment-template", in.TemplateName, major, minor), CreatedAt: c.Start, LastModifiedAt: c.Start,
			Status: proton.TemplateVersionStatusRegistrationInProgress,
		}
		after := v
		after.Status, after.StatusMessage = registrationResult(c)
		after.LastModifiedAt = c.End
		s.setTags(v.ARN, in.Tags)
		row := s.environmentVersions.Create(world.KeyOf(in.TemplateName, major, minor))
		world.Schedule(row, c, c.Start, v)
		world.Finish(row, c, after)
		return &proton.CreateEnvironmentTemplateVersionResponse{EnvironmentTemplateVersion: s.shownEnvironmentVersion(v)}, nil
	})
}

func (s *Service) getEnvironmentVersion(_ *front.Received, in proton.GetEnvironmentTemplateVersionRequest) (any, error) {
	v, ok := s.environmentVersions.Row(world.KeyOf(in.TemplateName, in.MajorVersion, in.MinorVersion)).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("template version", in.TemplateName+" "+in.MajorVersion+"."+in.MinorVersion)
	}
	return &proton.GetEnvironmentTemplateVersionResponse{EnvironmentTemplateVersion: s.shownEnvironmentVersion(v)}, nil
}

func (s *Service) deleteEnvironmentVersion(_ *front.Received, in proton.DeleteEnvironmentTemplateVersionRequest) (any, error) {
	row, c := s.environmentVersions.Row(world.KeyOf(in.TemplateName, in.MajorVersion, in.MinorVersion)), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return &proton.DeleteEnvironmentTemplateVersionResponse{}, nil
	}
	if err := checkVersionDeletable(s.environmentNumbers(in.TemplateName), in.MajorVersion, in.MinorVersion); err != nil {
		return nil, err
	}
	v = s.shownEnvironmentVersion(v)
	world.Remove(row, c)
	return &proton.DeleteEnvironmentTemplateVersionResponse{EnvironmentTemplateVersion: &v}, nil
}

func (s *Service) listEnvironmentVersions(_ *front.Received, in proton.ListEnvironmentTemplateVersionsRequest) (any, error) {
	list := s.environmentVersions.ListIn(s.World.Now(), in.TemplateName)
	list = slices.DeleteFunc(list, func(v *proton.EnvironmentTemplateVersion) bool {
		return !world.MatchesName(in.MajorVersion, v.MajorVersion)
	})
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	page, next, err := pageOf(list, &scope, in.NextToken, in.MaxResults)
	numbers := s.environmentNumbers(in.TemplateName)
	items := world.ShownAs(page, func(v *proton.EnvironmentTemplateVersion) proton.EnvironmentTemplateVersionSummary {
		return proton.EnvironmentTemplateVersionSummary{
			TemplateName: v.TemplateName, MajorVersion: v.MajorVersion, MinorVersion: v.MinorVersion,
			RecommendedMinorVersion: recommendedMinor(numbers, v.MajorVersion), Status: v.Status, StatusMessage: v.StatusMessage,
			Description: v.Description, ARN: v.ARN, CreatedAt: v.CreatedAt, LastModifiedAt: v.LastModifiedAt,
		}
	})
	return &proton.ListEnvironmentTemplateVersionsResponse{TemplateVersions: items, NextToken: next}, err
}

// AddServiceTemplateVersion adds or replaces a version of a service template, and returns its ARN.
func (s *Service) AddServiceTemplateVersion(version proton.ServiceTemplateVersion) string {
	now, v := s.World.Now(), version
	v.TemplateName = cmp.Or(v.TemplateName, "template")
	v.MajorVersion = cmp.Or(v.MajorVersion, "1")
	v.MinorVersion = cmp.Or(v.MinorVersion, "0")
	v.ARN = cmp.Or(v.ARN, s.versionARN("service-template", v.TemplateName, v.MajorVersion, v.MinorVersion))
	v.Status = cmp.Or(v.Status, proton.TemplateVersionStatusPublished)
	v.CreatedAt = cmp.Or(v.CreatedAt, now.Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.CreatedAt)
	v.CompatibleEnvironmentTemplates = nonNil(v.CompatibleEnvironmentTemplates)
	if _, ok := s.serviceTemplates.Row(v.TemplateName).Actual(now); !ok {
		s.addServiceTemplate(proton.ServiceTemplate{Name: v.TemplateName})
	}
	s.serviceVersions.Add(world.KeyOf(v.TemplateName, v.MajorVersion, v.MinorVersion), now, v)
	return v.ARN
}

func (s *Service) createServiceVersion(r *front.Received, in proton.CreateServiceTemplateVersionRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		if _, ok := s.serviceTemplates.Row(in.TemplateName).Actual(s.World.Now()); !ok {
			return nil, aws.NotFound("service template", in.TemplateName)
		}
		major, minor, err := nextTemplateVersion(s.serviceVersions.Keys, in.TemplateName, in.MajorVersion)
		if err != nil {
			return nil, err
		}
		c := s.World.Begin("proton", "CreateServiceTemplateVersion")
		v := proton.ServiceTemplateVersion{
			TemplateName: in.TemplateName, MajorVersion: major,
			MinorVersion: minor, Description: optionalString(in.Description),
			ARN: s.versionARN("service-template", in.TemplateName, major, minor), CreatedAt: c.Start,
			LastModifiedAt: c.Start, Status: proton.TemplateVersionStatusRegistrationInProgress,
			CompatibleEnvironmentTemplates: compatibleTemplates(in.CompatibleEnvironmentTemplates),
			SupportedComponentSources:      in.SupportedComponentSources,
		}
		after := v
		after.Status, after.StatusMessage = registrationResult(c)
		after.LastModifiedAt = c.End
		s.setTags(v.ARN, in.Tags)
		row := s.serviceVersions.Create(world.KeyOf(in.TemplateName, major, minor))
		world.Schedule(row, c, c.Start, v)
		world.Finish(row, c, after)
		return &proton.CreateServiceTemplateVersionResponse{ServiceTemplateVersion: s.shownServiceVersion(v)}, nil
	})
}

func (s *Service) getServiceVersion(_ *front.Received, in proton.GetServiceTemplateVersionRequest) (any, error) {
	v, ok := s.serviceVersions.Row(world.KeyOf(in.TemplateName, in.MajorVersion, in.MinorVersion)).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("template version", in.TemplateName+" "+in.MajorVersion+"."+in.MinorVersion)
	}
	return &proton.GetServiceTemplateVersionResponse{ServiceTemplateVersion: s.shownServiceVersion(v)}, nil
}

func (s *Service) deleteServiceVersion(_ *front.Received, in proton.DeleteServiceTemplateVersionRequest) (any, error) {
	row, c := s.serviceVersions.Row(world.KeyOf(in.TemplateName, in.MajorVersion, in.MinorVersion)), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return &proton.DeleteServiceTemplateVersionResponse{}, nil
	}
	if err := checkVersionDeletable(s.serviceNumbers(in.TemplateName), in.MajorVersion, in.MinorVersion); err != nil {
		return nil, err
	}
	v = s.shownServiceVersion(v)
	world.Remove(row, c)
	return &proton.DeleteServiceTemplateVersionResponse{ServiceTemplateVersion: &v}, nil
}

func (s *Service) listServiceVersions(_ *front.Received, in proton.ListServiceTemplateVersionsRequest) (any, error) {
	list := slices.DeleteFunc(s.serviceVersions.ListIn(s.World.Now(), in.TemplateName), func(v *proton.ServiceTemplateVersion) bool {
		return !world.MatchesName(in.MajorVersion, v.MajorVersion)
	})
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	page, next, err := pageOf(list, &scope, in.NextToken, in.MaxResults)
	numbers := s.serviceNumbers(in.TemplateName)
	items := world.ShownAs(page, func(v *proton.ServiceTemplateVersion) proton.ServiceTemplateVersionSummary {
		return proton.ServiceTemplateVersionSummary{
			TemplateName: v.TemplateName, MajorVersion: v.MajorVersion, MinorVersion: v.MinorVersion,
			RecommendedMinorVersion: recommendedMinor(numbers, v.MajorVersion), Status: v.Status, StatusMessage: v.StatusMessage,
			Description: v.Description, ARN: v.ARN, CreatedAt: v.CreatedAt, LastModifiedAt: v.LastModifiedAt,
		}
	})
	return &proton.ListServiceTemplateVersionsResponse{TemplateVersions: items, NextToken: next}, err
}

func compatibleTemplates(in []proton.CompatibleEnvironmentTemplateInput) []proton.CompatibleEnvironmentTemplate {
	out := []proton.CompatibleEnvironmentTemplate{}
	for _, t := range in {
		out = append(out, world.CommonTo[proton.CompatibleEnvironmentTemplate](t))
	}
	return out
}
