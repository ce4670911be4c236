package emulator

import (
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// A version is one state of a resource: true from one time on, and shown by reads from another.
type version[T any] struct {
	from, shown time.Time
	value       T
	gone        bool // there is no such resource any more
}

// A timeline is the past and the planned future of one resource, in order. The values are never
// changed once they are in it; a change puts new ones.
type timeline[T any] []version[T]

// truth is the state at a time, if the resource is there.
func (t timeline[T]) truth(at time.Time) (T, bool) {
	return t.last(func(v version[T]) time.Time { return v.from }, at)
}

// seen is the state that reads show at a time. A resource that is not shown yet is not there.
func (t timeline[T]) seen(at time.Time) (T, bool) {
	return t.last(func(v version[T]) time.Time { return v.shown }, at)
}

func (t timeline[T]) last(when func(version[T]) time.Time, at time.Time) (value T, ok bool) {
	for _, v := range slices.Backward(t) {
		if !when(v).After(at) {
			return v.value, !v.gone
		}
	}
	return value, false
}

// put adds a state in the place of all that was planned for later.
func (t *timeline[T]) put(from, shown time.Time, value T) {
	t.insert(version[T]{from: from, shown: shown, value: value})
}

func (t *timeline[T]) insert(next version[T]) {
	*t = slices.DeleteFunc(*t, func(v version[T]) bool { return v.from.After(next.from) })
	*t = append(*t, next)
}

// forget drops what nobody can see any more.
func (t *timeline[T]) forget(at time.Time) {
	for len(*t) > 1 && !(*t)[1].from.After(at) && !(*t)[1].shown.After(at) {
		*t = slices.Delete(*t, 0, 1)
	}
}

// A table holds the resources of one kind, in the order in which they were added.
type table[T any] struct {
	keys []string
	rows map[string]*timeline[T]
}

func newTable[T any]() *table[T] { return &table[T]{rows: map[string]*timeline[T]{}} }

// row is the timeline of one resource; an empty one if there is no such resource.
func (t *table[T]) row(key string) *timeline[T] {
	if r, ok := t.rows[key]; ok {
		return r
	}
	return &timeline[T]{}
}

// add makes a resource, or replaces it, with one state that is true and shown at once.
func (t *table[T]) add(key string, at time.Time, value T) {
	*t.create(key) = timeline[T]{{from: at, shown: at, value: value}}
}

// create makes a resource without any state.
func (t *table[T]) create(key string) *timeline[T] {
	r, ok := t.rows[key]
	if !ok {
		r = &timeline[T]{}
		t.keys, t.rows[key] = append(t.keys, key), r
	}
	return r
}

// list is what reads show of all resources.
func (t *table[T]) list(at time.Time) []T {
	var list []T
	for _, key := range t.keys {
		if v, ok := t.rows[key].seen(at); ok {
			list = append(list, v)
		}
	}
	return list
}

// copyOf copies a value that came from outside, so that the emulator shares nothing with its caller.
// It goes through the codec, which is how the value will leave too. What the codec cannot write is a
// mistake of the program, as the documentation of the package says.
func copyOf[T any](v T) T {
	var out T
	data, err := wire.Append(nil, &v)
	if err == nil {
		err = wire.Unmarshal(data, &out)
	}
	if err != nil {
		panic("emulator: a resource cannot be sent: " + err.Error())
	}
	return out
}
