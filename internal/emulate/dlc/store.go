package dlc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// The account that calls, and its application, which the service shows as the creator of something.
const (
	account       = "100000000001"
	applicationID = "1300000001"
)

func refuse(code, format string, args ...any) *front.Refusal {
	return &front.Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

// remove removes a resource at once.
func remove[T any](s *Service, t *world.Table[T], key string) {
	now := s.world.Now()
	world.Remove(t.Row(key), world.Change{Start: now, End: now})
}

// findWith returns the first resource that matches, and its key.
func findWith[T any](s *Service, t *world.Table[T], matches func(T) bool) (key string, v T, ok bool) {
	for _, key := range t.Keys {
		if v, ok := t.Row(key).Actual(s.world.Now()); ok && matches(v) {
			return key, v, true
		}
	}
	return "", v, false
}

// nextNumber returns a number that no resource of a table has.
func nextNumber[T any](t *world.Table[T], taken func(number string) bool) int {
	number := len(t.Keys) + 1
	for taken(strconv.Itoa(number)) {
		number++
	}
	return number
}

// offsetPage returns a page of a list, or refuses an offset or a size that is negative.
func offsetPage[T any](list []T, offset, limit int) ([]T, error) {
	return sortedPage(world.Sort(list, nil), offset, limit)
}

// sortedPage returns a page of a sorted list. It refuses what offsetPage does.
func sortedPage[T any](list *world.Sorted[T], offset, limit int) ([]T, error) {
	if offset < 0 {
		return nil, refuse("InvalidParameter.InvalidOffset", "The offset must not be negative, but is %d.", offset)
	}
	if limit < 0 {
		return nil, refuse("InvalidParameterValue", "The limit must not be negative, but is %d.", limit)
	}
	if limit == 0 {
		limit = pageSize
	}
	return world.OffsetPageOf(list, offset, limit), nil
}

// filterFields says how the filters of a list compare an item with a value, by their names.
type filterFields[T any] map[string]func(item T, value string) bool

// filtered returns the items that match one value of each filter.
func filtered[T any](list []T, filters []dlc.Filter, fields filterFields[T]) ([]T, error) {
	for _, f := range filters {
		matches, ok := fields[strings.ToLower(f.Name)]
		if !ok {
			return nil, unknownFilter(f.Name)
		}
		list = slices.DeleteFunc(list, func(item T) bool {
			return !slices.ContainsFunc(f.Values, func(value string) bool { return matches(item, value) })
		})
	}
	return list, nil
}

// descending sorts a list that is in the order of creation as a request asks.
func descending[T any](list []T, yes bool) []T {
	if yes {
		slices.Reverse(list)
	}
	return list
}

// orders are the orders of a list, by their names.
type orders[T any] map[string]func(a, b T) int

// orderBy returns one of the orders of a list, nil if the name is empty.
func orderBy[T any](name string, ascending bool, by orders[T]) (func(a, b T) int, error) {
	if name == "" {
		return nil, nil
	}
	compare, ok := by[name]
	switch {
	case !ok:
		return nil, refuse("InvalidParameter.InvalidSortByType", "The list cannot be sorted by %q.", name)
	case ascending:
		return compare, nil
	}
	return func(a, b T) int { return compare(b, a) }, nil
}
