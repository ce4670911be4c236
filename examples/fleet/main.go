// Fleet puts new code on every running cluster of a kdb environment and waits for all of them at once. It needs
// an AWS account that FinSpace still supports; the test beside it does the same against the emulator.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	c, err := finspace.New(cloud.Config{Region: "us-east-1"})
	if err != nil {
		log.Fatal(err)
	}
	waiters, err := begin(ctx, c, "kx7example", finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"})
	if err != nil {
		log.Fatal(err)
	}
	if err := waitForAll(ctx, waiters); err != nil {
		log.Fatal(err)
	}
}

// begin starts an update of each running cluster.
func begin(ctx context.Context, c *finspace.Client, environmentID string, code finspace.CodeConfiguration) ([]cloud.AnyWaiter, error) {
	var waiters []cloud.AnyWaiter
	for cluster, err := range c.AllKxClusters(ctx, finspace.ListKxClustersRequest{EnvironmentID: environmentID}) {
		if err != nil {
			return nil, err
		}
		if cluster.Status != finspace.KxClusterStatusRunning {
			continue
		}
		w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: environmentID, ClusterName: cluster.ClusterName, Code: code,
		})
		if err != nil {
			return nil, err
		}
		waiters = append(waiters, w)
	}
	return waiters, nil
}

// waitForAll shows how far a rollout is and gives up at the first change that fails.
func waitForAll(ctx context.Context, waiters []cloud.AnyWaiter) error {
	fleet := cloud.Fleet{Concurrency: 8, FailFast: true}
	for step, err := range fleet.Watch(ctx, waiters...) {
		if err != nil {
			return fmt.Errorf("%d of %d are live: %w", step.Live, len(waiters), err)
		}
		if step.Done() {
			fmt.Printf("%d of %d are live\n", step.Live, len(waiters))
		}
	}
	return nil
}
