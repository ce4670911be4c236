package emulator

import (
	"fmt"
	"log/slog"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/recording"
)

// ReplayOption configures the replayer that Replay returns.
type ReplayOption func(*replayOptions)

type replayOptions struct {
	recording.ReplayOptions
	inProcess bool
	logger    *slog.Logger
}

// RepeatLast answers a request that is made more often than it was recorded with the last recorded response. Without
// it such a request is unexpected.
func RepeatLast() ReplayOption { return func(o *replayOptions) { o.RepeatLast = true } }

// IgnoreMembers leaves members out of the comparison of requests, such as times that are relative to now. They have
// their names in the API, those of inner members with a dot: "Filters.Values".
func IgnoreMembers(names ...string) ReplayOption {
	return func(o *replayOptions) { o.Ignored = append(o.Ignored, names...) }
}

// ReplayInProcess connects the clients through memory, as [InProcess] does for an emulator.
func ReplayInProcess() ReplayOption { return func(o *replayOptions) { o.inProcess = true } }

// WithReplayLogger logs each refused request as a warning with the reason, and all others at debug level.
func WithReplayLogger(l *slog.Logger) ReplayOption { return func(o *replayOptions) { o.logger = l } }

// Replayer answers requests from a recording. It is safe for concurrent use.
type Replayer struct {
	replay *recording.Replayer
	host
}

// Replay serves the exchanges that [Record] has stored in a directory. Close it when done.
//
// A request gets the response to the recorded one with the same service, operation and members; idempotency tokens do
// not count, and what was redacted in the recording equals anything but an empty value. If a request was recorded
// several times, its responses come in the order of the recording. An unexpected request is refused in the service's
// own format, with the code UnexpectedRequest and the nearest recorded request in the message. Requests must be signed
// with the emulator's public key, as those of [Replayer.Config] are, for the region of the recording.
func Replay(dir string, opts ...ReplayOption) (*Replayer, error) {
	o := replayOptions{logger: slog.New(slog.DiscardHandler)}
	for _, opt := range opts {
		opt(&o)
	}
	_, _, known := newProtocols("")
	replay, err := recording.NewReplayer(dir, known, o.ReplayOptions)
	if err != nil {
		return nil, fmt.Errorf("emulator: replay: %w", err)
	}
	w, keys, services := newProtocols(replay.Region)
	p := &Replayer{replay: replay, host: newHost()}
	server, err := newFront(w, keys, o.logger, p.done, replay.Services(services))
	if err != nil {
		return nil, fmt.Errorf("emulator: replay: %w", err)
	}
	listener, err := p.listen("", o.inProcess)
	if err != nil {
		return nil, err
	}
	p.serve(listener, server, o.logger)
	return p, nil
}

// URL returns the address of all recorded services. With ReplayInProcess only the HTTP client of Config can connect to
// it.
func (p *Replayer) URL() string { return p.url }

// Config returns the configuration for a client of any of the four service packages. Each call returns a new one, which
// the caller may change.
func (p *Replayer) Config() cloud.Config { return p.config(p.replay.Region) }

// Difference is a member of a request whose value was not as recorded. The values are JSON, without secrets; the value
// of a missing member is empty.
type Difference struct{ Member, Recorded, Given string }

// String returns the difference in one line.
func (d Difference) String() string { return recording.Difference(d).String() }

// UnexpectedRequest is a request that was not recorded, or not so often. Nearest is the file of the recorded request of
// the same operation with the fewest differences. It is empty if there is none. Without Differences, Nearest has the
// last response, which was given before.
type UnexpectedRequest struct {
	Service, Operation string
	Nearest            string
	Differences        []Difference
}

// Unexpected returns the unexpected requests, oldest first. Only the first 1000 are kept.
func (p *Replayer) Unexpected() []UnexpectedRequest {
	kept := p.replay.Unexpected()
	list := make([]UnexpectedRequest, len(kept))
	for i, u := range kept {
		list[i] = UnexpectedRequest{Service: u.Service, Operation: u.Operation, Nearest: u.Nearest}
		for _, d := range u.Differences {
			list[i].Differences = append(list[i].Differences, Difference(d))
		}
	}
	return list
}

// Unused returns the files of the exchanges that no request has asked for.
func (p *Replayer) Unused() []string { return p.replay.Unused() }

// Verify returns an error that lists the unexpected requests and the unused exchanges, nil if there are none.
func (p *Replayer) Verify() error {
	if err := p.replay.Verify(); err != nil {
		return fmt.Errorf("emulator: replay: %w", err)
	}
	return nil
}

// Close stops the replayer, waits for its goroutines, and returns the result of Verify.
func (p *Replayer) Close() error {
	p.stop()
	return p.Verify()
}
