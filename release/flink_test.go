package release_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

const (
	oldSQL = "INSERT INTO sink SELECT 1"
	newSQL = "INSERT INTO sink SELECT 2"
)

func addDeployment(emu *emulator.Emulator, version string) {
	emu.Flink.AddDeployment("ws", "ns", flink.Deployment{
		DeploymentID: "orders", EngineVersion: version, DeploymentTarget: &flink.BriefDeploymentTarget{Mode: "PER_JOB", Name: "queue"},
		Artifact:  &flink.Artifact{Kind: flink.ArtifactKindSQLScript, SQLArtifact: &flink.SQLArtifact{SQLScript: oldSQL}},
		FlinkConf: map[string]any{"execution.checkpointing.interval": "1min", "secret": "hidden"},
		StreamingResourceSetting: &flink.StreamingResourceSetting{
			ResourceSettingMode: "BASIC", BasicResourceSetting: &flink.BasicResourceSetting{Parallelism: 2},
		},
	})
	emu.Flink.AddDeploymentDraft("ws", "ns", flink.DeploymentDraft{
		DeploymentDraftID: "draft", Name: "orders", ReferencedDeploymentID: "orders", EngineVersion: version,
		Artifact: &flink.Artifact{Kind: flink.ArtifactKindSQLScript, SQLArtifact: &flink.SQLArtifact{SQLScript: oldSQL}},
	})
	emu.Flink.AddJob("ws", "ns", flink.Job{DeploymentID: "orders", JobID: "first"})
}

func newFlink(t *testing.T, cfg cloud.Config) *flink.Client {
	t.Helper()
	c, err := flink.New(cfg, flink.WithWorkspace("ws"), flink.WithNamespace("ns"))
	require.NoError(t, err)
	return c
}

func flinkJob(t *testing.T, cfg cloud.Config) release.FlinkJob {
	return release.FlinkJob{Client: newFlink(t, cfg), Workspace: "ws", Namespace: "ns", DeploymentID: "orders"}
}

// A setup is what a deployment and its job have.
type setup struct {
	Script      string
	Parallelism int
	Interval    any
}

func setupOf(a *flink.Artifact, r *flink.StreamingResourceSetting, conf map[string]any) setup {
	return setup{a.SQLArtifact.SQLScript, r.BasicResourceSetting.Parallelism, conf["execution.checkpointing.interval"]}
}

// runsSetup requires that the deployment has one job, and both are as wanted.
func runsSetup(t *testing.T, cfg cloud.Config, want setup, jobs int) {
	t.Helper()
	c := newFlink(t, cfg)
	d, err := c.GetDeployment(t.Context(), flink.GetDeploymentRequest{DeploymentID: "orders"})
	require.NoError(t, err)
	assert.Equal(t, want, setupOf(d.Data.Artifact, d.Data.StreamingResourceSetting, d.Data.FlinkConf), "deployment")
	assert.Equal(t, "hidden", d.Data.FlinkConf["secret"])
	running, all := 0, 0
	for j, err := range c.AllJobs(t.Context(), flink.ListJobsRequest{DeploymentID: "orders"}) {
		require.NoError(t, err)
		all++
		if j.Status.CurrentJobStatus == flink.JobStateRunning {
			running++
			assert.Equal(t, want, setupOf(j.Artifact, j.StreamingResourceSetting, j.FlinkConf), "job")
		}
	}
	assert.Equal(t, 1, running)
	assert.Equal(t, jobs, all, "all jobs that there were")
}

var (
	oldSetup = setup{oldSQL, 2, "1min"}
	hotSetup = setup{oldSQL, 8, "30000ms"}
	newSetup = setup{newSQL, 8, "1min"}
)

func hotChange(t *testing.T, cfg cloud.Config) release.FlinkChange {
	return release.FlinkChange{FlinkJob: flinkJob(t, cfg), Parallelism: 8, CheckpointInterval: 30 * time.Second}
}

func newScript(t *testing.T, cfg cloud.Config) release.FlinkChange {
	return release.FlinkChange{FlinkJob: flinkJob(t, cfg), Parallelism: 8, Edit: func(d *flink.Deployment) {
		d.Artifact = &flink.Artifact{Kind: flink.ArtifactKindSQLScript, SQLArtifact: &flink.SQLArtifact{SQLScript: newSQL}}
	}}
}

