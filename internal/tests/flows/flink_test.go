package flows_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

func seedJob(emu *emulator.Emulator) { emu.Flink.AddJob("w1", "default", flink.Job{JobID: "job-1"}) }

func seedDeployment(emu *emulator.Emulator) {
	emu.Flink.AddDeployment("w1", "default", flink.Deployment{DeploymentID: "orders"})
}

func seedRunningDeployment(emu *emulator.Emulator) {
	seedDeployment(emu)
	emu.Flink.AddJob("w1", "default", flink.Job{JobID: "job-1", DeploymentID: "orders"})
}

// seedHotUpdate puts in a job with other settings than those that its deployment has by now.
func seedHotUpdate(emu *emulator.Emulator) {
	sized := func(parallelism int) *flink.StreamingResourceSetting {
		return &flink.StreamingResourceSetting{BasicResourceSetting: &flink.BasicResourceSetting{Parallelism: parallelism}}
	}
	emu.Flink.AddDeployment("w1", "default", flink.Deployment{
		DeploymentID: "orders", StreamingResourceSetting: sized(8),
		FlinkConf: map[string]any{"execution.checkpointing.interval": "60s", "table.exec.state.ttl": "36h"},
	})
	emu.Flink.AddJob("w1", "default", flink.Job{
		JobID: "job-1", DeploymentID: "orders", StreamingResourceSetting: sized(4),
		FlinkConf: map[string]any{"execution.checkpointing.timeout": "10min", "table.exec.state.ttl": "36h"},
	})
}

// hotSettings reads what a hot update changes of the job.
func hotSettings(ctx context.Context, c clients) (any, error) {
	job, err := c.flink.GetJob(ctx, flink.GetJobRequest{JobID: "job-1"})
	if err != nil {
		return nil, err
	}
	return []any{job.Data.StreamingResourceSetting.BasicResourceSetting.Parallelism, job.Data.FlinkConf}, nil
}

// runningJobs counts the jobs of the deployment that run.
func runningJobs(ctx context.Context, c clients) (any, error) {
	n := 0
	for job, err := range c.flink.AllJobs(ctx, flink.ListJobsRequest{DeploymentID: "orders"}) {
		if err != nil {
			return nil, err
		}
		if job.Status.CurrentJobStatus == flink.JobStateRunning {
			n++
		}
	}
	return n, nil
}

// clusterContent reads what changes of a session cluster change.
func clusterContent(ctx context.Context, c clients) (any, error) {
	r, err := c.flink.GetSessionCluster(ctx, flink.GetSessionClusterRequest{SessionClusterName: "shared"})
	if err != nil {
		return nil, err
	}
	return []any{r.Data.Status.CurrentSessionClusterStatus, r.Data.EngineVersion, r.Data.Labels}, nil
}

func seedDraft(emu *emulator.Emulator) {
	emu.Flink.AddDeploymentDraft("w1", "default", flink.DeploymentDraft{DeploymentDraftID: "draft-1", Name: "orders"})
}

func seedSQLFile(emu *emulator.Emulator) {
	emu.Flink.AddSQLFile("w1", "default", flink.SQLFile{SQLFileID: "daily"})
}

func seedSQLExecution(emu *emulator.Emulator) {
	emu.Flink.AddSQLExecution("w1", "default", flink.SQLExecution{SQLExecutionID: "run-1"})
}

// seedSessionCluster puts in a cluster in a state.
func seedSessionCluster(state flink.SessionClusterState) func(emu *emulator.Emulator) {
	return func(emu *emulator.Emulator) {
		emu.Flink.AddSessionCluster("w1", "default", flink.SessionCluster{
			Name: "shared", Status: &flink.SessionClusterStatus{CurrentSessionClusterStatus: state},
		})
	}
}

// inState checks that a session cluster is in a state.
func inState(state flink.SessionClusterState) func(t *testing.T, value any) {
	return func(t *testing.T, value any) {
		assert.Equal(t, state, value.(*flink.GetSessionClusterResponse).Data.Status.CurrentSessionClusterStatus)
	}
}

func jobRuns(t *testing.T, value any) {
	job := value.(*flink.GetJobResponse).Data
	assert.Equal(t, flink.JobStateRunning, job.Status.CurrentJobStatus)
	assert.Equal(t, "orders", job.DeploymentID)
}

// jobEnds are the ends of a job that is to run.
var jobEnds = []ending{
	{"fails", emulator.Ending{Fail: true, Reason: "no slots", ReasonType: "KubernetesDeploymentNotProgressing"},
		cloud.Failed, "FAILED", "KubernetesDeploymentNotProgressing: no slots", false},
	{"is stopped", emulator.Ending{Cancel: true, Reason: "not now", ReasonType: "UserRequest"},
		cloud.Canceled, "CANCELLED", "UserRequest: not now", false},
}

// clusterEnds are the ends of a change of a session cluster. A cluster that has failed can be started, but
// not stopped or updated as if it ran.
func clusterEnds(final bool) []ending {
	return []ending{
		{"fails", emulator.Ending{Fail: true, Reason: "no quota", ReasonType: "Quota"}, cloud.Failed, "FAILED", "Quota: no quota", final},
	}
}

