package flows_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// reads are one read of each service.
var reads = map[string]func(context.Context, clients) (any, error){
	"GetKxCluster": func(ctx context.Context, c clients) (any, error) {
		return c.finspace.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
	},
	"GetServiceInstance": func(ctx context.Context, c clients) (any, error) {
		return c.proton.GetServiceInstance(ctx, proton.GetServiceInstanceRequest{ServiceName: "shop", Name: "prod"})
	},
	"GetJob": func(ctx context.Context, c clients) (any, error) {
		return c.flink.GetJob(ctx, flink.GetJobRequest{JobID: "job-1"})
	},
	"DescribeDataEngine": func(ctx context.Context, c clients) (any, error) {
		return c.dlc.DescribeDataEngine(ctx, dlc.DescribeDataEngineRequest{DataEngineName: "etl"})
	},
}

// TestUnusableResponses is over real connections: each bad response is one clear error, and the call after
// it is as good as ever.
func TestUnusableResponses(t *testing.T) {
	t.Parallel()
	kinds := map[emulator.FaultKind]cloud.Kind{
		emulator.NullBody: cloud.ErrTransport, emulator.EmptyObject: cloud.ErrTransport, emulator.EmptyBody: cloud.ErrTransport,
		emulator.Truncate: cloud.ErrTransport, emulator.Oversize: cloud.ErrTransport, emulator.Reset: cloud.ErrTransport,
		emulator.HTML: cloud.ErrUnavailable, emulator.ServerError: cloud.ErrInternal,
		emulator.Throttle: cloud.ErrThrottled, emulator.ErrorIn200: cloud.ErrInternal,
	}
	for operation, read := range reads {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			emu, err := emulator.Start()
			require.NoError(t, err)
			t.Cleanup(emu.Close)
			seed(emu)
			c := clientsOf(t, emu, func(cfg *cloud.Config) { cfg.Retry.MaxAttempts = 1 })
			for fault, kind := range kinds {
				remove := emu.Inject(emulator.Fault{Operation: operation, Kind: fault, Times: -1})
				out, err := read(t.Context(), c)
				assert.Nil(t, out, fault)
				if fault == emulator.ErrorIn200 && operation == "GetJob" {
					kind = cloud.ErrUnavailable // the service's own word for it
				}
				require.ErrorIs(t, err, kind, "%s: %v", fault, err)
				assert.NotContains(t, err.Error(), "\n", fault)
				remove()

				_, err = read(t.Context(), c)
				require.NoError(t, err, "after %s", fault)
			}
		})
	}
}

// TestRepeatedByNetHTTP covers the GET requests that net/http sends again, as they are, when a kept
// connection breaks: Alibaba's gateway refuses the copy because it knows its nonce, and the call must
// go on with a new one.
func TestRepeatedByNetHTTP(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	seed(emu)
	c := newClients(t, emu)
	_, err = reads["GetJob"](t.Context(), c) // opens the connection
	require.NoError(t, err)
	emu.Inject(emulator.Fault{Operation: "GetJob", Kind: emulator.Reset})
	_, err = reads["GetJob"](t.Context(), c)
	require.NoError(t, err)
}

func TestUnknownThings(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	c := clientsOf(t, emu, nil)
	codes := map[string]cloud.Code{
		"GetKxCluster": finspace.CodeResourceNotFoundException, "GetServiceInstance": proton.CodeResourceNotFoundException,
		"GetJob": flink.CodeObjectNotFound, "DescribeDataEngine": dlc.CodeResourceNotFoundDataEngineNotFound,
	}
	for operation, read := range reads {
		out, err := read(t.Context(), c)
		assert.Nil(t, out)
		require.ErrorIs(t, err, cloud.ErrNotFound, operation)
		require.ErrorIs(t, err, codes[operation], operation)
		var call *cloud.Error
		require.ErrorAs(t, err, &call)
		assert.NotEmpty(t, call.RequestID, operation)
		assert.NotEmpty(t, call.Message, operation)
	}
}

func TestWrongKeys(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	seed(emu)
	for name, key := range map[string]cloud.CredentialsProvider{
		"unknown key":  cloud.StaticCredentials("nobody", "whatever-it-takes", ""),
		"wrong secret": cloud.StaticCredentials(emulator.AccessKeyID, "not-the-secret-at-all", ""),
	} {
		c := clientsOf(t, emu, func(cfg *cloud.Config) { cfg.Credentials = key })
		for operation, read := range reads {
			_, err := read(t.Context(), c)
			require.ErrorIs(t, err, cloud.ErrUnauthenticated, "%s with %s: %v", operation, name, err)
			assert.NotContains(t, err.Error(), "not-the-secret-at-all")
		}
	}
}

func TestOneClientManyGoroutines(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	seed(emu)
	c := clientsOf(t, emu, func(cfg *cloud.Config) { cfg.RequestRate = -1 })
	for operation, read := range reads {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			var wg sync.WaitGroup
			for range 64 {
				wg.Go(func() {
					for range 5 {
						out, err := read(t.Context(), c)
						assert.NoError(t, err)
						assert.NotNil(t, out)
					}
				})
			}
			wg.Wait()
		})
	}
}
