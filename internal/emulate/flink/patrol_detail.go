package flink

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// inspect returns the failed jobs in the scope of a patrol, and how many jobs there are in it.
func (s *Service) inspect(p flink.PatrolReport) (unhealthy []flink.PatrolUnhealthyJob, total int) {
	for _, j := range inNamespace(s, s.jobs, p.Workspace, p.Namespace) {
		if !s.inScope(*j, p) {
			continue
		}
		total++
		if f := j.Status.Failure; f != nil {
			unhealthy = append(unhealthy, flink.PatrolUnhealthyJob{
				JobID: j.JobID, DeploymentID: j.DeploymentID, DeploymentName: j.DeploymentName, RiskLevel: "critical",
				Description: f.Message, Analysis: f.Reason, Recommendation: "Read the log of the start.",
			})
		}
	}
	return unhealthy, total
}

// inScope reports whether a patrol inspects a job.
func (s *Service) inScope(j flink.Job, p flink.PatrolReport) bool {
	switch {
	case p.ScopeConfig == nil:
		return true
	case p.ScopeType == flink.PatrolScopeTypeDeployments:
		return slices.Contains(p.ScopeConfig.DeploymentIDs, j.DeploymentID)
	case p.ScopeType == flink.PatrolScopeTypeTags:
		d, _ := s.deployments.Row(world.KeyOf(j.Workspace, j.Namespace, j.DeploymentID)).Visible(s.world.Now())
		for tag, values := range p.ScopeConfig.Tags {
			if value, ok := d.Labels[tag]; ok && slices.Contains(values, fmt.Sprint(value)) {
				return true
			}
		}
		return false
	}
	return true
}

// getPatrolDetail returns a report, or the latest of a day, with the jobs that are unhealthy now.
func (s *Service) getPatrolDetail(_ *front.Received, in flink.GetPatrolReportDetailRequest) (any, error) {
	p, err := s.reportOf(in)
	if err != nil {
		return nil, err
	}
	detail := world.CommonTo[flink.PatrolReportDetail](p)
	if p.Status == flink.PatrolStatusCompleted {
		detail.UnhealthyJobs, _ = s.inspect(p)
		detail.Overview = &flink.PatrolOverview{
			Total: p.TotalJobs,
			ProblemSummary: &flink.PatrolProblemSummary{
				DelayAndBackpressure: p.ProblemDelayBackpressureCount, Unhealthy: p.ProblemUnhealthyCount,
				UnhealthyCheckpoints: p.ProblemUnhealthyCheckpointCount,
			},
			RiskSummary: &flink.PatrolRiskSummary{Critical: p.RiskCriticalCount, Info: p.RiskInfoCount, Warning: p.RiskWarningCount},
		}
	}
	return &detail, nil
}

func (s *Service) reportOf(in flink.GetPatrolReportDetailRequest) (flink.PatrolReport, error) {
	if in.ReportID != "" {
		return visible(s, s.patrols, world.KeyOf(in.Workspace, in.Namespace, in.ReportID), "patrol report", in.ReportID)
	}
	zone, err := time.LoadLocation(in.Timezone)
	if err != nil {
		return flink.PatrolReport{}, &front.Refusal{Code: "InvalidParameter", Message: "The time zone " + in.Timezone + " is unknown."}
	}
	day := strings.ReplaceAll(in.Date, "-", "")
	switch now := s.world.Now().In(zone); day {
	case "today":
		day = now.Format("20060102")
	case "yesterday":
		day = now.AddDate(0, 0, -1).Format("20060102")
	}
	for _, p := range slices.Backward(inNamespace(s, s.patrols, in.Workspace, in.Namespace)) {
		if p.CreatedAt.Time().In(zone).Format("20060102") == day {
			return *p, nil
		}
	}
	return flink.PatrolReport{}, objectNotFound("patrol report of", in.Date)
}

// patrolConfig returns the configuration of a namespace, which has one from the beginning. It is off.
func (s *Service) patrolConfig(workspace, namespace string) flink.PatrolConfig {
	c, ok := s.patrolling.Row(world.KeyOf(workspace, namespace)).Actual(s.world.Now())
	if ok {
		return c
	}
	return flink.PatrolConfig{
		Workspace: workspace, Namespace: namespace, Cron: "0 2 * * *", Timezone: "UTC", ScopeType: flink.PatrolScopeTypeAll,
	}
}

func (s *Service) getPatrolConfig(_ *front.Received, in flink.GetPatrolConfigRequest) (any, error) {
	c := s.patrolConfig(in.Workspace, in.Namespace)
	return &c, nil
}

// updatePatrolConfig replaces what the request has. Patrols by the schedule do not run in the emulator, so there is no time
// of the next one.
func (s *Service) updatePatrolConfig(_ *front.Received, in flink.UpdatePatrolConfigRequest) (any, error) {
	c := s.patrolConfig(in.Workspace, in.Namespace)
	if in.Cron != "" && len(strings.Fields(in.Cron)) != 5 {
		return nil, &front.Refusal{Code: "InvalidParameter", Message: fmt.Sprintf("cron must have five fields, not %q.", in.Cron)}
	}
	if in.Enabled != nil {
		c.Enabled = *in.Enabled
	}
	c.Cron, c.Timezone = cmp.Or(in.Cron, c.Cron), cmp.Or(in.Timezone, c.Timezone)
	c.ScopeType, c.ScopeConfig = cmp.Or(in.ScopeType, c.ScopeType), cmp.Or(in.ScopeConfig, c.ScopeConfig)
	c.ConfigUpdatedAt = cloud.Milliseconds(s.world.Now())
	c.ConfigCreatedAt = cmp.Or(c.ConfigCreatedAt, c.ConfigUpdatedAt)
	save(s, s.patrolling, world.KeyOf(in.Workspace, in.Namespace), c)
	return &c, nil
}
