package flink

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

func checkCreateScheduledPlanRequest(p *validate.Problems, r *CreateScheduledPlanRequest) {
	requireInBody(p, "scheduledPlan", "deploymentId", r.ScheduledPlan.DeploymentID)
}
