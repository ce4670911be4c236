package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

type layer struct{}

// A watcher records what an observer sees. Its contexts name what they are of.
type watcher struct {
	cloud.NopObserver
	calls    []cloud.CallResult
	begun    []cloud.AttemptInfo
	attempts []cloud.AttemptResult
	under    []any // the value of the context that each attempt began with
}

func (w *watcher) OnCall(ctx context.Context, _ cloud.CallInfo) (context.Context, func(cloud.CallResult)) {
	return context.WithValue(ctx, layer{}, "call"), func(r cloud.CallResult) { w.calls = append(w.calls, r) }
}

func (w *watcher) OnAttempt(ctx context.Context, a cloud.AttemptInfo) (context.Context, func(cloud.AttemptResult)) {
	w.begun, w.under = append(w.begun, a), append(w.under, ctx.Value(layer{}))
	return context.WithValue(ctx, layer{}, "attempt"), func(r cloud.AttemptResult) { w.attempts = append(w.attempts, r) }
}

func (w *watcher) Traceparent(context.Context) string {
	return "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
}

func observedBy(o cloud.Observer) func(*cloud.Config) {
	return func(cfg *cloud.Config) { cfg.Observer = o }
}

func TestAttemptsAreObserved(t *testing.T) {
	t.Parallel()
	type attempt struct {
		status int
		kind   cloud.Kind
		retry  cloud.RetryReason
	}
	skewed := refusal(403, "InvalidSignatureException")
	skewed.header.Set("Date", "Sun, 01 Jan 2040 10:00:00 GMT")
	tests := []struct {
		name    string
		answers []reply
		op      *transport.Operation
		want    []attempt
	}{
		{"a success", []reply{ok(`{"status":"UP"}`)}, &readOp, []attempt{{200, "", ""}}},
		{
			"throttled", []reply{refusal(429, "ThrottlingException"), ok(`{}`)}, &writeOp,
			[]attempt{{429, cloud.ErrThrottled, cloud.RetryThrottled}, {200, "", ""}},
		},
		{
			"failing", []reply{refusal(500, "InternalServerException"), {err: errors.New("reset")}, refusal(404, "ResourceNotFoundException")}, &readOp,
			[]attempt{{500, cloud.ErrInternal, cloud.RetryFailed}, {0, cloud.ErrTransport, cloud.RetryFailed}, {404, cloud.ErrNotFound, ""}},
		},
		{"not repeated", []reply{refusal(500, "InternalServerException")}, &writeOp, []attempt{{500, cloud.ErrInternal, ""}}},
		{"the clock", []reply{skewed, ok(`{}`)}, &readOp, []attempt{{403, cloud.ErrUnauthenticated, cloud.RetryClock}, {200, "", ""}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w, s := new(watcher), &stub{answers: tt.answers}
				c := newClient(t, s, observedBy(w))
				_, err := get(t.Context(), c, tt.op)
				var got []attempt
				for i, a := range w.attempts {
					got = append(got, attempt{a.StatusCode, cloud.KindOf(a.Err), a.Retry})
					assert.Equal(t, i+1, a.Number)
					assert.Equal(t, "call", w.under[i])
					assert.Equal(t, "attempt", s.sent[i].Context().Value(layer{}), "it is sent with its own context")
					assert.Equal(t, a.Retry == cloud.RetryThrottled || a.Retry == cloud.RetryFailed, a.Pause > 0)
				}
				assert.Equal(t, tt.want, got)
				require.Len(t, w.calls, 1)
				last := w.calls[0]
				assert.Equal(t, cloud.CallInfo{
					Provider: "aws", Service: "things", Operation: tt.op.Name, Region: "us-east-1", Host: "things.example.com",
				}, last.CallInfo)
				assert.Equal(t, len(tt.want), last.Attempts)
				assert.Equal(t, err, last.Err)
				assert.Equal(t, cloud.KindOf(err), last.Kind())
			})
		})
	}
}

func TestObserversGetKnownCodesAlone(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]cloud.Code{"ConflictException": "ConflictException", "Conflict-with-the-password": ""} {
		w := new(watcher)
		_, err := get(t.Context(), newClient(t, &stub{answers: []reply{refusal(409, code)}}, observedBy(w)), &writeOp)
		require.ErrorIs(t, err, cloud.Code(code))
		assert.Equal(t, want, w.calls[0].Code)
		assert.Equal(t, want, w.attempts[0].Code)
	}
}

