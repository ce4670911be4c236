package emulator

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) patrolRoutes() []route {
	const reports = "/autopilot/v2/namespaces/{namespace}/patrol-reports"
	return []route{
		{"TriggerPatrol", "POST", reports + "/trigger", operation(s.triggerPatrol)},
		{"ListPatrolReports", "GET", reports, operation(s.listPatrols)},
	}
}

// patrolPage is how many reports a page has unless the request says.
const patrolPage = 20

// AddFlinkPatrolReport puts the report of a patrol into a namespace of a workspace, or replaces it, and
// returns its id. What is left empty becomes that of one which the schedule started an hour ago and which
// found nothing.
func (e *Emulator) AddFlinkPatrolReport(workspace, namespace string, report flink.PatrolReport) (reportID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, p := e.now(), copyOf(report)
	p.Workspace, p.Namespace = workspace, namespace
	p.ReportID = cmp.Or(p.ReportID, newUUID())
	p.ScopeType = cmp.Or(p.ScopeType, flink.PatrolScopeTypeAll)
	p.TriggerType = cmp.Or(p.TriggerType, flink.PatrolTriggerTypeCron)
	p.Status = cmp.Or(p.Status, flink.PatrolStatusCompleted)
	p.CreatedAt = cmp.Or(p.CreatedAt, milliseconds(now.Add(-time.Hour)))
	p.UpdatedAt = cmp.Or(p.UpdatedAt, p.CreatedAt)
	e.flink.patrols.add(keyOf(workspace, namespace, p.ReportID), now, p)
	return p.ReportID
}

// triggerPatrol plans a patrol: it is pending for a sixth of its time, then under way.
func (s *flinkService) triggerPatrol(_ *received, in flink.TriggerPatrolRequest) (any, error) {
	c := s.emulator.begin("flink", "TriggerPatrol")
	pending := flink.PatrolReport{
		ReportID: newUUID(), Workspace: in.Workspace, Namespace: in.Namespace, ScopeType: in.ScopeType, ScopeConfig: in.ScopeConfig,
		TriggerType: flink.PatrolTriggerTypeManual, Status: flink.PatrolStatusPending, CreatedAt: milliseconds(c.start), UpdatedAt: milliseconds(c.start),
	}
	began := c.part(1, 6)
	underWay := pending
	underWay.Status, underWay.StartedAt, underWay.UpdatedAt = flink.PatrolStatusInProgress, milliseconds(began), milliseconds(began)

	after := underWay
	after.Status, after.CompletedAt, after.UpdatedAt = flink.PatrolStatusCompleted, milliseconds(c.end), milliseconds(c.end)
	if c.failed() {
		after.Status, after.ErrorMessage = flink.PatrolStatusFailed, cmp.Or(c.Reason, "the jobs could not be inspected")
	}
	after.Status = cmp.Or(flink.PatrolStatus(c.State), after.Status)

	row := s.patrols.create(keyOf(in.Workspace, in.Namespace, pending.ReportID))
	during(row, c, c.start, pending)
	during(row, c, began, underWay)
	finish(row, c, after)
	return &flink.TriggeredPatrol{ReportID: pending.ReportID, Status: pending.Status}, nil
}

// listPatrols has the latest report first.
func (s *flinkService) listPatrols(_ *received, in flink.ListPatrolReportsRequest) (any, error) {
	list := []flink.PatrolReport{}
	for _, p := range slices.Backward(s.patrols.list(s.emulator.now())) {
		if p.Workspace == in.Workspace && p.Namespace == in.Namespace && patrolFits(p, in) {
			list = append(list, p)
		}
	}
	page, size := max(in.Page, 1), cmp.Or(in.Size, patrolPage)
	items := numberedPage(list, page, size)
	return &flink.PatrolReportPage{Items: items, Page: page, Size: size, Total: len(list)}, nil
}

// patrolFits reports whether a report passes the filters of a list.
func patrolFits(p flink.PatrolReport, in flink.ListPatrolReportsRequest) bool {
	created := p.CreatedTime().UnixMilli()
	return (in.Status == "" || p.Status == in.Status) && (in.ScopeType == "" || p.ScopeType == in.ScopeType) &&
		(in.TriggerType == "" || p.TriggerType == in.TriggerType) &&
		(in.StartDate == 0 || created >= in.StartDate) && (in.EndDate == 0 || created <= in.EndDate)
}

// milliseconds writes a time as patrols do.
func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
