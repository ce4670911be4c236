package cloud_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// thing is a resource whose state a test scripts.
type thing struct{ State, Reason string }

// script responds to each poll in turn; the last response is repeated.
type script struct {
	responses []response
	polls     int
}

type response struct {
	thing *thing
	err   error
}

func (s *script) read(context.Context) (*thing, error) {
	a := s.responses[min(s.polls, len(s.responses)-1)]
	s.polls++
	return a.thing, a.err
}

func states(names ...string) *script {
	s := &script{}
	for _, n := range names {
		s.responses = append(s.responses, response{thing: &thing{State: n}})
	}
	return s
}

func judge(x *thing) cloud.Verdict {
	j := cloud.Verdict{State: x.State, Reason: x.Reason}
	switch x.State {
	case "LIVE":
		j.Outcome = cloud.Succeeded
	case "BROKEN":
		j.Outcome = cloud.Failed
	case "STOPPED":
		j.Outcome = cloud.Canceled
	}
	return j
}

func newWaiter(s *script, change func(*cloud.WaitSpec[thing])) *cloud.Waiter[thing] {
	w := cloud.WaitSpec[thing]{Service: "things", Operation: "MakeThing", Read: s.read, Judge: judge, Token: "pc1.token"}
	if change != nil {
		change(&w)
	}
	return cloud.NewWaiter(w)
}

func callError(kind cloud.Kind) error {
	return &cloud.Error{Service: "things", Operation: "GetThing", Kind: kind}
}

func TestWaitReturnsTheLiveThing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := states("NEW", "SOME STATE OF NEXT YEAR", "LIVE")
		w := newWaiter(s, nil)
		got, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "LIVE", got.State)
		assert.Equal(t, 3, s.polls)

		again, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Same(t, got, again)
		assert.Equal(t, 3, s.polls, "no poll after the end")
		assert.Equal(t, "pc1.token", w.Token())
	})
}

func TestWatchShowsEveryPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{responses: []response{
			{thing: &thing{State: "NEW"}}, {err: callError(cloud.ErrThrottled)}, {thing: &thing{State: "BROKEN", Reason: "out of paint"}},
		}}
		var seen []cloud.Progress[thing]
		var last error
		for p, err := range newWaiter(s, nil).Watch(t.Context()) {
			seen, last = append(seen, p), err
		}
		require.Len(t, seen, 3)
		assert.Equal(t, []int{1, 2, 3}, []int{seen[0].Attempt, seen[1].Attempt, seen[2].Attempt})
		assert.Equal(t, "NEW", seen[1].State, "a failed poll keeps the last state")
		assert.Nil(t, seen[1].Value)
		require.ErrorIs(t, seen[1].Err, cloud.ErrThrottled)
		assert.False(t, seen[1].Done())
		assert.Positive(t, seen[1].Next)
		assert.True(t, seen[2].Done())
		assert.Zero(t, seen[2].Next)

		var wait *cloud.WaitError
		require.ErrorAs(t, last, &wait)
		assert.Equal(t, cloud.Failed, wait.Outcome)
		assert.Equal(t, "BROKEN", wait.State)
		assert.Equal(t, "out of paint", wait.Reason)
		assert.Equal(t, &thing{State: "BROKEN", Reason: "out of paint"}, wait.Last)
		assert.Equal(t, "pc1.token", wait.Token)
		assert.Equal(t, seen[2].Elapsed, wait.Elapsed)
		assert.ErrorContains(t, last, "things MakeThing: failed after ")
		assert.ErrorContains(t, last, "in state BROKEN: out of paint")
	})
}

func TestWatchCanBeLeftAndTakenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := states("NEW", "LIVE")
		w := newWaiter(s, nil)
		for range w.Watch(t.Context()) {
			break
		}
		assert.Equal(t, 1, s.polls)
		_, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 2, s.polls)
	})
}

func TestCancellationOfTheChange(t *testing.T) {
	t.Parallel()
	_, err := newWaiter(states("STOPPED"), nil).Wait(t.Context())
	var wait *cloud.WaitError
	require.ErrorAs(t, err, &wait)
	assert.Equal(t, cloud.Canceled, wait.Outcome)
	assert.ErrorContains(t, err, "canceled after 0s in state STOPPED")
}

