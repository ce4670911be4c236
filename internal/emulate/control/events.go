package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// maxStreams is how many clients may read events at once.
const maxStreams = 100

// pollEvery is how often a stream looks for what no request tells: a change that has ended, a clock that was moved.
const pollEvery = 500 * time.Millisecond

// events sends what happens as server-sent events: each request, the changes under way when they change, and the clock
// when it is moved.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	if s.streams.Add(1) > maxStreams {
		s.streams.Add(-1)
		writeError(w, &Error{Status: http.StatusServiceUnavailable, Field: "events", Rule: "are sent to at most 100 clients at once"})
		return
	}
	defer s.streams.Add(-1)
	requests, stop := s.emulator.Front.Watch()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	stream := stream{w: w, flush: http.NewResponseController(w).Flush}
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for stream.sendNews(s) {
		select {
		case q := <-requests:
			stream.send("request", s.requestOf(q))
		case <-ticker.C:
		case <-r.Context().Done():
			return
		case <-s.emulator.Done:
			return
		}
	}
}

// A stream sends events to one client.
type stream struct {
	w       http.ResponseWriter
	flush   func() error
	failed  bool
	changes []byte // as sent last
	clock   string
	idle    int // how many times in a row there was nothing to send
}

// sendNews sends the changes and the clock if they are not as they were sent. It reports whether the client is there.
func (t *stream) sendNews(s *Server) bool {
	t.idle++
	changes := s.changes()
	if list, err := json.Marshal(changes.Changes); err == nil && !bytes.Equal(list, t.changes) {
		t.changes = list
		t.send("change", changes)
	}
	if clock := s.readClock(); clock.Advanced != t.clock {
		t.clock = clock.Advanced
		t.send("clock", clock)
	}
	if t.idle > 30 {
		t.write(": still here\n\n") // so that nothing in between closes the connection
	}
	return !t.failed
}

func (t *stream) send(event string, data any) {
	body, err := json.Marshal(data)
	if err != nil {
		t.failed = true
		return
	}
	t.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, body))
}

func (t *stream) write(text string) {
	t.idle = 0
	_, err := t.w.Write([]byte(text))
	if err != nil || t.flush() != nil {
		t.failed = true
	}
}
