package world

import (
	"cmp"
	"slices"
	"time"
)

// Ending says how a future change ends. Without one, a change succeeds after the default time.
type Ending struct {
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

// A Change is the plan of a change that begins now: how and when it ends, and how long reads are stale.
type Change struct {
	Ending
	Start, End, StaleUntil time.Time

	planned  time.Time // the end that it was to have when it began
	progress *progress
}

// Begin starts a change and consumes the first Ending for it.
func (w *World) Begin(service, operation string) Change {
	w.began++
	c := Change{Start: w.Now()}
	i := slices.IndexFunc(w.endings, func(o Ending) bool {
		return o.Operation == operation && (o.Service == "" || o.Service == service)
	})
	if i >= 0 {
		c.Ending = w.endings[i]
		w.endings = slices.Delete(w.endings, i, i+1)
	}
	c.End = c.Start.Add(cmp.Or(c.After, w.ChangeTime))
	c.StaleUntil = c.Start.Add(w.StaleReads)
	c.planned = c.End
	if d, ok := w.decisions[w.began]; ok {
		c.Ending, c.End = d.Ending, d.At
		c.StaleUntil = earlier(c.StaleUntil, d.At)
	}
	c.progress = &progress{UnderWay: UnderWay{ID: w.began, Service: service, Operation: operation, Started: c.Start, Ends: c.End}}
	w.remember(c.progress)
	return c
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Failed reports whether the change ends without taking effect.
func (c Change) Failed() bool { return c.Fail || c.Cancel }

// visibleFrom returns when reads begin to show a state that is true from at on.
func (c Change) visibleFrom(at time.Time) time.Time {
	if at.Before(c.StaleUntil) {
		return c.StaleUntil
	}
	return at
}

// Part returns the time after n of the equal parts of the change. The parts of a change that ends early stay where they
// were; those that it did not reach are at its end.
func (c Change) Part(n, parts int) time.Time {
	whole := c.End.Sub(c.Start)
	if !c.planned.IsZero() {
		whole = c.planned.Sub(c.Start)
	}
	return earlier(c.Start.Add(whole*time.Duration(n)/time.Duration(parts)), c.End)
}

// Schedule adds the state that a resource takes at a time, in the course of change c.
func Schedule[T any](t *Timeline[T], c Change, at time.Time, value T) {
	t.Forget(c.Start)
	t.insert(version[T]{from: at, visibleFrom: c.visibleFrom(at), value: value, of: c.progress})
}

// Finish schedules the state at the end of change c.
func Finish[T any](t *Timeline[T], c Change, value T) {
	if c.Vanish {
		Remove(t, c)
		return
	}
	Schedule(t, c, c.End, value)
}

// Remove schedules that the resource is gone at the end of change c.
func Remove[T any](t *Timeline[T], c Change) {
	t.Forget(c.Start)
	t.insert(version[T]{from: c.End, visibleFrom: c.visibleFrom(c.End), gone: true, of: c.progress})
}
