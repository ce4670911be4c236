package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
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

type getRequest struct {
	Name  string `path:"name"`
	Token string `query:"clientToken" auto:"token"`
	Space string `header:"workspace"`
	Code  string `json:"code,omitzero"`
}

func (r getRequest) Validate() error {
	if r.Code == "bad" {
		return &cloud.ValidationError{Problems: []cloud.Problem{{Field: "code", Check: cloud.CheckRule, Rule: "must not be bad"}}}
	}
	return nil
}

type getResponse struct {
	Status string `json:"status,omitzero"`
	Size   int    `json:"size,omitzero"`
}

type noResponse struct{}

var (
	readOp  = transport.Operation{Name: "GetThing", Method: "POST", Path: "/things/{name}", Idempotent: true}
	writeOp = transport.Operation{Name: "MakeThing", Method: "POST", Path: "/things/{name}"}
)

// stub is a RoundTripper that a test scripts. What it is sent is kept.
type stub struct {
	mu      sync.Mutex
	answers []reply
	sent    []*http.Request
	bodies  []string
}

type reply struct {
	status int
	header http.Header
	body   string
	err    error
	length int64 // Content-Length, when it lies
	takes  time.Duration
}

func (s *stub) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	a := s.answers[min(len(s.sent), len(s.answers)-1)]
	s.sent = append(s.sent, r)
	body := ""
	if r.Body != nil {
		b, _ := io.ReadAll(r.Body)
		_ = r.Body.Close()
		body = string(b)
	}
	s.bodies = append(s.bodies, body)
	number := len(s.sent)
	s.mu.Unlock()

	if a.takes > 0 {
		select {
		case <-time.After(a.takes):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if a.err != nil {
		return nil, a.err
	}
	h := http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}, "X-Amzn-Requestid": {fmt.Sprintf("req-%d", number)}}
	maps.Copy(h, a.header)
	var reader io.Reader = strings.NewReader(a.body)
	length := int64(len(a.body))
	if a.length > 0 {
		length, reader = a.length, io.MultiReader(reader, failing{io.ErrUnexpectedEOF})
	}
	return &http.Response{
		StatusCode: a.status, Header: h, Body: io.NopCloser(reader), ContentLength: length, Request: r, ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func ok(body string) reply { return reply{status: 200, body: body} }

func refusal(status int, code string) reply {
	return reply{status: status, header: http.Header{"X-Amzn-Errortype": {code}}, body: `{"message":"because of ` + code + `"}`}
}

const secretKey, sessionToken = "secret-key-0123456789", "session-token-0123456789"

func testService() transport.Service {
	s := aws.Service{Name: "things"}.Describe(cloud.Config{Region: "us-east-1"})
	s.Endpoint, s.Defaults = "https://things.example.com", map[string]string{"workspace": "w-1"}
	return s
}

func newClient(t testing.TB, s *stub, change func(*cloud.Config)) *transport.Client {
	cfg := cloud.Config{
		Region: "us-east-1", Credentials: cloud.StaticCredentials("AKID", secretKey, sessionToken), HTTPClient: &http.Client{Transport: s},
	}
	if change != nil {
		change(&cfg)
	}
	c, err := transport.New(cfg, testService())
	require.NoError(t, err)
	return c
}

func get(ctx context.Context, c *transport.Client, op *transport.Operation) (*getResponse, error) {
	return transport.Call(ctx, c, op, &getRequest{Name: "a b/c"}, new(getResponse))
}

func TestCallSendsOneSignedRequest(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{"status":"UP","size":3}`)}}
	var call cloud.CallResult
	c := newClient(t, s, func(cfg *cloud.Config) {
		cfg.Observer = cloud.CallFunc(func(_ context.Context, done cloud.CallResult) { call = done })
		cfg.UserAgent = "deployer/2.1"
	})
	request := getRequest{Name: "a b/c", Code: "x"}
	out, err := transport.Call(t.Context(), c, &readOp, &request, new(getResponse))
	require.NoError(t, err)
	assert.Equal(t, &getResponse{"UP", 3}, out)

	require.Len(t, s.sent, 1)
	r := s.sent[0]
	assert.Equal(t, "POST", r.Method)
	assert.Equal(t, "/things/a%20b%2Fc", r.URL.EscapedPath())
	assert.Equal(t, "/things/a%20b%2Fc?clientToken="+request.Token, r.URL.RequestURI())
	assert.Regexp(t, "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", request.Token)
	assert.Equal(t, "w-1", r.Header.Get("Workspace"))
	assert.Equal(t, `{"code":"x"}`, s.bodies[0])
	assert.EqualValues(t, len(s.bodies[0]), r.ContentLength)
	assert.Regexp(t, "^deployer/2.1 polycloud-go", r.Header.Get("User-Agent"))
	assert.Contains(t, r.Header.Get("Authorization"), "Credential=AKID/")
	assert.Equal(t, sessionToken, r.Header.Get("X-Amz-Security-Token"))

	assert.Equal(t, "things", call.Service)
	assert.Equal(t, "GetThing", call.Operation)
	assert.Equal(t, "req-1", call.RequestID)
	assert.Equal(t, 200, call.StatusCode)
	assert.Equal(t, 1, call.Attempts)
	assert.NoError(t, call.Err)
}

func TestCallsAreReportedToTheContextToo(t *testing.T) {
	t.Parallel()
	var seen []string
	note := func(who string) cloud.Observer {
		return cloud.CallFunc(func(_ context.Context, call cloud.CallResult) { seen = append(seen, who+" "+call.RequestID) })
	}
	c := newClient(t, &stub{answers: []reply{ok(`{}`)}}, func(cfg *cloud.Config) { cfg.Observer = note("client") })
	ctx := cloud.WithObserver(cloud.WithObserver(t.Context(), note("outer")), note("inner"))
	_, err := get(cloud.WithObserver(ctx, nil), c, &readOp)
	require.NoError(t, err)
	assert.Equal(t, []string{"inner req-1", "outer req-1", "client req-1"}, seen)
	assert.Nil(t, cloud.ObserverFrom(t.Context()))
}

func TestSkippedProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		skip func(cloud.Problem) bool
		sent int
	}{
		{"the field", func(p cloud.Problem) bool { return p.Field == "code" }, 1},
		{"the kind", func(p cloud.Problem) bool { return p.Check == cloud.CheckRule }, 1},
		{"another field", func(p cloud.Problem) bool { return p.Field == "name" }, 0},
		{"another kind", func(p cloud.Problem) bool { return p.Check == cloud.CheckEnum }, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &stub{answers: []reply{ok(`{"status":"UP"}`)}}
			c := newClient(t, s, func(cfg *cloud.Config) { cfg.SkipProblem = tt.skip })
			_, err := transport.Call(t.Context(), c, &readOp, &getRequest{Name: "a", Code: "bad"}, new(getResponse))
			assert.Equal(t, tt.sent == 0, errors.Is(err, cloud.ErrInvalid))
			assert.Len(t, s.sent, tt.sent)
		})
	}
}

func TestRequestsThatAreNotSent(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		request getRequest
		change  func(*cloud.Config)
		kind    cloud.Kind
		says    string
	}{
		{"empty label", getRequest{}, nil, cloud.ErrInvalid, "name: must not be empty"},
		{"dot label", getRequest{Name: "."}, nil, cloud.ErrInvalid, `given "."`},
		{"dots label", getRequest{Name: ".."}, nil, cloud.ErrInvalid, `name: must not be empty, "." or ".."`},
		{"dots label, unchecked", getRequest{Name: ".."}, func(cfg *cloud.Config) { cfg.SkipValidation = true }, cloud.ErrInvalid, `given ".."`},
		{"broken rule", getRequest{Name: "a", Code: "bad"}, nil, cloud.ErrInvalid, "code: must not be bad"},
		{"no credentials", getRequest{Name: "a"}, func(cfg *cloud.Config) {
			cfg.Credentials = cloud.CredentialsFunc(cloud.StaticCredentials("", "", "").Credentials)
		}, cloud.ErrUnauthenticated, "need an access key ID"},
		{"failing provider", getRequest{Name: "a"}, func(cfg *cloud.Config) {
			cfg.Credentials = cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
				return cloud.Credentials{}, io.ErrClosedPipe
			})
		}, cloud.ErrUnauthenticated, "closed pipe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &stub{answers: []reply{ok(`{"status":"UP"}`)}}
			calls := 0
			c := newClient(t, s, func(cfg *cloud.Config) {
				cfg.Observer = cloud.CallFunc(func(context.Context, cloud.CallResult) { calls++ })
				if tt.change != nil {
					tt.change(cfg)
				}
			})
			out, err := transport.Call(t.Context(), c, &readOp, &tt.request, new(getResponse))
			assert.Nil(t, out)
			require.ErrorIs(t, err, tt.kind)
			assert.ErrorContains(t, err, tt.says)
			assert.Empty(t, s.sent)
			assert.Equal(t, 1, calls, "the hook sees refused calls too")
		})
	}
}

func TestMissingDefaultsAndRulesAreOneError(t *testing.T) {
	t.Parallel()
	s := &stub{}
	service := testService()
	service.Defaults = map[string]string{"workspace": ""}
	c, err := transport.New(cloud.Config{Region: "r", Credentials: cloud.StaticCredentials("a", "b", ""), HTTPClient: &http.Client{Transport: s}}, service)
	require.NoError(t, err)
	_, err = transport.Call(t.Context(), c, &readOp, &getRequest{Name: "a", Code: "bad"}, new(getResponse))
	var invalid *cloud.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Problems, 2)
	assert.ErrorContains(t, err, "workspace: required")
	assert.ErrorContains(t, err, "code: must not be bad")

	_, err = transport.Call(t.Context(), nil, &readOp, &getRequest{Name: "a"}, new(getResponse))
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.ErrorContains(t, err, "must be made with New")
}

func TestCancelDuringAnAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{refusal(500, "InternalServerException"), {status: 200, takes: time.Hour}}}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		_, err := get(ctx, newClient(t, s, nil), &readOp)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, cloud.Code("InternalServerException"))
	})
}

func TestCancelledBeforeTheCall(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{"status":"UP"}`)}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := get(ctx, newClient(t, s, nil), &readOp)
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, s.sent)
}

