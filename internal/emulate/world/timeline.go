package world

import (
	"iter"
	"slices"
	"time"
)

// A version is one state of a resource: true from one time on, and visible to reads from another.
type version[T any] struct {
	from, visibleFrom time.Time
	value             T
	gone              bool      // the resource does not exist anymore
	of                *progress // the change that planned it, nil if none did
}

// A Timeline is the past and the planned future of one resource, in order. Its values never change; a change
// adds new ones.
type Timeline[T any] struct {
	key      string
	versions []version[T]
	table    *Table[T] // nil if it is in none
	labels   []string  // under which it is in the index of the table

	// Of the last version, so that a list need not load the versions of most resources.
	settled time.Time // when reads show it
	gone    bool
}

// Actual returns the state at a time, and whether the resource exists.
func (t *Timeline[T]) Actual(at time.Time) (T, bool) {
	for i := range slices.Backward(t.versions) {
		if v := &t.versions[i]; !v.from.After(at) {
			return v.value, !v.gone
		}
	}
	return *new(T), false
}

// Since returns since when the state at a time is true.
func (t *Timeline[T]) Since(at time.Time) time.Time {
	for i := range slices.Backward(t.versions) {
		if from := t.versions[i].from; !from.After(at) {
			return from
		}
	}
	return time.Time{}
}

// Visible returns the state that reads show at a time, and whether they show the resource at all.
func (t *Timeline[T]) Visible(at time.Time) (T, bool) {
	if v := t.visible(at); v != nil {
		return *v, true
	}
	return *new(T), false
}

// visible returns the state that reads show at a time, or nil if they do not show the resource.
func (t *Timeline[T]) visible(at time.Time) *T {
	if last := len(t.versions) - 1; last >= 0 && !t.settled.After(at) {
		if t.gone {
			return nil
		}
		return &t.versions[last].value
	}
	for i := range slices.Backward(t.versions) {
		if v := &t.versions[i]; !v.visibleFrom.After(at) {
			if v.gone {
				return nil
			}
			return &v.value
		}
	}
	return nil
}

// Ends reports whether the resource is gone at the end of its timeline.
func (t *Timeline[T]) Ends() bool { return len(t.versions) > 0 && t.versions[len(t.versions)-1].gone }

// Put adds a state and drops all states that were planned for later.
func (t *Timeline[T]) Put(from, visibleFrom time.Time, value T) {
	t.insert(version[T]{from: from, visibleFrom: visibleFrom, value: value})
}

func (t *Timeline[T]) insert(next version[T]) {
	t.dropAfter(next.from)
	t.versions = append(t.versions, next)
	t.settled, t.gone = next.visibleFrom, next.gone
	t.label(&next)
	next.of.plan(t.key, next.from)
}

// changed makes the table forget what lists selected: their pages would show the versions as they were.
func (t *Timeline[T]) changed() {
	if t.table != nil {
		t.table.selections = nil
	}
}

// label adds a version to the index of the table.
func (t *Timeline[T]) label(v *version[T]) {
	if t.table != nil {
		t.table.by.add(t, v)
	}
}

// dropAfter drops the states that were planned for later.
func (t *Timeline[T]) dropAfter(at time.Time) {
	t.changed()
	t.versions = slices.DeleteFunc(t.versions, func(v version[T]) bool {
		later := v.from.After(at)
		if later {
			v.of.drop()
		}
		return later
	})
}

// Amend changes the state at a time and all later ones.
func (t *Timeline[T]) Amend(from, visibleFrom time.Time, change func(T) T) {
	t.changed()
	later := slices.IndexFunc(t.versions, func(v version[T]) bool { return v.from.After(from) })
	if later < 0 {
		later = len(t.versions)
	}
	for i := later; i < len(t.versions); i++ {
		if v := &t.versions[i]; !v.gone {
			v.value = change(v.value)
			t.label(v)
		}
	}
	if value, ok := t.Actual(from); ok {
		amended := version[T]{from: from, visibleFrom: visibleFrom, value: change(value)}
		t.label(&amended)
		t.versions = slices.Insert(t.versions, later, amended)
		if later == len(t.versions)-1 {
			t.settled, t.gone = visibleFrom, false
		}
	}
}

