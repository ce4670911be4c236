package finspace

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) changesetOperations() front.Handlers {
	return front.Handlers{
		"CreateKxChangeset": front.Handle(s.createChangeset),
		"GetKxChangeset":    front.Handle(s.getChangeset),
		"ListKxChangesets":  front.Handle(s.listChangesets),
	}
}

// AddKxChangeset adds a changeset to a database, or replaces it, and returns its ID.
func (s *Service) AddKxChangeset(environmentID, databaseName string, changeset finspace.GetKxChangesetResponse) string {
	now, c := s.World.Now(), world.DeepCopy(changeset)
	c.EnvironmentID, c.DatabaseName = environmentID, databaseName
	c.ChangesetID = cmp.Or(c.ChangesetID, s.World.NewID(26))
	c.Status = cmp.Or(c.Status, finspace.ChangesetStatusCompleted)
	c.CreatedTimestamp = cmp.Or(c.CreatedTimestamp, now.Add(-24*time.Hour))
	c.LastModifiedTimestamp = cmp.Or(c.LastModifiedTimestamp, c.CreatedTimestamp)
	if c.Status == finspace.ChangesetStatusCompleted {
		c.ActiveFromTimestamp = cmp.Or(c.ActiveFromTimestamp, c.LastModifiedTimestamp)
	}
	s.ensureDatabase(environmentID, databaseName)
	s.changesets.Add(world.KeyOf(environmentID, databaseName, c.ChangesetID), now, c)
	return c.ChangesetID
}

func (s *Service) createChangeset(r *front.Received, in finspace.CreateKxChangesetRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		if _, _, err := kxActual(s, s.databases, "database", in.EnvironmentID, in.DatabaseName); err != nil {
			return nil, err
		}
		pending := s.startChangeset(in)
		return &finspace.CreateKxChangesetResponse{
			ChangesetID: pending.ChangesetID, DatabaseName: pending.DatabaseName, EnvironmentID: pending.EnvironmentID,
			ChangeRequests: pending.ChangeRequests, CreatedTimestamp: pending.CreatedTimestamp,
			LastModifiedTimestamp: pending.LastModifiedTimestamp, Status: pending.Status,
		}, nil
	})
}

// startChangeset plans a changeset: it is pending for a third of its time, then processing.
func (s *Service) startChangeset(in finspace.CreateKxChangesetRequest) finspace.GetKxChangesetResponse {
	c := s.World.Begin("finspace", "CreateKxChangeset")
	pending := finspace.GetKxChangesetResponse{
		ChangesetID: s.World.NewID(26), DatabaseName: in.DatabaseName, EnvironmentID: in.EnvironmentID,
		ChangeRequests: in.ChangeRequests, CreatedTimestamp: c.Start, LastModifiedTimestamp: c.Start,
		Status: finspace.ChangesetStatusPending,
	}
	processing := pending
	processing.Status, processing.LastModifiedTimestamp = finspace.ChangesetStatusProcessing, c.Part(1, 3)

	after := processing
	after.LastModifiedTimestamp = c.End
	if c.Failed() {
		after.Status = finspace.ChangesetStatusFailed
		after.ErrorInfo = changesetError(c)
	} else {
		after.Status, after.ActiveFromTimestamp = finspace.ChangesetStatusCompleted, c.End
	}
	after.Status = cmp.Or(finspace.ChangesetStatus(c.State), after.Status)

	row := s.changesets.Create(world.KeyOf(in.EnvironmentID, in.DatabaseName, pending.ChangesetID))
	world.Schedule(row, c, c.Start, pending)
	world.Schedule(row, c, c.Part(1, 3), processing)
	world.Finish(row, c, after)
	return pending
}

func changesetError(c world.Change) *finspace.ErrorInfo {
	kind := finspace.ErrorDetailsUserRecoverable
	if c.Cancel {
		kind = finspace.ErrorDetailsCancelled
	}
	return &finspace.ErrorInfo{
		ErrorMessage: cmp.Or(c.Reason, "The files could not be read."),
		ErrorType:    cmp.Or(finspace.ErrorDetails(c.ReasonType), kind),
	}
}

func (s *Service) getChangeset(_ *front.Received, in finspace.GetKxChangesetRequest) (any, error) {
	return kxVisible(s, s.changesets, "changeset", in.EnvironmentID, in.DatabaseName, in.ChangesetID)
}

func (s *Service) listChangesets(_ *front.Received, in finspace.ListKxChangesetsRequest) (any, error) {
	if _, err := kxVisible(s, s.databases, "database", in.EnvironmentID, in.DatabaseName); err != nil {
		return nil, err
	}
	page, next, err := kxPage(s, kxList[finspace.GetKxChangesetResponse]{
		table: s.changesets, what: "changesets", names: []string{in.EnvironmentID, in.DatabaseName},
	}, in.NextToken, in.MaxResults)
	items := world.ShownAs(page, func(c *finspace.GetKxChangesetResponse) finspace.KxChangesetListEntry {
		return finspace.KxChangesetListEntry{
			ChangesetID: c.ChangesetID, CreatedTimestamp: c.CreatedTimestamp, ActiveFromTimestamp: c.ActiveFromTimestamp,
			LastModifiedTimestamp: c.LastModifiedTimestamp, Status: c.Status,
		}
	})
	return &finspace.ListKxChangesetsResponse{KxChangesets: items, NextToken: next}, err
}
