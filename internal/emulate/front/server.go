package front

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/journal"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// A Service is the protocol of one of the four services. Only handlers run with the lock held.
type Service interface {
	Name() string
	// Operations returns all operations of the service, and Handlers what executes those that it has.
	Operations() API
	Handlers() Handlers
	// Tier says what executes an operation. It is empty for an unknown one.
	Tier(operation string) Tier
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
	// Kinds returns the kinds of resources that can be added without a request. What others are in comes first.
	Kinds() []Kind
	// Fault returns the service's error for a fault.
	Fault(kind FaultKind) Refusal
}

// A Server answers requests for the services.
type Server struct {
	World  *world.World
	Keys   *Keys
	Logger *slog.Logger

	newServices func() []Service
	journal     *journal.Journal // guarded by World, as is options
	options     *journal.Options
	done        <-chan struct{} // closed to end pauses
	observer    observer

	mu       sync.Mutex        // guards the rest; taken after World
	services []Service         // reading needs one lock, writing both
	kinds    map[string][]Kind // of the services, guarded like them
	random   *rand.ChaCha8
	faults   []*activeFault
	injected int       // how many faults have been
	requests []Request // that are kept: the oldest is at dropped % maxRequests
	arrived  int       // how many requests have
	dropped  int       // how many of them, to keep others
	watchers map[chan Request]bool
}

// A Config says what a server is made of.
type Config struct {
	World    *world.World
	Keys     *Keys
	Logger   *slog.Logger
	Done     <-chan struct{}  // closed to end the pauses of faults
	Services func() []Service // makes new services, without any resources
	Journal  *journal.Journal
	Options  journal.Options
}

// NewServer returns a server in the state that follows from its journal. The options apply from now on.
func NewServer(c Config) (*Server, error) {
	srv := &Server{
		World: c.World, Keys: c.Keys, Logger: c.Logger, newServices: c.Services, journal: c.Journal, options: &c.Options, done: c.Done,
		random:   rand.NewChaCha8(sha256.Sum256(append(c.Journal.Seed[:], "requests"...))),
		watchers: map[chan Request]bool{},
	}
	return srv, srv.open()
}

func (srv *Server) setServices(services []Service) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.services, srv.kinds = services, map[string][]Kind{}
	for _, s := range services {
		srv.kinds[s.Name()] = s.Kinds()
	}
}

// Close closes the journal.
func (srv *Server) Close() error { return srv.journal.Close() }

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

// Decode returns the request of an operation, checked: a struct of its type.
func (r *Received) Decode(op Operation) (reflect.Value, error) {
	in := reflect.New(op.Request)
	if err := r.decode(in.Interface()); err != nil {
		return in.Elem(), err
	}
	checked, _ := reflect.TypeAssert[interface{ Validate() error }](in)
	return in.Elem(), checked.Validate()
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
	request   reflect.Type      // of the operation; nil if it is unknown
	labels    map[string]string // in the path
	Handle    Handler
	Strict    bool // refuse unknown members of the body
	Check     sign.Check
	// Respond makes the whole response instead of Handle, without the lock; nil if there is nothing else to answer from.
	Respond func(r *Received) (Response, error)
	token   string       // the idempotency token
	shaped  reflect.Type // the body has its shape, and need not be checked for it again
	changes int          // how many changes the request has started
}

// Response is what the emulator sends.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	code   string // of an error

	refused *Refused

	reset    bool // close the connection instead of sending it
	truncate bool // send half the body, with the Content-Length of all
	padding  int  // spaces to send after the body
}

// maxBody is the largest body that the services accept.
const maxBody = 10 << 20

// maxDiscarded is how much of a body that is larger is read after that. One that does not end is cut off.
const maxDiscarded = 64 << 20

var ErrTooLarge = errors.New("the body is too large")

// ServeHTTP answers a request for one of the services.
func (srv *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r, err := srv.receive(req)
	if err != nil && !errors.Is(err, ErrTooLarge) {
		panic(http.ErrAbortHandler) // the client went away
	}
	s := srv.serviceFor(r)
	if s == nil {
		srv.refuseUnclaimed(w, r)
		return
	}
	s.Route(r)
	r.request = s.Operations()[r.Operation].Request
	resp, f := srv.respond(s, r, err)
	if tier := s.Tier(r.Operation); tier != "" && !resp.reset {
		resp.Header.Set(TierHeader, string(tier))
	}
	srv.record(s.Name(), r, resp, f)
	srv.send(w, resp)
}

