package world

import (
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

	random   *rand.ChaCha8
	advanced atomic.Int64        // the sum of all calls of Advance, in nanoseconds
	changes  map[string][]string // the operations that start a change, by service
	began    int                 // how many changes have begun
	endings  []Ending
}

// Account is the number of the account that owns all resources.
const Account = "123456789012"

// New returns a world whose IDs depend on the seed alone.
func New(seed [32]byte) *World {
	return &World{random: rand.NewChaCha8(seed), changes: map[string][]string{}}
}

// Declare says which operations of a service start a change.
func (w *World) Declare(service string, operations ...string) {
	w.changes[service] = append(w.changes[service], operations...)
}

// Changes returns the operations that start a change, by service.
func (w *World) Changes() map[string][]string { return w.changes }

// Now is the clock of all services, which count in milliseconds. It does not need the lock.
func (w *World) Now() time.Time {
	return time.Now().Add(time.Duration(w.advanced.Load())).UTC().Truncate(time.Millisecond)
}

// Advance moves the clock. It does not need the lock.
func (w *World) Advance(d time.Duration) { w.advanced.Add(int64(d)) }

// NewUUID returns a new ID.
func (w *World) NewUUID() string {
	var b [16]byte
	_, _ = w.random.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// NewID returns a new ID of n lowercase hexadecimal digits.
func (w *World) NewID(n int) string {
	b := make([]byte, (n+1)/2)
	_, _ = w.random.Read(b)
	return hex.EncodeToString(b)[:n]
}

// KeyOf joins the names of a resource with a separator that no name contains.
func KeyOf(names ...string) string { return strings.Join(names, "\x00") }

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
