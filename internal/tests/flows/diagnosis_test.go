package flows_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
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

// undiagnosed are the changes of which the service has neither events nor a log, by service and operation. Some show
// something only if the resource is in use, or if a part of it has failed.
var undiagnosed = map[string]bool{
	"finspace CreateEnvironment": true, "finspace DeleteEnvironment": true,
	"finspace CreateKxEnvironment": true, "finspace UpdateKxEnvironmentNetwork": true, "finspace DeleteKxEnvironment": true,
	"finspace CreateKxChangeset": true, "finspace CreateKxVolume": true, "finspace UpdateKxVolume": true, "finspace DeleteKxVolume": true,
	"finspace CreateKxScalingGroup": true, "finspace DeleteKxScalingGroup": true,
	"finspace CreateKxDataview": true, "finspace UpdateKxDataview": true, "finspace DeleteKxDataview": true,

	"proton DeleteEnvironment": true, "proton DeleteComponent": true,
	"proton UpdateService": true, "proton DeleteService": true,
	"proton CreateEnvironmentTemplateVersion": true, "proton CreateServiceTemplateVersion": true,
	"proton DeleteEnvironmentTemplateVersion": true, "proton DeleteServiceTemplateVersion": true,
	"proton CreateEnvironmentAccountConnection": true, "proton AcceptEnvironmentAccountConnection": true,
	"proton RejectEnvironmentAccountConnection": true, "proton DeleteEnvironmentAccountConnection": true,

	"flink DeployDeploymentDraftAsync": true, "flink ValidateDeploymentDraftAsync": true,
	"flink GenerateResourcePlanWithFlinkConfAsync": true, "flink StartSqlExecution": true, "flink StopSqlExecution": true,
	"flink TriggerPatrol": true, "flink StartSessionCluster": true, "flink StopSessionCluster": true,
	"flink UpdateSessionCluster": true, "flink DeleteSessionCluster": true,

	"dlc CreateResultDownload": true, "dlc CreateDatasourceConnection": true, "dlc LockMetaData": true,
	"dlc DeleteNativeSparkSession": true, "dlc CreateInferenceService": true, "dlc RestartInferenceService": true,
	"dlc StopInferenceService": true,
}

// failed begins a change, lets it fail as the service scripts it, and returns the error of the wait.
func failed(t *testing.T, f flow, end ending, emu *emulator.Emulator) *cloud.WaitError {
	t.Helper()
	outcome := end.outcome
	outcome.Service, outcome.Operation = f.service, f.start
	emu.Script(outcome)
	w, err := f.begin(t.Context(), newClients(t, emu))
	require.NoError(t, err)
	_, err = w.WaitAny(t.Context())
	wait, ok := errors.AsType[*cloud.WaitError](err)
	require.True(t, ok, "%v", err)
	return wait
}

// diagnose diagnoses a change and checks what holds for all of them.
func diagnose(t *testing.T, f flow, wait *cloud.WaitError, emu *emulator.Emulator) {
	t.Helper()
	sent := len(emu.Requests())
	d, err := wait.Diagnose(t.Context())
	assert.LessOrEqual(t, len(emu.Requests())-sent, 5)
	for _, r := range emu.Requests()[sent:] {
		assert.Contains(t, []string{"Get", "Lis", "Des"}, r.Operation[:3], "it only reads")
	}
	if undiagnosed[f.service+" "+f.start] {
		assert.Nil(t, d)
		require.ErrorIs(t, err, cloud.ErrUnsupported)
		return
	}
	require.NoError(t, err)
	assert.True(t, len(d.Events) > 0 || d.Log != "" || f.start == "DeleteNotebookSession", "%v", d) // its log may be empty
	assert.NotEmpty(t, d.Source)
}

// TestDiagnose diagnoses the first failure of every kind of change.
func TestDiagnose(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		if len(f.ends) > 0 {
			diagnose(t, f, failed(t, f, f.ends[0], emu), emu)
		}
	})
}

