package cloud_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// moment is what polls show from a time on.
type moment struct {
	at    time.Duration
	state string // "gone", "throttled", "interrupted", "page" or a state
}

// course is a resource that changes with time, not with its polls. It counts the polls and keeps the pauses
// between them.
type course struct {
	began   time.Time
	moments []moment
	polls   int
	last    time.Time
	pauses  []time.Duration
}

func newCourse(moments ...moment) *course { return &course{began: time.Now(), moments: moments} }

func (c *course) read(context.Context) (*thing, error) {
	now := time.Now()
	if c.polls > 0 {
		c.pauses = append(c.pauses, now.Sub(c.last))
	}
	c.polls, c.last = c.polls+1, now
	state := ""
	for _, m := range c.moments {
		if now.Sub(c.began) >= m.at {
			state = m.state
		}
	}
	switch state {
	case "gone":
		return nil, &cloud.Error{Kind: cloud.ErrNotFound, Code: "ResourceNotFoundException", StatusCode: 404}
	case "throttled":
		return nil, callError(cloud.ErrThrottled)
	case "interrupted":
		return nil, callError(cloud.ErrTransport)
	case "page":
		return nil, &cloud.Error{Kind: cloud.ErrNotFound, StatusCode: 404, Message: "<html>"}
	}
	return &thing{State: state}, nil
}

func (c *course) waiter(change func(*cloud.WaitSpec[thing])) *cloud.Waiter[thing] {
	return newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
		w.Read = c.read
		if change != nil {
			change(w)
		}
	})
}

// TestConfirmation checks when an end that must be confirmed counts: by Confirm, by Verdict.Inferred, as a resource
// that is gone; with ends that flap and polls that fail in between.
func TestConfirmation(t *testing.T) {
	t.Parallel()
	confirm := func(w *cloud.WaitSpec[thing]) { w.Confirm = 30 * time.Second }
	inferred := func(w *cloud.WaitSpec[thing]) {
		w.Judge = func(x *thing) cloud.Verdict {
			j := judge(x)
			j.Inferred = true
			return j
		}
	}
	inferredFailure := func(w *cloud.WaitSpec[thing]) {
		w.Judge = func(x *thing) cloud.Verdict {
			j := judge(x)
			j.Inferred = j.Outcome == cloud.Failed
			return j
		}
	}
	deletion := func(w *cloud.WaitSpec[thing]) { w.GoneIsSuccess, w.Confirm = true, 30*time.Second }
	sec := time.Second
	tests := []struct {
		name    string
		change  func(*cloud.WaitSpec[thing])
		moments []moment
		want    cloud.Outcome
		from    time.Duration // the wait ends between these
		to      time.Duration
	}{
		{"seen throughout", confirm, []moment{{0, "LIVE"}}, cloud.Succeeded, 30 * sec, 30 * sec},
		{"inferred, seen throughout", inferred, []moment{{0, "LIVE"}}, cloud.Succeeded, 30 * sec, 30 * sec},
		{"a cancellation too", inferred, []moment{{0, "STOPPED"}}, cloud.Canceled, 30 * sec, 30 * sec},
		{"flaps once", confirm, []moment{{0, "LIVE"}, {12 * sec, "NEW"}, {60 * sec, "BROKEN"}}, cloud.Failed, 90 * sec, 110 * sec},
		{"flaps between ends", confirm, []moment{{0, "LIVE"}, {15 * sec, "BROKEN"}, {35 * sec, "LIVE"}}, cloud.Succeeded, 65 * sec, 80 * sec},
		{"fails once and lives after all", inferred, []moment{{0, "BROKEN"}, {15 * sec, "LIVE"}}, cloud.Succeeded, 45 * sec, 60 * sec},
		{"the success is proven, the failure before it is not", inferredFailure, []moment{{0, "BROKEN"}, {15 * sec, "LIVE"}}, cloud.Succeeded, 15 * sec, 25 * sec},
		{"polls fail in between", confirm, []moment{{0, "LIVE"}, {8 * sec, "throttled"}, {28 * sec, "LIVE"}}, cloud.Succeeded, 30 * sec, 46 * sec},
		{"polls fail for long in between", confirm, []moment{{0, "LIVE"}, {8 * sec, "interrupted"}, {5 * time.Minute, "LIVE"}}, cloud.Succeeded, 5 * time.Minute, 6 * time.Minute},
		{"polls fail, and then show another state", confirm, []moment{{0, "LIVE"}, {8 * sec, "interrupted"}, {60 * sec, "NEW"}, {90 * sec, "BROKEN"}}, cloud.Failed, 120 * sec, 145 * sec},
		{"gone throughout", deletion, []moment{{0, "gone"}}, cloud.Succeeded, 30 * sec, 30 * sec},
		{"gone, and there again", deletion, []moment{{0, "gone"}, {12 * sec, "NEW"}, {60 * sec, "gone"}}, cloud.Succeeded, 90 * sec, 110 * sec},
		{"gone is only what the service says", deletion, []moment{{0, "page"}, {40 * sec, "NEW"}, {60 * sec, "BROKEN"}}, cloud.Failed, 90 * sec, 110 * sec},
		{"gone, with pages in between", deletion, []moment{{0, "gone"}, {5 * sec, "page"}, {20 * sec, "gone"}}, cloud.Succeeded, 30 * sec, 41 * sec},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCourse(tt.moments...)
				p, last := cloud.Progress[thing]{}, error(nil)
				for p, last = range c.waiter(tt.change).Watch(t.Context()) {
				}
				assert.Equal(t, tt.want, p.Outcome)
				assert.Equal(t, tt.want == cloud.Succeeded, last == nil, "%v", last)
				assert.GreaterOrEqual(t, time.Since(c.began), tt.from)
				assert.LessOrEqual(t, time.Since(c.began), tt.to)
				for _, pause := range c.pauses {
					assert.GreaterOrEqual(t, pause, 5*time.Second, "no poll comes early")
				}
			})
		})
	}
}

