package flink

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginStartSessionCluster starts a session cluster and returns a waiter for it. The wait ends well when
// the cluster runs. It fails when the cluster fails, with the service's failure, when it was seen to start and
// is stopped again, and as superseded when somebody stops it or another one has taken its name.
//
// It reads the cluster once before the start. A response that shows the cluster as it stood then, with the same
// failure and the same time of its start, failure or last change, does not count. An end counts at once if the
// cluster was seen STARTING, and otherwise when it is still seen after [cloud.DefaultConfirm].
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
	return wait.Begin(c.api, &opStartSessionCluster, s, c.sessionClusterStart), nil
}

// ResumeStartSessionCluster returns the waiter whose token is given.
func (c *Client) ResumeStartSessionCluster(token string) (*cloud.Waiter[GetSessionClusterResponse], error) {
	return wait.Resume(c.api, &opStartSessionCluster, token, c.sessionClusterStart)
}

// BeginStopSessionCluster stops a session cluster and returns a waiter for it. The wait ends well when the
// cluster is stopped. It fails when the cluster fails, with the service's failure, when it was seen to stop and
// runs again, and as superseded when somebody starts it again or another one has taken its name. Its baseline
// and what counts are those of [Client.BeginStartSessionCluster]. A cluster that nobody saw STOPPING looks the
// same before a stop has begun and after it was given up, so that such a wait is pending until its longest
// time has passed.
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
	return wait.Begin(c.api, &opStopSessionCluster, s, c.sessionClusterStop), nil
}

// ResumeStopSessionCluster returns the waiter whose token is given.
func (c *Client) ResumeStopSessionCluster(token string) (*cloud.Waiter[GetSessionClusterResponse], error) {
	return wait.Resume(c.api, &opStopSessionCluster, token, c.sessionClusterStop)
}

// BeginUpdateSessionCluster changes the configuration of a session cluster and returns a waiter for it.
// The wait ends well when the cluster runs or, if it did not run, stands as before, and shows the update: it was
// modified at the time that the service's response gives or later, or its configuration is another than before,
// or it was seen UPDATING. It fails when the cluster fails, with the service's failure, and when it was seen
// UPDATING and is as before again. It is superseded when somebody stops the cluster, another engine version or
// deployment target replaces the one that was asked for, or another cluster has taken its name. A later update of
// anything else is not told from this one.
//
// Whether the cluster shows its new time before it begins to take the change over is not documented, so that
// an end counts when it is still seen after [cloud.DefaultConfirm]. It reads the cluster once before the update.
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
	s.save(r.SessionCluster, out.Data)
	return wait.Begin(c.api, &opUpdateSessionCluster, s, c.sessionClusterUpdate), nil
}

// ResumeUpdateSessionCluster returns the waiter whose token is given.
func (c *Client) ResumeUpdateSessionCluster(token string) (*cloud.Waiter[GetSessionClusterResponse], error) {
	return wait.Resume(c.api, &opUpdateSessionCluster, token, c.sessionClusterUpdate)
}

// BeginDeleteSessionCluster deletes a session cluster and returns a waiter for it. The wait ends well when
// the cluster is gone, with a nil response, or its name belongs to another one, whose response it returns.
// It fails when the cluster fails meanwhile, with the service's failure, when it was seen in a state on the way
// and is back in that of before, and as superseded when somebody starts it. It reads the cluster once before the
// deletion, to know its id and how it stood.
func (c *Client) BeginDeleteSessionCluster(ctx context.Context, r DeleteSessionClusterRequest) (*cloud.Waiter[GetSessionClusterResponse], error) {
	if err := c.api.Prepare(&opDeleteSessionCluster, &r); err != nil {
		return nil, err
	}
	s, err := c.sessionClusterBefore(ctx, sessionClusterOf(r))
	if err != nil {
		return nil, err
	}
	out, err := c.DeleteSessionCluster(ctx, r)
	switch {
	case err == nil:
		s.own(out.Data)
	case !c.deletedAnyway(ctx, s, err):
		return nil, err
	}
	return wait.Begin(c.api, &opDeleteSessionCluster, s, c.sessionClusterDeletion), nil
}

// deletedAnyway reports whether a cluster that was there a moment ago is going although the deletion failed: it is not
// found, or an earlier attempt of the call was carried out and the service refuses another.
func (c *Client) deletedAnyway(ctx context.Context, s *sessionClusterState, err error) bool {
	if cloud.KindOf(err) == cloud.ErrNotFound {
		return true
	}
	if !wait.Accepted(err, cloud.KindOf(err)) {
		return false
	}
	r, err := c.GetSessionCluster(ctx, GetSessionClusterRequest(s.Cluster))
	if err != nil {
		return cloud.KindOf(err) == cloud.ErrNotFound
	}
	j, now, _ := s.look(r)
	return j.Superseded || now.State != "" && now.State != s.Before.State && !rests(now.State)
}

// ResumeDeleteSessionCluster returns the waiter whose token is given.
func (c *Client) ResumeDeleteSessionCluster(token string) (*cloud.Waiter[GetSessionClusterResponse], error) {
	return wait.Resume(c.api, &opDeleteSessionCluster, token, c.sessionClusterDeletion)
}

