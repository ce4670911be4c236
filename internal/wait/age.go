package wait

import "time"

// SameTime is how far apart two reads may show the same time, because services round it.
const SameTime = time.Second

// createdApart is the minimum time between the creations of two resources of one name, because the first has to be
// deleted in between. The times that a service shows for one creation may differ by less.
const createdApart = 10 * time.Second

// Age compares the resource that a poll shows with the one that a change is about, by creation time: it is negative
// for an older one of that name, positive for a newer one, and 0 if a time is not known.
func Age(shown, ours time.Time) int { return compare(shown, ours, createdApart) }

// Compare is like Age for two times that come from reads, which differ by less.
func Compare(shown, ours time.Time) int { return compare(shown, ours, SameTime) }

func compare(shown, ours time.Time, same time.Duration) int {
	apart := shown.Sub(ours)
	switch {
	case shown.IsZero() || ours.IsZero():
		return 0
	case apart > same:
		return 1
	case apart < -same:
		return -1
	}
	return 0
}

// clockPrecision is how long before the call that caused it a creation may seem to be: services show times in seconds,
// and their clocks are known only from the Date of a response.
const clockPrecision = 10 * time.Second

// longestCreation is longer than any creation takes.
const longestCreation = 24 * time.Hour

// MadeSince reports whether a resource with the creation time created was made by a call that began at start, by the
// clock of the service. The time does not count if the resource is still being made although it has no time or seems
// older than any creation takes.
func MadeSince(start, created time.Time, underway bool) bool {
	age := start.Sub(created)
	return age < clockPrecision || underway && (created.IsZero() || age > longestCreation)
}
