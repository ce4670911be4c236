package dlc

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// BeginCreateInferenceService creates an inference service with a first deployment and returns a
// waiter for it. The wait ends well when that service runs, and fails when it failed or was stopped.
func (c *Client) BeginCreateInferenceService(ctx context.Context, r CreateInferenceServiceRequest) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	created, err := c.CreateInferenceService(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := named(&opCreateInferenceService, created.RequestID, created.ServiceID); err != nil {
		return nil, err
	}
	s := &inferenceChange{ID: created.ServiceID, Goal: InferenceServiceRunning, New: true}
	return follow.Begin(c.api, &opCreateInferenceService, s, c.inferenceChange), nil
}

// ResumeCreateInferenceService returns the waiter whose token is given.
func (c *Client) ResumeCreateInferenceService(token string) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	return follow.Resume(c.api, &opCreateInferenceService, token, c.inferenceChange)
}

// BeginRestartInferenceService restarts the deployments of an inference service and returns a waiter
// for it. The wait ends well when the service runs, was changed later than before the call if it ran
// then too, and the next look finds the same; it fails when the service failed. It reads the service
// once before.
func (c *Client) BeginRestartInferenceService(ctx context.Context, r RestartInferenceServiceRequest) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	if err := c.api.Prepare(&opRestartInferenceService, &r); err != nil {
		return nil, err
	}
	s, err := c.inferenceBefore(ctx, r.ServiceID, InferenceServiceRunning)
	if err != nil {
		return nil, err
	}
	if _, err := c.RestartInferenceService(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opRestartInferenceService, s, c.inferenceChange), nil
}

// ResumeRestartInferenceService returns the waiter whose token is given.
func (c *Client) ResumeRestartInferenceService(token string) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	return follow.Resume(c.api, &opRestartInferenceService, token, c.inferenceChange)
}

// BeginStopInferenceService stops the deployments of an inference service and returns a waiter for
// it. The wait ends well when the service is stopped, and fails when it failed. It reads the service
// once before, as [Client.BeginRestartInferenceService] does.
func (c *Client) BeginStopInferenceService(ctx context.Context, r StopInferenceServiceRequest) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	if err := c.api.Prepare(&opStopInferenceService, &r); err != nil {
		return nil, err
	}
	s, err := c.inferenceBefore(ctx, r.ServiceID, InferenceServiceStopped)
	if err != nil {
		return nil, err
	}
	if _, err := c.StopInferenceService(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opStopInferenceService, s, c.inferenceChange), nil
}

// ResumeStopInferenceService returns the waiter whose token is given.
func (c *Client) ResumeStopInferenceService(token string) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	return follow.Resume(c.api, &opStopInferenceService, token, c.inferenceChange)
}

// UntilInferenceServiceRunning waits until an inference service runs, whoever started it, and fails
// when it failed. A service that is stopped may be started yet.
func (c *Client) UntilInferenceServiceRunning(r GetInferenceServiceRequest) *cloud.Waiter[GetInferenceServiceResponse] {
	w := c.inferenceChange(&inferenceChange{ID: r.ServiceID, Goal: InferenceServiceRunning})
	return follow.Until(c.api, "UntilInferenceServiceRunning", w)
}

// UntilInferenceServiceStopped waits until an inference service is stopped, whoever stopped it, and
// fails when it failed.
func (c *Client) UntilInferenceServiceStopped(r GetInferenceServiceRequest) *cloud.Waiter[GetInferenceServiceResponse] {
	w := c.inferenceChange(&inferenceChange{ID: r.ServiceID, Goal: InferenceServiceStopped})
	return follow.Until(c.api, "UntilInferenceServiceStopped", w)
}

// inferenceChange is what has to be known to recognise the end of a change.
type inferenceChange struct {
	ID   string                 `json:"id"`
	Goal InferenceServiceStatus `json:"goal"`
	New  bool                   `json:"new,omitzero"`

	Was     InferenceServiceStatus `json:"was,omitzero"`
	Updated int64                  `json:"updated,omitzero"` // when it was last changed before
}

func (c *Client) inferenceBefore(ctx context.Context, id string, goal InferenceServiceStatus) (*inferenceChange, error) {
	out, err := c.GetInferenceService(ctx, GetInferenceServiceRequest{ServiceID: id})
	if err != nil {
		return nil, err
	}
	return &inferenceChange{ID: id, Goal: goal, Was: out.Status, Updated: out.UpdateTime}, nil
}

func (c *Client) inferenceChange(s *inferenceChange) cloud.Wait[GetInferenceServiceResponse] {
	w := cloud.Wait[GetInferenceServiceResponse]{
		Service: service,
		Read: func(ctx context.Context) (*GetInferenceServiceResponse, error) {
			return c.GetInferenceService(ctx, GetInferenceServiceRequest{ServiceID: s.ID})
		},
		Judge:        s.judge,
		AppearWithin: follow.AppearsWithin,
	}
	if s.Was == s.Goal {
		w.Confirm = follow.ConfirmWithin
	}
	return w
}

// judge takes a service that looks as before for one that has not begun to change.
func (s *inferenceChange) judge(r *GetInferenceServiceResponse) cloud.Judgement {
	j := cloud.Judgement{State: string(r.Status)}
	switch {
	case r.Status == s.Was && r.UpdateTime <= s.Updated:
	case r.Status == s.Goal:
		j.Outcome = cloud.Succeeded
	case r.Status == InferenceServiceFailed:
		j.Outcome = cloud.Failed
	case s.New && r.Status == InferenceServiceStopped:
		j.Outcome = cloud.Failed
		j.Reason = "superseded: the service was stopped"
	}
	return j
}
