package finspace

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// A snapshot is what a response shows of a resource, reduced to what all resources have.
type snapshot struct {
	Status   string    `json:"status,omitzero"`
	Reason   string    `json:"reason,omitzero"`
	Created  time.Time `json:"created,omitzero"`
	Modified time.Time `json:"modified,omitzero"`
}

// isNewer reports whether s shows a resource that was created after that of before.
func (s snapshot) isNewer(before snapshot) bool {
	return wait.Compare(s.Created, before.Created) > 0
}

// A phase is what a status says about the course of a resource.
type phase int

const (
	phaseUnknown  phase = iota
	phaseWorking        // it is being created or updated
	phaseSettled        // it does not change by itself
	phaseDeleting       // it is being deleted
	phaseGone           // it is deleted, but still shown
)

// phases has the statuses of all resources, which share their names. A status that is not here is unknown.
var phases = map[string]phase{
	"PENDING": phaseWorking, "CREATING": phaseWorking, "UPDATING": phaseWorking,
	"CREATE_REQUESTED": phaseWorking, "UPDATE_NETWORK_REQUESTED": phaseWorking, "UPDATING_NETWORK": phaseWorking,

	"RUNNING": phaseSettled, "ACTIVE": phaseSettled, "UPDATED": phaseSettled, "CREATED": phaseSettled, "SUSPENDED": phaseSettled,
	"FAILED": phaseSettled, "CREATE_FAILED": phaseSettled, "UPDATE_FAILED": phaseSettled, "DELETE_FAILED": phaseSettled,
	"FAILED_CREATION": phaseSettled, "FAILED_UPDATING_NETWORK": phaseSettled, "FAILED_DELETION": phaseSettled,

	"DELETING": phaseDeleting, "DELETE_REQUESTED": phaseDeleting, "RETRY_DELETION": phaseDeleting,

	"DELETED": phaseGone,
}

// A record holds what was observed of the resource of a change: the snapshot from before it, which tokens carry,
// and what this waiter has seen since, which they do not.
type record struct {
	Before  snapshot     `json:"before,omitzero"`
	Refusal wait.Refusal `json:"refusal,omitzero"`
	Repeat  repeat       `json:"repeat,omitzero"`

	course wait.Course
	at     time.Time                // the modification time of the response that showed the change under way
	clock  func() (time.Time, bool) // of the service
}

// refused returns the error of an update, or records it and returns nil if an earlier attempt may have started the
// update. The wait then finds out whether it did.
func (r *record) refused(err error) error { return r.Refusal.Note(err, cloud.ErrConflict) }

// refusedDeletion is refused for a deletion, which may find the resource gone when it is retried.
func (r *record) refusedDeletion(err error, kinds ...cloud.Kind) error {
	return r.Refusal.NoteDeletion(err, true, append(kinds, cloud.ErrConflict)...)
}

// saw records whether a response shows the change under way, in phase p, and reports whether this waiter has
// ever seen that. A resource that was in that phase before the change too must have been modified since.
func (r *record) saw(now snapshot, p phase) bool {
	underway := phases[now.Status] == p && (phases[r.Before.Status] != p || now.Modified.After(r.Before.Modified))
	if underway {
		r.at = now.Modified
	}
	return r.course.Saw(underway)
}

// A proof is how certain it is that a response is from after the start of a change.
type proof int

const (
	proofNone   proof = iota // it may be from before
	proofLikely              // otherwise the read would be stale
	proofFirm
)

// prove compares a response with the state before the change by modification time. Where the times do not decide,
// because services round them and clocks step back, other contents do, or that the change was seen under way.
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

// creation turns v, the verdict on now alone, into the verdict on a creation. Other resources may have had the name
// before.
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

// update turns v, the verdict on now alone, into the verdict on an update; c compares now with what it requested.
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
		v = wait.Superseded(v, c.other)
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
		v.Outcome = cloud.Pending
		return r.waiting(v, now, seen)
	}
	return v
}

// deletion turns v, the verdict on now alone, into the verdict on a deletion. A resource that was created since has
// replaced the deleted one; one that was created before comes from a stale read.
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

// waiting is the verdict v, on a resource that shows nothing of the change: pending, unless it does nothing else either
// and the service refused the change, or the request repeats one whose change has ended.
func (r *record) waiting(v cloud.Verdict, now snapshot, seen bool) cloud.Verdict {
	switch {
	case seen || phases[now.Status] != phaseSettled:
		v.Outcome = cloud.Pending
		return v
	case r.Repeat.Met && v.Outcome == cloud.Succeeded && r.isQuiet(staleWithin):
		v.Inferred = true
		return v
	case r.isReplay(now):
		v.Outcome, v.Inferred = cloud.Failed, true
		v.Reason = cmp.Or(v.Reason, "the client token was used before, and the change that it started then has ended")
		return v
	}
	return r.Refusal.Verdict(v)
}

// abandoned is the verdict on a change that was under way and ended without changing anything.
func abandoned(v cloud.Verdict, how string) cloud.Verdict {
	v.Outcome, v.Inferred = cloud.Failed, true
	if v.Reason == "" {
		v.Reason = "abandoned: the state is " + v.State + " again, " + how
	}
	return v
}

// replaced is the verdict on a change of a resource that was deleted, and whose name another one has now.
func replaced(v cloud.Verdict, now snapshot) cloud.Verdict {
	return wait.Superseded(v, "another of the same name was created at "+now.Created.Format(time.RFC3339))
}

// A content compares what a response shows of a resource with what an update requested and with what was there
// before.
type content struct {
	met     bool   // it is what was requested
	changed bool   // it is not what was there before
	hidden  bool   // it is not shown, although it was before
	other   string // what it is if it is neither; empty otherwise
	reasons bool   // a status reason means failure, because no status does
}

// isAsked reports whether a field is as an update asks for, which may leave it out.
func isAsked[T comparable](asked, shown T) bool {
	var nothing T
	return asked == nothing || asked == shown
}

// compare adds one field to c. A field that the update leaves out may have any value; other describes the resource.
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
