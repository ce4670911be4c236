package flink

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// BeginStartSessionCluster starts a session cluster and returns a waiter for it. The wait ends well when
// the cluster runs. It fails when the cluster fails, with the service's failure, and as superseded when
// the cluster is being stopped or another one has taken its name. It reads the cluster once before the
// start: a look that shows the state of then, with the same time of its start, failure or last change, does
// not count. Where the cluster showed no such time, an end counts when two looks in a row see it.
func (c *Client) BeginStartSessionCluster(ctx context.Context, r StartSessionClusterRequest) (*cloud.Waiter[GetSessionClusterResponse], error) {
	if err := c.api.Prepare(&opStartSessionCluster, &r); err != nil {
		return nil, err
	}
	s, err := c.sessionClusterBefore(ctx, sessionClusterOf(r))
	if err != nil {
		return nil, err
	}
	if _, err := c.StartSessionCluster(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opStartSessionCluster, s, c.sessionClusterStart), nil
}

// ResumeStartSessionCluster returns the waiter whose token is given.
func (c *Client) ResumeStartSessionCluster(token string) (*cloud.Waiter[GetSessionClusterResponse], error) {
	return follow.Resume(c.api, &opStartSessionCluster, token, c.sessionClusterStart)
}

// BeginStopSessionCluster stops a session cluster and returns a waiter for it. The wait ends well when the
// cluster is stopped. It fails when the cluster fails, with the service's failure, and as superseded when
// the cluster is being started again, runs again, or another one has taken its name. Its baseline is that
// of [Client.BeginStartSessionCluster].
func (c *Client) BeginStopSessionCluster(ctx context.Context, r StopSessionClusterRequest) (*cloud.Waiter[GetSessionClusterResponse], error) {
	if err := c.api.Prepare(&opStopSessionCluster, &r); err != nil {
		return nil, err
	}
	s, err := c.sessionClusterBefore(ctx, sessionClusterOf(r))
	if err != nil {
		return nil, err
	}
	if _, err := c.StopSessionCluster(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opStopSessionCluster, s, c.sessionClusterStop), nil
}

// ResumeStopSessionCluster returns the waiter whose token is given.
func (c *Client) ResumeStopSessionCluster(token string) (*cloud.Waiter[GetSessionClusterResponse], error) {
	return follow.Resume(c.api, &opStopSessionCluster, token, c.sessionClusterStop)
}

