package dlc_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// A change is prepared, saved, started once and followed, here another image for an engine. Whatever crashes, it starts once.
func Example() {
	c, stop := exampleClient()
	defer stop()
	ctx := context.Background()
	ch, err := c.PrepareSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
		DataEngineID: "DataEngine-1", NewImageVersionID: "image-2",
	})
	if err != nil {
		log.Fatal(err)
	}
	save(ch.Token()) // before anything is sent; after a crash, c.Resume(token) and Start go on
	if err := ch.Start(ctx); err != nil {
		log.Fatal(err)
	}
	engine, err := ch.Wait(ctx) // and ch.Undo(ctx) prepares the way back
	fmt.Println(engine.DataEngine.DataEngineName, engine.DataEngine.ImageVersionID, err)
	// Output: etl image-2 <nil>
}

// save writes the token where the next process finds it: a file, a row, the status of an object.
func save(string) {}

// exampleClient is a client of the emulator; a real program uses cloud.Config{Region: "ap-guangzhou"}.
func exampleClient() (c *dlc.Client, stop func()) {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "image-2"})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl"})
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	c, err = dlc.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	return c, emu.Close
}
