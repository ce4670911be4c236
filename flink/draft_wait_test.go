package flink

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestEveryTicketStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	judges := map[string]func(status TicketStatus, success bool) cloud.Verdict{
		"deployment of a draft": func(status TicketStatus, success bool) cloud.Verdict {
			return judgeDraftDeployment(new(wait.Course), &GetDeployDeploymentDraftResultResponse{Data: &AsyncDraftDeployResult{TicketStatus: status, Success: success}})
		},
		"check of a draft": func(status TicketStatus, success bool) cloud.Verdict {
			return judgeDraftValidation(new(wait.Course), &GetValidateDeploymentDraftResultResponse{Data: &AsyncDraftValidateResult{TicketStatus: status, Success: success}})
		},
		"resource plan": func(status TicketStatus, success bool) cloud.Verdict {
			d := &AsyncResourcePlanOperationResult{TicketStatus: status}
			if success {
				d.Plan = "{}"
			}
			return judgeResourcePlan(new(wait.Course), &GetGenerateResourcePlanResultResponse{Data: d})
		},
	}
	want := map[bool]map[TicketStatus]cloud.Outcome{
		true:  {TicketStatusInit: pending, TicketStatusExecuting: pending, TicketStatusFinished: succeeded, TicketStatusFailed: failed},
		false: {TicketStatusInit: pending, TicketStatusExecuting: pending, TicketStatusFinished: failed, TicketStatusFailed: failed},
	}
	for name, judge := range judges {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for success, outcomes := range want {
				places(t, TicketStatus("").Values(), outcomes, func(s TicketStatus) cloud.Verdict { return judge(s, success) })
			}
		})
	}
}

func TestReasonsOfTickets(t *testing.T) {
	t.Parallel()
	where := &ValidationErrorDetails{LineNumber: "2", ColumnNumber: "8", Message: "no such column"}
	tests := map[string]struct {
		got  cloud.Verdict
		want string
	}{
		"deployment": {judgeDraftDeployment(new(wait.Course), &GetDeployDeploymentDraftResultResponse{Data: &AsyncDraftDeployResult{
			TicketStatus: TicketStatusFinished, Message: "SQL validate failed",
			ArtifactValidationDetail: &ValidateStatementResult{ValidationResult: "VALIDATION_RESULT_INVALID_QUERY", ErrorDetails: where},
		}}), "SQL validate failed; VALIDATION_RESULT_INVALID_QUERY: line 2, column 8: no such column"},
		"deployed all the same": {judgeDraftDeployment(new(wait.Course), &GetDeployDeploymentDraftResultResponse{Data: &AsyncDraftDeployResult{
			TicketStatus: TicketStatusFinished, Success: true,
			ArtifactValidationDetail: &ValidateStatementResult{ValidationResult: "VALIDATION_RESULT_VALID_INSERT_QUERY"},
		}}), ""},
		"check": {judgeDraftValidation(new(wait.Course), &GetValidateDeploymentDraftResultResponse{Data: &AsyncDraftValidateResult{
			TicketStatus: TicketStatusFinished, Message: "the draft did not pass", DraftValidationDetail: &DraftValidationDetail{
				SQLErrorDetail:            &ValidationErrorDetails{Message: "no such table"},
				DraftMetaInfoErrorDetails: []DraftMetaInfoErrorDetail{{Reason: "Target", Message: "no such target"}, {Message: "no engine"}},
			},
		}}), "the draft did not pass; no such table; Target: no such target; no engine"},
		"check without a word": {judgeDraftValidation(new(wait.Course), &GetValidateDeploymentDraftResultResponse{Data: &AsyncDraftValidateResult{
			TicketStatus: TicketStatusFinished,
		}}), ""},
		"plan": {judgeResourcePlan(new(wait.Course), &GetGenerateResourcePlanResultResponse{Data: &AsyncResourcePlanOperationResult{
			TicketStatus: TicketStatusFailed, Message: "create resource plan failed",
		}}), "create resource plan failed"},
		"no plan": {judgeResourcePlan(new(wait.Course), &GetGenerateResourcePlanResultResponse{Data: &AsyncResourcePlanOperationResult{
			TicketStatus: TicketStatusFinished, Message: `""`,
		}}), "the work is finished without a plan"},
	}
	for name, tt := range tests {
		assert.Equal(t, tt.want, tt.got.Reason, name)
	}
}
