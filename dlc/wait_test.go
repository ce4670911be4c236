package dlc

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeImageSwitch(t *testing.T) {
	t.Parallel()
	s := imageSwitch{EngineID: "DataEngine-1", EngineName: "etl", Image: "new", ImageBefore: "old", Message: "said before"}
	tests := []struct {
		name   string
		engine *DataEngineInfo
		want   cloud.Outcome
		state  string
		reason string
	}{
		{"no engine in the answer", nil, cloud.Pending, "", ""},
		{"stale", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineRunning, ImageVersionID: "old", Message: "said before"}, cloud.Pending, "2", "said before"},
		{"switching", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineStarting, ImageVersionID: "new"}, cloud.Pending, "6", ""},
		{"live", &DataEngineInfo{DataEngineID: "DataEngine-1", State: DataEngineRunning, ImageVersionID: "new"}, cloud.Succeeded, "2", ""},
		{"live with an old message", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "new", Message: "said before"}, cloud.Succeeded, "2", "said before"},
		{"message says so", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "old", Message: "image is broken"}, cloud.Failed, "2", "image is broken"},
		{"superseded", &DataEngineInfo{State: DataEngineRunning, ImageVersionID: "other"}, cloud.Failed, "2", "superseded: the engine runs image version other"},
		{"state says so", &DataEngineInfo{State: DataEngineFailed, ImageVersionID: "new", Message: "out of units"}, cloud.Failed, "-1", "out of units"},
		{"another engine took the name", &DataEngineInfo{DataEngineID: "DataEngine-2", State: DataEngineRunning, ImageVersionID: "new"}, cloud.Failed, "2", `the name "etl" now belongs to the engine DataEngine-2`},
		{"state of next year", &DataEngineInfo{State: 42, ImageVersionID: "new"}, cloud.Pending, "42", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := s.judge(&DescribeDataEngineResponse{DataEngine: tt.engine})
			assert.Equal(t, cloud.Judgement{State: tt.state, Outcome: tt.want, Reason: tt.reason}, j)
		})
	}
}

// TestEveryEngineStateHasAnOutcome fails when a new state is not placed.
func TestEveryEngineStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	want := map[DataEngineState]cloud.Outcome{
		DataEngineDeleted: cloud.Failed, DataEngineFailed: cloud.Failed, DataEngineReadyToDelete: cloud.Failed, DataEngineDeleting: cloud.Failed,
		DataEngineIsolating: cloud.Failed, DataEngineIsolated: cloud.Failed, DataEngineRunning: cloud.Succeeded,
		DataEngineInitializing: cloud.Pending, DataEngineSuspended: cloud.Pending, DataEngineSuspending: cloud.Pending,
		DataEngineStarting: cloud.Pending, DataEngineRenewing: cloud.Pending, DataEngineResizing: cloud.Pending, DataEngineReversing: cloud.Pending,
	}
	for _, state := range DataEngineState(0).Values() {
		outcome, ok := want[state]
		assert.True(t, ok, "%d is not placed", state)
		assert.Equal(t, outcome, judgeDataEngine(&DescribeDataEngineResponse{DataEngine: &DataEngineInfo{State: state}}).Outcome, "%d", state)
	}
	assert.Len(t, DataEngineState(0).Values(), len(want))
}
