package main

import (
	"context"
	"io"
	"time"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// releaseImage brings an image to engines: to one first, then ten, then the rest. Called again, it continues.
func releaseImage(ctx context.Context, c *dlc.Client, engines []string, j journal.Journal, out io.Writer) (*rollout.Report, error) {
	r, err := release.DLCImage{
		Client: c, Engines: engines, Image: "spark-3.5", Database: "sales",
		Smoke: []string{"SELECT count(*) FROM orders WHERE dt = current_date"}, // on each engine, when it is live
	}.Build(ctx, rollout.Rollout{
		Name: "spark-3.5", Journal: j, Waves: rollout.Waves(1, 10, rollout.Rest),
		Soak: 10 * time.Minute, MaxFailures: 1, OnFailure: rollout.UndoWave,
	})
	if err != nil {
		return nil, err
	}
	return rollout.Show(out, r.Watch(ctx)) // the report as a table, JSON or SVG; or r.Run(ctx), which shows nothing
}
