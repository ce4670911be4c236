package otel_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/otel"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

func TestCallIsAClientSpan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		emu.Inject(emulator.Fault{Operation: "GetKxCluster", Kind: emulator.Latency, Delay: 300 * time.Millisecond})
		ctx, parent := p.traces.Tracer("test").Start(t.Context(), "release")
		_, err := p.finspace(t, emu).GetKxCluster(ctx, getCluster)
		require.NoError(t, err)
		parent.End()

		assert.Equal(t, []string{"finspace.GetKxCluster", "release"}, p.names())
		s := p.span(t, "finspace.GetKxCluster")
		assert.Equal(t, trace.SpanKindClient, s.SpanKind())
		assert.Equal(t, parent.SpanContext().SpanID(), s.Parent().SpanID())
		assert.Equal(t, codes.Unset, s.Status().Code)
		assert.Empty(t, s.Events(), "an only attempt is no event")
		assert.Equal(t, 300*time.Millisecond, s.EndTime().Sub(s.StartTime()))
		assert.Equal(t, "https://opentelemetry.io/schemas/1.44.0", s.InstrumentationScope().SchemaURL)
		got := attributes(s.Attributes())
		assert.Equal(t, emu.Requests()[0].RequestID, got["aws.request_id"])
		delete(got, "aws.request_id")
		assert.Equal(t, map[string]any{
			"rpc.system.name": "aws-api", "rpc.method": "finspace/GetKxCluster", "cloud.provider": "aws", "cloud.region": "us-east-1",
			"server.address": "emulator.invalid", "polycloud.attempts": int64(1), "http.response.status_code": int64(200),
		}, got)

		points := p.points(t, "rpc.client.call.duration")
		point := points["cloud.region=us-east-1,rpc.method=finspace/GetKxCluster,rpc.system.name=aws-api"]
		require.Len(t, points, 1)
		assert.EqualValues(t, 1, point.Count)
		assert.InDelta(t, 0.3, point.Sum, 1e-9)
		assert.Equal(t, []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}, point.Bounds)
		assert.Equal(t, "s", p.metrics(t)["rpc.client.call.duration"].Unit)
	})
}

func TestServerAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		endpoint, address string
		port              any
	}{
		{"", "proton.us-east-1.amazonaws.com", nil},
		{"https://proton.internal:8443/some/path", "proton.internal", int64(8443)},
		{"http://127.0.0.1:4566", "127.0.0.1", int64(4566)},
		{"https://[::1]", "::1", nil},
		{"https://[::1]:8443", "::1", int64(8443)},
	}
	for _, tt := range tests {
		t.Run(tt.endpoint, func(t *testing.T) {
			t.Parallel()
			p := newProcess()
			cfg := stubbed()
			cfg.Endpoint, cfg.Observer = tt.endpoint, p.observer()
			require.NoError(t, callOf(t, "proton", cfg))
			got := attributes(p.spans.Ended()[0].Attributes())
			assert.Equal(t, tt.address, got["server.address"])
			assert.Equal(t, tt.port, got["server.port"])
		})
	}
}

// stubbed is a Config of clients that get the same response to every request, without a network.
func stubbed() cloud.Config {
	return cloud.Config{
		Region: "us-east-1", Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""),
		HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: responseHeader, Body: io.NopCloser(strings.NewReader("{}"))}, nil
		})},
	}
}

