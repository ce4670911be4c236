package flink

import (
	"context"
	"iter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of a patrol mean.
var patrolCompleted = wait.Statuses[PatrolStatus]{
	Succeeded: []PatrolStatus{PatrolStatusCompleted},
	Failed:    []PatrolStatus{PatrolStatusFailed},
}

// PatrolReportRequest names the report that [Client.UntilPatrolCompleted] waits for. No operation reads the status
// of one report, so it is found in the list.
//
// ReportID is required.
type PatrolReportRequest struct {
	// The ID of the report, from [Client.TriggerPatrol] or [Client.ListPatrolReports].
	ReportID string

	Namespace string
	Workspace string
}

var triggerPatrol = change[TriggerPatrolRequest, TriggerPatrolResponse, patrolChange, PatrolReport]{
	State: func(r *TriggerPatrolRequest) *patrolChange {
		return &patrolChange{Namespace: r.Namespace, Workspace: r.Workspace}
	},
	Accepted: func(s *patrolChange, _ *TriggerPatrolRequest, out *TriggerPatrolResponse, _ time.Time) error {
		s.ReportID = out.Data.ReportID
		return nil
	},
	Began: (*Client).patrolBegan,
	Spec:  (*Client).patrol,
}

// UntilPatrolCompleted waits until the report of a patrol is completed. It ends like the waiter of
// [Client.BeginTriggerPatrol], and reads the list as well.
func (c *Client) UntilPatrolCompleted(r PatrolReportRequest) *cloud.Waiter[PatrolReport] {
	return wait.Until(c.api, "UntilPatrolCompleted", c.patrol(&patrolChange{r.ReportID, r.Namespace, r.Workspace}))
}

// patrolChange is the resume state of a patrol. The id of its report is new, so nothing older can be mistaken for
// it.
type patrolChange struct {
	ReportID  string `json:"reportId"`
	Namespace string `json:"namespace"`
	Workspace string `json:"workspace"`
}

// Check refuses a state that names no report.
func (s *patrolChange) Check() error {
	return wait.Lacks("reportId", s.ReportID, "namespace", s.Namespace, "workspace", s.Workspace)
}

// Resource is the namespace.
func (s *patrolChange) Resource() string { return s.Workspace + "/" + s.Namespace }

// patrolBegan looks for the report among those that no schedule has begun.
func (c *Client) patrolBegan(ctx context.Context, s *patrolChange, r *TriggerPatrolRequest, prepared time.Time) (cloud.StartStatus, error) {
	asked := &PatrolReport{ScopeType: r.ScopeType, ScopeConfig: r.ScopeConfig}
	report, status, err := wait.Creations[PatrolReport]{
		Items:     c.patrolReports(ctx, &patrolChange{Namespace: r.Namespace, Workspace: r.Workspace}),
		PageSize:  patrolPageSize,
		ID:        func(p *PatrolReport) string { return p.ReportID },
		CreatedAt: func(p *PatrolReport) time.Time { return p.CreatedAt.Time() },
		Matches: func(p *PatrolReport) bool {
			return p.ReportID != "" && p.TriggerType != PatrolTriggerTypeCron && !wait.Contradicts(asked, p)
		},
	}.Since(prepared)
	if report != nil {
		s.ReportID = report.ReportID
	}
	return status, err
}

// patrolPageSize is the size of the largest pages.
const patrolPageSize = 200

func (c *Client) patrol(s *patrolChange) cloud.WaitSpec[PatrolReport] {
	var course wait.Course
	w := wait.Share(c.api, cloud.WaitSpec[PatrolReport]{
		Service:      service,
		Read:         func(ctx context.Context) (*PatrolReport, error) { return c.findPatrolReport(ctx, s) },
		Judge:        func(report *PatrolReport) cloud.Verdict { return judgePatrol(&course, report) },
		AppearWithin: wait.AppearsWithin,
		Within:       stateWithin,
	}, &wait.List[PatrolReport, PatrolReport]{
		Op:   &opListPatrolReports,
		What: "report",
		Of:   place(s.Namespace, s.Workspace),
		IDs:  []string{s.ReportID},
		Items: func(ctx context.Context, _ []string) iter.Seq2[PatrolReport, error] {
			return c.patrolReports(ctx, s)
		},
		ID:      func(report *PatrolReport) string { return report.ReportID },
		PerCall: patrolPageSize,
		Show:    wait.Itself[PatrolReport],
	})
	w.Read = steady(w.Read)
	return w
}

func (c *Client) patrolReports(ctx context.Context, s *patrolChange) iter.Seq2[PatrolReport, error] {
	return c.AllPatrolReports(ctx, ListPatrolReportsRequest{Namespace: s.Namespace, Workspace: s.Workspace, Size: patrolPageSize})
}

// findPatrolReport finds a report in the list.
func (c *Client) findPatrolReport(ctx context.Context, s *patrolChange) (*PatrolReport, error) {
	if err := wait.Required(service, &opListPatrolReports, "reportId", s.ReportID); err != nil {
		return nil, err
	}
	return wait.Find(service, &opListPatrolReports, "report "+s.ReportID, c.patrolReports(ctx, s), func(report *PatrolReport) bool {
		return report.ReportID == s.ReportID
	})
}

// steady is a read from the list for a wait that fails when the report is gone. One list may miss a report that lists
// have shown, because it changes between two pages: it is gone only when they have not shown it for a while.
func steady(read func(context.Context) (*PatrolReport, error)) func(context.Context) (*PatrolReport, error) {
	shown := false
	var absence wait.Absence
	return func(ctx context.Context) (*PatrolReport, error) {
		report, err := read(ctx)
		switch {
		case err == nil:
			shown = true
			absence.Proves(false)
		case shown && cloud.KindOf(err) == cloud.ErrNotFound && !absence.Proves(true):
			err = &cloud.Error{
				Service: service, Operation: opListPatrolReports.Name, Kind: cloud.ErrTransport,
				Message: "the list does not show the report at the moment",
			}
		}
		return report, err
	}
}

func judgePatrol(course *wait.Course, report *PatrolReport) cloud.Verdict {
	v := patrolCompleted.Verdict(report.Status, join("", report.ErrorMessage))
	if course.Saw(report.Status == PatrolStatusInProgress) && report.Status == PatrolStatusPending {
		return abandoned(v.State, "the patrol was abandoned and is back in its initial state", v.Reason)
	}
	return v
}
