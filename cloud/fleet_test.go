package cloud_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// timed is a change that ends after a while in a state.
func timed(after time.Duration, state string, read func()) *cloud.Waiter[thing] {
	began := time.Now()
	return newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
		w.Read = func(context.Context) (*thing, error) {
			if read != nil {
				read()
			}
			if time.Since(began) < after {
				return &thing{State: "NEW"}, nil
			}
			return &thing{State: state, Reason: "because"}, nil
		}
	})
}

func TestWaitAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		gone := newWaiter(&script{responses: []response{{err: callError(cloud.ErrNotFound)}}}, func(w *cloud.WaitSpec[thing]) { w.GoneIsSuccess = true })
		number := cloud.NewWaiter(cloud.WaitSpec[int]{
			Read:  func(context.Context) (*int, error) { return new(7), nil },
			Judge: func(*int) cloud.Verdict { return cloud.Verdict{State: "7", Outcome: cloud.Succeeded} },
		})
		results, err := cloud.WaitAll(t.Context(), timed(time.Hour, "LIVE", nil), timed(time.Minute, "BROKEN", nil), gone, number)
		require.Len(t, results, 4)
		assert.Equal(t, "LIVE", results[0].Value.(*thing).State)
		require.NoError(t, results[0].Err)
		assert.Nil(t, results[1].Value)
		assert.Nil(t, results[2].Value)
		require.NoError(t, results[2].Err)
		assert.Equal(t, new(7), results[3].Value, "waiters of all types")
		assert.GreaterOrEqual(t, time.Since(began), time.Hour, "a failure does not end the wait for the others")

		var wait *cloud.WaitError
		require.ErrorAs(t, results[1].Err, &wait)
		assert.Equal(t, "because", wait.Reason)
		var fleet *cloud.FleetError
		require.ErrorAs(t, err, &fleet)
		assert.Equal(t, 4, fleet.Total)
		assert.Equal(t, []error{results[1].Err}, fleet.Errs)
		assert.ErrorContains(t, err, "1 of 4 changes did not succeed: things MakeThing: failed after ")
	})
}

func TestWaitAllOfOneType(t *testing.T) {
	t.Parallel()
	waiters := []*cloud.Waiter[thing]{newWaiter(states("LIVE"), nil), newWaiter(states("LIVE"), nil)}
	results, err := cloud.WaitAll(t.Context(), cloud.AnyWaiters(waiters...)...)
	require.NoError(t, err)
	require.Len(t, results, 2)
	for i, r := range results {
		value, err := waiters[i].Wait(t.Context())
		require.NoError(t, err)
		assert.Same(t, value, r.Value, "the waiter has it with its type")
	}
}

// TestAnyWaiter follows changes of two types and three ends by polls alone, as a program with a loop of its own
// does.
func TestAnyWaiter(t *testing.T) {
	t.Parallel()
	gone := func() *cloud.Waiter[thing] {
		return newWaiter(&script{responses: []response{{err: callError(cloud.ErrNotFound)}}}, func(w *cloud.WaitSpec[thing]) { w.GoneIsSuccess = true })
	}
	number := cloud.NewWaiter(cloud.WaitSpec[int]{
		Read:  func(context.Context) (*int, error) { return new(7), nil },
		Judge: func(*int) cloud.Verdict { return cloud.Verdict{State: "7", Outcome: cloud.Succeeded} },
		Token: "seven",
	})
	tests := []struct {
		name    string
		waiter  func() cloud.AnyWaiter
		polls   int // at least
		outcome cloud.Outcome
		value   any // of type any, nil if there is none
	}{
		{"live", func() cloud.AnyWaiter { return timed(time.Minute, "LIVE", nil) }, 3, cloud.Succeeded, &thing{State: "LIVE", Reason: "because"}},
		{"of another type", func() cloud.AnyWaiter { return number }, 1, cloud.Succeeded, new(7)},
		{"gone", func() cloud.AnyWaiter { return gone() }, 1, cloud.Succeeded, nil},
		{"failed", func() cloud.AnyWaiter { return timed(time.Minute, "BROKEN", nil) }, 3, cloud.Failed, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := tt.waiter()
				observed, err := w.PollAny(t.Context())
				for !observed.Done() {
					require.NoError(t, err)
					time.Sleep(observed.Next)
					observed, err = w.PollAny(t.Context())
				}
				assert.Equal(t, tt.outcome, observed.Outcome)
				assert.GreaterOrEqual(t, observed.Attempt, tt.polls)
				value, waitErr := w.WaitAny(t.Context())
				assert.Equal(t, tt.value, value)
				assert.Equal(t, err, waitErr, "both return how the wait ended")
				assert.Equal(t, tt.outcome != cloud.Succeeded, err != nil)
			})
		})
	}
	assert.Equal(t, "seven", cloud.AnyWaiter(number).Token())
}

