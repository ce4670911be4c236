// Package hostile_test holds the clients to their promises against servers that misbehave: no false success, no
// change carried out twice, no call past its deadline, no redirect followed.
package hostile_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// A server reads whole requests from raw connections, counts each as carried out, and lets a behavior
// write anything.
type server struct {
	listener net.Listener
	executed atomic.Int64
	running  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // nil once the server is closed
}

// write puts a response on the connection and reports whether the connection stays open.
type write func(c net.Conn, good string) (keep bool)

func serve(t *testing.T, good string, behave write) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &server{listener: listener, conns: map[net.Conn]bool{}}
	s.running.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			if s.opened(c) {
				s.running.Go(func() { s.talk(c, good, behave) })
			}
		}
	})
	t.Cleanup(s.close)
	return s
}

func (s *server) opened(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		_ = c.Close()
		return false
	}
	s.conns[c] = true
	return true
}

func (s *server) talk(c net.Conn, good string, behave write) {
	defer func() { _ = c.Close() }()
	requests := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(requests)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		s.executed.Add(1)
		if !behave(c, good) {
			return
		}
	}
}

func (s *server) close() {
	_ = s.listener.Close()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.running.Wait()
}

func (s *server) url() string { return "http://" + s.listener.Addr().String() }

// says writes one response with its length.
func says(status, headers, body string) write {
	return func(c net.Conn, _ string) bool { return put(c, status, headers, body) }
}

// saysGood writes the good body, changed, under a status and headers.
func saysGood(status, headers string, change func(good string) string) write {
	return func(c net.Conn, good string) bool { return put(c, status, headers, change(orObject(good))) }
}

// raw writes text as it is, and closes the connection.
func raw(text string) write {
	return func(c net.Conn, good string) bool {
		_, _ = io.WriteString(c, strings.ReplaceAll(text, "GOOD", orObject(good)))
		return false
	}
}

// hangs writes text and then nothing, until the client goes away.
func hangs(text string) write {
	return func(c net.Conn, good string) bool {
		_, _ = io.WriteString(c, strings.ReplaceAll(text, "GOOD", orObject(good)))
		_, _ = c.Read(make([]byte, 1))
		return false
	}
}

// resets resets the connection after text.
func resets(text string) write {
	return func(c net.Conn, _ string) bool {
		_, _ = io.WriteString(c, text)
		_ = c.(*net.TCPConn).SetLinger(0)
		return false
	}
}

// drips writes the start of a response and then a byte at a time, for as long as the client listens. The pipe
// to the client fills up, so it needs no clock.
func drips(start, drop string) write {
	return func(c net.Conn, _ string) bool {
		_, err := io.WriteString(c, start)
		for err == nil {
			_, err = io.WriteString(c, drop)
		}
		return false
	}
}

func put(c net.Conn, status, headers, body string) bool {
	_, err := fmt.Fprintf(c, "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s", status, headers, len(body), body)
	return err == nil
}

// orObject is the body of a success that has none.
func orObject(good string) string {
	if good == "" {
		return "{}"
	}
	return good
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func deflated(text string) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestSpeed)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}
