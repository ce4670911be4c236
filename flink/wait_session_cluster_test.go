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
func clusterAt(state SessionClusterState, at int64) *GetSessionClusterResponse {
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

func changeOf(before *GetSessionClusterResponse) *sessionClusterState {
	return &sessionClusterState{Before: lookOf(before.Data)}
}

// TestEverySessionClusterStateHasAnOutcome has the first look after each change, which shows a state that the
// cluster came to since. What becomes of such changes is in TestHostileSequences.
func TestEverySessionClusterStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const before, now = 100, 200
	const stopped, starting, running = SessionClusterStateStopped, SessionClusterStateStarting, SessionClusterStateRunning
	const updating, stopping, fails = SessionClusterStateUpdating, SessionClusterStateStopping, SessionClusterStateFailed
	update := changeOf(clusterAt(running, before))
	update.Saved = now
	tests := map[string]struct {
		judge func(*GetSessionClusterResponse) cloud.Verdict
		want  map[SessionClusterState]cloud.Outcome
	}{
		"until it runs": {(&untilSessionCluster{goal: running, way: starting, back: stopped}).judge, map[SessionClusterState]cloud.Outcome{
			stopped: pending, starting: pending, running: succeeded, updating: pending, stopping: pending, fails: failed,
		}},
		"until it is stopped": {(&untilSessionCluster{goal: stopped, way: stopping, back: running}).judge, map[SessionClusterState]cloud.Outcome{
			stopped: succeeded, starting: pending, running: pending, updating: pending, stopping: pending, fails: failed,
		}},
		"start": {changeOf(clusterAt(stopped, before)).judgeStart, map[SessionClusterState]cloud.Outcome{
			stopped: pending, starting: pending, running: succeeded, updating: pending, stopping: failed, fails: failed,
		}},
		"stop": {changeOf(clusterAt(running, before)).judgeStop, map[SessionClusterState]cloud.Outcome{
			stopped: succeeded, starting: failed, running: failed, updating: pending, stopping: pending, fails: failed,
		}},
		"update": {update.judgeUpdate, map[SessionClusterState]cloud.Outcome{
			stopped: failed, starting: pending, running: succeeded, updating: pending, stopping: pending, fails: failed,
		}},
		"deletion": {changeOf(clusterAt(stopped, before)).judgeDeletion, map[SessionClusterState]cloud.Outcome{
			stopped: pending, starting: pending, running: failed, updating: pending, stopping: pending, fails: failed,
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, cloud.Verdict{}, tt.judge(&GetSessionClusterResponse{}))
			assert.Equal(t, cloud.Verdict{}, tt.judge(&GetSessionClusterResponse{Data: &SessionCluster{}}))
			first := SessionClusterState("").Values()
			slices.SortStableFunc(first, func(a, b SessionClusterState) int { return cmp.Compare(order(a), order(b)) })
			places(t, first, tt.want, func(s SessionClusterState) cloud.Verdict { return tt.judge(clusterAt(s, now)) })
		})
	}
}

// order has the states first at which a cluster rests: later looks know those on the way that were seen.
func order(s SessionClusterState) int {
	if rests(s) {
		return 0
	}
	return 1
}

// TestDeletionsThatAreRefused is that a refusal ends a deletion unless an earlier attempt is seen to have been
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
			state := &sessionClusterState{Cluster: sessionClusterOf{"shared", "n", "w"}, Before: lookOf(before)}
			assert.Equal(t, tt.accept, clientOf(t, s).deletedAnyway(t.Context(), state, tt.err))
		})
	}
}

// TestResponsesToUpdates is what a waiter takes from the response to an update.
func TestResponsesToUpdates(t *testing.T) {
	t.Parallel()
	before := sessionClusterLook{ID: "c1", CreatedAt: 50, ModifiedAt: 100, Engine: "v1"}
	tests := map[string]struct {
		saved *SessionCluster
		want  sessionClusterState // of which the times, engine and identity count
	}{
		"none":                {nil, sessionClusterState{Engine: "v2"}},
		"ours":                {&SessionCluster{SessionClusterID: "c1", ModifiedAt: 200}, sessionClusterState{Saved: 200, Engine: "v2"}},
		"as the service says": {&SessionCluster{Name: "shared", ModifiedAt: 200, EngineVersion: "v2-java11"}, sessionClusterState{Saved: 200, Engine: "v2-java11"}},
		"not yet":             {&SessionCluster{Name: "shared", ModifiedAt: 200, EngineVersion: "v1"}, sessionClusterState{Saved: 200, Engine: "v2"}},
		"of another name":     {&SessionCluster{Name: "theirs", ModifiedAt: 200, EngineVersion: "v9"}, sessionClusterState{Engine: "v2"}},
		"of another id":       {&SessionCluster{SessionClusterID: "c9", ModifiedAt: 200, EngineVersion: "v9"}, sessionClusterState{Engine: "v2"}},
		"of one that was made since": {&SessionCluster{Name: "shared", SessionClusterID: "c9", CreatedAt: 90, ModifiedAt: 200},
			sessionClusterState{Saved: 200, Engine: "v2", Before: sessionClusterLook{ID: "c9", CreatedAt: 90}}},
	}
	for name, tt := range tests {
		s := &sessionClusterState{Cluster: sessionClusterOf{SessionClusterName: "shared"}, Before: before}
		s.save(SessionCluster{EngineVersion: "v2"}, tt.saved)
		assert.Equal(t, tt.want.Saved, s.Saved, name)
		assert.Equal(t, tt.want.Engine, s.Engine, name)
		assert.Equal(t, cmp.Or(tt.want.Before.ID, "c1"), s.Before.ID, name)
		assert.Equal(t, cmp.Or(tt.want.Before.CreatedAt, 50), s.Before.CreatedAt, name)
	}
}

// TestUpdateKeepsTheTimeOfItsAnswer in the token.
func TestUpdateKeepsTheTimeOfItsAnswer(t *testing.T) {
	t.Parallel()
	service := &answering{answer: `{"requestId":"r","success":true,"httpCode":200,"data":{"sessionClusterId":"id-1","modifiedAt":300,"status":{"currentSessionClusterStatus":"FAILED"}}}`}
	c := clientOf(t, service)
	w, err := c.BeginUpdateSessionCluster(t.Context(), UpdateSessionClusterRequest{SessionClusterName: "s"})
	require.NoError(t, err)
	var state sessionClusterState
	_, err = cloud.DecodeToken(w.Token(), c.api.Token("UpdateSessionCluster", time.Time{}), &state)
	require.NoError(t, err)
	assert.Equal(t, sessionClusterState{
		Cluster: sessionClusterOf{"s", "n", "w"}, Saved: 300,
		Before: sessionClusterLook{ID: "id-1", State: SessionClusterStateFailed, ModifiedAt: 300},
	}, state)
}
