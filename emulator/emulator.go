package emulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// The key that Config signs with. All four services accept it.
const (
	AccessKeyID     = "emulator-access-key"
	SecretAccessKey = "emulator-secret-key"
)

// Defaults of the options.
const (
	DefaultRegion     = "us-east-1"
	DefaultChangeTime = 30 * time.Second
	DefaultStaleReads = 2 * time.Second
)

// Option configures the emulator that Start returns.
type Option func(*options)

type options struct {
	inProcess  bool
	region     string
	changeTime time.Duration
	staleReads time.Duration
	logger     *slog.Logger
}

// InProcess connects the clients through memory instead of a socket. It works in a testing/synctest bubble if
// Start, all calls and Close are made there.
func InProcess() Option { return func(o *options) { o.inProcess = true } }

// WithRegion sets the region of Config, which AWS signatures must be for.
func WithRegion(name string) Option { return func(o *options) { o.region = name } }

// WithChangeTime sets how long a change takes, unless Script sets it for one.
func WithChangeTime(d time.Duration) Option { return func(o *options) { o.changeTime = max(d, 0) } }

// WithStaleReads sets for how long after the start of a change reads still show the state before it. For the
// same time, a resource that the change has created is not found. Zero makes all reads consistent.
func WithStaleReads(d time.Duration) Option { return func(o *options) { o.staleReads = max(d, 0) } }

// WithLogger logs each refused request as a warning with the reason, and all others at debug level. Secrets and
// session tokens are left out.
func WithLogger(l *slog.Logger) Option { return func(o *options) { o.logger = l } }

// Emulator is a running emulator. It is safe for concurrent use.
type Emulator struct {
	options
	url      string
	server   *http.Server
	client   *http.Client
	services []service
	done     chan struct{} // closed by Close
	closing  sync.Once
	running  sync.WaitGroup // the accept loop and the connections
	advanced atomic.Int64   // the sum of all calls of Advance, in nanoseconds

	mu       sync.Mutex // guards the rest, and the state of the services
	keys     map[string]key
	changes  int // how many changes have begun
	outcomes []Outcome
	faults   []*activeFault
	requests []Request

	finspace *finspaceService
	proton   *protonService
	flink    *flinkService
	dlc      *dlcService
}

// Start starts an emulator without any resources. Close it when done.
func Start(opts ...Option) (*Emulator, error) {
	e := &Emulator{
		options: options{
			region: DefaultRegion, changeTime: DefaultChangeTime, staleReads: DefaultStaleReads,
			logger: slog.New(slog.DiscardHandler),
		},
		done: make(chan struct{}),
		keys: map[string]key{AccessKeyID: {secret: SecretAccessKey}},
	}
	for _, opt := range opts {
		opt(&e.options)
	}
	e.finspace, e.proton, e.flink, e.dlc = newFinspace(e), newProton(e), newFlink(e), newDLC(e)
	e.services = []service{e.flink, e.dlc, e.proton, e.finspace}

	listener, err := e.listen()
	if err != nil {
		return nil, err
	}
	e.server = &http.Server{
		Handler: http.HandlerFunc(e.serveHTTP), ConnState: e.track,
		ErrorLog: slog.NewLogLogger(e.logger.Handler(), slog.LevelDebug),
	}
	e.running.Go(func() { _ = e.server.Serve(listener) })
	return e, nil
}

// listen opens the listener and makes the client that connects to it.
func (e *Emulator) listen() (net.Listener, error) {
	transport := &http.Transport{}
	e.client = &http.Client{Transport: transport}
	if e.inProcess {
		p := newPipes()
		e.url = "http://emulator.invalid"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return p.dial(ctx) }
		// An idle connection has goroutines that outlive the call, and synctest waits for them.
		transport.DisableKeepAlives = true
		return p, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	e.url = "http://" + l.Addr().String()
	transport.MaxIdleConnsPerHost = 64
	return l, nil
}

// track counts the connections, so that Close can wait for their goroutines.
func (e *Emulator) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		e.running.Add(1)
	case http.StateClosed:
		e.running.Done()
	}
}

// Close stops the emulator and waits for its goroutines. Calls in progress fail.
func (e *Emulator) Close() {
	e.closing.Do(func() {
		close(e.done)
		_ = e.server.Close()
		e.client.CloseIdleConnections()
	})
	e.running.Wait()
}

// URL returns the address of all four services. With InProcess only the HTTP client of Config can connect to
// it.
func (e *Emulator) URL() string { return e.url }

// Config returns the configuration for a client of any of the four service packages. Each call returns a new
// one, which the caller may change.
func (e *Emulator) Config() cloud.Config {
	return cloud.Config{
		Region:         e.region,
		Endpoint:       e.url,
		AllowPlainHTTP: true,
		HTTPClient:     e.client,
		Credentials:    cloud.StaticCredentials(AccessKeyID, SecretAccessKey, ""),
	}
}

// Advance moves the clock by which changes progress, idempotency tokens expire and resources get their
// timestamps. Signatures are still checked against time.Now, which clients sign with.
func (e *Emulator) Advance(d time.Duration) { e.advanced.Add(int64(d)) }

// now is the emulator's clock. The services count in milliseconds.
func (e *Emulator) now() time.Time {
	return time.Now().Add(time.Duration(e.advanced.Load())).UTC().Truncate(time.Millisecond)
}

// key is an access key that the services accept.
type key struct {
	secret  string
	token   string    // empty for a long-term key
	expires time.Time // zero if it never does
}

// AddCredentials adds a key that the services accept. Requests with it must have its session token, and are
// refused once the credentials have expired.
func (e *Emulator) AddCredentials(c cloud.Credentials) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.keys[c.AccessKeyID] = key{c.SecretAccessKey.Reveal(), c.SessionToken.Reveal(), c.Expires}
}

// secret returns the secret of a key, for the verifiers.
func (e *Emulator) secret(accessKeyID string) (string, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	k, ok := e.keys[accessKeyID]
	return k.secret, ok
}

var (
	errTokenWrong   = errors.New("the session token does not belong to this access key")
	errTokenExpired = errors.New("the credentials have expired")
)

// checkToken checks the session token of a request whose signature is right.
func (e *Emulator) checkToken(accessKeyID, token string, now time.Time) error {
	e.mu.Lock()
	k := e.keys[accessKeyID]
	e.mu.Unlock()
	switch {
	case k.token != token:
		return errTokenWrong
	case !k.expires.IsZero() && !now.Before(k.expires):
		return errTokenExpired
	}
	return nil
}
