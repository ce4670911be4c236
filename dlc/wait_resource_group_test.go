package dlc

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeGroupChange(t *testing.T) {
	t.Parallel()
	from := func(state ResourceGroupState) []groupBefore {
		return []groupBefore{{Name: "etl", ID: "rg-1", State: state, Updated: 100}}
	}
	changes := map[string]groupChange{
		"launch":              {Groups: from(ResourceGroupStatePaused), Goal: ResourceGroupStateRunning},
		"pause":               {Groups: from(ResourceGroupStateRunning), Goal: ResourceGroupStatePaused},
		"resize":              {Groups: from(ResourceGroupStateRunning), Goal: ResourceGroupStateRunning},
		"delete":              {Groups: from(ResourceGroupStatePaused), Goal: ResourceGroupStateDeleted},
		"delete the isolated": {Groups: from(ResourceGroupStateIsolated), Goal: ResourceGroupStateDeleted},
		"create":              {Groups: []groupBefore{{Name: "etl"}}, New: true, Goal: ResourceGroupStateRunning},
		"create and pause":    {Groups: []groupBefore{{Name: "etl"}}, New: true, Goal: ResourceGroupStateRunning, PausedToo: true},
		"create anew":         {Groups: []groupBefore{{Name: "etl", ID: "rg-0"}}, New: true, Goal: ResourceGroupStateRunning},
	}
	tests := []struct {
		change, name string
		id           string
		state        ResourceGroupState
		updated      int64
		want         cloud.Outcome
		reason       string
	}{
		{"launch", "stale", "rg-1", ResourceGroupStatePaused, 100, cloud.Pending, ""},
		{"launch", "starting", "rg-1", ResourceGroupStateStarting, 101, cloud.Pending, ""},
		{"launch", "runs", "rg-1", ResourceGroupStateRunning, 102, cloud.Succeeded, ""},
		{"launch", "paused again", "rg-1", ResourceGroupStatePaused, 102, cloud.Failed, "the resource group is paused again"},
		{"launch", "isolated", "rg-1", ResourceGroupStateIsolated, 102, cloud.Failed, "the resource group is isolated"},
		{"launch", "another of its name", "rg-2", ResourceGroupStateStarting, 102, cloud.Failed, "superseded: the name now belongs to the resource group rg-2"},
		{"launch", "deleted by another", "rg-1", ResourceGroupStateDeleted, 102, cloud.Failed, "superseded: the resource group is deleted"},
		{"launch", "the clock was set back", "rg-1", ResourceGroupStateRunning, 40, cloud.Succeeded, ""},
		{"launch", "runs, in the same second", "rg-1", ResourceGroupStateRunning, 100, cloud.Succeeded, ""},
		{"pause", "stale", "rg-1", ResourceGroupStateRunning, 100, cloud.Pending, ""},
		{"pause", "paused", "rg-1", ResourceGroupStatePaused, 102, cloud.Succeeded, ""},
		{"pause", "runs again", "rg-1", ResourceGroupStateRunning, 102, cloud.Failed, "the resource group runs again"},
		{"resize", "stale success", "rg-1", ResourceGroupStateRunning, 100, cloud.Pending, ""},
		{"resize", "resized", "rg-1", ResourceGroupStateRunning, 101, cloud.Succeeded, ""},
		{"resize", "paused instead", "rg-1", ResourceGroupStatePaused, 101, cloud.Failed, "the resource group is paused"},
		{"delete", "stale", "rg-1", ResourceGroupStatePaused, 100, cloud.Pending, ""},
		{"delete", "still there", "rg-1", ResourceGroupStatePaused, 101, cloud.Pending, ""},
		{"delete", "deleted", "rg-1", ResourceGroupStateDeleted, 101, cloud.Succeeded, ""},
		{"delete", "a newer one of its name", "rg-2", ResourceGroupStateRunning, 101, cloud.Succeeded, ""},
		{"delete the isolated", "stale failure", "rg-1", ResourceGroupStateIsolated, 100, cloud.Pending, ""},
		{"create", "runs", "rg-1", ResourceGroupStateRunning, 1, cloud.Succeeded, ""},
		{"create", "paused", "rg-1", ResourceGroupStatePaused, 1, cloud.Failed, "the resource group is paused"},
		{"create", "isolated", "rg-1", ResourceGroupStateIsolated, 1, cloud.Failed, "the resource group is isolated"},
		{"create and pause", "paused", "rg-1", ResourceGroupStatePaused, 1, cloud.Succeeded, ""},
		{"create anew", "an older one of its name", "rg-0", ResourceGroupStateRunning, 1, cloud.Pending, ""},
		{"create anew", "an older one that is deleted", "rg-0", ResourceGroupStateDeleted, 1, cloud.Pending, ""},
		{"create anew", "runs", "rg-1", ResourceGroupStateRunning, 1, cloud.Succeeded, ""},
	}
	// These may have begun to change only later: they count once they have been seen for minutes.
	held := []string{"launch/paused again", "launch/the clock was set back", "pause/runs again", "resize/paused instead", "create/paused"}
	for _, tt := range tests {
		t.Run(tt.change+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := changes[tt.change]
				s.Groups = slices.Clone(s.Groups)
				require.NoError(t, s.Check())
				g := &StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", EngineResourceGroupID: tt.id, ResourceGroupState: tt.state, UpdateTime: tt.updated}
				atOnce := s.judge(g)
				time.Sleep(startsWithin)
				j := s.judge(g)
				assert.Equal(t, tt.want, j.Outcome)
				assert.Equal(t, tt.reason, j.Reason)
				assert.Equal(t, strings.HasPrefix(tt.reason, "superseded: "), j.Superseded)
				if slices.Contains(held, tt.change+"/"+tt.name) {
					assert.NotEqual(t, cloud.Pending, j.Outcome)
					assert.Equal(t, cloud.Pending, atOnce.Outcome)
				} else {
					assert.Equal(t, j, atOnce)
				}
			})
		})
	}
}