// flinkStands compares what a step stands for with the deployment, its draft and its jobs.
func flinkStands(t *testing.T, cfg cloud.Config, step string, as rollout.Stands) bool {
	c, ctx := newFlink(t, cfg), t.Context()
	deployment, err := c.GetDeployment(ctx, flink.GetDeploymentRequest{DeploymentID: "orders"})
	require.NoError(t, err)
	draft, err := c.GetDeploymentDraft(ctx, flink.GetDeploymentDraftRequest{DeploymentDraftID: "draft"})
	require.NoError(t, err)
	first, err := c.GetJob(ctx, flink.GetJobRequest{JobID: "first"})
	require.NoError(t, err)
	saved := setupOf(deployment.Data.Artifact, deployment.Data.StreamingResourceSetting, deployment.Data.FlinkConf)
	var jobs []setup // that run
	for j, err := range c.AllJobs(ctx, flink.ListJobsRequest{DeploymentID: "orders"}) {
		require.NoError(t, err)
		if j.Status.CurrentJobStatus == flink.JobStateRunning {
			jobs = append(jobs, setupOf(j.Artifact, j.StreamingResourceSetting, j.FlinkConf))
		}
	}
	switch step {
	case "hot update":
		want := map[rollout.Stands]setup{rollout.StandsOld: oldSetup, rollout.StandsNew: hotSetup}[as]
		return saved == want && slices.Equal(jobs, []setup{want})
	case "save draft":
		return as == oldOrNew(draft.Data.Artifact.SQLArtifact.SQLScript == oldSQL)
	case "save deployment", "deploy draft":
		return as == oldOrNew(saved == oldSetup)
	case "start job":
		return as == oldOrNew(!slices.ContainsFunc(jobs, func(j setup) bool { return j.Script == newSQL }))
	case "stop job":
		if as == rollout.StandsOld {
			return len(jobs) == 1
		}
		return first.Data.Status.CurrentJobStatus != flink.JobStateRunning
	}
	return false
}

var hotProof = proof{
	world: func(emu *emulator.Emulator) { addDeployment(emu, "vvr-8.0.1-flink-1.17") },
	build: func(t *testing.T, cfg cloud.Config, r rollout.Rollout) (rollout.Rollout, error) {
		return hotChange(t, cfg).Build(t.Context(), r)
	},
	effects: map[string]int{"HotUpdateJob": 1},
	writes:  map[string]int{"UpdateDeployment": 1},
	live:    "hot update live new",
	check:   func(t *testing.T, cfg cloud.Config) { runsSetup(t, cfg, hotSetup, 1) },
	undone:  "hot update undone old",
	restored: func(t *testing.T, cfg cloud.Config) {
		runsSetup(t, cfg, oldSetup, 1)
	},
	stands: flinkStands,
}

var restartProof = proof{
	world: hotProof.world,
	build: func(t *testing.T, cfg cloud.Config, r rollout.Rollout) (rollout.Rollout, error) {
		return newScript(t, cfg).Build(t.Context(), r)
	},
	effects: map[string]int{"StopJob": 1, "StartJobWithParams": 1},
	writes:  map[string]int{"UpdateDeployment": 1},
	live:    "stop job live new, save deployment live new, start job live new",
	check:   func(t *testing.T, cfg cloud.Config) { runsSetup(t, cfg, newSetup, 2) },
	undone:  "stop job undone old, save deployment undone old, start job undone old",
	restored: func(t *testing.T, cfg cloud.Config) {
		runsSetup(t, cfg, oldSetup, 3)
	},
	stands: flinkStands,
}