var flinkFlows = []flow{
	{
		service: "flink", start: "HotUpdateJob", read: "GetHotUpdateJobResult",
		seed: seedHotUpdate, thorough: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareHotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: "job-1"})
		},
		content: hotSettings,
		diff:    []string{"jobId", "namespace", "workspace"},
		resume:  func(c clients, token string) (cloud.AnyChange, error) { return c.flink.ResumeHotUpdateJob(token) },
		live: func(t *testing.T, value any) {
			result := value.(*flink.GetHotUpdateJobResultResponse).Data
			assert.Equal(t, flink.HotUpdateStatusHotUpdated, result.Status.Status)
			assert.Equal(t, "job-1", result.JobID)
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no slots", ReasonType: "RESCALE", Severity: "CRITICAL"},
				cloud.Failed, "FAILED", "RESCALE: no slots (severity CRITICAL)", false},
		},
	},
	{
		service: "flink", start: "StartJobWithParams", read: "GetJob", seed: seedDeployment,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareStartJobWithParams(ctx, flink.StartJobWithParamsRequest{
				JobStartParameters: flink.JobStartParameters{DeploymentID: "orders"},
			})
		},
		content: runningJobs,
		diff:    []string{"jobStartParameters.deploymentId", "namespace", "workspace"},
		resume:  func(c clients, token string) (cloud.AnyChange, error) { return c.flink.ResumeStartJobWithParams(token) },
		live:    jobRuns,
		ends:    jobEnds,
	},
	{
		service: "flink", start: "StartJob", read: "GetJob", seed: seedDeployment,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			//lint:ignore SA1019 old callers wait too
			return c.flink.PrepareStartJob(ctx, flink.StartJobRequest{
				StartJobParameters: flink.StartJobParameters{DeploymentID: "orders"},
			})
		},
		content: runningJobs,
		diff:    []string{"namespace", "startJobParameters.deploymentId", "workspace"},
		resume:  func(c clients, token string) (cloud.AnyChange, error) { return c.flink.ResumeStartJob(token) },
		live:    jobRuns,
		ends:    jobEnds,
	},
	{
		service: "flink", start: "StopJob", read: "GetJob", seed: seedRunningDeployment, oldState: "RUNNING", refusal: cloud.ErrInternal,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareStopJob(ctx, flink.StopJobRequest{
				JobID: "job-1", StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithSavepoint},
			})
		},
		content: runningJobs,
		diff:    []string{"jobId", "namespace", "stopJobParameters.stopStrategy", "workspace"},
		resume:  func(c clients, token string) (cloud.AnyChange, error) { return c.flink.ResumeStopJob(token) },
		until: func(c clients) cloud.AnyWaiter {
			return c.flink.UntilJobStopped(flink.GetJobRequest{JobID: "job-1"})
		},
		live: func(t *testing.T, value any) {
			if until, ok := value.(*flink.GetJobResponse); ok {
				assert.Equal(t, flink.JobStateCancelled, until.Data.Status.CurrentJobStatus)
				return
			}
			stopped := value.(*flink.StoppedJob)
			assert.Equal(t, flink.JobStateCancelled, stopped.Data.Status.CurrentJobStatus)
			if assert.NotNil(t, stopped.Savepoint) {
				assert.Equal(t, flink.SavepointOriginStopWithSavepoint, stopped.Savepoint.SavepointOrigin)
			}
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "the savepoint expired", ReasonType: "Savepoint"},
				cloud.Failed, "FAILED", "Savepoint: the savepoint expired", true},
			{"is abandoned", emulator.Ending{Fail: true, State: "RUNNING", Reason: "the savepoint expired", ReasonType: "Savepoint"},
				cloud.Failed, "RUNNING", "the job runs again: Savepoint: the savepoint expired", false},
		},
	},
	{
		service: "flink", start: "CreateSavepoint", read: "GetSavepoint", seed: seedRunningDeployment,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareCreateSavepoint(ctx, flink.CreateSavepointRequest{DeploymentID: "orders"})
		},
		diff:   []string{"deploymentId", "namespace", "workspace"},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.flink.ResumeCreateSavepoint(token) },
		live: func(t *testing.T, value any) {
			savepoint := value.(*flink.GetSavepointResponse).Data
			assert.Equal(t, flink.SavepointStateCompleted, savepoint.Status.State)
			assert.Equal(t, "job-1", savepoint.JobID)
			assert.NotEmpty(t, savepoint.SavepointLocation)
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no space", ReasonType: "IO Exception"}, cloud.Failed, "FAILED", "IO Exception: no space", false},
		},
	},
	{
		service: "flink", start: "StartSessionCluster", read: "GetSessionCluster",
		seed: seedSessionCluster(flink.SessionClusterStateStopped), oldState: "STOPPED", refusal: cloud.ErrInternal,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareStartSessionCluster(ctx, flink.StartSessionClusterRequest{SessionClusterName: "shared"})
		},
		content: clusterContent,
		diff:    []string{"namespace", "sessionClusterName", "workspace"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.flink.ResumeStartSessionCluster(token)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.flink.UntilSessionClusterRunning(flink.GetSessionClusterRequest{SessionClusterName: "shared"})
		},
		live: inState(flink.SessionClusterStateRunning),
		ends: append(clusterEnds(false), ending{
			"is abandoned", emulator.Ending{Fail: true, State: "STOPPED", Reason: "no quota", ReasonType: "Quota"},
			cloud.Failed, "STOPPED", "the cluster is stopped again: Quota: no quota", false,
		}),
	},
	{
		service: "flink", start: "StopSessionCluster", read: "GetSessionCluster",
		seed: seedSessionCluster(flink.SessionClusterStateRunning), oldState: "RUNNING", refusal: cloud.ErrInternal,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareStopSessionCluster(ctx, flink.StopSessionClusterRequest{SessionClusterName: "shared"})
		},
		content: clusterContent,
		diff:    []string{"namespace", "sessionClusterName", "workspace"},
		resume:  func(c clients, token string) (cloud.AnyChange, error) { return c.flink.ResumeStopSessionCluster(token) },
		until: func(c clients) cloud.AnyWaiter {
			return c.flink.UntilSessionClusterStopped(flink.GetSessionClusterRequest{SessionClusterName: "shared"})
		},
		live: inState(flink.SessionClusterStateStopped),
		ends: append(clusterEnds(true), ending{
			"is abandoned", emulator.Ending{Fail: true, State: "RUNNING", Reason: "in use", ReasonType: "Jobs"},
			cloud.Failed, "RUNNING", "the cluster runs again: Jobs: in use", false,
		}),
	},
	{
		service: "flink", start: "UpdateSessionCluster", read: "GetSessionCluster",
		seed: seedSessionCluster(flink.SessionClusterStateRunning), oldState: "RUNNING", refusal: cloud.ErrInternal,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareUpdateSessionCluster(ctx, flink.UpdateSessionClusterRequest{
				SessionClusterName: "shared", SessionCluster: flink.SessionCluster{EngineVersion: "vvr-11.1-jdk11-flink-1.20"},
			})
		},
		content: clusterContent,
		diff:    []string{"sessionCluster.engineVersion"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.flink.ResumeUpdateSessionCluster(token)
		},
		live: func(t *testing.T, value any) {
			inState(flink.SessionClusterStateRunning)(t, value)
			assert.Equal(t, "vvr-11.1-jdk11-flink-1.20", value.(*flink.GetSessionClusterResponse).Data.EngineVersion)
		},
		ends: append(clusterEnds(true), ending{
			"is abandoned", emulator.Ending{Fail: true, State: "RUNNING", Reason: "no such engine", ReasonType: "Engine"},
			cloud.Failed, "RUNNING", "Engine: no such engine", false,
		}),
	},
	{
		service: "flink", start: "DeleteSessionCluster", read: "GetSessionCluster",
		seed: seedSessionCluster(flink.SessionClusterStateStopped), oldState: "STOPPED", idempotent: true, repeatable: true, deletes: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareDeleteSessionCluster(ctx, flink.DeleteSessionClusterRequest{SessionClusterName: "shared"})
		},
		diff: []string{"namespace", "sessionClusterName", "workspace"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.flink.ResumeDeleteSessionCluster(token)
		},
		live: func(t *testing.T, value any) { assert.Nil(t, value) },
		ends: clusterEnds(false),
	},
	{
		service: "flink", start: "DeployDeploymentDraftAsync", read: "GetDeployDeploymentDraftResult", seed: seedDraft,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareDeployDeploymentDraftAsync(ctx, flink.DeployDeploymentDraftAsyncRequest{
				DraftDeployParams: flink.DraftDeployParams{DeploymentDraftID: "draft-1"},
			})
		},
		diff: []string{"draftDeployParams.deploymentDraftId", "namespace", "workspace"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.flink.ResumeDeployDeploymentDraftAsync(token)
		},
		live: func(t *testing.T, value any) {
			result := value.(*flink.GetDeployDeploymentDraftResultResponse).Data
			assert.Equal(t, flink.TicketStatusFinished, result.TicketStatus)
			assert.True(t, result.Success)
			assert.NotEmpty(t, result.DeploymentID)
		},
		ends: []ending{
			{"finishes without success", emulator.Ending{Fail: true, Reason: "SQL validate failed"}, cloud.Failed, "FINISHED", "SQL validate failed", false},
			{"fails", emulator.Ending{Fail: true, State: "FAILED", Reason: "out of tickets"}, cloud.Failed, "FAILED", "out of tickets", false},
		},
	},
	{
		service: "flink", start: "ValidateDeploymentDraftAsync", read: "GetValidateDeploymentDraftResult", seed: seedDraft,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareValidateDeploymentDraftAsync(ctx, flink.ValidateDeploymentDraftAsyncRequest{
				DraftValidateParams: flink.DraftValidateParams{DeploymentDraftID: "draft-1"},
			})
		},
		diff: []string{"draftValidateParams.deploymentDraftId", "namespace", "workspace"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.flink.ResumeValidateDeploymentDraftAsync(token)
		},
		live: func(t *testing.T, value any) {
			result := value.(*flink.GetValidateDeploymentDraftResultResponse).Data
			assert.Equal(t, flink.TicketStatusFinished, result.TicketStatus)
			assert.True(t, result.Success)
		},
		ends: []ending{
			{"does not pass", emulator.Ending{Fail: true, Reason: "no such table"},
				cloud.Failed, "FINISHED", "VALIDATION_RESULT_INVALID_QUERY: line 1, column 8: no such table", false},
		},
	},
	{
		service: "flink", start: "GenerateResourcePlanWithFlinkConfAsync", read: "GetGenerateResourcePlanResult", seed: seedDeployment,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareGenerateResourcePlanWithFlinkConfAsync(ctx, flink.GenerateResourcePlanWithFlinkConfAsyncRequest{
				DeploymentID: "orders", FlinkConf: map[string]any{"parallelism.default": 4},
			})
		},
		diff: []string{"deploymentId", "flinkConf.parallelism.default", "namespace", "workspace"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.flink.ResumeGenerateResourcePlanWithFlinkConfAsync(token)
		},
		live: func(t *testing.T, value any) {
			result := value.(*flink.GetGenerateResourcePlanResultResponse).Data
			assert.Equal(t, flink.TicketStatusFinished, result.TicketStatus)
			assert.NotEmpty(t, result.Plan)
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no such table"}, cloud.Failed, "FAILED", "no such table", false},
			{"has no plan", emulator.Ending{Fail: true, State: "FINISHED", Reason: "nothing to plan"}, cloud.Failed, "FINISHED", "nothing to plan", false},
		},
	},
	{
		service: "flink", start: "StartSqlExecution", read: "FetchSqlExecutionResult", seed: seedSQLFile,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareStartSQLExecution(ctx, flink.StartSQLExecutionRequest{
				StartSQLExecutionParameters: flink.StartSQLExecutionParameters{SQLFileID: "daily"},
			})
		},
		diff:   []string{"namespace", "startSQLExecutionParameters.sqlFileId", "workspace"},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.flink.ResumeStartSQLExecution(token) },
		live: func(t *testing.T, value any) {
			execution := value.(*flink.FetchSQLExecutionResultResponse).Data.SQLExecution
			assert.Equal(t, "FINISHED", execution.State)
			assert.Equal(t, "daily", execution.SQLFileID)
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no such table"}, cloud.Failed, "FAILED", "no such table; statement 0 is FAILED", false},
			{"is stopped", emulator.Ending{Cancel: true, Reason: "not now"}, cloud.Canceled, "CANCELLED", "not now; statement 0 is CANCELLED", false},
			{"is stopped, as Flink spells it", emulator.Ending{Cancel: true, State: "CANCELED"}, cloud.Canceled, "CANCELED", "statement 0 is CANCELED", false},
		},
	},
	{
		service: "flink", start: "StopSqlExecution", read: "FetchSqlExecutionResult", seed: seedSQLExecution, oldState: "RUNNING",
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareStopSQLExecution(ctx, flink.StopSQLExecutionRequest{SQLExecutionID: "run-1"})
		},
		diff:   []string{"namespace", "sqlExecutionId", "workspace"},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.flink.ResumeStopSQLExecution(token) },
		live: func(t *testing.T, value any) {
			assert.Equal(t, "CANCELLED", value.(*flink.FetchSQLExecutionResultResponse).Data.SQLExecution.State)
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "lost the cluster"}, cloud.Failed, "FAILED", "lost the cluster; statement 0 is FAILED", true},
			{"is abandoned", emulator.Ending{Fail: true, State: "RUNNING", Reason: "busy"}, cloud.Failed, "RUNNING", "the execution runs again: busy", false},
		},
	},
	{
		service: "flink", start: "TriggerPatrol", read: "ListPatrolReports", listed: true,
		seed: func(emu *emulator.Emulator) { emu.Flink.AddPatrolReport("w1", "default", flink.PatrolReport{}) },
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.flink.PrepareTriggerPatrol(ctx, flink.TriggerPatrolRequest{ScopeType: flink.PatrolScopeTypeAll})
		},
		diff:   []string{"namespace", "scopeType", "workspace"},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.flink.ResumeTriggerPatrol(token) },
		live: func(t *testing.T, value any) {
			report := value.(*flink.PatrolReport)
			assert.Equal(t, flink.PatrolStatusCompleted, report.Status)
			assert.Equal(t, flink.PatrolTriggerTypeManual, report.TriggerType)
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no diagnosis"}, cloud.Failed, "FAILED", "no diagnosis", false},
		},
	},
}

