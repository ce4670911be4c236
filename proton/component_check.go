package proton

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkCreateComponentRequest requires a service instance or an environment for the component.
func checkCreateComponentRequest(p *validate.Problems, r *CreateComponentRequest) {
	checkInstance(p, r.ServiceName, r.ServiceInstanceName)
	if r.ServiceName != "" || r.ServiceInstanceName != "" {
		return
	}
	if r.EnvironmentName == "" {
		p.Add("environmentName", "required without serviceName and serviceInstanceName", nil)
	}
	if r.ServiceSpec != "" {
		p.Add("serviceSpec", "must be empty without serviceName and serviceInstanceName", redacted(r.ServiceSpec))
	}
}

// checkUpdateComponentRequest allows an update without a deployment to change only the description. Otherwise an
// instance needs both its names; two empty ones detach the component from it.
func checkUpdateComponentRequest(p *validate.Problems, r *UpdateComponentRequest) {
	if r.DeploymentType == ComponentDeploymentUpdateTypeNone {
		checkDescriptionOnly(p, r)
		return
	}
	service, instance := value(r.ServiceName), value(r.ServiceInstanceName)
	checkInstance(p, service, instance)
	named := r.ServiceName != nil || r.ServiceInstanceName != nil
	if detach := named && service == "" && instance == ""; detach && r.ServiceSpec != "" {
		p.Add("serviceSpec", "must be empty when the component is detached", redacted(r.ServiceSpec))
	}
}

// checkInstance requires both parts of a service instance's name, or neither.
func checkInstance(p *validate.Problems, service, instance string) {
	switch {
	case service == "" && instance != "":
		p.Add("serviceName", "required with serviceInstanceName", nil)
	case service != "" && instance == "":
		p.Add("serviceInstanceName", "required with serviceName", nil)
	}
}

// checkDescriptionOnly is for an update that deploys nothing.
func checkDescriptionOnly(p *validate.Problems, r *UpdateComponentRequest) {
	const rule = "must be left out with deploymentType NONE"
	if r.ServiceName != nil {
		p.Add("serviceName", rule, *r.ServiceName)
	}
	if r.ServiceInstanceName != nil {
		p.Add("serviceInstanceName", rule, *r.ServiceInstanceName)
	}
	if r.ServiceSpec != "" {
		p.Add("serviceSpec", rule, redacted(r.ServiceSpec))
	}
	if r.TemplateFile != "" {
		p.Add("templateFile", rule, redacted(r.TemplateFile))
	}
}

// value is the empty string for nil.
func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
