package flink

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// TestClusterChangesThatMayHaveBegun judges what a read shows after a start whose response was lost.
func TestClusterChangesThatMayHaveBegun(t *testing.T) {
	t.Parallel()
	const (
		stopped, starting, running = SessionClusterStateStopped, SessionClusterStateStarting, SessionClusterStateRunning
		updating, stopping, broken = SessionClusterStateUpdating, SessionClusterStateStopping, SessionClusterStateFailed
	)
	// at is a cluster in a state since a time.
	at := func(state SessionClusterState, since cloud.Timestamp, more ...func(*snapshot)) snapshot {
		s := snapshot{ID: "id", State: state, ModifiedAt: since, Since: since, Config: "c"}
		for _, change := range more {
			change(&s)
		}
		return s
	}
	failing := func(s *snapshot) { s.Failure = "why" }
	changed := func(s *snapshot) { s.Config = "d" }
	runningSince := func(since cloud.Timestamp) func(*snapshot) { return func(s *snapshot) { s.Since = since } }

	start := func(s *sessionClusterChange, now snapshot) cloud.StartStatus { return s.startBegan(nil, now) }
	stop := func(s *sessionClusterChange, now snapshot) cloud.StartStatus { return s.stopBegan(nil, now) }
	for name, tt := range map[string]struct {
		began       func(*sessionClusterChange, snapshot) cloud.StartStatus
		before, now snapshot
		want        cloud.StartStatus
	}{
		"start, as before":                       {start, at(stopped, 100), at(stopped, 100), cloud.NotBegun},
		"start, under way":                       {start, at(stopped, 100), at(starting, 200), cloud.Begun},
		"start, live":                            {start, at(broken, 100), at(running, 200), cloud.Begun},
		"start, being stopped again":             {start, at(stopped, 100), at(stopping, 200), cloud.Begun},
		"start, updated since":                   {start, at(stopped, 100), at(updating, 200), cloud.Begun},
		"start, failed":                          {start, at(stopped, 100), at(broken, 200, failing), cloud.Begun},
		"start, abandoned":                       {start, at(stopped, 100), at(stopped, 200, failing), cloud.Begun},
		"start, with the failure from before":    {start, at(broken, 100, failing), at(broken, 100, failing), cloud.NotBegun},
		"start, maybe stopped again":             {start, at(stopped, 100), at(stopped, 200), cloud.Uncertain},
		"start, changed while down":              {start, at(stopped, 100), at(stopped, 200, changed), cloud.NotBegun},
		"start, running as before":               {start, at(running, 100), at(running, 100), cloud.NotBegun},
		"start, restarted by another":            {start, at(running, 100), at(running, 200), cloud.Begun},
		"start, running and failed":              {start, at(running, 100), at(broken, 200, failing), cloud.NotBegun},
		"stop, as before":                        {stop, at(running, 100), at(running, 100), cloud.NotBegun},
		"stop, under way":                        {stop, at(running, 100), at(stopping, 200), cloud.Begun},
		"stop, over":                             {stop, at(starting, 100), at(stopped, 200), cloud.Begun},
		"stop, failed":                           {stop, at(running, 100), at(broken, 200, failing), cloud.Begun},
		"stop, abandoned":                        {stop, at(running, 100), at(running, 200, failing, runningSince(100)), cloud.Begun},
		"stop, started again":                    {stop, at(running, 100), at(starting, 200), cloud.Begun},
		"stop, maybe started again":              {stop, at(running, 100), at(running, 200), cloud.Uncertain},
		"stop, changed by another":               {stop, at(running, 100), at(running, 200, changed), cloud.NotBegun},
		"stop, changed by another, which failed": {stop, at(running, 100), at(running, 200, changed, failing), cloud.NotBegun},
		"stop, being changed by another":         {stop, at(running, 100), at(updating, 200, changed), cloud.NotBegun},
		"stop, still starting":                   {stop, at(starting, 100), at(starting, 100), cloud.NotBegun},
		"stop, stopped as before":                {stop, at(stopped, 100), at(stopped, 100), cloud.NotBegun},
		"stop, started and stopped by another":   {stop, at(stopped, 100), at(stopped, 200), cloud.Uncertain},
	} {
		s := &sessionClusterChange{SessionClusterName: "s", Namespace: "n", Workspace: "w", Before: tt.before}
		assert.Equal(t, tt.want, tt.began(s, tt.now), name)
		assert.Equal(t, strings.Contains(name, "abandoned") || name == "start, failed", s.Underway, name)
	}
}

