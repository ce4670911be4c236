package flink

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

func checkCreateDeploymentDraftRequest(p *validate.Problems, r *CreateDeploymentDraftRequest) {
	requireInBody(p, "deploymentDraft", "name", r.DeploymentDraft.Name)
}

func checkDraftDeployParams(p *validate.Problems, r *DraftDeployParams) {
	p.Present("deploymentDraftId", r.DeploymentDraftID != "")
}

func checkDraftValidateParams(p *validate.Problems, r *DraftValidateParams) {
	p.Present("deploymentDraftId", r.DeploymentDraftID != "")
}
