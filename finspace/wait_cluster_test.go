package finspace

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

var (
	asked = CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"}
	old   = CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"}
)

func TestJudgeCodeUpdate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		cluster GetKxClusterResponse
		want    cloud.Outcome
	}{
		{"stale success", GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: before, Code: &asked}, cloud.Pending},
		{"stale reason", GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: before, Code: &old, StatusReason: "of an earlier update"}, cloud.Pending},
		{"older than the baseline", GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: before.Add(-time.Hour), Code: &asked}, cloud.Pending},
		{"no time", GetKxClusterResponse{Status: KxClusterStatusRunning, Code: &asked}, cloud.Pending},
		{"updating", GetKxClusterResponse{Status: KxClusterStatusUpdating, LastModifiedTimestamp: after, Code: &asked}, cloud.Pending},
		{"live", GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: after, Code: &asked}, cloud.Succeeded},
		{"live, some version", GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: after, Code: &CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip", S3ObjectVersion: "7"}}, cloud.Succeeded},
		{"running the old code", GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: after, Code: &old}, cloud.Pending},
		{"superseded", GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: after, Code: &CodeConfiguration{S3Bucket: "releases", S3Key: "other.zip"}}, cloud.Failed},
		{"running without code", GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: after}, cloud.Pending},
		{"rolled back", GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: after, Code: &old, StatusReason: "init script failed"}, cloud.Failed},
		{"new code that failed", GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: after, Code: &asked, StatusReason: "init script failed"}, cloud.Failed},
		{"deleted meanwhile", GetKxClusterResponse{Status: KxClusterStatusDeleting, LastModifiedTimestamp: after}, cloud.Failed},
		{"status of next year", GetKxClusterResponse{Status: "HIBERNATING", LastModifiedTimestamp: after, Code: &asked}, cloud.Pending},
		{"nothing", GetKxClusterResponse{}, cloud.Pending},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := codeUpdate{Code: asked, Before: before, CodeBefore: &old}.judge(&tt.cluster)
			assert.Equal(t, tt.want, j.Outcome)
			assert.Equal(t, string(tt.cluster.Status), j.State)
			if tt.name == "superseded" {
				assert.Equal(t, "superseded: the cluster runs s3://releases/other.zip", j.Reason)
				return
			}
			assert.Equal(t, tt.cluster.StatusReason, j.Reason)
		})
	}
}

func TestJudgeCodeUpdateWithAVersion(t *testing.T) {
	t.Parallel()
	u := codeUpdate{
		Code: CodeConfiguration{S3Bucket: "b", S3Key: "k", S3ObjectVersion: "2"}, Before: before,
		CodeBefore: &CodeConfiguration{S3Bucket: "b", S3Key: "k", S3ObjectVersion: "1"},
	}
	cluster := GetKxClusterResponse{Status: KxClusterStatusRunning, LastModifiedTimestamp: after, Code: &CodeConfiguration{S3Bucket: "b", S3Key: "k", S3ObjectVersion: "1"}}
	assert.Equal(t, cloud.Pending, u.judge(&cluster).Outcome)
	cluster.Code.S3ObjectVersion = "2"
	assert.Equal(t, cloud.Succeeded, u.judge(&cluster).Outcome)
}

func TestJudgeDatabasesUpdate(t *testing.T) {
	t.Parallel()
	s := clusterState{
		Before:          baseline,
		Databases:       []mount{{DatabaseName: "trades", ChangesetID: "new"}, {DatabaseName: "quotes", DataviewName: "recent", DataviewVersionID: "2"}},
		DatabasesBefore: []mount{{DatabaseName: "trades", ChangesetID: "old"}, {DatabaseName: "quotes", DataviewName: "recent", DataviewVersionID: "1"}},
	}
	databases := func(changeset, version string) []KxDatabaseConfiguration {
		return []KxDatabaseConfiguration{
			{DatabaseName: "news", ChangesetID: "any"},
			{DatabaseName: "trades", ChangesetID: changeset},
			{DatabaseName: "quotes", DataviewConfiguration: &KxDataviewConfiguration{DataviewName: "recent", DataviewVersionID: version, ChangesetID: "filled in"}},
		}
	}
	tests := []struct {
		name      string
		status    KxClusterStatus
		modified  time.Time
		databases []KxDatabaseConfiguration
		reason    string
		want      cloud.Outcome
		says      string
	}{
		{"live", KxClusterStatusRunning, after, databases("new", "2"), "", cloud.Succeeded, ""},
		{"stale success", KxClusterStatusRunning, before, databases("new", "2"), "", cloud.Pending, ""},
		{"stale reason", KxClusterStatusRunning, before, databases("old", "1"), "of an earlier update", cloud.Pending, "of an earlier update"},
		{"no time", KxClusterStatusRunning, time.Time{}, databases("new", "2"), "", cloud.Pending, ""},
		{"updating", KxClusterStatusUpdating, after, databases("new", "2"), "", cloud.Pending, ""},
		{"half of it", KxClusterStatusRunning, after, databases("new", "1"), "", cloud.Pending, ""},
		{"as before", KxClusterStatusRunning, after, databases("old", "1"), "", cloud.Pending, ""},
		{"not shown", KxClusterStatusRunning, after, nil, "", cloud.Pending, ""},
		{"rolled back", KxClusterStatusRunning, after, databases("old", "1"), "no such changeset", cloud.Failed, "no such changeset"},
		{"in place, but failed", KxClusterStatusRunning, after, databases("new", "2"), "cache full", cloud.Failed, "cache full"},
		{"changeset superseded", KxClusterStatusRunning, after, databases("newer", "2"), "", cloud.Failed, "superseded: the cluster has database trades, changeset newer"},
		{"version superseded", KxClusterStatusRunning, after, databases("old", "3"), "", cloud.Failed,
			"superseded: the cluster has database quotes, changeset filled in, dataview recent, version 3"},
		{"deleted meanwhile", KxClusterStatusDeleting, after, databases("old", "1"), "by hand", cloud.Failed, "by hand"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := s.judgeDatabases(&GetKxClusterResponse{
				Status: tt.status, StatusReason: tt.reason, Databases: tt.databases, CreatedTimestamp: created, LastModifiedTimestamp: tt.modified,
			})
			assert.Equal(t, tt.want, j.Outcome)
			assert.Equal(t, tt.says, j.Reason)
			assert.Equal(t, string(tt.status), j.State)
		})
	}
}
