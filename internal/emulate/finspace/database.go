package finspace

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) databaseOperations() front.Handlers {
	return front.Handlers{
		"CreateKxDatabase": front.Handle(s.createDatabase),
		"GetKxDatabase":    front.Handle(s.getDatabase),
		"ListKxDatabases":  front.Handle(s.listDatabases),
		"UpdateKxDatabase": front.Handle(s.updateDatabase),
		"DeleteKxDatabase": front.Handle(s.deleteDatabase),
	}
}

// AddKxDatabase adds a database to an environment, or replaces it, and returns its name.
func (s *Service) AddKxDatabase(environmentID string, database finspace.GetKxDatabaseResponse) string {
	return s.addDatabase(environmentID, database)
}

func (s *Service) addDatabase(environmentID string, d finspace.GetKxDatabaseResponse) (name string) {
	now := s.World.Now()
	d.EnvironmentID = environmentID
	d.DatabaseName = cmp.Or(d.DatabaseName, "database")
	d.DatabaseARN = cmp.Or(d.DatabaseARN, s.kxARN(environmentID, "kxDatabase", d.DatabaseName))
	d.CreatedTimestamp = cmp.Or(d.CreatedTimestamp, now.Add(-24*time.Hour))
	d.LastModifiedTimestamp = cmp.Or(d.LastModifiedTimestamp, d.CreatedTimestamp)
	s.ensureEnvironment(environmentID)
	s.databases.Add(world.KeyOf(environmentID, d.DatabaseName), now, d)
	return d.DatabaseName
}

func (s *Service) ensureDatabase(environmentID, name string) {
	if kxNameFree(s, s.databases, environmentID, name) {
		s.addDatabase(environmentID, finspace.GetKxDatabaseResponse{DatabaseName: name})
	}
}

func (s *Service) createDatabase(r *front.Received, in finspace.CreateKxDatabaseRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		if err := s.checkEnvironmentReady(in.EnvironmentID); err != nil {
			return nil, err
		}
		if !kxNameFree(s, s.databases, in.EnvironmentID, in.DatabaseName) {
			return nil, kxAlreadyExists("database", in.DatabaseName)
		}
		c := s.Instant()
		d := finspace.GetKxDatabaseResponse{
			DatabaseName: in.DatabaseName, DatabaseARN: s.kxARN(in.EnvironmentID, "kxDatabase", in.DatabaseName),
			EnvironmentID: in.EnvironmentID, Description: in.Description, CreatedTimestamp: c.Start, LastModifiedTimestamp: c.Start,
		}
		world.Schedule(s.databases.Create(world.KeyOf(in.EnvironmentID, in.DatabaseName)), c, c.Start, d)
		s.tags.Set(d.DatabaseARN, c.Start, in.Tags)
		return new(world.CommonTo[finspace.CreateKxDatabaseResponse](d)), nil
	})
}

// A content is what changesets have done to a database.
type content struct {
	changesets, files int
	last              string // the changeset that completed last
}

func contentOf(changesets []*finspace.GetKxChangesetResponse) (all content) {
	var last time.Time
	for _, c := range changesets {
		all.changesets++
		if c.Status != finspace.ChangesetStatusCompleted {
			continue
		}
		for _, change := range c.ChangeRequests {
			if change.ChangeType == finspace.ChangeTypePut {
				all.files++
			}
		}
		if !c.ActiveFromTimestamp.Before(last) {
			last, all.last = c.ActiveFromTimestamp, c.ChangesetID
		}
	}
	return all
}

// getDatabase returns a database and what its changesets have done to it. Each change that puts files counts as one,
// because the emulator does not read them; their size is not known.
func (s *Service) getDatabase(_ *front.Received, in finspace.GetKxDatabaseRequest) (any, error) {
	d, err := kxVisible(s, s.databases, "database", in.EnvironmentID, in.DatabaseName)
	if err != nil {
		return nil, err
	}
	c := world.Derive(s.changesets, s.World.Now(), "content", contentOf, in.EnvironmentID, in.DatabaseName)
	d.NumChangesets += c.changesets
	d.NumFiles += c.files
	d.LastCompletedChangesetID = cmp.Or(c.last, d.LastCompletedChangesetID)
	return d, nil
}

func (s *Service) listDatabases(_ *front.Received, in finspace.ListKxDatabasesRequest) (any, error) {
	databases := kxList[finspace.GetKxDatabaseResponse]{table: s.databases, what: "databases", names: []string{in.EnvironmentID}}
	page, next, err := kxPage(s, databases, in.NextToken, in.MaxResults)
	items := world.ShownAs(page, func(d *finspace.GetKxDatabaseResponse) finspace.KxDatabaseListEntry {
		return world.CommonTo[finspace.KxDatabaseListEntry](*d)
	})
	return &finspace.ListKxDatabasesResponse{KxDatabases: items, NextToken: next}, err
}

func (s *Service) updateDatabase(r *front.Received, in finspace.UpdateKxDatabaseRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, d, err := kxActual(s, s.databases, "database", in.EnvironmentID, in.DatabaseName)
		if err != nil {
			return nil, err
		}
		c := s.Instant()
		d.Description = cmp.Or(in.Description, d.Description)
		d.LastModifiedTimestamp = world.NextTimestamp(c.Start, d.LastModifiedTimestamp)
		world.Schedule(row, c, c.Start, d)
		return new(world.CommonTo[finspace.UpdateKxDatabaseResponse](d)), nil
	})
}

// deleteDatabase deletes a database and its changesets.
func (s *Service) deleteDatabase(r *front.Received, in finspace.DeleteKxDatabaseRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, _, err := kxActual(s, s.databases, "database", in.EnvironmentID, in.DatabaseName)
		if err != nil {
			return nil, err
		}
		if err := s.checkDatabaseUnused(in.EnvironmentID, in.DatabaseName); err != nil {
			return nil, err
		}
		c := s.Instant()
		world.Remove(row, c)
		for _, row := range s.changesets.Within(in.EnvironmentID, in.DatabaseName) {
			world.Remove(row, c)
		}
		return nil, nil
	})
}

// checkDatabaseUnused returns a refusal if a database has dataviews, or is in a cluster.
func (s *Service) checkDatabaseUnused(environmentID, name string) error {
	if kxCount(s, s.dataviews, environmentID, name) > 0 {
		return aws.Conflict("The database "+name+" has dataviews.", "INVALID_STATE")
	}
	return s.checkUnused(databasesOf, name, environmentID, "database", name)
}

// kxCount returns how many resources there are in an environment, or in a part of it.
func kxCount[T any](s *Service, t *world.Table[T], names ...string) (n int) {
	for _, row := range t.Within(names...) {
		if _, ok := row.Actual(s.World.Now()); ok {
			n++
		}
	}
	return n
}
