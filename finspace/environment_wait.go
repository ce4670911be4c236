package finspace

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// browserEnvironments are those of the dataset browser. They have the statuses of kdb environments, but no times and
// no reasons.
var browserEnvironments = resource[environmentChange, GetEnvironmentResponse]{
	within: environmentWithin,
	read: func(c *Client, ctx context.Context, s *environmentChange) (*GetEnvironmentResponse, error) {
		return c.GetEnvironment(ctx, GetEnvironmentRequest{EnvironmentID: s.EnvironmentID})
	},
	recordOf: func(s *environmentChange) *record { return &s.Record },
	observe:  func(now *GetEnvironmentResponse) snapshot { return snapshot{Status: string(now.Environment.Status)} },
	live: func(now *GetEnvironmentResponse) cloud.Verdict {
		return environmentLive.Verdict(now.Environment.Status, "")
	},
	deleted: func(now *GetEnvironmentResponse) cloud.Verdict {
		return environmentDeleted.Verdict(now.Environment.Status, "")
	},
}

var createEnvironment = change[CreateEnvironmentRequest, CreateEnvironmentResponse, environmentChange, GetEnvironmentResponse]{
	State: func(*CreateEnvironmentRequest) *environmentChange { return new(environmentChange) },
	Accepted: func(s *environmentChange, _ *CreateEnvironmentRequest, out *CreateEnvironmentResponse, _ time.Time) error {
		if s.EnvironmentID = out.EnvironmentID; s.EnvironmentID == "" {
			return wait.NoMember("", "environmentId")
		}
		return nil
	},
	// Nothing shows when an environment was created, so a new one cannot be told from one of the same name.
	Spec: func(c *Client, s *environmentChange) cloud.WaitSpec[GetEnvironmentResponse] {
		return browserEnvironments.creation(c, s)
	},
	Undo: func(c *Client, ctx context.Context, s *environmentChange) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareDeleteEnvironment(ctx, DeleteEnvironmentRequest{EnvironmentID: s.EnvironmentID}))
	},
}

var deleteEnvironment = change[DeleteEnvironmentRequest, DeleteEnvironmentResponse, environmentChange, GetEnvironmentResponse]{
	State: func(r *DeleteEnvironmentRequest) *environmentChange {
		return &environmentChange{EnvironmentID: r.EnvironmentID}
	},
	Before: func(c *Client, ctx context.Context, s *environmentChange) error {
		return browserEnvironments.before(c, ctx, s)
	},
	AlreadyDone: func(s *environmentChange) bool { return browserEnvironments.alreadyDeleted(s) },
	Refused: func(_ *Client, _ context.Context, s *environmentChange, _ time.Time, err error) error {
		return s.Record.refusedDeletion(err, cloud.ErrInvalid) // what the service has for an environment in the wrong status
	},
	Began: func(c *Client, ctx context.Context, s *environmentChange, _ *DeleteEnvironmentRequest, _ time.Time) (cloud.StartStatus, error) {
		return browserEnvironments.deletionBegun(c, ctx, s)
	},
	Spec: func(c *Client, s *environmentChange) cloud.WaitSpec[GetEnvironmentResponse] {
		return browserEnvironments.deletion(c, s)
	},
}

// UntilEnvironmentCreated waits until an environment of the dataset browser is CREATED. It fails when the creation
// failed, and when the environment is suspended or being deleted.
//
// Deprecated: the dataset browser that such environments were for has been discontinued; use
// [Client.UntilKxEnvironmentCreated].
func (c *Client) UntilEnvironmentCreated(r GetEnvironmentRequest) *cloud.Waiter[GetEnvironmentResponse] {
	return wait.Until(c.api, "UntilEnvironmentCreated", browserEnvironments.creation(c, &environmentChange{EnvironmentID: r.EnvironmentID}))
}

// UntilEnvironmentDeleted waits until an environment of the dataset browser is not found or shown as DELETED. It fails
// when a deletion has failed for good.
//
// Deprecated: the dataset browser that such environments were for has been discontinued; use
// [Client.UntilKxEnvironmentDeleted].
func (c *Client) UntilEnvironmentDeleted(r GetEnvironmentRequest) *cloud.Waiter[GetEnvironmentResponse] {
	return wait.Until(c.api, "UntilEnvironmentDeleted", browserEnvironments.deletion(c, &environmentChange{EnvironmentID: r.EnvironmentID}))
}
