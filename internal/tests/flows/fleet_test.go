package flows_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// TestFleetAcrossClouds waits for changes of three services together, some of which fail, with each
// service's reads kept to its rate.
func TestFleetAcrossClouds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const each = 40
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(5*time.Minute))
		require.NoError(t, err)
		defer emu.Close()
		c := newClients(t, emu)
		emu.Script(
			emulator.Ending{Operation: "HotUpdateJob", Fail: true, Reason: "no slots"},
			emulator.Ending{Operation: "CreateKxChangeset", Cancel: true, Reason: "stopped"},
		)
		waiters := beginMany(t, emu, c, each)
		steps := 0
		var bad []string
		for step, err := range (cloud.Fleet{Concurrency: 30}).Watch(t.Context(), waiters...) {
			steps++
			if err != nil {
				bad = append(bad, step.Reason)
			}
		}
		slices.Sort(bad)
		assert.Equal(t, []string{"HOT_UPDATE_FAILED: no slots (severity CRITICAL)", "stopped (Cancelled)"}, bad)
		assert.Less(t, steps, len(waiters)*45)

		results, err := cloud.WaitAll(t.Context(), waiters...)
		require.ErrorContains(t, err, fmt.Sprintf("2 of %d changes did not succeed", len(waiters)))
		assert.Equal(t, "new", results[2].Value.(*dlc.DescribeDataEngineResponse).DataEngine.ImageVersionID, "what has ended is known without a call")
		assert.Less(t, count(emu, "DescribeDataEngine")+count(emu, "DescribeDataEngines"), each+60, "the waits for engines share their reads")
		assertRate(t, emu, "GetHotUpdateJobResult", 100+10)
	})
}

// beginMany starts changes in turn: a hot update, a changeset, an image switch.
func beginMany(t *testing.T, emu *emulator.Emulator, c clients, each int) (waiters []cloud.AnyWaiter) {
	t.Helper()
	emu.FinSpace.AddKxDatabase("kxenv", finspace.GetKxDatabaseResponse{DatabaseName: "trades"})
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
	for i := range each {
		job := emu.Flink.AddJob("w1", "default", flink.Job{})
		hot, err := c.flink.BeginHotUpdateJob(t.Context(), flink.HotUpdateJobRequest{JobID: job})
		require.NoError(t, err)
		changeset, err := c.finspace.BeginCreateKxChangeset(t.Context(), finspace.CreateKxChangesetRequest{
			EnvironmentID: "kxenv", DatabaseName: "trades",
			ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypePut, S3Path: "s3://lake/day/", DBPath: fmt.Sprintf("/%d/", i)}},
		})
		require.NoError(t, err)
		engine := emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: fmt.Sprintf("engine-%d", i)})
		image, err := c.dlc.BeginSwitchDataEngineImage(t.Context(), dlc.SwitchDataEngineImageRequest{DataEngineID: engine, NewImageVersionID: "new"})
		require.NoError(t, err)
		waiters = append(waiters, hot, changeset, image)
	}
	return waiters
}

// assertRate looks at how many requests of an operation came within any one second.
func assertRate(t *testing.T, emu *emulator.Emulator, operation string, most int) {
	t.Helper()
	var at []time.Time
	for _, r := range emu.Requests() {
		if r.Operation == operation {
			at = append(at, r.At)
		}
	}
	require.NotEmpty(t, at)
	busiest := 0
	for i := range at {
		n := 0
		for _, later := range at[i:] {
			if later.Sub(at[i]) < time.Second {
				n++
			}
		}
		busiest = max(busiest, n)
	}
	assert.LessOrEqual(t, busiest, most, operation)
}
