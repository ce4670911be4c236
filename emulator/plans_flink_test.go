package emulator_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// flinkPlans are what changes or inspects jobs by itself.
var flinkPlans = map[string]func(t *testing.T, c clients){
	"Scheduled plans": func(t *testing.T, c clients) {
		create := func(name string) string {
			made, err := c.flink.CreateScheduledPlan(t.Context(), flink.CreateScheduledPlanRequest{ScheduledPlan: flink.ScheduledPlan{
				DeploymentID: deployment, Name: name,
			}})
			require.NoError(t, err)
			return made.Data.ScheduledPlanID
		}
		nights, days := create("nights"), create("days")
		list, err := c.flink.ListScheduledPlan(t.Context(), flink.ListScheduledPlanRequest{DeploymentID: deployment, PageSize: 1, PageIndex: 2})
		require.NoError(t, err)
		require.Len(t, list.Data, 1)
		assert.Equal(t, days, list.Data[0].ScheduledPlanID)
		assert.Equal(t, 2, list.TotalSize)
		updated, err := c.flink.UpdateScheduledPlan(t.Context(), flink.UpdateScheduledPlanRequest{
			ScheduledPlanID: days, ScheduledPlan: flink.ScheduledPlan{Name: "weekdays"},
		})
		require.NoError(t, err)
		assert.Equal(t, "weekdays", updated.Data.Name)
		assert.True(t, *updated.Data.UpdatedByUser)
		_, err = c.flink.CreateScheduledPlan(t.Context(), flink.CreateScheduledPlanRequest{ScheduledPlan: flink.ScheduledPlan{DeploymentID: "x"}})
		require.ErrorIs(t, err, cloud.ErrNotFound)

		applied := func() *flink.ScheduledPlanAppliedInfo {
			out, err := c.flink.GetAppliedScheduledPlan(t.Context(), flink.GetAppliedScheduledPlanRequest{DeploymentID: deployment})
			require.NoError(t, err)
			return out.Data
		}
		assert.Nil(t, applied())
		info, err := c.flink.ApplyScheduledPlan(t.Context(), flink.ApplyScheduledPlanRequest{ScheduledPlanID: nights})
		require.NoError(t, err)
		assert.Equal(t, flink.ScheduledPlanStateRunning, info.Data.ExpectedState)
		assert.Equal(t, info.Data, applied())
		_, err = c.flink.ApplyScheduledPlan(t.Context(), flink.ApplyScheduledPlanRequest{ScheduledPlanID: days})
		require.ErrorIs(t, err, cloud.Code("StateConflict"), "one plan at a time")
		_, err = c.flink.UpdateAutopilotPolicy(t.Context(), flink.UpdateAutopilotPolicyRequest{DeploymentID: deployment, Enabled: new(true)})
		require.ErrorIs(t, err, cloud.Code("StateConflict"), "a plan excludes automatic tuning")
		_, err = c.flink.DeleteScheduledPlan(t.Context(), flink.DeleteScheduledPlanRequest{ScheduledPlanID: nights})
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		_, err = c.flink.StopApplyScheduledPlan(t.Context(), flink.StopApplyScheduledPlanRequest{ScheduledPlanID: days})
		require.ErrorIs(t, err, cloud.Code("StateConflict"), "not in effect")
		_, err = c.flink.StopApplyScheduledPlan(t.Context(), flink.StopApplyScheduledPlanRequest{ScheduledPlanID: nights})
		require.NoError(t, err)
		assert.Nil(t, applied())
		_, err = c.flink.DeleteScheduledPlan(t.Context(), flink.DeleteScheduledPlanRequest{ScheduledPlanID: nights})
		require.NoError(t, err)
		_, err = c.flink.ApplyScheduledPlan(t.Context(), flink.ApplyScheduledPlanRequest{ScheduledPlanID: nights})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		history, err := c.flink.ListScheduledPlanExecutedHistory(t.Context(),
			flink.ListScheduledPlanExecutedHistoryRequest{DeploymentID: deployment, Origin: "SCHEDULED_PLAN"})
		require.NoError(t, err)
		assert.Empty(t, history.Data)
	},
	"Automatic tuning": func(t *testing.T, c clients) {
		get := func() *flink.AutopilotConfig {
			out, err := c.flink.GetAutopilotPolicy(t.Context(), flink.GetAutopilotPolicyRequest{DeploymentID: deployment})
			require.NoError(t, err)
			return out.Data
		}
		assert.Equal(t, &flink.AutopilotConfig{}, get())
		policy := &flink.AutopilotPolicy{Limits: &flink.AutopilotLimits{JobMaxParallelism: new(8)}}
		out, err := c.flink.UpdateAutopilotPolicy(t.Context(), flink.UpdateAutopilotPolicyRequest{
			DeploymentID: deployment, Enabled: new(true), PolicyConfig: policy,
		})
		require.NoError(t, err)
		assert.Equal(t, &flink.AutopilotConfig{Enabled: true, PolicyConfig: policy}, out.Data)
		assert.Equal(t, out.Data, get())
		_, err = c.flink.UpdateAutopilotPolicy(t.Context(), flink.UpdateAutopilotPolicyRequest{DeploymentID: "x"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		list, err := c.flink.ListAutopilotTuningHistories(t.Context(), flink.ListAutopilotTuningHistoriesRequest{DeploymentID: deployment})
		require.NoError(t, err)
		assert.Zero(t, list.Data.TotalCount)
	},
	"Patrol configuration": func(t *testing.T, c clients) {
		before, err := c.flink.GetPatrolConfig(t.Context(), flink.GetPatrolConfigRequest{})
		require.NoError(t, err)
		assert.False(t, before.Data.Enabled)
		out, err := c.flink.UpdatePatrolConfig(t.Context(), flink.UpdatePatrolConfigRequest{Enabled: new(true), Cron: "30 4 * * *"})
		require.NoError(t, err)
		assert.Equal(t, "30 4 * * *", out.Data.Cron)
		assert.Equal(t, before.Data.Timezone, out.Data.Timezone)
		after, err := c.flink.GetPatrolConfig(t.Context(), flink.GetPatrolConfigRequest{})
		require.NoError(t, err)
		assert.Equal(t, out.Data, after.Data)
		_, err = c.flink.UpdatePatrolConfig(t.Context(), flink.UpdatePatrolConfigRequest{Cron: "daily"})
		require.ErrorIs(t, err, cloud.Code("InvalidParameter"))
	},
	"Patrol details": func(t *testing.T, c clients) {
		get := func(r flink.GetPatrolReportDetailRequest) (*flink.PatrolReportDetail, error) {
			out, err := c.flink.GetPatrolReportDetail(t.Context(), r)
			if err != nil {
				return nil, err
			}
			return out.Data, nil
		}
		detail, err := get(flink.GetPatrolReportDetailRequest{ReportID: patrolReport})
		require.NoError(t, err)
		assert.Equal(t, patrolReport, detail.ReportID)
		assert.NotNil(t, detail.Overview)
		byDay, err := get(flink.GetPatrolReportDetailRequest{Date: detail.CreatedAt.Time().UTC().Format("2006-01-02")})
		require.NoError(t, err)
		assert.Equal(t, detail, byDay)
		for _, r := range []flink.GetPatrolReportDetailRequest{{ReportID: "x"}, {Date: "19700101"}, {Date: "yesterday", ReportID: "x"}} {
			_, err = get(r)
			require.ErrorIs(t, err, cloud.ErrNotFound)
		}
	},
}

// TestScheduledPlanActs checks that a plan changes its deployment at its times, also after an update of the deployment, and
// no longer after it was stopped.
func TestScheduledPlanActs(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, withoutRetries(emu))
		entry := func(after time.Duration, parallelism int) flink.PeriodicSchedulingPolicy {
			return flink.PeriodicSchedulingPolicy{
				OnlyOnceTriggerTime: cloud.Milliseconds(time.Now().Add(after)),
				ResourceSetting: &flink.BriefResourceSetting{StreamingResourceSetting: &flink.StreamingResourceSetting{
					BasicResourceSetting: &flink.BasicResourceSetting{Parallelism: parallelism},
				}},
			}
		}
		id := emu.Flink.AddScheduledPlan(workspace, namespace, flink.ScheduledPlan{
			DeploymentID: deployment, PeriodicSchedulingPolicies: []flink.PeriodicSchedulingPolicy{
				entry(3*time.Hour, 9), entry(2*time.Hour, 7), entry(time.Hour, 5),
			},
		})
		_, err := c.flink.ApplyScheduledPlan(t.Context(), flink.ApplyScheduledPlanRequest{ScheduledPlanID: id})
		require.NoError(t, err)
		_, err = c.flink.UpdateDeployment(t.Context(), flink.UpdateDeploymentRequest{
			DeploymentID: deployment, Deployment: flink.Deployment{Description: new("changed")},
		})
		require.NoError(t, err)
		check := func(parallelism, changes int) {
			t.Helper()
			d, err := c.flink.GetDeployment(t.Context(), flink.GetDeploymentRequest{DeploymentID: deployment})
			require.NoError(t, err)
			assert.Equal(t, parallelism, d.Data.StreamingResourceSetting.BasicResourceSetting.Parallelism)
			assert.Equal(t, "changed", *d.Data.Description)
			history, err := c.flink.ListScheduledPlanExecutedHistory(t.Context(),
				flink.ListScheduledPlanExecutedHistoryRequest{DeploymentID: deployment, Origin: "SCHEDULED_PLAN"})
			require.NoError(t, err)
			assert.Len(t, history.Data, changes)
		}
		emu.Advance(61 * time.Minute)
		check(5, 1)
		emu.Advance(time.Hour)
		check(7, 2)
		_, err = c.flink.StopApplyScheduledPlan(t.Context(), flink.StopApplyScheduledPlanRequest{ScheduledPlanID: id})
		require.NoError(t, err)
		emu.Advance(time.Hour)
		check(7, 2)
	})
}