var draftProof = proof{
	world: hotProof.world,
	build: func(t *testing.T, cfg cloud.Config, r rollout.Rollout) (rollout.Rollout, error) {
		return release.FlinkDraft{FlinkJob: flinkJob(t, cfg), DraftID: "draft", Edit: func(d *flink.DeploymentDraft) {
			d.Artifact = &flink.Artifact{Kind: flink.ArtifactKindSQLScript, SQLArtifact: &flink.SQLArtifact{SQLScript: newSQL}}
		}}.Build(t.Context(), r)
	},
	effects: map[string]int{"StopJob": 1, "StartJobWithParams": 1},
	writes:  map[string]int{"UpdateDeploymentDraft": 1, "ValidateDeploymentDraftAsync": 1, "DeployDeploymentDraftAsync": 1},
	live:    "save draft live new, stop job live new, deploy draft live new, start job live new",
	check:   func(t *testing.T, cfg cloud.Config) { runsSetup(t, cfg, setup{newSQL, 2, "1min"}, 2) },
	undone:  "save draft undone old, stop job undone old, deploy draft undone old, start job undone old",
	restored: func(t *testing.T, cfg cloud.Config) {
		runsSetup(t, cfg, oldSetup, 3)
	},
	stands: flinkStands,
}

func TestFlinkHotUpdate(t *testing.T) { hotProof.test(t) }
func TestFlinkRestart(t *testing.T)   { restartProof.test(t) }
func TestFlinkDraft(t *testing.T)     { draftProof.test(t) }

func TestFlinkThatFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		of      proof
		endings []emulator.Ending
		want    string
		stands  *setup
		jobs    int
		errs    []string
	}{
		{
			"a hot update", hotProof, []emulator.Ending{{Operation: "HotUpdateJob", Fail: true, Reason: "no slots"}},
			"hot update undone old", &oldSetup, 1, []string{"no slots"},
		},
		{
			"a savepoint, and the job runs on", restartProof, []emulator.Ending{{Operation: "StopJob", Fail: true, State: "RUNNING", Reason: "no space"}},
			"stop job undone old, save deployment blocked old, start job blocked old", &oldSetup, 1, []string{"no space"},
		},
		{
			"a job that is to stop", restartProof, []emulator.Ending{{Operation: "StopJob", Fail: true, Reason: "no space"}},
			"stop job undone old, save deployment blocked old, start job blocked old", &oldSetup, 2, []string{"no space"},
		},
		{
			"a start", restartProof, []emulator.Ending{{Operation: "StopJob"}, {Operation: "StartJobWithParams", Fail: true, Reason: "no such table"}},
			"stop job undone old, save deployment undone old, start job undone old", &oldSetup, 3, []string{"no such table"},
		},
		{
			"a start, and the way back", restartProof, []emulator.Ending{
				{Operation: "StopJob"}, {Operation: "StartJobWithParams", Fail: true, Reason: "no such table"},
				{Operation: "StartJobWithParams", Fail: true, Reason: "no nodes"},
			},
			"stop job undo failed unknown, save deployment undone old, start job undone old", nil, 0, []string{"no such table", "no nodes"},
		},
		{
			"a validation", draftProof, []emulator.Ending{{Operation: "ValidateDeploymentDraftAsync", Fail: true, Reason: "no such column"}},
			"save draft undone old, stop job failed old, deploy draft blocked old, start job blocked old",
			&oldSetup, 1, []string{"no such column"},
		},
		{
			"a deployment", draftProof, []emulator.Ending{{Operation: "DeployDeploymentDraftAsync", Fail: true, Reason: "no target"}},
			"save draft undone old, stop job undone old, deploy draft undone old, start job blocked old",
			&oldSetup, 2, []string{"no target"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				report, emu, err := tt.of.ends(t, nil, tt.endings...)
				require.Error(t, err)
				assert.Equal(t, tt.want, phasesOf(report), report)
				for _, text := range tt.errs {
					require.ErrorContains(t, err, text)
				}
				if tt.stands != nil {
					runsSetup(t, emu.Config(), *tt.stands, tt.jobs)
				}
			})
		})
	}
}

