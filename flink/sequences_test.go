package flink

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// object is a JSON object of the service.
type object = map[string]any

// shown is what reads show from some time after the start on, negative before it: data, or "" for an object that is
// not found, or a page of a gateway.
type shown struct {
	from time.Duration
	data any
}

// sequence is a service whose operations show one thing after another.
type sequence struct {
	t       *testing.T
	start   string // the operation that starts the change
	began   time.Time
	reads   map[string][]shown
	started any // the data of the response to the start
}

func (s *sequence) RoundTrip(r *http.Request) (*http.Response, error) {
	operation := r.Header.Get("X-Acs-Action")
	if operation == s.start {
		s.began = time.Now()
		return s.response(r, s.started), nil
	}
	since := -time.Second
	if !s.began.IsZero() {
		since = time.Since(s.began)
	}
	steps, ok := s.reads[operation]
	require.True(s.t, ok, "no script for %s", operation)
	now := steps[0].data
	for _, step := range steps {
		if since >= step.from {
			now = step.data
		}
	}
	return s.response(r, now), nil
}

func (s *sequence) response(r *http.Request, data any) *http.Response {
	body := object{"requestId": "r", "success": true, "httpCode": 200, "data": data}
	if list, ok := data.([]any); ok {
		body["totalSize"] = len(list)
	}
	if data == gone {
		body = object{"requestId": "r", "success": false, "httpCode": 200, "errorCode": "990301", "errorMessage": "it does not exist"}
	}
	encoded, err := json.Marshal(body)
	require.NoError(s.t, err)
	return response(r, 200, string(encoded))
}

// gone is an object that the service does not find.
const gone = "gone"

// kindOfChange is one way to start a change, with its reads.
type kindOfChange struct {
	start, read string
	started     any
	within      time.Duration
	begin       func(ctx context.Context, c *Client) (cloud.AnyWaiter, error)
}

func withStatus(id, name string, status object) object { return object{id: name, "status": status} }

func failure(message string) object {
	return object{"reason": "Why", "message": message, "failedAt": 900}
}

// job is a job in a state, with a failure if there is a message for it.
func job(state string, message ...string) object {
	status := object{"currentJobStatus": state}
	if len(message) > 0 {
		status["failure"] = failure(message[0])
	}
	return withStatus("jobId", "j", status)
}

func hot(status string, message ...string) object {
	s := object{"status": status}
	if len(message) > 0 {
		s["failure"] = failure(message[0])
	}
	return withStatus("jobHotUpdateId", "h", s)
}

func savepoint(state string, message ...string) object {
	s := object{"state": state}
	if len(message) > 0 {
		s["failure"] = failure(message[0])
	}
	return withStatus("savepointId", "sp", s)
}

func ticket(status string, success bool, message string) object {
	return object{"ticketStatus": status, "success": success, "message": message}
}

func plan(status, plan string) object {
	return object{"ticketStatus": status, "plan": plan, "message": ""}
}

func execution(state string) object {
	return object{"sqlExecution": object{"sqlExecutionId": "x", "state": state}}
}

func reports(status string) object {
	if status == "" {
		return object{"items": []any{}, "total": 0, "page": 1, "size": 200}
	}
	return object{"items": []any{object{"reportId": "rep", "status": status}}, "total": 1, "page": 1, "size": 200}
}

