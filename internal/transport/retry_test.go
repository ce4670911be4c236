package transport_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// TestRetryTable is the policy: which failures are tried again, for a call that may be repeated and
// for one that may not.
func TestRetryTable(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	reset := &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}
	tests := []struct {
		name        string
		answer      reply
		kind        cloud.Kind
		read, write int // attempts
	}{
		{"429 with code", refusal(429, "ThrottlingException"), cloud.ErrThrottled, 3, 3},
		{"429 without code", reply{status: 429}, cloud.ErrThrottled, 3, 3},
		{"throttled with 400", refusal(400, "Throttling"), cloud.ErrThrottled, 3, 3},
		{"503 with retry-after", reply{status: 503, header: http.Header{"Retry-After": {"1"}}}, cloud.ErrUnavailable, 3, 3},
		{"503", reply{status: 503}, cloud.ErrUnavailable, 3, 1},
		{"500", refusal(500, "InternalServerException"), cloud.ErrInternal, 3, 1},
		{"502 HTML", reply{status: 502, body: "<html>\n<b>bad gateway</b>"}, cloud.ErrUnavailable, 3, 1},
		{"dial", reply{err: dial}, cloud.ErrTransport, 3, 3},
		{"no such host", reply{err: &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}}, cloud.ErrTransport, 1, 1},
		{"bad certificate", reply{err: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}}, cloud.ErrTransport, 1, 1},
		{"reset", reply{err: reset}, cloud.ErrTransport, 3, 1},
		{"truncated 200", reply{status: 200, body: `{"status":`, length: 100}, cloud.ErrTransport, 3, 1},
		{"half a document", ok(`{"status":"U`), cloud.ErrTransport, 3, 1},
		{"error in 200", ok(`{"__type":"InternalFailure","message":"oops"}`), cloud.ErrInternal, 3, 1},
		{"error header in 200", refusal(200, "ThrottlingException"), cloud.ErrThrottled, 3, 3},
		{"HTML in 200", ok("<html>login</html>"), cloud.ErrTransport, 3, 1},
		{"null", ok("null"), cloud.ErrTransport, 3, 1},
		{"a list", ok("[]"), cloud.ErrTransport, 3, 1},
		{"no JSON", ok(`{"status":UP}`), cloud.ErrTransport, 3, 1},
		{"too much", ok(`{"status":"UP"}}`), cloud.ErrTransport, 3, 1},
		{"foreign object", ok(`{"portal":"log in"}`), cloud.ErrTransport, 3, 1},
		{"nothing", ok(""), cloud.ErrTransport, 3, 1},
		{"408", reply{status: 408}, cloud.ErrUnavailable, 3, 1},
		{"request timeout", refusal(400, "RequestTimeoutException"), cloud.ErrUnavailable, 3, 1},
		{"400", refusal(400, "ValidationException"), cloud.ErrInvalid, 1, 1},
		{"402", refusal(402, "SomethingQuota"), cloud.ErrQuota, 1, 1},
		{"403", refusal(403, "AccessDenied"), cloud.ErrDenied, 1, 1},
		{"404", refusal(404, "NoSuchThing"), cloud.ErrNotFound, 1, 1},
		{"409", refusal(409, "Busy"), cloud.ErrConflict, 1, 1},
		{"redirect", reply{status: 307, header: http.Header{"Location": {"https://evil.example"}}}, cloud.ErrTransport, 1, 1},
		{"expired, no other key", refusal(403, "ExpiredTokenException"), cloud.ErrUnauthenticated, 1, 1},
	}
	for _, tt := range tests {
		for op, attempts := range map[*transport.Operation]int{&readOp: tt.read, &writeOp: tt.write} {
			t.Run(tt.name+" "+op.Name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := &stub{answers: []reply{tt.answer}}
					out, err := get(t.Context(), newClient(t, s, nil), op)
					assert.Nil(t, out)
					require.ErrorIs(t, err, tt.kind)
					var e *cloud.Error
					require.ErrorAs(t, err, &e)
					assert.Equal(t, attempts, len(s.sent))
					assert.Equal(t, attempts, e.Attempts)
					assert.Equal(t, tt.answer.status, e.StatusCode)
					assert.Equal(t, "things", e.Service)
					assert.Equal(t, op.Name, e.Operation)
					if tt.answer.err != nil {
						assert.ErrorIs(t, err, tt.answer.err)
					}
				})
			})
		}
	}
}

