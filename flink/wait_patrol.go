package flink

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginTriggerPatrol starts a patrol of a namespace and returns a waiter for it. The wait ends when its
// report is completed; when the patrol has failed, the error holds the service's message. It reads the
// list of reports, because only that has their status; [Client.GetPatrolReportDetail] then has the jobs
// with problems.
func (c *Client) BeginTriggerPatrol(ctx context.Context, r TriggerPatrolRequest) (*cloud.Waiter[PatrolReport], error) {
	if err := c.api.Prepare(&opTriggerPatrol, &r); err != nil {
		return nil, err
	}
	out, err := c.TriggerPatrol(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data == nil || out.Data.ReportID == "" {
		return nil, unnamed(&opTriggerPatrol, out.RequestID, "report")
	}
	s := &patrolOf{out.Data.ReportID, r.Namespace, r.Workspace}
	return wait.Begin(c.api, &opTriggerPatrol, s, c.patrolWait), nil
}

// ResumeTriggerPatrol returns the waiter whose token is given.
func (c *Client) ResumeTriggerPatrol(token string) (*cloud.Waiter[PatrolReport], error) {
	return wait.Resume(c.api, &opTriggerPatrol, token, c.patrolWait)
}

// UntilPatrolCompleted waits until the report of a patrol is completed, whatever triggered it. The request
// must hold a ReportID; its Date and Timezone do not matter. It ends like the waiter of
// [Client.BeginTriggerPatrol], and reads the list as well.
func (c *Client) UntilPatrolCompleted(r GetPatrolReportDetailRequest) *cloud.Waiter[PatrolReport] {
	return wait.Until(c.api, "UntilPatrolCompleted", c.patrolWait(&patrolOf{r.ReportID, r.Namespace, r.Workspace}))
}

// patrolOf names one report; its id is new, so nothing older can be mistaken for it.
type patrolOf struct {
	ReportID  string `json:"reportId"`
	Namespace string `json:"namespace"`
	Workspace string `json:"workspace"`
}

// Check refuses what no start has named.
func (s *patrolOf) Check() error {
	return named("reportId", s.ReportID, "namespace", s.Namespace, "workspace", s.Workspace)
}

func (c *Client) patrolWait(s *patrolOf) cloud.WaitSpec[PatrolReport] {
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
		Within:       withinState,
	}
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

// patrolReport looks for a report in the list, with the largest pages that there are.
func (c *Client) patrolReport(ctx context.Context, s *patrolOf) (*PatrolReport, error) {
	if err := wait.Required(service, &opGetPatrolReportDetail, "reportId", s.ReportID); err != nil {
		return nil, err
	}
	for report, err := range c.AllPatrolReports(ctx, ListPatrolReportsRequest{Namespace: s.Namespace, Workspace: s.Workspace, Size: 200}) {
		if err != nil {
			return nil, err
		}
		if report.ReportID == s.ReportID {
			return &report, nil
		}
	}
	return nil, wait.Missing(service, &opListPatrolReports, "no report of a patrol has the id "+s.ReportID)
}

func judgePatrol(course *wait.Course, report *PatrolReport) cloud.Verdict {
	j := cloud.Verdict{State: string(report.Status), Reason: join("", report.ErrorMessage)}
	switch report.Status {
	case PatrolStatusCompleted:
		j.Outcome = cloud.Succeeded
	case PatrolStatusFailed:
		j.Outcome = cloud.Failed
	case PatrolStatusPending:
		if course.Saw(false) {
			return givenUp(j.State, "the patrol was given up, it is back at its beginning", j.Reason)
		}
	case PatrolStatusInProgress:
		course.Saw(true)
	}
	return j
}