// of is an object of the service with other members.
func of(o object, pairs ...any) object {
	out := object{}
	maps.Copy(out, o)
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

var kindsOfChange = map[string]kindOfChange{
	"start": {"StartJobWithParams", "GetJob", job("STARTING"), startWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginStartJobWithParams(ctx, StartJobWithParamsRequest{JobStartParameters: JobStartParameters{DeploymentID: "d"}})
	}},
	"old start": {"StartJob", "GetJob", job("STARTING"), startWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginStartJob(ctx, StartJobRequest{StartJobParameters: StartJobParameters{DeploymentID: "d"}})
	}},
	"stop": {"StopJob", "GetJob", job("RUNNING"), stateWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginStopJob(ctx, StopJobRequest{JobID: "j", StopJobParameters: StopJobParameters{StopStrategy: StopStrategyWithSavepoint}})
	}},
	"until stopped": {"", "GetJob", nil, stateWithin, func(_ context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.UntilJobStopped(GetJobRequest{JobID: "j"}), nil
	}},
	"until finished": {"", "GetJob", nil, runWithin, func(_ context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.UntilJobFinished(GetJobRequest{JobID: "j"}), nil
	}},
	"hot update": {"HotUpdateJob", "GetHotUpdateJobResult", object{"jobHotUpdateId": "h", "jobId": "j"}, ticketWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginHotUpdateJob(ctx, HotUpdateJobRequest{JobID: "j"})
	}},
	"savepoint": {"CreateSavepoint", "GetSavepoint", savepoint("STARTED"), stateWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginCreateSavepoint(ctx, CreateSavepointRequest{DeploymentID: "d"})
	}},
	"draft": {"DeployDeploymentDraftAsync", "GetDeployDeploymentDraftResult", object{"ticketId": "t"}, ticketWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginDeployDeploymentDraftAsync(ctx, DeployDeploymentDraftAsyncRequest{DraftDeployParams: DraftDeployParams{DeploymentDraftID: "d"}})
	}},
	"check": {"ValidateDeploymentDraftAsync", "GetValidateDeploymentDraftResult", object{"ticketId": "t"}, ticketWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginValidateDeploymentDraftAsync(ctx, ValidateDeploymentDraftAsyncRequest{DraftValidateParams: DraftValidateParams{DeploymentDraftID: "d"}})
	}},
	"plan": {"GenerateResourcePlanWithFlinkConfAsync", "GetGenerateResourcePlanResult", object{"ticketId": "t"}, ticketWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginGenerateResourcePlanWithFlinkConfAsync(ctx, GenerateResourcePlanWithFlinkConfAsyncRequest{DeploymentID: "d"})
	}},
	"script": {"StartSqlExecution", "FetchSqlExecutionResult", object{"success": true, "newlyCreated": true, "sqlExecutionId": "x"}, runWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginStartSQLExecution(ctx, StartSQLExecutionRequest{StartSQLExecutionParameters: StartSQLExecutionParameters{SQLFileID: "f"}})
	}},
	"stop of a script": {"StopSqlExecution", "FetchSqlExecutionResult", object{"success": true}, startWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginStopSQLExecution(ctx, StopSQLExecutionRequest{SQLExecutionID: "x"})
	}},
	"patrol": {"TriggerPatrol", "ListPatrolReports", object{"reportId": "rep"}, stateWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginTriggerPatrol(ctx, TriggerPatrolRequest{ScopeType: PatrolScopeTypeAll})
	}},
	"cluster start": {"StartSessionCluster", "GetSessionCluster", nil, startWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginStartSessionCluster(ctx, StartSessionClusterRequest{SessionClusterName: "shared"})
	}},
	"cluster stop": {"StopSessionCluster", "GetSessionCluster", nil, startWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginStopSessionCluster(ctx, StopSessionClusterRequest{SessionClusterName: "shared"})
	}},
	"cluster update":                    {"UpdateSessionCluster", "GetSessionCluster", of(cluster("RUNNING", 200), "engineVersion", "v2"), startWithin, updateCluster},
	"cluster update without a time":     {"UpdateSessionCluster", "GetSessionCluster", object{"name": "shared"}, startWithin, updateCluster},
	"cluster update in the same second": {"UpdateSessionCluster", "GetSessionCluster", of(cluster("RUNNING", 100), "engineVersion", "v2"), startWithin, updateCluster},
	"cluster deletion": {"DeleteSessionCluster", "GetSessionCluster", nil, startWithin, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.BeginDeleteSessionCluster(ctx, DeleteSessionClusterRequest{SessionClusterName: "shared"})
	}},
	"until the cluster runs": {"", "GetSessionCluster", nil, startWithin, func(_ context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.UntilSessionClusterRunning(GetSessionClusterRequest{SessionClusterName: "shared"}), nil
	}},
	"until the cluster is stopped": {"", "GetSessionCluster", nil, startWithin, func(_ context.Context, c *Client) (cloud.AnyWaiter, error) {
		return c.UntilSessionClusterStopped(GetSessionClusterRequest{SessionClusterName: "shared"}), nil
	}},
}

func updateCluster(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
	return c.BeginUpdateSessionCluster(ctx, UpdateSessionClusterRequest{SessionClusterName: "shared", SessionCluster: SessionCluster{EngineVersion: "v2"}})
}

const sec = time.Second