// TestAnEndIsNoReasonToHurry checks the pauses while polls fail after an end that must be confirmed.
func TestAnEndIsNoReasonToHurry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCourse(moment{0, "LIVE"}, moment{time.Second, "throttled"})
		_, err := c.waiter(func(w *cloud.WaitSpec[thing]) { w.Confirm = 30 * time.Second }).Wait(t.Context(), cloud.Within(time.Hour))
		require.ErrorIs(t, err, cloud.ErrThrottled)
		assert.Less(t, c.polls, 60)
	})
	synctest.Test(t, func(t *testing.T) {
		c := newCourse(moment{0, "LIVE"})
		_, err := c.waiter(func(w *cloud.WaitSpec[thing]) { w.Confirm = 30 * time.Second }).Wait(t.Context(), cloud.Every(2*time.Minute))
		require.NoError(t, err)
		assert.Equal(t, []time.Duration{2 * time.Minute}, c.pauses, "the shortest pause is the shortest")
	})
	synctest.Test(t, func(t *testing.T) {
		c := newCourse(moment{0, "LIVE"})
		_, err := c.waiter(func(w *cloud.WaitSpec[thing]) { w.Confirm = 30 * time.Second }).Wait(t.Context(), cloud.Every(time.Millisecond))
		require.NoError(t, err)
		assert.Equal(t, 30*time.Second, time.Since(c.began), "a quicker pace proves nothing earlier")
	})
}