// TestDiagnosePending diagnoses changes that are under way, after a wait that was interrupted before and after its
// first poll.
func TestDiagnosePending(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wait *cloud.WaitError
		for _, ctx := range []context.Context{canceled, soon} {
			_, err = w.WaitAny(ctx)
			var ok bool
			wait, ok = errors.AsType[*cloud.WaitError](err)
			require.True(t, ok)
			diagnose(t, f, wait, emu)
		}
		assert.NotNil(t, wait.Last, "after a poll")
	}, emulator.WithStaleReads(0))
}

// TestDiagnoseResumed diagnoses a change that another process started.
func TestDiagnoseResumed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		if len(f.ends) == 0 || !f.thorough {
			return
		}
		again, err := f.resume(newClients(t, emu), failed(t, f, f.ends[0], emu).Token)
		require.NoError(t, err)
		_, err = again.WaitAny(t.Context())
		wait, ok := errors.AsType[*cloud.WaitError](err)
		require.True(t, ok, "%v", err)
		diagnose(t, f, wait, emu)
	})
}

// diagnosing runs a test in virtual time with an emulator of its own.
func diagnosing(t *testing.T, test func(t *testing.T, c clients, emu *emulator.Emulator)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: func(*emulator.Emulator) {}}, func(emu *emulator.Emulator) { test(t, newClients(t, emu), emu) })
	})
}

// diagnosis waits for a change that does not succeed, and diagnoses it.
func diagnosis(t *testing.T, w cloud.AnyWaiter, err error) (*cloud.Diagnosis, error) {
	t.Helper()
	return waitErrorOf(t, w, err).Diagnose(t.Context())
}

func waitErrorOf(t *testing.T, w cloud.AnyWaiter, err error) *cloud.WaitError {
	t.Helper()
	require.NoError(t, err)
	_, err = w.WaitAny(t.Context())
	wait, ok := errors.AsType[*cloud.WaitError](err)
	require.True(t, ok, "%v", err)
	return wait
}

// lineOf returns the name and the message of an event.
func lineOf(e cloud.Event) string { return e.Name + ": " + e.Message }

func startOrders(t *testing.T, c clients) (*cloud.Change[flink.GetJobResponse], error) {
	return c.flink.BeginStartJobWithParams(t.Context(), flink.StartJobWithParamsRequest{
		JobStartParameters: flink.JobStartParameters{DeploymentID: "orders"},
	})
}

func TestDiagnoseFlinkJob(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		seedDeployment(emu)
		emu.Script(emulator.Ending{Operation: "StartJobWithParams", Fail: true, ReasonType: "NoSlots", Reason: "3 of 4\nslots"})
		began := time.Now()
		w, err := startOrders(t, c)
		wait := waitErrorOf(t, w, err)
		job := wait.Last.(*flink.GetJobResponse).Data.JobID
		d, err := wait.Diagnose(t.Context())
		require.NoError(t, err)
		require.Len(t, d.Events, 3)
		assert.Equal(t, "STATE_TRANSITION_IS_COMPLETED: job "+job+" is STARTING", lineOf(d.Events[0]))
		assert.WithinDuration(t, began, d.Events[0].Time, time.Second)
		assert.Equal(t, "STATE_TRANSITION_IS_COMPLETED: job "+job+" is FAILED: NoSlots: 3 of 4 slots", lineOf(d.Events[1]))
		assert.Equal(t, "NoSlots: 3 of 4 slots; Read the log of the start.", lineOf(d.Events[2]), "what the service finds wrong")
		assert.Contains(t, d.Log, "is STARTING\n")
		assert.Contains(t, d.Log, "NoSlots: 3 of 4\nslots", "the log keeps its lines")
		assert.Equal(t, "job "+job+" of deployment orders", d.Source)

		emu.Inject(emulator.Fault{Operation: "GetEvents", Kind: emulator.Refuse})
		d, err = wait.Diagnose(t.Context())
		require.ErrorIs(t, err, cloud.ErrDenied)
		require.ErrorContains(t, err, "GetEvents")
		require.Len(t, d.Events, 1, "what the other calls found")
		assert.NotEmpty(t, d.Log)
		for _, operation := range []string{"GetEvents", "GetJobDiagnosis", "GetLatestJobStartLog"} {
			emu.Inject(emulator.Fault{Operation: operation, Kind: emulator.Refuse})
		}
		d, err = wait.Diagnose(t.Context())
		require.ErrorIs(t, err, cloud.ErrDenied)
		assert.Nil(t, d)

		time.Sleep(time.Minute)
		w, err = startOrders(t, c)
		require.NoError(t, err)
		_, err = w.Wait(t.Context())
		require.NoError(t, err)
		d, err = wait.Diagnose(t.Context())
		require.NoError(t, err)
		assert.Len(t, d.Events, 3, "those of a later job are left out")
		assert.Empty(t, d.Log, "the service has the log of the later job")
	})
}

