package otel

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// A method is what all calls of an operation in one place share, made once to save allocations.
type method struct {
	name      string
	requestID attribute.Key
	span      []trace.SpanStartOption
	series    []attribute.KeyValue

	mu   sync.RWMutex
	ends map[failure][]metric.RecordOption
}

// methodOf returns the method of a call.
func (o *observer) methodOf(call cloud.CallInfo) *method {
	o.mu.RLock()
	m := o.methods[call]
	o.mu.RUnlock()
	if m != nil {
		return m
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if m = o.methods[call]; m == nil {
		m = &method{
			name: call.Service + "." + call.Operation, requestID: requestIDKey(call.Provider), series: methodAttributes(call),
			span: []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(callAttributes(call)...)},
			ends: map[failure][]metric.RecordOption{},
		}
		o.methods[call] = m
	}
	return m
}

// ended returns the attributes of a call that ended with f.
func (m *method) ended(f failure) []metric.RecordOption {
	m.mu.RLock()
	opts := m.ends[f]
	m.mu.RUnlock()
	if opts != nil {
		return opts
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	set := attribute.NewSet(f.attributes(append([]attribute.KeyValue(nil), m.series...))...)
	opts = []metric.RecordOption{metric.WithAttributeSet(set)}
	m.ends[f] = opts
	return opts
}

// OnCall begins the span of a call. Its end is in the metrics with or without one.
func (o *observer) OnCall(ctx context.Context, call cloud.CallInfo) (context.Context, func(cloud.CallResult)) {
	m := o.methodOf(call)
	if !o.traced(call) {
		return nil, func(r cloud.CallResult) {
			o.metrics.calls.Record(ctx, r.Elapsed.Seconds(), m.ended(failureOf(r.Err, r.Code))...)
		}
	}
	under, span := o.tracer.Start(ctx, m.name, m.span...)
	return under, func(r cloud.CallResult) {
		f := failureOf(r.Err, r.Code)
		if span.IsRecording() {
			span.SetAttributes(m.result(r, f)...)
			o.fail(span, r.Err)
		}
		span.End()
		o.metrics.calls.Record(under, r.Elapsed.Seconds(), m.ended(f)...)
	}
}

// traced reports whether a call has a span.
func (o *observer) traced(call cloud.CallInfo) bool { return o.pollSpans || !call.Poll }

// result returns the attributes of the span of a call that has ended.
func (m *method) result(r cloud.CallResult, f failure) []attribute.KeyValue {
	const most = 6
	list := append(make([]attribute.KeyValue, 0, most), attempts.Int(r.Attempts))
	return f.attributes(m.response(list, r.StatusCode, r.RequestID))
}

// response appends what is known of a response, if there was one.
func (m *method) response(list []attribute.KeyValue, status int, id string) []attribute.KeyValue {
	if status != 0 {
		list = append(list, httpStatusCode.Int(status))
	}
	if id = word(id); id != "" {
		list = append(list, m.requestID.String(id))
	}
	return list
}

// OnAttempt begins the span of an attempt, or adds an event to that of the call when it has ended.
func (o *observer) OnAttempt(ctx context.Context, a cloud.AttemptInfo) (context.Context, func(cloud.AttemptResult)) {
	if o.attemptSpans && o.traced(a.CallInfo) {
		return o.attemptSpan(ctx, a)
	}
	return nil, func(r cloud.AttemptResult) {
		if r.Number == 1 && r.Retry == "" {
			return // an only attempt is like the call
		}
		m := o.methodOf(r.CallInfo)
		if call := trace.SpanFromContext(ctx); o.traced(r.CallInfo) && call.IsRecording() {
			call.AddEvent("attempt", trace.WithAttributes(append(m.attempt(r), attemptNumber.Int(r.Number))...))
		}
		o.countRetry(ctx, m, r)
	}
}

// attemptSpan begins the span of an attempt. It is not of kind CLIENT, so that backends count calls and not attempts.
func (o *observer) attemptSpan(ctx context.Context, a cloud.AttemptInfo) (context.Context, func(cloud.AttemptResult)) {
	m := o.methodOf(a.CallInfo)
	under, span := o.tracer.Start(ctx, m.name+" attempt")
	return under, func(r cloud.AttemptResult) {
		if span.IsRecording() {
			list := m.attempt(r)
			if a.Number > 1 {
				list = append(list, httpResendCount.Int(a.Number-1))
			}
			span.SetAttributes(list...)
			o.fail(span, r.Err)
		}
		span.End()
		o.countRetry(under, m, r)
	}
}

// attempt returns the attributes of an attempt that has ended.
func (m *method) attempt(r cloud.AttemptResult) []attribute.KeyValue {
	list := failureOf(r.Err, r.Code).attributes(m.response(nil, r.StatusCode, r.RequestID))
	if r.Queued > 0 {
		list = append(list, attemptQueued.Float64(r.Queued.Seconds()))
	}
	if r.Retry != "" {
		list = append(list, retryReason.String(string(r.Retry)), retryPause.Float64(r.Pause.Seconds()))
	}
	return list
}

// countRetry counts an attempt that another one follows.
func (o *observer) countRetry(ctx context.Context, m *method, r cloud.AttemptResult) {
	if r.Retry == "" {
		return
	}
	o.metrics.retries.Add(ctx, 1, metric.WithAttributes(m.series...), metric.WithAttributes(retryReason.String(string(r.Retry))))
}
