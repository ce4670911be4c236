package flink

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// clusterAt is a session cluster that came to a state, and was modified, at a time.
func clusterAt(state SessionClusterState, at cloud.Timestamp) *GetSessionClusterResponse {
	cluster := &SessionCluster{
		SessionClusterID: "id-1", ModifiedAt: at, Status: &SessionClusterStatus{CurrentSessionClusterStatus: state},
	}
	switch state {
	case SessionClusterStateRunning:
		cluster.Status.Running = &SessionClusterRunningInfo{StartedAt: at}
	case SessionClusterStateFailed:
		cluster.Status.Failure = &SessionClusterFailureInfo{FailedAt: at, Reason: "Quota", Message: "no quota"}
	}
	return &GetSessionClusterResponse{Data: cluster}
}

func changeAfter(before *GetSessionClusterResponse) *sessionClusterChange {
	return &sessionClusterChange{Before: snapshotOf(before.Data)}
}

// TestEverySessionClusterStateHasAnOutcome covers the first poll after each change, which shows a state that the cluster
// came to since. What becomes of such changes is in TestHostileSequences.
func TestEverySessionClusterStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const before, now = 100, 200
	const stopped, starting, running = SessionClusterStateStopped, SessionClusterStateStarting, SessionClusterStateRunning
	const updating, stopping, fails = SessionClusterStateUpdating, SessionClusterStateStopping, SessionClusterStateFailed
	update := changeAfter(clusterAt(running, before))
	update.Saved = now
	until := func(goal sessionClusterGoal) func(*GetSessionClusterResponse) cloud.Verdict {
		return func(r *GetSessionClusterResponse) cloud.Verdict { return new(sessionClusterChange).judgeUntil(r, goal) }
	}
	tests := map[string]struct {
		judge func(*GetSessionClusterResponse) cloud.Verdict
		want  map[SessionClusterState]cloud.Outcome
	}{
		"until it runs": {until(untilSessionClusterRuns), map[SessionClusterState]cloud.Outcome{
			stopped: pending, starting: pending, running: succeeded, updating: pending, stopping: pending, fails: failed,
		}},
		"until it is stopped": {until(untilSessionClusterStopped), map[SessionClusterState]cloud.Outcome{
			stopped: succeeded, starting: pending, running: pending, updating: pending, stopping: pending, fails: failed,
		}},
		"start": {changeAfter(clusterAt(stopped, before)).judgeStart, map[SessionClusterState]cloud.Outcome{
			stopped: pending, starting: pending, running: succeeded, updating: pending, stopping: failed, fails: failed,
		}},
		"stop": {changeAfter(clusterAt(running, before)).judgeStop, map[SessionClusterState]cloud.Outcome{
			stopped: succeeded, starting: failed, running: failed, updating: pending, stopping: pending, fails: failed,
		}},
		"update": {update.judgeUpdate, map[SessionClusterState]cloud.Outcome{
			stopped: failed, starting: pending, running: succeeded, updating: pending, stopping: pending, fails: failed,
		}},
		"deletion": {changeAfter(clusterAt(stopped, before)).judgeDeletion, map[SessionClusterState]cloud.Outcome{
			stopped: pending, starting: pending, running: failed, updating: pending, stopping: pending, fails: failed,
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, cloud.Verdict{}, tt.judge(&GetSessionClusterResponse{Data: &SessionCluster{}}))
			first := SessionClusterState("").Values()
			slices.SortStableFunc(first, func(a, b SessionClusterState) int { return cmp.Compare(order(a), order(b)) })
			places(t, first, tt.want, func(s SessionClusterState) cloud.Verdict { return tt.judge(clusterAt(s, now)) })
		})
	}
}

// order has the settled states first: which states on the way were seen matters to later polls.
func order(s SessionClusterState) int {
	if isSettled(s) {
		return 0
	}
	return 1
}

