package flows_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// unrecognized are the changes of which only the response to the start tells the ID.
var unrecognized = map[string]bool{
	"HotUpdateJob": true, "DeployDeploymentDraftAsync": true, "ValidateDeploymentDraftAsync": true,
	"GenerateResourcePlanWithFlinkConfAsync": true, "StartSqlExecution": true,
}

// startOf returns a flow of Flink by its operation.
func startOf(t *testing.T, operation string) flow {
	for _, f := range flinkFlows {
		if f.start == operation {
			return f
		}
	}
	require.Fail(t, "no flow", operation)
	return flow{}
}

// eachStart runs test for every flow of Flink, with reads that are up to a minute old.
func eachStart(t *testing.T, test func(t *testing.T, f flow, emu *emulator.Emulator)) {
	for _, f := range flinkFlows {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, f, func(emu *emulator.Emulator) { test(t, f, emu) }, emulator.WithStaleReads(time.Minute))
			})
		})
	}
}

// loseStart starts a change whose response is lost, with its effect unless afterEffect is set.
func loseStart(t *testing.T, f flow, emu *emulator.Emulator, c clients, afterEffect bool) cloud.AnyChange {
	ch, err := f.prepare(t.Context(), c)
	require.NoError(t, err)
	remove := emu.Inject(emulator.Fault{Operation: f.start, Kind: emulator.Reset, AfterEffect: afterEffect, Times: -1})
	err = ch.Start(t.Context())
	remove()
	var lost *cloud.StartError
	require.ErrorAs(t, err, &lost)
	require.ErrorIs(t, err, cloud.ErrTransport)
	assert.Equal(t, cloud.Uncertain, lost.Status)
	assert.Equal(t, ch.Token(), lost.Token)
	assert.Positive(t, lost.Next)
	return ch
}

func waitLive(t *testing.T, f flow, ch cloud.AnyChange) {
	value, err := ch.WaitAny(t.Context())
	require.NoError(t, err)
	f.live(t, value)
}

// TestFlinkStartThatIsLostBefore is a request that never arrives: it is prepared anew and takes effect once.
func TestFlinkStartThatIsLostBefore(t *testing.T) {
	t.Parallel()
	eachStart(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		ch := loseStart(t, f, emu, newClients(t, emu), false)
		lost := count(emu, f.start)
		err := ch.Start(t.Context())
		if unrecognized[f.start] {
			require.ErrorIs(t, err, cloud.ErrUncertain)
			require.Error(t, ch.Renew(t.Context()))
			return
		}
		require.ErrorIs(t, err, cloud.ErrNotBegun)
		assert.Equal(t, lost, count(emu, f.start), "it was not sent again")
		require.NoError(t, ch.Renew(t.Context()))
		require.NoError(t, ch.Start(t.Context()))
		waitLive(t, f, ch)
		assert.Equal(t, lost+1, count(emu, f.start))
	})
}

// TestFlinkStartThatIsLostAfter is a request that takes effect without a response: it is followed, at once or when it is
// over, also by a process that has only the token from before the start.
func TestFlinkStartThatIsLostAfter(t *testing.T) {
	t.Parallel()
	for name, later := range map[string]time.Duration{"at once": 0, "when it is over": 2 * changeTime} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachStart(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
				if f.start == "DeleteSessionCluster" && later == 0 {
					return // nothing shows that a deletion is under way
				}
				ch := loseStart(t, f, emu, newClients(t, emu), true)
				sent := count(emu, f.start)
				time.Sleep(later)
				other, err := f.resume(newClients(t, emu), ch.Token())
				require.NoError(t, err)
				for _, ch := range []cloud.AnyChange{ch, other} {
					err := ch.Start(t.Context())
					if unrecognized[f.start] {
						require.ErrorIs(t, err, cloud.ErrUncertain)
						continue
					}
					require.NoError(t, err)
					waitLive(t, f, ch)
				}
				assert.Equal(t, sent, count(emu, f.start), "it was not sent again")
			})
		})
	}
}

