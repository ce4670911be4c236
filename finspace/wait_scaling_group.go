package finspace

import (
	"cmp"
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateKxScalingGroup starts the creation of a scaling group and returns a waiter for it. The
// wait ends well only when that group is ACTIVE. It fails when the creation failed, with what the
// status reason says, when the group is being deleted, and as superseded when another group of its name was
// created since. Reads that show an earlier group of that name, by its creation time, do not count.
func (c *Client) BeginCreateKxScalingGroup(ctx context.Context, r CreateKxScalingGroupRequest) (*cloud.Waiter[GetKxScalingGroupResponse], error) {
	s := &scalingGroupState{EnvironmentID: r.EnvironmentID, ScalingGroupName: r.ScalingGroupName}
	start := time.Now()
	created, err := c.CreateKxScalingGroup(ctx, r)
	if err == nil {
		s.Record.Before.Created = created.CreatedTimestamp
	} else if err := s.Record.made(start, c.api.Skew(), err, func() (sight, error) { return c.scalingGroupSight(ctx, s) }); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateKxScalingGroup, s, c.scalingGroupCreation), nil
}

// ResumeCreateKxScalingGroup returns the waiter whose token is given.
func (c *Client) ResumeCreateKxScalingGroup(token string) (*cloud.Waiter[GetKxScalingGroupResponse], error) {
	return wait.Resume(c.api, &opCreateKxScalingGroup, token, c.scalingGroupCreation)
}

// BeginDeleteKxScalingGroup starts the deletion of a scaling group and returns a waiter for it. The
// wait ends well when the group is not found any more, is shown as DELETED, or another one that was
// created later has its name; Wait then returns nil or what the service shows. It fails when this
// deletion failed, with what the status reason says, and when the group was being deleted and is ACTIVE
// again; the failure of an earlier deletion does not count. It reads the group once before the deletion, to
// tell these apart, and sends nothing if the group is shown as DELETED then.
func (c *Client) BeginDeleteKxScalingGroup(ctx context.Context, r DeleteKxScalingGroupRequest) (*cloud.Waiter[GetKxScalingGroupResponse], error) {
	if err := c.api.Prepare(&opDeleteKxScalingGroup, &r); err != nil {
		return nil, err
	}
	s := &scalingGroupState{EnvironmentID: r.EnvironmentID, ScalingGroupName: r.ScalingGroupName}
	send := func() error {
		_, err := c.DeleteKxScalingGroup(ctx, r)
		return err
	}
	if err := s.Record.delete(func() (sight, error) { return c.scalingGroupSight(ctx, s) }, send); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opDeleteKxScalingGroup, s, c.scalingGroupDeletion), nil
}

// ResumeDeleteKxScalingGroup returns the waiter whose token is given.
func (c *Client) ResumeDeleteKxScalingGroup(token string) (*cloud.Waiter[GetKxScalingGroupResponse], error) {
	return wait.Resume(c.api, &opDeleteKxScalingGroup, token, c.scalingGroupDeletion)
}

// UntilKxScalingGroupActive waits until a scaling group is ACTIVE, whoever made it so. It fails when
// the creation failed or the group is being deleted.
func (c *Client) UntilKxScalingGroupActive(r GetKxScalingGroupRequest) *cloud.Waiter[GetKxScalingGroupResponse] {
	s := scalingGroupState{EnvironmentID: r.EnvironmentID, ScalingGroupName: r.ScalingGroupName}
	return wait.Until(c.api, "UntilKxScalingGroupActive", c.scalingGroupCreation(&s))
}

// UntilKxScalingGroupDeleted waits until a scaling group is not found or shown as DELETED, whoever
// deletes it. It fails when a deletion has failed. It cannot tell a group from a later one of the same
// name; [Client.BeginDeleteKxScalingGroup] can.
func (c *Client) UntilKxScalingGroupDeleted(r GetKxScalingGroupRequest) *cloud.Waiter[GetKxScalingGroupResponse] {
	s := scalingGroupState{EnvironmentID: r.EnvironmentID, ScalingGroupName: r.ScalingGroupName}
	return wait.Until(c.api, "UntilKxScalingGroupDeleted", c.scalingGroupDeletion(&s))
}

