package finspace

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateKxVolume starts the creation of a volume and returns a waiter for it. The wait ends well
// only when that volume is ACTIVE. It fails when the creation failed, with what the status reason says,
// when the volume is being deleted, and as superseded when another volume of its name was created since.
// Reads that show an earlier volume of that name, by its creation time, do not count.
func (c *Client) BeginCreateKxVolume(ctx context.Context, r CreateKxVolumeRequest) (*cloud.Waiter[GetKxVolumeResponse], error) {
	s := &volumeState{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}
	start := time.Now()
	created, err := c.CreateKxVolume(ctx, r)
	if err == nil {
		s.Record.Before.Created = created.CreatedTimestamp
	} else if err := s.Record.made(start, c.api.Skew(), err, func() (sight, error) { return c.volumeSight(ctx, s) }); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateKxVolume, s, c.volumeCreation), nil
}

// ResumeCreateKxVolume returns the waiter whose token is given.
func (c *Client) ResumeCreateKxVolume(token string) (*cloud.Waiter[GetKxVolumeResponse], error) {
	return wait.Resume(c.api, &opCreateKxVolume, token, c.volumeCreation)
}

// BeginUpdateKxVolume starts a change of a volume's throughput, size or description and returns a
// waiter for it. The wait ends well only when the volume is ACTIVE or UPDATED and has the type and size
// that r asks for, and the time of its last modification, its contents, or an UPDATING that was seen on the
// way show that this is not the state before the update. It fails when this update failed, with what the
// status reason says, when the volume was UPDATING and is as before again, and as superseded when it has
// another type or size since. It reads the volume once before the update, to know that state.
func (c *Client) BeginUpdateKxVolume(ctx context.Context, r UpdateKxVolumeRequest) (*cloud.Waiter[GetKxVolumeResponse], error) {
	if err := c.api.Prepare(&opUpdateKxVolume, &r); err != nil {
		return nil, err
	}
	s := &volumeUpdate{Volume: volumeState{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}, NAS1: nas1Of(r.NAS1Configuration)}
	before, err := c.GetKxVolume(ctx, s.Volume.request())
	if err != nil {
		return nil, err
	}
	s.Volume.Record.Before, s.NAS1Before = sightOfKxVolume(before), nas1Of(before.NAS1Configuration)
	_, err = c.UpdateKxVolume(ctx, r)
	if err := s.Volume.Record.accepted(err); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateKxVolume, s, c.volumeUpdate), nil
}

// ResumeUpdateKxVolume returns the waiter whose token is given.
func (c *Client) ResumeUpdateKxVolume(token string) (*cloud.Waiter[GetKxVolumeResponse], error) {
	return wait.Resume(c.api, &opUpdateKxVolume, token, c.volumeUpdate)
}

// BeginDeleteKxVolume starts the deletion of a volume and returns a waiter for it. The wait ends well
// when the volume is not found any more, is shown as DELETED, or another one that was created later has
// its name; Wait then returns nil or what the service shows. It fails when this deletion failed, with
// what the status reason says or who uses the volume, and when the volume was being deleted and is there
// for good again; the failure of an earlier deletion does not count. It reads the volume once before the
// deletion, to tell these apart, and sends nothing if the volume is shown as DELETED then.
func (c *Client) BeginDeleteKxVolume(ctx context.Context, r DeleteKxVolumeRequest) (*cloud.Waiter[GetKxVolumeResponse], error) {
	if err := c.api.Prepare(&opDeleteKxVolume, &r); err != nil {
		return nil, err
	}
	s := &volumeState{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}
	send := func() error {
		_, err := c.DeleteKxVolume(ctx, r)
		return err
	}
	if err := s.Record.delete(func() (sight, error) { return c.volumeSight(ctx, s) }, send); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opDeleteKxVolume, s, c.volumeDeletion), nil
}

// ResumeDeleteKxVolume returns the waiter whose token is given.
func (c *Client) ResumeDeleteKxVolume(token string) (*cloud.Waiter[GetKxVolumeResponse], error) {
	return wait.Resume(c.api, &opDeleteKxVolume, token, c.volumeDeletion)
}

// UntilKxVolumeActive waits until a volume is ACTIVE or UPDATED, whoever made it so. It fails when the
// creation or an update failed, and when the volume is being deleted. It may end at the state before
// an update; [Client.BeginUpdateKxVolume] waits for the update itself.
func (c *Client) UntilKxVolumeActive(r GetKxVolumeRequest) *cloud.Waiter[GetKxVolumeResponse] {
	return wait.Until(c.api, "UntilKxVolumeActive", c.volumeCreation(&volumeState{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}))
}

// UntilKxVolumeDeleted waits until a volume is not found or shown as DELETED, whoever deletes it. It
// fails when a deletion has failed. It cannot tell a volume from a later one of the same name;
// [Client.BeginDeleteKxVolume] can.
func (c *Client) UntilKxVolumeDeleted(r GetKxVolumeRequest) *cloud.Waiter[GetKxVolumeResponse] {
	return wait.Until(c.api, "UntilKxVolumeDeleted", c.volumeDeletion(&volumeState{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}))
}

