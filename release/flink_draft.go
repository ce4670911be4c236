package release

import (
	"cmp"
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// FlinkDraft brings a draft to the running streaming job of its deployment: it saves and validates the draft, stops the job
// with a savepoint, deploys the draft, and starts from the savepoint. A draft that is not valid stops nothing.
type FlinkDraft struct {
	FlinkJob

	DraftID string
	// Edit changes the draft, and may be nil. It must change the same whenever it is called.
	Edit func(d *flink.DeploymentDraft)
	// Target is the cluster for the deployment; nil keeps that of the deployment.
	Target *flink.BriefDeploymentTarget
}

// The steps of drafts, before and between those of the job.
const (
	flinkDraft  = "save draft"
	flinkDeploy = "deploy draft"
)

// Build returns r with the steps of the release. Without an OnFailure all is undone after a failure, because the job would
// not run otherwise; without a Soak the job must be healthy for five minutes.
func (f FlinkDraft) Build(_ context.Context, r rollout.Rollout) (rollout.Rollout, error) {
	const recipe = "FlinkDraft"
	r, err := f.begin(r, recipe)
	switch {
	case err != nil:
		return r, err
	case f.DraftID == "":
		return r, required(recipe, "DraftID")
	}
	r.Resume = also(f.drafts(), also(f.deploys(), r.Resume))
	var needs []string
	if f.Edit != nil {
		r.Steps, needs = append(r.Steps, rollout.Step{Name: flinkDraft, Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
			return f.drafts().prepare(ctx, f.DraftID, f.Edit)
		}}), []string{flinkDraft}
	}
	stop := f.stop(needs...)
	stop.Ready = f.validated
	r.Steps = append(r.Steps, stop, f.deploy(), f.start(r, flinkDeploy))
	return r, nil
}

// drafts are the changes that save a draft.
func (f FlinkDraft) drafts() writes[flink.DeploymentDraft] {
	return writes[flink.DeploymentDraft]{
		client: f.Client, service: "flink", operation: "UpdateDeploymentDraft",
		read: func(ctx context.Context, id string) (*flink.DeploymentDraft, error) {
			out, err := f.Client.GetDeploymentDraft(ctx, flink.GetDeploymentDraftRequest{
				DeploymentDraftID: id, Namespace: f.Namespace, Workspace: f.Workspace,
			})
			if err != nil {
				return nil, err
			}
			return out.Data, nil
		},
		write: func(ctx context.Context, id string, d flink.DeploymentDraft) (string, error) {
			_, err := f.Client.UpdateDeploymentDraft(ctx, flink.UpdateDeploymentDraftRequest{
				DeploymentDraftID: id, Namespace: f.Namespace, Workspace: f.Workspace, DeploymentDraft: d,
			})
			return "", err
		},
	}
}

// validated validates the draft, before the job is stopped. That changes nothing, so a lost response does not matter.
func (f FlinkDraft) validated(ctx context.Context) error {
	return until(ctx, draftWithin, func(ctx context.Context) (string, error) {
		ticket, err := f.Client.BeginValidateDeploymentDraftAsync(ctx, flink.ValidateDeploymentDraftAsyncRequest{
			Namespace: f.Namespace, Workspace: f.Workspace, DraftValidateParams: flink.DraftValidateParams{DeploymentDraftID: f.DraftID},
		})
		if err == nil {
			_, err = ticket.Wait(ctx)
		}
		return "", err
	})
}

// draftWithin is how long calls about a draft may be throttled.
const draftWithin = time.Hour

// deploy returns the step that deploys the draft. Its way back saves the deployment as it was.
func (f FlinkDraft) deploy() rollout.Step {
	return rollout.Step{Name: flinkDeploy, Needs: []string{flinkStop}, Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
		draft, err := f.drafts().read(ctx, f.DraftID)
		if err != nil {
			return nil, err
		}
		if f.Edit != nil { // for the plan, before the draft is saved
			f.Edit(draft)
		}
		return f.deploys().prepare(ctx, f.DeploymentID, func(d *deployedDraft) {
			d.draftContent = contentOf(draft)
			d.Target = cmp.Or(f.Target, d.Target)
		})
	}}
}

// deployedDraft is what a deployment has of a draft, and the cluster to which that was deployed.
type deployedDraft struct {
	draftContent
	Target *flink.BriefDeploymentTarget `json:"deploymentTarget,omitzero"`
}

// draftContent is what a draft and its deployment have in common.
type draftContent struct {
	Artifact       *flink.Artifact       `json:"artifact,omitzero"`
	EngineVersion  string                `json:"engineVersion,omitzero"`
	LocalVariables []flink.LocalVariable `json:"localVariables,omitzero"`
}

func contentOf(d *flink.DeploymentDraft) draftContent {
	return draftContent{d.Artifact, d.EngineVersion, d.LocalVariables}
}

// deploys are the changes that deploy a draft. The draft can be deployed again, so a lost response does not matter.
func (f FlinkDraft) deploys() writes[deployedDraft] {
	return writes[deployedDraft]{
		client: f.Client, service: "flink", operation: "DeployDeploymentDraftAsync", write: f.deployOrSave,
		read: func(ctx context.Context, id string) (*deployedDraft, error) {
			d, err := f.deployments().read(ctx, id)
			if err != nil {
				return nil, err
			}
			return &deployedDraft{draftContent{d.Artifact, d.EngineVersion, d.LocalVariables}, d.DeploymentTarget}, nil
		},
		failure: func(ctx context.Context, ticket string) (string, error) {
			out, err := f.Client.GetDeployDeploymentDraftResult(ctx, flink.GetDeployDeploymentDraftResultRequest{
				TicketID: ticket, Namespace: f.Namespace, Workspace: f.Workspace,
			})
			if err != nil || out.Data.TicketStatus != flink.TicketStatusFinished || out.Data.Success {
				return "", err
			}
			return cmp.Or(out.Data.Message, "the draft could not be deployed"), nil
		},
	}
}

// deployOrSave deploys the draft if that is what to has, and otherwise, on the way back, saves the deployment.
func (f FlinkDraft) deployOrSave(ctx context.Context, id string, to deployedDraft) (ticket string, err error) {
	draft, err := f.drafts().read(ctx, f.DraftID)
	if err != nil {
		return "", err
	}
	d, err := f.deployments().read(ctx, id)
	if err != nil {
		return "", err
	}
	if !equalShown(to.draftContent, contentOf(draft)) {
		d.Artifact, d.EngineVersion, d.LocalVariables, d.DeploymentTarget = to.Artifact, to.EngineVersion, to.LocalVariables, to.Target
		return f.deployments().write(ctx, id, *d)
	}
	out, err := f.Client.DeployDeploymentDraftAsync(ctx, flink.DeployDeploymentDraftAsyncRequest{
		Namespace: f.Namespace, Workspace: f.Workspace,
		DraftDeployParams: flink.DraftDeployParams{DeploymentDraftID: f.DraftID, DeploymentTarget: to.Target},
	})
	if err != nil {
		return "", err
	}
	return out.Data.TicketID, nil
}
