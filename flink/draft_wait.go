package flink

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var deployDeploymentDraftAsync = change[
	DeployDeploymentDraftAsyncRequest, DeployDeploymentDraftAsyncResponse, ticketChange, GetDeployDeploymentDraftResultResponse,
]{
	State: func(r *DeployDeploymentDraftAsyncRequest) *ticketChange {
		return &ticketChange{Namespace: r.Namespace, Workspace: r.Workspace, Subject: r.DraftDeployParams.DeploymentDraftID}
	},
	Accepted: func(s *ticketChange, _ *DeployDeploymentDraftAsyncRequest, out *DeployDeploymentDraftAsyncResponse, _ time.Time) error {
		s.TicketID = out.Data.TicketID
		return nil
	},
	Spec: (*Client).draftDeployment,
}

var validateDeploymentDraftAsync = change[
	ValidateDeploymentDraftAsyncRequest, ValidateDeploymentDraftAsyncResponse, ticketChange, GetValidateDeploymentDraftResultResponse,
]{
	State: func(r *ValidateDeploymentDraftAsyncRequest) *ticketChange {
		return &ticketChange{Namespace: r.Namespace, Workspace: r.Workspace, Subject: r.DraftValidateParams.DeploymentDraftID}
	},
	Accepted: func(s *ticketChange, _ *ValidateDeploymentDraftAsyncRequest, out *ValidateDeploymentDraftAsyncResponse, _ time.Time) error {
		s.TicketID = out.Data.TicketID
		return nil
	},
	Spec: (*Client).draftValidation,
}

// UntilDraftDeployed waits until a draft is deployed. It ends like the waiter of
// [Client.BeginDeployDeploymentDraftAsync].
func (c *Client) UntilDraftDeployed(r GetDeployDeploymentDraftResultRequest) *cloud.Waiter[GetDeployDeploymentDraftResultResponse] {
	return wait.Until(c.api, "UntilDraftDeployed", c.draftDeployment(ticketOf(r.TicketID, r.Namespace, r.Workspace)))
}

// UntilDraftValidated waits until a draft has passed its check. It ends like the waiter of
// [Client.BeginValidateDeploymentDraftAsync].
func (c *Client) UntilDraftValidated(r GetValidateDeploymentDraftResultRequest) *cloud.Waiter[GetValidateDeploymentDraftResultResponse] {
	return wait.Until(c.api, "UntilDraftValidated", c.draftValidation(ticketOf(r.TicketID, r.Namespace, r.Workspace)))
}

func (c *Client) draftDeployment(s *ticketChange) cloud.WaitSpec[GetDeployDeploymentDraftResultResponse] {
	r := GetDeployDeploymentDraftResultRequest{TicketID: s.TicketID, Namespace: s.Namespace, Workspace: s.Workspace}
	return ticketSpec(func(ctx context.Context) (*GetDeployDeploymentDraftResultResponse, error) {
		return c.GetDeployDeploymentDraftResult(ctx, r)
	}, judgeDraftDeployment)
}

func judgeDraftDeployment(course *wait.Course, r *GetDeployDeploymentDraftResultResponse) cloud.Verdict {
	d := r.Data
	reason := d.Message
	if v := d.ArtifactValidationDetail; v != nil && !d.Success {
		reason = join("; ", reason, join(": ", v.ValidationResult, v.ErrorDetails.reason()))
	}
	return judgeTicket(course, d.TicketStatus, d.Success, reason)
}

func (c *Client) draftValidation(s *ticketChange) cloud.WaitSpec[GetValidateDeploymentDraftResultResponse] {
	r := GetValidateDeploymentDraftResultRequest{TicketID: s.TicketID, Namespace: s.Namespace, Workspace: s.Workspace}
	return ticketSpec(func(ctx context.Context) (*GetValidateDeploymentDraftResultResponse, error) {
		return c.GetValidateDeploymentDraftResult(ctx, r)
	}, judgeDraftValidation)
}

func judgeDraftValidation(course *wait.Course, r *GetValidateDeploymentDraftResultResponse) cloud.Verdict {
	d := r.Data
	reason := d.Message
	if !d.Success {
		reason = join("; ", reason, d.DraftValidationDetail.reason())
	}
	return judgeTicket(course, d.TicketStatus, d.Success, reason)
}

// reason returns all that is wrong with a draft as one line.
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

// reason returns what is wrong with the SQL of a draft, and where.
func (d *ValidationErrorDetails) reason() string {
	if d == nil {
		return ""
	}
	if d.LineNumber == "" || d.ColumnNumber == "" {
		return d.Message
	}
	return join(": ", "line "+d.LineNumber+", column "+d.ColumnNumber, d.Message)
}
