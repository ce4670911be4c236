package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// Wave is what Rollout.Approve is asked about.
type Wave struct {
	Number int // from 1
	Of     int // how many waves there are
	// Steps are the steps that are to start, or to continue.
	Steps []PlannedStep
	// Approved is when the wave was approved before, by an earlier call of Run that was interrupted; otherwise zero.
	Approved time.Time
}

// wave carries out one wave. The error is what interrupted the rollout.
func (r *run) wave(ctx context.Context, number int) error {
	steps := r.in(number)
	if err := r.approved(ctx, number, steps); err != nil {
		return err
	}
	r.schedule(ctx, steps, r.mayStart, r.forward)
	if err := r.soak(ctx, number, steps); err != nil {
		return err
	}
	return interruption(ctx)
}

// approved asks whether the wave may start, if it has anything to start.
func (r *run) approved(ctx context.Context, number int, steps []*step) error {
	w := Wave{Number: number, Of: r.waves()}
	for _, s := range steps {
		if !s.phase.isSettled() {
			w.Steps = append(w.Steps, s.planned)
		}
	}
	key := r.record.key(keyWave, strconv.Itoa(number))
	past, err := r.record.steps(ctx, key)
	switch {
	case err != nil:
		return err
	case len(w.Steps) == 0 || r.Approve == nil || r.isTripped(number):
		return interruption(ctx)
	}
	for _, p := range past {
		if p.What == eventApproved {
			w.Approved = p.At
		}
	}
	if err := r.approve(ctx, w); err != nil {
		return &approvalError{number, err}
	}
	if err := interruption(ctx); err != nil {
		return err
	}
	return r.record.add(ctx, key, cloud.Pending, journal.Step{What: eventApproved})
}

// approvalError is a wave that was not approved.
type approvalError struct {
	wave int
	err  error
}

func (e *approvalError) Error() string {
	return fmt.Sprintf("wave %d is not approved: %v", e.wave, e.err)
}
func (e *approvalError) Unwrap() error { return e.err }

// A turn says whether a step may go.
type turn int

const (
	later turn = iota
	now
	never
)

// schedule lets do carry out the steps whose turn it is, at most InFlight at once, and leaves those whose turn will never
// come.
func (r *run) schedule(ctx context.Context, steps []*step, turnOf func(*step) (turn, error), do func(context.Context, *step)) {
	for _, s := range steps {
		s.over = false
	}
	open, done, busy := slices.Clone(steps), make(chan *step), 0
	for {
		before, kept := len(open), 0
		for i, s := range open {
			if busy == r.InFlight || ctx.Err() != nil {
				kept += copy(open[kept:], open[i:])
				break
			}
			switch turn, why := turnOf(s); turn {
			case later:
				open[kept] = s
				kept++
			case now:
				busy++
				go func() {
					defer func() { done <- s }()
					do(ctx, s)
				}()
			case never:
				r.leave(ctx, s, why)
				s.over = true
			}
		}
		open = open[:kept]
		switch {
		case ctx.Err() != nil && busy == 0:
			return
		case busy > 0:
			s := <-done
			s.over = true
			busy--
		case len(open) == before || len(open) == 0:
			return
		}
	}
}

// leave records why a step stays as it is.
func (r *run) leave(ctx context.Context, s *step, why error) {
	switch {
	case why == nil: // there is nothing to do for it
	case s.phase == PhaseWaiting || s.phase == PhaseBlocked:
		r.enter(ctx, s, PhaseBlocked, why)
	default:
		s.undoErr = r.stepError(s, s.phase, why)
	}
}

// errStopped is why steps are not started after others have failed.
var errStopped = errors.New("the rollout stopped before it")

// mayStart is the turn of a step in the way forward. What an earlier call has started is followed in any case; what has
// failed there is tried again before anything new starts. Steps that change the same resource start in their order.
func (r *run) mayStart(s *step) (turn, error) {
	phase := r.phaseOf(s)
	isNew := phase == PhaseWaiting || phase == PhaseBlocked
	switch {
	case phase.isSettled():
		return never, nil
	case isNew && r.isTripped(s.wave):
		return never, errStopped
	case isNew && slices.ContainsFunc(r.tried, func(other *step) bool { return other.wave == s.wave && !other.over }):
		return later, nil
	}
	for _, need := range s.needs {
		switch phase := r.phaseOf(need); {
		case phase.isGood():
		case need.over:
			return never, fmt.Errorf("it needs %q, which is %s", need.Name, phase)
		default:
			return later, nil
		}
	}
	if isNew && r.isTaken(s, func(other *step) bool { return other.wave == s.wave && other.position < s.position }) {
		return later, nil
	}
	return now, nil
}

// isTaken reports whether another step, one that comes before, is to be done first because it changes the same resource, as
// far as the plan names it: services refuse or mix up two changes of one resource.
func (r *run) isTaken(s *step, before func(other *step) bool) bool {
	if s.planned.Resource == "" {
		return false
	}
	return slices.ContainsFunc(r.byResource[s.planned.Resource], func(other *step) bool {
		return !other.over && before(other) && other.planned.isSameAs(s.planned)
	})
}

// soak verifies the steps of a wave again and again until its soak ends. It begins when the last step soaks. The steps
// of a rollout that stops meanwhile remain where they are.
func (r *run) soak(ctx context.Context, number int, steps []*step) error {
	soaking := slices.DeleteFunc(slices.Clone(steps), func(s *step) bool { return s.phase != PhaseSoaking })
	var over time.Time
	for _, s := range soaking {
		if at := s.phases[len(s.phases)-1].At.Add(r.Soak); at.After(over) {
			over = at
		}
	}
	for isOver := len(soaking) == 0; !isOver && ctx.Err() == nil && !r.isTripped(number); {
		left := max(time.Until(over), 0)
		interval := min(left, max(r.Soak/10, firstPause))
		if isOver = interval == left; pause(ctx, interval) == nil {
			r.schedule(ctx, soaking, r.maySoak, r.verifyAgain)
		}
	}
	for _, s := range soaking {
		if ctx.Err() == nil && s.phase == PhaseSoaking && !r.isTripped(number) {
			r.enter(ctx, s, PhaseLive, nil)
		}
	}
	return interruption(ctx)
}

// maySoak is the turn of a step to be verified again.
func (r *run) maySoak(s *step) (turn, error) {
	if r.phaseOf(s) != PhaseSoaking {
		return never, nil
	}
	return now, nil
}

// verifyAgain verifies a step that soaks.
func (r *run) verifyAgain(ctx context.Context, s *step) {
	if !r.isHealthy(ctx, s) {
		r.undoFailed(ctx, s)
	}
}
