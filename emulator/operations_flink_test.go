package emulator_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// Resources that seedFlink adds to those of seed.
const (
	draft          = "9c6d5a18-6f0b-4f0e-8b3f-1de7e2d20001"
	sessionCluster = "shared"
	stoppedCluster = "spare"
	sqlFile        = "2f0f6a5e-4ab2-4a53-a9a3-1f7a6d0f0001"
	patrolReport   = "d72edfd9f3ef475ca310456ecdb09fe8"
	idleDeployment = "58718c99-3b29-4c5e-93bb-c9fc4ec60002"
)

func seedFlink(emu *emulator.Emulator) {
	emu.Flink.AddWorkspace(workspace, namespace, "another")
	emu.Flink.AddDeployment(workspace, namespace, flink.Deployment{DeploymentID: idleDeployment, Name: "idle"})
	emu.Flink.AddDeploymentDraft(workspace, namespace, flink.DeploymentDraft{DeploymentDraftID: draft, Name: "orders"})
	emu.Flink.AddSessionCluster(workspace, namespace, flink.SessionCluster{Name: sessionCluster})
	emu.Flink.AddSessionCluster(workspace, namespace, flink.SessionCluster{
		Name: stoppedCluster, Status: &flink.SessionClusterStatus{CurrentSessionClusterStatus: flink.SessionClusterStateStopped},
	})
	emu.Flink.AddSQLFile(workspace, namespace, flink.SQLFile{SQLFileID: sqlFile, SQLScript: "SELECT 2;"})
	emu.Flink.AddPatrolReport(workspace, namespace, flink.PatrolReport{ReportID: patrolReport})
	emu.Flink.AddSavepoint(workspace, namespace, flink.Savepoint{DeploymentID: deployment, JobID: job})
	emu.Flink.AddJob(workspace, namespace, flink.Job{JobID: endedJob, Status: &flink.JobStatus{CurrentJobStatus: flink.JobStateFinished}})
}

// stateOf returns the state of a session cluster.
func stateOf(t *testing.T, c clients, name string) flink.SessionClusterState {
	t.Helper()
	out, err := c.flink.GetSessionCluster(t.Context(), flink.GetSessionClusterRequest{SessionClusterName: name})
	require.NoError(t, err)
	return out.Data.Status.CurrentSessionClusterStatus
}

