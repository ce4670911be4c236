package flink

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkGetPatrolReportDetailRequest requires a report or a day.
func checkGetPatrolReportDetailRequest(p *validate.Problems, r *GetPatrolReportDetailRequest) {
	if r.ReportID == "" && r.Date == "" {
		p.Add("reportId", "required if date is empty", nil)
	}
}

// checkTriggerPatrolRequest requires what the type of scope needs.
func checkTriggerPatrolRequest(p *validate.Problems, r *TriggerPatrolRequest) {
	c := r.ScopeConfig
	switch {
	case r.ScopeType == PatrolScopeTypeDeployments && (c == nil || len(c.DeploymentIDs) == 0):
		p.Add("scopeConfig.deploymentIds", "required with scopeType DEPLOYMENTS", nil)
	case r.ScopeType == PatrolScopeTypeTags && (c == nil || len(c.Tags) == 0):
		p.Add("scopeConfig.tags", "required with scopeType TAGS", nil)
	}
}
