package emulator

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) resourcePlanRoutes() []route {
	return []route{
		{"GenerateResourcePlanWithFlinkConfAsync", "POST", flinkNamespace + "/deployments/{deploymentId}/resource-plan:asyncGenerate", operation(s.generatePlan)},
		{"GetGenerateResourcePlanResult", "GET", flinkNamespace + "/deployments/tickets/{ticketId}/resource-plan:asyncGenerate", operation(s.getPlan)},
	}
}

// somePlan is a resource plan, as short as one can be.
const somePlan = `{"ssgProfiles":[{"name":"default","cpu":1,"heap":"1 gb"}],"nodes":[],"edges":[]}`

func (s *flinkService) generatePlan(_ *received, in flink.GenerateResourcePlanWithFlinkConfAsyncRequest) (any, error) {
	if _, ok := s.deployments.row(keyOf(in.Workspace, in.Namespace, in.DeploymentID)).truth(s.emulator.now()); !ok {
		return nil, noObject("deployment", in.DeploymentID)
	}
	c := s.emulator.begin("flink", "GenerateResourcePlanWithFlinkConfAsync")
	after := flink.AsyncResourcePlanOperationResult{TicketStatus: ticketEnd(c), Plan: somePlan}
	if c.failed() {
		after = flink.AsyncResourcePlanOperationResult{
			TicketStatus: cmp.Or(flink.TicketStatus(c.State), flink.TicketStatusFailed), Message: cmp.Or(c.Reason, "create resource plan failed"),
		}
	}
	return startTicket(s.resourcePlans, in.Workspace, in.Namespace, c, after, func(status flink.TicketStatus) flink.AsyncResourcePlanOperationResult {
		return flink.AsyncResourcePlanOperationResult{TicketStatus: status}
	}), nil
}

func (s *flinkService) getPlan(_ *received, in flink.GetGenerateResourcePlanResultRequest) (any, error) {
	return ticketResult(s, s.resourcePlans, in.Workspace, in.Namespace, in.TicketID)
}
