package flink

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeSQLExecution(t *testing.T) {
	t.Parallel()
	statement := func(state, message string) []SQLStatement {
		return []SQLStatement{{Index: 1, StatusState: "FINISHED"}, {Index: 2, StatusState: state, Message: message}}
	}
	tests := map[string]struct {
		execution SQLExecution
		finish    cloud.Outcome
		stop      cloud.Outcome
		reason    string
	}{
		"running":              {SQLExecution{State: "RUNNING"}, pending, pending, ""},
		"canceling":            {SQLExecution{State: "CANCELLING"}, pending, pending, ""},
		"finished":             {SQLExecution{State: "FINISHED", Message: `""`}, succeeded, succeeded, ""},
		"failed":               {SQLExecution{State: "FAILED", Message: "no such table"}, failed, failed, "no such table"},
		"canceled":             {SQLExecution{State: "CANCELLED"}, canceled, succeeded, ""},
		"as Flink spells it":   {SQLExecution{State: "CANCELED"}, canceled, succeeded, ""},
		"no state":             {SQLExecution{}, pending, pending, ""},
		"unknown state":        {SQLExecution{State: "COOLING"}, pending, pending, ""},
		"another case":         {SQLExecution{State: "finished"}, pending, pending, ""},
		"statement runs":       {SQLExecution{State: "RUNNING", Statements: statement("RUNNING", "")}, pending, pending, ""},
		"statement failed":     {SQLExecution{State: "FINISHED", Statements: statement("FAILED", "no such table")}, failed, succeeded, "statement 2 is FAILED: no such table"},
		"statement canceled":   {SQLExecution{State: "FINISHED", Statements: statement("CANCELED", "")}, canceled, succeeded, "statement 2 is CANCELED"},
		"goes on after that":   {SQLExecution{State: "RUNNING", Statements: statement("FAILED", "")}, pending, pending, "statement 2 is FAILED"},
		"all statements ended": {SQLExecution{State: "PERSISTING", Statements: statement("FINISHED", "")}, pending, pending, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &FetchSQLExecutionResultResponse{Data: &SQLExecutionFetchResult{SQLExecution: &tt.execution}}
			assert.Equal(t, cloud.Verdict{State: tt.execution.State, Outcome: tt.finish, Reason: tt.reason}, new(sqlExecutionChange).judge(r))
			assert.Equal(t, cloud.Verdict{State: tt.execution.State, Outcome: tt.stop, Reason: tt.reason}, new(sqlExecutionChange).judgeStop(r))
		})
	}
	nothing := &FetchSQLExecutionResultResponse{Data: &SQLExecutionFetchResult{}}
	assert.Equal(t, cloud.Verdict{}, new(sqlExecutionChange).judge(nothing))
	assert.Equal(t, cloud.Verdict{}, new(sqlExecutionChange).judgeStop(nothing))
}
