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

// startEmulator stands in for the service; a real program uses cloud.Config{Region: "us-east-1"}.
func startEmulator() *emulator.Emulator {
	emu, err := emulator.Start(emulator.WithChangeTime(100*time.Millisecond), emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
	emu.FinSpace.AddKxDatabase("kx7example", finspace.GetKxDatabaseResponse{DatabaseName: "trades"})
	return emu
}

// A changeset is followed until the service has imported it, or says why it did not.
func ExampleClient_BeginCreateKxChangeset() {
	emu := startEmulator()
	defer emu.Close()
	emu.Script(emulator.Ending{Operation: "CreateKxChangeset", Fail: true, Reason: "the bucket cannot be read"})

	ctx := context.Background()
	c, err := finspace.New(emu.Config())
	if err != nil {
		log.Fatal(err)
	}
	w, err := c.BeginCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
		EnvironmentID: "kx7example", DatabaseName: "trades",
		ChangeRequests: []finspace.ChangeRequest{
			{ChangeType: finspace.ChangeTypePut, S3Path: "s3://releases/2026.11.21/", DBPath: "/2026.11.21/"},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	emu.Advance(time.Minute) // a real change takes its time
	changeset, err := w.Wait(ctx)
	if wait, ok := errors.AsType[*cloud.WaitError](err); ok {
		fmt.Println(wait.Outcome, wait.State+":", wait.Reason)
		return
	}
	fmt.Println(changeset.Status)
	// Output: failed FAILED: the bucket cannot be read (A user recoverable error has occurred)
}

// AllKxClusters ranges over the clusters of all pages, fetching each page when it is needed.
func ExampleClient_AllKxClusters() {
	emu := startEmulator()
	defer emu.Close()
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "rdb-prod"})

	c, err := finspace.New(emu.Config())
	if err != nil {
		log.Fatal(err)
	}
	for cluster, err := range c.AllKxClusters(context.Background(), finspace.ListKxClustersRequest{EnvironmentID: "kx7example", MaxResults: 1}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(cluster.ClusterName, cluster.Status)
	}
	// Output:
	// hdb-prod RUNNING
	// rdb-prod RUNNING
}

// A request is checked before it is sent, and all its problems are reported at once.
func ExampleUpdateKxClusterCodeConfigurationRequest_Validate() {
	err := finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "KX", ClusterName: "hdb-prod",
		Code:                    finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
		InitializationScript:    "init.q",
		DeploymentConfiguration: &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: finspace.KxClusterCodeDeploymentStrategyNoRestart},
	}.Validate()
	if invalid, ok := errors.AsType[*cloud.ValidationError](err); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p)
		}
	}
	// Output:
	// environmentId: must consist of [0-9a-z], given "KX"
	// initializationScript: must be empty with deploymentStrategy NO_RESTART, given "init.q"
}
