package finspace

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeDatabasesUpdate(t *testing.T) {
	t.Parallel()
	databases := func(changeset, version string) []KxDatabaseConfiguration {
		return []KxDatabaseConfiguration{
			{DatabaseName: "news", ChangesetID: "any"},
			{DatabaseName: "trades", ChangesetID: changeset},
			{DatabaseName: "quotes", DataviewConfiguration: &KxDataviewConfiguration{DataviewName: "recent", DataviewVersionID: version, ChangesetID: "filled in"}},
		}
	}
	tests := []struct {
		name      string
		modified  time.Time
		databases []KxDatabaseConfiguration
		reason    string
		want      verdict
	}{
		{"live", after, databases("new", "2"), "", verdict{cloud.Succeeded, false, ""}},
		{"live in the same second", before, databases("new", "2"), "", verdict{cloud.Succeeded, false, ""}},
		{"live, with a new reason", after, databases("new", "2"), "cache full", verdict{cloud.Succeeded, false, "cache full"}},
		{"half of it", after, databases("new", "1"), "", verdict{cloud.Pending, false, ""}},
		{"as before", before, databases("old", "1"), "", verdict{cloud.Pending, false, ""}},
		{"not shown", after, nil, "", verdict{cloud.Pending, false, ""}},
		{"old content, new reason", after, databases("old", "1"), "no such changeset", verdict{cloud.Failed, true, "no such changeset"}},
		{"third changeset", after, databases("third", "2"), "", verdict{cloud.Failed, true, "superseded: the cluster has database trades, changeset third"}},
		{"third version", after, databases("old", "3"), "", verdict{cloud.Failed, true,
			"superseded: the cluster has database quotes, changeset filled in, dataview recent, version 3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := databasesChange{
				Cluster:         clusterChange{Record: baseline},
				Databases:       []mount{{DatabaseName: "trades", ChangesetID: "new"}, {DatabaseName: "quotes", DataviewName: "recent", DataviewVersionID: "2"}},
				DatabasesBefore: databases("old", "1"),
			}
			s.Cluster.Record.Before.Status = string(KxClusterStatusRunning)
			v := updateKxClusterDatabases.Spec(&Client{}, &s).Judge(&GetKxClusterResponse{
				Status: KxClusterStatusRunning, StatusReason: tt.reason, Databases: tt.databases, CreatedTimestamp: created, LastModifiedTimestamp: tt.modified,
			})
			assert.Equal(t, tt.want, verdictOf(v))
		})
	}
}
