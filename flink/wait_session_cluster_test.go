package flink

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
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

// TestEverySessionClusterStateHasAnOutcome has a look after each change that shows a state for the first time.
func TestEverySessionClusterStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const before, now = 100, 200
	update := changeOf(clusterAt(SessionClusterStateRunning, before))
	update.Saved = now
	tests := map[string]struct {
		judge func(*GetSessionClusterResponse) cloud.Judgement
		want  map[SessionClusterState]cloud.Outcome
	}{
		"until it runs": {func(r *GetSessionClusterResponse) cloud.Judgement {
			return judgeSessionCluster(r, SessionClusterStateRunning)
		},
			map[SessionClusterState]cloud.Outcome{
				SessionClusterStateStopped: pending, SessionClusterStateStarting: pending, SessionClusterStateRunning: succeeded,
				SessionClusterStateUpdating: pending, SessionClusterStateStopping: pending, SessionClusterStateFailed: failed,
			}},
		"until it is stopped": {func(r *GetSessionClusterResponse) cloud.Judgement {
			return judgeSessionCluster(r, SessionClusterStateStopped)
		},
			map[SessionClusterState]cloud.Outcome{
				SessionClusterStateStopped: succeeded, SessionClusterStateStarting: pending, SessionClusterStateRunning: pending,
				SessionClusterStateUpdating: pending, SessionClusterStateStopping: pending, SessionClusterStateFailed: failed,
			}},
		"start": {changeOf(clusterAt(SessionClusterStateStopped, before)).judgeStart, map[SessionClusterState]cloud.Outcome{
			SessionClusterStateStopped: pending, SessionClusterStateStarting: pending, SessionClusterStateRunning: succeeded,
			SessionClusterStateUpdating: pending, SessionClusterStateStopping: failed, SessionClusterStateFailed: failed,
		}},
		"stop": {changeOf(clusterAt(SessionClusterStateRunning, before)).judgeStop, map[SessionClusterState]cloud.Outcome{
			SessionClusterStateStopped: succeeded, SessionClusterStateStarting: failed, SessionClusterStateRunning: failed,
			SessionClusterStateUpdating: pending, SessionClusterStateStopping: pending, SessionClusterStateFailed: failed,
		}},
		"update": {update.judgeUpdate, map[SessionClusterState]cloud.Outcome{
			SessionClusterStateStopped: succeeded, SessionClusterStateStarting: pending, SessionClusterStateRunning: succeeded,
			SessionClusterStateUpdating: pending, SessionClusterStateStopping: pending, SessionClusterStateFailed: failed,
		}},
		"deletion": {changeOf(clusterAt(SessionClusterStateStopped, before)).judgeDeletion, map[SessionClusterState]cloud.Outcome{
			SessionClusterStateStopped: pending, SessionClusterStateStarting: pending, SessionClusterStateRunning: pending,
			SessionClusterStateUpdating: pending, SessionClusterStateStopping: pending, SessionClusterStateFailed: failed,
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			places(t, SessionClusterState("").Values(), tt.want, func(s SessionClusterState) cloud.Judgement { return tt.judge(clusterAt(s, now)) })
			assert.Equal(t, cloud.Judgement{}, tt.judge(&GetSessionClusterResponse{}))
			assert.Equal(t, "Quota: no quota", tt.judge(clusterAt(SessionClusterStateFailed, now)).Reason)
		})
	}
}

