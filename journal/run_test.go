package journal_test

import (
	"context"
	"encoding/json"
	"errors"
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

const key = "nightly/2026-11-29"

func run(t *testing.T, j journal.Journal, s *server, opts ...journal.Option) (journal.End, error) {
	t.Helper()
	return journal.Run(t.Context(), j, key, s.prepare, s.resume, opts...)
}

func events(t *testing.T, j journal.Journal) []journal.Event {
	t.Helper()
	e, err := j.Load(t.Context(), key)
	require.NoError(t, err)
	var list []journal.Event
	for _, step := range e.Steps {
		list = append(list, step.What)
	}
	return list
}

func TestRunFromStartToEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		end, err := run(t, j, s, journal.By("deployer"))
		require.NoError(t, err)
		assert.Equal(t, cloud.Succeeded, end.Outcome)
		assert.Equal(t, "RUNNING", end.State)
		assert.JSONEq(t, `{"tokens":1,"key":"1"}`, string(end.Value))
		assert.Equal(t, end.Took, end.Ended.Sub(end.Started))
		assert.GreaterOrEqual(t, end.Took, s.took)

		e, err := j.Load(t.Context(), key)
		require.NoError(t, err)
		assert.Equal(t, "begun-1", e.Token.Reveal())
		require.Len(t, e.Steps, 3)
		assert.Equal(t, []cloud.Difference{{Field: "size", Before: "1", After: "2"}}, e.Steps[0].Replaces)
		assert.Equal(t, []string{"req-1"}, e.Steps[1].RequestIDs)
		assert.Equal(t, "deployer", e.Steps[2].By)
		assert.NotContains(t, e.Steps.String(), "secret-1")

		again, err := run(t, j, s)
		require.NoError(t, err)
		assert.Equal(t, end, again)
		assert.Equal(t, []string{"1"}, s.effects)
	})
}

// errCrash is what a process ends with that crashes.
var errCrash = errors.New("crash")

// process runs f like a process that may crash: with what is in memory gone.
func process(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errCrash
		}
	}()
	return f()
}

// A crasher is a journal that crashes before or after it stores.
type crasher struct {
	journal.Journal
	point func(string)
}

func (c crasher) Load(ctx context.Context, key string) (journal.Entry, error) {
	c.point("load")
	return c.Journal.Load(ctx, key)
}

func (c crasher) Store(ctx context.Context, e journal.Entry) error {
	c.point("store")
	err := c.Journal.Store(ctx, e)
	c.point("stored")
	return err
}

func TestCrashesAtEveryPoint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		points := 0
		for crashAt := 1; ; crashAt++ {
			s, j := newServer(), journal.Memory()
			passed, crashed := 0, ""
			point := func(name string) {
				if passed++; passed == crashAt {
					crashed = name
					panic(errCrash)
				}
			}
			s.crash = point
			err := process(func() error {
				_, err := run(t, crasher{j, point}, s)
				return err
			})
			if crashed == "" {
				require.NoError(t, err)
				break
			}
			points++
			require.ErrorIs(t, err, errCrash, crashed)
			_, err = run(t, j, s)
			require.NoError(t, err, crashed)
			assert.Len(t, s.effects, 1, crashed)
		}
		assert.Greater(t, points, 12)
	})
}

func TestTwoProcessesWithManyCrashes(t *testing.T) {
	t.Parallel()
	for seed := range 200 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { crashALot(t, uint64(seed)) })
		})
	}
}

