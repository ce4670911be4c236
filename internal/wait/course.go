package wait

import "time"

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
