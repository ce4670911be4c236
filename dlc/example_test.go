package dlc_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func ExampleClient_BeginSwitchDataEngineImage() {
	// The emulator stands in for the service; a real program uses cloud.Config{Region: "ap-guangzhou"}.
	emu, err := emulator.Start(emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	defer emu.Close()
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "image-2"})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl"})

	ctx := context.Background()
	c, err := dlc.New(emu.Config())
	if err != nil {
		log.Fatal(err)
	}
	w, err := c.BeginSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "image-2"})
	if err != nil {
		log.Fatal(err)
	}
	// w.Wait(ctx) blocks until the engine runs the image; save w.Token() to resume after a crash.
	p, err := w.Poll(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the switch of", p.Value.DataEngine.DataEngineName, "is", p.Outcome)
	// Output: the switch of etl is pending
}

// The service returns refusals with HTTP status 200; they are errors nevertheless.
func ExampleClient_DescribeDataEngine() {
	emu, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer emu.Close()

	c, err := dlc.New(emu.Config())
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.DescribeDataEngine(context.Background(), dlc.DescribeDataEngineRequest{DataEngineName: "nobody"})
	fmt.Println(errors.Is(err, cloud.ErrNotFound), errors.Is(err, dlc.CodeResourceNotFoundDataEngineNotFound))
	// Output: true true
}
