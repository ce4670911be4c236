package proton

import "strings"

// A content is what a resource consists of, as far as deployments, requests and responses show it. It is empty where
// they do not.
type content struct {
	Description   string `json:"description,omitzero" sensitive:"true"`
	Spec          string `json:"spec,omitzero" sensitive:"true"`
	TemplateName  string `json:"templateName,omitzero"`
	MajorVersion  string `json:"majorVersion,omitzero"`
	MinorVersion  string `json:"minorVersion,omitzero"`
	ComponentFile string `json:"componentFile,omitzero" sensitive:"true"` // the code of a component; only deployments show it

	// What a component is attached to, and where it is.
	ServiceName     string `json:"serviceName,omitzero"`
	InstanceName    string `json:"instanceName,omitzero"`
	EnvironmentName string `json:"environmentName,omitzero"`

	// The settings of an environment; no deployment shows them.
	ServiceRole   string                `json:"serviceRole,omitzero"`
	Connection    string                `json:"connection,omitzero"`
	ComponentRole string                `json:"componentRole,omitzero"`
	CodeBuildRole string                `json:"codeBuildRole,omitzero"`
	Repository    RepositoryBranchInput `json:"repository,omitzero"`
}

// contradicts reports whether another content has another value for a member that both have.
func (c content) contradicts(shown content) bool {
	for _, pair := range [][2]string{
		{strings.TrimSpace(c.Spec), strings.TrimSpace(shown.Spec)},
		{c.TemplateName, shown.TemplateName}, {c.MajorVersion, shown.MajorVersion}, {c.MinorVersion, shown.MinorVersion},
		{c.ServiceName, shown.ServiceName}, {c.InstanceName, shown.InstanceName}, {c.EnvironmentName, shown.EnvironmentName},
	} {
		if pair[0] != "" && pair[1] != "" && pair[0] != pair[1] {
			return true
		}
	}
	return false
}

// deployed returns what a deployment leaves behind, or found; nil if it does not show that.
func deployed(s *DeploymentState) *content {
	switch {
	case s == nil:
		return nil
	case s.Environment != nil:
		e := s.Environment
		return templateContent(e.Spec, e.TemplateName, e.TemplateMajorVersion, e.TemplateMinorVersion)
	case s.ServiceInstance != nil:
		i := s.ServiceInstance
		return templateContent(i.Spec, i.TemplateName, i.TemplateMajorVersion, i.TemplateMinorVersion)
	case s.ServicePipeline != nil:
		p := s.ServicePipeline
		return templateContent(p.Spec, p.TemplateName, p.TemplateMajorVersion, p.TemplateMinorVersion)
	case s.Component != nil:
		m := s.Component
		return &content{Spec: m.ServiceSpec, ServiceName: m.ServiceName, InstanceName: m.ServiceInstanceName, ComponentFile: m.TemplateFile}
	}
	return nil
}

// templateContent is a spec with the version of the template that it is for.
func templateContent(spec, template, major, minor string) *content {
	return &content{Spec: spec, TemplateName: template, MajorVersion: major, MinorVersion: minor}
}

// An asked is what an update asks a deployment for. Empty members stay as they are, or become what the template
// recommends.
type asked struct {
	token                     string
	how                       DeploymentUpdateType
	spec, major, minor, file  string
	serviceName, instanceName *string // that a component is to be attached to
	description               *string
}

// A match says whether a deployment is what an update asks for.
type match int

const (
	unknown match = iota
	same
	different
)

// match compares a deployment with what an update asks for.
func (a asked) match(d *Deployment) match {
	before, after := deployed(d.InitialState), deployed(d.TargetState)
	if after == nil {
		return unknown
	}
	if before == nil {
		before = after // nothing shows what it has changed
	}
	switch {
	case !a.matchesVersion(before, after), !a.matchesComponent(before, after):
		return different
	case a.spec == "" && (a.serviceName != nil || after.Spec == before.Spec), strings.TrimSpace(a.spec) == strings.TrimSpace(after.Spec):
		return same
	case strings.Contains(a.spec, "Proton::CURRENT_VAL"):
		return unknown // the service fills in what is there
	}
	return different
}

// isShown reports whether a resource shows all that an update asks for. No resource shows the code of a component.
func (a asked) isShown(now *content) bool {
	return now != nil && a.file == "" && (a.spec == "" || strings.TrimSpace(a.spec) == strings.TrimSpace(now.Spec)) &&
		(a.major == "" || a.major == now.MajorVersion) && (a.minor == "" || a.minor == now.MinorVersion) &&
		(a.serviceName == nil || *a.serviceName == now.ServiceName) && (a.instanceName == nil || *a.instanceName == now.InstanceName) &&
		(a.description == nil || *a.description == now.Description)
}

func (a asked) matchesVersion(before, after *content) bool {
	if a.major != "" && a.major != after.MajorVersion || a.minor != "" && a.minor != after.MinorVersion {
		return false
	}
	switch a.how {
	case DeploymentUpdateTypeCurrentVersion:
		return after.MajorVersion == before.MajorVersion && after.MinorVersion == before.MinorVersion
	case DeploymentUpdateTypeMinorVersion:
		return after.MajorVersion == before.MajorVersion
	}
	return true
}

func (a asked) matchesComponent(before, after *content) bool {
	service, instance, file := before.ServiceName, before.InstanceName, before.ComponentFile
	if a.serviceName != nil || a.instanceName != nil {
		service, instance = value(a.serviceName), value(a.instanceName)
	}
	if a.file != "" {
		file = a.file
	}
	return service == after.ServiceName && instance == after.InstanceName && (file == after.ComponentFile || after.ComponentFile == "")
}