func TestAnyWaiterTakesOptions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w cloud.AnyWaiter = timed(time.Hour, "LIVE", nil)
		observed, err := w.PollAny(t.Context(), cloud.Every(3*time.Minute))
		require.NoError(t, err)
		assert.GreaterOrEqual(t, observed.Next, 3*time.Minute)
		value, err := w.WaitAny(t.Context(), cloud.Within(10*time.Minute))
		assert.Nil(t, value)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestWaitAllOfNothing(t *testing.T) {
	t.Parallel()
	results, err := cloud.WaitAll(t.Context())
	require.NoError(t, err)
	assert.Empty(t, results)

	var none *cloud.Waiter[thing]
	_, err = cloud.WaitAll(t.Context(), none, nil, new(cloud.Waiter[thing]))
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.ErrorContains(t, err, "3 of 3")
}

func TestFleetFailsFast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		slow := timed(time.Hour, "LIVE", nil)
		results, err := cloud.Fleet{FailFast: true}.Wait(t.Context(), slow, timed(time.Minute, "BROKEN", nil), timed(time.Second, "LIVE", nil))
		assert.Less(t, time.Since(began), 2*time.Minute)
		require.NoError(t, results[2].Err, "what ended before counts")
		assert.ErrorContains(t, err, "2 of 3 changes did not succeed: things MakeThing: failed")

		var wait *cloud.WaitError
		require.ErrorAs(t, results[0].Err, &wait)
		assert.Equal(t, cloud.Pending, wait.Outcome, "the change itself was not stopped")
		require.ErrorIs(t, results[0].Err, context.Canceled)
		require.NotErrorIs(t, results[0].Err, cloud.ErrFailed, "that was the other one")
		assert.Empty(t, cloud.KindOf(results[0].Err))
		assert.ErrorContains(t, results[0].Err, "because", "it says why the wait ended")
		value, err := slow.Wait(t.Context())
		require.NoError(t, err, "it can be waited for again")
		assert.Equal(t, "LIVE", value.State)
	})
}

func TestFleetEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Minute, errors.New("the release window is over"))
		defer cancel()
		began := time.Now()
		hanging := newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
			w.Read = func(ctx context.Context) (*thing, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
		})
		results, err := cloud.WaitAll(ctx, timed(time.Hour, "LIVE", nil), timed(time.Minute, "LIVE", nil), hanging)
		assert.Equal(t, 10*time.Minute, time.Since(began))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, results[0].Err, context.DeadlineExceeded)
		require.NoError(t, results[1].Err)
		require.ErrorIs(t, results[2].Err, context.DeadlineExceeded)
		assert.ErrorContains(t, results[0].Err, "the release window is over")
	})
}

func TestFleetYieldsEveryPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		waiters := []cloud.AnyWaiter{timed(time.Minute, "LIVE", nil), timed(2*time.Minute, "STOPPED", nil), timed(3*time.Minute, "LIVE", nil)}
		var live, ended []int
		attempts := map[int]int{}
		for step, err := range (cloud.Fleet{}).Watch(t.Context(), waiters...) {
			attempts[step.Index]++
			assert.Equal(t, attempts[step.Index], step.Attempt)
			if step.Done() {
				live, ended = append(live, step.Live), append(ended, step.Ended)
			}
			if step.Index == 1 && step.Done() {
				require.Error(t, err)
				assert.Equal(t, cloud.Canceled, step.Outcome)
			} else {
				require.NoError(t, err)
				assert.NotNil(t, step.Value)
			}
		}
		assert.Equal(t, []int{1, 1, 2}, live)
		assert.Equal(t, []int{1, 2, 3}, ended)
		for i := range waiters {
			assert.Greater(t, attempts[i], 5)
		}
	})
}

func TestFleetCanBeLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
			w.Read = func(ctx context.Context) (*thing, error) {
				select {
				case <-ctx.Done():
					return nil, ctx.Err()
				case <-time.After(time.Hour):
					return &thing{State: "LIVE"}, nil
				}
			}
		})
		began := time.Now()
		for range (cloud.Fleet{}).Watch(t.Context(), timed(time.Minute, "LIVE", nil), slow) {
			break
		}
		assert.Less(t, time.Since(began), time.Minute, "polls in progress are canceled")
	})
}

