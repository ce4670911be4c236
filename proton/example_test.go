package proton_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// The wait ends when the deployment that the update started has succeeded; the success of the one
// before does not count.
func ExampleClient_BeginUpdateServiceInstance() {
	// The emulator stands in for the service; a real program uses cloud.Config{Region: "us-east-1"}.
	emu, err := emulator.Start(emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	defer emu.Close()
	emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "prod"})

	ctx := context.Background()
	c, err := proton.New(emu.Config())
	if err != nil {
		log.Fatal(err)
	}
	w, err := c.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
		ServiceName: "shop", Name: "prod",
		DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "proton: ServiceSpec",
	})
	if err != nil {
		log.Fatal(err)
	}
	p, err := w.Poll(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(p.State, p.Outcome)

	emu.Advance(time.Minute) // a real deployment takes its time
	out, err := w.Wait(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.ServiceInstance.DeploymentStatus)
	// Output:
	// IN_PROGRESS pending
	// SUCCEEDED
}
