package flink

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

const (
	pending   = cloud.Pending
	succeeded = cloud.Succeeded
	failed    = cloud.Failed
	canceled  = cloud.Canceled
)

// places checks that each value of a status, and an unknown one, means for a wait what want says.
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
	assert.Equal(t, cloud.Verdict{State: "UNKNOWN_STATUS"}, judge("UNKNOWN_STATUS"))
}

// TestStartsWithoutAnythingToFollow uses responses to starts that do not say what to follow.
func TestStartsWithoutAnythingToFollow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		change, data string
		kind         cloud.Kind
		says         string
	}{
		{"start", `{}`, cloud.ErrTransport, "it has no data.jobId"},
		{"old start", `null`, cloud.ErrTransport, "it has no data.jobId"},
		{"hot update", `{"status":{}}`, cloud.ErrTransport, "it has no data.jobHotUpdateId"},
		{"savepoint", `{}`, cloud.ErrTransport, "it has no data.savepointId"},
		{"draft", `null`, cloud.ErrTransport, "it has no data.ticketId"},
		{"check", `{}`, cloud.ErrTransport, "it has no data.ticketId"},
		{"plan", `{}`, cloud.ErrTransport, "it has no data.ticketId"},
		{"patrol", `{"status":"PENDING"}`, cloud.ErrTransport, "it has no data.reportId"},
		{"cluster start", `null`, cloud.ErrTransport, "it has no data ("},
		{"script", `null`, cloud.ErrTransport, "it has no data ("},
		{"script", `{"success":true,"newlyCreated":true}`, cloud.ErrTransport, "it has no data.sqlExecutionId"},
		{"script", `{"success":false}`, cloud.ErrConflict, "did not start the script"},
		{"script", `{"success":true,"newlyCreated":false,"sqlExecutionId":"run-1"}`, cloud.ErrConflict, "the execution run-1 of the script has not finished"},
		{"stop of a script", `{"success":false,"message":"it has ended"}`, cloud.ErrConflict, "did not stop the execution: it has ended"},
	} {
		t.Run(tt.change+" "+tt.data, func(t *testing.T) {
			t.Parallel()
			err := beginError(t, tt.change, tt.data)
			require.ErrorIs(t, err, tt.kind)
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

// TestResponsesAboutSomethingElse uses responses to starts, or to the read before them, that show another parent than
// was asked for: the id in them is not that of what was started.
func TestResponsesAboutSomethingElse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ change, data, says string }{
		{"hot update", `{"jobHotUpdateId":"h","jobId":"k"}`, `it is about job "k"`}, // in the read before it
		{"start", `{"jobId":"j","deploymentId":"e"}`, `it is about deployment "e"`},
		{"old start", `{"jobId":"j","deploymentId":"e"}`, `it is about deployment "e"`},
		{"savepoint", `{"savepointId":"s","deploymentId":"e"}`, `it is about deployment "e"`},
		{"cluster stop", `{"name":"t","sessionClusterId":"i","status":{"currentSessionClusterStatus":"RUNNING"}}`, `it is about session cluster "t"`},
	} {
		t.Run(tt.change, func(t *testing.T) {
			t.Parallel()
			err := beginError(t, tt.change, tt.data)
			require.ErrorIs(t, err, cloud.ErrTransport)
			assert.ErrorContains(t, err, "unexpected response: "+tt.says)
			assert.Equal(t, err.Operation == kindsOfChange[tt.change].start, err.MaybeExecuted, "what the service accepted it may have carried out")
		})
	}
}

// beginError begins a change whose first call, the start or the read before it, has a response with this data.
func beginError(t *testing.T, change, data string) *cloud.Error {
	t.Helper()
	kind := kindsOfChange[change]
	_, err := kind.begin(t.Context(), clientOf(t, &responder{data: data}))
	var failed *cloud.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "r", failed.RequestID)
	assert.Equal(t, service, failed.Service)
	assert.Contains(t, []string{kind.start, kind.read, "GetJob"}, failed.Operation)
	return failed
}

