package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func phasesOf(r *rollout.Report) string {
	var list []string
	for _, s := range r.Steps {
		list = append(list, fmt.Sprintf("%s %s %s", s.Name, s.Phase, s.Stands))
	}
	return strings.Join(list, ", ")
}

var failed = cloud.Verdict{State: "BROKEN", Outcome: cloud.Failed, Reason: "no room"}

func TestRunInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a", "b", "c", "d", "e")
		p := &process{world: w}
		w.values["d"] = "new"
		var approved []rollout.Wave
		r := rollout.Rollout{
			Steps: []rollout.Step{p.step("a"), p.step("b", "c"), p.step("c"), p.step("d"), p.step("e", "b")},
			Waves: rollout.Waves(1, rollout.Rest), InFlight: 2, Soak: 5 * time.Minute,
			Approve: func(_ context.Context, w rollout.Wave) error {
				approved = append(approved, w)
				return nil
			},
		}
		verified := 0
		r.Steps[0].Verify = func(_ context.Context, live any) error {
			verified++
			assert.Equal(t, &shown{"new"}, live)
			return nil
		}
		report, err := r.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, rollout.Succeeded, report.Outcome)
		assert.Equal(t, []string{"a=new", "c=new", "b=new", "e=new"}, w.effects)
		assert.Equal(t, "a live new, b live new, c live new, d skipped new, e live new", phasesOf(report))
		assert.Equal(t, 11, verified, "once when live, and ten times in the soak")
		require.Len(t, approved, 2)
		assert.Equal(t, "a", approved[0].Steps[0].Name)
		assert.Len(t, approved[1].Steps, 4)
		assert.GreaterOrEqual(t, report.Ended.Sub(report.Started), 14*time.Minute, "four changes one after the other, two soaks")
	})
}

func TestInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := &process{world: w}
		var r rollout.Rollout
		for i := range 20 {
			name := fmt.Sprint("step", i)
			w.values[name] = "old"
			r.Steps = append(r.Steps, p.step(name))
		}
		r.InFlight = 3
		_, err := r.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 3, w.busiest)
		assert.Len(t, w.effects, 20)
	})
}

func TestThrottledStartsWaitTheirTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a", "b")
		p := &process{world: w}
		w.refuse["a=new"] = slices.Repeat([]error{callError(cloud.ErrThrottled)}, 100)
		w.refuse["b=new"] = []error{callError(cloud.ErrUnavailable), callError(cloud.ErrTransport)}
		r := rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b", "a")}}
		report, err := r.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"a=new", "b=new"}, w.effects)
		assert.Greater(t, report.Ended.Sub(report.Started), time.Hour)
	})
}

func TestServiceThatIsAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a")
		p := &process{world: w}
		w.refuse["a=new"] = slices.Repeat([]error{callError(cloud.ErrTransport)}, 100)
		r := rollout.Rollout{Steps: []rollout.Step{p.step("a")}}
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrTransport)
		assert.Equal(t, "a failed old", phasesOf(report))
		assert.Empty(t, w.effects)
		assert.Less(t, report.Ended.Sub(report.Started), 15*time.Minute)
	})
}