func TestPollForReconcilers(t *testing.T) {
	t.Parallel()
	s := states("NEW", "LIVE", "BROKEN")
	w := newWaiter(s, nil)
	p, err := w.Poll(t.Context())
	require.NoError(t, err)
	assert.Equal(t, cloud.Pending, p.Outcome)
	assert.InDelta(t, 5*time.Second, p.Next, float64(time.Second))
	for range 3 {
		p, err = w.Poll(t.Context())
		require.NoError(t, err)
		assert.Equal(t, cloud.Succeeded, p.Outcome)
	}
	assert.Equal(t, 2, s.polls)
}

func TestWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{responses: []response{{thing: &thing{State: "NEW"}}, {err: callError(cloud.ErrUnavailable)}}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := newWaiter(s, nil).Wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, cloud.ErrUnavailable, "the last failure stays in the chain")
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		assert.Equal(t, cloud.Pending, wait.Outcome)
		assert.Equal(t, "NEW", wait.State)
		assert.Equal(t, &thing{State: "NEW"}, wait.Last)
		assert.Equal(t, time.Minute, wait.Elapsed)
		assert.ErrorContains(t, err, "not finished after 1m0s in state NEW: context deadline exceeded")
	})
}

func TestCancelReturnsAtOnceWithTheCause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := newWaiter(states("NEW"), nil).Wait(ctx)
			done <- err
		}()
		synctest.Wait()
		began := time.Now()
		boom := errors.New("user pressed the button")
		cancel(boom)
		err := <-done
		assert.Zero(t, time.Since(began))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, boom)
	})
}

func TestContextThatEndsDuringAPoll(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	w := newWaiter(states("LIVE"), func(w *cloud.WaitSpec[thing]) {
		w.Read = func(context.Context) (*thing, error) {
			cancel()
			return nil, &cloud.Error{Kind: cloud.ErrTransport, Err: ctx.Err()}
		}
	})
	_, err := w.Wait(ctx)
	require.ErrorIs(t, err, context.Canceled)
	var wait *cloud.WaitError
	require.ErrorAs(t, err, &wait)
	assert.Equal(t, cloud.Pending, wait.Outcome, "the change itself has not failed")
}

func TestFailedPolls(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		kind  cloud.Kind
		after time.Duration // when the wait gives up; negative = never
	}{
		{"throttled", cloud.ErrThrottled, -1},
		{"unavailable", cloud.ErrUnavailable, -1},
		{"transport error", cloud.ErrTransport, 10 * time.Minute},
		{"internal", cloud.ErrInternal, 10 * time.Minute},
		{"denied", cloud.ErrDenied, 0},
		{"not found", cloud.ErrNotFound, 0},
		{"invalid", cloud.ErrInvalid, 0},
		{"unauthenticated", cloud.ErrUnauthenticated, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{responses: []response{{err: callError(tt.kind)}}}
				ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
				defer cancel()
				_, err := newWaiter(s, nil).Wait(ctx)
				require.ErrorIs(t, err, tt.kind)
				var wait *cloud.WaitError
				require.ErrorAs(t, err, &wait)
				assert.Equal(t, cloud.Pending, wait.Outcome, "the outcome of the change is unknown")
				if tt.after < 0 {
					assert.ErrorIs(t, err, context.DeadlineExceeded)
					return
				}
				assert.GreaterOrEqual(t, wait.Elapsed, tt.after)
				assert.LessOrEqual(t, wait.Elapsed, tt.after*5/4)
				assert.NotErrorIs(t, err, context.DeadlineExceeded)
				assert.ErrorContains(t, err, "wait failed")
			})
		})
	}
}

// TestForeignResponses checks that a response that is not the service's does not end a wait.
func TestForeignResponses(t *testing.T) {
	t.Parallel()
	page := response{err: &cloud.Error{Service: "things", Kind: cloud.ErrTransport, StatusCode: 404, Message: "unexpected response"}}
	tests := []struct {
		name      string
		responses []response
		change    func(*cloud.WaitSpec[thing])
		after     time.Duration
	}{
		{"a change that began", []response{page}, nil, 12 * time.Hour},
		{"a resource that was seen", []response{{thing: &thing{State: "NEW"}}, page}, func(w *cloud.WaitSpec[thing]) { w.Token = "" }, 12 * time.Hour},
		{"a wrong address", []response{page}, func(w *cloud.WaitSpec[thing]) { w.Token = "" }, 10 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				_, err := newWaiter(&script{responses: tt.responses}, tt.change).Wait(t.Context(), cloud.Within(12*time.Hour))
				require.ErrorIs(t, err, cloud.ErrTransport)
				assert.GreaterOrEqual(t, time.Since(began), tt.after)
				assert.LessOrEqual(t, time.Since(began), tt.after*5/4)
			})
		})
	}
}

func TestAGoodPollForgivesFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{}
		for range 5 {
			for range 9 {
				s.responses = append(s.responses, response{err: callError(cloud.ErrTransport)})
			}
			s.responses = append(s.responses, response{thing: &thing{State: "NEW"}})
		}
		s.responses = append(s.responses, response{thing: &thing{State: "LIVE"}})
		_, err := newWaiter(s, nil).Wait(t.Context())
		require.NoError(t, err)
	})
}

func TestAProviderMayFailForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := response{err: callError(cloud.ErrUnauthenticated)} // without a status, it is not a refusal of the service
		_, err := newWaiter(&script{responses: []response{{thing: &thing{State: "NEW"}}, down, down, {thing: &thing{State: "LIVE"}}}}, nil).Wait(t.Context())
		require.NoError(t, err)
		refused := response{err: &cloud.Error{Kind: cloud.ErrUnauthenticated, StatusCode: 403}}
		_, err = newWaiter(&script{responses: []response{{thing: &thing{State: "NEW"}}, refused}}, nil).Wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrUnauthenticated)
	})
}

func TestGoneIsOnlyWhatTheServiceSays(t *testing.T) {
	t.Parallel()
	s := &script{responses: []response{{err: &cloud.Error{Kind: cloud.ErrUnauthenticated, Err: cloud.ErrNotFound}}}}
	_, err := newWaiter(s, func(w *cloud.WaitSpec[thing]) { w.GoneIsSuccess = true }).Wait(t.Context())
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
}

func TestTheLastReasonIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{responses: []response{{thing: &thing{State: "NEW", Reason: "waiting for paint"}}, {err: callError(cloud.ErrThrottled)}}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := newWaiter(s, nil).Wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "in state NEW: waiting for paint")
	})
}

func TestCanceledCallerDoesNotWaitForAnothersPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
			w.Read = func(context.Context) (*thing, error) {
				time.Sleep(time.Hour)
				return &thing{State: "LIVE"}, nil
			}
		})
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := w.Wait(t.Context())
			assert.NoError(t, err)
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		_, err := w.Wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(began))
		wg.Wait()
	})
}

func TestNoContextIsOneThatNeverEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var none context.Context
		_, err := newWaiter(states("NEW", "LIVE"), nil).Wait(none)
		require.NoError(t, err)
		p, err := newWaiter(states("NEW"), nil).Poll(none)
		require.NoError(t, err)
		assert.Equal(t, "NEW", p.State)
		_, err = cloud.WaitAll(none, newWaiter(states("NEW", "LIVE"), nil))
		require.NoError(t, err)
	})
}

func TestAWaitOfNothing(t *testing.T) {
	t.Parallel()
	_, err := cloud.NewWaiter(cloud.WaitSpec[thing]{}).Wait(t.Context())
	require.ErrorIs(t, err, cloud.ErrInvalid)
	_, err = new(cloud.Waiter[thing]).Wait(t.Context())
	require.ErrorIs(t, err, cloud.ErrInvalid)
	s := states("NEW", "LIVE")
	_, err = newWaiter(s, func(w *cloud.WaitSpec[thing]) { w.MinInterval, w.MaxInterval = 1, 1 }).Wait(t.Context())
	require.NoError(t, err)
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	gone := response{err: callError(cloud.ErrNotFound)}
	tests := []struct {
		name      string
		responses []response
		change    func(*cloud.WaitSpec[thing])
		fails     bool
	}{
		{"is the goal of a deletion", []response{{thing: &thing{State: "NEW"}}, gone}, func(w *cloud.WaitSpec[thing]) { w.GoneIsSuccess = true }, false},
		{"is tolerated before the first sight", []response{gone, gone, {thing: &thing{State: "LIVE"}}}, func(w *cloud.WaitSpec[thing]) { w.AppearWithin = time.Minute }, false},
		{"is not tolerated without end", []response{gone}, func(w *cloud.WaitSpec[thing]) { w.AppearWithin = time.Minute }, true},
		{"is tolerated when not all replicas know yet", []response{{thing: &thing{State: "NEW"}}, gone, {thing: &thing{State: "LIVE"}}}, func(w *cloud.WaitSpec[thing]) { w.AppearWithin = time.Minute }, false},
		{"is not tolerated later", []response{{thing: &thing{State: "NEW"}}, gone}, func(w *cloud.WaitSpec[thing]) {
			w.AppearWithin, w.Started = time.Minute, time.Now().Add(-time.Hour)
		}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, err := newWaiter(&script{responses: tt.responses}, tt.change).Wait(t.Context())
				if tt.fails {
					require.ErrorIs(t, err, cloud.ErrNotFound)
					return
				}
				require.NoError(t, err)
			})
		})
	}
}

