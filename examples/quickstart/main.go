// Quickstart makes five changes on three clouds, side by side, and follows each until it is live or has
// failed. It runs against the emulator, so it needs no account:
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -fail none
//
// One of the changes fails, with the service's reason; -fail selects which. One of the services throttles
// some calls. With -endpoint it makes the changes in an emulator that runs already, and whose page shows them:
//
//	go run ./cmd/emulator -seed examples/seed.json
//	go run ./examples/quickstart -endpoint http://127.0.0.1:4566
//
// With -live and real credentials it makes one real change. Without -region it uses the region of the vendor's own tools:
//
//	go run ./examples/quickstart -live image -region ap-singapore -request '{"DataEngineId":"DataEngine-1","NewImageVersionId":"image-2"}'
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	info, err := os.Stdout.Stat()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, err == nil && info.Mode()&os.ModeCharDevice != 0))
}

// options are the flags.
type options struct {
	fail, live, request, resume, site string
	cfg                               cloud.Config
}

func parse(args []string, out io.Writer) (o options, err error) {
	f := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	f.SetOutput(out)
	f.StringVar(&o.fail, "fail", "", "the change that fails: "+strings.Join(names, ", ")+" or none (default changeset)")
	f.StringVar(&o.live, "live", "", "make one real change: "+strings.Join(names, ", "))
	f.StringVar(&o.request, "request", "{}", "live: the request in JSON")
	f.StringVar(&o.resume, "resume", "", "live: a resume token; wait for its change instead of starting one")
	f.StringVar(&o.cfg.Region, "region", "", "the region of -live, if not that of the environment, or of -endpoint")
	f.StringVar(&o.cfg.Endpoint, "endpoint", "", "the URL of an emulator with examples/seed.json; live: the endpoint, if not the region's")
	f.StringVar(&o.site, "site", string(dlc.Mainland), "live image: mainland or international")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	for _, name := range append([]string{o.live, o.fail}, f.Args()...) {
		if name != "" && name != "none" && !slices.Contains(names, name) {
			err = fmt.Errorf("changes are %s, given %q", strings.Join(names, ", "), name)
			fmt.Fprintln(out, err)
		}
	}
	if err == nil && o.fail != "" && o.fail != "none" && o.cfg.Endpoint != "" {
		err = fmt.Errorf("-fail: must be none with -endpoint, given %q; fail a change on the page of the emulator", o.fail)
		fmt.Fprintln(out, err)
	}
	return o, err
}

// connect starts an emulator unless the flags name a service. Stop it when done.
func (o *options) connect(opts ...emulator.Option) (stop func(), err error) {
	if o.live != "" || o.cfg.Endpoint != "" {
		o.fail = "none"
	}
	switch {
	case o.live != "":
		o.cfg.Environment = cloud.FromEnvironment().Environment
		return func() {}, nil
	case o.cfg.Endpoint != "":
		o.cfg.Region = cmp.Or(o.cfg.Region, emulator.DefaultRegion)
		o.cfg.AllowPlainHTTP = true
		o.cfg.Credentials = cloud.StaticCredentials(emulator.AccessKeyID, emulator.SecretAccessKey, "")
		return func() {}, nil
	}
	emu, err := emulator.Start(append(opts, emulator.WithChangeTime(4*time.Second), emulator.WithStaleReads(2*time.Second))...)
	if err != nil {
		return nil, err
	}
	o.fail = cmp.Or(o.fail, "changeset")
	seed(emu, o.fail)
	o.cfg = emu.Config()
	return emu.Close, nil
}

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, out io.Writer, terminal bool, opts ...emulator.Option) int {
	o, err := parse(args, out)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	return carryOut(ctx, o, out, terminal, opts...)
}

// carryOut makes the changes, and returns the exit code.
func carryOut(ctx context.Context, o options, out io.Writer, terminal bool, opts ...emulator.Option) int {
	stop, err := o.connect(opts...)
	if err != nil {
		fmt.Fprintln(out, err)
		return 2
	}
	defer stop()
	wanted := names
	if o.live != "" {
		wanted = []string{o.live}
	}
	changes, err := newChanges(o.cfg, dlc.Site(o.site), wanted...)
	if err != nil {
		fmt.Fprintln(out, err)
		return 2
	}
	if o.live != "" {
		i := slices.Index(names, o.live)
		changes = changes[i : i+1]
	}
	follow(ctx, &screen{out: out, terminal: terminal, began: time.Now(), changes: changes}, o)
	printTable(out, changes)
	for _, c := range changes {
		want := cloud.Succeeded
		if c.name == o.fail {
			want = cloud.Failed
		}
		if c.outcome != want.String() {
			return 1
		}
	}
	return 0
}

// follow begins the changes and shows every poll, until all have ended.
func follow(ctx context.Context, s *screen, o options) {
	var waiters []cloud.AnyWaiter
	var begun []*change // in the order of the waiters
	for _, c := range s.changes {
		s.show(c, "starting")
		w, err := c.begin(ctx, o)
		if err != nil {
			c.outcome, c.reason = "not started", err.Error()
			s.show(c, c.outcome+": "+c.reason)
			continue
		}
		waiters, begun = append(waiters, w), append(begun, c)
	}
	for step, err := range (cloud.Fleet{}).Watch(ctx, waiters...) {
		c := begun[step.Index]
		c.polls, c.elapsed, c.outcome = step.Attempt, step.Elapsed, step.Outcome.String()
		if err != nil {
			c.outcome, c.reason = explain(err)
		}
		if err != nil && step.Outcome == cloud.Pending {
			c.token = waiters[step.Index].Token() // the change goes on without this program
		}
		s.show(c, describe(step, c))
	}
}

// explain returns the outcome and the reason of a wait that did not succeed.
func explain(err error) (outcome, reason string) {
	wait, ok := errors.AsType[*cloud.WaitError](err)
	switch {
	case !ok:
		return "error", err.Error()
	case errors.Is(err, context.Canceled) && wait.State == "":
		return "interrupted", "not seen yet"
	case errors.Is(err, context.Canceled):
		return "interrupted", "still " + wait.State
	case wait.Outcome == cloud.Pending:
		return "wait failed", wait.Err.Error()
	}
	return wait.Outcome.String(), wait.Reason
}
