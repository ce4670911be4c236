package cloud_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

var theCluster = finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"}

// newCode is a request for new code on the cluster of the examples.
var newCode = finspace.UpdateKxClusterCodeConfigurationRequest{
	EnvironmentID: "kx7example", ClusterName: "hdb-prod", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
}

// changesAtOnce starts an emulator whose changes take no time, and returns its configuration.
func changesAtOnce() (*emulator.Emulator, cloud.Config) {
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{
		ClusterName: "hdb-prod", Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"},
	})
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	return emu, cfg
}

// A batch that runs at night has time: it tries each call more often, and waits longer in between.
func ExampleConfig_retry() {
	emu, cfg := changesAtOnce()
	defer emu.Close()
	emu.Inject(emulator.Fault{Operation: "GetKxCluster", Kind: emulator.Unavailable, Times: 4})
	cfg.Retry = cloud.Retry{MaxAttempts: 6, MinDelay: time.Millisecond, MaxDelay: time.Minute}
	client, err := finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	cluster, err := client.GetKxCluster(context.Background(), theCluster)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cluster.Status, "at attempt", len(emu.Requests()))
	// Output: RUNNING at attempt 5
}

// A call that was retried in vain says how often, and whether the service may have carried it out.
func ExampleError() {
	emu, cfg := changesAtOnce()
	defer emu.Close()
	emu.Inject(emulator.Fault{Operation: "GetKxCluster", Kind: emulator.Throttle, Times: -1})
	cfg.Retry.MinDelay = time.Millisecond
	client, err := finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.GetKxCluster(context.Background(), theCluster)
	call, ok := errors.AsType[*cloud.Error](err)
	if !ok {
		log.Fatal(err)
	}
	fmt.Println(call.Kind, call.Code, call.Attempts, call.MaybeExecuted)
	// Output: throttled ThrottlingException 3 false
}

// A request that breaks rules is refused with all of its problems, and nothing is sent. Secrets are not shown.
func ExampleValidationError() {
	emu, cfg := changesAtOnce()
	defer emu.Close()
	client, err := finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.GetKxCluster(context.Background(), finspace.GetKxClusterRequest{EnvironmentID: "KX"})
	invalid, ok := errors.AsType[*cloud.ValidationError](err)
	if !ok {
		log.Fatal(err)
	}
	for _, p := range invalid.Problems {
		fmt.Println(p.Field, p.Check)
	}
	fmt.Println(errors.Is(err, cloud.ErrInvalid), len(emu.Requests()))
	// Output:
	// environmentId pattern
	// clusterName required
	// true 0
}

// Fixed keys are for programs that get theirs from somewhere else. They are checked at once, and never printed.
func ExampleStaticCredentials() {
	keys := cloud.StaticCredentials("AKIAEXAMPLE", "a-secret-key", "")
	if _, err := finspace.New(cloud.Config{Region: "us-east-1", Credentials: keys}); err != nil {
		log.Fatal(err)
	}
	c, err := keys.Credentials(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c)
	_, err = finspace.New(cloud.Config{Region: "us-east-1", Credentials: cloud.StaticCredentials("AKIAEXAMPLE", "", "")})
	fmt.Println(cloud.KindOf(err))
	// Output:
	// credentials of AKIAEXAMPLE
	// invalid
}

// A slow source is asked once, and again some minutes before its credentials expire.
func ExampleCacheCredentials() {
	asked := 0
	vault := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		asked++
		return cloud.Credentials{
			AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: cloud.NewSecret("a-secret-key"), SessionToken: cloud.NewSecret("a-token"),
			Expires: time.Now().Add(time.Hour), Source: "vault",
		}, nil
	})
	cached := cloud.CacheCredentials(vault) // several clients can share it
	for range 3 {
		if _, err := cached.Credentials(context.Background()); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(asked)
	// Output: 1
}

// A token says what its change is about, to anybody who has it and without a client.
func ExamplePeekToken() {
	emu, cfg := changesAtOnce()
	defer emu.Close()
	client, err := finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	ch, err := client.BeginUpdateKxClusterCodeConfiguration(context.Background(), newCode)
	if err != nil {
		log.Fatal(err)
	}
	info, err := cloud.PeekToken(ch.Token())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Service, info.Operation, info.Region, info.Resource, !info.Started.IsZero())
	// Output: finspace UpdateKxClusterCodeConfiguration us-east-1 kx7example/hdb-prod true
}

// A process that finds a token need not know of which service and operation it is.
func ExampleResume() {
	emu, cfg := changesAtOnce()
	defer emu.Close()
	client, err := finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	begun, err := client.BeginUpdateKxClusterCodeConfiguration(ctx, newCode)
	if err != nil {
		log.Fatal(err)
	}
	ch, err := cloud.Resume(begun.Token(), client) // and clients of the other services
	if err != nil {
		log.Fatal(err)
	}
	live, err := ch.WaitAny(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(live.(*finspace.GetKxClusterResponse).Code.S3Key)
	// Output: new.zip
}

// The way back is a change like any other: prepared from what there was before, to be started and waited for.
func ExampleChange_Undo() {
	emu, cfg := changesAtOnce()
	defer emu.Close()
	client, err := finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	ch, err := client.BeginUpdateKxClusterCodeConfiguration(ctx, newCode)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := ch.Wait(ctx); err != nil {
		log.Fatal(err)
	}
	back, err := ch.Undo(ctx)
	if err != nil {
		log.Fatal(err)
	}
	if err := back.Start(ctx); err != nil {
		log.Fatal(err)
	}
	live, err := back.WaitAny(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(live.(*finspace.GetKxClusterResponse).Code.S3Key)
	// Output: old.zip
}

// Watch yields every poll of many changes, and how each ended.
func ExampleFleet_Watch() {
	waiters := []cloud.AnyWaiter{engine(0, "RUNNING"), engine(0, "FAILED")}
	var live, failed int
	for step, err := range (cloud.Fleet{}).Watch(context.Background(), waiters...) {
		switch {
		case err != nil:
			failed++
		case step.Done():
			live++
		}
	}
	fmt.Println(live, "live,", failed, "failed")
	// Output: 1 live, 1 failed
}

// A counter and a log see the same calls.
func ExampleObservers() {
	emu, cfg := changesAtOnce()
	defer emu.Close()
	count := new(counter)
	calls := cloud.CallFunc(func(_ context.Context, call cloud.CallResult) { fmt.Println(call.Operation, call.Attempts) })
	cfg.Observer = cloud.Observers(count, calls)
	cfg.Logger = slog.New(slog.DiscardHandler) // one debug record for each attempt
	client, err := finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.GetKxCluster(context.Background(), theCluster); err != nil {
		log.Fatal(err)
	}
	fmt.Println(count.retries.Load(), "retries")
	// Output:
	// GetKxCluster 1
	// 0 retries
}