// volumeState is what has to be known to recognize the end of a change of a volume.
type volumeState struct {
	EnvironmentID string `json:"environmentId"`
	VolumeName    string `json:"volumeName"`
	Record        record `json:"record,omitzero"`
}

// Check refuses a state that names no volume.
func (s *volumeState) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "volumeName", s.VolumeName)
}

// volumeUpdate is what has to be known to recognize the end of an update of a volume.
type volumeUpdate struct {
	Volume     volumeState         `json:"volume"`
	NAS1       KxNAS1Configuration `json:"nas1,omitzero"` // what it asks for
	NAS1Before KxNAS1Configuration `json:"nas1Before,omitzero"`
}

// Check refuses a state that names no volume, or without what was there before.
func (u *volumeUpdate) Check() error {
	return cmp.Or(u.Volume.Check(), wait.Lacks("before", u.Volume.Record.Before.Status))
}

func (s *volumeState) request() GetKxVolumeRequest {
	return GetKxVolumeRequest{EnvironmentID: s.EnvironmentID, VolumeName: s.VolumeName}
}

func (c *Client) volumeCreation(s *volumeState) cloud.WaitSpec[GetKxVolumeResponse] {
	w := c.volumeWait(s.request())
	w.Judge = func(volume *GetKxVolumeResponse) cloud.Verdict {
		return s.Record.creation(judgeKxVolume(volume), sightOfKxVolume(volume))
	}
	w.AppearWithin = wait.AppearsWithin
	return w
}

func (c *Client) volumeUpdate(u *volumeUpdate) cloud.WaitSpec[GetKxVolumeResponse] {
	w := c.volumeWait(u.Volume.request())
	w.Judge = u.judge
	return w
}

func (c *Client) volumeDeletion(s *volumeState) cloud.WaitSpec[GetKxVolumeResponse] {
	w := c.volumeWait(s.request())
	w.Judge = func(volume *GetKxVolumeResponse) cloud.Verdict {
		return s.Record.deletion(judgeKxVolumeDeletion(volume), sightOfKxVolume(volume))
	}
	w.GoneIsSuccess = true
	return w
}

func (c *Client) volumeWait(r GetKxVolumeRequest) cloud.WaitSpec[GetKxVolumeResponse] {
	return cloud.WaitSpec[GetKxVolumeResponse]{
		Service: service,
		Within:  volumeWithin,
		Read:    func(ctx context.Context) (*GetKxVolumeResponse, error) { return c.GetKxVolume(ctx, r) },
	}
}

func sightOfKxVolume(volume *GetKxVolumeResponse) sight {
	return sight{string(volume.Status), volume.StatusReason, volume.CreatedTimestamp, volume.LastModifiedTimestamp}
}

func (c *Client) volumeSight(ctx context.Context, s *volumeState) (sight, error) {
	volume, err := c.GetKxVolume(ctx, s.request())
	if err != nil {
		return sight{}, err
	}
	return sightOfKxVolume(volume), nil
}

func (u *volumeUpdate) judge(volume *GetKxVolumeResponse) cloud.Verdict {
	now := nas1Of(volume.NAS1Configuration)
	other := fmt.Sprintf("the volume has %d GB of %s", now.Size, now.Type)
	c := content{met: true}
	compare(&c, u.NAS1.Type, u.NAS1Before.Type, now.Type, other)
	compare(&c, u.NAS1.Size, u.NAS1Before.Size, now.Size, other)
	return u.Volume.Record.update(judgeKxVolume(volume), sightOfKxVolume(volume), c)
}

// nas1Of is a storage that may not be given.
func nas1Of(nas1 *KxNAS1Configuration) KxNAS1Configuration {
	if nas1 == nil {
		return KxNAS1Configuration{}
	}
	return *nas1
}

func judgeKxVolume(volume *GetKxVolumeResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(volume.Status), Reason: volume.StatusReason}
	switch volume.Status {
	case KxVolumeStatusActive, KxVolumeStatusUpdated:
		j.Outcome = cloud.Succeeded
	case KxVolumeStatusCreateFailed, KxVolumeStatusUpdateFailed, KxVolumeStatusDeleting, KxVolumeStatusDeleted, KxVolumeStatusDeleteFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

func judgeKxVolumeDeletion(volume *GetKxVolumeResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(volume.Status), Reason: volume.StatusReason}
	switch volume.Status {
	case KxVolumeStatusDeleted:
		j.Outcome = cloud.Succeeded
	case KxVolumeStatusDeleteFailed:
		j.Outcome, j.Reason = cloud.Failed, cmp.Or(j.Reason, inUse(clustersOf(volume)))
	}
	return j
}

func clustersOf(volume *GetKxVolumeResponse) []string {
	var names []string
	for _, cluster := range volume.AttachedClusters {
		names = append(names, cluster.ClusterName)
	}
	return names
}
