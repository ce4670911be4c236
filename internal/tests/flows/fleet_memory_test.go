package flows_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// resumable returns, for a change of each service that is under way, what resumes it.
func resumable(t *testing.T, emu *emulator.Emulator, c clients) map[string]func() (cloud.AnyWaiter, error) {
	t.Helper()
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
	code, err := c.finspace.BeginUpdateKxClusterCodeConfiguration(t.Context(), finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "v2.zip"},
	})
	require.NoError(t, err)
	emu.Proton.AddServiceInstance(proton.ServiceInstance{Name: "front", ServiceName: "orders"})
	instance, err := c.proton.BeginUpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{
		Name: "front", ServiceName: "orders", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "a: b",
	})
	require.NoError(t, err)
	job := emu.Flink.AddJob("w1", "default", flink.Job{})
	hot, err := c.flink.BeginHotUpdateJob(t.Context(), flink.HotUpdateJobRequest{JobID: job})
	require.NoError(t, err)
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
	engine := emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "etl"})
	image, err := c.dlc.BeginSwitchDataEngineImage(t.Context(), dlc.SwitchDataEngineImageRequest{
		DataEngineID: engine, NewImageVersionID: "new",
	})
	require.NoError(t, err)
	return map[string]func() (cloud.AnyWaiter, error){
		"finspace": func() (cloud.AnyWaiter, error) {
			return c.finspace.ResumeUpdateKxClusterCodeConfiguration(strings.Clone(code.Token()))
		},
		"proton": func() (cloud.AnyWaiter, error) {
			return c.proton.ResumeUpdateServiceInstance(strings.Clone(instance.Token()))
		},
		"flink": func() (cloud.AnyWaiter, error) { return c.flink.ResumeHotUpdateJob(strings.Clone(hot.Token())) },
		"dlc": func() (cloud.AnyWaiter, error) {
			return c.dlc.ResumeSwitchDataEngineImage(strings.Clone(image.Token()))
		},
	}
}

// TestChangesTakeLittleMemory checks what a change holds while it is followed: its state and its token, and nothing of the
// responses, which are as long as the service makes them.
//
//nolint:paralleltest // it measures the memory of the process
func TestChangesTakeLittleMemory(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("thousands of changes")
	}
	const many = 2000
	most := map[string]uint64{"finspace": 2600, "proton": 2950, "flink": 1900, "dlc": 2400} // bytes
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(24*time.Hour))
	require.NoError(t, err)
	defer emu.Close()
	c := clientsOf(t, emu, func(cfg *cloud.Config) { cfg.RequestRate = -1 })
	for name, resume := range resumable(t, emu, c) {
		waiters := make([]cloud.AnyWaiter, many)
		first, err := resume() // and with it what all share
		require.NoError(t, err)
		for range many { // the emulator keeps the last calls
			_, err = first.PollAny(t.Context())
			require.NoError(t, err)
		}
		resumed := heapGrowth(func() {
			for i := range waiters {
				waiters[i], err = resume()
				require.NoError(t, err)
			}
		})
		polled := heapGrowth(func() {
			for _, w := range waiters {
				_, err := w.PollAny(t.Context())
				require.NoError(t, err)
			}
		})
		runtime.KeepAlive(waiters)
		t.Logf("%s: %d bytes resumed, %d more polled, token %d", name, resumed/many, polled/many, len(waiters[0].Token()))
		assert.Less(t, resumed/many, most[name], name)
		assert.Less(t, polled/many, uint64(700), name) // most of which are the nonces that the emulator keeps for Flink
	}
}

// heapGrowth returns how much memory what f makes holds.
func heapGrowth(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return max(after.HeapAlloc, before.HeapAlloc) - before.HeapAlloc
}
