package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // the errors that the tests cause
	m.Run()
}

// A forgetful store loses some writes, before or after they are carried out.
type forgetful struct {
	memory
	writes int
	lose   func(write int) (before, after bool)
}

var errLost = errors.New("no response from the API server")

func (f *forgetful) Update(ctx context.Context, e Engine) error {
	f.writes++
	before, after := f.lose(f.writes)
	if before {
		return errLost
	}
	if err := f.memory.Update(ctx, e); err != nil {
		return err
	}
	if after {
		return errLost
	}
	return nil
}

// reconcile runs the reconciler to its end and returns the phase and how often the image was switched.
func reconcile(t *testing.T, store Store, script ...emulator.Ending) (status Status, switches int) {
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(20*time.Minute))
	require.NoError(t, err)
	defer emu.Close()
	seed(emu)
	emu.Script(script...)
	client, err := dlc.New(emu.Config())
	require.NoError(t, err)
	require.NoError(t, run(t.Context(), Reconciler{store, client}))
	for _, r := range emu.Requests() {
		if r.Operation == "SwitchDataEngineImage" {
			switches++
		}
	}
	engine, err := store.Get(t.Context())
	require.NoError(t, err)
	return engine.Status, switches
}

func TestEachWriteLost(t *testing.T) {
	t.Parallel()
	for lost := range 5 {
		for _, before := range []bool{true, false} {
			t.Run(fmt.Sprintf("write %d, before %t", lost, before), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					store := &forgetful{lose: func(write int) (bool, bool) { return write == lost && before, write == lost && !before }}
					store.engine.Image = "new"
					status, switches := reconcile(t, store)
					assert.Equal(t, "Live", status.Phase)
					assert.Equal(t, 1, switches)
				})
			})
		}
	}
}

// TestEveryOtherWriteLost loses each write once.
func TestEveryOtherWriteLost(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			store := &forgetful{lose: func(write int) (bool, bool) { return write%2 == 1 && before, write%2 == 1 && !before }}
			store.engine.Image = "new"
			status, switches := reconcile(t, store)
			assert.Equal(t, "Live", status.Phase)
			assert.Equal(t, 1, switches)
		})
	}
}

func TestFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &memory{engine: Engine{Image: "new"}}
		status, switches := reconcile(t, store, emulator.Ending{Operation: "SwitchDataEngineImage", Fail: true, State: "-1", Reason: "out of units"})
		assert.Equal(t, "Failed", status.Phase)
		assert.Contains(t, status.Message, "out of units")
		assert.Equal(t, 1, switches)
	})
}
