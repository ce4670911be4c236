package flink

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) draftOperations() front.Handlers {
	return front.Handlers{
		"DeployDeploymentDraftAsync":       front.Handle(s.deployDraft),
		"GetDeployDeploymentDraftResult":   front.Handle(s.getDraftDeployment),
		"ValidateDeploymentDraftAsync":     front.Handle(s.validateDraft),
		"GetValidateDeploymentDraftResult": front.Handle(s.getDraftValidation),
		"GetDeploymentDraft":               front.Handle(s.getDraft),
		"ListDeploymentDrafts":             front.Handle(s.listDrafts),
	}
}

// AddDeploymentDraft adds a draft to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddDeploymentDraft(workspace, namespace string, draft flink.DeploymentDraft) (deploymentDraftID string) {
	s.world.Lock()
	defer s.world.Unlock()
	now, d := s.world.Now(), world.DeepCopy(draft)
	d.Workspace, d.Namespace = workspace, namespace
	d.DeploymentDraftID = cmp.Or(d.DeploymentDraftID, s.world.NewUUID())
	d.Name = cmp.Or(d.Name, "draft")
	d.EngineVersion = cmp.Or(d.EngineVersion, defaultEngine)
	d.ExecutionMode = cmp.Or(d.ExecutionMode, flink.ExecutionModeStreaming)
	d.Artifact = cmp.Or(d.Artifact, &flink.Artifact{Kind: flink.ArtifactKindSQLScript})
	d.CreatedAt = cmp.Or(d.CreatedAt, cloud.Seconds(now.Add(-24*time.Hour)))
	d.ModifiedAt = cmp.Or(d.ModifiedAt, d.CreatedAt)
	s.drafts.Add(world.KeyOf(workspace, namespace, d.DeploymentDraftID), now, d)
	return d.DeploymentDraftID
}

// deployDraft creates a deployment from a draft, or changes the one that was created from it before.
func (s *Service) deployDraft(_ *front.Received, in flink.DeployDeploymentDraftAsyncRequest) (any, error) {
	p := in.DraftDeployParams
	row := s.drafts.Row(world.KeyOf(in.Workspace, in.Namespace, p.DeploymentDraftID))
	draft, ok := row.Actual(s.world.Now())
	if !ok {
		return nil, objectNotFound("deployment draft", p.DeploymentDraftID)
	}
	c := s.world.Begin("flink", "DeployDeploymentDraftAsync")
	after := flink.AsyncDraftDeployResult{TicketStatus: finalTicketStatus(c)}
	if c.Failed() {
		after.Message = cmp.Or(c.Reason, "Validation error: SQL validate failed")
	} else {
		after.Success = true
		draft.ReferencedDeploymentID = cmp.Or(draft.ReferencedDeploymentID, s.world.NewUUID())
		after.DeploymentID = draft.ReferencedDeploymentID
		world.Schedule(row, c, c.End, draft)
		s.saveDraft(c, draft, p.DeploymentTarget)
	}
	stage := func(status flink.TicketStatus) flink.AsyncDraftDeployResult {
		return flink.AsyncDraftDeployResult{TicketStatus: status}
	}
	return startTicket(s.world, s.draftDeployments, in.Workspace, in.Namespace, c, stage, after), nil
}

// saveDraft writes a draft to its deployment at the end of the change.
func (s *Service) saveDraft(c world.Change, draft flink.DeploymentDraft, target *flink.BriefDeploymentTarget) {
	row := s.deployments.Create(world.KeyOf(draft.Workspace, draft.Namespace, draft.ReferencedDeploymentID))
	d, ok := row.Actual(c.Start)
	if !ok {
		d = flink.Deployment{
			DeploymentID: draft.ReferencedDeploymentID, Workspace: draft.Workspace, Namespace: draft.Namespace,
			CreatedAt: unixSeconds(c.End),
		}
	}
	d.Name, d.Artifact, d.Labels, d.LocalVariables = draft.Name, draft.Artifact, draft.Labels, draft.LocalVariables
	d.EngineVersion, d.ExecutionMode = draft.EngineVersion, draft.ExecutionMode
	d.DeploymentTarget = cmp.Or(target, d.DeploymentTarget)
	d.ReferencedDeploymentDraftID = draft.DeploymentDraftID
	d.ModifiedAt, d.DeploymentHasChanged = unixSeconds(c.End), ok
	world.Schedule(row, c, c.End, d)
}

func (s *Service) getDraftDeployment(_ *front.Received, in flink.GetDeployDeploymentDraftResultRequest) (any, error) {
	return ticketResult(s, s.draftDeployments, in.Workspace, in.Namespace, in.TicketID)
}

func (s *Service) validateDraft(_ *front.Received, in flink.ValidateDeploymentDraftAsyncRequest) (any, error) {
	id := in.DraftValidateParams.DeploymentDraftID
	if _, ok := s.drafts.Row(world.KeyOf(in.Workspace, in.Namespace, id)).Actual(s.world.Now()); !ok {
		return nil, objectNotFound("deployment draft", id)
	}
	c := s.world.Begin("flink", "ValidateDeploymentDraftAsync")
	after := flink.AsyncDraftValidateResult{TicketStatus: finalTicketStatus(c), Success: !c.Failed()}
	if c.Failed() {
		after.DraftValidationDetail = &flink.DraftValidationDetail{
			SQLValidationResult: string(flink.ValidationResultInvalidQuery),
			SQLErrorDetail: &flink.ValidationErrorDetails{
				LineNumber: "1", ColumnNumber: "8", EndLineNumber: "1", EndColumnNumber: "12", Message: cmp.Or(c.Reason, "no such column"),
			},
		}
	}
	stage := func(status flink.TicketStatus) flink.AsyncDraftValidateResult {
		return flink.AsyncDraftValidateResult{TicketStatus: status}
	}
	return startTicket(s.world, s.draftValidations, in.Workspace, in.Namespace, c, stage, after), nil
}

func (s *Service) getDraftValidation(_ *front.Received, in flink.GetValidateDeploymentDraftResultRequest) (any, error) {
	return ticketResult(s, s.draftValidations, in.Workspace, in.Namespace, in.TicketID)
}

func (s *Service) getDraft(_ *front.Received, in flink.GetDeploymentDraftRequest) (any, error) {
	draft, ok := s.drafts.Row(world.KeyOf(in.Workspace, in.Namespace, in.DeploymentDraftID)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("deployment draft", in.DeploymentDraftID)
	}
	return &draft, nil
}

func (s *Service) listDrafts(_ *front.Received, in flink.ListDeploymentDraftsRequest) (any, error) {
	var list []flink.DeploymentDraft
	for _, d := range s.drafts.List(s.world.Now()) {
		if d.Workspace == in.Workspace && d.Namespace == in.Namespace {
			list = append(list, d)
		}
	}
	return pageOf(list, in.PageIndex, in.PageSize), nil
}
