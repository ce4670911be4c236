package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func TestPrintClusters(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "rdb-prod"})
	var out bytes.Buffer
	require.NoError(t, printClusters(t.Context(), emu.Config(), "kx7example", &out))
	assert.Equal(t, "hdb-prod is RUNNING\nrdb-prod is RUNNING\n", out.String())
}

func TestAdvise(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code  string
		kind  cloud.Kind
		fault emulator.FaultKind
		says  string
	}{
		{"LimitExceededException", cloud.ErrQuota, emulator.Refuse, "ask for a higher limit, naming request "},
		{"AccessDeniedException", cloud.ErrDenied, emulator.Refuse, "check the credentials"},
		{"ThrottlingException", cloud.ErrThrottled, emulator.Throttle, "try again later"},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			t.Parallel()
			emu, err := emulator.Start()
			require.NoError(t, err)
			t.Cleanup(emu.Close)
			emu.Inject(emulator.Fault{Operation: "ListKxClusters", Kind: tt.fault, Code: tt.code, Status: 400, Times: -1})
			cfg := emu.Config()
			cfg.Retry.MaxAttempts = 1
			err = printClusters(t.Context(), cfg, "kx7example", &bytes.Buffer{})
			require.ErrorIs(t, err, tt.kind)
			assert.ErrorContains(t, err, tt.says)
		})
	}
	err := printClusters(t.Context(), cloud.Config{Region: "us-east-1"}, "NOT AN ID", &bytes.Buffer{})
	assert.ErrorContains(t, err, "fix the request")
}
