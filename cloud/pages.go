package cloud

import (
	"fmt"
	"iter"
)

// Pages makes one sequence of the items of all pages of a list. It calls fetch with start first,
// then with each cursor that fetch returned; the zero cursor ends the list. Nothing is fetched
// before the sequence is ranged over, and ranging again starts again. A cursor that comes twice
// ends the sequence with an error, because the list would never end.
func Pages[T any, C comparable](start C, fetch func(cursor C) (items []T, next C, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var end C
		var none T
		seen := map[C]bool{start: true}
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
			if seen[next] {
				yield(none, &Error{Kind: ErrTransport, Message: fmt.Sprintf("the service returned the page cursor %v twice", next)})
				return
			}
			seen[next] = true
			cursor = next
		}
	}
}
