package finspace

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) dataviewOperations() front.Handlers {
	return front.Handlers{
		"CreateKxDataview": front.Handle(s.createDataview),
		"GetKxDataview":    front.Handle(s.getDataview),
		"ListKxDataviews":  front.Handle(s.listDataviews),
		"UpdateKxDataview": front.Handle(s.updateDataview),
		"DeleteKxDataview": front.Handle(s.deleteDataview),
	}
}

// AddKxDataview adds a dataview to a database, or replaces it, and returns its name.
func (s *Service) AddKxDataview(environmentID, databaseName string, dataview finspace.GetKxDataviewResponse) string {
	now, d := s.World.Now(), dataview
	d.EnvironmentID, d.DatabaseName = environmentID, databaseName
	d.DataviewName = cmp.Or(d.DataviewName, "dataview")
	d.AZMode = cmp.Or(d.AZMode, finspace.KxAZModeSingle)
	d.AvailabilityZoneID = cmp.Or(d.AvailabilityZoneID, "use1-az4")
	d.ChangesetID = cmp.Or(d.ChangesetID, s.World.NewID(26))
	d.Status = cmp.Or(d.Status, finspace.KxDataviewStatusActive)
	d.CreatedTimestamp = cmp.Or(d.CreatedTimestamp, now.Add(-24*time.Hour))
	d.LastModifiedTimestamp = cmp.Or(d.LastModifiedTimestamp, d.CreatedTimestamp)
	s.ensureDatabase(environmentID, databaseName)
	s.ensureChangeset(environmentID, databaseName, d.ChangesetID)
	s.ensureVolumes(environmentID, segmentVolumes(d.SegmentConfigurations))
	s.dataviews.Add(world.KeyOf(environmentID, databaseName, d.DataviewName), now, d)
	return d.DataviewName
}

func (s *Service) createDataview(r *front.Received, in finspace.CreateKxDataviewRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		if err := s.checkEnvironmentReady(in.EnvironmentID); err != nil {
			return nil, err
		}
		if _, _, err := kxActual(s, s.databases, "database", in.EnvironmentID, in.DatabaseName); err != nil {
			return nil, err
		}
		if !kxNameFree(s, s.dataviews, in.EnvironmentID, in.DatabaseName, in.DataviewName) {
			return nil, kxAlreadyExists("dataview", in.DataviewName)
		}
		if err := s.checkContent(in.EnvironmentID, in.DatabaseName, in.ChangesetID, in.SegmentConfigurations); err != nil {
			return nil, err
		}
		s.tags.Set(s.kxARN(in.EnvironmentID, "kxDatabase", in.DatabaseName, "kxDataview", in.DataviewName), s.World.Now(), in.Tags)
		d := s.startDataview(in)
		return &finspace.CreateKxDataviewResponse{
			DataviewName: d.DataviewName, DatabaseName: d.DatabaseName, EnvironmentID: d.EnvironmentID, AZMode: d.AZMode,
			AvailabilityZoneID: d.AvailabilityZoneID, ChangesetID: d.ChangesetID, SegmentConfigurations: d.SegmentConfigurations,
			Description: d.Description, AutoUpdate: d.AutoUpdate, ReadWrite: d.ReadWrite,
			CreatedTimestamp: d.CreatedTimestamp, LastModifiedTimestamp: d.LastModifiedTimestamp, Status: d.Status,
		}, nil
	})
}

// checkContent returns a refusal if a dataview is to show a changeset, or to be on volumes, that do not exist.
func (s *Service) checkContent(
	environmentID, database, changeset string, segments []finspace.KxDataviewSegmentConfiguration,
) error {
	if err := s.checkChangeset(environmentID, database, changeset); err != nil {
		return err
	}
	return s.checkVolumes(environmentID, segmentVolumes(segments))
}

