package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// suspendAll suspends engines at the end of the day, and returns an error for those that still run.
func suspendAll(ctx context.Context, c *dlc.Client, engines []string) error {
	var waiters []cloud.AnyWaiter
	var errs []error
	for _, name := range engines {
		w, err := c.BeginSuspendResumeDataEngine(ctx, dlc.SuspendResumeDataEngineRequest{
			DataEngineName: name, Operate: dlc.DataEngineOperationSuspend,
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			continue // the others go on
		}
		waiters = append(waiters, w)
	}
	_, err := cloud.WaitAll(ctx, waiters...) // one list serves the polls of all of them
	return errors.Join(append(errs, err)...)
}

// switchImages brings an image to engines, one first. A wave starts when the one before it has been good for a while, and a
// bad one is taken back. Called again with the same journal, it goes on where the last call was.
func switchImages(
	ctx context.Context, c *dlc.Client, engines []string, image string, soak time.Duration, j journal.Journal, out io.Writer,
) error {
	r := rollout.Rollout{
		Name: image, Waves: rollout.Waves(1, rollout.Rest), Soak: soak, OnFailure: rollout.UndoWave,
		Journal: j, Resume: rollout.Clients(c),
	}
	for _, name := range engines {
		r.Steps = append(r.Steps, rollout.Step{
			Name: name,
			Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
				return c.PrepareSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
					DataEngineID: "id-" + name, NewImageVersionID: image,
				})
			},
			Verify: func(ctx context.Context, _ any) error { return answers(ctx, c, name) },
		})
	}
	report, err := rollout.Show(out, r.Watch(ctx))
	if report != nil {
		fmt.Fprint(out, report)
	}
	return err
}

// answers runs a query that every healthy engine can answer.
func answers(ctx context.Context, c *dlc.Client, engine string) error {
	w, err := c.BeginCreateTask(ctx, dlc.CreateTaskRequest{
		DataEngineName: engine, DatabaseName: new(""), Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}},
	})
	if err != nil {
		return err
	}
	_, err = w.Wait(ctx, cloud.Within(5*time.Minute))
	return err
}