// TestTuningHistories checks the time range and the pages of a list.
func TestTuningHistories(t *testing.T) {
	t.Parallel()
	emu := start(t)
	now := time.Now()
	for _, age := range []time.Duration{5 * 24 * time.Hour, 2 * time.Hour, time.Hour} {
		emu.Flink.AddTuningHistory(workspace, namespace, deployment, flink.TuningHistory{
			TuningID: age.String(), TriggerTime: cloud.Milliseconds(now.Add(-age)),
		})
	}
	emu.Flink.AddTuningHistory(workspace, namespace, "another", flink.TuningHistory{})
	c := clientsOf(t, withoutRetries(emu))
	tests := map[string]struct {
		request flink.ListAutopilotTuningHistoriesRequest
		total   int
		want    []string
	}{
		"three days": {flink.ListAutopilotTuningHistoriesRequest{}, 2, []string{"2h0m0s", "1h0m0s"}},
		"second":     {flink.ListAutopilotTuningHistoriesRequest{PageNumber: 2, PageSize: 1}, 2, []string{"1h0m0s"}},
		"ten days": {
			flink.ListAutopilotTuningHistoriesRequest{StartTime: now.Add(-240 * time.Hour).UnixMilli()},
			3, []string{"120h0m0s", "2h0m0s", "1h0m0s"},
		},
	}
	for name, tt := range tests {
		tt.request.DeploymentID = deployment
		out, err := c.flink.ListAutopilotTuningHistories(t.Context(), tt.request)
		require.NoError(t, err, name)
		var ids []string
		for _, h := range out.Data.TuningHistories {
			ids = append(ids, h.TuningID)
		}
		assert.Equal(t, tt.want, ids, name)
		assert.Equal(t, tt.total, out.Data.TotalCount, name)
	}
}

