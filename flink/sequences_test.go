package flink

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
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
	require.True(s.t, ok, "nothing is known of %s", operation)
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
	if data == gone {
		body = object{"requestId": "r", "success": false, "httpCode": 200, "errorCode": "990301", "errorMessage": "it does not exist"}
	}
	text, err := json.Marshal(body)
	require.NoError(s.t, err)
	return &http.Response{
		StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(text))), ContentLength: int64(len(text)), Request: r,
	}
}

// gone is an object that the service does not find.
const gone = "gone"

// anyWaiter is a waiter without its type.
type anyWaiter struct {
	token string
	wait  func(ctx context.Context) error
}

func untyped[T any](w *cloud.Waiter[T], err error) (anyWaiter, error) {
	if err != nil {
		return anyWaiter{}, err
	}
	return anyWaiter{w.Token(), func(ctx context.Context) error { _, err := w.Wait(ctx); return err }}, nil
}

// kindOfChange is one way to start a change, with its reads.
type kindOfChange struct {
	start, read string
	started     any
	within      time.Duration
	begin       func(ctx context.Context, c *Client) (anyWaiter, error)
}

func withStatus(id, name string, status object) object { return object{id: name, "status": status} }

func failure(words string) object { return object{"reason": "Why", "message": words, "failedAt": 900} }

// job is a job in a state, with a failure if there are words for it.
func job(state string, words ...string) object {
	status := object{"currentJobStatus": state}
	if len(words) > 0 {
		status["failure"] = failure(words[0])
	}
	return withStatus("jobId", "j", status)
}

func hot(status string, words ...string) object {
	s := object{"status": status}
	if len(words) > 0 {
		s["failure"] = failure(words[0])
	}
	return withStatus("jobHotUpdateId", "h", s)
}

func savepoint(state string, words ...string) object {
	s := object{"state": state}
	if len(words) > 0 {
		s["failure"] = failure(words[0])
	}
	return withStatus("savepointId", "sp", s)
}

func ticket(status string, success bool, message string) object {
	return object{"ticketStatus": status, "success": success, "message": message}
}

