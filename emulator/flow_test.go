package emulator_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// observed is what the watcher of a change saw.
type observed struct {
	states []string // without consecutive duplicates
	err    error
}

func (s *observed) add(state string) {
	if len(s.states) == 0 || s.states[len(s.states)-1] != state {
		s.states = append(s.states, state)
	}
}

func watch[T any](ctx context.Context, w *cloud.Change[T], err error) observed {
	s := observed{err: err}
	if err != nil {
		return s
	}
	for p, err := range w.Watch(ctx) {
		s.add(p.State)
		s.err = err
	}
	return s
}

// flows are the five changes, from start to end.
var flows = map[string]struct {
	follow func(ctx context.Context, c clients) observed
	states []string // if the change succeeds
	failed string   // the last state if it fails
}{
	"UpdateKxClusterCodeConfiguration": {
		func(ctx context.Context, c clients) observed {
			w, err := c.finspace.BeginUpdateKxClusterCodeConfiguration(ctx, codeUpdate("v2.zip", ""))
			return watch(ctx, w, err)
		}, []string{"RUNNING", "UPDATING", "RUNNING"}, "RUNNING",
	},
	"CreateKxChangeset": {
		func(ctx context.Context, c clients) observed {
			w, err := c.finspace.BeginCreateKxChangeset(ctx, changeset(""))
			return watch(ctx, w, err)
		}, []string{"", "PENDING", "PROCESSING", "COMPLETED"}, "FAILED",
	},
	"UpdateServiceInstance": {
		func(ctx context.Context, c clients) observed {
			w, err := c.proton.BeginUpdateServiceInstance(ctx, instanceUpdate("4", ""))
			return watch(ctx, w, err)
		}, []string{"SUCCEEDED", "IN_PROGRESS", "SUCCEEDED"}, "FAILED",
	},
	"HotUpdateJob": {
		func(ctx context.Context, c clients) observed {
			w, err := c.flink.BeginHotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: job})
			return watch(ctx, w, err)
		}, []string{"", "INIT", "HOT_UPDATING", "HOT_UPDATED"}, "FAILED",
	},
	"SwitchDataEngineImage": {
		func(ctx context.Context, c clients) observed {
			w, err := c.dlc.BeginSwitchDataEngineImage(ctx,
				dlc.SwitchDataEngineImageRequest{DataEngineID: engine, NewImageVersionID: newImage})
			return watch(ctx, w, err)
		}, []string{"Running", "Starting", "Running"}, "Running",
	},
}

func TestFlows(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				s := f.follow(t.Context(), clientsOf(t, emu.Config()))
				require.NoError(t, s.err)
				assert.Equal(t, f.states, s.states)
			}, emulator.WithChangeTime(10*time.Minute))
		})
	}
}

func TestFlowsOverLoopback(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			emu := start(t, emulator.WithChangeTime(0), emulator.WithStaleReads(0))
			cfg := emu.Config()
			cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
			s := f.follow(t.Context(), clientsOf(t, cfg))
			require.NoError(t, s.err)
			assert.Equal(t, f.states[len(f.states)-1:], s.states)
		})
	}
}

func TestScriptedFailures(t *testing.T) {
	t.Parallel()
	const reason = "disk full on node 3"
	for name, f := range flows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				emu.Script(emulator.Ending{Operation: name, Fail: true, Reason: reason, After: 7 * time.Minute})
				started := time.Now()
				s := f.follow(t.Context(), clientsOf(t, emu.Config()))
				var e *cloud.WaitError
				require.ErrorAs(t, s.err, &e)
				assert.Equal(t, cloud.Failed, e.Outcome)
				assert.Contains(t, e.Reason, reason)
				assert.Equal(t, f.failed, s.states[len(s.states)-1])
				assert.GreaterOrEqual(t, time.Since(started), 7*time.Minute)

				// The script is for one change only.
				s = f.follow(t.Context(), clientsOf(t, emu.Config()))
				require.NoError(t, s.err)
			})
		})
	}
}

func TestFailedCodeUpdateKeepsTheOldCode(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, emu.Config())
		get := finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster}
		before, err := c.finspace.GetKxCluster(t.Context(), get)
		require.NoError(t, err)
		emu.Script(emulator.Ending{Operation: "UpdateKxClusterCodeConfiguration", Fail: true})
		_, err = c.finspace.UpdateKxClusterCodeConfiguration(t.Context(), codeUpdate("v2.zip", ""))
		require.NoError(t, err)
		emu.Advance(time.Hour)
		after, err := c.finspace.GetKxCluster(t.Context(), get)
		require.NoError(t, err)
		assert.Equal(t, finspace.KxClusterStatusRunning, after.Status)
		assert.Equal(t, "v1.zip", after.Code.S3Key)
		assert.NotEmpty(t, after.StatusReason)
		assert.True(t, after.LastModifiedTimestamp.After(before.LastModifiedTimestamp))
	})
}