// TestUntilFlink covers the waits for what a start has named, by a process that knows the name alone.
func TestUntilFlink(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		seed  func(emu *emulator.Emulator)
		until func(ctx context.Context, t *testing.T, c *flink.Client) (cloud.AnyWaiter, string)
		takes time.Duration
	}{
		"a job runs": {seedDeployment, func(ctx context.Context, t *testing.T, c *flink.Client) (cloud.AnyWaiter, string) {
			out, err := c.StartJobWithParams(ctx, flink.StartJobWithParamsRequest{JobStartParameters: flink.JobStartParameters{DeploymentID: "orders"}})
			require.NoError(t, err)
			return c.UntilJobRunning(flink.GetJobRequest{JobID: out.Data.JobID}), "RUNNING"
		}, changeTime},
		"a batch job finishes": {func(emu *emulator.Emulator) {
			emu.Flink.AddDeployment("w1", "default", flink.Deployment{DeploymentID: "orders", ExecutionMode: flink.ExecutionModeBatch})
		}, func(ctx context.Context, t *testing.T, c *flink.Client) (cloud.AnyWaiter, string) {
			out, err := c.StartJobWithParams(ctx, flink.StartJobWithParamsRequest{JobStartParameters: flink.JobStartParameters{DeploymentID: "orders"}})
			require.NoError(t, err)
			return c.UntilJobFinished(flink.GetJobRequest{JobID: out.Data.JobID}), "FINISHED"
		}, 2 * changeTime},
		"a hot update is applied": {seedJob, func(ctx context.Context, t *testing.T, c *flink.Client) (cloud.AnyWaiter, string) {
			out, err := c.HotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: "job-1"})
			require.NoError(t, err)
			return c.UntilHotUpdated(flink.GetHotUpdateJobResultRequest{JobHotUpdateID: out.Data.JobHotUpdateID}), "HOT_UPDATED"
		}, changeTime},
		"a savepoint is completed": {seedRunningDeployment, func(ctx context.Context, t *testing.T, c *flink.Client) (cloud.AnyWaiter, string) {
			_, err := c.StopJob(ctx, flink.StopJobRequest{JobID: "job-1", StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithSavepoint}})
			require.NoError(t, err)
			time.Sleep(10 * time.Second)
			list, err := c.ListSavepoints(ctx, flink.ListSavepointsRequest{JobID: "job-1"})
			require.NoError(t, err)
			require.Len(t, list.Data, 1)
			assert.Equal(t, flink.SavepointOriginStopWithSavepoint, list.Data[0].SavepointOrigin)
			return c.UntilSavepointCompleted(flink.GetSavepointRequest{SavepointID: list.Data[0].SavepointID}), "COMPLETED"
		}, changeTime},
		"a draft is deployed": {seedDraft, func(ctx context.Context, t *testing.T, c *flink.Client) (cloud.AnyWaiter, string) {
			out, err := c.DeployDeploymentDraftAsync(ctx, flink.DeployDeploymentDraftAsyncRequest{DraftDeployParams: flink.DraftDeployParams{DeploymentDraftID: "draft-1"}})
			require.NoError(t, err)
			return c.UntilDraftDeployed(flink.GetDeployDeploymentDraftResultRequest{TicketID: out.Data.TicketID}), "FINISHED"
		}, changeTime},
		"a draft passes": {seedDraft, func(ctx context.Context, t *testing.T, c *flink.Client) (cloud.AnyWaiter, string) {
			out, err := c.ValidateDeploymentDraftAsync(ctx, flink.ValidateDeploymentDraftAsyncRequest{DraftValidateParams: flink.DraftValidateParams{DeploymentDraftID: "draft-1"}})
			require.NoError(t, err)
			return c.UntilDraftValidated(flink.GetValidateDeploymentDraftResultRequest{TicketID: out.Data.TicketID}), "FINISHED"
		}, changeTime},
		"a plan is worked out": {seedDeployment, func(ctx context.Context, t *testing.T, c *flink.Client) (cloud.AnyWaiter, string) {
			out, err := c.GenerateResourcePlanWithFlinkConfAsync(ctx, flink.GenerateResourcePlanWithFlinkConfAsyncRequest{DeploymentID: "orders"})
			require.NoError(t, err)
			return c.UntilResourcePlanGenerated(flink.GetGenerateResourcePlanResultRequest{TicketID: out.Data.TicketID}), "FINISHED"
		}, changeTime},
		"a script has run": {seedSQLFile, func(ctx context.Context, t *testing.T, c *flink.Client) (cloud.AnyWaiter, string) {
			out, err := c.StartSQLExecution(ctx, flink.StartSQLExecutionRequest{StartSQLExecutionParameters: flink.StartSQLExecutionParameters{SQLFileID: "daily"}})
			require.NoError(t, err)
			return c.UntilSQLExecutionFinished(flink.FetchSQLExecutionResultRequest{SQLExecutionID: out.Data.SQLExecutionID}), "FINISHED"
		}, changeTime},
		"a patrol ended": {func(*emulator.Emulator) {}, func(ctx context.Context, t *testing.T, c *flink.Client) (cloud.AnyWaiter, string) {
			out, err := c.TriggerPatrol(ctx, flink.TriggerPatrolRequest{ScopeType: flink.PatrolScopeTypeAll})
			require.NoError(t, err)
			return c.UntilPatrolCompleted(flink.PatrolReportRequest{ReportID: out.Data.ReportID}), "COMPLETED"
		}, changeTime},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, flow{seed: tt.seed}, func(emu *emulator.Emulator) {
					began := time.Now()
					w, want := tt.until(t.Context(), t, newClients(t, emu).flink)
					assert.Empty(t, w.Token())
					var last cloud.Step
					for p, err := range (cloud.Fleet{}).Watch(t.Context(), w) {
						require.NoError(t, err)
						last = p
					}
					assert.Equal(t, cloud.Succeeded, last.Outcome)
					assert.Equal(t, want, last.State)
					assert.GreaterOrEqual(t, time.Since(began), tt.takes)
				})
			})
		})
	}
}

