package recording

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// A Recorder writes exchanges to files. It is safe for concurrent use.
type Recorder struct {
	cfg       cloud.Config
	base      http.RoundTripper
	services  Services
	upstreams map[string]*upstream
	dir       *directory
	accounts  []account

	mu      sync.Mutex // guards the rest
	err     error      // the first that made a file impossible
	skipped []string
}

// NewRecorder returns a recorder of requests to the services that a configuration is for.
func NewRecorder(dir string, cfg cloud.Config, services Services, standIns map[string]string) (*Recorder, error) {
	rec := &Recorder{cfg: cfg, base: http.DefaultTransport, services: services, upstreams: map[string]*upstream{}}
	if cfg.HTTPClient != nil && cfg.HTTPClient.Transport != nil {
		rec.base = cfg.HTTPClient.Transport
	}
	for number, standIn := range standIns {
		a, err := newAccount(number, standIn)
		if err != nil {
			return nil, err
		}
		rec.accounts = append(rec.accounts, a)
	}
	for name := range services {
		u, err := newUpstream(name, cfg)
		if err != nil {
			return nil, err
		}
		rec.upstreams[name] = u
	}
	var err error
	rec.dir, err = newDirectory(dir)
	return rec, err
}

// Err returns the error for which the first file was not written.
func (rec *Recorder) Err() error {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return rec.err
}

// Skipped returns the exchanges that were not recorded, and why. Only the first 1000 are kept.
func (rec *Recorder) Skipped() []string {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return slices.Clone(rec.skipped)
}

func (rec *Recorder) skip(what, why string) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if len(rec.skipped) < maxUnexpected {
		rec.skipped = append(rec.skipped, what+": "+why)
	}
}

// write stores an exchange, or keeps the error.
func (rec *Recorder) write(x *Exchange) {
	if err := rec.dir.write(x); err != nil {
		rec.mu.Lock()
		defer rec.mu.Unlock()
		if rec.err == nil {
			rec.err = err
		}
	}
}

// RoundTrip sends a request that is signed already, and records the exchange.
func (rec *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	resp, err := rec.base.RoundTrip(withBody(req, body))
	if err != nil {
		return nil, err
	}
	r := front.Read(sign.Request{
		Method: req.Method, Host: req.URL.Host, Path: rec.ownPath(req.URL), Query: req.URL.RawQuery,
		Header: req.Header.Clone(), Body: body,
	})
	if s := rec.claim(r); s != nil {
		s.Route(r)
		rec.tee(s, r, resp)
	} else {
		rec.skip(req.Method+" "+req.URL.EscapedPath(), "is for none of the services")
	}
	return resp, nil
}

// readBody reads a request's body and closes it, as a RoundTripper must.
func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	defer func() { _ = req.Body.Close() }()
	return io.ReadAll(req.Body)
}

// withBody returns a copy of a request with a body that was read.
func withBody(req *http.Request, body []byte) *http.Request {
	clone := req.Clone(req.Context())
	clone.Body = http.NoBody
	if len(body) > 0 {
		clone.Body = io.NopCloser(bytes.NewReader(body))
	}
	return clone
}

// ownPath returns the path of an address without that of the endpoint.
func (rec *Recorder) ownPath(address *url.URL) string {
	path := address.EscapedPath()
	endpoint, err := url.Parse(rec.cfg.Endpoint)
	if err == nil {
		path = strings.TrimPrefix(path, strings.TrimRight(endpoint.EscapedPath(), "/"))
	}
	if path == "" {
		return "/"
	}
	return path
}

func (rec *Recorder) claim(r *front.Received) front.Service {
	for _, s := range rec.services.answering(nil) {
		if s.Claims(r) {
			return rec.services[s.Name()]
		}
	}
	return nil
}

