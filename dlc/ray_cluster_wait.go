package dlc

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var rayClusters = rayResource[GetRayClusterResponse]{
	what: "cluster",
	read: (*Client).rayCluster,
	observe: func(r *GetRayClusterResponse) raySnapshot {
		return raySnapshot{r.Status, r.StatusMessage, r.StartTime, r.StopTime}
	},
	diagnose: (*Client).diagnoseRayCluster,
}

var createRayCluster = change[CreateRayClusterRequest, CreateRayClusterResponse, rayCreationChange, GetRayClusterResponse]{
	State: func(r *CreateRayClusterRequest) *rayCreationChange { return &rayCreationChange{Name: r.Name} },
	Accepted: func(s *rayCreationChange, _ *CreateRayClusterRequest, out *CreateRayClusterResponse, _ time.Time) error {
		s.ID = out.ID
		return nil
	},
	Began: (*Client).rayClusterCreationBegan,
	Spec: func(c *Client, s *rayCreationChange) cloud.WaitSpec[GetRayClusterResponse] {
		return rayClusters.creation(c, s)
	},
	Undo: func(c *Client, ctx context.Context, s *rayCreationChange) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareDeleteRayCluster(ctx, DeleteRayClusterRequest{ID: s.ID}))
	},
}

var startRayCluster = change[StartRayClusterRequest, StartRayClusterResponse, rayChange, GetRayClusterResponse]{
	State: func(r *StartRayClusterRequest) *rayChange {
		return &rayChange{ID: r.ID, Goal: RayClusterStatusRunning}
	},
	Before: func(c *Client, ctx context.Context, s *rayChange) error { return rayClusters.before(c, ctx, s) },
	Refused: func(c *Client, ctx context.Context, s *rayChange, sent time.Time, err error) error {
		return rayClusters.started(c, ctx, s, sent, err)
	},
	Began: func(c *Client, ctx context.Context, s *rayChange, _ *StartRayClusterRequest, _ time.Time) (cloud.StartStatus, error) {
		return rayClusters.began(c, ctx, s)
	},
	Spec: func(c *Client, s *rayChange) cloud.WaitSpec[GetRayClusterResponse] { return rayClusters.update(c, s) },
	Undo: func(c *Client, ctx context.Context, s *rayChange) (cloud.AnyChange, error) {
		if s.Before.Status == RayClusterStatusRunning {
			return nil, noWayBack("it was running before")
		}
		return wait.AnyChange(c.PrepareStopRayCluster(ctx, StopRayClusterRequest{ID: s.ID}))
	},
}

var stopRayCluster = change[StopRayClusterRequest, StopRayClusterResponse, rayChange, GetRayClusterResponse]{
	State: func(r *StopRayClusterRequest) *rayChange {
		return &rayChange{ID: r.ID, Goal: RayClusterStatusStopped}
	},
	Before: func(c *Client, ctx context.Context, s *rayChange) error { return rayClusters.before(c, ctx, s) },
	Refused: func(c *Client, ctx context.Context, s *rayChange, sent time.Time, err error) error {
		return rayClusters.started(c, ctx, s, sent, err)
	},
	Began: func(c *Client, ctx context.Context, s *rayChange, _ *StopRayClusterRequest, _ time.Time) (cloud.StartStatus, error) {
		return rayClusters.began(c, ctx, s)
	},
	Spec: func(c *Client, s *rayChange) cloud.WaitSpec[GetRayClusterResponse] { return rayClusters.update(c, s) },
	Undo: func(c *Client, ctx context.Context, s *rayChange) (cloud.AnyChange, error) {
		if s.Before.Status != RayClusterStatusRunning {
			return nil, noWayBack("it was not running before")
		}
		return wait.AnyChange(c.starter().PrepareStartRayCluster(ctx, StartRayClusterRequest{ID: s.ID}))
	},
}

var deleteRayCluster = change[DeleteRayClusterRequest, DeleteRayClusterResponse, rayChange, GetRayClusterResponse]{
	State: func(r *DeleteRayClusterRequest) *rayChange {
		return &rayChange{ID: r.ID, Goal: RayClusterStatusDeleted}
	},
	Before:      func(c *Client, ctx context.Context, s *rayChange) error { return rayClusters.before(c, ctx, s) },
	AlreadyDone: func(s *rayChange) bool { return rayClusters.alreadyDeleted(s) },
	Refused: func(c *Client, ctx context.Context, s *rayChange, sent time.Time, err error) error {
		return rayClusters.started(c, ctx, s, sent, err)
	},
	Began: func(c *Client, ctx context.Context, s *rayChange, _ *DeleteRayClusterRequest, _ time.Time) (cloud.StartStatus, error) {
		return rayClusters.began(c, ctx, s)
	},
	Spec: func(c *Client, s *rayChange) cloud.WaitSpec[GetRayClusterResponse] { return rayClusters.deletion(c, s) },
}

// UntilRayClusterRunning waits until a Ray cluster runs. It fails when the cluster has failed or is deleted, and still
// is half a minute later. The states of clusters are not documented; see [Client.BeginStartRayCluster].
func (c *Client) UntilRayClusterRunning(r GetRayClusterRequest) *cloud.Waiter[GetRayClusterResponse] {
	return wait.Until(c.api, "UntilRayClusterRunning", rayClusters.state(c, r.ID, rayRunning))
}

// UntilRayClusterStopped waits until a Ray cluster is stopped. It fails as [Client.UntilRayClusterRunning] does.
func (c *Client) UntilRayClusterStopped(r GetRayClusterRequest) *cloud.Waiter[GetRayClusterResponse] {
	return wait.Until(c.api, "UntilRayClusterStopped", rayClusters.state(c, r.ID, rayStopped))
}

// UntilRayClusterDeleted waits until a Ray cluster is not found, or shown as deleted. No state is a failure, because
// a failed cluster can be deleted too.
func (c *Client) UntilRayClusterDeleted(r GetRayClusterRequest) *cloud.Waiter[GetRayClusterResponse] {
	return wait.Until(c.api, "UntilRayClusterDeleted", rayClusters.gone(c, r.ID))
}

func (c *Client) rayCluster(ctx context.Context, id string) (*GetRayClusterResponse, error) {
	out, err := c.GetRayCluster(ctx, GetRayClusterRequest{ID: id})
	if err != nil {
		return nil, err
	}
	return out, about(&opGetRayCluster, out.RequestID, out.ID, id)
}
