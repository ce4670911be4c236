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

// sortRange returns the part of a list from start to end as it is when the list is sorted. It sorts only that part, which
// takes time in proportion to the length of the list.
func sortRange[T any](list []T, start, end int, compare func(a, b T) int) []T {
	if compare == nil || start == end || slices.IsSortedFunc(list, compare) {
		return list[start:end:end]
	}
	all := make([]ranked[T], len(list))
	for i, v := range list {
		all[i] = ranked[T]{v, i}
	}
	order := func(a, b ranked[T]) int { return cmp.Or(compare(a.item, b.item), a.at-b.at) }
	divide(all, start, order)
	divide(all[start:], end-start, order)
	slices.SortFunc(all[start:end], order)
	page := make([]T, end-start)
	for i := range page {
		page[i] = all[start+i].item
	}
	return page
}

// divide moves the n items that are the first in the order to the front.
func divide[T any](list []T, n int, order func(a, b T) int) {
	for 0 < n && n < len(list) {
		middle := partition(list, order)
		if n <= middle {
			list = list[:middle]
		} else {
			list, n = list[middle+1:], n-middle-1
		}
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