// UntilSessionClusterRunning waits until a session cluster runs, whoever starts it. It fails when the cluster
// has failed, with the service's failure, and when a start that it saw was given up. It may end at the state
// before a start; [Client.BeginStartSessionCluster] waits for the start itself.
func (c *Client) UntilSessionClusterRunning(r GetSessionClusterRequest) *cloud.Waiter[GetSessionClusterResponse] {
	w := c.sessionClusterWait(sessionClusterOf(r))
	w.AppearWithin = wait.AppearsWithin
	u := untilSessionCluster{
		of: sessionClusterOf(r), goal: SessionClusterStateRunning,
		way: SessionClusterStateStarting, back: SessionClusterStateStopped, says: "the cluster is stopped again",
	}
	w.Judge = u.judge
	return wait.Until(c.api, "UntilSessionClusterRunning", w)
}

// UntilSessionClusterStopped waits until a session cluster is stopped, whoever stops it. It fails when the
// cluster has failed, with the service's failure, and when a stop that it saw was given up. It may end at the
// state before a stop; [Client.BeginStopSessionCluster] waits for the stop itself.
func (c *Client) UntilSessionClusterStopped(r GetSessionClusterRequest) *cloud.Waiter[GetSessionClusterResponse] {
	w := c.sessionClusterWait(sessionClusterOf(r))
	u := untilSessionCluster{
		of: sessionClusterOf(r), goal: SessionClusterStateStopped,
		way: SessionClusterStateStopping, back: SessionClusterStateRunning, says: "the cluster runs again",
	}
	w.Judge = u.judge
	return wait.Until(c.api, "UntilSessionClusterStopped", w)
}

// untilSessionCluster waits for a state, without knowing what was before. A failure may be of then, unless the
// change was seen on its way.
type untilSessionCluster struct {
	of   sessionClusterOf
	goal SessionClusterState
	way  SessionClusterState // to the goal
	back SessionClusterState // where a change that was given up leads
	says string

	course wait.Course
}

func (u *untilSessionCluster) judge(r *GetSessionClusterResponse) cloud.Verdict {
	j := u.of.judge(r)
	seen := u.course.Saw(j.State == string(u.way))
	switch j.State {
	case string(u.goal):
		j.Outcome = cloud.Succeeded
	case string(SessionClusterStateFailed):
		j.Outcome, j.Inferred = cloud.Failed, !seen
	case string(u.back):
		if seen {
			return givenUp(j.State, u.says, j.Reason)
		}
	}
	return j
}

// sessionClusterOf names a session cluster.
type sessionClusterOf struct {
	SessionClusterName string `json:"sessionClusterName"`
	Namespace          string `json:"namespace"`
	Workspace          string `json:"workspace"`
}

// judge reads the state of the cluster without saying what it means.
func (of sessionClusterOf) judge(r *GetSessionClusterResponse) cloud.Verdict {
	if r.Data == nil || r.Data.Status == nil {
		return cloud.Verdict{}
	}
	j := cloud.Verdict{State: string(r.Data.Status.CurrentSessionClusterStatus), Reason: r.Data.Status.Failure.reason()}
	return about("session cluster", of.SessionClusterName, r.Data.Name, j)
}

// reason says a failure in one line.
func (f *SessionClusterFailureInfo) reason() string {
	if f == nil {
		return ""
	}
	return join(": ", f.Reason, f.Message)
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
	if err := unrelated(&opGetSessionCluster, before.RequestID, "session cluster", of.SessionClusterName, before.Data.Name); err != nil {
		return nil, err
	}
	return &sessionClusterState{Cluster: of, Before: lookOf(before.Data)}, nil
}

func (c *Client) sessionClusterWait(of sessionClusterOf) cloud.WaitSpec[GetSessionClusterResponse] {
	return cloud.WaitSpec[GetSessionClusterResponse]{
		Service: service,
		Read: func(ctx context.Context) (*GetSessionClusterResponse, error) {
			return c.GetSessionCluster(ctx, GetSessionClusterRequest(of))
		},
		Within: withinStart,
	}
}

func (c *Client) sessionClusterStart(s *sessionClusterState) cloud.WaitSpec[GetSessionClusterResponse] {
	w := c.sessionClusterWait(s.Cluster)
	w.Judge = s.judgeStart
	return w
}

func (c *Client) sessionClusterStop(s *sessionClusterState) cloud.WaitSpec[GetSessionClusterResponse] {
	w := c.sessionClusterWait(s.Cluster)
	w.Judge = s.judgeStop
	return w
}

func (c *Client) sessionClusterUpdate(s *sessionClusterState) cloud.WaitSpec[GetSessionClusterResponse] {
	w := c.sessionClusterWait(s.Cluster)
	w.Judge = s.judgeUpdate
	return w
}

func (c *Client) sessionClusterDeletion(s *sessionClusterState) cloud.WaitSpec[GetSessionClusterResponse] {
	w := c.sessionClusterWait(s.Cluster)
	w.Judge, w.GoneIsSuccess = s.judgeDeletion, true
	return w
}
