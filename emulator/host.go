package emulator

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// A host serves requests on loopback, or through memory.
type host struct {
	url     string
	server  *http.Server
	client  *http.Client
	done    chan struct{} // closed by stop
	closing *sync.Once
	running *sync.WaitGroup // the accept loop and the connections
}

func newHost() host {
	return host{done: make(chan struct{}), closing: &sync.Once{}, running: &sync.WaitGroup{}}
}

// serve starts to serve requests.
func (h *host) serve(listener net.Listener, handler http.Handler, logger *slog.Logger) {
	h.server = &http.Server{
		Handler: handler, ConnState: h.track, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	h.running.Go(func() { _ = h.server.Serve(listener) })
}

// listen opens the listener, by default on a free port of loopback, and makes the client that connects to it.
func (h *host) listen(address string, inProcess bool) (net.Listener, error) {
	transport := &http.Transport{}
	h.client = &http.Client{Transport: transport}
	if inProcess {
		p := front.NewPipes()
		h.url = "http://emulator.invalid"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return p.Dial(ctx) }
		// An idle connection has goroutines that outlive the call, and synctest waits for them.
		transport.DisableKeepAlives = true
		return p, nil
	}
	l, err := net.Listen("tcp", cmp.Or(address, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("emulator: address: must be a free one of this machine, given %q: %w", address, err)
	}
	h.url = "http://" + reachable(l.Addr())
	transport.MaxIdleConnsPerHost = 64
	return l, nil
}

// track counts the connections, so that stop can wait for their goroutines.
func (h *host) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		h.running.Add(1)
	case http.StateClosed:
		h.running.Done()
	}
}

// stop ends the server and waits for its goroutines. Calls in progress fail.
func (h *host) stop() {
	h.closing.Do(func() {
		close(h.done)
		_ = h.server.Close()
		h.client.CloseIdleConnections()
	})
	h.running.Wait()
}

// config returns the configuration for clients of the host.
func (h *host) config(region string) cloud.Config {
	return cloud.Config{
		Region:         region,
		Endpoint:       h.url,
		AllowPlainHTTP: true,
		HTTPClient:     h.client,
		Credentials:    cloud.StaticCredentials(AccessKeyID, SecretAccessKey, ""),
	}
}