// TestPagesOfGateways checks that a refusal without a code does not end the wait for a change that the service
// accepted, for any status; with a code it does.
func TestPagesOfGateways(t *testing.T) {
	t.Parallel()
	kinds := []cloud.Kind{
		cloud.ErrInvalid, cloud.ErrUnauthenticated, cloud.ErrQuota, cloud.ErrDenied, cloud.ErrNotFound, cloud.ErrUnsupported, cloud.ErrConflict,
	}
	for _, kind := range kinds {
		synctest.Test(t, func(t *testing.T) {
			page := response{err: &cloud.Error{Kind: kind, StatusCode: 499, Message: "<html>"}}
			s := &script{responses: []response{{thing: &thing{State: "NEW"}}, page, page, {thing: &thing{State: "LIVE"}}}}
			_, err := newWaiter(s, nil).Wait(t.Context())
			require.NoError(t, err, kind)

			began := time.Now()
			_, err = newWaiter(&script{responses: []response{{thing: &thing{State: "NEW"}}, page}}, nil).Wait(t.Context())
			require.ErrorIs(t, err, kind)
			assert.Greater(t, time.Since(began), 10*time.Minute, "but not forever")

			if kind == cloud.ErrUnsupported {
				return // this passes even with a code: the service offered it before
			}
			s = &script{responses: []response{{thing: &thing{State: "NEW"}}, {err: &cloud.Error{Kind: kind, StatusCode: 499, Code: "Said"}}}}
			_, err = newWaiter(s, nil).Wait(t.Context())
			require.ErrorIs(t, err, kind)
			assert.Equal(t, 2, s.polls)
		})
	}
}

// TestKeysThatAreReplacedLate are refused in the middle of a wait; wrong ones from the start end it at once.
func TestKeysThatAreReplacedLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		refused := &cloud.Error{Kind: cloud.ErrUnauthenticated, StatusCode: 403, Code: "ExpiredTokenException"}
		read := func(from, to time.Duration) func(context.Context) (*thing, error) {
			return func(context.Context) (*thing, error) {
				switch age := time.Since(began); {
				case age >= from && age < to:
					return nil, refused
				case age > 10*time.Minute:
					return &thing{State: "LIVE"}, nil
				}
				return &thing{State: "NEW"}, nil
			}
		}
		_, err := newWaiter(nil, func(w *cloud.WaitSpec[thing]) { w.Read, w.Renewable = read(time.Minute, 5*time.Minute), true }).Wait(t.Context())
		require.NoError(t, err)

		began = time.Now()
		_, err = newWaiter(nil, func(w *cloud.WaitSpec[thing]) { w.Read, w.Renewable = read(time.Minute, time.Hour), true }).Wait(t.Context())
		require.ErrorIs(t, err, cloud.Code("ExpiredTokenException"), "not forever")
		assert.Less(t, time.Since(began), 15*time.Minute)

		began = time.Now()
		_, err = newWaiter(nil, func(w *cloud.WaitSpec[thing]) { w.Read, w.Renewable = read(0, time.Minute), true }).Wait(t.Context())
		require.ErrorIs(t, err, cloud.Code("ExpiredTokenException"))
		assert.Zero(t, time.Since(began), "they were never good")

		began = time.Now()
		_, err = newWaiter(nil, func(w *cloud.WaitSpec[thing]) { w.Read = read(time.Minute, 5*time.Minute) }).Wait(t.Context())
		require.ErrorIs(t, err, cloud.Code("ExpiredTokenException"))
		assert.Less(t, time.Since(began), 2*time.Minute, "and there are no others")
	})
}

// TestAppearing counts from the start of the change, which is when the service had accepted it.
func TestAppearing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCourse(moment{0, "gone"}, moment{55 * time.Second, "NEW"}, moment{70 * time.Second, "LIVE"})
		_, err := c.waiter(func(w *cloud.WaitSpec[thing]) { w.AppearWithin = time.Minute }).Wait(t.Context())
		require.NoError(t, err)

		c = newCourse(moment{0, "gone"})
		_, err = c.waiter(func(w *cloud.WaitSpec[thing]) { w.AppearWithin = time.Minute }).Wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrNotFound)
		assert.GreaterOrEqual(t, time.Since(c.began), time.Minute)
		assert.Less(t, time.Since(c.began), 70*time.Second)

		c = newCourse(moment{0, "gone"})
		_, err = c.waiter(func(w *cloud.WaitSpec[thing]) {
			w.AppearWithin, w.Started, w.Resumed = time.Minute, time.Now().Add(-time.Hour), true
		}).Wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrNotFound)
		assert.Equal(t, 1, c.polls, "a resumed wait keeps the age of its change")
	})
}

