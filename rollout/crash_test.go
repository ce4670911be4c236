package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// A scenario is a rollout in a world, as each process sees it.
type scenario struct {
	world   func() *world
	rollout func(p *process) rollout.Rollout
}

// verify is a verification at which the process may die.
func (p *process) verify(name string, err error) func(context.Context, any) error {
	return func(context.Context, any) error {
		if dead := p.at("verify " + name); dead != nil {
			return dead
		}
		return err
	}
}

var scenarios = map[string]scenario{
	"success": {
		world: func() *world { return newWorld("a", "b", "c", "d") },
		rollout: func(p *process) rollout.Rollout {
			r := rollout.Rollout{
				Steps: []rollout.Step{p.step("a"), p.step("b"), p.step("c", "b"), p.step("d")},
				Waves: rollout.Waves(1, rollout.Rest), Soak: 30 * time.Second,
				Approve: func(context.Context, rollout.Wave) error { return p.at("approve") },
			}
			r.Steps[0].Verify, r.Steps[2].Verify = p.verify("a", nil), p.verify("c", nil)
			return r
		},
	},
	"a failed change, and all undone": {
		world: func() *world {
			w := newWorld("a", "b", "c", "d", "e")
			w.fail["c=new"] = failed
			return w
		},
		rollout: func(p *process) rollout.Rollout {
			return rollout.Rollout{
				Steps: []rollout.Step{p.step("a"), p.step("b", "a"), p.step("c"), p.step("d", "c"), p.step("e")},
				Waves: rollout.Waves(1, 3, rollout.Rest), OnFailure: rollout.UndoAll,
			}
		},
	},
	"live and not good, and the wave undone": {
		world: func() *world { return newWorld("a", "b", "c", "d") },
		rollout: func(p *process) rollout.Rollout {
			r := rollout.Rollout{
				Steps: []rollout.Step{p.step("a"), p.step("b"), p.step("c"), p.step("d")},
				Waves: rollout.Waves(1, 2, rollout.Rest), OnFailure: rollout.UndoWave, InFlight: 1, Soak: 20 * time.Second,
			}
			r.Steps[1].Verify, r.Steps[2].Verify = p.verify("b", nil), p.verify("c", errors.New("no rows"))
			return r
		},
	},
	"an undo that fails": {
		world: func() *world {
			w := newWorld("a", "b", "c")
			w.fail["b=old"] = failed
			return w
		},
		rollout: func(p *process) rollout.Rollout {
			r := rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b", "a"), p.step("c", "b")}, OnFailure: rollout.UndoAll}
			r.Steps[2].Verify = p.verify("c", errors.New("no rows"))
			return r
		},
	},
	"throttled starts": {
		world: func() *world {
			w := newWorld("a", "b")
			w.refuse["a=new"] = slices.Repeat([]error{callError(cloud.ErrThrottled)}, 3)
			w.refuse["b=new"] = slices.Repeat([]error{callError(cloud.ErrUnavailable)}, 3)
			return w
		},
		rollout: func(p *process) rollout.Rollout {
			return rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b", "a")}}
		},
	},
	"responses that are lost": {
		world: func() *world {
			w := newWorld("a", "b", "c")
			w.lost["a=new"], w.lost["c=new"], w.lost["a=old"], w.lost["b=old"] = 1, 1, 1, 1
			return w
		},
		rollout: func(p *process) rollout.Rollout {
			r := rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b"), p.step("c", "a", "b")}, OnFailure: rollout.UndoAll}
			r.Steps[2].Verify = p.verify("c", errors.New("no rows"))
			return r
		},
	},
	"stop, with one skipped": {
		world: func() *world {
			w := newWorld("a", "b", "c")
			w.values["a"] = "new"
			w.fail["b=new"] = failed
			return w
		},
		rollout: func(p *process) rollout.Rollout {
			return rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b", "a"), p.step("c")}, InFlight: 1}
		},
	},
}

// runOnce runs a scenario in one process that may die.
func (s scenario) runOnce(t *testing.T, w *world, j journal.Journal, dieAt int) (p *process, report *rollout.Report, err error) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p = &process{world: w, dieAt: dieAt, cancel: cancel}
	r := s.rollout(p)
	r.Journal, r.Resume = mortal{j, p}, p.resume
	report, err = r.Run(ctx)
	return p, report, err
}

// TestCrashesAtEveryPoint has a process die at each of its steps in turn, and another one continue: the end is the same,
// and each change starts once.
func TestCrashesAtEveryPoint(t *testing.T) {
	t.Parallel()
	for name, s := range scenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want string
			var effects []string
			var outcome rollout.Outcome
			points := 0
			synctest.Test(t, func(t *testing.T) {
				w := s.world()
				p, report, _ := s.runOnce(t, w, journal.Memory(), 0)
				want, effects, points = phasesOf(report), slices.Sorted(slices.Values(w.effects)), p.passed
				outcome = report.Outcome
			})
			require.Greater(t, points, 40)
			for dieAt := 1; dieAt <= points; dieAt++ {
				synctest.Test(t, func(t *testing.T) {
					w, j := s.world(), journal.Memory()
					p, report, err := s.runOnce(t, w, j, dieAt)
					if p.died == "" { // it had less to do than the other one, by chance
						return
					}
					where := fmt.Sprintf("died at point %d: %s", dieAt, p.died)
					require.Error(t, err, where)
					if report.Outcome != outcome { // all was done, and the report not yet
						assert.Equal(t, rollout.Interrupted, report.Outcome, where)
					}
					_, report, _ = s.runOnce(t, w, j, 0)
					assert.Equal(t, want, phasesOf(report), where)
					assert.Equal(t, effects, slices.Sorted(slices.Values(w.effects)), where)
				})
			}
		})
	}
}

// TestManyCrashes has one process after the other die, each a little later than the one before.
func TestManyCrashes(t *testing.T) {
	t.Parallel()
	for name, s := range scenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for step := 7; step <= 29; step += 2 {
				synctest.Test(t, func(t *testing.T) {
					clean := s.world()
					_, want, _ := s.runOnce(t, clean, journal.Memory(), 0)
					w, j := s.world(), journal.Memory()
					var report *rollout.Report
					for dieAt := step; ; dieAt += step {
						p, last, _ := s.runOnce(t, w, j, dieAt)
						if report = last; p.died == "" {
							break
						}
					}
					assert.Equal(t, phasesOf(want), phasesOf(report), step)
					assert.Equal(t, slices.Sorted(slices.Values(clean.effects)), slices.Sorted(slices.Values(w.effects)), step)
				})
			}
		})
	}
}