// TestDiagnoseManyEvents finds the events of a job wherever the list of its deployment has them.
func TestDiagnoseManyEvents(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		seedDeployment(emu)
		emu.Script(emulator.Ending{Operation: "StartJobWithParams", Fail: true})
		w, err := startOrders(t, c)
		wait := waitErrorOf(t, w, err)
		for range 60 {
			w, err := startOrders(t, c)
			require.NoError(t, err)
			time.Sleep(changeTime)
			_, err = c.flink.StopJob(t.Context(), flink.StopJobRequest{
				JobID:             jobOf(t, w),
				StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithoutSavepoint},
			})
			require.NoError(t, err)
			time.Sleep(changeTime)
		}
		d, err := wait.Diagnose(t.Context())
		require.NoError(t, err)
		assert.Len(t, d.Events, 3)
	})
}

func jobOf(t *testing.T, w *cloud.Change[flink.GetJobResponse]) string {
	t.Helper()
	time.Sleep(emulator.DefaultStaleReads)
	p, err := w.Poll(t.Context())
	require.NoError(t, err)
	return p.Value.Data.JobID
}

func TestDiagnoseHotUpdate(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		seedRunningDeployment(emu)
		emu.Script(emulator.Ending{Operation: "HotUpdateJob", Fail: true, Reason: "no slots"})
		w, err := c.flink.BeginHotUpdateJob(t.Context(), flink.HotUpdateJobRequest{JobID: "job-1"})
		d, err := diagnosis(t, w, err)
		require.NoError(t, err)
		last := d.Events[len(d.Events)-1]
		assert.Contains(t, last.Message, "is FAILED: HOT_UPDATE_FAILED: no slots")
		assert.Empty(t, d.Log, "the start of the job has nothing to do with it")
	})
}

func TestDiagnoseDataEngine(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		seedEngine(emu)
		emu.Script(emulator.Ending{Operation: "SwitchDataEngineImage", Fail: true, Reason: "no nodes"})
		w, err := c.dlc.BeginSwitchDataEngineImage(t.Context(), dlc.SwitchDataEngineImageRequest{
			DataEngineID: "DataEngine-1", NewImageVersionID: "new",
		})
		wait := waitErrorOf(t, w, err)
		d, err := wait.Diagnose(t.Context())
		require.NoError(t, err)
		require.Len(t, d.Events, 2)
		assert.Equal(t, "engine is Starting", d.Events[0].Name)
		assert.Equal(t, "engine is Running", d.Events[1].Name)
		assert.Regexp(t, `^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d no nodes$`, d.Events[1].Message)
		assert.Zero(t, d.Events[1].Time, "the service names no zone")
		emu.Inject(emulator.Fault{Operation: "DescribeDataEngineEvents", Kind: emulator.Refuse})
		d, err = wait.Diagnose(t.Context())
		require.ErrorIs(t, err, cloud.ErrDenied)
		assert.Nil(t, d)
	})
}

func TestDiagnoseTask(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		emu.Script(emulator.Ending{Operation: "CreateTask", Fail: true, Reason: "no such table"})
		w, err := c.dlc.BeginCreateTask(t.Context(), dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}})
		wait := waitErrorOf(t, w, err)
		id := "task " + wait.Last.(*dlc.TaskResponseInfo).ID
		d, err := wait.Diagnose(t.Context())
		require.NoError(t, err)
		assert.Equal(t, id+" is Initializing\n"+id+" is Running\n"+id+" is Failed: no such table", d.Log, "the oldest line first")
		assert.Equal(t, id+", log topic dlc-task-log topic-1", d.Source)
		assert.NotContains(t, d.String(), "no such table", "a log may hold secrets")
	})
}

