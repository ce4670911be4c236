package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// A changer makes or follows one change.
type changer struct {
	*program
	data        string
	yes, noWait bool
	folder      string // of the journal; empty keeps it in memory
	name        string // of the change, in the journal

	journal journal.Journal
	key     string
	prepare func(ctx context.Context) (cloud.AnyChange, error)
	screen  *screen
}

func (p *program) changeCommand() *cobra.Command {
	c := &changer{program: p}
	cmd := &cobra.Command{
		Use:   "change SERVICE OPERATION",
		Short: "Make a change, and follow it until it is live or has failed",
		Long: `change prepares a change, shows what it replaces, asks, starts it, and follows it
until it is live or has failed, with the reason of the service.

It starts the change at most once. With --journal and --name that holds whatever
crashes: the same command continues where the last one was. Interrupted, it leaves
the change running and says how to follow it; the file of the token that it leaves
without a journal is as secret as the request.

With --output json it prints one event per line: {"event": ..., "data": ...}.
Events are prepared, step, poll, token and, last, end.`,
		Example: `  polycloud change finspace CreateKxChangeset -d @changeset.json
  polycloud change dlc SwitchDataEngineImage -d @switch.json --yes --journal changes --name image-2
  polycloud undo --journal changes --name image-2`,
		Args:              cobra.ExactArgs(2),
		ValidArgsFunction: completeOperations(true),
		RunE:              func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args[0], args[1]) },
	}
	dataFlag(cmd, &c.data)
	c.journalFlags(cmd)
	c.startFlags(cmd)
	helpOnOperation(cmd)
	return cmd
}

func (c *changer) journalFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.folder, "journal", "", "the folder of a journal, which makes the change survive crashes")
	cmd.Flags().StringVar(&c.name, "name", "", "the name of the change in the journal")
	cmd.MarkFlagsRequiredTogether("journal", "name")
	_ = cmd.MarkFlagDirname("journal") // which exists
}

func (c *changer) startFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&c.yes, "yes", "y", false, "start without asking; required where there is no terminal")
	cmd.Flags().BoolVar(&c.noWait, "no-wait", false, "start the change and print its token instead of following it")
}

func (c *changer) run(ctx context.Context, service, name string) error {
	o, err := operationOf(service, name)
	if err != nil {
		return err
	}
	if o.prepare == "" {
		return usage("operation: %s %s is not a change that can be followed; use polycloud call", o.service.name, o.name)
	}
	r, err := c.request(o, c.data)
	if err != nil {
		return err
	}
	client, err := c.open(o.service, "")
	if err != nil {
		return err
	}
	c.openJournal()
	if err := c.mustBeOf(ctx, o); err != nil {
		return err
	}
	c.prepare = func(ctx context.Context) (cloud.AnyChange, error) { return o.change(ctx, client, r) }
	return c.follow(ctx)
}

func (c *changer) openJournal() {
	c.journal, c.key = journal.Memory(), "change"
	if c.folder != "" {
		c.journal, c.key = journal.Dir(c.folder), c.name
	}
}

// mustBeOf refuses a name under which the journal has a change of another operation.
func (c *changer) mustBeOf(ctx context.Context, o operation) error {
	e, err := c.journal.Load(ctx, c.key)
	if err != nil || len(e.Steps) == 0 {
		return err
	}
	if first := e.Steps[0]; first.Service != o.service.name || !strings.EqualFold(first.Operation, o.name) {
		return usage("--name: the journal has a %s %s under %q", first.Service, first.Operation, c.name)
	}
	return nil
}

// follow makes the change, or continues with it, and shows what happens.
func (c *changer) follow(ctx context.Context) error {
	c.screen = c.program.screen()
	running, stop := context.WithCancel(ctx)
	defer stop()
	begun := func() {
		if c.noWait {
			stop()
		}
	}
	end, err := journal.Run(running, c.journal, c.key, c.prepare, c.restore,
		journal.Check(c.approve),
		journal.OnStep(func(s journal.Step) {
			c.step(s)
			if s.What == journal.EventStarted {
				begun()
			}
		}),
		journal.OnPoll(func(o cloud.Observation) {
			if running.Err() == nil { // a poll that is interrupted found nothing
				c.emit("poll", o)
				c.screen.poll(o)
			}
			begun()
		}))
	c.screen.end()
	wait, isWait := errors.AsType[*cloud.WaitError](err)
	switch {
	case c.noWait && isWait && wait.Outcome == cloud.Pending && ctx.Err() == nil:
		return c.printToken(ctx)
	case err == nil, isWait && wait.Outcome != cloud.Pending:
		return c.finish(end, err)
	}
	return c.interrupted(ctx, err)
}

// restore restores the change of a token.
func (c *changer) restore(token string) (cloud.AnyChange, error) {
	info, err := cloud.PeekToken(token)
	if err != nil {
		return nil, err
	}
	client, err := c.openByName(info.Service, info.Region)
	if err != nil {
		return nil, err
	}
	return cloud.Resume(token, client)
}

// approve shows what a change replaces, and asks whether to start it.
func (c *changer) approve(ch cloud.AnyChange) error {
	info, _ := cloud.PeekToken(ch.Token())
	c.emit("prepared", struct {
		cloud.TokenInfo
		Diff []cloud.Difference `json:"diff,omitempty"`
	}{info, ch.Diff()})
	c.screen.print(describeChange(info, ch.Diff()))
	return c.confirm(c.yes)
}

func describeChange(info cloud.TokenInfo, diff []cloud.Difference) string {
	text := strings.TrimSpace(fmt.Sprintf("%s %s in %s: %s", info.Service, info.Operation, info.Region, info.Resource))
	text = strings.TrimSuffix(text, ":")
	for _, d := range diff {
		text += fmt.Sprintf("\n  %s: %s -> %s", d.Field, valueOf(d.Before), valueOf(d.After))
	}
	return text
}

func valueOf(text string) string {
	if text == "" {
		return "(not set)"
	}
	return cloud.OneLine(text, 200)
}

var errDeclined = &usageError{errors.New("not confirmed; nothing was changed")}

// confirm asks on a terminal.
func (p *program) confirm(yes bool) error {
	if yes {
		return nil
	}
	if width(p.stdin) == 0 || width(p.stderr) == 0 {
		return usage("--yes: required without a terminal; nothing was changed")
	}
	fmt.Fprint(p.stderr, "Start? [y/N] ")
	answer, _ := bufio.NewReader(p.stdin).ReadString('\n')
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
		return errDeclined
	}
	return nil
}

// step shows what has been recorded.
func (c *changer) step(s journal.Step) {
	c.emit("step", s)
	if s.What == journal.EventPrepared || s.What == journal.EventEnded {
		return // which are shown in other ways
	}
	text := string(s.What)
	if s.Error != "" {
		text += ": " + s.Error
	}
	c.screen.print(text)
}

// finish prints how the change has ended.
func (c *changer) finish(end journal.End, err error) error {
	c.emit("end", end)
	if err != nil || c.json() {
		return err
	}
	took := end.Took.Round(time.Second)
	fmt.Fprintf(c.stdout, "%s %s: %s in state %s after %s\n", end.Service, end.Operation, end.Outcome, end.State, took)
	return nil
}

// printToken prints the token of a change that has begun.
func (c *changer) printToken(ctx context.Context) error {
	e, err := c.journal.Load(ctx, c.key)
	if err != nil {
		return err
	}
	token := e.Token.Reveal()
	c.emit("token", token)
	if !c.json() {
		fmt.Fprintln(c.stdout, token)
	}
	return nil
}
