package flink

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) resourcePlanOperations() front.Handlers {
	return front.Handlers{
		"GenerateResourcePlanWithFlinkConfAsync": front.Handle(s.generatePlan),
		"GetGenerateResourcePlanResult":          front.Handle(s.getPlan),
	}
}

// examplePlan is a minimal resource plan.
const examplePlan = `{"ssgProfiles":[{"name":"default","cpu":1,"heap":"1 gb"}],"nodes":[],"edges":[]}`

func (s *Service) generatePlan(_ *front.Received, in flink.GenerateResourcePlanWithFlinkConfAsyncRequest) (any, error) {
	if _, ok := s.deployments.Row(world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID)).Actual(s.world.Now()); !ok {
		return nil, objectNotFound("deployment", in.DeploymentID)
	}
	c := s.world.Begin("flink", "GenerateResourcePlanWithFlinkConfAsync")
	after := flink.AsyncResourcePlanOperationResult{TicketStatus: finalTicketStatus(c), Plan: examplePlan}
	if c.Failed() {
		after = flink.AsyncResourcePlanOperationResult{
			TicketStatus: cmp.Or(flink.TicketStatus(c.State), flink.TicketStatusFailed),
			Message:      cmp.Or(c.Reason, "create resource plan failed"),
		}
	}
	stage := func(status flink.TicketStatus) flink.AsyncResourcePlanOperationResult {
		return flink.AsyncResourcePlanOperationResult{TicketStatus: status}
	}
	return startTicket(s.world, s.resourcePlans, in.Workspace, in.Namespace, c, stage, after), nil
}

func (s *Service) getPlan(_ *front.Received, in flink.GetGenerateResourcePlanResultRequest) (any, error) {
	return ticketResult(s, s.resourcePlans, in.Workspace, in.Namespace, in.TicketID)
}