func TestFailures(t *testing.T) {
	t.Parallel()
	bad := errors.New("no rows")
	for name, test := range map[string]struct {
		onFailure   rollout.OnFailure
		maxFailures int
		unhealthy   string
		fail        []string // effects that fail
		refuse      []string
		phases      string
		outcome     rollout.Outcome
		kind        cloud.Kind
	}{
		"stop": {
			onFailure: rollout.Stop, fail: []string{"b=new"}, kind: cloud.ErrFailed, outcome: rollout.Failed,
			phases: "a live new, b failed unknown, c live new, d blocked old, e blocked old",
		},
		"stop, unhealthy": {
			onFailure: rollout.Stop, unhealthy: "b", kind: cloud.ErrUnhealthy, outcome: rollout.Failed,
			phases: "a live new, b unhealthy new, c live new, d blocked old, e blocked old",
		},
		"stop, refused": {
			onFailure: rollout.Stop, refuse: []string{"b=new"}, kind: cloud.ErrDenied, outcome: rollout.Failed,
			phases: "a live new, b failed old, c live new, d blocked old, e blocked old",
		},
		"continue": {
			onFailure: rollout.Continue, fail: []string{"b=new"}, kind: cloud.ErrFailed, outcome: rollout.Failed,
			phases: "a live new, b failed unknown, c live new, d blocked old, e live new",
		},
		"within the budget": {
			onFailure: rollout.Stop, maxFailures: 1, fail: []string{"b=new"}, kind: cloud.ErrFailed, outcome: rollout.Failed,
			phases: "a live new, b failed unknown, c live new, d blocked old, e live new",
		},
		"within the budget, and undone": {
			onFailure: rollout.UndoWave, maxFailures: 1, unhealthy: "b", kind: cloud.ErrUnhealthy, outcome: rollout.Failed,
			phases: "a live new, b undone old, c live new, d blocked old, e live new",
		},
		"undo wave": {
			onFailure: rollout.UndoWave, unhealthy: "b", kind: cloud.ErrUnhealthy, outcome: rollout.Undone,
			phases: "a live new, b undone old, c undone old, d blocked old, e blocked old",
		},
		"undo all": {
			onFailure: rollout.UndoAll, fail: []string{"b=new"}, kind: cloud.ErrFailed, outcome: rollout.Undone,
			phases: "a undone old, b undone old, c undone old, d blocked old, e blocked old",
		},
		"undo all, refused": {
			onFailure: rollout.UndoAll, refuse: []string{"b=new"}, kind: cloud.ErrDenied, outcome: rollout.Undone,
			phases: "a undone old, b failed old, c undone old, d blocked old, e blocked old",
		},
		"an undo that fails": {
			onFailure: rollout.UndoAll, unhealthy: "b", fail: []string{"c=old"}, kind: cloud.ErrUnhealthy, outcome: rollout.UndoFailed,
			phases: "a live new, b undone old, c undo failed unknown, d blocked old, e blocked old",
		},
		"an undo that is refused": {
			onFailure: rollout.UndoAll, unhealthy: "b", refuse: []string{"b=old", "b=old"}, kind: cloud.ErrUnhealthy, outcome: rollout.UndoFailed,
			phases: "a undone old, b undo failed new, c undone old, d blocked old, e blocked old",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld("a", "b", "c", "d", "e")
				w.took["c"] = 10 * time.Minute
				for _, effect := range test.fail {
					w.fail[effect] = failed
				}
				for _, effect := range test.refuse {
					w.refuse[effect] = append(w.refuse[effect], callError(cloud.ErrDenied))
				}
				p, j := &process{world: w}, journal.Memory()
				r := rollout.Rollout{
					Steps: []rollout.Step{p.step("a"), p.step("b"), p.step("c", "a"), p.step("d", "b"), p.step("e", "c")},
					Waves: rollout.Waves(1, 2, rollout.Rest), OnFailure: test.onFailure, MaxFailures: test.maxFailures,
					Journal: j, Resume: p.resume,
				}
				if test.unhealthy != "" {
					r.Steps[1].Verify = func(context.Context, any) error { return bad }
				}
				report, err := r.Run(t.Context())
				require.Error(t, err)
				assert.Equal(t, test.phases, phasesOf(report))
				assert.Equal(t, test.outcome, report.Outcome)
				assert.Equal(t, test.kind, cloud.KindOf(err), err)
				require.ErrorContains(t, err, `step "b" (b)`)

				effects := slices.Clone(w.effects)
				again, err := r.Run(t.Context())
				if len(test.refuse) == 0 { // of which the next call tries again
					require.Error(t, err)
					assert.Equal(t, test.phases, phasesOf(again))
					assert.Equal(t, test.kind, cloud.KindOf(err))
					assert.Equal(t, effects, w.effects, "nothing twice")
				}
			})
		})
	}
}

func TestUnhealthyInTheSoak(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a", "b")
		p := &process{world: w}
		r := rollout.Rollout{
			Steps: []rollout.Step{p.step("a"), p.step("b")}, Waves: rollout.Waves(1, 1), Soak: time.Hour, OnFailure: rollout.UndoAll,
		}
		calls := 0
		r.Steps[0].Verify = func(context.Context, any) error {
			if calls++; calls == 5 {
				return errors.New("slow")
			}
			return nil
		}
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrUnhealthy)
		assert.Equal(t, "a undone old, b blocked old", phasesOf(report))
		assert.Equal(t, []string{"a=new", "a=old"}, w.effects)
	})
}

func TestRunAgainTriesWhatWasRefusedFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a", "b", "c")
		p := &process{world: w}
		w.refuse["a=new"] = []error{callError(cloud.ErrDenied), callError(cloud.ErrDenied)}
		r := rollout.Rollout{
			Steps:    []rollout.Step{p.step("b"), p.step("a", "b"), p.step("c", "b")},
			InFlight: 1, Journal: journal.Memory(), Resume: p.resume,
		}
		for range 2 {
			report, err := r.Run(t.Context())
			require.ErrorIs(t, err, cloud.ErrDenied)
			assert.Equal(t, "b live new, a failed old, c blocked old", phasesOf(report))
		}
		report, err := r.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "b live new, a live new, c live new", phasesOf(report))
		assert.Equal(t, []string{"b=new", "a=new", "c=new"}, w.effects)
	})
}

func TestResourceThatChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a", "b")
		p := &process{world: w}
		r := rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b")}, Waves: rollout.Waves(1, 1)}
		r.Steps[0].Verify = func(context.Context, any) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.values["b"] = "somebody else's"
			return nil
		}
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrConflict)
		require.ErrorContains(t, err, `step "b" (b), starting: things ChangeThing: conflict: b has changed since the plan: `+
			`value is "somebody else's", and was "old"`)
		assert.Equal(t, "a live new, b failed old", phasesOf(report))

		plan, err := rollout.Rollout{Steps: []rollout.Step{p.step("b")}}.Plan(t.Context())
		require.NoError(t, err)
		w.values["b"] = "new"
		report, err = rollout.Rollout{Steps: []rollout.Step{p.step("b")}, Approved: plan}.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "b skipped new", phasesOf(report), "what somebody else has done already")
	})
}

func TestSupersededIsNotUndone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a")
		w.fail["a=new"] = cloud.Verdict{State: "OTHER", Outcome: cloud.Failed, Superseded: true}
		p := &process{world: w}
		report, err := rollout.Rollout{Steps: []rollout.Step{p.step("a")}, OnFailure: rollout.UndoAll}.Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrSuperseded)
		assert.Equal(t, "a failed unknown", phasesOf(report))
		assert.Equal(t, rollout.UndoFailed, report.Outcome)
		assert.Equal(t, []string{"a=new"}, w.effects)
	})
}

func TestNotApproved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld("a", "b")
		p := &process{world: w}
		no := errors.New("not today")
		r := rollout.Rollout{
			Steps: []rollout.Step{p.step("a"), p.step("b")}, Waves: rollout.Waves(1, 1), Journal: journal.Memory(), Resume: p.resume,
		}
		r.Approve = func(_ context.Context, w rollout.Wave) error {
			if w.Number == 2 {
				return no
			}
			return nil
		}
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, no)
		assert.Equal(t, "rollout interrupted: wave 2 is not approved: not today", err.Error())
		assert.Equal(t, "a live new, b waiting old", phasesOf(report))
		r.Approve = nil
		_, err = r.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"a=new", "b=new"}, w.effects)
	})
}

func TestJournalThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &process{world: newWorld("a")}
		p.dieAt, p.cancel = 12, func() {}
		r := rollout.Rollout{Steps: []rollout.Step{p.step("a")}, Journal: mortal{journal.Memory(), p}, Resume: p.resume}
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, errDead)
		require.ErrorContains(t, err, "rollout: journal: ")
		assert.Equal(t, rollout.Interrupted, report.Outcome)
	})
}

// TestSameResource checks that steps which change the same resource are carried out one after another, and undone in the
// opposite order.
func TestSameResource(t *testing.T) {
	t.Parallel()
	rolloutOf := func(p *process) rollout.Rollout {
		step := func(name, resource, value string, needs ...string) rollout.Step {
			return rollout.Step{Name: name, Needs: needs, Always: true, Prepare: func(context.Context) (cloud.AnyChange, error) {
				return p.prepare(resource, value)
			}}
		}
		return rollout.Rollout{Steps: []rollout.Step{
			step("first", "a", "1", "other"), step("second", "a", "2"), step("third", "a", "3"), step("other", "b", "1"),
		}}
	}
	tests := []struct {
		name    string
		fail    string
		policy  rollout.OnFailure
		effects []string
		phases  string
	}{
		{"all live", "", "", []string{"b=1", "a=1", "a=2", "a=3"}, "live live live live"},
		{"one fails", "a=2", rollout.Continue, []string{"b=1", "a=1", "a=2", "a=3"}, "live failed live live"},
		{"the last fails", "a=3", rollout.UndoAll, []string{"b=1", "a=1", "a=2", "a=3", "a=2", "a=1", "a=old", "b=old"}, "undone undone undone undone"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld("a", "b")
				w.fail[test.fail] = failed
				r := rolloutOf(&process{world: w})
				r.OnFailure = test.policy
				report, err := r.Run(t.Context())
				assert.Equal(t, test.fail == "", err == nil)
				assert.Equal(t, test.effects, w.effects)
				assert.Equal(t, 1, w.busiest)
				var phases []string
				for _, s := range report.Steps {
					phases = append(phases, string(s.Phase))
				}
				assert.Equal(t, test.phases, strings.Join(phases, " "))
			})
		})
	}
}
