package transport_test

import (
	"context"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

func stream(body string) reply {
	return reply{status: 200, header: http.Header{"Content-Type": {"text/event-stream;charset=UTF-8"}}, body: body}
}

func listen(ctx context.Context, c *transport.Client) iter.Seq2[*getResponse, error] {
	return transport.Stream[getResponse](ctx, c, &writeOp, &getRequest{Name: "a"})
}

func collect(seq iter.Seq2[*getResponse, error]) (events []getResponse, last error) {
	for event, err := range seq {
		if err != nil {
			return events, err
		}
		events = append(events, *event)
	}
	return events, nil
}

func TestStream(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer reply
		want   []getResponse
		says   string // of the error; empty is none
		kind   cloud.Kind
	}{
		{"events", stream("event: text\ndata: {\"status\":\"A\"}\n\ndata:{\"status\":\"B\"}\n\n"), []getResponse{{Status: "A"}, {Status: "B"}}, "", ""},
		{"CRLF, comments, ids", stream(": hello\r\nid: 1\r\nretry: 10\r\ndata: {\"size\":1}\r\n\r\n: ping\r\n\r\n"), []getResponse{{Size: 1}}, "", ""},
		{"data over lines", stream("data: {\"status\":\ndata: \"A\"}\n\n"), []getResponse{{Status: "A"}}, "", ""},
		{"empty data", stream("data\n\ndata:\n\ndatax: no\n\ndata: {\"size\":1}\n\n"), []getResponse{{Size: 1}}, "", ""},
		{"no events", stream(""), nil, "", ""},
		{"long event", stream("data: {\"status\":\"" + strings.Repeat("x", 9000) + "\"}\n\n"), []getResponse{{Status: strings.Repeat("x", 9000)}}, "", ""},
		{"cut in an event", stream("data: {\"size\":1}\n\ndata: {\"si"), []getResponse{{Size: 1}}, "stream interrupted: unexpected EOF", cloud.ErrTransport},
		{"cut before the blank line", stream("data: {\"size\":1}\n"), nil, "stream interrupted: unexpected EOF", cloud.ErrTransport},
		{"no JSON", stream("data: [DONE]\n\n"), nil, "stream interrupted", cloud.ErrTransport},
		{"oversized", stream("data: {\"status\":\"" + strings.Repeat("x", 11000) + "\"}\n\n"), nil, "larger than 10000 bytes", cloud.ErrTransport},
		{"oversized over lines", stream(strings.Repeat("data: "+strings.Repeat("x", 5000)+"\n", 3)), nil, "larger than 10000 bytes", cloud.ErrTransport},
		{"an error", stream("data: {\"size\":1}\n\nevent: error\ndata: {\"__type\":\"ThrottlingException\",\"message\":\"slow\"}\n\ndata: {\"size\":2}\n\n"),
			[]getResponse{{Size: 1}}, "throttled: ThrottlingException: slow (status 200", cloud.ErrThrottled},
		{"an error, the name last", stream("data: {\"__type\":\"ThrottlingException\"}\nevent:error\n\n"), nil, "ThrottlingException", cloud.ErrThrottled},
		{"an error in words", stream("event: error\ndata: {\"message\":\"the agent gave up\"}\n\n"), nil, "internal error: the agent gave up", cloud.ErrInternal},
		{"an error that is no JSON", stream("event: error\ndata: overloaded\n\n"), nil, "the stream reports an error overloaded", cloud.ErrInternal},
		{"an error without data", stream("event: error\n\ndata: {\"size\":1}\n\n"), nil, "the stream reports an error (status 200", cloud.ErrInternal},
		{"a refusal as an event", stream("data: {\"__type\":\"ConflictException\",\"message\":\"busy\"}\n\n"), nil, "ConflictException: busy", cloud.ErrConflict},
		{"names of other events", stream("event: errors\ndata: {\"size\":1}\n\nevent\ndata: {\"size\":2}\n\nevent: error\nevent: text\ndata: {\"size\":3}\n\n"),
			[]getResponse{{Size: 1}, {Size: 2}, {Size: 3}}, "", ""},
		{"one answer instead", ok(`{"status":"A"}`), []getResponse{{Status: "A"}}, "", ""},
		{"refusal", refusal(409, "ConflictException"), nil, "ConflictException", cloud.ErrConflict},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var hook []cloud.CallResult
			c := newClient(t, &stub{answers: []reply{tt.answer}}, func(cfg *cloud.Config) {
				cfg.MaxResponseBytes = 10000
				cfg.Observer = cloud.CallFunc(func(_ context.Context, done cloud.CallResult) { hook = append(hook, done) })
			})
			events, err := collect(listen(t.Context(), c))
			assert.Equal(t, tt.want, events)
			require.Len(t, hook, 1)
			assert.Equal(t, err, hook[0].Err)
			assert.Equal(t, "req-1", hook[0].RequestID)
			if tt.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, tt.kind)
			assert.ErrorContains(t, err, tt.says)
		})
	}
	_, err := collect(listen(t.Context(), nil))
	require.ErrorIs(t, err, cloud.ErrInvalid)
}

// closer is a body that tells whether it was closed.
type closer struct {
	io.Reader
	closed bool
}

func (c *closer) Close() error {
	c.closed = true
	return nil
}

type oneBody struct{ body *closer }

func (o oneBody) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: o.body, ContentLength: -1, Request: r}, nil
}

func TestLeavingAStreamEndsTheCall(t *testing.T) {
	t.Parallel()
	body := &closer{Reader: strings.NewReader(strings.Repeat("data: {\"size\":1}\n\n", 5))}
	c := newClient(t, nil, func(cfg *cloud.Config) { cfg.HTTPClient = &http.Client{Transport: oneBody{body}} })
	for _, err := range listen(t.Context(), c) {
		require.NoError(t, err)
		break
	}
	assert.True(t, body.closed)
}

// slow sends an event every minute, as long as the context lasts.
type slow struct{ ctx context.Context }

func (s slow) Read(p []byte) (int, error) {
	select {
	case <-time.After(time.Minute):
		return copy(p, "data: {\"size\":1}\n\n"), nil
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	}
}

type slowTransport struct{ headers time.Duration }

func (s slowTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(s.headers):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return &http.Response{
		StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(slow{r.Context()}), ContentLength: -1, Request: r,
	}, nil
}

func TestTheTimeoutOfAStreamIsForItsHeaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, nil, func(cfg *cloud.Config) {
			cfg.HTTPClient = &http.Client{Transport: slowTransport{time.Second}}
			cfg.Timeout = 5 * time.Second
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute+30*time.Second)
		defer cancel()
		events, err := collect(listen(ctx, c))
		assert.Len(t, events, 10)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		c = newClient(t, nil, func(cfg *cloud.Config) {
			cfg.HTTPClient = &http.Client{Transport: slowTransport{time.Hour}}
			cfg.Timeout = 5 * time.Second
		})
		_, err = collect(listen(t.Context(), c))
		require.ErrorIs(t, err, cloud.ErrTransport)
		assert.ErrorContains(t, err, "no response within 5s")
	})
}
