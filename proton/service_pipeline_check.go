package proton

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

func checkUpdateServicePipelineRequest(p *validate.Problems, r *UpdateServicePipelineRequest) {
	checkVersions(p, r.DeploymentType, r.TemplateMajorVersion, r.TemplateMinorVersion)
}
