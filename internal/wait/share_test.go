package wait_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// A ship is what the tests wait for.
type ship struct {
	Name  string
	State string
	Crew  int // the list does not show it
}

// A fleet is a service with a list of ships.
type fleet struct {
	mu    sync.Mutex
	ships map[string]string // states by name

	own, lists int
	asked      [][]string
	takes      time.Duration // a read
	fail       func() error  // a list
	extra      int           // items of the list that nobody waits for
}

func (f *fleet) read(ctx context.Context, name string) (*ship, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.own++
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	state, ok := f.ships[name]
	if !ok {
		return nil, &cloud.Error{Kind: cloud.ErrNotFound, Message: "there is no " + name, Code: "NoShip"}
	}
	return &ship{name, state, 7}, nil
}

func (f *fleet) list(ctx context.Context, ids []string) iter.Seq2[ship, error] {
	return func(yield func(ship, error) bool) {
		f.mu.Lock()
		f.lists++
		f.asked = append(f.asked, ids)
		states := map[string]string{}
		maps.Copy(states, f.ships)
		f.mu.Unlock()
		timer := time.NewTimer(f.takes)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			yield(ship{}, ctx.Err())
			return
		}
		if fail := f.failure(); fail != nil {
			if err := fail(); err != nil {
				yield(ship{}, err)
				return
			}
		}
		for i := range f.extra {
			if !yield(ship{Name: fmt.Sprint("extra ", i)}, nil) {
				return
			}
		}
		for name, state := range states {
			if !yield(ship{Name: name, State: state}, nil) {
				return
			}
		}
	}
}

// breaks makes lists fail; nil mends them.
func (f *fleet) breaks(fail func() error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = fail
}

func (f *fleet) failure() func() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fail
}

// calls are how many reads and lists there were.
func (f *fleet) calls() (own, lists int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.own, f.lists
}

func (f *fleet) set(state string, names ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ships == nil {
		f.ships = map[string]string{}
	}
	for _, name := range names {
		f.ships[name] = state
	}
}

var opListShips = transport.Operation{Name: "ListShips"}

// wait returns the waiter for one ship.
func (f *fleet) wait(api *transport.Client, name string, change ...func(*wait.List[ship, ship])) *cloud.Waiter[ship] {
	l := &wait.List[ship, ship]{
		Op: &opListShips, IDs: []string{name}, Items: f.list, ID: func(s *ship) string { return s.Name }, PerCall: 10, Show: wait.Itself[ship],
	}
	for _, c := range change {
		c(l)
	}
	return wait.Until(api, "UntilAtSea", wait.Share(api, cloud.WaitSpec[ship]{
		Service: "demo",
		Read:    func(ctx context.Context) (*ship, error) { return f.read(ctx, name) },
		Judge: func(s *ship) cloud.Verdict {
			return wait.Statuses[string]{Succeeded: []string{"at sea"}, Failed: []string{"sunk"}}.Verdict(s.State, "")
		},
	}, l))
}

// several returns waiters for as many ships in port.
func (f *fleet) several(api *transport.Client, n int) (waiters []*cloud.Waiter[ship]) {
	for i := range n {
		name := fmt.Sprint("ship ", i)
		f.set("in port", name)
		waiters = append(waiters, f.wait(api, name))
	}
	return waiters
}

// inBubble runs a test in virtual time.
func inBubble(t *testing.T, test func(t *testing.T, api *transport.Client, f *fleet)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(t, newClient(t), new(fleet)) })
}

// pollAll polls all waiters at once.
func pollAll(t *testing.T, waiters []*cloud.Waiter[ship]) {
	t.Helper()
	var polls sync.WaitGroup
	for _, w := range waiters {
		polls.Go(func() {
			p, err := w.Poll(t.Context())
			assert.NoError(t, err)
			assert.NoError(t, p.Err)
		})
	}
	polls.Wait()
}

func TestWaitThatIsAloneReadsItself(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		w := f.several(api, 1)[0]
		time.AfterFunc(time.Hour, func() { f.set("at sea", "ship 0") })
		s, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, &ship{"ship 0", "at sea", 7}, s)
		assert.Zero(t, f.lists)
	})
}

func TestConcurrentPollsShareARead(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		f.takes = time.Second
		pollAll(t, f.several(api, 10))
		assert.Equal(t, 1, f.lists)
		assert.Zero(t, f.own)
		assert.Len(t, f.asked[0], 10)
	})
}

// TestLatePollsShareTheNextRead is that polls of waiters that nobody expected wait for the read in progress, which may
// not have asked for theirs, and then share one.
func TestLatePollsShareTheNextRead(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		f.takes = time.Second
		waiters := f.several(api, 10)
		time.Sleep(time.Minute)
		pollAll(t, append(waiters, f.several(api, 2)...))
		assert.LessOrEqual(t, f.lists+f.own, 3)
	})
}

