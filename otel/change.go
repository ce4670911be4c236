package otel

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// OnStart begins the span of a start, which ends in seconds or, if it has to find out what became of a request, minutes.
// It is linked to the preparation if that was elsewhere.
func (o *observer) OnStart(ctx context.Context, change cloud.ChangeInfo) (context.Context, func(cloud.StartResult)) {
	under, span := o.tracer.Start(ctx, "start "+change.Service+"."+change.Operation, linkTo(ctx, change.Traceparent))
	return under, func(r cloud.StartResult) {
		if span.IsRecording() {
			list := append(changeAttributes(r.ChangeInfo), startOutcome.String(string(r.Outcome)))
			span.SetAttributes(failureOf(r.Err, "").attributes(list)...)
			o.fail(span, r.Err)
		}
		span.End()
		if r.Outcome == cloud.StartUncertain {
			o.metrics.uncertain.Add(under, 1, metric.WithAttributes(seriesAttributes(r.ChangeInfo)...))
		}
	}
}

// OnWait counts a wait that begins, and makes a span of it when it has ended, linked to the start of the change.
func (o *observer) OnWait(ctx context.Context, change cloud.ChangeInfo) (context.Context, func(cloud.WaitResult)) {
	series := metric.WithAttributeSet(attribute.NewSet(seriesAttributes(change)...))
	o.metrics.active.Add(ctx, 1, series)
	return nil, func(r cloud.WaitResult) {
		o.metrics.active.Add(ctx, -1, series)
		result := resultOf(ctx, r)
		under, span := o.tracer.Start(ctx, "wait "+change.Service+"."+change.Operation, linkTo(ctx, change.Traceparent))
		if span.IsRecording() {
			span.SetAttributes(waited(r, result)...)
			if !isInterrupted(ctx, r) {
				o.fail(span, r.Err)
			}
		}
		span.End()
		o.metrics.polls.Add(under, int64(r.Polls), series)
		if isEnd(ctx, r) {
			o.metrics.changes.Record(under, r.Elapsed.Seconds(), series, metric.WithAttributes(changeResult.String(result)))
		}
	}
}

// waited returns the attributes of a wait that has ended.
func waited(r cloud.WaitResult, result string) []attribute.KeyValue {
	list := append(changeAttributes(r.ChangeInfo),
		deploymentState.String(r.Outcome.String()), changeElapsed.Float64(r.Elapsed.Seconds()), changePolls.Int(r.Polls),
		changeResumed.Bool(r.Resumed), waitDuration.Float64(r.Waited.Seconds()))
	if result != "" {
		list = append(list, changeResult.String(result))
	}
	if state := word(r.State); state != "" {
		list = append(list, changeState.String(state))
	}
	return failureOf(r.Err, "").attributes(list)
}

// isInterrupted reports whether the caller gave up the wait, which is no error.
func isInterrupted(ctx context.Context, r cloud.WaitResult) bool {
	return r.Outcome == cloud.Pending && errors.Is(ctx.Err(), context.Canceled)
}

// isEnd reports whether no other wait of the change will follow: it has ended, or this wait gave up by itself.
func isEnd(ctx context.Context, r cloud.WaitResult) bool {
	return r.Outcome != cloud.Pending || r.Err != nil && ctx.Err() == nil
}

// linkTo returns the link to the span of a traceparent, unless there is none, or it is the one of ctx.
func linkTo(ctx context.Context, traceparent string) trace.SpanStartOption {
	here := trace.SpanContextFromContext(ctx)
	there := trace.SpanContextFromContext(
		propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": traceparent})) // here without one
	if there.SpanID() == here.SpanID() {
		return trace.WithLinks()
	}
	return trace.WithLinks(trace.Link{SpanContext: there})
}
