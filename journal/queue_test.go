package journal_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// enqueue records a change for others to start.
func enqueue(t *testing.T, j journal.Journal, s *server) {
	t.Helper()
	ch, err := s.prepare(t.Context())
	require.NoError(t, err)
	e, err := journal.NewEntry(key, ch)
	require.NoError(t, err)
	require.NoError(t, j.Store(t.Context(), e))
}

// advance calls Advance until the change has ended, with pauses as long as it says.
func advance(t *testing.T, j journal.Journal, s *server, opts ...journal.Option) (end journal.End, rounds int, err error) {
	t.Helper()
	for {
		rounds++
		p, err := journal.Advance(t.Context(), j, key, s.resume, opts...)
		if err != nil {
			return end, rounds, err
		}
		if p.End != nil {
			assert.Zero(t, p.Next)
			return *p.End, rounds, nil
		}
		assert.Positive(t, p.Next)
		time.Sleep(p.Next)
	}
}

func TestQueuedChangeStartsAtOnceInAnotherProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		enqueue(t, j, s)
		time.Sleep(time.Hour)
		began := time.Now()
		p, err := journal.Advance(t.Context(), j, key, s.resume)
		require.NoError(t, err)
		assert.Zero(t, time.Since(began), "it waits for nothing")
		assert.Equal(t, cloud.Begun, p.Status)
		assert.Nil(t, p.End)
		end, rounds, err := advance(t, j, s)
		require.NoError(t, err)
		assert.Equal(t, cloud.Succeeded, end.Outcome)
		assert.Greater(t, rounds, 2)
		assert.Len(t, s.effects, 1)
		assert.Equal(t, []journal.Event{
			journal.EventQueued, journal.EventPrepared, journal.EventStarted, journal.EventEnded,
		}, events(t, j))
		again, err := run(t, j, s)
		require.NoError(t, err)
		assert.Equal(t, end, again, "Run returns the same end")
	})
}

func TestRunStartsWhatWasQueued(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		enqueue(t, j, s)
		_, err := run(t, j, s)
		require.NoError(t, err)
		assert.Len(t, s.effects, 1)
	})
}

func TestAdvanceCrashesAtEveryPoint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		points := 0
		for crashAt := 1; ; crashAt++ {
			s, j := newServer(), journal.Memory()
			enqueue(t, j, s)
			passed, crashed := 0, ""
			point := func(name string) {
				if passed++; passed == crashAt {
					crashed = name
					panic(errCrash)
				}
			}
			s.crash = point
			err := process(func() error {
				_, _, err := advance(t, crasher{j, point}, s)
				return err
			})
			if crashed == "" {
				require.NoError(t, err)
				break
			}
			points++
			require.ErrorIs(t, err, errCrash, crashed)
			_, _, err = advance(t, j, s)
			require.NoError(t, err, crashed)
			assert.Len(t, s.effects, 1, crashed)
		}
		assert.Greater(t, points, 20)
	})
}

func TestManyAdoptOneStarts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		enqueue(t, j, s)
		s.crash = func(string) { time.Sleep(time.Second) } // so that all of them adopt before one has recorded it
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				end, _, err := advance(t, j, s)
				assert.NoError(t, err)
				assert.Equal(t, cloud.Succeeded, end.Outcome)
			})
		}
		wg.Wait()
		assert.Len(t, s.effects, 1)
		assert.Equal(t, 6, s.prepared)
	})
}

func TestAdvanceSaysWhenToLookAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		s.lost = 1
		enqueue(t, j, s)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		p, err := journal.Advance(ctx, j, key, s.resume)
		require.NoError(t, err)
		assert.Equal(t, cloud.Uncertain, p.Status)
		assert.Equal(t, time.Minute, p.Next)
		require.ErrorIs(t, p.Err, cloud.ErrUncertain)
		_, _, err = advance(t, j, s)
		require.NoError(t, err)
		assert.Len(t, s.effects, 1)
	})
}