// TestFleetOfTenThousand is a fleet with a goroutine set of its own size, whose polls are spread out and
// never more at once than Concurrency.
func TestFleetOfTenThousand(t *testing.T) {
	if testing.Short() {
		t.Skip("smaller fleets do the same")
	}
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const changes, concurrency = 10_000, 40
		var atOnce, most, polls atomic.Int64
		read := func() {
			most.Store(max(most.Load(), atOnce.Add(1)))
			polls.Add(1)
			time.Sleep(20 * time.Millisecond) // what a call takes
			atOnce.Add(-1)
		}
		waiters := make([]cloud.AnyWaiter, changes)
		for i := range waiters {
			state := "LIVE"
			if i%1000 == 999 {
				state = "BROKEN"
			}
			waiters[i] = timed(10*time.Minute+time.Duration(i)*time.Millisecond, state, read)
		}
		began := time.Now()
		failed := 0
		for _, err := range (cloud.Fleet{Concurrency: concurrency}).Watch(t.Context(), waiters...) {
			if err != nil {
				failed++
			}
		}
		assert.Equal(t, 10, failed)
		assert.EqualValues(t, concurrency, most.Load())
		assert.Less(t, time.Since(began), 13*time.Minute)
		assert.Less(t, polls.Load(), int64(changes*45))
	})
}

func TestFleetErrorIsShort(t *testing.T) {
	t.Parallel()
	e := &cloud.FleetError{Total: 10}
	for i := range 10 {
		e.Errs = append(e.Errs, fmt.Errorf("change %d: %w", i, cloud.ErrQuota))
	}
	assert.EqualError(t, e, "10 of 10 changes did not succeed: change 0: quota exceeded; change 1: quota exceeded; change 2: quota exceeded; …")
	require.ErrorIs(t, e, cloud.ErrQuota)
}

// BenchmarkFleet is what following one change costs: memory is per change, beside its response.
func BenchmarkFleet(b *testing.B) {
	b.ReportAllocs()
	const changes = 10_000
	for b.Loop() {
		waiters := make([]cloud.AnyWaiter, changes)
		for i := range waiters {
			waiters[i] = newWaiter(states("LIVE"), nil)
		}
		if _, err := cloud.WaitAll(b.Context(), waiters...); err != nil {
			b.Fatal(err)
		}
	}
}

// load is ten thousand changes that end one after another, at 200 ms a poll. It returns how late the ends were
// noticed, at most, beyond the pause that each waiter had chosen, and how many polls ran at once.
func load(t *testing.T, f cloud.Fleet, changes int, slow time.Duration) (latest time.Duration, most int64) {
	var atOnce, peak atomic.Int64
	began := time.Now()
	ends := func(i int) time.Duration { return 60*time.Second + time.Duration(i%600)*time.Second }
	waiters := make([]cloud.AnyWaiter, changes)
	for i := range waiters {
		waiters[i] = timed(ends(i), "LIVE", func() {
			peak.Store(max(peak.Load(), atOnce.Add(1)))
			time.Sleep(200 * time.Millisecond)
			atOnce.Add(-1)
		})
	}
	pauses := make([]time.Duration, changes)
	for step, err := range f.Watch(t.Context(), waiters...) {
		require.NoError(t, err)
		if step.Done() {
			latest = max(latest, time.Since(began)-ends(step.Index)-pauses[step.Index])
		}
		pauses[step.Index] = step.Next
		time.Sleep(slow)
	}
	return latest, peak.Load()
}

// TestFleetFollowsTheLoad checks that many changes are noticed in time without setting Concurrency, and that a few
// run no more polls at once than they need.
func TestFleetFollowsTheLoad(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		fleet    cloud.Fleet
		changes  int
		slow     time.Duration // the caller, for each step
		late     time.Duration
		from, to int64 // polls at once
	}{
		{"ten thousand", cloud.Fleet{}, 10_000, 0, 3 * time.Second, 400, 850},
		{"sixteen are enough", cloud.Fleet{}, 100, 0, 2 * time.Second, 1, 16},
		{"an explicit number is exact", cloud.Fleet{Concurrency: 300}, 10_000, 0, 10 * time.Second, 300, 300},
		{"a small one too", cloud.Fleet{Concurrency: 2}, 100, 0, 20 * time.Second, 2, 2},
		{"more polls do not help a caller who is slow", cloud.Fleet{}, 100, time.Second, time.Hour, 1, 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if testing.Short() && tt.changes > 1000 {
				t.Skip("smaller fleets do the same")
			}
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				latest, most := load(t, tt.fleet, tt.changes, tt.slow)
				assert.LessOrEqual(t, latest, tt.late)
				assert.GreaterOrEqual(t, most, tt.from)
				assert.LessOrEqual(t, most, tt.to)
				t.Log(tt.name, "latest", latest, "at once", most)
			})
		})
	}
}

