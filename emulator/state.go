package emulator

import (
	"io"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/journal"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// Load adds the resources that a seed file names, all of them or none. It is a JSON object with the services, in them the
// kinds of resources, and in those a list of resources, with the members that the API's reads have and those of what they
// are in:
//
//	{
//	  "finspace": {
//	    "KxEnvironment": [{"environmentId": "kxenv"}],
//	    "KxCluster": [{"environmentId": "kxenv", "clusterName": "hdb"}]
//	  },
//	  "dlc": {"DataEngine": [{"DataEngineName": "engine", "Size": 32}]}
//	}
//
// A kind has the name of the Add method, in the API's spelling. Members that are left out have the method's defaults. Kinds
// without such a method, such as Tags, have no defaults; [Emulator.Save] shows how they are written. An unknown kind or member
// is an error that names it.
func (e *Emulator) Load(r io.Reader) error { return e.front.Load(r) }

// Save writes a seed file with the resources that reads show now. It has no changes under way, which a [Emulator.Snapshot]
// has: a resource that is changing stays as it is. It has no idempotency tokens, logs and events either.
func (e *Emulator) Save(w io.Writer) error { return e.front.Save(w) }

// Snapshot returns the whole state as JSON: resources with their past and planned states, idempotency tokens, scripted
// endings and the clock. It has no keys, no faults and no log of requests. It has the bodies of requests, with the secrets
// in them.
func (e *Emulator) Snapshot() ([]byte, error) { return e.front.Snapshot() }

// Restore sets the whole state to that of a snapshot, which may be of another emulator with the same region. The clock goes
// on from when the snapshot was taken. [WithChangeTime] and [WithStaleReads] are those of the snapshot from then on. If the
// snapshot cannot be restored, nothing changes.
func (e *Emulator) Restore(snapshot []byte) error { return e.front.Restore(snapshot) }

// Reset sets the state to that of a new emulator. Only the keys stay, and the functions that remove a fault.
func (e *Emulator) Reset() { must(e.front.Reset(e.options.newSeed())) }

// Fork starts a copy of the emulator, with its options and keys, unless opts override them. What happens to one of them
// does not happen to the other. The copy has no faults and no expectations, listens on an address of its own, and keeps its
// state in memory unless opts have another [WithStateDir]. Close it when done.
func (e *Emulator) Fork(opts ...Option) (*Emulator, error) {
	snapshot, err := e.Snapshot()
	if err != nil {
		return nil, err
	}
	j, _, err := journal.ReadSnapshot(snapshot)
	if err != nil {
		return nil, err
	}
	o := e.options
	o.stateDir, o.address, o.test = "", "", nil
	o.changeTime, o.staleReads = e.front.Times()
	return start(o, e.keys.Clone(), j, opts...)
}

// ChangeUnderWay is a change that has begun and not ended.
type ChangeUnderWay struct {
	ID                 int // 1 is the first change that began
	Service, Operation string
	Resource           string // what changes: names and IDs, from the outermost in, with slashes; of several, the first
	Started, Ends      time.Time
}

// ChangesUnderWay returns the changes that have begun and not ended, the oldest first. A change that another one has
// replaced, such as its cancellation, is not among them.
func (e *Emulator) ChangesUnderWay() []ChangeUnderWay {
	changes := e.front.UnderWay()
	list := make([]ChangeUnderWay, len(changes))
	for i, c := range changes {
		list[i] = ChangeUnderWay(c)
	}
	return list
}

// FinishChange ends a change now, with success, whatever [Emulator.Script] has set for it.
func (e *Emulator) FinishChange(id int) error { return e.front.Decide(id, world.Ending{}) }

// FailChange ends a change now, with a failure. Reason is the service's explanation, as in [Ending].
func (e *Emulator) FailChange(id int, reason string) error {
	return e.front.Decide(id, world.Ending{Fail: true, Reason: reason})
}

// CancelChange ends a change now, as canceled. A service that has no such state reports a failure.
func (e *Emulator) CancelChange(id int) error { return e.front.Decide(id, world.Ending{Cancel: true}) }
