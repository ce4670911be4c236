package transport_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// TestWhatProvesThatNothingHappened covers a change that is not idempotent: what it is repeated after,
// and whether its error says that it may have been carried out.
func TestWhatProvesThatNothingHappened(t *testing.T) {
	t.Parallel()
	later := http.Header{"Retry-After": {"1"}}
	with := func(status int, body string) reply { return reply{status: status, header: later.Clone(), body: body} }
	tests := []struct {
		name    string
		answer  reply
		repeats bool
		maybe   bool
	}{
		{"503 with Retry-After", with(503, ""), true, false},
		{"503 with a code and Retry-After", with(503, `{"__type":"ServiceUnavailable"}`), true, false},
		{"429", reply{status: 429}, true, false},
		{"throttled", refusal(400, "ThrottlingException"), true, false},
		{"throttled with a 500", refusal(500, "ThrottlingException"), true, false},
		{"dial", reply{err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}, true, false},
		{"dead proxy", reply{err: &net.OpError{Op: "proxyconnect", Err: errors.New("connection refused")}}, true, false},
		{"slow DNS", reply{err: &net.DNSError{IsTimeout: true}}, true, false},
		{"no such host", reply{err: &net.DNSError{IsNotFound: true}}, false, false},
		{"bad certificate", reply{err: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}}, false, false},
		{"validation", refusal(400, "ValidationException"), false, false},
		{"missing", refusal(404, "ResourceNotFoundException"), false, false},
		{"conflict", refusal(409, "ConflictException"), false, false},
		{"denied", refusal(403, "AccessDeniedException"), false, false},
		{"quota", refusal(402, "ServiceQuotaExceededException"), false, false},
		{"unknown code", refusal(400, "Whatever"), false, false},

		{"408 with Retry-After", with(408, ""), false, true},
		{"425 with Retry-After", with(425, ""), false, true},
		{"500 with Retry-After", with(500, ""), false, true},
		{"502 with Retry-After", with(502, ""), false, true},
		{"504 with Retry-After", with(504, ""), false, true},
		{"520 with Retry-After", with(520, ""), false, true},
		{"400 with ServiceUnavailable and Retry-After", with(400, `{"__type":"ServiceUnavailable"}`), false, true},
		{"200 with ServiceUnavailable and Retry-After", with(200, `{"__type":"ServiceUnavailable"}`), false, true},
		{"408 with a code and Retry-After", with(408, `{"__type":"RequestTimeoutException"}`), false, true},
		{"503", reply{status: 503}, false, true},
		{"internal", refusal(500, "InternalFailure"), false, true},
		{"reset", reply{err: &net.OpError{Op: "read", Err: errors.New("connection reset")}}, false, true},
		{"alert", reply{err: &net.OpError{Op: "remote error", Err: tls.AlertError(116)}}, false, true},
		{"half a document", ok(`{"status":"U`), false, true},
		{"another's page", reply{status: 404, body: "<html>"}, false, true},
		{"another's page with a 200", ok("<html>"), false, true},
		{"redirect", reply{status: 307, header: http.Header{"Location": {"https://elsewhere.example"}}}, false, true},
		{"redirect that cannot be read", reply{status: 302, header: http.Header{"Location": {"http://[::1%zz]:x/"}}}, false, true},
		{"too large", reply{status: 200, length: 1 << 40}, false, true},
		{"101", reply{status: 101}, false, true},
		{"status 0", reply{status: 0}, false, true},
		{"206", reply{status: 206, body: `{"status":"UP"}`}, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &stub{answers: []reply{tt.answer}}
				_, err := get(t.Context(), newClient(t, s, nil), &writeOp)
				var e *cloud.Error
				require.ErrorAs(t, err, &e)
				attempts := 1
				if tt.repeats {
					attempts = 3
				}
				assert.Len(t, s.sent, attempts, "%v", err)
				assert.Equal(t, tt.maybe, e.MaybeExecuted, "%v", err)
				assert.Equal(t, tt.answer.status, e.StatusCode)

				s = &stub{answers: []reply{tt.answer, ok(`{"status":"UP"}`)}}
				read := readOp
				read.Name = "GetThing"
				_, err = get(t.Context(), newClient(t, s, nil), &read)
				if errors.As(err, &e) {
					assert.False(t, e.MaybeExecuted, "a read has nothing to carry out")
				}
			})
		})
	}
}

