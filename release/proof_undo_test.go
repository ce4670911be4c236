package release_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// A wayBack is what the undo of a recipe does if nothing goes wrong.
type wayBack struct {
	calls   map[string]int // its requests, by operation
	changes map[string]int // the changes that they start, by operation
	effects map[string]int // the changes that the way there and the way back start, but for those that may be repeated
}

// effectsOf counts the changes that requests have started, by operation.
func (w wayBack) effectsOf(emu *emulator.Emulator) map[string]int {
	done := map[string]int{}
	for _, r := range emu.Requests() {
		if _, ok := w.effects[r.Operation]; ok {
			done[r.Operation] += r.Changes
		}
	}
	return done
}

// undoes has the last step live and not good, and something go wrong while all is undone.
func (p proof) undoes(t *testing.T) {
	t.Parallel()
	var back wayBack
	var from int
	synctest.Test(t, func(t *testing.T) { back = p.wayBack(t) })
	synctest.Test(t, func(t *testing.T) {
		one, _, _ := p.run(t, p.start(t), journal.Memory(), 0, p.bad)
		from = max(one.undoAt-8, 1) // with what leads to it
	})
	t.Run("crashes", func(t *testing.T) {
		p.crashes(t, from, max(p.every, 1), p.bad, func(t *testing.T, emu *emulator.Emulator, report *rollout.Report, err error, when string) {
			p.requireUndone(t, emu, report, err, when)
			assert.Equal(t, back.effects, back.effectsOf(emu), when)
		})
	})
	for _, operation := range slices.Sorted(maps.Keys(back.calls)) {
		t.Run("faults of "+operation, func(t *testing.T) { p.undoFaults(t, back, operation) })
	}
	for operation, times := range back.changes {
		for k := range times {
			t.Run(fmt.Sprintf("failure of %s %d", operation, k), func(t *testing.T) { p.undoFails(t, operation, k) })
		}
	}
}

// fails has the service fail one change of the way there, and then the first of the way back too: the report says what
// stands where, and Run called again starts nothing.
func (p proof) fails(t *testing.T, operation string, k int) {
	t.Parallel()
	undo := func(r *rollout.Rollout) { r.OnFailure, r.InFlight = cmp.Or(p.undo, rollout.UndoAll), 1 }
	for _, isClosed := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			emu, j := p.start(t), journal.Memory()
			endings := slices.Repeat([]emulator.Ending{{Operation: operation}}, k+1)
			endings[k].Fail, endings[k].Reason = true, "the way there is closed"
			emu.Script(endings...)
			one := &process{journal: j}
			if isClosed {
				one.onUndo = func() { emu.Script(p.closed()...) }
			}
			_, report, err := p.runIn(t, emu, one, undo)
			require.ErrorContains(t, err, "the way there is closed")
			assert.Contains(t, string(report.JSON()), "the way there is closed")
			p.requireTrue(t, emu, report, "")
			t.Log(isClosed, phasesOf(report))
			if !isClosed && p.undo == "" {
				assert.Equal(t, rollout.Undone, report.Outcome, report)
				assert.NotContains(t, phasesOf(report), "new", "all is undone")
			}
			started := len(emu.Requests())
			_, again, err := p.run(t, emu, j, 0, undo)
			require.ErrorContains(t, err, "the way there is closed")
			assert.Equal(t, phasesOf(report), phasesOf(again))
			for _, r := range emu.Requests()[started:] {
				assert.Zero(t, r.Changes, r.Operation)
			}
		})
	}
}

// closed has the next change of each operation fail.
func (p proof) closed() (list []emulator.Ending) {
	for operation := range p.effects {
		list = append(list, emulator.Ending{Operation: operation, Fail: true, Reason: "the way back is closed"})
	}
	return list
}

// bad makes the verification of the last step fail, and what the recipe can undo be undone.
func (p proof) bad(r *rollout.Rollout) {
	bad(r)
	if p.undo != "" {
		r.OnFailure = p.undo
	}
}

// badRun runs the recipe, one step at a time, so that it is undone. atUndo is called when the way back begins.
func (p proof) badRun(t *testing.T, emu *emulator.Emulator, j journal.Journal, atUndo func()) (*process, *rollout.Report, error) {
	t.Helper()
	return p.runIn(t, emu, &process{journal: j, onUndo: atUndo}, func(r *rollout.Rollout) {
		p.bad(r)
		r.InFlight = 1
	})
}

func oldOrNew(isOld bool) rollout.Stands {
	if isOld {
		return rollout.StandsOld
	}
	return rollout.StandsNew
}

func (p proof) requireUndone(t *testing.T, emu *emulator.Emulator, report *rollout.Report, err error, when string) {
	t.Helper()
	require.ErrorIs(t, err, cloud.ErrUnhealthy, when)
	assert.Equal(t, p.undone, phasesOf(report), when)
	p.restored(t, emu.Config())
	p.requireTrue(t, emu, report, when)
}

