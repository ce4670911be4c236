package wait

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"
	"weak"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

const (
	// maxAge is how old the result of a read may be for another waiter.
	maxAge = cloud.DefaultMinInterval
	// listPause is how long a list is not read after it failed. The waiters read their own resources meanwhile.
	listPause = 10 * time.Minute
)

// A group is the waiters of one client that the same list serves. It lives as long as one of them.
type group struct {
	mu      sync.Mutex
	counter uint64 // orders the creations, reads and polls of the group; times may be equal

	due     []*meeting // by time
	queue   []*sharer  // the polls that wait for a read in progress to end
	reading int        // polls that read their own resource at the moment
	now     *listing   // the read in progress
	last    *listing   // the last one that succeeded
	calls   int        // that it took
	off     time.Time  // until when the list is not read
}

// A meeting is a time at which waiters poll.
type meeting struct {
	at      time.Time
	members []*sharer
}

// A sharer is a waiter of a group. One goroutine at a time polls it.
type sharer struct {
	group    *group
	ids      []string
	since    uint64        // the end of its last poll, or its creation; older results are not for it
	maxAge   time.Duration // of results
	expected *meeting
	position int // in expected
}

// A listing is one read of the list.
type listing struct {
	order uint64
	began time.Time
	ids   map[string]bool
	done  chan struct{}

	items map[string]any // of ids
	err   error
	// interrupted is a read that says nothing because the poll that made it ended, refused one that says that the
	// list is not to be had.
	interrupted, refused bool
}

// groupOf returns the group of a key, which is new if no waiter has it.
func groupOf(api *transport.Client, key string) *group {
	for {
		if kept, ok := api.Waits.Load(key); ok {
			if g := kept.(weak.Pointer[group]).Value(); g != nil {
				return g
			}
			api.Waits.CompareAndDelete(key, kept)
		}
		fresh := new(group)
		pointer := weak.Make(fresh)
		if _, taken := api.Waits.LoadOrStore(key, pointer); !taken {
			runtime.AddCleanup(fresh, func(waits *sync.Map) { waits.CompareAndDelete(key, pointer) }, &api.Waits)
			return fresh
		}
	}
}

// join makes m one of the group. It is expected to poll at once.
func (g *group) join(m *sharer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m.group, m.since = g, g.tick()
	now := time.Now()
	g.expect(m, now, now.Add(-m.maxAge/2), now)
}

func (g *group) tick() uint64 {
	g.counter++
	return g.counter
}

