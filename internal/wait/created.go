package wait

import (
	"iter"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Creations is a list that shows what a start has created, for a start whose response was lost.
type Creations[T any] struct {
	Items     iter.Seq2[T, error]
	PageSize  int
	ID        func(*T) string
	CreatedAt func(*T) time.Time
	Matches   func(*T) bool // the item may be what was asked for
}

// Since returns the item that matches and was created since a time of the service's clock. Several such items cannot be
// told apart and are Uncertain, none is NotBegun. An item without a creation time may be new.
func (c Creations[T]) Since(prepared time.Time) (*T, cloud.StartStatus, error) {
	list, err := c.All(prepared)
	switch {
	case err != nil || len(list) > 1:
		return nil, cloud.Uncertain, err
	case len(list) == 0:
		return nil, cloud.NotBegun, nil
	}
	return &list[0], cloud.Begun, nil
}

// All returns all items that match and were created since a time of the service's clock.
//
// It reads all pages, unless they show that the newest items come first.
func (c Creations[T]) All(prepared time.Time) (list []T, err error) {
	var seen ages
	since := prepared.Add(-clockPrecision)
	for item, err := range c.Items {
		if err != nil {
			return nil, err
		}
		at := c.CreatedAt(&item)
		old := !at.IsZero() && at.Before(since)
		if !old && c.Matches(&item) && !slices.ContainsFunc(list, func(v T) bool { return c.ID(&v) == c.ID(&item) }) {
			list = append(list, item)
		}
		if seen.fall(at) && old && seen.n%c.PageSize == 0 {
			break
		}
	}
	return list, nil
}

// ages are the creation times of the items of a list so far.
type ages struct {
	n           int
	first, last time.Time
	unsorted    bool
}

// fall adds a time, and reports whether the list has shown items from newer to older ones only.
func (a *ages) fall(at time.Time) bool {
	if a.n == 0 {
		a.first, a.last = at, at
	}
	a.n++
	a.unsorted = a.unsorted || at.IsZero() || at.After(a.last)
	a.last = at
	return !a.unsorted && a.first.After(at)
}