// Operations returns all operations of each service.
func (srv *Server) Operations() map[string]API {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	all := map[string]API{}
	for _, s := range srv.services {
		all[s.Name()] = s.Operations()
	}
	return all
}

// receive reads a request as it was sent.
func (srv *Server) receive(req *http.Request) (*Received, error) {
	path, query, _ := strings.Cut(req.RequestURI, "?")
	if !strings.HasPrefix(path, "/") { // an absolute address, as sent to proxies
		path, query = req.URL.EscapedPath(), req.URL.RawQuery
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, maxBody+1))
	if len(body) > maxBody {
		_, _ = io.CopyN(io.Discard, req.Body, maxDiscarded) // so that the client reads the response
		body, err = nil, ErrTooLarge
	}
	values, _ := url.ParseQuery(query)
	return &Received{
		Request: sign.Request{
			Method: req.Method, Host: req.Host, Path: path, Query: query,
			Header: maps.Clone(req.Header), Body: body,
		},
		world: srv.World, keys: srv.Keys, ctx: req.Context(), at: time.Now(), RequestID: srv.newRequestID(), Values: values,
	}, err
}

func (srv *Server) serviceFor(r *Received) Service {
	srv.mu.Lock()
	services := srv.services
	srv.mu.Unlock()
	for _, s := range services {
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
		return srv.handle(s, r), nil
	}
	resp := Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte(`{"emulator":"not executed"}`)}
	if f.AfterEffect {
		resp = srv.handle(s, r)
	}
	if !srv.pause(r, f.Delay) {
		return Response{Header: http.Header{}, reset: true}, f
	}
	if f.Kind == Latency && !f.AfterEffect {
		resp = srv.handle(s, r)
	}
	return srv.applyFault(s, r, f, resp), f
}

// handle executes a request. What it has changed is on the disk before anyone learns of it.
func (srv *Server) handle(s Service, r *Received) Response {
	if r.Respond != nil {
		resp, err := r.Respond(r)
		if err != nil {
			return srv.errorResponse(s, r, err)
		}
		return resp
	}
	if r.Handle == nil {
		return srv.errorResponse(s, r, ErrUnknownOperation)
	}
	resp, mark, err := srv.handleLocked(s, r)
	if syncErr := srv.journal.Sync(mark); syncErr != nil {
		err = syncErr
	}
	if err != nil {
		return srv.errorResponse(s, r, err)
	}
	return resp
}

func (srv *Server) handleLocked(s Service, r *Received) (resp Response, mark int64, err error) {
	srv.World.Lock()
	defer srv.World.Unlock()
	s = srv.current(s, r)
	var result any
	at, event, before := srv.World.Clock(), strconv.Itoa(len(srv.journal.Events)), srv.World.Began()
	isRead := reads(s, r.Operation)
	if isRead {
		event += "r" // so that it gets no ID of the next event
	}
	srv.World.Happen(event, at, func() { result, err = r.Handle(r) })
	r.changes = srv.World.Began() - before
	if err == nil && !isRead {
		srv.journal.Append(eventOf(s, r, at))
	}
	if err == nil {
		resp, err = s.Success(r, result)
	}
	return resp, srv.journal.Mark(), err
}

// current returns the service with the state of now, in case it was rebuilt since the request was routed.
func (srv *Server) current(s Service, r *Received) Service {
	now := srv.service(s.Name())
	if now != s {
		r.labels = nil
		now.Route(r)
	}
	return now
}

// ErrUnknownOperation is returned for an operation that the emulator does not have.
var ErrUnknownOperation = errors.New("no such operation")

func (srv *Server) errorResponse(s Service, r *Received, err error) Response {
	x, ok := errors.AsType[*Refusal](err)
	if !ok {
		x = s.Explain(err)
	}
	resp := s.Refuse(r, x)
	resp.code, resp.refused = x.Code, r.refusedBecause(x, err)
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
	if err == nil && resp.padding > 0 {
		pad(w, resp.padding)
	}
	if resp.truncate {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// pad writes at least n spaces, unless the client goes away.
func pad(w io.Writer, n int) {
	block := bytes.Repeat([]byte(" "), 64<<10)
	for err := error(nil); err == nil && n > 0; n -= len(block) {
		_, err = w.Write(block)
	}
}

func (srv *Server) newRequestID() string {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return world.NewUUID(srv.random)
}

// NewReceived returns a request as a handler gets it, for tests of handlers alone.
func NewReceived(w *world.World, request sign.Request, values url.Values) *Received {
	return &Received{Request: request, world: w, Values: values}
}