// tee records an exchange when its response has been read.
func (rec *Recorder) tee(s front.Service, r *front.Received, resp *http.Response) {
	what := s.Name() + " " + r.Operation
	op, ok := s.Operations()[r.Operation]
	if !ok {
		rec.skip(what, "is an unknown operation")
		return
	}
	t := &tee{ReadCloser: resp.Body, length: resp.ContentLength}
	t.finish = func(complete bool) {
		if !complete {
			rec.skip(what, "the response was not read to its end")
			return
		}
		rec.record(s, op, r, received{resp.StatusCode, resp.Header, t.read.Bytes()})
	}
	resp.Body = t
	if resp.ContentLength == 0 {
		t.end(true)
	}
}

// received is a response that was read.
type received struct {
	status int
	header http.Header
	body   []byte
}

// record stores an exchange without the secrets that its request shows, and without the given ones.
func (rec *Recorder) record(s front.Service, op front.Operation, r *front.Received, resp received, secrets ...string) {
	scrub := newScrubber(&r.Request, rec.accounts, secrets...)
	x := Exchange{At: time.Now().UTC(), Region: rec.cfg.Region, Service: s.Name(), Operation: r.Operation}
	var err error
	if x.Request, err = scrub.request(op, &r.Request); err == nil {
		x.Response, err = scrub.response(op, resp.status, resp.header, resp.body)
	}
	if err == nil {
		err = x.check(rec.services)
	}
	if err != nil {
		rec.skip(s.Name()+" "+r.Operation, err.Error())
		return
	}
	rec.write(&x)
}

// A tee keeps what is read of a body.
type tee struct {
	io.ReadCloser
	length int64 // -1 if unknown
	read   bytes.Buffer
	finish func(complete bool)
	once   sync.Once
}

func (t *tee) end(complete bool) { t.once.Do(func() { t.finish(complete) }) }

func (t *tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.read.Write(p[:n])
	switch {
	case errors.Is(err, io.EOF) || t.length >= 0 && int64(t.read.Len()) == t.length:
		t.end(true)
	case err != nil:
		t.end(false)
	}
	return n, err
}

func (t *tee) Close() error {
	t.end(false)
	return t.ReadCloser.Close()
}

// Services returns the services as a proxy answers for them: it signs requests again and sends them on.
func (rec *Recorder) Services() []front.Service { return rec.services.answering(rec.forward) }

// notForwarded is the code of requests that are not sent on.
const notForwarded = "NotForwarded"

// forward sends a request whose signature is right to the real service.
func (rec *Recorder) forward(s front.Service, r *front.Received) (front.Response, error) {
	op := s.Operations()[r.Operation]
	if r.Header.Get("Authorization") == "" {
		return front.Response{}, refusal(notForwarded, "The recorder forwards only requests that are signed in the Authorization header")
	}
	ctx, cancel := context.WithTimeout(r.Context(), cloud.DefaultTimeout)
	defer cancel()
	sent := r.Request
	if sent.Method != op.Method || strings.HasPrefix(sent.Header.Get("Content-Type"), front.FormType) {
		// The parameters of the older form are in the body already.
		sent.Method, sent.Query, sent.Header = op.Method, "", sent.Header.Clone()
		sent.Header.Set("Content-Type", "application/json")
	}
	req, key, err := rec.upstreams[s.Name()].request(ctx, &sent)
	if err != nil {
		return front.Response{}, refusal(notForwarded, "The recorder cannot sign the request: "+err.Error())
	}
	resp, err := rec.send(req)
	if err != nil {
		// Whether the service has executed the request is unknown, so the client must not get a response.
		rec.skip(s.Name()+" "+r.Operation, fmt.Sprintf("no response: %v", err))
		return front.NoResponse(), nil
	}
	r.Request, r.Header = sent, req.Header // the real signature, which the response may quote
	rec.record(s, op, r, resp, key.SecretAccessKey.Reveal())
	return front.Response{Status: resp.status, Header: resp.header, Body: resp.body}, nil
}

// send sends a request and reads its response.
func (rec *Recorder) send(req *http.Request) (received, error) {
	resp, err := rec.base.RoundTrip(req)
	if err != nil {
		return received{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, cloud.DefaultMaxResponseBytes))
	header := resp.Header.Clone()
	for _, name := range []string{"Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive", "Trailer"} {
		header.Del(name)
	}
	return received{resp.StatusCode, header, body}, err
}
