package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/durable/river"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// releaseName is the name of the rollout in the workers.
const releaseName = "image"

// A request is what a release is asked for. It is kept in the database, and has no secrets.
type request struct {
	Image   string   `json:"image"`
	Engines []string `json:"engines"`
}

// builder returns the function that builds the rollout of a release: one engine first, then the others, three at a time. If
// one fails, its wave is undone.
func builder(engines *dlc.Client) river.RolloutFunc {
	return func(_ context.Context, args json.RawMessage) (rollout.Rollout, error) {
		var req request
		if err := json.Unmarshal(args, &req); err != nil {
			return rollout.Rollout{}, err
		}
		r := rollout.Rollout{Waves: rollout.Waves(1, rollout.Rest), InFlight: 3, OnFailure: rollout.UndoWave}
		for _, id := range req.Engines {
			r.Steps = append(r.Steps, rollout.Step{
				Name: id,
				Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
					return engines.PrepareSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
						DataEngineID: id, NewImageVersionID: req.Image,
					})
				},
			})
		}
		return r, nil
	}
}

// release enqueues a release and prints what happens until it has ended, in any worker. Called again with the same
// arguments it follows the same release.
func release(ctx context.Context, pool *pgxpool.Pool, image string, engines []string, out io.Writer) error {
	c, err := river.New(river.Config{Pool: pool})
	if err != nil {
		return err
	}
	key := "image/" + image
	if err := c.EnqueueRollout(ctx, key, releaseName, request{image, engines}); err != nil {
		return err
	}
	watching, stop := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watch(watching, c.Journal(), key, engines, out)
	}()
	end, err := c.Wait(ctx, key)
	stop()
	<-watched
	show(context.WithoutCancel(ctx), c.Journal(), key, engines, out, map[string]string{})
	if err == nil {
		fmt.Fprintf(out, "%s is live after %s\n", key, end.Took.Round(time.Second))
	}
	return err
}

// watch prints the phases of the engines as they change, until ctx ends.
func watch(ctx context.Context, j journal.Journal, key string, engines []string, out io.Writer) {
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	shown := map[string]string{}
	for {
		select {
		case <-ticker.C:
			show(ctx, j, key, engines, out, shown)
		case <-ctx.Done():
			return
		}
	}
}

// show prints the phase of each engine, unless it was shown.
func show(ctx context.Context, j journal.Journal, key string, engines []string, out io.Writer, shown map[string]string) {
	for _, id := range engines {
		e, err := j.Load(ctx, key+"/step/"+id)
		if err != nil || len(e.Steps) == 0 {
			continue
		}
		last := e.Steps[len(e.Steps)-1]
		if phase := string(last.What); phase != shown[id] {
			shown[id] = phase
			fmt.Fprintln(out, last.At.Format(time.TimeOnly), id, phase, last.Error)
		}
	}
}
