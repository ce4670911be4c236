package release

import (
	"context"
	"regexp"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// FlinkChange changes the running streaming job of a deployment. What a hot update can change is applied without a restart,
// if the engine is VVR 8.0.1 or newer and its resources are not in expert mode; the deployment is saved first, so that the
// next start does not undo it. Anything else stops the job with a savepoint, saves the deployment, and starts from the
// savepoint. The deployment never has two jobs.
type FlinkChange struct {
	FlinkJob

	// What a hot update can change; zero keeps it.
	Parallelism                                               int
	CheckpointInterval, CheckpointTimeout, CheckpointMinPause time.Duration
	// Edit changes anything else of the deployment, and the job restarts. It must change the same whenever it is called.
	Edit func(d *flink.Deployment)
	// Restart restarts the job although a hot update could do.
	Restart bool
}

// The steps of changes of jobs.
const (
	flinkSave      = "save deployment"
	flinkHotUpdate = "hot update"
	flinkStop      = "stop job"
	flinkStart     = "start job"
)

// Build returns r with the steps of the release. Without an OnFailure all is undone after a failure, because the job would
// not run otherwise; without a Soak the job must be healthy for five minutes.
func (f FlinkChange) Build(ctx context.Context, r rollout.Rollout) (rollout.Rollout, error) {
	const recipe = "FlinkChange"
	r, err := f.begin(r, recipe)
	if err != nil {
		return r, err
	}
	if f.Edit == nil && f.Parallelism == 0 && f.CheckpointInterval == 0 && f.CheckpointTimeout == 0 && f.CheckpointMinPause == 0 {
		return r, invalid(recipe, "Edit", cloud.CheckRequired, "required, or something that a hot update can change", "")
	}
	now, err := f.deployments().read(ctx, f.DeploymentID)
	if err != nil {
		return r, err
	}
	if f.isHot(now) {
		hot := f.hotUpdates()
		r.Resume = also(hot, r.Resume)
		prepare := func(ctx context.Context) (cloud.AnyChange, error) {
			return hot.prepare(ctx, f.DeploymentID, f.hot().apply)
		}
		r.Steps = []rollout.Step{{Name: flinkHotUpdate, Verify: f.healthy(false), Prepare: prepare}}
		return r, nil
	}
	save := rollout.Step{Name: flinkSave, Needs: []string{flinkStop}, Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
		return f.deployments().prepare(ctx, f.DeploymentID, f.edit)
	}}
	r.Steps = []rollout.Step{f.stop(), save, f.start(r, flinkSave)}
	return r, nil
}

// edit makes the change in a deployment.
func (f FlinkChange) edit(d *flink.Deployment) {
	if f.Edit != nil {
		f.Edit(d)
	}
	f.hot().save(d)
}

// isHot reports whether a hot update can make the change. The change itself does not alter that, so that a rollout that
// continues has the same steps.
func (f FlinkChange) isHot(d *flink.Deployment) bool {
	r := d.StreamingResourceSetting
	isExpert := r != nil && r.ResourceSettingMode == flink.ResourceSettingModeExpert
	return f.Edit == nil && !f.Restart && !isExpert && hasHotUpdate(d.EngineVersion)
}

var vvrVersion = regexp.MustCompile(`^vvr-(\d+)\.(\d+)\.(\d+)`)

// hasHotUpdate reports whether an engine version, such as "vvr-8.0.1-flink-1.17", has hot updates.
func hasHotUpdate(version string) bool {
	m := vvrVersion.FindStringSubmatch(version)
	if m == nil {
		return false
	}
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	return n[0] > 8 || n[0] == 8 && (n[1] > 0 || n[2] >= 1)
}
