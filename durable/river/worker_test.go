package river_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	queue "github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/durable/river"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// A stage is an emulator, a database and a client that does not work yet.
type stage struct {
	emu  *emulator.Emulator
	pool *pgxpool.Pool
	services
	*river.Client
}

func newStage(t *testing.T, change ...func(*river.Config)) stage {
	t.Helper()
	pool := migrated(t)
	emu, err := emulator.Start(emulator.WithChangeTime(time.Second), emulator.WithStaleReads(0))
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	seed(emu, 3)
	s, err := newServices(quick(emu.Config()))
	require.NoError(t, err)
	cfg := river.Config{Pool: pool, Clients: s.resumers()}
	for _, f := range change {
		f(&cfg)
	}
	c, err := river.New(cfg)
	require.NoError(t, err)
	return stage{emu, pool, s, c}
}

// work works jobs until the test ends.
func (s stage) work(t *testing.T) {
	t.Helper()
	require.NoError(t, s.Start(context.WithoutCancel(t.Context())))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		assert.NoError(t, s.Stop(ctx))
	})
}

func (s stage) prepare(t *testing.T, kind, i int) cloud.AnyChange {
	t.Helper()
	ch, err := kinds[kind].prepare(t.Context(), s.services, i)
	require.NoError(t, err)
	return ch
}

func ctxOf(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func events(steps journal.Steps) (list []journal.Event) {
	for _, s := range steps {
		list = append(list, s.What)
	}
	return list
}

// dump returns all rows of a table as text.
func dump(t *testing.T, pool *pgxpool.Pool, table string) string {
	t.Helper()
	rows, err := pool.Query(t.Context(), "SELECT t::text FROM "+table+" AS t")
	require.NoError(t, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return strings.Join(lines, "\n")
}

func TestChangesOfAllServicesEndOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for i, kind := range kinds {
		key := "release/" + kind.service
		require.NoError(t, s.Enqueue(t.Context(), key, s.prepare(t, i, 0)))
		require.NoError(t, s.Enqueue(t.Context(), key, s.prepare(t, i, 1)), "the second is dropped")
	}
	assert.NotContains(t, dump(t, s.pool, "river_job"), "pc1.", "no token is in a job")
	s.work(t)
	for _, kind := range kinds {
		key := "release/" + kind.service
		end, err := s.Wait(ctxOf(t), key)
		require.NoError(t, err, key)
		assert.Equal(t, cloud.Succeeded, end.Outcome)
		assert.Equal(t, kind.service, end.Service)
		state, err := s.State(t.Context(), key)
		require.NoError(t, err)
		assert.Equal(t, []journal.Event{
			journal.EventQueued, journal.EventPrepared, journal.EventStarted, journal.EventEnded,
		}, events(state.Steps))
		assert.Equal(t, end, *state.End)
		assert.False(t, state.Stuck())
	}
	for _, table := range []string{"river_job", "cloud_changes"} {
		assert.NotContains(t, dump(t, s.pool, table), "battery-staple", table)
	}
	var jobs int
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT count(*) FROM river_job").Scan(&jobs))
	assert.Equal(t, len(kinds), jobs)
}

func TestEnqueueIsPartOfTheTransaction(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	tx, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.EnqueueTx(t.Context(), tx, "lost", s.prepare(t, 3, 0)))
	require.NoError(t, tx.Rollback(t.Context()))
	_, err = s.State(t.Context(), "lost")
	require.ErrorIs(t, err, cloud.ErrNotFound)
	assert.Empty(t, dump(t, s.pool, "river_job"))
	require.ErrorIs(t, s.Enqueue(t.Context(), "", s.prepare(t, 3, 0)), cloud.ErrInvalid)
	require.ErrorIs(t, s.EnqueueRollout(t.Context(), "key", "", nil), cloud.ErrInvalid)
}

func TestFailureIsRecordedAndTheJobIsDone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.emu.Script(emulator.Ending{Operation: "SwitchDataEngineImage", Fail: true, State: "-1", Reason: "out of nodes"})
	require.NoError(t, s.Enqueue(t.Context(), "broken", s.prepare(t, 3, 0)))
	s.work(t)
	end, err := s.Wait(ctxOf(t), "broken")
	require.ErrorIs(t, err, cloud.ErrFailed)
	assert.Equal(t, cloud.Failed, end.Outcome)
	require.Eventually(t, func() bool {
		state, err := s.State(t.Context(), "broken")
		return err == nil && state.Job == "completed"
	}, 20*time.Second, 50*time.Millisecond)
}

