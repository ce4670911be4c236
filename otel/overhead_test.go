package otel_test

import (
	"cmp"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/otel"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// tracers are what a call may cost: with the SDK's spans, sampled or not, and with none.
var tracers = map[string]struct {
	traces trace.TracerProvider
	meters metric.MeterProvider
}{
	"noop":      {tracenoop.NewTracerProvider(), metricnoop.NewMeterProvider()},
	"metrics":   {tracenoop.NewTracerProvider(), collected()},
	"unsampled": {sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample())), collected()},
	"sampled":   {sdktrace.NewTracerProvider(), collected()},
}

func collected() metric.MeterProvider {
	return sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
}

// calling returns a function that makes a call without a network.
func calling(tb testing.TB, o cloud.Observer) func() {
	tb.Helper()
	cfg := stubbed()
	cfg.Observer = o
	c, err := proton.New(cfg)
	require.NoError(tb, err)
	return func() {
		if _, err := c.GetAccountSettings(tb.Context(), proton.GetAccountSettingsRequest{}); err != nil {
			tb.Error(err)
		}
	}
}

// TestAllocations holds what a call may allocate for its observer, the SDK's own part included.
func TestAllocations(t *testing.T) {
	if underRace {
		t.Skip("the race detector empties pools at random")
	}
	const most = 8
	count := func(o cloud.Observer) float64 {
		call := calling(t, o)
		least := math.Inf(1) // a garbage collection empties pools, too
		for range 5 {
			least = min(least, testing.AllocsPerRun(200, call))
		}
		return least
	}
	without := count(nil)
	for name, with := range tracers {
		added := count(otel.NewObserver(otel.WithTracerProvider(with.traces), otel.WithMeterProvider(with.meters))) - without
		t.Logf("%s: %.0f more than the %.0f of a call", name, added, without)
		assert.LessOrEqual(t, added, float64(most), name)
	}
}

// BenchmarkCall measures whole calls, BenchmarkObserver what the observer adds to one.
func BenchmarkCall(b *testing.B) {
	b.Run("none", func(b *testing.B) {
		once := calling(b, nil)
		b.ReportAllocs()
		for b.Loop() {
			once()
		}
	})
	benchmark(b, func(b *testing.B, o cloud.Observer) func() { return calling(b, o) })
}

func BenchmarkObserver(b *testing.B) {
	benchmark(b, func(b *testing.B, o cloud.Observer) func() {
		ctx, call := b.Context(), cloud.CallInfo{
			Provider: "aws", Service: "proton", Operation: "GetAccountSettings", Region: "us-east-1", Host: "proton.us-east-1.amazonaws.com",
		}
		attempt := cloud.AttemptInfo{CallInfo: call, Number: 1}
		id := responseHeader.Get("X-Amzn-Requestid")
		return func() {
			under, end := o.OnCall(ctx, call)
			_, endAttempt := o.OnAttempt(cmp.Or(under, ctx), attempt)
			endAttempt(cloud.AttemptResult{AttemptInfo: attempt, StatusCode: 200, RequestID: id, Elapsed: time.Millisecond})
			end(cloud.CallResult{CallInfo: call, StatusCode: 200, RequestID: id, Attempts: 1, Elapsed: time.Millisecond})
		}
	})
}

func benchmark(b *testing.B, prepare func(*testing.B, cloud.Observer) func()) {
	for _, name := range []string{"noop", "metrics", "unsampled", "sampled"} {
		b.Run(name, func(b *testing.B) {
			once := prepare(b, otel.NewObserver(otel.WithTracerProvider(tracers[name].traces), otel.WithMeterProvider(tracers[name].meters)))
			b.ReportAllocs()
			for b.Loop() {
				once()
			}
		})
	}
}
