package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func TestRolloutUpdatesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t)) // closes it, and fails for what did not happen
		require.NoError(t, err)
		emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
		isGood := func(r finspace.UpdateKxClusterCodeConfigurationRequest) bool { return r.Code.S3Key == "good.zip" }
		emu.Expect("UpdateKxClusterCodeConfiguration").Times(1).With(emulator.Input(isGood))
		emu.Expect("DeleteKxCluster").Times(0)
		require.NoError(t, rollout(t.Context(), emu.Config(), "good.zip"))
	})
}

func TestRollout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // virtual time: the 40 minutes pass at once
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(40*time.Minute))
		require.NoError(t, err)
		defer emu.Close()
		emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
		require.NoError(t, rollout(t.Context(), emu.Config(), "good.zip"))

		emu.Script(emulator.Ending{Operation: "UpdateKxClusterCodeConfiguration", Fail: true, Reason: "init.q failed"})
		require.ErrorContains(t, rollout(t.Context(), emu.Config(), "bad.zip"), "init.q failed")
	})
}
