package flink

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a session cluster mean for starts and stops, and for waits for their results. What the other
// states mean depends on the state before the change, and so do all states for an update or a deletion.
var (
	sessionClusterRuns = wait.Statuses[SessionClusterState]{
		Succeeded: []SessionClusterState{SessionClusterStateRunning},
		Failed:    []SessionClusterState{SessionClusterStateFailed},
	}
	sessionClusterStopped = wait.Statuses[SessionClusterState]{
		Succeeded: []SessionClusterState{SessionClusterStateStopped},
		Failed:    []SessionClusterState{SessionClusterStateFailed},
	}
)

// A sessionClusterGoal is a state to wait for without a snapshot from before.
type sessionClusterGoal struct {
	states   wait.Statuses[SessionClusterState]
	underway SessionClusterState // on the way to the goal
	back     SessionClusterState // the state that an abandoned change leads to
	undone   string              // the reason for a failure then
}

var (
	untilSessionClusterRuns = sessionClusterGoal{
		sessionClusterRuns, SessionClusterStateStarting, SessionClusterStateStopped, "the cluster is stopped again",
	}
	untilSessionClusterStopped = sessionClusterGoal{
		sessionClusterStopped, SessionClusterStateStopping, SessionClusterStateRunning, "the cluster runs again",
	}
)

var startSessionCluster = change[StartSessionClusterRequest, StartSessionClusterResponse, sessionClusterChange, GetSessionClusterResponse]{
	State: func(r *StartSessionClusterRequest) *sessionClusterChange {
		return &sessionClusterChange{SessionClusterName: r.SessionClusterName, Namespace: r.Namespace, Workspace: r.Workspace}
	},
	Before: (*Client).beforeSessionCluster,
	Began: func(
		c *Client, ctx context.Context, s *sessionClusterChange, _ *StartSessionClusterRequest, _ time.Time,
	) (cloud.StartStatus, error) {
		return c.sessionClusterBegan(ctx, s, s.startBegan)
	},
	Spec: (*Client).sessionClusterStart,
	Undo: func(c *Client, ctx context.Context, s *sessionClusterChange) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareStopSessionCluster(ctx, StopSessionClusterRequest{
			SessionClusterName: s.SessionClusterName, Namespace: s.Namespace, Workspace: s.Workspace,
		}))
	},
}

var stopSessionCluster = change[StopSessionClusterRequest, StopSessionClusterResponse, sessionClusterChange, GetSessionClusterResponse]{
	State: func(r *StopSessionClusterRequest) *sessionClusterChange {
		return &sessionClusterChange{SessionClusterName: r.SessionClusterName, Namespace: r.Namespace, Workspace: r.Workspace}
	},
	Before: (*Client).beforeSessionCluster,
	Began: func(
		c *Client, ctx context.Context, s *sessionClusterChange, _ *StopSessionClusterRequest, _ time.Time,
	) (cloud.StartStatus, error) {
		return c.sessionClusterBegan(ctx, s, s.stopBegan)
	},
	Spec: (*Client).sessionClusterStop,
	Undo: func(c *Client, ctx context.Context, s *sessionClusterChange) (cloud.AnyChange, error) {
		return wait.AnyChange(c.starter().PrepareStartSessionCluster(ctx, StartSessionClusterRequest{
			SessionClusterName: s.SessionClusterName, Namespace: s.Namespace, Workspace: s.Workspace,
		}))
	},
}

var updateSessionCluster = change[
	UpdateSessionClusterRequest, UpdateSessionClusterResponse, sessionClusterChange, GetSessionClusterResponse,
]{
	State: func(r *UpdateSessionClusterRequest) *sessionClusterChange {
		return &sessionClusterChange{
			SessionClusterName: r.SessionClusterName, Namespace: r.Namespace, Workspace: r.Workspace,
			Engine: r.SessionCluster.EngineVersion, Target: r.SessionCluster.DeploymentTargetName,
			asked: &r.SessionCluster,
		}
	},
	Before: (*Client).beforeSessionCluster,
	Accepted: func(s *sessionClusterChange, _ *UpdateSessionClusterRequest, out *UpdateSessionClusterResponse, _ time.Time) error {
		s.recordUpdate(out.Data)
		return nil
	},
	Began: func(
		c *Client, ctx context.Context, s *sessionClusterChange, r *UpdateSessionClusterRequest, _ time.Time,
	) (cloud.StartStatus, error) {
		return c.sessionClusterBegan(ctx, s, func(cluster *SessionCluster, now snapshot) cloud.StartStatus {
			return s.updateBegan(&r.SessionCluster, cluster, now)
		})
	},
	Spec: (*Client).sessionClusterUpdate,
	Restore: func(s *sessionClusterChange) *UpdateSessionClusterRequest {
		if s.Replaced == nil {
			return nil
		}
		return &UpdateSessionClusterRequest{
			SessionClusterName: s.SessionClusterName, Namespace: s.Namespace, Workspace: s.Workspace, SessionCluster: *s.Replaced,
		}
	},
}

var deleteSessionCluster = change[
	DeleteSessionClusterRequest, DeleteSessionClusterResponse, sessionClusterChange, GetSessionClusterResponse,
]{
	State: func(r *DeleteSessionClusterRequest) *sessionClusterChange {
		return &sessionClusterChange{SessionClusterName: r.SessionClusterName, Namespace: r.Namespace, Workspace: r.Workspace}
	},
	Before: (*Client).beforeSessionCluster,
	Accepted: func(s *sessionClusterChange, _ *DeleteSessionClusterRequest, out *DeleteSessionClusterResponse, _ time.Time) error {
		s.recognize(out.Data)
		return nil
	},
	Refused: (*Client).refusedDeletion,
	Began: func(
		c *Client, ctx context.Context, s *sessionClusterChange, _ *DeleteSessionClusterRequest, _ time.Time,
	) (cloud.StartStatus, error) {
		return c.deletionBegan(ctx, s)
	},
	Spec: (*Client).sessionClusterDeletion,
}

