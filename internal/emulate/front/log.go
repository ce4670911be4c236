package front

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// maxRequests is how many requests are kept.
const maxRequests = 1000

// Request is one request that arrived, and its response.
type Request struct {
	ID          int // counts the requests from 1 on
	At          time.Time
	Duration    time.Duration
	Service     string
	Operation   string
	Method      string
	Path, Query string // as sent
	AccessKeyID string
	SignedAt    time.Time
	Token       string // the idempotency token; empty for operations without one
	RequestID   string
	Status      int       // 0 if the connection was closed instead
	Code        string    // the error code of a refusal
	Refused     *Refused  // nil if it was not refused
	Tier        string    // which part of the emulator answered, if the response says so
	Fault       FaultKind // the fault that applied; empty if none did
	// Changes is how many changes the request has started: none if it was refused, or repeated another one.
	Changes int
	// Input is the request of the operation as its package declares it, such as dlc.CreateTaskRequest; nil if it could not
	// be decoded, or if a long one is kept.
	Input any
}

// Requests returns the requests that arrived, oldest first. Only the last 1000 are kept.
func (srv *Server) Requests() []Request {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	oldest := srv.dropped % maxRequests
	return slices.Concat(srv.requests[oldest:], srv.requests[:oldest])
}

// Dropped returns how many requests arrived before those that are kept.
func (srv *Server) Dropped() int {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.dropped
}

// Watch returns a channel of the requests that arrive from now on, until it is stopped. A watcher that is too slow
// misses some.
func (srv *Server) Watch() (requests <-chan Request, stop func()) {
	c := make(chan Request, 100)
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.watchers[c] = true
	return c, func() {
		srv.mu.Lock()
		defer srv.mu.Unlock()
		delete(srv.watchers, c)
	}
}

func (srv *Server) record(service string, r *Received, resp Response, f *Fault) {
	hidden := r.hidden()
	q := Request{
		At: r.at, Duration: time.Since(r.at), Service: service, Operation: clip(redactAll(r.Operation, hidden)), Method: clip(r.Method),
		Path: clip(redactAll(r.Path, hidden)), Query: clip(redactAll(r.Query, hidden)), AccessKeyID: clip(r.Check.AccessKeyID),
		SignedAt: r.Check.SignedAt, Token: clip(r.token), RequestID: r.RequestID, Status: resp.Status, Code: resp.code,
		Refused: resp.refused, Tier: resp.Header.Get(TierHeader), Changes: r.changes,
	}
	if f != nil {
		q.Fault = f.Kind
	}
	if resp.reset {
		q.Status = 0
	}
	if year := q.SignedAt.Year(); year < 1 || year > 9999 { // which cannot be written
		q.SignedAt = time.Time{}
	}
	srv.Logger.Debug("request handled", "service", q.Service, "operation", q.Operation, "status", q.Status,
		"code", q.Code, "fault", string(q.Fault), "request_id", q.RequestID)
	q.Input = srv.input(q.Service, r)
	srv.observer.tell(q)
	if len(r.Body)+len(r.Path)+len(r.Query)+headerSize(r.Header) > maxKeptBody {
		q.Input = nil
	}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.arrived++
	q.ID = srv.arrived
	if len(srv.requests) < maxRequests {
		srv.requests = append(srv.requests, q)
	} else {
		srv.requests[srv.dropped%maxRequests] = q
		srv.dropped++
	}
	for c := range srv.watchers {
		select {
		case c <- q:
		default:
		}
	}
}

func headerSize(h http.Header) (n int) {
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v)
		}
	}
	return n
}

// logRefusal logs why a request is refused, and the expected signature if it is about that.
func (srv *Server) logRefusal(s Service, r *Received, resp Response, x *Refusal, err error) {
	attrs := []slog.Attr{
		slog.String("service", s.Name()), slog.String("operation", clip(r.redact(r.Operation))),
		slog.String("method", clip(r.Method)), slog.String("path", clip(r.redact(r.Path))),
		slog.Int("status", resp.Status), slog.String("code", x.Code), slog.String("reason", clip(r.redact(x.Message))),
		slog.String("request_id", r.RequestID),
	}
	if hint := hintOf(x, err); hint != "" {
		attrs = append(attrs, slog.String("hint", hint))
	}
	if aboutSignature(err) {
		attrs = append(attrs, r.signature()...)
	}
	srv.Logger.LogAttrs(r.ctx, slog.LevelWarn, "request refused", attrs...)
}

