package emulator

import (
	"cmp"
	"crypto/rand"

	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func (s *finspaceService) changesetRoutes() []route {
	const changesets = kxDatabase + "/changesets"
	return []route{
		{"CreateKxChangeset", "POST", changesets, operation(s.createChangeset)},
		{"GetKxChangeset", "GET", changesets + "/{changesetId}", operation(s.getChangeset)},
		{"ListKxChangesets", "GET", changesets, operation(s.listChangesets)},
	}
}

// newChangesetID returns an ID of 26 letters and digits, the longest that the service allows.
func newChangesetID() string { return rand.Text() }

func (s *finspaceService) createChangeset(r *received, in finspace.CreateKxChangesetRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		if !s.databases[keyOf(in.EnvironmentID, in.DatabaseName)] {
			return nil, awsNotFound("database", in.DatabaseName)
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
func (s *finspaceService) startChangeset(in finspace.CreateKxChangesetRequest) finspace.GetKxChangesetResponse {
	c := s.emulator.begin("finspace", "CreateKxChangeset")
	pending := finspace.GetKxChangesetResponse{
		ChangesetID: newChangesetID(), DatabaseName: in.DatabaseName, EnvironmentID: in.EnvironmentID,
		ChangeRequests: in.ChangeRequests, CreatedTimestamp: c.start, LastModifiedTimestamp: c.start,
		Status: finspace.ChangesetStatusPending,
	}
	processing := pending
	processing.Status, processing.LastModifiedTimestamp = finspace.ChangesetStatusProcessing, c.part(1, 3)

	after := processing
	after.LastModifiedTimestamp = c.end
	if c.failed() {
		after.Status = finspace.ChangesetStatusFailed
		after.ErrorInfo = changesetError(c)
	} else {
		after.Status, after.ActiveFromTimestamp = finspace.ChangesetStatusCompleted, c.end
	}
	after.Status = cmp.Or(finspace.ChangesetStatus(c.State), after.Status)

	row := s.changesets.create(keyOf(in.EnvironmentID, in.DatabaseName, pending.ChangesetID))
	schedule(row, c, c.start, pending)
	schedule(row, c, c.part(1, 3), processing)
	finish(row, c, after)
	return pending
}

func changesetError(c change) *finspace.ErrorInfo {
	kind := finspace.ErrorDetailsUserRecoverable
	if c.Cancel {
		kind = finspace.ErrorDetailsCancelled
	}
	return &finspace.ErrorInfo{
		ErrorMessage: cmp.Or(c.Reason, "The files could not be read."),
		ErrorType:    cmp.Or(finspace.ErrorDetails(c.ReasonType), kind),
	}
}

func (s *finspaceService) getChangeset(_ *received, in finspace.GetKxChangesetRequest) (any, error) {
	return kxVisible(s, s.changesets, "changeset", in.EnvironmentID, in.DatabaseName, in.ChangesetID)
}

func (s *finspaceService) listChangesets(_ *received, in finspace.ListKxChangesetsRequest) (any, error) {
	if !s.databases[keyOf(in.EnvironmentID, in.DatabaseName)] {
		return nil, awsNotFound("database", in.DatabaseName)
	}
	changesets, err := kxAllVisible(s, s.changesets, in.EnvironmentID, in.DatabaseName)
	if err != nil {
		return nil, err
	}
	list := []finspace.KxChangesetListEntry{}
	for _, c := range changesets {
		list = append(list, finspace.KxChangesetListEntry{
			ChangesetID: c.ChangesetID, CreatedTimestamp: c.CreatedTimestamp, ActiveFromTimestamp: c.ActiveFromTimestamp,
			LastModifiedTimestamp: c.LastModifiedTimestamp, Status: c.Status,
		})
	}
	page, next, err := nextPage(list, keyOf("changesets", in.EnvironmentID, in.DatabaseName), in.NextToken,
		cmp.Or(in.MaxResults, finspacePage))
	return &finspace.ListKxChangesetsResponse{KxChangesets: page, NextToken: next}, err
}