// TestDeletionsThatAreRefused checks that a refusal ends a deletion unless an earlier attempt is seen to have been
// carried out.
func TestDeletionsThatAreRefused(t *testing.T) {
	t.Parallel()
	refusal := func(kind cloud.Kind, maybe bool) error { return &cloud.Error{Kind: kind, MaybeExecuted: maybe} }
	tests := map[string]struct {
		err    error
		now    any
		accept bool
	}{
		"not found":                     {refusal(cloud.ErrNotFound, false), nil, true},
		"first attempt":                 {refusal(cloud.ErrConflict, false), gone, false},
		"repeated, gone since":          {refusal(cloud.ErrConflict, true), gone, true},
		"repeated, on the way":          {refusal(cloud.ErrInternal, true), cluster("DELETING", 200), true},
		"repeated, as before":           {refusal(cloud.ErrConflict, true), cluster("RUNNING", 100), false},
		"repeated, of another name":     {refusal(cloud.ErrConflict, true), of(cluster("STOPPING", 200), "name", "theirs"), false},
		"repeated, made anew":           {refusal(cloud.ErrConflict, true), another(cluster("RUNNING", 200), 190), true},
		"repeated, nothing can be read": {refusal(cloud.ErrConflict, true), nil, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &sequence{t: t, reads: map[string][]shown{"GetSessionCluster": {{-sec, tt.now}}}}
			before := &SessionCluster{SessionClusterID: "c1", Name: "shared", CreatedAt: 50, Status: &SessionClusterStatus{CurrentSessionClusterStatus: SessionClusterStateRunning}}
			change := &sessionClusterChange{SessionClusterName: "shared", Namespace: "n", Workspace: "w", Before: snapshotOf(before)}
			err := clientOf(t, s).refusedDeletion(t.Context(), change, time.Time{}, tt.err)
			if tt.accept {
				assert.NoError(t, err)
				return
			}
			assert.Same(t, tt.err, err)
		})
	}
}

// TestResponsesToUpdates has what is recorded of the response to an update.
func TestResponsesToUpdates(t *testing.T) {
	t.Parallel()
	before := snapshot{ID: "c1", CreatedAt: 50, ModifiedAt: 100, Engine: "v1"}
	tests := map[string]struct {
		saved *SessionCluster
		want  sessionClusterChange // of which the times, engine and identity count
	}{
		"no cluster":          {nil, sessionClusterChange{Engine: "v2"}},
		"by its id":           {&SessionCluster{SessionClusterID: "c1", ModifiedAt: 200}, sessionClusterChange{Saved: 200, Engine: "v2"}},
		"as the service says": {&SessionCluster{Name: "shared", ModifiedAt: 200, EngineVersion: "v2-java11"}, sessionClusterChange{Saved: 200, Engine: "v2-java11"}},
		"not yet":             {&SessionCluster{Name: "shared", ModifiedAt: 200, EngineVersion: "v1"}, sessionClusterChange{Saved: 200, Engine: "v2"}},
		"of another name":     {&SessionCluster{Name: "theirs", ModifiedAt: 200, EngineVersion: "v9"}, sessionClusterChange{Engine: "v2"}},
		"of another id":       {&SessionCluster{SessionClusterID: "c9", ModifiedAt: 200, EngineVersion: "v9"}, sessionClusterChange{Engine: "v2"}},
		"of one that was made since": {&SessionCluster{Name: "shared", SessionClusterID: "c9", CreatedAt: 90, ModifiedAt: 200},
			sessionClusterChange{Saved: 200, Engine: "v2", Before: snapshot{ID: "c9", CreatedAt: 90}}},
	}
	for name, tt := range tests {
		s := &sessionClusterChange{SessionClusterName: "shared", Before: before, Engine: "v2"}
		s.recordUpdate(tt.saved)
		assert.Equal(t, tt.want.Saved, s.Saved, name)
		assert.Equal(t, tt.want.Engine, s.Engine, name)
		assert.Equal(t, cmp.Or(tt.want.Before.ID, "c1"), s.Before.ID, name)
		assert.Equal(t, cmp.Or(tt.want.Before.CreatedAt, 50), s.Before.CreatedAt, name)
	}
}

// TestUpdateKeepsTheTimeOfItsResponse in the token.
func TestUpdateKeepsTheTimeOfItsResponse(t *testing.T) {
	t.Parallel()
	c := clientOf(t, &responder{data: `{"sessionClusterId":"id-1","modifiedAt":300,"status":{"currentSessionClusterStatus":"FAILED"}}`})
	w, err := c.BeginUpdateSessionCluster(t.Context(), UpdateSessionClusterRequest{SessionClusterName: "s"})
	require.NoError(t, err)
	assert.Equal(t, sessionClusterChange{
		SessionClusterName: "s", Namespace: "n", Workspace: "w", Saved: 300,
		Before: snapshot{ID: "id-1", State: SessionClusterStateFailed, ModifiedAt: 300},
	}, stateOf[sessionClusterChange](t, c, &opUpdateSessionCluster, w.Token()))
}
