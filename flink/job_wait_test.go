package flink

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func jobInState(state JobState) *GetJobResponse {
	return &GetJobResponse{Data: &Job{Status: &JobStatus{CurrentJobStatus: state}}}
}

func TestEveryJobStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		goal wait.Statuses[JobState]
		want map[JobState]cloud.Outcome
	}{
		"runs": {jobRuns, map[JobState]cloud.Outcome{
			JobStateStarting: pending, JobStateRunning: succeeded, JobStateCancelling: pending,
			JobStateFailed: failed, JobStateCancelled: canceled, JobStateFinished: failed,
		}},
		"started": {jobStarted, map[JobState]cloud.Outcome{
			JobStateStarting: pending, JobStateRunning: succeeded, JobStateCancelling: pending,
			JobStateFailed: failed, JobStateCancelled: canceled, JobStateFinished: succeeded,
		}},
		"finished": {jobFinished, map[JobState]cloud.Outcome{
			JobStateStarting: pending, JobStateRunning: pending, JobStateCancelling: pending,
			JobStateFailed: failed, JobStateCancelled: canceled, JobStateFinished: succeeded,
		}},
		"stopped": {jobStopped, map[JobState]cloud.Outcome{
			JobStateStarting: pending, JobStateRunning: pending, JobStateCancelling: pending,
			JobStateFailed: failed, JobStateCancelled: succeeded, JobStateFinished: succeeded,
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			places(t, JobState("").Values(), tt.want, func(s JobState) cloud.Verdict { return new(jobChange).judge(jobInState(s), tt.goal) })
			assert.Equal(t, cloud.Verdict{}, new(jobChange).judge(&GetJobResponse{Data: &Job{}}, tt.goal))
		})
	}
}

func TestReasonOfAJob(t *testing.T) {
	t.Parallel()
	r := jobInState(JobStateFailed)
	assert.Empty(t, new(jobChange).judge(r, jobRuns).Reason)
	r.Data.Status.Failure = &JobFailure{Reason: "Timeout", Message: `""`}
	assert.Equal(t, "Timeout", new(jobChange).judge(r, jobRuns).Reason)
	r.Data.Status.Failure.Message = "no response"
	assert.Equal(t, "Timeout: no response", new(jobChange).judge(r, jobRuns).Reason)
}
