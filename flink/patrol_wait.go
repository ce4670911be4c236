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
	var list patrolList
	return cloud.WaitSpec[PatrolReport]{
		Service: service,
		Read: func(ctx context.Context) (*PatrolReport, error) {
			report, err := c.patrolReport(ctx, s)
			return report, list.explain(err)
		},
		Judge:        func(report *PatrolReport) cloud.Verdict { return judgePatrol(&course, report) },
		AppearWithin: wait.AppearsWithin,
		Within:       stateWithin,
	}
}

// patrolReport finds a report in the list, by the largest pages that there are.
func (c *Client) patrolReport(ctx context.Context, s *patrolChange) (*PatrolReport, error) {
	if err := wait.Required(service, &opListPatrolReports, "reportId", s.ReportID); err != nil {
		return nil, err
	}
	reports := c.AllPatrolReports(ctx, ListPatrolReportsRequest{Namespace: s.Namespace, Workspace: s.Workspace, Size: 200})
	return wait.Find(service, &opListPatrolReports, "report "+s.ReportID, reports, func(report *PatrolReport) bool {
		return report.ReportID == s.ReportID
	})
}

// patrolList remembers whether the list has shown a report.
type patrolList struct {
	shown  bool
	absent time.Time // since when a report that was shown is missing
}

// explain tells a list that misses a report once, because it changes between two pages, from one that no longer
// has it: only the second is proof that the report is gone.
func (l *patrolList) explain(err error) error {
	if err == nil {
		*l = patrolList{shown: true}
		return nil
	}
	if !l.shown || cloud.KindOf(err) != cloud.ErrNotFound {
		return err
	}
	if l.absent.IsZero() {
		l.absent = time.Now()
	}
	if time.Since(l.absent) >= wait.AbsentWithin {
		return err
	}
	return &cloud.Error{Service: service, Operation: opListPatrolReports.Name, Kind: cloud.ErrTransport, Message: "the list does not show the report at the moment"}
}

func judgePatrol(course *wait.Course, report *PatrolReport) cloud.Verdict {
	v := patrolCompleted.Verdict(report.Status, join("", report.ErrorMessage))
	if course.Saw(report.Status == PatrolStatusInProgress) && report.Status == PatrolStatusPending {
		return givenUp(v.State, "the patrol was given up, it is back at its beginning", v.Reason)
	}
	return v
}