// Forget drops the states that no read can see anymore.
func (t *Timeline[T]) Forget(at time.Time) {
	t.changed()
	old := 0
	for old+1 < len(t.versions) && !t.versions[old+1].from.After(at) && !t.versions[old+1].visibleFrom.After(at) {
		old++
	}
	t.versions = slices.Delete(t.versions, 0, old)
}

// A Table holds the resources of one kind, in the order in which they were added.
type Table[T any] struct {
	Keys   []string
	Rows   map[string]*Timeline[T]
	rows   []*Timeline[T]            // in the order of Keys
	free   []Timeline[T]             // for the next rows: near each other, so that a list reads them fast
	within map[string][]*Timeline[T] // by the names that their keys begin with
	by     *index[T]                 // nil if the table is read by key alone

	selections []selection // of lists, the oldest first
}

func NewTable[T any]() *Table[T] {
	return &Table[T]{Rows: map[string]*Timeline[T]{}, within: map[string][]*Timeline[T]{}}
}

// Row returns the timeline of one resource, which is empty if there is no such resource.
func (t *Table[T]) Row(key string) *Timeline[T] {
	if r, ok := t.Rows[key]; ok {
		return r
	}
	return &Timeline[T]{}
}

// Add adds or replaces a resource with one state that is true and visible at once.
func (t *Table[T]) Add(key string, at time.Time, value T) {
	row := t.Create(key)
	row.dropAfter(at)
	row.versions = nil
	row.insert(version[T]{from: at, visibleFrom: at, value: value})
}

// Create adds a resource without any state.
func (t *Table[T]) Create(key string) *Timeline[T] {
	r, ok := t.Rows[key]
	if ok {
		return r
	}
	if len(t.free) == 0 {
		t.free = make([]Timeline[T], min(max(len(t.rows), 1), 1000))
	}
	r, t.free = &t.free[0], t.free[1:]
	r.key, r.table = key, t
	t.Keys, t.Rows[key], t.rows = append(t.Keys, key), r, append(t.rows, r)
	for names := range beginnings(key) {
		t.within[names] = append(t.within[names], r)
	}
	return r
}

// beginnings returns the first name of a key, the first two, and so on, without the whole key.
func beginnings(key string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range len(key) {
			if key[i] == separator && !yield(key[:i]) {
				return
			}
		}
	}
}

// List returns the resources that reads show. They must not be modified: it copies none of them, so that a list of many
// resources can copy one page.
func (t *Table[T]) List(at time.Time) []*T { return shown(t.rows, at) }

// ListIn returns the resources that reads show of those whose keys begin with the names. They must not be modified.
func (t *Table[T]) ListIn(at time.Time, names ...string) []*T { return shown(t.rowsIn(names), at) }

// rowsIn returns the timelines of the resources whose keys begin with the names, all if there are none.
func (t *Table[T]) rowsIn(names []string) []*Timeline[T] {
	if len(names) == 0 {
		return t.rows
	}
	return t.within[KeyOf(names...)]
}

func shown[T any](rows []*Timeline[T], at time.Time) []*T {
	list := make([]*T, 0, len(rows))
	for _, row := range rows {
		if v := row.visible(at); v != nil {
			list = append(list, v)
		}
	}
	return list
}

// All returns the resources that reads show, with their keys. They must not be modified.
func (t *Table[T]) All(at time.Time) iter.Seq2[string, *T] {
	return func(yield func(string, *T) bool) {
		for _, row := range t.rows {
			if v := row.visible(at); v != nil && !yield(row.key, v) {
				return
			}
		}
	}
}

// Within returns the timelines of the resources whose keys begin with the names, with these keys.
func (t *Table[T]) Within(names ...string) iter.Seq2[string, *Timeline[T]] {
	return func(yield func(string, *Timeline[T]) bool) {
		for _, row := range t.within[KeyOf(names...)] {
			if !yield(row.key, row) {
				return
			}
		}
	}
}

// NextTimestamp returns at, or the next millisecond after before if at is not later: every change moves the
// time of the last modification.
func NextTimestamp(at, before time.Time) time.Time {
	if at.After(before) {
		return at
	}
	return before.Add(time.Millisecond)
}