func TestWaitsMeet(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		var waits sync.WaitGroup
		for i := range 20 {
			name := fmt.Sprint("ship ", i)
			f.set("in port", name)
			w := f.wait(api, name)
			waits.Go(func() {
				s, err := w.Wait(t.Context())
				assert.NoError(t, err)
				assert.Equal(t, name, s.Name)
				assert.Equal(t, "at sea", s.State) // from the list, or read by a wait that was alone in the end
			})
			time.Sleep(7 * time.Second)
		}
		own, lists := f.calls()
		time.Sleep(20 * time.Minute)
		ownLater, listsLater := f.calls()
		assert.Less(t, listsLater+ownLater-lists-own, 100, "waits that began at different times meet")
		for i := range 20 {
			f.set("at sea", fmt.Sprint("ship ", i))
		}
		waits.Wait()
	})
}

func TestLeaderHandsOver(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		f.takes = time.Minute
		waiters := f.several(api, 3)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var polls sync.WaitGroup
		polls.Go(func() {
			_, err := waiters[0].Poll(ctx)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		})
		synctest.Wait() // it leads
		polls.Go(func() { pollAll(t, waiters[1:]) })
		polls.Wait()
		assert.Equal(t, 2, f.lists)
		assert.Zero(t, f.own)
	})
}

func TestWaiterThatStopsWaitingForARead(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		f.takes = time.Minute
		waiters := f.several(api, 2)
		why := errors.New("the release window has closed")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, why)
		defer cancel()
		var polls sync.WaitGroup
		polls.Go(func() { pollAll(t, waiters[:1]) })
		synctest.Wait()
		_, err := waiters[1].Poll(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, why)
		polls.Wait()
		assert.Equal(t, 1, f.lists, "the read goes on for the other")
	})
}

func TestLeaderThatPanics(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		panics := true
		f.takes = time.Minute
		f.fail = func() error {
			if panics {
				panics = false
				panic("a bug")
			}
			return nil
		}
		waiters := f.several(api, 3)
		var polls sync.WaitGroup
		polls.Go(func() {
			assert.Panics(t, func() { _, _ = waiters[0].Poll(t.Context()) })
		})
		synctest.Wait()
		polls.Go(func() { pollAll(t, waiters[1:]) })
		polls.Wait()
		assert.Equal(t, 2, f.lists)
	})
}

func TestFailedRead(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		f.takes = time.Second
		f.breaks(func() error { return &cloud.Error{Kind: cloud.ErrThrottled} })
		waiters := f.several(api, 3)
		var polls sync.WaitGroup
		for _, w := range waiters {
			polls.Go(func() {
				p, err := w.Poll(t.Context())
				assert.NoError(t, err)
				assert.ErrorIs(t, p.Err, cloud.ErrThrottled)
			})
		}
		polls.Wait()
		assert.Equal(t, 1, f.lists, "those that waited for it share the error")
		f.breaks(nil)
		time.Sleep(10 * time.Second) // pauses are longer after it
		pollAll(t, waiters)
		assert.Equal(t, 2, f.lists, "the next poll reads again")
		assert.Zero(t, f.own)
	})
}

// TestRefusedList is that waits go on without a list that is not offered, or that the caller may not read.
func TestRefusedList(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		f.breaks(func() error { return &cloud.Error{Kind: cloud.ErrDenied} })
		waiters := f.several(api, 3)
		pollAll(t, waiters)
		assert.Equal(t, 1, f.lists)
		assert.Equal(t, 3, f.own)
		var waits sync.WaitGroup
		for _, w := range waiters {
			waits.Go(func() {
				_, err := w.Wait(t.Context())
				assert.NoError(t, err)
			})
		}
		time.Sleep(5 * time.Minute)
		_, lists := f.calls()
		assert.Equal(t, 1, lists, "it is not tried again at once")
		f.breaks(nil)
		time.Sleep(10 * time.Minute)
		own, _ := f.calls()
		time.Sleep(time.Hour)
		ownLater, lists := f.calls()
		assert.Equal(t, own, ownLater)
		assert.Greater(t, lists, 5, "but later")
		f.set("at sea", "ship 0", "ship 1", "ship 2")
		waits.Wait()
	})
}