// TestClusterUpdatesThatMayHaveBegun is the same for an update to engine v2 with the option a, of a cluster with engine
// v1 and the option b.
func TestClusterUpdatesThatMayHaveBegun(t *testing.T) {
	t.Parallel()
	cluster := func(engine string, options map[string]any, modified cloud.Timestamp, state SessionClusterState, failure string) *SessionCluster {
		c := &SessionCluster{EngineVersion: engine, FlinkConf: options, ModifiedAt: modified, Status: &SessionClusterStatus{CurrentSessionClusterStatus: state}}
		if failure != "" {
			c.Status.Failure = &SessionClusterFailureInfo{Message: failure}
		}
		return c
	}
	asked := cluster("v2", map[string]any{"a": 1}, 0, "", "")
	before := cluster("v1", map[string]any{"b": 1}, 100, SessionClusterStateRunning, "")
	const running, updating = SessionClusterStateRunning, SessionClusterStateUpdating
	for name, tt := range map[string]struct {
		before, now *SessionCluster
		want        cloud.StartStatus
	}{
		"as before":                        {before, before, cloud.NotBegun},
		"live":                             {before, cluster("v2", map[string]any{"a": "1", "c": 2}, 200, running, ""), cloud.Begun},
		"live, in the same second":         {before, cluster("v2", map[string]any{"a": 1}, 100, running, ""), cloud.Begun},
		"under way":                        {before, cluster("v2", map[string]any{"a": 1}, 200, updating, ""), cloud.Begun},
		"under way, or another update is":  {before, cluster("v1", map[string]any{"b": 1}, 200, updating, ""), cloud.Uncertain},
		"failed":                           {before, cluster("v1", map[string]any{"b": 1}, 200, running, "no such engine"), cloud.Begun},
		"changed elsewhere":                {before, cluster("v1", map[string]any{"b": 1}, 200, running, ""), cloud.NotBegun},
		"changed to something else":        {before, cluster("v3", map[string]any{"b": 1}, 200, running, ""), cloud.Uncertain},
		"half of it":                       {before, cluster("v2", map[string]any{"b": 1}, 200, running, ""), cloud.Uncertain},
		"without options":                  {before, cluster("v2", nil, 200, running, ""), cloud.Uncertain},
		"like that before":                 {cluster("v2", map[string]any{"a": 1}, 100, running, ""), cluster("v2", map[string]any{"a": 1}, 100, running, ""), cloud.NotBegun},
		"like that before, and saved anew": {cluster("v2", map[string]any{"a": 1}, 100, running, ""), cluster("v2", map[string]any{"a": 1}, 200, running, ""), cloud.Begun},
	} {
		s := &sessionClusterChange{SessionClusterName: "s", Before: snapshotOf(tt.before), Replaced: replaced(asked, tt.before), Engine: "v2"}
		now := snapshotOf(tt.now)
		assert.Equal(t, tt.want, s.updateBegan(asked, tt.now, now), name)
		assert.Equal(t, tt.want == cloud.Begun, s.Config != "", name)
	}
	forged := &sessionClusterChange{SessionClusterName: "s", Before: snapshotOf(before)}
	assert.Equal(t, cloud.Uncertain, forged.updateBegan(asked, before, snapshotOf(before)), "a token without a baseline proves nothing")
}