// TestFlinkHowItChanges has what decides between a hot update and a restart.
func TestFlinkHowItChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		version string
		mode    flink.ResourceSettingMode
		edit    func(*release.FlinkChange)
		steps   int
	}{
		{"vvr-8.0.1-flink-1.17", "BASIC", nil, 1},
		{"vvr-11.1-jdk11-flink-1.20", "BASIC", nil, 3},
		{"vvr-11.1.2-flink-1.20", "BASIC", nil, 1},
		{"vvr-8.1.0-flink-1.17", "", nil, 1},
		{"vvr-8.0.0-flink-1.17", "BASIC", nil, 3},
		{"vvr-6.0.7-flink-1.15", "BASIC", nil, 3},
		{"vvr-8.0.1-flink-1.17", "EXPERT", nil, 3},
		{"vvr-8.0.1-flink-1.17", "BASIC", func(f *release.FlinkChange) { f.Restart = true }, 3},
		{"vvr-8.0.1-flink-1.17", "BASIC", func(f *release.FlinkChange) { f.Edit = func(*flink.Deployment) {} }, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := proof{world: func(emu *emulator.Emulator) {
				emu.Flink.AddDeployment("ws", "ns", flink.Deployment{
					DeploymentID: "orders", EngineVersion: tt.version, StreamingResourceSetting: &flink.StreamingResourceSetting{ResourceSettingMode: tt.mode},
				})
			}}
			recipe := hotChange(t, p.start(t).Config())
			if tt.edit != nil {
				tt.edit(&recipe)
			}
			r, err := recipe.Build(t.Context(), rollout.Rollout{})
			require.NoError(t, err)
			assert.Len(t, r.Steps, tt.steps, "%s %s", tt.version, tt.mode)
			assert.Equal(t, rollout.UndoAll, r.OnFailure)
			assert.Equal(t, 5*time.Minute, r.Soak)
		})
	}
}

// TestFlinkIsChecked has recipes that cannot be built, and deployments without a job or with two.
func TestFlinkIsChecked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := restartProof.start(t)
		cfg := emu.Config()
		for _, tt := range []struct {
			edit func(*release.FlinkChange)
			want string
		}{
			{func(f *release.FlinkChange) { f.Client = nil }, "Client: required"},
			{func(f *release.FlinkChange) { f.DeploymentID = "" }, "DeploymentID: required"},
			{func(f *release.FlinkChange) { f.MinHealth = 101 }, "MinHealth: must be from 0 to 100, given 101"},
			{func(f *release.FlinkChange) { f.Edit, f.Parallelism = nil, 0 }, "Edit: required, or something that a hot update can change"},
			{func(f *release.FlinkChange) { f.DeploymentID = "other" }, "other"},
		} {
			recipe := newScript(t, cfg)
			tt.edit(&recipe)
			_, err := recipe.Build(t.Context(), rollout.Rollout{})
			require.ErrorContains(t, err, tt.want)
		}
		_, err := release.FlinkDraft{FlinkJob: flinkJob(t, cfg)}.Build(t.Context(), rollout.Rollout{})
		require.ErrorContains(t, err, "DraftID: required")

		r, err := newScript(t, cfg).Build(t.Context(), rollout.Rollout{})
		require.NoError(t, err)
		plan, err := r.Plan(t.Context())
		require.NoError(t, err)
		assert.Contains(t, plan.String(), "streamingResourceSetting.basicResourceSetting.parallelism            2           8")
		assert.NotContains(t, plan.String(), "hidden")

		emu.Flink.AddJob("ws", "ns", flink.Job{DeploymentID: "orders", JobID: "second"})
		_, err = r.Run(t.Context())
		require.ErrorContains(t, err, "deployment orders has 2 jobs that have not ended, and must have 1")
	})
}

// TestFlinkDraftToAnotherCluster has a draft deployed to another cluster, and taken back from there.
func TestFlinkDraftToAnotherCluster(t *testing.T) {
	t.Parallel()
	for _, isBad := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			cfg := draftProof.start(t).Config()
			recipe := release.FlinkDraft{FlinkJob: flinkJob(t, cfg), DraftID: "draft", Target: &flink.BriefDeploymentTarget{Mode: "PER_JOB", Name: "other"}}
			want := "other"
			if isBad {
				want, recipe.Verify = "queue", func(context.Context, *flink.Job) error { return errNoRows }
			}
			r, err := recipe.Build(t.Context(), rollout.Rollout{})
			require.NoError(t, err)
			report, err := r.Run(t.Context())
			if isBad {
				require.ErrorIs(t, err, errNoRows)
				assert.Equal(t, rollout.Undone, report.Outcome, report)
			} else {
				require.NoError(t, err)
			}
			d, err := recipe.Client.GetDeployment(t.Context(), flink.GetDeploymentRequest{DeploymentID: "orders"})
			require.NoError(t, err)
			assert.Equal(t, want, d.Data.DeploymentTarget.Name)
		})
	}
}

