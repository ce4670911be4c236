// Command tracepicture draws the trace of a change whose wait continues in a second process: it runs both against the
// emulator and draws the spans that they report, once for light and once for dark pages.
//
//	go run ./internal/tracepicture ../docs/images
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

const (
	environment = "kx7example"
	cluster     = "hdb-prod"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run draws the picture, or is one of its two processes.
func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 2 && args[0] == "begin":
		return report(begin(ctx, args[1]))
	case len(args) == 3 && args[0] == "resume":
		return report(resume(ctx, args[1], args[2]))
	case len(args) == 1:
		return draw(ctx, args[0])
	}
	return errors.New("usage: tracepicture folder")
}

// report writes what a process has done for the one that draws.
func report(r reported, err error) error {
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// draw runs the two processes and writes the pictures.
func draw(ctx context.Context, folder string) error {
	emu, err := emulator.Start(emulator.WithChangeTime(3*time.Second), emulator.WithStaleReads(0))
	if err != nil {
		return err
	}
	defer emu.Close()
	emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{ClusterName: cluster})
	const update = "UpdateKxClusterCodeConfiguration"
	emu.Inject(emulator.Fault{Operation: update, Kind: emulator.Throttle, Delay: 60 * time.Millisecond})
	emu.Inject(emulator.Fault{Operation: update, Kind: emulator.Latency, Delay: 140 * time.Millisecond})
	emu.Inject(emulator.Fault{Kind: emulator.Latency, Delay: 90 * time.Millisecond, Times: -1})

	first, err := process(ctx, "begin", emu.URL())
	if err != nil {
		return err
	}
	second, err := process(ctx, "resume", emu.URL(), first.Token)
	if err != nil {
		return err
	}
	for name, colors := range map[string]palette{"trace.svg": light, "trace-dark.svg": dark} {
		picture, err := svg(first.Spans, second.Spans, colors)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(picture), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// process runs this program again.
func process(ctx context.Context, args ...string) (r reported, err error) {
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	command := exec.CommandContext(ctx, self, args...)
	command.Env = append(os.Environ(), asProgram+"=1")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return r, fmt.Errorf("%s: %w", args[0], err)
	}
	return r, json.Unmarshal(out, &r)
}

// asProgram is the environment variable that makes the test binary behave as this program.
const asProgram = "TRACEPICTURE"
