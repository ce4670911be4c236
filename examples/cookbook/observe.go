package main

import (
	"context"
	"log/slog"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// changeLog writes a record for the start and for the end of each change: who, what, and how it ended. Embed
// cloud.NopObserver, so that later versions may observe more.
type changeLog struct {
	cloud.NopObserver
	log *slog.Logger
}

func (l changeLog) OnStart(ctx context.Context, ch cloud.ChangeInfo) (context.Context, func(cloud.StartResult)) {
	return ctx, func(r cloud.StartResult) {
		l.log.InfoContext(ctx, "start", "change", ch.ID, "operation", ch.Operation, "resource", ch.Resource, "error", r.Err)
	}
}

func (l changeLog) OnWait(ctx context.Context, ch cloud.ChangeInfo) (context.Context, func(cloud.WaitResult)) {
	return ctx, func(r cloud.WaitResult) {
		l.log.InfoContext(ctx, "end", "change", ch.ID, "outcome", r.Outcome, "error", r.Err)
	}
}

// observed returns a configuration whose clients write the audit log, beside the observer that it has already.
func observed(cfg cloud.Config, log *slog.Logger, who string) cloud.Config {
	cfg.Observer = cloud.Observers(cfg.Observer, changeLog{log: log.With("who", who)})
	return cfg
}
