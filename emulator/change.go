package emulator

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Outcome says how a coming change ends. Without one, a change succeeds after the usual time.
type Outcome struct {
	Operation string // that starts the change: "HotUpdateJob"
	Service   string // "finspace", "proton", "flink" or "dlc"; needed only if Operation is in several

	Fail   bool          // the change ends without being live
	Cancel bool          // somebody stops it; services without that notion report a failure
	Vanish bool          // the resource is gone when the change would have ended
	After  time.Duration // how long the change takes; 0 is the usual time

	// Reason is the explanation that the service gives, in the member that each resource has for it:
	// statusReason of a cluster, errorMessage of a changeset, deploymentStatusMessage of a service
	// instance, message of a hot update, Message of a data engine. A few have none.
	Reason string
	// ReasonType is the errorType of a changeset and the reason of a hot update.
	ReasonType string
	// Severity is the failureSeverity of a hot update.
	Severity string
	// State ends the change in another state than the usual one, in the service's own words: "-1"
	// is a data engine that a failed switch leaves broken. It may be one that nobody knows.
	State string
}

// starts are the operations that start a change, by service.
var starts = map[string][]string{
	"finspace": finspaceStarts,
	"proton":   protonStarts,
	"flink":    flinkStarts,
	"dlc":      dlcStarts,
}

// Script says how the next changes end, in order. Each Outcome is for one change. It panics if no
// change starts with the operation, because the test would then test something else.
func (e *Emulator) Script(outcomes ...Outcome) {
	for _, o := range outcomes {
		known := false
		for service, operations := range starts {
			known = known || (o.Service == "" || o.Service == service) && slices.Contains(operations, o.Operation)
		}
		if !known {
			panic(fmt.Sprintf("emulator: no change starts with operation %q of service %q", o.Operation, o.Service))
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.outcomes = append(e.outcomes, outcomes...)
}

// A change is the plan of a change that begins now: how and when it ends, and until when reads do not show it.
type change struct {
	Outcome
	start, end, stale time.Time // reads are stale until the last
}

// begin starts a change and uses up its script. The caller holds the lock.
func (e *Emulator) begin(service, operation string) change {
	c := change{start: e.now()}
	i := slices.IndexFunc(e.outcomes, func(o Outcome) bool {
		return o.Operation == operation && (o.Service == "" || o.Service == service)
	})
	if i >= 0 {
		c.Outcome = e.outcomes[i]
		e.outcomes = slices.Delete(e.outcomes, i, i+1)
	}
	c.end = c.start.Add(cmp.Or(c.After, e.changeTime))
	c.stale = c.start.Add(e.staleReads)
	return c
}

// failed reports whether the change ends without being live.
func (c change) failed() bool { return c.Fail || c.Cancel }

// shown is when reads show what is true from at on.
func (c change) shown(at time.Time) time.Time {
	if at.Before(c.stale) {
		return c.stale
	}
	return at
}

// part is the time after a part of the change.
func (c change) part(n, of int) time.Time {
	return c.start.Add(c.end.Sub(c.start) * time.Duration(n) / time.Duration(of))
}

// during puts a state that a resource is in from at on, in the course of change c.
func during[T any](t *timeline[T], c change, at time.Time, value T) {
	t.forget(c.start)
	t.put(at, c.shown(at), value)
}

// finish puts the state that change c ends in.
func finish[T any](t *timeline[T], c change, value T) {
	if c.Vanish {
		remove(t, c)
		return
	}
	during(t, c, c.end, value)
}

// remove lets a resource be gone at the end of change c.
func remove[T any](t *timeline[T], c change) {
	t.forget(c.start)
	t.insert(version[T]{from: c.end, shown: c.shown(c.end), gone: true})
}
