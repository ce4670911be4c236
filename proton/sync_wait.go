package proton

import (
	"context"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of a sync mean for each wait.
var (
	repositorySynced = wait.Statuses[RepositorySyncStatus]{
		Succeeded: []RepositorySyncStatus{RepositorySyncStatusSucceeded},
		Failed:    []RepositorySyncStatus{RepositorySyncStatusFailed},
	}
	resourceSynced = wait.Statuses[ResourceSyncStatus]{
		Succeeded: []ResourceSyncStatus{ResourceSyncStatusSucceeded},
		Failed:    []ResourceSyncStatus{ResourceSyncStatusFailed},
	}
)

// untilSynced waits for a sync. A response does not prove which sync it is of.
func untilSynced[Q, T any](
	c *Client, name string, get func(context.Context, Q) (*T, error), r Q, judge func(*T) cloud.Verdict,
	events func(*T) []ResourceSyncEvent,
) *cloud.Waiter[T] {
	w := pollSpec(get, r, syncWithin, judge)
	w.Confirm, w.MinInterval = wait.ConfirmWithin, wait.QuickInterval
	w.Diagnose = diagnoseSync(get, r, events)
	return wait.Until(c.api, name, w)
}

func judgeRepositorySync(out *GetRepositorySyncStatusResponse) cloud.Verdict {
	if out.LatestSync == nil {
		return cloud.Verdict{}
	}
	return judgeSync(repositorySynced, out.LatestSync.Status, repositorySyncEvents(out))
}

// repositorySyncEvents returns the events of the latest sync.
func repositorySyncEvents(out *GetRepositorySyncStatusResponse) []ResourceSyncEvent {
	if out.LatestSync == nil {
		return nil
	}
	var events []ResourceSyncEvent
	for _, e := range out.LatestSync.Events {
		events = append(events, ResourceSyncEvent{Type: e.Type, Time: e.Time, Event: e.Event})
	}
	return events
}

// judgeResourceSync judges the sync of a template or a service instance, if it is of the desired revision.
func judgeResourceSync(sync *ResourceSyncAttempt, desired *Revision) cloud.Verdict {
	switch {
	case sync == nil:
		return cloud.Verdict{}
	case desired != nil && desired.Sha != sync.TargetRevision.Sha:
		return cloud.Verdict{State: string(sync.Status)}
	}
	return judgeSync(resourceSynced, sync.Status, sync.Events)
}

func judgeSync[E ~string](statuses wait.Statuses[E], status E, events []ResourceSyncEvent) cloud.Verdict {
	v := statuses.Verdict(status, "")
	if v.Outcome == cloud.Failed {
		v.Reason = syncReason(events)
	}
	return v
}

// syncReason is the latest event whose type reports a failure, or else the latest one. The order of the events and
// the words for their types are not documented.
func syncReason(events []ResourceSyncEvent) string {
	var latest ResourceSyncEvent
	for _, e := range events {
		if isFailure(e) && !isFailure(latest) || isFailure(e) == isFailure(latest) && !e.Time.Before(latest.Time) {
			latest = e
		}
	}
	return latest.Event
}

func isFailure(e ResourceSyncEvent) bool {
	kind := strings.ToUpper(e.Type)
	return strings.Contains(kind, "FAIL") || strings.Contains(kind, "ERROR")
}