func TestReplacedCredentialsAreObserved(t *testing.T) {
	t.Parallel()
	w, key := new(watcher), 0
	c := newClient(t, &stub{answers: []reply{refusal(403, "ExpiredTokenException"), ok(`{}`)}}, func(cfg *cloud.Config) {
		cfg.Observer = w
		cfg.Credentials = cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
			key++
			return cloud.Credentials{AccessKeyID: fmt.Sprintf("AKID%d", key), SecretAccessKey: cloud.NewSecret(secretKey)}, nil
		})
	})
	_, err := get(t.Context(), c, &readOp)
	require.NoError(t, err)
	require.Len(t, w.attempts, 2)
	assert.Equal(t, cloud.RetryCredentials, w.attempts[0].Retry)
	assert.Zero(t, w.attempts[0].Pause)
}

func TestCredentialsThatAreNotReplacedMakeNoAttempt(t *testing.T) {
	t.Parallel()
	w := new(watcher)
	_, err := get(t.Context(), newClient(t, &stub{answers: []reply{refusal(403, "ExpiredTokenException")}}, observedBy(w)), &readOp)
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
	require.Len(t, w.attempts, 1)
	assert.Len(t, w.begun, 1)
}

func TestRefusedRequestsHaveNoAttempt(t *testing.T) {
	t.Parallel()
	w := new(watcher)
	_, err := transport.Call(t.Context(), newClient(t, &stub{}, observedBy(w)), &readOp, &getRequest{Code: "bad"}, new(getResponse))
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.Empty(t, w.begun)
	require.Len(t, w.calls, 1)
	assert.Equal(t, cloud.ErrInvalid, w.calls[0].Kind())
}

func TestQueueingIsObserved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := new(watcher)
		c := newClient(t, &stub{answers: []reply{{status: 200, body: "{}", takes: 200 * time.Millisecond}}}, func(cfg *cloud.Config) {
			cfg.Observer, cfg.RequestRate = w, 1
		})
		for range 2 {
			_, err := get(transport.Polling(t.Context()), c, &readOp)
			require.NoError(t, err)
		}
		assert.Zero(t, w.begun[0].Queued)
		assert.Equal(t, 800*time.Millisecond, w.begun[1].Queued)
		assert.Equal(t, 200*time.Millisecond, w.attempts[1].Elapsed, "without the time in the queue")
		assert.Equal(t, time.Second, w.calls[1].Elapsed)
		assert.True(t, w.calls[1].Poll)
	})
}

func TestStreamsAreObserved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := new(watcher)
		s := &stub{answers: []reply{{
			status: 200, header: http.Header{"Content-Type": {"text/event-stream"}}, body: "data: {\"status\":\"A\"}\n\ndata: {\"status\":\"B\"}\n\n",
		}}}
		for _, err := range transport.Stream[getResponse](t.Context(), newClient(t, s, observedBy(w)), &readOp, &getRequest{Name: "a"}) {
			require.NoError(t, err)
			assert.Len(t, w.attempts, 1, "the attempt ends with the headers")
			assert.Empty(t, w.calls)
			time.Sleep(time.Minute)
		}
		require.Len(t, w.calls, 1)
		assert.Equal(t, 2*time.Minute, w.calls[0].Elapsed)
	})
}

// tardy is an observer that takes a minute when an attempt begins.
type tardy struct{ watcher }

func (s *tardy) OnAttempt(ctx context.Context, a cloud.AttemptInfo) (context.Context, func(cloud.AttemptResult)) {
	time.Sleep(time.Minute)
	return s.watcher.OnAttempt(ctx, a)
}

func TestAnAttemptThatAnObserverDelaysPastTheDeadlineIsNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, s := new(tardy), &stub{answers: []reply{ok(`{}`)}}
		c := newClient(t, s, func(cfg *cloud.Config) { cfg.Observer, cfg.Timeout = w, -1 })
		_, err := transport.CallBefore(t.Context(), c, &writeOp, &getRequest{Name: "a"}, new(getResponse), time.Now().Add(30*time.Second))
		require.ErrorContains(t, err, "the deadline for sending has passed")
		assert.Empty(t, s.sent)
		require.Len(t, w.attempts, 1)
		assert.Equal(t, err, w.attempts[0].Err)
		assert.Zero(t, w.calls[0].Attempts)
	})
}

// A caller calls the client from each of its methods, once.
type caller struct {
	cloud.NopObserver
	client *transport.Client
	errs   []error
}

type nested struct{}

