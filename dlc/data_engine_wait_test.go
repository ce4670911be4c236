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

func TestJudgeEngineChange(t *testing.T) {
	t.Parallel()
	running := func(before engineSnapshot) *engineSnapshot {
		before.State, before.Updated, before.Message = DataEngineStateRunning, 100, "said before"
		return &before
	}
	changes := map[string]engineChange{
		"switch":   {ID: "DataEngine-1", Name: "etl", Created: 50, Before: running(engineSnapshot{Image: "old"}), Goal: engineSnapshot{State: DataEngineStateRunning, Image: "new"}},
		"upgrade":  {ID: "DataEngine-1", Name: "etl", Before: running(engineSnapshot{Image: "old", Child: "a"}), Goal: engineSnapshot{State: DataEngineStateRunning, Child: "b"}},
		"rollback": {ID: "DataEngine-1", Name: "etl", Before: running(engineSnapshot{Image: "old", Child: "b"}), Goal: engineSnapshot{State: DataEngineStateRunning}, OtherImage: true},
		"restart":  {ID: "DataEngine-1", Name: "etl", Before: running(engineSnapshot{}), Goal: engineSnapshot{State: DataEngineStateRunning}},
		"suspend":  {ID: "DataEngine-1", Name: "etl", Before: running(engineSnapshot{}), Goal: engineSnapshot{State: DataEngineStateSuspended}},
		"resize":   {ID: "DataEngine-1", Name: "etl", Before: running(engineSnapshot{Size: 16, MaxClusters: 1}), Goal: engineSnapshot{Size: 32, MaxClusters: 1, Message: "big"}},
		"describe": {ID: "DataEngine-1", Name: "etl", Before: running(engineSnapshot{Size: 16, MaxClusters: 1}), Goal: engineSnapshot{Size: 16, MaxClusters: 1, Message: "big"}},
		"revive":   {ID: "DataEngine-1", Name: "etl", Before: &engineSnapshot{State: DataEngineStateFailed, Updated: 100}, Goal: engineSnapshot{State: DataEngineStateRunning}},
	}
	tests := []struct {
		change, name string
		engine       *DataEngineInfo
		want         cloud.Outcome
		reason       string
	}{
		{"switch", "stale", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStateRunning, ImageVersionID: "old", UpdateTime: 100, Message: "said before"}, cloud.Pending, "said before"},
		{"switch", "switching", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStateStarting, ImageVersionID: "new"}, cloud.Pending, ""},
		{"switch", "live", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStateRunning, ImageVersionID: "new"}, cloud.Succeeded, ""},
		{"switch", "live with an old message", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "new", Message: "said before"}, cloud.Succeeded, "said before"},
		{"switch", "message says so", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "old", UpdateTime: 101, Message: "image is broken"}, cloud.Failed, "image is broken"},
		{"switch", "a message of something else", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "old", UpdateTime: 100, Message: "disk usage 81 %"}, cloud.Pending, "disk usage 81 %"},
		{"switch", "overtaken, the past", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "other", UpdateTime: 99}, cloud.Failed, "superseded: the engine runs image version other"},
		{"switch", "changed and back", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "old", UpdateTime: 101}, cloud.Failed, "the engine runs with image version old again"},
		{"switch", "superseded", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "other"}, cloud.Failed, "superseded: the engine runs image version other"},
		{"switch", "state says so", &DataEngineInfo{State: DataEngineStateFailed, ImageVersionID: "new", Message: "out of units"}, cloud.Failed, "out of units"},
		{"switch", "another engine took the name", &DataEngineInfo{DataEngineID: "DataEngine-2", State: DataEngineStateRunning, ImageVersionID: "new"}, cloud.Failed, `superseded: the name "etl" now belongs to the engine DataEngine-2`},
		{"switch", "an older engine of the name", &DataEngineInfo{DataEngineID: "DataEngine-0", CreateTime: 40, State: DataEngineStateRunning, ImageVersionID: "new"}, cloud.Pending, ""},
		{"switch", "another is deleting it", &DataEngineInfo{State: DataEngineStateDeleting, ImageVersionID: "old", UpdateTime: 101}, cloud.Failed, "superseded: the engine is being deleted"},
		{"switch", "isolated without a message", &DataEngineInfo{State: DataEngineStateIsolated, ImageVersionID: "old", Message: "said before"}, cloud.Failed, "the engine is isolated"},
		{"switch", "state of next year", &DataEngineInfo{State: 42, ImageVersionID: "new"}, cloud.Pending, ""},
		{"switch", "suspended meanwhile", &DataEngineInfo{State: DataEngineStateSuspended, ImageVersionID: "new"}, cloud.Failed, "superseded: the engine is suspended with image version new"},

		{"upgrade", "stale", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "old", ChildImageVersionID: "a"}, cloud.Pending, ""},
		{"upgrade", "live", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "old", ChildImageVersionID: "b"}, cloud.Succeeded, ""},
		{"upgrade", "superseded", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "old", ChildImageVersionID: "c"}, cloud.Failed, "superseded: the engine runs image version c"},

		{"rollback", "stale", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "old", ChildImageVersionID: "b"}, cloud.Pending, ""},
		{"rollback", "a response without images", &DataEngineInfo{State: DataEngineStateRunning}, cloud.Pending, ""},
		{"rollback", "former minor version", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "old", ChildImageVersionID: "a"}, cloud.Succeeded, ""},
		{"rollback", "former image", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "older", ChildImageVersionID: "x"}, cloud.Succeeded, ""},
		{"rollback", "message says so", &DataEngineInfo{State: DataEngineStateRunning, ImageVersionID: "old", ChildImageVersionID: "b", UpdateTime: 101, Message: "no record"}, cloud.Failed, "no record"},

		{"restart", "stale", &DataEngineInfo{State: DataEngineStateRunning, UpdateTime: 100}, cloud.Pending, ""},
		{"restart", "restarting", &DataEngineInfo{State: DataEngineStateStarting, UpdateTime: 101}, cloud.Pending, ""},
		{"restart", "restarted", &DataEngineInfo{State: DataEngineStateRunning, UpdateTime: 102}, cloud.Succeeded, ""},
		{"restart", "the clock was set back", &DataEngineInfo{State: DataEngineStateRunning, UpdateTime: 40}, cloud.Succeeded, ""},
		{"restart", "suspended instead", &DataEngineInfo{State: DataEngineStateSuspended, UpdateTime: 102}, cloud.Failed, "the engine is suspended"},
		{"restart", "broken", &DataEngineInfo{State: DataEngineStateFailed, UpdateTime: 102, Message: "no nodes"}, cloud.Failed, "no nodes"},

		{"suspend", "stale", &DataEngineInfo{State: DataEngineStateRunning, UpdateTime: 100}, cloud.Pending, ""},
		{"suspend", "suspended", &DataEngineInfo{State: DataEngineStateSuspended, UpdateTime: 101}, cloud.Succeeded, ""},
		{"suspend", "message says so", &DataEngineInfo{State: DataEngineStateRunning, UpdateTime: 101, Message: "tasks are running"}, cloud.Failed, "tasks are running"},
		{"suspend", "isolated", &DataEngineInfo{State: DataEngineStateIsolated, Message: "unpaid"}, cloud.Failed, "unpaid"},

		{"resize", "stale", &DataEngineInfo{State: DataEngineStateRunning, Size: 16, MaxClusters: 1}, cloud.Pending, ""},
		{"resize", "nothing is new", &DataEngineInfo{State: DataEngineStateRunning, Size: 16, MaxClusters: 1, UpdateTime: 100}, cloud.Pending, ""},
		{"resize", "other clusters", &DataEngineInfo{State: DataEngineStateRunning, Size: 16, MaxClusters: 7}, cloud.Failed, "superseded: the engine has 0 to 7 clusters"},
		{"resize", "message says so", &DataEngineInfo{State: DataEngineStateRunning, Size: 16, MaxClusters: 1, Message: "no units"}, cloud.Failed, "no units"},
		{"resize", "superseded", &DataEngineInfo{State: DataEngineStateRunning, Size: 64, MaxClusters: 1}, cloud.Failed, "superseded: the engine has 64 CUs"},
		{"resize", "live", &DataEngineInfo{State: DataEngineStateRunning, Size: 32, MaxClusters: 1}, cloud.Succeeded, ""},
		{"resize", "live but suspended", &DataEngineInfo{State: DataEngineStateSuspended, Size: 32, MaxClusters: 1}, cloud.Succeeded, ""},

		{"describe", "stale", &DataEngineInfo{State: DataEngineStateRunning, Size: 16, MaxClusters: 1, UpdateTime: 100}, cloud.Pending, ""},
		{"describe", "described in the same second", &DataEngineInfo{State: DataEngineStateRunning, Size: 16, MaxClusters: 1, UpdateTime: 100, Message: "big"}, cloud.Succeeded, "big"},
		{"describe", "changed since", &DataEngineInfo{State: DataEngineStateRunning, Size: 16, MaxClusters: 1, UpdateTime: 101}, cloud.Succeeded, ""},

		{"revive", "stale failure", &DataEngineInfo{State: DataEngineStateFailed, UpdateTime: 100}, cloud.Pending, ""},
		{"revive", "failed again", &DataEngineInfo{State: DataEngineStateFailed, UpdateTime: 101}, cloud.Failed, "the engine has failed"},
	}
	// These may have begun to change only later: they count once they have been seen for minutes.
	held := []string{
		"switch/message says so", "switch/superseded", "switch/overtaken, the past", "switch/changed and back", "switch/suspended meanwhile",
		"upgrade/superseded", "rollback/message says so", "suspend/message says so", "resize/message says so", "resize/superseded",
		"resize/other clusters", "restart/the clock was set back", "restart/suspended instead",
	}
	for _, tt := range tests {
		t.Run(tt.change+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, r := changes[tt.change], &DescribeDataEngineResponse{DataEngine: tt.engine}
				atOnce := s.judge(r)
				time.Sleep(startsWithin)
				v := s.judge(r)
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

func TestJudgeEngineCreation(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		engine *DataEngineInfo
		want   cloud.Outcome
		reason string
	}{
		{"an older engine of the name", &DataEngineInfo{DataEngineID: "DataEngine-0", State: DataEngineStateRunning}, cloud.Pending, ""},
		{"an older engine that failed", &DataEngineInfo{DataEngineID: "DataEngine-0", State: DataEngineStateFailed}, cloud.Pending, ""},
		{"created", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStateRunning}, cloud.Succeeded, ""},
		{"created suspended", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStateSuspended}, cloud.Succeeded, ""},
		{"failed", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStateFailed, Message: "no units"}, cloud.Failed, "no units"},
		{"failed with the requested description", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStateFailed, Message: "big"}, cloud.Failed, "the engine has failed"},
		{"being deleted", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStateDeleting}, cloud.Failed, "superseded: the engine is being deleted"},
	}
	for _, tt := range tests {
		s := engineCreationChange{ID: "DataEngine-1", Name: "etl", Message: "big"}
		require.NoError(t, s.Check())
		v := s.judge(&DescribeDataEngineResponse{DataEngine: tt.engine})
		assert.Equal(t, tt.want, v.Outcome, tt.name)
		assert.Equal(t, tt.reason, v.Reason, tt.name)
		assert.Equal(t, strings.HasPrefix(tt.reason, "superseded: "), v.Superseded, tt.name)
	}
	s := engineCreationChange{ID: "DataEngine-1", Name: "etl"}
	s.judge(&DescribeDataEngineResponse{DataEngine: &DataEngineInfo{DataEngineID: "DataEngine-1"}})
	v := s.judge(&DescribeDataEngineResponse{DataEngine: &DataEngineInfo{DataEngineID: "DataEngine-2", State: DataEngineStateRunning}})
	assert.Equal(t, `superseded: the name "etl" now belongs to the engine DataEngine-2`, v.Reason, "the new engine was seen")
}

