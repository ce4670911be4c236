// Emulator runs the emulator of the four services as a program, for clients in any language:
//
//	go run ./cmd/emulator
//	go run ./cmd/emulator -seed examples/seed.json -state /tmp/emulator -change-time 5s -log debug
//
// It prints the environment variables that make the vendors' SDKs and command lines use it, and runs until it is
// interrupted. -h lists the flags.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// patience is how long the calls in progress may take when the program is told to stop.
const patience = 3 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal kills the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil {
		err = serve(ctx, s, stdout, stderr)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	return 0
}

// serve runs an emulator until the context ends.
func serve(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	logger := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: s.level}))
	emu, err := start(s, logger)
	if err != nil {
		return err
	}
	defer emu.Close()
	if !loopback(s.address) {
		fmt.Fprintf(stderr, warning, s.address)
	}
	printGuide(stdout, emu.URL(), s.region)
	<-ctx.Done()
	fmt.Fprintln(stdout, "# stopping")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := emu.Shutdown(ctx); err != nil {
		logger.Warn("calls in progress were interrupted", "after", patience)
	}
	return nil
}

// start starts the emulator, with the resources of the seed unless its state has some.
func start(s settings, logger *slog.Logger) (*emulator.Emulator, error) {
	opts := []emulator.Option{
		emulator.WithAddress(s.address), emulator.WithRegion(s.region), emulator.WithChangeTime(s.changeTime),
		emulator.WithStaleReads(s.stale), emulator.WithSpeed(s.speed), emulator.WithLogger(logger),
	}
	if s.state != "" {
		opts = append(opts, emulator.WithStateDir(s.state))
	}
	if s.seedIDs != nil {
		opts = append(opts, emulator.WithSeedIDs(*s.seedIDs))
	}
	emu, err := emulator.Start(opts...)
	if err == nil && s.seed != "" {
		err = load(emu, s.seed)
	}
	if err != nil && emu != nil {
		emu.Close()
	}
	return emu, err
}

// load adds the resources in a file, unless the emulator has some.
func load(emu *emulator.Emulator, file string) error {
	var saved bytes.Buffer
	if err := emu.Save(&saved); err != nil {
		return err
	}
	if strings.TrimSpace(saved.String()) != "{}" {
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("emulator: -seed: must be a file that can be read: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := emu.Load(f); err != nil {
		return fmt.Errorf("emulator: -seed: must be a seed, given %q: %w", file, err)
	}
	return nil
}