// TestFleetOfHundredThousand checks that no end is noticed later than a tenth of the change's length, beyond the pause
// that its waiter had chosen, when a poll takes 200 ms.
func TestFleetOfHundredThousand(t *testing.T) {
	t.Parallel()
	if testing.Short() || raceDetector {
		t.Skip("more than a million polls")
	}
	synctest.Test(t, func(t *testing.T) {
		const changes = 100_000
		began := time.Now()
		waiters, pauses := make([]cloud.AnyWaiter, changes), make([]time.Duration, changes)
		length := func(i int) time.Duration { return time.Minute + time.Duration(i%60)*time.Second }
		for i := range waiters {
			waiters[i] = timed(length(i), "LIVE", func() { time.Sleep(200 * time.Millisecond) })
		}
		latest := 0.0
		for step, err := range (cloud.Fleet{}).Watch(t.Context(), waiters...) {
			require.NoError(t, err)
			if step.Done() {
				late := time.Since(began) - length(step.Index) - pauses[step.Index]
				latest = max(latest, late.Seconds()/length(step.Index).Seconds())
			}
			pauses[step.Index] = step.Next
		}
		t.Logf("latest %.3f of the length", latest)
		assert.Less(t, latest, 0.1)
	})
}

// TestFleetTakesLittleMemory checks that a hundred thousand changes take less than 100 MB while as many polls run as
// ever do.
//
//nolint:paralleltest // it measures the memory of the process
func TestFleetTakesLittleMemory(t *testing.T) {
	if raceDetector {
		t.Skip("its own memory is not that of the fleet")
	}
	const changes, atOnce = 100_000, 4096
	var before, during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var running atomic.Int64
	measured := make(chan struct{})
	read := func() {
		if running.Add(1) == atOnce {
			runtime.GC()
			runtime.ReadMemStats(&during)
			close(measured)
		}
		<-measured
	}
	waiters := make([]cloud.AnyWaiter, changes)
	for i := range waiters {
		waiters[i] = timed(0, "LIVE", read)
	}
	results, err := cloud.Fleet{Concurrency: atOnce}.Wait(t.Context(), waiters...)
	require.NoError(t, err)
	require.Len(t, results, changes)
	heap, stacks := during.HeapAlloc-before.HeapAlloc, during.StackInuse-before.StackInuse
	t.Logf("%d MB of values, %d MB of stacks", heap/1_000_000, stacks/1_000_000)
	assert.Less(t, heap+stacks, uint64(100_000_000))
}

// TestFleetStaysWithinTheRate checks that a fleet runs no more polls than a request rate lets through: others would
// only wait for their turn.
func TestFleetStaysWithinTheRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const perSecond = 100
		var atOnce, peak atomic.Int64
		next := time.Now()
		var mu sync.Mutex
		waiters := make([]cloud.AnyWaiter, 10_000)
		for i := range waiters {
			waiters[i] = timed(2*time.Minute, "LIVE", func() {
				peak.Store(max(peak.Load(), atOnce.Add(1)))
				mu.Lock()
				if next.Before(time.Now()) {
					next = time.Now()
				}
				turn := time.Until(next)
				next = next.Add(time.Second / perSecond)
				mu.Unlock()
				time.Sleep(turn + 200*time.Millisecond)
				atOnce.Add(-1)
			})
		}
		_, err := cloud.WaitAll(t.Context(), waiters...)
		require.NoError(t, err)
		t.Log("at once", peak.Load())
		assert.LessOrEqual(t, peak.Load(), int64(200), "20 fill the rate, and 849 would follow the delay")
	})
}

// TestFleetLeavesNoGoroutines checks that only polls have goroutines, and that none are left when a fleet ends in any
// way; a bubble waits for all its goroutines.
func TestFleetLeavesNoGoroutines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		waiters := make([]cloud.AnyWaiter, 1000)
		for i := range waiters {
			waiters[i] = timed(time.Hour, "LIVE", func() { time.Sleep(100 * time.Millisecond) })
		}
		steps := 0
		for range (cloud.Fleet{}).Watch(t.Context(), waiters...) {
			if steps++; steps == 5000 {
				break
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := cloud.WaitAll(ctx, waiters...)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Panics(t, func() {
			for range (cloud.Fleet{}).Watch(t.Context(), waiters...) {
				panic("the caller's own")
			}
		})
	})
}
