package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

func seedJob(emu *emulator.Emulator) { emu.AddFlinkJob("w1", "default", flink.Job{JobID: "job-1"}) }

var flinkFlows = []flow{
	{
		service: "flink", start: "HotUpdateJob", read: "GetHotUpdateJobResult",
		seed: seedJob, thorough: true,
		begin: func(ctx context.Context, c clients) (*waiter, error) {
			return erased(c.flink.BeginHotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: "job-1"}))
		},
		resume: func(c clients, token string) (*waiter, error) { return erased(c.flink.ResumeHotUpdateJob(token)) },
		live: func(t *testing.T, value any) {
			result := value.(*flink.GetHotUpdateJobResultResponse).Data
			assert.Equal(t, flink.HotUpdateStatusHotUpdated, result.Status.Status)
			assert.Equal(t, "job-1", result.JobID)
		},
		ends: []ending{
			{"fails", emulator.Outcome{Fail: true, Reason: "no slots", ReasonType: "RESCALE", Severity: "CRITICAL"},
				cloud.Failed, "FAILED", "RESCALE: no slots (severity CRITICAL)", false},
		},
	},
}
