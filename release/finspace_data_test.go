package release_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func addData(emu *emulator.Emulator) {
	emu.FinSpace.AddKxDatabase("kxenv", finspace.GetKxDatabaseResponse{DatabaseName: "trades"})
	emu.FinSpace.AddKxChangeset("kxenv", "trades", finspace.GetKxChangesetResponse{ChangesetID: "before"})
	emu.FinSpace.AddKxDataview("kxenv", "trades", finspace.GetKxDataviewResponse{DataviewName: "static", ChangesetID: "before"})
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
		ClusterName: "hdb", Databases: []finspace.KxDatabaseConfiguration{
			{DatabaseName: "trades", ChangesetID: "before"}, {DatabaseName: "quotes", ChangesetID: "theirs"},
		},
	})
}

// changes are those of a day; the sym file comes last.
func changes() (list []finspace.ChangeRequest) {
	for i := range 3 {
		list = append(list, finspace.ChangeRequest{
			ChangeType: finspace.ChangeTypePut, DBPath: fmt.Sprintf("/2026.11.2%d/", i), S3Path: fmt.Sprintf("s3://data/2026.11.2%d/", i),
		})
	}
	return append(list, finspace.ChangeRequest{ChangeType: finspace.ChangeTypePut, DBPath: "/", S3Path: "s3://data/sym"})
}

func finSpaceData(t *testing.T, cfg cloud.Config) release.FinSpaceData {
	return release.FinSpaceData{
		Client: newFinSpace(t, cfg), EnvironmentID: "kxenv", Database: "trades", Changes: changes(), ChunkSize: 2, Clusters: []string{"hdb"},
	}
}

// shownData returns the changeset of the dataview and that of the cluster, and the changesets that there are.
func shownData(t *testing.T, cfg cloud.Config) (view, cluster string, all []finspace.GetKxChangesetResponse) {
	t.Helper()
	c, ctx := newFinSpace(t, cfg), t.Context()
	v, err := c.GetKxDataview(ctx, finspace.GetKxDataviewRequest{EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "static"})
	require.NoError(t, err)
	k, err := c.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
	require.NoError(t, err)
	require.Len(t, k.Databases, 2)
	assert.Equal(t, "theirs", k.Databases[1].ChangesetID, "the other database stays as it is")
	for s, err := range c.AllKxChangesets(ctx, finspace.ListKxChangesetsRequest{EnvironmentID: "kxenv", DatabaseName: "trades"}) {
		require.NoError(t, err)
		one, err := c.GetKxChangeset(ctx, finspace.GetKxChangesetRequest{EnvironmentID: "kxenv", DatabaseName: "trades", ChangesetID: s.ChangesetID})
		require.NoError(t, err)
		if one.ChangesetID != "before" {
			all = append(all, *one)
		}
	}
	return v.ChangesetID, k.Databases[0].ChangesetID, all
}

// hasData requires two changesets, one after the other, of which the first has the sym file.
func hasData(t *testing.T, cfg cloud.Config) (view, cluster, last string) {
	t.Helper()
	view, cluster, all := shownData(t, cfg)
	require.Len(t, all, 2)
	first, second := all[0], all[1]
	if first.CreatedTimestamp.After(second.CreatedTimestamp) {
		first, second = second, first
	}
	assert.False(t, second.CreatedTimestamp.Before(first.LastModifiedTimestamp), "never two at once")
	assert.Equal(t, "s3://data/sym", first.ChangeRequests[0].S3Path)
	assert.Equal(t, "s3://data/2026.11.20/", first.ChangeRequests[1].S3Path)
	return view, cluster, second.ChangesetID
}

var finSpaceDataProof = proof{
	world: addData,
	build: func(t *testing.T, cfg cloud.Config, r rollout.Rollout) (rollout.Rollout, error) {
		return finSpaceData(t, cfg).Build(t.Context(), r)
	},
	effects: map[string]int{"CreateKxChangeset": 2, "UpdateKxDataview": 1, "UpdateKxClusterDatabases": 1},
	live:    "changeset 1 of 2 live new, changeset 2 of 2 live new, dataview static live new, cluster hdb live new",
	check: func(t *testing.T, cfg cloud.Config) {
		view, cluster, last := hasData(t, cfg)
		assert.Equal(t, last, view)
		assert.Equal(t, last, cluster)
	},
	undone: "changeset 1 of 2 live new, changeset 2 of 2 live new, dataview static undone old, cluster hdb undone old",
	restored: func(t *testing.T, cfg cloud.Config) {
		view, cluster, _ := hasData(t, cfg)
		assert.Equal(t, "before", view)
		assert.Equal(t, "before", cluster)
	},
	undo: rollout.UndoWave,
	stands: func(t *testing.T, cfg cloud.Config, step string, as rollout.Stands) bool {
		view, cluster, all := shownData(t, cfg)
		isOld, ok := map[string]bool{
			"changeset 1 of 2": len(all) < 1, "changeset 2 of 2": len(all) < 2, "dataview static": view == "before", "cluster hdb": cluster == "before",
		}[step]
		return ok && as == oldOrNew(isOld)
	},
}

func TestFinSpaceData(t *testing.T) { finSpaceDataProof.test(t) }

