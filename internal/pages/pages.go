// Package pages makes one sequence of the items of a list, for services that number their pages and
// for lists that have none. Nothing is fetched before a sequence is ranged over, and ranging again
// starts again.
package pages

import (
	"cmp"
	"fmt"
	"iter"
	"reflect"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Numbered ranges over a list from page start on, or from page 1 if start is zero. asked is how many
// items a page is to have. Besides the items of a page, fetch returns how many the service says that
// a page has and that there are in all; both may be wrong or zero.
//
// The sequence ends with the page that the total says is the last, and with an empty one. It ends
// with an error if a page comes again, because the list might never end.
func Numbered[T any](start, asked int, fetch func(page int) (items []T, size, total int, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		first := cmp.Or(start, 1) // one below zero is for the request to refuse
		var opening, previous []T
		for page := first; ; page++ {
			items, size, total, err := fetch(page)
			if err == nil && len(items) > 0 && (reflect.DeepEqual(items, previous) || reflect.DeepEqual(items, opening)) {
				err = &cloud.Error{Kind: cloud.ErrTransport, Message: fmt.Sprintf("the service returned as page %d what it had returned before", page)}
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if isLast(page, len(items), smallest(asked, size), total) {
				return
			}
			previous = items
			if page == first {
				opening = items
			}
		}
	}
}

// isLast reports whether nothing comes after a page of n items. A page may have fewer items than its
// size says without being the last, so the total decides if there is one.
func isLast(page, n, size, total int) bool {
	switch {
	case n == 0:
		return true
	case total <= 0:
		return n < size
	case size <= 0:
		size = n
	}
	return page*size >= total
}

// smallest returns the smaller of two sizes, of which zero or less says nothing. Too small a size
// costs a call, too large a one costs items.
func smallest(a, b int) int {
	if a <= 0 || b > 0 && b < a {
		return b
	}
	return a
}

// One ranges over a list that comes all at once.
func One[T any](fetch func() ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		items, err := fetch()
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// Number reads a number that is written as a text: 0 if there is none, less than that if it is no
// number.
func Number(text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}