// hostile is a sequence of what a service may show of a change, with the end that a wait must have.
type hostile struct {
	name, change string
	reads        []shown
	end          string        // outcome and reason
	from         time.Duration // when the wait may end at the earliest
}

// hostileSequences are sequences of what a service may show of all but session clusters.
var hostileSequences = []hostile{
	// Jobs.
	{"live", "start", []shown{{0, gone}, {40 * sec, job("STARTING")}, {90 * sec, job("RUNNING")}}, "succeeded", 90 * sec},
	{"fails", "start", []shown{{0, job("STARTING")}, {90 * sec, job("FAILED", "no slots")}}, "failed: Why: no slots", 90 * sec},
	{"stopped by another caller", "start", []shown{{0, job("STARTING")}, {20 * sec, job("CANCELLING")}, {90 * sec, job("CANCELLED")}}, "canceled", 90 * sec},
	{"stop that was abandoned", "start", []shown{{0, job("STARTING")}, {20 * sec, job("CANCELLING")}, {90 * sec, job("RUNNING")}}, "succeeded", 90 * sec},
	{"another id", "start", []shown{{0, of(job("RUNNING"), "jobId", "other")}, {90 * sec, job("FAILED", "no slots")}}, "failed: Why: no slots", 90 * sec},
	{"another id each time", "start", []shown{{0, of(job("RUNNING"), "jobId", "other")}}, "pending", 0},
	{"deleted", "start", []shown{{0, job("STARTING")}, {90 * sec, gone}}, "not found", 90 * sec},
	{"never starts", "old start", []shown{{0, job("STARTING")}}, "pending", 0},
	{"another id", "until finished", []shown{{0, of(job("FINISHED"), "jobId", "other")}, {90 * sec, job("FINISHED")}}, "succeeded", 90 * sec},
	{"runs on", "until finished", []shown{{0, job("RUNNING")}}, "pending", 0},

	{"stale", "stop", []shown{{0, job("RUNNING")}, {300 * sec, job("CANCELLING")}, {400 * sec, job("CANCELLED")}}, "succeeded", 400 * sec},
	{"stale in between", "stop", []shown{{0, job("CANCELLING")}, {30 * sec, job("RUNNING")}, {50 * sec, job("CANCELLING")}, {90 * sec, job("CANCELLED")}}, "succeeded", 90 * sec},
	{"abandoned", "stop", []shown{{0, job("CANCELLING")}, {60 * sec, job("RUNNING")}}, "failed: the job runs again: savepoint sp: Why: no space", 90 * sec},
	{"abandoned, and says why", "stop", []shown{{0, job("CANCELLING")}, {60 * sec, job("RUNNING", "timed out")}}, "failed: the job runs again: Why: timed out", 90 * sec},
	{"abandoned before it started", "stop", []shown{{0, job("CANCELLING")}, {60 * sec, job("STARTING")}}, "failed: the job runs again: savepoint sp: Why: no space", 90 * sec},
	{"abandoned for a while", "stop", []shown{{0, job("CANCELLING")}, {60 * sec, job("RUNNING")}, {80 * sec, job("CANCELLING")}, {90 * sec, job("FAILED", "lost")}}, "failed: Why: lost", 90 * sec},
	{"never seen under way", "stop", []shown{{0, job("RUNNING")}}, "pending", 0},
	{"another id", "stop", []shown{{0, of(job("CANCELLED"), "jobId", "other")}, {90 * sec, job("CANCELLED")}}, "succeeded", 90 * sec},
	{"another id abandoned", "stop", []shown{{0, job("CANCELLING")}, {40 * sec, of(job("RUNNING"), "jobId", "other")}, {120 * sec, job("CANCELLED")}}, "succeeded", 120 * sec},
	{"abandoned", "until stopped", []shown{{0, job("RUNNING")}, {20 * sec, job("CANCELLING")}, {60 * sec, job("RUNNING", "timed out")}}, "failed: the job runs again: Why: timed out", 90 * sec},

	// What has an id of its own.
	{"live", "hot update", []shown{{0, gone}, {50 * sec, nil}, {60 * sec, hot("HOT_UPDATING")}, {100 * sec, hot("HOT_UPDATED", "minor")}}, "succeeded", 100 * sec},
	{"another id", "hot update", []shown{{0, of(hot("HOT_UPDATED"), "jobHotUpdateId", "other")}, {60 * sec, hot("FAILED", "no slots")}}, "failed: Why: no slots", 60 * sec},
	{"another id each time", "hot update", []shown{{0, of(hot("HOT_UPDATED"), "jobHotUpdateId", "other")}}, "pending", 0},
	{"abandoned", "hot update", []shown{{0, hot("INIT")}, {20 * sec, hot("HOT_UPDATING")}, {60 * sec, hot("INIT", "no slots")}}, "failed: the hot update was abandoned and is back in its initial state: Why: no slots", 90 * sec},
	{"stale in between", "hot update", []shown{{0, hot("HOT_UPDATING")}, {20 * sec, hot("INIT")}, {40 * sec, hot("HOT_UPDATING")}, {90 * sec, hot("HOT_UPDATED")}}, "succeeded", 90 * sec},
	{"never begins", "hot update", []shown{{0, hot("INIT")}}, "pending", 0},
	{"fails", "savepoint", []shown{{0, savepoint("STARTED")}, {60 * sec, savepoint("FAILED", "no space")}}, "failed: Why: no space", 60 * sec},
	{"another id", "savepoint", []shown{{0, of(savepoint("COMPLETED"), "savepointId", "other")}, {60 * sec, savepoint("FAILED", "no space")}}, "failed: Why: no space", 60 * sec},
	{"never ends", "savepoint", []shown{{0, savepoint("STARTED")}}, "pending", 0},
	{"deleted", "savepoint", []shown{{0, savepoint("STARTED")}, {60 * sec, gone}}, "not found", 60 * sec},
	{"live", "draft", []shown{{0, ticket("EXECUTING", false, "")}, {60 * sec, ticket("FINISHED", true, "")}}, "succeeded", 60 * sec},
	{"refused", "draft", []shown{{0, ticket("EXECUTING", false, "")}, {60 * sec, ticket("FINISHED", false, "bad SQL")}}, "failed: bad SQL", 60 * sec},
	{"finished before it says how", "draft", []shown{{0, ticket("FINISHED", false, "")}, {20 * sec, ticket("FINISHED", true, "")}}, "succeeded", 20 * sec},
	{"finished without a reason", "draft", []shown{{0, ticket("FINISHED", false, "")}}, "failed", 30 * sec},
	{"abandoned", "draft", []shown{{0, ticket("EXECUTING", false, "")}, {60 * sec, ticket("INIT", false, "restarted")}}, "failed: the work was abandoned and is back in its initial state: restarted", 90 * sec},
	{"never ends", "draft", []shown{{0, ticket("EXECUTING", false, "")}}, "pending", 0},
	{"abandoned", "check", []shown{{0, ticket("EXECUTING", false, "")}, {60 * sec, ticket("INIT", false, "")}}, "failed: the work was abandoned and is back in its initial state", 90 * sec},
	{"stale in between", "check", []shown{{0, ticket("EXECUTING", false, "")}, {20 * sec, ticket("INIT", false, "")}, {40 * sec, ticket("FINISHED", true, "")}}, "succeeded", 40 * sec},
	{"finished before it has a plan", "plan", []shown{{0, plan("FINISHED", "")}, {20 * sec, plan("FINISHED", "{}")}}, "succeeded", 20 * sec},
	{"finished without a plan", "plan", []shown{{0, plan("FINISHED", "")}}, "failed: the work is finished without a plan", 30 * sec},
	{"abandoned", "plan", []shown{{0, plan("EXECUTING", "")}, {60 * sec, plan("INIT", "")}}, "failed: the work was abandoned and is back in its initial state", 90 * sec},

	// Scripts.
	{"another id", "script", []shown{{0, object{"sqlExecution": object{"sqlExecutionId": "other", "state": "FINISHED"}}}, {60 * sec, execution("FAILED")}}, "failed", 60 * sec},
	{"stop that was abandoned", "script", []shown{{0, execution("RUNNING")}, {20 * sec, execution("CANCELLING")}, {60 * sec, execution("RUNNING")}, {400 * sec, execution("FINISHED")}}, "succeeded", 400 * sec},
	{"never ends", "script", []shown{{0, execution("RUNNING")}}, "pending", 0},
	{"stale", "stop of a script", []shown{{0, execution("RUNNING")}, {300 * sec, execution("CANCELLING")}, {400 * sec, execution("CANCELED")}}, "succeeded", 400 * sec},
	{"abandoned", "stop of a script", []shown{{0, execution("CANCELLING")}, {60 * sec, execution("RUNNING")}}, "failed: the execution runs again", 90 * sec},
	{"abandoned, in an unknown state", "stop of a script", []shown{{0, execution("BUSY")}, {20 * sec, execution("CANCELING")}, {60 * sec, execution("BUSY")}}, "failed: the execution runs again", 90 * sec},
	{"goes through an unknown state", "stop of a script", []shown{{0, execution("RUNNING")}, {20 * sec, execution("CANCELLING")}, {60 * sec, execution("SWEEPING")}, {300 * sec, execution("CANCELLED")}}, "succeeded", 300 * sec},
	{"another id", "stop of a script", []shown{{0, object{"sqlExecution": object{"sqlExecutionId": "other", "state": "CANCELLED"}}}}, "pending", 0},

	// Patrols.
	{"live", "patrol", []shown{{0, reports("")}, {20 * sec, reports("PENDING")}, {60 * sec, reports("COMPLETED")}}, "succeeded", 60 * sec},
	{"abandoned", "patrol", []shown{{0, reports("IN_PROGRESS")}, {60 * sec, reports("PENDING")}}, "failed: the patrol was abandoned and is back in its initial state", 90 * sec},
	{"missing from one list", "patrol", []shown{{0, reports("IN_PROGRESS")}, {600 * sec, reports("")}, {630 * sec, reports("IN_PROGRESS")}, {900 * sec, reports("COMPLETED")}}, "succeeded", 900 * sec},
	{"missing from all lists", "patrol", []shown{{0, reports("IN_PROGRESS")}, {600 * sec, reports("")}}, "not found", 660 * sec},
	{"never ends", "patrol", []shown{{0, reports("IN_PROGRESS")}}, "pending", 0},
}

