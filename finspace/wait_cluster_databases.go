package finspace

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// BeginUpdateKxClusterDatabases starts a move of a cluster to other changesets or dataviews and
// returns a waiter for it. The wait ends well only when the cluster is running, was modified later
// than before the call, and has the changesets, dataviews and dataview versions that r names; paths of
// caches are not compared. It fails when the running cluster gives a reason for its status, because
// FinSpace has no other sign of a failed update, and when the cluster has moved on to something else.
// It reads the cluster once before the update, to know the state from before.
func (c *Client) BeginUpdateKxClusterDatabases(ctx context.Context, r UpdateKxClusterDatabasesRequest) (*cloud.Waiter[GetKxClusterResponse], error) {
	if err := c.api.Prepare(&opUpdateKxClusterDatabases, &r); err != nil {
		return nil, err
	}
	s := &clusterState{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName, Databases: mountsOf(r.Databases)}
	before, err := c.GetKxCluster(ctx, s.request())
	if err != nil {
		return nil, err
	}
	s.Before, s.DatabasesBefore = sightOfKxCluster(before), mountsOf(before.Databases)
	if _, err := c.UpdateKxClusterDatabases(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opUpdateKxClusterDatabases, s, c.databasesUpdate), nil
}

// ResumeUpdateKxClusterDatabases returns the waiter whose token is given.
func (c *Client) ResumeUpdateKxClusterDatabases(token string) (*cloud.Waiter[GetKxClusterResponse], error) {
	return follow.Resume(c.api, &opUpdateKxClusterDatabases, token, c.databasesUpdate)
}

func (c *Client) databasesUpdate(s *clusterState) cloud.Wait[GetKxClusterResponse] {
	w := c.clusterWait(s.request())
	w.Judge = s.judgeDatabases
	return w
}

// judgeDatabases takes a reason that stood there before as the failure of this update too, because the
// same failure may have come again.
func (s *clusterState) judgeDatabases(cluster *GetKxClusterResponse) cloud.Judgement {
	j := s.Before.update(judgeKxCluster(cluster), sightOfKxCluster(cluster))
	if j.Outcome != cloud.Succeeded {
		return j
	}
	if cluster.StatusReason != "" {
		j.Outcome = cloud.Failed
		return j
	}
	shown := mountsOf(cluster.Databases)
	for _, asked := range s.Databases {
		now := mountNamed(shown, asked.DatabaseName)
		before := mountNamed(s.DatabasesBefore, asked.DatabaseName)
		switch {
		case asked.isOvertaken(before, now):
			return superseded(j, "the cluster has "+now.String())
		case !asked.isMet(now):
			j.Outcome = cloud.Pending
		}
	}
	return j
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

// isMet reports whether now is what m asks for.
func (m mount) isMet(now mount) bool {
	return m.DatabaseName == now.DatabaseName && isMet(m.ChangesetID, now.ChangesetID) &&
		isMet(m.DataviewName, now.DataviewName) && isMet(m.DataviewVersionID, now.DataviewVersionID)
}

// isOvertaken reports whether now is neither what m asks for nor what was there before.
func (m mount) isOvertaken(before, now mount) bool {
	return isOvertaken(m.ChangesetID, before.ChangesetID, now.ChangesetID) ||
		isOvertaken(m.DataviewName, before.DataviewName, now.DataviewName) ||
		isOvertaken(m.DataviewVersionID, before.DataviewVersionID, now.DataviewVersionID)
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
