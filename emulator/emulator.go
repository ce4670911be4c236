package emulator

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	emulatedlc "github.com/polycloud-sdk/polycloud-go/internal/emulate/dlc"
	emulatefinspace "github.com/polycloud-sdk/polycloud-go/internal/emulate/finspace"
	emulateflink "github.com/polycloud-sdk/polycloud-go/internal/emulate/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/journal"
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
	address    string
	speed      float64
	err        error   // of an option
	seed       *uint64 // nil if IDs are random
	stateDir   string
	test       TestingT
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

// WithSeedIDs makes all IDs depend on the seed and on what has happened, so that the same requests in the same order get
// the same ones. In a testing/synctest bubble the times are the same too, and with them everything.
func WithSeedIDs(seed uint64) Option { return func(o *options) { o.seed = &seed } }

// WithStateDir keeps the state in a directory, which it makes. A later emulator with this directory continues where this
// one has ended, even if its process was killed: what a response says is on the disk before it is sent. Only one emulator
// can use a directory at a time. The clock goes on meanwhile, and so do changes.
//
// The directory contains the bodies of requests, with the secrets in them, and no credentials.
func WithStateDir(dir string) Option { return func(o *options) { o.stateDir = dir } }

// Emulator is a running emulator. It is safe for concurrent use.
type Emulator struct {
	FinSpace *FinSpace
	Proton   *Proton
	Flink    *Flink
	DLC      *DLC

	host
	options options
	world   *world.World
	keys    *front.Keys
	front   *front.Server

	expecting    sync.Mutex
	expectations []*Expectation
}

// Start starts an emulator without any resources, unless [WithStateDir] has some. Close it when done.
func Start(opts ...Option) (*Emulator, error) {
	o := options{
		region: DefaultRegion, changeTime: DefaultChangeTime, staleReads: DefaultStaleReads,
		logger: slog.New(slog.DiscardHandler),
	}
	keys := &front.Keys{Public: AccessKeyID}
	keys.Add(cloud.Credentials{AccessKeyID: AccessKeyID, SecretAccessKey: cloud.NewSecret(SecretAccessKey)})
	return start(o, keys, nil, opts...)
}

// start starts an emulator with a journal, or if that is nil with its own.
func start(o options, keys *front.Keys, j *journal.Journal, opts ...Option) (*Emulator, error) {
	for _, opt := range opts {
		opt(&o)
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	e := &Emulator{host: newHost(), options: o, keys: keys}
	if err := e.openServices(j); err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	listener, err := e.listen(o.address, o.inProcess)
	if err != nil {
		return nil, errors.Join(err, e.front.Close())
	}
	e.serve(listener, e.handler(listener), o.logger)
	if o.test != nil {
		o.test.Cleanup(func() { e.finish(o.test) })
	}
	return e, nil
}

// openServices makes the services in the state that follows from a journal.
func (e *Emulator) openServices(j *journal.Journal) error {
	o := e.options
	e.world = world.New(o.newSeed())
	e.world.Region, e.world.ChangeTime, e.world.StaleReads = o.region, o.changeTime, o.staleReads
	if o.speed != 0 && o.speed != 1 {
		e.world.SetSpeed(o.speed)
	}
	j, err := o.openJournal(j)
	if err != nil {
		return err
	}
	e.front, err = front.NewServer(front.Config{
		World: e.world, Keys: e.keys, Logger: o.logger, Done: e.done, Services: e.newServices, Journal: j,
		Options: journal.Options{Region: o.region, ChangeTime: o.changeTime, StaleReads: o.staleReads},
	})
	if err != nil {
		return errors.Join(err, j.Close())
	}
	e.front.Observe(e.count)
	e.FinSpace, e.Proton = &FinSpace{resources{e.front, "finspace"}}, &Proton{resources{e.front, "proton"}}
	e.Flink, e.DLC = &Flink{resources{e.front, "flink"}}, &DLC{resources{e.front, "dlc"}}
	return nil
}

// openJournal returns the journal of the state directory if there is one. A new one there has the events of j, if that is
// not nil.
func (o options) openJournal(j *journal.Journal) (*journal.Journal, error) {
	if j == nil {
		j = journal.New(journal.Header{Seed: o.newSeed()})
	}
	if o.stateDir == "" {
		return j, nil
	}
	j, err := journal.Open(o.stateDir, j.Header, j.Events...)
	if err != nil {
		return nil, fmt.Errorf("state directory: must be one that this process alone writes: %w", err)
	}
	return j, nil
}

// newServices returns the services without any resources.
func (e *Emulator) newServices() []front.Service {
	return []front.Service{
		emulateflink.New(e.world, e.keys), emulatedlc.New(e.world, e.keys),
		emulateproton.New(e.world, e.keys), emulatefinspace.New(e.world, e.keys),
	}
}

// newSeed returns what new IDs depend on.
func (o options) newSeed() (seed [32]byte) {
	if o.seed == nil {
		_, _ = rand.Read(seed[:])
		return seed
	}
	binary.BigEndian.PutUint64(seed[:], *o.seed)
	return seed
}

// resources adds resources to a service.
type resources struct {
	front   *front.Server
	service string
}

// add adds a resource, and returns its ID. The place has the members that say what the resource is in.
func (r resources) add(kind string, place, v any) string {
	return r.front.Add(r.service, kind, place, v)
}

// Close stops the emulator and waits for its goroutines. Calls in progress fail.
func (e *Emulator) Close() {
	e.stop()
	_ = e.front.Close() // everything in it is on the disk
}

// URL returns the address of all four services. With InProcess only the HTTP client of Config can connect to
// it.
func (e *Emulator) URL() string { return e.url }

// Config returns the configuration for a client of any of the four service packages. Each call returns a new
// one, which the caller may change.
func (e *Emulator) Config() cloud.Config { return e.config(e.world.Region) }

// Advance moves the clock by which changes progress, idempotency tokens expire and resources get their
// timestamps. Signatures are still checked against time.Now, which clients sign with.
func (e *Emulator) Advance(d time.Duration) { must(e.front.Advance(d)) }

// must panics if a method without an error fails: because it was called wrongly, or because the state directory cannot be
// written. The test would otherwise test something else.
func must(err error) {
	if err != nil {
		panic("emulator: " + err.Error())
	}
}

// AddCredentials adds a key that the services accept. Requests with it must have its session token, and are
// refused once the credentials have expired.
func (e *Emulator) AddCredentials(c cloud.Credentials) { e.keys.Add(c) }
