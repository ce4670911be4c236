package release

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// FinSpaceData loads data into a kdb database and brings it to the dataviews and the clusters that show it. The changes are
// made in chunks, one after the other and never beside another changeset; the sym file comes first. Dataviews that update
// themselves are waited for, the others are moved to the last changeset, and then the clusters without a dataview.
type FinSpaceData struct {
	Client                  *finspace.Client
	EnvironmentID, Database string
	Changes                 []finspace.ChangeRequest
	// ChunkSize is how many changes each changeset has. The default is 30.
	ChunkSize int
	// Dataviews are those to move to the data. Nil is all of the database that do not update themselves, as Build lists
	// them; empty is none.
	Dataviews []string
	// Clusters are those that have the database without a dataview. Their other databases stay as they are.
	Clusters []string
	// Strategy is how the data reaches the clusters; the default is that of the service.
	Strategy finspace.KxDeploymentStrategy
	// Wait is how long changesets of others, busy clusters and dataviews that update themselves may take. The default is
	// 24 hours, because filling a cache can take most of that.
	Wait time.Duration
}

// Build returns r with the steps of the release: the changesets, which are a wave of their own, and one for each dataview
// and cluster, in the waves of r. A changeset cannot be undone; a dataview or a cluster goes back to the one from before.
func (f FinSpaceData) Build(ctx context.Context, r rollout.Rollout) (rollout.Rollout, error) {
	const recipe = "FinSpaceData"
	switch {
	case f.Client == nil:
		return r, required(recipe, "Client")
	case f.Database == "":
		return r, required(recipe, "Database")
	case len(f.Changes) == 0:
		return r, required(recipe, "Changes")
	case f.ChunkSize < 0:
		return r, invalid(recipe, "ChunkSize", cloud.CheckRange, "must not be negative", fmt.Sprint(f.ChunkSize))
	}
	if f.ChunkSize == 0 {
		f.ChunkSize = 30
	}
	if f.Wait == 0 {
		f.Wait = 24 * time.Hour
	}
	r, err := recorded(r, recipe, f.Client)
	if err != nil {
		return r, err
	}
	r.Steps = f.changesets()
	loaded := r.Steps[len(r.Steps)-1].Name
	views, err := f.dataviews(ctx)
	if err != nil {
		return r, err
	}
	if len(views)+len(f.Clusters) > 0 {
		first(&r, len(r.Steps))
	}
	last := func(ctx context.Context) (string, error) { return f.changeset(ctx, r, loaded) }
	for _, name := range views {
		r.Steps = append(r.Steps, rollout.Step{
			Name: "dataview " + name, Needs: []string{loaded},
			Prepare: func(ctx context.Context) (cloud.AnyChange, error) { return f.moveDataview(ctx, name, last) },
		})
	}
	needs := append([]string{loaded}, named(r.Steps[len(r.Steps)-len(views):])...)
	for _, name := range f.Clusters {
		r.Steps = append(r.Steps, rollout.Step{
			Name: "cluster " + name, Needs: needs,
			Ready:   func(ctx context.Context) error { return kxClusterRuns(ctx, f.Client, f.EnvironmentID, name, f.Wait) },
			Prepare: func(ctx context.Context) (cloud.AnyChange, error) { return f.moveCluster(ctx, name, last) },
		})
	}
	return r, nil
}

// changesets returns a step for each chunk of the changes. The last is good when the dataviews that update themselves show
// it.
func (f FinSpaceData) changesets() []rollout.Step {
	changes := slices.Clone(f.Changes)
	slices.SortStableFunc(changes, func(a, b finspace.ChangeRequest) int { return rank(a) - rank(b) })
	chunks := slices.Collect(slices.Chunk(changes, f.ChunkSize))
	steps := make([]rollout.Step, len(chunks))
	for i, chunk := range chunks {
		steps[i] = rollout.Step{
			Name: fmt.Sprintf("changeset %d of %d", i+1, len(chunks)), Always: true, Ready: f.isIdle,
			Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
				return change(f.Client.PrepareCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
					EnvironmentID: f.EnvironmentID, DatabaseName: f.Database, ChangeRequests: chunk,
				}))
			},
		}
		if i > 0 {
			steps[i].Needs = []string{steps[i-1].Name}
		}
	}
	steps[len(steps)-1].Verify = verifier(f.followed)
	return steps
}

// rank puts the sym file before the tables that refer to it.
func rank(c finspace.ChangeRequest) int {
	if path.Base(c.DBPath) == "sym" || path.Base(c.S3Path) == "sym" {
		return 0
	}
	return 1
}

// isIdle waits until no changeset of the database is being made.
func (f FinSpaceData) isIdle(ctx context.Context) error {
	return until(ctx, f.Wait, func(ctx context.Context) (string, error) {
		all := f.Client.AllKxChangesets(ctx, finspace.ListKxChangesetsRequest{EnvironmentID: f.EnvironmentID, DatabaseName: f.Database})
		for c, err := range all {
			switch {
			case err != nil:
				return "", err
			case c.Status == finspace.ChangesetStatusPending || c.Status == finspace.ChangesetStatusProcessing:
				return fmt.Sprintf("changeset %s of database %s is %s", c.ChangesetID, f.Database, c.Status), nil
			}
		}
		return "", nil
	})
}

func (f FinSpaceData) views(ctx context.Context) (list []finspace.KxDataviewListEntry, err error) {
	all := f.Client.AllKxDataviews(ctx, finspace.ListKxDataviewsRequest{EnvironmentID: f.EnvironmentID, DatabaseName: f.Database})
	for v, err := range all {
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// dataviews returns the names of those to move.
func (f FinSpaceData) dataviews(ctx context.Context) ([]string, error) {
	if f.Dataviews != nil {
		return f.Dataviews, nil
	}
	all, err := f.views(ctx)
	var names []string
	for _, v := range all {
		if !v.AutoUpdate && !v.ReadWrite {
			names = append(names, v.DataviewName)
		}
	}
	slices.Sort(names)
	return names, err
}

// followed waits until the dataviews that update themselves show a changeset.
func (f FinSpaceData) followed(ctx context.Context, live *finspace.GetKxChangesetResponse) error {
	return until(ctx, f.Wait, func(ctx context.Context) (string, error) {
		all, err := f.views(ctx)
		for _, v := range all {
			shows := slices.ContainsFunc(v.ActiveVersions, func(a finspace.KxDataviewActiveVersion) bool {
				return a.ChangesetID == live.ChangesetID
			})
			switch {
			case !v.AutoUpdate || shows || v.ChangesetID == live.ChangesetID && v.Status == finspace.KxDataviewStatusActive:
			case v.Status == finspace.KxDataviewStatusFailed:
				return "", conflict("dataview %s has failed: %s", v.DataviewName, v.StatusReason)
			default:
				return fmt.Sprintf("dataview %s does not show changeset %s", v.DataviewName, live.ChangesetID), nil
			}
		}
		return "", err
	})
}

// changeset is the last one that the release has made.
func (f FinSpaceData) changeset(ctx context.Context, r rollout.Rollout, step string) (string, error) {
	end, err := r.Result(ctx, step)
	if err != nil {
		return "", err
	}
	var made finspace.GetKxChangesetResponse
	return made.ChangesetID, json.Unmarshal(end.Value, &made)
}
