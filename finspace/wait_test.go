package finspace

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

var (
	before = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	after  = before.Add(time.Minute)
	asked  = CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"}
	old    = CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"}
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

// TestEveryClusterStatusHasAnOutcome fails when a new status is not placed.
func TestEveryClusterStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	want := map[KxClusterStatus]cloud.Outcome{
		KxClusterStatusPending: cloud.Pending, KxClusterStatusCreating: cloud.Pending, KxClusterStatusUpdating: cloud.Pending,
		KxClusterStatusRunning: cloud.Succeeded, KxClusterStatusCreateFailed: cloud.Failed, KxClusterStatusDeleting: cloud.Failed,
		KxClusterStatusDeleted: cloud.Failed, KxClusterStatusDeleteFailed: cloud.Failed,
	}
	for _, status := range KxClusterStatus("").Values() {
		outcome, ok := want[status]
		assert.True(t, ok, "%s is not placed", status)
		assert.Equal(t, outcome, judgeKxCluster(&GetKxClusterResponse{Status: status}).Outcome, status)
	}
	assert.Len(t, KxClusterStatus("").Values(), len(want))
}

func TestJudgeChangeset(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		changeset GetKxChangesetResponse
		want      cloud.Outcome
		reason    string
	}{
		{"pending", GetKxChangesetResponse{Status: ChangesetStatusPending}, cloud.Pending, ""},
		{"processing", GetKxChangesetResponse{Status: ChangesetStatusProcessing}, cloud.Pending, ""},
		{"completed", GetKxChangesetResponse{Status: ChangesetStatusCompleted}, cloud.Succeeded, ""},
		{"failed", GetKxChangesetResponse{Status: ChangesetStatusFailed, ErrorInfo: &ErrorInfo{ErrorMessage: "no such key", ErrorType: ErrorDetailsValidation}},
			cloud.Failed, "no such key (The inputs to this request are invalid.)"},
		{"failed without a word", GetKxChangesetResponse{Status: ChangesetStatusFailed}, cloud.Failed, ""},
		{"cancelled", GetKxChangesetResponse{Status: ChangesetStatusFailed, ErrorInfo: &ErrorInfo{ErrorType: ErrorDetailsCancelled}}, cloud.Cancelled, "(Cancelled)"},
		{"unknown", GetKxChangesetResponse{Status: "REVIEWING"}, cloud.Pending, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := judgeKxChangeset(&tt.changeset)
			assert.Equal(t, tt.want, j.Outcome)
			assert.Equal(t, tt.reason, j.Reason)
			assert.Equal(t, string(tt.changeset.Status), j.State)
		})
	}
	for _, status := range ChangesetStatus("").Values() {
		assert.Contains(t, []ChangesetStatus{ChangesetStatusPending, ChangesetStatusProcessing, ChangesetStatusCompleted, ChangesetStatusFailed}, status)
	}
}
