package flink

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestEveryHotUpdateStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	places(t, HotUpdateStatus("").Values(), map[HotUpdateStatus]cloud.Outcome{
		HotUpdateStatusInit: pending, HotUpdateStatusHotUpdating: pending, HotUpdateStatusHotUpdated: succeeded, HotUpdateStatusFailed: failed,
	}, func(s HotUpdateStatus) cloud.Verdict {
		return new(hotUpdateChange).judge(new(wait.Course), &GetHotUpdateJobResultResponse{Data: &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: s}}})
	})
}

func TestJudgeHotUpdate(t *testing.T) {
	t.Parallel()
	low := &HotUpdateJobFailureInfo{Reason: `""`, Message: `""`, FailureSeverity: "LOW"}
	tests := []struct {
		name   string
		result *HotUpdateJobResult
		want   cloud.Verdict
	}{
		{"no status", &HotUpdateJobResult{}, cloud.Verdict{}},
		{"live, as documented", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "HOT_UPDATED", Failure: low}},
			cloud.Verdict{State: "HOT_UPDATED", Outcome: cloud.Succeeded}},
		{"failed", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "FAILED", Failure: &HotUpdateJobFailureInfo{Reason: "RESCALE", Message: "no slots", FailureSeverity: "CRITICAL"}}},
			cloud.Verdict{State: "FAILED", Outcome: cloud.Failed, Reason: "RESCALE: no slots (severity CRITICAL)"}},
		{"failed without a word", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "FAILED"}}, cloud.Verdict{State: "FAILED", Outcome: cloud.Failed}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, new(hotUpdateChange).judge(new(wait.Course), &GetHotUpdateJobResultResponse{Data: tt.result}))
		})
	}
}