// TestFlinkDeletionThatIsUnderWay is repeated, because the service shows nothing of it, and that changes nothing.
func TestFlinkDeletionThatIsUnderWay(t *testing.T) {
	t.Parallel()
	inBubble(t, seedSessionCluster(flink.SessionClusterStateStopped), func(t *testing.T, emu *emulator.Emulator, _ *flink.Client) {
		f := startOf(t, "DeleteSessionCluster")
		emu.Script(emulator.Ending{Operation: f.start, After: 3 * time.Hour})
		ch := loseStart(t, f, emu, newClients(t, emu), true)
		require.ErrorIs(t, ch.Start(t.Context()), cloud.ErrNotBegun)
		require.NoError(t, ch.Renew(t.Context()))
		require.NoError(t, ch.Start(t.Context()))
		waitLive(t, f, ch)
	})
}

// TestFlinkStartByADeadProcess is a process that dies between saving the token and sending the request.
func TestFlinkStartByADeadProcess(t *testing.T) {
	t.Parallel()
	eachStart(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		dead, err := f.prepare(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		ch, err := f.resume(newClients(t, emu), dead.Token())
		require.NoError(t, err)
		err = ch.Start(t.Context())
		assert.Zero(t, count(emu, f.start))
		if unrecognized[f.start] {
			require.ErrorIs(t, err, cloud.ErrUncertain)
			return
		}
		require.ErrorIs(t, err, cloud.ErrNotBegun)
		require.NoError(t, ch.Renew(t.Context()))
		require.NoError(t, ch.Start(t.Context()))
		waitLive(t, f, ch)
		assert.Equal(t, 1, count(emu, f.start))
	})
}

// TestFlinkStartThatFailed is a change that has failed before anyone looks: it is not started again.
func TestFlinkStartThatFailed(t *testing.T) {
	t.Parallel()
	for _, f := range flinkFlows {
		for _, end := range f.ends {
			if unrecognized[f.start] || f.start == "StopSqlExecution" && end.state == "RUNNING" {
				continue // nothing shows that the stop of an execution was tried
			}
			t.Run(f.start+" "+end.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					run(t, f, func(emu *emulator.Emulator) {
						outcome := end.outcome
						outcome.Service, outcome.Operation = f.service, f.start
						emu.Script(outcome)
						ch := loseStart(t, f, emu, newClients(t, emu), true)
						sent := count(emu, f.start)
						time.Sleep(2 * changeTime)
						require.NoError(t, ch.Start(t.Context()))
						_, err := ch.WaitAny(t.Context())
						var wait *cloud.WaitError
						require.ErrorAs(t, err, &wait)
						assert.Equal(t, end.want, wait.Outcome)
						assert.Equal(t, end.state, wait.State)
						assert.Contains(t, wait.Reason, end.reason)
						assert.Equal(t, sent, count(emu, f.start))
					})
				})
			})
		}
	}
}

