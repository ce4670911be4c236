package flink_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// A change is prepared, saved, started once and followed, here a job that starts from its latest state. Whatever crashes, it starts once.
func Example() {
	c, stop := exampleClient()
	defer stop()
	ctx := context.Background()
	ch, err := c.PrepareStartJobWithParams(ctx, flink.StartJobWithParamsRequest{
		JobStartParameters: flink.JobStartParameters{
			DeploymentID:    "orders",
			RestoreStrategy: &flink.DeploymentRestoreStrategy{Kind: flink.RestoreKindLatestState},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	save(ch.Token()) // before anything is sent; after a crash, c.Resume(token) and Start go on
	if err := ch.Start(ctx); err != nil {
		log.Fatal(err)
	}
	job, err := ch.Wait(ctx) // and ch.Undo(ctx) prepares the way back
	fmt.Println(job.Data.Status.CurrentJobStatus, err)
	// Output: RUNNING <nil>
}

// save writes the token where the next process finds it: a file, a row, the status of an object.
func save(string) {}

// exampleClient is a client of the emulator; a real program uses cloud.Config{Region: "cn-hangzhou"}.
func exampleClient() (c *flink.Client, stop func()) {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	emu.Flink.AddDeployment("a14bd5d90a", "default", flink.Deployment{DeploymentID: "orders"})
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	c, err = flink.New(cfg, flink.WithWorkspace("a14bd5d90a"), flink.WithNamespace("default"))
	if err != nil {
		log.Fatal(err)
	}
	return c, emu.Close
}
