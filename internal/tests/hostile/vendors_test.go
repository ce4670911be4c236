package hostile_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
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
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// The tests of this file hold what the vendors' own clients get wrong in Go.

// A roundTripper answers without a network.
type roundTripper func(r *http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func response(r *http.Request, status int, body string, headers ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}

// inTurn answers with each response in turn, then with the last, and counts the requests.
func inTurn(count *atomic.Int64, answers ...func(r *http.Request) (*http.Response, error)) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		n := int(count.Add(1))
		return answers[min(n, len(answers))-1](r)
	}
}

func answers(status int, body string, headers ...string) func(r *http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) { return response(r, status, body, headers...), nil }
}

func named(t *testing.T, operation string) call {
	t.Helper()
	for _, c := range calls() {
		if c.operation == operation {
			return c
		}
	}
	require.Fail(t, "no call of "+operation)
	return call{}
}

// over makes one call over a RoundTripper.
func over(t *testing.T, operation string, rt http.RoundTripper) error {
	t.Helper()
	return named(t, operation).make(t.Context(), newClients(t, "", time.Minute, rt))
}

func TestThrottlingWithoutACodeIsRepeated(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		var n atomic.Int64
		err := over(t, c.operation, inTurn(&n, answers(429, ""), answers(429, "slow down"), answers(200, c.good)))
		require.NoError(t, err, c.operation)
		assert.EqualValues(t, 3, n.Load(), c.operation)
	}
}

func TestRefusalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		operation string
		status    int
		body      string
		headers   []string
		kind      cloud.Kind
		code      cloud.Code
	}{
		{"CreateKxChangeset", 400, `{"message":"limit"}`, []string{"X-Amzn-Errortype", "LimitExceededException"}, cloud.ErrQuota, finspace.CodeLimitExceededException},
		{"GetKxCluster", 402, `{"message":"q"}`, []string{"X-Amzn-Errortype", "ServiceQuotaExceededException:"}, cloud.ErrQuota, finspace.CodeServiceQuotaExceededException},
		{"GetServiceInstance", 400, `{"__type":"com.amazonaws.proton#ConflictException","message":"busy"}`, nil, cloud.ErrConflict, proton.CodeConflictException},
		{"HotUpdateJob", 403, `{"RequestId":"r","Code":"Forbidden.RAM","Message":"no"}`, nil, cloud.ErrDenied, "Forbidden.RAM"},
		{"GetJob", 200, `{"requestId":"r","success":false,"httpCode":200,"errorCode":"990301","errorMessage":"job not found","data":null}`, nil, cloud.ErrNotFound, "990301"},
	} {
		var n atomic.Int64
		err := over(t, tt.operation, inTurn(&n, answers(tt.status, tt.body, tt.headers...)))
		require.ErrorIs(t, err, tt.kind, tt.operation)
		require.ErrorIs(t, err, tt.code, tt.operation)
		assert.EqualValues(t, 1, n.Load(), tt.operation)
	}
}

func TestAttemptsAreAsConfigured(t *testing.T) {
	t.Parallel()
	for _, want := range []int{1, 5} {
		var n atomic.Int64
		c, err := flink.New(cloud.Config{
			Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", ""), HTTPClient: &http.Client{Transport: inTurn(&n, answers(503, ""))},
			Retry: cloud.Retry{MaxAttempts: want, MinDelay: 1, MaxDelay: 1},
		}, flink.WithWorkspace("w"), flink.WithNamespace("n"))
		require.NoError(t, err)
		_, err = c.GetJob(t.Context(), flink.GetJobRequest{JobID: "j"})
		require.ErrorIs(t, err, cloud.ErrUnavailable)
		assert.EqualValues(t, want, n.Load())
	}
}

func TestStatusAndPageStayInTheError(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		for _, status := range []int{200, 403, 404, 502} {
			err := over(t, c.operation, inTurn(new(atomic.Int64), answers(status, "<html>\n<h1>Bad Gateway</h1>\n</html>", "Content-Type", "text/html")))
			var e *cloud.Error
			require.ErrorAs(t, err, &e, c.operation)
			assert.Equal(t, status, e.StatusCode, c.operation)
			assert.Contains(t, err.Error(), "<html>", c.operation)
			assert.NotContains(t, err.Error(), "<nil>")
		}
	}
}

func TestNothingIsNoResponse(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		for _, body := range []string{"null", "{}", "", `{"Response":null}`, `{"Response":{}}`, `{"data":null}`, `{"success":true,"data":null}`} {
			if c.good == "" && (body == "" || body == "{}") {
				continue // that is how these succeed
			}
			err := over(t, c.operation, inTurn(new(atomic.Int64), answers(200, body)))
			assert.ErrorIs(t, err, cloud.ErrTransport, "%s %s", c.operation, body)
		}
	}
}

func TestNilAndZeroDoNotPanic(t *testing.T) {
	t.Parallel()
	request := flink.GetJobRequest{JobID: "j"}
	c := newClients(t, "", time.Minute, inTurn(new(atomic.Int64), answers(200, named(t, "GetJob").good))).flink
	var none context.Context
	_, err := c.GetJob(none, request)
	require.NoError(t, err)
	_, err = c.GetJob(t.Context(), flink.GetJobRequest{})
	require.ErrorIs(t, err, cloud.ErrInvalid)

	zero := new(flink.Client)
	_, err = zero.GetJob(t.Context(), request)
	require.ErrorIs(t, err, cloud.ErrInvalid)
	_, err = zero.BeginHotUpdateJob(t.Context(), flink.HotUpdateJobRequest{JobID: "j"})
	require.ErrorIs(t, err, cloud.ErrInvalid)
	_, err = zero.ResumeHotUpdateJob("x")
	require.ErrorIs(t, err, cloud.ErrInvalid)
	for _, err := range zero.AllJobs(t.Context(), flink.ListJobsRequest{DeploymentID: "d"}) {
		require.ErrorIs(t, err, cloud.ErrInvalid)
	}
	_, err = flink.New(cloud.Config{})
	require.ErrorIs(t, err, cloud.ErrInvalid)
}

func TestSilentServicesTimeOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		silent := roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		for operation, attempts := range map[string]int{"HotUpdateJob": 1, "SwitchDataEngineImage": 1, "GetJob": 3} {
			began := time.Now()
			err := named(t, operation).make(context.Background(), newClients(t, "", 0, silent))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.InDelta(t, float64(attempts)*cloud.DefaultTimeout.Seconds(), time.Since(began).Seconds(), 1, operation)
		}
	})
}

func TestCancelEndsAPauseAtOnce(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"GetJob", "DescribeDataEngine", "GetKxCluster", "GetServiceInstance"} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			rt := inTurn(new(atomic.Int64), answers(503, "", "Retry-After", "1"))
			c := newClients(t, "", time.Minute, rt)
			began := time.Now()
			done := make(chan error)
			go func() { done <- named(t, operation).make(ctx, c) }()
			synctest.Wait() // the call is pausing now, or over
			cancel(errors.New("the user left"))
			err := <-done
			assert.Zero(t, time.Since(began))
			require.ErrorIs(t, err, context.Canceled)
			assert.ErrorContains(t, err, "the user left")
			assert.ErrorContains(t, err, "503")
		})
	}
}

func TestEveryAttemptIsSignedAnew(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"GetJob", "DescribeDataEngine", "GetKxCluster", "GetServiceInstance"} {
		synctest.Test(t, func(t *testing.T) {
			seen := map[string]bool{}
			rt := roundTripper(func(r *http.Request) (*http.Response, error) {
				seen[r.Header.Get("Authorization")] = true
				time.Sleep(2 * time.Second)
				return response(r, 503, ""), nil
			})
			require.ErrorIs(t, over(t, operation, rt), cloud.ErrUnavailable)
			assert.Len(t, seen, 3, operation)
		})
	}
}

func TestDLCIsRepeatedToo(t *testing.T) {
	t.Parallel()
	good := named(t, "DescribeDataEngine").good
	for _, code := range []string{"RequestLimitExceeded", "RequestLimitExceeded.UinLimitExceeded", "RequestLimitExceeded.IPLimitExceeded", "InternalError", "ServiceUnavailable"} {
		var n atomic.Int64
		refusal := fmt.Sprintf(`{"Response":{"RequestId":"r","Error":{"Code":%q,"Message":"m"}}}`, code)
		require.NoError(t, over(t, "DescribeDataEngine", inTurn(&n, answers(200, refusal), answers(200, good))), code)
		assert.EqualValues(t, 2, n.Load(), code)
	}
}

func TestAuthoritiesOfOneClientAreItsOwn(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, named(t, "GetJob").good) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	trusting := func() http.RoundTripper {
		return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}
	}
	get := func(rt http.RoundTripper) error {
		return named(t, "GetJob").make(t.Context(), newClients(t, s.URL, time.Minute, rt))
	}
	require.NoError(t, get(trusting()))
	var untrusted *tls.CertificateVerificationError
	require.ErrorAs(t, get(nil), &untrusted)
	require.NoError(t, get(trusting()))
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	var opened atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, named(t, "GetJob").good) }))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	c := newClients(t, s.URL, time.Minute, nil)
	const together, each = 40, 20
	var running sync.WaitGroup
	for range together {
		running.Go(func() {
			for range each {
				assert.NoError(t, named(t, "GetJob").make(t.Context(), c))
			}
		})
	}
	running.Wait()
	assert.LessOrEqual(t, opened.Load(), int64(2*together), "of %d calls", together*each)
}

func TestAFailedProviderIsAskedAgain(t *testing.T) {
	t.Parallel()
	asked := 0
	provider := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		if asked++; asked == 1 {
			return cloud.Credentials{}, errors.New("the metadata service is away")
		}
		return cloud.Credentials{AccessKeyID: "id", SecretAccessKey: cloud.NewSecret("secret")}, nil
	})
	c, err := dlc.New(cloud.Config{
		Region: "ap-guangzhou", Credentials: provider,
		HTTPClient: &http.Client{Transport: inTurn(new(atomic.Int64), answers(200, named(t, "DescribeDataEngine").good))},
	})
	require.NoError(t, err)
	_, err = c.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: "e"})
	require.ErrorContains(t, err, "the metadata service is away")
	_, err = c.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: "e"})
	require.NoError(t, err)
}

func TestLogsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	var printed bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&printed, &slog.HandlerOptions{Level: slog.LevelDebug}))
	cfg := cloud.Config{
		Region: "us-east-1", Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "very-secret-key", "very-secret-token"), Logger: logger,
		Observer: cloud.CallFunc(func(_ context.Context, call cloud.CallResult) {
			logger.Info("call", "call", call, "plain", fmt.Sprintf("%+v", call))
		}),
		HTTPClient: &http.Client{Transport: inTurn(new(atomic.Int64), answers(400, `{"__type":"ValidationException","message":"very-secret-key very-secret-token"}`))},
	}
	c, err := proton.New(cfg)
	require.NoError(t, err)
	_, err = c.UpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{
		Name: "i", ServiceName: "s", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "password: very-secret-spec",
	})
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.Contains(t, printed.String(), "UpdateServiceInstance")
	assert.NotContains(t, printed.String(), "very-secret")
	assert.NotContains(t, printed.String(), "Signature=")
}
