package flink

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) patrolOperations() front.Handlers {
	return front.Handlers{
		"TriggerPatrol":     front.Handle(s.triggerPatrol),
		"ListPatrolReports": front.Handle(s.listPatrols),

		"GetPatrolReportDetail": front.Handle(s.getPatrolDetail),
		"GetPatrolConfig":       front.Handle(s.getPatrolConfig),
		"UpdatePatrolConfig":    front.Handle(s.updatePatrolConfig),
	}
}

// patrolPage is the default page size.
const patrolPage = 20

// AddPatrolReport adds the report of a patrol to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddPatrolReport(workspace, namespace string, report flink.PatrolReport) (reportID string) {
	s.know(workspace, namespace)
	now, p := s.world.Now(), report
	p.Workspace, p.Namespace = workspace, namespace
	p.ReportID = cmp.Or(p.ReportID, s.world.NewUUID())
	p.ScopeType = cmp.Or(p.ScopeType, flink.PatrolScopeTypeAll)
	p.TriggerType = cmp.Or(p.TriggerType, flink.PatrolTriggerTypeCron)
	p.Status = cmp.Or(p.Status, flink.PatrolStatusCompleted)
	p.CreatedAt = cmp.Or(p.CreatedAt, unixMilliseconds(now.Add(-time.Hour)))
	p.UpdatedAt = cmp.Or(p.UpdatedAt, p.CreatedAt)
	s.patrols.Add(world.KeyOf(workspace, namespace, p.ReportID), now, p)
	return p.ReportID
}

// triggerPatrol plans a patrol: it is pending for a sixth of its time, then in progress.
func (s *Service) triggerPatrol(_ *front.Received, in flink.TriggerPatrolRequest) (any, error) {
	c := s.world.Begin("flink", "TriggerPatrol")
	pending := flink.PatrolReport{
		ReportID: s.world.NewUUID(), Workspace: in.Workspace, Namespace: in.Namespace, ScopeType: in.ScopeType, ScopeConfig: in.ScopeConfig,
		TriggerType: flink.PatrolTriggerTypeManual, Status: flink.PatrolStatusPending, CreatedAt: unixMilliseconds(c.Start),
		UpdatedAt: unixMilliseconds(c.Start),
	}
	started := c.Part(1, 6)
	inProgress := pending
	inProgress.Status = flink.PatrolStatusInProgress
	inProgress.StartedAt, inProgress.UpdatedAt = unixMilliseconds(started), unixMilliseconds(started)

	after := inProgress
	after.Status, after.CompletedAt, after.UpdatedAt = flink.PatrolStatusCompleted, unixMilliseconds(c.End), unixMilliseconds(c.End)
	if c.Failed() {
		after.Status, after.ErrorMessage = flink.PatrolStatusFailed, cmp.Or(c.Reason, "the jobs could not be inspected")
	}
	after.Status = cmp.Or(flink.PatrolStatus(c.State), after.Status)
	if after.Status == flink.PatrolStatusCompleted {
		unhealthy, total := s.inspect(after)
		after.TotalJobs, after.InspectedJobs = total, total
		after.ProblemUnhealthyCount, after.RiskCriticalCount = len(unhealthy), len(unhealthy)
	}

	row := s.patrols.Create(world.KeyOf(in.Workspace, in.Namespace, pending.ReportID))
	world.Schedule(row, c, c.Start, pending)
	world.Schedule(row, c, started, inProgress)
	world.Finish(row, c, after)
	return &flink.TriggeredPatrol{ReportID: pending.ReportID, Status: pending.Status}, nil
}

// listPatrols returns the latest report first.
func (s *Service) listPatrols(_ *front.Received, in flink.ListPatrolReportsRequest) (any, error) {
	list := slices.DeleteFunc(inNamespace(s, s.patrols, in.Workspace, in.Namespace), func(p *flink.PatrolReport) bool {
		return !patrolMatches(p, in)
	})
	slices.Reverse(list)
	page, size := max(in.Page, 1), cmp.Or(in.Size, patrolPage)
	items := world.Copies(world.NumberedPage(list, page, size))
	return &flink.PatrolReportPage{Items: items, Page: page, Size: size, Total: len(list)}, nil
}

// patrolMatches reports whether a report matches the filters of a list.
func patrolMatches(p *flink.PatrolReport, in flink.ListPatrolReportsRequest) bool {
	created := p.CreatedAt.Time().UnixMilli()
	return (in.Status == "" || p.Status == in.Status) && (in.ScopeType == "" || p.ScopeType == in.ScopeType) &&
		(in.TriggerType == "" || p.TriggerType == in.TriggerType) &&
		(in.StartDate == 0 || created >= in.StartDate) && (in.EndDate == 0 || created <= in.EndDate)
}

// unixMilliseconds formats a time as patrols do.
func unixMilliseconds(t time.Time) cloud.TimeString { return world.Digits(t.UnixMilli()) }