func refusal(kind cloud.Kind) error {
	return &cloud.Error{Service: "things", Operation: "ChangeThing", Kind: kind, Message: "too many"}
}

func TestRefusedChangeIsQueuedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		enqueue(t, j, s)
		s.refusals = []error{refusal(cloud.ErrThrottled), refusal(cloud.ErrTransport), refusal(cloud.ErrInternal), refusal(cloud.ErrConflict)}
		s.adoptErrs = []error{refusal(cloud.ErrUnavailable)}
		for _, kind := range []cloud.Kind{
			cloud.ErrUnavailable, cloud.ErrThrottled, cloud.ErrTransport, cloud.ErrInternal, cloud.ErrConflict,
		} {
			_, err := journal.Advance(t.Context(), j, key, s.resume, journal.MaxRefusals(2))
			require.ErrorIs(t, err, kind)
		}
		began := time.Now()
		_, _, err := advance(t, j, s, journal.MaxRefusals(2))
		require.NoError(t, err)
		assert.Less(t, time.Since(began), 2*s.took, "nothing to find out first")
		assert.Len(t, s.effects, 1)
		e, err := j.Load(t.Context(), key)
		require.NoError(t, err)
		assert.Equal(t, cloud.ErrUnavailable, e.Steps[1].Kind)
	})
}

func TestRefusedOftenEnoughIsAnEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ sends, adopts []error }{
		"conflicts":      {sends: []error{refusal(cloud.ErrThrottled), refusal(cloud.ErrConflict), refusal(cloud.ErrConflict)}},
		"invalid":        {sends: []error{refusal(cloud.ErrInvalid)}},
		"gone meanwhile": {adopts: []error{refusal(cloud.ErrNotFound)}},
		"both":           {sends: []error{refusal(cloud.ErrDenied)}, adopts: []error{refusal(cloud.ErrDenied)}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, j := newServer(), journal.Memory()
				enqueue(t, j, s)
				s.refusals, s.adoptErrs = tt.sends, tt.adopts
				var end journal.End
				for range 5 {
					p, err := journal.Advance(t.Context(), j, key, s.resume, journal.MaxRefusals(2))
					if err == nil {
						require.NotNil(t, p.End)
						end = *p.End
						break
					}
				}
				require.ErrorIs(t, end.Err(), cloud.ErrFailed)
				assert.Contains(t, end.Reason, "too many")
				assert.Empty(t, s.effects)
				e, err := j.Load(t.Context(), key)
				require.NoError(t, err)
				assert.True(t, e.Token.IsZero(), "it held the request")
			})
		})
	}
}

// A refusal whose request others may still send is no end before that has expired.
func TestRefusedIsNoEndWhileARequestIsUnderWay(t *testing.T) {
	t.Parallel()
	for name, arrives := range map[string]bool{"it arrives": true, "it does not": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, j := newServer(), journal.Memory()
				enqueue(t, j, s)
				s.lost = 1
				if !arrives {
					s.crash = func(point string) {
						if point == "send" {
							panic(errCrash)
						}
					}
				}
				_ = process(func() error { _, err := journal.Advance(t.Context(), j, key, s.resume); return err })
				s.crash = func(string) {}
				e, err := j.Load(t.Context(), key)
				require.NoError(t, err)
				e.Steps = append(e.Steps, journal.Step{What: journal.EventRefused, Kind: cloud.ErrConflict, Error: "busy"})
				require.NoError(t, j.Store(t.Context(), e))
				end, rounds, err := advance(t, j, s, journal.MaxRefusals(1))
				require.NoError(t, err)
				if arrives {
					assert.Equal(t, cloud.Succeeded, end.Outcome)
					return
				}
				assert.Greater(t, rounds, 1)
				assert.Equal(t, cloud.Failed, end.Outcome)
				assert.Equal(t, "busy", end.Reason)
				assert.Empty(t, s.effects)
			})
		})
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		require.ErrorIs(t, journal.Cancel(t.Context(), j, key, s.resume), cloud.ErrNotFound)
		enqueue(t, j, s)
		require.NoError(t, journal.Cancel(t.Context(), j, key, s.resume))
		end, _, err := advance(t, j, s)
		require.NoError(t, err)
		require.ErrorIs(t, end.Err(), cloud.ErrCanceled)
		assert.Empty(t, s.effects)
		require.NoError(t, journal.Cancel(t.Context(), j, key, s.resume), "it has ended")
	})
}

