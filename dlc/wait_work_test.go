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
		TaskCancelled:    {c, s},
		TaskFailed:       {f, f},
		TaskInitializing: {p, p},
		TaskRunning:      {p, p},
		TaskSucceeded:    {s, f},
		TaskWritingData:  {p, p},
		TaskQueued:       {p, p},
	}, func(state TaskState) []cloud.Verdict {
		j := judgeTask(&TaskResponseInfo{State: state})
		return []cloud.Verdict{j, cancellation(j)}
	})
}

func TestEverySparkJobStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, SparkJobState(0).Values(), 42, map[SparkJobState][]cloud.Outcome{
		SparkJobExpired: {f}, SparkJobDeleted: {f}, SparkJobFailed: {f}, SparkJobSucceeded: {s},
		SparkJobInitializing: {p}, SparkJobRunning: {p}, SparkJobWritingData: {p}, SparkJobQueued: {p},
	}, func(state SparkJobState) []cloud.Verdict {
		return []cloud.Verdict{judgeSparkAppJob(&DescribeSparkAppJobResponse{Job: &SparkJobInfo{JobStatus: state}})}
	})
}

func TestEverySparkBatchSQLStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f, c = cloud.Pending, cloud.Succeeded, cloud.Failed, cloud.Canceled
	everyState(t, SparkBatchSQLState(0).Values(), 42, map[SparkBatchSQLState][]cloud.Outcome{
		// Success, cancellation.
		SparkBatchSQLRunning:   {p, p},
		SparkBatchSQLSucceeded: {s, f},
		SparkBatchSQLFailed:    {f, f},
		SparkBatchSQLCancelled: {c, s},
		SparkBatchSQLTimedOut:  {f, f},
	}, func(state SparkBatchSQLState) []cloud.Verdict {
		j := judgeBatch(&DescribeSparkSessionBatchSQLResponse{State: state})
		return []cloud.Verdict{j, cancellation(j)}
	})
}

func TestEveryNotebookSessionStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f, c = cloud.Pending, cloud.Succeeded, cloud.Failed, cloud.Canceled
	everyState(t, NotebookSessionState("").Values(), "hibernating", map[NotebookSessionState][]cloud.Outcome{
		// Idle, creation.
		NotebookSessionNotStarted:   {p, p},
		NotebookSessionStarting:     {p, p},
		NotebookSessionIdle:         {s, s},
		NotebookSessionBusy:         {p, s},
		NotebookSessionShuttingDown: {f, f},
		NotebookSessionFailed:       {f, f},
		NotebookSessionDead:         {f, f},
		NotebookSessionKilled:       {c, c},
		NotebookSessionSucceeded:    {f, f},
	}, func(state NotebookSessionState) []cloud.Verdict {
		r := &DescribeNotebookSessionResponse{Session: &NotebookSessionInfo{State: state}}
		return []cloud.Verdict{judgeNotebookSession(r), judgeSessionStart(r)}
	})
}

func TestEveryNotebookStatementStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f, c = cloud.Pending, cloud.Succeeded, cloud.Failed, cloud.Canceled
	everyState(t, NotebookStatementState("").Values(), "paused", map[NotebookStatementState][]cloud.Outcome{
		// Success with an output that is ok, that is an error, that says nothing, and none; cancellation.
		NotebookStatementWaiting:    {p, p, p, p, p},
		NotebookStatementRunning:    {p, p, p, p, p},
		NotebookStatementAvailable:  {s, f, p, p, f},
		NotebookStatementFailed:     {f, f, f, f, f},
		NotebookStatementCancelling: {p, p, p, p, p},
		NotebookStatementCancelled:  {c, c, c, c, s},
	}, func(state NotebookStatementState) []cloud.Verdict {
		var judged []cloud.Verdict
		for _, out := range []*StatementOutput{{Status: StatementOutputOK}, {Status: StatementOutputError}, {}, nil} {
			judged = append(judged, judgeStatement(&DescribeNotebookSessionStatementResponse{NotebookSessionStatement: &NotebookSessionStatementInfo{State: state, OutPut: out}}))
		}
		return append(judged, cancellation(judged[0]))
	})
}

func TestEveryDownloadStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, DownloadStatus("").Values(), "upload", map[DownloadStatus][]cloud.Outcome{
		DownloadInitializing: {p}, DownloadQueued: {p}, DownloadFormatting: {p}, DownloadCompressing: {p},
		DownloadSucceeded: {s}, DownloadTimedOut: {f}, DownloadFailed: {f},
	}, func(state DownloadStatus) []cloud.Verdict {
		return []cloud.Verdict{judgeDownload(&DescribeResultDownloadResponse{Status: state})}
	})
}

func TestEveryConnectionStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, DatasourceState(0).Values(), 42, map[DatasourceState][]cloud.Outcome{
		DatasourceDeleting: {f}, DatasourceFailed: {f}, DatasourceDeleted: {f}, DatasourceInitializing: {p}, DatasourceReady: {s},
	}, func(state DatasourceState) []cloud.Verdict {
		return []cloud.Verdict{judgeDatasource(&DatasourceConnectionInfo{State: state})}
	})
	everyState(t, EngineNetworkState(0).Values(), 42, map[EngineNetworkState][]cloud.Outcome{
		EngineNetworkDeleted: {f}, EngineNetworkInitializing: {p}, EngineNetworkAvailable: {s},
	}, func(state EngineNetworkState) []cloud.Verdict {
		return []cloud.Verdict{judgeEngineNetwork(&EngineNetworkInfo{EngineNetworkState: state})}
	})
	everyState(t, []int{NetworkConnectionInitializing, NetworkConnectionReady}, 42, map[int][]cloud.Outcome{
		NetworkConnectionInitializing: {p}, NetworkConnectionReady: {s},
	}, func(state int) []cloud.Verdict {
		return []cloud.Verdict{judgeNetworkConnection(&NetworkConnection{State: state})}
	})
}

func TestEveryLockStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, LockState("").Values(), "SHARED", map[LockState][]cloud.Outcome{
		LockAcquired: {s}, LockWaiting: {p}, LockAborted: {f}, LockNotAcquired: {f},
	}, func(state LockState) []cloud.Verdict {
		return []cloud.Verdict{judgeLock(&CheckLockMetaDataResponse{LockState: state})}
	})
}

func TestEveryInferenceServiceStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	const p, s, f = cloud.Pending, cloud.Succeeded, cloud.Failed
	everyState(t, InferenceServiceStatus("").Values(), "Warming", map[InferenceServiceStatus][]cloud.Outcome{
		// Until: running, stopped; changes: creation, restart that shows, restart that does not yet, stop.
		InferenceServiceRunning:   {s, p, s, s, p, p},
		InferenceServiceStopped:   {p, s, f, p, p, s},
		InferenceServiceDeploying: {p, p, p, p, p, p},
		InferenceServiceFailed:    {f, f, f, f, p, f},
	}, func(status InferenceServiceStatus) []cloud.Verdict {
		r := &GetInferenceServiceResponse{Status: status, UpdateTime: 100}
		var judged []cloud.Verdict
		for _, s := range []inferenceChange{
			{Goal: InferenceServiceRunning},
			{Goal: InferenceServiceStopped},
			{Goal: InferenceServiceRunning, New: true},
			{Goal: InferenceServiceRunning, Was: InferenceServiceRunning, Updated: 99},
			{Goal: InferenceServiceRunning, Was: status, Updated: 100},
			{Goal: InferenceServiceStopped, Was: InferenceServiceRunning, Updated: 99},
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
		SparkSessionStarting:   {p, p, s},
		SparkSessionRunning:    {s, p, s},
		SparkSessionTerminated: {f, s, s},
	}, func(state SparkSessionState) []cloud.Verdict {
		session := &SparkSessionInfo{SparkSessionID: "1", State: state}
		judged := []cloud.Verdict{
			(&sparkSessionState{}).judge(session), (&sparkSessionState{Deleted: true, SessionID: "1"}).judge(session),
		}
		if slices.Contains(SparkSessionState("").Values(), state) {
			judged = append(judged, (&sparkSessionState{Deleted: true, SessionID: "0"}).judge(session))
		}
		return judged
	})
}

// TestReasons is where the service says why.
func TestReasons(t *testing.T) {
	t.Parallel()
	batch := func(event string, last string) *DescribeSparkSessionBatchSQLResponse {
		return &DescribeSparkSessionBatchSQLResponse{State: SparkBatchSQLFailed, Event: event, Tasks: []BatchSQLTask{{Message: "Task Success!"}, {Message: last}}}
	}
	statement := func(out *StatementOutput) *DescribeNotebookSessionStatementResponse {
		return &DescribeNotebookSessionStatementResponse{NotebookSessionStatement: &NotebookSessionStatementInfo{State: NotebookStatementFailed, OutPut: out}}
	}
	tests := []struct {
		name string
		j    cloud.Verdict
		want string
	}{
		{"task", judgeTask(&TaskResponseInfo{State: TaskFailed, OutputMessage: "no table", Error: "old"}), "no table"},
		{"task of an older form", judgeTask(&TaskResponseInfo{State: TaskFailed, Error: "old"}), "old"},
		{"task that succeeded", judgeTask(&TaskResponseInfo{State: TaskSucceeded, OutputMessage: "success"}), ""},
		{"batch without resources", judgeBatch(batch("no units", "Task Success!")), "no units"},
		{"batch with bad SQL", judgeBatch(batch("", "no table")), "no table"},
		{"batch that runs", judgeBatch(&DescribeSparkSessionBatchSQLResponse{Tasks: []BatchSQLTask{{Message: "Task Success!"}}}), ""},
		{"statement", judgeStatement(statement(&StatementOutput{ErrorName: "NameError", ErrorValue: "x"})), "NameError: x"},
		{"statement with a name alone", judgeStatement(statement(&StatementOutput{ErrorName: "NameError"})), "NameError"},
		{"statement with a value alone", judgeStatement(statement(&StatementOutput{ErrorValue: "x"})), "x"},
		{"statement without output", judgeStatement(statement(nil)), ""},
		{"download", judgeDownload(&DescribeResultDownloadResponse{Status: DownloadFailed, Reason: "expired"}), "expired"},
		{"download that succeeded", judgeDownload(&DescribeResultDownloadResponse{Status: DownloadSucceeded, Reason: "success"}), ""},
		{"data source", judgeDatasource(&DatasourceConnectionInfo{State: DatasourceFailed, Message: "no route"}), "no route"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, tt.j.Reason, tt.name)
	}
}

// TestForcedDownloads is that an end of the attempt before is not believed at once, nor that of this one
// doubted.
func TestForcedDownloads(t *testing.T) {
	t.Parallel()
	for _, status := range []DownloadStatus{DownloadFailed, DownloadTimedOut, DownloadSucceeded} {
		end := &DescribeResultDownloadResponse{Status: status}
		s := &downloadState{ID: "download-1", Forced: true}
		assert.True(t, s.judge(end).Inferred, status)
		s.judge(&DescribeResultDownloadResponse{Status: DownloadQueued})
		assert.False(t, s.judge(end).Inferred, status)
		assert.False(t, (&downloadState{ID: "download-1"}).judge(end).Inferred, "there was no other attempt")
	}
}
