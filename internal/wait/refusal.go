package wait

import (
	"errors"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Accepted reports whether err, with which the start of a change failed, is the refusal of a repetition
// alone: an earlier attempt of the same call may have been carried out, and the service now answers with
// what that brings about, such as ErrNotFound after a deletion or ErrConflict after a creation.
func Accepted(err error, after cloud.Kind) bool {
	e, ok := errors.AsType[*cloud.Error](err)
	return ok && e.Kind == after && e.MaybeExecuted
}

// A Refusal is the answer to a repeated start whose first attempt may have been carried out. Which of the
// two happened shows later: the change gets under way, or nothing happens.
type Refusal struct {
	Code string `json:"code,omitzero"`

	message string // not in tokens, because messages may hold secrets
}

// Note takes down err and reports whether it is such a refusal, of one of these kinds.
func (r *Refusal) Note(err error, kinds ...cloud.Kind) bool {
	if !slices.ContainsFunc(kinds, func(kind cloud.Kind) bool { return Accepted(err, kind) }) {
		return false
	}
	e, _ := errors.AsType[*cloud.Error](err)
	r.Code, r.message = string(e.Code), e.Message
	if r.Code == "" {
		r.Code = string(e.Kind)
	}
	return true
}

// Reason says why a change that never got under way has failed; empty without a refusal.
func (r Refusal) Reason() string {
	if r.Code == "" {
		return ""
	}
	reason := "the service refused the repeated call with " + r.Code
	if r.message != "" {
		reason += ": " + r.message
	}
	return reason
}

// clockPrecision is how far a creation may seem to be before the call that caused it: services tell the
// time in seconds, and their clocks are known from the Date of a response.
const clockPrecision = 10 * time.Second

// longestCreation is longer than any creation takes.
const longestCreation = 24 * time.Hour

// MadeSince reports whether a resource that shows created as its creation time was made by a call that began
// at start, by the clock of the service. One that is still being made although it seems to be older than
// any creation takes, or has no time, has a time that tells nothing.
func MadeSince(start, created time.Time, underway bool) bool {
	age := start.Sub(created)
	return age < clockPrecision || underway && (created.IsZero() || age > longestCreation)
}
