package dlc

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeGroupChange(t *testing.T) {
	t.Parallel()
	from := func(state ResourceGroupState) []groupBefore { return []groupBefore{{"etl", "rg-1", state, 100}} }
	changes := map[string]groupChange{
		"launch":              {Groups: from(ResourceGroupPaused), Goal: ResourceGroupRunning},
		"pause":               {Groups: from(ResourceGroupRunning), Goal: ResourceGroupPaused},
		"resize":              {Groups: from(ResourceGroupRunning), Goal: ResourceGroupRunning},
		"delete":              {Groups: from(ResourceGroupPaused), Goal: ResourceGroupDeleted},
		"delete the isolated": {Groups: from(ResourceGroupIsolated), Goal: ResourceGroupDeleted},
		"create":              {Groups: []groupBefore{{Name: "etl"}}, New: true, Goal: ResourceGroupRunning},
		"create and pause":    {Groups: []groupBefore{{Name: "etl"}}, New: true, Goal: ResourceGroupRunning, PausedToo: true},
		"create anew":         {Groups: []groupBefore{{Name: "etl", ID: "rg-0"}}, New: true, Goal: ResourceGroupRunning},
	}
	tests := []struct {
		change, name string
		id           string
		state        ResourceGroupState
		updated      int64
		want         cloud.Outcome
		reason       string
	}{
		{"launch", "stale", "rg-1", ResourceGroupPaused, 100, cloud.Pending, ""},
		{"launch", "starting", "rg-1", ResourceGroupStarting, 101, cloud.Pending, ""},
		{"launch", "runs", "rg-1", ResourceGroupRunning, 102, cloud.Succeeded, ""},
		{"launch", "paused again", "rg-1", ResourceGroupPaused, 102, cloud.Failed, "the resource group is paused again"},
		{"launch", "isolated", "rg-1", ResourceGroupIsolated, 102, cloud.Failed, "the resource group is isolated"},
		{"launch", "another of its name", "rg-2", ResourceGroupStarting, 102, cloud.Failed, "the name now belongs to the resource group rg-2"},
		{"pause", "stale", "rg-1", ResourceGroupRunning, 100, cloud.Pending, ""},
		{"pause", "paused", "rg-1", ResourceGroupPaused, 102, cloud.Succeeded, ""},
		{"pause", "runs again", "rg-1", ResourceGroupRunning, 102, cloud.Failed, "the resource group runs again"},
		{"resize", "stale success", "rg-1", ResourceGroupRunning, 100, cloud.Pending, ""},
		{"resize", "resized", "rg-1", ResourceGroupRunning, 101, cloud.Succeeded, ""},
		{"delete", "stale", "rg-1", ResourceGroupPaused, 100, cloud.Pending, ""},
		{"delete", "still there", "rg-1", ResourceGroupPaused, 101, cloud.Pending, ""},
		{"delete", "deleted", "rg-1", ResourceGroupDeleted, 101, cloud.Succeeded, ""},
		{"delete", "a newer one of its name", "rg-2", ResourceGroupRunning, 101, cloud.Succeeded, ""},
		{"delete the isolated", "stale failure", "rg-1", ResourceGroupIsolated, 100, cloud.Pending, ""},
		{"create", "runs", "rg-1", ResourceGroupRunning, 1, cloud.Succeeded, ""},
		{"create", "paused", "rg-1", ResourceGroupPaused, 1, cloud.Pending, ""},
		{"create and pause", "paused", "rg-1", ResourceGroupPaused, 1, cloud.Succeeded, ""},
		{"create anew", "an older one of its name", "rg-0", ResourceGroupRunning, 1, cloud.Pending, ""},
		{"create anew", "an older one that is deleted", "rg-0", ResourceGroupDeleted, 1, cloud.Pending, ""},
		{"create anew", "runs", "rg-1", ResourceGroupRunning, 1, cloud.Succeeded, ""},
	}
	for _, tt := range tests {
		t.Run(tt.change+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			s := changes[tt.change]
			j := s.judge(&StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", EngineResourceGroupID: tt.id, ResourceGroupState: tt.state, UpdateTime: tt.updated})
			assert.Equal(t, tt.want, j.Outcome)
			assert.Equal(t, tt.reason, j.Reason)
		})
	}
}

func TestEveryResourceGroupStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, ResourceGroupState(0).Values(), 42, map[ResourceGroupState][]cloud.Outcome{
		// Until: running, paused, deleted; changes: launch, pause.
		ResourceGroupDeleted:         {f, f, s, f, f},
		ResourceGroupStarting:        {p, p, p, p, p},
		ResourceGroupRunning:         {s, p, p, s, f},
		ResourceGroupPaused:          {p, s, p, f, s},
		ResourceGroupPausing:         {p, p, p, p, p},
		ResourceGroupSwitchingEngine: {p, p, p, p, p},
		ResourceGroupReconfiguring:   {p, p, p, p, p},
		ResourceGroupRestarting:      {p, p, p, p, p},
		ResourceGroupResizing:        {p, p, p, p, p},
		ResourceGroupIsolated:        {f, f, p, f, f},
		ResourceGroupDelivering:      {p, p, p, p, p},
		ResourceGroupIsolating:       {f, f, p, f, f},
	}, func(state ResourceGroupState) []cloud.Judgement {
		g := &StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", ResourceGroupState: state, UpdateTime: 101}
		var judged []cloud.Judgement
		for _, goal := range []ResourceGroupState{ResourceGroupRunning, ResourceGroupPaused, ResourceGroupDeleted} {
			judged = append(judged, (&groupChange{Groups: []groupBefore{{Name: "etl"}}, Goal: goal, New: true}).judge(g))
		}
		for _, goal := range []ResourceGroupState{ResourceGroupRunning, ResourceGroupPaused} {
			judged = append(judged, (&groupChange{Groups: []groupBefore{{Name: "etl", State: ResourceGroupIsolated, Updated: 100}}, Goal: goal}).judge(g))
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
