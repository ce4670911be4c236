package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func TestDeletion(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-old"})
	c, err := finspace.New(emu.Config())
	require.NoError(t, err)

	command, err := deletion(t.Context(), c, finspace.DeleteKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-old"})
	require.NoError(t, err)
	assert.Contains(t, command, "-X DELETE '"+emu.URL()+"/kx/environments/kx7example/clusters/hdb-old?clientToken=")
	assert.Empty(t, emu.Requests(), "nothing was sent")

	_, err = deletion(t.Context(), c, finspace.DeleteKxClusterRequest{EnvironmentID: "kx7example"})
	assert.ErrorContains(t, err, "clusterName: required")
}