// TestFlinkChangesOfOthers is what another caller does while a start is lost: it counts only if it is what was asked for.
func TestFlinkChangesOfOthers(t *testing.T) {
	t.Parallel()
	start := func(kind flink.RestoreKind) func(context.Context, *flink.Client) error {
		return func(ctx context.Context, c *flink.Client) error {
			_, err := c.StartJobWithParams(ctx, flink.StartJobWithParamsRequest{JobStartParameters: flink.JobStartParameters{
				DeploymentID: "orders", RestoreStrategy: &flink.DeploymentRestoreStrategy{Kind: kind},
			}})
			return err
		}
	}
	stop := func(strategy flink.StopStrategy) func(context.Context, *flink.Client) error {
		return func(ctx context.Context, c *flink.Client) error {
			_, err := c.StopJob(ctx, flink.StopJobRequest{JobID: "job-1", StopJobParameters: flink.StopJobParameters{StopStrategy: strategy}})
			return err
		}
	}
	savepoint := func(description *string) func(context.Context, *flink.Client) error {
		return func(ctx context.Context, c *flink.Client) error {
			_, err := c.CreateSavepoint(ctx, flink.CreateSavepointRequest{DeploymentID: "orders", Description: description})
			return err
		}
	}
	patrol := func(scope flink.PatrolScopeType, config *flink.PatrolScopeConfig) func(context.Context, *flink.Client) error {
		return func(ctx context.Context, c *flink.Client) error {
			_, err := c.TriggerPatrol(ctx, flink.TriggerPatrolRequest{ScopeType: scope, ScopeConfig: config})
			return err
		}
	}
	update := func(cluster flink.SessionCluster) func(context.Context, *flink.Client) error {
		return func(ctx context.Context, c *flink.Client) error {
			_, err := c.UpdateSessionCluster(ctx, flink.UpdateSessionClusterRequest{SessionClusterName: "shared", SessionCluster: cluster})
			return err
		}
	}
	for name, tt := range map[string]struct {
		operation string
		lost      bool // the request takes effect, without a response
		others    []func(context.Context, *flink.Client) error
		want      error
	}{
		"an equal job":               {"StartJobWithParams", false, others(start("")), nil},
		"a job from another state":   {"StartJobWithParams", false, others(start(flink.RestoreKindNone)), nil},
		"a job by the older start":   {"StartJob", false, others(start(flink.RestoreKindNone)), nil},
		"a stop without a savepoint": {"StopJob", false, others(stop(flink.StopStrategyWithoutSavepoint)), cloud.ErrNotBegun},
		"an equal stop":              {"StopJob", false, others(stop(flink.StopStrategyWithSavepoint)), nil},
		"an equal savepoint":         {"CreateSavepoint", false, others(savepoint(nil)), nil},
		"two equal savepoints":       {"CreateSavepoint", true, others(savepoint(nil)), cloud.ErrUncertain},
		"another savepoint":          {"CreateSavepoint", false, others(savepoint(new("nightly"))), cloud.ErrNotBegun},
		"ours and another savepoint": {"CreateSavepoint", true, others(savepoint(new("nightly"))), nil},
		"an equal patrol":            {"TriggerPatrol", false, others(patrol(flink.PatrolScopeTypeAll, nil)), nil},
		"two equal patrols":          {"TriggerPatrol", true, others(patrol(flink.PatrolScopeTypeAll, nil)), cloud.ErrUncertain},
		"another patrol": {"TriggerPatrol", false, others(patrol(flink.PatrolScopeTypeDeployments, &flink.PatrolScopeConfig{DeploymentIDs: []string{"orders"}})),
			cloud.ErrNotBegun},
		"an equal update":                {"UpdateSessionCluster", false, others(update(flink.SessionCluster{EngineVersion: "vvr-11.1-jdk11-flink-1.20"})), nil},
		"another update of the same":     {"UpdateSessionCluster", false, others(update(flink.SessionCluster{EngineVersion: "vvr-11.3"})), cloud.ErrUncertain},
		"an update of something else":    {"UpdateSessionCluster", false, others(update(flink.SessionCluster{Labels: map[string]any{"a": "b"}})), cloud.ErrNotBegun},
		"an update of a cluster to stop": {"StopSessionCluster", false, others(update(flink.SessionCluster{Labels: map[string]any{"a": "b"}})), cloud.ErrNotBegun},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := startOf(t, tt.operation)
			inBubble(t, f.seed, func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
				ch := loseStart(t, f, emu, newClients(t, emu), tt.lost)
				for _, change := range tt.others {
					require.NoError(t, change(t.Context(), c))
				}
				time.Sleep(2 * changeTime)
				err := ch.Start(t.Context())
				if tt.want != nil {
					require.ErrorIs(t, err, tt.want)
					return
				}
				require.NoError(t, err)
				waitLive(t, f, ch)
			})
		})
	}
}

