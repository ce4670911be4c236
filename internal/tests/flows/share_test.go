package flows_test

import (
	"fmt"
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
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// manyWaits begins many changes of one kind.
type manyWaits struct {
	name  string
	begin func(t *testing.T, emu *emulator.Emulator, c clients, i int) cloud.AnyWaiter
	// own is the read that each wait ends with because the list shows too little, and begins with if the list does not
	// show a new resource yet; empty if the list is enough.
	own  string
	live func(t *testing.T, value any, i int)
}

var manyWaitsOfOneList = []manyWaits{
	{
		name: "engines of DLC",
		begin: func(t *testing.T, emu *emulator.Emulator, c clients, i int) cloud.AnyWaiter {
			emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
			id := emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: fmt.Sprint("engine-", i)})
			w, err := c.dlc.BeginSwitchDataEngineImage(t.Context(), dlc.SwitchDataEngineImageRequest{DataEngineID: id, NewImageVersionID: "new"})
			require.NoError(t, err)
			return w
		},
		live: func(t *testing.T, value any, i int) {
			engine := value.(*dlc.DescribeDataEngineResponse).DataEngine
			assert.Equal(t, fmt.Sprint("engine-", i), engine.DataEngineName)
			assert.Equal(t, "new", engine.ImageVersionID)
		},
	},
	{
		name: "tasks of DLC",
		begin: func(t *testing.T, _ *emulator.Emulator, c clients, i int) cloud.AnyWaiter {
			w, err := c.dlc.BeginCreateTask(t.Context(), dlc.CreateTaskRequest{
				Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64(fmt.Sprint("SELECT ", i))}},
			})
			require.NoError(t, err)
			return w
		},
		live: func(t *testing.T, value any, _ int) {
			assert.Equal(t, dlc.TaskStateSucceeded, value.(*dlc.TaskResponseInfo).State)
		},
	},
	{
		name: "session clusters of Flink",
		begin: func(t *testing.T, emu *emulator.Emulator, c clients, i int) cloud.AnyWaiter {
			name := fmt.Sprint("session-", i)
			emu.Flink.AddSessionCluster("w1", "default", flink.SessionCluster{
				Name: name, Status: &flink.SessionClusterStatus{CurrentSessionClusterStatus: flink.SessionClusterStateStopped},
			})
			w, err := c.flink.BeginStartSessionCluster(t.Context(), flink.StartSessionClusterRequest{SessionClusterName: name})
			require.NoError(t, err)
			return w
		},
		live: func(t *testing.T, value any, i int) {
			cluster := value.(*flink.GetSessionClusterResponse).Data
			assert.Equal(t, fmt.Sprint("session-", i), cluster.Name)
			assert.Equal(t, flink.SessionClusterStateRunning, cluster.Status.CurrentSessionClusterStatus)
		},
	},
	{
		name: "service instances of Proton",
		own:  "GetServiceInstance",
		begin: func(t *testing.T, emu *emulator.Emulator, c clients, i int) cloud.AnyWaiter {
			name := fmt.Sprint("instance-", i)
			emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: name})
			w, err := c.proton.BeginUpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{
				Name: name, ServiceName: "shop", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "a: " + name,
			})
			require.NoError(t, err)
			return w
		},
		live: func(t *testing.T, value any, i int) {
			instance := value.(*proton.GetServiceInstanceResponse).ServiceInstance
			assert.Equal(t, proton.DeploymentStatusSucceeded, instance.DeploymentStatus)
			assert.Equal(t, fmt.Sprint("a: instance-", i), instance.Spec)
		},
	},
	{
		name: "changesets of FinSpace",
		own:  "GetKxChangeset",
		begin: func(t *testing.T, emu *emulator.Emulator, c clients, i int) cloud.AnyWaiter {
			if i == 0 {
				emu.FinSpace.AddKxDatabase("kxenv", finspace.GetKxDatabaseResponse{DatabaseName: "trades"})
			}
			w, err := c.finspace.BeginCreateKxChangeset(t.Context(), finspace.CreateKxChangesetRequest{
				EnvironmentID: "kxenv", DatabaseName: "trades",
				ChangeRequests: []finspace.ChangeRequest{
					{ChangeType: finspace.ChangeTypePut, S3Path: "s3://lake/day/", DBPath: fmt.Sprintf("/%d/", i)},
				},
			})
			require.NoError(t, err)
			return w
		},
		live: func(t *testing.T, value any, i int) {
			changeset := value.(*finspace.GetKxChangesetResponse)
			assert.Equal(t, fmt.Sprintf("/%d/", i), changeset.ChangeRequests[0].DBPath)
		},
	},
}

// TestManyWaitsShareTheirReads is that fifty waits of one list cost about as many requests as one, whether they begin
// together or one after the other.
func TestManyWaitsShareTheirReads(t *testing.T) {
	t.Parallel()
	for _, tt := range manyWaitsOfOneList {
		for _, apart := range []time.Duration{0, 100 * time.Millisecond} {
			t.Run(fmt.Sprint(tt.name, ", ", apart, " apart"), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { shareReads(t, tt, apart) })
			})
		}
	}
}

func shareReads(t *testing.T, tt manyWaits, apart time.Duration) {
	const many = 50
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(changeTime))
	require.NoError(t, err)
	defer emu.Close()
	c := newClients(t, emu)
	var waiters []cloud.AnyWaiter
	for i := range many {
		waiters = append(waiters, tt.begin(t, emu, c, i))
		time.Sleep(apart)
	}
	before, ownBefore := len(emu.Requests()), count(emu, tt.own)
	results, err := cloud.WaitAll(t.Context(), waiters...)
	require.NoError(t, err)
	for i, r := range results {
		tt.live(t, r.Value, i)
	}
	own := count(emu, tt.own) - ownBefore
	assert.Less(t, len(emu.Requests())-before-own, 60, "the reads of all")
	assert.LessOrEqual(t, own, 2*many)
	assert.Equal(t, tt.own != "", own >= many)
}
