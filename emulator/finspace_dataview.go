package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func (s *finspaceService) dataviewRoutes() []route {
	const dataviews = kxDatabase + "/dataviews"
	const dataview = dataviews + "/{dataviewName}"
	return []route{
		{"CreateKxDataview", "POST", dataviews, operation(s.createDataview)},
		{"GetKxDataview", "GET", dataview, operation(s.getDataview)},
		{"ListKxDataviews", "GET", dataviews, operation(s.listDataviews)},
		{"UpdateKxDataview", "PUT", dataview, operation(s.updateDataview)},
		{"DeleteKxDataview", "DELETE", dataview, operation(s.deleteDataview)},
	}
}

// AddKxDataview adds a dataview to a database, or replaces it. It also adds the database. Empty fields default
// to those of a dataview that has been active for a day.
func (e *Emulator) AddKxDataview(environmentID, databaseName string, dataview finspace.GetKxDataviewResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, d := e.now(), deepCopy(dataview)
	d.EnvironmentID, d.DatabaseName = environmentID, databaseName
	d.DataviewName = cmp.Or(d.DataviewName, "dataview")
	d.AZMode = cmp.Or(d.AZMode, finspace.KxAZModeSingle)
	d.AvailabilityZoneID = cmp.Or(d.AvailabilityZoneID, "use1-az4")
	d.ChangesetID = cmp.Or(d.ChangesetID, newChangesetID())
	d.Status = cmp.Or(d.Status, finspace.KxDataviewStatusActive)
	d.CreatedTimestamp = cmp.Or(d.CreatedTimestamp, now.Add(-24*time.Hour))
	d.LastModifiedTimestamp = cmp.Or(d.LastModifiedTimestamp, d.CreatedTimestamp)
	e.finspace.ensureEnvironment(environmentID)
	e.finspace.databases[keyOf(environmentID, databaseName)] = true
	e.finspace.dataviews.add(keyOf(environmentID, databaseName, d.DataviewName), now, d)
}

func (s *finspaceService) createDataview(r *received, in finspace.CreateKxDataviewRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		if err := s.checkEnvironmentReady(in.EnvironmentID); err != nil {
			return nil, err
		}
		if !s.databases[keyOf(in.EnvironmentID, in.DatabaseName)] {
			return nil, awsNotFound("database", in.DatabaseName)
		}
		if !kxNameFree(s, s.dataviews, in.EnvironmentID, in.DatabaseName, in.DataviewName) {
			return nil, kxAlreadyExists("dataview", in.DataviewName)
		}
		d := s.startDataview(in)
		return &finspace.CreateKxDataviewResponse{
			DataviewName: d.DataviewName, DatabaseName: d.DatabaseName, EnvironmentID: d.EnvironmentID, AZMode: d.AZMode,
			AvailabilityZoneID: d.AvailabilityZoneID, ChangesetID: d.ChangesetID, SegmentConfigurations: d.SegmentConfigurations,
			Description: d.Description, AutoUpdate: d.AutoUpdate, ReadWrite: d.ReadWrite,
			CreatedTimestamp: d.CreatedTimestamp, LastModifiedTimestamp: d.LastModifiedTimestamp, Status: d.Status,
		}, nil
	})
}

func (s *finspaceService) startDataview(in finspace.CreateKxDataviewRequest) finspace.GetKxDataviewResponse {
	c := s.emulator.begin("finspace", "CreateKxDataview")
	creating := finspace.GetKxDataviewResponse{
		DatabaseName: in.DatabaseName, DataviewName: in.DataviewName, AZMode: in.AZMode, AvailabilityZoneID: in.AvailabilityZoneID,
		ChangesetID: in.ChangesetID, SegmentConfigurations: in.SegmentConfigurations, Description: in.Description,
		AutoUpdate: in.AutoUpdate, ReadWrite: in.ReadWrite, EnvironmentID: in.EnvironmentID,
		CreatedTimestamp: c.start, LastModifiedTimestamp: c.start, Status: finspace.KxDataviewStatusCreating,
	}
	after := creating
	after.LastModifiedTimestamp = c.end
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxDataviewStatusActive,
		finspace.KxDataviewStatusFailed, "The data does not fit on the volume.")
	if !c.failed() {
		after.ActiveVersions = withVersion(nil, c, after)
	}
	row := s.dataviews.create(keyOf(in.EnvironmentID, in.DatabaseName, in.DataviewName))
	schedule(row, c, c.start, creating)
	finish(row, c, after)
	return creating
}

// withVersion adds a version of the dataview at the end of change c. Of the earlier ones, those with attached
// clusters remain.
func withVersion(
	versions []finspace.KxDataviewActiveVersion, c change, d finspace.GetKxDataviewResponse,
) []finspace.KxDataviewActiveVersion {
	versions = slices.DeleteFunc(slices.Clone(versions),
		func(v finspace.KxDataviewActiveVersion) bool { return len(v.AttachedClusters) == 0 })
	return append(versions, finspace.KxDataviewActiveVersion{
		ChangesetID: d.ChangesetID, SegmentConfigurations: d.SegmentConfigurations, CreatedTimestamp: c.end, VersionID: newChangesetID(),
	})
}

func (s *finspaceService) getDataview(_ *received, in finspace.GetKxDataviewRequest) (any, error) {
	return kxVisible(s, s.dataviews, "dataview", in.EnvironmentID, in.DatabaseName, in.DataviewName)
}

