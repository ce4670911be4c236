package flink

import (
	"context"
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
	Spec: (*Client).patrol,
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

func (c *Client) patrol(s *patrolChange) cloud.WaitSpec[PatrolReport] {
	var course wait.Course
	return cloud.WaitSpec[PatrolReport]{
		Service:      service,
		Read:         steady(func(ctx context.Context) (*PatrolReport, error) { return c.findPatrolReport(ctx, s) }),
		Judge:        func(report *PatrolReport) cloud.Verdict { return judgePatrol(&course, report) },
		AppearWithin: wait.AppearsWithin,
		Within:       stateWithin,
	}
}

// findPatrolReport finds a report in the list, using the largest pages.
func (c *Client) findPatrolReport(ctx context.Context, s *patrolChange) (*PatrolReport, error) {
	if err := wait.Required(service, &opListPatrolReports, "reportId", s.ReportID); err != nil {
		return nil, err
	}
	reports := c.AllPatrolReports(ctx, ListPatrolReportsRequest{Namespace: s.Namespace, Workspace: s.Workspace, Size: 200})
	return wait.Find(service, &opListPatrolReports, "report "+s.ReportID, reports, func(report *PatrolReport) bool {
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
