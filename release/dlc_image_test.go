package release_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

var engines = []string{"etl", "adhoc"}

func addEngines(emu *emulator.Emulator) {
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "old", EngineType: "SparkSQL"}, "old-1")
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new", EngineType: "SparkSQL"}, "new-1")
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "presto", EngineType: "PrestoSQL"})
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{
		ImageVersionID: "offline", EngineType: "SparkSQL", State: dlc.ImageVersionStateOffline,
	})
	for _, name := range engines {
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{
			DataEngineName: name, DataEngineID: "DataEngine-" + name, EngineTypeDetail: "SparkSQL", ImageVersionID: "old", ChildImageVersionID: "old-1",
		})
	}
}

func newDLC(t *testing.T, cfg cloud.Config) *dlc.Client {
	t.Helper()
	c, err := dlc.New(cfg)
	require.NoError(t, err)
	return c
}

func dlcImage(c *dlc.Client) release.DLCImage {
	return release.DLCImage{Client: c, Engines: engines, Image: "new", Smoke: []string{"SELECT 1"}}
}

func runsImage(t *testing.T, cfg cloud.Config, images ...string) {
	t.Helper()
	for i, name := range engines {
		e, err := newDLC(t, cfg).DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: name})
		require.NoError(t, err)
		assert.Equal(t, images[i], e.DataEngine.ChildImageVersionID, name)
	}
}

func dlcProof(operation string) proof {
	p := proof{
		world: addEngines,
		build: func(t *testing.T, cfg cloud.Config, r rollout.Rollout) (rollout.Rollout, error) {
			return dlcImage(newDLC(t, cfg)).Build(t.Context(), r)
		},
		effects: map[string]int{operation: 2},
		live:    "etl live new, adhoc live new",
		check:   func(t *testing.T, cfg cloud.Config) { runsImage(t, cfg, "new-1", "new-1") },
		undone:  "etl undone old, adhoc undone old",
		restored: func(t *testing.T, cfg cloud.Config) {
			runsImage(t, cfg, "old-1", "old-1")
		},
		stands: func(t *testing.T, cfg cloud.Config, step string, as rollout.Stands) bool {
			e, err := newDLC(t, cfg).DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: step})
			require.NoError(t, err)
			return as == oldOrNew(e.DataEngine.ChildImageVersionID == "old-1")
		},
	}
	return p
}

func TestDLCImage(t *testing.T) { dlcProof("SwitchDataEngineImage").test(t) }

// TestDLCMinorImage upgrades the engines to the newest minor version, and rolls it back.
func TestDLCMinorImage(t *testing.T) {
	p := dlcProof("UpgradeDataEngineImage")
	p.world = func(emu *emulator.Emulator) {
		addEngines(emu)
		emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "old", EngineType: "SparkSQL"}, "old-1", "old-2")
	}
	p.build = func(t *testing.T, cfg cloud.Config, r rollout.Rollout) (rollout.Rollout, error) {
		recipe := dlcImage(newDLC(t, cfg))
		recipe.Image = ""
		return recipe.Build(t.Context(), r)
	}
	p.check = func(t *testing.T, cfg cloud.Config) { runsImage(t, cfg, "old-2", "old-2") }
	p.every = 3 // TestDLCImage leaves none out
	p.test(t)
}

// TestDLCSmoke has faults in the start of the statement of the first engine, which must run once.
func TestDLCSmoke(t *testing.T) {
	t.Parallel()
	p := dlcProof("SwitchDataEngineImage")
	for _, fault := range []emulator.Fault{
		{Kind: emulator.Throttle, Times: 20},
		{Kind: emulator.Reset, Times: 1},
		{Kind: emulator.Reset, AfterEffect: true, Times: 1},
	} {
		t.Run(string(fault.Kind), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				emu := p.start(t)
				fault.Operation = "CreateTask"
				emu.Inject(fault)
				_, report, err := p.run(t, emu, journal.Memory(), 0, nil)
				p.requireLive(t, emu, report, err, string(fault.Kind))
				tasks := 0
				for _, r := range emu.Requests() {
					if r.Operation == "CreateTask" {
						tasks += r.Changes
					}
				}
				assert.Equal(t, 2, tasks)
			})
		})
	}
}

