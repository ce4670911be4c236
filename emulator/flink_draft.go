package emulator

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) draftRoutes() []route {
	const drafts = flinkNamespace + "/deployment-drafts"
	return []route{
		{"DeployDeploymentDraftAsync", "POST", drafts + "/async-deploy", operation(s.deployDraft)},
		{"GetDeployDeploymentDraftResult", "GET", drafts + "/tickets/{ticketId}/async-deploy", operation(s.getDraftDeployment)},
		{"ValidateDeploymentDraftAsync", "POST", drafts + "/async-validate", operation(s.validateDraft)},
		{"GetValidateDeploymentDraftResult", "GET", drafts + "/tickets/{ticketId}/async-validate", operation(s.getDraftValidation)},
		{"GetDeploymentDraft", "GET", drafts + "/{deploymentDraftId}", operation(s.getDraft)},
		{"ListDeploymentDrafts", "GET", drafts, operation(s.listDrafts)},
	}
}

// AddFlinkDraft adds a draft to a namespace of a workspace, or replaces it, and returns its ID. Empty fields
// default to those of a streaming SQL draft that was saved a day ago and never deployed.
func (e *Emulator) AddFlinkDraft(workspace, namespace string, draft flink.DeploymentDraft) (deploymentDraftID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, d := e.now(), deepCopy(draft)
	d.Workspace, d.Namespace = workspace, namespace
	d.DeploymentDraftID = cmp.Or(d.DeploymentDraftID, newUUID())
	d.Name = cmp.Or(d.Name, "draft")
	d.EngineVersion = cmp.Or(d.EngineVersion, defaultEngine)
	d.ExecutionMode = cmp.Or(d.ExecutionMode, flink.ExecutionModeStreaming)
	d.Artifact = cmp.Or(d.Artifact, &flink.Artifact{Kind: flink.ArtifactKindSQLScript})
	d.CreatedAt = cmp.Or(d.CreatedAt, cloud.Seconds(now.Add(-24*time.Hour)))
	d.ModifiedAt = cmp.Or(d.ModifiedAt, d.CreatedAt)
	e.flink.drafts.add(keyOf(workspace, namespace, d.DeploymentDraftID), now, d)
	return d.DeploymentDraftID
}

// deployDraft creates a deployment from a draft, or changes the one that was created from it before.
func (s *flinkService) deployDraft(_ *received, in flink.DeployDeploymentDraftAsyncRequest) (any, error) {
	p := in.DraftDeployParams
	row := s.drafts.row(keyOf(in.Workspace, in.Namespace, p.DeploymentDraftID))
	draft, ok := row.actual(s.emulator.now())
	if !ok {
		return nil, objectNotFound("deployment draft", p.DeploymentDraftID)
	}
	c := s.emulator.begin("flink", "DeployDeploymentDraftAsync")
	after := flink.AsyncDraftDeployResult{TicketStatus: finalTicketStatus(c)}
	if c.failed() {
		after.Message = cmp.Or(c.Reason, "Validation error: SQL validate failed")
	} else {
		after.Success = true
		draft.ReferencedDeploymentID = cmp.Or(draft.ReferencedDeploymentID, newUUID())
		after.DeploymentID = draft.ReferencedDeploymentID
		schedule(row, c, c.end, draft)
		s.saveDraft(c, draft, p.DeploymentTarget)
	}
	stage := func(status flink.TicketStatus) flink.AsyncDraftDeployResult {
		return flink.AsyncDraftDeployResult{TicketStatus: status}
	}
	return startTicket(s.draftDeployments, in.Workspace, in.Namespace, c, stage, after), nil
}

// saveDraft writes a draft to its deployment at the end of the change.
func (s *flinkService) saveDraft(c change, draft flink.DeploymentDraft, target *flink.BriefDeploymentTarget) {
	row := s.deployments.create(keyOf(draft.Workspace, draft.Namespace, draft.ReferencedDeploymentID))
	d, ok := row.actual(c.start)
	if !ok {
		d = flink.Deployment{
			DeploymentID: draft.ReferencedDeploymentID, Workspace: draft.Workspace, Namespace: draft.Namespace,
			CreatedAt: unixSeconds(c.end),
		}
	}
	d.Name, d.Artifact, d.Labels, d.LocalVariables = draft.Name, draft.Artifact, draft.Labels, draft.LocalVariables
	d.EngineVersion, d.ExecutionMode = draft.EngineVersion, draft.ExecutionMode
	d.DeploymentTarget = cmp.Or(target, d.DeploymentTarget)
	d.ReferencedDeploymentDraftID = draft.DeploymentDraftID
	d.ModifiedAt, d.DeploymentHasChanged = unixSeconds(c.end), ok
	schedule(row, c, c.end, d)
}

func (s *flinkService) getDraftDeployment(_ *received, in flink.GetDeployDeploymentDraftResultRequest) (any, error) {
	return ticketResult(s, s.draftDeployments, in.Workspace, in.Namespace, in.TicketID)
}

func (s *flinkService) validateDraft(_ *received, in flink.ValidateDeploymentDraftAsyncRequest) (any, error) {
	id := in.DraftValidateParams.DeploymentDraftID
	if _, ok := s.drafts.row(keyOf(in.Workspace, in.Namespace, id)).actual(s.emulator.now()); !ok {
		return nil, objectNotFound("deployment draft", id)
	}
	c := s.emulator.begin("flink", "ValidateDeploymentDraftAsync")
	after := flink.AsyncDraftValidateResult{TicketStatus: finalTicketStatus(c), Success: !c.failed()}
	if c.failed() {
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
	return startTicket(s.draftValidations, in.Workspace, in.Namespace, c, stage, after), nil
}

func (s *flinkService) getDraftValidation(_ *received, in flink.GetValidateDeploymentDraftResultRequest) (any, error) {
	return ticketResult(s, s.draftValidations, in.Workspace, in.Namespace, in.TicketID)
}

func (s *flinkService) getDraft(_ *received, in flink.GetDeploymentDraftRequest) (any, error) {
	draft, ok := s.drafts.row(keyOf(in.Workspace, in.Namespace, in.DeploymentDraftID)).visible(s.emulator.now())
	if !ok {
		return nil, objectNotFound("deployment draft", in.DeploymentDraftID)
	}
	return &draft, nil
}

func (s *flinkService) listDrafts(_ *received, in flink.ListDeploymentDraftsRequest) (any, error) {
	var list []flink.DeploymentDraft
	for _, d := range s.drafts.list(s.emulator.now()) {
		if d.Workspace == in.Workspace && d.Namespace == in.Namespace {
			list = append(list, d)
		}
	}
	return flinkPageOf(list, in.PageIndex, in.PageSize), nil
}