func TestThrottledStartWaitsAndConsumesNoAttempt(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(cfg *river.Config) { cfg.JobTimeout = 4 * time.Second }) // a round is a second
	s.emu.Inject(emulator.Fault{Operation: "SwitchDataEngineImage", Kind: emulator.Throttle, Times: 4})
	require.NoError(t, s.Enqueue(t.Context(), "busy", s.prepare(t, 3, 0)))
	s.work(t)
	_, err := s.Wait(ctxOf(t), "busy")
	require.NoError(t, err)
	var attempt, errs int
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT attempt, coalesce(array_length(errors, 1), 0) FROM river_job").
		Scan(&attempt, &errs))
	assert.LessOrEqual(t, attempt, 1)
	assert.Zero(t, errs)
}

func TestRefusedStartIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(cfg *river.Config) { cfg.MaxRefusals = 2 })
	s.emu.Inject(emulator.Fault{Operation: "SwitchDataEngineImage", Kind: emulator.Refuse, Code: "ResourceInUse", Status: 200, Times: -1})
	require.NoError(t, s.Enqueue(t.Context(), "refused", s.prepare(t, 3, 0)))
	s.work(t)
	end, err := s.Wait(ctxOf(t), "refused")
	require.ErrorIs(t, err, cloud.ErrFailed)
	assert.Contains(t, end.Reason, "ResourceInUse")
	e, err := s.Journal().Load(t.Context(), "refused")
	require.NoError(t, err)
	assert.True(t, e.Token.IsZero(), "it held the request")
}

func TestCancel(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	require.NoError(t, s.Enqueue(t.Context(), "early", s.prepare(t, 0, 0)))
	require.NoError(t, s.Cancel(t.Context(), "early"))
	var id int64
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT id FROM river_job WHERE kind = 'polycloud_change'").Scan(&id))
	_, err := s.pool.Exec(t.Context(), "UPDATE river_job SET state = 'scheduled', scheduled_at = now() + interval '1 hour' WHERE id = $1", id)
	require.NoError(t, err)
	s.work(t)
	_, err = s.Wait(ctxOf(t), "early")
	require.ErrorIs(t, err, cloud.ErrCanceled)

	s.emu.Script(emulator.Ending{Operation: "CreateKxChangeset", After: 10 * time.Second})
	require.NoError(t, s.Enqueue(t.Context(), "late", s.prepare(t, 0, 1)))
	begun := func() bool {
		state, err := s.State(t.Context(), "late")
		return err == nil && len(state.Steps) == 3
	}
	require.Eventually(t, begun, 20*time.Second, 50*time.Millisecond)
	require.NoError(t, s.Cancel(t.Context(), "late"))
	_, err = s.Wait(ctxOf(t), "late")
	require.NoError(t, err, "this service cannot cancel")
	state, err := s.State(t.Context(), "late")
	require.NoError(t, err)
	require.Contains(t, events(state.Steps), journal.EventCancel)
}

func TestLostEntryAndForeignTokenAreStuck(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	require.NoError(t, s.Enqueue(t.Context(), "gone", s.prepare(t, 3, 0)))
	_, err := s.pool.Exec(t.Context(), "UPDATE cloud_changes SET token = ''")
	require.NoError(t, err)
	s.work(t)
	_, err = s.Wait(ctxOf(t), "gone")
	require.ErrorIs(t, err, river.ErrStuck)
	assert.ErrorContains(t, err, "no change is recorded")
}

func TestRolloutRunsInSlices(t *testing.T) {
	t.Parallel()
	var s stage
	build := func(_ context.Context, args json.RawMessage) (rollout.Rollout, error) {
		var engines []int
		if err := json.Unmarshal(args, &engines); err != nil {
			return rollout.Rollout{}, err
		}
		var r rollout.Rollout
		for _, i := range engines {
			r.Steps = append(r.Steps, rollout.Step{
				Name:    fmt.Sprint(i),
				Prepare: func(ctx context.Context) (cloud.AnyChange, error) { return kinds[3].prepare(ctx, s.services, i) },
			})
		}
		r.Waves, r.Soak = rollout.Waves(1, rollout.Rest), 2*time.Second
		return r, nil
	}
	s = newStage(t, func(cfg *river.Config) {
		cfg.Rollouts, cfg.JobTimeout = map[string]river.RolloutFunc{"engines": build}, 4*time.Second
	})
	require.NoError(t, s.EnqueueRollout(t.Context(), "friday", "engines", []int{0, 1, 2}))
	require.NoError(t, s.EnqueueRollout(t.Context(), "broken", "engines", "no list"))
	require.NoError(t, s.EnqueueRollout(t.Context(), "stopped", "engines", "no list"))
	s.work(t)
	end, err := s.Wait(ctxOf(t), "friday")
	require.NoError(t, err)
	assert.Equal(t, "engines", end.Operation)
	for i := range 3 {
		e, err := s.Journal().Load(t.Context(), fmt.Sprintf("friday/change/%d", i))
		require.NoError(t, err)
		require.NotNil(t, e.End)
		require.NoError(t, e.End.Err())
	}
	var snoozes int
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT (metadata->>'snoozes')::int FROM river_job WHERE args->>'key' = 'friday'").Scan(&snoozes))
	assert.NotZero(t, snoozes)

	require.NoError(t, s.Cancel(t.Context(), "stopped"))
	_, err = s.Wait(ctxOf(t), "stopped")
	require.ErrorIs(t, err, cloud.ErrCanceled)
	state, err := s.State(t.Context(), "broken")
	require.NoError(t, err)
	assert.Nil(t, state.End)
	assert.Contains(t, state.Problem, `build rollout "engines": json`)
}

