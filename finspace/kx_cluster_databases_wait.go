package finspace

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var updateKxClusterDatabases = change[
	UpdateKxClusterDatabasesRequest, UpdateKxClusterDatabasesResponse, databasesChange, GetKxClusterResponse,
]{
	State: func(r *UpdateKxClusterDatabasesRequest) *databasesChange {
		return &databasesChange{
			Cluster: clusterChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}, Databases: mountsOf(r.Databases),
		}
	},
	Before: func(c *Client, ctx context.Context, s *databasesChange) error {
		before, err := clusters.load(c, ctx, &s.Cluster)
		if err != nil {
			return err
		}
		s.DatabasesBefore = mountsOf(before.Databases)
		return nil
	},
	Refused: func(_ *Client, _ context.Context, s *databasesChange, _ time.Time, err error) error {
		return s.Cluster.Record.refused(err)
	},
	Spec: func(c *Client, s *databasesChange) cloud.WaitSpec[GetKxClusterResponse] {
		return clusters.update(c, &s.Cluster, s.contentOf)
	},
}

// databasesChange is the resume state of an update of a cluster's databases.
type databasesChange struct {
	Cluster         clusterChange `json:"cluster"`
	Databases       []mount       `json:"databases"` // what the update asks for
	DatabasesBefore []mount       `json:"databasesBefore,omitzero"`
}

// Check refuses a state that names no cluster or no database, or has no snapshot from before.
func (s *databasesChange) Check() error {
	if len(s.Databases) == 0 {
		return wait.Lacks("databases", "")
	}
	for _, m := range s.Databases {
		if err := wait.Lacks("databases.databaseName", m.DatabaseName); err != nil {
			return err
		}
	}
	return cmp.Or(s.Cluster.Check(), wait.Lacks("before", s.Cluster.Record.Before.Status))
}

func (s *databasesChange) contentOf(cluster *GetKxClusterResponse) content {
	shown, c := mountsOf(cluster.Databases), content{met: true, reasons: true}
	for _, asked := range s.Databases {
		c.compareMounts(asked, mountNamed(s.DatabasesBefore, asked.DatabaseName), mountNamed(shown, asked.DatabaseName))
	}
	return c
}

// A mount is the content of a database that a cluster has.
type mount struct {
	DatabaseName      string `json:"databaseName"`
	ChangesetID       string `json:"changesetId,omitzero"`
	DataviewName      string `json:"dataviewName,omitzero"`
	DataviewVersionID string `json:"dataviewVersionId,omitzero"`
}

func mountsOf(databases []KxDatabaseConfiguration) []mount {
	var mounts []mount
	for _, d := range databases {
		m := mount{DatabaseName: d.DatabaseName, ChangesetID: d.ChangesetID, DataviewName: d.DataviewName}
		if v := d.DataviewConfiguration; v != nil {
			m.ChangesetID = cmp.Or(m.ChangesetID, v.ChangesetID)
			m.DataviewName = cmp.Or(m.DataviewName, v.DataviewName)
			m.DataviewVersionID = v.DataviewVersionID
		}
		mounts = append(mounts, m)
	}
	return mounts
}

func mountNamed(mounts []mount, database string) mount {
	i := slices.IndexFunc(mounts, func(m mount) bool { return m.DatabaseName == database })
	if i < 0 {
		return mount{}
	}
	return mounts[i]
}

func (c *content) compareMounts(asked, before, now mount) {
	other := "the cluster has " + now.String()
	compare(c, asked.DatabaseName, before.DatabaseName, now.DatabaseName, other)
	compare(c, asked.ChangesetID, before.ChangesetID, now.ChangesetID, other)
	compare(c, asked.DataviewName, before.DataviewName, now.DataviewName, other)
	compare(c, asked.DataviewVersionID, before.DataviewVersionID, now.DataviewVersionID, other)
}

func (m mount) String() string {
	parts := []string{"database " + m.DatabaseName}
	for _, p := range []struct{ name, value string }{
		{"changeset", m.ChangesetID}, {"dataview", m.DataviewName}, {"version", m.DataviewVersionID},
	} {
		if p.value != "" {
			parts = append(parts, p.name+" "+p.value)
		}
	}
	return strings.Join(parts, ", ")
}
