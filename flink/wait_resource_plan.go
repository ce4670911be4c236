package flink

import (
	"cmp"
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginGenerateResourcePlanWithFlinkConfAsync starts to work out a resource plan for a deployment and
// returns a waiter for it. The wait ends well when the work is finished and the response holds the plan.
// It fails when the ticket is FAILED, or FINISHED without a plan; the error holds the service's message.
func (c *Client) BeginGenerateResourcePlanWithFlinkConfAsync(ctx context.Context, r GenerateResourcePlanWithFlinkConfAsyncRequest) (*cloud.Waiter[GetGenerateResourcePlanResultResponse], error) {
	if err := c.api.Prepare(&opGenerateResourcePlanWithFlinkConfAsync, &r); err != nil {
		return nil, err
	}
	out, err := c.GenerateResourcePlanWithFlinkConfAsync(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data == nil || out.Data.TicketID == "" {
		return nil, unnamed(&opGenerateResourcePlanWithFlinkConfAsync, out.RequestID, "ticket")
	}
	s := &ticketOf{out.Data.TicketID, r.Namespace, r.Workspace}
	return wait.Begin(c.api, &opGenerateResourcePlanWithFlinkConfAsync, s, c.resourcePlanWait), nil
}

// ResumeGenerateResourcePlanWithFlinkConfAsync returns the waiter whose token is given.
func (c *Client) ResumeGenerateResourcePlanWithFlinkConfAsync(token string) (*cloud.Waiter[GetGenerateResourcePlanResultResponse], error) {
	return wait.Resume(c.api, &opGenerateResourcePlanWithFlinkConfAsync, token, c.resourcePlanWait)
}

// UntilResourcePlanGenerated waits until a resource plan is worked out, whoever asked for it. It ends like
// the waiter of [Client.BeginGenerateResourcePlanWithFlinkConfAsync].
func (c *Client) UntilResourcePlanGenerated(r GetGenerateResourcePlanResultRequest) *cloud.Waiter[GetGenerateResourcePlanResultResponse] {
	s := ticketOf(r)
	return wait.Until(c.api, "UntilResourcePlanGenerated", c.resourcePlanWait(&s))
}

func (c *Client) resourcePlanWait(s *ticketOf) cloud.WaitSpec[GetGenerateResourcePlanResultResponse] {
	var course wait.Course
	w := ticketWait[GetGenerateResourcePlanResultResponse]()
	w.Judge = func(r *GetGenerateResourcePlanResultResponse) cloud.Verdict { return judgeResourcePlan(&course, r) }
	w.Read = func(ctx context.Context) (*GetGenerateResourcePlanResultResponse, error) {
		return c.GetGenerateResourcePlanResult(ctx, GetGenerateResourcePlanResultRequest(*s))
	}
	return w
}

func judgeResourcePlan(course *wait.Course, r *GetGenerateResourcePlanResultResponse) cloud.Verdict {
	if r.Data == nil {
		return cloud.Verdict{}
	}
	d := r.Data
	j := judgeTicket(course, d.TicketStatus, d.Plan != "", join("", d.Message))
	if j.Outcome == cloud.Failed && d.TicketStatus == TicketStatusFinished {
		j.Reason = cmp.Or(j.Reason, "the work is finished without a plan")
	}
	return j
}
