package flink

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

const (
	pending   = cloud.Pending
	succeeded = cloud.Succeeded
	failed    = cloud.Failed
	canceled  = cloud.Canceled
)

// places checks that each value of a status, and one that nobody knows, ends a wait as the table says.
func places[E ~string](t *testing.T, values []E, want map[E]cloud.Outcome, judge func(E) cloud.Verdict) {
	t.Helper()
	for _, value := range values {
		outcome, ok := want[value]
		assert.True(t, ok, "%s is not placed", value)
		j := judge(value)
		assert.Equal(t, outcome, j.Outcome, value)
		assert.Equal(t, string(value), j.State)
	}
	assert.Len(t, values, len(want))
	assert.Equal(t, cloud.Verdict{State: "OF_NEXT_YEAR"}, judge("OF_NEXT_YEAR"))
}

func jobInState(state JobState) *GetJobResponse {
	return &GetJobResponse{Data: &Job{Status: &JobStatus{CurrentJobStatus: state}}}
}

func TestEveryJobStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		goal jobGoal
		want map[JobState]cloud.Outcome
	}{
		"runs": {jobRuns, map[JobState]cloud.Outcome{
			JobStateStarting: pending, JobStateRunning: succeeded, JobStateCancelling: pending,
			JobStateFailed: failed, JobStateCancelled: canceled, JobStateFinished: failed,
		}},
		"starts": {jobStarts, map[JobState]cloud.Outcome{
			JobStateStarting: pending, JobStateRunning: succeeded, JobStateCancelling: pending,
			JobStateFailed: failed, JobStateCancelled: canceled, JobStateFinished: succeeded,
		}},
		"finishes": {jobFinishes, map[JobState]cloud.Outcome{
			JobStateStarting: pending, JobStateRunning: pending, JobStateCancelling: pending,
			JobStateFailed: failed, JobStateCancelled: canceled, JobStateFinished: succeeded,
		}},
		"stops": {jobStops, map[JobState]cloud.Outcome{
			JobStateStarting: pending, JobStateRunning: pending, JobStateCancelling: pending,
			JobStateFailed: failed, JobStateCancelled: succeeded, JobStateFinished: succeeded,
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			places(t, JobState("").Values(), tt.want, func(s JobState) cloud.Verdict { return tt.goal.judge(new(jobOf), jobInState(s)) })
			assert.Equal(t, cloud.Verdict{}, tt.goal.judge(new(jobOf), &GetJobResponse{}))
			assert.Equal(t, cloud.Verdict{}, tt.goal.judge(new(jobOf), &GetJobResponse{Data: &Job{}}))
		})
	}
}

func TestReasonOfAJob(t *testing.T) {
	t.Parallel()
	r := jobInState(JobStateFailed)
	assert.Empty(t, jobRuns.judge(new(jobOf), r).Reason)
	r.Data.Status.Failure = &JobFailure{Reason: "Timeout", Message: `""`}
	assert.Equal(t, "Timeout", jobRuns.judge(new(jobOf), r).Reason)
	r.Data.Status.Failure.Message = "no answer"
	assert.Equal(t, "Timeout: no answer", jobRuns.judge(new(jobOf), r).Reason)
}

func TestEveryHotUpdateStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	places(t, HotUpdateStatus("").Values(), map[HotUpdateStatus]cloud.Outcome{
		HotUpdateStatusInit: pending, HotUpdateStatusHotUpdating: pending, HotUpdateStatusHotUpdated: succeeded, HotUpdateStatusFailed: failed,
	}, func(s HotUpdateStatus) cloud.Verdict {
		return new(hotUpdateOf).judge(new(wait.Course), &GetHotUpdateJobResultResponse{Data: &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: s}}})
	})
}

func TestJudgeHotUpdate(t *testing.T) {
	t.Parallel()
	low := &HotUpdateJobFailureInfo{Reason: `""`, Message: `""`, FailureSeverity: "LOW"}
	tests := []struct {
		name   string
		result *HotUpdateJobResult
		want   cloud.Verdict
	}{
		{"no data", nil, cloud.Verdict{}},
		{"no status", &HotUpdateJobResult{}, cloud.Verdict{}},
		{"live, as documented", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "HOT_UPDATED", Failure: low}},
			cloud.Verdict{State: "HOT_UPDATED", Outcome: cloud.Succeeded}},
		{"failed", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "FAILED", Failure: &HotUpdateJobFailureInfo{Reason: "RESCALE", Message: "no slots", FailureSeverity: "CRITICAL"}}},
			cloud.Verdict{State: "FAILED", Outcome: cloud.Failed, Reason: "RESCALE: no slots (severity CRITICAL)"}},
		{"failed without a word", &HotUpdateJobResult{Status: &HotUpdateJobStatus{Status: "FAILED"}}, cloud.Verdict{State: "FAILED", Outcome: cloud.Failed}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, new(hotUpdateOf).judge(new(wait.Course), &GetHotUpdateJobResultResponse{Data: tt.result}))
		})
	}
}

func TestEverySavepointStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	places(t, SavepointState("").Values(), map[SavepointState]cloud.Outcome{
		SavepointStateStarted: pending, SavepointStateCompleted: succeeded, SavepointStateFailed: failed,
	}, func(s SavepointState) cloud.Verdict {
		return new(savepointOf).judge(&GetSavepointResponse{Data: &Savepoint{Status: &SavepointStatus{State: s}}})
	})
	assert.Equal(t, cloud.Verdict{}, new(savepointOf).judge(&GetSavepointResponse{}))
	assert.Equal(t, cloud.Verdict{}, new(savepointOf).judge(&GetSavepointResponse{Data: &Savepoint{}}))
}

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
	assert.Equal(t, cloud.Verdict{}, judgeDraftDeployment(new(wait.Course), &GetDeployDeploymentDraftResultResponse{}))
	assert.Equal(t, cloud.Verdict{}, judgeDraftValidation(new(wait.Course), &GetValidateDeploymentDraftResultResponse{}))
	assert.Equal(t, cloud.Verdict{}, judgeResourcePlan(new(wait.Course), &GetGenerateResourcePlanResultResponse{}))
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

func TestEveryPatrolStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	places(t, PatrolStatus("").Values(), map[PatrolStatus]cloud.Outcome{
		PatrolStatusPending: pending, PatrolStatusInProgress: pending, PatrolStatusCompleted: succeeded, PatrolStatusFailed: failed,
	}, func(s PatrolStatus) cloud.Verdict { return judgePatrol(new(wait.Course), &PatrolReport{Status: s}) })
	assert.Equal(t, "no diagnosis", judgePatrol(new(wait.Course), &PatrolReport{Status: PatrolStatusFailed, ErrorMessage: "no diagnosis"}).Reason)
}

// TestPatrolsNeedAReport is that a wait for the report of a day is refused before it looks.
func TestPatrolsNeedAReport(t *testing.T) {
	t.Parallel()
	c, err := New(cloud.Config{Region: "cn-hangzhou"}, WithWorkspace("w"), WithNamespace("n"))
	require.NoError(t, err)
	_, err = c.UntilPatrolCompleted(GetPatrolReportDetailRequest{Date: "today"}).Wait(t.Context())
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.ErrorContains(t, err, "reportId: required")
}

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
		"state of next year":   {SQLExecution{State: "COOLING"}, pending, pending, ""},
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
			j := new(sqlExecutionOf).judge(r)
			assert.Equal(t, cloud.Verdict{State: tt.execution.State, Outcome: tt.finish, Reason: tt.reason}, j)
			assert.Equal(t, cloud.Verdict{State: tt.execution.State, Outcome: tt.stop, Reason: tt.reason}, new(sqlExecutionStop).judge(j))
		})
	}
	for _, nothing := range []*SQLExecutionFetchResult{nil, {}} {
		j := new(sqlExecutionOf).judge(&FetchSQLExecutionResultResponse{Data: nothing})
		assert.Equal(t, cloud.Verdict{}, j)
		assert.Equal(t, cloud.Verdict{}, new(sqlExecutionStop).judge(j))
	}
}

