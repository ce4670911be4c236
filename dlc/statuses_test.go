package dlc

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestEveryTaskStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f, c = cloud.Pending, cloud.Succeeded, cloud.Failed, cloud.Canceled
	everyState(t, TaskState(0).Values(), 42, map[TaskState][]cloud.Outcome{
		// Success, cancellation.
		TaskStateCanceled:     {c, s},
		TaskStateFailed:       {f, f},
		TaskStateInitializing: {p, p},
		TaskStateRunning:      {p, p},
		TaskStateSucceeded:    {s, f},
		TaskStateWritingData:  {p, p},
		TaskStateQueued:       {p, p},
	}, func(state TaskState) []cloud.Verdict {
		v := judgeTask(&TaskResponseInfo{State: state})
		return []cloud.Verdict{v, cancellation(v)}
	})
}

func TestEverySparkJobStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, SparkJobState(0).Values(), 42, map[SparkJobState][]cloud.Outcome{
		SparkJobStateExpired: {f}, SparkJobStateDeleted: {f}, SparkJobStateFailed: {f}, SparkJobStateSucceeded: {s},
		SparkJobStateInitializing: {p}, SparkJobStateRunning: {p}, SparkJobStateWritingData: {p}, SparkJobStateQueued: {p},
	}, func(state SparkJobState) []cloud.Verdict {
		return []cloud.Verdict{sparkJobSucceeded.Verdict(state, "")}
	})
}

func TestEverySparkBatchSQLStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f, c = cloud.Pending, cloud.Succeeded, cloud.Failed, cloud.Canceled
	everyState(t, SparkBatchSQLState(0).Values(), 42, map[SparkBatchSQLState][]cloud.Outcome{
		// Success, cancellation.
		SparkBatchSQLStateRunning:   {p, p},
		SparkBatchSQLStateSucceeded: {s, f},
		SparkBatchSQLStateFailed:    {f, f},
		SparkBatchSQLStateCanceled:  {c, s},
		SparkBatchSQLStateTimedOut:  {f, f},
	}, func(state SparkBatchSQLState) []cloud.Verdict {
		v := judgeBatch(&DescribeSparkSessionBatchSQLResponse{State: state})
		return []cloud.Verdict{v, cancellation(v)}
	})
}

func TestEveryNotebookSessionStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f, c = cloud.Pending, cloud.Succeeded, cloud.Failed, cloud.Canceled
	everyState(t, NotebookSessionState("").Values(), "hibernating", map[NotebookSessionState][]cloud.Outcome{
		// Idle, creation.
		NotebookSessionStateNotStarted:   {p, p},
		NotebookSessionStateStarting:     {p, p},
		NotebookSessionStateIdle:         {s, s},
		NotebookSessionStateBusy:         {p, s},
		NotebookSessionStateShuttingDown: {f, f},
		NotebookSessionStateFailed:       {f, f},
		NotebookSessionStateDead:         {f, f},
		NotebookSessionStateKilled:       {c, c},
		NotebookSessionStateSucceeded:    {f, f},
	}, func(state NotebookSessionState) []cloud.Verdict {
		return []cloud.Verdict{notebookSessionIdle.Verdict(state, ""), notebookSessionStarted.Verdict(state, "")}
	})
}

func TestEveryNotebookStatementStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f, c = cloud.Pending, cloud.Succeeded, cloud.Failed, cloud.Canceled
	everyState(t, NotebookStatementState("").Values(), "paused", map[NotebookStatementState][]cloud.Outcome{
		// Success with an output that is ok, that is an error, that says nothing, and none; cancellation.
		NotebookStatementStateWaiting:    {p, p, p, p, p},
		NotebookStatementStateRunning:    {p, p, p, p, p},
		NotebookStatementStateAvailable:  {s, f, p, p, f},
		NotebookStatementStateFailed:     {f, f, f, f, f},
		NotebookStatementStateCancelling: {p, p, p, p, p},
		NotebookStatementStateCancelled:  {c, c, c, c, s},
	}, func(state NotebookStatementState) []cloud.Verdict {
		var judged []cloud.Verdict
		for _, out := range []*StatementOutput{{Status: StatementOutputStatusOK}, {Status: StatementOutputStatusError}, {}, nil} {
			judged = append(judged, judgeNotebookStatement(&DescribeNotebookSessionStatementResponse{NotebookSessionStatement: &NotebookSessionStatementInfo{State: state, OutPut: out}}))
		}
		return append(judged, cancellation(judged[0]))
	})
}

func TestEveryDownloadStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, DownloadStatus("").Values(), "upload", map[DownloadStatus][]cloud.Outcome{
		DownloadStatusInitializing: {p}, DownloadStatusQueued: {p}, DownloadStatusFormatting: {p}, DownloadStatusCompressing: {p},
		DownloadStatusSucceeded: {s}, DownloadStatusTimedOut: {f}, DownloadStatusFailed: {f},
	}, func(state DownloadStatus) []cloud.Verdict {
		return []cloud.Verdict{downloadReady.Verdict(state, "")}
	})
}

func TestEveryConnectionStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, DatasourceState(0).Values(), 42, map[DatasourceState][]cloud.Outcome{
		DatasourceStateDeleting: {f}, DatasourceStateFailed: {f}, DatasourceStateDeleted: {f}, DatasourceStateInitializing: {p}, DatasourceStateReady: {s},
	}, func(state DatasourceState) []cloud.Verdict {
		return []cloud.Verdict{judgeDatasource(&DatasourceConnectionInfo{State: state})}
	})
	everyState(t, EngineNetworkState(0).Values(), 42, map[EngineNetworkState][]cloud.Outcome{
		EngineNetworkStateDeleted: {f}, EngineNetworkStateInitializing: {p}, EngineNetworkStateAvailable: {s},
	}, func(state EngineNetworkState) []cloud.Verdict {
		return []cloud.Verdict{engineNetworkAvailable.Verdict(state, "")}
	})
	everyState(t, NetworkConnectionState(0).Values(), 42, map[NetworkConnectionState][]cloud.Outcome{
		NetworkConnectionStateInitializing: {p}, NetworkConnectionStateReady: {s},
	}, func(state NetworkConnectionState) []cloud.Verdict {
		return []cloud.Verdict{networkReady.Verdict(state, "")}
	})
}

func TestEveryLockStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, LockState("").Values(), "SHARED", map[LockState][]cloud.Outcome{
		LockStateAcquired: {s}, LockStateWaiting: {p}, LockStateAborted: {f}, LockStateNotAcquired: {f},
	}, func(state LockState) []cloud.Verdict {
		return []cloud.Verdict{lockAcquired.Verdict(state, "")}
	})
}

func TestEveryInferenceServiceStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, InferenceServiceStatus("").Values(), "Warming", map[InferenceServiceStatus][]cloud.Outcome{
		// Until: running, stopped; changes: creation, restart that shows, restart that does not yet, stop.
		InferenceServiceStatusRunning:   {s, p, s, s, p, p},
		InferenceServiceStatusStopped:   {p, s, f, p, p, s},
		InferenceServiceStatusDeploying: {p, p, p, p, p, p},
		InferenceServiceStatusFailed:    {f, f, f, f, p, f},
	}, func(status InferenceServiceStatus) []cloud.Verdict {
		r := &GetInferenceServiceResponse{Status: status, UpdateTime: 100}
		judged := []cloud.Verdict{
			inferenceVerdict(inferenceRunning, status), inferenceVerdict(inferenceStopped, status), judgeInferenceCreation(r),
		}
		for _, s := range []inferenceChange{
			{Goal: InferenceServiceStatusRunning, Before: inferenceSnapshot{InferenceServiceStatusRunning, 99}},
			{Goal: InferenceServiceStatusRunning, Before: inferenceSnapshot{status, 100}},
			{Goal: InferenceServiceStatusStopped, Before: inferenceSnapshot{InferenceServiceStatusRunning, 99}},
		} {
			judged = append(judged, s.judge(r))
		}
		return judged
	})
}

func TestEverySparkSessionStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, SparkSessionState("").Values(), "IDLE", map[SparkSessionState][]cloud.Outcome{
		// Running, deleted, deleted with a newer session of the name.
		SparkSessionStateStarting:   {p, p, s},
		SparkSessionStateRunning:    {s, p, s},
		SparkSessionStateTerminated: {f, s, s},
	}, func(state SparkSessionState) []cloud.Verdict {
		session := &SparkSessionInfo{SparkSessionID: "1", State: state}
		judged := []cloud.Verdict{
			judgeSparkSession(session), (&sparkSessionChange{SessionID: "1"}).judge(session),
		}
		if slices.Contains(SparkSessionState("").Values(), state) {
			judged = append(judged, (&sparkSessionChange{SessionID: "0"}).judge(session))
		}
		return judged
	})
}

// TestReasons is where the service says why.
func TestReasons(t *testing.T) {
	t.Parallel()
	batch := func(event string, last string) *DescribeSparkSessionBatchSQLResponse {
		return &DescribeSparkSessionBatchSQLResponse{State: SparkBatchSQLStateFailed, Event: event, Tasks: []BatchSQLTask{{Message: "Task Success!"}, {Message: last}}}
	}
	statement := func(out *StatementOutput) *DescribeNotebookSessionStatementResponse {
		return &DescribeNotebookSessionStatementResponse{NotebookSessionStatement: &NotebookSessionStatementInfo{State: NotebookStatementStateFailed, OutPut: out}}
	}
	tests := []struct {
		name string
		v    cloud.Verdict
		want string
	}{
		{"task", judgeTask(&TaskResponseInfo{State: TaskStateFailed, OutputMessage: "no table", Error: "old"}), "no table"},
		{"task of an older form", judgeTask(&TaskResponseInfo{State: TaskStateFailed, Error: "old"}), "old"},
		{"task that succeeded", judgeTask(&TaskResponseInfo{State: TaskStateSucceeded, OutputMessage: "success"}), ""},
		{"batch without resources", judgeBatch(batch("no units", "Task Success!")), "no units"},
		{"batch with bad SQL", judgeBatch(batch("", "no table")), "no table"},
		{"batch that runs", judgeBatch(&DescribeSparkSessionBatchSQLResponse{Tasks: []BatchSQLTask{{Message: "Task Success!"}}}), ""},
		{"statement", judgeNotebookStatement(statement(&StatementOutput{ErrorName: "NameError", ErrorValue: "x"})), "NameError: x"},
		{"statement with a name alone", judgeNotebookStatement(statement(&StatementOutput{ErrorName: "NameError"})), "NameError"},
		{"statement with a value alone", judgeNotebookStatement(statement(&StatementOutput{ErrorValue: "x"})), "x"},
		{"statement without output", judgeNotebookStatement(statement(nil)), ""},
		{"download", (&downloadChange{}).judge(&DescribeResultDownloadResponse{Status: DownloadStatusFailed, Reason: "expired"}), "expired"},
		{"download that succeeded", (&downloadChange{}).judge(&DescribeResultDownloadResponse{Status: DownloadStatusSucceeded, Reason: "success"}), ""},
		{"data source", judgeDatasource(&DatasourceConnectionInfo{State: DatasourceStateFailed, Message: "no route"}), "no route"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, tt.v.Reason, tt.name)
	}
}

// TestForcedDownloads checks that the end of an earlier attempt is inferred, and that of this one is not.
func TestForcedDownloads(t *testing.T) {
	t.Parallel()
	for _, status := range []DownloadStatus{DownloadStatusFailed, DownloadStatusTimedOut, DownloadStatusSucceeded} {
		end := &DescribeResultDownloadResponse{Status: status}
		s := &downloadChange{ID: "download-1", Forced: true}
		assert.True(t, s.judge(end).Inferred, status)
		s.judge(&DescribeResultDownloadResponse{Status: DownloadStatusQueued})
		assert.False(t, s.judge(end).Inferred, status)
		assert.False(t, (&downloadChange{ID: "download-1"}).judge(end).Inferred, "there was no other attempt")
	}
}
