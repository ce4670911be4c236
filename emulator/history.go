package emulator

import (
	"maps"
	"slices"
	"time"
)

// A happening is something that happened to a resource, or is planned to.
type happening[T any] struct {
	at   time.Time
	what T
}

// A history has what happened to the resources of one kind, by the key of the resource. Planned happenings are dropped
// with the states that they belong to: a change of a resource drops what was planned for later.
type history[T any] map[string]*timeline[happening[T]]

// maxHistory is how much a resource remembers.
const maxHistory = 1000

// add adds what happens to a resource in the course of a change. A resource that vanishes at its end does not get there.
func (h history[T]) add(key string, c change, at time.Time, what T) {
	if c.Vanish && at.Equal(c.end) {
		return
	}
	t, ok := h[key]
	if !ok {
		t = &timeline[happening[T]]{}
		h[key] = t
	}
	t.put(at, c.visibleFrom(at), happening[T]{at, what})
	if extra := len(*t) - maxHistory; extra > 0 {
		*t = slices.Delete(*t, 0, extra)
	}
}

// until returns what reads show of the resources that match, the oldest first.
func (h history[T]) until(now time.Time, matches func(key string) bool) []happening[T] {
	var list []happening[T]
	for _, key := range slices.Sorted(maps.Keys(h)) { // so that what happens at once has an order
		if !matches(key) {
			continue
		}
		for _, v := range *h[key] {
			if !v.visibleFrom.After(now) {
				list = append(list, v.value)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b happening[T]) int { return a.at.Compare(b.at) })
	return list
}
