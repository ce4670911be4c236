package main

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/postgrestest"
)

// output collects what the commands print.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// TestCommandsOfTheReadme runs them against the emulator, with two workers, of which the first stops early.
func TestCommandsOfTheReadme(t *testing.T) {
	server, err := postgrestest.Start("fsync=off")
	postgrestest.Need(t, err)
	t.Cleanup(server.Stop)
	emu, err := emulator.Start(emulator.WithChangeTime(2*time.Second), emulator.WithStaleReads(0), emulator.WithTest(t))
	require.NoError(t, err)
	for _, image := range []string{"image-1", "image-2"} {
		emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: image})
	}
	for _, id := range []string{"DataEngine-1", "DataEngine-2", "DataEngine-3"} {
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: id, DataEngineName: id, ImageVersionID: "image-1"})
	}
	emu.Expect("SwitchDataEngineImage").Times(3)
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = 200*time.Millisecond, 400*time.Millisecond

	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	commands := regexp.MustCompile(`(?m)^go run \. (.*)$`).FindAllStringSubmatch(string(readme), -1)
	require.Len(t, commands, 2)
	call := func(ctx context.Context, command []string, out *output) error {
		return run(ctx, cfg, server.URL("postgres"), strings.Fields(command[1]), out)
	}

	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	early, stopEarly := context.WithCancel(ctx)
	defer stopEarly()
	var first, second, out output
	wg.Go(func() { assert.NoError(t, call(early, commands[0], &first)) })
	require.Eventually(t, func() bool { return first.String() == "working\n" }, 20*time.Second, 10*time.Millisecond)
	wg.Go(func() { assert.NoError(t, call(ctx, commands[0], &second)) })
	released := make(chan error)
	go func() { released <- call(ctx, commands[1], &out) }()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "DataEngine-1 live") }, 40*time.Second, 50*time.Millisecond)
	stopEarly()
	require.NoError(t, <-released)
	for _, id := range []string{"DataEngine-1", "DataEngine-2", "DataEngine-3"} {
		assert.Contains(t, out.String(), id+" live")
	}
	assert.Contains(t, out.String(), "image/image-2 is live after ")
	require.NoError(t, call(ctx, commands[1], &out), "it has ended, and is not made again")
	cancel()
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"", "work now", "release", "release image-2", "deploy"} {
		err := run(t.Context(), cloud.Config{}, "postgres://nobody@127.0.0.1:1/none", strings.Fields(args), &output{})
		require.ErrorIs(t, err, errUsage, args)
	}
	require.Error(t, run(t.Context(), cloud.Config{}, "no address", []string{"work"}, &output{}))
}
