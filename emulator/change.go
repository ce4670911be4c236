package emulator

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Outcome says how a future change ends. Without one, a change succeeds after the default time.
type Outcome struct {
	Operation string // the operation that starts the change, such as "HotUpdateJob"
	Service   string // "finspace", "proton", "flink" or "dlc"; required only if several services have the operation

	Fail   bool          // the change fails
	Cancel bool          // the change is canceled; a service that has no such state reports a failure
	Vanish bool          // the resource is gone at the end of the change
	After  time.Duration // how long the change takes; 0 is the default, see WithChangeTime

	// Reason is the service's explanation, in the member that the resource has for it: statusReason of a
	// cluster, errorMessage of a changeset, deploymentStatusMessage of a service instance, message of a hot
	// update, Message of a data engine. A few resources do not have such a member.
	Reason string
	// ReasonType is the errorType of a changeset and the reason of a hot update.
	ReasonType string
	// Severity is the failureSeverity of a hot update.
	Severity string
	// State overrides the state at the end of the change, in the service's spelling. For example, "-1" is
	// a data engine that is broken after a failed switch. It may be a state that the clients do not know.
	State string
}

// changeOperations are the operations that start a change, by service.
var changeOperations = map[string][]string{
	"finspace": finspaceChanges,
	"proton":   protonChanges,
	"flink":    flinkChanges,
	"dlc":      dlcChanges,
}

// Script sets how the next changes end, in order. Each Outcome is for one change. It panics if the operation
// starts no change, because the test would otherwise test something else.
func (e *Emulator) Script(outcomes ...Outcome) {
	for _, o := range outcomes {
		valid := false
		for service, operations := range changeOperations {
			valid = valid || (o.Service == "" || o.Service == service) && slices.Contains(operations, o.Operation)
		}
		if !valid {
			panic(fmt.Sprintf("emulator: operation %q of service %q does not start a change", o.Operation, o.Service))
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.outcomes = append(e.outcomes, outcomes...)
}

// A change is the plan of a change that begins now: how and when it ends, and how long reads are stale.
type change struct {
	Outcome
	start, end, staleUntil time.Time
}

// begin starts a change and consumes the first Outcome for it. The caller holds the lock.
func (e *Emulator) begin(service, operation string) change {
	e.changes++
	c := change{start: e.now()}
	i := slices.IndexFunc(e.outcomes, func(o Outcome) bool {
		return o.Operation == operation && (o.Service == "" || o.Service == service)
	})
	if i >= 0 {
		c.Outcome = e.outcomes[i]
		e.outcomes = slices.Delete(e.outcomes, i, i+1)
	}
	c.end = c.start.Add(cmp.Or(c.After, e.changeTime))
	c.staleUntil = c.start.Add(e.staleReads)
	return c
}

// failed reports whether the change ends without taking effect.
func (c change) failed() bool { return c.Fail || c.Cancel }

// visibleFrom returns when reads begin to show a state that is true from at on.
func (c change) visibleFrom(at time.Time) time.Time {
	if at.Before(c.staleUntil) {
		return c.staleUntil
	}
	return at
}

// part returns the time after n of the equal parts of the change.
func (c change) part(n, parts int) time.Time {
	return c.start.Add(c.end.Sub(c.start) * time.Duration(n) / time.Duration(parts))
}

// schedule adds the state that a resource takes at a time, in the course of change c.
func schedule[T any](t *timeline[T], c change, at time.Time, value T) {
	t.forget(c.start)
	t.put(at, c.visibleFrom(at), value)
}

// finish schedules the state at the end of change c.
func finish[T any](t *timeline[T], c change, value T) {
	if c.Vanish {
		remove(t, c)
		return
	}
	schedule(t, c, c.end, value)
}

// remove schedules that the resource is gone at the end of change c.
func remove[T any](t *timeline[T], c change) {
	t.forget(c.start)
	t.insert(version[T]{from: c.end, visibleFrom: c.visibleFrom(c.end), gone: true})
}
