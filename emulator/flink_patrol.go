package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) patrolRoutes() []route {
	const reports = "/autopilot/v2/namespaces/{namespace}/patrol-reports"
	return []route{
		{"TriggerPatrol", "POST", reports + "/trigger", operation(s.triggerPatrol)},
		{"ListPatrolReports", "GET", reports, operation(s.listPatrols)},
	}
}

// patrolPage is the default page size.
const patrolPage = 20

// AddFlinkPatrolReport adds the report of a patrol to a namespace of a workspace, or replaces it, and returns
// its ID. Empty fields default to those of a scheduled patrol that started an hour ago and found nothing.
func (e *Emulator) AddFlinkPatrolReport(workspace, namespace string, report flink.PatrolReport) (reportID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, p := e.now(), deepCopy(report)
	p.Workspace, p.Namespace = workspace, namespace
	p.ReportID = cmp.Or(p.ReportID, newUUID())
	p.ScopeType = cmp.Or(p.ScopeType, flink.PatrolScopeTypeAll)
	p.TriggerType = cmp.Or(p.TriggerType, flink.PatrolTriggerTypeCron)
	p.Status = cmp.Or(p.Status, flink.PatrolStatusCompleted)
	p.CreatedAt = cmp.Or(p.CreatedAt, unixMilliseconds(now.Add(-time.Hour)))
	p.UpdatedAt = cmp.Or(p.UpdatedAt, p.CreatedAt)
	e.flink.patrols.add(keyOf(workspace, namespace, p.ReportID), now, p)
	return p.ReportID
}

// triggerPatrol plans a patrol: it is pending for a sixth of its time, then in progress.
func (s *flinkService) triggerPatrol(_ *received, in flink.TriggerPatrolRequest) (any, error) {
	c := s.emulator.begin("flink", "TriggerPatrol")
	pending := flink.PatrolReport{
		ReportID: newUUID(), Workspace: in.Workspace, Namespace: in.Namespace, ScopeType: in.ScopeType, ScopeConfig: in.ScopeConfig,
		TriggerType: flink.PatrolTriggerTypeManual, Status: flink.PatrolStatusPending, CreatedAt: unixMilliseconds(c.start),
		UpdatedAt: unixMilliseconds(c.start),
	}
	started := c.part(1, 6)
	inProgress := pending
	inProgress.Status = flink.PatrolStatusInProgress
	inProgress.StartedAt, inProgress.UpdatedAt = unixMilliseconds(started), unixMilliseconds(started)

	after := inProgress
	after.Status, after.CompletedAt, after.UpdatedAt = flink.PatrolStatusCompleted, unixMilliseconds(c.end), unixMilliseconds(c.end)
	if c.failed() {
		after.Status, after.ErrorMessage = flink.PatrolStatusFailed, cmp.Or(c.Reason, "the jobs could not be inspected")
	}
	after.Status = cmp.Or(flink.PatrolStatus(c.State), after.Status)

	row := s.patrols.create(keyOf(in.Workspace, in.Namespace, pending.ReportID))
	schedule(row, c, c.start, pending)
	schedule(row, c, started, inProgress)
	finish(row, c, after)
	return &flink.TriggeredPatrol{ReportID: pending.ReportID, Status: pending.Status}, nil
}

// listPatrols returns the latest report first.
func (s *flinkService) listPatrols(_ *received, in flink.ListPatrolReportsRequest) (any, error) {
	list := []flink.PatrolReport{}
	for _, p := range slices.Backward(s.patrols.list(s.emulator.now())) {
		if p.Workspace == in.Workspace && p.Namespace == in.Namespace && patrolMatches(p, in) {
			list = append(list, p)
		}
	}
	page, size := max(in.Page, 1), cmp.Or(in.Size, patrolPage)
	items := numberedPage(list, page, size)
	return &flink.PatrolReportPage{Items: items, Page: page, Size: size, Total: len(list)}, nil
}

// patrolMatches reports whether a report matches the filters of a list.
func patrolMatches(p flink.PatrolReport, in flink.ListPatrolReportsRequest) bool {
	created := p.CreatedAt.Time().UnixMilli()
	return (in.Status == "" || p.Status == in.Status) && (in.ScopeType == "" || p.ScopeType == in.ScopeType) &&
		(in.TriggerType == "" || p.TriggerType == in.TriggerType) &&
		(in.StartDate == 0 || created >= in.StartDate) && (in.EndDate == 0 || created <= in.EndDate)
}

// unixMilliseconds formats a time as patrols do.
func unixMilliseconds(t time.Time) cloud.TimeString { return digits(t.UnixMilli()) }