// hintOf returns what helps to correct a request, and is not in the response.
func hintOf(x *Refusal, err error) string {
	if errors.Is(err, ErrUnknownOperation) {
		return cmp.Or(x.Hint, "the emulator does not have this operation")
	}
	return x.Hint
}

// refusedBecause returns what the log of requests says of a refusal.
func (r *Received) refusedBecause(x *Refusal, err error) *Refused {
	refused := &Refused{Code: x.Code, Message: r.public(x.Message), Hint: hintOf(x, err)}
	if aboutSignature(err) {
		refused.Signature = r.compareSignature()
	}
	return refused
}

// refuseUnclaimed refuses a request that is for none of the services.
func (srv *Server) refuseUnclaimed(w http.ResponseWriter, r *Received) {
	const reason = "cannot tell which service it is for: there is no Authorization, X-Amz-Target, x-acs-version or X-TC-Version"
	srv.Logger.Warn("request refused", "method", clip(r.Method), "host", clip(r.Host), "path", clip(r.redact(r.Path)),
		"status", http.StatusNotFound, "reason", reason)
	const message = "The request is for none of the emulator's services."
	r.Operation = r.Method + " " + r.Path
	srv.record("", r, Response{Status: http.StatusNotFound, refused: &Refused{Message: message, Hint: reason}}, nil)
	http.Error(w, message, http.StatusNotFound)
}

// signature returns what the emulator computed and what arrived.
func (r *Received) signature() []slog.Attr {
	sum := sha256.Sum256(r.Body)
	attrs := []slog.Attr{
		slog.String("canonical_request", clip(r.redact(r.Check.CanonicalRequest))),
		slog.String("string_to_sign", clip(r.redact(r.Check.StringToSign))),
		slog.String("signature_computed", r.publicSignature()),
		slog.String("signature_received", clip(r.redact(r.Check.Got))),
		slog.String("received_host", r.Host),
		slog.String("received_query", clip(r.redact(r.Query))),
		slog.String("received_body_sha256", hex.EncodeToString(sum[:])),
	}
	var lines []string
	for name, values := range r.Header {
		for _, v := range values {
			lines = append(lines, name+": "+r.redact(v))
		}
	}
	slices.Sort(lines)
	return append(attrs, slog.String("received_headers", clip(strings.Join(lines, "\n"))))
}

// publicSignature returns the expected signature if everybody knows the secret of its key. Another one would sign the
// request for any reader of the log.
func (r *Received) publicSignature() string {
	if r.Check.AccessKeyID != r.keys.Public {
		return wire.Redacted
	}
	return r.Check.Want
}

// redact removes from a string the session tokens of the request, its sensitive parameters, a signature with a key that is
// not the emulator's, and the secrets of the emulator's keys.
func (r *Received) redact(s string) string {
	if s == "" {
		return s
	}
	return redactAll(s, r.hidden())
}

// hidden returns what redact removes.
func (r *Received) hidden() []string {
	hidden := slices.Concat(r.Header["X-Amz-Security-Token"], r.Header["X-Acs-Security-Token"], r.Header["X-Tc-Token"],
		r.Values["X-Amz-Security-Token"], r.Values["Token"])
	if form := r.form(); form != nil {
		hidden = append(hidden, form["Token"]...)
	}
	hidden = slices.Concat(hidden, r.keys.secrets(), r.sensitiveParameters(), r.foreignSignature())
	// The longest first, in case one contains another.
	slices.SortFunc(hidden, func(a, b string) int { return len(b) - len(a) })
	return hidden
}

func redactAll(s string, hidden []string) string {
	for _, h := range hidden {
		if h != "" {
			s = strings.ReplaceAll(s, h, wire.Redacted)
			s = strings.ReplaceAll(s, url.QueryEscape(h), wire.Redacted)
		}
	}
	return s
}

// Kept says how much a server keeps in memory besides the resources: how many of each.
type Kept struct {
	Events   int `json:"events"` // of the journal
	Requests int `json:"requests"`
	Faults   int `json:"faults"`
	Nonces   int `json:"nonces"`
	Watchers int `json:"watchers"`
}

// Kept returns how much the server keeps.
func (srv *Server) Kept() Kept {
	srv.World.Lock()
	events := len(srv.journal.Events)
	srv.World.Unlock()
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return Kept{
		Events: events, Requests: len(srv.requests), Faults: len(srv.faults), Nonces: srv.Keys.nonceCount(), Watchers: len(srv.watchers),
	}
}