// scalingGroupState is what has to be known to recognize the end of a change of a scaling group.
type scalingGroupState struct {
	EnvironmentID    string `json:"environmentId"`
	ScalingGroupName string `json:"scalingGroupName"`
	Record           record `json:"record,omitzero"`
}

// Check refuses a state that names no scaling group.
func (s *scalingGroupState) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "scalingGroupName", s.ScalingGroupName)
}

func (s *scalingGroupState) request() GetKxScalingGroupRequest {
	return GetKxScalingGroupRequest{EnvironmentID: s.EnvironmentID, ScalingGroupName: s.ScalingGroupName}
}

func (c *Client) scalingGroupCreation(s *scalingGroupState) cloud.WaitSpec[GetKxScalingGroupResponse] {
	w := c.scalingGroupWait(s.request())
	w.Judge = func(group *GetKxScalingGroupResponse) cloud.Verdict {
		return s.Record.creation(judgeKxScalingGroup(group), sightOfKxScalingGroup(group))
	}
	w.AppearWithin = wait.AppearsWithin
	return w
}

func (c *Client) scalingGroupDeletion(s *scalingGroupState) cloud.WaitSpec[GetKxScalingGroupResponse] {
	w := c.scalingGroupWait(s.request())
	w.Judge = func(group *GetKxScalingGroupResponse) cloud.Verdict {
		return s.Record.deletion(judgeKxScalingGroupDeletion(group), sightOfKxScalingGroup(group))
	}
	w.GoneIsSuccess = true
	return w
}

func (c *Client) scalingGroupWait(r GetKxScalingGroupRequest) cloud.WaitSpec[GetKxScalingGroupResponse] {
	return cloud.WaitSpec[GetKxScalingGroupResponse]{
		Service: service,
		Within:  scalingGroupWithin,
		Read:    func(ctx context.Context) (*GetKxScalingGroupResponse, error) { return c.GetKxScalingGroup(ctx, r) },
	}
}

func sightOfKxScalingGroup(group *GetKxScalingGroupResponse) sight {
	return sight{string(group.Status), group.StatusReason, group.CreatedTimestamp, group.LastModifiedTimestamp}
}

func (c *Client) scalingGroupSight(ctx context.Context, s *scalingGroupState) (sight, error) {
	group, err := c.GetKxScalingGroup(ctx, s.request())
	if err != nil {
		return sight{}, err
	}
	return sightOfKxScalingGroup(group), nil
}

// scalingGroupUpdateFailed is a status that FinSpace's documents name, though its model does not; so
// is UPDATING, which is pending as any unknown one.
const scalingGroupUpdateFailed KxScalingGroupStatus = "UPDATE_FAILED"

func judgeKxScalingGroup(group *GetKxScalingGroupResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(group.Status), Reason: group.StatusReason}
	switch group.Status {
	case KxScalingGroupStatusActive:
		j.Outcome = cloud.Succeeded
	case KxScalingGroupStatusCreateFailed, scalingGroupUpdateFailed,
		KxScalingGroupStatusDeleting, KxScalingGroupStatusDeleted, KxScalingGroupStatusDeleteFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

func judgeKxScalingGroupDeletion(group *GetKxScalingGroupResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(group.Status), Reason: group.StatusReason}
	switch group.Status {
	case KxScalingGroupStatusDeleted:
		j.Outcome = cloud.Succeeded
	case KxScalingGroupStatusDeleteFailed:
		j.Outcome, j.Reason = cloud.Failed, cmp.Or(j.Reason, inUse(group.Clusters))
	}
	return j
}
