package flink

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeHotUpdate(t *testing.T) {
	t.Parallel()
	low := &HotUpdateJobFailureInfo{Reason: `""`, Message: `""`, FailureSeverity: "LOW"}
	tests := []struct {
		name   string
		result *HotUpdateJobResult
		want   cloud.Judgement
	}{
		{"no data", nil, cloud.Judgement{}},
		{"no status", &HotUpdateJobResult{}, cloud.Judgement{}},
		{"init", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "INIT"}}, cloud.Judgement{State: "INIT"}},
		{"under way", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "HOT_UPDATING"}}, cloud.Judgement{State: "HOT_UPDATING"}},
		{"live, as documented", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "HOT_UPDATED", Failure: low}},
			cloud.Judgement{State: "HOT_UPDATED", Outcome: cloud.Succeeded}},
		{"failed", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "FAILED", Failure: &HotUpdateJobFailureInfo{Reason: "RESCALE", Message: "no slots", FailureSeverity: "CRITICAL"}}},
			cloud.Judgement{State: "FAILED", Outcome: cloud.Failed, Reason: "RESCALE: no slots (severity CRITICAL)"}},
		{"failed without a word", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "FAILED"}}, cloud.Judgement{State: "FAILED", Outcome: cloud.Failed}},
		{"status of next year", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "COOLING"}}, cloud.Judgement{State: "COOLING"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, judgeHotUpdate(&GetHotUpdateJobResultResponse{Data: tt.result}))
		})
	}
}