func others(list ...func(context.Context, *flink.Client) error) []func(context.Context, *flink.Client) error {
	return list
}

// TestFlinkCancel stops what has not come to its end, and nothing that has.
func TestFlinkCancel(t *testing.T) {
	t.Parallel()
	for _, f := range flinkFlows {
		t.Run(f.start, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, f, func(emu *emulator.Emulator) {
					ch, err := f.begin(t.Context(), newClients(t, emu))
					require.NoError(t, err)
					time.Sleep(time.Minute)
					err = ch.Cancel(t.Context())
					if f.start != "StartJob" && f.start != "StartJobWithParams" && f.start != "StartSqlExecution" {
						require.ErrorIs(t, err, cloud.ErrUnsupported)
						return
					}
					require.NoError(t, err)
					_, err = ch.WaitAny(t.Context())
					require.ErrorIs(t, err, cloud.ErrCanceled)

					ch, err = f.begin(t.Context(), newClients(t, emu))
					require.NoError(t, err)
					waitLive(t, f, ch)
					require.ErrorIs(t, ch.Cancel(t.Context()), cloud.ErrConflict)
				})
			})
		})
	}
}

// withFlink runs a test in virtual time, with reads that are up to half a minute old.
func withFlink(t *testing.T, seed func(*emulator.Emulator), test func(*testing.T, *emulator.Emulator, *flink.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: seed}, func(emu *emulator.Emulator) { test(t, emu, newClients(t, emu).flink) }, emulator.WithStaleReads(time.Minute/2))
	})
}

// TestFlinkHotUpdateBack checks that the way back from a hot update also changes the settings that the deployment has
// saved, and nothing else of it, when it is started and not before.
func TestFlinkHotUpdateBack(t *testing.T) {
	t.Parallel()
	begin := func(t *testing.T, c *flink.Client) cloud.AnyChange {
		ch, err := c.BeginHotUpdateJob(t.Context(), flink.HotUpdateJobRequest{JobID: "job-1"})
		require.NoError(t, err)
		_, err = ch.Wait(t.Context())
		require.NoError(t, err)
		return ch
	}
	withFlink(t, seedHotUpdate, func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
		saved := func() *flink.Deployment {
			r, err := c.GetDeployment(t.Context(), flink.GetDeploymentRequest{DeploymentID: "orders"})
			require.NoError(t, err)
			return r.Data
		}
		back, err := begin(t, c).Undo(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 8, saved().StreamingResourceSetting.BasicResourceSetting.Parallelism)
		remove := emu.Inject(emulator.Fault{Operation: "UpdateDeployment", Kind: emulator.Refuse, Times: -1})
		err = back.Start(t.Context())
		require.ErrorIs(t, err, cloud.ErrDenied)
		require.NotErrorIs(t, err, cloud.ErrUncertain, "the hot update was not sent")
		assert.Equal(t, 1, count(emu, "HotUpdateJob"))
		remove()

		token := back.Token()
		require.NoError(t, back.Start(t.Context()))
		assert.NotEqual(t, token, back.Token())
		assert.Equal(t, 4, saved().StreamingResourceSetting.BasicResourceSetting.Parallelism)
		assert.Equal(t, map[string]any{"execution.checkpointing.timeout": "10min", "table.exec.state.ttl": "36h"}, saved().FlinkConf)
		assert.Equal(t, 2, count(emu, "UpdateDeployment"))

		again, err := c.ResumeHotUpdateJob(back.Token())
		require.NoError(t, err)
		_, err = again.Wait(t.Context())
		require.NoError(t, err)
		forth, err := again.Undo(t.Context())
		require.NoError(t, err)
		require.NoError(t, forth.Start(t.Context()), "the way back has one itself")
		assert.Equal(t, 8, saved().StreamingResourceSetting.BasicResourceSetting.Parallelism)
	})
	withFlink(t, seedHotUpdate, func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
		emu.Inject(emulator.Fault{Operation: "GetJob", Kind: emulator.Refuse})
		_, err := begin(t, c).Undo(t.Context())
		require.ErrorIs(t, err, cloud.ErrUnsupported, "a caller who may not read the job can still update it")
	})
}