func TestJudgeSessionClusterChanges(t *testing.T) {
	t.Parallel()
	const before, now = 100, 200
	other := clusterAt(SessionClusterStateRunning, now)
	other.Data.SessionClusterID = "id-2"
	const stopped, starting, running = SessionClusterStateStopped, SessionClusterStateStarting, SessionClusterStateRunning
	const stopping, fails = SessionClusterStateStopping, SessionClusterStateFailed
	saved := func(s *sessionClusterState, at int64) *sessionClusterState {
		s.Saved = at
		return s
	}
	tests := map[string]struct {
		got    cloud.Judgement
		want   cloud.Outcome
		reason string
	}{
		"start, stale failure":    {changeOf(clusterAt(fails, before)).judgeStart(clusterAt(fails, before)), pending, "Quota: no quota"},
		"start, fails again":      {changeOf(clusterAt(fails, before)).judgeStart(clusterAt(fails, now)), failed, "Quota: no quota"},
		"start, ran before":       {changeOf(clusterAt(running, before)).judgeStart(clusterAt(running, before)), pending, ""},
		"start, runs anew":        {changeOf(clusterAt(running, before)).judgeStart(clusterAt(running, now)), succeeded, ""},
		"start, was stopping":     {changeOf(clusterAt(stopping, before)).judgeStart(clusterAt(stopping, before)), pending, ""},
		"start, stopped again":    {changeOf(clusterAt(fails, before)).judgeStart(clusterAt(stopping, now)), failed, "superseded: the cluster is being stopped"},
		"start, failure untimed":  {changeOf(clusterAt(fails, 0)).judgeStart(clusterAt(fails, 0)), failed, "Quota: no quota"},
		"start, another cluster":  {changeOf(clusterAt(stopped, before)).judgeStart(other), failed, "superseded: another session cluster has the name"},
		"stop, stale":             {changeOf(clusterAt(running, before)).judgeStop(clusterAt(running, before)), pending, ""},
		"stop, stood still":       {changeOf(clusterAt(stopped, before)).judgeStop(clusterAt(stopped, before)), pending, ""},
		"stop while it started":   {changeOf(clusterAt(starting, before)).judgeStop(clusterAt(running, now)), pending, ""},
		"stop, runs again":        {changeOf(clusterAt(running, before)).judgeStop(clusterAt(running, now)), failed, "superseded: the cluster was started again"},
		"stop, starts again":      {changeOf(clusterAt(running, before)).judgeStop(clusterAt(starting, now)), failed, "superseded: the cluster was started again"},
		"stop, start is untimed":  {changeOf(clusterAt(running, 0)).judgeStop(clusterAt(running, now)), pending, ""},
		"stop, stale failure":     {changeOf(clusterAt(fails, before)).judgeStop(clusterAt(fails, before)), pending, "Quota: no quota"},
		"update, stale":           {saved(changeOf(clusterAt(running, before)), now).judgeUpdate(clusterAt(running, before)), pending, ""},
		"update, saved":           {saved(changeOf(clusterAt(running, before)), now).judgeUpdate(clusterAt(running, now)), succeeded, ""},
		"update, time unsaid":     {changeOf(clusterAt(running, before)).judgeUpdate(clusterAt(running, now)), succeeded, ""},
		"update, unsaid, stale":   {changeOf(clusterAt(running, before)).judgeUpdate(clusterAt(running, before)), pending, ""},
		"update without any time": {changeOf(clusterAt(running, 0)).judgeUpdate(clusterAt(running, 0)), succeeded, ""},
		"update, stale failure":   {saved(changeOf(clusterAt(fails, before)), now).judgeUpdate(clusterAt(fails, before)), pending, "Quota: no quota"},
		"update, another cluster": {saved(changeOf(clusterAt(running, before)), now).judgeUpdate(other), failed, "superseded: another session cluster has the name"},
		"deletion, stale":         {changeOf(clusterAt(stopped, before)).judgeDeletion(clusterAt(stopped, before)), pending, ""},
		"deletion of a failure":   {changeOf(clusterAt(fails, 0)).judgeDeletion(clusterAt(fails, 0)), pending, "Quota: no quota"},
		"deletion, another one":   {changeOf(clusterAt(stopped, before)).judgeDeletion(other), succeeded, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, tt.got.Outcome)
			assert.Equal(t, tt.reason, tt.got.Reason)
		})
	}
}

// TestSecondLooks is about changes that ask for a second look, because no time tells them from before.
func TestSecondLooks(t *testing.T) {
	t.Parallel()
	c := new(Client)
	for _, state := range SessionClusterState("").Values() {
		timed, untimed := changeOf(clusterAt(state, 100)), changeOf(clusterAt(state, 0))
		assert.Zero(t, c.sessionClusterStart(timed).Confirm, state)
		assert.Zero(t, c.sessionClusterStop(timed).Confirm, state)
		assert.Equal(t, follow.ConfirmWithin, c.sessionClusterStart(untimed).Confirm, state)
		assert.Equal(t, follow.ConfirmWithin, c.sessionClusterStop(untimed).Confirm, state)
		assert.Equal(t, follow.ConfirmWithin, c.sessionClusterUpdate(timed).Confirm, state)
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