// TestTheFateOfEarlierAttempts checks that an error tells of all attempts, not of the last alone.
func TestTheFateOfEarlierAttempts(t *testing.T) {
	t.Parallel()
	remove := transport.Operation{Name: "RemoveThing", Method: "DELETE", Path: "/things/{name}", Idempotent: true}
	tests := []struct {
		name    string
		answers []reply
		kind    cloud.Kind
		maybe   bool
	}{
		{"lost, then gone", []reply{{err: io.ErrUnexpectedEOF}, refusal(404, "ResourceNotFoundException")}, cloud.ErrNotFound, true},
		{"internal, then busy", []reply{{status: 500}, refusal(409, "ConflictException")}, cloud.ErrConflict, true},
		{"lost, then throttled", []reply{{err: io.ErrUnexpectedEOF}, refusal(429, "ThrottlingException")}, cloud.ErrThrottled, true},
		{"throttled, then gone", []reply{refusal(429, "ThrottlingException"), refusal(404, "ResourceNotFoundException")}, cloud.ErrNotFound, false},
		{"not connected, then busy", []reply{{err: &net.OpError{Op: "dial", Err: io.EOF}}, refusal(409, "ConflictException")}, cloud.ErrConflict, false},
		{"gone at once", []reply{refusal(404, "ResourceNotFoundException")}, cloud.ErrNotFound, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, err := get(t.Context(), newClient(t, &stub{answers: tt.answers}, nil), &remove)
				var e *cloud.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, tt.kind, e.Kind)
				assert.Equal(t, tt.maybe, e.MaybeExecuted)
			})
		})
	}
}

func TestTheFateOfInterruptedCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		maybe := func(answers ...reply) bool {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err := get(ctx, newClient(t, &stub{answers: answers}, nil), &writeOp)
			var e *cloud.Error
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			return e.MaybeExecuted
		}
		assert.True(t, maybe(reply{status: 200, takes: time.Hour}), "under way")
		assert.True(t, maybe(refusal(429, "ThrottlingException"), reply{status: 200, takes: time.Hour}))

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := get(ctx, newClient(t, &stub{}, nil), &writeOp)
		var e *cloud.Error
		require.ErrorAs(t, err, &e)
		assert.False(t, e.MaybeExecuted, "never sent")
	})
}

// rawServer answers on the level of connections.
func rawServer(t *testing.T, serve func(net.Conn)) (address string, connections *atomic.Int64) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	connections = new(atomic.Int64)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			go func() {
				defer func() { _ = c.Close() }()
				serve(c)
			}()
		}
	}()
	return l.Addr().String(), connections
}

