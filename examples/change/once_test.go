package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

func TestReleaseOnceAndTakeItBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(40*time.Minute))
		require.NoError(t, err)
		defer emu.Close()
		old, code := finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"}, finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"}
		emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod", Code: &old})
		c, err := finspace.New(emu.Config())
		require.NoError(t, err)
		shown := func() finspace.CodeConfiguration {
			cluster, err := c.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"})
			require.NoError(t, err)
			return *cluster.Code
		}

		j := journal.Memory()
		for range 2 { // the second time the change has ended
			require.NoError(t, release(t.Context(), c, j, "2026.11.21", code))
			assert.Equal(t, code, shown())
		}
		updates := 0
		for _, r := range emu.Requests() {
			updates += r.Changes
		}
		assert.Equal(t, 1, updates)

		entry, err := j.Load(t.Context(), "2026.11.21")
		require.NoError(t, err)
		require.NoError(t, takeBack(t.Context(), entry.Token.Reveal(), c))
		assert.Equal(t, old, shown())
	})
}