func TestDLCImageThatFails(t *testing.T) {
	t.Parallel()
	undo := func(r *rollout.Rollout) { r.OnFailure, r.InFlight = rollout.UndoAll, 1 }
	const op = "SwitchDataEngineImage"
	for _, tt := range []struct {
		name    string
		endings []emulator.Ending
		want    string
		images  []string
		errs    []string
	}{
		{
			"a switch", []emulator.Ending{{Operation: op, Fail: true, Reason: "no nodes"}},
			"etl undone old, adhoc blocked old", []string{"old-1", "old-1"}, []string{"no nodes"},
		},
		{
			"a statement", []emulator.Ending{{Operation: op}, {Operation: "CreateTask", Fail: true, Reason: "no such table"}},
			"etl undone old, adhoc blocked old", []string{"old-1", "old-1"}, []string{"live, but not good: statement 1", "no such table"},
		},
		{
			"the way back", []emulator.Ending{
				{Operation: op}, {Operation: "CreateTask", Fail: true, Reason: "no such table"}, {Operation: op, Fail: true, Reason: "no nodes"},
			},
			"etl undo failed unknown, adhoc blocked old", []string{"new-1", "old-1"}, []string{"no such table", "no nodes"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				report, emu, err := dlcProof(op).ends(t, undo, tt.endings...)
				require.Error(t, err)
				assert.Equal(t, tt.want, phasesOf(report))
				for _, text := range tt.errs {
					require.ErrorContains(t, err, text)
				}
				runsImage(t, emu.Config(), tt.images...)
			})
		})
	}
}

// TestDLCDrain has a task on an engine: the switch waits for its end, or gives up.
func TestDLCDrain(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]bool{"it ends": true, "it runs on": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := dlcProof("SwitchDataEngineImage")
				emu := p.start(t)
				id := emu.DLC.AddTask(dlc.TaskResponseInfo{DataEngineName: "etl"})
				if ends {
					time.AfterFunc(5*time.Minute, func() {
						emu.DLC.AddTask(dlc.TaskResponseInfo{ID: id, DataEngineName: "etl", State: dlc.TaskStateSucceeded})
					})
				}
				begun := time.Now()
				_, report, err := p.run(t, emu, journal.Memory(), 0, nil)
				if ends {
					p.requireLive(t, emu, report, err, name)
					for _, r := range emu.Requests() {
						if in, ok := r.Input.(dlc.SwitchDataEngineImageRequest); ok && in.DataEngineID == "DataEngine-etl" {
							assert.GreaterOrEqual(t, r.At.Sub(begun), 5*time.Minute)
						}
					}
					return
				}
				require.ErrorIs(t, err, cloud.ErrConflict)
				require.ErrorContains(t, err, "1 tasks run on engine etl, after 15m0s of waiting")
				assert.Equal(t, "etl failed old, adhoc live new", phasesOf(report))
			})
		})
	}
}

func TestDLCImageIsChecked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := dlcProof("").start(t)
		c := newDLC(t, emu.Config())
		for _, tt := range []struct {
			edit func(*release.DLCImage)
			want string
		}{
			{func(d *release.DLCImage) { d.Client = nil }, "Client: required"},
			{func(d *release.DLCImage) { d.Engines = nil }, "Engines: required"},
			{func(d *release.DLCImage) { d.Image = "presto" }, "Image: must be an image for engine etl, which is of type SparkSQL: new (SparkSQL 1.0), old"},
			{func(d *release.DLCImage) { d.Image = "offline" }, "Image: must be online, given offline"},
			{func(d *release.DLCImage) { d.Engines = []string{"other"} }, "other"},
		} {
			recipe := dlcImage(c)
			tt.edit(&recipe)
			r, err := recipe.Build(t.Context(), rollout.Rollout{})
			if err == nil {
				_, err = r.Plan(t.Context())
			}
			require.ErrorContains(t, err, tt.want)
		}
		recipe := dlcImage(c)
		for _, image := range []string{"old", ""} {
			recipe.Image = image
			recipe.Verify = func(context.Context, *dlc.DescribeDataEngineResponse) error { return errNoRows }
			r, err := recipe.Build(t.Context(), rollout.Rollout{})
			require.NoError(t, err)
			report, err := r.Run(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "etl skipped new, adhoc skipped new", phasesOf(report))
		}
		recipe.Image = "new"
		r, err := recipe.Build(t.Context(), rollout.Rollout{})
		require.NoError(t, err)
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, errNoRows)
		assert.Equal(t, "etl unhealthy new, adhoc unhealthy new", phasesOf(report))
	})
}
