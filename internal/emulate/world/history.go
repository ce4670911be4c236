package world

import (
	"maps"
	"slices"
	"time"
)

// A Happening is something that happened to a resource, or is planned to.
type Happening[T any] struct {
	At   time.Time
	What T
}

// A History has what happened to the resources of one kind, by the key of the resource. Planned happenings are dropped
// with the states that they belong to: a change of a resource drops what was planned for later.
type History[T any] map[string]*Timeline[Happening[T]]

// maxHistory is how much a resource remembers.
const maxHistory = 1000

// Add adds what happens to a resource in the course of a change. A resource that vanishes at its end does not get there.
func (h History[T]) Add(key string, c Change, at time.Time, what T) {
	if c.Vanish && at.Equal(c.End) {
		return
	}
	t, ok := h[key]
	if !ok {
		t = &Timeline[Happening[T]]{}
		h[key] = t
	}
	t.Put(at, c.visibleFrom(at), Happening[T]{at, what})
	if extra := len(t.versions) - maxHistory; extra > 0 {
		t.versions = slices.Delete(t.versions, 0, extra)
	}
}

// Until returns what reads show of the resources that match, the oldest first.
func (h History[T]) Until(now time.Time, matches func(key string) bool) []Happening[T] {
	var list []Happening[T]
	for _, key := range slices.Sorted(maps.Keys(h)) { // so that what happens at once has an order
		if !matches(key) {
			continue
		}
		for _, v := range h[key].versions {
			if !v.visibleFrom.After(now) {
				list = append(list, v.value)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Happening[T]) int { return a.At.Compare(b.At) })
	return list
}
