package flink

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginDeployDeploymentDraftAsync starts to make a deployment of a draft and returns a waiter for it. The
// wait ends well when the work is finished and has succeeded; the response then names the deployment. It
// fails when the ticket is FAILED, or FINISHED without success; the error holds the service's message and
// what is wrong with the draft's SQL.
func (c *Client) BeginDeployDeploymentDraftAsync(ctx context.Context, r DeployDeploymentDraftAsyncRequest) (*cloud.Waiter[GetDeployDeploymentDraftResultResponse], error) {
	if err := c.api.Prepare(&opDeployDeploymentDraftAsync, &r); err != nil {
		return nil, err
	}
	out, err := c.DeployDeploymentDraftAsync(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data == nil || out.Data.TicketID == "" {
		return nil, unnamed(&opDeployDeploymentDraftAsync, out.RequestID, "ticket")
	}
	s := &ticketOf{out.Data.TicketID, r.Namespace, r.Workspace}
	return wait.Begin(c.api, &opDeployDeploymentDraftAsync, s, c.draftDeployment), nil
}

// ResumeDeployDeploymentDraftAsync returns the waiter whose token is given.
func (c *Client) ResumeDeployDeploymentDraftAsync(token string) (*cloud.Waiter[GetDeployDeploymentDraftResultResponse], error) {
	return wait.Resume(c.api, &opDeployDeploymentDraftAsync, token, c.draftDeployment)
}

// UntilDraftDeployed waits until a draft is deployed, whoever asked for it. It ends like the waiter of
// [Client.BeginDeployDeploymentDraftAsync].
func (c *Client) UntilDraftDeployed(r GetDeployDeploymentDraftResultRequest) *cloud.Waiter[GetDeployDeploymentDraftResultResponse] {
	s := ticketOf(r)
	return wait.Until(c.api, "UntilDraftDeployed", c.draftDeployment(&s))
}

func (c *Client) draftDeployment(s *ticketOf) cloud.WaitSpec[GetDeployDeploymentDraftResultResponse] {
	var course wait.Course
	w := ticketWait[GetDeployDeploymentDraftResultResponse]()
	w.Judge = func(r *GetDeployDeploymentDraftResultResponse) cloud.Verdict {
		return judgeDraftDeployment(&course, r)
	}
	w.Read = func(ctx context.Context) (*GetDeployDeploymentDraftResultResponse, error) {
		return c.GetDeployDeploymentDraftResult(ctx, GetDeployDeploymentDraftResultRequest(*s))
	}
	return w
}

func judgeDraftDeployment(course *wait.Course, r *GetDeployDeploymentDraftResultResponse) cloud.Verdict {
	if r.Data == nil {
		return cloud.Verdict{}
	}
	d := r.Data
	reason := d.Message
	if v := d.ArtifactValidationDetail; v != nil && !d.Success {
		reason = join("; ", reason, join(": ", v.ValidationResult, v.ErrorDetails.reason()))
	}
	return judgeTicket(course, d.TicketStatus, d.Success, reason)
}

// BeginValidateDeploymentDraftAsync starts a check of a draft and returns a waiter for it. The wait ends
// well when the draft has passed. It fails when the ticket is FAILED, or FINISHED without success, which
// is a draft that did not pass; the error holds the service's message and all that is wrong.
func (c *Client) BeginValidateDeploymentDraftAsync(ctx context.Context, r ValidateDeploymentDraftAsyncRequest) (*cloud.Waiter[GetValidateDeploymentDraftResultResponse], error) {
	if err := c.api.Prepare(&opValidateDeploymentDraftAsync, &r); err != nil {
		return nil, err
	}
	out, err := c.ValidateDeploymentDraftAsync(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data == nil || out.Data.TicketID == "" {
		return nil, unnamed(&opValidateDeploymentDraftAsync, out.RequestID, "ticket")
	}
	s := &ticketOf{out.Data.TicketID, r.Namespace, r.Workspace}
	return wait.Begin(c.api, &opValidateDeploymentDraftAsync, s, c.draftValidation), nil
}

// ResumeValidateDeploymentDraftAsync returns the waiter whose token is given.
func (c *Client) ResumeValidateDeploymentDraftAsync(token string) (*cloud.Waiter[GetValidateDeploymentDraftResultResponse], error) {
	return wait.Resume(c.api, &opValidateDeploymentDraftAsync, token, c.draftValidation)
}

// UntilDraftValidated waits until a draft has passed its check, whoever asked for it. It ends like the
// waiter of [Client.BeginValidateDeploymentDraftAsync].
func (c *Client) UntilDraftValidated(r GetValidateDeploymentDraftResultRequest) *cloud.Waiter[GetValidateDeploymentDraftResultResponse] {
	s := ticketOf(r)
	return wait.Until(c.api, "UntilDraftValidated", c.draftValidation(&s))
}

func (c *Client) draftValidation(s *ticketOf) cloud.WaitSpec[GetValidateDeploymentDraftResultResponse] {
	var course wait.Course
	w := ticketWait[GetValidateDeploymentDraftResultResponse]()
	w.Judge = func(r *GetValidateDeploymentDraftResultResponse) cloud.Verdict {
		return judgeDraftValidation(&course, r)
	}
	w.Read = func(ctx context.Context) (*GetValidateDeploymentDraftResultResponse, error) {
		return c.GetValidateDeploymentDraftResult(ctx, GetValidateDeploymentDraftResultRequest(*s))
	}
	return w
}

func judgeDraftValidation(course *wait.Course, r *GetValidateDeploymentDraftResultResponse) cloud.Verdict {
	if r.Data == nil {
		return cloud.Verdict{}
	}
	d := r.Data
	reason := d.Message
	if !d.Success {
		reason = join("; ", reason, d.DraftValidationDetail.reason())
	}
	return judgeTicket(course, d.TicketStatus, d.Success, reason)
}

// reason says in one line all that is wrong with a draft.
func (d *DraftValidationDetail) reason() string {
	if d == nil {
		return ""
	}
	reasons := []string{join(": ", d.SQLValidationResult, d.SQLErrorDetail.reason())}
	for _, e := range d.DraftMetaInfoErrorDetails {
		reasons = append(reasons, join(": ", e.Reason, e.Message))
	}
	return join("; ", reasons...)
}

// reason says what is wrong with the SQL of a draft, and where.
func (d *ValidationErrorDetails) reason() string {
	if d == nil {
		return ""
	}
	if d.LineNumber == "" || d.ColumnNumber == "" {
		return d.Message
	}
	return join(": ", "line "+d.LineNumber+", column "+d.ColumnNumber, d.Message)
}
