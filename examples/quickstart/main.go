// Quickstart changes five running things on three clouds, side by side, and follows each until it is
// live or has failed. It runs against the emulator, so it needs no account:
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -fail none
//
// One of the changes fails, for a reason that the service gives; -fail chooses which. One of the
// services throttles on the way. With -live and real credentials it makes one change for real:
//
//	go run ./examples/quickstart -live code -region us-east-1 -environment kx7example -cluster hdb-prod -bucket releases -key 2026.11.21.zip
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, isTerminal(os.Stdout)))
}

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, out io.Writer, terminal bool, opts ...emulator.Option) int {
	var live liveFlags
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(out)
	fail := flags.String("fail", "changeset", "the change that fails: "+strings.Join(names, ", ")+" or none")
	live.add(flags)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(out, "there are flags only, given %q\n", flags.Arg(0))
		return 2
	}

	changes, stop, err := plan(*fail, &live, opts)
	if err != nil {
		fmt.Fprintln(out, err)
		return 2
	}
	defer stop()
	results := followAll(ctx, changes, newScreen(out, terminal, changes))
	printTable(out, results)
	printTokens(out, results)
	for _, r := range results {
		if !r.asExpected() {
			return 1
		}
	}
	return 0
}

// plan returns the changes to make, and what to call when they are over.
func plan(fail string, live *liveFlags, opts []emulator.Option) ([]change, func(), error) {
	if live.change != "" {
		c, err := live.plan()
		return []change{c}, func() {}, err
	}
	opts = append([]emulator.Option{emulator.WithChangeTime(4 * time.Second), emulator.WithStaleReads(2 * time.Second)}, opts...)
	emu, err := emulator.Start(opts...)
	if err != nil {
		return nil, nil, err
	}
	changes, err := emulated(emu, fail)
	if err != nil {
		emu.Close()
		return nil, nil, err
	}
	return changes, emu.Close, nil
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