func TestSuccessfulCodeUpdate(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, emu.Config())
		r := codeUpdate("v2.zip", "")
		r.CommandLineArguments = []finspace.KxCommandLineArgument{{Key: "s", Value: "4"}}
		_, err := c.finspace.UpdateKxClusterCodeConfiguration(t.Context(), r)
		require.NoError(t, err)
		emu.Advance(time.Minute)
		after, err := c.finspace.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
		require.NoError(t, err)
		assert.Equal(t, r.Code, *after.Code)
		assert.Equal(t, r.CommandLineArguments, after.CommandLineArguments)
		assert.Equal(t, "init/start.q", after.InitializationScript, "what the request leaves out stays the same")
		assert.Empty(t, after.StatusReason)
	})
}

func TestChangesetOutcomes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		outcome emulator.Ending
		want    cloud.Outcome
		info    finspace.ErrorInfo
	}{
		{"failed", emulator.Ending{Fail: true, Reason: "no such key", ReasonType: string(finspace.ErrorDetailsResourceNotFound)},
			cloud.Failed, finspace.ErrorInfo{ErrorMessage: "no such key", ErrorType: finspace.ErrorDetailsResourceNotFound}},
		{"canceled", emulator.Ending{Cancel: true, Reason: "stopped by an operator"},
			cloud.Canceled, finspace.ErrorInfo{ErrorMessage: "stopped by an operator", ErrorType: finspace.ErrorDetailsCancelled}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				tt.outcome.Operation, tt.outcome.Service = "CreateKxChangeset", "finspace"
				emu.Script(tt.outcome)
				s := flows["CreateKxChangeset"].follow(t.Context(), clientsOf(t, emu.Config()))
				var e *cloud.WaitError
				require.ErrorAs(t, s.err, &e)
				assert.Equal(t, tt.want, e.Outcome)
				last, ok := e.Last.(*finspace.GetKxChangesetResponse)
				require.True(t, ok)
				assert.Equal(t, &tt.info, last.ErrorInfo)
				assert.True(t, last.ActiveFromTimestamp.IsZero())
			})
		})
	}
}

func TestDeployment(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, emu.Config())
		get := func() proton.ServiceInstance {
			out, err := c.proton.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{Name: instance, ServiceName: serviceName})
			require.NoError(t, err)
			return out.ServiceInstance
		}
		before := get()
		updated, err := c.proton.UpdateServiceInstance(t.Context(), instanceUpdate("4", "token-1"))
		require.NoError(t, err)
		id := updated.ServiceInstance.LastAttemptedDeploymentID
		assert.Equal(t, before, get(), "reads are stale at first")

		time.Sleep(3 * time.Second)
		running := get()
		assert.Equal(t, updated.ServiceInstance, running)
		assert.Equal(t, proton.DeploymentStatusInProgress, running.DeploymentStatus)
		assert.Equal(t, before.LastSucceededDeploymentID, running.LastSucceededDeploymentID)
		assert.Equal(t, before.TemplateMinorVersion, running.TemplateMinorVersion)
		assert.Equal(t, "token-1", running.LastClientRequestToken)
		assert.True(t, running.LastDeploymentAttemptedAt.After(before.LastDeploymentAttemptedAt))

		time.Sleep(time.Minute)
		after := get()
		assert.Equal(t, proton.DeploymentStatusSucceeded, after.DeploymentStatus)
		assert.Equal(t, id, after.LastAttemptedDeploymentID)
		assert.Equal(t, id, after.LastSucceededDeploymentID)
		assert.Equal(t, "4", after.TemplateMinorVersion)
		assert.Contains(t, after.Spec, "replicas: 3")
	})
}

func TestCanceledDeployment(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, emu.Config())
		w, err := c.proton.BeginUpdateServiceInstance(t.Context(), instanceUpdate("4", ""))
		require.NoError(t, err)
		time.Sleep(time.Minute)
		_, err = c.proton.CancelServiceInstanceDeployment(t.Context(), proton.CancelServiceInstanceDeploymentRequest{
			ServiceInstanceName: instance, ServiceName: serviceName,
		})
		require.NoError(t, err)
		s := watch(t.Context(), w, nil)
		var e *cloud.WaitError
		require.ErrorAs(t, s.err, &e)
		assert.Equal(t, cloud.Canceled, e.Outcome)
		assert.Equal(t, "CANCELLED", e.State)
		assert.NotEmpty(t, e.Reason)

		out, err := c.proton.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{Name: instance, ServiceName: serviceName})
		require.NoError(t, err)
		assert.Equal(t, "3", out.ServiceInstance.TemplateMinorVersion)
	}, emulator.WithChangeTime(10*time.Minute))
}