// TestGroupsThatShowSomethingNew is that what a group shows tells of its change when the time does not.
func TestGroupsThatShowSomethingNew(t *testing.T) {
	t.Parallel()
	g := StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", ResourceGroupState: ResourceGroupStateRunning, UpdateTime: 100, MaxExecutorNums: 2}
	s := groupAsBefore(&g)
	assert.Equal(t, cloud.Pending, s.judge(&g).Outcome)
	now := g
	now.MaxExecutorNums = 4
	assert.Equal(t, cloud.Succeeded, s.judge(&now).Outcome)
	now = g
	now.NetworkConfigNames = []string{"to-orders"}
	assert.Equal(t, cloud.Succeeded, s.judge(&now).Outcome)
}

// TestGroupsThatDoNotRest is that a change of a group that changes already ends when the group rests.
func TestGroupsThatDoNotRest(t *testing.T) {
	t.Parallel()
	g := StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", ResourceGroupState: ResourceGroupStateRestarting, UpdateTime: 100}
	s := groupAsBefore(&g)
	assert.Equal(t, cloud.Pending, s.judge(&g).Outcome)
	g.UpdateTime = 101
	assert.Equal(t, cloud.Pending, s.judge(&g).Outcome)
	g.ResourceGroupState = ResourceGroupStatePaused
	assert.Equal(t, cloud.Succeeded, s.judge(&g).Outcome)
}

func TestEveryResourceGroupStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, ResourceGroupState(0).Values(), 42, map[ResourceGroupState][]cloud.Outcome{
		// Until: running, paused, deleted; changes: launch, pause.
		ResourceGroupStateDeleted:         {f, f, s, f, f},
		ResourceGroupStateStarting:        {p, p, p, p, p},
		ResourceGroupStateRunning:         {s, p, p, s, p},
		ResourceGroupStatePaused:          {p, s, p, p, s},
		ResourceGroupStatePausing:         {p, p, p, p, p},
		ResourceGroupStateSwitchingEngine: {p, p, p, p, p},
		ResourceGroupStateReconfiguring:   {p, p, p, p, p},
		ResourceGroupStateRestarting:      {p, p, p, p, p},
		ResourceGroupStateResizing:        {p, p, p, p, p},
		ResourceGroupStateIsolated:        {f, f, p, f, f},
		ResourceGroupStateDelivering:      {p, p, p, p, p},
		ResourceGroupStateIsolating:       {f, f, p, f, f},
	}, func(state ResourceGroupState) []cloud.Verdict {
		g := &StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", ResourceGroupState: state, UpdateTime: 101}
		var judged []cloud.Verdict
		for _, goal := range []ResourceGroupState{ResourceGroupStateRunning, ResourceGroupStatePaused, ResourceGroupStateDeleted} {
			judged = append(judged, (&groupChange{Groups: []groupBefore{{Name: "etl"}}, Goal: goal, New: true, until: true}).judge(g))
		}
		for _, goal := range []ResourceGroupState{ResourceGroupStateRunning, ResourceGroupStatePaused} {
			judged = append(judged, (&groupChange{Groups: []groupBefore{{Name: "etl", State: ResourceGroupStateIsolated, Updated: 100}}, Goal: goal}).judge(g))
		}
		return judged
	})
}

// TestRefusedGroups is that a partial failure in a success is an error.
func TestRefusedGroups(t *testing.T) {
	t.Parallel()
	require.NoError(t, refusedGroups(&opLaunchStandardEngineResourceGroups, nil, "request-1"))
	err := refusedGroups(&opLaunchStandardEngineResourceGroups, []OperateEngineResourceGroupFailMessage{
		{EngineResourceGroupName: "etl", FailMessage: "it runs"}, {EngineResourceGroupName: "sql", FailMessage: "no units"},
	}, "request-1")
	require.ErrorIs(t, err, cloud.ErrConflict)
	assert.ErrorContains(t, err, "dlc LaunchStandardEngineResourceGroups")
	assert.ErrorContains(t, err, "etl: it runs; sql: no units")
	assert.ErrorContains(t, err, "request-1")
}
