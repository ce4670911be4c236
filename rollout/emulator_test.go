package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// clusters starts an emulator with clusters that run old.zip.
func clusters(t *testing.T, names ...string) (*emulator.Emulator, *finspace.Client) {
	t.Helper()
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(20*time.Minute))
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	for _, name := range names {
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
			ClusterName: name, Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"},
		})
	}
	c, err := finspace.New(emu.Config())
	require.NoError(t, err)
	return emu, c
}

// newCode puts new code on a cluster.
func newCode(c *finspace.Client, name string, needs ...string) rollout.Step {
	return rollout.Step{Name: name, Needs: needs, Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
		return c.PrepareUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv", ClusterName: name, Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
		})
	}}
}

// codes returns the code that the clusters run, and how many updates have taken effect.
func codes(t *testing.T, emu *emulator.Emulator, c *finspace.Client, names ...string) (keys []string, updates int) {
	t.Helper()
	for _, r := range emu.Requests() {
		if r.Operation == "UpdateKxClusterCodeConfiguration" {
			updates += r.Changes
		}
	}
	for _, name := range names {
		cluster, err := c.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: name})
		require.NoError(t, err)
		keys = append(keys, cluster.Code.S3Key)
	}
	return keys, updates
}

func TestClustersInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		names := []string{"tick", "rdb", "hdb", "gateway"}
		emu, c := clusters(t, names...)
		r := rollout.Rollout{
			Name: "release 7", Waves: rollout.Waves(1, rollout.Rest), InFlight: 2, Soak: 5 * time.Minute,
			Steps:   []rollout.Step{newCode(c, "tick"), newCode(c, "rdb", "tick"), newCode(c, "hdb", "tick"), newCode(c, "gateway", "rdb", "hdb")},
			Journal: journal.Memory(), Resume: rollout.Clients(c),
		}
		r.Steps[0].Verify = func(_ context.Context, live any) error {
			if key := live.(*finspace.GetKxClusterResponse).Code.S3Key; key != "new.zip" {
				return errors.New("it runs " + key)
			}
			return nil
		}
		plan, err := r.Plan(t.Context())
		require.NoError(t, err)
		assert.Contains(t, plan.String(), "1     tick     kxenv/tick     code.s3Key  old.zip  new.zip\n")
		_, updates := codes(t, emu, c)
		assert.Zero(t, updates, "a plan sends nothing")

		r.Approved = plan
		report, err := r.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "tick live new, rdb live new, hdb live new, gateway live new", phasesOf(report))
		keys, updates := codes(t, emu, c, names...)
		assert.Equal(t, []string{"new.zip", "new.zip", "new.zip", "new.zip"}, keys)
		assert.Equal(t, 4, updates)

		r.Name, r.Approved = "the same again", nil
		report, err = r.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "tick skipped new, rdb skipped new, hdb skipped new, gateway skipped new", phasesOf(report))
	})
}

// TestFaultsOfTheService has the starts of a rollout throttled and its responses lost, and the rollout end well.
func TestFaultsOfTheService(t *testing.T) {
	t.Parallel()
	for _, fault := range []emulator.Fault{
		{Kind: emulator.Throttle, Times: 40},
		{Kind: emulator.Unavailable, Times: 40},
		{Kind: emulator.Reset, Times: 3},
		{Kind: emulator.Reset, AfterEffect: true, Times: 3},
		{Kind: emulator.HTML, AfterEffect: true, Times: 1},
		{Kind: emulator.Reset, AfterEffect: true, Times: 1, Skip: 1},
		{Kind: emulator.Truncate, AfterEffect: true, Times: 1, Skip: 2},
	} {
		t.Run(fmt.Sprintf("%s %v %d", fault.Kind, fault.AfterEffect, fault.Skip), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				emu, c := clusters(t, "aaa", "bbb", "ccc")
				fault.Operation = "UpdateKxClusterCodeConfiguration"
				emu.Inject(fault)
				r := rollout.Rollout{
					Steps: []rollout.Step{newCode(c, "aaa"), newCode(c, "bbb"), newCode(c, "ccc", "aaa", "bbb")}, Journal: journal.Memory(), Resume: rollout.Clients(c),
				}
				report, err := r.Run(t.Context())
				require.NoError(t, err, report)
				keys, updates := codes(t, emu, c, "aaa", "bbb", "ccc")
				assert.Equal(t, []string{"new.zip", "new.zip", "new.zip"}, keys)
				assert.Equal(t, 3, updates)
			})
		})
	}
}

