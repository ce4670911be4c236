package world

import (
	"iter"
	"slices"
	"time"
)

// An index finds the resources of a table by a label, such as their name. A resource stays under each label that it ever
// had, so that a resource found must be checked: it may have had the label only before.
type index[T any] struct {
	labelOf func(*T) string
	rows    map[string][]*Timeline[T]
}

// NewTableBy returns a table whose resources can be found by a label of theirs, with [Table.ListBy] and [Table.By]. One
// whose label is empty is not found.
func NewTableBy[T any](label func(*T) string) *Table[T] {
	t := NewTable[T]()
	t.by = &index[T]{labelOf: label, rows: map[string][]*Timeline[T]{}}
	return t
}

// add adds a resource under the label that a version of it has.
func (x *index[T]) add(row *Timeline[T], v *version[T]) {
	if x == nil || v.gone {
		return
	}
	label := x.labelOf(&v.value)
	if label == "" || slices.Contains(row.labels, label) {
		return
	}
	row.labels = append(row.labels, label)
	x.rows[label] = append(x.rows[label], row)
}

// ListBy returns the resources with a label that reads show. They must not be modified.
func (t *Table[T]) ListBy(at time.Time, label string) []*T {
	rows := t.by.rows[label]
	list := make([]*T, 0, len(rows))
	for _, row := range rows {
		v := row.visible(at)
		if v != nil && (len(row.labels) == 1 || t.by.labelOf(v) == label) {
			list = append(list, v)
		}
	}
	return list
}

// By returns the first resource that has a label now, and its key.
func (t *Table[T]) By(at time.Time, label string) (key string, v T, ok bool) {
	for key, v := range t.AllBy(at, label) {
		return key, v, true
	}
	return "", v, false
}

// AllBy returns the resources that have a label now, with their keys.
func (t *Table[T]) AllBy(at time.Time, label string) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for _, row := range t.by.rows[label] {
			v, ok := row.Actual(at)
			if ok && (len(row.labels) == 1 || t.by.labelOf(&v) == label) && !yield(row.key, v) {
				return
			}
		}
	}
}
