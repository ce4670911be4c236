package flink

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// StoppedJob is what a poll of a stop returns: the job and, once it has stopped, the savepoint that the stop made.
type StoppedJob struct {
	// The job. Never nil.
	Data      *Job   `json:"data,omitzero"`
	RequestID string `json:"requestId,omitzero"`
	// The savepoint that the stop made: the newest one that the service calls the work of a stop of this job, not
	// older than the stop. A job that starts again from it takes its SavepointID. Nil before the job has stopped, with
	// StopStrategyWithoutSavepoint, and when the service shows none: a job that ran to its end first has none, and a
	// caller who may not list savepoints sees none. The wait takes half a minute more then.
	Savepoint *Savepoint `json:"savepoint,omitzero"`
}

// MarshalJSON writes v with its sensitive fields redacted, as Format and LogValue do.
func (v StoppedJob) MarshalJSON() ([]byte, error) { return wire.MarshalJSON(v) }

// Format writes v with its sensitive fields redacted.
func (v StoppedJob) Format(s fmt.State, verb rune) { wire.Format(s, verb, v) }

// LogValue returns v with its sensitive fields redacted.
func (v StoppedJob) LogValue() slog.Value { return wire.LogValue(v) }

// stoppedJob is jobStop with the savepoint.
func (c *Client) stoppedJob(s *jobStopChange) cloud.WaitSpec[StoppedJob] {
	w := c.jobStop(s)
	return cloud.WaitSpec[StoppedJob]{
		Service: w.Service,
		Read: func(ctx context.Context) (*StoppedJob, error) {
			r, err := w.Read(ctx)
			if err != nil {
				return nil, err
			}
			out := &StoppedJob{Data: r.Data, RequestID: r.RequestID}
			if s.asksForSavepoint() && s.judge(r).Outcome == cloud.Succeeded {
				out.Savepoint = c.stopSavepoint(ctx, s, r.Data)
			}
			return out, nil
		},
		Judge: func(r *StoppedJob) cloud.Verdict {
			v := s.judge(&GetJobResponse{Data: r.Data, RequestID: r.RequestID})
			if v.Outcome == cloud.Succeeded && r.Savepoint == nil && s.asksForSavepoint() {
				v.Inferred = true // it may be shown later, or the list failed
			}
			return v
		},
		Diagnose: func(ctx context.Context, last *StoppedJob) (*cloud.Diagnosis, error) {
			if last == nil {
				return w.Diagnose(ctx, nil)
			}
			return w.Diagnose(ctx, &GetJobResponse{Data: last.Data, RequestID: last.RequestID})
		},
		AppearWithin: w.AppearWithin,
		Within:       w.Within,
	}
}

func (s *jobStopChange) asksForSavepoint() bool {
	return s.Strategy == StopStrategyWithSavepoint || s.Strategy == StopStrategyWithDrain
}

// stopSavepoint returns the savepoint that the stop made, nil if the service shows none. A list that fails says
// nothing about the stop: the job has stopped.
func (c *Client) stopSavepoint(ctx context.Context, s *jobStopChange, job *Job) *Savepoint {
	var newest *Savepoint
	for p, err := range c.jobSavepoints(ctx, s) {
		if err != nil {
			return nil
		}
		if s.isOf(job, p) && (newest == nil || p.CreatedAt > newest.CreatedAt) {
			newest = &p
		}
	}
	return newest
}

// isOf reports whether a savepoint is surely of this stop of the job. An earlier stop that was abandoned may have left
// one too, and a user may have made one that is newer.
func (s *jobStopChange) isOf(job *Job, p Savepoint) bool {
	surely := p.JobID == s.Job.JobID && p.CreatedAt != 0 && s.Sent != 0 && s.made(p)
	late := job.EndTime != 0 && p.CreatedAt.Time().After(job.EndTime.Time().Add(time.Minute))
	return surely && !late && (p.Status == nil || p.Status.State != SavepointStateFailed)
}