// TestClusterUnderChange has a cluster that somebody else changes.
func TestClusterUnderChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, c := clusters(t, "aaa", "bbb")
		r := rollout.Rollout{Steps: []rollout.Step{newCode(c, "aaa"), newCode(c, "bbb", "aaa")}}
		plan, err := r.Plan(t.Context())
		require.NoError(t, err)
		_, err = c.BeginUpdateKxClusterCodeConfiguration(t.Context(), finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv", ClusterName: "aaa", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "theirs.zip"},
		})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		r.Approved = plan
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrConflict)
		require.ErrorContains(t, err, `step "aaa" (kxenv/aaa), starting: `)
		assert.Equal(t, "aaa failed old, bbb blocked old", phasesOf(report))
		_, updates := codes(t, emu, c)
		assert.Equal(t, 1, updates, "theirs")
	})
}

// TestCrashesOnTheEmulator has a process die at the steps that its journal sees, and another one, with another client,
// continue. The longer rollout dies at every third; TestCrashesAtEveryPoint leaves none out.
func TestCrashesOnTheEmulator(t *testing.T) {
	t.Parallel()
	bad := func(context.Context, any) error { return errors.New("no rows") }
	for name, verify := range map[string]func(context.Context, any) error{"success": nil, "undo": bad} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			every := 1
			if verify != nil {
				every = 3
			}
			for dieAt, died := 1, true; died; dieAt += every {
				synctest.Test(t, func(t *testing.T) {
					emu, c := clusters(t, "aaa", "bbb")
					j := journal.Memory()
					run := func(dieAt int) (*process, *rollout.Report) {
						ctx, cancel := context.WithCancel(t.Context())
						defer cancel()
						p := &process{dieAt: dieAt, cancel: cancel}
						c, err := finspace.New(emu.Config())
						require.NoError(t, err)
						r := rollout.Rollout{
							Steps: []rollout.Step{newCode(c, "aaa"), newCode(c, "bbb", "aaa")}, Waves: rollout.Waves(1, 1), OnFailure: rollout.UndoAll,
							Journal: mortal{j, p}, Resume: rollout.Clients(c),
						}
						r.Steps[1].Verify = verify
						report, _ := r.Run(ctx)
						return p, report
					}
					p, report := run(dieAt)
					if died = p.died != ""; died {
						_, report = run(0)
					}
					keys, updates := codes(t, emu, c, "aaa", "bbb")
					if verify == nil {
						assert.Equal(t, "aaa live new, bbb live new", phasesOf(report), p.died)
						assert.Equal(t, []string{"new.zip", "new.zip"}, keys, p.died)
						assert.Equal(t, 2, updates, p.died)
						return
					}
					assert.Equal(t, "aaa undone old, bbb undone old", phasesOf(report), p.died)
					assert.Equal(t, []string{"old.zip", "old.zip"}, keys, p.died)
					assert.Equal(t, 4, updates, p.died)
				})
			}
		})
	}
}

// TestUndoThatFailsOnTheEmulator has a cluster that fails on its way back.
func TestUndoThatFailsOnTheEmulator(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, c := clusters(t, "aaa", "bbb")
		op := "UpdateKxClusterCodeConfiguration"
		emu.Script(
			emulator.Ending{Operation: op}, emulator.Ending{Operation: op, Fail: true, Reason: "init.q failed"},
			emulator.Ending{Operation: op, Fail: true, Reason: "the disk is full"},
		)
		r := rollout.Rollout{Steps: []rollout.Step{newCode(c, "aaa"), newCode(c, "bbb", "aaa")}, OnFailure: rollout.UndoAll}
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrFailed)
		require.ErrorContains(t, err, "init.q failed")
		require.ErrorContains(t, err, "the disk is full")
		assert.Equal(t, rollout.UndoFailed, report.Outcome)
		assert.Contains(t, report.String(), "the disk is full")
	})
}
