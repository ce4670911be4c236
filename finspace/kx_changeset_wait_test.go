package finspace

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestChangesetStatuses(t *testing.T) {
	t.Parallel()
	show := func(status string) *GetKxChangesetResponse {
		return &GetKxChangesetResponse{Status: ChangesetStatus(status)}
	}
	testGoals(t, ChangesetStatus("").Values(),
		goalOf("completion", (*Client).changesetCompletion, changesetChange{}, show, "COMPLETED COMPLETE", "FAILED", "PENDING PROCESSING"),
	)
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
		{"completed, as the documents have it", GetKxChangesetResponse{Status: "COMPLETE"}, cloud.Succeeded, ""},
		{"failed", GetKxChangesetResponse{Status: ChangesetStatusFailed, ErrorInfo: &ErrorInfo{ErrorMessage: "no such key", ErrorType: ErrorDetailsValidation}},
			cloud.Failed, "no such key (The inputs to this request are invalid.)"},
		{"failed without a word", GetKxChangesetResponse{Status: ChangesetStatusFailed}, cloud.Failed, ""},
		{"canceled", GetKxChangesetResponse{Status: ChangesetStatusFailed, ErrorInfo: &ErrorInfo{ErrorType: ErrorDetailsCancelled}}, cloud.Canceled, "(Cancelled)"},
		{"unknown", GetKxChangesetResponse{Status: "REVIEWING"}, cloud.Pending, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := judgeChangeset(&tt.changeset)
			assert.Equal(t, tt.want, v.Outcome)
			assert.Equal(t, tt.reason, v.Reason)
			assert.Equal(t, string(tt.changeset.Status), v.State)
		})
	}
}
