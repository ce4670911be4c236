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
		"CreateDeploymentDraft":            front.Handle(s.createDraft),
		"UpdateDeploymentDraft":            front.Handle(s.updateDraft),
		"DeleteDeploymentDraft":            front.Handle(s.deleteDraft),
		"GetDeploymentDraftLock":           front.Handle(s.lockDraft),
	}
}

// AddDeploymentDraft adds a draft to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddDeploymentDraft(workspace, namespace string, draft flink.DeploymentDraft) (deploymentDraftID string) {
	s.know(workspace, namespace)
	now, d := s.world.Now(), draft
	d.Workspace, d.Namespace = workspace, namespace
	d.DeploymentDraftID = cmp.Or(d.DeploymentDraftID, s.world.NewUUID())
	d.Name = cmp.Or(d.Name, "draft")
	completeDraft(&d)
	d.CreatedAt = cmp.Or(d.CreatedAt, cloud.Seconds(now.Add(-24*time.Hour)))
	d.ModifiedAt = cmp.Or(d.ModifiedAt, d.CreatedAt)
	s.drafts.Add(world.KeyOf(workspace, namespace, d.DeploymentDraftID), now, d)
	return d.DeploymentDraftID
}

// completeDraft sets what a draft has even if nobody sets it.
func completeDraft(d *flink.DeploymentDraft) {
	d.EngineVersion = cmp.Or(d.EngineVersion, defaultEngine)
	d.ExecutionMode = cmp.Or(d.ExecutionMode, flink.ExecutionModeStreaming)
	d.Artifact = cmp.Or(d.Artifact, &flink.Artifact{Kind: flink.ArtifactKindSQLScript})
	d.ParentID = cmp.Or(d.ParentID, rootFolder)
}

func (s *Service) createDraft(_ *front.Received, in flink.CreateDeploymentDraftRequest) (any, error) {
	d := in.DeploymentDraft
	completeDraft(&d)
	if err := s.checkFolder(in.Workspace, in.Namespace, d.ParentID); err != nil {
		return nil, err
	}
	d.Workspace, d.Namespace, d.DeploymentDraftID = in.Workspace, in.Namespace, s.world.NewUUID()
	d.Creator, d.Modifier = world.Account, world.Account
	d.CreatedAt = cloud.Seconds(s.world.Now())
	d.ModifiedAt, d.Lock, d.ReferencedDeploymentID = d.CreatedAt, nil, ""
	save(s, s.drafts, draftKey(d), d)
	return &d, nil
}

func draftKey(d flink.DeploymentDraft) string {
	return world.KeyOf(d.Workspace, d.Namespace, d.DeploymentDraftID)
}

// fixedDraftMembers are the members that an update of a draft does not change.
var fixedDraftMembers = []string{
	"deploymentDraftId", "workspace", "namespace", "creator", "creatorName", "createdAt", "modifiedAt", "lock",
	"referencedDeploymentId",
}

func (s *Service) updateDraft(r *front.Received, in flink.UpdateDeploymentDraftRequest) (any, error) {
	before, err := s.draftToChange(in.Workspace, in.Namespace, in.DeploymentDraftID)
	if err != nil {
		return nil, err
	}
	after, err := replaceMembers(before, r.Body, fixedDraftMembers)
	if err == nil {
		err = s.checkFolder(in.Workspace, in.Namespace, after.ParentID)
	}
	if err != nil {
		return nil, err
	}
	after.ModifiedAt, after.Modifier = cloud.Seconds(s.world.Now()), world.Account
	save(s, s.drafts, draftKey(after), after)
	return &after, nil
}

// draftToChange returns a draft that no other user has locked.
func (s *Service) draftToChange(workspace, namespace, id string) (flink.DeploymentDraft, error) {
	d, err := actual(s, s.drafts, world.KeyOf(workspace, namespace, id), "deployment draft", id)
	if err == nil && d.Lock != nil && d.Lock.HolderID != world.Account {
		err = stateConflict("deployment draft", id, "is locked by user "+d.Lock.HolderID)
	}
	return d, err
}

// deleteDraft deletes a draft. A deployment that was made of it stays.
func (s *Service) deleteDraft(_ *front.Received, in flink.DeleteDeploymentDraftRequest) (any, error) {
	d, err := s.draftToChange(in.Workspace, in.Namespace, in.DeploymentDraftID)
	if err != nil {
		return nil, err
	}
	_, err = remove(s, s.drafts, draftKey(d), "deployment draft", in.DeploymentDraftID)
	return nil, err
}

// lockDraft takes the lock of a draft, which the account may hold already.
func (s *Service) lockDraft(_ *front.Received, in flink.GetDeploymentDraftLockRequest) (any, error) {
	d, err := s.draftToChange(in.Workspace, in.Namespace, in.DeploymentDraftID)
	if err != nil {
		return nil, err
	}
	if d.Lock == nil {
		d.Lock = &flink.Lock{
			ID: s.world.NewUUID(), HolderID: world.Account, HolderName: accountName, Workspace: in.Workspace, Namespace: in.Namespace,
		}
		save(s, s.drafts, draftKey(d), d)
	}
	return d.Lock, nil
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
	draft, err := actual(s, s.drafts, world.KeyOf(in.Workspace, in.Namespace, id), "deployment draft", id)
	if err != nil {
		return nil, err
	}
	c := s.world.Begin("flink", "ValidateDeploymentDraftAsync")
	problem := draftProblem(draft)
	if c.Failed() {
		problem = &sqlProblem{cmp.Or(c.Reason, "no such column"), position{1, 8}, position{1, 12}}
	}
	after := flink.AsyncDraftValidateResult{TicketStatus: finalTicketStatus(c), Success: problem == nil}
	if problem != nil {
		detail := world.CommonTo[flink.ValidationErrorDetails](problem.details())
		after.DraftValidationDetail = &flink.DraftValidationDetail{
			SQLValidationResult: string(flink.ValidationResultInvalidQuery), SQLErrorDetail: &detail,
		}
	}
	stage := func(status flink.TicketStatus) flink.AsyncDraftValidateResult {
		return flink.AsyncDraftValidateResult{TicketStatus: status}
	}
	return startTicket(s.world, s.draftValidations, in.Workspace, in.Namespace, c, stage, after), nil
}

// draftProblem returns what is plainly wrong with the SQL of a draft, if it has any.
func draftProblem(d flink.DeploymentDraft) *sqlProblem {
	if d.Artifact == nil || d.Artifact.SQLArtifact == nil || d.Artifact.SQLArtifact.SQLScript == "" {
		return nil
	}
	_, problem := parseSQL(d.Artifact.SQLArtifact.SQLScript)
	return problem
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
	return pageOfNamespace(s, s.drafts, in.Workspace, in.Namespace, in.PageIndex, in.PageSize), nil
}