func TestConfirmedEnds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		states []string
		want   cloud.Outcome
		polls  int
	}{
		{"a success is still seen a minute later", []string{"NEW", "LIVE"}, cloud.Succeeded, 5},
		{"a leftover is not", []string{"LIVE", "NEW", "NEW", "LIVE"}, cloud.Succeeded, 7},
		{"a leftover that is seen twice is not", []string{"LIVE", "LIVE", "LIVE", "NEW", "BROKEN"}, cloud.Failed, 8},
		{"a failure is confirmed too", []string{"BROKEN", "NEW", "BROKEN"}, cloud.Failed, 6},
		{"another end starts again", []string{"BROKEN", "LIVE"}, cloud.Succeeded, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := states(tt.states...)
				began := time.Now()
				_, err := newWaiter(s, func(w *cloud.WaitSpec[thing]) { w.Confirm = time.Minute }).Wait(t.Context())
				assert.Equal(t, tt.want == cloud.Succeeded, err == nil, err)
				assert.Equal(t, tt.polls, s.polls)
				assert.GreaterOrEqual(t, time.Since(began), time.Minute)
			})
		})
	}
}

// TestInferredEnds checks that an end which the response does not prove is confirmed, and a proven one is not.
func TestInferredEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := states("LIVE", "BROKEN", "NEW", "LIVE")
		began := time.Now()
		_, err := newWaiter(s, func(w *cloud.WaitSpec[thing]) {
			w.Judge = func(x *thing) cloud.Verdict {
				j := judge(x)
				j.Inferred = s.polls < 4
				return j
			}
		}).Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 4, s.polls)
		assert.Less(t, time.Since(began), cloud.DefaultConfirm)

		s, began = states("BROKEN"), time.Now()
		_, err = newWaiter(s, func(w *cloud.WaitSpec[thing]) {
			w.Judge = func(x *thing) cloud.Verdict {
				j := judge(x)
				j.Inferred = true
				return j
			}
		}).Wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrFailed)
		assert.Equal(t, cloud.DefaultConfirm, time.Since(began))
	})
}

func TestConfirmAfter(t *testing.T) {
	t.Parallel()
	confirmed := func(w *cloud.WaitSpec[thing]) { w.Confirm = time.Minute }
	configured := func(w *cloud.WaitSpec[thing]) { w.Confirm, w.ConfirmAfter = time.Minute, 10*time.Second }
	tests := []struct {
		name   string
		change func(*cloud.WaitSpec[thing])
		opts   []cloud.WaitOption
		want   time.Duration
	}{
		{"what needs none gets none", nil, []cloud.WaitOption{cloud.ConfirmAfter(time.Hour)}, 0},
		{"a shorter time", confirmed, []cloud.WaitOption{cloud.ConfirmAfter(10 * time.Second)}, 10 * time.Second},
		{"a longer time", confirmed, []cloud.WaitOption{cloud.ConfirmAfter(time.Hour)}, time.Hour},
		{"next to none, in quick steps", confirmed, []cloud.WaitOption{cloud.ConfirmAfter(1), cloud.Every(time.Millisecond)}, time.Millisecond},
		{"configured", configured, nil, 10 * time.Second},
		{"the option overrides the configuration", configured, []cloud.WaitOption{cloud.ConfirmAfter(15 * time.Second)}, 15 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				_, err := newWaiter(states("LIVE"), tt.change).Wait(t.Context(), tt.opts...)
				require.NoError(t, err)
				assert.Equal(t, tt.want, time.Since(began))
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := cloud.Fleet{ConfirmAfter: 10 * time.Second}.Wait(t.Context(), newWaiter(states("LIVE"), confirmed))
		require.NoError(t, err)
		assert.Equal(t, 10*time.Second, time.Since(began))
	})
}

