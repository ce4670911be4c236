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

// A service is how one of the four is spoken to. Its methods run without the lock, but for handlers.
type service interface {
	name() string
	// claims reports whether a request is for the service.
	claims(r *received) bool
	// route fills in what the request asks for; the handler stays nil if nobody knows it.
	route(r *received)
	// verify checks the signature, which must be of about now.
	verify(r *received, now time.Time) error
	// success and refuse write an answer in the service's form.
	success(r *received, result any) (answer, error)
	refuse(r *received, x *refusal) answer
	// explain turns a problem of any kind into a refusal.
	explain(err error) *refusal
	// fault is how the service says that it is in trouble.
	fault(kind FaultKind) refusal
}

// handler carries out one operation. It runs with the lock held.
type handler func(r *received) (any, error)

// operation makes a handler of a function that takes the operation's request.
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

	// What the service made of it.
	operation string
	labels    map[string]string // of the path
	handle    handler
	strict    bool // unknown members of the body are refused
	check     sign.Check
	token     string // for idempotency
}

// answer is what goes back.
type answer struct {
	status int
	header http.Header
	body   []byte
	code   string // of an error

	reset    bool // close the connection instead of answering
	truncate bool // announce the whole body, send half
	padding  int  // spaces to send after the body
}

// refusal is a request that was not carried out. Each service writes it in its own form.
type refusal struct {
	code       string
	message    string
	status     int    // 0 is the usual one for the code
	reason     string // why a state forbids the change, where the service says so apart
	retryAfter time.Duration
	hint       string // for the log alone
}

func (x *refusal) Error() string { return x.code + ": " + x.message }

// maxBody is what the services accept at most.
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
		http.Error(w, "This looks like a request to none of the emulator's services.", http.StatusNotFound)
		return
	}
	s.route(r)
	a, f := e.answerTo(s, r, err)
	e.record(s, r, a, f)
	e.send(w, a)
}

// receive reads a request as it was sent.
func (e *Emulator) receive(req *http.Request) (*received, error) {
	path, query, _ := strings.Cut(req.RequestURI, "?")
	if !strings.HasPrefix(path, "/") { // an absolute address, as sent to proxies
		path, query = req.URL.EscapedPath(), req.URL.RawQuery
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, maxBody+1))
	if len(body) > maxBody {
		_, _ = io.Copy(io.Discard, req.Body) // so that the client gets to read the answer
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

// answerTo carries a request out, unless it is refused or a fault strikes. It returns the fault too.
func (e *Emulator) answerTo(s service, r *received, readErr error) (answer, *Fault) {
	skew := e.clockSkew(s.name(), r.operation)
	now := time.Now().Add(skew)
	a, f, err := answer{}, (*Fault)(nil), readErr
	if err == nil {
		err = s.verify(r, now)
	}
	if err == nil {
		a, f = e.answerVerified(s, r)
	} else {
		a = e.refused(s, r, err)
	}
	if skew != 0 {
		a.header.Set("Date", now.UTC().Format(http.TimeFormat))
	}
	if skew != 0 && f == nil {
		f = &Fault{Kind: ClockSkew}
	}
	return a, f
}

func (e *Emulator) answerVerified(s service, r *received) (answer, *Fault) {
	f := e.takeFault(s.name(), r.operation)
	if f == nil {
		return e.carryOut(s, r), nil
	}
	good := answer{status: http.StatusOK, header: http.Header{}, body: []byte(`{"emulator":"nothing was carried out"}`)}
	if f.AfterEffect {
		good = e.carryOut(s, r)
	}
	if !e.pause(r, f.Delay) {
		return answer{header: http.Header{}, reset: true}, f
	}
	if f.Kind == Latency && !f.AfterEffect {
		good = e.carryOut(s, r)
	}
	return e.spoil(s, r, f, good), f
}

func (e *Emulator) carryOut(s service, r *received) answer {
	if r.handle == nil {
		return e.refused(s, r, errUnknownOperation)
	}
	e.mu.Lock()
	result, err := r.handle(r)
	var a answer
	if err == nil {
		a, err = s.success(r, result)
	}
	e.mu.Unlock()
	if err != nil {
		return e.refused(s, r, err)
	}
	return a
}

// errUnknownOperation is a request for what the emulator does not have.
var errUnknownOperation = errors.New("no such operation")

func (e *Emulator) refused(s service, r *received, err error) answer {
	x, ok := errors.AsType[*refusal](err)
	if !ok {
		x = s.explain(err)
	}
	a := s.refuse(r, x)
	a.code = x.code
	e.logRefusal(s, r, a, x, err)
	return a
}

// pause holds a request up. It reports whether its client and the emulator are still there.
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

func (e *Emulator) send(w http.ResponseWriter, a answer) {
	if a.reset {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), a.header)
	body := a.body
	switch {
	case a.truncate:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	case a.padding == 0:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	_, err := w.Write(body)
	for block := bytes.Repeat([]byte(" "), 64<<10); err == nil && a.padding > 0; a.padding -= len(block) {
		_, err = w.Write(block)
	}
	if a.truncate {
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