// TestTheLongestTimeHolds for polls that fail, hang, or only respect their context.
func TestTheLongestTimeHolds(t *testing.T) {
	t.Parallel()
	hang := func(ctx context.Context) (*thing, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	hangInCall := func(ctx context.Context) (*thing, error) {
		<-ctx.Done()
		return nil, &cloud.Error{Kind: cloud.ErrTransport, Err: ctx.Err()}
	}
	type read = func(context.Context) (*thing, error)
	reads := map[string]func() read{ // each wait has its own
		"pending":      func() read { return newCourse(moment{0, "NEW"}).read },
		"throttled":    func() read { return newCourse(moment{0, "throttled"}).read },
		"flapping":     func() read { return states("LIVE", "NEW", "LIVE", "NEW", "LIVE", "NEW", "LIVE", "NEW").read },
		"hangs":        func() read { return hang },
		"hanging call": func() read { return hangInCall },
	}
	waits := map[string]func(context.Context, *cloud.Waiter[thing]) error{
		"wait": func(ctx context.Context, w *cloud.Waiter[thing]) error {
			_, err := w.Wait(ctx, nil, cloud.Within(5*time.Minute), nil)
			return err
		},
		"fleet": func(ctx context.Context, w *cloud.Waiter[thing]) error {
			results, err := cloud.Fleet{Within: 5 * time.Minute}.Wait(ctx, w)
			assert.Equal(t, err.(*cloud.FleetError).Errs[0], results[0].Err)
			return results[0].Err
		},
		"polls": func(ctx context.Context, w *cloud.Waiter[thing]) error {
			for {
				p, err := w.Poll(ctx, cloud.Within(5*time.Minute))
				if err != nil || p.Done() {
					return err
				}
				time.Sleep(p.Next)
			}
		},
	}
	for name, newRead := range reads {
		for how, wait := range waits {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					began := time.Now()
					err := wait(t.Context(), newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
						w.Confirm = 30 * time.Second
						w.Read = newRead()
					}))
					var wait *cloud.WaitError
					require.ErrorAs(t, err, &wait)
					assert.Equal(t, cloud.Pending, wait.Outcome)
					assert.Equal(t, "pc1.token", wait.Token)
					require.ErrorIs(t, err, context.DeadlineExceeded)
					assert.ErrorContains(t, err, "the wait exceeded its maximum time of 5m0s")
					assert.GreaterOrEqual(t, time.Since(began), 5*time.Minute)
					assert.LessOrEqual(t, time.Since(began), 6*time.Minute)
				})
			})
		}
	}
}

func TestAfterTheLongestTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCourse(moment{0, "NEW"}, moment{10 * time.Minute, "LIVE"})
		w := c.waiter(nil)
		_, err := w.Wait(t.Context(), cloud.Within(time.Minute))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, err = w.Poll(t.Context(), cloud.Within(time.Minute))
		require.ErrorIs(t, err, context.DeadlineExceeded, "it has passed still")
		p, err := w.Poll(t.Context(), cloud.Within(time.Hour))
		require.NoError(t, err)
		assert.Positive(t, p.Next)
		time.Sleep(10 * time.Minute)
		_, err = w.Wait(t.Context(), cloud.Within(time.Minute))
		require.NoError(t, err, "what is live is live, however late")
	})
}

// TestSeveralWaitsWithTheirOwnOptions on one waiter end each when its own option says.
func TestSeveralWaitsWithTheirOwnOptions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCourse(moment{0, "NEW"}, moment{30 * time.Minute, "LIVE"})
		w := c.waiter(nil)
		var wg sync.WaitGroup
		for _, within := range []time.Duration{time.Minute, 10 * time.Minute, time.Hour, -1} {
			wg.Go(func() {
				_, err := w.Wait(t.Context(), cloud.Within(within), cloud.Every(7*time.Second))
				if within > 0 && within < 30*time.Minute {
					assert.ErrorIs(t, err, context.DeadlineExceeded)
					assert.Equal(t, within, time.Since(c.began))
					return
				}
				assert.NoError(t, err)
				assert.Greater(t, time.Since(c.began), 30*time.Minute)
			})
		}
		wg.Wait()
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
			w.Read = func(ctx context.Context) (*thing, error) {
				select {
				case <-time.After(3 * time.Hour):
				case <-ctx.Done():
					return nil, ctx.Err()
				}
				return &thing{State: "LIVE"}, nil
			}
		})
		began := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := w.Wait(t.Context(), cloud.Within(-1))
			assert.NoError(t, err)
		})
		synctest.Wait()
		_, err := w.Wait(t.Context(), cloud.Within(time.Hour))
		require.ErrorIs(t, err, context.DeadlineExceeded, "also while it waits for another's poll")
		assert.Equal(t, time.Hour+time.Minute, time.Since(began))
		wg.Wait()
	})
}