func TestBadConfigurationIsOneError(t *testing.T) {
	t.Parallel()
	pool, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/none") // which connects to nothing yet
	require.NoError(t, err)
	defer pool.Close()
	_, err = river.New(river.Config{
		MaxWorkers: -1, MaxRefusals: -1, RescueAfter: time.Second, Table: "a", Rollouts: map[string]river.RolloutFunc{"none": nil},
	})
	refused, ok := errors.AsType[*cloud.ValidationError](err)
	require.True(t, ok)
	assert.Len(t, refused.Problems, 5)
	tests := map[string]struct {
		change func(*river.Config)
		says   string
	}{
		"late rescue":   {func(c *river.Config) { c.RescueAfter = time.Hour }, "RescueAfter: must be at most 7m0s, while FinSpace recognizes a repeated request, given 1h0m0s"},
		"early rescue":  {func(c *river.Config) { c.JobTimeout = 4 * time.Minute }, "RescueAfter: must be longer than JobTimeout, 4m0s"},
		"short timeout": {func(c *river.Config) { c.JobTimeout = time.Millisecond }, "JobTimeout: must be at least 1s, given 1ms"},
		"River's own": {
			func(c *river.Config) { c.Configure = func(rc *queue.Config) { rc.RescueStuckJobsAfter = time.Hour } },
			"RescueStuckJobsAfter: must be at most 7m0s",
		},
		"table": {func(c *river.Config) { c.Table = "a b" }, "Table: must be a name of letters"},
		"queue": {func(c *river.Config) { c.Queue = "a b"; c.Clients = services{}.resumers() }, "queue"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := river.Config{Pool: pool}
			tt.change(&cfg)
			_, err := river.New(cfg)
			require.ErrorContains(t, err, tt.says)
		})
	}
	c, err := river.New(river.Config{Pool: pool})
	require.NoError(t, err)
	require.ErrorContains(t, c.Start(t.Context()), "Clients: required to work jobs")
}

func TestSharedRate(t *testing.T) {
	t.Parallel()
	pool := migrated(t)
	const perSecond, calls = 40, 60
	var middle []cloud.Middleware
	for range 3 { // processes
		r, err := river.NewRate(pool, "dlc/1", perSecond)
		require.NoError(t, err)
		middle = append(middle, r.Middleware())
	}
	began, done := time.Now(), make(chan error)
	for i := range calls {
		go func() {
			done <- middle[i%3](t.Context(), &cloud.Call{}, func(context.Context) error { return nil })
		}()
	}
	for range calls {
		require.NoError(t, <-done)
	}
	var next time.Time
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT next FROM cloud_rates").Scan(&next))
	assert.GreaterOrEqual(t, next.Sub(began), calls*time.Second/perSecond-100*time.Millisecond, "that many turns were reserved")
	assert.GreaterOrEqual(t, time.Since(began), (calls-30)*time.Second/perSecond, "and waited for")

	_, err := pool.Exec(t.Context(), "UPDATE cloud_rates SET next = now() + interval '1 hour'")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := river.NewRate(pool, "dlc/1", perSecond)
	require.NoError(t, err)
	err = r.Middleware()(ctx, &cloud.Call{}, func(context.Context) error { return nil })
	require.ErrorIs(t, err, cloud.ErrThrottled, "at once")
	for _, rate := range []float64{0, -1, 1e9} {
		_, err = river.NewRate(nil, "", rate)
		require.ErrorIs(t, err, cloud.ErrInvalid)
	}
}