// TestFailuresBeforeTheRequest uses real connections that fail before the request is written: a change is
// repeated, and was not carried out.
func TestFailuresBeforeTheRequest(t *testing.T) {
	t.Parallel()
	hello := func(c net.Conn) { _, _ = io.ReadFull(c, make([]byte, 16)) }
	connect := func(c net.Conn) { _, _ = http.ReadRequest(bufio.NewReader(c)) }
	tests := []struct {
		name  string
		proxy bool
		serve func(net.Conn)
	}{
		{"handshake cut", false, hello},
		{"handshake reset", false, func(c net.Conn) { hello(c); _ = c.(*net.TCPConn).SetLinger(0) }},
		{"handshake refused", false, func(c net.Conn) { hello(c); _, _ = c.Write([]byte{21, 3, 3, 0, 2, 2, 40}) }},
		{"no TLS", false, func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") }},
		{"handshake that hangs", false, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }},
		{"proxy that closes", true, connect},
		{"proxy that refuses", true, func(c net.Conn) {
			connect(c)
			_, _ = io.WriteString(c, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
		}},
		{"proxy that answers junk", true, func(c net.Conn) { connect(c); _, _ = io.WriteString(c, "SSH-2.0\r\n") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address, connections := rawServer(t, tt.serve)
			direct := &http.Transport{TLSHandshakeTimeout: 50 * time.Millisecond}
			endpoint := "https://" + address
			if tt.proxy {
				endpoint = "https://things.example.com"
				direct.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: address})
			}
			for _, base := range []http.RoundTripper{direct, wrapped{direct}} {
				connections.Store(0)
				c, err := transport.New(cloud.Config{
					Endpoint: endpoint, Credentials: cloud.StaticCredentials("a", "b", ""), HTTPClient: &http.Client{Transport: base},
					Retry: cloud.Retry{MinDelay: time.Millisecond, MaxDelay: time.Millisecond},
				}, testService())
				require.NoError(t, err)
				_, err = get(t.Context(), c, &writeOp)
				var e *cloud.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, cloud.ErrTransport, e.Kind)
				assert.Equal(t, 3, e.Attempts, "%v", err)
				assert.False(t, e.MaybeExecuted, "%v", err)
				assert.EqualValues(t, 3, connections.Load())
			}
		})
	}
}

// wrapped is a RoundTripper of somebody's own around net/http's.
type wrapped struct{ http.RoundTripper }

// TestFailuresAfterTheRequest uses servers that take the request and say nothing: a change is not repeated.
func TestFailuresAfterTheRequest(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %v", h2), func(t *testing.T) {
			t.Parallel()
			var executed atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				assert.Equal(t, h2, r.ProtoMajor == 2)
				executed.Add(1)
				panic(http.ErrAbortHandler)
			}))
			server.EnableHTTP2 = h2
			server.StartTLS()
			t.Cleanup(server.Close)
			c, err := transport.New(cloud.Config{Endpoint: server.URL, Credentials: cloud.StaticCredentials("a", "b", ""), HTTPClient: server.Client()}, testService())
			require.NoError(t, err)
			for range 2 { // on a new connection, and on the one that is left
				_, err = get(t.Context(), c, &writeOp)
				var e *cloud.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, 1, e.Attempts)
				assert.True(t, e.MaybeExecuted, "%v", err)
			}
			assert.EqualValues(t, 2, executed.Load())
		})
	}
}

// TestAConnectionThatDiedWhileIdle checks that a change is not written into one.
func TestAConnectionThatDiedWhileIdle(t *testing.T) {
	t.Parallel()
	closed := make(chan bool, 64)
	address, _ := rawServer(t, func(c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
			return
		}
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\":\"UP\"}")
		_ = c.Close()
		closed <- true
	})
	c, err := transport.New(cloud.Config{
		Endpoint: "http://" + address, Credentials: cloud.StaticCredentials("a", "b", ""), HTTPClient: &http.Client{Transport: &http.Transport{}},
		Retry: cloud.Retry{MinDelay: time.Millisecond, MaxDelay: time.Millisecond},
	}, testService())
	require.NoError(t, err)
	for range 20 {
		_, err := get(t.Context(), c, &writeOp)
		require.NoError(t, err)
		<-closed
	}
}

// TestSwitchingProtocolsIsRefused has a server that answers 101 and keeps the connection.
func TestSwitchingProtocolsIsRefused(t *testing.T) {
	t.Parallel()
	hangs := make(chan struct{})
	t.Cleanup(func() { close(hangs) })
	address, _ := rawServer(t, func(c net.Conn) {
		_, _ = http.ReadRequest(bufio.NewReader(c))
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
		<-hangs
	})
	for _, op := range []*transport.Operation{&readOp, &writeOp} {
		c, err := transport.New(cloud.Config{
			Endpoint: "http://" + address, Credentials: cloud.StaticCredentials("a", "b", ""), HTTPClient: &http.Client{Transport: &http.Transport{}},
			Retry: cloud.Retry{MaxAttempts: 1},
		}, testService())
		require.NoError(t, err)
		_, err = get(t.Context(), c, op)
		var e *cloud.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, cloud.ErrTransport, e.Kind)
		assert.Equal(t, 101, e.StatusCode)
		assert.Equal(t, op == &writeOp, e.MaybeExecuted)
	}
}