func TestDiagnoseSparkAppJob(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		emu.DLC.AddSparkApp(dlc.SparkJobInfo{JobName: "never run", JobStatus: dlc.SparkJobStateExpired})
		w := c.dlc.UntilSparkAppJobSucceeded(dlc.DescribeSparkAppJobRequest{JobName: "never run"})
		_, err := diagnosis(t, w, nil)
		require.ErrorIs(t, err, cloud.ErrUnsupported)

		emu.DLC.AddSparkApp(dlc.SparkJobInfo{JobName: "nightly"})
		emu.Script(emulator.Ending{Operation: "CreateSparkAppTask", Fail: true, Reason: "out of memory"})
		_, err = c.dlc.CreateSparkAppTask(t.Context(), dlc.CreateSparkAppTaskRequest{JobName: "nightly"})
		require.NoError(t, err)
		time.Sleep(changeTime)
		d, err := diagnosis(t, c.dlc.UntilSparkAppJobSucceeded(dlc.DescribeSparkAppJobRequest{JobName: "nightly"}), nil)
		require.NoError(t, err)
		assert.Contains(t, d.Log, "is Failed: out of memory")
	})
}

func TestDiagnoseStatement(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{SessionID: "session-1"})
		emu.DLC.AddNotebookSessionStatement("session-1", dlc.NotebookSessionStatementInfo{
			StatementID: "s1", State: dlc.NotebookStatementStateAvailable, Completed: time.Now().UnixMilli(), OutPut: &dlc.StatementOutput{
				Status: dlc.StatementOutputStatusError, ErrorName: "NameError", ErrorValue: "x", ErrorMessage: []string{"Traceback:", "  line 1"},
			},
		})
		wait := waitErrorOf(t, c.dlc.UntilNotebookSessionStatementSucceeded(
			dlc.DescribeNotebookSessionStatementRequest{SessionID: "session-1", StatementID: "s1"}), nil)
		d, err := wait.Diagnose(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "NameError: x", lineOf(d.Events[0]))
		assert.WithinDuration(t, time.Now(), d.Events[0].Time, time.Minute)
		assert.Equal(t, "Traceback:\n  line 1", d.Log)

		emu.Inject(emulator.Fault{Operation: "DescribeNotebookSessionLog", Kind: emulator.Refuse})
		d, err = wait.Diagnose(t.Context())
		require.ErrorIs(t, err, cloud.ErrDenied)
		assert.Len(t, d.Events, 1)
	})
}

func TestDiagnoseProtonDeployment(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		seedInstance(emu)
		emu.Script(emulator.Ending{Operation: "UpdateServiceInstance", Fail: true, Reason: "no quota"})
		w, err := c.proton.BeginUpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{
			ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "new",
		})
		wait := waitErrorOf(t, w, err)
		d, err := wait.Diagnose(t.Context())
		require.NoError(t, err)
		require.Len(t, d.Events, 2)
		assert.Equal(t, "CREATED: the deployment of instance prod of service shop", lineOf(d.Events[0]))
		assert.Equal(t, "FAILED: the deployment of instance prod of service shop: no quota", lineOf(d.Events[1]))
		assert.Equal(t, changeTime, d.Events[1].Time.Sub(d.Events[0].Time))
		assert.Contains(t, d.Source, "/deployment/")
		emu.Inject(emulator.Fault{Operation: "GetDeployment", Kind: emulator.Refuse})
		d, err = wait.Diagnose(t.Context())
		require.ErrorIs(t, err, cloud.ErrInvalid)
		assert.Nil(t, d)
	})
}

