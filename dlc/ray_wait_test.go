package dlc

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestEveryRayStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, RayClusterStatus("").Values(), "SLEEPING", map[RayClusterStatus][]cloud.Outcome{
		// Creation, start, stop, deletion of a stopped cluster that was not seen to change.
		RayClusterStatusInitializing: {p, p, p, p},
		RayClusterStatusCreated:      {s, p, p, p},
		RayClusterStatusStarting:     {p, p, p, p},
		RayClusterStatusRunning:      {s, s, p, p},
		RayClusterStatusStopped:      {f, p, s, p},
		RayClusterStatusFailed:       {f, f, f, p},
		RayClusterStatusDeleted:      {f, f, f, s},
	}, func(status RayClusterStatus) []cloud.Verdict {
		now := raySnapshot{Status: status, Started: 101, Stopped: 101}
		before := raySnapshot{Status: RayClusterStatusStopped, Started: 100, Stopped: 100}
		running := raySnapshot{Status: RayClusterStatusRunning, Started: 100, Stopped: 100}
		return []cloud.Verdict{
			rayClusters.created(now),
			(&rayChange{Goal: RayClusterStatusRunning, Before: before}).judge("cluster", now),
			(&rayChange{Goal: RayClusterStatusStopped, Before: running}).judge("cluster", now),
			(&rayChange{Goal: RayClusterStatusDeleted, Before: before}).judgeDeletion("cluster", now),
		}
	})
}

func TestEveryRayJobStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, RayJobStatus("").Values(), "SUSPENDED", map[RayJobStatus][]cloud.Outcome{
		// Success, cancellation.
		RayJobStatusSubmitted: {p, p},
		RayJobStatusPending:   {p, p},
		RayJobStatusRunning:   {p, p},
		RayJobStatusSucceeded: {s, f},
		RayJobStatusFailed:    {f, f},
	}, func(status RayJobStatus) []cloud.Verdict {
		v := judgeRayJob(&GetRayJobResponse{Status: status})
		return []cloud.Verdict{v, cancellation(v)}
	})
}

// TestRayJobsThatEndInAnotherState checks what is known of a canceled job: that it has finished.
func TestRayJobsThatEndInAnotherState(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status RayJobStatus
		at     cloud.Timestamp
		want   cloud.Outcome
	}{
		{"STOPPED", 0, cloud.Pending}, {"STOPPED", 100, cloud.Canceled}, {RayJobStatusRunning, 100, cloud.Pending}, {"", 100, cloud.Pending},
		{RayJobStatusFailed, 100, cloud.Failed},
	} {
		v := judgeRayJob(&GetRayJobResponse{Status: tt.status, FinishTime: tt.at})
		assert.Equal(t, tt.want, v.Outcome, "%+v", tt)
		assert.Equal(t, tt.want == cloud.Canceled, v.Inferred, "no state is documented")
	}
}

// TestRayClusterThatRanBefore checks that a cluster which runs by an older read is not taken for one that was started.
func TestRayClusterThatRanBefore(t *testing.T) {
	t.Parallel()
	before := raySnapshot{Status: RayClusterStatusStopped, Message: "stopped by root", Started: 100, Stopped: 110}
	running := raySnapshot{Status: RayClusterStatusRunning, Started: 100, Stopped: 90}
	for name, tt := range map[string]struct {
		now  raySnapshot
		want cloud.Outcome
	}{
		"the run from before":   {running, cloud.Pending},
		"a new run":             {raySnapshot{Status: RayClusterStatusRunning, Started: 120, Stopped: 110}, cloud.Succeeded},
		"no times":              {raySnapshot{Status: RayClusterStatusRunning}, cloud.Succeeded},
		"a failure from before": {raySnapshot{Status: RayClusterStatusFailed, Started: 90}, cloud.Pending},
		"as before":             {before, cloud.Pending},
	} {
		s := &rayChange{ID: "id-1", Goal: RayClusterStatusRunning, Before: before}
		assert.Equal(t, tt.want, s.judge("cluster", tt.now).Outcome, name)
	}
	synctest.Test(t, func(t *testing.T) {
		s := &rayChange{ID: "id-1", Goal: RayClusterStatusRunning, Before: before}
		assert.Equal(t, cloud.Pending, s.judge("cluster", running).Outcome)
		time.Sleep(startsWithin)
		assert.Equal(t, cloud.Succeeded, s.judge("cluster", running).Outcome, "no read is that old")
	})
}

// TestFailedRayClusters checks that a cluster which had failed before is not taken for one that fails again.
func TestFailedRayClusters(t *testing.T) {
	t.Parallel()
	before := raySnapshot{Status: RayClusterStatusFailed, Message: "no image", Started: 100}
	s := &rayChange{ID: "id-1", Goal: RayClusterStatusRunning, Before: before}
	assert.Equal(t, cloud.Pending, s.judge("cluster", before).Outcome)
	again := raySnapshot{Status: RayClusterStatusFailed, Message: "no quota", Started: 100}
	assert.Equal(t, cloud.Verdict{State: "FAILED", Outcome: cloud.Failed, Reason: "no quota"}, s.judge("cluster", again))
	s = &rayChange{ID: "id-1", Goal: RayClusterStatusRunning, Before: before}
	assert.Equal(t, cloud.Failed, s.judge("cluster", raySnapshot{Status: RayClusterStatusFailed, Message: "no image", Started: 120}).Outcome)
}