func (s *Service) startDataview(in finspace.CreateKxDataviewRequest) finspace.GetKxDataviewResponse {
	c := s.World.Begin("finspace", "CreateKxDataview")
	creating := finspace.GetKxDataviewResponse{
		DatabaseName: in.DatabaseName, DataviewName: in.DataviewName, AZMode: in.AZMode, AvailabilityZoneID: in.AvailabilityZoneID,
		ChangesetID: in.ChangesetID, SegmentConfigurations: in.SegmentConfigurations, Description: in.Description,
		AutoUpdate: in.AutoUpdate, ReadWrite: in.ReadWrite, EnvironmentID: in.EnvironmentID,
		CreatedTimestamp: c.Start, LastModifiedTimestamp: c.Start, Status: finspace.KxDataviewStatusCreating,
	}
	after := creating
	after.LastModifiedTimestamp = c.End
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxDataviewStatusActive,
		finspace.KxDataviewStatusFailed, "The data does not fit on the volume.")
	if !c.Failed() {
		after.ActiveVersions = s.withVersion(nil, c, after)
	}
	row := s.dataviews.Create(world.KeyOf(in.EnvironmentID, in.DatabaseName, in.DataviewName))
	world.Schedule(row, c, c.Start, creating)
	world.Finish(row, c, after)
	return creating
}

// withVersion adds a version of the dataview at the end of change c. Of the earlier ones, those with attached
// clusters remain.
func (s *Service) withVersion(
	versions []finspace.KxDataviewActiveVersion, c world.Change, d finspace.GetKxDataviewResponse,
) []finspace.KxDataviewActiveVersion {
	versions = slices.DeleteFunc(slices.Clone(versions),
		func(v finspace.KxDataviewActiveVersion) bool { return len(v.AttachedClusters) == 0 })
	return append(versions, finspace.KxDataviewActiveVersion{
		ChangesetID: d.ChangesetID, SegmentConfigurations: d.SegmentConfigurations, CreatedTimestamp: c.End, VersionID: s.World.NewID(26),
	})
}

func (s *Service) getDataview(_ *front.Received, in finspace.GetKxDataviewRequest) (any, error) {
	d, err := kxVisible(s, s.dataviews, "dataview", in.EnvironmentID, in.DatabaseName, in.DataviewName)
	if err != nil {
		return nil, err
	}
	clusters := s.clustersBy("dataviews", dataviewsOf, in.EnvironmentID)[world.KeyOf(in.DatabaseName, in.DataviewName)]
	d.ActiveVersions = attachedVersions(d.ActiveVersions, clusters)
	return d, nil
}

func (s *Service) listDataviews(_ *front.Received, in finspace.ListKxDataviewsRequest) (any, error) {
	if _, err := kxVisible(s, s.databases, "database", in.EnvironmentID, in.DatabaseName); err != nil {
		return nil, err
	}
	page, next, err := kxPage(s, kxList[finspace.GetKxDataviewResponse]{
		table: s.dataviews, what: "dataviews", names: []string{in.EnvironmentID, in.DatabaseName},
	}, in.NextToken, in.MaxResults)
	clusters := s.clustersBy("dataviews", dataviewsOf, in.EnvironmentID)
	items := world.ShownAs(page, func(d *finspace.GetKxDataviewResponse) finspace.KxDataviewListEntry {
		attached := clusters[world.KeyOf(in.DatabaseName, d.DataviewName)]
		return finspace.KxDataviewListEntry{
			EnvironmentID: d.EnvironmentID, DatabaseName: d.DatabaseName, DataviewName: d.DataviewName, AZMode: d.AZMode,
			AvailabilityZoneID: d.AvailabilityZoneID, ChangesetID: d.ChangesetID,
			SegmentConfigurations: d.SegmentConfigurations, ActiveVersions: attachedVersions(d.ActiveVersions, attached), Status: d.Status,
			Description: d.Description, AutoUpdate: d.AutoUpdate, ReadWrite: d.ReadWrite,
			CreatedTimestamp: d.CreatedTimestamp, LastModifiedTimestamp: d.LastModifiedTimestamp,
			StatusReason: d.StatusReason,
		}
	})
	return &finspace.ListKxDataviewsResponse{KxDataviews: items, NextToken: next}, err
}

