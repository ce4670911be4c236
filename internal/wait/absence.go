package wait

import "time"

// AbsentWithin is how long an item must be missing from a list before it counts as gone: one list may miss an item,
// because it changes between two pages or comes from a replica that is behind.
const AbsentWithin = time.Minute

// An Absence is how long an item has been missing from the lists of a wait.
type Absence struct{ since time.Time }

// Proves records whether a list lacks the item, and reports whether lists have lacked it long enough for it to be gone.
func (a *Absence) Proves(missing bool) bool {
	switch {
	case !missing:
		a.since = time.Time{}
		return false
	case a.since.IsZero():
		a.since = time.Now()
	}
	return time.Since(a.since) >= AbsentWithin
}
