package flink

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkJobStartParameters requires the deployment unless a job ID is given: what that does to a start is not
// documented, and it may be enough.
func checkJobStartParameters(p *validate.Problems, r *JobStartParameters) {
	p.Present("deploymentId", r.DeploymentID != "" || r.JobID != "")
}

func checkStartJobParameters(p *validate.Problems, r *StartJobParameters) {
	p.Present("deploymentId", r.DeploymentID != "")
}

// checkDeploymentRestoreStrategy requires the savepoint to start from.
func checkDeploymentRestoreStrategy(p *validate.Problems, r *DeploymentRestoreStrategy) {
	if r.Kind == RestoreKindFromSavepoint && r.SavepointID == "" {
		p.Add("savepointId", "required with kind FROM_SAVEPOINT", nil)
	}
}
