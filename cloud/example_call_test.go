package cloud_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// exampleClient returns a client of an emulator that has one cluster.
func exampleClient(change func(*cloud.Config)) (client *finspace.Client, stop func()) {
	emu, err := emulator.Start(emulator.InProcess())
	if err != nil {
		log.Fatal(err)
	}
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
	cfg := emu.Config()
	if change != nil {
		change(&cfg)
	}
	client, err = finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	return client, emu.Close
}

// A page of a dashboard needs its answer soon, or not at all.
func ExampleWithOptions() {
	client, stop := exampleClient(nil)
	defer stop()
	ctx := cloud.WithOptions(context.Background(), cloud.Options{
		MaxAttempts: 1, Timeout: 2 * time.Second, Header: http.Header{"X-Team": {"market-data"}},
	})
	cluster, err := client.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cluster.Status)
	// Output: RUNNING
}

// A page for users and a batch in the background share the rate of their account. The page's calls have their turn first.
func ExampleLimiter() {
	shared := cloud.NewLimiter(50)
	share := func(cfg *cloud.Config) { cfg.Limiter = shared }
	batch, stopBatch := exampleClient(share)
	defer stopBatch()
	page, stopPage := exampleClient(share)
	defer stopPage()

	var background sync.WaitGroup
	for range 20 {
		background.Go(func() {
			_, err := batch.GetKxCluster(context.Background(), finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"})
			if err != nil {
				log.Print(err)
			}
		})
	}
	ctx := cloud.WithOptions(context.Background(), cloud.Options{Priority: cloud.PriorityHigh})
	cluster, err := page.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"})
	if err != nil {
		log.Fatal(err)
	}
	background.Wait()
	fmt.Println(cluster.Status)
	// Output: RUNNING
}

// An auditor wants to see the request before anybody sends it.
func ExampleDryRun() {
	client, stop := exampleClient(nil)
	defer stop()
	signed, err := cloud.DryRun(context.Background(), func(ctx context.Context) error {
		_, err := client.DeleteKxCluster(ctx, finspace.DeleteKxClusterRequest{
			EnvironmentID: "kx7example", ClusterName: "hdb-prod", ClientToken: "release-7",
		})
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(signed.Request.Method, signed.Request.URL.Path, signed.IdempotencyToken)
	// Output: DELETE /kx/environments/kx7example/clusters/hdb-prod release-7
}

// Nothing is deleted in production.
func ExampleMiddleware() {
	protect := func(ctx context.Context, call *cloud.Call, next func(context.Context) error) error {
		if r, ok := call.Request.(*finspace.DeleteKxClusterRequest); ok && r.ClusterName == "hdb-prod" {
			return fmt.Errorf("%s is protected", r.ClusterName)
		}
		return next(ctx)
	}
	client, stop := exampleClient(func(cfg *cloud.Config) { cfg.Middleware = []cloud.Middleware{protect} })
	defer stop()
	_, err := client.DeleteKxCluster(context.Background(), finspace.DeleteKxClusterRequest{
		EnvironmentID: "kx7example", ClusterName: "hdb-prod",
	})
	fmt.Println(err)
	// Output: hdb-prod is protected
}
