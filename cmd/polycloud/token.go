package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// tokenHelp says how a change is named.
const tokenHelp = `The change is that of a token, or of --journal and --name. A token that may hold
secrets should not be an argument, which other users of the machine can see: give
@FILE, or - for standard input.`

// find opens the journal that has the change which the arguments and flags name.
func (c *changer) find(ctx context.Context, args []string) (journal.Entry, error) {
	c.openJournal()
	switch {
	case len(args) == 1 && c.folder != "":
		return journal.Entry{}, usage("a token and --journal exclude each other")
	case len(args) == 1:
		if err := c.keep(ctx, args[0]); err != nil {
			return journal.Entry{}, err
		}
	case c.folder == "":
		return journal.Entry{}, usage("a token, or --journal and --name, required")
	}
	e, err := c.journal.Load(ctx, c.key)
	if err == nil && e.Token.IsZero() && e.End == nil {
		err = &cloud.Error{Service: "journal", Kind: cloud.ErrNotFound, Message: fmt.Sprintf("%s has no change %q", c.folder, c.name)}
	}
	return e, err
}

// keep puts a token into the journal in memory.
func (c *changer) keep(ctx context.Context, arg string) error {
	token, err := c.tokenOf(arg)
	if err != nil {
		return err
	}
	return c.journal.Store(ctx, journal.Entry{Key: c.key, Token: cloud.NewSecret(token)})
}

// tokenOf returns the token that an argument gives.
func (p *program) tokenOf(arg string) (string, error) {
	text, err := p.input(arg)
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	token := strings.TrimSpace(string(text))
	_, err = cloud.PeekToken(token)
	return token, err
}

// interrupted says how to follow a change that goes on without this program, or may.
func (c *changer) interrupted(ctx context.Context, err error) error {
	e, failed := c.journal.Load(context.WithoutCancel(ctx), c.key)
	switch {
	case failed != nil:
		return errors.Join(err, failed)
	case e.Token.IsZero():
		return err // nothing has begun
	case c.folder != "":
		return &pendingError{err, c.command("resume", "--journal", c.folder, "--name", c.name)}
	}
	file, failed := writeToken(e.Token.Reveal())
	if failed != nil {
		return errors.Join(err, failed)
	}
	return &pendingError{err, c.command("resume", "@"+file)}
}

// writeToken writes a token to a file of its own in the working folder, which only its owner may read.
func writeToken(token string) (string, error) {
	info, err := cloud.PeekToken(token)
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(".", fmt.Sprintf("%s-%s-*.token", info.Service, info.Operation))
	if err != nil {
		return "", err
	}
	_, err = fmt.Fprintln(file, token)
	return file.Name(), errors.Join(err, file.Close())
}

// errAbsent is a change that was given up: there is nothing to continue with.
var errAbsent = errors.New("the change was refused before it began; make it again")

func (p *program) resumeCommand() *cobra.Command {
	c := &changer{program: p}
	cmd := &cobra.Command{
		Use:   "resume [TOKEN|@FILE|-]",
		Short: "Follow a change that was started before",
		Long: `resume follows a change until it is live or has failed. A change that was only
prepared is started, but never a second time. A change of a journal that has ended
shows its end again.

` + tokenHelp,
		Example: `  polycloud resume @dlc-SwitchDataEngineImage-1.token
  polycloud resume --journal changes --name image-2`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := c.find(cmd.Context(), args); err != nil {
				return err
			}
			c.yes = true // it was confirmed when it was prepared
			c.prepare = func(context.Context) (cloud.AnyChange, error) { return nil, errAbsent }
			return c.follow(cmd.Context())
		},
	}
	c.journalFlags(cmd)
	return cmd
}

func (p *program) undoCommand() *cobra.Command {
	c := &changer{program: p}
	cmd := &cobra.Command{
		Use:   "undo [TOKEN|@FILE|-]",
		Short: "Bring back what was there before a change, and follow that",
		Long: `undo makes the change back to what was there before, and follows it as the command
change does. In a journal it has the name of the change with /undo behind it.

` + tokenHelp,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			made, err := c.begun(cmd.Context(), args)
			if err != nil {
				return err
			}
			c.prepare = made.Undo
			c.journal, c.key = journal.Memory(), "undo"
			if c.folder != "" {
				c.name += "/undo"
				c.openJournal()
			}
			return c.follow(cmd.Context())
		},
	}
	c.journalFlags(cmd)
	c.startFlags(cmd)
	return cmd
}

func (p *program) cancelCommand() *cobra.Command {
	c := &changer{program: p}
	cmd := &cobra.Command{
		Use:   "cancel [TOKEN|@FILE|-]",
		Short: "Ask the service to stop a change",
		Long:  "cancel asks the service to stop a change. The command resume shows whether it has.\n\n" + tokenHelp,
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			made, err := c.begun(cmd.Context(), args)
			if err == nil {
				err = made.Cancel(cmd.Context())
			}
			if err != nil {
				return err
			}
			if c.json() {
				return c.write(map[string]bool{"asked": true})
			}
			fmt.Fprintln(c.stdout, "the service was asked to stop the change")
			return nil
		},
	}
	c.journalFlags(cmd)
	return cmd
}

// begun returns a change that has begun.
func (c *changer) begun(ctx context.Context, args []string) (cloud.AnyChange, error) {
	e, err := c.find(ctx, args)
	if err != nil {
		return nil, err
	}
	ch, err := c.restore(e.Token.Reveal())
	if err != nil {
		return nil, err
	}
	_, err = ch.Began(ctx) // so that the change knows; if it has not begun, the next call says so
	return ch, err
}

func (p *program) diagnoseCommand() *cobra.Command {
	c := &changer{program: p}
	withLog := false
	cmd := &cobra.Command{
		Use:   "diagnose [TOKEN|@FILE|-]",
		Short: "Show what the service tells about a change: its events, and where to read on",
		Long: `diagnose shows the service's own events of a change that is pending or has failed.
With --log it also shows the end of the log, which may hold secrets.

` + tokenHelp,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ch, err := c.begun(cmd.Context(), args)
			if err != nil {
				return err
			}
			return c.diagnose(cmd.Context(), ch, withLog)
		},
	}
	c.journalFlags(cmd)
	cmd.Flags().BoolVar(&withLog, "log", false, "show the end of the log too")
	return cmd
}

func (c *changer) diagnose(ctx context.Context, ch cloud.AnyChange, withLog bool) error {
	_, err := ch.WaitAny(ctx, cloud.Within(1)) // one poll, which says how the change is
	wait, ok := errors.AsType[*cloud.WaitError](err)
	if !ok {
		if err == nil {
			err = &cloud.Error{Kind: cloud.ErrUnsupported, Message: "the change is live; there is nothing to diagnose"}
		}
		return err
	}
	found, err := wait.Diagnose(ctx)
	if found == nil {
		return err
	}
	if !withLog {
		found.Log = ""
	}
	if c.json() {
		return errors.Join(c.write(found), err)
	}
	for _, e := range found.Events {
		fmt.Fprintln(c.stdout, e)
	}
	for _, part := range []string{found.Log, found.Source} {
		if part != "" {
			fmt.Fprintln(c.stdout, part)
		}
	}
	return err
}

func (p *program) peekCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "peek TOKEN|@FILE|-",
		Short:   "Show what a token says about its change, without a call and without secrets",
		Example: "  polycloud peek @dlc-SwitchDataEngineImage-1.token",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			token, err := p.tokenOf(args[0])
			if err != nil {
				return err
			}
			info, err := cloud.PeekToken(token)
			if err != nil {
				return err
			}
			return p.write(info)
		},
	}
}