// TestPatrolFindsFailures checks that a patrol counts and names the failed jobs in its scope.
func TestPatrolFindsFailures(t *testing.T) {
	t.Parallel()
	emu := start(t)
	emu.Flink.AddJob(workspace, namespace, flink.Job{JobID: "failed", DeploymentID: "tagged", Status: &flink.JobStatus{
		CurrentJobStatus: flink.JobStateFailed, Failure: &flink.JobFailure{Reason: "OOM", Message: "out of memory"},
	}})
	emu.Flink.AddDeployment(workspace, namespace, flink.Deployment{DeploymentID: "tagged", Labels: map[string]any{"team": "web"}})
	c := clientsOf(t, withoutRetries(emu))
	tests := map[string]struct {
		request          flink.TriggerPatrolRequest
		total, unhealthy int
	}{
		"all": {flink.TriggerPatrolRequest{ScopeType: flink.PatrolScopeTypeAll}, 2, 1},
		"deployments": {flink.TriggerPatrolRequest{ScopeType: flink.PatrolScopeTypeDeployments, ScopeConfig: &flink.PatrolScopeConfig{
			DeploymentIDs: []string{deployment},
		}}, 1, 0},
		"tags": {flink.TriggerPatrolRequest{ScopeType: flink.PatrolScopeTypeTags, ScopeConfig: &flink.PatrolScopeConfig{
			Tags: map[string][]string{"team": {"app", "web"}},
		}}, 1, 1},
	}
	for name, tt := range tests {
		out, err := c.flink.TriggerPatrol(t.Context(), tt.request)
		require.NoError(t, err, name)
		emu.Advance(time.Hour)
		detail, err := c.flink.GetPatrolReportDetail(t.Context(), flink.GetPatrolReportDetailRequest{ReportID: out.Data.ReportID})
		require.NoError(t, err, name)
		assert.Equal(t, tt.total, detail.Data.Overview.Total, name)
		assert.Equal(t, tt.unhealthy, detail.Data.Overview.RiskSummary.Critical, name)
		assert.Len(t, detail.Data.UnhealthyJobs, tt.unhealthy, name)
	}
}
