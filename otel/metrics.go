package otel

import (
	api "go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
)

// metrics are the instruments.
type metrics struct {
	calls     metric.Float64Histogram
	retries   metric.Int64Counter
	changes   metric.Float64Histogram
	active    metric.Int64UpDownCounter
	polls     metric.Int64Counter
	uncertain metric.Int64Counter
}

// callBuckets are those of the semantic conventions, changeBuckets from a second to a day; both in seconds.
var (
	callBuckets   = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}
	changeBuckets = []float64{1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400}
)

func newMetrics(m metric.Meter) metrics {
	return metrics{
		calls: reported(m.Float64Histogram("rpc.client.call.duration",
			metric.WithUnit("s"), metric.WithDescription("Duration of calls, with all attempts."),
			metric.WithExplicitBucketBoundaries(callBuckets...))),
		retries: reported(m.Int64Counter("polycloud.call.retries",
			metric.WithUnit("{retry}"), metric.WithDescription("Attempts that another one followed."))),
		changes: reported(m.Float64Histogram("polycloud.change.duration",
			metric.WithUnit("s"), metric.WithDescription("Time from the start of a change to its end, as a wait observed it."),
			metric.WithExplicitBucketBoundaries(changeBuckets...))),
		active: reported(m.Int64UpDownCounter("polycloud.change.active",
			metric.WithUnit("{change}"), metric.WithDescription("Changes that this process waits for."))),
		polls: reported(m.Int64Counter("polycloud.change.polls",
			metric.WithUnit("{poll}"), metric.WithDescription("Polls of waits, added when the wait ends."))),
		uncertain: reported(m.Int64Counter("polycloud.change.uncertain",
			metric.WithUnit("{start}"), metric.WithDescription("Starts after which it was not known whether the change has begun."))),
	}
}

// reported returns an instrument, and reports an error to OpenTelemetry's handler. Names like the above cause none.
func reported[T any](instrument T, err error) T {
	if err != nil {
		api.Handle(err)
	}
	return instrument
}
