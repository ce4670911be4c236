package release

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// follow reads the resource, and why the write has failed.
func (w *writing[T]) follow(ctx context.Context) (now *T, err error) {
	if w.failure != nil && w.Ticket != "" {
		w.failed, err = w.failure(ctx, w.Ticket)
		if err != nil && cloud.KindOf(err) != cloud.ErrNotFound { // it may not be shown yet
			return nil, err
		}
	}
	return w.now(ctx)
}

func (w *writing[T]) judge(now *T) cloud.Verdict {
	switch {
	case w.shows(now, w.After):
		return cloud.Verdict{State: "written", Outcome: cloud.Succeeded}
	case w.failed != "":
		return cloud.Verdict{State: "failed", Outcome: cloud.Failed, Reason: w.failed}
	}
	return cloud.Verdict{State: "not shown yet"}
}

// isBetween reports whether each member is as before or as requested: a write of several calls may have been interrupted.
func (w *writing[T]) isBetween(now *T) bool {
	has, _, err := membersOf(now)
	for name, before := range w.Before {
		if !equal(has[name], before) && !equal(has[name], w.After[name]) {
			return false
		}
	}
	return err == nil
}

// shows reports whether a resource has the members of one side of the write.
func (w *writing[T]) shows(now *T, side members) bool {
	has, _, err := membersOf(now)
	return err == nil && has.has(side)
}
