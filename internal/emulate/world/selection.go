package world

import (
	"fmt"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// maxSelections is how many selections a table remembers.
const maxSelections = 8

// A selection is what a list selected of a table. It is what reads show from one time until another, unless the table
// changes before.
type selection struct {
	query       string
	from, until time.Time // until is zero if no change is planned
	list        any       // a *Sorted, or what was derived
}

// Select returns what choose selects of the resources that reads show, and its order. It remembers that for the other
// pages of the list, until reads show something else. The query is a pointer to the request without the members that
// differ between pages. What choose returns must depend on the query and this table alone.
func Select[T, S any](t *Table[T], at time.Time, query any, choose func() (*Sorted[S], error)) (*Sorted[S], error) {
	key, err := queryKey(query)
	if err != nil {
		return nil, err
	}
	return remembered(t, t.rows, at, key, choose)
}

// Shown returns the resources that reads show of those whose keys begin with the names, if they match, as Select does. The
// list says what it is, and so what matches; nil means that all do.
func Shown[T any](t *Table[T], at time.Time, list string, matches func(*T) bool, names ...string) *Sorted[*T] {
	key, rows := KeyOf(append([]string{"list", list}, names...)...), t.rowsIn(names)
	sorted, _ := remembered(t, rows, at, key, func() (*Sorted[*T], error) { // which refuses nothing
		all := shown(rows, at)
		if matches != nil {
			all = slices.DeleteFunc(all, func(v *T) bool { return !matches(v) })
		}
		return Sort(all, nil), nil
	})
	return sorted
}

// Derive returns what derive makes of the resources that reads show whose keys begin with the names, and remembers it as
// Select does, by what it is. It must not be modified.
func Derive[T, D any](t *Table[T], at time.Time, what string, derive func([]*T) D, names ...string) D {
	key, rows := KeyOf(append([]string{"derived", what}, names...)...), t.rowsIn(names)
	derived, _ := remembered(t, rows, at, key, func() (D, error) { return derive(shown(rows, at)), nil })
	return derived
}

// remembered returns what is remembered of rows of a table under a key, and makes it if that has changed.
func remembered[T, S any](t *Table[T], rows []*Timeline[T], at time.Time, key string, choose func() (S, error)) (S, error) {
	for _, s := range t.selections {
		if list, ok := s.list.(S); ok && s.query == key && s.isValid(at) {
			return list, nil
		}
	}
	list, err := choose()
	if err != nil {
		return list, err
	}
	t.selections = slices.DeleteFunc(t.selections, func(s selection) bool { return !s.isValid(at) })
	if len(t.selections) == maxSelections {
		t.selections = slices.Delete(t.selections, 0, 1)
	}
	t.selections = append(t.selections, selection{key, at, nextChange(rows, at), list})
	return list, nil
}

func (s selection) isValid(at time.Time) bool {
	return !at.Before(s.from) && (s.until.IsZero() || at.Before(s.until))
}

// queryKey encodes a query, with its type.
func queryKey(query any) (string, error) {
	key, err := wire.AppendRequest(fmt.Appendf(nil, "%T ", query), query)
	if err != nil {
		return "", fmt.Errorf("the query cannot be encoded: %w", err)
	}
	return string(key), nil
}

// nextChange returns when reads show another state of any resource, zero if no change is planned.
func nextChange[T any](rows []*Timeline[T], at time.Time) (next time.Time) {
	for _, row := range rows {
		if !row.settled.After(at) {
			continue
		}
		for _, v := range row.versions {
			if v.visibleFrom.After(at) && (next.IsZero() || v.visibleFrom.Before(next)) {
				next = v.visibleFrom
			}
		}
	}
	return next
}
