package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"github.com/spf13/cobra"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/cloud/reveal"
)

// A caller is the command call with its flags.
type caller struct {
	*program
	data                     string
	all, dryRun, showSecrets bool
	secrets                  secrets // of the request
}

func (p *program) callCommand() *cobra.Command {
	c := &caller{program: p}
	cmd := &cobra.Command{
		Use:   "call SERVICE [OPERATION]",
		Short: "Call an operation with JSON, and print its response",
		Long: `call calls one operation of finspace, proton, flink or dlc, with a request in JSON
and prints the response. All members of the request are in one object, under their
names on the wire; an unknown member is refused. Without an operation it lists
those of the service; with one, --help lists the members of its request.

A change that takes time is only started. The command change also follows it.`,
		Example: `  polycloud call dlc
  polycloud call dlc DescribeDataEngines --help
  polycloud call dlc DescribeDataEngines --all
  polycloud call finspace GetKxCluster -d '{"environmentId": "kx7example", "clusterName": "hdb-prod"}'
  polycloud call proton GetService -d @service.json --dry-run`,
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: completeOperations(false),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return c.list(args[0])
			}
			return c.run(cmd.Context(), args[0], args[1])
		},
	}
	dataFlag(cmd, &c.data)
	cmd.Flags().BoolVar(&c.all, "all", false, "walk through all pages of a list, and print each item")
	cmd.Flags().BoolVar(&c.dryRun, "dry-run", false, "send nothing, and print the signed request as a command of curl")
	cmd.Flags().BoolVar(&c.showSecrets, "show-secrets", false, `print secrets instead of "[redacted]"`)
	helpOnOperation(cmd)
	return cmd
}

func dataFlag(cmd *cobra.Command, data *string) {
	cmd.Flags().StringVarP(data, "data", "d", "{}", "the request: JSON, @FILE, or - for standard input")
}

// list lists the operations of a service.
func (c *caller) list(name string) error {
	s, err := serviceOf(name)
	if err != nil {
		return err
	}
	type listed struct {
		Operation string `json:"operation"`
		Change    bool   `json:"change,omitzero"` // polycloud change follows it
		List      bool   `json:"list,omitzero"`   // --all walks through its pages
	}
	var all []listed
	for _, o := range operations(s) {
		all = append(all, listed{o.name, o.prepare != "", o.all != ""})
	}
	if c.json() {
		return c.write(all)
	}
	fmt.Fprintf(c.stdout, "%s: %d operations\n", s.title, len(all))
	for _, o := range all {
		line := "  " + o.Operation
		switch {
		case o.Change:
			line += "  (change)"
		case o.List:
			line += "  (list)"
		}
		fmt.Fprintln(c.stdout, line)
	}
	return nil
}

func (c *caller) run(ctx context.Context, service, name string) error {
	o, err := operationOf(service, name)
	if err != nil {
		return err
	}
	if c.all && o.all == "" {
		return usage("--all: %s is not a list", o.name)
	}
	r, err := c.request(o, c.data)
	if err != nil {
		return err
	}
	if c.secrets, err = secretsOf(r.Interface()); err != nil {
		return err
	}
	client, err := c.open(o.service, "")
	if err != nil {
		return err
	}
	switch {
	case c.dryRun:
		return c.curl(ctx, o, client, r)
	case c.all:
		return c.items(o.sequence(ctx, client, o.all, r))
	case o.stream:
		return c.items(o.sequence(ctx, client, o.name, r))
	}
	response, err := o.call(ctx, client, r)
	if err != nil {
		return err
	}
	return c.response(response)
}

// request reads the request of an operation from JSON, a file or standard input.
func (p *program) request(o operation, data string) (reflect.Value, error) {
	text, err := p.input(data)
	if err != nil {
		return reflect.Value{}, fmt.Errorf("--data: %w", err)
	}
	return o.read(text)
}

// maxInput is how much a file or standard input may have, in bytes.
const maxInput = 64 << 20

// input returns a value of a flag or an argument: as it is, of a file for @FILE, of standard input for -.
func (p *program) input(value string) ([]byte, error) {
	path, isFile := strings.CutPrefix(value, "@")
	switch {
	case value == "-":
		return io.ReadAll(io.LimitReader(p.stdin, maxInput))
	case isFile:
		return os.ReadFile(path)
	}
	return []byte(value), nil
}

func (c *caller) items(sequence func(yield func(any, error) bool)) error {
	for item, err := range sequence {
		if err != nil {
			return err
		}
		if err := c.response(item); err != nil {
			return err
		}
	}
	return nil
}

// response prints a response, without the secrets in it and those of the request that the service repeats.
func (c *caller) response(v any) error {
	if c.showSecrets {
		return c.write(reveal.JSON(v))
	}
	text, err := encode(v, "")
	if err != nil {
		return err
	}
	return c.write(json.RawMessage(c.secrets.scrub(text)))
}

// secretHeaders are the headers of a signed request that nobody else may have.
var secretHeaders = []string{"Authorization", "X-Amz-Security-Token", "X-Acs-Security-Token", "X-Tc-Token"}

// curl prints the request that would be sent. Without --show-secrets it can be read, but not sent.
func (c *caller) curl(ctx context.Context, o operation, client cloud.Resumer, r reflect.Value) error {
	signed, err := cloud.DryRun(ctx, func(ctx context.Context) error {
		if o.stream {
			for _, err := range o.sequence(ctx, client, o.name, r) {
				return err
			}
			return nil
		}
		_, err := o.call(ctx, client, r)
		return err
	})
	if err != nil {
		return err
	}
	if !c.showSecrets {
		c.hide(signed)
		fmt.Fprintln(c.stderr, "the signature and secrets are left out; with --show-secrets the command can be run")
	}
	command, err := signed.Curl()
	if err != nil {
		return err
	}
	if c.json() {
		return c.write(map[string]string{"service": signed.Service, "operation": signed.Operation, "curl": command})
	}
	_, err = fmt.Fprintln(c.stdout, command)
	return err
}

// hide replaces what is secret in a request that is only shown.
func (c *caller) hide(signed *cloud.SignedRequest) {
	for _, name := range secretHeaders {
		if signed.Request.Header.Get(name) != "" {
			signed.Request.Header.Set(name, redacted)
		}
	}
	if c.secrets.has {
		signed.Request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(redacted)), nil }
	}
}