// TestNothing checks that a response without anything in it is one where nothing is certain.
func TestNothing(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{}`: "", ` { } `: "", `{"status":null}`: "", `{"status":null,"new":1}`: "",
		``: "the body is empty", ` `: "the body is empty",
		`{"portal":"log in"}`: "none of the expected members", `{"Status":"UP"}`: "none of the expected members",
		`null`: "expected an object", `[]`: "expected an object", `{"status":`: "end of the document",
	} {
		s := &stub{answers: []reply{ok(body)}}
		out, err := get(t.Context(), newClient(t, s, func(cfg *cloud.Config) { cfg.Retry.MaxAttempts = 1 }), &readOp)
		if want == "" {
			require.NoError(t, err, body)
			assert.Equal(t, &getResponse{}, out)
			continue
		}
		require.ErrorIs(t, err, cloud.ErrTransport, body)
		assert.ErrorContains(t, err, "unexpected response: ", body)
		assert.ErrorContains(t, err, want, body)
	}
}

// TestCertain checks that a success has what the operation returns for certain.
func TestCertain(t *testing.T) {
	t.Parallel()
	read, write := readOp, writeOp
	read.Certain, write.Certain = []string{"status"}, []string{"status"}
	for body, want := range map[string]string{
		`{"status":"UP"}`: "",
		`{}`:              "it has no status", `{"status":null}`: "it has no status", `{"status":""}`: "it has no status",
		`{"size":3}`: "it has no status", `{"portal":"log in"}`: "none of the expected members",
	} {
		s := &stub{answers: []reply{ok(body)}}
		c := newClient(t, s, nil)
		_, err := get(t.Context(), c, &read)
		if want == "" {
			require.NoError(t, err, body)
			continue
		}
		require.ErrorIs(t, err, cloud.ErrTransport, body)
		assert.ErrorContains(t, err, want, body)
		attempts := 1 // the service would respond the same way again
		if strings.Contains(body, "portal") {
			attempts = 3
		}
		assert.Len(t, s.sent, attempts, body)

		s.sent = nil
		_, err = get(t.Context(), c, &write)
		require.ErrorIs(t, err, cloud.ErrTransport, body)
		assert.Len(t, s.sent, 1, "a change is not: it may have been carried out")
	}
}

func TestAttemptTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{{status: 200, takes: time.Hour}, ok(`{"status":"UP"}`)}}
		c := newClient(t, s, func(cfg *cloud.Config) { cfg.Timeout = 2 * time.Second })
		began := time.Now()
		_, err := get(t.Context(), c, &readOp)
		require.NoError(t, err, "a silent attempt of a read times out and is retried")
		assert.Less(t, time.Since(began), 3*time.Second)

		s = &stub{answers: []reply{{status: 200, takes: time.Hour}}}
		c = newClient(t, s, func(cfg *cloud.Config) { cfg.Timeout = 2 * time.Second })
		_, err = get(t.Context(), c, &writeOp)
		require.ErrorIs(t, err, cloud.ErrTransport)
		assert.ErrorContains(t, err, "no response within 2s")
		assert.Len(t, s.sent, 1, "a silent attempt of a write may have been carried out")
	})
}

func TestOversizedAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		big := `{"status":"` + strings.Repeat("x", 1000) + `"}`
		for _, a := range []reply{ok(big), {status: 200, body: big, length: 65 << 20}, {status: 500, body: big}} {
			s := &stub{answers: []reply{a}}
			c := newClient(t, s, func(cfg *cloud.Config) { cfg.MaxResponseBytes, cfg.Retry.MaxAttempts = 500, math.MaxInt })
			_, err := get(t.Context(), c, &readOp)
			require.ErrorIs(t, err, cloud.ErrTransport)
			assert.Len(t, s.sent, 1, "another try would not make it smaller")
			assert.ErrorContains(t, err, "larger than 500 bytes")
		}
	})
}

func TestCancelWhileTheBodyIsRead(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"status":`)
		_ = http.NewResponseController(w).Flush()
		cancel(errors.New("shutting down"))
		<-ctx.Done()
	}))
	t.Cleanup(server.Close)
	c, err := transport.New(cloud.Config{Credentials: cloud.StaticCredentials("a", "b", ""), Endpoint: server.URL, HTTPClient: server.Client()}, testService())
	require.NoError(t, err)
	_, err = get(ctx, c, &readOp)
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "shutting down")
}

func TestTheRequestIDIsThatOfTheLastAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{refusal(500, "InternalFailure"), {status: 200, body: `{"status":`, length: 100}}}
		_, err := get(t.Context(), newClient(t, s, func(cfg *cloud.Config) { cfg.Retry.MaxAttempts = 2 }), &readOp)
		var e *cloud.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "req-2", e.RequestID)
	})
}

func TestSecretsAppearNowhere(t *testing.T) {
	t.Parallel()
	echo := reply{status: 403, body: `{"__type":"SignatureDoesNotMatch","message":"canonical: x-amz-security-token:` + sessionToken + ` key ` + secretKey + `"}`}
	var logged bytes.Buffer
	s := &stub{answers: []reply{echo}}
	c := newClient(t, s, func(cfg *cloud.Config) {
		cfg.Logger = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	_, err := get(t.Context(), c, &readOp)
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
	everything := err.Error() + logged.String() + fmt.Sprintf("%+v %#v %v", c, c, *err.(*cloud.Error))
	assert.Contains(t, err.Error(), "[redacted]")
	assert.Contains(t, logged.String(), "operation=GetThing")
	assert.NotContains(t, everything, sessionToken)
	assert.NotContains(t, everything, secretKey)
	assert.NotContains(t, logged.String(), "Signature=")
}

func TestMessages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer reply
		want   string
	}{
		{"namespace and URL", reply{status: 400, body: `{"__type":"com.amazon.things#ThingConflict:http://internal/","Message":"busy"}`}, "ThingConflict: busy"},
		{"reason", reply{status: 409, body: `{"code":"ConflictException","message":"no","reason":"UPDATING"}`}, "ConflictException: no (UPDATING)"},
		{"HTML", reply{status: 403, body: "\n <html><head>\n<title>denied</title>"}, "transport error: unexpected response: <html><head> (status 403, request id req-1, may have been carried out)"},
		{"long line", reply{status: 404, body: strings.Repeat("é", 300)}, ": unexpected response: " + strings.Repeat("é", 98) + "… (status 404"},
		{"redirect", reply{status: 302, header: http.Header{"Location": {"https://evil.example"}}}, "redirected to https://evil.example, which is not followed"},
		{"HTML in 200", ok("<!doctype html>"), "unexpected response: <!doctype html>: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := get(t.Context(), newClient(t, &stub{answers: []reply{tt.answer}}, nil), &writeOp)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestResponsesWithoutMembers(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{"": true, "{}": true, ` {"new":1} `: true, "null": false, "[]": false, "<html>": false, "{": false}
	for body, good := range tests {
		_, err := transport.Call(t.Context(), newClient(t, &stub{answers: []reply{ok(body)}}, nil), &writeOp, &getRequest{Name: "a"}, new(noResponse))
		if good {
			assert.NoError(t, err, body)
			continue
		}
		assert.ErrorIs(t, err, cloud.ErrTransport, body)
	}
}

func TestAFailedAttemptLeavesNothingInTheResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{ok(`{"size":7,"status":`), ok(`{"status":"UP"}`)}}
		out, err := get(t.Context(), newClient(t, s, nil), &readOp)
		require.NoError(t, err)
		assert.Equal(t, &getResponse{Status: "UP"}, out)
	})
}

