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
	TokenLife: tokenLife,
	State: func(r *UpdateKxClusterDatabasesRequest) *databasesChange {
		s := &databasesChange{
			Cluster: clusterChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}, Databases: mountsOf(r.Databases),
		}
		if d := r.DeploymentConfiguration; d != nil {
			s.Strategy = d.DeploymentStrategy
		}
		return s
	},
	Before: func(c *Client, ctx context.Context, s *databasesChange) error {
		before, err := clusters.load(c, ctx, &s.Cluster)
		if err != nil {
			return err
		}
		s.DatabasesBefore = before.Databases
		return nil
	},
	Repeated: func(s *databasesChange, r *UpdateKxClusterDatabasesRequest) {
		s.Cluster.Record.Repeat = repeat{Own: true, Met: s.meets(r, s.DatabasesBefore)}
	},
	Accepted: func(s *databasesChange, _ *UpdateKxClusterDatabasesRequest, _ *UpdateKxClusterDatabasesResponse, sent time.Time) error {
		s.Cluster.Record.accepted(sent)
		return nil
	},
	Refused: func(_ *Client, _ context.Context, s *databasesChange, _ time.Time, err error) error {
		return s.Cluster.Record.refused(err)
	},
	Began: func(
		c *Client, ctx context.Context, s *databasesChange, r *UpdateKxClusterDatabasesRequest, _ time.Time,
	) (cloud.StartStatus, error) {
		return clusters.updateBegun(c, ctx, &s.Cluster, s.contentOf, func(now *GetKxClusterResponse) bool {
			return s.meets(r, now.Databases)
		})
	},
	Spec: func(c *Client, s *databasesChange) cloud.WaitSpec[GetKxClusterResponse] {
		return clusters.update(c, &s.Cluster, s.contentOf)
	},
	Restore: (*databasesChange).restore,
}

// databasesChange is the resume state of an update of a cluster's databases.
type databasesChange struct {
	Cluster         clusterChange             `json:"cluster"`
	Databases       []mount                   `json:"databases"` // what the update asks for
	DatabasesBefore []KxDatabaseConfiguration `json:"databasesBefore,omitzero"`
	Strategy        KxDeploymentStrategy      `json:"strategy,omitzero"` // of the update, and of its undoing
}

// Resource is what the change is about.
func (s *databasesChange) Resource() string { return s.Cluster.Resource() }

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
	shown, before, c := mountsOf(cluster.Databases), mountsOf(s.DatabasesBefore), content{met: true, reasons: true}
	for _, asked := range s.Databases {
		c.compareMounts(asked, mountNamed(before, asked.DatabaseName), mountNamed(shown, asked.DatabaseName))
	}
	return c
}

// meets reports whether the databases of a cluster are as an update asks for, paths of caches included.
func (s *databasesChange) meets(r *UpdateKxClusterDatabasesRequest, shown []KxDatabaseConfiguration) bool {
	if !s.contentOf(&GetKxClusterResponse{Databases: shown}).met {
		return false
	}
	for _, asked := range r.Databases {
		if i := indexOf(shown, asked.DatabaseName); i < 0 || wait.Contradicts(&asked, &shown[i]) {
			return false
		}
	}
	return true
}

// restore returns an update of the same databases, which leaves the others as they are.
func (s *databasesChange) restore() *UpdateKxClusterDatabasesRequest {
	r := &UpdateKxClusterDatabasesRequest{EnvironmentID: s.Cluster.EnvironmentID, ClusterName: s.Cluster.ClusterName}
	for _, asked := range s.Databases {
		i := indexOf(s.DatabasesBefore, asked.DatabaseName)
		if i < 0 {
			return nil // the service refuses the update
		}
		r.Databases = append(r.Databases, s.DatabasesBefore[i])
	}
	if s.Strategy != "" {
		r.DeploymentConfiguration = &KxDeploymentConfiguration{DeploymentStrategy: s.Strategy}
	}
	return r
}

func indexOf(databases []KxDatabaseConfiguration, name string) int {
	return slices.IndexFunc(databases, func(d KxDatabaseConfiguration) bool { return d.DatabaseName == name })
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
