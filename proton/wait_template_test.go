package proton

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeTemplateVersion(t *testing.T) {
	t.Parallel()
	s := &versionState{CreatedAt: after}
	tests := []struct {
		name string
		r    registration
		want cloud.Verdict
	}{
		{"older version", registration{before, TemplateVersionStatusPublished, ""}, cloud.Verdict{State: "PUBLISHED"}},
		{"older version that failed", registration{before, TemplateVersionStatusRegistrationFailed, "old"}, cloud.Verdict{State: "REGISTRATION_FAILED", Reason: "old"}},
		{"live", registration{after, TemplateVersionStatusDraft, ""}, cloud.Verdict{State: "DRAFT", Outcome: cloud.Succeeded}},
		{"failed", registration{after, TemplateVersionStatusRegistrationFailed, "because"}, cloud.Verdict{State: "REGISTRATION_FAILED", Outcome: cloud.Failed, Reason: "because"}},
		{"newer version", registration{after.Add(time.Hour), TemplateVersionStatusDraft, ""},
			cloud.Verdict{State: "DRAFT", Outcome: cloud.Failed, Superseded: true, Reason: "superseded: it was deleted, and a new one has its number"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, s.judge(tt.r))
		})
	}
}