// inBubble runs a test in virtual time, with an emulator that shows the state before a change for as long
// as staleTime.
func inBubble(t *testing.T, seed func(*emulator.Emulator), test func(*testing.T, *emulator.Emulator, *flink.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: seed}, func(emu *emulator.Emulator) { test(t, emu, newClients(t, emu).flink) }, emulator.WithStaleReads(staleTime))
	})
}

// TestStartAfterAFailure checks that a failure from before the start never ends the wait.
func TestStartAfterAFailure(t *testing.T) {
	t.Parallel()
	inBubble(t, func(emu *emulator.Emulator) {
		emu.Flink.AddSessionCluster("w1", "default", flink.SessionCluster{Name: "shared", Status: &flink.SessionClusterStatus{
			CurrentSessionClusterStatus: flink.SessionClusterStateFailed, Failure: &flink.SessionClusterFailureInfo{Message: "of yesterday", FailedAt: 1},
		}})
	}, func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
		w, err := c.BeginStartSessionCluster(t.Context(), flink.StartSessionClusterRequest{SessionClusterName: "shared"})
		require.NoError(t, err)
		p, err := w.Poll(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "FAILED", p.State)
		value, err := w.Wait(t.Context())
		require.NoError(t, err)
		inState(flink.SessionClusterStateRunning)(t, value)

		emu.Script(emulator.Ending{Operation: "StopSessionCluster", Fail: true, Reason: "of today", ReasonType: "Stop"})
		w, err = c.BeginStopSessionCluster(t.Context(), flink.StopSessionClusterRequest{SessionClusterName: "shared"})
		require.NoError(t, err)
		_, err = w.Wait(t.Context())
		require.ErrorContains(t, err, "of today")
	})
}

