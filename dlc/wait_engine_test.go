package dlc

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeEngineChange(t *testing.T) {
	t.Parallel()
	running := func(l engineLook) *engineLook {
		l.State, l.Updated, l.Message = DataEngineRunning, 100, "said before"
		return &l
	}
	changes := map[string]engineChange{
		"create":   {ID: "DataEngine-1", Name: "etl"},
		"switch":   {ID: "DataEngine-1", Name: "etl", Was: running(engineLook{Image: "old"}), Goal: engineLook{State: DataEngineRunning, Image: "new"}},
		"upgrade":  {ID: "DataEngine-1", Name: "etl", Was: running(engineLook{Image: "old", Child: "a"}), Goal: engineLook{State: DataEngineRunning, Child: "b"}},
		"rollback": {ID: "DataEngine-1", Name: "etl", Was: running(engineLook{Image: "old", Child: "b"}), Goal: engineLook{State: DataEngineRunning}, OtherImage: true},
		"restart":  {ID: "DataEngine-1", Name: "etl", Was: running(engineLook{}), Goal: engineLook{State: DataEngineRunning}},
		"suspend":  {ID: "DataEngine-1", Name: "etl", Was: running(engineLook{}), Goal: engineLook{State: DataEngineSuspended}},
		"resize":   {ID: "DataEngine-1", Name: "etl", Was: running(engineLook{Size: 16, MaxClusters: 1}), Goal: engineLook{Size: 32, MaxClusters: 1, Message: "big"}},
		"describe": {ID: "DataEngine-1", Name: "etl", Was: running(engineLook{Size: 16, MaxClusters: 1}), Goal: engineLook{Size: 16, MaxClusters: 1, Message: "big"}},
		"revive":   {ID: "DataEngine-1", Name: "etl", Was: &engineLook{State: DataEngineFailed, Updated: 100}, Goal: engineLook{State: DataEngineRunning}},
	}
	tests := []struct {
		change, name string
		engine       *DataEngineInfo
		want         cloud.Outcome
		reason       string
	}{
		{"switch", "no engine in the answer", nil, cloud.Pending, ""},
		{"switch", "stale", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineRunning, ImageVersionID: "old", UpdateTime: 100, Message: "said before"}, cloud.Pending, "said before"},
		{"switch", "switching", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStarting, ImageVersionID: "new"}, cloud.Pending, ""},
		{"switch", "live", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineRunning, ImageVersionID: "new"}, cloud.Succeeded, ""},
		{"switch", "live with an old message", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "new", Message: "said before"}, cloud.Succeeded, "said before"},
		{"switch", "message says so", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "old", Message: "image is broken"}, cloud.Failed, "image is broken"},
		{"switch", "superseded", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "other"}, cloud.Failed, "superseded: the engine runs image version other"},
		{"switch", "state says so", &DataEngineInfo{State: DataEngineFailed, ImageVersionID: "new", Message: "out of units"}, cloud.Failed, "out of units"},
		{"switch", "another engine took the name", &DataEngineInfo{DataEngineID: "DataEngine-2", State: DataEngineRunning, ImageVersionID: "new"}, cloud.Failed, `the name "etl" now belongs to the engine DataEngine-2`},
		{"switch", "state of next year", &DataEngineInfo{State: 42, ImageVersionID: "new"}, cloud.Pending, ""},
		{"switch", "suspended meanwhile", &DataEngineInfo{State: DataEngineSuspended, ImageVersionID: "new"}, cloud.Pending, ""},

		{"upgrade", "stale", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "old", ChildImageVersionID: "a"}, cloud.Pending, ""},
		{"upgrade", "live", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "old", ChildImageVersionID: "b"}, cloud.Succeeded, ""},
		{"upgrade", "superseded", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "old", ChildImageVersionID: "c"}, cloud.Failed, "superseded: the engine runs image version c"},

		{"rollback", "stale", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "old", ChildImageVersionID: "b"}, cloud.Pending, ""},
		{"rollback", "an answer without images", &DataEngineInfo{State: DataEngineRunning}, cloud.Pending, ""},
		{"rollback", "former minor version", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "old", ChildImageVersionID: "a"}, cloud.Succeeded, ""},
		{"rollback", "former image", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "older", ChildImageVersionID: "x"}, cloud.Succeeded, ""},
		{"rollback", "message says so", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "old", ChildImageVersionID: "b", Message: "no record"}, cloud.Failed, "no record"},

		{"restart", "stale", &DataEngineInfo{State: DataEngineRunning, UpdateTime: 100}, cloud.Pending, ""},
		{"restart", "restarting", &DataEngineInfo{State: DataEngineStarting, UpdateTime: 101}, cloud.Pending, ""},
		{"restart", "restarted", &DataEngineInfo{State: DataEngineRunning, UpdateTime: 102}, cloud.Succeeded, ""},
		{"restart", "broken", &DataEngineInfo{State: DataEngineFailed, UpdateTime: 102, Message: "no nodes"}, cloud.Failed, "no nodes"},

		{"suspend", "stale", &DataEngineInfo{State: DataEngineRunning, UpdateTime: 100}, cloud.Pending, ""},
		{"suspend", "suspended", &DataEngineInfo{State: DataEngineSuspended, UpdateTime: 101}, cloud.Succeeded, ""},
		{"suspend", "message says so", &DataEngineInfo{State: DataEngineRunning, Message: "tasks are running"}, cloud.Failed, "tasks are running"},
		{"suspend", "isolated", &DataEngineInfo{State: DataEngineIsolated, Message: "unpaid"}, cloud.Failed, "unpaid"},

		{"resize", "stale", &DataEngineInfo{State: DataEngineRunning, Size: 16, MaxClusters: 1}, cloud.Pending, ""},
		{"resize", "only the description is new", &DataEngineInfo{State: DataEngineRunning, Size: 16, MaxClusters: 1, Message: "big"}, cloud.Pending, "big"},
		{"resize", "message says so", &DataEngineInfo{State: DataEngineRunning, Size: 16, MaxClusters: 1, Message: "no units"}, cloud.Failed, "no units"},
		{"resize", "superseded", &DataEngineInfo{State: DataEngineRunning, Size: 64, MaxClusters: 1}, cloud.Failed, "superseded: the engine has 64 CUs"},
		{"resize", "live", &DataEngineInfo{State: DataEngineRunning, Size: 32, MaxClusters: 1}, cloud.Succeeded, ""},
		{"resize", "live but suspended", &DataEngineInfo{State: DataEngineSuspended, Size: 32, MaxClusters: 1}, cloud.Succeeded, ""},

		{"describe", "stale", &DataEngineInfo{State: DataEngineRunning, Size: 16, MaxClusters: 1, UpdateTime: 100}, cloud.Pending, ""},
		{"describe", "changed since", &DataEngineInfo{State: DataEngineRunning, Size: 16, MaxClusters: 1, UpdateTime: 101}, cloud.Succeeded, ""},

		{"revive", "stale failure", &DataEngineInfo{State: DataEngineFailed, UpdateTime: 100}, cloud.Pending, ""},
		{"revive", "failed again", &DataEngineInfo{State: DataEngineFailed, UpdateTime: 101}, cloud.Failed, ""},

		{"create", "an older engine of the name", &DataEngineInfo{DataEngineID: "DataEngine-0", State: DataEngineRunning}, cloud.Pending, ""},
		{"create", "an older engine that failed", &DataEngineInfo{DataEngineID: "DataEngine-0", State: DataEngineFailed}, cloud.Pending, ""},
		{"create", "created", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineRunning}, cloud.Succeeded, ""},
		{"create", "created suspended", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineSuspended}, cloud.Succeeded, ""},
		{"create", "failed", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineFailed, Message: "no units"}, cloud.Failed, "no units"},
	}
	for _, tt := range tests {
		t.Run(tt.change+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			s := changes[tt.change]
			j := s.judge(&DescribeDataEngineResponse{DataEngine: tt.engine})
			assert.Equal(t, tt.want, j.Outcome)
			assert.Equal(t, tt.reason, j.Reason)
		})
	}
}