// flinkOperations calls the operations of Realtime Compute for Apache Flink that are not in operations.
var flinkOperations = map[string]func(t *testing.T, c clients){
	"StartJobWithParams": func(t *testing.T, c clients) {
		out, err := c.flink.StartJobWithParams(t.Context(), flink.StartJobWithParamsRequest{JobStartParameters: flink.JobStartParameters{
			DeploymentID: idleDeployment, RestoreStrategy: &flink.DeploymentRestoreStrategy{Kind: flink.RestoreKindNone},
		}})
		require.NoError(t, err)
		assert.Equal(t, flink.JobStateStarting, out.Data.Status.CurrentJobStatus)
		assert.Equal(t, flink.RestoreKindNone, out.Data.RestoreStrategy.Kind)
		assert.Equal(t, "idle", out.Data.DeploymentName)
		got, err := c.flink.GetJob(t.Context(), flink.GetJobRequest{JobID: out.Data.JobID})
		require.NoError(t, err)
		assert.Equal(t, out.Data, got.Data)
	},
	"StartJob": func(t *testing.T, c clients) {
		//lint:ignore SA1019 the service has it
		out, err := c.flink.StartJob(t.Context(), flink.StartJobRequest{StartJobParameters: flink.StartJobParameters{
			DeploymentID:        idleDeployment,
			ResourceSettingSpec: &flink.BriefResourceSetting{FlinkConf: map[string]any{"parallelism.default": 2}},
		}})
		require.NoError(t, err)
		assert.Equal(t, flink.JobStateStarting, out.Data.Status.CurrentJobStatus)
		assert.Equal(t, map[string]any{"parallelism.default": int64(2)}, out.Data.FlinkConf)
	},
	"StopJob": func(t *testing.T, c clients) {
		out, err := c.flink.StopJob(t.Context(), flink.StopJobRequest{
			JobID: job, StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithoutSavepoint},
		})
		require.NoError(t, err)
		assert.Equal(t, flink.JobStateCancelling, out.Data.Status.CurrentJobStatus)
	},
	"Savepoints": func(t *testing.T, c clients) {
		out, err := c.flink.CreateSavepoint(t.Context(), flink.CreateSavepointRequest{
			DeploymentID: deployment, Description: new("before the release"), NativeFormat: new(true),
		})
		require.NoError(t, err)
		assert.Equal(t, flink.SavepointStateStarted, out.Data.Status.State)
		assert.Equal(t, job, out.Data.JobID)
		got, err := c.flink.GetSavepoint(t.Context(), flink.GetSavepointRequest{SavepointID: out.Data.SavepointID})
		require.NoError(t, err)
		assert.Equal(t, "before the release", got.Data.Description)
		assert.True(t, got.Data.NativeFormat)
		list, err := c.flink.ListSavepoints(t.Context(), flink.ListSavepointsRequest{DeploymentID: deployment})
		require.NoError(t, err)
		require.Len(t, list.Data, 2)
		assert.Equal(t, out.Data.SavepointID, list.Data[0].SavepointID, "the latest first")
		empty, err := c.flink.ListSavepoints(t.Context(), flink.ListSavepointsRequest{JobID: "another"})
		require.NoError(t, err)
		assert.Empty(t, empty.Data)
	},
	"Events and logs": func(t *testing.T, c clients) {
		list := flink.GetEventsRequest{DeploymentID: deployment}
		before, err := c.flink.GetEvents(t.Context(), list)
		require.NoError(t, err)
		_, err = c.flink.StopJob(t.Context(), flink.StopJobRequest{
			JobID: job, StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithoutSavepoint},
		})
		require.NoError(t, err)
		out, err := c.flink.GetEvents(t.Context(), list)
		require.NoError(t, err)
		require.Len(t, out.Data, len(before.Data)+1, "the end of the stop is in the future")
		assert.Equal(t, "job "+job+" is CANCELLING", out.Data[0].Message, "the latest first")
		assert.Equal(t, job, out.Data[0].JobID)
		for _, r := range []flink.GetEventsRequest{{DeploymentID: idleDeployment}, {DeploymentName: "another"}, {Namespace: "another"}} {
			none, err := c.flink.GetEvents(t.Context(), r)
			require.NoError(t, err)
			assert.Empty(t, none.Data)
		}
		named, err := c.flink.GetEvents(t.Context(), flink.GetEventsRequest{DeploymentName: "orders", PageSize: 1})
		require.NoError(t, err)
		assert.Equal(t, out.Data[:1], named.Data)

		log, err := c.flink.GetLatestJobStartLog(t.Context(), flink.GetLatestJobStartLogRequest{DeploymentID: deployment})
		require.NoError(t, err)
		assert.Contains(t, log.Data, "job "+job+" is RUNNING\n")
		_, err = c.flink.GetLatestJobStartLog(t.Context(), flink.GetLatestJobStartLogRequest{DeploymentID: "another"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		idle, err := c.flink.GetLatestJobStartLog(t.Context(), flink.GetLatestJobStartLogRequest{DeploymentID: idleDeployment})
		require.NoError(t, err)
		assert.Empty(t, idle.Data, "a deployment without jobs has no log")
		d, err := c.flink.GetJobDiagnosis(t.Context(), flink.GetJobDiagnosisRequest{DeploymentID: deployment, JobID: job})
		require.NoError(t, err)
		assert.Equal(t, 100, d.Data.HealthScore)
		_, err = c.flink.GetJobDiagnosis(t.Context(), flink.GetJobDiagnosisRequest{DeploymentID: idleDeployment, JobID: job})
		require.ErrorIs(t, err, cloud.ErrNotFound, "a job of another deployment")
	},
	"StartSessionCluster": func(t *testing.T, c clients) {
		_, err := c.flink.StartSessionCluster(t.Context(), flink.StartSessionClusterRequest{SessionClusterName: stoppedCluster})
		require.NoError(t, err)
		assert.Equal(t, flink.SessionClusterStateStarting, stateOf(t, c, stoppedCluster))
	},
	"StopSessionCluster": func(t *testing.T, c clients) {
		_, err := c.flink.StopSessionCluster(t.Context(), flink.StopSessionClusterRequest{SessionClusterName: sessionCluster})
		require.NoError(t, err)
		assert.Equal(t, flink.SessionClusterStateStopping, stateOf(t, c, sessionCluster))
	},
	"UpdateSessionCluster": func(t *testing.T, c clients) {
		update := flink.SessionCluster{Name: "another", FlinkConf: map[string]any{"taskmanager.numberOfTaskSlots": "2"}}
		out, err := c.flink.UpdateSessionCluster(t.Context(), flink.UpdateSessionClusterRequest{
			SessionClusterName: sessionCluster, SessionCluster: update,
		})
		require.NoError(t, err)
		assert.Equal(t, flink.SessionClusterStateUpdating, out.Data.Status.CurrentSessionClusterStatus)
		assert.Equal(t, sessionCluster, out.Data.Name, "the name cannot be changed")
		assert.NotEmpty(t, out.Data.EngineVersion, "what the request leaves out stays the same")
		assert.Equal(t, update.FlinkConf, out.Data.FlinkConf)
		stopped, err := c.flink.UpdateSessionCluster(t.Context(), flink.UpdateSessionClusterRequest{
			SessionClusterName: stoppedCluster, SessionCluster: update,
		})
		require.NoError(t, err)
		assert.Equal(t, flink.SessionClusterStateStopped, stopped.Data.Status.CurrentSessionClusterStatus,
			"a stopped cluster is updated at once")
	},
	"DeleteSessionCluster": func(t *testing.T, c clients) {
		for range 2 {
			out, err := c.flink.DeleteSessionCluster(t.Context(), flink.DeleteSessionClusterRequest{SessionClusterName: stoppedCluster})
			require.NoError(t, err)
			assert.Equal(t, stoppedCluster, out.Data.Name)
		}
	},
	"ListSessionClusters": func(t *testing.T, c clients) {
		out, err := c.flink.ListSessionClusters(t.Context(), flink.ListSessionClustersRequest{})
		require.NoError(t, err)
		require.Len(t, out.Data, 2)
		assert.Equal(t, flink.SessionClusterStateRunning, out.Data[0].Status.CurrentSessionClusterStatus)
		assert.Less(t, out.Data[0].Status.Running.StartedAt, time.Now().UnixMilli())
		empty, err := c.flink.ListSessionClusters(t.Context(), flink.ListSessionClustersRequest{Namespace: "another"})
		require.NoError(t, err)
		assert.Empty(t, empty.Data)
	},
	"Drafts": func(t *testing.T, c clients) {
		out, err := c.flink.GetDeploymentDraft(t.Context(), flink.GetDeploymentDraftRequest{DeploymentDraftID: draft})
		require.NoError(t, err)
		assert.Equal(t, "orders", out.Data.Name)
		list, err := c.flink.ListDeploymentDrafts(t.Context(), flink.ListDeploymentDraftsRequest{})
		require.NoError(t, err)
		assert.Equal(t, []flink.DeploymentDraft{*out.Data}, list.Data)
	},
	"DeployDeploymentDraftAsync": func(t *testing.T, c clients) {
		out, err := c.flink.DeployDeploymentDraftAsync(t.Context(), flink.DeployDeploymentDraftAsyncRequest{
			DraftDeployParams: flink.DraftDeployParams{DeploymentDraftID: draft},
		})
		require.NoError(t, err)
		got, err := c.flink.GetDeployDeploymentDraftResult(t.Context(),
			flink.GetDeployDeploymentDraftResultRequest{TicketID: out.Data.TicketID})
		require.NoError(t, err)
		assert.Equal(t, &flink.AsyncDraftDeployResult{TicketStatus: flink.TicketStatusInit}, got.Data)
	},
	"ValidateDeploymentDraftAsync": func(t *testing.T, c clients) {
		out, err := c.flink.ValidateDeploymentDraftAsync(t.Context(), flink.ValidateDeploymentDraftAsyncRequest{
			DraftValidateParams: flink.DraftValidateParams{DeploymentDraftID: draft},
		})
		require.NoError(t, err)
		got, err := c.flink.GetValidateDeploymentDraftResult(t.Context(),
			flink.GetValidateDeploymentDraftResultRequest{TicketID: out.Data.TicketID})
		require.NoError(t, err)
		assert.Equal(t, &flink.AsyncDraftValidateResult{TicketStatus: flink.TicketStatusInit}, got.Data)
	},
	"GenerateResourcePlanWithFlinkConfAsync": func(t *testing.T, c clients) {
		out, err := c.flink.GenerateResourcePlanWithFlinkConfAsync(t.Context(), flink.GenerateResourcePlanWithFlinkConfAsyncRequest{
			DeploymentID: deployment, FlinkConf: map[string]any{"parallelism.default": 2},
		})
		require.NoError(t, err)
		got, err := c.flink.GetGenerateResourcePlanResult(t.Context(),
			flink.GetGenerateResourcePlanResultRequest{TicketID: out.Data.TicketID})
		require.NoError(t, err)
		assert.Equal(t, &flink.AsyncResourcePlanOperationResult{TicketStatus: flink.TicketStatusInit}, got.Data)
	},
	"SQLExecutions": func(t *testing.T, c clients) {
		file, err := c.flink.GetSQLFile(t.Context(), flink.GetSQLFileRequest{SQLFileID: sqlFile})
		require.NoError(t, err)
		assert.Equal(t, "SELECT 2;", file.Data.SQLScript)
		start := flink.StartSQLExecutionRequest{StartSQLExecutionParameters: flink.StartSQLExecutionParameters{SQLFileID: sqlFile}}
		first, err := c.flink.StartSQLExecution(t.Context(), start)
		require.NoError(t, err)
		assert.True(t, first.Data.NewlyCreated)
		second, err := c.flink.StartSQLExecution(t.Context(), start)
		require.NoError(t, err)
		assert.False(t, second.Data.NewlyCreated)
		assert.Equal(t, first.Data.SQLExecutionID, second.Data.SQLExecutionID, "a script has one active execution")
		got, err := c.flink.FetchSQLExecutionResult(t.Context(),
			flink.FetchSQLExecutionResultRequest{SQLExecutionID: first.Data.SQLExecutionID})
		require.NoError(t, err)
		assert.Equal(t, "RUNNING", got.Data.SQLExecution.State)
		assert.Equal(t, "SELECT 2;", got.Data.SQLExecution.SQLScript)
		for _, want := range []bool{true, false} {
			stopped, err := c.flink.StopSQLExecution(t.Context(), flink.StopSQLExecutionRequest{SQLExecutionID: first.Data.SQLExecutionID})
			require.NoError(t, err)
			assert.Equal(t, want, stopped.Data.Success)
		}
	},
	"Patrols": func(t *testing.T, c clients) {
		out, err := c.flink.TriggerPatrol(t.Context(), flink.TriggerPatrolRequest{ScopeType: flink.PatrolScopeTypeAll})
		require.NoError(t, err)
		assert.Equal(t, flink.PatrolStatusPending, out.Data.Status)
		list, err := c.flink.ListPatrolReports(t.Context(), flink.ListPatrolReportsRequest{})
		require.NoError(t, err)
		require.Len(t, list.Data.Items, 2)
		assert.Equal(t, 2, list.Data.Total)
		assert.Equal(t, out.Data.ReportID, list.Data.Items[0].ReportID, "the latest first")
		for name, r := range map[string]flink.ListPatrolReportsRequest{
			"status": {Status: flink.PatrolStatusCompleted}, "trigger": {TriggerType: flink.PatrolTriggerTypeCron},
			"end": {EndDate: time.Now().Add(-time.Minute).UnixMilli()}, "page": {Page: 2, Size: 1},
		} {
			some, err := c.flink.ListPatrolReports(t.Context(), r)
			require.NoError(t, err)
			require.Len(t, some.Data.Items, 1, name)
			assert.Equal(t, patrolReport, some.Data.Items[0].ReportID, name)
		}
	},
}