// TestDiagnoseProtonService is a service whose pipeline and one of whose instances have failed.
func TestDiagnoseProtonService(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		emu.Proton.AddService(proton.Service{
			Name: "shop", Status: proton.ServiceStatusCreateFailed,
			Pipeline: &proton.ServicePipeline{DeploymentStatus: proton.DeploymentStatusFailed, DeploymentStatusMessage: "no build role"},
		})
		emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "dev"})
		emu.Proton.AddServiceInstance(proton.ServiceInstance{
			ServiceName: "shop", Name: "prod", DeploymentStatus: proton.DeploymentStatusFailed, DeploymentStatusMessage: "no quota",
		})
		wait := waitErrorOf(t, c.proton.UntilServiceActive(protonService), nil)
		d, err := wait.Diagnose(t.Context())
		require.NoError(t, err)
		var lines []string
		for _, e := range d.Events {
			lines = append(lines, lineOf(e))
		}
		assert.Contains(t, lines, "FAILED: the deployment of the pipeline of service shop: no build role")
		assert.Contains(t, lines, "FAILED: the deployment of instance prod of service shop: no quota")
		assert.Len(t, lines, 4)

		emu.Inject(emulator.Fault{Operation: "ListServiceInstances", Kind: emulator.Refuse})
		d, err = wait.Diagnose(t.Context())
		require.ErrorIs(t, err, cloud.ErrInvalid)
		assert.Len(t, d.Events, 2, "those of the pipeline")
	})
}

func TestDiagnoseProtonSync(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		r := proton.GetServiceInstanceSyncStatusRequest{ServiceName: "shop", ServiceInstanceName: "prod"}
		at := time.Now().Truncate(time.Second)
		emu.Proton.SetServiceInstanceSync(r, proton.GetServiceInstanceSyncStatusResponse{LatestSync: &proton.ResourceSyncAttempt{
			Status: proton.ResourceSyncStatusFailed, Events: []proton.ResourceSyncEvent{
				{Type: "FAILED", Time: at.Add(time.Minute), Event: "the spec is not valid"}, {Type: "STARTED", Time: at, Event: "the sync began"},
			},
		}})
		d, err := diagnosis(t, c.proton.UntilServiceInstanceSynced(r), nil)
		require.NoError(t, err)
		require.Len(t, d.Events, 2)
		assert.Equal(t, "STARTED: the sync began", lineOf(d.Events[0]))
		assert.Equal(t, "FAILED: the spec is not valid", lineOf(d.Events[1]))
	})
}

func TestDiagnoseKxCluster(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		seedKxNodes(emu)
		emu.Script(emulator.Ending{Operation: "DeleteKxCluster", Fail: true, Reason: "in use"})
		w, err := c.finspace.BeginDeleteKxCluster(t.Context(), finspace.DeleteKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
		wait := waitErrorOf(t, w, err)
		d, err := wait.Diagnose(t.Context())
		require.NoError(t, err)
		require.Len(t, d.Events, 3)
		assert.Equal(t, "RUNNING: node node-1 in use1-az4", lineOf(d.Events[0]))
		assert.Equal(t, "DELETE_FAILED: cluster hdb: in use", lineOf(d.Events[2]))
		assert.Contains(t, d.Source, "CloudWatch Logs: the log of cluster hdb")
		emu.Inject(emulator.Fault{Operation: "ListKxClusterNodes", Kind: emulator.Refuse})
		d, err = wait.Diagnose(t.Context())
		require.ErrorIs(t, err, cloud.ErrInvalid)
		assert.Len(t, d.Events, 1)
	})
}

// TestDiagnoseKxVolume shows the clusters that keep a volume from being deleted.
func TestDiagnoseKxVolume(t *testing.T) {
	diagnosing(t, func(t *testing.T, c clients, emu *emulator.Emulator) {
		seedCluster(emu)
		emu.FinSpace.AddKxVolume("kxenv", finspace.GetKxVolumeResponse{
			VolumeName: "cache", Status: finspace.KxVolumeStatusDeleteFailed,
			AttachedClusters: []finspace.KxAttachedCluster{{ClusterName: "hdb"}},
		})
		w := c.finspace.UntilKxVolumeDeleted(finspace.GetKxVolumeRequest{EnvironmentID: "kxenv", VolumeName: "cache"})
		d, err := diagnosis(t, w, nil)
		require.NoError(t, err)
		require.Len(t, d.Events, 1)
		assert.Equal(t, "RUNNING: cluster hdb", lineOf(d.Events[0]))
	})
}