// UntilSessionClusterRunning waits until a session cluster runs. It fails when the cluster has failed, with the
// service's failure, and when a start that it saw was abandoned. It may succeed on the state before a start;
// [Client.BeginStartSessionCluster] waits for the start itself.
func (c *Client) UntilSessionClusterRunning(r GetSessionClusterRequest) *cloud.Waiter[GetSessionClusterResponse] {
	w := c.sessionClusterUntil(r, untilSessionClusterRuns)
	w.AppearWithin = wait.AppearsWithin
	return wait.Until(c.api, "UntilSessionClusterRunning", w)
}

// UntilSessionClusterStopped waits until a session cluster is stopped. It fails when the cluster has failed, with
// the service's failure, and when a stop that it saw was abandoned. It may succeed on the state before a stop;
// [Client.BeginStopSessionCluster] waits for the stop itself.
func (c *Client) UntilSessionClusterStopped(r GetSessionClusterRequest) *cloud.Waiter[GetSessionClusterResponse] {
	return wait.Until(c.api, "UntilSessionClusterStopped", c.sessionClusterUntil(r, untilSessionClusterStopped))
}

func (c *Client) sessionCluster(ctx context.Context, s *sessionClusterChange) (*GetSessionClusterResponse, error) {
	return c.GetSessionCluster(ctx, GetSessionClusterRequest{
		SessionClusterName: s.SessionClusterName, Namespace: s.Namespace, Workspace: s.Workspace,
	})
}

// beforeSessionCluster records the state of a session cluster before a change.
func (c *Client) beforeSessionCluster(ctx context.Context, s *sessionClusterChange) error {
	r, err := c.sessionCluster(ctx, s)
	if err != nil {
		return err
	}
	if isOther(s.SessionClusterName, r.Data.Name) {
		return &cloud.Error{
			Service: service, Operation: opGetSessionCluster.Name, Kind: cloud.ErrTransport, RequestID: r.RequestID,
			Message: fmt.Sprintf("unexpected response: it is about session cluster %q", r.Data.Name),
		}
	}
	s.Before = snapshotOf(r.Data)
	if s.asked != nil {
		s.Replaced = replaced(s.asked, r.Data)
	}
	return nil
}

// refusedDeletion returns the error of a deletion, or nil if the cluster, which was read just before, is being deleted
// anyway: it is not found, or an earlier attempt of the call was carried out and the service refuses another.
func (c *Client) refusedDeletion(ctx context.Context, s *sessionClusterChange, _ time.Time, err error) error {
	if cloud.KindOf(err) == cloud.ErrNotFound {
		return nil
	}
	if !wait.IsRepeat(err, cloud.KindOf(err)) {
		return err
	}
	r, readErr := c.sessionCluster(ctx, s)
	if cloud.KindOf(readErr) == cloud.ErrNotFound {
		return nil
	}
	if readErr != nil {
		return err
	}
	v, now, _ := s.observe(r)
	if v.Superseded || now.State != "" && now.State != s.Before.State && !isSettled(now.State) {
		return nil
	}
	return err
}

func (c *Client) sessionClusterStart(s *sessionClusterChange) cloud.WaitSpec[GetSessionClusterResponse] {
	return c.sessionClusterSpec(s, s.judgeStart)
}

func (c *Client) sessionClusterStop(s *sessionClusterChange) cloud.WaitSpec[GetSessionClusterResponse] {
	return c.sessionClusterSpec(s, s.judgeStop)
}

func (c *Client) sessionClusterUpdate(s *sessionClusterChange) cloud.WaitSpec[GetSessionClusterResponse] {
	return c.sessionClusterSpec(s, s.judgeUpdate)
}

func (c *Client) sessionClusterDeletion(s *sessionClusterChange) cloud.WaitSpec[GetSessionClusterResponse] {
	w := c.sessionClusterSpec(s, s.judgeDeletion)
	w.GoneIsSuccess = true
	return w
}

func (c *Client) sessionClusterUntil(r GetSessionClusterRequest, goal sessionClusterGoal) cloud.WaitSpec[GetSessionClusterResponse] {
	s := &sessionClusterChange{SessionClusterName: r.SessionClusterName, Namespace: r.Namespace, Workspace: r.Workspace}
	return c.sessionClusterSpec(s, func(r *GetSessionClusterResponse) cloud.Verdict { return s.judgeUntil(r, goal) })
}

func (c *Client) sessionClusterSpec(
	s *sessionClusterChange, judge func(*GetSessionClusterResponse) cloud.Verdict,
) cloud.WaitSpec[GetSessionClusterResponse] {
	return wait.Share(c.api, cloud.WaitSpec[GetSessionClusterResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*GetSessionClusterResponse, error) { return c.sessionCluster(ctx, s) },
		Judge:   judge,
		Within:  startWithin,
	}, &wait.List[SessionCluster, GetSessionClusterResponse]{
		Op:  &opListSessionClusters,
		Of:  place(s.Namespace, s.Workspace),
		IDs: []string{s.SessionClusterName},
		Items: func(ctx context.Context, _ []string) iter.Seq2[SessionCluster, error] {
			return c.AllSessionClusters(ctx, ListSessionClustersRequest{Namespace: s.Namespace, Workspace: s.Workspace})
		},
		ID: func(cluster *SessionCluster) string { return cluster.Name },
		Show: func(clusters []*SessionCluster) *GetSessionClusterResponse {
			if clusters[0] == nil {
				return nil
			}
			return &GetSessionClusterResponse{Data: clusters[0]}
		},
	})
}