func TestJudgeEngineDeletion(t *testing.T) {
	t.Parallel()
	const begun = DataEngineStateDeleting // what was seen before
	type engine = DataEngineInfo
	tests := []struct {
		name   string
		seen   DataEngineState
		engine DataEngineInfo
		want   cloud.Outcome
		reason string
	}{
		{"stale", 0, engine{State: DataEngineStateRunning, UpdateTime: 100, Message: "said before"}, cloud.Pending, "said before"},
		{"deleting", 0, engine{State: DataEngineStateDeleting, UpdateTime: 101, Message: "bye"}, cloud.Pending, "bye"},
		{"a message of something else", 0, engine{State: DataEngineStateRunning, UpdateTime: 100, Message: "disk usage 81 %"}, cloud.Pending, "disk usage 81 %"},
		{"message says so", 0, engine{State: DataEngineStateRunning, UpdateTime: 101, Message: "in use"}, cloud.Failed, "in use"},
		{"changed by another", 0, engine{State: DataEngineStateRunning, UpdateTime: 101}, cloud.Pending, ""},
		{"runs again", begun, engine{State: DataEngineStateRunning, UpdateTime: 100}, cloud.Failed, "the engine runs again"},
		{"runs again and says why", begun, engine{State: DataEngineStateRunning, UpdateTime: 101, Message: "in use"}, cloud.Failed, "in use"},
		{"isolated on the way", begun, engine{State: DataEngineStateIsolated, UpdateTime: 101}, cloud.Pending, ""},
		{"failed", 0, engine{State: DataEngineStateFailed, UpdateTime: 101}, cloud.Failed, "the engine has failed"},
		{"failed in the past", 0, engine{State: DataEngineStateFailed, UpdateTime: 99}, cloud.Pending, ""},
		{"failed with a reason", begun, engine{State: DataEngineStateFailed, UpdateTime: 101, Message: "half of it is gone"}, cloud.Failed, "half of it is gone"},
		{"an older engine of the name", 0, engine{DataEngineID: "DataEngine-0", CreateTime: 40, State: DataEngineStateFailed, UpdateTime: 101}, cloud.Pending, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := engineDeletionChange{Deleted: []engineChange{
					{ID: "DataEngine-7", Name: "sql", Before: &engineSnapshot{State: DataEngineStateFailed, Updated: 100}},
					{ID: "DataEngine-1", Name: "etl", Created: 50, Before: &engineSnapshot{State: DataEngineStateRunning, Updated: 100, Message: "said before"}},
				}}
				require.NoError(t, s.Check())
				if tt.seen != 0 {
					s.judge(&DescribeDataEngineResponse{DataEngine: &DataEngineInfo{DataEngineName: "etl", State: tt.seen, UpdateTime: 100}})
				}
				tt.engine.DataEngineName = "etl"
				r := &DescribeDataEngineResponse{DataEngine: &tt.engine}
				s.judge(r)
				time.Sleep(startsWithin)
				v := s.judge(r)
				assert.Equal(t, tt.want, v.Outcome)
				assert.Equal(t, tt.reason, v.Reason)
				assert.Equal(t, tt.want == cloud.Failed, v.Inferred, "no failure is proven")
				assert.False(t, s.Deleted[1].isGone(&tt.engine))
			})
		})
	}
	d := engineChange{ID: "DataEngine-1", Name: "etl", Created: 50}
	assert.True(t, d.isGone(&DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStateDeleted}))
	assert.True(t, d.isGone(&DataEngineInfo{DataEngineID: "DataEngine-2", CreateTime: 60, State: DataEngineStateRunning}), "another engine took the name")
	again := engineDeletionChange{Deleted: []engineChange{{ID: "DataEngine-7", Name: "sql", Before: &engineSnapshot{State: DataEngineStateFailed, Updated: 100}}}}
	failed := DataEngineInfo{DataEngineID: "DataEngine-7", DataEngineName: "sql", State: DataEngineStateFailed, UpdateTime: 100}
	assert.Equal(t, cloud.Pending, again.judge(&DescribeDataEngineResponse{DataEngine: &failed}).Outcome, "it had failed before")
	failed.UpdateTime = 101
	assert.Equal(t, cloud.Failed, again.judge(&DescribeDataEngineResponse{DataEngine: &failed}).Outcome, "it failed again")
}

func TestEveryEngineStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, DataEngineState(0).Values(), 42, map[DataEngineState][]cloud.Outcome{
		// Until: running, suspended, deleted; changes: restart, suspension, creation, deletion.
		DataEngineStateDeleted:       {f, f, s, f, f, f, p},
		DataEngineStateFailed:        {f, f, p, f, f, f, f},
		DataEngineStateInitializing:  {p, p, p, p, p, p, p},
		DataEngineStateSuspended:     {p, s, p, p, s, s, p},
		DataEngineStateRunning:       {s, p, p, s, p, s, p},
		DataEngineStateReadyToDelete: {f, f, p, f, f, f, p},
		DataEngineStateDeleting:      {f, f, p, f, f, f, p},
		DataEngineStateSuspending:    {p, p, p, p, p, p, p},
		DataEngineStateStarting:      {p, p, p, p, p, p, p},
		DataEngineStateIsolating:     {f, f, p, f, f, f, p},
		DataEngineStateIsolated:      {f, f, p, f, f, f, p},
		DataEngineStateRenewing:      {p, p, p, p, p, p, p},
		DataEngineStateResizing:      {p, p, p, p, p, p, p},
		DataEngineStateReversing:     {p, p, p, p, p, p, p},
	}, func(state DataEngineState) []cloud.Verdict {
		r := &DescribeDataEngineResponse{DataEngine: &DataEngineInfo{DataEngineName: "etl", State: state, UpdateTime: 101}}
		now, before := engineSnapshotOf(r.DataEngine), &engineSnapshot{State: DataEngineStateRunning, Updated: 100}
		return []cloud.Verdict{
			now.stateVerdict(engineRunning), now.stateVerdict(engineSuspended), now.stateVerdict(engineDeleted),
			(&engineChange{Before: before, Goal: engineSnapshot{State: DataEngineStateRunning}}).judge(r),
			(&engineChange{Before: before, Goal: engineSnapshot{State: DataEngineStateSuspended}}).judge(r),
			(&engineCreationChange{}).judge(r),
			(&engineDeletionChange{Deleted: []engineChange{{Name: "etl", Before: before}}}).judge(r),
		}
	})
}