func (s *finspaceService) listDataviews(_ *received, in finspace.ListKxDataviewsRequest) (any, error) {
	if !s.databases[keyOf(in.EnvironmentID, in.DatabaseName)] {
		return nil, awsNotFound("database", in.DatabaseName)
	}
	dataviews, err := kxAllVisible(s, s.dataviews, in.EnvironmentID, in.DatabaseName)
	if err != nil {
		return nil, err
	}
	list := []finspace.KxDataviewListEntry{}
	for _, d := range dataviews {
		list = append(list, finspace.KxDataviewListEntry{
			EnvironmentID: d.EnvironmentID, DatabaseName: d.DatabaseName, DataviewName: d.DataviewName, AZMode: d.AZMode,
			AvailabilityZoneID: d.AvailabilityZoneID, ChangesetID: d.ChangesetID,
			SegmentConfigurations: d.SegmentConfigurations, ActiveVersions: d.ActiveVersions, Status: d.Status,
			Description: d.Description, AutoUpdate: d.AutoUpdate, ReadWrite: d.ReadWrite,
			CreatedTimestamp: d.CreatedTimestamp, LastModifiedTimestamp: d.LastModifiedTimestamp,
			StatusReason: d.StatusReason,
		})
	}
	page, next, err := nextPage(list, keyOf("dataviews", in.EnvironmentID, in.DatabaseName), in.NextToken,
		cmp.Or(in.MaxResults, finspacePage))
	return &finspace.ListKxDataviewsResponse{KxDataviews: page, NextToken: next}, err
}

func (s *finspaceService) updateDataview(r *received, in finspace.UpdateKxDataviewRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row, before, err := s.idleDataview(in.EnvironmentID, in.DatabaseName, in.DataviewName)
		if err != nil {
			return nil, err
		}
		if before.ReadWrite {
			return nil, awsConflict("The dataview "+in.DataviewName+" is writable.", "INVALID_STATE")
		}
		d := s.startDataviewUpdate(row, before, in)
		return &finspace.UpdateKxDataviewResponse{
			EnvironmentID: d.EnvironmentID, DatabaseName: d.DatabaseName, DataviewName: d.DataviewName, AZMode: d.AZMode,
			AvailabilityZoneID: d.AvailabilityZoneID, ChangesetID: d.ChangesetID,
			SegmentConfigurations: d.SegmentConfigurations, ActiveVersions: d.ActiveVersions, Status: d.Status,
			AutoUpdate: d.AutoUpdate, ReadWrite: d.ReadWrite, Description: d.Description,
			CreatedTimestamp: d.CreatedTimestamp, LastModifiedTimestamp: d.LastModifiedTimestamp,
		}, nil
	})
}

// idleDataview returns a dataview that can be changed.
func (s *finspaceService) idleDataview(
	environmentID, databaseName, name string,
) (*timeline[finspace.GetKxDataviewResponse], finspace.GetKxDataviewResponse, error) {
	row, dataview, err := kxActual(s, s.dataviews, "dataview", environmentID, databaseName, name)
	if err == nil {
		err = kxRequireStatus("dataview", name, dataview.Status, finspace.KxDataviewStatusActive, finspace.KxDataviewStatusFailed)
	}
	return row, dataview, err
}

// startDataviewUpdate plans an update. If it fails, the dataview keeps its content.
func (s *finspaceService) startDataviewUpdate(
	row *timeline[finspace.GetKxDataviewResponse], before finspace.GetKxDataviewResponse,
	in finspace.UpdateKxDataviewRequest,
) finspace.GetKxDataviewResponse {
	c := s.emulator.begin("finspace", "UpdateKxDataview")
	updating := before
	updating.Status, updating.StatusReason = finspace.KxDataviewStatusUpdating, ""
	updating.LastModifiedTimestamp = nextTimestamp(c.start, before.LastModifiedTimestamp)
	after := updating
	after.LastModifiedTimestamp = nextTimestamp(c.end, updating.LastModifiedTimestamp)
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxDataviewStatusActive,
		finspace.KxDataviewStatusFailed, "The data does not fit on the volume.")
	if !c.failed() {
		after.Description = cmp.Or(in.Description, before.Description)
		after.ChangesetID = cmp.Or(in.ChangesetID, before.ChangesetID)
		if in.SegmentConfigurations != nil {
			after.SegmentConfigurations = in.SegmentConfigurations
		}
		after.ActiveVersions = withVersion(before.ActiveVersions, c, after)
	}
	schedule(row, c, c.start, updating)
	finish(row, c, after)
	return updating
}

func (s *finspaceService) deleteDataview(r *received, in finspace.DeleteKxDataviewRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row, before, err := s.idleDataview(in.EnvironmentID, in.DatabaseName, in.DataviewName)
		if err != nil {
			return nil, err
		}
		inUse := func(v finspace.KxDataviewActiveVersion) bool { return len(v.AttachedClusters) > 0 }
		if slices.ContainsFunc(before.ActiveVersions, inUse) {
			return nil, awsConflict("A cluster uses the dataview "+in.DataviewName+".", "INVALID_STATE")
		}
		c := s.emulator.begin("finspace", "DeleteKxDataview")
		deleting := before
		deleting.Status, deleting.StatusReason = finspace.KxDataviewStatusDeleting, ""
		deleting.LastModifiedTimestamp = nextTimestamp(c.start, before.LastModifiedTimestamp)
		after := deleting
		after.LastModifiedTimestamp = nextTimestamp(c.end, deleting.LastModifiedTimestamp)
		after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxDataviewStatusDeleting,
			finspace.KxDataviewStatusFailed, "The volume does not respond.")
		schedule(row, c, c.start, deleting)
		kxFinishDeletion(row, c, after)
		return nil, nil
	})
}
