package finspace

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// The rules that FinSpace states in prose, where no model has them.

// checkUpdateKxClusterCodeConfigurationRequest keeps from a running q process what only a restart
// can change.
func checkUpdateKxClusterCodeConfigurationRequest(p *validate.Problems, r *UpdateKxClusterCodeConfigurationRequest) {
	d := r.DeploymentConfiguration
	if d == nil || d.DeploymentStrategy != DeploymentNoRestart {
		return
	}
	if r.InitializationScript != "" {
		p.Add("initializationScript", "must be empty with deploymentStrategy NO_RESTART", r.InitializationScript)
	}
	if len(r.CommandLineArguments) > 0 {
		p.Add("commandLineArguments", "must be empty with deploymentStrategy NO_RESTART", len(r.CommandLineArguments))
	}
}

// checkChangeRequest asks for a source exactly where something is put.
func checkChangeRequest(p *validate.Problems, r *ChangeRequest) {
	switch {
	case r.ChangeType == ChangeTypePut && r.S3Path == "":
		p.Add("s3Path", "required with changeType PUT", nil)
	case r.ChangeType == ChangeTypeDelete && r.S3Path != "":
		p.Add("s3Path", "must be empty with changeType DELETE", r.S3Path)
	}
}