func TestStatusesOfSuccess(t *testing.T) {
	t.Parallel()
	for status, good := range map[int]bool{200: true, 201: true, 202: true, 204: true, 205: true, 206: false} {
		_, err := transport.Call(t.Context(), newClient(t, &stub{answers: []reply{{status: status}}}, nil), &writeOp, &getRequest{Name: "a"}, new(noResponse))
		assert.Equal(t, good, err == nil, "%d without a body, where nothing is returned", status)

		_, err = get(t.Context(), newClient(t, &stub{answers: []reply{{status: status}}}, nil), &writeOp)
		require.ErrorIs(t, err, cloud.ErrTransport, "%d without a body", status)

		_, err = get(t.Context(), newClient(t, &stub{answers: []reply{{status: status, body: `{"status":"UP"}`}}}, nil), &writeOp)
		assert.Equal(t, good, err == nil, "%d with a body", status)
	}
}

func TestUnknownHosts(t *testing.T) {
	t.Parallel()
	service := testService()
	service.Endpoint = "https://things.us-esat-1.example.com"
	missing := func(name string) *stub {
		return &stub{answers: []reply{{err: &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}}}}}
	}
	for name, says := range map[string]string{
		"things.us-esat-1.example.com": "the host things.us-esat-1.example.com of region us-esat-1 does not resolve; check the region",
		"proxy.example.com":            "proxy.example.com",
	} {
		cfg := cloud.Config{Region: "us-esat-1", Credentials: cloud.StaticCredentials("a", "b", ""), HTTPClient: &http.Client{Transport: missing(name)}}
		c, err := transport.New(cfg, service)
		require.NoError(t, err)
		_, err = get(t.Context(), c, &readOp)
		require.ErrorIs(t, err, cloud.ErrTransport)
		require.ErrorContains(t, err, says)
		if name == "proxy.example.com" {
			assert.NotContains(t, err.Error(), "check the region")
		}
	}
	cfg := cloud.Config{
		Region: "us-esat-1", Endpoint: "https://own.example.com", Credentials: cloud.StaticCredentials("a", "b", ""),
		HTTPClient: &http.Client{Transport: missing("own.example.com")},
	}
	c, err := transport.New(cfg, service)
	require.NoError(t, err)
	_, err = get(t.Context(), c, &readOp)
	require.ErrorContains(t, err, "the host own.example.com does not resolve; check the address")
}

func TestRegionsThatNobodyKnows(t *testing.T) {
	t.Parallel()
	record := func(region, endpoint string) string {
		var records recorder
		c, err := aws.New(cloud.Config{Region: region, Endpoint: endpoint, Logger: slog.New(&records)}, aws.Service{Name: "things"})
		require.NoError(t, err)
		require.NotNil(t, c)
		return records.text
	}
	assert.Empty(t, record("us-east-1", ""))
	assert.Empty(t, record("eusc-de-east-1", ""))
	assert.Equal(t, "DEBUG unknown region service=things region=us-esat-1 host=things.us-esat-1.amazonaws.com", record("us-esat-1", ""))
	assert.Empty(t, record("test", "http://127.0.0.1:1"), "an address of the caller's own")
}

// recorder keeps the last record.
type recorder struct{ text string }

func (*recorder) Enabled(context.Context, slog.Level) bool { return true }
func (r *recorder) WithAttrs([]slog.Attr) slog.Handler     { return r }
func (r *recorder) WithGroup(string) slog.Handler          { return r }
func (r *recorder) Handle(_ context.Context, record slog.Record) error {
	r.text = record.Level.String() + " " + record.Message
	record.Attrs(func(a slog.Attr) bool { r.text += " " + a.String(); return true })
	return nil
}
