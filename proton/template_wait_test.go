package proton

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeTemplateVersion(t *testing.T) {
	t.Parallel()
	s := &versionChange{CreatedAt: after}
	tests := []struct {
		name string
		now  versionSnapshot
		want cloud.Verdict
	}{
		{"older version", versionSnapshot{before, TemplateVersionStatusPublished, ""}, cloud.Verdict{State: "PUBLISHED"}},
		{"older version that failed", versionSnapshot{before, TemplateVersionStatusRegistrationFailed, "old"}, cloud.Verdict{State: "REGISTRATION_FAILED", Reason: "old"}},
		{"live", versionSnapshot{after, TemplateVersionStatusDraft, ""}, cloud.Verdict{State: "DRAFT", Outcome: cloud.Succeeded}},
		{"failed", versionSnapshot{after, TemplateVersionStatusRegistrationFailed, "because"}, cloud.Verdict{State: "REGISTRATION_FAILED", Outcome: cloud.Failed, Reason: "because"}},
		{"newer version", versionSnapshot{after.Add(time.Hour), TemplateVersionStatusDraft, ""},
			cloud.Verdict{State: "DRAFT", Outcome: cloud.Failed, Superseded: true, Reason: "superseded: it was deleted, and a new one has its number"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, s.judge(tt.now))
		})
	}
}
