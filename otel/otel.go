package otel

import (
	"context"
	"runtime/debug"
	"sync"

	api "go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// scope names the instrumentation in traces and metrics.
const scope = "github.com/polycloud-sdk/polycloud-go/otel"

// Option configures what [Instrument] and [NewObserver] report, and where to.
type Option func(*options)

type options struct {
	tracers      trace.TracerProvider
	meters       metric.MeterProvider
	attemptSpans bool
	pollSpans    bool
	messages     bool
}

// WithTracerProvider sets who makes the spans. The default is the global provider.
func WithTracerProvider(p trace.TracerProvider) Option { return func(o *options) { o.tracers = p } }

// WithMeterProvider sets who collects the metrics. The default is the global provider.
func WithMeterProvider(p metric.MeterProvider) Option { return func(o *options) { o.meters = p } }

// WithAttemptSpans makes each attempt of a call a span below that of the call. By default, attempts are events of the
// call's span, if there is more than one.
func WithAttemptSpans() Option { return func(o *options) { o.attemptSpans = true } }

// WithPollSpans makes the calls of polls spans below the caller's, like other calls. By default only metrics count
// them.
func WithPollSpans() Option { return func(o *options) { o.pollSpans = true } }

// WithErrorMessages describes the status of a span by the message of its error. The message has no credentials, but
// the service's own words, which may repeat parts of a request, are in it, and so is the reason why a change failed.
func WithErrorMessages() Option { return func(o *options) { o.messages = true } }

// Instrument lets the clients of cfg report to OpenTelemetry, before the Observer that cfg may have already, which sees
// the contexts with the spans. Call it once for a Config.
func Instrument(cfg *cloud.Config, opts ...Option) {
	cfg.Observer = cloud.Observers(NewObserver(opts...), cfg.Observer)
}

// NewObserver returns the observer that Instrument sets, for [cloud.WithObserver] or for several Configs. It is a
// [cloud.Tracer].
func NewObserver(opts ...Option) cloud.Observer {
	o := options{tracers: api.GetTracerProvider(), meters: api.GetMeterProvider()}
	for _, opt := range opts {
		opt(&o)
	}
	return &observer{
		options: o,
		tracer:  o.tracers.Tracer(scope, trace.WithInstrumentationVersion(version()), trace.WithSchemaURL(schemaURL)),
		metrics: newMetrics(o.meters.Meter(scope, metric.WithInstrumentationVersion(version()), metric.WithSchemaURL(schemaURL))),
		methods: map[cloud.CallInfo]*method{},
	}
}

// observer reports to one tracer and one meter.
type observer struct {
	options
	tracer  trace.Tracer
	metrics metrics

	mu      sync.RWMutex
	methods map[cloud.CallInfo]*method
}

// version is that of this module in the running program; empty if it is not known.
var version = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == scope {
			return m.Version
		}
	}
	return ""
})

// Traceparent returns the span of ctx as W3C Trace Context writes it.
func (o *observer) Traceparent(ctx context.Context) string {
	span := trace.SpanContextFromContext(ctx)
	if !span.IsValid() {
		return ""
	}
	return "00-" + span.TraceID().String() + "-" + span.SpanID().String() + "-" + (span.TraceFlags() & trace.FlagsSampled).String()
}

// fail sets the status of a span whose end is err.
func (o *observer) fail(span trace.Span, err error) {
	if err == nil {
		return
	}
	if o.messages {
		span.SetStatus(codes.Error, err.Error())
		return
	}
	span.SetStatus(codes.Error, "")
}