// TestPollersThatForget is for reconcilers that make a new waiter from the token for every poll: what began
// long ago is not confirmed again, or they would never be done. Only the mark says that a waiter was
// resumed; a slow call is not.
func TestPollersThatForget(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		resumed bool
		age     time.Duration
		want    cloud.Outcome
	}{
		{true, 30 * time.Second, cloud.Pending},
		{true, 2 * time.Minute, cloud.Pending}, // the clock of the other host may be wrong by that
		{true, 7 * time.Minute, cloud.Succeeded},
		{true, -24 * time.Hour, cloud.Pending},
		{false, 7 * time.Minute, cloud.Pending},
	} {
		w := newWaiter(states("LIVE"), func(w *cloud.WaitSpec[thing]) {
			w.Confirm, w.Started, w.Resumed = time.Minute, time.Now().Add(-tt.age), tt.resumed
		})
		p, err := w.Poll(t.Context())
		require.NoError(t, err)
		assert.Equal(t, tt.want, p.Outcome, tt.age)
		assert.GreaterOrEqual(t, p.Elapsed, time.Duration(0))
	}
}

func TestKindsOfEnds(t *testing.T) {
	t.Parallel()
	superseded := func(w *cloud.WaitSpec[thing]) {
		w.Judge = func(x *thing) cloud.Verdict {
			return cloud.Verdict{State: x.State, Outcome: cloud.Failed, Superseded: true, Reason: "superseded: by another"}
		}
	}
	tests := []struct {
		state  string
		change func(*cloud.WaitSpec[thing])
		want   cloud.Kind
	}{
		{"BROKEN", nil, cloud.ErrFailed}, {"STOPPED", nil, cloud.ErrCanceled}, {"NEW", superseded, cloud.ErrSuperseded},
	}
	for _, tt := range tests {
		_, err := newWaiter(states(tt.state), tt.change).Wait(t.Context())
		assert.Equal(t, tt.want, cloud.KindOf(err))
		for _, kind := range []cloud.Kind{cloud.ErrFailed, cloud.ErrCanceled, cloud.ErrSuperseded, cloud.ErrNotFound} {
			assert.Equal(t, kind == tt.want, errors.Is(err, kind), "%s %s", tt.want, kind)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newWaiter(states("NEW"), nil).Wait(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, cloud.ErrCanceled, "the change was not canceled, only the wait")
	assert.Empty(t, cloud.KindOf(err))
}

func TestEveryWaitEnds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*cloud.WaitSpec[thing])
		opts   []cloud.WaitOption
		want   time.Duration
	}{
		{"the default", nil, nil, cloud.DefaultWithin},
		{"the kind of change has its own", func(w *cloud.WaitSpec[thing]) { w.Within = time.Hour }, nil, time.Hour},
		{"the option overrides it", func(w *cloud.WaitSpec[thing]) { w.Within = time.Hour }, []cloud.WaitOption{cloud.Within(time.Minute)}, time.Minute},
		{"from the start of the change", func(w *cloud.WaitSpec[thing]) { w.Within, w.Started = time.Hour, time.Now().Add(-50*time.Minute) }, nil, 10 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				w := newWaiter(states("NEW"), tt.change)
				_, err := w.Wait(t.Context(), tt.opts...)
				assert.Equal(t, tt.want, time.Since(began))
				var wait *cloud.WaitError
				require.ErrorAs(t, err, &wait)
				assert.Equal(t, cloud.Pending, wait.Outcome)
				assert.Equal(t, "pc1.token", wait.Token)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.ErrorContains(t, err, "the wait exceeded its maximum time")

				p, err := w.Poll(t.Context(), cloud.Within(-1))
				require.NoError(t, err, "the wait can be continued")
				assert.Equal(t, "NEW", p.State)
			})
		})
	}
}

