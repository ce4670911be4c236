// Rollout brings a new image to 50 data engines and a new template version to 20 service instances, one of each first, then
// ten, then the rest. It runs against an emulator of its own, so it needs no account:
//
//	go run ./examples/rollout
//	go run ./examples/rollout -journal /tmp/rollout -svg /tmp/rollout.svg
//
// One engine is live and not good: it goes back to its old image, and the others continue; -unhealthy selects which. With
// -journal the same command continues after Ctrl-C or kill -9. With -endpoint it changes what is in an emulator that runs
// already, and whose page shows the changes:
//
//	go run ./examples/rollout -seed > /tmp/fleet.json
//	go run ./cmd/emulator -seed /tmp/fleet.json -change-time 2s
//	go run ./examples/rollout -endpoint http://127.0.0.1:4566
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/proton"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal kills the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout))
}

// options are the flags.
type options struct {
	endpoint, journal, svg, unhealthy string
	changeTime                        time.Duration
	plan, seed                        bool
}

func parse(args []string, out io.Writer) (o options, err error) {
	f := flag.NewFlagSet("rollout", flag.ContinueOnError)
	f.SetOutput(out)
	f.StringVar(&o.endpoint, "endpoint", "", "the `URL` of an emulator that has the resources of -seed")
	f.StringVar(&o.journal, "journal", "", "the `folder` from which the same command continues")
	f.StringVar(&o.svg, "svg", "", "the `file` for a timeline")
	f.StringVar(&o.unhealthy, "unhealthy", "etl-07", "the `engine` that is live and not good, or none")
	f.DurationVar(&o.changeTime, "change-time", time.Second, "how long each change takes, without -endpoint")
	f.BoolVar(&o.plan, "plan", false, "print what would change, and change nothing")
	f.BoolVar(&o.seed, "seed", false, "print the resources for an emulator, and change nothing")
	err = f.Parse(args)
	if err == nil && f.NArg() > 0 {
		err = fmt.Errorf("arguments: must be flags, given %q", f.Arg(0))
		fmt.Fprintln(out, err)
	}
	return o, err
}

// run is the whole program. It returns the exit code: 0 if all is live, 1 if something is not, 2 for a mistake in the flags
// and 3 after an interruption.
func run(ctx context.Context, args []string, out io.Writer, opts ...emulator.Option) int {
	o, err := parse(args, out)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	if o.seed {
		err = seed(out)
	} else {
		err = carryOut(ctx, o, out, opts...)
	}
	var failed *rollout.Error
	switch {
	case err == nil:
		return 0
	case errors.As(err, &failed) && failed.Outcome != rollout.Interrupted:
		return 1 // the report says why
	}
	fmt.Fprintln(out, err)
	if failed != nil && o.journal != "" {
		fmt.Fprintln(out, "the same command continues")
	}
	return 3
}

// carryOut makes the rollout, and prints its report.
func carryOut(ctx context.Context, o options, out io.Writer, opts ...emulator.Option) error {
	cfg, stop, err := connect(o, opts...)
	if err != nil {
		return err
	}
	defer stop()
	r, err := build(ctx, o, cfg)
	if err != nil {
		return err
	}
	if o.plan {
		plan, err := r.Plan(ctx)
		if err == nil {
			fmt.Fprint(out, plan)
		}
		return err
	}
	report, err := rollout.Show(out, r.Watch(ctx))
	if report == nil {
		return err
	}
	fmt.Fprint(out, "\n", report)
	if o.svg != "" {
		return errors.Join(err, os.WriteFile(o.svg, report.SVG(), 0o600))
	}
	return err
}

// build returns the rollout of both services.
func build(ctx context.Context, o options, cfg cloud.Config) (rollout.Rollout, error) {
	r := rollout.Rollout{
		Name: "image and template", Waves: rollout.Waves(1, 10, rollout.Rest), InFlight: 10, MaxFailures: 2,
		OnFailure: rollout.UndoWave, Journal: journal.Memory(),
	}
	if o.journal != "" {
		r.Journal = journal.Dir(o.journal)
	}
	engines, err := dlc.New(cfg)
	if err != nil {
		return r, err
	}
	instances, err := proton.New(cfg)
	if err != nil {
		return r, err
	}
	images, err := release.DLCImage{
		Client: engines, Engines: engineNames(), Image: newImage,
		Smoke: []string{"SELECT count(*) FROM orders WHERE dt = current_date"}, Database: "sales",
		Verify: func(_ context.Context, live *dlc.DescribeDataEngineResponse) error {
			if live.DataEngine.DataEngineName == o.unhealthy {
				return errors.New("queries take 4 times as long as before")
			}
			return nil
		},
	}.Build(ctx, r)
	if err != nil {
		return r, err
	}
	templates, err := release.ProtonTemplate{
		Client: instances, Template: template, Major: "1", Minor: "1", Instances: instanceNames(),
	}.Build(ctx, r)
	if err != nil {
		return r, err
	}
	return rollout.Join(images, templates)
}