var responseHeader = http.Header{
	"Content-Type": {"application/json"}, "X-Amzn-Requestid": {"7f3a1c9e-5b2d-4e8f-9a6c-0d1e2f3a4b5c"},
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestFailedCalls(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, service, method, system, idKey string
		fault                                emulator.Fault
		errorType, kind, statusCode          string
		status                               int64
	}{
		{"a code of AWS", "proton", "proton/GetAccountSettings", "aws-api", "aws.request_id",
			emulator.Fault{Kind: emulator.Refuse, Code: "ConflictException", Status: 409}, "ConflictException", "conflict", "ConflictException", 409},
		{"a code of Alibaba Cloud", "flink", "flink/ListJobs", "alibaba_cloud-api", "polycloud.request_id",
			emulator.Fault{Kind: emulator.Refuse, Code: "NoPermission", Status: 403}, "NoPermission", "access denied", "NoPermission", 403},
		{"a code of Tencent Cloud", "dlc", "dlc/DescribeDataEngines", "tencent_cloud-api", "polycloud.request_id",
			emulator.Fault{Kind: emulator.Refuse, Code: "FailedOperation.LabRunning", Status: 200}, "FailedOperation.LabRunning", "conflict", "FailedOperation.LabRunning", 200},
		{"an unknown code", "proton", "proton/GetAccountSettings", "aws-api", "aws.request_id",
			emulator.Fault{Kind: emulator.Refuse, Code: "Made-Up-For-You", Status: 409}, "conflict", "conflict", "", 409},
		{"no response", "proton", "proton/GetAccountSettings", "aws-api", "",
			emulator.Fault{Kind: emulator.Reset, Times: -1}, "transport error", "transport error", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				emu, p := start(t), newProcess()
				emu.Inject(tt.fault)
				cfg := emu.Config()
				cfg.Observer = p.observer()
				require.Error(t, callOf(t, tt.service, cfg))

				require.Len(t, p.spans.Ended(), 1)
				s := p.spans.Ended()[0]
				assert.Equal(t, sdktrace.Status{Code: codes.Error}, s.Status(), "without a message")
				got := attributes(s.Attributes())
				want := map[string]any{
					"rpc.system.name": tt.system, "rpc.method": tt.method, "error.type": tt.errorType, "polycloud.error.kind": tt.kind,
				}
				series := "error.type=" + tt.errorType + ",polycloud.error.kind=" + tt.kind + ",rpc.method=" + tt.method
				if tt.statusCode != "" {
					want["rpc.status_code"] = tt.statusCode
					series += ",rpc.status_code=" + tt.statusCode
				}
				if tt.status != 0 {
					want["http.response.status_code"] = tt.status
				}
				for key, value := range want {
					assert.Equal(t, value, got[key], key)
				}
				assert.Equal(t, tt.statusCode != "", got["rpc.status_code"] != nil)
				if tt.idKey != "" {
					assert.NotEmpty(t, got[tt.idKey])
				}
				points := p.points(t, "rpc.client.call.duration")
				require.Len(t, points, 1)
				assert.Contains(t, points, "cloud.region=us-east-1,"+series+",rpc.system.name="+tt.system)
			})
		})
	}
}

// callOf reads something from a service.
func callOf(t *testing.T, service string, cfg cloud.Config) error {
	t.Helper()
	switch service {
	case "proton":
		c, err := proton.New(cfg)
		require.NoError(t, err)
		_, err = c.GetAccountSettings(t.Context(), proton.GetAccountSettingsRequest{})
		return err
	case "flink":
		c, err := flink.New(cfg, flink.WithWorkspace("a14bd5d90a"), flink.WithNamespace("default"))
		require.NoError(t, err)
		_, err = c.ListJobs(t.Context(), flink.ListJobsRequest{DeploymentID: "58718c99-3b29-4c5e-93bb-c9fc4ec6"})
		return err
	}
	c, err := dlc.New(cfg)
	require.NoError(t, err)
	_, err = c.DescribeDataEngines(t.Context(), dlc.DescribeDataEnginesRequest{})
	return err
}

func TestARequestThatIsRefusedHere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		request := getCluster
		request.ClusterName = ""
		_, err := p.finspace(t, emu).GetKxCluster(t.Context(), request)
		require.ErrorIs(t, err, cloud.ErrInvalid)
		got := attributes(p.span(t, "finspace.GetKxCluster").Attributes())
		assert.EqualValues(t, 0, got["polycloud.attempts"])
		assert.Equal(t, "invalid", got["error.type"])
	})
}

func TestRetriesAreEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		emu.Inject(emulator.Fault{Kind: emulator.Throttle, RetryAfter: 2 * time.Second})
		_, err := p.finspace(t, emu).GetKxCluster(t.Context(), getCluster)
		require.NoError(t, err)

		s := p.span(t, "finspace.GetKxCluster")
		assert.EqualValues(t, 2, attributes(s.Attributes())["polycloud.attempts"])
		assert.Equal(t, codes.Unset, s.Status().Code, "the call succeeded")
		require.Len(t, s.Events(), 2)
		first, second := attributes(s.Events()[0].Attributes), attributes(s.Events()[1].Attributes)
		assert.EqualValues(t, 1, first["polycloud.attempt"])
		assert.EqualValues(t, 429, first["http.response.status_code"])
		assert.Equal(t, "throttled", first["polycloud.retry.reason"])
		assert.InDelta(t, 2, first["polycloud.retry.pause"], 1)
		assert.Equal(t, "throttled", first["polycloud.error.kind"])
		assert.Equal(t, "ThrottlingException", first["error.type"])
		assert.EqualValues(t, 2, second["polycloud.attempt"])
		assert.EqualValues(t, 200, second["http.response.status_code"])
		assert.NotContains(t, second, "error.type")
		assert.Equal(t, map[string]int64{
			"cloud.region=us-east-1,polycloud.retry.reason=throttled,rpc.method=finspace/GetKxCluster,rpc.system.name=aws-api": 1,
		}, p.sums(t, "polycloud.call.retries"))
	})
}

