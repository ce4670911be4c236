package dlc

import (
	"context"
	"errors"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
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
	s := &inferenceChange{ID: created.ServiceID, Goal: InferenceServiceStatusRunning, New: true}
	return wait.Begin(c.api, &opCreateInferenceService, s, c.inferenceChange), nil
}

// ResumeCreateInferenceService returns the waiter whose token is given.
func (c *Client) ResumeCreateInferenceService(token string) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	return wait.Resume(c.api, &opCreateInferenceService, token, c.inferenceChange)
}

// BeginRestartInferenceService restarts the deployments of an inference service and returns a waiter
// for it. The wait ends well when the service runs and, if it ran before the call too, was seen being deployed
// or was changed later than that; it fails when the service failed, or is stopped again. Every end must still
// be seen half a minute later. It reads the service once before.
func (c *Client) BeginRestartInferenceService(ctx context.Context, r RestartInferenceServiceRequest) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	if err := c.api.Prepare(&opRestartInferenceService, &r); err != nil {
		return nil, err
	}
	s, err := c.inferenceBefore(ctx, r.ServiceID, InferenceServiceStatusRunning)
	if err != nil {
		return nil, err
	}
	if _, err := c.RestartInferenceService(ctx, r); err != nil && !c.inferenceBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opRestartInferenceService, s, c.inferenceChange), nil
}

// ResumeRestartInferenceService returns the waiter whose token is given.
func (c *Client) ResumeRestartInferenceService(token string) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	return wait.Resume(c.api, &opRestartInferenceService, token, c.inferenceChange)
}

// BeginStopInferenceService stops the deployments of an inference service and returns a waiter for
// it. The wait ends well when the service is stopped, and fails when it failed, or runs again after it was
// changed. It reads the service once before, as [Client.BeginRestartInferenceService] does.
func (c *Client) BeginStopInferenceService(ctx context.Context, r StopInferenceServiceRequest) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	if err := c.api.Prepare(&opStopInferenceService, &r); err != nil {
		return nil, err
	}
	s, err := c.inferenceBefore(ctx, r.ServiceID, InferenceServiceStatusStopped)
	if err != nil {
		return nil, err
	}
	if _, err := c.StopInferenceService(ctx, r); err != nil && !c.inferenceBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opStopInferenceService, s, c.inferenceChange), nil
}

// ResumeStopInferenceService returns the waiter whose token is given.
func (c *Client) ResumeStopInferenceService(token string) (*cloud.Waiter[GetInferenceServiceResponse], error) {
	return wait.Resume(c.api, &opStopInferenceService, token, c.inferenceChange)
}

// UntilInferenceServiceRunning waits until an inference service runs, whoever started it, and fails
// when it failed. A service that is stopped may be started yet.
func (c *Client) UntilInferenceServiceRunning(r GetInferenceServiceRequest) *cloud.Waiter[GetInferenceServiceResponse] {
	w := c.inferenceChange(&inferenceChange{ID: r.ServiceID, Goal: InferenceServiceStatusRunning})
	return wait.Until(c.api, "UntilInferenceServiceRunning", w)
}

// UntilInferenceServiceStopped waits until an inference service is stopped, whoever stopped it, and
// fails when it failed.
func (c *Client) UntilInferenceServiceStopped(r GetInferenceServiceRequest) *cloud.Waiter[GetInferenceServiceResponse] {
	w := c.inferenceChange(&inferenceChange{ID: r.ServiceID, Goal: InferenceServiceStatusStopped})
	return wait.Until(c.api, "UntilInferenceServiceStopped", w)
}

// inferenceChange is what has to be known to recognize the end of a change.
type inferenceChange struct {
	ID   string                 `json:"id"`
	Goal InferenceServiceStatus `json:"goal"`
	New  bool                   `json:"new,omitzero"`

	Was     InferenceServiceStatus `json:"was,omitzero"`
	Updated int64                  `json:"updated,omitzero"` // when it was last changed before

	course course
}

// Check refuses what no start has made.
func (s *inferenceChange) Check() error {
	switch {
	case s.ID == "":
		return errors.New("names no service")
	case s.Goal == "":
		return errors.New("does not say how the service is to be")
	}
	return nil
}

