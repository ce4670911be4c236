package bench

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
)

// answer is the response of a service to every request of a case.
type answer struct {
	status int // 200 unless given
	header http.Header
	body   string
}

func (a *answer) statusCode() int { return max(a.status, http.StatusOK) }

func (a *answer) headers() http.Header {
	h := http.Header{
		"Content-Type":   {"application/json"},
		"Date":           {"Sun, 22 Nov 2026 08:00:00 GMT"},
		"Content-Length": {strconv.Itoa(len(a.body))},
	}
	maps.Copy(h, a.header)
	return h
}

// stub responds within the process, at little cost of its own.
type stub struct {
	status int
	header http.Header
	body   []byte
}

func newStub(a *answer) *stub { return &stub{a.statusCode(), a.headers(), []byte(a.body)} }

func (s *stub) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	return &http.Response{
		StatusCode: s.status, Header: s.header, Body: io.NopCloser(bytes.NewReader(s.body)), ContentLength: int64(len(s.body)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
	}, nil
}

// loopback responds over a socket.
func loopback(a *answer) *httptest.Server {
	header, body := a.headers(), []byte(a.body)
	delete(header, "Date") // net/http sets its own
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		maps.Copy(w.Header(), header)
		w.WriteHeader(a.statusCode())
		_, _ = w.Write(body)
	}))
}
