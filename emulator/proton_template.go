package emulator

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

func (s *protonService) templateOperations() map[string]handler {
	return map[string]handler{
		"CreateEnvironmentTemplateVersion": operation(s.createEnvironmentVersion),
		"DeleteEnvironmentTemplateVersion": operation(s.deleteEnvironmentVersion),
		"GetEnvironmentTemplateVersion":    operation(s.getEnvironmentVersion),
		"ListEnvironmentTemplateVersions":  operation(s.listEnvironmentVersions),
		"CreateServiceTemplateVersion":     operation(s.createServiceVersion),
		"DeleteServiceTemplateVersion":     operation(s.deleteServiceVersion),
		"GetServiceTemplateVersion":        operation(s.getServiceVersion),
		"ListServiceTemplateVersions":      operation(s.listServiceVersions),
	}
}

func (s *protonService) versionARN(kind, template, major, minor string) string {
	return s.arn(kind + "/" + template + ":" + major + "." + minor)
}

// nextTemplateVersion numbers a new version: the next minor version of the given major version, or the first of
// the next major version if none is given. Numbers are never reused. The emulator has no templates, only
// versions, so the first version with a name creates its template.
func nextTemplateVersion(keys []string, template, major string) (string, string, error) {
	highestMajor, highestMinor := 0, -1
	for _, key := range keys {
		rest, ok := strings.CutPrefix(key, keyOf(template, ""))
		if !ok {
			continue
		}
		thisMajor, thisMinor, _ := strings.Cut(rest, keyOf("", ""))
		highestMajor = max(highestMajor, versionNumber(thisMajor))
		if thisMajor == major {
			highestMinor = max(highestMinor, versionNumber(thisMinor))
		}
	}
	switch {
	case major == "":
		return strconv.Itoa(highestMajor + 1), "0", nil
	case highestMinor < 0:
		return "", "", awsNotFound("major version", template+" "+major)
	}
	return major, strconv.Itoa(highestMinor + 1), nil
}

func versionNumber(version string) int {
	n, _ := strconv.Atoi(version)
	return n
}

func registrationResult(c change) (proton.TemplateVersionStatus, string) {
	status, message := proton.TemplateVersionStatusDraft, c.Reason
	if c.failed() {
		status, message = proton.TemplateVersionStatusRegistrationFailed, cmp.Or(c.Reason, "The bundle could not be read.")
	}
	return cmp.Or(proton.TemplateVersionStatus(c.State), status), message
}

// AddEnvironmentTemplateVersion adds or replaces a version of an environment template. Empty fields default to
// those of version 1.0, published a day ago.
func (e *Emulator) AddEnvironmentTemplateVersion(version proton.EnvironmentTemplateVersion) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, v := e.now(), deepCopy(version)
	v.TemplateName = cmp.Or(v.TemplateName, "template")
	v.MajorVersion = cmp.Or(v.MajorVersion, "1")
	v.MinorVersion = cmp.Or(v.MinorVersion, "0")
	v.ARN = cmp.Or(v.ARN, e.proton.versionARN("environment-template", v.TemplateName, v.MajorVersion, v.MinorVersion))
	v.Status = cmp.Or(v.Status, proton.TemplateVersionStatusPublished)
	v.CreatedAt = cmp.Or(v.CreatedAt, now.Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.CreatedAt)
	e.proton.environmentVersions.add(keyOf(v.TemplateName, v.MajorVersion, v.MinorVersion), now, v)
}

func (s *protonService) createEnvironmentVersion(r *received, in proton.CreateEnvironmentTemplateVersionRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, protonTokenLife, func() (any, error) {
		major, minor, err := nextTemplateVersion(s.environmentVersions.keys, in.TemplateName, in.MajorVersion)
		if err != nil {
			return nil, err
		}
		c := s.emulator.begin("proton", "CreateEnvironmentTemplateVersion")
		v := proton.EnvironmentTemplateVersion{
			TemplateName: in.TemplateName, MajorVersion: major, MinorVersion: minor, Description: optionalString(in.Description),
			ARN: s.versionARN("environment-template", in.TemplateName, major, minor), CreatedAt: c.start, LastModifiedAt: c.start,
			Status: proton.TemplateVersionStatusRegistrationInProgress,
		}
		after := v
		after.Status, after.StatusMessage = registrationResult(c)
		after.LastModifiedAt = c.end
		row := s.environmentVersions.create(keyOf(in.TemplateName, major, minor))
		schedule(row, c, c.start, v)
		finish(row, c, after)
		return &proton.CreateEnvironmentTemplateVersionResponse{EnvironmentTemplateVersion: v}, nil
	})
}

func (s *protonService) getEnvironmentVersion(_ *received, in proton.GetEnvironmentTemplateVersionRequest) (any, error) {
	v, ok := s.environmentVersions.row(keyOf(in.TemplateName, in.MajorVersion, in.MinorVersion)).visible(s.emulator.now())
	if !ok {
		return nil, awsNotFound("template version", in.TemplateName+" "+in.MajorVersion+"."+in.MinorVersion)
	}
	return &proton.GetEnvironmentTemplateVersionResponse{EnvironmentTemplateVersion: v}, nil
}

func (s *protonService) deleteEnvironmentVersion(_ *received, in proton.DeleteEnvironmentTemplateVersionRequest) (any, error) {
	row, c := s.environmentVersions.row(keyOf(in.TemplateName, in.MajorVersion, in.MinorVersion)), s.instantChange()
	v, ok := row.actual(c.start)
	if !ok {
		return &proton.DeleteEnvironmentTemplateVersionResponse{}, nil
	}
	remove(row, c)
	return &proton.DeleteEnvironmentTemplateVersionResponse{EnvironmentTemplateVersion: &v}, nil
}

