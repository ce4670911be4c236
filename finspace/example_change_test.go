package finspace_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// A change is prepared, saved, started once and followed, here new code for a cluster. Whatever crashes, it starts once.
func Example() {
	c, stop := exampleClient()
	defer stop()
	ctx := context.Background()
	ch, err := c.PrepareUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "kx7example", ClusterName: "hdb-prod",
		Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
	})
	if err != nil {
		log.Fatal(err)
	}
	save(ch.Token()) // before anything is sent; after a crash, c.Resume(token) and Start go on
	if err := ch.Start(ctx); err != nil {
		log.Fatal(err)
	}
	cluster, err := ch.Wait(ctx) // and ch.Undo(ctx) prepares the way back
	fmt.Println(cluster.Status, cluster.Code.S3Key, err)
	// Output: RUNNING 2026.11.21.zip <nil>
}

// save writes the token where the next process finds it: a file, a row, the status of an object.
func save(string) {}

// exampleClient is a client of the emulator; a real program uses cloud.Config{Region: "us-east-1"}.
func exampleClient() (c *finspace.Client, stop func()) {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	c, err = finspace.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	return c, emu.Close
}
