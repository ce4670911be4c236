package emulator

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func (s *finspaceService) volumeRoutes() []route {
	const volumes = kxEnvironment + "/kxvolumes"
	const volume = volumes + "/{volumeName}"
	return []route{
		{"CreateKxVolume", "POST", volumes, operation(s.createVolume)},
		{"GetKxVolume", "GET", volume, operation(s.getVolume)},
		{"ListKxVolumes", "GET", volumes, operation(s.listVolumes)},
		{"UpdateKxVolume", "PATCH", volume, operation(s.updateVolume)},
		{"DeleteKxVolume", "DELETE", volume, operation(s.deleteVolume)},
	}
}

// AddKxVolume adds a volume to an environment, or replaces it. Empty fields default to those of the smallest
// volume, active for a day.
func (e *Emulator) AddKxVolume(environmentID string, volume finspace.GetKxVolumeResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, v := e.now(), deepCopy(volume)
	v.EnvironmentID = environmentID
	v.VolumeName = cmp.Or(v.VolumeName, "volume")
	v.VolumeType = cmp.Or(v.VolumeType, finspace.KxVolumeTypeNAS1)
	v.NAS1Configuration = cmp.Or(v.NAS1Configuration, &finspace.KxNAS1Configuration{Type: finspace.KxNAS1TypeSSD250, Size: 1200})
	v.Status = cmp.Or(v.Status, finspace.KxVolumeStatusActive)
	v.AZMode = cmp.Or(v.AZMode, finspace.KxAZModeSingle)
	v.CreatedTimestamp = cmp.Or(v.CreatedTimestamp, now.Add(-24*time.Hour))
	v.LastModifiedTimestamp = cmp.Or(v.LastModifiedTimestamp, v.CreatedTimestamp)
	e.finspace.ensureEnvironment(environmentID)
	e.finspace.volumes.add(keyOf(environmentID, v.VolumeName), now, v)
}

func (s *finspaceService) createVolume(r *received, in finspace.CreateKxVolumeRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		if err := s.checkEnvironmentReady(in.EnvironmentID); err != nil {
			return nil, err
		}
		if !kxNameFree(s, s.volumes, in.EnvironmentID, in.VolumeName) {
			return nil, kxAlreadyExists("volume", in.VolumeName)
		}
		v := s.startVolume(in)
		return &finspace.CreateKxVolumeResponse{
			EnvironmentID: v.EnvironmentID, VolumeName: v.VolumeName, VolumeType: v.VolumeType, NAS1Configuration: v.NAS1Configuration,
			Status: v.Status, AZMode: v.AZMode, Description: v.Description, AvailabilityZoneIDs: v.AvailabilityZoneIDs,
			CreatedTimestamp: v.CreatedTimestamp,
		}, nil
	})
}

func (s *finspaceService) startVolume(in finspace.CreateKxVolumeRequest) finspace.GetKxVolumeResponse {
	c := s.emulator.begin("finspace", "CreateKxVolume")
	creating := finspace.GetKxVolumeResponse{
		EnvironmentID: in.EnvironmentID, VolumeName: in.VolumeName, VolumeType: in.VolumeType,
		NAS1Configuration: in.NAS1Configuration, Status: finspace.KxVolumeStatusCreating, Description: in.Description,
		AZMode: in.AZMode, AvailabilityZoneIDs: in.AvailabilityZoneIDs,
		CreatedTimestamp: c.start, LastModifiedTimestamp: c.start,
	}
	after := creating
	after.LastModifiedTimestamp = c.end
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxVolumeStatusActive,
		finspace.KxVolumeStatusCreateFailed, "There is not enough capacity.")
	row := s.volumes.create(keyOf(in.EnvironmentID, in.VolumeName))
	schedule(row, c, c.start, creating)
	finish(row, c, after)
	return creating
}

func (s *finspaceService) getVolume(_ *received, in finspace.GetKxVolumeRequest) (any, error) {
	return kxVisible(s, s.volumes, "volume", in.EnvironmentID, in.VolumeName)
}

