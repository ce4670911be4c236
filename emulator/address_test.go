package emulator_test

import (
	"context"
	"math"
	"net"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func TestAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "0.0.0.0:0", ":0"} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			emu := start(t, emulator.WithAddress(address))
			at, err := url.Parse(emu.URL())
			require.NoError(t, err)
			assert.Equal(t, "127.0.0.1", at.Hostname())
			c, err := finspace.New(emu.Config())
			require.NoError(t, err)
			_, err = c.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
			assert.NoError(t, err)
		})
	}
}

func TestOptionsThatCannotBeHad(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	tests := []struct {
		name string
		opts []emulator.Option
		says string
	}{
		{"an address in process", []emulator.Option{emulator.InProcess(), emulator.WithAddress("127.0.0.1:0")},
			`address: must be empty in process, given "127.0.0.1:0"`},
		{"an address that is taken", []emulator.Option{emulator.WithAddress(taken.Addr().String())}, "address already in use"},
		{"no speed", []emulator.Option{emulator.WithSpeed(0)}, "speed: must be more than 0 and at most 1000, given 0"},
		{"a clock that runs backward", []emulator.Option{emulator.WithSpeed(-1)}, "given -1"},
		{"too fast", []emulator.Option{emulator.WithSpeed(1001)}, "given 1001"},
		{"not a number", []emulator.Option{emulator.WithSpeed(math.NaN())}, "given NaN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := emulator.Start(tt.opts...)
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

func TestSpeed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		speed float64
		takes time.Duration
	}{{1, 30 * time.Second}, {60, 500 * time.Millisecond}, {0.5, time.Minute}} {
		synctest.Test(t, func(t *testing.T) {
			emu, err := emulator.Start(emulator.InProcess(), emulator.WithSpeed(tt.speed))
			require.NoError(t, err)
			defer emu.Close()
			seed(emu)
			c, err := finspace.New(emu.Config())
			require.NoError(t, err)
			_, err = c.UpdateKxClusterCodeConfiguration(t.Context(), finspace.UpdateKxClusterCodeConfigurationRequest{
				EnvironmentID: environment, ClusterName: cluster, Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "v2.zip"},
			})
			require.NoError(t, err)
			status := func() finspace.KxClusterStatus {
				out, err := c.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
				require.NoError(t, err)
				return out.Status
			}
			time.Sleep(tt.takes - 10*time.Millisecond)
			assert.Equal(t, finspace.KxClusterStatusUpdating, status())
			time.Sleep(20 * time.Millisecond)
			assert.Equal(t, finspace.KxClusterStatusRunning, status())
		})
	}
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                  string
		call, patience, takes time.Duration
		ends                  error
	}{
		{"lets a call finish", 2 * time.Second, 10 * time.Second, 2 * time.Second, nil},
		{"ends with its context", time.Hour, 5 * time.Second, 5 * time.Second, context.DeadlineExceeded},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				emu, err := emulator.Start(emulator.InProcess())
				require.NoError(t, err)
				seed(emu)
				emu.Inject(emulator.Fault{Kind: emulator.Latency, Delay: tt.call})
				cfg := emu.Config()
				cfg.Retry.MaxAttempts = 1
				c, err := finspace.New(cfg)
				require.NoError(t, err)
				called := make(chan error)
				go func() {
					_, err := c.GetKxCluster(context.Background(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
					called <- err
				}()
				synctest.Wait()
				began := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), tt.patience)
				defer cancel()
				stopped := make(chan error)
				go func() { stopped <- emu.Shutdown(ctx) }()
				assert.Equal(t, tt.ends == nil, <-called == nil)
				assert.ErrorIs(t, <-stopped, tt.ends)
				assert.InDelta(t, tt.takes, time.Since(began), float64(time.Second)) // net/http looks for idle connections twice a second
			})
		})
	}
}

// TestSpeedAndStateDir checks that the clock goes on from where a faster one has left it.
func TestSpeedAndStateDir(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		fast, err := emulator.Start(emulator.InProcess(), emulator.WithStateDir(dir), emulator.WithSpeed(1000), emulator.WithStaleReads(0))
		require.NoError(t, err)
		defer fast.Close()
		seed(fast)
		time.Sleep(time.Minute)
		c := clientsOf(t, fast.Config())
		_, err = c.finspace.UpdateKxClusterCodeConfiguration(t.Context(), codeUpdate("v2.zip", "token-1"))
		require.NoError(t, err)
		fast.Close()

		emu, err := emulator.Start(emulator.InProcess(), emulator.WithStateDir(dir), emulator.WithStaleReads(0))
		require.NoError(t, err)
		defer emu.Close()
		c = clientsOf(t, emu.Config())
		for _, want := range []finspace.KxClusterStatus{finspace.KxClusterStatusUpdating, finspace.KxClusterStatusRunning} {
			out, err := c.finspace.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
			require.NoError(t, err)
			assert.Equal(t, want, out.Status)
			time.Sleep(emulator.DefaultChangeTime)
		}
	})
}
