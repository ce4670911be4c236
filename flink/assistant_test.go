package flink

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// conversation is a response of the agent, with a call of a tool that fails.
const conversation = `event: session
data: {"event":"session","sessionId":"s-1"}

data: {"event":"toolResult","toolCallId":"t-1","toolName":"get_job_events","success":"false","errorType":"TIMEOUT","errorMessage":"too slow"}

: keep alive

data: {"event":"hitlPending","items":[{"hitlId":"h-1","toolName":"stop_job","args":{"jobId":"j"}}]}

data: {"event":"text","text":"Shall I?","completed":true}
data:

data: {"event":"usage","usage":{"inputTokens":10,"outputTokens":2,"totalTokens":12}}

`

func TestChatAiAgent(t *testing.T) {
	t.Parallel()
	body := &closing{Reader: strings.NewReader(conversation)}
	var sent string
	c, err := New(cloud.Config{
		Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", ""),
		HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			prompt, err := io.ReadAll(r.Body)
			sent = r.Method + " " + r.URL.EscapedPath() + " " + string(prompt)
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream;charset=UTF-8"}}, Body: body, Request: r}, err
		})},
	}, WithWorkspace("a14bd5d90a"), WithNamespace("default"))
	require.NoError(t, err)

	var events []ChatAIAgentResponse
	for event, err := range c.ChatAIAgent(t.Context(), ChatAIAgentRequest{UserMessage: "Why is it slow?"}) {
		require.NoError(t, err, "a tool that fails is no failure of the call")
		events = append(events, *event)
	}
	assert.Equal(t, `POST /advisor/v2/namespaces/default/ai-agent/stream/agent/v2/chat {"userMessage":"Why is it slow?"}`, sent)
	assert.Equal(t, []ChatAIAgentResponse{
		{Event: "session", SessionID: "s-1"},
		{Event: "toolResult", ToolCallID: "t-1", ToolName: "get_job_events", Success: "false", ErrorType: "TIMEOUT", ErrorMessage: "too slow"},
		{Event: "hitlPending", Items: []HitlItem{{HitlID: "h-1", ToolName: "stop_job", Args: map[string]any{"jobId": "j"}}}},
		{Event: "text", Text: "Shall I?", Completed: true},
		{Event: "usage", Usage: &AIAgentUsage{InputTokens: 10, OutputTokens: 2, TotalTokens: 12}},
	}, events)
	assert.True(t, body.closed)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// closing notes that it was closed.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}
