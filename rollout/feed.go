package rollout

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// A Feed passes the events of a rollout on to any number of readers, who may come late, be slow, or come again. It keeps
// the last event of each step, and the end: a reader gets these first, and then each that is newer. One that is slow misses
// polls, and holds up nobody. The zero Feed is ready for use.
//
// A Feed is an http.Handler of server-sent events. Each has an ID, the name "step" or "end", and the Event as JSON. A client
// that comes again with Last-Event-ID gets what it has missed. IDs grow with time, so that this also holds for a client of
// an earlier process, because a rollout that continues yields first where each step is. A comment comes every 15 seconds, so
// that nothing on the way closes the connection as idle.
type Feed struct {
	mu     sync.Mutex
	events []numbered // the last of each step, by age
	last   int64
	news   chan struct{} // closed by the next Add
}

type numbered struct {
	id int64
	Event
}

// Add adds an event to the feed.
func (f *Feed) Add(e Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = slices.DeleteFunc(f.events, func(old numbered) bool { return old.Step == e.Step })
	f.last = max(f.last+1, time.Now().UnixMicro())
	f.events = append(f.events, numbered{f.last, e})
	if f.news != nil {
		close(f.news)
		f.news = nil
	}
}

// after returns the events with a higher ID, and what is closed when there are more.
func (f *Feed) after(id int64) ([]numbered, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.news == nil {
		f.news = make(chan struct{})
	}
	i := slices.IndexFunc(f.events, func(e numbered) bool { return e.id > id })
	if i < 0 {
		return nil, f.news
	}
	return slices.Clone(f.events[i:]), f.news
}

// Follow yields the events after the one with an ID, 0 for all, with their IDs: those that the feed has, and new ones until
// the rollout or ctx has ended.
func (f *Feed) Follow(ctx context.Context, id int64) iter.Seq2[int64, Event] {
	return func(yield func(int64, Event) bool) { f.follow(ctx, id, yield, nil, nil) }
}

// follow is Follow. At each beat it calls alive, and ends if that returns false.
func (f *Feed) follow(ctx context.Context, id int64, yield func(int64, Event) bool, beat <-chan time.Time, alive func() bool) {
	for {
		events, news := f.after(id)
		for _, e := range events {
			if id = e.id; !yield(e.id, e.Event) || e.Step == "" {
				return
			}
		}
		if f.hasEnded(id) {
			return
		}
		for waiting := true; waiting; {
			select {
			case <-news:
				waiting = false
			case <-beat:
				if !alive() {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

// hasEnded reports whether the end of the rollout is in the feed and not after an ID.
func (f *Feed) hasEnded(id int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.events)
	return n > 0 && f.events[n-1].Step == "" && f.events[n-1].id <= id
}

// Last returns the last event, which says how many steps have ended.
func (f *Feed) Last() Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.events) == 0 {
		return Event{}
	}
	return f.events[len(f.events)-1].Event
}

// ServeHTTP sends the events as server-sent events, until the rollout has ended or the client has gone.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := int64(0)
	if given := r.Header.Get("Last-Event-ID"); given != "" {
		var err error
		if id, err = strconv.ParseInt(given, 10, 64); err != nil || id < 0 {
			http.Error(w, fmt.Sprintf("Last-Event-ID: must be the ID of an event, given %.60q", given), http.StatusBadRequest)
			return
		}
	}
	if f.hasEnded(id) {
		w.WriteHeader(http.StatusNoContent) // which tells browsers not to connect again
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	f.stream(r.Context(), w, id)
}

// keepAlive is how often a stream sends something, so that nothing on the way closes it as idle. Proxies often do after a
// minute or half a minute.
const keepAlive = 15 * time.Second

// stream sends the events after the one with an ID.
func (f *Feed) stream(ctx context.Context, w http.ResponseWriter, id int64) {
	c := http.NewResponseController(w)
	_ = c.Flush()
	send := func(block string) bool {
		_, err := io.WriteString(w, block+"\n\n")
		_ = c.Flush()
		return err == nil
	}
	beat := time.NewTicker(keepAlive)
	defer beat.Stop()
	f.follow(ctx, id,
		func(id int64, e Event) bool { return send(blockOf(id, e)) },
		beat.C, func() bool { return send(": keep-alive") },
	)
}

// blockOf returns an event as a server sends it.
func blockOf(id int64, e Event) string {
	name := "step"
	if e.Step == "" {
		name = "end"
	}
	data, err := json.Marshal(e)
	if err != nil { // a time beyond the year 9999
		data, _ = json.Marshal(map[string]string{"error": cloud.OneLine(err.Error(), maxReason)})
	}
	return fmt.Sprintf("id: %d\nevent: %s\ndata: %s", id, name, data)
}
