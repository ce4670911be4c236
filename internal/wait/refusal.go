package wait

import (
	"errors"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// IsRepeat reports whether err, with which the start of a change failed, may refuse only the retry: an earlier
// attempt of the same call may have been carried out, and the service now returns what follows from that, such
// as ErrNotFound after a deletion or ErrConflict after a creation.
func IsRepeat(err error, after cloud.Kind) bool {
	e, ok := errors.AsType[*cloud.Error](err)
	return ok && e.Kind == after && e.MaybeExecuted
}

// isOnlyAttempt reports whether err refuses the only attempt of a call. If it repeats an earlier call, Began finds out
// what became of that.
func isOnlyAttempt(err error) bool {
	e, ok := errors.AsType[*cloud.Error](err)
	return ok && e.Attempts == 1
}

// CreatedAnyway returns nil if the creation that failed with err was carried out by an earlier attempt: the existing
// resource was created since sent, or is not visible yet. Otherwise it returns err. read returns when the resource was
// created and whether it is still being created.
func CreatedAnyway(sent time.Time, err error, read func() (createdAt time.Time, underway bool, err error)) error {
	if isOnlyAttempt(err) || !IsRepeat(err, cloud.ErrConflict) {
		return err
	}
	createdAt, underway, readErr := read()
	if cloud.KindOf(readErr) == cloud.ErrNotFound {
		return nil
	}
	if readErr != nil || !MadeSince(sent, createdAt, underway) {
		return err
	}
	return nil
}

// A Refusal is the error of a retried start whose first attempt may have been carried out. Whether it was shows
// later: the change gets under way, or nothing happens.
type Refusal struct {
	Code string `json:"code,omitzero"`

	message string // not in tokens, because messages may hold secrets
}

// Note returns nil if err is such a refusal, of one of these kinds, and records it. Otherwise it returns err.
func (r *Refusal) Note(err error, kinds ...cloud.Kind) error {
	if isOnlyAttempt(err) || !slices.ContainsFunc(kinds, func(kind cloud.Kind) bool { return IsRepeat(err, kind) }) {
		return err
	}
	e, _ := errors.AsType[*cloud.Error](err)
	r.Code, r.message = string(e.Code), e.Message
	if r.Code == "" {
		r.Code = string(e.Kind)
	}
	return nil
}

// NoteDeletion is Note for a deletion, which finds nothing when it is retried after it was carried out. wasThere
// reports that the resource was read before.
func (r *Refusal) NoteDeletion(err error, wasThere bool, kinds ...cloud.Kind) error {
	if wasThere && IsRepeat(err, cloud.ErrNotFound) {
		return nil
	}
	return r.Note(err, kinds...)
}

// Verdict returns v as the verdict on a change of which the resource shows nothing: a failure if the service refused
// the retried start.
func (r Refusal) Verdict(v cloud.Verdict) cloud.Verdict {
	v.Outcome = cloud.Pending
	if why := r.reason(); why != "" {
		v.Outcome, v.Inferred, v.Reason = cloud.Failed, true, why
	}
	return v
}

// reason returns why a change that never got under way has failed; empty without a refusal.
func (r Refusal) reason() string {
	if r.Code == "" {
		return ""
	}
	reason := "the service refused the repeated call with " + r.Code
	if r.message != "" {
		reason += ": " + r.message
	}
	return reason
}