// TestHostileSequences walks every kind of change through what a service may show of it, in virtual time.
func TestHostileSequences(t *testing.T) {
	t.Parallel()
	walked := map[string]bool{}
	for _, tt := range slices.Concat(hostileSequences, sessionClusterSequences) {
		walked[tt.change] = true
		t.Run(tt.change+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { walk(t, tt, kindsOfChange[tt.change]) })
		})
	}
	assert.Len(t, walked, len(kindsOfChange), "every kind of change is walked")
}

func walk(t *testing.T, tt hostile, kind kindOfChange) {
	s := &sequence{t: t, start: kind.start, started: kind.started, reads: map[string][]shown{"GetJob": {{0, job("RUNNING")}}, "ListSavepoints": {{0, []any{
		of(savepoint("COMPLETED"), "savepointId", "mine", "savepointOrigin", "USER_REQUEST", "createdAt", time.Now().Unix()+1),
		of(savepoint("FAILED", "no space"), "savepointOrigin", "STOP_WITH_SAVEPOINT", "jobId", "j", "createdAt", time.Now().Unix()),
		of(savepoint("FAILED", "of yesterday"), "savepointOrigin", "STOP_WITH_SAVEPOINT", "createdAt", time.Now().Add(-24*time.Hour).Unix()),
	}}}}}
	s.reads[kind.read] = tt.reads
	if kind.start == "" {
		s.began = time.Now()
	}
	w, err := kind.begin(t.Context(), clientOf(t, s))
	require.NoError(t, err)
	began := time.Now()
	_, err = w.WaitAny(t.Context())
	took := time.Since(began)
	assert.Equal(t, tt.end, endOf(err), "after %s: %v", took, err)
	assert.GreaterOrEqual(t, took, tt.from)
	if tt.end == "pending" {
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, kind.within, took, "the longest time")
		return
	}
	assert.Less(t, took, tt.from+tt.from/4+time.Minute, "not much later")
}

// endOf is how a wait ended: its outcome with the reason, or the kind of the error that ended it early.
func endOf(err error) string {
	var wait *cloud.WaitError
	switch {
	case err == nil:
		return "succeeded"
	case !errors.As(err, &wait):
		return err.Error()
	case wait.Outcome != cloud.Pending && wait.Superseded != strings.HasPrefix(wait.Reason, "superseded: "):
		return "marked wrongly: " + err.Error()
	case wait.Outcome != cloud.Pending:
		return join(": ", wait.Outcome.String(), wait.Reason)
	case errors.Is(err, context.DeadlineExceeded):
		return "pending"
	}
	return string(cloud.KindOf(err))
}
