package world

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A World is what the services of one emulator share: a lock, a clock, an account, and the changes that have begun.
// The lock guards it and the resources of all services. Every method needs it held, unless it says otherwise.
type World struct {
	sync.Mutex
	Region     string
	ChangeTime time.Duration // how long a change takes, unless an Ending sets it
	StaleReads time.Duration // for how long after the start of a change reads show the state before it

	seed     [32]byte
	random   *rand.ChaCha8
	advanced atomic.Int64 // how far the clock is ahead of time.Now, in nanoseconds
	at       time.Time    // of the event that happens; zero between events

	changes   map[string][]string // the operations that start a change, by service
	began     int                 // how many changes have begun
	underWay  []*progress         // of changes, some of which have ended
	endings   []Ending
	decisions map[int]Decision // by the ID of the change

	speed  float64                   // of the clock
	origin atomic.Pointer[time.Time] // since when the clock has that speed; nil if it runs like time.Now
}

// Account is the number of the account that owns all resources.
const Account = "123456789012"

// New returns a world whose IDs depend on the seed alone.
func New(seed [32]byte) *World {
	w := &World{}
	w.Reset(seed, nil)
	return w
}

// Reset makes the world as it was before anything happened, except for its options and its clock. The changes of which
// the IDs are given will end as decided.
func (w *World) Reset(seed [32]byte, decisions map[int]Decision) {
	w.seed, w.random, w.decisions = seed, rand.NewChaCha8(seed), decisions
	w.changes, w.began, w.underWay, w.endings = map[string][]string{}, 0, nil, nil
}

// Happen executes an event. Meanwhile the clock stands still, and new IDs depend on the seed and the event alone.
func (w *World) Happen(event string, at time.Time, execute func()) {
	w.random = rand.NewChaCha8(sha256.Sum256(append(w.seed[:], event...)))
	w.at = at
	defer func() { w.at = time.Time{} }()
	execute()
}

// Declare says which operations of a service start a change, in addition to others.
func (w *World) Declare(service string, operations ...string) {
	w.changes[service] = append(w.changes[service], operations...)
}

// Changes returns the operations that start a change, by service.
func (w *World) Changes() map[string][]string { return w.changes }

// Now is the time of the event that happens, or else that of the clock.
func (w *World) Now() time.Time {
	if !w.at.IsZero() {
		return w.at
	}
	return w.Clock()
}

// As does something that happened at an earlier time.
func (w *World) As(at time.Time, do func()) {
	now := w.at
	w.at = at
	defer func() { w.at = now }()
	do()
}

// Clock is the clock of all services, which count in milliseconds. It does not need the lock.
func (w *World) Clock() time.Time {
	return w.wall().Add(time.Duration(w.advanced.Load())).UTC().Truncate(time.Millisecond)
}

// Advance moves the clock. It does not need the lock.
func (w *World) Advance(d time.Duration) { w.advanced.Add(int64(d)) }

// Advanced returns how far the clock is ahead of time.Now. It does not need the lock.
func (w *World) Advanced() time.Duration { return time.Duration(w.advanced.Load()) }

// SetAdvanced sets how far the clock is ahead of time.Now. It does not need the lock.
func (w *World) SetAdvanced(d time.Duration) {
	w.advanced.Store(int64(d))
	w.restart()
}

// NewUUID returns a new ID.
func (w *World) NewUUID() string { return NewUUID(w.random) }

// NewUUID returns a random UUID.
func NewUUID(random *rand.ChaCha8) string {
	var b [16]byte
	_, _ = random.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// NewID returns a new ID of n lowercase hexadecimal digits.
func (w *World) NewID(n int) string {
	b := make([]byte, (n+1)/2)
	_, _ = w.random.Read(b)
	return hex.EncodeToString(b)[:n]
}

// separator is between the names in a key. No name contains it.
const separator = '\x00'

// KeyOf joins the names of a resource.
func KeyOf(names ...string) string { return strings.Join(names, string(separator)) }

// Script adds how the next changes end. It reports an operation that starts no change.
func (w *World) Script(endings ...Ending) error {
	for _, o := range endings {
		valid := false
		for service, operations := range w.changes {
			valid = valid || (o.Service == "" || o.Service == service) && slices.Contains(operations, o.Operation)
		}
		if !valid {
			return fmt.Errorf("operation %q of service %q does not start a change", o.Operation, o.Service)
		}
	}
	w.endings = append(w.endings, endings...)
	return nil
}

// Began returns how many changes have begun.
func (w *World) Began() int { return w.began }