// TestAgeOfResults is that no waiter gets a result from before its creation or its previous poll.
func TestAgeOfResults(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		waiters := f.several(api, 3)
		poll := func(w *cloud.Waiter[ship]) string {
			p, err := w.Poll(t.Context())
			require.NoError(t, err)
			return p.State
		}
		assert.Equal(t, "in port", poll(waiters[0]))
		f.set("loading", "ship 0", "ship 1", "ship 2")
		assert.Equal(t, "in port", poll(waiters[1]), "a result that was read a moment ago")
		assert.Equal(t, "loading", poll(waiters[1]), "but not the same again")
		assert.Equal(t, "loading", poll(f.wait(api, "ship 2")), "nor one from before the wait")
		time.Sleep(6 * time.Second)
		f.set("ready", "ship 2")
		assert.Equal(t, "ready", poll(waiters[2]), "nor one that is older than the shortest pause")
	})
}

func TestItemThatTheListDoesNotShow(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		waiters := f.several(api, 3)
		hides := func(l *wait.List[ship, ship]) {
			l.ID = func(*ship) string { return "" }
		}
		hidden := f.wait(api, "ship 0", hides)
		p, err := hidden.Poll(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 7, p.Value.Crew, "it is read alone")
		assert.Equal(t, 1, f.lists)
		pollAll(t, waiters)

		gone := f.wait(api, "a wreck")
		_, err = gone.Poll(t.Context())
		require.ErrorContains(t, err, "there is no a wreck", "only its own read says that it is gone")
	})
}

func TestOnlyReadIsTheList(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		f.several(api, 2)
		gone := f.wait(api, "a wreck", func(l *wait.List[ship, ship]) { l.What = "ship" })
		_, err := gone.Poll(t.Context())
		require.ErrorIs(t, err, cloud.ErrNotFound)
		require.ErrorContains(t, err, "the list has no ship a wreck")
		assert.Zero(t, f.own)
	})
}

// TestPartialList is that a wait ends with its own read if the list shows less.
func TestPartialList(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		partial := func(l *wait.List[ship, ship]) { l.IsPartial = true }
		f.set("in port", "a", "b")
		waiters := []*cloud.Waiter[ship]{f.wait(api, "a", partial), f.wait(api, "b", partial)}
		pollAll(t, waiters)
		assert.Zero(t, f.own)
		f.set("at sea", "a")
		f.set("sunk", "b")
		s, err := waiters[0].Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, &ship{"a", "at sea", 7}, s)
		_, err = waiters[1].Wait(t.Context())
		var failed *cloud.WaitError
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, &ship{"b", "sunk", 7}, failed.Last)
	})
}

// TestLongList is that a few waits do not read a list of many pages.
func TestLongList(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		f.extra = 100
		waiters := f.several(api, 3)
		pollAll(t, waiters)
		assert.Equal(t, 1, f.lists, "its length is not known")
		for range 5 {
			time.Sleep(10 * time.Second)
			pollAll(t, waiters)
		}
		assert.Equal(t, 1, f.lists)
		assert.Equal(t, 15, f.own)
		time.Sleep(10 * time.Second)
		pollAll(t, append(waiters, f.several(api, 20)[3:]...))
		assert.LessOrEqual(t, f.own, 17, "for many it pays")
	})
}

// TestListThatIsNotKnownYet is that a wait reads its own resource until that shows which list it is in.
func TestListThatIsNotKnownYet(t *testing.T) {
	inBubble(t, func(t *testing.T, api *transport.Client, f *fleet) {
		var sea string
		unknown := func(l *wait.List[ship, ship]) { l.Of = func() []string { return []string{sea} } }
		f.set("in port", "a", "b")
		waiters := []*cloud.Waiter[ship]{f.wait(api, "a", unknown), f.wait(api, "b", unknown)}
		pollAll(t, waiters)
		assert.Equal(t, 2, f.own)
		sea = "the Baltic"
		time.Sleep(5 * time.Second)
		pollAll(t, waiters)
		assert.Equal(t, 4, f.own)
		time.Sleep(5 * time.Second)
		pollAll(t, waiters)
		assert.Equal(t, 4, f.own)
		assert.Equal(t, 1, f.lists)
	})
}

// TestListsAreTheClients is that nothing is kept for waits that are gone.
func TestListsAreTheClients(t *testing.T) {
	t.Parallel()
	api, f := newClient(t), new(fleet)
	size := func() (n int) {
		api.Waits.Range(func(any, any) bool { n++; return true })
		return n
	}
	waiters := f.several(api, 3)
	assert.Equal(t, 1, size())
	runtime.GC()
	assert.Equal(t, 1, size())
	runtime.KeepAlive(waiters)
	for range 1000 {
		if size() == 0 {
			return
		}
		runtime.GC()
	}
	assert.Zero(t, size())
}

func TestWidened(t *testing.T) {
	t.Parallel()
	type summary struct{ Name, State string }
	assert.Equal(t, &ship{Name: "a", State: "sunk"}, wait.Widened[ship](&summary{"a", "sunk"}))
}
