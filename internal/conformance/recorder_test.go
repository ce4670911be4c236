package conformance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// recorder keeps the last request and responds to it.
type recorder struct {
	request *http.Request
	body    []byte
	answer  answer
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.request, r.body = req.Clone(req.Context()), nil
	if req.Body != nil {
		r.body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	header := r.answer.header.Clone()
	if header == nil {
		header = http.Header{"Content-Type": {"application/json"}}
	}
	return &http.Response{
		StatusCode: r.answer.status, Status: http.StatusText(r.answer.status), Header: header, Request: req,
		Body: io.NopCloser(bytes.NewReader(r.answer.body)), ContentLength: int64(len(r.answer.body)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// sent is a request in the form in which the two sides are compared.
type sent struct {
	Method, Host, Path, Query string
	Header                    http.Header
	Body                      any // as JSON; nil when there is none
}

// sent returns the last request. One side may have written its headers in another case.
func (r *recorder) sent(t *testing.T) sent {
	t.Helper()
	require.NotNil(t, r.request, "nothing was sent")
	header := http.Header{}
	for name, values := range r.request.Header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	host := r.request.Host
	if host == "" {
		host = r.request.URL.Host
	}
	header.Del("Host") // net/http takes it from the request
	return sent{
		Method: r.request.Method, Host: host, Path: r.request.URL.EscapedPath(), Query: r.request.URL.RawQuery,
		Header: header, Body: parse(t, r.body),
	}
}

// signed returns the last request as the signers see it.
func (r *recorder) signed(t *testing.T) *sign.Request {
	t.Helper()
	s := r.sent(t)
	if r.request.ContentLength > 0 {
		s.Header.Set("Content-Length", contentLength(r.request))
	}
	return &sign.Request{Method: s.Method, Host: s.Host, Path: s.Path, Query: s.Query, Header: s.Header, Body: r.body}
}

// parse reads JSON with numbers as they are written; an empty document is nil.
func parse(t *testing.T, text []byte) any {
	t.Helper()
	if len(text) == 0 {
		return nil
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&v), strings.ToValidUTF8(string(text), "?"))
	return v
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u
}