// meet returns the pause before the next poll of m: until the last meeting of others between least and most, else
// pause.
func (m *sharer) meet(least, pause, most time.Duration) time.Duration {
	m.maxAge = min(least, maxAge)
	g := m.group
	if g == nil {
		return pause
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	return g.expect(m, now.Add(pause), now.Add(least), now.Add(most)).Sub(now)
}

// expect makes m attend the last meeting from first to last, or one of its own at a time.
func (g *group) expect(m *sharer, at, first, last time.Time) time.Time {
	m.leave()
	g.forget()
	i, _ := slices.BinarySearchFunc(g.due, last, func(t *meeting, last time.Time) int {
		if t.at.After(last) {
			return 1
		}
		return -1
	})
	if i == 0 || g.due[i-1].at.Before(first) {
		for i > 0 && g.due[i-1].at.After(at) {
			i--
		}
		g.due = slices.Insert(g.due, i, &meeting{at: at})
		i++
	}
	t := g.due[i-1]
	m.expected, m.position = t, len(t.members)
	t.members = append(t.members, m)
	return t.at
}

// leave removes m from the meeting that it is expected at.
func (m *sharer) leave() {
	t := m.expected
	if t == nil {
		return
	}
	last := len(t.members) - 1
	t.members[m.position] = t.members[last]
	t.members[m.position].position = m.position
	t.members[last] = nil
	t.members, m.expected = t.members[:last], nil
}

// forget drops past meetings.
func (g *group) forget() {
	over := time.Now().Add(-maxAge)
	i := 0
	for i < len(g.due) && (g.due[i].at.Before(over) || len(g.due[i].members) == 0) {
		i++
	}
	g.due = slices.Delete(g.due, 0, i)
}

// read returns what the list shows of the resources of m. ok is false if m has to read them itself; then done must be
// called after that.
func (m *sharer) read(ctx context.Context, list func(context.Context, []string) (map[string]any, int, error)) (
	items map[string]any, ok bool, err error,
) {
	g := m.group
	g.mu.Lock()
	m.leave()
	for {
		if r := g.last; r != nil && r.serves(m) && time.Since(r.began) <= m.maxAge {
			return m.leaveWith(r)
		}
		r := g.now
		if r == nil {
			break
		}
		g.queue = append(g.queue, m)
		g.mu.Unlock()
		select {
		case <-r.done:
		case <-ctx.Done():
		}
		g.mu.Lock()
		g.queue = slices.DeleteFunc(g.queue, func(waiting *sharer) bool { return waiting == m })
		switch {
		case r.finished() && r.serves(m) && !r.interrupted:
			return m.leaveWith(r)
		case ctx.Err() != nil:
			m.since = g.tick()
			g.mu.Unlock()
			return nil, true, ended(ctx)
		}
	}
	ids := g.wanted(m)
	if !g.isWorthwhile(m, ids) {
		g.reading++
		g.mu.Unlock()
		return nil, false, nil
	}
	r := &listing{order: g.tick(), began: time.Now(), ids: ids, done: make(chan struct{}), interrupted: true}
	g.now = r
	g.mu.Unlock()
	return m.lead(ctx, r, list)
}

// leaveWith ends a poll of m with the result of a read.
func (m *sharer) leaveWith(r *listing) (map[string]any, bool, error) {
	g := m.group
	m.since = g.tick()
	if r.refused {
		g.reading++
	}
	g.mu.Unlock()
	return r.items, !r.refused, r.err
}

// done ends a poll of m that read its resource itself.
func (m *sharer) done() {
	g := m.group
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reading--
	m.since = g.tick()
}

// lead reads the list, for all that are due. If the poll ends before, or panics, another one leads.
func (m *sharer) lead(ctx context.Context, r *listing, list func(context.Context, []string) (map[string]any, int, error)) (
	items map[string]any, ok bool, err error,
) {
	g, calls := m.group, 0
	defer func() {
		g.mu.Lock()
		g.now = nil
		close(r.done)
		if r.err == nil && !r.interrupted {
			g.keep(r)
			g.calls = calls
		} else if !r.interrupted && !isBusy(r.err) {
			g.off = time.Now().Add(listPause)
		}
		if r.refused = isRefusal(r.err) && !r.interrupted; r.refused {
			r.err = nil
		}
		items, ok, err = m.leaveWith(r)
	}()
	r.items, calls, r.err = list(ctx, slices.Sorted(maps.Keys(r.ids)))
	r.interrupted = r.err != nil && ctx.Err() != nil
	return nil, false, nil // set above
}

// keep keeps the result of a read for as long as it may be used.
func (g *group) keep(r *listing) {
	g.last = r
	time.AfterFunc(maxAge, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.last == r {
			g.last = nil
		}
	})
}

// wanted returns the IDs of m and of all that are due within the time for which a result may be used.
func (g *group) wanted(m *sharer) map[string]bool {
	g.forget()
	ids := map[string]bool{}
	add := func(m *sharer) {
		for _, id := range m.ids {
			ids[id] = true
		}
	}
	add(m)
	for _, waiting := range g.queue {
		add(waiting)
	}
	soon := time.Now().Add(m.maxAge)
	for _, t := range g.due {
		if t.at.After(soon) {
			break
		}
		for _, other := range t.members {
			add(other)
		}
	}
	return ids
}

// isWorthwhile reports whether to read the list for m and others. For m alone its own read is cheaper, and for a few
// in a long list theirs are.
func (g *group) isWorthwhile(m *sharer, ids map[string]bool) bool {
	return (len(ids) > len(m.ids) || g.reading > 0) && g.calls <= len(ids) && time.Now().After(g.off)
}

// serves reports whether the result of a read is one for m.
func (r *listing) serves(m *sharer) bool {
	for _, id := range m.ids {
		if !r.ids[id] {
			return false
		}
	}
	return r.order > m.since
}

// ended is why a context has ended.
func ended(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, ctx.Err()) {
		return fmt.Errorf("%w: %w", ctx.Err(), cause)
	}
	return ctx.Err()
}

func (r *listing) finished() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// isBusy reports whether a list failed only because the service is busy.
func isBusy(err error) bool {
	return errors.Is(err, cloud.ErrThrottled) || errors.Is(err, cloud.ErrUnavailable)
}

// isRefusal reports whether a list failed for a reason that need not hold for a single resource: it is not offered on
// this site, say, or the caller may not read it.
func isRefusal(err error) bool {
	switch cloud.KindOf(err) {
	case cloud.ErrUnsupported, cloud.ErrDenied, cloud.ErrInvalid, cloud.ErrNotFound, cloud.ErrConflict, cloud.ErrQuota:
		return true
	}
	return false
}
