package flink_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// newClient returns a client of an emulator with two deployments, the first of which has a job, and whose changes take no
// time. A real program uses cloud.Config{Region: "cn-hangzhou"}.
func newClient() (*flink.Client, *emulator.Emulator) {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	const workspace, namespace = "a14bd5d90a", "default"
	emu.Flink.AddDeployment(workspace, namespace, flink.Deployment{DeploymentID: "orders", Name: "orders"})
	emu.Flink.AddDeployment(workspace, namespace, flink.Deployment{DeploymentID: "report", Name: "report", ExecutionMode: flink.ExecutionModeBatch})
	emu.Flink.AddJob(workspace, namespace, flink.Job{JobID: "job-1", DeploymentID: "orders"})
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	c, err := flink.New(cfg, flink.WithWorkspace(workspace), flink.WithNamespace(namespace))
	if err != nil {
		log.Fatal(err)
	}
	return c, emu
}

// stop is a request to stop a job with a savepoint.
func stop(jobID string) flink.StopJobRequest {
	return flink.StopJobRequest{
		JobID: jobID, StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithSavepoint},
	}
}

// start is a request to start a job of a deployment from its newest state.
func start(deploymentID string) flink.StartJobWithParamsRequest {
	return flink.StartJobWithParamsRequest{JobStartParameters: flink.JobStartParameters{
		DeploymentID: deploymentID, RestoreStrategy: &flink.DeploymentRestoreStrategy{Kind: flink.RestoreKindLatestState},
	}}
}

// Fields of the request that are not required filter the list, at the service.
func ExampleClient_AllDeployments() {
	c, emu := newClient()
	defer emu.Close()
	request := flink.ListDeploymentsRequest{ExecutionMode: flink.ExecutionModeBatch, PageSize: 100}
	for deployment, err := range c.AllDeployments(context.Background(), request) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(deployment.Name, deployment.ExecutionMode)
	}
	// Output: report BATCH
}

// An error has a kind, which is the same on every cloud, and the code of the service, which sends both with HTTP status 200.
func ExampleClient_GetJob() {
	c, emu := newClient()
	defer emu.Close()
	_, err := c.GetJob(context.Background(), flink.GetJobRequest{JobID: "gone"})
	if call, ok := errors.AsType[*cloud.Error](err); ok {
		fmt.Println(call.Kind, call.Code, call.StatusCode)
	}
	fmt.Println(errors.Is(err, cloud.ErrNotFound))
	// Output:
	// not found 990301 200
	// true
}

// The stop of a job names the savepoint that it made, and Undo starts a job from there.
func ExampleClient_PrepareStopJob() {
	c, emu := newClient()
	defer emu.Close()
	ctx := context.Background()
	ch, err := c.PrepareStopJob(ctx, stop("job-1"))
	if err != nil {
		log.Fatal(err)
	}
	if err := ch.Start(ctx); err != nil {
		log.Fatal(err)
	}
	stopped, err := ch.Wait(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stopped.Data.Status.CurrentJobStatus, stopped.Savepoint != nil)

	back, err := ch.Undo(ctx)
	if err != nil {
		log.Fatal(err)
	}
	if err := back.Start(ctx); err != nil {
		log.Fatal(err)
	}
	job, err := back.WaitAny(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(job.(*flink.GetJobResponse).Data.Status.CurrentJobStatus)
	// Output:
	// CANCELLED true
	// RUNNING
}

// A wait that did not succeed has the reason of the service, and Diagnose fetches events and the log.
func ExampleClient_BeginStartJobWithParams() {
	c, emu := newClient()
	defer emu.Close()
	emu.Script(emulator.Ending{Operation: "StartJobWithParams", Fail: true, Reason: "no main class"})
	ctx := context.Background()
	w, err := c.BeginStartJobWithParams(ctx, start("report"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = w.Wait(ctx)
	wait, ok := errors.AsType[*cloud.WaitError](err)
	if !ok {
		log.Fatal(err)
	}
	fmt.Println(wait.Outcome, wait.State, wait.Reason)
	d, err := wait.Diagnose(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(d.Events) > 0, d.Log != "")
	// Output:
	// failed FAILED JobFailed: no main class
	// true true
}

// Until waits for a state, no matter what causes it.
func ExampleClient_UntilJobRunning() {
	c, emu := newClient()
	defer emu.Close()
	w := c.UntilJobRunning(flink.GetJobRequest{JobID: "job-1"})
	job, err := w.Wait(context.Background(), cloud.Within(time.Hour))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(job.Data.JobID, job.Data.Status.CurrentJobStatus)
	// Output: job-1 RUNNING
}

// WaitAll waits for changes of all types and services, and says of each how it ended.
func ExampleClient_BeginStopJob() {
	c, emu := newClient()
	defer emu.Close()
	ctx := context.Background()
	stopping, err := c.BeginStopJob(ctx, stop("job-1"))
	if err != nil {
		log.Fatal(err)
	}
	starting, err := c.BeginStartJobWithParams(ctx, start("report"))
	if err != nil {
		log.Fatal(err)
	}
	results, err := cloud.WaitAll(ctx, stopping, starting)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(results[0].Value.(*flink.StoppedJob).Data.Status.CurrentJobStatus)
	fmt.Println(results[1].Value.(*flink.GetJobResponse).Data.Status.CurrentJobStatus)
	// Output:
	// CANCELLED
	// FINISHED
}

// A throttled call is retried by itself; the caller sees how it ended.
func ExampleClient_GetJob_retry() {
	c, emu := newClient()
	defer emu.Close()
	emu.Inject(emulator.Fault{Operation: "GetJob", Kind: emulator.Throttle})
	job, err := c.GetJob(context.Background(), flink.GetJobRequest{JobID: "job-1"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(job.Data.Status.CurrentJobStatus, "after", len(emu.Requests()), "requests")
	// Output: RUNNING after 2 requests
}

// Validate reports all problems of a request, before anything is sent.
func ExampleStartJobWithParamsRequest_Validate() {
	request := start("")
	request.JobStartParameters.RestoreStrategy.Kind = flink.RestoreKindFromSavepoint
	if invalid, ok := errors.AsType[*cloud.ValidationError](request.Validate()); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p)
		}
	}
	// Output:
	// jobStartParameters.restoreStrategy.savepointId: required with kind FROM_SAVEPOINT
	// jobStartParameters.deploymentId: required
}
