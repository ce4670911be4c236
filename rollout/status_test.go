package rollout_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// TestStatus reads the journal of a rollout that was interrupted, and that then goes on.
func TestStatus(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &process{world: newWorld("a", "b")}
		r := rollout.Rollout{
			Name: "one", Steps: []rollout.Step{p.step("a"), p.step("b", "a")}, Journal: journal.Memory(), Resume: p.resume,
		}
		requireStatus := func(outcome rollout.Outcome, phases string) {
			t.Helper()
			report, err := r.Status(t.Context())
			require.NoError(t, err)
			assert.Equal(t, outcome, report.Outcome)
			assert.Equal(t, phases, phasesOf(report))
		}
		requireStatus(rollout.NotStarted, "a waiting old, b waiting old")
		assert.Zero(t, p.prepared)
		entry, err := r.Journal.Load(t.Context(), "one/rollout")
		require.NoError(t, err)
		assert.Zero(t, entry.Version, "nothing is recorded")
		for e := range r.Watch(t.Context()) {
			if e.Step == "b" && e.Phase == rollout.PhaseChanging {
				break
			}
		}
		requireStatus(rollout.Unfinished, "a live new, b changing unknown")

		var first []string
		for e := range r.Watch(t.Context()) { // goes on, and says first where it is
			if first = append(first, e.Step+" "+string(e.Phase)); len(first) == 2 {
				break
			}
		}
		assert.Equal(t, []string{"a live", "b changing"}, first)
		_, err = r.Run(t.Context())
		require.NoError(t, err)
		requireStatus(rollout.Succeeded, "a live new, b live new")

		r.Steps = r.Steps[:1]
		_, err = r.Status(t.Context())
		require.ErrorContains(t, err, "must not have another rollout of this name")
		r.Steps = nil
		_, err = r.Status(t.Context())
		require.ErrorContains(t, err, "Steps: required")
		r.Journal = nil
		_, err = r.Status(t.Context())
		require.ErrorContains(t, err, "Journal: required")
	})
}

// TestStatusOfWhatWasUndone has the same report as the Run that has ended the rollout.
func TestStatusOfWhatWasUndone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a", "b")
		w.fail["b=new"] = failed
		p := &process{world: w}
		r := rollout.Rollout{
			Name: "one", Steps: []rollout.Step{p.step("a"), p.step("b")}, OnFailure: rollout.UndoAll,
			Journal: journal.Memory(), Resume: p.resume,
		}
		ran, err := r.Run(t.Context())
		var failure *rollout.Error
		require.True(t, errors.As(err, &failure))
		effects := len(w.effects)
		report, err := r.Status(t.Context())
		require.NoError(t, err)
		assert.Equal(t, rollout.Undone, report.Outcome)
		assert.Equal(t, string(ran.JSON()), string(report.JSON()))
		assert.Len(t, w.effects, effects, "nothing is changed")
	})
}
