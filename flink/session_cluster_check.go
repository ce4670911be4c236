package flink

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

func checkCreateSessionClusterRequest(p *validate.Problems, r *CreateSessionClusterRequest) {
	c, logging := r.SessionCluster, ""
	if c.Logging != nil {
		logging = "given"
	}
	requireInBody(p, "sessionCluster", "name", c.Name, "namespace", c.Namespace, "workspace", c.Workspace, "logging", logging)
}
