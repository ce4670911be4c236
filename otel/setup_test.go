package otel_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	api "go.opentelemetry.io/otel"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/otel"
)

// setUp sends what a program reports to exporters, such as those of OTLP, and returns a client that reports.
func setUp(cfg cloud.Config, spans sdktrace.SpanExporter, metrics sdkmetric.Reader) (*finspace.Client, error) {
	api.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans)))
	api.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(metrics)))
	otel.Instrument(&cfg)
	return finspace.New(cfg)
}

// TestGlobalProviders is the only test that sets them.
func TestGlobalProviders(t *testing.T) {
	emu, err := emulator.Start()
	require.NoError(t, err)
	defer emu.Close()
	emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{ClusterName: cluster})
	spans, metrics := tracetest.NewInMemoryExporter(), sdkmetric.NewManualReader()
	c, err := setUp(emu.Config(), spans, metrics)
	require.NoError(t, err)
	_, err = c.GetKxCluster(t.Context(), getCluster)
	require.NoError(t, err)

	provider, ok := api.GetTracerProvider().(*sdktrace.TracerProvider)
	require.True(t, ok)
	require.NoError(t, provider.ForceFlush(t.Context()))
	require.Len(t, spans.GetSpans(), 1)
	var data metricdata.ResourceMetrics
	require.NoError(t, metrics.Collect(t.Context(), &data))
	require.Len(t, data.ScopeMetrics, 1)
	assert.Equal(t, "github.com/polycloud-sdk/polycloud-go/otel", data.ScopeMetrics[0].Scope.Name)
	require.NoError(t, provider.Shutdown(t.Context()))
}
