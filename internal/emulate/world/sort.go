package world

import (
	"cmp"
	"slices"
)

// A ranked item knows where it was in the list, so that equal ones stay in order.
type ranked[T any] struct {
	item T
	at   int
}

// A Sorted list is sorted only where pages of it are read. A page takes time in proportion to the length of the list only
// until some are read: what they divided stays divided.
type Sorted[T any] struct {
	list  []T                      // if it is in order, or has not been read yet
	order func(a, b ranked[T]) int // nil if the list is in order

	parts []ranked[T]
	cuts  []int // where parts are divided, ascending: what is before a cut comes before what is after it
}

// Sort returns a list in an order, which is that of the list if compare is nil. Equal items stay in order.
func Sort[T any](list []T, compare func(a, b T) int) *Sorted[T] {
	s := &Sorted[T]{list: list}
	if compare != nil && !slices.IsSortedFunc(list, compare) {
		s.order = func(a, b ranked[T]) int { return cmp.Or(compare(a.item, b.item), a.at-b.at) }
	}
	return s
}

// Len returns how many items the list has.
func (s *Sorted[T]) Len() int { return len(s.list) }

// between returns a copy of the list from start to end.
func (s *Sorted[T]) between(start, end int) []T {
	if s.order == nil || start == end {
		return slices.Clone(s.list[start:end])
	}
	if s.parts == nil {
		s.parts, s.cuts = make([]ranked[T], len(s.list)), []int{0, len(s.list)}
		for i, v := range s.list {
			s.parts[i] = ranked[T]{v, i}
		}
	}
	s.divide(start)
	s.divide(end)
	slices.SortFunc(s.parts[start:end], s.order)
	page := make([]T, end-start)
	for i := range page {
		page[i] = s.parts[start+i].item
	}
	return page
}

// divide makes a cut at n.
func (s *Sorted[T]) divide(n int) {
	for {
		i, done := slices.BinarySearch(s.cuts, n)
		if done {
			return
		}
		from, to := s.cuts[i-1], s.cuts[i]
		middle := from + partition(s.parts[from:to], s.order)
		cuts := []int{middle, middle + 1}
		if middle == from {
			cuts = cuts[1:]
		}
		if middle+1 == to {
			cuts = cuts[:len(cuts)-1]
		}
		s.cuts = slices.Insert(s.cuts, i, cuts...)
	}
}

// partition moves one item to where it is in the order, with those before it in front. It returns where that is.
func partition[T any](list []T, order func(a, b T) int) int {
	last := len(list) - 1
	for _, i := range [][2]int{{0, last / 2}, {0, last}, {last, last / 2}} { // puts the middle one of three at the end
		if order(list[i[1]], list[i[0]]) < 0 {
			list[i[0]], list[i[1]] = list[i[1]], list[i[0]]
		}
	}
	front := 0
	for i := range last {
		if order(list[i], list[last]) < 0 {
			list[i], list[front] = list[front], list[i]
			front++
		}
	}
	list[front], list[last] = list[last], list[front]
	return front
}
