package world

import (
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
type History[T any] struct {
	resources map[string]*Timeline[Happening[T]]
	within    map[string][]string // keys, by the names that they begin with
}

// NewHistory returns an empty history.
func NewHistory[T any]() History[T] {
	return History[T]{resources: map[string]*Timeline[Happening[T]]{}, within: map[string][]string{}}
}

// maxHistory is how much a resource remembers.
const maxHistory = 1000

// Add adds what happens to a resource in the course of a change. A resource that vanishes at its end does not get there.
func (h History[T]) Add(key string, c Change, at time.Time, what T) {
	if c.Vanish && at.Equal(c.End) {
		return
	}
	t, ok := h.resources[key]
	if !ok {
		t = &Timeline[Happening[T]]{}
		h.resources[key] = t
		for name := range beginnings(key) {
			h.within[name] = append(h.within[name], key)
		}
	}
	t.Put(at, c.visibleFrom(at), Happening[T]{at, what})
	if extra := len(t.versions) - maxHistory; extra > 0 {
		t.versions = slices.Delete(t.versions, 0, extra)
	}
}

// Of returns what reads show of one resource, the oldest first.
func (h History[T]) Of(now time.Time, names ...string) []Happening[T] {
	return h.until(now, KeyOf(names...))
}

// In returns what reads show of the resources whose keys begin with the names, the oldest first.
func (h History[T]) In(now time.Time, names ...string) []Happening[T] {
	keys := h.within[KeyOf(names...)]
	if !slices.IsSorted(keys) {
		slices.Sort(keys) // so that what happens at once has an order
	}
	return h.until(now, keys...)
}

func (h History[T]) until(now time.Time, keys ...string) []Happening[T] {
	var list []Happening[T]
	for _, key := range keys {
		t, ok := h.resources[key]
		if !ok {
			continue
		}
		for _, v := range t.versions {
			if !v.visibleFrom.After(now) {
				list = append(list, v.value)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Happening[T]) int { return a.At.Compare(b.At) })
	return list
}
