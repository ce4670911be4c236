package proton

import (
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

func checkUpdateServiceInstanceRequest(p *validate.Problems, r *UpdateServiceInstanceRequest) {
	checkVersions(p, r.DeploymentType, r.TemplateMajorVersion, r.TemplateMinorVersion)
}

// checkListServiceInstancesFilter requires times in UTC for the keys that take a time.
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