// TestClusterThatIsStoppedAgain is a start that is followed by another caller's stop.
func TestClusterThatIsStoppedAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, seedSessionCluster(flink.SessionClusterStateStopped), func(t *testing.T, _ *emulator.Emulator, c *flink.Client) {
		w, err := c.BeginStartSessionCluster(t.Context(), flink.StartSessionClusterRequest{SessionClusterName: "shared"})
		require.NoError(t, err)
		time.Sleep(changeTime / 2)
		_, err = c.StopSessionCluster(t.Context(), flink.StopSessionClusterRequest{SessionClusterName: "shared"})
		require.NoError(t, err)
		_, err = w.Wait(t.Context())
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		assert.Equal(t, cloud.Failed, wait.Outcome)
		assert.Equal(t, "superseded: the cluster is being stopped", wait.Reason)
		assert.ErrorIs(t, err, cloud.ErrSuperseded)
	})
}

// TestClusterThatTookTheName is a deletion that is followed by another caller's new cluster of the same name.
func TestClusterThatTookTheName(t *testing.T) {
	t.Parallel()
	inBubble(t, seedSessionCluster(flink.SessionClusterStateStopped), func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
		w, err := c.BeginDeleteSessionCluster(t.Context(), flink.DeleteSessionClusterRequest{SessionClusterName: "shared"})
		require.NoError(t, err)
		_, err = w.Poll(t.Context())
		require.NoError(t, err)
		id := emu.Flink.AddSessionCluster("w1", "default", flink.SessionCluster{Name: "shared"})
		value, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, id, value.Data.SessionClusterID)
	})
}