// requireTrue requires that everything stands as the report says.
func (p proof) requireTrue(t *testing.T, emu *emulator.Emulator, report *rollout.Report, when string) {
	t.Helper()
	for _, s := range report.Steps {
		if s.Stands != rollout.StandsUnknown {
			assert.True(t, p.stands(t, emu.Config(), s.Name, s.Stands), "%s: step %q is not %s", when, s.Name, s.Stands)
		}
	}
}

// wayBack runs the recipe and its undo without a fault.
func (p proof) wayBack(t *testing.T) wayBack {
	t.Helper()
	emu, begun := p.start(t), 0
	_, report, err := p.badRun(t, emu, journal.Memory(), func() { begun = len(emu.Requests()) })
	sent := emu.Requests()[begun:]
	p.requireUndone(t, emu, report, err, "")
	back := wayBack{map[string]int{}, map[string]int{}, maps.Clone(p.effects)}
	for _, r := range sent {
		back.calls[r.Operation]++
		if r.Changes > 0 {
			back.changes[r.Operation] += r.Changes
			back.effects[r.Operation] = 0
		}
	}
	back.effects = back.effectsOf(emu)
	require.NotEmpty(t, back.calls)
	return back
}

// undoFaults has each request of an operation that the undo sends throttled, refused for a while, or its response lost. Of
// those that read, it is the first.
func (p proof) undoFaults(t *testing.T, back wayBack, operation string) {
	t.Parallel()
	times, faults := back.calls[operation], []emulator.Fault{
		{Kind: emulator.Throttle, Times: 20},
		{Kind: emulator.Unavailable, Times: 20},
		{Kind: emulator.Reset, Times: 1},
		{Kind: emulator.Truncate, AfterEffect: true, Times: 1},
		{Kind: emulator.Reset, AfterEffect: true, Times: 1},
	}
	if isRead("." + operation) {
		times, faults = 1, faults[:4]
	}
	for k := range times {
		for i, fault := range faults {
			if (k*len(faults)+i)%sparse != 0 {
				continue
			}
			synctest.Test(t, func(t *testing.T) {
				emu := p.start(t)
				fault.Operation, fault.Skip = operation, k
				_, report, err := p.badRun(t, emu, journal.Memory(), func() { emu.Inject(fault) })
				when := fmt.Sprintf("%s %v of request %d", fault.Kind, fault.AfterEffect, k)
				p.requireUndone(t, emu, report, err, when)
				assert.Equal(t, back.effects, back.effectsOf(emu), when)
			})
		}
	}
	synctest.Test(t, func(t *testing.T) { p.undoIsRefused(t, back, operation) })
}

// undoIsRefused has the service refuse all requests of an operation: the report says so, and when the service accepts them
// again, Run does what is left.
func (p proof) undoIsRefused(t *testing.T, back wayBack, operation string) {
	emu, j := p.start(t), journal.Memory()
	var remove func()
	_, report, err := p.badRun(t, emu, j, func() {
		remove = emu.Inject(emulator.Fault{Operation: operation, Kind: emulator.Refuse, Code: "Forbidden", Status: 403, Message: "no", Times: -1})
	})
	require.ErrorIs(t, err, cloud.ErrUnhealthy)
	assert.Equal(t, rollout.UndoFailed, report.Outcome, report)
	remove()
	p.requireTrue(t, emu, report, "refused")
	_, report, err = p.badRun(t, emu, j, nil)
	p.requireUndone(t, emu, report, err, "accepted again")
	assert.Equal(t, back.effects, back.effectsOf(emu))
}

// undoFails has one change of the undo fail: the report says what stands where, and Run called again starts nothing.
func (p proof) undoFails(t *testing.T, operation string, k int) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, j := p.start(t), journal.Memory()
		endings := slices.Repeat([]emulator.Ending{{Operation: operation}}, k+1)
		endings[k].Fail, endings[k].Reason = true, "the way back is closed"
		_, report, err := p.badRun(t, emu, j, func() { emu.Script(endings...) })
		require.ErrorContains(t, err, "the way back is closed")
		require.ErrorIs(t, err, errNoRows)
		assert.Equal(t, rollout.UndoFailed, report.Outcome)
		failed := slices.IndexFunc(report.Steps, func(s rollout.StepReport) bool { return s.Phase == rollout.PhaseUndoFailed })
		require.GreaterOrEqual(t, failed, 0, report)
		assert.Contains(t, report.Steps[failed].UndoError, "the way back is closed")
		assert.Contains(t, report.String(), "the way back is closed")
		p.requireTrue(t, emu, report, "")
		t.Log(phasesOf(report))

		started := len(emu.Requests())
		_, again, err := p.badRun(t, emu, j, nil)
		require.ErrorContains(t, err, "the way back is closed")
		assert.Equal(t, phasesOf(report), phasesOf(again))
		for _, r := range emu.Requests()[started:] {
			assert.Zero(t, r.Changes, r.Operation)
		}
	})
}
