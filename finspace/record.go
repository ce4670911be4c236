package finspace

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// A snapshot is what the service shows of a resource at one time, as far as all resources have it.
type snapshot struct {
	Status   string    `json:"status,omitzero"`
	Reason   string    `json:"reason,omitzero"`
	Created  time.Time `json:"created,omitzero"`
	Modified time.Time `json:"modified,omitzero"`
}

// sameTime is how far apart a service may say one time in two responses, because it rounds.
const sameTime = time.Second

// isNewer reports whether s is of a resource that was created after the one that was seen before.
func (s snapshot) isNewer(before snapshot) bool {
	return !s.Created.IsZero() && !before.Created.IsZero() && s.Created.Sub(before.Created) > sameTime
}

// A phase is what a status says about the course of a resource.
type phase int

const (
	phaseUnknown  phase = iota
	phaseWorking        // it is being created or updated
	phaseSettled        // it stays as it is until somebody changes it
	phaseDeleting       // it is being deleted
	phaseGone           // it is deleted, and still shown
)

// phases has the statuses of all resources, which use the same words. A status that is not here is unknown.
var phases = map[string]phase{
	"PENDING": phaseWorking, "CREATING": phaseWorking, "UPDATING": phaseWorking,
	"CREATE_REQUESTED": phaseWorking, "UPDATE_NETWORK_REQUESTED": phaseWorking, "UPDATING_NETWORK": phaseWorking,

	"RUNNING": phaseSettled, "ACTIVE": phaseSettled, "UPDATED": phaseSettled, "CREATED": phaseSettled, "SUSPENDED": phaseSettled,
	"FAILED": phaseSettled, "CREATE_FAILED": phaseSettled, "UPDATE_FAILED": phaseSettled, "DELETE_FAILED": phaseSettled,
	"FAILED_CREATION": phaseSettled, "FAILED_UPDATING_NETWORK": phaseSettled, "FAILED_DELETION": phaseSettled,

	"DELETING": phaseDeleting, "DELETE_REQUESTED": phaseDeleting, "RETRY_DELETION": phaseDeleting,

	"DELETED": phaseGone,
}

// A record has what was seen of the resource of a change: the snapshot from before it, which tokens carry, and
// what this waiter has seen since, which they do not.
type record struct {
	Before  snapshot     `json:"before,omitzero"`
	Refusal wait.Refusal `json:"refusal,omitzero"`

	course wait.Course
	at     time.Time // the modification time of the response that showed the change under way
}

// refused records the error of a start and returns it, unless an earlier attempt may have started the change.
// Where that is not certain, the wait finds out.
func (r *record) refused(err error, kinds ...cloud.Kind) error {
	if r.Refusal.Note(err, append(kinds, cloud.ErrConflict)...) {
		return nil
	}
	return err
}

// refusedDeletion is refused for a deletion, which may find the resource gone when it is repeated.
func (r *record) refusedDeletion(err error, kinds ...cloud.Kind) error {
	if wait.Accepted(err, cloud.ErrNotFound) {
		return nil
	}
	return r.refused(err, kinds...)
}

// refusedCreation returns nil for the refusal of a repeated creation if the resource that stands in the way, which
// read returns, was made since the first attempt; then the record tells it from others of its name.
func (r *record) refusedCreation(sent time.Time, err error, read func() (snapshot, error)) error {
	if !wait.Accepted(err, cloud.ErrConflict) {
		return err
	}
	now, readErr := read()
	if cloud.KindOf(readErr) == cloud.ErrNotFound {
		return nil // what is new may not be visible yet
	}
	if readErr != nil || !wait.MadeSince(sent, now.Created, phases[now.Status] == phaseWorking) {
		return err
	}
	r.Before.Created = now.Created
	return nil
}

// saw records whether a response shows the change under way, in phase p, and reports whether this waiter has
// ever seen that. What was in that phase before the change too must have a later time.
func (r *record) saw(now snapshot, p phase) bool {
	underway := phases[now.Status] == p && (phases[r.Before.Status] != p || now.Modified.After(r.Before.Modified))
	if underway {
		r.at = now.Modified
	}
	return r.course.Saw(underway)
}

// A proof says how sure it is that a response is from after the start of a change.
type proof int

const (
	proofNone   proof = iota // it may be from before
	proofLikely              // nothing else explains it but a read that is out of date
	proofFirm
)

// prove compares a response with the state before the change by time of modification. Where that does not tell,
// because services round it and their clocks step back, other contents do, and a change that was seen under
// way.
func (r *record) prove(now snapshot, seen, changed bool) proof {
	same := now.Modified.Equal(r.Before.Modified)
	switch {
	case now.Modified.After(r.Before.Modified), same && changed, same && seen && r.at.Equal(now.Modified):
		return proofFirm
	case changed, seen && !same, same && (now.Status != r.Before.Status || now.Reason != r.Before.Reason):
		return proofLikely
	}
	return proofNone
}