// TestDeletionThatIsRepeated is a deletion whose response is lost, and which finds nothing when it comes again.
func TestDeletionThatIsRepeated(t *testing.T) {
	t.Parallel()
	inBubble(t, seedSessionCluster(flink.SessionClusterStateStopped), func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
		emu.Script(emulator.Ending{Operation: "DeleteSessionCluster", After: time.Millisecond})
		emu.Inject(emulator.Fault{Operation: "DeleteSessionCluster", Kind: emulator.Reset, AfterEffect: true, Delay: time.Second})
		w, err := c.BeginDeleteSessionCluster(t.Context(), flink.DeleteSessionClusterRequest{SessionClusterName: "shared"})
		require.NoError(t, err)
		assert.Equal(t, 2, count(emu, "DeleteSessionCluster"))
		value, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Nil(t, value)
	})
}

// TestUpdateOfAStoppedCluster ends when the service shows it.
func TestUpdateOfAStoppedCluster(t *testing.T) {
	t.Parallel()
	inBubble(t, seedSessionCluster(flink.SessionClusterStateStopped), func(t *testing.T, _ *emulator.Emulator, c *flink.Client) {
		began := time.Now()
		w, err := c.BeginUpdateSessionCluster(t.Context(), flink.UpdateSessionClusterRequest{
			SessionClusterName: "shared", SessionCluster: flink.SessionCluster{EngineVersion: "vvr-11.1-jdk11-flink-1.20"},
		})
		require.NoError(t, err)
		value, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "vvr-11.1-jdk11-flink-1.20", value.Data.EngineVersion)
		assert.GreaterOrEqual(t, time.Since(began), staleTime)
	})
}

// TestStopThatIsAbandonedUnseen is a stop of which a later process sees only the failure, and nothing before.
func TestStopThatIsAbandonedUnseen(t *testing.T) {
	t.Parallel()
	for reason, unseen := range map[string]bool{"the savepoint expired": true, "": false} {
		inBubble(t, seedRunningDeployment, func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
			end := emulator.Ending{Operation: "StopJob", Fail: true, State: "RUNNING", Reason: reason, ReasonType: "Savepoint"}
			if !unseen {
				end.Fail = false
			}
			emu.Script(end)
			w, err := c.BeginStopJob(t.Context(), flink.StopJobRequest{
				JobID: "job-1", StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithSavepoint},
			})
			require.NoError(t, err)
			time.Sleep(time.Hour)
			w, err = newClients(t, emu).flink.ResumeStopJob(w.Token())
			require.NoError(t, err)
			_, err = w.Wait(t.Context(), cloud.Within(2*time.Hour))
			if unseen {
				require.ErrorIs(t, err, cloud.ErrFailed)
				assert.ErrorContains(t, err, "the job runs again: Savepoint: the savepoint expired")
				return
			}
			require.ErrorIs(t, err, context.DeadlineExceeded, "it looks as if the stop had not begun")
			require.NotErrorIs(t, err, cloud.ErrFailed)
		})
	}
}