func plan(status, plan, message string) object {
	return object{"ticketStatus": status, "plan": plan, "message": message}
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
	for k, v := range o {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

// cluster is a session cluster that was last changed, and came to its state, at a time.
func cluster(state string, at int64, words ...string) object {
	status := object{"currentSessionClusterStatus": state}
	if state == "RUNNING" {
		status["running"] = object{"startedAt": at}
	}
	if len(words) > 0 {
		status["failure"] = object{"message": words[0], "failedAt": at}
	}
	return object{"sessionClusterId": "c1", "name": "shared", "createdAt": 50, "modifiedAt": at, "status": status, "engineVersion": "v1"}
}

// untimed is a session cluster that does not say when it came to its state.
func untimed(state string, modified int64, words ...string) object {
	status := object{"currentSessionClusterStatus": state}
	if len(words) > 0 {
		status["failure"] = object{"message": words[0]}
	}
	return object{"sessionClusterId": "c1", "name": "shared", "createdAt": 50, "modifiedAt": modified, "status": status, "engineVersion": "v1"}
}

var kindsOfChange = map[string]kindOfChange{
	"start": {"StartJobWithParams", "GetJob", job("STARTING"), withinStart, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginStartJobWithParams(ctx, StartJobWithParamsRequest{JobStartParameters: JobStartParameters{DeploymentID: "d"}}))
	}},
	"old start": {"StartJob", "GetJob", job("STARTING"), withinStart, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginStartJob(ctx, StartJobRequest{StartJobParameters: StartJobParameters{DeploymentID: "d"}}))
	}},
	"stop": {"StopJob", "GetJob", job("RUNNING"), withinState, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginStopJob(ctx, StopJobRequest{JobID: "j", StopJobParameters: StopJobParameters{StopStrategy: StopStrategyWithSavepoint}}))
	}},
	"until stopped": {"", "GetJob", nil, withinState, func(_ context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.UntilJobStopped(GetJobRequest{JobID: "j"}), nil)
	}},
	"until finished": {"", "GetJob", nil, withinRun, func(_ context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.UntilJobFinished(GetJobRequest{JobID: "j"}), nil)
	}},
	"hot update": {"HotUpdateJob", "GetHotUpdateJobResult", object{"jobHotUpdateId": "h", "jobId": "j"}, withinTicket, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginHotUpdateJob(ctx, HotUpdateJobRequest{JobID: "j"}))
	}},
	"savepoint": {"CreateSavepoint", "GetSavepoint", savepoint("STARTED"), withinState, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginCreateSavepoint(ctx, CreateSavepointRequest{DeploymentID: "d"}))
	}},
	"draft": {"DeployDeploymentDraftAsync", "GetDeployDeploymentDraftResult", object{"ticketId": "t"}, withinTicket, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginDeployDeploymentDraftAsync(ctx, DeployDeploymentDraftAsyncRequest{DraftDeployParams: DraftDeployParams{DeploymentDraftID: "d"}}))
	}},
	"check": {"ValidateDeploymentDraftAsync", "GetValidateDeploymentDraftResult", object{"ticketId": "t"}, withinTicket, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginValidateDeploymentDraftAsync(ctx, ValidateDeploymentDraftAsyncRequest{DraftValidateParams: DraftValidateParams{DeploymentDraftID: "d"}}))
	}},
	"plan": {"GenerateResourcePlanWithFlinkConfAsync", "GetGenerateResourcePlanResult", object{"ticketId": "t"}, withinTicket, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginGenerateResourcePlanWithFlinkConfAsync(ctx, GenerateResourcePlanWithFlinkConfAsyncRequest{DeploymentID: "d"}))
	}},
	"script": {"StartSqlExecution", "FetchSqlExecutionResult", object{"success": true, "newlyCreated": true, "sqlExecutionId": "x"}, withinRun, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginStartSQLExecution(ctx, StartSQLExecutionRequest{StartSQLExecutionParameters: StartSQLExecutionParameters{SQLFileID: "f"}}))
	}},
	"stop of a script": {"StopSqlExecution", "FetchSqlExecutionResult", object{"success": true}, withinStart, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginStopSQLExecution(ctx, StopSQLExecutionRequest{SQLExecutionID: "x"}))
	}},
	"patrol": {"TriggerPatrol", "ListPatrolReports", object{"reportId": "rep"}, withinState, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginTriggerPatrol(ctx, TriggerPatrolRequest{ScopeType: PatrolScopeTypeAll}))
	}},
	"cluster start": {"StartSessionCluster", "GetSessionCluster", nil, withinStart, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginStartSessionCluster(ctx, StartSessionClusterRequest{SessionClusterName: "shared"}))
	}},
	"cluster stop": {"StopSessionCluster", "GetSessionCluster", nil, withinStart, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginStopSessionCluster(ctx, StopSessionClusterRequest{SessionClusterName: "shared"}))
	}},
	"cluster update":                    {"UpdateSessionCluster", "GetSessionCluster", of(cluster("RUNNING", 200), "engineVersion", "v2"), withinStart, updateCluster},
	"cluster update without a time":     {"UpdateSessionCluster", "GetSessionCluster", object{"name": "shared"}, withinStart, updateCluster},
	"cluster update in the same second": {"UpdateSessionCluster", "GetSessionCluster", of(cluster("RUNNING", 100), "engineVersion", "v2"), withinStart, updateCluster},
	"cluster deletion": {"DeleteSessionCluster", "GetSessionCluster", nil, withinStart, func(ctx context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.BeginDeleteSessionCluster(ctx, DeleteSessionClusterRequest{SessionClusterName: "shared"}))
	}},
	"until the cluster runs": {"", "GetSessionCluster", nil, withinStart, func(_ context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.UntilSessionClusterRunning(GetSessionClusterRequest{SessionClusterName: "shared"}), nil)
	}},
	"until the cluster is stopped": {"", "GetSessionCluster", nil, withinStart, func(_ context.Context, c *Client) (anyWaiter, error) {
		return untyped(c.UntilSessionClusterStopped(GetSessionClusterRequest{SessionClusterName: "shared"}), nil)
	}},
}

func updateCluster(ctx context.Context, c *Client) (anyWaiter, error) {
	return untyped(c.BeginUpdateSessionCluster(ctx, UpdateSessionClusterRequest{SessionClusterName: "shared", SessionCluster: SessionCluster{EngineVersion: "v2"}}))
}

const sec = time.Second

// hostile is a sequence of what a service may show of a change, with the end that is true.
type hostile struct {
	name, change string
	reads        []shown
	end          string        // outcome and reason
	from         time.Duration // when the end may be told at the earliest
}

func v2(o object) object { return of(o, "engineVersion", "v2") }

