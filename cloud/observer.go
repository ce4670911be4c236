package cloud

import (
	"context"
	"time"
)

// An Observer sees the calls, attempts, starts and waits of a client: give it as Config.Observer, or with
// [WithObserver] to all that is done under a context. Each method is called when something begins. It may return a
// context, derived from ctx, under which that then happens, and a function that is called with the result when it has
// ended; both may be nil.
//
// Methods and functions run on the goroutine that makes the call, which for the polls of a [Fleet] is one of its own,
// and several may run at once. The call waits for them, so they must be quick. They may make calls with the client,
// which are observed too, but must not use the change or the waiter that they see, which is busy. If one panics, so
// does the call, and what has begun may not be reported as ended.
//
// What they get holds no request, no response, no header and no credentials. An Err is the error that the caller gets:
// it prints and marshals without secrets, but a *StartError and a *WaitError have the token of the change, which may
// hold some.
//
// Embed [NopObserver] to implement only some of the methods, also of later versions; use [CallFunc] for a function
// that sees finished calls, and [Observers] for several observers. An Observer may also be a [Tracer].
type Observer interface {
	// OnCall begins with a call of an operation, of which a wait makes one or more for each poll, and ends with its
	// result, also if the request is refused before it is sent.
	OnCall(ctx context.Context, call CallInfo) (context.Context, func(CallResult))
	// OnAttempt begins when an attempt of a call is about to be signed and sent, and ends when its response is read; for
	// a stream, when its headers are. Its context ends before that. An attempt without credentials is not made.
	OnAttempt(ctx context.Context, attempt AttemptInfo) (context.Context, func(AttemptResult))
	// OnStart begins with Change.Start, also as the last part of a Begin method, unless the change is known to have
	// begun. Preparing a change is not part of it.
	OnStart(ctx context.Context, change ChangeInfo) (context.Context, func(StartResult))
	// OnWait begins with Wait, WaitAny or the range over Watch, and for each of the waiters of a Fleet with that of the
	// Fleet, unless the wait has ended before. It ends when they return. A Poll by itself is no wait.
	OnWait(ctx context.Context, change ChangeInfo) (context.Context, func(WaitResult))
}

// A Tracer is an Observer that knows the span of a context. Tokens then carry it as TokenInfo.Traceparent: that of the
// preparation, and once the change has begun that of its start, so that the trace of a wait in another process can
// refer to it. It is never sent to a service.
type Tracer interface {
	// Traceparent returns the span of ctx in the form of the header traceparent of W3C Trace Context, or "".
	Traceparent(ctx context.Context) string
}

// CallInfo is a call that begins.
type CallInfo struct {
	Provider  string // the cloud, as OpenTelemetry spells it: "aws", "alibaba_cloud", "tencent_cloud"
	Service   string
	Operation string
	Region    string
	Host      string // of the endpoint, with the port if it has one
	Poll      bool   // the call is part of a poll of a wait
}

// CallResult is a call that has ended.
type CallResult struct {
	CallInfo
	RequestID  string
	StatusCode int // of the last attempt; 0 when there was no response
	Attempts   int // 0 when the request was refused before it was sent
	Elapsed    time.Duration
	Err        error // KindOf tells its kind
	Code       Code  // of Err, if the package of the service knows it; so it is one of a few hundred, fit for a metric

	// IdempotencyToken is what the request had or was given; empty if the operation has none.
	IdempotencyToken string
}

// Kind is that of Err; empty if there is none.
func (r CallResult) Kind() Kind { return KindOf(r.Err) }

// AttemptInfo is an attempt that begins.
type AttemptInfo struct {
	CallInfo
	Number int           // counts the attempts of the call from 1
	Queued time.Duration // how long the attempt waited because of Config.RequestRate or Limiter
}

// AttemptResult is an attempt that has ended.
type AttemptResult struct {
	AttemptInfo
	RequestID  string
	StatusCode int // 0 when there was no response
	Elapsed    time.Duration
	Err        error         // why it did not succeed
	Code       Code          // as in CallResult
	Retry      RetryReason   // why another attempt follows; empty if none does
	Pause      time.Duration // until then
}

// RetryReason is why a call makes another attempt.
type RetryReason string

// The reasons for another attempt.
const (
	RetryThrottled   RetryReason = "throttled"   // the service put the attempt off
	RetryFailed      RetryReason = "failed"      // it failed, and may succeed the next time
	RetryCredentials RetryReason = "credentials" // the service refused the credentials, and there may be others
	RetryClock       RetryReason = "clock"       // the clock skew was corrected
)

// ChangeInfo is a change that is being started or waited for: what its token says. Only Service, Operation and Region
// are set if there is no token, as for Until waiters, and for changes of your own.
type ChangeInfo struct {
	TokenInfo
	Resumed bool // the wait is for a change that was restored from a token
}

// StartOutcome is how the start of a change ended.
type StartOutcome string

// The outcomes of a start.
const (
	StartBegun     StartOutcome = "begun"     // the change has begun
	StartRefused   StartOutcome = "refused"   // the service refused it
	StartUncertain StartOutcome = "uncertain" // it is not known, or not yet, whether the change has begun
	StartNotSent   StartOutcome = "not sent"  // nothing was sent, or nothing that was sent took effect
)

// StartResult is the end of a start.
type StartResult struct {
	ChangeInfo // as it is after the start
	Outcome    StartOutcome
	Elapsed    time.Duration
	Err        error // nil if the change has begun
}

// WaitResult is the end of a wait.
type WaitResult struct {
	ChangeInfo
	Outcome    Outcome // Pending if only the wait ended
	State      string  // the last one seen, in the service's words
	Reason     string  // the service's explanation, where it gives one
	Superseded bool    // another change replaced this one
	Polls      int     // of the waiter during the wait
	Waited     time.Duration
	Elapsed    time.Duration // since the change began
	Err        error         // nil if the change is live, or the range over Watch was left before its end
}

// NopObserver observes nothing. It is for embedding.
type NopObserver struct{}

// OnCall returns nothing, like the methods after it.
func (NopObserver) OnCall(context.Context, CallInfo) (context.Context, func(CallResult)) {
	return nil, nil
}

// OnAttempt returns nothing.
func (NopObserver) OnAttempt(context.Context, AttemptInfo) (context.Context, func(AttemptResult)) {
	return nil, nil
}

// OnStart returns nothing.
func (NopObserver) OnStart(context.Context, ChangeInfo) (context.Context, func(StartResult)) {
	return nil, nil
}

// OnWait returns nothing.
func (NopObserver) OnWait(context.Context, ChangeInfo) (context.Context, func(WaitResult)) {
	return nil, nil
}

// CallFunc is an Observer that is called once after each call, successful or not, with the context of the call.
type CallFunc func(ctx context.Context, call CallResult)

// OnCall returns a function that calls f.
func (f CallFunc) OnCall(ctx context.Context, _ CallInfo) (context.Context, func(CallResult)) {
	if f == nil {
		return nil, nil
	}
	return nil, func(r CallResult) { f(ctx, r) }
}

// OnAttempt returns nothing.
func (f CallFunc) OnAttempt(context.Context, AttemptInfo) (context.Context, func(AttemptResult)) {
	return nil, nil
}

// OnStart returns nothing.
func (f CallFunc) OnStart(context.Context, ChangeInfo) (context.Context, func(StartResult)) {
	return nil, nil
}

// OnWait returns nothing.
func (f CallFunc) OnWait(context.Context, ChangeInfo) (context.Context, func(WaitResult)) {
	return nil, nil
}