// TestOneCallersContextIsItsOwn checks that a wait whose context ended during a poll leaves no trace in those of
// others.
func TestOneCallersContextIsItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		w := newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
			w.Read = func(ctx context.Context) (*thing, error) {
				polls++
				if polls == 2 {
					<-ctx.Done()
					return nil, ctx.Err()
				}
				return &thing{State: "NEW", Reason: "because"}, nil
			}
		})
		_, err := w.Poll(t.Context())
		require.NoError(t, err)
		canceled, cancel := context.WithCancel(t.Context())
		go func() { time.Sleep(time.Second); cancel() }()
		_, err = w.Wait(canceled)
		require.ErrorIs(t, err, context.Canceled)
		assert.ErrorContains(t, err, "in state NEW: because")

		deadline, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = w.Wait(deadline)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorIs(t, err, context.Canceled, "which was the other's")
	})
}

// TestAnEndSeenByAnother is two waits on one waiter: one sees the end, the other's context ends before it polls
// again. It has the end too.
func TestAnEndSeenByAnother(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]cloud.Outcome{"LIVE": cloud.Succeeded, "BROKEN": cloud.Failed, "STOPPED": cloud.Canceled} {
		synctest.Test(t, func(t *testing.T) {
			c := newCourse(moment{0, "NEW"}, moment{11400 * time.Millisecond, state})
			w := c.waiter(nil)
			ctx, cancel := context.WithTimeout(t.Context(), 13*time.Second)
			defer cancel()
			var wg sync.WaitGroup
			check := func(err error) {
				wait, ok := errors.AsType[*cloud.WaitError](err)
				assert.Equal(t, want != cloud.Succeeded, ok, "%v", err)
				if ok {
					assert.Equal(t, want, wait.Outcome)
					assert.NotErrorIs(t, err, context.DeadlineExceeded)
				}
			}
			wg.Go(func() { _, err := w.Wait(ctx); check(err) })
			wg.Go(func() {
				for step, err := range (cloud.Fleet{}).Watch(ctx, w, newWaiter(states("NEW"), nil)) {
					if step.Index == 0 && step.Done() {
						check(err)
					}
				}
			})
			time.Sleep(11500 * time.Millisecond)
			_, err := w.Wait(t.Context())
			check(err)
			wg.Wait()
		})
	}
}

// TestResumedOnAHostWithAnotherClock checks that the age of a change is by the service's clock, as soon as the
// client knows it: clock skew must not make a new change look like an old one.
func TestResumedOnAHostWithAnotherClock(t *testing.T) {
	t.Parallel()
	for _, wrong := range []time.Duration{-time.Hour, 0, time.Hour} { // what the host's clock is ahead
		synctest.Test(t, func(t *testing.T) {
			var ahead atomic.Int64 // as far as the client knows
			service := func() time.Time { return time.Now().Add(-time.Duration(ahead.Load())) }
			s := states("LIVE")
			w := newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
				w.Resumed, w.Confirm, w.Clock = true, 30*time.Second, service
				w.Started = time.Now().Add(-wrong).Add(-time.Second) // by the clock of the service
				w.Read = func(ctx context.Context) (*thing, error) {
					ahead.Store(int64(wrong)) // the first call corrects it
					return s.read(ctx)
				}
			})
			began := time.Now()
			_, err := w.Wait(t.Context())
			require.NoError(t, err)
			assert.Equal(t, 30*time.Second, time.Since(began), "a second old, it is confirmed: %s", wrong)
		})
	}
}

