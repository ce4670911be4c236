package finspace

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// A sight is what the service shows of a resource, as far as all resources have it. The one from
// before a change is what later ones are compared with.
type sight struct {
	Status   string    `json:"status,omitzero"`
	Created  time.Time `json:"created,omitzero"`
	Modified time.Time `json:"modified,omitzero"`
}

// creation reads j, which is what now says by itself, for the creation of a resource whose name others
// may have had before: s says when ours was created.
func (s sight) creation(j cloud.Judgement, now sight) cloud.Judgement {
	switch age := follow.Age(now.Created, s.Created); {
	case !s.Created.IsZero() && now.Created.IsZero() && j.Outcome != cloud.Failed, age < 0:
		j.Outcome = cloud.Pending // only what never came to be may have no date
	case age > 0:
		return superseded(j, "another of the same name was created at "+now.Created.Format(time.RFC3339))
	}
	return j
}

// update reads j for an update that was started after s was seen. Only what was modified since then
// can tell of it, a failure as well as a success.
func (s sight) update(j cloud.Judgement, now sight) cloud.Judgement {
	switch {
	case now.isNewResource(s):
		return superseded(j, "another of the same name was created at "+now.Created.Format(time.RFC3339))
	case !now.Modified.After(s.Modified):
		j.Outcome = cloud.Pending
	}
	return j
}

// deletion reads j for a deletion that was started after s was seen. What was created since then has
// taken the place of what is gone; what was created before then, or shows the failure of an earlier
// deletion, is out of date.
func (s sight) deletion(j cloud.Judgement, now sight) cloud.Judgement {
	switch {
	case now.isNewResource(s):
		j.Outcome = cloud.Succeeded
	case s.isNewResource(now), j.Outcome == cloud.Failed && !now.isNews(s):
		j.Outcome = cloud.Pending
	}
	return j
}

// isNewResource reports whether s is of a resource that was made after the one that was seen before.
func (s sight) isNewResource(before sight) bool {
	return !s.Created.IsZero() && !before.Created.IsZero() && s.Created.After(before.Created)
}

// isNews reports whether s is of a later time than before.
func (s sight) isNews(before sight) bool {
	return s.Modified.After(before.Modified) || s.Modified.Equal(before.Modified) && s.Status != before.Status
}

// superseded is the end of a change after which another one came.
func superseded(j cloud.Judgement, why string) cloud.Judgement {
	j.Outcome, j.Reason = cloud.Failed, "superseded: "+why
	return j
}

// isOvertaken reports whether a field is neither what an update asks for nor what it was before. What
// the update leaves out may be anything.
func isOvertaken[T comparable](asked, before, now T) bool {
	var none T
	return asked != none && now != none && now != asked && now != before
}

// isMet reports whether a field is what an update asks for, if it asks for anything.
func isMet[T comparable](asked, now T) bool {
	var none T
	return asked == none || now == asked
}
