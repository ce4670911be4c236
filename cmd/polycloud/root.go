package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// settings are the global flags.
type settings struct {
	output               string
	timeout              time.Duration
	verbose              bool
	region, profile      string
	workspace, namespace string
	site, endpoint       string

	cancel context.CancelFunc
}

// The values of --output and --site.
const (
	outputText = "text"
	outputJSON = "json"

	siteMainland      = "mainland"
	siteInternational = "international"
)

func (p *program) root() *cobra.Command {
	p.cancel = func() {}
	root := &cobra.Command{
		Use:   "polycloud",
		Short: "Change what runs on FinSpace, Proton, Flink and DLC, and know that it went live",
		Long: `polycloud calls Amazon FinSpace, AWS Proton, Alibaba Cloud Realtime Compute for
Apache Flink and Tencent Cloud DLC. It makes changes, follows them until they
are live or have failed, and takes them back.

Requests and responses are JSON, with the names that members have on the wire.
Secrets in them read "[redacted]".`,
		Example: `  polycloud call finspace GetKxCluster --help
  polycloud call finspace GetKxCluster -d '{"environmentId": "kx7example", "clusterName": "hdb-prod"}'
  polycloud change dlc SwitchDataEngineImage -d @switch.json --journal changes --name image-2
  polycloud rollout plan -f release.yaml`,
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRunE: p.begin,
	}
	f := root.PersistentFlags()
	f.StringVarP(&p.output, "output", "o", outputText, "text, or json for programs; errors are JSON on standard error then")
	f.DurationVar(&p.timeout, "timeout", 0, "end the command after this time, such as 30m; a change continues")
	f.BoolVarP(&p.verbose, "verbose", "v", false, "log every request to standard error, without secrets")
	f.StringVar(&p.region, "region", "", "the region; default is that of the cloud's own tools, or of the token")
	f.StringVar(&p.profile, "profile", "", "the profile of the cloud's own tools")
	f.StringVar(&p.endpoint, "endpoint", "", "the URL of the service; that of an emulator on this machine needs no keys")
	f.StringVar(&p.workspace, "workspace", "", "flink: the workspace of requests without one")
	f.StringVar(&p.namespace, "namespace", "", "flink: the namespace of requests without one")
	f.StringVar(&p.site, "site", siteMainland, "dlc: mainland or international")
	p.completeWords(root, "output", outputText, outputJSON)
	p.completeWords(root, "site", siteMainland, siteInternational)
	root.AddCommand(
		p.callCommand(), p.changeCommand(), p.resumeCommand(), p.undoCommand(), p.cancelCommand(), p.diagnoseCommand(), p.peekCommand(),
		p.rolloutCommand(), p.credentialsCommand(), exitCodesTopic(),
	)
	return root
}

// begin checks the global flags before a command runs.
func (p *program) begin(cmd *cobra.Command, _ []string) error {
	if p.output != outputText && p.output != outputJSON {
		return fmt.Errorf("--output: must be text or json, given %q", p.output)
	}
	if p.timeout < 0 {
		return fmt.Errorf("--timeout: must not be negative, given %s", p.timeout)
	}
	if err := errors.Join(cmd.ValidateRequiredFlags(), cmd.ValidateFlagGroups()); err != nil {
		return err
	}
	if p.timeout > 0 {
		ctx, cancel := context.WithTimeoutCause(cmd.Context(), p.timeout, fmt.Errorf("the %s of --timeout have passed", p.timeout))
		cmd.SetContext(ctx)
		p.cancel = cancel
	}
	p.started = true
	return nil
}

func (p *program) json() bool { return p.output == outputJSON }

func (p *program) completeWords(cmd *cobra.Command, flag string, words ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)) // of a flag that exists
}

// usageError is a command line that cannot be understood.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

func isUsage(err error) bool {
	_, ok := errors.AsType[*usageError](err)
	return ok
}
