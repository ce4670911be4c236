package wait

import (
	"errors"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// What waits of all services have in common, where [cloud.WaitSpec] has no default for it.
const (
	// QuickInterval is the shortest pause between two looks at what usually takes seconds.
	QuickInterval = 3 * time.Second
	// AppearsWithin is how long what is new may not be visible.
	AppearsWithin = time.Minute
	// ConfirmWithin is for ends that cannot be told from the state before the change.
	ConfirmWithin = cloud.DefaultConfirm
	// AbsentWithin is how long what a list should show must be missing from it before it is gone: one list may
	// miss an item, because it changes between two pages or comes from a replica that is behind.
	AbsentWithin = time.Minute
)

// Course is what a waiter has seen of its change on the way. It is not part of a token: a resumed waiter
// begins a new one.
type Course struct{ underway bool }

// Saw takes down whether a look shows the change under way, and reports whether this or an earlier look
// did.
func (c *Course) Saw(underway bool) bool {
	c.underway = c.underway || underway
	return c.underway
}

// createdApart is how far apart the creations of two resources of one name are at least, because the
// first has to be deleted in between. What a service says about one creation may differ by less.
const createdApart = 10 * time.Second

// Age compares the resource that a look shows with the one that a change is about, by their times of
// creation: below 0 is an older one of that name, above 0 a newer one. It is 0 where a time is not known.
func Age(shown, ours time.Time) int {
	apart := shown.Sub(ours)
	switch {
	case shown.IsZero() || ours.IsZero():
		return 0
	case apart > createdApart:
		return 1
	case apart < -createdApart:
		return -1
	}
	return 0
}

// Accepted reports whether err, with which the start of a change failed, is the refusal of a repetition
// alone: an earlier attempt of the same call may have been carried out, and the service now answers with
// what that brings about, such as ErrNotFound after a deletion or ErrConflict after a creation.
func Accepted(err error, after cloud.Kind) bool {
	e, ok := errors.AsType[*cloud.Error](err)
	return ok && e.Kind == after && e.MaybeExecuted
}

// Missing is the answer of a look that found nothing, where the service has no error for that.
func Missing(service string, op *transport.Operation, message string) error {
	return &cloud.Error{Service: service, Operation: op.Name, Kind: cloud.ErrNotFound, Message: message}
}

// Required refuses a look for what has no name: a list has nothing of that name, which is no answer.
func Required(service string, op *transport.Operation, field, name string) error {
	if name != "" {
		return nil
	}
	return &cloud.ValidationError{Service: service, Operation: op.Name, Problems: []cloud.Problem{{Field: field, Check: cloud.CheckRequired, Rule: "required"}}}
}