func TestHotUpdateAppliesTheSavedDeployment(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, emu.Config())
		saved := flink.Deployment{
			StreamingResourceSetting: &flink.StreamingResourceSetting{
				ResourceSettingMode: flink.ResourceSettingModeBasic, BasicResourceSetting: &flink.BasicResourceSetting{Parallelism: 10},
			},
			FlinkConf: map[string]any{"state.backend.type": "gemini", "execution.checkpointing.interval": "60s"},
		}
		r := flink.UpdateDeploymentRequest{DeploymentID: deployment, Deployment: saved}
		_, err := c.flink.UpdateDeployment(t.Context(), r)
		require.NoError(t, err)
		w, err := c.flink.BeginHotUpdateJob(t.Context(), flink.HotUpdateJobRequest{JobID: job})
		require.NoError(t, err)

		unchanged, err := c.flink.GetJob(t.Context(), flink.GetJobRequest{JobID: job})
		require.NoError(t, err)
		assert.Nil(t, unchanged.Data.StreamingResourceSetting)
		result, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 10, result.Data.HotUpdateParams.RescaleJobParam.JobParallelism)
		assert.Equal(t, map[string]any{"execution.checkpointing.interval": "60s"},
			result.Data.HotUpdateParams.UpdateJobConfigParam.NewFlinkConf)

		changed, err := c.flink.GetJob(t.Context(), flink.GetJobRequest{JobID: job})
		require.NoError(t, err)
		assert.Equal(t, 10, changed.Data.StreamingResourceSetting.BasicResourceSetting.Parallelism)
		d, err := c.flink.GetDeployment(t.Context(), flink.GetDeploymentRequest{DeploymentID: deployment})
		require.NoError(t, err)
		assert.False(t, d.Data.DeploymentHasChanged)
	})
}

func TestHotUpdateFailure(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		emu.Script(emulator.Ending{
			Operation: "HotUpdateJob", Fail: true, Reason: "no slots", ReasonType: "RESOURCE_SHORTAGE", Severity: "LOW",
		})
		s := flows["HotUpdateJob"].follow(t.Context(), clientsOf(t, emu.Config()))
		var e *cloud.WaitError
		require.ErrorAs(t, s.err, &e)
		last, ok := e.Last.(*flink.GetHotUpdateJobResultResponse)
		require.True(t, ok)
		assert.Equal(t, &flink.HotUpdateJobFailureInfo{
			Reason: "RESOURCE_SHORTAGE", Message: "no slots", FailureSeverity: "LOW",
		}, last.Data.Status.Failure)
	})
}

func TestSwitchedImage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		outcome emulator.Ending
		want    dlc.DataEngineInfo
	}{
		{"succeeded", emulator.Ending{}, dlc.DataEngineInfo{
			State: dlc.DataEngineStateRunning, ImageVersionID: newImage, ChildImageVersionID: "child-3",
		}},
		{"failed", emulator.Ending{Fail: true, Reason: "no nodes"}, dlc.DataEngineInfo{
			State: dlc.DataEngineStateRunning, ImageVersionID: oldImage, ChildImageVersionID: "child-1", Message: "no nodes",
		}},
		{"broken", emulator.Ending{Fail: true, Reason: "no nodes", State: "-1"}, dlc.DataEngineInfo{
			State: dlc.DataEngineStateFailed, ImageVersionID: oldImage, ChildImageVersionID: "child-1", Message: "no nodes",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				c := clientsOf(t, emu.Config())
				tt.outcome.Operation = "SwitchDataEngineImage"
				emu.Script(tt.outcome)
				_, err := c.dlc.SwitchDataEngineImage(t.Context(),
					dlc.SwitchDataEngineImageRequest{DataEngineID: engine, NewImageVersionID: newImage})
				require.NoError(t, err)
				emu.Advance(time.Hour)
				out, err := c.dlc.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: engineName})
				require.NoError(t, err)
				got := out.DataEngine
				assert.Equal(t, tt.want, dlc.DataEngineInfo{
					State: got.State, ImageVersionID: got.ImageVersionID, ChildImageVersionID: got.ChildImageVersionID,
					Message: got.Message,
				})
			})
		})
	}
}

func TestUnknownState(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		emu.Script(emulator.Ending{Operation: "UpdateKxClusterCodeConfiguration", State: "REBALANCING"})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		s := flows["UpdateKxClusterCodeConfiguration"].follow(ctx, clientsOf(t, emu.Config()))
		assert.Equal(t, "REBALANCING", s.states[len(s.states)-1])
		require.ErrorIs(t, s.err, context.DeadlineExceeded)
	})
}
