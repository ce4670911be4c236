package emulator

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// A service is the protocol of one of the four services. Only handlers run with the lock held.
type service interface {
	name() string
	// claims reports whether a request is for the service.
	claims(r *received) bool
	// route sets the operation and its handler, which stays nil if the operation is unknown.
	route(r *received)
	// verify checks the signature, whose time must be close to now.
	verify(r *received, now time.Time) error
	// success and refuse write a response in the service's format.
	success(r *received, result any) (response, error)
	refuse(r *received, x *refusal) response
	// explain converts any error to a refusal.
	explain(err error) *refusal
	// fault returns the service's error for a fault.
	fault(kind FaultKind) refusal
}

// handler executes one operation. It runs with the lock held.
type handler func(r *received) (any, error)

// operation makes a handler from a function that takes the operation's request.
func operation[T interface{ Validate() error }](f func(r *received, in T) (any, error)) handler {
	return func(r *received) (any, error) {
		var in T
		if err := r.decode(&in); err != nil {
			return nil, err
		}
		if err := in.Validate(); err != nil {
			return nil, err
		}
		return f(r, in)
	}
}

// received is one request on its way through the emulator.
type received struct {
	sign.Request // as it arrived
	emulator     *Emulator
	ctx          context.Context
	at           time.Time
	requestID    string
	values       url.Values // of the query

	// Set by the service.
	operation string
	labels    map[string]string // in the path
	handle    handler
	strict    bool // refuse unknown members of the body
	check     sign.Check
	token     string // the idempotency token
	changes   int    // how many changes the request has started
}

// response is what the emulator sends.
type response struct {
	status int
	header http.Header
	body   []byte
	code   string // of an error

	reset    bool // close the connection instead of sending it
	truncate bool // send half the body, with the Content-Length of all
	padding  int  // spaces to send after the body
}

// refusal is a request that was not executed. Each service writes it in its own format.
type refusal struct {
	code       string
	message    string
	status     int    // 0 is the default for the code
	reason     string // why the state does not allow the change, if the service has a member for it
	retryAfter time.Duration
	hint       string // only for the log
}

func (x *refusal) Error() string { return x.code + ": " + x.message }

// maxBody is the largest body that the services accept.
const maxBody = 10 << 20

var errTooLarge = errors.New("the body is too large")

func (e *Emulator) serveHTTP(w http.ResponseWriter, req *http.Request) {
	r, err := e.receive(req)
	if err != nil && !errors.Is(err, errTooLarge) {
		panic(http.ErrAbortHandler) // the client went away
	}
	s := e.serviceFor(r)
	if s == nil {
		e.logUnclaimed(r)
		http.Error(w, "The request is for none of the emulator's services.", http.StatusNotFound)
		return
	}
	s.route(r)
	resp, f := e.respond(s, r, err)
	e.record(s, r, resp, f)
	e.send(w, resp)
}

// receive reads a request as it was sent.
func (e *Emulator) receive(req *http.Request) (*received, error) {
	path, query, _ := strings.Cut(req.RequestURI, "?")
	if !strings.HasPrefix(path, "/") { // an absolute address, as sent to proxies
		path, query = req.URL.EscapedPath(), req.URL.RawQuery
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, maxBody+1))
	if len(body) > maxBody {
		_, _ = io.Copy(io.Discard, req.Body) // so that the client reads the response
		body, err = nil, errTooLarge
	}
	values, _ := url.ParseQuery(query)
	return &received{
		Request: sign.Request{
			Method: req.Method, Host: req.Host, Path: path, Query: query,
			Header: maps.Clone(req.Header), Body: body,
		},
		emulator: e, ctx: req.Context(), at: time.Now(), requestID: newUUID(), values: values,
	}, err
}

func (e *Emulator) serviceFor(r *received) service {
	for _, s := range e.services {
		if s.claims(r) {
			return s
		}
	}
	return nil
}

// respond executes a request, unless it is refused or a fault applies. It also returns the fault.
func (e *Emulator) respond(s service, r *received, readErr error) (response, *Fault) {
	skew := e.clockSkew(s.name(), r.operation)
	now := time.Now().Add(skew)
	err := readErr
	if err == nil {
		err = s.verify(r, now)
	}
	var resp response
	var f *Fault
	if err == nil {
		resp, f = e.respondVerified(s, r)
	} else {
		resp = e.errorResponse(s, r, err)
	}
	if skew != 0 {
		resp.header.Set("Date", now.UTC().Format(http.TimeFormat))
	}
	if skew != 0 && f == nil {
		f = &Fault{Kind: ClockSkew}
	}
	return resp, f
}

func (e *Emulator) respondVerified(s service, r *received) (response, *Fault) {
	f := e.nextFault(s.name(), r.operation)
	if f == nil {
		return e.execute(s, r), nil
	}
	resp := response{status: http.StatusOK, header: http.Header{}, body: []byte(`{"emulator":"not executed"}`)}
	if f.AfterEffect {
		resp = e.execute(s, r)
	}
	if !e.pause(r, f.Delay) {
		return response{header: http.Header{}, reset: true}, f
	}
	if f.Kind == Latency && !f.AfterEffect {
		resp = e.execute(s, r)
	}
	return e.applyFault(s, r, f, resp), f
}

func (e *Emulator) execute(s service, r *received) response {
	if r.handle == nil {
		return e.errorResponse(s, r, errUnknownOperation)
	}
	e.mu.Lock()
	before := e.changes
	result, err := r.handle(r)
	r.changes = e.changes - before
	var resp response
	if err == nil {
		resp, err = s.success(r, result)
	}
	e.mu.Unlock()
	if err != nil {
		return e.errorResponse(s, r, err)
	}
	return resp
}

// errUnknownOperation is returned for an operation that the emulator does not have.
var errUnknownOperation = errors.New("no such operation")

func (e *Emulator) errorResponse(s service, r *received, err error) response {
	x, ok := errors.AsType[*refusal](err)
	if !ok {
		x = s.explain(err)
	}
	resp := s.refuse(r, x)
	resp.code = x.code
	e.logRefusal(s, r, resp, x, err)
	return resp
}

// pause delays a request. It reports whether its client and the emulator are still there afterwards.
func (e *Emulator) pause(r *received, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.ctx.Done():
	case <-e.done:
	}
	return false
}

func (e *Emulator) send(w http.ResponseWriter, resp response) {
	if resp.reset {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), resp.header)
	body := resp.body
	switch {
	case resp.truncate:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	case resp.padding == 0:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(resp.status)
	_, err := w.Write(body)
	for block := bytes.Repeat([]byte(" "), 64<<10); err == nil && resp.padding > 0; resp.padding -= len(block) {
		_, err = w.Write(block)
	}
	if resp.truncate {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