// creation returns v, the verdict on now alone, as that on the creation of a resource whose name others may have
// had before.
func (r *record) creation(v cloud.Verdict, now snapshot) cloud.Verdict {
	switch age := wait.Age(now.Created, r.Before.Created); {
	case age < 0:
		v.Outcome = cloud.Pending
	case age > 0:
		return replaced(v, now)
	case !r.Before.Created.IsZero() && now.Created.IsZero():
		v.Inferred = true
	}
	return v
}

// update returns v, the verdict on now alone, as that on an update that asks for c.
func (r *record) update(v cloud.Verdict, now snapshot, c content) cloud.Verdict {
	if now.isNewer(r.Before) {
		return replaced(v, now)
	}
	if r.Before.isNewer(now) {
		v.Outcome = cloud.Pending
		return v
	}
	seen := r.saw(now, phaseWorking)
	changed := c.changed && (c.met || !now.Modified.Before(r.Before.Modified))
	p := r.prove(now, seen, changed)
	switch {
	case p == proofNone:
		return r.waiting(v, now, seen)
	case v.Outcome == cloud.Failed:
		v.Inferred = p < proofFirm || phases[now.Status] == phaseSettled && !seen
		return v
	case v.Outcome == cloud.Pending:
		return v
	case c.other != "":
		v = superseded(v, c.other)
		v.Inferred = true
		return v
	}
	return r.settledUpdate(v, now, c, p, seen)
}

// settledUpdate is update for a resource that has settled again.
func (r *record) settledUpdate(v cloud.Verdict, now snapshot, c content, p proof, seen bool) cloud.Verdict {
	newReason := now.Reason != r.Before.Reason
	failed := c.reasons && now.Reason != ""
	switch {
	case c.met && (c.changed || !failed || !newReason):
		v.Inferred = p < proofFirm
	case c.hidden:
		v.Outcome = cloud.Pending
	case failed:
		v.Outcome = cloud.Failed
		v.Inferred = c.met || !newReason || p < proofFirm || !seen
	case seen:
		return abandoned(v, "without the update")
	default:
		return r.waiting(v, now, seen)
	}
	return v
}

// deletion returns v, the verdict on now alone, as that on a deletion. A resource that was created since has
// replaced one that is gone; one that was created before is shown by a read that is out of date.
func (r *record) deletion(v cloud.Verdict, now snapshot) cloud.Verdict {
	if now.isNewer(r.Before) {
		v.Outcome = cloud.Succeeded
		return v
	}
	if r.Before.isNewer(now) {
		v.Outcome = cloud.Pending
		return v
	}
	seen := r.saw(now, phaseDeleting)
	p := r.prove(now, seen, false)
	switch {
	case v.Outcome == cloud.Succeeded:
		v.Inferred = now.Created.IsZero() && !r.Before.Created.IsZero()
	case p == proofNone:
		return r.waiting(v, now, seen)
	case v.Outcome == cloud.Failed:
		v.Inferred = p < proofFirm || !seen
	case seen && phases[now.Status] == phaseSettled:
		return abandoned(v, "and not deleted")
	default:
		return r.waiting(v, now, seen)
	}
	return v
}

// waiting is pending, unless the service refused to start the change, shows nothing of it, and does nothing else.
func (r *record) waiting(v cloud.Verdict, now snapshot, seen bool) cloud.Verdict {
	v.Outcome = cloud.Pending
	if why := r.Refusal.Reason(); why != "" && !seen && phases[now.Status] == phaseSettled {
		v.Outcome, v.Reason, v.Inferred = cloud.Failed, why, true
	}
	return v
}

// abandoned is the verdict on a change that was under way and no longer is, although it changed nothing.
func abandoned(v cloud.Verdict, how string) cloud.Verdict {
	v.Outcome, v.Inferred = cloud.Failed, true
	if v.Reason == "" {
		v.Reason = "given up: the state is " + v.State + " again, " + how
	}
	return v
}

// superseded is the verdict on a change after which another one was made.
func superseded(v cloud.Verdict, why string) cloud.Verdict {
	v.Outcome, v.Superseded, v.Reason = cloud.Failed, true, "superseded: "+why
	return v
}

// replaced is the verdict on a change of a resource that was deleted, and whose name another one has.
func replaced(v cloud.Verdict, now snapshot) cloud.Verdict {
	return superseded(v, "another of the same name was created at "+now.Created.Format(time.RFC3339))
}

// A content compares what a response shows of a resource with what an update asks for and with what was there
// before.
type content struct {
	met     bool   // it is what was asked for
	changed bool   // it is not what was there before
	hidden  bool   // it is not shown, although it was before
	other   string // what it is if it is neither; empty otherwise
	reasons bool   // a reason for the status is a sign of failure, because there is no status for that
}

// compare takes one field into account. A field that the update leaves out may be anything; other describes the
// resource.
func compare[T comparable](c *content, asked, before, now T, other string) {
	var nothing T
	switch {
	case asked == nothing:
		return
	case now == asked:
		c.changed = c.changed || now != before
		return
	}
	c.met = false
	switch {
	case now == nothing:
		c.hidden = c.hidden || before != nothing
	case now != before:
		c.changed, c.other = true, other
	}
}
