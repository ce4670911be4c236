package emulator

import (
	"net/http"
	"slices"
	"time"
)

// FaultKind is what goes wrong with a request. Each service says it in its own form.
type FaultKind string

const (
	// Throttle is the service's refusal of calls that come too fast. RetryAfter is sent where the
	// service has a place for it.
	Throttle FaultKind = "throttle"
	// ServerError is a failure that the service calls its own.
	ServerError FaultKind = "server-error"
	// Unavailable is a service that cannot answer for now; RetryAfter says how long.
	Unavailable FaultKind = "unavailable"
	// Latency is an answer that comes late, by Delay. Before the effect, a client that gives up
	// leaves nothing changed; after the effect, the change is made and the client does not know.
	Latency FaultKind = "latency"
	// Reset is a connection that is closed without an answer.
	Reset FaultKind = "reset"
	// Truncate is an answer whose second half is missing.
	Truncate FaultKind = "truncate"
	// ErrorIn200 is an error in an answer with HTTP status 200.
	ErrorIn200 FaultKind = "error-in-200"
	// HTML is the page of a gateway, with HTTP status 502.
	HTML FaultKind = "html"
	// EmptyBody, NullBody and EmptyObject are answers with HTTP status 200 and nothing in them.
	EmptyBody   FaultKind = "empty-body"
	NullBody    FaultKind = "null-body"
	EmptyObject FaultKind = "empty-object"
	// Oversize is an answer of more than 65 MiB.
	Oversize FaultKind = "oversize"
	// ExpiredCredentials is the refusal of a session token that is over.
	ExpiredCredentials FaultKind = "expired-credentials"
	// ClockSkew puts the service's clock ahead by Delay, an hour if that is zero, until the fault is
	// removed. Skip and Times do not count for it.
	ClockSkew FaultKind = "clock-skew"
	// Refuse is a refusal with the given Code, Message and Status.
	Refuse FaultKind = "refuse"
)

// Fault says which requests meet which trouble. Only requests whose signature is right count.
type Fault struct {
	Service   string // "finspace", "proton", "flink" or "dlc"; empty is any
	Operation string // empty is any
	Kind      FaultKind

	Skip  int // how many requests pass before
	Times int // how many requests it strikes; 0 is one, negative is all

	// AfterEffect carries the request out and spoils its answer. Otherwise nothing is carried out.
	AfterEffect bool

	Delay      time.Duration // before the answer, or before the connection is closed
	RetryAfter time.Duration
	Status     int    // HTTP status in the place of the usual one
	Code       string // error code, likewise
	Message    string // error message, likewise
}

type activeFault struct {
	Fault
	skip, left int
}

// Inject adds a fault. Where several fit a request, the one that was added first strikes. The
// returned function removes the fault.
func (e *Emulator) Inject(f Fault) (remove func()) {
	a := &activeFault{Fault: f, skip: f.Skip, left: max(f.Times, 1)}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = append(e.faults, a)
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.faults = slices.DeleteFunc(e.faults, func(b *activeFault) bool { return a == b })
	}
}

func (f *Fault) fits(service, operation string) bool {
	return (f.Service == "" || f.Service == service) && (f.Operation == "" || f.Operation == operation)
}

// takeFault finds the fault that strikes a request and counts it.
func (e *Emulator) takeFault(service, operation string) *Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range e.faults {
		switch {
		case f.Kind == ClockSkew, f.left == 0, !f.fits(service, operation):
			continue
		case f.skip > 0:
			f.skip--
			continue
		case f.Times >= 0:
			f.left--
		}
		struck := f.Fault
		return &struck
	}
	return nil
}

// clockSkew is how far the service's clock is off.
func (e *Emulator) clockSkew(service, operation string) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range e.faults {
		if f.Kind == ClockSkew && f.fits(service, operation) {
			if f.Delay == 0 {
				return time.Hour
			}
			return f.Delay
		}
	}
	return 0
}

// spoil makes the answer that a fault leaves in the place of a good one.
func (e *Emulator) spoil(s service, r *received, f *Fault, good answer) answer {
	a := good
	body := func(status int, contentType, text string) {
		a = answer{status: status, header: http.Header{"Content-Type": {contentType}}, body: []byte(text)}
	}
	switch f.Kind {
	case Latency:
	case Reset:
		a.reset = true
	case Truncate:
		if len(a.body) < 2 {
			a.body = []byte("{}") // there must be something to cut
		}
		a.truncate = true
	case HTML:
		body(http.StatusBadGateway, "text/html", "<html>\n<head><title>Bad gateway</title></head>\n<body>The emulator's gateway is in trouble.</body>\n</html>\n")
	case EmptyBody:
		body(http.StatusOK, "application/json", "")
	case NullBody:
		body(http.StatusOK, "application/json", "null")
	case EmptyObject:
		body(http.StatusOK, "application/json", "{}")
	case Oversize:
		a.padding = 65 << 20
	default:
		x := s.fault(f.Kind)
		if f.Code != "" {
			x.code = f.Code
		}
		if f.Message != "" {
			x.message = f.Message
		}
		x.retryAfter = f.RetryAfter
		a = e.refused(s, r, &x)
	}
	if f.Status != 0 {
		a.status = f.Status
	}
	return a
}
