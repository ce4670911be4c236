package proton

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkGetDeploymentRequest requires the service of a service instance.
func checkGetDeploymentRequest(p *validate.Problems, r *GetDeploymentRequest) {
	if r.ServiceInstanceName != "" && r.ServiceName == "" {
		p.Add("serviceName", "required with serviceInstanceName", nil)
	}
}
