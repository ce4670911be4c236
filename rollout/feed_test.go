package rollout_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func event(step string, phase rollout.Phase) rollout.Event {
	return rollout.Event{Step: step, Phase: phase}
}

// followed returns what a reader of a feed gets from an ID on, and the last ID.
func followed(ctx context.Context, f *rollout.Feed, id int64) (list []string, last int64) {
	for id, e := range f.Follow(ctx, id) {
		list, last = append(list, e.Step+" "+string(e.Phase)), id
	}
	return list, last
}

func TestFeed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var f rollout.Feed
		assert.Zero(t, f.Last())
		f.Add(event("a", rollout.PhaseStarting))
		f.Add(event("b", rollout.PhaseStarting))
		f.Add(event("a", rollout.PhaseChanging))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		list, id := followed(ctx, &f, 0)
		assert.Equal(t, []string{"b starting", "a changing"}, list, "the last of each step")

		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				list, _ := followed(t.Context(), &f, id)
				assert.Equal(t, []string{"a live", "b failed", " "}, list, "what is new, and the end")
			})
		}
		synctest.Wait()
		for _, e := range []rollout.Event{event("a", rollout.PhaseLive), event("b", rollout.PhaseFailed), {}} {
			f.Add(e)
			time.Sleep(time.Second)
		}
		wg.Wait()
		list, id = followed(t.Context(), &f, 0)
		assert.Equal(t, []string{"a live", "b failed", " "}, list)
		list, _ = followed(t.Context(), &f, id)
		assert.Empty(t, list, "the reader has all")
		for range f.Follow(t.Context(), 0) {
			break
		}
	})
}

// TestFeedHoldsNobodyUp has a reader that does not read.
func TestFeedHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &process{world: newWorld("a")}
		p.took["a"] = time.Hour
		var f rollout.Feed
		read := make(chan string)
		go func() {
			defer close(read)
			for _, e := range f.Follow(t.Context(), 0) {
				read <- e.Step + " " + string(e.Phase)
			}
		}()
		begun := time.Now()
		for e := range (rollout.Rollout{Steps: []rollout.Step{p.step("a")}}).Watch(t.Context()) {
			f.Add(e)
		}
		assert.Less(t, time.Since(begun), 2*time.Hour)
		var list []string
		for text := range read {
			list = append(list, text)
		}
		require.Len(t, list, 3, "what it was at, when the reader began, and at the end")
		assert.Equal(t, []string{"a live", " "}, list[1:])
	})
}

func TestFeedOverHTTP(t *testing.T) {
	t.Parallel()
	var f rollout.Feed
	f.Add(event("a", rollout.PhaseLive))
	f.Add(rollout.Event{Err: errors.New("two\nlines"), Ended: 1, Total: 1})
	get := func(id string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Last-Event-ID", id)
		f.ServeHTTP(w, r)
		return w
	}
	all := get("")
	assert.Equal(t, "text/event-stream", all.Header().Get("Content-Type"))
	blocks := strings.Split(strings.TrimSpace(all.Body.String()), "\n\n")
	require.Len(t, blocks, 2)
	assert.Regexp(t, `^id: \d+\nevent: step\ndata: \{"at":.*"step":"a","phase":"live".*\}$`, blocks[0])
	assert.Regexp(t, `^id: \d+\nevent: end\ndata: \{.*"ended":1,"total":1\}$`, blocks[1])

	idOf := func(block string) string { return strings.TrimPrefix(strings.SplitN(block, "\n", 2)[0], "id: ") }
	assert.Equal(t, blocks[1], strings.TrimSpace(get(idOf(blocks[0])).Body.String()), "what is new")
	done := get(idOf(blocks[1]))
	assert.Equal(t, http.StatusNoContent, done.Code, "nothing is new, and nothing will be")
	for _, id := range []string{"x", "-1", "99999999999999999999"} {
		bad := get(id)
		assert.Equal(t, http.StatusBadRequest, bad.Code)
		assert.Contains(t, bad.Body.String(), "Last-Event-ID: must be the ID of an event, given "+strconv.Quote(id))
	}
}

// TestFeedKeepsAlive checks that a stream on which nothing happens sends comments, and ends when they do not arrive.
func TestFeedKeepsAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var f rollout.Feed
		f.Add(event("a", rollout.PhaseChanging))
		w, done := httptest.NewRecorder(), make(chan struct{})
		go func() {
			defer close(done)
			f.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		}()
		time.Sleep(31 * time.Second)
		f.Add(event("a", rollout.PhaseLive))
		time.Sleep(15 * time.Second)
		f.Add(rollout.Event{})
		<-done
		blocks := strings.Split(strings.TrimSpace(w.Body.String()), "\n\n")
		require.Len(t, blocks, 6)
		for i, comment := range []bool{false, true, true, false, true, false} {
			assert.Equal(t, comment, blocks[i] == ": keep-alive", blocks[i])
		}

		var open rollout.Feed
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			open.ServeHTTP(broken{httptest.NewRecorder()}, httptest.NewRequest(http.MethodGet, "/", nil))
		}()
		begun := time.Now()
		<-gone
		assert.Equal(t, 15*time.Second, time.Since(begun))
	})
}

// A broken response is one whose client has gone.
type broken struct{ http.ResponseWriter }

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }
