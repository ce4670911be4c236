package wait

import (
	"cmp"
	"context"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// A List declares the list that shows what several waits would read one by one. A wait that is alone reads its own
// resource. When several are due, one read of the list serves all of them.
type List[I, T any] struct {
	Op *transport.Operation
	// Of tells the lists of one operation apart; nil is for an operation with one list. A list with an empty part is
	// not read: what the part stands for is not known yet, or is missing.
	Of func() []string
	// IDs name the resources of the wait in the list.
	IDs []string
	// Items lists at least the resources with these IDs. It may list others.
	Items func(ctx context.Context, ids []string) iter.Seq2[I, error]
	ID    func(item *I) string
	// PerCall is how many items one request lists at most; 0 is all.
	PerCall int
	// Show makes what the wait polls of the items with its IDs, in their order; nil is for those that the list does
	// not show. It returns nil if the wait has to read its resource itself.
	Show func(items []*I) *T
	// What is the word for a resource, if the wait reads nothing but this list anyway: one that is missing is not
	// found then. Without it, only a read of its own says that.
	What string
	// IsPartial says that the list shows less than a poll does, though all that the verdict needs. The wait then
	// ends with a read of its own.
	IsPartial bool
}

// Share makes a wait share the reads of a list. Judge must be set if the list is partial, and must return the same
// verdict when it is called again.
func Share[I, T any](api *transport.Client, w cloud.WaitSpec[T], l *List[I, T]) cloud.WaitSpec[T] {
	if api == nil {
		return w
	}
	m := &sharer{ids: l.IDs}
	_, every, _ := api.Pace()
	m.maxAge = min(cmp.Or(every, w.MinInterval, maxAge), maxAge)
	m.bind(api, l.Op, l.Of)
	own, judge, service := w.Read, w.Judge, w.Service // a closure over w would keep all of it alive
	w.Meet = m.meet
	w.Read = func(ctx context.Context) (*T, error) {
		if m.group == nil {
			v, err := own(ctx)
			m.bind(api, l.Op, l.Of)
			return v, err
		}
		items, ok, err := m.read(ctx, l.read)
		if err != nil {
			return nil, err
		}
		if !ok {
			defer m.done()
			return own(ctx)
		}
		if id := l.missing(items); id != "" {
			return nil, &cloud.Error{
				Service: service, Operation: l.Op.Name, Kind: cloud.ErrNotFound, Message: "the list has no " + l.What + " " + id,
			}
		}
		v := l.show(items)
		if v == nil || l.IsPartial && judge(v).Outcome != cloud.Pending {
			return own(ctx)
		}
		return v, nil
	}
	return w
}

// bind makes m one of the group of a list, as soon as that is known.
func (m *sharer) bind(api *transport.Client, op *transport.Operation, of func() []string) {
	var key strings.Builder
	key.WriteString(op.Name)
	var parts []string
	if of != nil {
		parts = of()
	}
	for _, part := range parts {
		if part == "" {
			return
		}
		key.WriteString("\x00" + part)
	}
	if len(m.ids) == 0 || slices.Contains(m.ids, "") {
		return
	}
	groupOf(api, key.String()).join(m)
}

// read reads the list until it has shown all resources, and returns how many requests that took.
func (l *List[I, T]) read(ctx context.Context, ids []string) (map[string]any, int, error) {
	found, count, missing := make(map[string]any, len(ids)), 0, len(ids)
	for _, id := range ids {
		found[id] = nil
	}
	for item, err := range l.Items(ctx, ids) {
		if err != nil {
			return nil, 0, err
		}
		count++
		id := l.ID(&item)
		if known, wanted := found[id]; wanted && known == nil {
			found[id] = &item
			missing--
		}
		if missing == 0 {
			break
		}
	}
	if l.PerCall == 0 {
		return found, 1, nil
	}
	return found, max((count+l.PerCall-1)/l.PerCall, 1), nil
}

// missing returns the ID of a resource that is not found, if there is one.
func (l *List[I, T]) missing(found map[string]any) string {
	for _, id := range l.IDs {
		if l.What != "" && found[id] == nil {
			return id
		}
	}
	return ""
}

// show makes what the wait polls of the items that a read has found.
func (l *List[I, T]) show(found map[string]any) *T {
	items := make([]*I, len(l.IDs))
	for i, id := range l.IDs {
		if item, ok := found[id].(*I); ok {
			items[i] = new(*item) // each wait has its own
		}
	}
	return l.Show(items)
}

// Itself is Show for a list of what the wait polls.
func Itself[T any](items []*T) *T { return items[0] }

// Widened returns a T with the fields that an item of a list has too.
func Widened[T, I any](item *I) *T {
	wide := new(T)
	to, from := reflect.ValueOf(wide).Elem(), reflect.ValueOf(item).Elem()
	for i := range from.NumField() {
		to.FieldByName(from.Type().Field(i).Name).Set(from.Field(i))
	}
	return wide
}
