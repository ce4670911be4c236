package emulator

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	emulatedlc "github.com/polycloud-sdk/polycloud-go/internal/emulate/dlc"
	emulatefinspace "github.com/polycloud-sdk/polycloud-go/internal/emulate/finspace"
	emulateflink "github.com/polycloud-sdk/polycloud-go/internal/emulate/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	emulateproton "github.com/polycloud-sdk/polycloud-go/internal/emulate/proton"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
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
	seed       [32]byte
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
	FinSpace *FinSpace
	Proton   *Proton
	Flink    *Flink
	DLC      *DLC

	url     string
	server  *http.Server
	client  *http.Client
	world   *world.World
	keys    *front.Keys
	front   *front.Server
	done    chan struct{} // closed by Close
	closing sync.Once
	running sync.WaitGroup // the accept loop and the connections
}

// Start starts an emulator without any resources. Close it when done.
func Start(opts ...Option) (*Emulator, error) {
	o := options{
		region: DefaultRegion, changeTime: DefaultChangeTime, staleReads: DefaultStaleReads,
		logger: slog.New(slog.DiscardHandler),
	}
	for _, opt := range opts {
		opt(&o)
	}
	e := &Emulator{done: make(chan struct{}), keys: &front.Keys{}}
	_, _ = rand.Read(o.seed[:])
	e.world = world.New(o.seed)
	e.world.Region, e.world.ChangeTime, e.world.StaleReads = o.region, o.changeTime, o.staleReads
	e.keys.Add(cloud.Credentials{AccessKeyID: AccessKeyID, SecretAccessKey: cloud.NewSecret(SecretAccessKey)})
	e.FinSpace = &FinSpace{emulatefinspace.New(e.world, e.keys)}
	e.Proton = &Proton{emulateproton.New(e.world, e.keys)}
	e.Flink = &Flink{emulateflink.New(e.world, e.keys)}
	e.DLC = &DLC{emulatedlc.New(e.world, e.keys)}
	e.front = front.NewServer(e.world, e.keys, o.logger, e.done, e.Flink.service, e.DLC.service, e.Proton.service, e.FinSpace.service)

	listener, err := e.listen(o.inProcess)
	if err != nil {
		return nil, err
	}
	e.server = &http.Server{
		Handler: e.front, ConnState: e.track, ErrorLog: slog.NewLogLogger(o.logger.Handler(), slog.LevelDebug),
	}
	e.running.Go(func() { _ = e.server.Serve(listener) })
	return e, nil
}

// listen opens the listener and makes the client that connects to it.
func (e *Emulator) listen(inProcess bool) (net.Listener, error) {
	transport := &http.Transport{}
	e.client = &http.Client{Transport: transport}
	if inProcess {
		p := front.NewPipes()
		e.url = "http://emulator.invalid"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return p.Dial(ctx) }
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
		Region:         e.world.Region,
		Endpoint:       e.url,
		AllowPlainHTTP: true,
		HTTPClient:     e.client,
		Credentials:    cloud.StaticCredentials(AccessKeyID, SecretAccessKey, ""),
	}
}

// Advance moves the clock by which changes progress, idempotency tokens expire and resources get their
// timestamps. Signatures are still checked against time.Now, which clients sign with.
func (e *Emulator) Advance(d time.Duration) { e.world.Advance(d) }

// AddCredentials adds a key that the services accept. Requests with it must have its session token, and are
// refused once the credentials have expired.
func (e *Emulator) AddCredentials(c cloud.Credentials) { e.keys.Add(c) }
