package release

import (
	"context"
	"encoding/json"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// stop returns the step that stops the job with a savepoint. If the savepoint fails, the job runs on and nothing else is
// changed. Its way back starts a job only if none is there.
func (f FlinkJob) stop(needs ...string) rollout.Step {
	back := func(ctx context.Context, made cloud.AnyChange) (cloud.AnyChange, error) {
		jobs, err := f.open(ctx)
		if err != nil || len(jobs) == 0 {
			return undo(ctx, made, err)
		}
		return f.nothing(ctx)
	}
	prepare := func(ctx context.Context) (cloud.AnyChange, error) {
		job, err := f.running(ctx)
		switch {
		case err != nil:
			return nil, err
		case job.ExecutionMode == flink.ExecutionModeBatch:
			return nil, conflict("job %s is a batch job, which has no savepoints", job.JobID)
		}
		return change(f.Client.PrepareStopJob(ctx, flink.StopJobRequest{
			JobID: job.JobID, Namespace: f.Namespace, Workspace: f.Workspace,
			StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithSavepoint},
		}))
	}
	return rollout.Step{Name: flinkStop, Needs: needs, Always: true, Prepare: prepare, Undo: back}
}

// start returns the step that starts the job from the savepoint of the stop.
func (f FlinkJob) start(r rollout.Rollout, needs ...string) rollout.Step {
	return rollout.Step{
		Name: flinkStart, Needs: needs, Always: true, Verify: f.healthy(true),
		Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
			stopped, err := f.stopped(ctx, r)
			if err != nil {
				return nil, err
			}
			jobs, err := f.open(ctx)
			switch {
			case err != nil:
				return nil, err
			case len(jobs) > 0:
				job := jobs[0]
				return nil, conflict("deployment %s has job %s and it is %s", f.DeploymentID, job.JobID, job.Status.CurrentJobStatus)
			}
			restore := &flink.DeploymentRestoreStrategy{Kind: f.IfNoSavepoint}
			switch {
			case stopped.savepoint != "":
				restore.Kind, restore.SavepointID = flink.RestoreKindFromSavepoint, stopped.savepoint
			case f.IfNoSavepoint == "":
				return nil, conflict("the stop of job %s shows no savepoint to start from", stopped.job.JobID)
			}
			return change(f.Client.PrepareStartJobWithParams(ctx, flink.StartJobWithParamsRequest{
				Namespace: f.Namespace, Workspace: f.Workspace, JobStartParameters: flink.JobStartParameters{
					DeploymentID: f.DeploymentID, LocalVariables: stopped.job.LocalVariables, RestoreStrategy: restore,
				},
			}))
		},
		// A job that has failed needs no stop before the one from before can start again.
		Undo: func(ctx context.Context, made cloud.AnyChange) (cloud.AnyChange, error) {
			jobs, err := f.open(ctx)
			if err != nil || len(jobs) > 0 {
				return undo(ctx, made, err)
			}
			return f.nothing(ctx)
		},
	}
}

// nothing is a change back where there is nothing to take back.
func (f FlinkJob) nothing(ctx context.Context) (cloud.AnyChange, error) {
	return f.deployments().prepare(ctx, f.DeploymentID, func(*flink.Deployment) {})
}

func undo(ctx context.Context, made cloud.AnyChange, err error) (cloud.AnyChange, error) {
	if err != nil {
		return nil, err
	}
	return made.Undo(ctx)
}

// A flinkStopped is what a stop has left: the job, and the savepoint if it made one.
type flinkStopped struct {
	job       *flink.Job
	savepoint string
}

// stopped returns what the stop has left.
func (f FlinkJob) stopped(ctx context.Context, r rollout.Rollout) (out flinkStopped, err error) {
	end, err := r.Result(ctx, flinkStop)
	if err != nil {
		return out, err
	}
	var shown struct { // without members that are sensitive, which a journal does not have
		Data      struct{ JobID string }
		Savepoint struct{ SavepointID string }
	}
	if err := json.Unmarshal(end.Value, &shown); err != nil {
		return out, err
	}
	job, err := f.Client.GetJob(ctx, flink.GetJobRequest{JobID: shown.Data.JobID, Namespace: f.Namespace, Workspace: f.Workspace})
	if err != nil {
		return out, err
	}
	return flinkStopped{job.Data, shown.Savepoint.SavepointID}, nil
}
