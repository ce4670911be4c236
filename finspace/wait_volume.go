package finspace

import (
	"context"
	"fmt"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// BeginCreateKxVolume starts the creation of a volume and returns a waiter for it. The wait ends well
// only when that volume is ACTIVE. It fails when the creation failed, with what the status reason says,
// when the volume is being deleted, and when yet another volume of its name was created since. Reads
// that show an earlier volume of that name, by its creation time, do not count.
func (c *Client) BeginCreateKxVolume(ctx context.Context, r CreateKxVolumeRequest) (*cloud.Waiter[GetKxVolumeResponse], error) {
	created, err := c.CreateKxVolume(ctx, r)
	if err != nil {
		return nil, err
	}
	s := &volumeState{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName, Before: sight{Created: created.CreatedTimestamp}}
	return follow.Begin(c.api, &opCreateKxVolume, s, c.volumeCreation), nil
}

// ResumeCreateKxVolume returns the waiter whose token is given.
func (c *Client) ResumeCreateKxVolume(token string) (*cloud.Waiter[GetKxVolumeResponse], error) {
	return follow.Resume(c.api, &opCreateKxVolume, token, c.volumeCreation)
}

// BeginUpdateKxVolume starts a change of a volume's throughput, size or description and returns a
// waiter for it. The wait ends well only when the volume is ACTIVE or UPDATED, was modified later than
// before the call, and has the type and size that r asks for. It fails when this update failed, with
// what the status reason says, and when the volume has got another type or size since; a volume that
// still shows its state before the update, be that a success or a failure, does not count. It reads the
// volume once before the update, to know that state.
func (c *Client) BeginUpdateKxVolume(ctx context.Context, r UpdateKxVolumeRequest) (*cloud.Waiter[GetKxVolumeResponse], error) {
	if err := c.api.Prepare(&opUpdateKxVolume, &r); err != nil {
		return nil, err
	}
	s := &volumeState{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName, NAS1: nas1Of(r.NAS1Configuration)}
	before, err := c.GetKxVolume(ctx, s.request())
	if err != nil {
		return nil, err
	}
	s.Before, s.NAS1Before = sightOfKxVolume(before), nas1Of(before.NAS1Configuration)
	if _, err := c.UpdateKxVolume(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opUpdateKxVolume, s, c.volumeUpdate), nil
}

// ResumeUpdateKxVolume returns the waiter whose token is given.
func (c *Client) ResumeUpdateKxVolume(token string) (*cloud.Waiter[GetKxVolumeResponse], error) {
	return follow.Resume(c.api, &opUpdateKxVolume, token, c.volumeUpdate)
}

// BeginDeleteKxVolume starts the deletion of a volume and returns a waiter for it. The wait ends well
// when the volume is not found any more, is shown as DELETED, or another one that was created later has
// its name; Wait then returns nil or what the service shows. It fails when this deletion failed, with
// what the status reason says; the failure of an earlier one does not count. It reads the volume once
// before the deletion, to tell these apart.
func (c *Client) BeginDeleteKxVolume(ctx context.Context, r DeleteKxVolumeRequest) (*cloud.Waiter[GetKxVolumeResponse], error) {
	if err := c.api.Prepare(&opDeleteKxVolume, &r); err != nil {
		return nil, err
	}
	s := &volumeState{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}
	before, err := c.GetKxVolume(ctx, s.request())
	if err != nil {
		return nil, err
	}
	s.Before = sightOfKxVolume(before)
	if _, err := c.DeleteKxVolume(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opDeleteKxVolume, s, c.volumeDeletion), nil
}

// ResumeDeleteKxVolume returns the waiter whose token is given.
func (c *Client) ResumeDeleteKxVolume(token string) (*cloud.Waiter[GetKxVolumeResponse], error) {
	return follow.Resume(c.api, &opDeleteKxVolume, token, c.volumeDeletion)
}

// UntilKxVolumeActive waits until a volume is ACTIVE or UPDATED, whoever made it so. It fails when the
// creation or an update failed, and when the volume is being deleted. It may end at the state before
// an update; [Client.BeginUpdateKxVolume] waits for the update itself.
func (c *Client) UntilKxVolumeActive(r GetKxVolumeRequest) *cloud.Waiter[GetKxVolumeResponse] {
	return follow.Until(c.api, "UntilKxVolumeActive", c.volumeCreation(&volumeState{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}))
}

// UntilKxVolumeDeleted waits until a volume is not found or shown as DELETED, whoever deletes it. It
// fails when a deletion has failed. It cannot tell a volume from a later one of the same name;
// [Client.BeginDeleteKxVolume] can.
func (c *Client) UntilKxVolumeDeleted(r GetKxVolumeRequest) *cloud.Waiter[GetKxVolumeResponse] {
	return follow.Until(c.api, "UntilKxVolumeDeleted", c.volumeDeletion(&volumeState{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}))
}

// volumeState is what has to be known to recognise the end of a change of a volume.
type volumeState struct {
	EnvironmentID string `json:"environmentId"`
	VolumeName    string `json:"volumeName"`
	Before        sight  `json:"before,omitzero"`

	NAS1       KxNAS1Configuration `json:"nas1,omitzero"` // what an update asks for
	NAS1Before KxNAS1Configuration `json:"nas1Before,omitzero"`
}

func (s *volumeState) request() GetKxVolumeRequest {
	return GetKxVolumeRequest{EnvironmentID: s.EnvironmentID, VolumeName: s.VolumeName}
}

func (c *Client) volumeCreation(s *volumeState) cloud.Wait[GetKxVolumeResponse] {
	w := c.volumeWait(s.request())
	w.Judge = func(volume *GetKxVolumeResponse) cloud.Judgement {
		return s.Before.creation(judgeKxVolume(volume), sightOfKxVolume(volume))
	}
	w.AppearWithin = follow.AppearsWithin
	return w
}

func (c *Client) volumeUpdate(s *volumeState) cloud.Wait[GetKxVolumeResponse] {
	w := c.volumeWait(s.request())
	w.Judge = s.judgeUpdate
	return w
}

func (c *Client) volumeDeletion(s *volumeState) cloud.Wait[GetKxVolumeResponse] {
	w := c.volumeWait(s.request())
	w.Judge = func(volume *GetKxVolumeResponse) cloud.Judgement {
		return s.Before.deletion(judgeKxVolumeDeletion(volume), sightOfKxVolume(volume))
	}
	w.GoneIsSuccess = true
	return w
}

func (c *Client) volumeWait(r GetKxVolumeRequest) cloud.Wait[GetKxVolumeResponse] {
	return cloud.Wait[GetKxVolumeResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*GetKxVolumeResponse, error) { return c.GetKxVolume(ctx, r) },
	}
}

