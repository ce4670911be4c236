package finspace

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) volumeOperations() front.Handlers {
	return front.Handlers{
		"CreateKxVolume": front.Handle(s.createVolume),
		"GetKxVolume":    front.Handle(s.getVolume),
		"ListKxVolumes":  front.Handle(s.listVolumes),
		"UpdateKxVolume": front.Handle(s.updateVolume),
		"DeleteKxVolume": front.Handle(s.deleteVolume),
	}
}

// AddKxVolume adds a volume to an environment, or replaces it, and returns its name.
func (s *Service) AddKxVolume(environmentID string, volume finspace.GetKxVolumeResponse) string {
	now, v := s.World.Now(), volume
	v.EnvironmentID = environmentID
	v.VolumeName = cmp.Or(v.VolumeName, "volume")
	v.VolumeARN = cmp.Or(v.VolumeARN, s.kxARN(environmentID, "kxVolume", v.VolumeName))
	v.VolumeType = cmp.Or(v.VolumeType, finspace.KxVolumeTypeNAS1)
	v.NAS1Configuration = cmp.Or(v.NAS1Configuration, &finspace.KxNAS1Configuration{Type: finspace.KxNAS1TypeSSD250, Size: 1200})
	v.Status = cmp.Or(v.Status, finspace.KxVolumeStatusActive)
	v.AZMode = cmp.Or(v.AZMode, finspace.KxAZModeSingle)
	v.CreatedTimestamp = cmp.Or(v.CreatedTimestamp, now.Add(-24*time.Hour))
	v.LastModifiedTimestamp = cmp.Or(v.LastModifiedTimestamp, v.CreatedTimestamp)
	s.ensureEnvironment(environmentID)
	s.volumes.Add(world.KeyOf(environmentID, v.VolumeName), now, v)
	return v.VolumeName
}

func (s *Service) createVolume(r *front.Received, in finspace.CreateKxVolumeRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		if err := s.checkEnvironmentReady(in.EnvironmentID); err != nil {
			return nil, err
		}
		if !kxNameFree(s, s.volumes, in.EnvironmentID, in.VolumeName) {
			return nil, kxAlreadyExists("volume", in.VolumeName)
		}
		v := s.startVolume(in)
		s.tags.Set(v.VolumeARN, v.CreatedTimestamp, in.Tags)
		return &finspace.CreateKxVolumeResponse{
			EnvironmentID: v.EnvironmentID, VolumeName: v.VolumeName, VolumeARN: v.VolumeARN, VolumeType: v.VolumeType,
			NAS1Configuration: v.NAS1Configuration,
			Status:            v.Status, AZMode: v.AZMode, Description: v.Description, AvailabilityZoneIDs: v.AvailabilityZoneIDs,
			CreatedTimestamp: v.CreatedTimestamp,
		}, nil
	})
}

func (s *Service) startVolume(in finspace.CreateKxVolumeRequest) finspace.GetKxVolumeResponse {
	c := s.World.Begin("finspace", "CreateKxVolume")
	creating := finspace.GetKxVolumeResponse{
		EnvironmentID: in.EnvironmentID, VolumeName: in.VolumeName, VolumeType: in.VolumeType,
		VolumeARN:         s.kxARN(in.EnvironmentID, "kxVolume", in.VolumeName),
		NAS1Configuration: in.NAS1Configuration, Status: finspace.KxVolumeStatusCreating, Description: in.Description,
		AZMode: in.AZMode, AvailabilityZoneIDs: in.AvailabilityZoneIDs,
		CreatedTimestamp: c.Start, LastModifiedTimestamp: c.Start,
	}
	after := creating
	after.LastModifiedTimestamp = c.End
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxVolumeStatusActive,
		finspace.KxVolumeStatusCreateFailed, "There is not enough capacity.")
	row := s.volumes.Create(world.KeyOf(in.EnvironmentID, in.VolumeName))
	world.Schedule(row, c, c.Start, creating)
	world.Finish(row, c, after)
	return creating
}

func (s *Service) getVolume(_ *front.Received, in finspace.GetKxVolumeRequest) (any, error) {
	v, err := kxVisible(s, s.volumes, "volume", in.EnvironmentID, in.VolumeName)
	if err != nil {
		return nil, err
	}
	v.AttachedClusters = withAttached(v.AttachedClusters, s.clustersBy("volumes", volumesOf, in.EnvironmentID)[in.VolumeName])
	return v, nil
}

func (s *Service) listVolumes(_ *front.Received, in finspace.ListKxVolumesRequest) (any, error) {
	page, next, err := kxPage(s, kxList[finspace.GetKxVolumeResponse]{
		s.volumes, "volumes", []string{in.EnvironmentID},
		string(in.VolumeType), func(v *finspace.GetKxVolumeResponse) bool { return v.VolumeType == in.VolumeType },
	}, in.NextToken, in.MaxResults)
	return &finspace.ListKxVolumesResponse{KxVolumeSummaries: world.ShownAs(page, summaryOfVolume), NextToken: next}, err
}