func another(o object, created int64) object {
	return of(o, "sessionClusterId", "c2", "createdAt", created)
}

var hostileSequences = []hostile{
	// Jobs.
	{"live", "start", []shown{{0, gone}, {40 * sec, job("STARTING")}, {90 * sec, job("RUNNING")}}, "succeeded", 90 * sec},
	{"fails", "start", []shown{{0, job("STARTING")}, {90 * sec, job("FAILED", "no slots")}}, "failed: Why: no slots", 90 * sec},
	{"stopped by somebody", "start", []shown{{0, job("STARTING")}, {20 * sec, job("CANCELLING")}, {90 * sec, job("CANCELLED")}}, "canceled", 90 * sec},
	{"stop that somebody gave up", "start", []shown{{0, job("STARTING")}, {20 * sec, job("CANCELLING")}, {90 * sec, job("RUNNING")}}, "succeeded", 90 * sec},
	{"another id", "start", []shown{{0, of(job("RUNNING"), "jobId", "other")}, {90 * sec, job("FAILED", "no slots")}}, "failed: Why: no slots", 90 * sec},
	{"another id for ever", "start", []shown{{0, of(job("RUNNING"), "jobId", "other")}}, "pending", 0},
	{"deleted", "start", []shown{{0, job("STARTING")}, {90 * sec, gone}}, "not found", 90 * sec},
	{"never starts", "old start", []shown{{0, job("STARTING")}}, "pending", 0},
	{"another id", "until finished", []shown{{0, of(job("FINISHED"), "jobId", "other")}, {90 * sec, job("FINISHED")}}, "succeeded", 90 * sec},
	{"runs on", "until finished", []shown{{0, job("RUNNING")}}, "pending", 0},

	{"stale", "stop", []shown{{0, job("RUNNING")}, {300 * sec, job("CANCELLING")}, {400 * sec, job("CANCELLED")}}, "succeeded", 400 * sec},
	{"stale in between", "stop", []shown{{0, job("CANCELLING")}, {30 * sec, job("RUNNING")}, {50 * sec, job("CANCELLING")}, {90 * sec, job("CANCELLED")}}, "succeeded", 90 * sec},
	{"given up", "stop", []shown{{0, job("CANCELLING")}, {60 * sec, job("RUNNING")}}, "failed: the job runs again: savepoint sp: Why: no space", 90 * sec},
	{"given up, and says why", "stop", []shown{{0, job("CANCELLING")}, {60 * sec, job("RUNNING", "timed out")}}, "failed: the job runs again: Why: timed out", 90 * sec},
	{"given up before it started", "stop", []shown{{0, job("CANCELLING")}, {60 * sec, job("STARTING")}}, "failed: the job runs again: savepoint sp: Why: no space", 90 * sec},
	{"given up for a while", "stop", []shown{{0, job("CANCELLING")}, {60 * sec, job("RUNNING")}, {80 * sec, job("CANCELLING")}, {90 * sec, job("FAILED", "lost")}}, "failed: Why: lost", 90 * sec},
	{"never seen under way", "stop", []shown{{0, job("RUNNING")}}, "pending", 0},
	{"another id", "stop", []shown{{0, of(job("CANCELLED"), "jobId", "other")}, {90 * sec, job("CANCELLED")}}, "succeeded", 90 * sec},
	{"another id given up", "stop", []shown{{0, job("CANCELLING")}, {40 * sec, of(job("RUNNING"), "jobId", "other")}, {120 * sec, job("CANCELLED")}}, "succeeded", 120 * sec},
	{"given up", "until stopped", []shown{{0, job("RUNNING")}, {20 * sec, job("CANCELLING")}, {60 * sec, job("RUNNING", "timed out")}}, "failed: the job runs again: Why: timed out", 90 * sec},

	// What has an id of its own.
	{"live", "hot update", []shown{{0, gone}, {50 * sec, nil}, {60 * sec, hot("HOT_UPDATING")}, {100 * sec, hot("HOT_UPDATED", "minor")}}, "succeeded", 100 * sec},
	{"another id", "hot update", []shown{{0, of(hot("HOT_UPDATED"), "jobHotUpdateId", "other")}, {60 * sec, hot("FAILED", "no slots")}}, "failed: Why: no slots", 60 * sec},
	{"another id for ever", "hot update", []shown{{0, of(hot("HOT_UPDATED"), "jobHotUpdateId", "other")}}, "pending", 0},
	{"given up", "hot update", []shown{{0, hot("INIT")}, {20 * sec, hot("HOT_UPDATING")}, {60 * sec, hot("INIT", "no slots")}}, "failed: the hot update was given up, it is back at its beginning: Why: no slots", 90 * sec},
	{"stale in between", "hot update", []shown{{0, hot("HOT_UPDATING")}, {20 * sec, hot("INIT")}, {40 * sec, hot("HOT_UPDATING")}, {90 * sec, hot("HOT_UPDATED")}}, "succeeded", 90 * sec},
	{"never begins", "hot update", []shown{{0, hot("INIT")}}, "pending", 0},
	{"fails", "savepoint", []shown{{0, savepoint("STARTED")}, {60 * sec, savepoint("FAILED", "no space")}}, "failed: Why: no space", 60 * sec},
	{"another id", "savepoint", []shown{{0, of(savepoint("COMPLETED"), "savepointId", "other")}, {60 * sec, savepoint("FAILED", "no space")}}, "failed: Why: no space", 60 * sec},
	{"never ends", "savepoint", []shown{{0, savepoint("STARTED")}}, "pending", 0},
	{"deleted", "savepoint", []shown{{0, savepoint("STARTED")}, {60 * sec, gone}}, "not found", 60 * sec},
	{"live", "draft", []shown{{0, ticket("EXECUTING", false, "")}, {60 * sec, ticket("FINISHED", true, "")}}, "succeeded", 60 * sec},
	{"refused", "draft", []shown{{0, ticket("EXECUTING", false, "")}, {60 * sec, ticket("FINISHED", false, "bad SQL")}}, "failed: bad SQL", 60 * sec},
	{"finished before it says how", "draft", []shown{{0, ticket("FINISHED", false, "")}, {20 * sec, ticket("FINISHED", true, "")}}, "succeeded", 20 * sec},
	{"finished without a word", "draft", []shown{{0, ticket("FINISHED", false, "")}}, "failed", 30 * sec},
	{"given up", "draft", []shown{{0, ticket("EXECUTING", false, "")}, {60 * sec, ticket("INIT", false, "restarted")}}, "failed: the work was given up, it is back at its beginning: restarted", 90 * sec},
	{"never ends", "draft", []shown{{0, ticket("EXECUTING", false, "")}}, "pending", 0},
	{"given up", "check", []shown{{0, ticket("EXECUTING", false, "")}, {60 * sec, ticket("INIT", false, "")}}, "failed: the work was given up, it is back at its beginning", 90 * sec},
	{"stale in between", "check", []shown{{0, ticket("EXECUTING", false, "")}, {20 * sec, ticket("INIT", false, "")}, {40 * sec, ticket("FINISHED", true, "")}}, "succeeded", 40 * sec},
	{"finished before it has a plan", "plan", []shown{{0, plan("FINISHED", "", "")}, {20 * sec, plan("FINISHED", "{}", "")}}, "succeeded", 20 * sec},
	{"finished without a plan", "plan", []shown{{0, plan("FINISHED", "", "")}}, "failed: the work is finished without a plan", 30 * sec},
	{"given up", "plan", []shown{{0, plan("EXECUTING", "", "")}, {60 * sec, plan("INIT", "", "")}}, "failed: the work was given up, it is back at its beginning", 90 * sec},

	// Scripts.
	{"another id", "script", []shown{{0, object{"sqlExecution": object{"sqlExecutionId": "other", "state": "FINISHED"}}}, {60 * sec, execution("FAILED")}}, "failed", 60 * sec},
	{"stop that somebody gave up", "script", []shown{{0, execution("RUNNING")}, {20 * sec, execution("CANCELLING")}, {60 * sec, execution("RUNNING")}, {400 * sec, execution("FINISHED")}}, "succeeded", 400 * sec},
	{"never ends", "script", []shown{{0, execution("RUNNING")}}, "pending", 0},
	{"stale", "stop of a script", []shown{{0, execution("RUNNING")}, {300 * sec, execution("CANCELLING")}, {400 * sec, execution("CANCELED")}}, "succeeded", 400 * sec},
	{"given up", "stop of a script", []shown{{0, execution("CANCELLING")}, {60 * sec, execution("RUNNING")}}, "failed: the execution runs again", 90 * sec},
	{"given up, in words of next year", "stop of a script", []shown{{0, execution("BUSY")}, {20 * sec, execution("CANCELING")}, {60 * sec, execution("BUSY")}}, "failed: the execution runs again", 90 * sec},
	{"goes through a state of next year", "stop of a script", []shown{{0, execution("RUNNING")}, {20 * sec, execution("CANCELLING")}, {60 * sec, execution("SWEEPING")}, {300 * sec, execution("CANCELLED")}}, "succeeded", 300 * sec},
	{"another id", "stop of a script", []shown{{0, object{"sqlExecution": object{"sqlExecutionId": "other", "state": "CANCELLED"}}}}, "pending", 0},

	// Patrols.
	{"live", "patrol", []shown{{0, reports("")}, {20 * sec, reports("PENDING")}, {60 * sec, reports("COMPLETED")}}, "succeeded", 60 * sec},
	{"given up", "patrol", []shown{{0, reports("IN_PROGRESS")}, {60 * sec, reports("PENDING")}}, "failed: the patrol was given up, it is back at its beginning", 90 * sec},
	{"missing from one list", "patrol", []shown{{0, reports("IN_PROGRESS")}, {600 * sec, reports("")}, {630 * sec, reports("IN_PROGRESS")}, {900 * sec, reports("COMPLETED")}}, "succeeded", 900 * sec},
	{"missing from all lists", "patrol", []shown{{0, reports("IN_PROGRESS")}, {600 * sec, reports("")}}, "not found", 660 * sec},
	{"never ends", "patrol", []shown{{0, reports("IN_PROGRESS")}}, "pending", 0},

	// Starts of session clusters.
	{"stale", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {300 * sec, cluster("STARTING", 101)}, {360 * sec, cluster("RUNNING", 130)}}, "succeeded", 360 * sec},
	{"nobody looked in between", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("RUNNING", 101)}}, "succeeded", 30 * sec},
	{"fails", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("STARTING", 101)}, {60 * sec, cluster("FAILED", 160, "no quota")}}, "failed: no quota", 60 * sec},
	{"stale failure", "cluster start", []shown{{-1, cluster("FAILED", 100, "old")}, {300 * sec, cluster("STARTING", 101)}, {360 * sec, cluster("RUNNING", 130)}}, "succeeded", 360 * sec},
	{"stale failure without a time", "cluster start", []shown{{-1, untimed("FAILED", 100, "old")}, {300 * sec, untimed("STARTING", 101)}, {360 * sec, untimed("RUNNING", 130)}}, "succeeded", 360 * sec},
	{"stale failure without any time", "cluster start", []shown{{-1, untimed("FAILED", 0, "old")}, {25 * sec, untimed("STARTING", 0)}, {60 * sec, untimed("RUNNING", 0)}}, "succeeded", 60 * sec},
	{"no time tells", "cluster start", []shown{{-1, untimed("FAILED", 0, "old")}}, "failed: old", 30 * sec},
	{"fails in the same second", "cluster start", []shown{{-1, cluster("FAILED", 100, "old")}, {2 * sec, cluster("STARTING", 100)}, {3 * sec, cluster("FAILED", 100, "new")}}, "failed: new", 30 * sec},
	{"fails in the same second in the same words", "cluster start", []shown{{-1, cluster("FAILED", 100, "old")}, {2 * sec, cluster("STARTING", 100)}, {20 * sec, cluster("FAILED", 100, "old")}}, "failed: old", 50 * sec},
	{"runs in the same second", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {20 * sec, cluster("RUNNING", 100)}}, "succeeded", 50 * sec},
	{"the clock is set back", "cluster start", []shown{{-1, cluster("STOPPED", 1000)}, {2 * sec, cluster("STARTING", 900)}, {60 * sec, cluster("RUNNING", 950)}}, "succeeded", 60 * sec},
	{"older than the baseline", "cluster start", []shown{{-1, cluster("FAILED", 1000, "old")}, {0, cluster("RUNNING", 500)}, {200 * sec, cluster("FAILED", 1000, "old")}, {300 * sec, cluster("STARTING", 1100)}, {400 * sec, cluster("FAILED", 1200, "new")}}, "failed: new", 400 * sec},
	{"an older start", "cluster start", []shown{{-1, cluster("STOPPED", 1000)}, {0, cluster("STARTING", 500)}, {20 * sec, cluster("STOPPED", 1000)}, {300 * sec, cluster("STARTING", 1100)}, {400 * sec, cluster("RUNNING", 1200)}}, "succeeded", 400 * sec},
	{"given up", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("STARTING", 101)}, {60 * sec, cluster("STOPPED", 160, "no quota")}}, "failed: the cluster is stopped again: no quota", 90 * sec},
	{"given up in the same second", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("STARTING", 100)}, {60 * sec, cluster("STOPPED", 100)}}, "failed: the cluster is stopped again", 90 * sec},
	{"stale in between", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("STARTING", 101)}, {40 * sec, cluster("STOPPED", 100)}, {60 * sec, cluster("STARTING", 101)}, {90 * sec, cluster("RUNNING", 190)}}, "succeeded", 90 * sec},
	{"being stopped", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("STARTING", 101)}, {60 * sec, cluster("STOPPING", 160)}}, "failed: superseded: the cluster is being stopped", 90 * sec},
	{"stopped", "cluster start", []shown{{-1, cluster("FAILED", 100, "old")}, {1, cluster("STARTING", 101)}, {60 * sec, cluster("STOPPING", 160)}, {70 * sec, cluster("STOPPED", 170)}}, "failed: superseded: the cluster was stopped", 90 * sec},
	{"stopped, nobody looked in between", "cluster start", []shown{{-1, cluster("FAILED", 100, "old")}, {1, cluster("STOPPED", 170)}}, "failed: superseded: the cluster was stopped", 30 * sec},
	{"another name", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {0, of(cluster("RUNNING", 200), "name", "theirs")}}, "pending", 0},
	{"deleted and made anew", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {0, another(cluster("RUNNING", 200), 190)}}, "failed: superseded: another session cluster has the name", 30 * sec},
	{"deleted and made anew, without ids", "cluster start", []shown{{-1, of(cluster("STOPPED", 100), "sessionClusterId", "")}, {0, of(cluster("RUNNING", 200), "sessionClusterId", "", "createdAt", 190)}}, "failed: superseded: another session cluster has the name", 30 * sec},
	{"an older one of the name", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {0, another(cluster("FAILED", 30, "theirs"), 20)}, {60 * sec, cluster("STARTING", 101)}, {90 * sec, cluster("RUNNING", 190)}}, "succeeded", 90 * sec},
	{"gone", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {60 * sec, gone}}, "not found", 60 * sec},
	{"never starts", "cluster start", []shown{{-1, cluster("STOPPED", 100)}}, "pending", 0},
	{"runs already", "cluster start", []shown{{-1, cluster("RUNNING", 100)}}, "pending", 0},

	// Stops of session clusters.
	{"stale", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {300 * sec, cluster("STOPPING", 101)}, {360 * sec, cluster("STOPPED", 160)}}, "succeeded", 360 * sec},
	{"fails", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("STOPPING", 101)}, {60 * sec, cluster("FAILED", 160, "stuck")}}, "failed: stuck", 60 * sec},
	{"given up", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("STOPPING", 101)}, {60 * sec, cluster("RUNNING", 100)}}, "failed: the cluster runs again", 90 * sec},
	{"given up without times", "cluster stop", []shown{{-1, untimed("RUNNING", 0)}, {1, untimed("STOPPING", 0)}, {60 * sec, untimed("RUNNING", 0, "in use")}}, "failed: the cluster runs again: in use", 90 * sec},
	{"stale in between", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("STOPPING", 101)}, {40 * sec, cluster("RUNNING", 100)}, {60 * sec, cluster("STOPPED", 160)}}, "succeeded", 60 * sec},
	{"started again", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("RUNNING", 200)}}, "failed: superseded: the cluster was started again", 30 * sec},
	{"starts again", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("STARTING", 200)}}, "failed: superseded: the cluster was started again", 30 * sec},
	{"stopped in the same second", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {20 * sec, cluster("STOPPED", 100)}}, "succeeded", 50 * sec},
	{"older than the baseline", "cluster stop", []shown{{-1, cluster("RUNNING", 1000)}, {0, cluster("STOPPED", 500)}, {300 * sec, cluster("STOPPING", 1100)}, {360 * sec, cluster("FAILED", 1200, "stuck")}}, "failed: stuck", 360 * sec},
	{"started meanwhile, then stopped", "cluster stop", []shown{{-1, cluster("STARTING", 100)}, {1, cluster("RUNNING", 110)}, {300 * sec, cluster("STOPPING", 120)}, {360 * sec, cluster("STOPPED", 130)}}, "succeeded", 360 * sec},
	{"never seen under way", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}}, "pending", 0},
	{"deleted and made anew", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {0, another(cluster("STOPPED", 200), 190)}}, "failed: superseded: another session cluster has the name", 30 * sec},

	// Updates of session clusters, which ask for the engine version v2.
	{"stale", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {300 * sec, v2(cluster("UPDATING", 200))}, {360 * sec, v2(cluster("RUNNING", 260))}}, "succeeded", 390 * sec},
	{"saved at once, begins later, fails", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("RUNNING", 200))}, {25 * sec, v2(cluster("UPDATING", 200))}, {60 * sec, v2(cluster("FAILED", 260, "bad"))}}, "failed: bad", 60 * sec},
	{"flaps", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("UPDATING", 200))}, {20 * sec, v2(cluster("RUNNING", 200))}, {40 * sec, v2(cluster("UPDATING", 200))}, {60 * sec, v2(cluster("FAILED", 260, "bad"))}}, "failed: bad", 60 * sec},
	{"given up", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("UPDATING", 200))}, {60 * sec, cluster("RUNNING", 100)}}, "failed: the cluster is as before again", 90 * sec},
	{"given up, later", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("UPDATING", 200))}, {60 * sec, cluster("RUNNING", 260)}}, "failed: the cluster is as before again", 90 * sec},
	{"given up, and says why", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("UPDATING", 200))}, {60 * sec, cluster("RUNNING", 260, "no such engine")}}, "failed: no such engine", 90 * sec},
	{"superseded", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, of(cluster("RUNNING", 300), "engineVersion", "v3")}}, "failed: superseded: the cluster has the engine version v3", 30 * sec},
	{"stopped", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("STOPPED", 300))}}, "failed: superseded: the cluster was stopped", 30 * sec},
	{"of a stopped cluster", "cluster update", []shown{{-1, cluster("STOPPED", 100)}, {0, v2(cluster("STOPPED", 200))}}, "succeeded", 30 * sec},
	{"of a failed cluster", "cluster update", []shown{{-1, cluster("FAILED", 100, "old")}, {0, of(v2(cluster("FAILED", 100, "old")), "modifiedAt", 200)}}, "succeeded", 30 * sec},
	{"of a failed cluster, stale", "cluster update", []shown{{-1, cluster("FAILED", 100, "old")}}, "pending", 0},
	{"older than the baseline", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, of(cluster("RUNNING", 50), "engineVersion", "v0")}, {300 * sec, v2(cluster("RUNNING", 200))}}, "succeeded", 330 * sec},
	{"deleted and made anew", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, another(v2(cluster("RUNNING", 200)), 190)}}, "failed: superseded: another session cluster has the name", 30 * sec},
	{"never begins", "cluster update", []shown{{-1, cluster("RUNNING", 100)}}, "pending", 0},
	{"the configuration tells", "cluster update in the same second", []shown{{-1, cluster("RUNNING", 100)}, {300 * sec, v2(cluster("RUNNING", 100))}}, "succeeded", 330 * sec},
	{"the state on the way tells", "cluster update in the same second", []shown{{-1, v2(cluster("RUNNING", 100))}, {60 * sec, v2(cluster("UPDATING", 100))}, {90 * sec, v2(cluster("RUNNING", 100))}}, "succeeded", 30 * sec},
	{"stale", "cluster update without a time", []shown{{-1, cluster("RUNNING", 100)}, {300 * sec, v2(cluster("RUNNING", 101))}}, "succeeded", 330 * sec},
	{"in the same second", "cluster update without a time", []shown{{-1, cluster("RUNNING", 100)}, {300 * sec, v2(cluster("RUNNING", 100))}}, "succeeded", 330 * sec},
	{"seen in the same second", "cluster update without a time", []shown{{-1, v2(cluster("RUNNING", 100))}, {300 * sec, v2(cluster("UPDATING", 100))}, {360 * sec, v2(cluster("RUNNING", 100))}}, "succeeded", 390 * sec},
	{"the clock is set back", "cluster update in the same second", []shown{{-1, cluster("RUNNING", 1000)}, {300 * sec, v2(cluster("UPDATING", 100))}, {360 * sec, v2(of(cluster("RUNNING", 1000), "modifiedAt", 160))}}, "succeeded", 390 * sec},

	// Deletions of session clusters.
	{"stale", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {300 * sec, gone}}, "succeeded", 300 * sec},
	{"fails", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {60 * sec, cluster("FAILED", 160, "in use")}}, "failed: in use", 90 * sec},
	{"fails in the same second", "cluster deletion", []shown{{-1, cluster("FAILED", 100, "old")}, {60 * sec, cluster("FAILED", 100, "in use")}}, "failed: in use", 90 * sec},
	{"of a failed cluster", "cluster deletion", []shown{{-1, untimed("FAILED", 0, "old")}, {300 * sec, gone}}, "succeeded", 300 * sec},
	{"given up", "cluster deletion", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("STOPPING", 101)}, {60 * sec, cluster("RUNNING", 100)}}, "failed: the cluster is as before again", 90 * sec},
	{"given up, in words of next year", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("DELETING", 101)}, {60 * sec, cluster("STOPPED", 160, "in use")}}, "failed: the cluster is as before again: in use", 90 * sec},
	{"an older stop", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {0, cluster("STOPPING", 95)}, {10 * sec, cluster("STOPPED", 100)}, {300 * sec, gone}}, "succeeded", 300 * sec},
	{"started", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {60 * sec, cluster("RUNNING", 160)}}, "failed: superseded: the cluster was started again", 90 * sec},
	{"deleted and made anew", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {60 * sec, another(cluster("RUNNING", 200), 190)}}, "succeeded", 90 * sec},
	{"an older one of the name", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {0, another(cluster("STOPPED", 30), 20)}, {300 * sec, gone}}, "succeeded", 300 * sec},
	{"another name", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {0, of(cluster("FAILED", 200, "theirs"), "name", "theirs")}, {300 * sec, gone}}, "succeeded", 300 * sec},
	{"never begins", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}}, "pending", 0},

	// Waits for a state.
	{"stale failure", "until the cluster runs", []shown{{0, cluster("FAILED", 100, "old")}, {25 * sec, cluster("STARTING", 101)}, {60 * sec, cluster("RUNNING", 160)}}, "succeeded", 60 * sec},
	{"has failed", "until the cluster runs", []shown{{0, cluster("FAILED", 100, "old")}}, "failed: old", 30 * sec},
	{"given up", "until the cluster runs", []shown{{0, cluster("STARTING", 100)}, {60 * sec, cluster("STOPPED", 160)}}, "failed: the cluster is stopped again", 90 * sec},
	{"another name", "until the cluster runs", []shown{{0, of(cluster("RUNNING", 100), "name", "theirs")}}, "pending", 0},
	{"given up", "until the cluster is stopped", []shown{{0, cluster("STOPPING", 100)}, {60 * sec, cluster("RUNNING", 100)}}, "failed: the cluster runs again", 90 * sec},
	{"fails", "until the cluster is stopped", []shown{{0, cluster("STOPPING", 100)}, {60 * sec, cluster("FAILED", 160, "stuck")}}, "failed: stuck", 60 * sec},
}