func TestCancelOfWhatHasBegun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		enqueue(t, j, s)
		s.lost = 1
		_, err := journal.Advance(t.Context(), j, key, s.resume)
		require.NoError(t, err)
		require.NoError(t, journal.Cancel(t.Context(), j, key, s.resume))
		end, _, err := advance(t, j, s)
		require.NoError(t, err)
		require.ErrorIs(t, end.Err(), cloud.ErrCanceled)
		assert.Equal(t, 1, s.canceled)
		assert.Contains(t, events(t, j), journal.EventCancel)
	})
}

func TestCancelOfWhatNeverBegan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		enqueue(t, j, s)
		s.crash = func(point string) {
			if point == "send" {
				panic(errCrash)
			}
		}
		require.ErrorIs(t, process(func() error { _, err := journal.Advance(t.Context(), j, key, s.resume); return err }), errCrash)
		s.crash = func(string) {}
		require.ErrorIs(t, journal.Cancel(t.Context(), j, key, s.resume), cloud.ErrUncertain)
		time.Sleep(time.Hour)
		require.NoError(t, journal.Cancel(t.Context(), j, key, s.resume))
		assert.Zero(t, s.canceled)
		end, _, err := advance(t, j, s)
		require.NoError(t, err)
		assert.Equal(t, cloud.Canceled, end.Outcome)
	})
}

func TestWhatCannotBeQueued(t *testing.T) {
	t.Parallel()
	s := newServer()
	ch, err := s.prepare(t.Context())
	require.NoError(t, err)
	_, err = journal.NewEntry("", ch)
	require.ErrorContains(t, err, "key: required")
	_, err = journal.NewEntry(key, nil)
	require.ErrorIs(t, err, cloud.ErrInvalid)
	refuse := journal.Check(func(cloud.AnyChange) error { return fmt.Errorf("no: %w", cloud.ErrConflict) })
	_, err = journal.NewEntry(key, ch, refuse)
	require.ErrorIs(t, err, cloud.ErrConflict)
	_, err = journal.Advance(t.Context(), journal.Memory(), key, s.resume)
	require.ErrorIs(t, err, cloud.ErrNotFound)
	assert.ErrorContains(t, err, "no change is recorded")
}

// A process that expects a late answer looks again within a minute, because it may know better by then.
func TestAdvanceLooksAgainWithinAMinute(t *testing.T) {
	t.Parallel()
	ch := cloud.NewChange(cloud.ChangeSpec[resource]{
		Service: "things", Operation: "ChangeThing", Token: func() string { return "secret" },
		Start: func(context.Context) error {
			return &cloud.StartError{Service: "things", Operation: "ChangeThing", Next: 15 * time.Minute}
		},
		Began:  func(context.Context) (cloud.StartStatus, error) { return cloud.Uncertain, nil },
		Follow: func() *cloud.Waiter[resource] { return nil },
	})
	j := journal.Memory()
	require.NoError(t, j.Store(t.Context(), journal.Entry{Key: key, Token: cloud.NewSecret("secret")}))
	p, err := journal.Advance(t.Context(), j, key, func(string) (cloud.AnyChange, error) { return ch, nil })
	require.NoError(t, err)
	assert.Equal(t, time.Minute, p.Next)
}
