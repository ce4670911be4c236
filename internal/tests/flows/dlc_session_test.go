package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

var batchEnds = []ending{
	{"fails", emulator.Ending{Fail: true, Reason: "no such table"}, cloud.Failed, "Failed", "no such table", false},
	{"times out", emulator.Ending{Fail: true, State: "4", Reason: "too slow"}, cloud.Failed, "TimedOut", "too slow", false},
	{"is canceled", emulator.Ending{Cancel: true, Reason: "by root"}, cloud.Canceled, "Canceled", "by root", false},
}

func batchIs(state dlc.SparkBatchSQLState) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		assert.Equal(t, state, value.(*dlc.DescribeSparkSessionBatchSQLResponse).State)
	}
}

func statementIs(state dlc.NotebookStatementState) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		assert.Equal(t, state, value.(*dlc.DescribeNotebookSessionStatementResponse).NotebookSessionStatement.State)
	}
}

func seedNotebook(emu *emulator.Emulator) {
	emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{SessionID: "session-1"})
	emu.DLC.AddNotebookSessionStatement("session-1", dlc.NotebookSessionStatementInfo{StatementID: "7"})
}

var dlcSessionFlows = []flow{
	{
		service: "dlc", start: "CreateSparkSessionBatchSQL", read: "DescribeSparkSessionBatchSQL", seed: func(*emulator.Emulator) {},
		diff: []string{"DataEngineName", "ExecuteSQL"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateSparkSessionBatchSQL(ctx, dlc.CreateSparkSessionBatchSQLRequest{DataEngineName: "etl", ExecuteSQL: dlc.Base64("SELECT 1")})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCreateSparkSessionBatchSQL(token)
		},
		live: batchIs(dlc.SparkBatchSQLStateSucceeded), ends: batchEnds,
	},
	{
		service: "dlc", start: "CancelSparkSessionBatchSQL", read: "DescribeSparkSessionBatchSQL", oldState: "Running", repeatable: true,
		seed: func(emu *emulator.Emulator) {
			emu.DLC.AddSparkSessionBatchSQL("batch-1", dlc.DescribeSparkSessionBatchSQLResponse{})
		},
		diff: []string{"BatchId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCancelSparkSessionBatchSQL(ctx, dlc.CancelSparkSessionBatchSQLRequest{BatchID: "batch-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCancelSparkSessionBatchSQL(token)
		},
		live: batchIs(dlc.SparkBatchSQLStateCanceled), ends: []ending{tooLate("Succeeded")},
	},
	{
		service: "dlc", start: "CreateNotebookSession", read: "DescribeNotebookSession", seed: func(*emulator.Emulator) {},
		diff: []string{"DataEngineName", "Kind", "Name"},
		content: func(ctx context.Context, c clients) (any, error) {
			out, err := c.dlc.DescribeNotebookSessions(ctx, dlc.DescribeNotebookSessionsRequest{DataEngineName: "etl", State: []string{"idle"}})
			if err != nil {
				return nil, err
			}
			return len(out.Sessions), nil
		},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateNotebookSession(ctx, dlc.CreateNotebookSessionRequest{Name: "study", Kind: dlc.NotebookKindPySpark, DataEngineName: "etl"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCreateNotebookSession(token)
		},
		live: func(t *testing.T, value any) {
			assert.Equal(t, dlc.NotebookSessionStateIdle, value.(*dlc.DescribeNotebookSessionResponse).Session.State)
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true}, cloud.Failed, "error", "", false},
			{"is killed", emulator.Ending{Cancel: true}, cloud.Canceled, "killed", "", false},
		},
	},
	{
		service: "dlc", start: "CreateNotebookSessionStatement", read: "DescribeNotebookSessionStatement", seed: seedNotebook,
		diff: []string{"Code", "Kind", "SessionId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateNotebookSessionStatement(ctx, dlc.CreateNotebookSessionStatementRequest{SessionID: "session-1", Code: "1 + 1", Kind: dlc.NotebookKindPySpark})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCreateNotebookSessionStatement(token)
		},
		live: statementIs(dlc.NotebookStatementStateAvailable),
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, ReasonType: "NameError", Reason: "x is not defined"}, cloud.Failed, "available", "NameError: x is not defined", false},
			{"breaks", emulator.Ending{Fail: true, State: "error", Reason: "lost"}, cloud.Failed, "error", "Error: lost", false},
			{"is canceled", emulator.Ending{Cancel: true}, cloud.Canceled, "cancelled", "", false},
		},
	},
	{
		service: "dlc", start: "CancelNotebookSessionStatement", read: "DescribeNotebookSessionStatement", oldState: "running", seed: seedNotebook,
		diff: []string{"SessionId", "StatementId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCancelNotebookSessionStatement(ctx, dlc.CancelNotebookSessionStatementRequest{SessionID: "session-1", StatementID: "7"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCancelNotebookSessionStatement(token)
		},
		live: statementIs(dlc.NotebookStatementStateCancelled),
		ends: []ending{tooLate("available")},
	},
}
