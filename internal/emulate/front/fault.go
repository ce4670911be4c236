package front

import (
	"net/http"
	"slices"
	"time"
)

// FaultKind is what goes wrong with a request. Each service reports it in its own format.
type FaultKind string

// The kinds. Package emulator says what each does.
const (
	Throttle           FaultKind = "throttle"
	ServerError        FaultKind = "server-error"
	Unavailable        FaultKind = "unavailable"
	Latency            FaultKind = "latency"
	Reset              FaultKind = "reset"
	Truncate           FaultKind = "truncate"
	ErrorIn200         FaultKind = "error-in-200"
	HTML               FaultKind = "html"
	EmptyBody          FaultKind = "empty-body"
	NullBody           FaultKind = "null-body"
	EmptyObject        FaultKind = "empty-object"
	Oversize           FaultKind = "oversize"
	ExpiredCredentials FaultKind = "expired-credentials"
	ClockSkew          FaultKind = "clock-skew"
	Refuse             FaultKind = "refuse"
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

// FaultKinds are all kinds.
var FaultKinds = []FaultKind{
	Throttle, ServerError, Unavailable, Latency, Reset, Truncate, ErrorIn200, HTML, EmptyBody, NullBody, EmptyObject, Oversize,
	ExpiredCredentials, ClockSkew, Refuse,
}

type activeFault struct {
	Fault
	id         int
	skip, left int
	applied    int // to how many requests
}

// An ActiveFault is a fault that was not removed.
type ActiveFault struct {
	Fault
	ID         int
	Skip, Left int // how many matching requests it skips and applies to from now on; Left is negative for all
}

// Inject adds a fault. If several match a request, the one that was added first applies. The returned function
// removes the fault.
func (srv *Server) Inject(f Fault) (remove func()) {
	id := srv.AddFault(f)
	return func() { srv.RemoveFault(id) }
}

// AddFault adds a fault and returns its ID.
func (srv *Server) AddFault(f Fault) (id int) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.injected++
	srv.faults = append(srv.faults, &activeFault{Fault: f, id: srv.injected, skip: f.Skip, left: max(f.Times, 1)})
	return srv.injected
}

// RemoveFault removes a fault. It reports whether there was one.
func (srv *Server) RemoveFault(id int) bool {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	before := len(srv.faults)
	srv.faults = slices.DeleteFunc(srv.faults, func(f *activeFault) bool { return f.id == id })
	return len(srv.faults) < before
}

// RemoveFaults removes all faults.
func (srv *Server) RemoveFaults() {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.faults = nil
}

// ActiveFaults returns the faults in the order in which they were added. One that has applied as often as it should
// stays until it is removed.
func (srv *Server) ActiveFaults() []ActiveFault {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	list := make([]ActiveFault, len(srv.faults))
	for i, f := range srv.faults {
		list[i] = ActiveFault{Fault: f.Fault, ID: f.id, Skip: f.skip, Left: f.left}
		if f.Times < 0 || f.Kind == ClockSkew {
			list[i].Left = -1
		}
	}
	return list
}

func (f *Fault) matches(service, operation string) bool {
	return (f.Service == "" || f.Service == service) && (f.Operation == "" || f.Operation == operation)
}

// nextFault returns the fault that applies to a request, and counts the request.
func (srv *Server) nextFault(service, operation string) *Fault {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	for _, f := range srv.faults {
		switch {
		case f.Kind == ClockSkew, f.left == 0, !f.matches(service, operation):
			continue
		case f.skip > 0:
			f.skip--
			continue
		case f.Times >= 0:
			f.left--
		}
		f.applied++
		found := f.Fault
		return &found
	}
	return nil
}

// clockSkew returns how far the service's clock is ahead.
func (srv *Server) clockSkew(service, operation string) time.Duration {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	for _, f := range srv.faults {
		if f.Kind == ClockSkew && f.matches(service, operation) {
			f.applied++
			if f.Delay == 0 {
				return time.Hour
			}
			return f.Delay
		}
	}
	return 0
}

// applyFault returns the response that a fault replaces resp with.
func (srv *Server) applyFault(s Service, r *Received, f *Fault, resp Response) Response {
	replace := func(status int, contentType, body string) {
		resp = Response{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
	}
	switch f.Kind {
	case Latency:
	case Reset:
		resp.reset = true
	case Truncate:
		if len(resp.Body) < 2 {
			resp.Body = []byte("{}") // so that there is something to cut
		}
		resp.truncate = true
	case HTML:
		replace(http.StatusBadGateway, "text/html",
			"<html>\n<head><title>Bad gateway</title></head>\n<body>The emulator's gateway failed.</body>\n</html>\n")
	case EmptyBody:
		replace(http.StatusOK, "application/json", "")
	case NullBody:
		replace(http.StatusOK, "application/json", "null")
	case EmptyObject:
		replace(http.StatusOK, "application/json", "{}")
	case Oversize:
		resp.padding = 65 << 20
	default:
		x := s.Fault(f.Kind)
		if f.Code != "" {
			x.Code = f.Code
		}
		if f.Message != "" {
			x.Message = f.Message
		}
		x.RetryAfter = f.RetryAfter
		resp = srv.errorResponse(s, r, &x)
	}
	if f.Status != 0 {
		resp.Status = f.Status
	}
	return resp
}