// crashALot has three workers run one change, of which each crashes at random points.
func crashALot(t *testing.T, seed uint64) {
	s, j := newServer(), journal.Memory()
	var mu sync.Mutex
	random := seed*2654435761 + 12345
	next := func(n uint64) uint64 {
		mu.Lock()
		defer mu.Unlock()
		random = random*6364136223846793005 + 1442695040888963407
		return random >> 33 % n
	}
	s.lost = int(next(3))
	var wg sync.WaitGroup
	ends := make([]journal.End, 3)
	for worker := range ends {
		wg.Go(func() {
			for tries := 0; ; tries++ {
				slow := func(string) {
					time.Sleep(time.Duration(next(3000)) * time.Millisecond)
					if tries < 5 && next(6) == 0 {
						panic(errCrash)
					}
				}
				err := process(func() (err error) {
					ends[worker], err = run(t, crasher{j, slow}, s)
					return err
				})
				if err == nil {
					return
				}
				assert.ErrorIs(t, err, errCrash)
				time.Sleep(time.Duration(next(100)) * time.Second)
			}
		})
	}
	wg.Wait()
	assert.Len(t, s.effects, 1)
	assert.Equal(t, ends[0], ends[1])
	assert.Equal(t, ends[0], ends[2])
}

func TestLostResponseIsFoundOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		s.lost = 1
		_, err := run(t, j, s)
		require.NoError(t, err)
		assert.Len(t, s.effects, 1)
		assert.Equal(t, []journal.Event{
			journal.EventPrepared, journal.EventUncertain, journal.EventStarted, journal.EventEnded,
		}, events(t, j))
	})
}

func TestRefusedChangeIsPreparedAnewAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		s.refusals = []error{&cloud.Error{Service: "things", Operation: "ChangeThing", Kind: cloud.ErrQuota, Message: "too many"}}
		_, err := run(t, j, s)
		require.ErrorIs(t, err, cloud.ErrQuota)
		e, err := j.Load(t.Context(), key)
		require.NoError(t, err)
		assert.True(t, e.Token.IsZero())
		assert.Contains(t, e.Steps[1].Error, "too many")

		before := time.Now()
		_, err = run(t, j, s)
		require.NoError(t, err)
		assert.Less(t, time.Since(before), 2*s.took, "nothing to find out first")
		assert.Equal(t, []string{"2"}, s.effects)
		assert.Equal(t, []journal.Event{
			journal.EventPrepared, journal.EventRefused, journal.EventPrepared, journal.EventStarted, journal.EventEnded,
		}, events(t, j))
	})
}

func TestInterruptedStartIsNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		ctx, cancel := context.WithCancel(t.Context())
		s.crash = func(point string) {
			if point == "send" {
				cancel()
			}
		}
		_, err := journal.Run(ctx, j, key, s.prepare, s.resume)
		require.ErrorIs(t, err, context.Canceled)
		assert.Empty(t, s.effects)
		_, err = run(t, j, s)
		require.NoError(t, err)
		assert.Len(t, s.effects, 1)
	})
}

func TestInterruptedWaitIsNoEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		s.took = time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := journal.Run(ctx, j, key, s.prepare, s.resume)
		waitErr, ok := errors.AsType[*cloud.WaitError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, cloud.Pending, waitErr.Outcome)
		assert.Equal(t, []journal.Event{journal.EventPrepared, journal.EventStarted}, events(t, j))

		end, err := run(t, j, s)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, end.Took, time.Hour)
		assert.Len(t, s.effects, 1)
	})
}

func TestHowTheChangeEndedIsKept(t *testing.T) {
	t.Parallel()
	tests := []struct {
		verdict cloud.Verdict
		kind    cloud.Kind
	}{
		{cloud.Verdict{State: "BROKEN", Outcome: cloud.Failed, Reason: "out of disk"}, cloud.ErrFailed},
		{cloud.Verdict{State: "RUNNING", Outcome: cloud.Failed, Superseded: true}, cloud.ErrSuperseded},
		{cloud.Verdict{State: "STOPPED", Outcome: cloud.Canceled}, cloud.ErrCanceled},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, j := newServer(), journal.Memory()
				s.verdict = tt.verdict
				end, err := run(t, j, s)
				require.ErrorIs(t, err, tt.kind)
				again, repeated := run(t, j, s)
				require.ErrorIs(t, repeated, tt.kind)
				assert.Equal(t, err.Error(), repeated.Error())
				assert.Equal(t, end, again)

				text, err := json.Marshal(end)
				require.NoError(t, err)
				var read journal.End
				require.NoError(t, json.Unmarshal(text, &read))
				require.ErrorIs(t, read.Err(), tt.kind)
				assert.Equal(t, repeated.Error(), read.Err().Error())
			})
		})
	}
}

