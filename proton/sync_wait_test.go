package proton

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeSync(t *testing.T) {
	t.Parallel()
	failure := ResourceSyncEvent{Type: "RESOURCE_SYNC_FAILURE", Time: before, Event: "schema.yaml is missing"}
	earlier := ResourceSyncEvent{Type: "error", Time: before.Add(-time.Minute), Event: "earlier"}
	done := ResourceSyncEvent{Type: "CLEANUP", Time: after, Event: "done"}
	attempt := func(status ResourceSyncStatus, sha string, events ...ResourceSyncEvent) *ResourceSyncAttempt {
		return &ResourceSyncAttempt{Status: status, TargetRevision: Revision{Sha: sha}, Events: events}
	}
	desired := &Revision{Sha: "c2"}
	tests := []struct {
		name    string
		sync    *ResourceSyncAttempt
		desired *Revision
		want    cloud.Verdict
	}{
		{"none", nil, desired, cloud.Verdict{}},
		{"live", attempt(ResourceSyncStatusSucceeded, "c2", failure), desired, cloud.Verdict{State: "SUCCEEDED", Outcome: cloud.Succeeded}},
		{"live, no revision desired", attempt(ResourceSyncStatusSucceeded, "c2"), nil, cloud.Verdict{State: "SUCCEEDED", Outcome: cloud.Succeeded}},
		{"success of another revision", attempt(ResourceSyncStatusSucceeded, "c1"), desired, cloud.Verdict{State: "SUCCEEDED"}},
		{"failure of another revision", attempt(ResourceSyncStatusFailed, "c1", failure), desired, cloud.Verdict{State: "FAILED"}},
		{"failure", attempt(ResourceSyncStatusFailed, "c2", earlier, failure, done), desired,
			cloud.Verdict{State: "FAILED", Outcome: cloud.Failed, Reason: "schema.yaml is missing"}},
		{"failure, newest event first", attempt(ResourceSyncStatusFailed, "c2", done, failure, earlier), desired,
			cloud.Verdict{State: "FAILED", Outcome: cloud.Failed, Reason: "schema.yaml is missing"}},
		{"failure that no event reports", attempt(ResourceSyncStatusFailed, "c2", done), desired, cloud.Verdict{State: "FAILED", Outcome: cloud.Failed, Reason: "done"}},
		{"failure without events", attempt(ResourceSyncStatusFailed, "c2"), desired, cloud.Verdict{State: "FAILED", Outcome: cloud.Failed}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, judgeResourceSync(tt.sync, tt.desired))
			if tt.desired == nil || tt.sync == nil || tt.sync.TargetRevision != *tt.desired {
				return
			}
			var events []RepositorySyncEvent
			for _, e := range tt.sync.Events {
				events = append(events, RepositorySyncEvent{Event: e.Event, Time: e.Time, Type: e.Type})
			}
			repository := &RepositorySyncAttempt{Status: RepositorySyncStatus(tt.sync.Status), Events: events}
			assert.Equal(t, tt.want, judgeRepositorySync(&GetRepositorySyncStatusResponse{LatestSync: repository}))
		})
	}
}