// TestAPollThatFindsNothing checks that a poll without a value or an error is a failed poll.
func TestAPollThatFindsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{responses: []response{{}, {}, {thing: &thing{State: "LIVE"}}}}
		_, err := newWaiter(s, nil).Wait(t.Context())
		require.NoError(t, err)
		for _, deletion := range []bool{false, true} {
			_, err = newWaiter(&script{responses: []response{{}}}, func(w *cloud.WaitSpec[thing]) { w.GoneIsSuccess = deletion }).Wait(t.Context())
			require.ErrorIs(t, err, cloud.ErrTransport, "and never an end")
			assert.ErrorContains(t, err, "it has no value")
		}
		_, err = cloud.WaitAll(t.Context(), newWaiter(&script{responses: []response{{}}}, nil))
		require.ErrorIs(t, err, cloud.ErrTransport)
	})
}

func TestANilWaiter(t *testing.T) {
	t.Parallel()
	var w *cloud.Waiter[thing]
	_, err := w.Wait(t.Context())
	require.ErrorIs(t, err, cloud.ErrInvalid)
	_, err = w.Poll(t.Context())
	require.ErrorIs(t, err, cloud.ErrInvalid)
	for _, err := range w.Watch(t.Context()) {
		require.ErrorIs(t, err, cloud.ErrInvalid)
	}
	assert.Empty(t, w.Token())
}

// TestAPanicIsOneWaitsEnd checks that no poll can end the program from a goroutine of a fleet, nor the other
// waits.
func TestAPanicIsOneWaitsEnd(t *testing.T) {
	t.Parallel()
	panicking := map[string]func(*cloud.WaitSpec[thing]){
		"read": func(w *cloud.WaitSpec[thing]) {
			w.Read = func(context.Context) (*thing, error) { panic("a\nread\x1b[31m") }
		},
		"judge": func(w *cloud.WaitSpec[thing]) { w.Judge = func(*thing) cloud.Verdict { panic(fmt.Errorf("judge")) } },
		"index": func(w *cloud.WaitSpec[thing]) {
			w.Judge = func(x *thing) cloud.Verdict { return cloud.Verdict{State: strings.Split(x.State, ",")[7]} }
		},
		"later": func(w *cloud.WaitSpec[thing]) {
			polls := 0
			w.Read = func(context.Context) (*thing, error) {
				if polls++; polls > 3 {
					panic("later")
				}
				return &thing{State: "NEW"}, nil
			}
		},
		"goroutine": func(w *cloud.WaitSpec[thing]) {
			w.Read = func(context.Context) (*thing, error) { runtime.Goexit(); return nil, nil }
		},
	}
	for name, change := range panicking {
		for _, concurrency := range []int{0, 1, 3} {
			synctest.Test(t, func(t *testing.T) {
				bad := newWaiter(states("NEW"), change)
				waiters := []cloud.AnyWaiter{timed(time.Minute, "LIVE", nil), bad, timed(time.Minute, "LIVE", nil), bad}
				results, err := cloud.Fleet{Concurrency: concurrency}.Wait(t.Context(), waiters...)
				assert.ErrorContains(t, err, "2 of 4 changes", name)
				require.NoError(t, results[0].Err)
				require.NoError(t, results[2].Err)
				for _, i := range []int{1, 3} {
					var wait *cloud.WaitError
					require.ErrorAs(t, results[i].Err, &wait, name)
					assert.Equal(t, cloud.Pending, wait.Outcome, "the outcome of the change is unknown")
					assert.Equal(t, "pc1.token", wait.Token)
					var p *cloud.PanicError
					require.ErrorAs(t, results[i].Err, &p)
					assert.NotEmpty(t, p.Stack)
					assert.NotContains(t, results[i].Err.Error(), "\n")
					assert.NotContains(t, results[i].Err.Error(), "\x1b")
				}
				_, again := bad.Poll(t.Context())
				assert.Equal(t, results[1].Err, again, "the wait has ended, and is not stuck")
			})
		}
	}
	assert.Panics(t, func() { _, _ = newWaiter(states("NEW"), panicking["judge"]).Wait(t.Context()) }, "the caller's own goroutine is the caller's")
}

