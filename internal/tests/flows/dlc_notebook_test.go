package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func seedStatements(emu *emulator.Emulator) {
	emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{SessionID: "session-1"})
	emu.DLC.AddNotebookSessionStatementBatch("session-1", "batch-1",
		dlc.NotebookSessionStatementInfo{StatementID: "1", State: dlc.NotebookStatementStateAvailable, OutPut: &dlc.StatementOutput{Status: dlc.StatementOutputStatusOK}},
		dlc.NotebookSessionStatementInfo{StatementID: "2"}, dlc.NotebookSessionStatementInfo{StatementID: "3", State: dlc.NotebookStatementStateWaiting})
}

// lastStatementIs checks a batch that has ended.
func lastStatementIs(state dlc.NotebookStatementState) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		batch := value.(*dlc.DescribeNotebookSessionStatementsResponse).NotebookSessionStatements
		assert.True(t, batch.IsAvailable)
		assert.Len(t, batch.NotebookSessionStatementBatch, 3)
		assert.Equal(t, state, batch.NotebookSessionStatementBatch[2].State)
	}
}

var dlcNotebookFlows = []flow{
	{
		service: "dlc", start: "CreateNotebookSessionStatementSupportBatchSQL", read: "DescribeNotebookSessionStatements", seed: seedNotebook,
		diff: []string{"Code", "Kind", "SaveResult", "SessionId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateNotebookSessionStatementSupportBatchSQL(ctx, dlc.CreateNotebookSessionStatementSupportBatchSQLRequest{
				SessionID: "session-1", Code: "SELECT 1; SELECT 2; SELECT 3;", Kind: dlc.NotebookKindSQL, SaveResult: true,
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCreateNotebookSessionStatementSupportBatchSQL(token)
		},
		live: lastStatementIs(dlc.NotebookStatementStateAvailable),
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, ReasonType: "AnalysisException", Reason: "no such table"}, cloud.Failed, "available", "AnalysisException: no such table", false},
			{"is canceled", emulator.Ending{Cancel: true}, cloud.Canceled, "cancelled", "", false},
		},
	},
	{
		service: "dlc", start: "CancelNotebookSessionStatementBatch", read: "DescribeNotebookSessionStatements", oldState: "running", repeatable: true,
		seed: seedStatements,
		diff: []string{"BatchId", "SessionId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCancelNotebookSessionStatementBatch(ctx, dlc.CancelNotebookSessionStatementBatchRequest{SessionID: "session-1", BatchID: "batch-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCancelNotebookSessionStatementBatch(token)
		},
		live: lastStatementIs(dlc.NotebookStatementStateCancelled),
		ends: []ending{tooLate("available")},
	},
	{
		service: "dlc", start: "DeleteNotebookSession", read: "DescribeNotebookSession", oldState: "idle", shown: true, deletes: true,
		seed: func(emu *emulator.Emulator) {
			emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{SessionID: "session-1"})
		},
		diff: []string{"SessionId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareDeleteNotebookSession(ctx, dlc.DeleteNotebookSessionRequest{SessionID: "session-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeDeleteNotebookSession(token)
		},
		live: func(t *testing.T, value any) {
			assert.Equal(t, dlc.NotebookSessionStateKilled, value.(*dlc.DescribeNotebookSessionResponse).Session.State)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilNotebookSessionDeleted(dlc.DescribeNotebookSessionRequest{SessionID: "session-1"})
		},
		ends: []ending{{"stays", emulator.Ending{Fail: true}, cloud.Failed, "idle", "the session is idle again", false}},
	},
}
