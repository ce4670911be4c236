package release_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

const codeUpdate = "UpdateKxClusterCodeConfiguration"

var kxClusters = []string{"tick", "rdb", "hdb"}

func addKxCluster(emu *emulator.Emulator, name string) {
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
		ClusterName: name, Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"},
		InitializationScript: name + ".q", CommandLineArguments: []finspace.KxCommandLineArgument{{Key: "s", Value: "4"}},
	})
}

func newFinSpace(t *testing.T, cfg cloud.Config) *finspace.Client {
	t.Helper()
	c, err := finspace.New(cfg)
	require.NoError(t, err)
	return c
}

// runsCode requires code on all clusters, with the script and the arguments that they had.
func runsCode(t *testing.T, cfg cloud.Config, keys ...string) {
	t.Helper()
	for i, name := range kxClusters {
		k, err := newFinSpace(t, cfg).GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: name})
		require.NoError(t, err)
		assert.Equal(t, keys[i], k.Code.S3Key, name)
		assert.Equal(t, name+".q", k.InitializationScript)
		assert.Equal(t, []finspace.KxCommandLineArgument{{Key: "s", Value: "4"}}, k.CommandLineArguments)
	}
}

func finSpaceCode(c *finspace.Client) release.FinSpaceCode {
	return release.FinSpaceCode{
		Client: c, EnvironmentID: "kxenv", Clusters: [][]string{{"tick"}, {"rdb", "hdb"}},
		Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
	}
}

var finSpaceCodeProof = proof{
	world: func(emu *emulator.Emulator) {
		for _, name := range kxClusters {
			addKxCluster(emu, name)
		}
	},
	build: func(t *testing.T, cfg cloud.Config, r rollout.Rollout) (rollout.Rollout, error) {
		return finSpaceCode(newFinSpace(t, cfg)).Build(t.Context(), r)
	},
	effects: map[string]int{codeUpdate: 3},
	live:    "tick live new, rdb live new, hdb live new",
	check:   func(t *testing.T, cfg cloud.Config) { runsCode(t, cfg, "new.zip", "new.zip", "new.zip") },
	undone:  "tick undone old, rdb undone old, hdb undone old",
	restored: func(t *testing.T, cfg cloud.Config) {
		runsCode(t, cfg, "old.zip", "old.zip", "old.zip")
	},
	stands: func(t *testing.T, cfg cloud.Config, step string, as rollout.Stands) bool {
		k, err := newFinSpace(t, cfg).GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: step})
		require.NoError(t, err)
		return as == oldOrNew(k.Code.S3Key == "old.zip")
	},
}

func TestFinSpaceCode(t *testing.T) { finSpaceCodeProof.test(t) }

func TestFinSpaceCodeThatFails(t *testing.T) {
	t.Parallel()
	fail := emulator.Ending{Operation: codeUpdate, Fail: true, Reason: "init.q failed"}
	fine := emulator.Ending{Operation: codeUpdate}
	for _, tt := range []struct {
		name    string
		endings []emulator.Ending
		edit    func(*rollout.Rollout)
		want    string
		codes   []string
		errs    []string
	}{
		{
			"the first", []emulator.Ending{fail}, nil,
			"tick failed unknown, rdb blocked old, hdb blocked old", []string{"old.zip", "old.zip", "old.zip"}, []string{"init.q failed"},
		},
		{
			"the second wave, and its undo", []emulator.Ending{fine, fail}, func(r *rollout.Rollout) { r.OnFailure, r.InFlight = rollout.UndoAll, 1 },
			"tick undone old, rdb undone old, hdb blocked old", []string{"old.zip", "old.zip", "old.zip"}, []string{"init.q failed"},
		},
		{
			"an undo that fails", []emulator.Ending{fine, fine, fine, {Operation: codeUpdate, Fail: true, Reason: "the disk is full"}},
			func(r *rollout.Rollout) { bad(r); r.InFlight = 1 },
			"tick live new, rdb undone old, hdb undo failed unknown", []string{"new.zip", "old.zip", "new.zip"},
			[]string{"no rows", "the disk is full"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				report, emu, err := finSpaceCodeProof.ends(t, tt.edit, tt.endings...)
				require.Error(t, err)
				assert.Equal(t, tt.want, phasesOf(report))
				for _, text := range tt.errs {
					require.ErrorContains(t, err, text)
					assert.Contains(t, string(report.JSON()), text)
				}
				runsCode(t, emu.Config(), tt.codes...)
			})
		})
	}
}

