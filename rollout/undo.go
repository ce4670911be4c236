package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// undoesAll is what is undone if it is not one wave.
const undoesAll = "all"

// decide decides what is undone after too many failures in a wave, and records it.
func (r *run) decide(ctx context.Context, wave int) error {
	switch r.OnFailure {
	case UndoWave:
		r.undone = strconv.Itoa(wave)
	case UndoAll:
		r.undone = undoesAll
	default:
		return nil
	}
	return r.record.add(ctx, r.record.key(keyRollout, ""), cloud.Pending, journal.Step{What: eventUndo, Resource: r.undone})
}

// undoDecided undoes what was decided, the last steps first.
func (r *run) undoDecided(ctx context.Context) error {
	if r.undone == "" || ctx.Err() != nil {
		return interruption(ctx)
	}
	steps := slices.Clone(r.steps)
	if wave, err := strconv.Atoi(r.undone); err == nil {
		steps = r.in(wave)
	}
	slices.Reverse(steps)
	r.schedule(ctx, steps, r.mayUndo, r.undo)
	return interruption(ctx)
}

// mayUndo is the turn of a step in the way back. A step that others need is undone when those are, so that none is left
// without what it needs. Of steps that change the same resource, the last is undone first.
func (r *run) mayUndo(s *step) (turn, error) {
	if !isUndoable(r.phaseOf(s)) {
		return never, nil
	}
	for _, other := range s.neededBy {
		switch phase := r.phaseOf(other); {
		case !isUndoable(phase), phase == PhaseFailed && other.over:
		case other.over:
			return never, fmt.Errorf("not undone: %q needs it, and is not undone either", other.Name)
		default:
			return later, nil
		}
	}
	if r.isTaken(s, func(other *step) bool { return other.position > s.position && isUndoable(r.phaseOf(other)) }) {
		return later, nil
	}
	return now, nil
}

// isUndoable reports whether a step in this phase may have changed something that is still there.
func isUndoable(p Phase) bool {
	switch p {
	case PhaseWaiting, PhaseBlocked, PhaseSkipped, PhaseUndone:
		return false
	}
	return true
}

// undo undoes the change of a step. One that has not begun stays as it is.
func (r *run) undo(ctx context.Context, s *step) {
	entry, err := r.record.Load(ctx, r.record.key(keyChange, s.Name))
	if err != nil || !hasBegun(entry) {
		return // an error has ended ctx
	}
	if errors.Is(s.err, cloud.ErrSuperseded) {
		s.undoErr = r.stepError(s, s.phase, errors.New("not undone: another change has replaced it"))
		return
	}
	r.enter(ctx, s, PhaseUndoing, nil)
	if s.made == nil {
		s.made = s.change
	}
	prepare := func(ctx context.Context) (cloud.AnyChange, error) {
		s.change = s.made
		ch, err := r.resume(s, entry.Token.Reveal())
		if err != nil {
			return nil, err
		}
		s.made = ch // for another try: the change back takes its place
		switch {
		case s.Undo != nil:
			return s.Undo(ctx, ch)
		}
		return ch.Undo(ctx)
	}
	admit := func(back cloud.AnyChange) error {
		if len(back.Diff()) == 0 && !s.Always {
			return errNothing
		}
		return nil
	}
	err = r.follow(ctx, s, keyUndo, prepare, admit)
	switch {
	case err == nil, errors.Is(err, errNothing):
		r.enter(ctx, s, PhaseUndone, nil)
	case ctx.Err() == nil || isEnd(err):
		r.enter(ctx, s, PhaseUndoFailed, r.stepError(s, PhaseUndoing, err))
	}
}

// hasBegun reports whether a change has begun, as far as is recorded.
func hasBegun(e journal.Entry) bool {
	info, err := cloud.PeekToken(e.Token.Reveal())
	return e.End != nil || err == nil && !info.Started.IsZero() || has(e, journal.EventStarted)
}

func has(e journal.Entry, what journal.Event) bool {
	return slices.ContainsFunc(e.Steps, func(s journal.Step) bool { return s.What == what })
}

// blockRest records why the steps of later waves were not started, unless the rollout will continue with them.
func (r *run) blockRest(ctx context.Context) {
	if ctx.Err() != nil || !r.isTripped(r.waves()) && r.undone == "" {
		return
	}
	for _, s := range r.steps {
		if s.phase == PhaseWaiting {
			r.enter(ctx, s, PhaseBlocked, errStopped)
		}
	}
}
