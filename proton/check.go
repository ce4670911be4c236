package proton

import (
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// The rules that Proton states in prose, where no model has them. Those of components are in
// check_component.go, those of environments in check_environment.go.

func checkUpdateServiceInstanceRequest(p *validate.Problems, r *UpdateServiceInstanceRequest) {
	checkVersions(p, r.DeploymentType, r.TemplateMajorVersion, r.TemplateMinorVersion)
}

func checkUpdateServicePipelineRequest(p *validate.Problems, r *UpdateServicePipelineRequest) {
	checkVersions(p, r.DeploymentType, r.TemplateMajorVersion, r.TemplateMinorVersion)
}

// checkVersions refuses template versions where the present one is kept.
func checkVersions(p *validate.Problems, deployment DeploymentUpdateType, major, minor string) {
	if deployment != DeploymentUpdateTypeCurrentVersion {
		return
	}
	const rule = "must be empty with deploymentType CURRENT_VERSION"
	if major != "" {
		p.Add("templateMajorVersion", rule, major)
	}
	if minor != "" {
		p.Add("templateMinorVersion", rule, minor)
	}
}

// checkUpdateAccountSettingsRequest refuses to delete a repository and set one at once.
func checkUpdateAccountSettingsRequest(p *validate.Problems, r *UpdateAccountSettingsRequest) {
	remove := r.DeletePipelineProvisioningRepository
	if set := r.PipelineProvisioningRepository; set != nil && remove != nil && *remove {
		p.Add("pipelineProvisioningRepository", "must be left out with deletePipelineProvisioningRepository true", set.Name)
	}
}

// checkListRepositorySyncDefinitionsRequest knows the one kind of sync that has definitions.
func checkListRepositorySyncDefinitionsRequest(p *validate.Problems, r *ListRepositorySyncDefinitionsRequest) {
	if r.SyncType == SyncTypeServiceSync {
		p.Add("syncType", "must be TEMPLATE_SYNC", string(r.SyncType))
	}
}

// checkGetDeploymentRequest asks for the service that a service instance is named in.
func checkGetDeploymentRequest(p *validate.Problems, r *GetDeploymentRequest) {
	if r.ServiceInstanceName != "" && r.ServiceName == "" {
		p.Add("serviceName", "required with serviceInstanceName", nil)
	}
}

// checkListServiceInstancesFilter wants times that say which instant they mean.
func checkListServiceInstancesFilter(p *validate.Problems, r *ListServiceInstancesFilter) {
	switch r.Key {
	case ListServiceInstancesFilterByCreatedAtBefore, ListServiceInstancesFilterByCreatedAtAfter,
		ListServiceInstancesFilterByLastDeploymentAttemptedAtBefore, ListServiceInstancesFilterByLastDeploymentAttemptedAtAfter:
	default:
		return
	}
	if r.Value == nil {
		return
	}
	if _, err := time.Parse(time.RFC3339, *r.Value); err != nil || !strings.HasSuffix(*r.Value, "Z") {
		p.Add("value", "must be a time in UTC such as 2026-03-01T08:30:00Z with this key", *r.Value)
	}
}