// TestSavepointOfAStop checks that a stop names the savepoint that it made, and no other.
func TestSavepointOfAStop(t *testing.T) {
	t.Parallel()
	tests := map[flink.StopStrategy]bool{
		flink.StopStrategyWithSavepoint: true, flink.StopStrategyWithDrain: true, flink.StopStrategyWithoutSavepoint: false,
	}
	for strategy, makes := range tests {
		inBubble(t, seedRunningDeployment, func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
			add := func(job string, origin flink.SavepointOrigin, state flink.SavepointState, at time.Time) {
				emu.Flink.AddSavepoint("w1", "default", flink.Savepoint{
					JobID: job, SavepointOrigin: origin, CreatedAt: cloud.Seconds(at), Status: &flink.SavepointStatus{State: state},
				})
			}
			add("job-1", flink.SavepointOriginStopWithSavepoint, flink.SavepointStateCompleted, time.Now().Add(-time.Hour)) // of a stop that was abandoned
			w, err := c.BeginStopJob(t.Context(), flink.StopJobRequest{
				JobID: "job-1", StopJobParameters: flink.StopJobParameters{StopStrategy: strategy},
			})
			require.NoError(t, err)
			time.Sleep(2 * time.Second)
			add("job-1", flink.SavepointOriginUserRequest, flink.SavepointStateCompleted, time.Now())
			add("job-1", flink.SavepointOriginStopWithSavepoint, flink.SavepointStateFailed, time.Now())
			add("job-2", flink.SavepointOriginStopWithSavepoint, flink.SavepointStateCompleted, time.Now())
			w, err = newClients(t, emu).flink.ResumeStopJob(w.Token())
			require.NoError(t, err)
			stopped, err := w.Wait(t.Context())
			require.NoError(t, err)
			if !makes {
				assert.Nil(t, stopped.Savepoint)
				return
			}
			require.NotNil(t, stopped.Savepoint)
			assert.NotEmpty(t, stopped.Savepoint.SavepointLocation, "that of the emulator, not one of those above")
			assert.Equal(t, strategy == flink.StopStrategyWithDrain, stopped.Savepoint.StopWithDrainEnabled)
			data, err := json.Marshal(stopped)
			require.NoError(t, err)
			assert.Contains(t, string(data), stopped.Savepoint.SavepointID)
		})
	}
}

// TestSavepointThatIsNotListed checks that a job that has stopped is one, even if its savepoints cannot be listed.
func TestSavepointThatIsNotListed(t *testing.T) {
	t.Parallel()
	inBubble(t, seedRunningDeployment, func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
		emu.Inject(emulator.Fault{Operation: "ListSavepoints", Kind: emulator.Refuse, Code: "Forbidden.RAM", Status: 403, Times: -1})
		w, err := c.BeginStopJob(t.Context(), flink.StopJobRequest{
			JobID: "job-1", StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithSavepoint},
		})
		require.NoError(t, err)
		stopped, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Nil(t, stopped.Savepoint)
	})
}

// TestHotUpdateOfAJobThatIsStopped ends with the job.
func TestHotUpdateOfAJobThatIsStopped(t *testing.T) {
	t.Parallel()
	inBubble(t, seedRunningDeployment, func(t *testing.T, _ *emulator.Emulator, c *flink.Client) {
		w, err := c.BeginHotUpdateJob(t.Context(), flink.HotUpdateJobRequest{JobID: "job-1"})
		require.NoError(t, err)
		_, err = c.StopJob(t.Context(), flink.StopJobRequest{
			JobID: "job-1", StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithoutSavepoint},
		})
		require.NoError(t, err)
		time.Sleep(2 * staleTime)
		_, err = w.Wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrFailed)
		assert.ErrorContains(t, err, "the job was stopped")
	})
}

