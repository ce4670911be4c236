package dlc

import (
	"cmp"
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a Ray job mean. The service documents no list of states: those from its examples are used. None
// of them is that of a canceled job.
var rayJobSucceeded = wait.Statuses[RayJobStatus]{
	Succeeded: []RayJobStatus{RayJobStatusSucceeded},
	Failed:    []RayJobStatus{RayJobStatusFailed},
}

var runJobSpec = change[RunJobSpecRequest, RunJobSpecResponse, rayJobChange, GetRayJobResponse]{
	State: func(r *RunJobSpecRequest) *rayJobChange { return &rayJobChange{SpecID: r.SpecID} },
	Accepted: func(s *rayJobChange, _ *RunJobSpecRequest, out *RunJobSpecResponse, _ time.Time) error {
		s.ID = out.ID
		return nil
	},
	Began: (*Client).jobSpecBegan,
	Spec:  (*Client).rayJobSuccess,
	Cancel: func(c *Client, ctx context.Context, s *rayJobChange) error {
		_, err := c.CancelRayJob(ctx, CancelRayJobRequest{ID: s.ID})
		return err
	},
}

var cancelRayJob = change[CancelRayJobRequest, CancelRayJobResponse, rayJobChange, GetRayJobResponse]{
	State: func(r *CancelRayJobRequest) *rayJobChange { return &rayJobChange{ID: r.ID} },
	Began: (*Client).rayJobCancellationBegan,
	Spec: func(c *Client, s *rayJobChange) cloud.WaitSpec[GetRayJobResponse] {
		return canceling(c.rayJobSuccess(s))
	},
}

// UntilRayJobSucceeded waits until a Ray job has succeeded. It fails as the waiter of [Client.BeginRunJobSpec] does.
func (c *Client) UntilRayJobSucceeded(r GetRayJobRequest) *cloud.Waiter[GetRayJobResponse] {
	return wait.Until(c.api, "UntilRayJobSucceeded", c.rayJobSuccess(&rayJobChange{ID: r.ID}))
}

// rayJobChange is the resume state of a Ray job, whose ID is new.
type rayJobChange struct {
	ID     string `json:"id"`
	SpecID string `json:"specId,omitzero"`
}

// Resource is the job configuration, or the job.
func (s *rayJobChange) Resource() string { return cmp.Or(s.SpecID, s.ID) }

// Check refuses a state that names no job.
func (s *rayJobChange) Check() error { return wait.Lacks("id", s.ID) }

func (c *Client) rayJobSuccess(s *rayJobChange) cloud.WaitSpec[GetRayJobResponse] {
	return cloud.WaitSpec[GetRayJobResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*GetRayJobResponse, error) { return c.rayJob(ctx, s.ID) },
		Judge:   judgeRayJob,
		Diagnose: func(ctx context.Context, _ *GetRayJobResponse) (*cloud.Diagnosis, error) {
			return c.diagnoseRayJob(ctx, s.ID)
		},
		AppearWithin: wait.AppearsWithin,
		Within:       workWithin,
	}
}

// rayJobCancellationBegan reports whether the job has ended. Nothing shows that a cancellation is under way, and
// repeating it is harmless.
func (c *Client) rayJobCancellationBegan(
	ctx context.Context, s *rayJobChange, _ *CancelRayJobRequest, _ time.Time,
) (cloud.StartStatus, error) {
	out, err := c.rayJob(ctx, s.ID)
	if err != nil {
		return cloud.Uncertain, err
	}
	return ended(judgeRayJob(out)), nil
}

func (c *Client) rayJob(ctx context.Context, id string) (*GetRayJobResponse, error) {
	out, err := c.GetRayJob(ctx, GetRayJobRequest{ID: id})
	if err != nil {
		return nil, err
	}
	return out, about(&opGetRayJob, out.RequestID, out.ID, id)
}

// judgeRayJob takes a job that has finished in a state that is not known to be one of running jobs for a canceled one.
func judgeRayJob(r *GetRayJobResponse) cloud.Verdict {
	v := rayJobSucceeded.Verdict(r.Status, r.ErrorMessage)
	switch r.Status {
	case "", RayJobStatusSubmitted, RayJobStatusPending, RayJobStatusRunning:
		return v
	}
	if v.Outcome == cloud.Pending && r.FinishTime != 0 {
		v.Outcome, v.Inferred = cloud.Canceled, true
	}
	return v
}