// TestStartsThatNameNothing has answers to starts that cannot be followed.
func TestStartsThatNameNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		data  string
		begin func(ctx context.Context, c *Client) error
		kind  cloud.Kind
		says  string
	}{
		{"job", `{}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginStartJobWithParams(ctx, StartJobWithParamsRequest{JobStartParameters: JobStartParameters{DeploymentID: "d"}})
			return err
		}, cloud.ErrTransport, "it has no data.jobId"},
		{"job the old way", `null`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginStartJob(ctx, StartJobRequest{StartJobParameters: StartJobParameters{DeploymentID: "d"}})
			return err
		}, cloud.ErrTransport, "it has no data.jobId"},
		{"hot update", `{"status":{}}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginHotUpdateJob(ctx, HotUpdateJobRequest{JobID: "j"})
			return err
		}, cloud.ErrTransport, "it has no data.jobHotUpdateId"},
		{"savepoint", `{}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginCreateSavepoint(ctx, CreateSavepointRequest{DeploymentID: "d"})
			return err
		}, cloud.ErrTransport, "it has no data.savepointId"},
		{"deployment of a draft", `null`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginDeployDeploymentDraftAsync(ctx, DeployDeploymentDraftAsyncRequest{DraftDeployParams: DraftDeployParams{DeploymentDraftID: "d"}})
			return err
		}, cloud.ErrTransport, "it has no data.ticketId"},
		{"check of a draft", `{}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginValidateDeploymentDraftAsync(ctx, ValidateDeploymentDraftAsyncRequest{DraftValidateParams: DraftValidateParams{DeploymentDraftID: "d"}})
			return err
		}, cloud.ErrTransport, "it has no data.ticketId"},
		{"resource plan", `{}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginGenerateResourcePlanWithFlinkConfAsync(ctx, GenerateResourcePlanWithFlinkConfAsyncRequest{DeploymentID: "d"})
			return err
		}, cloud.ErrTransport, "it has no data.ticketId"},
		{"patrol", `{"status":"PENDING"}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginTriggerPatrol(ctx, TriggerPatrolRequest{ScopeType: PatrolScopeTypeAll})
			return err
		}, cloud.ErrTransport, "it has no data.reportId"},
		{"session cluster", `null`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginStartSessionCluster(ctx, StartSessionClusterRequest{SessionClusterName: "s"})
			return err
		}, cloud.ErrTransport, "it has no data ("},
		{"script", `null`, startScript, cloud.ErrTransport, "it has no data ("},
		{"script without an id", `{"success":true,"newlyCreated":true}`, startScript, cloud.ErrTransport, "named no SQL execution"},
		{"script that did not start", `{"success":false}`, startScript, cloud.ErrConflict, "did not start the script"},
		{"script that runs", `{"success":true,"newlyCreated":false,"sqlExecutionId":"run-1"}`, startScript, cloud.ErrConflict, "the execution run-1 of the script is not over yet"},
		{"execution that cannot be stopped", `{"success":false,"message":"it is over"}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginStopSQLExecution(ctx, StopSQLExecutionRequest{SQLExecutionID: "run-1"})
			return err
		}, cloud.ErrConflict, "did not stop the execution: it is over"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			service := &answering{answer: `{"requestId":"r-1","success":true,"httpCode":200,"data":` + tt.data + `}`}
			err := tt.begin(t.Context(), clientOf(t, service))
			require.ErrorIs(t, err, tt.kind)
			assert.ErrorContains(t, err, tt.says)
			var call *cloud.Error
			require.ErrorAs(t, err, &call)
			assert.Equal(t, "r-1", call.RequestID)
		})
	}
}

// TestResponsesAboutSomethingElse has responses to starts, or to the read before them, that show another parent than
// was asked for: the id in them is not that of what was started.
func TestResponsesAboutSomethingElse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		data  string
		begin func(ctx context.Context, c *Client) error
		says  string
	}{
		{"hot update of another job", `{"jobHotUpdateId":"h","jobId":"k"}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginHotUpdateJob(ctx, HotUpdateJobRequest{JobID: "j"})
			return err
		}, `is about job "k"`},
		{"job of another deployment", `{"jobId":"j","deploymentId":"e"}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginStartJobWithParams(ctx, StartJobWithParamsRequest{JobStartParameters: JobStartParameters{DeploymentID: "d"}})
			return err
		}, `is about deployment "e"`},
		{"job of another deployment, the old way", `{"jobId":"j","deploymentId":"e"}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginStartJob(ctx, StartJobRequest{StartJobParameters: StartJobParameters{DeploymentID: "d"}})
			return err
		}, `is about deployment "e"`},
		{"savepoint of another deployment", `{"savepointId":"s","deploymentId":"e"}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginCreateSavepoint(ctx, CreateSavepointRequest{DeploymentID: "d"})
			return err
		}, `is about deployment "e"`},
		{"another session cluster", `{"name":"t","sessionClusterId":"i","status":{"currentSessionClusterStatus":"RUNNING"}}`, func(ctx context.Context, c *Client) error {
			_, err := c.BeginStopSessionCluster(ctx, StopSessionClusterRequest{SessionClusterName: "s"})
			return err
		}, `is about session cluster "t"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			service := &answering{answer: `{"requestId":"r-1","success":true,"httpCode":200,"data":` + tt.data + `}`}
			err := tt.begin(t.Context(), clientOf(t, service))
			require.ErrorIs(t, err, cloud.ErrTransport)
			assert.ErrorContains(t, err, tt.says)
			var call *cloud.Error
			require.ErrorAs(t, err, &call)
			assert.Equal(t, "r-1", call.RequestID)
			assert.Equal(t, call.Operation != "GetSessionCluster", call.MaybeExecuted, "what the service accepted it may have carried out")
		})
	}
}

