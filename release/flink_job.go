package release

import (
	"context"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// FlinkJob is what the recipes of Flink have in common: the deployment whose job they change.
type FlinkJob struct {
	Client *flink.Client
	// Workspace and Namespace may be empty if the client has them.
	Workspace, Namespace string
	DeploymentID         string
	// IfNoSavepoint is from what the job starts if the stop shows no savepoint. Without it the start is refused then.
	IfNoSavepoint flink.RestoreKind
	// MinHealth is the health score that the job must have, of at most 100. The default is 80. A job without a score, as of
	// some engines, is healthy while it runs and does not restart.
	MinHealth int
	// Verify checks more of the job that runs with the change. It may be nil.
	Verify func(ctx context.Context, job *flink.Job) error
}

// begin checks what the recipes have in common, and sets their defaults.
func (f FlinkJob) begin(r rollout.Rollout, recipe string) (rollout.Rollout, error) {
	switch {
	case f.Client == nil:
		return r, required(recipe, "Client")
	case f.DeploymentID == "":
		return r, required(recipe, "DeploymentID")
	case f.MinHealth < 0 || f.MinHealth > 100:
		return r, invalid(recipe, "MinHealth", cloud.CheckRange, "must be from 0 to 100", fmt.Sprint(f.MinHealth))
	}
	if r.OnFailure == "" {
		r.OnFailure = rollout.UndoAll
	}
	if r.Soak == 0 {
		r.Soak = 5 * time.Minute
	}
	return recorded(r, recipe, f.Client, f.deployments())
}

// deployments are the changes that save a deployment.
func (f FlinkJob) deployments() writes[flink.Deployment] {
	return writes[flink.Deployment]{
		client: f.Client, service: "flink", operation: "UpdateDeployment",
		read: func(ctx context.Context, id string) (*flink.Deployment, error) {
			out, err := f.Client.GetDeployment(ctx, flink.GetDeploymentRequest{
				DeploymentID: id, Namespace: f.Namespace, Workspace: f.Workspace,
			})
			if err != nil {
				return nil, err
			}
			return out.Data, nil
		},
		write: func(ctx context.Context, id string, d flink.Deployment) (string, error) {
			_, err := f.Client.UpdateDeployment(ctx, flink.UpdateDeploymentRequest{
				DeploymentID: id, Namespace: f.Namespace, Workspace: f.Workspace, Deployment: d,
			})
			return "", err
		},
	}
}

// open returns the jobs of the deployment that have not ended.
func (f FlinkJob) open(ctx context.Context) (list []flink.Job, err error) {
	all := f.Client.AllJobs(ctx, flink.ListJobsRequest{
		DeploymentID: f.DeploymentID, Namespace: f.Namespace, Workspace: f.Workspace, PageSize: 100,
	})
	for job, err := range all {
		switch {
		case err != nil:
			return nil, err
		case job.Status != nil && !hasEnded(&job):
			list = append(list, job)
		}
	}
	return list, nil
}

func hasEnded(j *flink.Job) bool {
	switch j.Status.CurrentJobStatus {
	case flink.JobStateCancelled, flink.JobStateFailed, flink.JobStateFinished:
		return true
	}
	return false
}

// running returns the one job of the deployment, which must be running.
func (f FlinkJob) running(ctx context.Context) (*flink.Job, error) {
	jobs, err := f.open(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(jobs) != 1:
		return nil, conflict("deployment %s has %d jobs that have not ended, and must have 1", f.DeploymentID, len(jobs))
	case jobs[0].Status.CurrentJobStatus != flink.JobStateRunning:
		return nil, conflict("job %s is %s, and must be RUNNING", jobs[0].JobID, jobs[0].Status.CurrentJobStatus)
	}
	return &jobs[0], nil
}
