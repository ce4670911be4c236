package emulator

import (
	"slices"
	"time"
)

// A version is one state of a resource: true from one time on, and visible to reads from another.
type version[T any] struct {
	from, visibleFrom time.Time
	value             T
	gone              bool // the resource does not exist anymore
}

// A timeline is the past and the planned future of one resource, in order. Its values never change; a change
// adds new ones.
type timeline[T any] []version[T]

// actual returns the state at a time, and whether the resource exists.
func (t timeline[T]) actual(at time.Time) (T, bool) {
	return t.last(func(v version[T]) time.Time { return v.from }, at)
}

// visible returns the state that reads show at a time, and whether they show the resource at all.
func (t timeline[T]) visible(at time.Time) (T, bool) {
	return t.last(func(v version[T]) time.Time { return v.visibleFrom }, at)
}

func (t timeline[T]) last(when func(version[T]) time.Time, at time.Time) (value T, ok bool) {
	for _, v := range slices.Backward(t) {
		if !when(v).After(at) {
			return v.value, !v.gone
		}
	}
	return value, false
}

// put adds a state and drops all states that were planned for later.
func (t *timeline[T]) put(from, visibleFrom time.Time, value T) {
	t.insert(version[T]{from: from, visibleFrom: visibleFrom, value: value})
}

func (t *timeline[T]) insert(next version[T]) {
	*t = slices.DeleteFunc(*t, func(v version[T]) bool { return v.from.After(next.from) })
	*t = append(*t, next)
}

// forget drops the states that no read can see anymore.
func (t *timeline[T]) forget(at time.Time) {
	for len(*t) > 1 && !(*t)[1].from.After(at) && !(*t)[1].visibleFrom.After(at) {
		*t = slices.Delete(*t, 0, 1)
	}
}

// A table holds the resources of one kind, in the order in which they were added.
type table[T any] struct {
	keys []string
	rows map[string]*timeline[T]
}

func newTable[T any]() *table[T] { return &table[T]{rows: map[string]*timeline[T]{}} }

// row returns the timeline of one resource, which is empty if there is no such resource.
func (t *table[T]) row(key string) *timeline[T] {
	if r, ok := t.rows[key]; ok {
		return r
	}
	return &timeline[T]{}
}

// add adds or replaces a resource with one state that is true and visible at once.
func (t *table[T]) add(key string, at time.Time, value T) {
	*t.create(key) = timeline[T]{{from: at, visibleFrom: at, value: value}}
}

// create adds a resource without any state.
func (t *table[T]) create(key string) *timeline[T] {
	r, ok := t.rows[key]
	if !ok {
		r = &timeline[T]{}
		t.keys, t.rows[key] = append(t.keys, key), r
	}
	return r
}

// list returns the resources that reads show.
func (t *table[T]) list(at time.Time) []T {
	var list []T
	for _, key := range t.keys {
		if v, ok := t.rows[key].visible(at); ok {
			list = append(list, v)
		}
	}
	return list
}