// TestUnseenEngineChangesAreConfirmed is that changes which leave no sure trace are looked at twice.
func TestUnseenEngineChangesAreConfirmed(t *testing.T) {
	t.Parallel()
	was := &engineLook{State: DataEngineRunning, Image: "a", Size: 16}
	tests := []struct {
		name string
		s    engineChange
		want bool
	}{
		{"new", engineChange{}, false},
		{"restart", engineChange{Was: was, Goal: engineLook{State: DataEngineRunning}}, true},
		{"same image", engineChange{Was: was, Goal: engineLook{State: DataEngineRunning, Image: "a"}}, true},
		{"other image", engineChange{Was: was, Goal: engineLook{State: DataEngineRunning, Image: "b"}}, false},
		{"same size", engineChange{Was: was, Goal: engineLook{Size: 16}}, true},
		{"other size", engineChange{Was: was, Goal: engineLook{Size: 32}}, true},
		{"rollback", engineChange{Was: was, Goal: engineLook{State: DataEngineRunning}, OtherImage: true}, false},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, new(Client).engineChange(&tt.s).Confirm > 0, tt.name)
	}
}

func TestJudgeEngineDeletion(t *testing.T) {
	t.Parallel()
	d := engineChange{ID: "DataEngine-1", Name: "etl", Was: &engineLook{State: DataEngineRunning, Updated: 100, Message: "said before"}}
	s := engineChange{Deleted: []engineChange{{ID: "DataEngine-0", Name: "sql", Was: &engineLook{State: DataEngineFailed, Updated: 100}}, d}}
	tests := []struct {
		name   string
		engine DataEngineInfo
		gone   bool
		want   cloud.Outcome
	}{
		{"stale", DataEngineInfo{DataEngineName: "etl", DataEngineID: "DataEngine-1", State: DataEngineRunning, Message: "said before"}, false, cloud.Pending},
		{"deleting", DataEngineInfo{DataEngineName: "etl", DataEngineID: "DataEngine-1", State: DataEngineDeleting, Message: "bye"}, false, cloud.Pending},
		{"message says so", DataEngineInfo{DataEngineName: "etl", DataEngineID: "DataEngine-1", State: DataEngineRunning, Message: "in use"}, false, cloud.Failed},
		{"failed", DataEngineInfo{DataEngineName: "etl", DataEngineID: "DataEngine-1", State: DataEngineFailed}, false, cloud.Failed},
		{"failed before", DataEngineInfo{DataEngineName: "sql", DataEngineID: "DataEngine-0", State: DataEngineFailed, UpdateTime: 100}, false, cloud.Pending},
		{"failed again", DataEngineInfo{DataEngineName: "sql", DataEngineID: "DataEngine-0", State: DataEngineFailed, UpdateTime: 101}, false, cloud.Failed},
		{"deleted", DataEngineInfo{DataEngineName: "etl", DataEngineID: "DataEngine-1", State: DataEngineDeleted}, true, cloud.Pending},
		{"another engine took the name", DataEngineInfo{DataEngineName: "etl", DataEngineID: "DataEngine-2", State: DataEngineRunning}, true, cloud.Pending},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := &DescribeDataEngineResponse{DataEngine: &tt.engine}
			if tt.engine.DataEngineName == "etl" {
				assert.Equal(t, tt.gone, d.gone(r))
			}
			if !tt.gone {
				assert.Equal(t, tt.want, s.judgeDeletion(r).Outcome)
			}
		})
	}
}

func TestEveryEngineStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, DataEngineState(0).Values(), 42, map[DataEngineState][]cloud.Outcome{
		// Until: running, suspended, deleted; changes: restart, suspension, creation, deletion.
		DataEngineDeleted:       {f, f, s, f, f, f, p},
		DataEngineFailed:        {f, f, p, f, f, f, f},
		DataEngineInitializing:  {p, p, p, p, p, p, p},
		DataEngineSuspended:     {p, s, p, p, s, s, p},
		DataEngineRunning:       {s, p, p, s, p, s, p},
		DataEngineReadyToDelete: {f, f, p, f, f, f, p},
		DataEngineDeleting:      {f, f, p, f, f, f, p},
		DataEngineSuspending:    {p, p, p, p, p, p, p},
		DataEngineStarting:      {p, p, p, p, p, p, p},
		DataEngineIsolating:     {f, f, p, f, f, f, p},
		DataEngineIsolated:      {f, f, p, f, f, f, p},
		DataEngineRenewing:      {p, p, p, p, p, p, p},
		DataEngineResizing:      {p, p, p, p, p, p, p},
		DataEngineReversing:     {p, p, p, p, p, p, p},
	}, func(state DataEngineState) []cloud.Judgement {
		r := &DescribeDataEngineResponse{DataEngine: &DataEngineInfo{DataEngineName: "etl", State: state, UpdateTime: 101}}
		was := &engineLook{State: DataEngineRunning, Updated: 100}
		return []cloud.Judgement{
			judgeDataEngine(r), judgeSuspended(r), judgeDeleted(r),
			(&engineChange{Was: was, Goal: engineLook{State: DataEngineRunning}}).judge(r),
			(&engineChange{Was: was, Goal: engineLook{State: DataEngineSuspended}}).judge(r),
			(&engineChange{}).judge(r),
			(&engineChange{Deleted: []engineChange{{Name: "etl", Was: was}}}).judgeDeletion(r),
		}
	})
}
