package release

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// moveDataview prepares the update of a dataview to a changeset; its segments stay.
func (f FinSpaceData) moveDataview(ctx context.Context, name string, last func(context.Context) (string, error)) (cloud.AnyChange, error) {
	id, err := last(ctx)
	if err != nil {
		return nil, err
	}
	now, err := f.Client.GetKxDataview(ctx, finspace.GetKxDataviewRequest{
		EnvironmentID: f.EnvironmentID, DatabaseName: f.Database, DataviewName: name,
	})
	if err != nil {
		return nil, err
	}
	if now.AutoUpdate {
		return nil, invalid("FinSpaceData", "Dataviews", cloud.CheckRule, "must not have dataviews that update themselves", name)
	}
	return change(f.Client.PrepareUpdateKxDataview(ctx, finspace.UpdateKxDataviewRequest{
		EnvironmentID: f.EnvironmentID, DatabaseName: f.Database, DataviewName: name, ChangesetID: id,
		SegmentConfigurations: now.SegmentConfigurations,
	}))
}

// moveCluster prepares the update of a cluster to a changeset; its other databases and its caches stay.
func (f FinSpaceData) moveCluster(ctx context.Context, name string, last func(context.Context) (string, error)) (cloud.AnyChange, error) {
	id, err := last(ctx)
	if err != nil {
		return nil, err
	}
	now, err := f.Client.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: f.EnvironmentID, ClusterName: name})
	if err != nil {
		return nil, err
	}
	r := finspace.UpdateKxClusterDatabasesRequest{EnvironmentID: f.EnvironmentID, ClusterName: name}
	moved := false
	for _, d := range now.Databases {
		if d.DatabaseName == f.Database && d.DataviewName == "" && d.DataviewConfiguration == nil {
			d.ChangesetID, moved = id, true
		}
		r.Databases = append(r.Databases, d)
	}
	if !moved {
		return nil, invalid("FinSpaceData", "Clusters", cloud.CheckRule,
			"must be clusters with the database "+f.Database+" and without a dataview of it", name)
	}
	if f.Strategy != "" {
		r.DeploymentConfiguration = &finspace.KxDeploymentConfiguration{DeploymentStrategy: f.Strategy}
	}
	return change(f.Client.PrepareUpdateKxClusterDatabases(ctx, r))
}
