package journal

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// An Event is something that happened. Exactly one of the pointers and lists is set, or Advance is.
type Event struct {
	At       time.Time       `json:"at"`
	Options  *Options        `json:"options,omitempty"`
	Seeds    []Seed          `json:"seeds,omitempty"`
	Request  *Request        `json:"request,omitempty"`
	Script   []world.Ending  `json:"script,omitempty"`
	Advance  time.Duration   `json:"advance,omitempty"` // in nanoseconds
	Decision *ChangeDecision `json:"decision,omitempty"`
}

// Options apply to the changes that begin later.
type Options struct {
	Region     string        `json:"region"`
	ChangeTime time.Duration `json:"changeTime"`
	StaleReads time.Duration `json:"staleReads"`
}

// A Seed is a resource that was added without a request.
type Seed struct {
	Service string          `json:"service"`
	Kind    string          `json:"kind"`
	Value   json.RawMessage `json:"value"`
}

// A Request is one that was executed and may have changed something. It has no signature and no key.
type Request struct {
	Service   string            `json:"service"`
	Operation string            `json:"operation"`
	ID        string            `json:"id"`
	Method    string            `json:"method"`
	Path      string            `json:"path"`
	Labels    map[string]string `json:"labels,omitempty"` // in the path
	Query     url.Values        `json:"query,omitempty"`
	Header    map[string]string `json:"header,omitempty"`
	Body      string            `json:"body,omitempty"`
}

// A ChangeDecision is how a change ends: at the time of the event.
type ChangeDecision struct {
	Change int          `json:"change"` // its ID
	Ending world.Ending `json:"ending"`
}

// A Journal has the events of an emulator, the oldest first. Its methods need the lock of the world, unless they say
// otherwise.
type Journal struct {
	Header
	Events []Event

	log *Log // nil if the journal is kept in memory alone
}

// A Header is what events depend on.
type Header struct {
	Seed     Key           `json:"seed"`     // of the IDs
	Advanced time.Duration `json:"advanced"` // how far the clock was ahead before the first event, in nanoseconds
}

// A Key is 32 bytes, hexadecimal in JSON.
type Key [32]byte

// MarshalText returns the key in hexadecimal.
func (k Key) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, k[:]), nil }

// UnmarshalText sets a key from hexadecimal.
func (k *Key) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != len(k) {
		return fmt.Errorf("seed must be %d hexadecimal digits, not %d bytes of text", 2*len(k), len(text))
	}
	copy(k[:], b)
	return nil
}

// New returns an empty journal.
func New(h Header) *Journal { return &Journal{Header: h} }

// Append adds an event.
func (j *Journal) Append(e Event) {
	j.Events = append(j.Events, e)
	if j.log != nil {
		j.log.append(e)
	}
}

// Clock returns how far the clock is ahead after all events.
func (j *Journal) Clock() time.Duration {
	d := j.Advanced
	for _, e := range j.Events {
		d += e.Advance
	}
	return d
}

// Decisions returns the decisions about changes, by the ID of the change.
func (j *Journal) Decisions() map[int]world.Decision {
	all := map[int]world.Decision{}
	for _, e := range j.Events {
		if d := e.Decision; d != nil {
			all[d.Change] = world.Decision{Ending: d.Ending, At: e.At}
		}
	}
	return all
}

// Replace replaces all events, in the log too. If that fails, nothing has changed.
func (j *Journal) Replace(with *Journal) error {
	if j.log != nil {
		if err := j.log.rewrite(with.Header, with.Events); err != nil {
			return err
		}
	}
	j.Header, j.Events = with.Header, with.Events
	return nil
}

// Mark returns what to pass to Sync.
func (j *Journal) Mark() int64 {
	if j.log == nil {
		return 0
	}
	return j.log.mark()
}

// Sync returns when all events before the mark are on the disk. It does not need the lock.
func (j *Journal) Sync(mark int64) error {
	if j.log == nil {
		return nil
	}
	return j.log.sync(mark)
}

// Close closes the log. It does not need the lock.
func (j *Journal) Close() error {
	if j.log == nil {
		return nil
	}
	return j.log.close()
}