func TestRetriesSignAnewAndRepeatTheSame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{refusal(429, "ThrottlingException"), reply{status: 503, header: http.Header{"Retry-After": {"7"}}}, ok(`{"status":"UP"}`)}}
		var call cloud.CallResult
		c := newClient(t, s, func(cfg *cloud.Config) {
			cfg.Observer = cloud.CallFunc(func(_ context.Context, done cloud.CallResult) { call = done })
		})
		began := time.Now()
		out, err := transport.Call(t.Context(), c, &writeOp, &getRequest{Name: "a", Code: "x"}, new(getResponse))
		require.NoError(t, err)
		assert.Equal(t, "UP", out.Status)
		assert.Equal(t, 3, call.Attempts)
		assert.GreaterOrEqual(t, time.Since(began), 7*time.Second, "the service's wish is honored")
		assert.Equal(t, []string{`{"code":"x"}`, `{"code":"x"}`, `{"code":"x"}`}, s.bodies)
		assert.Equal(t, s.sent[0].URL.RawQuery, s.sent[2].URL.RawQuery, "the idempotency token is the same")
		assert.NotEqual(t, s.sent[1].Header.Get("X-Amz-Date"), s.sent[2].Header.Get("X-Amz-Date"))
		assert.NotEqual(t, s.sent[1].Header.Get("Authorization"), s.sent[2].Header.Get("Authorization"))
	})
}

func TestRetryAfterIsCapped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{{status: 429, header: http.Header{"Retry-After": {"86400"}}}, ok(`{"status":"UP"}`)}}
		began := time.Now()
		_, err := get(t.Context(), newClient(t, s, nil), &readOp)
		require.NoError(t, err)
		assert.Equal(t, cloud.DefaultMaxDelay, time.Since(began))
	})
}

func TestNoPauseBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{{status: 429, header: http.Header{"Retry-After": {"10"}}}}}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		_, err := get(ctx, newClient(t, s, nil), &readOp)
		require.ErrorIs(t, err, cloud.ErrThrottled)
		assert.NotErrorIs(t, err, context.DeadlineExceeded)
		assert.Zero(t, time.Since(began))
		assert.Len(t, s.sent, 1)
	})
}

func TestCancelDuringAPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{{status: 429, header: http.Header{"Retry-After": {"10"}, "X-Amzn-Errortype": {"ThrottlingException"}}}}}
		ctx, cancel := context.WithCancelCause(t.Context())
		boom := errors.New("shutting down")
		time.AfterFunc(3*time.Second, func() { cancel(boom) })
		began := time.Now()
		_, err := get(ctx, newClient(t, s, nil), &readOp)
		assert.Equal(t, 3*time.Second, time.Since(began))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, boom)
		require.ErrorIs(t, err, cloud.Code("ThrottlingException"), "the last refusal stays in the chain")
		assert.Equal(t, cloud.ErrTransport, cloud.KindOf(err))
	})
}

func TestARefreshedCallGoesOnRetrying(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		provider := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
			asked++
			return cloud.Credentials{AccessKeyID: fmt.Sprintf("AKID%d", asked), SecretAccessKey: cloud.NewSecret("s")}, nil
		})
		s := &stub{answers: []reply{refusal(403, "ExpiredTokenException"), refusal(429, "ThrottlingException"), ok(`{"status":"UP"}`)}}
		_, err := get(t.Context(), newClient(t, s, func(cfg *cloud.Config) { cfg.Credentials = provider }), &writeOp)
		require.NoError(t, err)
		assert.Len(t, s.sent, 3)
	})
}

func TestBudgetStopsAStormOfRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{{status: 429}}}
		c := newClient(t, s, nil)
		for range 200 {
			_, err := get(t.Context(), c, &readOp)
			require.ErrorIs(t, err, cloud.ErrThrottled)
		}
		assert.Equal(t, 200+100, len(s.sent))
		s.answers = []reply{ok(`{"status":"UP"}`)}
		for range 5 { // what a retry costs
			_, err := get(t.Context(), c, &readOp)
			require.NoError(t, err)
		}
		s.answers = []reply{{status: 429}}
		sent := len(s.sent)
		_, err := get(t.Context(), c, &readOp)
		require.Error(t, err)
		assert.Equal(t, 2, len(s.sent)-sent, "successes earn retries again")
	})
}
