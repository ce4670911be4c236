package finspace

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of a volume mean for its creation and updates, and for its deletion.
var (
	volumeLive = wait.Statuses[KxVolumeStatus]{
		Succeeded: []KxVolumeStatus{KxVolumeStatusActive, KxVolumeStatusUpdated},
		Failed: []KxVolumeStatus{
			KxVolumeStatusCreateFailed, KxVolumeStatusUpdateFailed, KxVolumeStatusDeleting, KxVolumeStatusDeleted,
			KxVolumeStatusDeleteFailed,
		},
	}
	volumeDeleted = wait.Statuses[KxVolumeStatus]{
		Succeeded: []KxVolumeStatus{KxVolumeStatusDeleted},
		Failed:    []KxVolumeStatus{KxVolumeStatusDeleteFailed},
	}
)

var volumes = resource[volumeChange, GetKxVolumeResponse]{
	within: volumeWithin,
	read: func(c *Client, ctx context.Context, s *volumeChange) (*GetKxVolumeResponse, error) {
		return c.GetKxVolume(ctx, GetKxVolumeRequest{EnvironmentID: s.EnvironmentID, VolumeName: s.VolumeName})
	},
	recordOf: func(s *volumeChange) *record { return &s.Record },
	observe: func(now *GetKxVolumeResponse) snapshot {
		return snapshot{string(now.Status), now.StatusReason, now.CreatedTimestamp, now.LastModifiedTimestamp}
	},
	live: func(now *GetKxVolumeResponse) cloud.Verdict { return volumeLive.Verdict(now.Status, now.StatusReason) },
	deleted: func(now *GetKxVolumeResponse) cloud.Verdict {
		return inUse(volumeDeleted.Verdict(now.Status, now.StatusReason), clustersOf(now))
	},
	share: sharingVolumes,
	sources: func(c *Client, s *volumeChange, last *GetKxVolumeResponse) []wait.Source {
		return c.userSources(s.EnvironmentID, clustersOf(last))
	},
}

func sharingVolumes(c *Client, s *volumeChange, w cloud.WaitSpec[GetKxVolumeResponse]) cloud.WaitSpec[GetKxVolumeResponse] {
	l := wait.List[KxVolume, GetKxVolumeResponse]{
		Op:  &opListKxVolumes,
		Of:  func() []string { return []string{s.EnvironmentID} },
		IDs: []string{s.VolumeName},
		Items: func(ctx context.Context, _ []string) iter.Seq2[KxVolume, error] {
			return c.AllKxVolumes(ctx, ListKxVolumesRequest{EnvironmentID: s.EnvironmentID, MaxResults: pageSize})
		},
		ID:        func(item *KxVolume) string { return item.VolumeName },
		IsPartial: true,
	}
	return sharing(c, w, l, func(item *KxVolume) *GetKxVolumeResponse {
		return underway[GetKxVolumeResponse](string(item.Status), item)
	})
}

var createKxVolume = change[CreateKxVolumeRequest, CreateKxVolumeResponse, volumeChange, GetKxVolumeResponse]{
	TokenLife: tokenLife,
	State: func(r *CreateKxVolumeRequest) *volumeChange {
		return &volumeChange{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}
	},
	Accepted: func(s *volumeChange, _ *CreateKxVolumeRequest, out *CreateKxVolumeResponse, _ time.Time) error {
		s.Record.Before.Created = out.CreatedTimestamp
		return nil
	},
	Refused: func(c *Client, ctx context.Context, s *volumeChange, sent time.Time, err error) error {
		return volumes.refusedCreation(c, ctx, s, sent, err)
	},
	Began: func(c *Client, ctx context.Context, s *volumeChange, r *CreateKxVolumeRequest, prepared time.Time) (cloud.StartStatus, error) {
		s.EnvironmentID, s.VolumeName = r.EnvironmentID, r.VolumeName
		return volumes.creationBegun(c, ctx, s, r, prepared)
	},
	Spec: func(c *Client, s *volumeChange) cloud.WaitSpec[GetKxVolumeResponse] { return volumes.creation(c, s) },
	Undo: func(c *Client, ctx context.Context, s *volumeChange) (cloud.AnyChange, error) {
		if err := volumes.checkUnreplaced(c, ctx, s); err != nil {
			return nil, err
		}
		return wait.AnyChange(c.PrepareDeleteKxVolume(ctx, DeleteKxVolumeRequest{EnvironmentID: s.EnvironmentID, VolumeName: s.VolumeName}))
	},
}