// BeginUpdateSessionCluster changes the configuration of a session cluster and returns a waiter for it.
// The wait ends well when the cluster runs or, if it does not run, is stopped, and was modified at the time
// that the service's answer gives or later; without one, later than before the call. It fails when the
// cluster fails, with the service's failure. Whether the cluster shows its new time before it begins to
// take the change over is not documented, so that an end counts when two looks in a row see it. A later
// update by somebody else is not told from this one. It reads the cluster once before the update.
func (c *Client) BeginUpdateSessionCluster(ctx context.Context, r UpdateSessionClusterRequest) (*cloud.Waiter[GetSessionClusterResponse], error) {
	if err := c.api.Prepare(&opUpdateSessionCluster, &r); err != nil {
		return nil, err
	}
	s, err := c.sessionClusterBefore(ctx, sessionClusterOf{r.SessionClusterName, r.Namespace, r.Workspace})
	if err != nil {
		return nil, err
	}
	out, err := c.UpdateSessionCluster(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data != nil {
		s.Saved = out.Data.ModifiedAt
	}
	return follow.Begin(c.api, &opUpdateSessionCluster, s, c.sessionClusterUpdate), nil
}

// ResumeUpdateSessionCluster returns the waiter whose token is given.
func (c *Client) ResumeUpdateSessionCluster(token string) (*cloud.Waiter[GetSessionClusterResponse], error) {
	return follow.Resume(c.api, &opUpdateSessionCluster, token, c.sessionClusterUpdate)
}

// BeginDeleteSessionCluster deletes a session cluster and returns a waiter for it. The wait ends well when
// the cluster is gone, with a nil response, or its name belongs to another one, whose response it returns.
// It fails when the cluster fails meanwhile, with the service's failure; that cannot be told of a cluster
// that had failed before. It reads the cluster once before the deletion, to know its id and how it stood.
func (c *Client) BeginDeleteSessionCluster(ctx context.Context, r DeleteSessionClusterRequest) (*cloud.Waiter[GetSessionClusterResponse], error) {
	if err := c.api.Prepare(&opDeleteSessionCluster, &r); err != nil {
		return nil, err
	}
	s, err := c.sessionClusterBefore(ctx, sessionClusterOf(r))
	if err != nil {
		return nil, err
	}
	// A cluster that was there a moment ago and is not found any more is as good as deleted: the call may
	// have been repeated.
	if _, err := c.DeleteSessionCluster(ctx, r); err != nil && cloud.KindOf(err) != cloud.ErrNotFound {
		return nil, err
	}
	return follow.Begin(c.api, &opDeleteSessionCluster, s, c.sessionClusterDeletion), nil
}

// ResumeDeleteSessionCluster returns the waiter whose token is given.
func (c *Client) ResumeDeleteSessionCluster(token string) (*cloud.Waiter[GetSessionClusterResponse], error) {
	return follow.Resume(c.api, &opDeleteSessionCluster, token, c.sessionClusterDeletion)
}

// UntilSessionClusterRunning waits until a session cluster runs, whoever starts it. When the cluster has
// failed, the error holds the service's failure. It may end at the state before a start;
// [Client.BeginStartSessionCluster] waits for the start itself.
func (c *Client) UntilSessionClusterRunning(r GetSessionClusterRequest) *cloud.Waiter[GetSessionClusterResponse] {
	w := c.sessionClusterWait(sessionClusterOf(r))
	w.AppearWithin = follow.AppearsWithin
	w.Judge = func(r *GetSessionClusterResponse) cloud.Judgement {
		return judgeSessionCluster(r, SessionClusterStateRunning)
	}
	return follow.Until(c.api, "UntilSessionClusterRunning", w)
}

// UntilSessionClusterStopped waits until a session cluster is stopped, whoever stops it. When the cluster
// has failed, the error holds the service's failure. It may end at the state before a stop;
// [Client.BeginStopSessionCluster] waits for the stop itself.
func (c *Client) UntilSessionClusterStopped(r GetSessionClusterRequest) *cloud.Waiter[GetSessionClusterResponse] {
	w := c.sessionClusterWait(sessionClusterOf(r))
	w.Judge = func(r *GetSessionClusterResponse) cloud.Judgement {
		return judgeSessionCluster(r, SessionClusterStateStopped)
	}
	return follow.Until(c.api, "UntilSessionClusterStopped", w)
}

// sessionClusterOf names a session cluster.
type sessionClusterOf struct {
	SessionClusterName string `json:"sessionClusterName"`
	Namespace          string `json:"namespace"`
	Workspace          string `json:"workspace"`
}

// sessionClusterState is what has to be known to recognise the end of a change.
type sessionClusterState struct {
	Cluster sessionClusterOf   `json:"cluster"`
	Before  sessionClusterLook `json:"before"`

	Saved int64 `json:"saved,omitzero"` // when the service saved an update, if it said so
}

// sessionClusterLook is how a session cluster stood. The service does not say in which unit it counts time.
type sessionClusterLook struct {
	ID    string              `json:"id,omitzero"`
	State SessionClusterState `json:"state"`

	Since      int64 `json:"since,omitzero"` // when it began to run, failed, or was last changed
	ModifiedAt int64 `json:"modifiedAt,omitzero"`
}

func lookOf(c *SessionCluster) sessionClusterLook {
	l := sessionClusterLook{ID: c.SessionClusterID, Since: c.ModifiedAt, ModifiedAt: c.ModifiedAt}
	if c.Status == nil {
		return l
	}
	l.State = c.Status.CurrentSessionClusterStatus
	switch l.State {
	case SessionClusterStateRunning:
		l.Since = 0
		if c.Status.Running != nil {
			l.Since = c.Status.Running.StartedAt
		}
	case SessionClusterStateFailed:
		l.Since = 0
		if c.Status.Failure != nil {
			l.Since = c.Status.Failure.FailedAt
		}
	}
	return l
}

// sessionClusterBefore takes down how a session cluster stands before a change.
func (c *Client) sessionClusterBefore(ctx context.Context, of sessionClusterOf) (*sessionClusterState, error) {
	before, err := c.GetSessionCluster(ctx, GetSessionClusterRequest(of))
	if err != nil {
		return nil, err
	}
	if before.Data == nil {
		return nil, unnamed(&opGetSessionCluster, before.RequestID, "session cluster")
	}
	return &sessionClusterState{Cluster: of, Before: lookOf(before.Data)}, nil
}

func (c *Client) sessionClusterWait(of sessionClusterOf) cloud.Wait[GetSessionClusterResponse] {
	return cloud.Wait[GetSessionClusterResponse]{
		Service: service,
		Read: func(ctx context.Context) (*GetSessionClusterResponse, error) {
			return c.GetSessionCluster(ctx, GetSessionClusterRequest(of))
		},
	}
}

func (c *Client) sessionClusterStart(s *sessionClusterState) cloud.Wait[GetSessionClusterResponse] {
	w := c.sessionClusterWait(s.Cluster)
	w.Judge, w.Confirm = s.judgeStart, s.confirm()
	return w
}

func (c *Client) sessionClusterStop(s *sessionClusterState) cloud.Wait[GetSessionClusterResponse] {
	w := c.sessionClusterWait(s.Cluster)
	w.Judge, w.Confirm = s.judgeStop, s.confirm()
	return w
}

func (c *Client) sessionClusterUpdate(s *sessionClusterState) cloud.Wait[GetSessionClusterResponse] {
	w := c.sessionClusterWait(s.Cluster)
	w.Judge, w.Confirm = s.judgeUpdate, follow.ConfirmWithin
	return w
}

func (c *Client) sessionClusterDeletion(s *sessionClusterState) cloud.Wait[GetSessionClusterResponse] {
	w := c.sessionClusterWait(s.Cluster)
	w.Judge, w.GoneIsSuccess = s.judgeDeletion, true
	return w
}

// confirm asks for a second look where no time tells a state from the same one before the change.
func (s *sessionClusterState) confirm() time.Duration {
	if s.Before.Since == 0 {
		return follow.ConfirmWithin
	}
	return 0
}

func (s *sessionClusterState) judgeStart(r *GetSessionClusterResponse) cloud.Judgement {
	j, now := s.judge(r, SessionClusterStateRunning)
	stood := s.Before.State == SessionClusterStateStopped || s.Before.State == SessionClusterStateFailed
	if stood && now.State == SessionClusterStateStopping {
		j.Outcome, j.Reason = cloud.Failed, "superseded: the cluster is being stopped"
	}
	return j
}

func (s *sessionClusterState) judgeStop(r *GetSessionClusterResponse) cloud.Judgement {
	j, now := s.judge(r, SessionClusterStateStopped)
	ran := s.Before.State == SessionClusterStateRunning
	anew := now.State == SessionClusterStateRunning && s.Before.Since != 0 && now.Since > s.Before.Since
	if ran && (anew || now.State == SessionClusterStateStarting) {
		j.Outcome, j.Reason = cloud.Failed, "superseded: the cluster was started again"
	}
	return j
}

func (s *sessionClusterState) judgeUpdate(r *GetSessionClusterResponse) cloud.Judgement {
	j, now := s.judge(r, SessionClusterStateRunning)
	rests := now.State == SessionClusterStateRunning || now.State == SessionClusterStateStopped
	if !rests || s.replaced(now) {
		return j
	}
	j.Outcome = cloud.Pending
	if s.saved(now) {
		j.Outcome = cloud.Succeeded
	}
	return j
}

// judgeDeletion takes no failure of a cluster that had failed before for one of the deletion.
func (s *sessionClusterState) judgeDeletion(r *GetSessionClusterResponse) cloud.Judgement {
	j, now := s.judge(r, "")
	switch {
	case s.replaced(now):
		return cloud.Judgement{State: j.State, Outcome: cloud.Succeeded}
	case s.Before.State == SessionClusterStateFailed:
		j.Outcome = cloud.Pending
	}
	return j
}

// judge reads a look at a cluster that is to come to the goal. One that stands as it did before says
// nothing, if there is a time to tell that by.
func (s *sessionClusterState) judge(r *GetSessionClusterResponse, goal SessionClusterState) (cloud.Judgement, sessionClusterLook) {
	j := judgeSessionCluster(r, goal)
	if r.Data == nil {
		return j, sessionClusterLook{}
	}
	now := lookOf(r.Data)
	switch {
	case s.replaced(now):
		j.Outcome, j.Reason = cloud.Failed, "superseded: another session cluster has the name"
	case now.State == s.Before.State && now.Since == s.Before.Since && now.Since != 0:
		j.Outcome = cloud.Pending
	}
	return j, now
}

// replaced reports whether the name belongs to another cluster.
func (s *sessionClusterState) replaced(now sessionClusterLook) bool {
	return s.Before.ID != "" && now.ID != "" && now.ID != s.Before.ID
}

// saved reports whether a look shows the cluster as the update saved it, or later.
func (s *sessionClusterState) saved(now sessionClusterLook) bool {
	if s.Saved != 0 {
		return now.ModifiedAt >= s.Saved
	}
	return s.Before.ModifiedAt == 0 || now.ModifiedAt > s.Before.ModifiedAt
}

func judgeSessionCluster(r *GetSessionClusterResponse, goal SessionClusterState) cloud.Judgement {
	if r.Data == nil || r.Data.Status == nil {
		return cloud.Judgement{}
	}
	s := r.Data.Status
	j := cloud.Judgement{State: string(s.CurrentSessionClusterStatus)}
	if s.Failure != nil {
		j.Reason = join(": ", s.Failure.Reason, s.Failure.Message)
	}
	switch s.CurrentSessionClusterStatus {
	case goal:
		j.Outcome = cloud.Succeeded
	case SessionClusterStateFailed:
		j.Outcome = cloud.Failed
	}
	return j
}
