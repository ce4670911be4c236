package proton

import (
	"context"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// UntilRepositorySynced waits until the latest sync of a repository's branch has succeeded; none at all
// counts as one that is still to come. When it has failed, the error holds the text of its latest event
// that tells of a failure. The service does not say which commit the sync was of, so nothing tells a
// sync before a push from the one after it: an end counts only when it is still seen half a minute later.
func (c *Client) UntilRepositorySynced(r GetRepositorySyncStatusRequest) *cloud.Waiter[GetRepositorySyncStatusResponse] {
	return untilSynced(c.api, "UntilRepositorySynced", c.GetRepositorySyncStatus, r, judgeRepositorySync)
}

// UntilServiceInstanceSynced waits until the latest sync of a service instance has succeeded, and is of
// the revision that the service says is wanted; the end of a sync of another revision does not count.
// When it has failed, the error holds the text of its latest event that tells of a failure. A service
// that has not noticed a push yet still wants the revision before it.
func (c *Client) UntilServiceInstanceSynced(r GetServiceInstanceSyncStatusRequest) *cloud.Waiter[GetServiceInstanceSyncStatusResponse] {
	return untilSynced(c.api, "UntilServiceInstanceSynced", c.GetServiceInstanceSyncStatus, r, func(out *GetServiceInstanceSyncStatusResponse) cloud.Verdict {
		return judgeResourceSync(out.LatestSync, out.DesiredState)
	})
}

// UntilTemplateSynced waits until the latest sync of a template's major version has succeeded, and is
// of the revision that the service says is wanted; the end of a sync of another revision does not count.
// When it has failed, the error holds the text of its latest event that tells of a failure. A service
// that has not noticed a push yet still wants the revision before it.
func (c *Client) UntilTemplateSynced(r GetTemplateSyncStatusRequest) *cloud.Waiter[GetTemplateSyncStatusResponse] {
	return untilSynced(c.api, "UntilTemplateSynced", c.GetTemplateSyncStatus, r, func(out *GetTemplateSyncStatusResponse) cloud.Verdict {
		return judgeResourceSync(out.LatestSync, out.DesiredState)
	})
}

// untilSynced waits for a sync, of which nothing tells that it is the one that somebody waits for.
func untilSynced[R, T any](api *transport.Client, name string, get func(context.Context, R) (*T, error), r R, judge func(*T) cloud.Verdict) *cloud.Waiter[T] {
	return wait.Until(api, name, cloud.WaitSpec[T]{
		Service:     service,
		Within:      syncWithin,
		Read:        func(ctx context.Context) (*T, error) { return get(ctx, r) },
		Judge:       judge,
		Confirm:     wait.ConfirmWithin,
		MinInterval: wait.QuickInterval,
	})
}

func judgeRepositorySync(out *GetRepositorySyncStatusResponse) cloud.Verdict {
	if out.LatestSync == nil {
		return cloud.Verdict{}
	}
	j := cloud.Verdict{State: string(out.LatestSync.Status)}
	switch out.LatestSync.Status {
	case RepositorySyncStatusSucceeded:
		j.Outcome = cloud.Succeeded
	case RepositorySyncStatusFailed:
		var events []ResourceSyncEvent
		for _, e := range out.LatestSync.Events {
			events = append(events, ResourceSyncEvent(e))
		}
		j.Outcome, j.Reason = cloud.Failed, syncReason(events)
	}
	return j
}

func judgeResourceSync(sync *ResourceSyncAttempt, desired *Revision) cloud.Verdict {
	if sync == nil {
		return cloud.Verdict{}
	}
	j := cloud.Verdict{State: string(sync.Status)}
	if desired != nil && desired.Sha != sync.TargetRevision.Sha {
		return j
	}
	switch sync.Status {
	case ResourceSyncStatusSucceeded:
		j.Outcome = cloud.Succeeded
	case ResourceSyncStatusFailed:
		j.Outcome, j.Reason = cloud.Failed, syncReason(sync.Events)
	}
	return j
}

// syncReason is the text of the latest event whose type tells of a failure, or else of the latest one.
// The order of the events and the words for their types are not documented.
func syncReason(events []ResourceSyncEvent) string {
	var latest ResourceSyncEvent
	for _, e := range events {
		if tellsFailure(e) && !tellsFailure(latest) || tellsFailure(e) == tellsFailure(latest) && !e.Time.Before(latest.Time) {
			latest = e
		}
	}
	return latest.Event
}

func tellsFailure(e ResourceSyncEvent) bool {
	kind := strings.ToUpper(e.Type)
	return strings.Contains(kind, "FAIL") || strings.Contains(kind, "ERROR")
}