func TestTheCallersThingsAreLeftAlone(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{"status":"UP"}`)}}
	own := &http.Client{Transport: s, Timeout: time.Second}
	before := *own
	c := newClient(t, s, func(cfg *cloud.Config) { cfg.HTTPClient = own })
	_, err := get(t.Context(), c, &readOp)
	require.NoError(t, err)
	assert.Equal(t, before.Timeout, own.Timeout)
	assert.Nil(t, own.CheckRedirect)
	assert.Same(t, s, own.Transport)
}

func TestOneClientManyGoroutines(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{"status":"UP"}`)}}
	c := newClient(t, s, nil)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for range 20 {
				out, err := get(t.Context(), c, &readOp)
				assert.NoError(t, err)
				assert.Equal(t, "UP", out.Status)
			}
		})
	}
	wg.Wait()
	assert.Len(t, s.sent, 64*20)
}

// TestConnectionsAreKept counts connections over failing calls, which go-retryablehttp alone would
// close each time.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	calls := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if calls++; calls%2 == 0 {
			w.Header().Set("X-Amzn-Errortype", "ConflictException")
			w.WriteHeader(http.StatusConflict)
		}
		_, _ = io.WriteString(w, `{"status":"UP"}`)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c, err := transport.New(cloud.Config{Region: "r", Credentials: cloud.StaticCredentials("a", "b", ""), Endpoint: server.URL, HTTPClient: server.Client()}, testService())
	require.NoError(t, err)
	for i := range 40 {
		_, err := get(t.Context(), c, &readOp)
		if i%2 == 1 {
			require.ErrorIs(t, err, cloud.ErrConflict)
			continue
		}
		require.NoError(t, err)
	}
	// net/http drops a connection when its write loop is late, as on a busy machine.
	assert.Less(t, opened.Load(), int32(5))
}

// fixed responds to every request alike, at little cost of its own.
type fixed struct {
	status int
	header http.Header
	body   string
}

func (f *fixed) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	return &http.Response{
		StatusCode: max(f.status, 200), Header: f.header, Body: io.NopCloser(strings.NewReader(f.body)),
		ContentLength: int64(len(f.body)), Request: r, ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

func TestStartTimesAreChecked(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cfg  cloud.Config
		says string
	}{
		{cloud.Config{Region: "r", StartWithin: -time.Second}, "StartWithin: must be between 0, for the default, and an hour, given \"-1s\""},
		{cloud.Config{Region: "r", StartWithin: 2 * time.Hour}, "StartWithin: must be"},
		{cloud.Config{Region: "r", StartConfirmAfter: -1}, "StartConfirmAfter: must not be negative"},
	} {
		_, err := transport.New(tt.cfg, testService())
		require.ErrorIs(t, err, cloud.ErrInvalid)
		assert.ErrorContains(t, err, tt.says)
	}
}
