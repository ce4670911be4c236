// Reconcile brings an engine to the image of an object, as a Kubernetes controller would: step by step, with all that
// it knows in the object's status. However often a step is repeated, because its process died or its write was lost,
// the image is switched once. It runs against the emulator.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func main() {
	emu, err := emulator.Start(emulator.WithChangeTime(2 * time.Second))
	if err != nil {
		log.Fatal(err)
	}
	defer emu.Close()
	seed(emu)
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = 500*time.Millisecond, time.Second
	client, err := dlc.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	store := &memory{engine: Engine{Image: "new"}}
	if err := run(context.Background(), Reconciler{store, client}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(store.engine.Status.Phase)
}

// seed puts in an engine with an old image.
func seed(emu *emulator.Emulator) {
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "old"})
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", ImageVersionID: "old"})
}

// run calls Reconcile as a work queue does, until it is done.
func run(ctx context.Context, r Reconciler) error {
	for delay := time.Second; ; {
		after, err := r.Reconcile(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			log.Print(err)
			after, delay = delay, min(2*delay, time.Minute)
		case after == 0:
			return nil
		}
		select {
		case <-time.After(after):
		case <-ctx.Done():
		}
	}
}

// memory is a Store for this program.
type memory struct {
	mu     sync.Mutex
	engine Engine
}

var errConflict = errors.New("the object has changed; read it again")

func (m *memory) Get(context.Context) (Engine, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.engine, nil
}

func (m *memory) Update(_ context.Context, e Engine) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.Version != m.engine.Version {
		return errConflict
	}
	e.Version++
	m.engine = e
	return nil
}
