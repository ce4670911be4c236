package proton

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

var (
	before = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	after  = before.Add(time.Minute)
)

func TestJudgeInstanceUpdate(t *testing.T) {
	t.Parallel()
	instance := func(status DeploymentStatus, at time.Time, attempted, succeeded string) ServiceInstance {
		return ServiceInstance{
			DeploymentStatus: status, LastDeploymentAttemptedAt: at, LastAttemptedDeploymentID: attempted,
			LastSucceededDeploymentID: succeeded, DeploymentStatusMessage: "because",
		}
	}
	known := instanceUpdate{LastID: "d1", LastAt: before, DeploymentID: "d2"}
	unknown := instanceUpdate{LastID: "d1", LastAt: before}
	never := instanceUpdate{LastAt: before} // the service names no deployments
	tests := []struct {
		name     string
		update   instanceUpdate
		instance ServiceInstance
		want     cloud.Outcome
		reason   string
	}{
		{"stale success", known, instance(DeploymentStatusSucceeded, before, "d1", "d1"), cloud.Pending, "because"},
		{"stale failure", known, instance(DeploymentStatusFailed, before, "d1", "d0"), cloud.Pending, "because"},
		{"stale cancellation", known, instance(DeploymentStatusCancelled, before, "d1", "d0"), cloud.Pending, "because"},
		{"older than the baseline", unknown, instance(DeploymentStatusSucceeded, before.Add(-time.Hour), "d0", "d0"), cloud.Pending, "because"},
		{"in progress", known, instance(DeploymentStatusInProgress, after, "d2", "d1"), cloud.Pending, "because"},
		{"cancelling", known, instance(DeploymentStatusCancelling, after, "d2", "d1"), cloud.Pending, "because"},
		{"live", known, instance(DeploymentStatusSucceeded, after, "d2", "d2"), cloud.Succeeded, "because"},
		{"live, id not known before", unknown, instance(DeploymentStatusSucceeded, after, "d2", "d2"), cloud.Succeeded, "because"},
		{"live, no ids", never, instance(DeploymentStatusSucceeded, after, "", ""), cloud.Succeeded, "because"},
		{"no ids, stale", never, instance(DeploymentStatusSucceeded, before, "", ""), cloud.Pending, "because"},
		{"status ahead of the ids", known, instance(DeploymentStatusSucceeded, after, "d2", "d1"), cloud.Pending, "because"},
		{"failed", known, instance(DeploymentStatusFailed, after, "d2", "d1"), cloud.Failed, "because"},
		{"cancelled", known, instance(DeploymentStatusCancelled, after, "d2", "d1"), cloud.Cancelled, "because"},
		{"superseded", known, instance(DeploymentStatusInProgress, after, "d3", "d1"), cloud.Failed, "superseded by deployment d3"},
		{"live, then another began", known, instance(DeploymentStatusInProgress, after, "d3", "d2"), cloud.Succeeded, "because"},
		{"deleted meanwhile", known, instance(DeploymentStatusDeleteInProgress, after, "d2", "d1"), cloud.Failed, "because"},
		{"status of next year", known, instance("ROLLING", after, "d2", "d1"), cloud.Pending, "because"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := tt.update.judge(&GetServiceInstanceResponse{ServiceInstance: tt.instance})
			assert.Equal(t, tt.want, j.Outcome)
			assert.Equal(t, tt.reason, j.Reason)
			assert.Equal(t, string(tt.instance.DeploymentStatus), j.State)
		})
	}
}

// TestEveryDeploymentStatusHasAnOutcome fails when a new status is not placed.
func TestEveryDeploymentStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	want := map[DeploymentStatus]cloud.Outcome{
		DeploymentStatusInProgress: cloud.Pending, DeploymentStatusCancelling: cloud.Pending, DeploymentStatusSucceeded: cloud.Succeeded,
		DeploymentStatusFailed: cloud.Failed, DeploymentStatusCancelled: cloud.Cancelled, DeploymentStatusDeleteInProgress: cloud.Failed,
		DeploymentStatusDeleteFailed: cloud.Failed, DeploymentStatusDeleteComplete: cloud.Failed,
	}
	for _, status := range DeploymentStatus("").Values() {
		outcome, ok := want[status]
		assert.True(t, ok, "%s is not placed", status)
		r := GetServiceInstanceResponse{ServiceInstance: ServiceInstance{DeploymentStatus: status}}
		assert.Equal(t, outcome, judgeServiceInstance(&r).Outcome, status)
	}
	assert.Len(t, DeploymentStatus("").Values(), len(want))
}
