package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// A roller is the command rollout with its flags.
type roller struct {
	*program
	file, svg string
	yes       bool
}

func (p *program) rolloutCommand() *cobra.Command {
	r := &roller{program: p}
	parent := &cobra.Command{
		Use:   "rollout",
		Short: "Make many changes as one: in waves, verified, and with a way back",
		Long: `rollout carries out the steps of a file, or a recipe:

  name: kdb-2026-11-29
  journal: rollouts            # a folder beside the file; run can then be resumed
  waves: [1, rest]             # a canary, then all others
  inFlight: 5                  # steps at once
  maxFailures: 0               # steps that may fail before onFailure applies
  soak: 5m                     # how long a wave must stay good
  onFailure: undo wave         # or stop, undo all, continue
  steps:
    - name: hdb
      needs: []                # names of steps that must be live before
      service: finspace
      operation: UpdateKxClusterCodeConfiguration
      request:                 # as for polycloud call, here in YAML
        environmentId: kx7example
        clusterName: hdb-prod
        code: {s3Bucket: releases, s3Key: 2026.11.29.zip}
      verify:                  # a call whose response must have a value
        operation: GetKxCluster
        request: {environmentId: kx7example, clusterName: hdb-prod}
        path: status
        equals: RUNNING

Instead of steps, a recipe has the fields of the type of that name in package release
of polycloud-go:

  recipe:
    dlcImage: {engines: [etl, reports], image: image-2, drain: 15m, smoke: [SELECT 1]}

Recipes are dlcImage, finSpaceCode, finSpaceData, flinkChange, flinkDraft and
protonTemplate.`,
	}
	plan := r.subcommand("plan", "Show what a rollout would change, and change nothing", r.plan)
	run := r.subcommand("run", "Show the plan, ask, and carry out the rollout", r.run)
	run.Flags().BoolVarP(&r.yes, "yes", "y", false, "start without asking; required where there is no terminal")
	resume := r.subcommand("resume", "Continue a rollout that was interrupted", r.resume)
	report := r.subcommand("report", "Show what a rollout has done, from its journal", r.report)
	for _, cmd := range []*cobra.Command{run, resume, report} {
		cmd.Flags().StringVar(&r.svg, "svg", "", "write a picture of the rollout to this file")
	}
	parent.AddCommand(plan, run, resume, report)
	return parent
}

func (r *roller) subcommand(name, short string, run func(ctx context.Context, ro rollout.Rollout) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: name, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, ro, err := r.load(cmd.Context(), r.file)
			if err != nil {
				return err
			}
			return f.explain(run(cmd.Context(), ro))
		},
	}
	cmd.Flags().StringVarP(&r.file, "file", "f", "", "the file of the rollout")
	_ = cmd.MarkFlagRequired("file") // which exists
	_ = cmd.MarkFlagFilename("file", "yaml", "yml")
	return cmd
}

func (r *roller) plan(ctx context.Context, ro rollout.Rollout) error {
	plan, err := ro.Plan(ctx)
	if err != nil {
		return err
	}
	return r.show(plan)
}

func (r *roller) run(ctx context.Context, ro rollout.Rollout) error {
	if ro.Journal != nil {
		status, err := ro.Status(ctx)
		if err != nil {
			return err
		}
		if status.Outcome != rollout.NotStarted {
			return usage("the journal has the rollout %q already: resume continues it, report shows it", ro.Name)
		}
	}
	plan, err := ro.Plan(ctx)
	if err != nil {
		return err
	}
	r.emit("plan", plan)
	if !r.json() {
		r.screen().print(plan.String())
	}
	if err := r.confirm(r.yes); err != nil {
		return err
	}
	ro.Approved = plan
	return r.follow(ctx, ro)
}

func (r *roller) resume(ctx context.Context, ro rollout.Rollout) error {
	if _, err := r.recorded(ctx, ro); err != nil {
		return err
	}
	return r.follow(ctx, ro)
}

func (r *roller) report(ctx context.Context, ro rollout.Rollout) error {
	report, err := r.recorded(ctx, ro)
	if err != nil {
		return err
	}
	if err := r.picture(report); err != nil {
		return err
	}
	return r.show(report)
}

func (r *roller) recorded(ctx context.Context, ro rollout.Rollout) (*rollout.Report, error) {
	if ro.Journal == nil {
		return nil, usage("%s: journal: required for what was done before", r.file)
	}
	status, err := ro.Status(ctx)
	if err == nil && status.Outcome == rollout.NotStarted {
		err = &cloud.Error{Service: "rollout", Kind: cloud.ErrNotFound, Message: fmt.Sprintf("the journal has no rollout %q", ro.Name)}
	}
	return status, err
}

// follow carries out a rollout and shows every event.
func (r *roller) follow(ctx context.Context, ro rollout.Rollout) error {
	report, err := r.watch(ctx, ro)
	if report == nil {
		return err
	}
	if !r.json() {
		if err := r.show(report); err != nil {
			return err
		}
	}
	return errors.Join(r.interrupted(ro, report, err), r.picture(report))
}

func (r *roller) watch(ctx context.Context, ro rollout.Rollout) (*rollout.Report, error) {
	if !r.json() {
		return rollout.Show(r.stderr, ro.Watch(ctx))
	}
	var last rollout.Event
	for last = range ro.Watch(ctx) {
		r.emit(eventName(last), last)
	}
	return last.Report, last.Err
}

func eventName(e rollout.Event) string {
	if e.Step == "" {
		return "end"
	}
	return "step"
}

// interrupted adds how to continue to the error of a rollout that can be.
func (r *roller) interrupted(ro rollout.Rollout, report *rollout.Report, err error) error {
	if err == nil || report.Outcome != rollout.Interrupted || ro.Journal == nil {
		return err
	}
	return &pendingError{err, r.command("rollout", "resume", "-f", r.file)}
}

func (r *roller) picture(report *rollout.Report) error {
	if r.svg == "" {
		return nil
	}
	return os.WriteFile(r.svg, report.SVG(), 0o600)
}
