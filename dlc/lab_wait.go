package dlc

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var labs = rayResource[GetLabDetailResponse]{
	what: "lab",
	read: (*Client).lab,
	observe: func(r *GetLabDetailResponse) raySnapshot {
		return raySnapshot{r.Status, r.StatusMessage, r.StartTime, r.StopTime}
	},
	diagnose: (*Client).diagnoseLab,
}

var createLab = change[CreateLabRequest, CreateLabResponse, rayCreationChange, GetLabDetailResponse]{
	State: func(r *CreateLabRequest) *rayCreationChange { return &rayCreationChange{Name: r.Name} },
	Accepted: func(s *rayCreationChange, _ *CreateLabRequest, out *CreateLabResponse, _ time.Time) error {
		s.ID = out.ID
		return nil
	},
	Began: (*Client).labCreationBegan,
	Spec:  func(c *Client, s *rayCreationChange) cloud.WaitSpec[GetLabDetailResponse] { return labs.creation(c, s) },
	Undo: func(c *Client, ctx context.Context, s *rayCreationChange) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareDeleteLab(ctx, DeleteLabRequest{ID: s.ID}))
	},
}

var startLab = change[StartLabRequest, StartLabResponse, rayChange, GetLabDetailResponse]{
	State: func(r *StartLabRequest) *rayChange {
		return &rayChange{ID: r.ID, Goal: RayClusterStatusRunning}
	},
	Before: func(c *Client, ctx context.Context, s *rayChange) error { return labs.before(c, ctx, s) },
	Refused: func(c *Client, ctx context.Context, s *rayChange, sent time.Time, err error) error {
		return labs.started(c, ctx, s, sent, err)
	},
	Began: func(c *Client, ctx context.Context, s *rayChange, _ *StartLabRequest, _ time.Time) (cloud.StartStatus, error) {
		return labs.began(c, ctx, s)
	},
	Spec: func(c *Client, s *rayChange) cloud.WaitSpec[GetLabDetailResponse] { return labs.update(c, s) },
	Undo: func(c *Client, ctx context.Context, s *rayChange) (cloud.AnyChange, error) {
		if s.Before.Status == RayClusterStatusRunning {
			return nil, noWayBack("it was running before")
		}
		return wait.AnyChange(c.PrepareStopLab(ctx, StopLabRequest{ID: s.ID}))
	},
}

var stopLab = change[StopLabRequest, StopLabResponse, rayChange, GetLabDetailResponse]{
	State: func(r *StopLabRequest) *rayChange {
		return &rayChange{ID: r.ID, Goal: RayClusterStatusStopped}
	},
	Before: func(c *Client, ctx context.Context, s *rayChange) error { return labs.before(c, ctx, s) },
	Refused: func(c *Client, ctx context.Context, s *rayChange, sent time.Time, err error) error {
		return labs.started(c, ctx, s, sent, err)
	},
	Began: func(c *Client, ctx context.Context, s *rayChange, _ *StopLabRequest, _ time.Time) (cloud.StartStatus, error) {
		return labs.began(c, ctx, s)
	},
	Spec: func(c *Client, s *rayChange) cloud.WaitSpec[GetLabDetailResponse] { return labs.update(c, s) },
	Undo: func(c *Client, ctx context.Context, s *rayChange) (cloud.AnyChange, error) {
		if s.Before.Status != RayClusterStatusRunning {
			return nil, noWayBack("it was not running before")
		}
		return wait.AnyChange(c.starter().PrepareStartLab(ctx, StartLabRequest{ID: s.ID}))
	},
}

var deleteLab = change[DeleteLabRequest, DeleteLabResponse, rayChange, GetLabDetailResponse]{
	State: func(r *DeleteLabRequest) *rayChange {
		return &rayChange{ID: r.ID, Goal: RayClusterStatusDeleted}
	},
	Before:      func(c *Client, ctx context.Context, s *rayChange) error { return labs.before(c, ctx, s) },
	AlreadyDone: func(s *rayChange) bool { return labs.alreadyDeleted(s) },
	Refused: func(c *Client, ctx context.Context, s *rayChange, sent time.Time, err error) error {
		return labs.started(c, ctx, s, sent, err)
	},
	Began: func(c *Client, ctx context.Context, s *rayChange, _ *DeleteLabRequest, _ time.Time) (cloud.StartStatus, error) {
		return labs.began(c, ctx, s)
	},
	Spec: func(c *Client, s *rayChange) cloud.WaitSpec[GetLabDetailResponse] { return labs.deletion(c, s) },
}

// UntilLabRunning waits until a lab runs. It fails when the lab has failed or is deleted, and still
// is half a minute later. The states of labs are not documented; see [Client.BeginStartRayCluster].
func (c *Client) UntilLabRunning(r GetLabDetailRequest) *cloud.Waiter[GetLabDetailResponse] {
	return wait.Until(c.api, "UntilLabRunning", labs.state(c, r.ID, rayRunning))
}

// UntilLabStopped waits until a lab is stopped. It fails as [Client.UntilLabRunning] does.
func (c *Client) UntilLabStopped(r GetLabDetailRequest) *cloud.Waiter[GetLabDetailResponse] {
	return wait.Until(c.api, "UntilLabStopped", labs.state(c, r.ID, rayStopped))
}

// UntilLabDeleted waits until a lab is not found, or shown as deleted. No state is a failure, because
// a failed lab can be deleted too.
func (c *Client) UntilLabDeleted(r GetLabDetailRequest) *cloud.Waiter[GetLabDetailResponse] {
	return wait.Until(c.api, "UntilLabDeleted", labs.gone(c, r.ID))
}

func (c *Client) lab(ctx context.Context, id string) (*GetLabDetailResponse, error) {
	out, err := c.GetLabDetail(ctx, GetLabDetailRequest{ID: id})
	if err != nil {
		return nil, err
	}
	return out, about(&opGetLabDetail, out.RequestID, out.ID, id)
}
