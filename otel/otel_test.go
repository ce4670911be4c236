package otel_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/otel"
)

// A process has its own tracer and meter, as a program has.
type process struct {
	spans  *tracetest.SpanRecorder
	traces *sdktrace.TracerProvider
	reader *sdkmetric.ManualReader
	meters *sdkmetric.MeterProvider
}

func newProcess(opts ...sdktrace.TracerProviderOption) *process {
	p := &process{spans: tracetest.NewSpanRecorder(), reader: sdkmetric.NewManualReader()}
	p.traces = sdktrace.NewTracerProvider(append(opts, sdktrace.WithSpanProcessor(p.spans))...)
	p.meters = sdkmetric.NewMeterProvider(sdkmetric.WithReader(p.reader))
	return p
}

// observer is that of a client in the process.
func (p *process) observer(opts ...otel.Option) cloud.Observer {
	return otel.NewObserver(append(opts, otel.WithTracerProvider(p.traces), otel.WithMeterProvider(p.meters))...)
}

// finspace returns an instrumented client of the emulator.
func (p *process) finspace(t *testing.T, emu *emulator.Emulator, opts ...otel.Option) *finspace.Client {
	t.Helper()
	cfg := emu.Config()
	cfg.Observer = p.observer(opts...)
	c, err := finspace.New(cfg)
	require.NoError(t, err)
	return c
}

// named returns the ended spans of a name.
func (p *process) named(name string) (list []sdktrace.ReadOnlySpan) {
	for _, s := range p.spans.Ended() {
		if s.Name() == name {
			list = append(list, s)
		}
	}
	return list
}

// span returns the only ended span of a name.
func (p *process) span(t *testing.T, name string) sdktrace.ReadOnlySpan {
	t.Helper()
	list := p.named(name)
	require.Len(t, list, 1, name)
	return list[0]
}

// names returns the names of all ended spans.
func (p *process) names() (list []string) {
	for _, s := range p.spans.Ended() {
		list = append(list, s.Name())
	}
	return list
}

// metrics collects all metrics by name.
func (p *process) metrics(t *testing.T) map[string]metricdata.Metrics {
	t.Helper()
	var data metricdata.ResourceMetrics
	require.NoError(t, p.reader.Collect(context.Background(), &data))
	all := map[string]metricdata.Metrics{}
	for _, s := range data.ScopeMetrics {
		assert.Equal(t, "https://opentelemetry.io/schemas/1.44.0", s.Scope.SchemaURL)
		for _, m := range s.Metrics {
			all[m.Name] = m
		}
	}
	return all
}

// sums returns the values of a counter by attributes.
func (p *process) sums(t *testing.T, name string) map[string]int64 {
	t.Helper()
	m, found := p.metrics(t)[name]
	if !found {
		return nil
	}
	sum, ok := m.Data.(metricdata.Sum[int64])
	require.True(t, ok, "%s is %T", name, m.Data)
	values := map[string]int64{}
	for _, d := range sum.DataPoints {
		values[encoded(d.Attributes.ToSlice())] = d.Value
	}
	return values
}

// points returns the points of a histogram by attributes.
func (p *process) points(t *testing.T, name string) map[string]metricdata.HistogramDataPoint[float64] {
	t.Helper()
	m, found := p.metrics(t)[name]
	if !found {
		return nil
	}
	histogram, ok := m.Data.(metricdata.Histogram[float64])
	require.True(t, ok, "%s is %T", name, m.Data)
	points := map[string]metricdata.HistogramDataPoint[float64]{}
	for _, d := range histogram.DataPoints {
		points[encoded(d.Attributes.ToSlice())] = d
	}
	return points
}

// encoded is a list of attributes in one string, sorted by key.
func encoded(list []attribute.KeyValue) string {
	set := attribute.NewSet(list...)
	return set.Encoded(attribute.DefaultEncoder())
}

// attributes returns those of a span by key.
func attributes(list []attribute.KeyValue) map[string]any {
	all := map[string]any{}
	for _, a := range list {
		all[string(a.Key)] = a.Value.AsInterface()
	}
	return all
}

const (
	environment = "kx7example"
	cluster     = "hdb-prod"
)

// start starts an emulator with a cluster, in the bubble of the test.
func start(t *testing.T, opts ...emulator.Option) *emulator.Emulator {
	t.Helper()
	emu, err := emulator.Start(append([]emulator.Option{emulator.InProcess(), emulator.WithStaleReads(0)}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{ClusterName: cluster})
	return emu
}

var getCluster = finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster}

// codeUpdate is a change that takes the time that the emulator is set to.
var codeUpdate = finspace.UpdateKxClusterCodeConfigurationRequest{
	EnvironmentID: environment, ClusterName: cluster, Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "1.zip"},
}

const (
	updateCode     = "finspace.UpdateKxClusterCodeConfiguration"
	changeSeries   = "cloud.region=us-east-1,polycloud.change.operation=finspace/UpdateKxClusterCodeConfiguration"
	shortChange    = 10 * time.Minute
	longChangeTime = 6 * time.Hour
)
