package world

import (
	"slices"
	"time"
)

// A version is one state of a resource: true from one time on, and visible to reads from another.
type version[T any] struct {
	from, visibleFrom time.Time
	value             T
	Gone              bool // the resource does not exist anymore
}

// A Timeline is the past and the planned future of one resource, in order. Its values never change; a change
// adds new ones.
type Timeline[T any] []version[T]

// Actual returns the state at a time, and whether the resource exists.
func (t Timeline[T]) Actual(at time.Time) (T, bool) {
	return t.last(func(v version[T]) time.Time { return v.from }, at)
}

// Visible returns the state that reads show at a time, and whether they show the resource at all.
func (t Timeline[T]) Visible(at time.Time) (T, bool) {
	return t.last(func(v version[T]) time.Time { return v.visibleFrom }, at)
}

func (t Timeline[T]) last(when func(version[T]) time.Time, at time.Time) (value T, ok bool) {
	for _, v := range slices.Backward(t) {
		if !when(v).After(at) {
			return v.value, !v.Gone
		}
	}
	return value, false
}

// Put adds a state and drops all states that were planned for later.
func (t *Timeline[T]) Put(from, visibleFrom time.Time, value T) {
	t.insert(version[T]{from: from, visibleFrom: visibleFrom, value: value})
}

func (t *Timeline[T]) insert(next version[T]) {
	*t = slices.DeleteFunc(*t, func(v version[T]) bool { return v.from.After(next.from) })
	*t = append(*t, next)
}

// Forget drops the states that no read can see anymore.
func (t *Timeline[T]) Forget(at time.Time) {
	for len(*t) > 1 && !(*t)[1].from.After(at) && !(*t)[1].visibleFrom.After(at) {
		*t = slices.Delete(*t, 0, 1)
	}
}

// A Table holds the resources of one kind, in the order in which they were added.
type Table[T any] struct {
	Keys []string
	Rows map[string]*Timeline[T]
}

func NewTable[T any]() *Table[T] { return &Table[T]{Rows: map[string]*Timeline[T]{}} }

// Row returns the timeline of one resource, which is empty if there is no such resource.
func (t *Table[T]) Row(key string) *Timeline[T] {
	if r, ok := t.Rows[key]; ok {
		return r
	}
	return &Timeline[T]{}
}

// Add adds or replaces a resource with one state that is true and visible at once.
func (t *Table[T]) Add(key string, at time.Time, value T) {
	*t.Create(key) = Timeline[T]{{from: at, visibleFrom: at, value: value}}
}

// Create adds a resource without any state.
func (t *Table[T]) Create(key string) *Timeline[T] {
	r, ok := t.Rows[key]
	if !ok {
		r = &Timeline[T]{}
		t.Keys, t.Rows[key] = append(t.Keys, key), r
	}
	return r
}

// List returns the resources that reads show.
func (t *Table[T]) List(at time.Time) []T {
	var list []T
	for _, key := range t.Keys {
		if v, ok := t.Rows[key].Visible(at); ok {
			list = append(list, v)
		}
	}
	return list
}

// NextTimestamp returns at, or the next millisecond after before if at is not later: every change moves the
// time of the last modification.
func NextTimestamp(at, before time.Time) time.Time {
	if at.After(before) {
		return at
	}
	return before.Add(time.Millisecond)
}
