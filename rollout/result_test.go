package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// TestReady has steps that wait before they start. The plan does not wait, and neither does a process that continues.
func TestReady(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a", "b")
		p := &process{world: w}
		asked := 0
		r := rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b")}, InFlight: 1}
		r.Steps[0].Ready = func(context.Context) error {
			asked++
			if asked < 3 {
				return callError(cloud.ErrThrottled)
			}
			time.Sleep(time.Hour)
			return nil
		}
		r.Steps[1].Ready = func(context.Context) error { return fmt.Errorf("it is in use: %w", cloud.ErrConflict) }
		_, err := r.Plan(t.Context())
		require.NoError(t, err)
		assert.Zero(t, asked)
		begun := time.Now()
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrConflict)
		require.ErrorContains(t, err, `step "b" (b), starting: it is in use`)
		assert.Equal(t, "a live new, b failed old", phasesOf(report))
		assert.Equal(t, []string{"a=new"}, w.effects)
		assert.Equal(t, 3, asked)
		assert.GreaterOrEqual(t, time.Since(begun), time.Hour)
	})
}

// TestReadyOnce has a process die while a change is in progress: the next one does not wait before it follows that.
func TestReadyOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, asked := newWorld("a"), 0
		j := journal.Memory()
		run := func(ctx context.Context) (*rollout.Report, error) {
			p := &process{world: w}
			r := rollout.Rollout{Steps: []rollout.Step{p.step("a")}, Journal: j, Resume: p.resume}
			r.Steps[0].Ready = func(context.Context) error { asked++; return nil }
			return r.Run(ctx)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		_, err := run(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		report, err := run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "a live new", phasesOf(report))
		assert.Equal(t, 1, asked)
	})
}

// TestWaysBackOfSteps has steps that say how they are taken back.
func TestWaysBackOfSteps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a", "b", "c", "d")
		p := &process{world: w}
		r := rollout.Rollout{
			Steps:     []rollout.Step{p.step("a"), p.step("b"), p.step("c"), p.step("d")},
			OnFailure: rollout.UndoAll, Waves: rollout.Waves(3, 1),
		}
		r.Steps[0].Undo = func(context.Context, cloud.AnyChange) (cloud.AnyChange, error) { return p.prepare("a", "other") }
		r.Steps[1].Undo = func(_ context.Context, made cloud.AnyChange) (cloud.AnyChange, error) {
			assert.Equal(t, []cloud.Difference{{Field: "value", Before: "old", After: "new"}}, made.Diff())
			return p.prepare("b", "new") // nothing to do
		}
		r.Steps[2].Undo = func(context.Context, cloud.AnyChange) (cloud.AnyChange, error) {
			return nil, errors.New("there is none")
		}
		r.Steps[3].Verify = func(context.Context, any) error { return errors.New("no rows") }
		report, err := r.Run(t.Context())
		require.ErrorContains(t, err, "there is none")
		assert.Equal(t, "a undone old, b undone old, c undo failed new, d undone old", phasesOf(report))
		assert.Equal(t, "other", w.value("a"))
		assert.Equal(t, "new", w.value("b"))
	})
}

func TestResult(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a", "b")
		w.fail["b=new"] = failed
		p := &process{world: w}
		r := rollout.Rollout{Name: "one", Steps: []rollout.Step{p.step("a"), p.step("b", "a")}, Journal: journal.Memory(), Resume: p.resume}
		_, err := r.Result(t.Context(), "a")
		require.ErrorContains(t, err, `the change of step "a" has not ended`)
		_, err = r.Run(t.Context())
		require.Error(t, err)
		end, err := r.Result(t.Context(), "a")
		require.NoError(t, err)
		assert.Equal(t, cloud.Succeeded, end.Outcome)
		assert.NotEmpty(t, end.Value)
		_, err = r.Result(t.Context(), "b")
		require.ErrorIs(t, err, cloud.ErrFailed)
		r.Journal = nil
		_, err = r.Result(t.Context(), "a")
		require.ErrorIs(t, err, cloud.ErrInvalid)
	})
}
