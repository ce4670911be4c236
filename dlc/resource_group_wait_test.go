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
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestJudgeGroupChange(t *testing.T) {
	t.Parallel()
	from := func(state ResourceGroupState) []groupRecord {
		return []groupRecord{{Name: "etl", Before: groupSnapshot{ID: "rg-1", State: state, Updated: 100}}}
	}
	type judged func() func(*StandardEngineResourceGroupInfo) cloud.Verdict
	change := func(goal, before ResourceGroupState) judged {
		return func() func(*StandardEngineResourceGroupInfo) cloud.Verdict {
			return (&groupChange{Groups: from(before), Goal: goal}).judge
		}
	}
	deletion := func(before ResourceGroupState) judged {
		return func() func(*StandardEngineResourceGroupInfo) cloud.Verdict {
			return (&groupChange{Groups: from(before), Goal: ResourceGroupStateDeleted}).judgeDeletion
		}
	}
	creation := func(s groupCreationChange) judged {
		return func() func(*StandardEngineResourceGroupInfo) cloud.Verdict {
			return (&groupCreationChange{Name: s.Name, OlderID: s.OlderID, PausedToo: s.PausedToo}).judge
		}
	}
	changes := map[string]judged{
		"launch":              change(ResourceGroupStateRunning, ResourceGroupStatePaused),
		"pause":               change(ResourceGroupStatePaused, ResourceGroupStateRunning),
		"resize":              change(ResourceGroupStateRunning, ResourceGroupStateRunning),
		"delete":              deletion(ResourceGroupStatePaused),
		"delete the isolated": deletion(ResourceGroupStateIsolated),
		"create":              creation(groupCreationChange{Name: "etl"}),
		"create and pause":    creation(groupCreationChange{Name: "etl", PausedToo: true}),
		"create anew":         creation(groupCreationChange{Name: "etl", OlderID: "rg-0"}),
	}
	tests := []struct {
		change, name string
		id           string
		state        ResourceGroupState
		updated      cloud.Timestamp
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
				judge := changes[tt.change]()
				g := &StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", EngineResourceGroupID: tt.id, ResourceGroupState: tt.state, UpdateTime: tt.updated}
				atOnce := judge(g)
				time.Sleep(startsWithin)
				v := judge(g)
				assert.Equal(t, tt.want, v.Outcome)
				assert.Equal(t, tt.reason, v.Reason)
				assert.Equal(t, strings.HasPrefix(tt.reason, "superseded: "), v.Superseded)
				if slices.Contains(held, tt.change+"/"+tt.name) {
					assert.NotEqual(t, cloud.Pending, v.Outcome)
					assert.Equal(t, cloud.Pending, atOnce.Outcome)
				} else {
					assert.Equal(t, v, atOnce)
				}
			})
		})
	}
}

// TestGroupsThatShowSomethingNew checks that what a group shows proves its change when the time does not.
func TestGroupsThatShowSomethingNew(t *testing.T) {
	t.Parallel()
	g := StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", ResourceGroupState: ResourceGroupStateRunning, UpdateTime: 100, MaxExecutorNums: 2}
	s := new(groupChange)
	s.recordBefore(&g)
	assert.Equal(t, cloud.Pending, s.judge(&g).Outcome)
	now := g
	now.MaxExecutorNums = 4
	assert.Equal(t, cloud.Succeeded, s.judge(&now).Outcome)
	now = g
	now.NetworkConfigNames = []string{"to-orders"}
	assert.Equal(t, cloud.Succeeded, s.judge(&now).Outcome)
}

// TestGroupsThatDoNotRest checks that a change of a group that changes already ends when the group rests.
func TestGroupsThatDoNotRest(t *testing.T) {
	t.Parallel()
	g := StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", ResourceGroupState: ResourceGroupStateRestarting, UpdateTime: 100}
	s := new(groupChange)
	s.recordBefore(&g)
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
		for _, statuses := range []wait.Statuses[ResourceGroupState]{groupRunning, groupPaused, groupDeleted} {
			judged = append(judged, groupSnapshotOf(g).stateVerdict(statuses))
		}
		for _, goal := range []ResourceGroupState{ResourceGroupStateRunning, ResourceGroupStatePaused} {
			judged = append(judged, (&groupChange{Goal: goal, Groups: []groupRecord{{Name: "etl", Before: groupSnapshot{State: ResourceGroupStateIsolated, Updated: 100}}}}).judge(g))
		}
		return judged
	})
}

// TestRefusedGroups checks that a partial failure in a success is an error.
func TestRefusedGroups(t *testing.T) {
	t.Parallel()
	for name, k := range kinds() {
		if name != "LaunchStandardEngineResourceGroups" && name != "PauseStandardEngineResourceGroups" {
			continue
		}
		k.fixed = map[string]string{name: response("OperateEngineResourceGroupFailMessages", []OperateEngineResourceGroupFailMessage{
			{EngineResourceGroupName: "etl", FailMessage: "it runs"}, {EngineResourceGroupName: "sql", FailMessage: "no units"},
		})}
		w, err := k.begin(t.Context(), scripted(t, &script{kind: k, op: name}))
		assert.Nil(t, w, name)
		require.ErrorIs(t, err, cloud.ErrConflict, name)
		assert.ErrorContains(t, err, "dlc "+name)
		assert.ErrorContains(t, err, "etl: it runs; sql: no units")
		assert.ErrorContains(t, err, "r-1")
	}
}

// TestGroupsThatShowThePast checks that a poll from before the change is not taken for one that shows it under way.
func TestGroupsThatShowThePast(t *testing.T) {
	t.Parallel()
	s := &groupChange{Goal: ResourceGroupStateRunning, Groups: []groupRecord{{Name: "etl", Before: groupSnapshot{State: ResourceGroupStatePaused, Updated: 100}}}}
	g := StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", ResourceGroupState: ResourceGroupStatePausing, UpdateTime: 90}
	assert.Equal(t, cloud.Pending, s.judge(&g).Outcome)
	g.ResourceGroupState, g.UpdateTime = ResourceGroupStatePaused, 100
	assert.Equal(t, cloud.Pending, s.judge(&g).Outcome)
	g.ResourceGroupState, g.UpdateTime = ResourceGroupStateStarting, 101
	assert.Equal(t, cloud.Pending, s.judge(&g).Outcome)
	g.ResourceGroupState = ResourceGroupStatePaused
	assert.Equal(t, cloud.Failed, s.judge(&g).Outcome)
}