func TestAttemptSpans(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		emu.Inject(emulator.Fault{Kind: emulator.ServerError, Delay: time.Second})
		_, err := p.finspace(t, emu, otel.WithAttemptSpans()).GetKxCluster(t.Context(), getCluster)
		require.NoError(t, err)

		s, list := p.span(t, "finspace.GetKxCluster"), p.named("finspace.GetKxCluster attempt")
		assert.Empty(t, s.Events())
		require.Len(t, list, 2)
		for _, a := range list {
			assert.Equal(t, trace.SpanKindInternal, a.SpanKind())
			assert.Equal(t, s.SpanContext().SpanID(), a.Parent().SpanID())
		}
		first, second := attributes(list[0].Attributes()), attributes(list[1].Attributes())
		assert.Equal(t, time.Second, list[0].EndTime().Sub(list[0].StartTime()))
		assert.Equal(t, codes.Error, list[0].Status().Code)
		assert.NotContains(t, first, "http.request.resend_count")
		assert.Equal(t, "failed", first["polycloud.retry.reason"])
		assert.Equal(t, codes.Unset, list[1].Status().Code)
		assert.EqualValues(t, 1, second["http.request.resend_count"])
		assert.EqualValues(t, 200, second["http.response.status_code"])
		assert.Len(t, p.sums(t, "polycloud.call.retries"), 1)
	})
}

func TestQueueOfAnAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		cfg := emu.Config()
		cfg.RequestRate = 1
		cfg.Observer = p.observer(otel.WithAttemptSpans())
		c, err := proton.New(cfg)
		require.NoError(t, err)
		for range 2 {
			_, err = c.GetAccountSettings(t.Context(), proton.GetAccountSettingsRequest{})
			require.NoError(t, err)
		}
		list := p.named("proton.GetAccountSettings attempt")
		require.Len(t, list, 2)
		assert.InDelta(t, 1, attributes(list[1].Attributes())["polycloud.attempt.queued"], 0.01)
	})
}

func TestErrorMessagesOnlyOnRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		cfg := emu.Config()
		cfg.Observer = p.observer(otel.WithErrorMessages())
		emu.Inject(emulator.Fault{Kind: emulator.Refuse, Code: "ConflictException", Status: 409, Message: "it is busy"})
		require.Error(t, callOf(t, "proton", cfg))
		assert.Contains(t, p.spans.Ended()[0].Status().Description, "it is busy")
	})
}

func TestUnsampledCallsAreCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess(sdktrace.WithSampler(sdktrace.NeverSample()))
		emu.Inject(emulator.Fault{Kind: emulator.Throttle})
		_, err := p.finspace(t, emu).GetKxCluster(t.Context(), getCluster)
		require.NoError(t, err)
		assert.Empty(t, p.spans.Ended())
		assert.Len(t, p.points(t, "rpc.client.call.duration"), 1)
		assert.Len(t, p.sums(t, "polycloud.call.retries"), 1)
	})
}

func TestInstrumentKeepsTheObserverOfTheConfig(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		var seen []trace.SpanContext
		cfg := emu.Config()
		cfg.Observer = cloud.CallFunc(func(ctx context.Context, _ cloud.CallResult) {
			seen = append(seen, trace.SpanContextFromContext(ctx))
		})
		otel.Instrument(&cfg, otel.WithTracerProvider(p.traces), otel.WithMeterProvider(p.meters))
		require.NoError(t, callOf(t, "proton", cfg))
		require.Len(t, p.spans.Ended(), 1)
		assert.Equal(t, []trace.SpanContext{p.spans.Ended()[0].SpanContext()}, seen, "under the span")
	})
}