func (s *protonService) listEnvironmentVersions(_ *received, in proton.ListEnvironmentTemplateVersionsRequest) (any, error) {
	list := []proton.EnvironmentTemplateVersionSummary{}
	for _, v := range s.environmentVersions.list(s.emulator.now()) {
		if v.TemplateName == in.TemplateName && matchesName(in.MajorVersion, v.MajorVersion) {
			list = append(list, proton.EnvironmentTemplateVersionSummary{
				TemplateName: v.TemplateName, MajorVersion: v.MajorVersion, MinorVersion: v.MinorVersion,
				RecommendedMinorVersion: v.RecommendedMinorVersion, Status: v.Status, StatusMessage: v.StatusMessage,
				Description: v.Description, ARN: v.ARN, CreatedAt: v.CreatedAt, LastModifiedAt: v.LastModifiedAt,
			})
		}
	}
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	page, next, err := protonPageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListEnvironmentTemplateVersionsResponse{TemplateVersions: page, NextToken: next}, err
}

// AddServiceTemplateVersion adds or replaces a version of a service template. Empty fields default to those of
// version 1.0, published a day ago.
func (e *Emulator) AddServiceTemplateVersion(version proton.ServiceTemplateVersion) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, v := e.now(), deepCopy(version)
	v.TemplateName = cmp.Or(v.TemplateName, "template")
	v.MajorVersion = cmp.Or(v.MajorVersion, "1")
	v.MinorVersion = cmp.Or(v.MinorVersion, "0")
	v.ARN = cmp.Or(v.ARN, e.proton.versionARN("service-template", v.TemplateName, v.MajorVersion, v.MinorVersion))
	v.Status = cmp.Or(v.Status, proton.TemplateVersionStatusPublished)
	v.CreatedAt = cmp.Or(v.CreatedAt, now.Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.CreatedAt)
	v.CompatibleEnvironmentTemplates = nonNil(v.CompatibleEnvironmentTemplates)
	e.proton.serviceVersions.add(keyOf(v.TemplateName, v.MajorVersion, v.MinorVersion), now, v)
}

func (s *protonService) createServiceVersion(r *received, in proton.CreateServiceTemplateVersionRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, protonTokenLife, func() (any, error) {
		major, minor, err := nextTemplateVersion(s.serviceVersions.keys, in.TemplateName, in.MajorVersion)
		if err != nil {
			return nil, err
		}
		c := s.emulator.begin("proton", "CreateServiceTemplateVersion")
		v := proton.ServiceTemplateVersion{
			TemplateName: in.TemplateName, MajorVersion: major,
			MinorVersion: minor, Description: optionalString(in.Description),
			ARN: s.versionARN("service-template", in.TemplateName, major, minor), CreatedAt: c.start,
			LastModifiedAt: c.start, Status: proton.TemplateVersionStatusRegistrationInProgress,
			CompatibleEnvironmentTemplates: compatibleTemplates(in.CompatibleEnvironmentTemplates),
			SupportedComponentSources:      in.SupportedComponentSources,
		}
		after := v
		after.Status, after.StatusMessage = registrationResult(c)
		after.LastModifiedAt = c.end
		row := s.serviceVersions.create(keyOf(in.TemplateName, major, minor))
		schedule(row, c, c.start, v)
		finish(row, c, after)
		return &proton.CreateServiceTemplateVersionResponse{ServiceTemplateVersion: v}, nil
	})
}

func (s *protonService) getServiceVersion(_ *received, in proton.GetServiceTemplateVersionRequest) (any, error) {
	v, ok := s.serviceVersions.row(keyOf(in.TemplateName, in.MajorVersion, in.MinorVersion)).visible(s.emulator.now())
	if !ok {
		return nil, awsNotFound("template version", in.TemplateName+" "+in.MajorVersion+"."+in.MinorVersion)
	}
	return &proton.GetServiceTemplateVersionResponse{ServiceTemplateVersion: v}, nil
}

func (s *protonService) deleteServiceVersion(_ *received, in proton.DeleteServiceTemplateVersionRequest) (any, error) {
	row, c := s.serviceVersions.row(keyOf(in.TemplateName, in.MajorVersion, in.MinorVersion)), s.instantChange()
	v, ok := row.actual(c.start)
	if !ok {
		return &proton.DeleteServiceTemplateVersionResponse{}, nil
	}
	remove(row, c)
	return &proton.DeleteServiceTemplateVersionResponse{ServiceTemplateVersion: &v}, nil
}

func (s *protonService) listServiceVersions(_ *received, in proton.ListServiceTemplateVersionsRequest) (any, error) {
	list := []proton.ServiceTemplateVersionSummary{}
	for _, v := range s.serviceVersions.list(s.emulator.now()) {
		if v.TemplateName == in.TemplateName && matchesName(in.MajorVersion, v.MajorVersion) {
			list = append(list, proton.ServiceTemplateVersionSummary{
				TemplateName: v.TemplateName, MajorVersion: v.MajorVersion, MinorVersion: v.MinorVersion,
				RecommendedMinorVersion: v.RecommendedMinorVersion, Status: v.Status, StatusMessage: v.StatusMessage,
				Description: v.Description, ARN: v.ARN, CreatedAt: v.CreatedAt, LastModifiedAt: v.LastModifiedAt,
			})
		}
	}
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	page, next, err := protonPageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListServiceTemplateVersionsResponse{TemplateVersions: page, NextToken: next}, err
}

func compatibleTemplates(in []proton.CompatibleEnvironmentTemplateInput) []proton.CompatibleEnvironmentTemplate {
	out := []proton.CompatibleEnvironmentTemplate{}
	for _, t := range in {
		out = append(out, proton.CompatibleEnvironmentTemplate(t))
	}
	return out
}
