package dlc

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// TestBatchesThatLackStatements checks that a batch is not done while the service has not shown all of it.
func TestBatchesThatLackStatements(t *testing.T) {
	t.Parallel()
	ok := NotebookSessionStatementInfo{State: NotebookStatementStateAvailable, OutPut: &StatementOutput{Status: StatementOutputStatusOK}}
	canceled := NotebookSessionStatementInfo{State: NotebookStatementStateCancelled}
	running := NotebookSessionStatementInfo{State: NotebookStatementStateRunning}
	type list = []NotebookSessionStatementInfo
	for name, tt := range map[string]struct {
		list      list
		available bool
		want      []cloud.Outcome // success, cancellation
	}{
		"all":                  {list{ok, ok}, true, []cloud.Outcome{cloud.Succeeded, cloud.Failed}},
		"not the end":          {list{ok, ok}, false, []cloud.Outcome{cloud.Pending, cloud.Pending}},
		"one is missing":       {list{ok}, true, []cloud.Outcome{cloud.Pending, cloud.Pending}},
		"none":                 {nil, true, []cloud.Outcome{cloud.Pending, cloud.Pending}},
		"one runs":             {list{canceled, running}, false, []cloud.Outcome{cloud.Canceled, cloud.Pending}},
		"one was not canceled": {list{ok, canceled}, true, []cloud.Outcome{cloud.Canceled, cloud.Succeeded}},
	} {
		s := &notebookBatchChange{SessionID: "s-1", BatchID: "b-1", Statements: 2}
		r := &DescribeNotebookSessionStatementsResponse{NotebookSessionStatements: &NotebookSessionStatementBatchInformation{
			NotebookSessionStatementBatch: tt.list, IsAvailable: tt.available,
		}}
		assert.Equal(t, tt.want, []cloud.Outcome{s.judge(r).Outcome, cancellation(s.judgeCancellation(r)).Outcome}, name)
	}
}