// clientOf is a client of a service that is a round tripper.
func clientOf(t *testing.T, service http.RoundTripper) *Client {
	t.Helper()
	c, err := New(cloud.Config{
		Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", ""), HTTPClient: &http.Client{Transport: service},
	}, WithWorkspace("w"), WithNamespace("n"))
	require.NoError(t, err)
	return c
}

// TestForgedTokens checks that a token which names nothing is refused before anything is sent.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	states := map[string]interface{ Check() error }{
		"jobId":                      &jobChange{Namespace: "n", Workspace: "w"},
		"namespace":                  &jobChange{JobID: "j", Workspace: "w"},
		"workspace":                  &jobChange{JobID: "j", Namespace: "n"},
		"jobId of a stop":            &jobStopChange{Strategy: StopStrategyWithSavepoint},
		"jobHotUpdateId":             &hotUpdateChange{Namespace: "n", Workspace: "w"},
		"savepointId":                &savepointChange{Namespace: "n", Workspace: "w"},
		"ticketId":                   &ticketChange{Namespace: "n", Workspace: "w"},
		"sqlExecutionId":             &sqlExecutionChange{Namespace: "n", Workspace: "w"},
		"reportId":                   &patrolChange{Namespace: "n", Workspace: "w"},
		"sqlExecutionId of a script": &sqlExecutionChange{Namespace: "n", Workspace: "w", SQLFileID: "f"},
		"sessionClusterName":         &sessionClusterChange{Before: snapshot{State: SessionClusterStateStopped}},
	}
	for name, state := range states {
		name, _, _ = strings.Cut(name, " ")
		assert.EqualError(t, state.Check(), "has no "+name)
	}
	job := jobChange{JobID: "j", Namespace: "n", Workspace: "w"}
	for _, state := range []interface{ Check() error }{
		&job, &jobStopChange{Job: job}, &hotUpdateChange{JobHotUpdateID: "h", Namespace: "n", Workspace: "w"},
		&savepointChange{SavepointID: "s", Namespace: "n", Workspace: "w"},
		ticketOf("t", "n", "w"), &sqlExecutionChange{SQLExecutionID: "x", Namespace: "n", Workspace: "w"}, &patrolChange{"r", "n", "w"},
		&sessionClusterChange{SessionClusterName: "s", Namespace: "n", Workspace: "w"},
	} {
		assert.NoError(t, state.Check(), "%T", state)
	}
}

// stateOf returns the state that a token carries.
func stateOf[S any](t *testing.T, c *Client, op *transport.Operation, token string) S {
	t.Helper()
	var state S
	_, err := wait.Resume(c, c.api, op, &change[any, any, S, struct{}]{Spec: func(_ *Client, s *S) cloud.WaitSpec[struct{}] {
		state = *s
		return cloud.WaitSpec[struct{}]{}
	}}, token)
	require.NoError(t, err)
	return state
}

// TestTokensHoldWhereAndWhat checks that a token holds the client's workspace and namespace, so that a client
// with others can resume it, and nothing that a start was told to run.
func TestTokensHoldWhereAndWhat(t *testing.T) {
	t.Parallel()
	service := &responder{data: `{"success":true,"newlyCreated":true,"sqlExecutionId":"run-1"}`}
	w, err := clientOf(t, service).BeginStartSQLExecution(t.Context(), StartSQLExecutionRequest{
		StartSQLExecutionParameters: StartSQLExecutionParameters{SQLFileID: "f", SQLScript: "SELECT 'secret';"},
	})
	require.NoError(t, err)
	state := stateOf[sqlExecutionChange](t, clientOf(t, service), &opStartSQLExecution, w.Token())
	assert.Equal(t, sqlExecutionChange{SQLExecutionID: "run-1", Namespace: "n", Workspace: "w", SQLFileID: "f"}, state)
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(w.Token(), ".")[3])
	require.NoError(t, err)
	assert.NotContains(t, string(payload), "secret")
}
