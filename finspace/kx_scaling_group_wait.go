package finspace

import (
	"context"
	"iter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// scalingGroupUpdateFailed is a status that FinSpace's documentation has, though its model does not; so is
// UPDATING, which is pending like any unknown one.
const scalingGroupUpdateFailed KxScalingGroupStatus = "UPDATE_FAILED"

// What the statuses of a scaling group mean for its creation and for its deletion.
var (
	scalingGroupLive = wait.Statuses[KxScalingGroupStatus]{
		Succeeded: []KxScalingGroupStatus{KxScalingGroupStatusActive},
		Failed: []KxScalingGroupStatus{
			KxScalingGroupStatusCreateFailed, scalingGroupUpdateFailed,
			KxScalingGroupStatusDeleting, KxScalingGroupStatusDeleted, KxScalingGroupStatusDeleteFailed,
		},
	}
	scalingGroupDeleted = wait.Statuses[KxScalingGroupStatus]{
		Succeeded: []KxScalingGroupStatus{KxScalingGroupStatusDeleted},
		Failed:    []KxScalingGroupStatus{KxScalingGroupStatusDeleteFailed},
	}
)

var scalingGroups = resource[scalingGroupChange, GetKxScalingGroupResponse]{
	within: scalingGroupWithin,
	read: func(c *Client, ctx context.Context, s *scalingGroupChange) (*GetKxScalingGroupResponse, error) {
		return c.GetKxScalingGroup(ctx, GetKxScalingGroupRequest{EnvironmentID: s.EnvironmentID, ScalingGroupName: s.ScalingGroupName})
	},
	recordOf: func(s *scalingGroupChange) *record { return &s.Record },
	observe: func(now *GetKxScalingGroupResponse) snapshot {
		return snapshot{string(now.Status), now.StatusReason, now.CreatedTimestamp, now.LastModifiedTimestamp}
	},
	live: func(now *GetKxScalingGroupResponse) cloud.Verdict {
		return scalingGroupLive.Verdict(now.Status, now.StatusReason)
	},
	deleted: func(now *GetKxScalingGroupResponse) cloud.Verdict {
		return inUse(scalingGroupDeleted.Verdict(now.Status, now.StatusReason), now.Clusters)
	},
	share: sharingScalingGroups,
	sources: func(c *Client, s *scalingGroupChange, last *GetKxScalingGroupResponse) []wait.Source {
		return c.userSources(s.EnvironmentID, last.Clusters)
	},
}

func sharingScalingGroups(
	c *Client, s *scalingGroupChange, w cloud.WaitSpec[GetKxScalingGroupResponse],
) cloud.WaitSpec[GetKxScalingGroupResponse] {
	l := wait.List[KxScalingGroup, GetKxScalingGroupResponse]{
		Op:  &opListKxScalingGroups,
		Of:  func() []string { return []string{s.EnvironmentID} },
		IDs: []string{s.ScalingGroupName},
		Items: func(ctx context.Context, _ []string) iter.Seq2[KxScalingGroup, error] {
			return c.AllKxScalingGroups(ctx, ListKxScalingGroupsRequest{EnvironmentID: s.EnvironmentID, MaxResults: pageSize})
		},
		ID:        func(item *KxScalingGroup) string { return item.ScalingGroupName },
		IsPartial: true,
	}
	return sharing(c, w, l, func(item *KxScalingGroup) *GetKxScalingGroupResponse {
		return underway[GetKxScalingGroupResponse](string(item.Status), item)
	})
}

var createKxScalingGroup = change[CreateKxScalingGroupRequest, CreateKxScalingGroupResponse, scalingGroupChange, GetKxScalingGroupResponse]{
	TokenLife: tokenLife,
	State: func(r *CreateKxScalingGroupRequest) *scalingGroupChange {
		return &scalingGroupChange{EnvironmentID: r.EnvironmentID, ScalingGroupName: r.ScalingGroupName}
	},
	Accepted: func(s *scalingGroupChange, _ *CreateKxScalingGroupRequest, out *CreateKxScalingGroupResponse, _ time.Time) error {
		s.Record.Before.Created = out.CreatedTimestamp
		return nil
	},
	Refused: func(c *Client, ctx context.Context, s *scalingGroupChange, sent time.Time, err error) error {
		return scalingGroups.refusedCreation(c, ctx, s, sent, err)
	},
	Began: func(
		c *Client, ctx context.Context, s *scalingGroupChange, r *CreateKxScalingGroupRequest, prepared time.Time,
	) (cloud.StartStatus, error) {
		s.EnvironmentID, s.ScalingGroupName = r.EnvironmentID, r.ScalingGroupName
		return scalingGroups.creationBegun(c, ctx, s, r, prepared)
	},
	Spec: func(c *Client, s *scalingGroupChange) cloud.WaitSpec[GetKxScalingGroupResponse] {
		return scalingGroups.creation(c, s)
	},
	Undo: func(c *Client, ctx context.Context, s *scalingGroupChange) (cloud.AnyChange, error) {
		if err := scalingGroups.checkUnreplaced(c, ctx, s); err != nil {
			return nil, err
		}
		return wait.AnyChange(c.PrepareDeleteKxScalingGroup(ctx, DeleteKxScalingGroupRequest{
			EnvironmentID: s.EnvironmentID, ScalingGroupName: s.ScalingGroupName,
		}))
	},
}

var deleteKxScalingGroup = change[DeleteKxScalingGroupRequest, DeleteKxScalingGroupResponse, scalingGroupChange, GetKxScalingGroupResponse]{
	TokenLife: tokenLife,
	State: func(r *DeleteKxScalingGroupRequest) *scalingGroupChange {
		return &scalingGroupChange{EnvironmentID: r.EnvironmentID, ScalingGroupName: r.ScalingGroupName}
	},
	Before: func(c *Client, ctx context.Context, s *scalingGroupChange) error {
		return scalingGroups.before(c, ctx, s)
	},
	AlreadyDone: func(s *scalingGroupChange) bool { return scalingGroups.alreadyDeleted(s) },
	Refused: func(c *Client, ctx context.Context, s *scalingGroupChange, sent time.Time, err error) error {
		return scalingGroups.refusedDeletion(c, ctx, s, sent, err)
	},
	Began: func(
		c *Client, ctx context.Context, s *scalingGroupChange, _ *DeleteKxScalingGroupRequest, _ time.Time,
	) (cloud.StartStatus, error) {
		return scalingGroups.deletionBegun(c, ctx, s)
	},
	Spec: func(c *Client, s *scalingGroupChange) cloud.WaitSpec[GetKxScalingGroupResponse] {
		return scalingGroups.deletion(c, s)
	},
}

// UntilKxScalingGroupActive waits until a scaling group is ACTIVE. It fails when the creation failed or the group is
// being deleted.
func (c *Client) UntilKxScalingGroupActive(r GetKxScalingGroupRequest) *cloud.Waiter[GetKxScalingGroupResponse] {
	s := scalingGroupChange{EnvironmentID: r.EnvironmentID, ScalingGroupName: r.ScalingGroupName}
	return wait.Until(c.api, "UntilKxScalingGroupActive", scalingGroups.creation(c, &s))
}

// UntilKxScalingGroupDeleted waits until a scaling group is not found or shown as DELETED. It fails when a deletion
// has failed. It cannot tell a group from a later one of the same name; [Client.BeginDeleteKxScalingGroup] can.
func (c *Client) UntilKxScalingGroupDeleted(r GetKxScalingGroupRequest) *cloud.Waiter[GetKxScalingGroupResponse] {
	s := scalingGroupChange{EnvironmentID: r.EnvironmentID, ScalingGroupName: r.ScalingGroupName}
	return wait.Until(c.api, "UntilKxScalingGroupDeleted", scalingGroups.deletion(c, &s))
}

// scalingGroupChange is the resume state of the creation or deletion of a scaling group.
type scalingGroupChange struct {
	EnvironmentID    string `json:"environmentId"`
	ScalingGroupName string `json:"scalingGroupName"`
	Record           record `json:"record,omitzero"`
}

// Resource is what the change is about.
func (s *scalingGroupChange) Resource() string { return s.EnvironmentID + "/" + s.ScalingGroupName }

// Check refuses a state that names no scaling group.
func (s *scalingGroupChange) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "scalingGroupName", s.ScalingGroupName)
}