// TestReasonOfTheSavepoint checks that the reason of a stop that was abandoned is that of its savepoint, if the job
// itself says nothing.
func TestReasonOfTheSavepoint(t *testing.T) {
	t.Parallel()
	failure := func(at time.Time, message string) *flink.SavepointStatus {
		return &flink.SavepointStatus{State: flink.SavepointStateFailed, Failure: &flink.SavepointFailure{Message: message, FailedAt: cloud.Seconds(at)}}
	}
	tests := map[string]struct {
		strategy flink.StopStrategy
		says     string
	}{
		"with a savepoint":    {flink.StopStrategyWithSavepoint, "the job runs again: savepoint ours: no space"},
		"without a savepoint": {flink.StopStrategyWithoutSavepoint, "the job runs again"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, flow{seed: seedRunningDeployment}, func(emu *emulator.Emulator) {
					c := newClients(t, emu).flink
					emu.Script(emulator.Ending{Operation: "StopJob", State: "RUNNING"})
					w, err := c.BeginStopJob(t.Context(), flink.StopJobRequest{JobID: "job-1", StopJobParameters: flink.StopJobParameters{StopStrategy: tt.strategy}})
					require.NoError(t, err)
					add := func(id string, origin flink.SavepointOrigin, at time.Time, message string) {
						emu.Flink.AddSavepoint("w1", "default", flink.Savepoint{
							SavepointID: id, JobID: "job-1", SavepointOrigin: origin, CreatedAt: cloud.Seconds(at), Status: failure(at, message),
						})
					}
					add("of yesterday", flink.SavepointOriginStopWithSavepoint, time.Now().Add(-24*time.Hour), "old")
					time.Sleep(2 * time.Second)
					add("ours", flink.SavepointOriginStopWithSavepoint, time.Now(), "no space")
					add("of a user", flink.SavepointOriginUserRequest, time.Now().Add(time.Minute), "not this")
					_, err = w.Wait(t.Context())
					var wait *cloud.WaitError
					require.ErrorAs(t, err, &wait)
					assert.Equal(t, cloud.Failed, wait.Outcome)
					assert.Equal(t, tt.says, wait.Reason)
				})
			})
		})
	}
}

// TestScriptThatRunsAlready checks that another caller's run is not mistaken for the requested one.
func TestScriptThatRunsAlready(t *testing.T) {
	t.Parallel()
	inBubble(t, seedSQLFile, func(t *testing.T, _ *emulator.Emulator, c *flink.Client) {
		start := flink.StartSQLExecutionRequest{StartSQLExecutionParameters: flink.StartSQLExecutionParameters{SQLFileID: "daily"}}
		first, err := c.StartSQLExecution(t.Context(), start)
		require.NoError(t, err)
		_, err = c.BeginStartSQLExecution(t.Context(), start)
		require.ErrorIs(t, err, cloud.ErrConflict)
		assert.ErrorContains(t, err, first.Data.SQLExecutionID)
	})
}

// TestShortBatchJob is a job that has run to its end before the first poll: it did start.
func TestShortBatchJob(t *testing.T) {
	t.Parallel()
	inBubble(t, func(emu *emulator.Emulator) {
		emu.Flink.AddDeployment("w1", "default", flink.Deployment{DeploymentID: "orders", ExecutionMode: flink.ExecutionModeBatch})
		emu.Script(emulator.Ending{Operation: "StartJobWithParams", After: time.Second})
	}, func(t *testing.T, _ *emulator.Emulator, c *flink.Client) {
		w, err := c.BeginStartJobWithParams(t.Context(), flink.StartJobWithParamsRequest{JobStartParameters: flink.JobStartParameters{DeploymentID: "orders"}})
		require.NoError(t, err)
		time.Sleep(2 * staleTime)
		value, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, flink.JobStateFinished, value.Data.Status.CurrentJobStatus)
		_, err = c.UntilJobRunning(flink.GetJobRequest{JobID: value.Data.JobID}).Wait(t.Context())
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait, "it runs no more")
		assert.Equal(t, cloud.Failed, wait.Outcome)
	})
}

// TestBadFlinkStartsSendNothing checks that a start which reads first does not read for a bad request.
func TestBadFlinkStartsSendNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, seedDraft, func(t *testing.T, emu *emulator.Emulator, c *flink.Client) {
		ctx := t.Context()
		starts := map[string]func() (cloud.AnyWaiter, error){
			"jobStartParameters.restoreStrategy.savepointId: required": func() (cloud.AnyWaiter, error) {
				return c.BeginStartJobWithParams(ctx, flink.StartJobWithParamsRequest{JobStartParameters: flink.JobStartParameters{
					RestoreStrategy: &flink.DeploymentRestoreStrategy{Kind: flink.RestoreKindFromSavepoint},
				}})
			},
			"stopJobParameters.stopStrategy: required": func() (cloud.AnyWaiter, error) {
				return c.BeginStopJob(ctx, flink.StopJobRequest{JobID: "job-1"})
			},
			"deploymentId: required": func() (cloud.AnyWaiter, error) {
				return c.BeginCreateSavepoint(ctx, flink.CreateSavepointRequest{})
			},
			"flink StartSessionCluster": func() (cloud.AnyWaiter, error) {
				return c.BeginStartSessionCluster(ctx, flink.StartSessionClusterRequest{})
			},
			"flink StopSessionCluster": func() (cloud.AnyWaiter, error) {
				return c.BeginStopSessionCluster(ctx, flink.StopSessionClusterRequest{})
			},
			"flink UpdateSessionCluster": func() (cloud.AnyWaiter, error) {
				return c.BeginUpdateSessionCluster(ctx, flink.UpdateSessionClusterRequest{})
			},
			"flink DeleteSessionCluster": func() (cloud.AnyWaiter, error) {
				return c.BeginDeleteSessionCluster(ctx, flink.DeleteSessionClusterRequest{})
			},
			"scopeType: required": func() (cloud.AnyWaiter, error) {
				return c.BeginTriggerPatrol(ctx, flink.TriggerPatrolRequest{})
			},
		}
		for says, start := range starts {
			w, err := start()
			assert.Nil(t, w)
			require.ErrorIs(t, err, cloud.ErrInvalid, says)
			assert.ErrorContains(t, err, says)
		}
		assert.Empty(t, emu.Requests())
	})
}
