package main

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
)

var code = finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"}

// environment is an emulator with five clusters, one of which does not run.
func environment(t *testing.T) (*emulator.Emulator, *finspace.Client) {
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(40*time.Minute))
	require.NoError(t, err)
	for i := range 5 {
		cluster := finspace.GetKxClusterResponse{ClusterName: fmt.Sprintf("hdb-%d", i)}
		if i == 3 {
			cluster.Status = finspace.KxClusterStatusCreateFailed
		}
		emu.FinSpace.AddKxCluster("kx7example", cluster)
	}
	c, err := finspace.New(emu.Config())
	require.NoError(t, err)
	return emu, c
}

func TestFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu, c := environment(t)
		defer emu.Close()
		waiters, err := begin(t.Context(), c, "kx7example", code)
		require.NoError(t, err)
		assert.Len(t, waiters, 4)
		began := time.Now()
		require.NoError(t, waitForAll(t.Context(), waiters))
		assert.Less(t, time.Since(began), 50*time.Minute, "all at once")
		for i, w := range waiters {
			cluster, err := w.(*cloud.Change[finspace.GetKxClusterResponse]).Wait(t.Context())
			require.NoError(t, err)
			assert.Equal(t, code, *cluster.Code, i)
		}
	})
}

func TestFleetStopsAtAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu, c := environment(t)
		defer emu.Close()
		emu.Script(emulator.Ending{Operation: "UpdateKxClusterCodeConfiguration", Fail: true, Reason: "init.q failed", After: time.Minute})
		waiters, err := begin(t.Context(), c, "kx7example", code)
		require.NoError(t, err)
		began := time.Now()
		err = waitForAll(t.Context(), waiters)
		require.ErrorContains(t, err, "0 of 4 are live")
		require.ErrorContains(t, err, "init.q failed")
		assert.Less(t, time.Since(began), 2*time.Minute)
	})
}
