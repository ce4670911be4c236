package transport_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// logTo makes a client write its debug records into buf, one JSON object a line.
func logTo(buf *bytes.Buffer) func(*cloud.Config) {
	return func(cfg *cloud.Config) {
		cfg.Logger = slog.New(slog.NewJSONHandler(buf, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
}

// notRead returns the members and problems of the records about what could not be read.
func notRead(t *testing.T, buf *bytes.Buffer) map[string]string {
	members := map[string]string{}
	for d := json.NewDecoder(buf); d.More(); {
		record := map[string]any{}
		require.NoError(t, d.Decode(&record))
		if record["msg"] != "member not read" {
			continue
		}
		assert.Equal(t, "DEBUG", record["level"])
		assert.Equal(t, "things", record["service"])
		assert.NotEmpty(t, record["operation"])
		members[record["member"].(string)] = record["problem"].(string)
	}
	return members
}

// A member that cannot be read does not affect the rest, is requested once, and is reported without its value.
func TestMembersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       getResponse
		members    map[string]string
	}{
		{"all good", `{"status":"UP","size":3}`, getResponse{"UP", 3}, map[string]string{}},
		{"converted", `{"status":7,"size":"3.5"}`, getResponse{"7", 3}, map[string]string{}},
		{"not set", `{"status":"UP","size":""}`, getResponse{"UP", 0}, map[string]string{}},
		{"a word for a number", `{"status":"UP","size":"secret"}`, getResponse{"UP", 0}, map[string]string{"size": "expected an integer, found a string that is not one"}},
		{"all wrong", `{"status":{"secret":1},"size":["secret"]}`, getResponse{}, map[string]string{
			"status": "expected a string, found an object", "size": "expected an integer, found a list",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var logged bytes.Buffer
			s := &stub{answers: []reply{ok(tt.body)}}
			out, err := get(t.Context(), newClient(t, s, logTo(&logged)), &readOp)
			require.NoError(t, err)
			assert.Equal(t, &tt.want, out)
			assert.Len(t, s.sent, 1)
			assert.NotContains(t, logged.String(), "secret")
			assert.Equal(t, tt.members, notRead(t, &logged))

			quiet, err := get(t.Context(), newClient(t, s, nil), &readOp)
			require.NoError(t, err)
			assert.Equal(t, out, quiet, "without a logger it is the same")
		})
	}
}

// The events of a stream are read like any other answer.
func TestMembersOfEventsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	var logged bytes.Buffer
	s := &stub{answers: []reply{stream("data: {\"status\":\"A\",\"size\":{}}\n\ndata: {\"size\":2}\n\n")}}
	events, err := collect(listen(t.Context(), newClient(t, s, logTo(&logged))))
	require.NoError(t, err)
	assert.Equal(t, []getResponse{{Status: "A"}, {Size: 2}}, events)
	assert.Equal(t, map[string]string{"size": "expected an integer, found an object"}, notRead(t, &logged))
}