func (s *finspaceService) listVolumes(_ *received, in finspace.ListKxVolumesRequest) (any, error) {
	volumes, err := kxAllVisible(s, s.volumes, in.EnvironmentID)
	if err != nil {
		return nil, err
	}
	list := []finspace.KxVolume{}
	for _, v := range volumes {
		if in.VolumeType != "" && v.VolumeType != in.VolumeType {
			continue
		}
		list = append(list, finspace.KxVolume{
			VolumeName: v.VolumeName, VolumeType: v.VolumeType, Status: v.Status, Description: v.Description, StatusReason: v.StatusReason,
			AZMode: v.AZMode, AvailabilityZoneIDs: v.AvailabilityZoneIDs, CreatedTimestamp: v.CreatedTimestamp,
			LastModifiedTimestamp: v.LastModifiedTimestamp,
		})
	}
	page, next, err := nextPage(list, keyOf("volumes", in.EnvironmentID, string(in.VolumeType)), in.NextToken,
		cmp.Or(in.MaxResults, finspacePage))
	return &finspace.ListKxVolumesResponse{KxVolumeSummaries: page, NextToken: next}, err
}

func (s *finspaceService) updateVolume(r *received, in finspace.UpdateKxVolumeRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
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
			EnvironmentID: v.EnvironmentID, VolumeName: v.VolumeName, VolumeType: v.VolumeType, NAS1Configuration: v.NAS1Configuration,
			Status: v.Status, Description: v.Description, CreatedTimestamp: v.CreatedTimestamp, AZMode: v.AZMode,
			AvailabilityZoneIDs: v.AvailabilityZoneIDs, LastModifiedTimestamp: v.LastModifiedTimestamp,
			AttachedClusters: v.AttachedClusters,
		}, nil
	})
}

func (s *finspaceService) startVolumeUpdate(
	row *timeline[finspace.GetKxVolumeResponse], before finspace.GetKxVolumeResponse, in finspace.UpdateKxVolumeRequest,
) finspace.GetKxVolumeResponse {
	c := s.emulator.begin("finspace", "UpdateKxVolume")
	updating := before
	updating.Status, updating.StatusReason = finspace.KxVolumeStatusUpdating, ""
	updating.LastModifiedTimestamp = nextTimestamp(c.start, before.LastModifiedTimestamp)
	after := updating
	after.LastModifiedTimestamp = nextTimestamp(c.end, updating.LastModifiedTimestamp)
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxVolumeStatusUpdated,
		finspace.KxVolumeStatusUpdateFailed, "The file system cannot be changed.")
	if !c.failed() {
		after.Description = cmp.Or(in.Description, before.Description)
		after.NAS1Configuration = mergedNAS1(before.NAS1Configuration, in.NAS1Configuration)
	}
	schedule(row, c, c.start, updating)
	finish(row, c, after)
	return updating
}

// mergedNAS1 returns the storage after an update. What the update leaves out stays the same.
func mergedNAS1(before, in *finspace.KxNAS1Configuration) *finspace.KxNAS1Configuration {
	if before == nil || in == nil {
		return cmp.Or(in, before)
	}
	return &finspace.KxNAS1Configuration{Type: cmp.Or(in.Type, before.Type), Size: cmp.Or(in.Size, before.Size)}
}

func (s *finspaceService) deleteVolume(r *received, in finspace.DeleteKxVolumeRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row, before, err := kxActual(s, s.volumes, "volume", in.EnvironmentID, in.VolumeName)
		if err == nil {
			err = kxRequireStatus("volume", in.VolumeName, before.Status, finspace.KxVolumeStatusActive, finspace.KxVolumeStatusUpdated,
				finspace.KxVolumeStatusCreateFailed, finspace.KxVolumeStatusUpdateFailed, finspace.KxVolumeStatusDeleteFailed)
		}
		if err != nil {
			return nil, err
		}
		if len(before.AttachedClusters) > 0 {
			return nil, awsConflict("The volume "+in.VolumeName+" is attached to a cluster.", "INVALID_STATE")
		}
		c := s.emulator.begin("finspace", "DeleteKxVolume")
		deleting := before
		deleting.Status, deleting.StatusReason = finspace.KxVolumeStatusDeleting, ""
		deleting.LastModifiedTimestamp = nextTimestamp(c.start, before.LastModifiedTimestamp)
		after := deleting
		after.LastModifiedTimestamp = nextTimestamp(c.end, deleting.LastModifiedTimestamp)
		after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxVolumeStatusDeleted,
			finspace.KxVolumeStatusDeleteFailed, "The file system is in use.")
		schedule(row, c, c.start, deleting)
		kxFinishDeletion(row, c, after)
		return nil, nil
	})
}