func TestEverySetsThePace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := newWaiter(states("NEW", "NEW", "NEW", "LIVE"), nil).Wait(t.Context(), cloud.Every(10*time.Millisecond))
		require.NoError(t, err)
		assert.Less(t, time.Since(began), 40*time.Millisecond)

		began = time.Now()
		_, err = cloud.Fleet{Every: 10 * time.Millisecond}.Wait(t.Context(), newWaiter(states("NEW", "NEW", "LIVE"), nil))
		require.NoError(t, err)
		assert.Less(t, time.Since(began), 40*time.Millisecond)

		began = time.Now()
		results, err := cloud.Fleet{Within: time.Minute}.Wait(t.Context(), newWaiter(states("NEW"), nil), newWaiter(states("NEW", "LIVE"), nil))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Error(t, results[0].Err)
		require.NoError(t, results[1].Err)
		assert.Equal(t, time.Minute, time.Since(began))
	})
}

func TestTwoWaitsOnOneWaiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
			w.Read = func(context.Context) (*thing, error) {
				time.Sleep(time.Second)
				return &thing{State: "LIVE"}, nil
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := w.Wait(t.Context())
			assert.NoError(t, err)
		})
		synctest.Wait()
		_, err := w.Wait(ctx) // ends at the same moment as the other poll
		if wait, ok := errors.AsType[*cloud.WaitError](err); ok {
			assert.Equal(t, cloud.Pending, wait.Outcome)
		}
		wg.Wait()
		_, err = w.Wait(ctx)
		require.NoError(t, err, "what has succeeded has succeeded")
	})
}

func TestRetryAfterStretchesThePause(t *testing.T) {
	t.Parallel()
	s := &script{responses: []response{{err: &cloud.Error{Kind: cloud.ErrThrottled, RetryAfter: 40 * time.Second}}}}
	p, err := newWaiter(s, nil).Poll(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 40*time.Second, p.Next)

	s = &script{responses: []response{{err: &cloud.Error{Kind: cloud.ErrThrottled, RetryAfter: 24 * time.Hour}}}}
	p, err = newWaiter(s, nil).Poll(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 5*time.Minute, p.Next, "but not beyond the longest interval")
}

func TestResumedWaitKeepsItsAge(t *testing.T) {
	t.Parallel()
	w := newWaiter(states("NEW"), func(w *cloud.WaitSpec[thing]) { w.Started = time.Now().Add(-10 * time.Minute) })
	p, err := w.Poll(t.Context())
	require.NoError(t, err)
	assert.GreaterOrEqual(t, p.Elapsed, 10*time.Minute)
	assert.InDelta(t, time.Minute, p.Next, float64(13*time.Second))
}

func TestWaiterIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWaiter(states("NEW", "NEW", "NEW", "LIVE"), nil)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				got, err := w.Wait(t.Context())
				assert.NoError(t, err)
				assert.Equal(t, "LIVE", got.State)
			})
		}
		wg.Wait()
	})
}

// TestPendingWaitKeepsNoResponse checks where the last response of a wait is that was interrupted: with the Wait that has
// seen it, not with the waiter.
func TestPendingWaitKeepsNoResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := states("NEW", "", "NEW")
		s.responses[1] = response{err: callError(cloud.ErrTransport)}
		w := newWaiter(s, nil)
		p, err := w.Poll(t.Context())
		require.NoError(t, err)
		assert.Equal(t, &thing{State: "NEW"}, p.Value)
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = w.Wait(canceled)
		before, ok := errors.AsType[*cloud.WaitError](err)
		require.True(t, ok)
		assert.Nil(t, before.Last)
		assert.Equal(t, "NEW", before.State)

		soon, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = w.Wait(soon)
		after, ok := errors.AsType[*cloud.WaitError](err)
		require.True(t, ok)
		assert.Equal(t, &thing{State: "NEW"}, after.Last)
		assert.Equal(t, "pc1.token", after.Token)
	})
}

// TestEndedWaitKeepsItsResponse checks that a wait which has ended returns the response of its end again.
func TestEndedWaitKeepsItsResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, state := range []string{"LIVE", "BROKEN"} {
			s := states(state)
			w := newWaiter(s, nil)
			first, firstErr := w.Poll(t.Context())
			again, err := w.Poll(t.Context())
			assert.Equal(t, &thing{State: state}, first.Value)
			assert.Equal(t, first, again)
			assert.Equal(t, firstErr, err)
			assert.Equal(t, 1, s.polls)
		}
	})
}
