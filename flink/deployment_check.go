package flink

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkGetDeploymentsByIPRequest requires at least one end of the connection.
func checkGetDeploymentsByIPRequest(p *validate.Problems, r *GetDeploymentsByIPRequest) {
	if r.SrcIP == "" && r.DstIP == "" {
		p.Add("srcIp", "required if dstIp is empty", nil)
	}
}

func checkCreateDeploymentRequest(p *validate.Problems, r *CreateDeploymentRequest) {
	requireInBody(p, "deployment", "name", r.Deployment.Name)
}