// TestAnErrorIsOneLine for any message of the service.
func TestAnErrorIsOneLine(t *testing.T) {
	t.Parallel()
	long := "java.lang.Error: a\n\tat b\r\n\x1b[31mlevel=ERROR \xff" + strings.Repeat("é", 1<<20)
	_, err := newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
		w.Read = func(context.Context) (*thing, error) { return &thing{State: "BROKEN", Reason: long}, nil }
	}).Wait(t.Context())
	assert.NotRegexp(t, `[\x00-\x1f\x7f]`, err.Error())
	assert.Less(t, len(err.Error()), 2000)
	assert.ErrorContains(t, err, "java.lang.Error: a")
	assert.Equal(t, long, err.(*cloud.WaitError).Reason, "the field has all of it")
}

// TestPollsBackOffFromAnOverloadedService checks the pauses of a wait whose polls fail: they double up to the
// longest, and a success ends that.
func TestPollsBackOffFromAnOverloadedService(t *testing.T) {
	t.Parallel()
	const sec = time.Second
	fail := func(kind cloud.Kind) response { return response{err: callError(kind)} }
	seen, throttled, unavailable := response{thing: &thing{State: "NEW"}}, fail(cloud.ErrThrottled), fail(cloud.ErrUnavailable)
	lost, missing := fail(cloud.ErrTransport), fail(cloud.ErrNotFound)
	asked := response{err: &cloud.Error{Kind: cloud.ErrThrottled, RetryAfter: 50 * sec}}
	tests := []struct {
		name      string
		responses []response
		pauses    []time.Duration // at least; at most an eighth more
	}{
		{"success", []response{seen, seen, seen}, []time.Duration{10 * sec, 10 * sec, 10 * sec}},
		{"throttled", []response{throttled, throttled, throttled, throttled, throttled},
			[]time.Duration{20 * sec, 40 * sec, 80 * sec, 100 * sec, 100 * sec}},
		{"unavailable", []response{unavailable, throttled, unavailable}, []time.Duration{20 * sec, 40 * sec, 80 * sec}},
		{"a success resets it", []response{throttled, throttled, seen, throttled}, []time.Duration{20 * sec, 40 * sec, 10 * sec, 20 * sec}},
		{"a response that says nothing of load too", []response{throttled, missing, throttled}, []time.Duration{20 * sec, 10 * sec, 20 * sec}},
		{"no response does not", []response{seen, lost, throttled, lost, throttled}, []time.Duration{10 * sec, 10 * sec, 20 * sec, 20 * sec, 40 * sec}},
		{"asked to wait longer", []response{asked, asked, asked}, []time.Duration{50 * sec, 50 * sec, 80 * sec}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWaiter(&script{responses: tt.responses}, func(w *cloud.WaitSpec[thing]) {
					w.MinInterval, w.MaxInterval, w.AppearWithin = 10*sec, 100*sec, time.Hour
				})
				for i, pause := range tt.pauses {
					p, err := w.Poll(t.Context())
					require.NoError(t, err)
					assert.GreaterOrEqual(t, p.Next, pause, "poll %d", i)
					assert.LessOrEqual(t, p.Next, pause+pause/8, "poll %d", i)
				}
			})
		})
	}
}

// TestBackingOffEndsWithTheWait checks that the last poll is at the maximum time of the wait, and that the pauses
// are those that Next announced.
func TestBackingOffEndsWithTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCourse(moment{0, "throttled"})
		next := []time.Duration(nil)
		for p, err := range c.waiter(func(w *cloud.WaitSpec[thing]) { w.Within = 20 * time.Minute }).Watch(t.Context()) {
			next = append(next, p.Next)
			if err != nil {
				require.ErrorIs(t, err, context.DeadlineExceeded)
			}
		}
		assert.Equal(t, 20*time.Minute, time.Since(c.began))
		assert.Equal(t, c.pauses, next[:len(next)-1])
		assert.LessOrEqual(t, c.polls, 12, "an hour has 12 of the longest interval")
	})
}
