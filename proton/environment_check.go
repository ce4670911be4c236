package proton

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkCreateEnvironmentRequest allows one way to provision: with a role of this account, with one of another
// account, or by pull requests to a repository.
func checkCreateEnvironmentRequest(p *validate.Problems, r *CreateEnvironmentRequest) {
	checkProvisioning(p, r.ProtonServiceRoleARN, r.EnvironmentAccountConnectionID, r.ProvisioningRepository)
	if r.CodeBuildRoleARN != "" && r.EnvironmentAccountConnectionID != "" {
		p.Add("codebuildRoleArn", "must be empty with environmentAccountConnectionId", r.CodeBuildRoleARN)
	}
}

func checkUpdateEnvironmentRequest(p *validate.Problems, r *UpdateEnvironmentRequest) {
	checkVersions(p, r.DeploymentType, r.TemplateMajorVersion, r.TemplateMinorVersion)
	checkProvisioning(p, r.ProtonServiceRoleARN, r.EnvironmentAccountConnectionID, r.ProvisioningRepository)
}

func checkProvisioning(p *validate.Problems, role, connection string, repository *RepositoryBranchInput) {
	if role != "" && connection != "" {
		p.Add("protonServiceRoleArn", "must be empty with environmentAccountConnectionId", role)
	}
	if repository != nil && (role != "" || connection != "") {
		p.Add("provisioningRepository", "must be left out with protonServiceRoleArn or environmentAccountConnectionId", repository.Name)
	}
}
