package proton

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkUpdateAccountSettingsRequest refuses to delete a repository and set one at the same time.
func checkUpdateAccountSettingsRequest(p *validate.Problems, r *UpdateAccountSettingsRequest) {
	remove := r.DeletePipelineProvisioningRepository
	if set := r.PipelineProvisioningRepository; set != nil && remove != nil && *remove {
		p.Add("pipelineProvisioningRepository", "must be left out with deletePipelineProvisioningRepository true", set.Name)
	}
}