// TestFlinkJobsBack checks how the ways back from starts and stops of jobs treat the state of the job.
func TestFlinkJobsBack(t *testing.T) {
	t.Parallel()
	stop := func(t *testing.T, c *flink.Client, strategy flink.StopStrategy) cloud.AnyChange {
		ch, err := c.BeginStopJob(t.Context(), flink.StopJobRequest{JobID: "job-1", StopJobParameters: flink.StopJobParameters{StopStrategy: strategy}})
		require.NoError(t, err)
		return ch
	}
	undone := func(t *testing.T, ch cloud.AnyChange) *flink.Job {
		_, err := ch.WaitAny(t.Context())
		require.NoError(t, err)
		back, err := ch.Undo(t.Context())
		require.NoError(t, err)
		require.NoError(t, back.Start(t.Context()))
		value, err := back.WaitAny(t.Context())
		require.NoError(t, err)
		return value.(*flink.GetJobResponse).Data
	}
	for name, test := range map[string]func(*testing.T, *emulator.Emulator, *flink.Client){
		"from its savepoint": func(t *testing.T, _ *emulator.Emulator, c *flink.Client) {
			job := undone(t, stop(t, c, flink.StopStrategyWithSavepoint))
			list, err := c.ListSavepoints(t.Context(), flink.ListSavepointsRequest{JobID: "job-1"})
			require.NoError(t, err)
			assert.Equal(t, &flink.DeploymentRestoreStrategy{
				Kind: flink.RestoreKindFromSavepoint, SavepointID: list.Data[0].SavepointID, AllowNonRestoredState: new(true),
			}, job.RestoreStrategy)
			assert.Equal(t, []flink.LocalVariable{{Name: "day", Value: new("monday")}}, job.LocalVariables)
		},
		"without a savepoint": func(t *testing.T, _ *emulator.Emulator, c *flink.Client) {
			assert.Equal(t, flink.RestoreKindLatestState, undone(t, stop(t, c, flink.StopStrategyWithoutSavepoint)).RestoreStrategy.Kind)
		},
		"after a drain": func(t *testing.T, _ *emulator.Emulator, c *flink.Client) {
			ch := stop(t, c, flink.StopStrategyWithDrain)
			_, err := ch.WaitAny(t.Context())
			require.NoError(t, err)
			_, err = ch.Undo(t.Context())
			require.ErrorIs(t, err, cloud.ErrUnsupported)
		},
		"of a stop that has not ended": func(t *testing.T, _ *emulator.Emulator, c *flink.Client) {
			ch := stop(t, c, flink.StopStrategyWithSavepoint)
			time.Sleep(time.Minute)
			_, err := ch.Undo(t.Context())
			require.ErrorIs(t, err, cloud.ErrConflict)
			assert.ErrorContains(t, err, "job job-1 is CANCELLING")
		},
		"of a start that failed": func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
			_, err := stop(t, c, flink.StopStrategyWithSavepoint).WaitAny(t.Context())
			require.NoError(t, err)
			emu.Script(emulator.Ending{Operation: "StartJobWithParams", Fail: true})
			ch, err := startOf(t, "StartJobWithParams").begin(t.Context(), newClients(t, emu))
			require.NoError(t, err)
			_, err = ch.WaitAny(t.Context())
			require.ErrorIs(t, err, cloud.ErrFailed)
			_, err = ch.Undo(t.Context())
			require.ErrorIs(t, err, cloud.ErrConflict)
			assert.ErrorContains(t, err, "is FAILED")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFlink(t, func(emu *emulator.Emulator) {
				seedDeployment(emu)
				emu.Flink.AddJob("w1", "default", flink.Job{
					JobID: "job-1", DeploymentID: "orders", LocalVariables: []flink.LocalVariable{{Name: "day", Value: new("monday")}},
					RestoreStrategy: &flink.DeploymentRestoreStrategy{Kind: flink.RestoreKindNone, AllowNonRestoredState: new(true)},
				})
			}, test)
		})
	}
}

