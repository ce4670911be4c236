package proton_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// A change is prepared, saved, started once and followed, here a deployment of a service instance. Whatever crashes, it starts once.
func Example() {
	c, stop := exampleClient()
	defer stop()
	ctx := context.Background()
	ch, err := c.PrepareUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
		ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "proton: ServiceSpec",
	})
	if err != nil {
		log.Fatal(err)
	}
	save(ch.Token()) // before anything is sent; after a crash, c.Resume(token) and Start go on
	if err := ch.Start(ctx); err != nil {
		log.Fatal(err)
	}
	instance, err := ch.Wait(ctx) // and ch.Undo(ctx) prepares the way back
	fmt.Println(instance.ServiceInstance.DeploymentStatus, err)
	// Output: SUCCEEDED <nil>
}

// save writes the token where the next process finds it: a file, a row, the status of an object.
func save(string) {}

// exampleClient is a client of the emulator; a real program uses cloud.Config{Region: "us-east-1"}.
func exampleClient() (c *proton.Client, stop func()) {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "prod"})
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	c, err = proton.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	return c, emu.Close
}