func (c *Client) inferenceBefore(ctx context.Context, id string, goal InferenceServiceStatus) (*inferenceChange, error) {
	out, err := c.inferenceService(ctx, id)
	if err != nil {
		return nil, err
	}
	return &inferenceChange{ID: id, Goal: goal, Was: out.Status, Updated: out.UpdateTime}, nil
}

func (c *Client) inferenceService(ctx context.Context, id string) (*GetInferenceServiceResponse, error) {
	out, err := c.GetInferenceService(ctx, GetInferenceServiceRequest{ServiceID: id})
	if err != nil {
		return nil, err
	}
	return out, about(&opGetInferenceService, out.RequestID, out.ServiceID, id)
}

func (c *Client) inferenceChange(s *inferenceChange) cloud.WaitSpec[GetInferenceServiceResponse] {
	w := cloud.WaitSpec[GetInferenceServiceResponse]{
		Service:      service,
		Read:         func(ctx context.Context) (*GetInferenceServiceResponse, error) { return c.inferenceService(ctx, s.ID) },
		Judge:        s.judge,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	}
	if s.Was != "" { // no response says which change it is about
		w.Confirm = wait.ConfirmWithin
	}
	return w
}

// inferenceBegan reports whether a change was started although the call failed.
func (c *Client) inferenceBegan(ctx context.Context, err error, s *inferenceChange) bool {
	return carriedOut(ctx, err, c.inferenceChange(s), func(r *GetInferenceServiceResponse) bool {
		return s.course.Saw(s.underway(r)) || s.moved(r) || r.Status == s.Goal && s.Was != s.Goal
	})
}

// judge takes a service that looks as before for one that has not begun to change.
func (s *inferenceChange) judge(r *GetInferenceServiceResponse) cloud.Verdict {
	now := cloud.Verdict{State: string(r.Status)}
	end := s.end(r, now)
	if s.Was == "" {
		return end
	}
	begun := s.course.Saw(s.underway(r))
	settled := end.Outcome == cloud.Succeeded || r.Status == InferenceServiceStatusFailed
	switch {
	case end.Outcome == cloud.Pending, r.Status == s.Was && !begun && !s.moved(r) && !s.older(r):
		s.course.moving()
	case settled && (begun || !s.older(r)), begun && r.Status == s.Was, s.course.rests():
		return end
	}
	return now
}

// end is what a service says of its change if the change has begun.
func (s *inferenceChange) end(r *GetInferenceServiceResponse, now cloud.Verdict) cloud.Verdict {
	switch {
	case r.Status == s.Goal:
		now.Outcome = cloud.Succeeded
	case r.Status == InferenceServiceStatusFailed:
		now.Outcome, now.Inferred = cloud.Failed, !s.New // it may be about to be started again
	case s.New && r.Status == InferenceServiceStatusStopped:
		return superseded(now, "the service was stopped")
	case s.Was == "":
	case r.Status == InferenceServiceStatusStopped:
		now.Outcome, now.Reason = cloud.Failed, "the service is stopped"
	case r.Status == InferenceServiceStatusRunning:
		now.Outcome, now.Reason = cloud.Failed, "the service runs"
	}
	if now.Outcome == cloud.Failed && r.Status == s.Was && now.Reason != "" {
		now.Reason += " again"
	}
	return now
}

// underway reports whether a service shows a change that goes on, and that did not when ours was started.
func (s *inferenceChange) underway(r *GetInferenceServiceResponse) bool {
	switch r.Status {
	case InferenceServiceStatusRunning, InferenceServiceStatusStopped, InferenceServiceStatusFailed, "":
		return false
	}
	return !s.older(r) && (r.Status != s.Was || s.moved(r))
}

// moved reports whether the service has been changed since, older whether it looks as if that was undone.
func (s *inferenceChange) moved(r *GetInferenceServiceResponse) bool {
	return s.Updated != 0 && r.UpdateTime > s.Updated
}

func (s *inferenceChange) older(r *GetInferenceServiceResponse) bool {
	return r.UpdateTime != 0 && r.UpdateTime < s.Updated
}
