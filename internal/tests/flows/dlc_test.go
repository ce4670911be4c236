package flows_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

var dlcFlows = slices.Concat(dlcEngineFlows, dlcGroupFlows, dlcTaskFlows, dlcSessionFlows, dlcInferenceFlows, dlcTaskWorkFlows,
	dlcRayClusterFlows, dlcLabFlows, dlcRayJobFlows, dlcNotebookFlows, dlcOtherFlows)

// gone is what a deletion returns.
func gone(t *testing.T, value any) { assert.Nil(t, value) }

var dlcOtherFlows = []flow{
	{
		// No state says that a deletion failed.
		service: "dlc", start: "DeleteNativeSparkSession", read: "DescribeNativeSparkSessions", oldState: "RUNNING", deletes: true, repeatable: true,
		seed: func(emu *emulator.Emulator) {
			emu.DLC.AddNativeSparkSession(dlc.SparkSessionInfo{EngineSessionName: "study"})
		},
		diff: []string{"EngineSessionName"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareDeleteNativeSparkSession(ctx, dlc.DeleteNativeSparkSessionRequest{EngineSessionName: "study"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeDeleteNativeSparkSession(token)
		},
		live: gone,
	},
	{
		service: "dlc", start: "CreateResultDownload", read: "DescribeResultDownload", seed: seedTask(dlc.TaskStateSucceeded),
		diff: []string{"Force", "Format", "TaskId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateResultDownload(ctx, dlc.CreateResultDownloadRequest{TaskID: "task-1", Format: "CSV", Force: new(true)})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCreateResultDownload(token)
		},
		live: func(t *testing.T, value any) {
			assert.NotEmpty(t, value.(*dlc.DescribeResultDownloadResponse).Path)
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "result expired"}, cloud.Failed, "error", "result expired", false},
			{"times out", emulator.Ending{Fail: true, State: "timeout", Reason: "too large"}, cloud.Failed, "timeout", "too large", false},
		},
	},
	{
		service: "dlc", start: "CreateDatasourceConnection", read: "DescribeDatasourceConnection", seed: func(*emulator.Emulator) {},
		diff: []string{"DatasourceConnectionName", "DatasourceConnectionType", "NetworkConnectionName", "ServiceType"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateDatasourceConnection(ctx, dlc.CreateDatasourceConnectionRequest{
				DatasourceConnectionName: "orders", DatasourceConnectionType: "Mysql", ServiceType: "DLC", NetworkConnectionName: "to-orders",
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCreateDatasourceConnection(token)
		},
		live: func(t *testing.T, value any) {
			assert.Equal(t, dlc.DatasourceStateReady, value.(*dlc.DatasourceConnectionInfo).State)
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no route"}, cloud.Failed, "Failed", "no route", true},
			{"is deleted", emulator.Ending{State: "-3", Reason: "by root"}, cloud.Failed, "Deleting", "superseded: the connection is being deleted: by root", true},
		},
	},
	{
		service: "dlc", start: "LockMetaData", read: "CheckLockMetaData", seed: func(*emulator.Emulator) {},
		diff: []string{"LockComponentList"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareLockMetaData(ctx, dlc.LockMetaDataRequest{LockComponentList: []dlc.LockComponentInfo{{DBName: "sales"}}})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeLockMetaData(token) },
		live: func(t *testing.T, value any) {
			assert.Equal(t, dlc.LockStateAcquired, value.(*dlc.CheckLockMetaDataResponse).LockState)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilMetaDataLockAcquired(dlc.CheckLockMetaDataRequest{LockID: 1})
		},
		ends: []ending{
			{"is abandoned", emulator.Ending{Fail: true}, cloud.Failed, "ABORT", "", false},
			{"is not granted", emulator.Ending{Fail: true, State: "NOT_ACQUIRED"}, cloud.Failed, "NOT_ACQUIRED", "", false},
		},
	},
}

// TestUntilOfDLC covers the waiters for a state whose resource the test of a change cannot name.
func TestUntilOfDLC(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		seed  func(*emulator.Emulator, bool) // puts in the resource, ready or not
		until func(clients) cloud.AnyWaiter
	}{
		"SparkAppJobSucceeded": {
			func(emu *emulator.Emulator, ready bool) {
				emu.DLC.AddSparkApp(dlc.SparkJobInfo{JobStatus: choice(ready, dlc.SparkJobStateSucceeded, dlc.SparkJobStateRunning)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilSparkAppJobSucceeded(dlc.DescribeSparkAppJobRequest{JobName: "job"})
			},
		},
		"SparkSessionBatchSQLSucceeded": {
			func(emu *emulator.Emulator, ready bool) {
				emu.DLC.AddSparkSessionBatchSQL("batch-1", dlc.DescribeSparkSessionBatchSQLResponse{State: choice(ready, dlc.SparkBatchSQLStateSucceeded, dlc.SparkBatchSQLStateRunning)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilSparkSessionBatchSQLSucceeded(dlc.DescribeSparkSessionBatchSQLRequest{BatchID: "batch-1"})
			},
		},
		"NotebookSessionIdle": {
			func(emu *emulator.Emulator, ready bool) {
				emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{SessionID: "session-1", State: choice(ready, dlc.NotebookSessionStateIdle, dlc.NotebookSessionStateBusy)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilNotebookSessionIdle(dlc.DescribeNotebookSessionRequest{SessionID: "session-1"})
			},
		},
		"NotebookSessionStatementSucceeded": {
			func(emu *emulator.Emulator, ready bool) {
				emu.DLC.AddNotebookSessionStatement("session-1", dlc.NotebookSessionStatementInfo{
					StatementID: "7", State: choice(ready, dlc.NotebookStatementStateAvailable, dlc.NotebookStatementStateRunning),
					OutPut: &dlc.StatementOutput{Status: dlc.StatementOutputStatusOK},
				})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilNotebookSessionStatementSucceeded(dlc.DescribeNotebookSessionStatementRequest{SessionID: "session-1", StatementID: "7"})
			},
		},
		"NotebookSessionStatementsSucceeded": {
			func(emu *emulator.Emulator, ready bool) {
				output := dlc.StatementOutput{Status: dlc.StatementOutputStatusOK}
				emu.DLC.AddNotebookSessionStatementBatch("session-1", "batch-1",
					dlc.NotebookSessionStatementInfo{StatementID: "1", State: dlc.NotebookStatementStateAvailable, OutPut: &output},
					dlc.NotebookSessionStatementInfo{StatementID: "2", State: choice(ready, dlc.NotebookStatementStateAvailable, dlc.NotebookStatementStateRunning), OutPut: &output})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilNotebookSessionStatementsSucceeded(dlc.DescribeNotebookSessionStatementsRequest{SessionID: "session-1", BatchID: "batch-1"})
			},
		},
		"ResultDownloadReady": {
			func(emu *emulator.Emulator, ready bool) {
				emu.DLC.AddResultDownload("download-1", dlc.DescribeResultDownloadResponse{Status: choice(ready, dlc.DownloadStatusSucceeded, dlc.DownloadStatusCompressing)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilResultDownloadReady(dlc.DescribeResultDownloadRequest{DownloadID: "download-1"})
			},
		},
		"DatasourceConnectionReady": {
			func(emu *emulator.Emulator, ready bool) {
				emu.DLC.AddDatasourceConnection(dlc.DatasourceConnectionInfo{DatasourceConnectionID: "orders", State: choice(ready, dlc.DatasourceStateReady, dlc.DatasourceStateInitializing)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilDatasourceConnectionReady(dlc.DatasourceConnectionRequest{DatasourceConnectionID: "orders"})
			},
		},
		"NativeSparkSessionRunning": {
			func(emu *emulator.Emulator, ready bool) {
				emu.DLC.AddNativeSparkSession(dlc.SparkSessionInfo{EngineSessionName: "study", State: choice(ready, dlc.SparkSessionStateRunning, dlc.SparkSessionStateStarting)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilNativeSparkSessionRunning(dlc.NativeSparkSessionRequest{EngineSessionName: "study"})
			},
		},
		"NetworkConnectionReady": {
			func(emu *emulator.Emulator, ready bool) {
				emu.DLC.AddNetworkConnection(dlc.NetworkConnection{DatasourceConnectionName: "to-orders", State: choice(ready, dlc.NetworkConnectionStateReady, dlc.NetworkConnectionStateInitializing)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilNetworkConnectionReady(dlc.NetworkConnectionRequest{NetworkConnectionName: "to-orders"})
			},
		},
		"EngineNetworkAvailable": {
			func(emu *emulator.Emulator, ready bool) {
				emu.DLC.AddEngineNetwork(dlc.EngineNetworkInfo{EngineNetworkID: "net-1", EngineNetworkState: choice(ready, dlc.EngineNetworkStateAvailable, dlc.EngineNetworkStateInitializing)})
			},
			func(c clients) cloud.AnyWaiter {
				return c.dlc.UntilEngineNetworkAvailable(dlc.EngineNetworkRequest{EngineNetworkID: "net-1"})
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, flow{seed: func(*emulator.Emulator) {}}, func(emu *emulator.Emulator) {
					w := tt.until(newClients(t, emu))
					p, err := w.PollAny(t.Context())
					require.NoError(t, err)
					require.ErrorIs(t, p.Err, cloud.ErrNotFound, "what is new need not show at once")
					tt.seed(emu, false)
					p, err = w.PollAny(t.Context())
					require.NoError(t, err)
					assert.Equal(t, cloud.Pending, p.Outcome)
					tt.seed(emu, true)
					value, err := w.WaitAny(t.Context())
					require.NoError(t, err)
					assert.NotNil(t, value)
				})
			})
		})
	}
}

func choice[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// TestPartialLaunch checks that the groups which the service starts are not lost when it refuses others: they are
// followed to their end, also by another process, and the wait then fails because of the others.
func TestPartialLaunch(t *testing.T) {
	t.Parallel()
	const refused = `sql: The resource group "sql" is in state Running, which does not allow this.`
	tests := map[string]struct {
		outcome emulator.Ending
		resumed bool
		state   string
		reason  string
	}{
		"the others run":            {emulator.Ending{}, false, "Running", refused},
		"the others run, resumed":   {emulator.Ending{}, true, "Running", refused},
		"the others fail":           {emulator.Ending{Fail: true}, false, "Paused", "the resource group is paused again; " + refused},
		"the others fail, resumed":  {emulator.Ending{Fail: true}, true, "Paused", "the resource group is paused again; " + refused},
		"the others are superseded": {emulator.Ending{State: "-1"}, false, "Deleted", "superseded: the resource group is deleted; " + refused},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, flow{seed: seedGroup(dlc.ResourceGroupStatePaused)}, func(emu *emulator.Emulator) {
					tt.outcome.Operation = "LaunchStandardEngineResourceGroups"
					emu.Script(tt.outcome)
					emu.DLC.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "sql"})
					w, err := newClients(t, emu).dlc.BeginLaunchStandardEngineResourceGroups(t.Context(), dlc.LaunchStandardEngineResourceGroupsRequest{
						EngineResourceGroupNames: []string{"sql", "reports", "etl"},
					})
					require.NoError(t, err)
					if tt.resumed {
						time.Sleep(time.Minute)
						w, err = newClients(t, emu).dlc.ResumeLaunchStandardEngineResourceGroups(w.Token())
						require.NoError(t, err)
					}
					began := time.Now()
					_, err = w.Wait(t.Context())
					var wait *cloud.WaitError
					require.ErrorAs(t, err, &wait)
					assert.Equal(t, cloud.Failed, wait.Outcome)
					assert.Equal(t, tt.state, wait.State)
					assert.Equal(t, tt.reason, wait.Reason)
					assert.GreaterOrEqual(t, time.Since(began), changeTime-time.Minute, "not before the others have ended")
				})
			})
		})
	}
}

// TestBadStartsOfDLC checks that nothing is read for a change that cannot be started.
func TestBadStartsOfDLC(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: seedEngine}, func(emu *emulator.Emulator) {
			c, ctx := newClients(t, emu).dlc, t.Context()
			starts := map[string]func() (cloud.AnyWaiter, error){
				"SuspendResumeDataEngine": func() (cloud.AnyWaiter, error) {
					return c.BeginSuspendResumeDataEngine(ctx, dlc.SuspendResumeDataEngineRequest{DataEngineName: "etl"})
				},
				"RestartDataEngine": func() (cloud.AnyWaiter, error) {
					return c.BeginRestartDataEngine(ctx, dlc.RestartDataEngineRequest{})
				},
				"UpdateDataEngine": func() (cloud.AnyWaiter, error) {
					return c.BeginUpdateDataEngine(ctx, dlc.UpdateDataEngineRequest{
						DataEngineName: "etl", AutoSuspend: new(true), CrontabResumeSuspend: new(1),
					})
				},
				"DeleteDataEngine": func() (cloud.AnyWaiter, error) {
					return c.BeginDeleteDataEngine(ctx, dlc.DeleteDataEngineRequest{})
				},
				"UpgradeDataEngineImage": func() (cloud.AnyWaiter, error) {
					return c.BeginUpgradeDataEngineImage(ctx, dlc.UpgradeDataEngineImageRequest{})
				},
				"RollbackDataEngineImage": func() (cloud.AnyWaiter, error) {
					return c.BeginRollbackDataEngineImage(ctx, dlc.RollbackDataEngineImageRequest{})
				},
				"CreateStandardEngineResourceGroup": func() (cloud.AnyWaiter, error) {
					return c.BeginCreateStandardEngineResourceGroup(ctx, dlc.CreateStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
				},
				"LaunchStandardEngineResourceGroups": func() (cloud.AnyWaiter, error) {
					return c.BeginLaunchStandardEngineResourceGroups(ctx, dlc.LaunchStandardEngineResourceGroupsRequest{})
				},
				"PauseStandardEngineResourceGroups": func() (cloud.AnyWaiter, error) {
					return c.BeginPauseStandardEngineResourceGroups(ctx, dlc.PauseStandardEngineResourceGroupsRequest{})
				},
				"DeleteStandardEngineResourceGroup": func() (cloud.AnyWaiter, error) {
					return c.BeginDeleteStandardEngineResourceGroup(ctx, dlc.DeleteStandardEngineResourceGroupRequest{})
				},
				"UpdateStandardEngineResourceGroupConfigInfo": func() (cloud.AnyWaiter, error) {
					return c.BeginUpdateStandardEngineResourceGroupConfigInfo(ctx, dlc.UpdateStandardEngineResourceGroupConfigInfoRequest{EngineResourceGroupName: "etl"})
				},
				"CreateSparkAppTask": func() (cloud.AnyWaiter, error) {
					return c.BeginCreateSparkAppTask(ctx, dlc.CreateSparkAppTaskRequest{})
				},
				"DeleteNativeSparkSession": func() (cloud.AnyWaiter, error) {
					return c.BeginDeleteNativeSparkSession(ctx, dlc.DeleteNativeSparkSessionRequest{})
				},
				"RestartInferenceService": func() (cloud.AnyWaiter, error) {
					return c.BeginRestartInferenceService(ctx, dlc.RestartInferenceServiceRequest{})
				},
				"StopInferenceService": func() (cloud.AnyWaiter, error) {
					return c.BeginStopInferenceService(ctx, dlc.StopInferenceServiceRequest{})
				},
			}
			for name, start := range starts {
				w, err := start()
				assert.Nil(t, w, name)
				require.ErrorIs(t, err, cloud.ErrInvalid, name)
				assert.ErrorContains(t, err, name)
			}
			assert.Empty(t, emu.Requests())
		})
	})
}

// TestDLCLooksForNothing checks that a wait for a resource without a name ends at once: a list would have nothing
// of that name, which for a deletion is success.
func TestDLCLooksForNothing(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	c := newClients(t, emu).dlc
	waiters := map[string]cloud.AnyWaiter{
		"task": c.UntilTaskSucceeded(dlc.TaskRequest{}), "connection": c.UntilDatasourceConnectionReady(dlc.DatasourceConnectionRequest{}),
		"network connection": c.UntilNetworkConnectionReady(dlc.NetworkConnectionRequest{}), "network": c.UntilEngineNetworkAvailable(dlc.EngineNetworkRequest{}),
		"group": c.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{}), "deleted group": c.UntilStandardEngineResourceGroupDeleted(dlc.StandardEngineResourceGroupRequest{}),
		"session": c.UntilNativeSparkSessionRunning(dlc.NativeSparkSessionRequest{DataEngineID: "DataEngine-1"}),
		"engine":  c.UntilDataEngineDeleted(dlc.DescribeDataEngineRequest{}),
	}
	for name, w := range waiters {
		_, err := w.WaitAny(t.Context())
		require.ErrorIs(t, err, cloud.ErrInvalid, name)
		assert.ErrorContains(t, err, "required", name)
	}
	assert.Empty(t, emu.Requests())
}

// TestDLCStartsThatNameNothing is a start whose response has no id to wait for.
func TestDLCStartsThatNameNothing(t *testing.T) {
	t.Parallel()
	c, err := dlc.New(cloud.Config{
		Region: "ap-guangzhou", Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""),
		HTTPClient: &http.Client{Transport: canned(`{"Response":{"RequestId":"r-1"}}`)},
	})
	require.NoError(t, err)
	ctx := t.Context()
	starts := map[string]func() (cloud.AnyWaiter, error){
		"task": func() (cloud.AnyWaiter, error) {
			return c.BeginCreateTask(ctx, dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}})
		},
		"engine": func() (cloud.AnyWaiter, error) {
			return c.BeginCreateDataEngine(ctx, dlc.CreateDataEngineRequest{
				DataEngineName: "etl", EngineType: "spark", ClusterType: "spark_cu", Mode: 1, Size: new(32),
			})
		},
		"download": func() (cloud.AnyWaiter, error) {
			return c.BeginCreateResultDownload(ctx, dlc.CreateResultDownloadRequest{TaskID: "t-1", Format: "CSV"})
		},
	}
	for name, start := range starts {
		w, err := start()
		assert.Nil(t, w, name)
		require.ErrorIs(t, err, cloud.ErrTransport, name)
		assert.ErrorContains(t, err, "unexpected response: it has no ", name)
		assert.ErrorContains(t, err, "r-1", name)
	}
}
