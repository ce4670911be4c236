package cloud

import (
	"fmt"
	"iter"

	"github.com/polycloud-sdk/polycloud-go/internal/line"
)

// maxEmptyPages is how many pages in a row may be empty before a list counts as endless. Services return
// empty pages where they filter.
const maxEmptyPages = 1000

// Pages makes one sequence of the items of all pages of a list. It calls fetch with start first,
// then with each cursor that fetch returned; the zero cursor ends the list. Nothing is fetched
// before the sequence is ranged over, and ranging again starts again. A cursor that comes twice ends the
// sequence with an error, because the list would never end; so does a thousand empty pages in a row.
func Pages[T any, C comparable](start C, fetch func(cursor C) (items []T, next C, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var end C
		var none T
		seen := map[C]bool{start: true}
		empty := 0
		for cursor := start; ; {
			items, next, err := fetch(cursor)
			if err != nil {
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if next == end {
				return
			}
			empty++
			if len(items) > 0 {
				empty = 0
			}
			if problem := endless(next, seen[next], empty); problem != "" {
				yield(none, &Error{Kind: ErrTransport, Message: problem})
				return
			}
			seen[next] = true
			cursor = next
		}
	}
}

// endless says why a list would never end; "" if it may.
func endless(cursor any, again bool, empty int) string {
	switch {
	case again:
		return "the service returned the page cursor " + line.Clean(fmt.Sprint(cursor), 100) + " twice"
	case empty >= maxEmptyPages:
		return fmt.Sprintf("the service returned %d empty pages in a row", empty)
	}
	return ""
}