func (s *Service) updateDataview(r *front.Received, in finspace.UpdateKxDataviewRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, before, err := s.idleDataview(in.EnvironmentID, in.DatabaseName, in.DataviewName)
		if err != nil {
			return nil, err
		}
		if before.ReadWrite {
			return nil, aws.Conflict("The dataview "+in.DataviewName+" is writable.", "INVALID_STATE")
		}
		if err := s.checkContent(in.EnvironmentID, in.DatabaseName, in.ChangesetID, in.SegmentConfigurations); err != nil {
			return nil, err
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
func (s *Service) idleDataview(
	environmentID, databaseName, name string,
) (*world.Timeline[finspace.GetKxDataviewResponse], finspace.GetKxDataviewResponse, error) {
	row, dataview, err := kxActual(s, s.dataviews, "dataview", environmentID, databaseName, name)
	if err == nil {
		err = kxRequireStatus("dataview", name, dataview.Status, finspace.KxDataviewStatusActive, finspace.KxDataviewStatusFailed)
	}
	return row, dataview, err
}

// startDataviewUpdate plans an update. If it fails, the dataview keeps its content.
func (s *Service) startDataviewUpdate(
	row *world.Timeline[finspace.GetKxDataviewResponse], before finspace.GetKxDataviewResponse,
	in finspace.UpdateKxDataviewRequest,
) finspace.GetKxDataviewResponse {
	c := s.World.Begin("finspace", "UpdateKxDataview")
	updating := before
	updating.Status, updating.StatusReason = finspace.KxDataviewStatusUpdating, ""
	updating.LastModifiedTimestamp = world.NextTimestamp(c.Start, before.LastModifiedTimestamp)
	after := updating
	after.LastModifiedTimestamp = world.NextTimestamp(c.End, updating.LastModifiedTimestamp)
	after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxDataviewStatusActive,
		finspace.KxDataviewStatusFailed, "The data does not fit on the volume.")
	if !c.Failed() {
		after.Description = cmp.Or(in.Description, before.Description)
		after.ChangesetID = cmp.Or(in.ChangesetID, before.ChangesetID)
		if in.SegmentConfigurations != nil {
			after.SegmentConfigurations = in.SegmentConfigurations
		}
		after.ActiveVersions = s.withVersion(before.ActiveVersions, c, after)
	}
	world.Schedule(row, c, c.Start, updating)
	world.Finish(row, c, after)
	return updating
}

func (s *Service) deleteDataview(r *front.Received, in finspace.DeleteKxDataviewRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, before, err := s.idleDataview(in.EnvironmentID, in.DatabaseName, in.DataviewName)
		if err != nil {
			return nil, err
		}
		inUse := func(v finspace.KxDataviewActiveVersion) bool { return len(v.AttachedClusters) > 0 }
		if slices.ContainsFunc(before.ActiveVersions, inUse) {
			return nil, aws.Conflict("A cluster uses the dataview "+in.DataviewName+".", "INVALID_STATE")
		}
		key := world.KeyOf(in.DatabaseName, in.DataviewName)
		err = s.checkUnused(dataviewsOf, key, in.EnvironmentID, "dataview", in.DataviewName)
		if err != nil {
			return nil, err
		}
		c := s.World.Begin("finspace", "DeleteKxDataview")
		deleting := before
		deleting.Status, deleting.StatusReason = finspace.KxDataviewStatusDeleting, ""
		deleting.LastModifiedTimestamp = world.NextTimestamp(c.Start, before.LastModifiedTimestamp)
		after := deleting
		after.LastModifiedTimestamp = world.NextTimestamp(c.End, deleting.LastModifiedTimestamp)
		after.Status, after.StatusReason = kxFinalStatus(c, finspace.KxDataviewStatusDeleting,
			finspace.KxDataviewStatusFailed, "The volume does not respond.")
		world.Schedule(row, c, c.Start, deleting)
		kxFinishDeletion(row, c, after)
		return nil, nil
	})
}
