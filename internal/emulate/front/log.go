package front

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// maxRequests is how many requests are kept.
const maxRequests = 1000

// Request is one request that arrived, and its response.
type Request struct {
	At          time.Time
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
	Fault       FaultKind // the fault that applied; empty if none did
	// Changes is how many changes the request has started: none if it was refused, or repeated another one.
	Changes int
}

// Requests returns the requests that arrived, oldest first. Only the last 1000 are kept.
func (srv *Server) Requests() []Request {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return slices.Clone(srv.requests)
}

func (srv *Server) record(s Service, r *Received, resp Response, f *Fault) {
	q := Request{
		At: r.at, Service: s.Name(), Operation: r.Operation, Method: r.Method, Path: r.Path, Query: r.redact(r.Query),
		AccessKeyID: r.Check.AccessKeyID, SignedAt: r.Check.SignedAt, Token: r.token, RequestID: r.RequestID,
		Status: resp.Status, Code: resp.code, Changes: r.changes,
	}
	if f != nil {
		q.Fault = f.Kind
	}
	if resp.reset {
		q.Status = 0
	}
	srv.Logger.Debug("request handled", "service", q.Service, "operation", q.Operation, "status", q.Status,
		"code", q.Code, "fault", string(q.Fault), "request_id", q.RequestID)
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if len(srv.requests) == maxRequests {
		srv.requests = srv.requests[1:]
	}
	srv.requests = append(srv.requests, q)
}

// logRefusal logs why a request is refused, and the expected signature if it is about that.
func (srv *Server) logRefusal(s Service, r *Received, resp Response, x *Refusal, err error) {
	attrs := []slog.Attr{
		slog.String("service", s.Name()), slog.String("operation", r.Operation),
		slog.String("method", r.Method), slog.String("path", r.Path),
		slog.Int("status", resp.Status), slog.String("code", x.Code), slog.String("reason", r.redact(x.Message)),
		slog.String("request_id", r.RequestID),
	}
	if x.Hint != "" {
		attrs = append(attrs, slog.String("hint", x.Hint))
	}
	if errors.Is(err, ErrUnknownOperation) {
		attrs = append(attrs, slog.String("hint", "the emulator does not have this operation"))
	}
	if errors.Is(err, sign.ErrMalformed) || errors.Is(err, sign.ErrMismatch) || errors.Is(err, sign.ErrUnknownKey) {
		attrs = append(attrs, r.signature()...)
	}
	srv.Logger.LogAttrs(r.ctx, slog.LevelWarn, "request refused", attrs...)
}

func (srv *Server) logUnclaimed(r *Received) {
	srv.Logger.Warn("request refused", "method", r.Method, "host", r.Host, "path", r.Path, "status", http.StatusNotFound,
		"reason", "cannot tell which service it is for: there is no Authorization, X-Amz-Target, x-acs-version or X-TC-Version")
}

// signature returns what the emulator computed and what arrived.
func (r *Received) signature() []slog.Attr {
	sum := sha256.Sum256(r.Body)
	attrs := []slog.Attr{
		slog.String("canonical_request", r.redact(r.Check.CanonicalRequest)),
		slog.String("string_to_sign", r.redact(r.Check.StringToSign)),
		slog.String("signature_computed", r.Check.Want),
		slog.String("signature_received", r.Check.Got),
		slog.String("received_host", r.Host),
		slog.String("received_query", r.redact(r.Query)),
		slog.String("received_body_sha256", hex.EncodeToString(sum[:])),
	}
	var lines []string
	for name, values := range r.Header {
		for _, v := range values {
			lines = append(lines, name+": "+r.redact(v))
		}
	}
	slices.Sort(lines)
	return append(attrs, slog.String("received_headers", strings.Join(lines, "\n")))
}

// redact removes from a string the session tokens of the request and the secrets of the emulator's keys.
func (r *Received) redact(s string) string {
	hidden := slices.Concat(r.Header["X-Amz-Security-Token"], r.Header["X-Acs-Security-Token"], r.Header["X-Tc-Token"],
		r.Values["X-Amz-Security-Token"], r.Values["Token"])
	if form := r.form(); form != nil {
		hidden = append(hidden, form["Token"]...)
	}
	hidden = append(hidden, r.keys.secrets()...)
	// The longest first, in case one contains another.
	slices.SortFunc(hidden, func(a, b string) int { return len(b) - len(a) })
	for _, h := range hidden {
		if h != "" {
			s = strings.ReplaceAll(s, h, wire.Redacted)
			s = strings.ReplaceAll(s, url.QueryEscape(h), wire.Redacted)
		}
	}
	return s
}