// TestFlinkStopStrategyOfUndo checks that a job that runs keeps its state when its start is taken back.
func TestFlinkStopStrategyOfUndo(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		mode       flink.ExecutionMode
		after      time.Duration
		savepoints int
	}{
		"starting":        {flink.ExecutionModeStreaming, changeTime / 2, 0},
		"running":         {flink.ExecutionModeStreaming, 2 * changeTime, 1},
		"a running batch": {flink.ExecutionModeBatch, changeTime * 3 / 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFlink(t, func(emu *emulator.Emulator) {
				emu.Flink.AddDeployment("w1", "default", flink.Deployment{DeploymentID: "orders", ExecutionMode: tt.mode})
			}, func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
				ch, err := startOf(t, "StartJobWithParams").begin(t.Context(), newClients(t, emu))
				require.NoError(t, err)
				time.Sleep(tt.after)
				back, err := ch.Undo(t.Context())
				require.NoError(t, err)
				require.NoError(t, back.Start(t.Context()))
				_, err = back.WaitAny(t.Context())
				require.NoError(t, err)
				list, err := c.ListSavepoints(t.Context(), flink.ListSavepointsRequest{DeploymentID: "orders"})
				require.NoError(t, err)
				assert.Len(t, list.Data, tt.savepoints)
			})
		})
	}
}

// TestFlinkClusterOptionsBack checks that the way back has the options of a cluster if the update replaces them, and
// that the token holds them only then.
func TestFlinkClusterOptionsBack(t *testing.T) {
	t.Parallel()
	withFlink(t, func(emu *emulator.Emulator) {
		emu.Flink.AddSessionCluster("w1", "default", flink.SessionCluster{
			Name: "shared", EngineVersion: "vvr-8", FlinkConf: map[string]any{"fs.oss.accessKeySecret": "hunter2"},
		})
	}, func(t *testing.T, _ *emulator.Emulator, c *flink.Client) {
		update := func(cluster flink.SessionCluster) *cloud.Change[flink.GetSessionClusterResponse] {
			ch, err := c.BeginUpdateSessionCluster(t.Context(), flink.UpdateSessionClusterRequest{SessionClusterName: "shared", SessionCluster: cluster})
			require.NoError(t, err)
			_, err = ch.Wait(t.Context())
			require.NoError(t, err)
			return ch
		}
		payload := func(ch cloud.AnyWaiter) string {
			text, err := base64.RawURLEncoding.DecodeString(strings.Split(ch.Token(), ".")[3])
			require.NoError(t, err)
			return string(text)
		}
		engine := update(flink.SessionCluster{EngineVersion: "vvr-11"})
		assert.NotContains(t, payload(engine), "hunter2")

		options := update(flink.SessionCluster{FlinkConf: map[string]any{"a": "b"}, Labels: map[string]any{"team": "x"}})
		assert.Contains(t, payload(options), "hunter2")
		for _, d := range options.Diff() {
			assert.NotContains(t, d.Before, "hunter2", d.Field)
		}
		for _, ch := range []cloud.AnyChange{options, engine} {
			back, err := ch.Undo(t.Context())
			require.NoError(t, err)
			require.NoError(t, back.Start(t.Context()))
			_, err = back.WaitAny(t.Context())
			require.NoError(t, err)
		}
		r, err := c.GetSessionCluster(t.Context(), flink.GetSessionClusterRequest{SessionClusterName: "shared"})
		require.NoError(t, err)
		assert.Equal(t, "vvr-8", r.Data.EngineVersion)
		assert.Equal(t, map[string]any{"fs.oss.accessKeySecret": "hunter2"}, r.Data.FlinkConf)
		assert.Empty(t, r.Data.Labels, "it had none")
	})
}
