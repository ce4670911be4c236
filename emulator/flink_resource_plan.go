package emulator

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) resourcePlanRoutes() []route {
	const deployments = flinkNamespace + "/deployments"
	return []route{
		{
			"GenerateResourcePlanWithFlinkConfAsync", "POST", deployments + "/{deploymentId}/resource-plan:asyncGenerate",
			operation(s.generatePlan),
		},
		{"GetGenerateResourcePlanResult", "GET", deployments + "/tickets/{ticketId}/resource-plan:asyncGenerate", operation(s.getPlan)},
	}
}

// examplePlan is a minimal resource plan.
const examplePlan = `{"ssgProfiles":[{"name":"default","cpu":1,"heap":"1 gb"}],"nodes":[],"edges":[]}`

func (s *flinkService) generatePlan(_ *received, in flink.GenerateResourcePlanWithFlinkConfAsyncRequest) (any, error) {
	if _, ok := s.deployments.row(keyOf(in.Workspace, in.Namespace, in.DeploymentID)).actual(s.emulator.now()); !ok {
		return nil, objectNotFound("deployment", in.DeploymentID)
	}
	c := s.emulator.begin("flink", "GenerateResourcePlanWithFlinkConfAsync")
	after := flink.AsyncResourcePlanOperationResult{TicketStatus: finalTicketStatus(c), Plan: examplePlan}
	if c.failed() {
		after = flink.AsyncResourcePlanOperationResult{
			TicketStatus: cmp.Or(flink.TicketStatus(c.State), flink.TicketStatusFailed),
			Message:      cmp.Or(c.Reason, "create resource plan failed"),
		}
	}
	stage := func(status flink.TicketStatus) flink.AsyncResourcePlanOperationResult {
		return flink.AsyncResourcePlanOperationResult{TicketStatus: status}
	}
	return startTicket(s.resourcePlans, in.Workspace, in.Namespace, c, stage, after), nil
}

func (s *flinkService) getPlan(_ *received, in flink.GetGenerateResourcePlanResultRequest) (any, error) {
	return ticketResult(s, s.resourcePlans, in.Workspace, in.Namespace, in.TicketID)
}
