package flows_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// resourceFlows are the changes of resources of DLC, as opposed to work such as tasks.
var resourceFlows = slices.Concat(dlcEngineFlows, dlcGroupFlows, dlcRayClusterFlows, dlcLabFlows, dlcInferenceFlows, dlcRayJobFlows[:1])

// startOfDLC returns a flow by its name.
func startOfDLC(t *testing.T, name string) flow {
	for _, f := range resourceFlows {
		if f.String() == name {
			return f
		}
	}
	require.Fail(t, "no flow", name)
	return flow{}
}

// finish starts a change whose first start got no response, as often as the change says, and returns the last error.
func finish(t *testing.T, ch cloud.AnyChange) error {
	for range 100 {
		err := ch.Start(t.Context())
		var start *cloud.StartError
		if err == nil || !assert.ErrorAs(t, err, &start) || start.Next == 0 {
			return err
		}
		time.Sleep(start.Next)
	}
	return ch.Start(t.Context())
}

// TestDLCStartThatIsLost takes each change from a start without a response to its end, by another process.
func TestDLCStartThatIsLost(t *testing.T) {
	t.Parallel()
	for _, f := range resourceFlows {
		for name, later := range map[string]time.Duration{"at once": 0, "when it is over": 2 * changeTime} {
			t.Run(f.String()+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					run(t, f, func(emu *emulator.Emulator) {
						dead, err := f.prepare(t.Context(), newClients(t, emu))
						require.NoError(t, err)
						token := dead.Token()
						_ = dead.Start(t.Context()) // nobody saves what comes of it
						time.Sleep(later)
						ch, err := f.resume(newClients(t, emu), token)
						require.NoError(t, err)
						require.NoError(t, finish(t, ch))
						value, err := ch.WaitAny(t.Context())
						require.NoError(t, err)
						f.live(t, value)
						assert.Equal(t, 1, count(emu, f.start))
					}, emulator.WithStaleReads(30*time.Second))
				})
			})
		}
	}
}

// TestDLCStartThatFailed is an engine on which a change failed before anyone looks: it is not started again.
func TestDLCStartThatFailed(t *testing.T) {
	t.Parallel()
	for _, f := range dlcEngineFlows {
		for _, end := range f.ends {
			t.Run(f.String()+" "+end.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					run(t, f, func(emu *emulator.Emulator) {
						outcome := end.outcome
						outcome.Service, outcome.Operation = f.service, f.start
						emu.Script(outcome)
						dead, err := f.prepare(t.Context(), newClients(t, emu))
						require.NoError(t, err)
						token := dead.Token()
						require.NoError(t, dead.Start(t.Context()))
						time.Sleep(2 * changeTime)
						ch, err := f.resume(newClients(t, emu), token)
						require.NoError(t, err)
						require.NoError(t, finish(t, ch))
						_, err = ch.WaitAny(t.Context())
						var wait *cloud.WaitError
						require.ErrorAs(t, err, &wait)
						assert.Equal(t, end.want, wait.Outcome)
						assert.Contains(t, wait.Reason, end.reason)
						assert.Equal(t, 1, count(emu, f.start))
					})
				})
			})
		}
	}
}

// TestDLCChangesOfOthers is what another caller does between the preparation of a change and a start whose process
// died before it was sent: it counts only if it is what was asked for.
func TestDLCChangesOfOthers(t *testing.T) {
	t.Parallel()
	switchTo := func(image string) func(context.Context, *dlc.Client) error {
		return func(ctx context.Context, c *dlc.Client) error {
			_, err := c.SwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: image})
			return err
		}
	}
	update := func(size int) func(context.Context, *dlc.Client) error {
		return func(ctx context.Context, c *dlc.Client) error {
			_, err := c.UpdateDataEngine(ctx, dlc.UpdateDataEngineRequest{DataEngineName: "etl", Size: size, MinClusters: 1, MaxClusters: 2, Message: "for reports"})
			return err
		}
	}
	restart := func(ctx context.Context, c *dlc.Client) error {
		_, err := c.RestartDataEngine(ctx, dlc.RestartDataEngineRequest{DataEngineID: "DataEngine-1"})
		return err
	}
	base := func(ctx context.Context, c *dlc.Client) error {
		_, err := c.UpdateStandardEngineResourceGroupBaseInfo(ctx, dlc.UpdateStandardEngineResourceGroupBaseInfoRequest{
			EngineResourceGroupName: "etl", AutoLaunch: 1, AutoPauseTime: 15, MaxConcurrency: new(8),
		})
		return err
	}
	for name, tt := range map[string]struct {
		flow  string
		other func(context.Context, *dlc.Client) error
		want  error
	}{
		"the same image":           {"SwitchDataEngineImage", switchTo("new"), nil},
		"a third image":            {"SwitchDataEngineImage", switchTo("third"), cloud.ErrUncertain},
		"a new size, for an image": {"SwitchDataEngineImage", update(64), cloud.ErrNotBegun},
		"a restart, for an image":  {"SwitchDataEngineImage", restart, cloud.ErrUncertain},
		"the same size":            {"UpdateDataEngine", update(64), nil},
		"a third size":             {"UpdateDataEngine", update(128), cloud.ErrUncertain},
		"an image, for a size":     {"UpdateDataEngine", switchTo("new"), cloud.ErrNotBegun},
		"a restart":                {"RestartDataEngine", restart, nil},
		"an image, for a restart":  {"RestartDataEngine", switchTo("new"), cloud.ErrNotBegun},
		"the same settings":        {"UpdateStandardEngineResourceGroupBaseInfo", base, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := startOfDLC(t, tt.flow)
			synctest.Test(t, func(t *testing.T) {
				run(t, f, func(emu *emulator.Emulator) {
					emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
					emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "third"})
					dead, err := f.prepare(t.Context(), newClients(t, emu))
					require.NoError(t, err)
					require.NoError(t, tt.other(t.Context(), newClients(t, emu).dlc))
					starts := count(emu, f.start)
					ch, err := f.resume(newClients(t, emu), dead.Token())
					require.NoError(t, err)
					err = finish(t, ch)
					assert.Equal(t, starts, count(emu, f.start), "nothing is sent")
					if tt.want != nil {
						require.ErrorIs(t, err, tt.want)
						return
					}
					require.NoError(t, err)
					waitLive(t, f, ch)
				})
			})
		})
	}
}