var updateKxVolume = change[UpdateKxVolumeRequest, UpdateKxVolumeResponse, volumeUpdateChange, GetKxVolumeResponse]{
	TokenLife: tokenLife,
	State: func(r *UpdateKxVolumeRequest) *volumeUpdateChange {
		return &volumeUpdateChange{
			Volume: volumeChange{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}, NAS1: nas1Of(r.NAS1Configuration),
		}
	},
	Before: func(c *Client, ctx context.Context, s *volumeUpdateChange) error {
		before, err := volumes.load(c, ctx, &s.Volume)
		if err != nil {
			return err
		}
		s.keep(before)
		return nil
	},
	Repeated: func(s *volumeUpdateChange, r *UpdateKxVolumeRequest) {
		s.Volume.Record.Repeat = repeat{Own: true, Met: s.meets(r)}
	},
	Accepted: func(s *volumeUpdateChange, _ *UpdateKxVolumeRequest, _ *UpdateKxVolumeResponse, sent time.Time) error {
		s.Volume.Record.accepted(sent)
		return nil
	},
	Refused: func(_ *Client, _ context.Context, s *volumeUpdateChange, _ time.Time, err error) error {
		return s.Volume.Record.refused(err)
	},
	Began: func(c *Client, ctx context.Context, s *volumeUpdateChange, r *UpdateKxVolumeRequest, _ time.Time) (cloud.StartStatus, error) {
		return volumes.updateBegun(c, ctx, &s.Volume, s.contentOf, func(now *GetKxVolumeResponse) bool {
			var shown volumeUpdateChange
			shown.keep(now)
			return shown.meets(r)
		})
	},
	Spec: func(c *Client, s *volumeUpdateChange) cloud.WaitSpec[GetKxVolumeResponse] {
		return volumes.update(c, &s.Volume, s.contentOf)
	},
	Restore: (*volumeUpdateChange).restore,
}

var deleteKxVolume = change[DeleteKxVolumeRequest, DeleteKxVolumeResponse, volumeChange, GetKxVolumeResponse]{
	TokenLife: tokenLife,
	State: func(r *DeleteKxVolumeRequest) *volumeChange {
		return &volumeChange{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}
	},
	Before:      func(c *Client, ctx context.Context, s *volumeChange) error { return volumes.before(c, ctx, s) },
	AlreadyDone: func(s *volumeChange) bool { return volumes.alreadyDeleted(s) },
	Refused: func(c *Client, ctx context.Context, s *volumeChange, sent time.Time, err error) error {
		return volumes.refusedDeletion(c, ctx, s, sent, err)
	},
	Began: func(c *Client, ctx context.Context, s *volumeChange, _ *DeleteKxVolumeRequest, _ time.Time) (cloud.StartStatus, error) {
		return volumes.deletionBegun(c, ctx, s)
	},
	Spec: func(c *Client, s *volumeChange) cloud.WaitSpec[GetKxVolumeResponse] { return volumes.deletion(c, s) },
}

// UntilKxVolumeActive waits until a volume is ACTIVE or UPDATED. It fails when the creation or an update failed, and
// when the volume is being deleted. It may succeed on the state before an update; [Client.BeginUpdateKxVolume] waits
// for the update itself.
func (c *Client) UntilKxVolumeActive(r GetKxVolumeRequest) *cloud.Waiter[GetKxVolumeResponse] {
	return wait.Until(c.api, "UntilKxVolumeActive",
		volumes.creation(c, &volumeChange{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}))
}

