// Cli is the tool of a team that puts code on kdb clusters. It shows what would change and asks before it starts, and each
// release has a name, under which any later command finds it:
//
//	go run ./examples/cli start -environment kx7example -cluster hdb-prod -code releases/2026.11.29.zip hdb-1129
//	go run ./examples/cli wait hdb-1129
//	go run ./examples/cli undo hdb-1129
//	go run ./examples/cli log hdb-1129
//
// A start that was interrupted continues with wait. Region, credentials and endpoint are those of the environment.
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal kills the program at once
	folder, err := os.UserConfigDir()
	if err == nil {
		err = run(ctx, cloud.FromEnvironment(), filepath.Join(folder, "kx-releases"), os.Args[1:], os.Stdin, os.Stdout)
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type tool struct {
	client                     *finspace.Client
	journal                    journal.Journal
	in                         io.Reader
	out                        io.Writer
	environment, cluster, code string
	yes                        bool
}

func run(ctx context.Context, cfg cloud.Config, folder string, args []string, in io.Reader, out io.Writer) (err error) {
	t := &tool{journal: journal.Dir(folder), in: in, out: out}
	commands := map[string]func(ctx context.Context, name string) error{"start": t.start, "wait": t.wait, "undo": t.undo, "log": t.log}
	do := commands[strings.Join(args[:min(len(args), 1)], "")]
	if do == nil {
		return fmt.Errorf("commands are start, wait, undo and log, given %q", args)
	}
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	f.SetOutput(out)
	f.BoolVar(&t.yes, "yes", false, "do not ask")
	f.StringVar(&t.environment, "environment", "", "start: the ID of the kdb environment")
	f.StringVar(&t.cluster, "cluster", "", "start: the cluster")
	f.StringVar(&t.code, "code", "", "start: the `bucket/key` of the code")
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return fmt.Errorf("the name of one release must follow the flags, given %q", f.Args())
	}
	if t.client, err = finspace.New(cfg); err != nil {
		return err
	}
	return do(ctx, f.Arg(0))
}

// start prepares a release, asks, starts it, and waits until it is live.
func (t *tool) start(ctx context.Context, name string) error {
	bucket, key, _ := strings.Cut(t.code, "/")
	return t.follow(ctx, name, func(ctx context.Context) (cloud.AnyChange, error) {
		return t.client.PrepareUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: t.environment, ClusterName: t.cluster, Code: finspace.CodeConfiguration{S3Bucket: bucket, S3Key: key},
		})
	})
}

// wait waits for a release that was started before.
func (t *tool) wait(ctx context.Context, name string) error {
	return t.follow(ctx, name, func(context.Context) (cloud.AnyChange, error) { return nil, fmt.Errorf("there is no release %q", name) })
}

// undo brings back what was there before a release, with a diff and a question of its own.
func (t *tool) undo(ctx context.Context, name string) error {
	entry, err := t.journal.Load(ctx, name)
	if err != nil || entry.Token.IsZero() {
		return cmp.Or(err, fmt.Errorf("there is no release %q", name))
	}
	return t.follow(ctx, name+"/undo", func(ctx context.Context) (cloud.AnyChange, error) {
		made, err := t.client.Resume(entry.Token.Reveal())
		if err != nil {
			return nil, err
		}
		return made.Undo(ctx)
	})
}

// log prints what was done, by whom and when.
func (t *tool) log(ctx context.Context, name string) error {
	for _, key := range []string{name, name + "/undo"} {
		entry, err := t.journal.Load(ctx, key)
		if err != nil {
			return err
		}
		fmt.Fprint(t.out, entry.Steps)
	}
	return nil
}

// follow carries out a change once, whatever crashes, and shows its states.
func (t *tool) follow(ctx context.Context, key string, prepare func(context.Context) (cloud.AnyChange, error)) error {
	state := ""
	show := journal.OnPoll(func(o cloud.Observation) {
		if o.State != state {
			state = o.State
			fmt.Fprintln(t.out, o.Elapsed.Round(time.Second), state, o.Reason)
		}
	})
	end, err := journal.Run(ctx, t.journal, key, prepare, t.client.Resume, journal.Check(t.confirm), show)
	if err == nil {
		fmt.Fprintf(t.out, "%s: %s after %s\n", key, end.Outcome, end.Took.Round(time.Second))
	}
	return err
}

func (t *tool) confirm(ch cloud.AnyChange) error {
	for _, d := range ch.Diff() {
		fmt.Fprintf(t.out, "%s: %q becomes %q\n", d.Field, d.Before, d.After)
	}
	if t.yes {
		return nil
	}
	fmt.Fprint(t.out, "Start? [y/N] ")
	if answer, _ := bufio.NewReader(t.in).ReadString('\n'); strings.TrimSpace(answer) != "y" {
		return errors.New("not started")
	}
	return nil
}