func summaryOfVolume(v *finspace.GetKxVolumeResponse) finspace.KxVolume {
	return finspace.KxVolume{
		VolumeName: v.VolumeName, VolumeType: v.VolumeType, Status: v.Status, Description: v.Description, StatusReason: v.StatusReason,
		AZMode: v.AZMode, AvailabilityZoneIDs: v.AvailabilityZoneIDs, CreatedTimestamp: v.CreatedTimestamp,
		LastModifiedTimestamp: v.LastModifiedTimestamp,
	}
}

func (s *Service) updateVolume(r *front.Received, in finspace.UpdateKxVolumeRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, before, err := kxActual(s, s.volumes, "volume", in.EnvironmentID, in.VolumeName)
		if err == nil {
			err = kxRequireStatus("volume", in.VolumeName, before.Status, finspace.KxVolumeStatusActive,
				finspace.KxVolumeStatusUpdated, finspace.KxVolumeStatusUpdateFailed)
		}
		if err != nil {
			return nil, err
		}
		v := s.startVolumeUpdate(row, before, in)
		return &finspace.UpdateKxVolumeResponse{
			EnvironmentID: v.EnvironmentID, VolumeName: v.VolumeName, VolumeARN: v.VolumeARN, VolumeType: v.VolumeType,
			NAS1Configuration: v.NAS1Configuration,
			Status:            v.Status, Description: v.Description, CreatedTimestamp: v.CreatedTimestamp, AZMode: v.AZMode,
			AvailabilityZoneIDs: v.AvailabilityZoneIDs, LastModifiedTimestamp: v.LastModifiedTimestamp,
			AttachedClusters: v.AttachedClusters,
		}, nil
	})
}

func (s *Service) startVolumeUpdate(
	row *world.Timeline[finspace.GetKxVolumeResponse], before finspace.GetKxVolumeResponse, in finspace.UpdateKxVolumeRequest,
) finspace.GetKxVolumeResponse {
	c := s.World.Begin("finspace", "UpdateKxVolume")
	updating := before
	updating.Status, updating.StatusReason = finspace.KxVolumeStatusUpdating, ""
	updating.LastModifiedTimestamp = world.NextTimestamp(c.Start, before.LastModifiedTimestamp)
	after := updating
	after.LastModifiedTimestamp = world.NextTimestamp(c.End, updating.LastModifiedTimestamp)
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxVolumeStatusUpdated,
		finspace.KxVolumeStatusUpdateFailed, "The file system cannot be changed.")
	if !c.Failed() {
		after.Description = cmp.Or(in.Description, before.Description)
		after.NAS1Configuration = mergedNAS1(before.NAS1Configuration, in.NAS1Configuration)
	}
	world.Schedule(row, c, c.Start, updating)
	world.Finish(row, c, after)
	return updating
}

// mergedNAS1 returns the storage after an update. What the update leaves out stays the same.
func mergedNAS1(before, in *finspace.KxNAS1Configuration) *finspace.KxNAS1Configuration {
	if before == nil || in == nil {
		return cmp.Or(in, before)
	}
	return &finspace.KxNAS1Configuration{Type: cmp.Or(in.Type, before.Type), Size: cmp.Or(in.Size, before.Size)}
}

func (s *Service) deleteVolume(r *front.Received, in finspace.DeleteKxVolumeRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, before, err := kxActual(s, s.volumes, "volume", in.EnvironmentID, in.VolumeName)
		if err == nil {
			err = kxRequireStatus("volume", in.VolumeName, before.Status, finspace.KxVolumeStatusActive, finspace.KxVolumeStatusUpdated,
				finspace.KxVolumeStatusCreateFailed, finspace.KxVolumeStatusUpdateFailed, finspace.KxVolumeStatusDeleteFailed)
		}
		if err != nil {
			return nil, err
		}
		if len(before.AttachedClusters) > 0 {
			return nil, aws.Conflict("The volume "+in.VolumeName+" is attached to a cluster.", "INVALID_STATE")
		}
		if err := s.checkUnused(volumesOf, in.VolumeName, in.EnvironmentID, "volume", in.VolumeName); err != nil {
			return nil, err
		}
		c := s.World.Begin("finspace", "DeleteKxVolume")
		deleting := before
		deleting.Status, deleting.StatusReason = finspace.KxVolumeStatusDeleting, ""
		deleting.LastModifiedTimestamp = world.NextTimestamp(c.Start, before.LastModifiedTimestamp)
		after := deleting
		after.LastModifiedTimestamp = world.NextTimestamp(c.End, deleting.LastModifiedTimestamp)
		after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxVolumeStatusDeleted,
			finspace.KxVolumeStatusDeleteFailed, "The file system is in use.")
		world.Schedule(row, c, c.Start, deleting)
		kxFinishDeletion(row, c, after)
		return nil, nil
	})
}
