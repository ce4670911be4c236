package finspace

import (
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// The longest times of waits. The documentation of the package lists them.
const (
	environmentWithin  = 24 * time.Hour
	networkWithin      = 12 * time.Hour
	clusterWithin      = 24 * time.Hour
	nodeWithin         = 6 * time.Hour
	changesetWithin    = 48 * time.Hour
	dataviewWithin     = 24 * time.Hour
	volumeWithin       = 12 * time.Hour
	scalingGroupWithin = 12 * time.Hour
)

// A sight is what the service shows of a resource, as far as all resources have it.
type sight struct {
	Status   string    `json:"status,omitzero"`
	Reason   string    `json:"reason,omitzero"`
	Created  time.Time `json:"created,omitzero"`
	Modified time.Time `json:"modified,omitzero"`
}

// sameTime is how far apart a service may say one time in two responses, because it rounds.
const sameTime = time.Second

// isNewer reports whether s is of a resource that was created after the one that was seen before.
func (s sight) isNewer(before sight) bool {
	return !s.Created.IsZero() && !before.Created.IsZero() && s.Created.Sub(before.Created) > sameTime
}

// A phase is what a status says about the course of a resource.
type phase int

const (
	unknown  phase = iota
	working        // it is being created or updated
	settled        // it stays as it is until somebody changes it
	deleting       // it is being deleted
	gone           // it is deleted, and still shown
)

// phaseOf knows the statuses of all resources, which use the same words.
func phaseOf(status string) phase {
	switch status {
	case "PENDING", "CREATING", "UPDATING", "CREATE_REQUESTED", "UPDATE_NETWORK_REQUESTED", "UPDATING_NETWORK":
		return working
	case "RUNNING", "ACTIVE", "UPDATED", "CREATED", "SUSPENDED", "FAILED", "CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED",
		"FAILED_CREATION", "FAILED_UPDATING_NETWORK", "FAILED_DELETION":
		return settled
	case "DELETING", "DELETE_REQUESTED", "RETRY_DELETION":
		return deleting
	case "DELETED":
		return gone
	}
	return unknown
}

// A record is what a wait knows of the resource of a change: how it stood before, which tokens carry, and what
// this waiter has seen since, which they do not.
type record struct {
	Before  sight        `json:"before,omitzero"`
	Refusal wait.Refusal `json:"refusal,omitzero"`

	course wait.Course
	at     time.Time // the modification time of the response that showed the change under way
}

// accepted takes in the error of a start and returns it unless an earlier attempt may have started the change.
// Where that is not certain, the wait finds out.
func (r *record) accepted(err error, kinds ...cloud.Kind) error {
	if r.Refusal.Note(err, append(kinds, cloud.ErrConflict)...) {
		return nil
	}
	return err
}

// delete reads a resource and sends its deletion, unless it is deleted already.
func (r *record) delete(look func() (sight, error), send func() error, kinds ...cloud.Kind) error {
	before, err := look()
	if err != nil {
		return err
	}
	r.Before = before
	if phaseOf(before.Status) == gone {
		return nil
	}
	err = send()
	if wait.Accepted(err, cloud.ErrNotFound) {
		return nil
	}
	return r.accepted(err, kinds...)
}

// made takes in the refusal of a repeated creation. It is none if the resource that stands in the way was
// made since the first attempt; then the record tells it from others of its name.
func (r *record) made(start time.Time, skew time.Duration, err error, look func() (sight, error)) error {
	if !wait.Accepted(err, cloud.ErrConflict) {
		return err
	}
	now, lookErr := look()
	if cloud.KindOf(lookErr) == cloud.ErrNotFound {
		return nil // what is new may not be visible yet
	}
	if lookErr != nil || !wait.MadeSince(start.Add(skew), now.Created, phaseOf(now.Status) == working) {
		return err
	}
	r.Before.Created = now.Created
	return nil
}

// saw takes down whether a response shows the change under way, in phase p, and reports whether this waiter has
// ever seen that. What was in that phase before the change too must have a later time.
func (r *record) saw(now sight, p phase) bool {
	underway := phaseOf(now.Status) == p && (phaseOf(r.Before.Status) != p || now.Modified.After(r.Before.Modified))
	if underway {
		r.at = now.Modified
	}
	return r.course.Saw(underway)
}

// A proof says how sure it is that a response is from after the start of a change.
type proof int

const (
	none   proof = iota // it may be from before
	likely              // nothing else explains it but a read that is out of date
	firm
)

// proof compares a response with the state before the change by time of modification. Where that does not tell,
// because services round it and their clocks step back, other contents do, and a change that was seen under
// way.
func (r *record) proof(now sight, seen, changed bool) proof {
	same := now.Modified.Equal(r.Before.Modified)
	switch {
	case now.Modified.After(r.Before.Modified), same && changed, same && seen && r.at.Equal(now.Modified):
		return firm
	case changed, seen && !same, same && (now.Status != r.Before.Status || now.Reason != r.Before.Reason):
		return likely
	}
	return none
}

// creation reads j, which is what now says by itself, for the creation of a resource whose name others
// may have had before.
func (r *record) creation(j cloud.Verdict, now sight) cloud.Verdict {
	switch age := wait.Age(now.Created, r.Before.Created); {
	case age < 0:
		j.Outcome = cloud.Pending
	case age > 0:
		return madeAnew(j, now)
	case !r.Before.Created.IsZero() && now.Created.IsZero():
		j.Inferred = true
	}
	return j
}

// update reads j for an update that asks for c.
func (r *record) update(j cloud.Verdict, now sight, c content) cloud.Verdict {
	if now.isNewer(r.Before) {
		return madeAnew(j, now)
	}
	if r.Before.isNewer(now) {
		j.Outcome = cloud.Pending
		return j
	}
	seen := r.saw(now, working)
	changed := c.changed && (c.met || !now.Modified.Before(r.Before.Modified))
	p := r.proof(now, seen, changed)
	switch {
	case p == none:
		return r.waiting(j, now, seen)
	case j.Outcome == cloud.Failed:
		j.Inferred = p < firm || phaseOf(now.Status) == settled && !seen
		return j
	case j.Outcome == cloud.Pending:
		return j
	case c.other != "":
		j = superseded(j, c.other)
		j.Inferred = true
		return j
	}
	return r.settledUpdate(j, now, c, p, seen)
}

// settledUpdate reads j for an update whose resource is at rest again.
func (r *record) settledUpdate(j cloud.Verdict, now sight, c content, p proof, seen bool) cloud.Verdict {
	news := now.Reason != r.Before.Reason
	accused := c.reasons && now.Reason != ""
	switch {
	case c.met && (c.changed || !accused || !news):
		j.Inferred = p < firm
	case c.hidden:
		j.Outcome = cloud.Pending
	case accused:
		j.Outcome = cloud.Failed
		j.Inferred = c.met || !news || p < firm || !seen
	case seen:
		return givenUp(j, "without the update")
	default:
		return r.waiting(j, now, seen)
	}
	return j
}

// deletion reads j for a deletion. What was created since has taken the place of what is gone; what was created
// before then is out of date.
func (r *record) deletion(j cloud.Verdict, now sight) cloud.Verdict {
	if now.isNewer(r.Before) {
		j.Outcome = cloud.Succeeded
		return j
	}
	if r.Before.isNewer(now) {
		j.Outcome = cloud.Pending
		return j
	}
	seen := r.saw(now, deleting)
	p := r.proof(now, seen, false)
	switch {
	case j.Outcome == cloud.Succeeded:
		j.Inferred = now.Created.IsZero() && !r.Before.Created.IsZero()
	case p == none:
		return r.waiting(j, now, seen)
	case j.Outcome == cloud.Failed:
		j.Inferred = p < firm || !seen
	case seen && phaseOf(now.Status) == settled:
		return givenUp(j, "and not deleted")
	default:
		return r.waiting(j, now, seen)
	}
	return j
}

// waiting is pending, unless the service refused to start the change, shows nothing of it, and does nothing else.
func (r *record) waiting(j cloud.Verdict, now sight, seen bool) cloud.Verdict {
	j.Outcome = cloud.Pending
	if why := r.Refusal.Reason(); why != "" && !seen && phaseOf(now.Status) == settled {
		j.Outcome, j.Reason, j.Inferred = cloud.Failed, why, true
	}
	return j
}

// givenUp is the end of a change that was under way and is no more, although nothing came of it.
func givenUp(j cloud.Verdict, how string) cloud.Verdict {
	j.Outcome, j.Inferred = cloud.Failed, true
	if j.Reason == "" {
		j.Reason = "given up: the state is " + j.State + " again, " + how
	}
	return j
}

// superseded is the end of a change after which another one came.
func superseded(j cloud.Verdict, why string) cloud.Verdict {
	j.Outcome, j.Superseded, j.Reason = cloud.Failed, true, "superseded: "+why
	return j
}

// madeAnew is the end of a change of a resource that was deleted, and whose name another one has.
func madeAnew(j cloud.Verdict, now sight) cloud.Verdict {
	return superseded(j, "another of the same name was created at "+now.Created.Format(time.RFC3339))
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

// compare takes one field into account. What the update leaves out may be anything; other describes the resource.
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

// inUse is why a resource could not be deleted, where the service says no more than who uses it.
func inUse(clusters []string) string {
	if len(clusters) == 0 {
		return ""
	}
	return "in use by " + strings.Join(clusters, ", ")
}
