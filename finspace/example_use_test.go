package finspace_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// newClient returns a client of an emulator with two clusters, whose changes take no time. A real program uses
// cloud.Config{Region: "us-east-1"}.
func newClient() (*finspace.Client, *emulator.Emulator) {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	code := &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "1.zip"}
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod", ClusterType: finspace.KxClusterTypeHDB, Code: code})
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "rdb-prod", ClusterType: finspace.KxClusterTypeRDB, Code: code})
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	c, err := finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	return c, emu
}

// newCode is a request for other code on a cluster.
func newCode(cluster string) finspace.UpdateKxClusterCodeConfigurationRequest {
	return finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "kx7example", ClusterName: cluster, Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2.zip"},
	}
}

// Fields of the request that are not required filter the list, at the service.
func ExampleClient_AllKxClusters_filter() {
	c, emu := newClient()
	defer emu.Close()
	request := finspace.ListKxClustersRequest{EnvironmentID: "kx7example", ClusterType: finspace.KxClusterTypeRDB}
	for cluster, err := range c.AllKxClusters(context.Background(), request) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(cluster.ClusterName, cluster.ClusterType)
	}
	// Output: rdb-prod RDB
}

// An error has a kind, which is the same on every cloud, and the code of the service.
func ExampleClient_GetKxCluster() {
	c, emu := newClient()
	defer emu.Close()
	_, err := c.GetKxCluster(context.Background(), finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "gone"})
	fmt.Println(errors.Is(err, cloud.ErrNotFound), errors.Is(err, finspace.CodeResourceNotFoundException))
	if call, ok := errors.AsType[*cloud.Error](err); ok {
		fmt.Println(call.Operation, call.StatusCode, call.Code, call.RequestID != "")
	}
	// Output:
	// true true
	// GetKxCluster 404 ResourceNotFoundException true
}

// Diff says what a prepared change replaces, and Undo prepares the way back from what it has replaced.
func ExampleClient_PrepareUpdateKxClusterCodeConfiguration() {
	c, emu := newClient()
	defer emu.Close()
	ctx := context.Background()
	ch, err := c.PrepareUpdateKxClusterCodeConfiguration(ctx, newCode("hdb-prod"))
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range ch.Diff() {
		fmt.Println(d.Field, d.Before, "->", d.After)
	}
	if err := ch.Start(ctx); err != nil {
		log.Fatal(err)
	}
	if _, err := ch.Wait(ctx); err != nil {
		log.Fatal(err)
	}
	back, err := ch.Undo(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(back.Diff()[0].Before, "->", back.Diff()[0].After) // to be started and waited for like ch
	// Output:
	// code.s3Key 1.zip -> 2.zip
	// 2.zip -> 1.zip
}

// A wait that did not succeed has the reason of the service, and Diagnose fetches what else it shows.
func ExampleClient_BeginUpdateKxClusterCodeConfiguration() {
	c, emu := newClient()
	defer emu.Close()
	emu.Script(emulator.Ending{Operation: "UpdateKxClusterCodeConfiguration", Fail: true, Reason: "init.q failed"})
	ctx := context.Background()
	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, newCode("hdb-prod"))
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
	fmt.Println(len(d.Events) > 0)
	// Output:
	// failed RUNNING init.q failed
	// true
}

// Until waits for a state, no matter what causes it.
func ExampleClient_UntilKxClusterRunning() {
	c, emu := newClient()
	defer emu.Close()
	w := c.UntilKxClusterRunning(finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"})
	cluster, err := w.Wait(context.Background(), cloud.Within(time.Hour))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cluster.ClusterName, cluster.Status)
	// Output: hdb-prod RUNNING
}

// WaitAll waits for changes of all types and services, and says of each how it ended.
func ExampleClient_BeginUpdateKxClusterCodeConfiguration_many() {
	c, emu := newClient()
	defer emu.Close()
	ctx := context.Background()
	var waiters []cloud.AnyWaiter
	for _, name := range []string{"hdb-prod", "rdb-prod"} {
		w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, newCode(name))
		if err != nil {
			log.Fatal(err)
		}
		waiters = append(waiters, w)
	}
	results, err := cloud.WaitAll(ctx, waiters...)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range results {
		cluster := r.Value.(*finspace.GetKxClusterResponse)
		fmt.Println(cluster.ClusterName, cluster.Code.S3Key)
	}
	// Output:
	// hdb-prod 2.zip
	// rdb-prod 2.zip
}

// A throttled call is retried by itself; the caller sees how it ended.
func ExampleClient_GetKxCluster_retry() {
	c, emu := newClient()
	defer emu.Close()
	emu.Inject(emulator.Fault{Operation: "GetKxCluster", Kind: emulator.Throttle})
	cluster, err := c.GetKxCluster(context.Background(), finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cluster.Status, "after", len(emu.Requests()), "requests")
	// Output: RUNNING after 2 requests
}

// Validate reports what a call would refuse before anything is sent.
func ExampleCreateKxChangesetRequest_Validate() {
	err := finspace.CreateKxChangesetRequest{
		EnvironmentID: "kx7example", DatabaseName: "trades",
		ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypePut, DBPath: "/2026.11.21/"}},
	}.Validate()
	if invalid, ok := errors.AsType[*cloud.ValidationError](err); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p)
		}
	}
	// Output: changeRequests[0].s3Path: required with changeType PUT
}
