package flink

import (
	"cmp"
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var generateResourcePlanWithFlinkConfAsync = change[
	GenerateResourcePlanWithFlinkConfAsyncRequest, GenerateResourcePlanWithFlinkConfAsyncResponse, ticketChange,
	GetGenerateResourcePlanResultResponse,
]{
	State: func(r *GenerateResourcePlanWithFlinkConfAsyncRequest) *ticketChange {
		return &ticketChange{Namespace: r.Namespace, Workspace: r.Workspace, Subject: r.DeploymentID}
	},
	Accepted: func(
		s *ticketChange, _ *GenerateResourcePlanWithFlinkConfAsyncRequest, out *GenerateResourcePlanWithFlinkConfAsyncResponse, _ time.Time,
	) error {
		s.TicketID = out.Data.TicketID
		return nil
	},
	Spec: (*Client).resourcePlan,
}

// UntilResourcePlanGenerated waits until a resource plan is worked out. It ends like the waiter of
// [Client.BeginGenerateResourcePlanWithFlinkConfAsync].
func (c *Client) UntilResourcePlanGenerated(r GetGenerateResourcePlanResultRequest) *cloud.Waiter[GetGenerateResourcePlanResultResponse] {
	return wait.Until(c.api, "UntilResourcePlanGenerated", c.resourcePlan(ticketOf(r.TicketID, r.Namespace, r.Workspace)))
}

func (c *Client) resourcePlan(s *ticketChange) cloud.WaitSpec[GetGenerateResourcePlanResultResponse] {
	r := GetGenerateResourcePlanResultRequest{TicketID: s.TicketID, Namespace: s.Namespace, Workspace: s.Workspace}
	return ticketSpec(func(ctx context.Context) (*GetGenerateResourcePlanResultResponse, error) {
		return c.GetGenerateResourcePlanResult(ctx, r)
	}, judgeResourcePlan)
}

func judgeResourcePlan(course *wait.Course, r *GetGenerateResourcePlanResultResponse) cloud.Verdict {
	d := r.Data
	v := judgeTicket(course, d.TicketStatus, d.Plan != "", join("", d.Message))
	if v.Outcome == cloud.Failed && d.TicketStatus == TicketStatusFinished {
		v.Reason = cmp.Or(v.Reason, "the work is finished without a plan")
	}
	return v
}