func TestWhatCannotBeRun(t *testing.T) {
	t.Parallel()
	s := newServer()
	for bad, says := range map[string]string{
		"": "key: required", "a\nb": "control characters", "\xff": "UTF-8", string(make([]byte, 501)): "at most 500 bytes",
	} {
		_, err := journal.Run(t.Context(), journal.Memory(), bad, s.prepare, s.resume)
		require.ErrorIs(t, err, cloud.ErrInvalid)
		assert.ErrorContains(t, err, says)
	}
	none := func(context.Context) (*cloud.Change[resource], error) { return nil, nil }
	_, err := journal.Run(t.Context(), journal.Memory(), key, none, s.resume)
	require.ErrorIs(t, err, cloud.ErrInvalid)
	refused := func(context.Context) (cloud.AnyChange, error) { return nil, cloud.ErrConflict }
	_, err = journal.Run(t.Context(), journal.Memory(), key, refused, nil)
	require.ErrorIs(t, err, cloud.ErrConflict)
	assert.Zero(t, s.prepared)
}

// fickle is a journal whose entry always changes.
type fickle struct{ journal.Journal }

func (fickle) Store(context.Context, journal.Entry) error { return journal.ErrChanged }

func TestJournalErrors(t *testing.T) {
	t.Parallel()
	s := newServer()
	_, err := run(t, fickle{journal.Memory()}, s)
	require.ErrorIs(t, err, journal.ErrChanged)
	assert.Empty(t, s.effects, "what is not recorded is not started")

	broken := crasher{journal.Memory(), func(string) {}}
	j := journal.Dir("/dev/null/journal")
	broken.Journal = j
	_, err = run(t, broken, s)
	require.ErrorContains(t, err, "journal: load \""+key+"\"")
	assert.Empty(t, s.effects)
}

func TestChangeThatCannotBeRenewedStaysAsItIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		s.crash = func(point string) {
			if point == "send" {
				panic(errCrash)
			}
		}
		require.ErrorIs(t, process(func() error { _, err := run(t, j, s); return err }), errCrash)
		s.crash = func(string) {}
		s.renewErr = &cloud.Error{Service: "things", Operation: "ChangeThing", Kind: cloud.ErrConflict}
		_, err := run(t, j, s)
		require.ErrorIs(t, err, cloud.ErrConflict)
		assert.Equal(t, []journal.Event{journal.EventPrepared, journal.EventNotBegun, journal.EventRefused}, events(t, j))

		s.renewErr = nil
		_, err = run(t, j, s)
		require.NoError(t, err)
		assert.Len(t, s.effects, 1)
	})
}

func TestUncertainStartIsReturned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := journal.Memory()
		token := "secret"
		ch := cloud.NewChange(cloud.ChangeSpec[resource]{
			Service: "things", Operation: "ChangeThing", Token: func() string { return token },
			Start: func(context.Context) error {
				return &cloud.StartError{Service: "things", Operation: "ChangeThing", Status: cloud.Uncertain, Token: token}
			},
			Began:  func(context.Context) (cloud.StartStatus, error) { return cloud.Uncertain, nil },
			Follow: func() *cloud.Waiter[resource] { return nil },
		})
		for range 2 {
			_, err := journal.Run(t.Context(), j, key,
				func(context.Context) (cloud.AnyChange, error) { return ch, nil },
				func(string) (cloud.AnyChange, error) { return ch, nil })
			require.ErrorIs(t, err, cloud.ErrUncertain)
			assert.NotContains(t, err.Error(), token)
		}
		assert.Equal(t, []journal.Event{journal.EventPrepared, journal.EventUncertain, journal.EventUncertain}, events(t, j))
	})
}