// TestFinSpaceCodeWaits has a cluster that somebody else updates when its turn comes.
func TestFinSpaceCodeWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := finSpaceCodeProof.start(t)
		c := newFinSpace(t, emu.Config())
		_, err := c.BeginUpdateKxClusterCodeConfiguration(t.Context(), finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv", ClusterName: "tick", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"},
			InitializationScript: "tick.q", CommandLineArguments: []finspace.KxCommandLineArgument{{Key: "s", Value: "4"}},
		})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		recipe := finSpaceCode(c)
		recipe.Wait = time.Minute
		r, err := recipe.Build(t.Context(), rollout.Rollout{})
		require.NoError(t, err)
		_, err = r.Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrConflict)
		require.ErrorContains(t, err, `step "tick" (kxenv/tick), starting: `)
		require.ErrorContains(t, err, "cluster tick is UPDATING, after 1m0s of waiting")

		recipe.Wait = 0
		r, err = recipe.Build(t.Context(), rollout.Rollout{})
		require.NoError(t, err)
		_, err = r.Run(t.Context())
		require.NoError(t, err)
		runsCode(t, emu.Config(), "new.zip", "new.zip", "new.zip")
	})
}

func TestFinSpaceCodeIsChecked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := finSpaceCodeProof.start(t)
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "log", ClusterType: finspace.KxClusterTypeTickerplant})
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "plain", ClusterType: finspace.KxClusterTypeGP})
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
			ClusterName: "script", ClusterType: finspace.KxClusterTypeGP, InitializationScript: "init.q",
		})
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
			ClusterName: "arguments", ClusterType: finspace.KxClusterTypeGP, CommandLineArguments: []finspace.KxCommandLineArgument{{Key: "s", Value: "4"}},
		})
		c := newFinSpace(t, emu.Config())
		for _, tt := range []struct {
			edit func(*release.FinSpaceCode)
			want string
		}{
			{func(f *release.FinSpaceCode) { f.Client = nil }, "Client: required"},
			{func(f *release.FinSpaceCode) { f.Clusters = nil }, "Clusters: required"},
			{func(f *release.FinSpaceCode) { f.Clusters = [][]string{{"tick"}, {}} }, "Clusters[1]: required"},
			{func(f *release.FinSpaceCode) { f.Clusters = [][]string{{"other"}} }, "other"},
			{func(f *release.FinSpaceCode) { f.Strategy, f.Clusters = "NO_RESTART", [][]string{{"log"}} },
				"is for general purpose clusters; cluster log is of type TICKERPLANT"},
			{func(f *release.FinSpaceCode) { f.Strategy, f.Clusters = "NO_RESTART", [][]string{{"script"}} },
				"would drop the initialization script of cluster script"},
			{func(f *release.FinSpaceCode) { f.Strategy, f.Clusters = "NO_RESTART", [][]string{{"arguments"}} },
				"would drop the command line arguments of cluster arguments"},
			{func(f *release.FinSpaceCode) { f.Strategy, f.Clusters = "NO_RESTART", [][]string{{"plain"}} }, ""},
		} {
			recipe := finSpaceCode(c)
			tt.edit(&recipe)
			r, err := recipe.Build(t.Context(), rollout.Rollout{})
			if err == nil {
				_, err = r.Run(t.Context())
			}
			if tt.want == "" {
				require.NoError(t, err)
				continue
			}
			require.ErrorContains(t, err, tt.want)
		}
		_, err := finSpaceCode(c).Build(t.Context(), rollout.Rollout{Steps: []rollout.Step{{Name: "mine"}}})
		require.ErrorContains(t, err, "Steps: must be empty")
	})
}

// TestFinSpaceCodeReplaces has a release that brings another script and other arguments.
func TestFinSpaceCodeReplaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := finSpaceCodeProof.start(t)
		c := newFinSpace(t, emu.Config())
		recipe := finSpaceCode(c)
		recipe.Clusters, recipe.Script, recipe.Arguments = [][]string{{"tick"}}, new("new.q"), []finspace.KxCommandLineArgument{}
		recipe.Strategy = finspace.KxClusterCodeDeploymentStrategyRolling
		verified := 0
		recipe.Verify = func(_ context.Context, k *finspace.GetKxClusterResponse) error {
			verified++
			assert.Equal(t, "new.zip", k.Code.S3Key)
			return nil
		}
		r, err := recipe.Build(t.Context(), rollout.Rollout{})
		require.NoError(t, err)
		_, err = r.Run(t.Context())
		require.NoError(t, err)
		k, err := c.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "tick"})
		require.NoError(t, err)
		assert.Equal(t, "new.q", k.InitializationScript)
		assert.Empty(t, k.CommandLineArguments)
		assert.Equal(t, 1, verified)
	})
}
