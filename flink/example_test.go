package flink_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// A token lets another process resume the wait for a change that this one started.
func ExampleClient_ResumeHotUpdateJob() {
	// The emulator stands in for the service; a real program uses cloud.Config{Region: "cn-hangzhou"}.
	emu, err := emulator.Start(emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	defer emu.Close()
	emu.Flink.AddJob("a14bd5d90a", "default", flink.Job{JobID: "job-1"})

	ctx := context.Background()
	c, err := flink.New(emu.Config(), flink.WithWorkspace("a14bd5d90a"), flink.WithNamespace("default"))
	if err != nil {
		log.Fatal(err)
	}
	w, err := c.BeginHotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: "job-1"})
	if err != nil {
		log.Fatal(err)
	}
	token := w.Token() // keep it where the next process finds it

	emu.Advance(time.Minute) // meanwhile, the update goes on
	w, err = c.ResumeHotUpdateJob(token)
	if err != nil {
		log.Fatal(err)
	}
	result, err := w.Wait(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Data.Status.Status)
	// Output: HOT_UPDATED
}