// TestFlinkHealth has a job that is live and then not healthy.
func TestFlinkHealth(t *testing.T) {
	t.Parallel()
	status := func(restarts, score int, risk string) *flink.JobStatus {
		return &flink.JobStatus{
			HealthScore: score, RiskLevel: risk, Running: &flink.JobStatusRunning{ObservedFlinkJobRestarts: restarts},
			Failure: &flink.JobFailure{Reason: "OutOfMemory", Message: "a TaskManager was lost"}, // which the diagnosis shows
		}
	}
	const diagnosis = "; OutOfMemory: a TaskManager was lost"
	for _, tt := range []struct {
		name      string
		minHealth int
		status    *flink.JobStatus
		recovers  bool
		want      string
	}{
		{"it restarts", 0, status(3, 0, ""), false, "job first has restarted 3 times since it was live" + diagnosis},
		{"a low score", 0, status(0, 79, ""), false, "job first has a health score of 79, and must have 80" + diagnosis},
		{"a low score for a while", 0, status(0, 79, ""), true, ""},
		{"the least score", 0, status(0, 80, ""), false, ""},
		{"a score that the caller accepts", 60, status(0, 60, ""), false, ""},
		{"one that the caller does not accept", 90, status(0, 89, ""), false, "a health score of 89, and must have 90"},
		{"no score", 0, status(0, 0, ""), false, ""},
		{"a score of zero", 0, status(0, 0, "RISK_LEVEL_HIGH"), false, "a health score of 0, and must have 80"},
		{"it fails", 0, &flink.JobStatus{CurrentJobStatus: flink.JobStateFailed}, false, "deployment orders has 0 jobs that have not ended, and must have 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				emu := hotProof.start(t)
				recipe := hotChange(t, emu.Config())
				recipe.MinHealth = tt.minHealth
				verified := 0
				recipe.Verify = func(_ context.Context, j *flink.Job) error {
					verified++
					if verified == 1 {
						emu.Flink.AddJob("ws", "ns", flink.Job{DeploymentID: "orders", JobID: "first", Status: tt.status})
					}
					return nil
				}
				if tt.recovers {
					time.AfterFunc(6*time.Minute, func() {
						emu.Flink.AddJob("ws", "ns", flink.Job{DeploymentID: "orders", JobID: "first", Status: status(0, 100, "")})
					})
				}
				r, err := recipe.Build(t.Context(), rollout.Rollout{OnFailure: rollout.Stop})
				require.NoError(t, err)
				report, err := r.Run(t.Context())
				if tt.want == "" {
					require.NoError(t, err)
					assert.Greater(t, verified, 1)
					return
				}
				require.ErrorIs(t, err, cloud.ErrUnhealthy)
				require.ErrorContains(t, err, tt.want)
				assert.Equal(t, "hot update unhealthy new", phasesOf(report))
			})
		})
	}
}

// TestFlinkRestartsAtOnce has a job that the release has started, and that has restarted before it is first verified.
func TestFlinkRestartsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := restartProof.start(t)
		r, err := newScript(t, emu.Config()).Build(t.Context(), rollout.Rollout{})
		require.NoError(t, err)
		verify := r.Steps[2].Verify
		r.Steps[2].Verify = func(ctx context.Context, live any) error {
			job, ok := live.(*flink.GetJobResponse)
			require.True(t, ok)
			if job.Data.Status.Running != nil {
				emu.Flink.AddJob("ws", "ns", flink.Job{
					DeploymentID: "orders", JobID: job.Data.JobID, Status: &flink.JobStatus{Running: &flink.JobStatusRunning{ObservedFlinkJobRestarts: 1}},
				})
			}
			return verify(ctx, live)
		}
		report, err := r.Run(t.Context())
		require.ErrorContains(t, err, "has restarted 1 times since it was live")
		assert.Equal(t, restartProof.undone, phasesOf(report))
		runsSetup(t, emu.Config(), oldSetup, 3)
	})
}
