package emulator

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// FaultKind is what goes wrong with a request. Each service reports it in its own format.
type FaultKind string

const (
	// Throttle is the service's error for a request rate that is too high. RetryAfter is sent where the
	// service has a header for it.
	Throttle = FaultKind(front.Throttle)
	// ServerError is an internal error of the service.
	ServerError = FaultKind(front.ServerError)
	// Unavailable is a temporary outage of the service. RetryAfter says how long it lasts.
	Unavailable = FaultKind(front.Unavailable)
	// Latency delays the response by Delay. The request is executed after the delay, so that nothing
	// changes if the client gives up. With AfterEffect it is executed before the delay.
	Latency = FaultKind(front.Latency)
	// Reset closes the connection without a response.
	Reset = FaultKind(front.Reset)
	// Truncate sends only the first half of the response body.
	Truncate = FaultKind(front.Truncate)
	// ErrorIn200 is an error with HTTP status 200.
	ErrorIn200 = FaultKind(front.ErrorIn200)
	// HTML is the error page of a gateway, with HTTP status 502.
	HTML = FaultKind(front.HTML)
	// EmptyBody, NullBody and EmptyObject are responses with HTTP status 200 and without content.
	EmptyBody   = FaultKind(front.EmptyBody)
	NullBody    = FaultKind(front.NullBody)
	EmptyObject = FaultKind(front.EmptyObject)
	// Oversize is a response of more than 65 MiB.
	Oversize = FaultKind(front.Oversize)
	// ExpiredCredentials is the error for an expired session token.
	ExpiredCredentials = FaultKind(front.ExpiredCredentials)
	// ClockSkew sets the service's clock ahead by Delay, or by an hour if that is zero, until the fault is
	// removed. It ignores Skip and Times.
	ClockSkew = FaultKind(front.ClockSkew)
	// Refuse is an error with the given Code, Message and Status.
	Refuse = FaultKind(front.Refuse)
)

// Fault says which requests go wrong, and how. Only requests with a valid signature count.
type Fault struct {
	Service   string // "finspace", "proton", "flink" or "dlc"; empty is any
	Operation string // empty is any
	Kind      FaultKind

	Skip  int // how many matching requests it skips first
	Times int // how many it applies to after that; 0 is one, negative is all

	// AfterEffect executes the request before its response is replaced. Otherwise it is not executed.
	AfterEffect bool

	Delay      time.Duration // before the response, or before the connection is closed
	RetryAfter time.Duration
	Status     int    // overrides the HTTP status
	Code       string // overrides the error code
	Message    string // overrides the error message
}

// Inject adds a fault. If several match a request, the one that was added first applies. The returned function
// removes the fault.
func (e *Emulator) Inject(f Fault) (remove func()) {
	return e.front.Inject(front.Fault{
		Service: f.Service, Operation: f.Operation, Kind: front.FaultKind(f.Kind), Skip: f.Skip, Times: f.Times,
		AfterEffect: f.AfterEffect, Delay: f.Delay, RetryAfter: f.RetryAfter, Status: f.Status, Code: f.Code, Message: f.Message,
	})
}
