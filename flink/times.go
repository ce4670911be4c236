package flink

import (
	"strconv"
	"time"
)

// The service writes some times as texts of digits, in seconds or in milliseconds, and describes others
// as dates. The fields hold what it wrote; the methods below read it.

// CreatedTime returns when the deployment was created, and the zero time if the service did not say.
func (d Deployment) CreatedTime() time.Time { return timeOf(d.CreatedAt) }

// ModifiedTime returns when the deployment was last changed, and the zero time if the service did not say.
func (d Deployment) ModifiedTime() time.Time { return timeOf(d.ModifiedAt) }

// CreatedTime returns when the job was created, and the zero time if the service did not say.
func (j Job) CreatedTime() time.Time { return timeOf(j.CreatedAt) }

// ModifiedTime returns when the job was last changed, and the zero time if the service did not say.
func (j Job) ModifiedTime() time.Time { return timeOf(j.ModifiedAt) }

// CreatedTime returns when the plan was created, and the zero time if the service did not say.
func (s ScheduledPlan) CreatedTime() time.Time { return timeOf(s.CreatedAt) }

// ModifiedTime returns when the plan was last changed, and the zero time if the service did not say.
func (s ScheduledPlan) ModifiedTime() time.Time { return timeOf(s.ModifiedAt) }

// ModifiedTime returns when the plan was last changed, and the zero time if the service did not say.
func (s ScheduledPlanAppliedInfo) ModifiedTime() time.Time { return timeOf(s.ModifiedAt) }

// CreatedTime returns when the run was created, and the zero time if the service did not say.
func (s ScheduledPlanExecutedInfo) CreatedTime() time.Time { return timeOf(s.CreatedAt) }

// ModifiedTime returns when the run was last changed, and the zero time if the service did not say.
func (s ScheduledPlanExecutedInfo) ModifiedTime() time.Time { return timeOf(s.ModifiedAt) }

// CreatedTime returns when the event was created, and the zero time if the service did not say.
func (e Event) CreatedTime() time.Time { return timeOf(e.CreatedAt) }

// CreatedTime returns when the patrol was created, and the zero time if the service did not say.
func (p PatrolReport) CreatedTime() time.Time { return timeOf(p.CreatedAt) }

// StartedTime returns when the patrol began, and the zero time if the service did not say.
func (p PatrolReport) StartedTime() time.Time { return timeOf(p.StartedAt) }

// CompletedTime returns when the patrol ended, and the zero time if the service did not say.
func (p PatrolReport) CompletedTime() time.Time { return timeOf(p.CompletedAt) }

// UpdatedTime returns when the patrol last changed, and the zero time if the service did not say.
func (p PatrolReport) UpdatedTime() time.Time { return timeOf(p.UpdatedAt) }

// CreatedTime returns when the patrol was created, and the zero time if the service did not say.
func (p PatrolReportDetail) CreatedTime() time.Time { return timeOf(p.CreatedAt) }

// CompletedTime returns when the patrol ended, and the zero time if the service did not say.
func (p PatrolReportDetail) CompletedTime() time.Time { return timeOf(p.CompletedAt) }

// UpdatedTime returns when the patrol last changed, and the zero time if the service did not say.
func (p PatrolReportDetail) UpdatedTime() time.Time { return timeOf(p.UpdatedAt) }

// firstMilliseconds is larger than any number of seconds that a date of ours can be, and smaller than the
// milliseconds of one after 1973.
const firstMilliseconds = 100_000_000_000

// timeOf reads a time as the service writes one. What it cannot read is the zero time.
func timeOf(text string) time.Time {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
		return timeAt(n)
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// timeAt reads a time that the service writes as a number: seconds in some places, milliseconds in others, and
// undocumented in most. 0 is the zero time.
func timeAt(n int64) time.Time {
	switch {
	case n == 0:
		return time.Time{}
	case n < firstMilliseconds:
		return time.Unix(n, 0).UTC()
	}
	return time.UnixMilli(n).UTC()
}
