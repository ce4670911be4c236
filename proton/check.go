package proton

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// The rules that Proton states in prose, where no model has them.

// checkUpdateServiceInstanceRequest refuses template versions where the present one is kept.
func checkUpdateServiceInstanceRequest(p *validate.Problems, r *UpdateServiceInstanceRequest) {
	if r.DeploymentType != DeploymentUpdateTypeCurrentVersion {
		return
	}
	if r.TemplateMajorVersion != "" {
		p.Add("templateMajorVersion", "must be empty with deploymentType CURRENT_VERSION", r.TemplateMajorVersion)
	}
	if r.TemplateMinorVersion != "" {
		p.Add("templateMinorVersion", "must be empty with deploymentType CURRENT_VERSION", r.TemplateMinorVersion)
	}
}