func startScript(ctx context.Context, c *Client) error {
	_, err := c.BeginStartSQLExecution(ctx, StartSQLExecutionRequest{StartSQLExecutionParameters: StartSQLExecutionParameters{SQLFileID: "f"}})
	return err
}

// clientOf is a client whose calls a service answers.
func clientOf(t *testing.T, service http.RoundTripper) *Client {
	t.Helper()
	c, err := New(cloud.Config{
		Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", ""), HTTPClient: &http.Client{Transport: service},
	}, WithWorkspace("w"), WithNamespace("n"))
	require.NoError(t, err)
	return c
}

// TestForgedTokens is that a token which names nothing is refused before anything is sent.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	states := map[string]interface{ Check() error }{
		"jobId":              &jobOf{Namespace: "n", Workspace: "w"},
		"namespace":          &jobOf{JobID: "j", Workspace: "w"},
		"workspace":          &jobOf{JobID: "j", Namespace: "n"},
		"jobId of a stop":    &jobStopState{Strategy: StopStrategyWithSavepoint},
		"jobHotUpdateId":     &hotUpdateOf{Namespace: "n", Workspace: "w"},
		"savepointId":        &savepointOf{Namespace: "n", Workspace: "w"},
		"ticketId":           &ticketOf{Namespace: "n", Workspace: "w"},
		"sqlExecutionId":     &sqlExecutionOf{Namespace: "n", Workspace: "w"},
		"reportId":           &patrolOf{Namespace: "n", Workspace: "w"},
		"sessionClusterName": &sessionClusterState{Before: sessionClusterLook{State: SessionClusterStateStopped}},
	}
	for name, state := range states {
		name, _, _ = strings.Cut(name, " ")
		assert.EqualError(t, state.Check(), "has no "+name)
	}
	for _, state := range []interface{ Check() error }{
		&jobOf{"j", "n", "w"}, &jobStopState{Job: jobOf{"j", "n", "w"}}, &hotUpdateOf{"h", "n", "w"}, &savepointOf{"s", "n", "w"},
		&ticketOf{"t", "n", "w"}, &sqlExecutionOf{"x", "n", "w"}, &patrolOf{"r", "n", "w"},
		&sessionClusterState{Cluster: sessionClusterOf{"s", "n", "w"}},
	} {
		assert.NoError(t, state.Check(), "%T", state)
	}
}

// TestTokensHoldWhereAndWhat is that a token holds the client's workspace and namespace, so that a client
// with others can resume it, and nothing that a start was told to run.
func TestTokensHoldWhereAndWhat(t *testing.T) {
	t.Parallel()
	service := &answering{answer: `{"requestId":"r","success":true,"httpCode":200,"data":{"success":true,"newlyCreated":true,"sqlExecutionId":"run-1"}}`}
	w, err := clientOf(t, service).BeginStartSQLExecution(t.Context(), StartSQLExecutionRequest{
		StartSQLExecutionParameters: StartSQLExecutionParameters{SQLFileID: "f", SQLScript: "SELECT 'secret';"},
	})
	require.NoError(t, err)
	var state sqlExecutionOf
	_, err = cloud.DecodeToken(w.Token(), clientOf(t, service).api.Token("StartSqlExecution", time.Time{}), &state)
	require.NoError(t, err)
	assert.Equal(t, sqlExecutionOf{"run-1", "n", "w"}, state)
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(w.Token(), ".")[3])
	require.NoError(t, err)
	assert.NotContains(t, string(payload), "secret")
}
