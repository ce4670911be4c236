package cloud

import (
	"context"
	"slices"
)

type observerKey struct{}

// WithObserver returns a context under which o observes too, inside the Observer of the client and those that ctx has
// already. It is for code that observes without configuring the client. Changes and waits make their calls with the
// context that they get; a poll that several of them share may be made with the context of any.
func WithObserver(ctx context.Context, o Observer) context.Context {
	ctx = orBackground(ctx)
	if o == nil {
		return ctx
	}
	return context.WithValue(ctx, observerKey{}, Observers(ObserverFrom(ctx), o))
}

// ObserverFrom returns the observer that WithObserver has set, or nil.
func ObserverFrom(ctx context.Context) Observer {
	if ctx == nil {
		return nil
	}
	o, _ := ctx.Value(observerKey{}).(Observer)
	return o
}

// Observers joins observers, of which any may be nil: each sees what happens under the contexts of those before it, and
// its end before they do. The result is nil if all are, and a Tracer if one of them is.
func Observers(list ...Observer) Observer {
	var one Observer
	count := 0
	for _, o := range list {
		if o != nil {
			one = o
			count++
		}
	}
	if count < 2 {
		return one
	}
	joined := make(observers, 0, count)
	for _, o := range list {
		if o != nil {
			joined = append(joined, o)
		}
	}
	return joined
}

// observers are several observers, none of them nil.
type observers []Observer

func (list observers) OnCall(ctx context.Context, call CallInfo) (context.Context, func(CallResult)) {
	return joined(ctx, list, call, Observer.OnCall)
}

func (list observers) OnAttempt(ctx context.Context, attempt AttemptInfo) (context.Context, func(AttemptResult)) {
	return joined(ctx, list, attempt, Observer.OnAttempt)
}

func (list observers) OnStart(ctx context.Context, change ChangeInfo) (context.Context, func(StartResult)) {
	return joined(ctx, list, change, Observer.OnStart)
}

func (list observers) OnWait(ctx context.Context, change ChangeInfo) (context.Context, func(WaitResult)) {
	return joined(ctx, list, change, Observer.OnWait)
}

// Traceparent returns the first valid one.
func (list observers) Traceparent(ctx context.Context) string {
	for _, o := range list {
		if s := Traceparent(ctx, o); s != "" {
			return s
		}
	}
	return ""
}

// joined calls the same method of all observers.
func joined[Info, Result any](
	ctx context.Context, list observers, info Info, on func(Observer, context.Context, Info) (context.Context, func(Result)),
) (context.Context, func(Result)) {
	ends := make([]func(Result), 0, len(list))
	for _, o := range list {
		under, end := on(o, ctx, info)
		if under != nil {
			ctx = under
		}
		if end != nil {
			ends = append(ends, end)
		}
	}
	return ctx, func(r Result) {
		for _, end := range slices.Backward(ends) {
			end(r)
		}
	}
}

// Traceparent returns the span of ctx if o is a [Tracer] that knows it, and "" otherwise, also if what o returns is
// not a traceparent.
func Traceparent(ctx context.Context, o Observer) string {
	tracer, ok := o.(Tracer)
	if !ok {
		return ""
	}
	if s := tracer.Traceparent(ctx); isTraceparent(s) {
		return s
	}
	return ""
}

// isTraceparent reports whether s is a traceparent of W3C Trace Context: version, trace, span and flags in lower-case
// hexadecimal digits.
func isTraceparent(s string) bool {
	const length, trace, span, flags = 55, 3, 36, 53
	if len(s) != length || s[trace-1] != '-' || s[span-1] != '-' || s[flags-1] != '-' {
		return false
	}
	version, traceID, spanID := s[:trace-1], s[trace:span-1], s[span:flags-1]
	return version != "ff" && isHex(version) && isHex(s[flags:]) &&
		isHex(traceID) && !isZero(traceID) && isHex(spanID) && !isZero(spanID)
}

func isHex(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func isZero(s string) bool {
	for _, c := range []byte(s) {
		if c != '0' {
			return false
		}
	}
	return true
}
