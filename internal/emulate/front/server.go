package front

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// A Service is the protocol of one of the four services. Only handlers run with the lock held.
type Service interface {
	Name() string
	// Operations returns all operations of the service, and Handlers what executes those that it has.
	Operations() API
	Handlers() Handlers
	// Claims reports whether a request is for the service.
	Claims(r *Received) bool
	// Route sets the operation and its handler, which stays nil if the operation is unknown.
	Route(r *Received)
	// Verify checks the signature, whose time must be close to now.
	Verify(r *Received, now time.Time) error
	// Success and refuse write a response in the service's format.
	Success(r *Received, result any) (Response, error)
	Refuse(r *Received, x *Refusal) Response
	// Explain converts any error to a refusal.
	Explain(err error) *Refusal
	// Fault returns the service's error for a fault.
	Fault(kind FaultKind) Refusal
}

// A Server answers requests for the services.
type Server struct {
	World  *world.World
	Keys   *Keys
	Logger *slog.Logger

	services []Service
	done     <-chan struct{} // closed to end pauses

	mu       sync.Mutex // guards the rest
	faults   []*activeFault
	requests []Request
}

// NewServer returns a server of some services. It ends the pauses of faults when done is closed.
func NewServer(w *world.World, k *Keys, logger *slog.Logger, done <-chan struct{}, services ...Service) *Server {
	return &Server{World: w, Keys: k, Logger: logger, services: services, done: done}
}

// Handler executes one operation. It runs with the lock held.
type Handler func(r *Received) (any, error)

// Handle makes a handler from a function that takes the operation's request.
func Handle[T interface{ Validate() error }](f func(r *Received, in T) (any, error)) Handler {
	return func(r *Received) (any, error) {
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

// Received is one request on its way through the emulator.
type Received struct {
	sign.Request // as it arrived
	world        *world.World
	keys         *Keys
	ctx          context.Context
	at           time.Time
	RequestID    string
	Values       url.Values // of the query

	// Set by the service.
	Operation string
	labels    map[string]string // in the path
	Handle    Handler
	Strict    bool // refuse unknown members of the body
	Check     sign.Check
	token     string // the idempotency token
	changes   int    // how many changes the request has started
}

// Response is what the emulator sends.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	code   string // of an error

	reset    bool // close the connection instead of sending it
	truncate bool // send half the body, with the Content-Length of all
	padding  int  // spaces to send after the body
}

// maxBody is the largest body that the services accept.
const maxBody = 10 << 20

var ErrTooLarge = errors.New("the body is too large")

// ServeHTTP answers a request for one of the services.
func (srv *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r, err := srv.receive(req)
	if err != nil && !errors.Is(err, ErrTooLarge) {
		panic(http.ErrAbortHandler) // the client went away
	}
	s := srv.serviceFor(r)
	if s == nil {
		srv.logUnclaimed(r)
		http.Error(w, "The request is for none of the emulator's services.", http.StatusNotFound)
		return
	}
	s.Route(r)
	resp, f := srv.respond(s, r, err)
	srv.record(s, r, resp, f)
	srv.send(w, resp)
}

// receive reads a request as it was sent.
func (srv *Server) receive(req *http.Request) (*Received, error) {
	path, query, _ := strings.Cut(req.RequestURI, "?")
	if !strings.HasPrefix(path, "/") { // an absolute address, as sent to proxies
		path, query = req.URL.EscapedPath(), req.URL.RawQuery
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, maxBody+1))
	if len(body) > maxBody {
		_, _ = io.Copy(io.Discard, req.Body) // so that the client reads the response
		body, err = nil, ErrTooLarge
	}
	values, _ := url.ParseQuery(query)
	return &Received{
		Request: sign.Request{
			Method: req.Method, Host: req.Host, Path: path, Query: query,
			Header: maps.Clone(req.Header), Body: body,
		},
		world: srv.World, keys: srv.Keys, ctx: req.Context(), at: time.Now(), RequestID: newRequestID(), Values: values,
	}, err
}

func (srv *Server) serviceFor(r *Received) Service {
	for _, s := range srv.services {
		if s.Claims(r) {
			return s
		}
	}
	return nil
}

// respond executes a request, unless it is refused or a fault applies. It also returns the fault.
func (srv *Server) respond(s Service, r *Received, readErr error) (Response, *Fault) {
	skew := srv.clockSkew(s.Name(), r.Operation)
	now := time.Now().Add(skew)
	err := readErr
	if err == nil {
		err = s.Verify(r, now)
	}
	var resp Response
	var f *Fault
	if err == nil {
		resp, f = srv.respondVerified(s, r)
	} else {
		resp = srv.errorResponse(s, r, err)
	}
	if skew != 0 {
		resp.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	}
	if skew != 0 && f == nil {
		f = &Fault{Kind: ClockSkew}
	}
	return resp, f
}

func (srv *Server) respondVerified(s Service, r *Received) (Response, *Fault) {
	f := srv.nextFault(s.Name(), r.Operation)
	if f == nil {
		return srv.execute(s, r), nil
	}
	resp := Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte(`{"emulator":"not executed"}`)}
	if f.AfterEffect {
		resp = srv.execute(s, r)
	}
	if !srv.pause(r, f.Delay) {
		return Response{Header: http.Header{}, reset: true}, f
	}
	if f.Kind == Latency && !f.AfterEffect {
		resp = srv.execute(s, r)
	}
	return srv.applyFault(s, r, f, resp), f
}

func (srv *Server) execute(s Service, r *Received) Response {
	if r.Handle == nil {
		return srv.errorResponse(s, r, ErrUnknownOperation)
	}
	srv.World.Lock()
	before := srv.World.Began()
	result, err := r.Handle(r)
	r.changes = srv.World.Began() - before
	var resp Response
	if err == nil {
		resp, err = s.Success(r, result)
	}
	srv.World.Unlock()
	if err != nil {
		return srv.errorResponse(s, r, err)
	}
	return resp
}

// ErrUnknownOperation is returned for an operation that the emulator does not have.
var ErrUnknownOperation = errors.New("no such operation")

func (srv *Server) errorResponse(s Service, r *Received, err error) Response {
	x, ok := errors.AsType[*Refusal](err)
	if !ok {
		x = s.Explain(err)
	}
	resp := s.Refuse(r, x)
	resp.code = x.Code
	srv.logRefusal(s, r, resp, x, err)
	return resp
}

// pause delays a request. It reports whether its client and the emulator are still there afterwards.
func (srv *Server) pause(r *Received, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.ctx.Done():
	case <-srv.done:
	}
	return false
}

func (srv *Server) send(w http.ResponseWriter, resp Response) {
	if resp.reset {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), resp.Header)
	body := resp.Body
	switch {
	case resp.truncate:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	case resp.padding == 0:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(resp.Status)
	_, err := w.Write(body)
	for block := bytes.Repeat([]byte(" "), 64<<10); err == nil && resp.padding > 0; resp.padding -= len(block) {
		_, err = w.Write(block)
	}
	if resp.truncate {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func newRequestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