func sightOfKxVolume(volume *GetKxVolumeResponse) sight {
	return sight{string(volume.Status), volume.CreatedTimestamp, volume.LastModifiedTimestamp}
}

func (s *volumeState) judgeUpdate(volume *GetKxVolumeResponse) cloud.Judgement {
	j := s.Before.update(judgeKxVolume(volume), sightOfKxVolume(volume))
	if j.Outcome != cloud.Succeeded {
		return j
	}
	asked, before, now := s.NAS1, s.NAS1Before, nas1Of(volume.NAS1Configuration)
	switch {
	case isOvertaken(asked.Type, before.Type, now.Type) || isOvertaken(asked.Size, before.Size, now.Size):
		return superseded(j, fmt.Sprintf("the volume has %d GB of %s", now.Size, now.Type))
	case !isMet(asked.Type, now.Type) || !isMet(asked.Size, now.Size):
		j.Outcome = cloud.Pending
	}
	return j
}

// nas1Of is a storage that may not be given.
func nas1Of(nas1 *KxNAS1Configuration) KxNAS1Configuration {
	if nas1 == nil {
		return KxNAS1Configuration{}
	}
	return *nas1
}

func judgeKxVolume(volume *GetKxVolumeResponse) cloud.Judgement {
	j := cloud.Judgement{State: string(volume.Status), Reason: volume.StatusReason}
	switch volume.Status {
	case KxVolumeStatusActive, KxVolumeStatusUpdated:
		j.Outcome = cloud.Succeeded
	case KxVolumeStatusCreateFailed, KxVolumeStatusUpdateFailed, KxVolumeStatusDeleting, KxVolumeStatusDeleted, KxVolumeStatusDeleteFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

func judgeKxVolumeDeletion(volume *GetKxVolumeResponse) cloud.Judgement {
	j := cloud.Judgement{State: string(volume.Status), Reason: volume.StatusReason}
	switch volume.Status {
	case KxVolumeStatusDeleted:
		j.Outcome = cloud.Succeeded
	case KxVolumeStatusDeleteFailed:
		j.Outcome = cloud.Failed
	}
	return j
}