// UntilKxVolumeDeleted waits until a volume is not found or shown as DELETED. It fails when a deletion has failed. It
// cannot tell a volume from a later one of the same name; [Client.BeginDeleteKxVolume] can.
func (c *Client) UntilKxVolumeDeleted(r GetKxVolumeRequest) *cloud.Waiter[GetKxVolumeResponse] {
	return wait.Until(c.api, "UntilKxVolumeDeleted",
		volumes.deletion(c, &volumeChange{EnvironmentID: r.EnvironmentID, VolumeName: r.VolumeName}))
}

// volumeChange is the resume state of the creation or deletion of a volume.
type volumeChange struct {
	EnvironmentID string `json:"environmentId"`
	VolumeName    string `json:"volumeName"`
	Record        record `json:"record,omitzero"`
}

// Resource is what the change is about.
func (s *volumeChange) Resource() string { return s.EnvironmentID + "/" + s.VolumeName }

// Check refuses a state that names no volume.
func (s *volumeChange) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "volumeName", s.VolumeName)
}

// volumeUpdateChange is the resume state of an update of a volume.
type volumeUpdateChange struct {
	Volume     volumeChange        `json:"volume"`
	NAS1       KxNAS1Configuration `json:"nas1,omitzero"` // what the update asks for
	NAS1Before KxNAS1Configuration `json:"nas1Before,omitzero"`

	DescriptionBefore string `json:"descriptionBefore,omitzero"`
}

// Resource is what the change is about.
func (s *volumeUpdateChange) Resource() string { return s.Volume.Resource() }

// Check refuses a state that names no volume, or has no snapshot from before.
func (s *volumeUpdateChange) Check() error {
	return cmp.Or(s.Volume.Check(), wait.Lacks("before", s.Volume.Record.Before.Status))
}

// keep records what an update replaces.
func (s *volumeUpdateChange) keep(before *GetKxVolumeResponse) {
	s.NAS1Before, s.DescriptionBefore = nas1Of(before.NAS1Configuration), before.Description
}

// meets reports whether what was kept is what an update asks for.
func (s *volumeUpdateChange) meets(r *UpdateKxVolumeRequest) bool {
	nas1 := nas1Of(r.NAS1Configuration)
	return isAsked(nas1.Type, s.NAS1Before.Type) && isAsked(nas1.Size, s.NAS1Before.Size) && isAsked(r.Description, s.DescriptionBefore)
}

// restore leaves the storage as it is if the update does.
func (s *volumeUpdateChange) restore() *UpdateKxVolumeRequest {
	r := &UpdateKxVolumeRequest{EnvironmentID: s.Volume.EnvironmentID, VolumeName: s.Volume.VolumeName, Description: s.DescriptionBefore}
	if s.NAS1 != (KxNAS1Configuration{}) && s.NAS1Before != (KxNAS1Configuration{}) {
		r.NAS1Configuration = new(s.NAS1Before)
	}
	return r
}

func (s *volumeUpdateChange) contentOf(volume *GetKxVolumeResponse) content {
	now := nas1Of(volume.NAS1Configuration)
	other := fmt.Sprintf("the volume has %d GB of %s", now.Size, now.Type)
	c := content{met: true}
	compare(&c, s.NAS1.Type, s.NAS1Before.Type, now.Type, other)
	compare(&c, s.NAS1.Size, s.NAS1Before.Size, now.Size, other)
	return c
}

// nas1Of returns the storage of a volume, or nothing where none is given.
func nas1Of(nas1 *KxNAS1Configuration) KxNAS1Configuration {
	if nas1 == nil {
		return KxNAS1Configuration{}
	}
	return *nas1
}

func clustersOf(volume *GetKxVolumeResponse) []string {
	var names []string
	for _, cluster := range volume.AttachedClusters {
		names = append(names, cluster.ClusterName)
	}
	return names
}
