package emulator

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	emulatedlc "github.com/polycloud-sdk/polycloud-go/internal/emulate/dlc"
	emulatefinspace "github.com/polycloud-sdk/polycloud-go/internal/emulate/finspace"
	emulateflink "github.com/polycloud-sdk/polycloud-go/internal/emulate/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/journal"
	emulateproton "github.com/polycloud-sdk/polycloud-go/internal/emulate/proton"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/recording"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// RecordOption configures the recorder that Record returns.
type RecordOption func(*recordOptions)

type recordOptions struct {
	standIns map[string]string
	noProxy  bool
	logger   *slog.Logger
}

// ReplaceAccount replaces the number of an account by a stand-in of as many digits, wherever either clients or the
// service send it. It can be used for several accounts.
func ReplaceAccount(number, standIn string) RecordOption {
	return func(o *recordOptions) { o.standIns[number] = standIn }
}

// WithoutProxy leaves out the proxy at URL. Then the recorder works in a testing/synctest bubble.
func WithoutProxy() RecordOption { return func(o *recordOptions) { o.noProxy = true } }

// WithRecordLogger logs what the proxy at URL refuses as warnings, and all other requests at debug level.
func WithRecordLogger(l *slog.Logger) RecordOption { return func(o *recordOptions) { o.logger = l } }

// Recorder records what clients exchange with real services. It is safe for concurrent use.
type Recorder struct {
	cfg  cloud.Config
	recs *recording.Recorder
	host
}

// Record records into a directory, which it makes if necessary, what clients exchange with the real services that cfg
// is for. [Replay] answers from there. Close the recorder when done.
//
// Clients of this module use [Recorder.Config]: their requests go to the service as they are. Other programs, in any
// language, use [Recorder.URL] with the emulator's public key; the recorder signs their requests with the credentials
// of cfg and sends them on.
//
// Each exchange is a file of indented JSON, written as a whole, whose name begins with its number. It has no
// signatures, keys, session tokens or nonces, also where a response or a signed address quotes them. The members that
// the API's models mark as sensitive are replaced by "[redacted]". Check other members, such as SQL in error messages,
// before the files are shared; [ReplaceAccount] hides account numbers. A response that was interrupted is not
// recorded; [Recorder.Skipped] lists those.
func Record(dir string, cfg cloud.Config, opts ...RecordOption) (*Recorder, error) {
	o := recordOptions{standIns: map[string]string{}, logger: slog.New(slog.DiscardHandler)}
	for _, opt := range opts {
		opt(&o)
	}
	if cfg.Region == "" {
		return nil, errors.New("emulator: Record needs a Config with a Region")
	}
	w, keys, services := newProtocols(cfg.Region)
	recs, err := recording.NewRecorder(dir, cfg, services, o.standIns)
	if err != nil {
		return nil, fmt.Errorf("emulator: record: %w", err)
	}
	r := &Recorder{cfg: cfg, recs: recs, host: newHost()}
	if o.noProxy {
		return r, nil
	}
	proxy, err := newFront(w, keys, o.logger, r.done, recs.Services())
	if err != nil {
		return nil, fmt.Errorf("emulator: record: %w", err)
	}
	listener, err := r.listen("", false)
	if err != nil {
		return nil, err
	}
	r.serve(listener, proxy, o.logger)
	return r, nil
}

// newFront returns a server of services whose state is not kept.
func newFront(
	w *world.World, keys *front.Keys, logger *slog.Logger, done <-chan struct{}, services []front.Service,
) (*front.Server, error) {
	return front.NewServer(front.Config{
		World: w, Keys: keys, Logger: logger, Done: done, Services: func() []front.Service { return services },
		Journal: journal.New(journal.Header{}), Options: journal.Options{Region: w.Region},
	})
}

// newProtocols returns the services without resources, for their protocols alone.
func newProtocols(region string) (*world.World, *front.Keys, recording.Services) {
	w, keys := world.New([32]byte{}), &front.Keys{}
	w.Region = region
	keys.Add(cloud.Credentials{AccessKeyID: AccessKeyID, SecretAccessKey: cloud.NewSecret(SecretAccessKey)})
	services := recording.Services{}
	for _, s := range []front.Service{
		emulatefinspace.New(w, keys), emulateproton.New(w, keys), emulateflink.New(w, keys), emulatedlc.New(w, keys),
	} {
		services[s.Name()] = s
	}
	return w, keys, services
}

// Config returns the configuration that Record was called with, but the exchanges of its clients are recorded. Each
// call returns a new one, which the caller may change.
func (r *Recorder) Config() cloud.Config {
	cfg := r.cfg
	client := http.Client{}
	if cfg.HTTPClient != nil {
		client = *cfg.HTTPClient
	}
	client.Transport = r.recs
	cfg.HTTPClient = &client
	return cfg
}

// URL returns the address of the proxy, for programs that do not use Config. They sign for the region of Record's
// configuration, in the Authorization header, with AccessKeyID and SecretAccessKey. For the international site of
// Tencent Cloud, that configuration must have its Endpoint.
func (r *Recorder) URL() string { return r.url }

// Skipped returns the exchanges that were not recorded, and why. Only the first 1000 are kept.
func (r *Recorder) Skipped() []string { return r.recs.Skipped() }

// Close stops the proxy. It returns an error if a file could not be written. Clients with the recorder's configuration
// can still make calls, which are still recorded.
func (r *Recorder) Close() error {
	if r.url != "" {
		r.stop()
	}
	if err := r.recs.Err(); err != nil {
		return fmt.Errorf("emulator: record: %w", err)
	}
	return nil
}