func (c *caller) call(ctx context.Context) {
	if ctx.Value(nested{}) == nil {
		_, err := get(context.WithValue(ctx, nested{}, true), c.client, &readOp)
		c.errs = append(c.errs, err)
	}
}

func (c *caller) OnCall(ctx context.Context, _ cloud.CallInfo) (context.Context, func(cloud.CallResult)) {
	c.call(ctx)
	return nil, func(cloud.CallResult) { c.call(ctx) }
}

func (c *caller) OnAttempt(ctx context.Context, _ cloud.AttemptInfo) (context.Context, func(cloud.AttemptResult)) {
	c.call(ctx)
	return nil, func(cloud.AttemptResult) { c.call(context.WithoutCancel(ctx)) }
}

func TestObserversMayCallTheClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // which fails if all are blocked
		o, s := new(caller), &stub{answers: []reply{ok(`{}`)}}
		o.client = newClient(t, s, func(cfg *cloud.Config) { cfg.Observer, cfg.RequestRate = o, 1 })
		_, err := get(t.Context(), o.client, &readOp)
		require.NoError(t, err)
		assert.Equal(t, make([]error, 4), o.errs)
		assert.Len(t, s.sent, 5)
	})
}

func TestObserversAddNoHeader(t *testing.T) {
	t.Parallel()
	headers := func(o cloud.Observer) []string {
		s := &stub{answers: []reply{ok(`{}`)}}
		_, err := get(cloud.WithObserver(t.Context(), o), newClient(t, s, observedBy(o)), &readOp)
		require.NoError(t, err)
		var names []string
		for name := range s.sent[0].Header {
			names = append(names, name)
		}
		return names
	}
	assert.ElementsMatch(t, headers(nil), headers(new(watcher)))
}

func TestObserversSeeNoSecrets(t *testing.T) {
	t.Parallel()
	echo := `{"message":"` + secretKey + ` and ` + sessionToken + ` are wrong"}`
	for name, answer := range map[string]reply{
		"code":   {status: 400, header: http.Header{"X-Amzn-Errortype": {secretKey}}, body: echo},
		"id":     {status: 400, header: http.Header{"X-Amzn-Errortype": {"E"}, "X-Amzn-Requestid": {sessionToken}}, body: echo},
		"page":   {status: 502, body: "<html>" + secretKey + " " + sessionToken},
		"moved":  {status: 302, header: http.Header{"Location": {"https://elsewhere.example.com/?token=" + sessionToken}}},
		"broken": {status: 200, body: `{"status":"` + secretKey},
		"cause":  {err: errors.New("proxy said " + secretKey + " " + sessionToken)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := new(watcher)
			c := newClient(t, &stub{answers: []reply{answer}}, observedBy(w))
			const inRequest, inPath = "the-password-of-the-request", "the-password-in-the-path"
			_, err := transport.Call(t.Context(), c, &writeOp, &getRequest{Name: inPath, Code: inRequest}, new(getResponse))
			require.Error(t, err)
			require.NotEmpty(t, w.attempts)
			for _, v := range []any{w.calls, w.begun, w.attempts} {
				data, err := json.Marshal(v)
				require.NoError(t, err)
				for _, text := range []string{string(data), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v)} {
					for _, secret := range []string{secretKey, sessionToken, inRequest, inPath, "Signature="} {
						assert.NotContains(t, text, secret)
					}
				}
			}
		})
	}
}

// TestNoObserverCostsNothing compares calls with the number of their allocations before there were observers.
func TestNoObserverCostsNothing(t *testing.T) {
	if underRace {
		t.Skip("the race detector empties pools at random")
	}
	const before = 39
	allocations := func(o cloud.Observer) float64 {
		c, err := transport.New(cloud.Config{
			Region: "us-east-1", Credentials: cloud.StaticCredentials("AKID", secretKey, ""), Observer: o,
			HTTPClient: &http.Client{Transport: &fixed{body: `{"status":"UP"}`}},
		}, testService())
		require.NoError(t, err)
		least := math.Inf(1) // since a garbage collection empties pools, too
		for range 5 {
			least = min(least, testing.AllocsPerRun(100, func() { _, _ = get(t.Context(), c, &readOp) }))
		}
		return least
	}
	assert.LessOrEqual(t, allocations(nil), float64(before))
	assert.LessOrEqual(t, allocations(cloud.NopObserver{}), float64(before), "nor do hooks that return nothing")
}

func TestObserverOfNoClient(t *testing.T) {
	t.Parallel()
	var c *transport.Client
	assert.Nil(t, c.Observer())
	assert.Empty(t, c.Region())
}
