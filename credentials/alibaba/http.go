package alibaba

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// responseLimit bounds what is read of a response; credentials take some 2 KB.
const responseLimit = 64 << 10

// The transports keep no connection, because an exchange happens once in an hour.
var (
	proxied = newTransport(http.ProxyFromEnvironment)
	direct  = newTransport(nil)
)

func newTransport(proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy: proxy, DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: responseLimit, ForceAttemptHTTP2: true,
	}
}

// client returns one that follows no redirect: the place that it leads to is nobody's choice.
func (s *settings) client(standard *http.Transport) *http.Client {
	c := &http.Client{Transport: s.transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if s.transport == nil {
		c.Transport = standard
	}
	return c
}

// response is what a server said.
type response struct {
	status int
	body   []byte
}

// errNoResponse marks failures of requests that nobody responded to.
var errNoResponse = errors.New("no response")

// send sends a request within a time limit. It returns a failure that quotes nothing of the request or the response.
func (s *settings) send(r *http.Request, standard *http.Transport, limit time.Duration) (response, error) {
	parent := r.Context()
	ctx, cancel := context.WithTimeout(parent, limit)
	defer cancel()
	got, err := s.client(standard).Do(r.WithContext(ctx))
	if err != nil {
		return response{}, noResponse(parent, err, limit)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(io.LimitReader(got.Body, responseLimit+1))
	switch {
	case got.StatusCode >= 300 && got.StatusCode < 400:
		return response{}, foreign("it redirects (HTTP status %d), which is not followed", got.StatusCode)
	case err != nil:
		return response{}, noResponse(parent, err, limit)
	case len(body) > responseLimit:
		return response{}, foreign("its response has more than %d KB", responseLimit>>10)
	}
	return response{got.StatusCode, body}, nil
}

// noResponse says why there is none. parent is the caller's own context.
func noResponse(parent context.Context, err error, limit time.Duration) error {
	if parent.Err() != nil {
		cause := context.Cause(parent)
		return &failure{"no response: " + cause.Error(), cloud.ErrTransport, errors.Join(errNoResponse, cause)}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &failure{fmt.Sprintf("no response within %s", limit), cloud.ErrTransport, errNoResponse}
	}
	return &failure{"no response: " + networkText(err), cloud.ErrTransport, errNoResponse}
}

// networkText is what may be said of an error: what the operating system and TLS say. Other errors of package net/http
// quote the request or the response.
func networkText(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Error()
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.Error()
	}
	if certificate, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return certificate.Error()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the connection was closed"
	}
	return "what came is not HTTP"
}

// foreign is the failure of a response that is not the service's.
func foreign(format string, args ...any) error {
	return &failure{text: "unexpected response: " + fmt.Sprintf(format, args...), kind: cloud.ErrTransport}
}