func TestFlinkOperations(t *testing.T) {
	t.Parallel()
	for name, f := range allFlinkOperations() {
		t.Run(name+"/loopback", func(t *testing.T) {
			t.Parallel()
			emu := start(t, emulator.WithStaleReads(0))
			seedFlink(emu)
			f(t, clientsOf(t, withoutRetries(emu)))
		})
		t.Run(name+"/in process", func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				seedFlink(emu)
				f(t, clientsOf(t, withoutRetries(emu)))
			}, emulator.WithStaleReads(0))
		})
	}
}

// TestFlinkRefusals starts changes of resources that do not exist, or whose state does not allow the change.
func TestFlinkRefusals(t *testing.T) {
	t.Parallel()
	stop := func(t *testing.T, c clients) error {
		_, err := c.flink.StopJob(t.Context(), flink.StopJobRequest{
			JobID: job, StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithDrain},
		})
		return err
	}
	startCluster := func(t *testing.T, c clients, name string) error {
		_, err := c.flink.StartSessionCluster(t.Context(), flink.StartSessionClusterRequest{SessionClusterName: name})
		return err
	}
	deleteCluster := func(t *testing.T, c clients, name string) error {
		_, err := c.flink.DeleteSessionCluster(t.Context(), flink.DeleteSessionClusterRequest{SessionClusterName: name})
		return err
	}
	tests := map[string]struct {
		start func(t *testing.T, c clients) error
		code  cloud.Code
	}{
		"missing deployment": {func(t *testing.T, c clients) error {
			_, err := c.flink.StartJobWithParams(t.Context(), flink.StartJobWithParamsRequest{
				JobStartParameters: flink.JobStartParameters{DeploymentID: "x"},
			})
			return err
		}, flink.CodeObjectNotFound},
		"running deployment": {func(t *testing.T, c clients) error {
			_, err := c.flink.StartJobWithParams(t.Context(), flink.StartJobWithParamsRequest{
				JobStartParameters: flink.JobStartParameters{DeploymentID: deployment},
			})
			return err
		}, "StateConflict"},
		"job being stopped": {func(t *testing.T, c clients) error {
			require.NoError(t, stop(t, c))
			return stop(t, c)
		}, "StateConflict"},
		"savepoint of a deployment without a job": {func(t *testing.T, c clients) error {
			_, err := c.flink.CreateSavepoint(t.Context(), flink.CreateSavepointRequest{DeploymentID: idleDeployment})
			return err
		}, "StateConflict"},
		"savepoint of a missing deployment": {func(t *testing.T, c clients) error {
			_, err := c.flink.CreateSavepoint(t.Context(), flink.CreateSavepointRequest{DeploymentID: "x"})
			return err
		}, flink.CodeObjectNotFound},
		"missing cluster": {func(t *testing.T, c clients) error {
			return startCluster(t, c, "x")
		}, flink.CodeObjectNotFound},
		"running cluster": {func(t *testing.T, c clients) error {
			return startCluster(t, c, sessionCluster)
		}, "StateConflict"},
		"deletion of a running cluster": {func(t *testing.T, c clients) error {
			return deleteCluster(t, c, sessionCluster)
		}, "StateConflict"},
		"start of a cluster being deleted": {func(t *testing.T, c clients) error {
			require.NoError(t, deleteCluster(t, c, stoppedCluster))
			return startCluster(t, c, stoppedCluster)
		}, "StateConflict"},
		"stop of a stopped cluster": {func(t *testing.T, c clients) error {
			_, err := c.flink.StopSessionCluster(t.Context(), flink.StopSessionClusterRequest{SessionClusterName: stoppedCluster})
			return err
		}, "StateConflict"},
		"update of a starting cluster": {func(t *testing.T, c clients) error {
			require.NoError(t, startCluster(t, c, stoppedCluster))
			_, err := c.flink.UpdateSessionCluster(t.Context(), flink.UpdateSessionClusterRequest{SessionClusterName: stoppedCluster})
			return err
		}, "StateConflict"},
		"missing draft": {func(t *testing.T, c clients) error {
			_, err := c.flink.DeployDeploymentDraftAsync(t.Context(), flink.DeployDeploymentDraftAsyncRequest{
				DraftDeployParams: flink.DraftDeployParams{DeploymentDraftID: "x"},
			})
			return err
		}, flink.CodeObjectNotFound},
		"validation of a missing draft": {func(t *testing.T, c clients) error {
			_, err := c.flink.ValidateDeploymentDraftAsync(t.Context(), flink.ValidateDeploymentDraftAsyncRequest{
				DraftValidateParams: flink.DraftValidateParams{DeploymentDraftID: "x"},
			})
			return err
		}, flink.CodeObjectNotFound},
		"plan for a missing deployment": {func(t *testing.T, c clients) error {
			_, err := c.flink.GenerateResourcePlanWithFlinkConfAsync(t.Context(),
				flink.GenerateResourcePlanWithFlinkConfAsyncRequest{DeploymentID: "x"})
			return err
		}, flink.CodeObjectNotFound},
		"missing script": {func(t *testing.T, c clients) error {
			_, err := c.flink.StartSQLExecution(t.Context(), flink.StartSQLExecutionRequest{
				StartSQLExecutionParameters: flink.StartSQLExecutionParameters{SQLFileID: "x"},
			})
			return err
		}, flink.CodeObjectNotFound},
		"stop of a missing execution": {func(t *testing.T, c clients) error {
			_, err := c.flink.StopSQLExecution(t.Context(), flink.StopSQLExecutionRequest{SQLExecutionID: "x"})
			return err
		}, flink.CodeObjectNotFound},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			emu := start(t)
			seedFlink(emu)
			require.ErrorIs(t, tt.start(t, clientsOf(t, withoutRetries(emu))), tt.code)
		})
	}
}

// TestDeployDraftTwice checks that a draft creates its deployment once, and then updates it.
func TestDeployDraftTwice(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		seedFlink(emu)
		c := clientsOf(t, withoutRetries(emu))
		var ids []string
		for range 2 {
			w, err := c.flink.BeginDeployDeploymentDraftAsync(t.Context(), flink.DeployDeploymentDraftAsyncRequest{
				DraftDeployParams: flink.DraftDeployParams{
					DeploymentDraftID: draft, DeploymentTarget: &flink.BriefDeploymentTarget{Name: "default-queue"},
				},
			})
			require.NoError(t, err)
			result, err := w.Wait(t.Context())
			require.NoError(t, err)
			ids = append(ids, result.Data.DeploymentID)
		}
		assert.Equal(t, ids[0], ids[1])
		out, err := c.flink.GetDeployment(t.Context(), flink.GetDeploymentRequest{DeploymentID: ids[0]})
		require.NoError(t, err)
		assert.Equal(t, "orders", out.Data.Name)
		assert.Equal(t, draft, out.Data.ReferencedDeploymentDraftID)
		assert.Equal(t, "default-queue", out.Data.DeploymentTarget.Name)
	})
}