func TestFinSpaceDataThatFails(t *testing.T) {
	t.Parallel()
	const create, move, update = "CreateKxChangeset", "UpdateKxDataview", "UpdateKxClusterDatabases"
	for _, tt := range []struct {
		name    string
		endings []emulator.Ending
		want    string
		errs    []string
	}{
		{
			"the second changeset", []emulator.Ending{{Operation: create}, {Operation: create, Fail: true, Reason: "no such file"}},
			"changeset 1 of 2 live new, changeset 2 of 2 undo failed unknown, dataview static blocked old, cluster hdb blocked old",
			[]string{"no such file", "there is no way back"},
		},
		{
			"a dataview", []emulator.Ending{{Operation: create}, {Operation: create}, {Operation: move, Fail: true, Reason: "the volume is full"}},
			"changeset 1 of 2 live new, changeset 2 of 2 live new, dataview static undone old, cluster hdb blocked old",
			[]string{"the volume is full"},
		},
		{
			"a cluster, and the way back of the dataview", []emulator.Ending{
				{Operation: create}, {Operation: create}, {Operation: move}, {Operation: update, Fail: true, Reason: "no disk"},
				{Operation: move, Fail: true, Reason: "the volume is full"},
			},
			"changeset 1 of 2 live new, changeset 2 of 2 live new, dataview static undo failed unknown, cluster hdb undone old",
			[]string{"no disk", "the volume is full"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				report, _, err := finSpaceDataProof.ends(t, func(r *rollout.Rollout) { r.OnFailure = rollout.UndoWave }, tt.endings...)
				require.Error(t, err)
				assert.Equal(t, tt.want, phasesOf(report), report)
				for _, text := range tt.errs {
					require.ErrorContains(t, err, text)
				}
			})
		})
	}
}

// TestFinSpaceDataWaits has a changeset of somebody else, and a dataview that updates itself some time after the last one.
func TestFinSpaceDataWaits(t *testing.T) {
	t.Parallel()
	for name, follows := range map[string]bool{"it follows": true, "it fails": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				emu := finSpaceDataProof.start(t)
				c := newFinSpace(t, emu.Config())
				emu.FinSpace.AddKxDataview("kxenv", "trades", finspace.GetKxDataviewResponse{DataviewName: "auto", AutoUpdate: true, ChangesetID: "before"})
				_, err := c.CreateKxChangeset(t.Context(), finspace.CreateKxChangesetRequest{
					EnvironmentID: "kxenv", DatabaseName: "trades", ChangeRequests: changes()[:1],
				})
				require.NoError(t, err)
				begun := time.Now()
				time.AfterFunc(time.Hour, func() {
					auto := finspace.GetKxDataviewResponse{DataviewName: "auto", AutoUpdate: true, Status: finspace.KxDataviewStatusFailed, StatusReason: "full"}
					if follows {
						_, _, all := shownData(t, emu.Config())
						last := all[0]
						for _, s := range all {
							if s.CreatedTimestamp.After(last.CreatedTimestamp) {
								last = s
							}
						}
						auto.Status, auto.StatusReason, auto.ChangesetID = finspace.KxDataviewStatusActive, "", last.ChangesetID
					}
					emu.FinSpace.AddKxDataview("kxenv", "trades", auto)
				})
				_, report, err := finSpaceDataProof.run(t, emu, journal.Memory(), 0, nil)
				assert.GreaterOrEqual(t, time.Since(begun), time.Hour)
				if !follows {
					require.ErrorIs(t, err, cloud.ErrUnhealthy)
					require.ErrorContains(t, err, "dataview auto has failed: full")
					return
				}
				require.NoError(t, err)
				assert.Equal(t, finSpaceDataProof.live, phasesOf(report))
				for _, r := range emu.Requests() {
					if r.Operation == "CreateKxChangeset" && r.At.After(begun) {
						assert.GreaterOrEqual(t, r.At.Sub(begun), 4*time.Minute, "after theirs")
					}
				}
			})
		})
	}
}

func TestFinSpaceDataIsChecked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := finSpaceDataProof.start(t)
		emu.FinSpace.AddKxDataview("kxenv", "trades", finspace.GetKxDataviewResponse{DataviewName: "auto", AutoUpdate: true, ChangesetID: "before"})
		addKxCluster(emu, "tick")
		for _, tt := range []struct {
			edit func(*release.FinSpaceData)
			want string
		}{
			{func(f *release.FinSpaceData) { f.Client = nil }, "Client: required"},
			{func(f *release.FinSpaceData) { f.Database = "" }, "Database: required"},
			{func(f *release.FinSpaceData) { f.Changes = nil }, "Changes: required"},
			{func(f *release.FinSpaceData) { f.ChunkSize = -1 }, "ChunkSize: must not be negative, given -1"},
		} {
			recipe := finSpaceData(t, emu.Config())
			tt.edit(&recipe)
			_, err := recipe.Build(t.Context(), rollout.Rollout{})
			require.ErrorContains(t, err, tt.want)
		}
		recipe := finSpaceData(t, emu.Config())
		recipe.Wait, recipe.Dataviews, recipe.Clusters = 20*time.Minute, []string{"auto"}, []string{"tick"}
		recipe.Strategy = finspace.KxDeploymentStrategyRolling
		r, err := recipe.Build(t.Context(), rollout.Rollout{})
		require.NoError(t, err)
		_, err = r.Run(t.Context())
		require.ErrorContains(t, err, "dataview auto does not show changeset")
		require.ErrorContains(t, err, "after 20m0s of waiting")

		emu.FinSpace.AddKxDataview("kxenv", "trades", finspace.GetKxDataviewResponse{DataviewName: "auto", ChangesetID: "before"})
		recipe.Dataviews = []string{}
		r, err = recipe.Build(t.Context(), rollout.Rollout{})
		require.NoError(t, err)
		_, err = r.Run(t.Context())
		require.ErrorContains(t, err, "Clusters: must be clusters with the database trades and without a dataview of it, given tick")
	})
}
