package finspace

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginUpdateKxClusterDatabases starts a move of a cluster to other changesets or dataviews and
// returns a waiter for it. The wait ends well only when the cluster is running with the changesets,
// dataviews and dataview versions that r names, and the time of its last modification, one of these, or an
// UPDATING that was seen on the way show that this is not the state before the update; paths of caches are
// not compared. What makes it fail is the same as for [Client.BeginUpdateKxClusterCodeConfiguration]. It
// reads the cluster once before the update, to know how it stands.
func (c *Client) BeginUpdateKxClusterDatabases(ctx context.Context, r UpdateKxClusterDatabasesRequest) (*cloud.Waiter[GetKxClusterResponse], error) {
	if err := c.api.Prepare(&opUpdateKxClusterDatabases, &r); err != nil {
		return nil, err
	}
	u := &databasesUpdate{Cluster: clusterState{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}, Databases: mountsOf(r.Databases)}
	before, err := c.GetKxCluster(ctx, u.Cluster.request())
	if err != nil {
		return nil, err
	}
	u.Cluster.Record.Before, u.DatabasesBefore = sightOfKxCluster(before), mountsOf(before.Databases)
	_, err = c.UpdateKxClusterDatabases(ctx, r)
	if err := u.Cluster.Record.accepted(err); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateKxClusterDatabases, u, c.databasesUpdate), nil
}

// ResumeUpdateKxClusterDatabases returns the waiter whose token is given.
func (c *Client) ResumeUpdateKxClusterDatabases(token string) (*cloud.Waiter[GetKxClusterResponse], error) {
	return wait.Resume(c.api, &opUpdateKxClusterDatabases, token, c.databasesUpdate)
}

// databasesUpdate is what has to be known to recognize the end of an update of a cluster's databases.
type databasesUpdate struct {
	Cluster         clusterState `json:"cluster"`
	Databases       []mount      `json:"databases"` // what it asks for
	DatabasesBefore []mount      `json:"databasesBefore,omitzero"`
}

// Check refuses a state that names no cluster or no database, or without what was there before.
func (u *databasesUpdate) Check() error {
	if len(u.Databases) == 0 {
		return wait.Lacks("databases", "")
	}
	for _, m := range u.Databases {
		if err := wait.Lacks("databases.databaseName", m.DatabaseName); err != nil {
			return err
		}
	}
	return cmp.Or(u.Cluster.Check(), wait.Lacks("before", u.Cluster.Record.Before.Status))
}

func (c *Client) databasesUpdate(u *databasesUpdate) cloud.WaitSpec[GetKxClusterResponse] {
	w := c.clusterWait(u.Cluster.request())
	w.Judge = u.judge
	return w
}

func (u *databasesUpdate) judge(cluster *GetKxClusterResponse) cloud.Verdict {
	shown, c := mountsOf(cluster.Databases), content{met: true, reasons: true}
	for _, asked := range u.Databases {
		c.compareMounts(asked, mountNamed(u.DatabasesBefore, asked.DatabaseName), mountNamed(shown, asked.DatabaseName))
	}
	return u.Cluster.Record.update(judgeKxCluster(cluster), sightOfKxCluster(cluster), c)
}

// A mount is which content of a database a cluster has.
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
