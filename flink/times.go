package flink

import (
	"strconv"
	"time"
)

// The service sends some times as strings of digits, in seconds or in milliseconds, and documents others as dates.
// The fields hold the strings; the methods below parse them.

// CreatedTime returns when the deployment was created, or the zero time if the response does not show it.
func (d Deployment) CreatedTime() time.Time { return timeOf(d.CreatedAt) }

// ModifiedTime returns when the deployment was last changed, or the zero time if the response does not show it.
func (d Deployment) ModifiedTime() time.Time { return timeOf(d.ModifiedAt) }

// CreatedTime returns when the job was created, or the zero time if the response does not show it.
func (j Job) CreatedTime() time.Time { return timeOf(j.CreatedAt) }

// ModifiedTime returns when the job was last changed, or the zero time if the response does not show it.
func (j Job) ModifiedTime() time.Time { return timeOf(j.ModifiedAt) }

// CreatedTime returns when the plan was created, or the zero time if the response does not show it.
func (s ScheduledPlan) CreatedTime() time.Time { return timeOf(s.CreatedAt) }

// ModifiedTime returns when the plan was last changed, or the zero time if the response does not show it.
func (s ScheduledPlan) ModifiedTime() time.Time { return timeOf(s.ModifiedAt) }

// ModifiedTime returns when the plan was last changed, or the zero time if the response does not show it.
func (s ScheduledPlanAppliedInfo) ModifiedTime() time.Time { return timeOf(s.ModifiedAt) }

// CreatedTime returns when the run was created, or the zero time if the response does not show it.
func (s ScheduledPlanExecutedInfo) CreatedTime() time.Time { return timeOf(s.CreatedAt) }

// ModifiedTime returns when the run was last changed, or the zero time if the response does not show it.
func (s ScheduledPlanExecutedInfo) ModifiedTime() time.Time { return timeOf(s.ModifiedAt) }

// CreatedTime returns when the event was created, or the zero time if the response does not show it.
func (e Event) CreatedTime() time.Time { return timeOf(e.CreatedAt) }

// CreatedTime returns when the patrol was created, or the zero time if the response does not show it.
func (p PatrolReport) CreatedTime() time.Time { return timeOf(p.CreatedAt) }

// StartedTime returns when the patrol began, or the zero time if the response does not show it.
func (p PatrolReport) StartedTime() time.Time { return timeOf(p.StartedAt) }

// CompletedTime returns when the patrol ended, or the zero time if the response does not show it.
func (p PatrolReport) CompletedTime() time.Time { return timeOf(p.CompletedAt) }

// UpdatedTime returns when the patrol last changed, or the zero time if the response does not show it.
func (p PatrolReport) UpdatedTime() time.Time { return timeOf(p.UpdatedAt) }

// CreatedTime returns when the patrol was created, or the zero time if the response does not show it.
func (p PatrolReportDetail) CreatedTime() time.Time { return timeOf(p.CreatedAt) }

// CompletedTime returns when the patrol ended, or the zero time if the response does not show it.
func (p PatrolReportDetail) CompletedTime() time.Time { return timeOf(p.CompletedAt) }

// UpdatedTime returns when the patrol last changed, or the zero time if the response does not show it.
func (p PatrolReportDetail) UpdatedTime() time.Time { return timeOf(p.UpdatedAt) }

// firstMilliseconds is greater than the seconds of any date that the service sends, and less than the milliseconds
// of one after 1973.
const firstMilliseconds = 100_000_000_000

// timeOf parses a time, or returns the zero time if it cannot.
func timeOf(s string) time.Time {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
		return timeAt(n)
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// timeAt returns a time that the service sends as a number: in seconds in some places, in milliseconds in others, in
// most without documenting which. 0 is the zero time.
func timeAt(n int64) time.Time {
	switch {
	case n == 0:
		return time.Time{}
	case n < firstMilliseconds:
		return time.Unix(n, 0).UTC()
	}
	return time.UnixMilli(n).UTC()
}
