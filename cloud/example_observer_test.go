package cloud_test

import (
	"context"
	"fmt"
	"log"
	"sync/atomic"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// A counter counts the calls that are under way, the attempts that were repeated, and the changes by their outcome.
type counter struct {
	cloud.NopObserver  // for the methods that it does not need
	calls, retries     atomic.Int64
	succeeded, pending atomic.Int64
}

func (c *counter) OnCall(context.Context, cloud.CallInfo) (context.Context, func(cloud.CallResult)) {
	c.calls.Add(1)
	return nil, func(cloud.CallResult) { c.calls.Add(-1) }
}

func (c *counter) OnAttempt(context.Context, cloud.AttemptInfo) (context.Context, func(cloud.AttemptResult)) {
	return nil, func(a cloud.AttemptResult) {
		if a.Retry != "" {
			c.retries.Add(1)
		}
	}
}

func (c *counter) OnWait(context.Context, cloud.ChangeInfo) (context.Context, func(cloud.WaitResult)) {
	c.pending.Add(1)
	return nil, func(w cloud.WaitResult) {
		c.pending.Add(-1)
		if w.Outcome == cloud.Succeeded {
			c.succeeded.Add(1)
		}
	}
}

// An observer of your own counts what a client does.
func ExampleObserver() {
	emu, err := emulator.Start(emulator.InProcess())
	if err != nil {
		log.Fatal(err)
	}
	defer emu.Close()
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
	emu.Inject(emulator.Fault{Operation: "GetKxCluster", Kind: emulator.ServerError})

	count := new(counter)
	cfg := emu.Config()
	cfg.Observer = count
	c, err := finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	cluster := finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"}
	if _, err := c.UntilKxClusterRunning(cluster).Wait(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println("calls under way:", count.calls.Load(), "retries:", count.retries.Load())
	fmt.Println("waits pending:", count.pending.Load(), "succeeded:", count.succeeded.Load())
	// Output:
	// calls under way: 0 retries: 1
	// waits pending: 0 succeeded: 1
}

// A function is enough to log finished calls.
func ExampleCallFunc() {
	emu, err := emulator.Start(emulator.InProcess())
	if err != nil {
		log.Fatal(err)
	}
	defer emu.Close()

	cfg := emu.Config()
	cfg.Observer = cloud.CallFunc(func(_ context.Context, call cloud.CallResult) {
		fmt.Println(call.Service, call.Operation, call.StatusCode, call.Kind())
	})
	c, err := finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.GetKxCluster(context.Background(), finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "none"})
	fmt.Println(err != nil)
	// Output:
	// finspace GetKxCluster 404 not found
	// true
}