// TestHostileSequences walks every kind of change through what a service may show of it, in virtual time.
func TestHostileSequences(t *testing.T) {
	t.Parallel()
	walked := map[string]bool{}
	for _, tt := range hostileSequences {
		walked[tt.change] = true
		t.Run(tt.change+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { walk(t, tt, kindsOfChange[tt.change]) })
		})
	}
	assert.Len(t, walked, len(kindsOfChange), "every kind of change is walked")
}

func walk(t *testing.T, tt hostile, kind kindOfChange) {
	s := &sequence{t: t, start: kind.start, started: kind.started, reads: map[string][]shown{kind.read: tt.reads, "ListSavepoints": {{0, []any{
		of(savepoint("COMPLETED"), "savepointId", "mine", "savepointOrigin", "USER_REQUEST", "createdAt", time.Now().Unix()+1),
		of(savepoint("FAILED", "no space"), "savepointOrigin", "STOP_WITH_SAVEPOINT", "jobId", "j", "createdAt", time.Now().Unix()),
		of(savepoint("FAILED", "of yesterday"), "savepointOrigin", "STOP_WITH_SAVEPOINT", "createdAt", time.Now().Add(-24*time.Hour).Unix()),
	}}}}}
	if kind.start == "" {
		s.began = time.Now()
	}
	w, err := kind.begin(t.Context(), clientOf(t, s))
	require.NoError(t, err)
	began := time.Now()
	err = w.wait(t.Context())
	took := time.Since(began)
	assert.Equal(t, tt.end, endOf(err), "after %s", took)
	assert.GreaterOrEqual(t, took, tt.from)
	if tt.end == "pending" {
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, kind.within, took, "the longest time")
		return
	}
	assert.Less(t, took, tt.from+tt.from/4+time.Minute, "not much later")
}

// endOf says how a wait ended: its outcome with the reason, or the kind of what cut it short.
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
