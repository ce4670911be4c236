package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

func TestAllRecipesWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), &out, emulator.InProcess()), out.String())
		assert.Contains(t, out.String(), "[adhoc etl reports]")
		assert.Contains(t, out.String(), "taken back: no trades since noon")
		assert.Contains(t, out.String(), `"msg":"end"`)
		assert.Contains(t, out.String(), "succeeded after 0s, 3 live")
	})
}

// inVirtualTime calls a test with an emulator whose changes take 40 minutes, which pass at once.
func inVirtualTime(t *testing.T, test func(t *testing.T, k *kitchen)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t), emulator.WithChangeTime(40*time.Minute))
		require.NoError(t, err)
		k, err := open(emu, new(bytes.Buffer))
		require.NoError(t, err)
		k.cfg = emu.Config()
		k.finspace, err = finspace.New(k.cfg)
		require.NoError(t, err)
		test(t, k)
	})
}

func TestDeploy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // virtual time: hours pass at once
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t), emulator.WithChangeTime(40*time.Minute))
		require.NoError(t, err)
		emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
		c, err := finspace.New(emu.Config())
		require.NoError(t, err)

		emu.Expect("UpdateKxClusterCodeConfiguration").Times(2) // verified at the end, by WithTest
		emu.Inject(emulator.Fault{Operation: "GetKxCluster", Kind: emulator.Unavailable, Skip: 3, Times: 20})
		require.NoError(t, deploy(t.Context(), c, "hdb-prod", "2.zip"), "an outage does not end the wait")

		emu.Script(emulator.Ending{Operation: "UpdateKxClusterCodeConfiguration", Fail: true, Reason: "init.q failed"})
		err = deploy(t.Context(), c, "hdb-prod", "bad.zip")
		require.ErrorIs(t, err, cloud.ErrFailed)
		require.ErrorContains(t, err, "init.q failed")
	})
}

func TestDeployOnceAfterACrash(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(t *testing.T, k *kitchen) {
		k.emu.Expect("UpdateKxClusterCodeConfiguration").Times(1)
		folder := journal.Dir(t.TempDir())
		crash, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		require.ErrorIs(t, deployOnce(crash, k.finspace, folder, "release-2", "hdb-prod", "2.zip"), context.DeadlineExceeded)
		require.NoError(t, deployOnce(t.Context(), k.finspace, folder, "release-2", "hdb-prod", "2.zip"))
	})
}

func TestTakeOver(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(t *testing.T, k *kitchen) {
		file := filepath.Join(t.TempDir(), "token")
		require.NoError(t, handOver(t.Context(), k.finspace, "hdb-prod", "2.zip", file))
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "a token is as secret as its request")
		require.NoError(t, takeOver(t.Context(), file, k.dlc, k.finspace))
		require.NoError(t, handOver(t.Context(), k.finspace, "rdb-prod", "2.zip", file))
		next := k.emu.ChangesUnderWay()
		require.Len(t, next, 1)
		assert.Equal(t, 2, next[0].ID, "the first change has begun once, although two processes called Start")
	})
}

func TestDeployOrUndo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		bad  error
		key  string
	}{
		{"good", nil, "2.zip"},
		{"bad", errors.New("no trades"), "1.zip"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inVirtualTime(t, func(t *testing.T, k *kitchen) {
				err := deployOrUndo(t.Context(), k.finspace, "hdb-prod", "2.zip", func(context.Context) error { return tt.bad })
				require.ErrorIs(t, err, tt.bad)
				live, err := k.finspace.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"})
				require.NoError(t, err)
				assert.Equal(t, tt.key, live.Code.S3Key)
			})
		})
	}
}

func TestSuspendAllSaysWhatDidNotStart(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(t *testing.T, k *kitchen) {
		err := suspendAll(t.Context(), k.dlc, []string{"etl", "nobody", "adhoc"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		require.ErrorContains(t, err, "nobody")
		names, err := enginesWithImage(t.Context(), k.dlc, "image-1")
		require.NoError(t, err)
		assert.Len(t, names, 3)
	})
}

func TestABadCanaryIsTakenBack(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(t *testing.T, k *kitchen) {
		k.emu.Script(emulator.Ending{Operation: "CreateTask", Fail: true, Reason: "no driver"})
		err := switchImages(t.Context(), k.dlc, engines, "image-2", 10*time.Minute, k.journal, k.out)
		require.ErrorIs(t, err, cloud.ErrUnhealthy)
		names, err := enginesWithImage(t.Context(), k.dlc, "image-1")
		require.NoError(t, err)
		assert.Equal(t, engines, names)
	})
}

func TestEnsureGone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		kind cloud.Kind
		prep func(k *kitchen)
		says string
	}{
		{"deleted", "", func(*kitchen) {}, ""},
		{"denied", cloud.ErrDenied, func(k *kitchen) {
			k.emu.Inject(emulator.Fault{Operation: "DeleteKxCluster", Kind: emulator.Refuse, Status: 403, Code: "AccessDeniedException"})
		}, "allow finspace:DeleteKxCluster"},
		{"in use", cloud.ErrConflict, func(k *kitchen) {
			k.emu.Inject(emulator.Fault{Operation: "DeleteKxCluster", Kind: emulator.Refuse, Status: 409, Code: "ConflictException"})
		}, "another change"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inVirtualTime(t, func(t *testing.T, k *kitchen) {
				tt.prep(k)
				err := ensureGone(t.Context(), k.finspace, finspace.DeleteKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"})
				assert.Equal(t, tt.kind, cloud.KindOf(err), err)
				if err != nil {
					assert.ErrorContains(t, err, tt.says)
				}
			})
		})
	}
}

func TestThePageDoesNotWaitForASlowService(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(t *testing.T, k *kitchen) {
		remove := k.emu.Inject(emulator.Fault{Operation: "DescribeDataEngine", Kind: emulator.Latency, Delay: time.Minute, Times: -1})
		defer remove()
		_, page, err := newClients(k.cfg)
		require.NoError(t, err)
		began := time.Now()
		_, err = stateForPage(t.Context(), page, "etl")
		require.ErrorContains(t, err, "the service is slow")
		assert.Equal(t, 2*time.Second, time.Since(began))
	})
}

func TestTheAuditLogHasStartAndEnd(t *testing.T) {
	t.Parallel()
	inVirtualTime(t, func(t *testing.T, k *kitchen) {
		var out bytes.Buffer
		c, err := finspace.New(observed(k.cfg, slog.New(slog.NewJSONHandler(&out, nil)), "release-bot"))
		require.NoError(t, err)
		require.NoError(t, deploy(t.Context(), c, "rdb-prod", "2.zip"))
		assert.Regexp(t, `"msg":"start","who":"release-bot","change":"\S+","operation":"UpdateKxClusterCodeConfiguration","resource":"kx7example/rdb-prod","error":null`, out.String())
		assert.Contains(t, out.String(), `"outcome":"succeeded","error":null`)
	})
}
