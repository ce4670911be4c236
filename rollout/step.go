package rollout

import (
	"context"
	"errors"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// forward carries out one step until it is live and good, has failed, or ctx has ended. If failures are undone, it undoes
// this one.
func (r *run) forward(ctx context.Context, s *step) {
	if s.phase != PhaseUndoing && s.phase != PhaseUndoFailed { // which an earlier call has not finished
		if err := r.make(ctx, s); err == nil {
			r.verified(ctx, s)
		}
	}
	r.undoFailed(ctx, s)
}

// undoFailed undoes a step that has failed, if failures are undone.
func (r *run) undoFailed(ctx context.Context, s *step) {
	if ctx.Err() == nil && s.failed && s.phase != PhaseUndone && r.OnFailure.undoes() {
		r.undo(ctx, s)
	}
}

// errNotLive is a change that is not live, as its step says.
var errNotLive = errors.New("not live")

// make carries out the change of a step. It returns nil when it is live.
func (r *run) make(ctx context.Context, s *step) error {
	r.enter(ctx, s, PhaseStarting, nil)
	err := r.ready(ctx, s)
	if err == nil {
		err = r.follow(ctx, s, keyChange, s.Prepare, func(ch cloud.AnyChange) error { return r.admit(s, ch) })
	}
	switch {
	case ctx.Err() != nil && !isEnd(err):
		return errNotLive
	case errors.Is(err, errNothing):
		r.enter(ctx, s, PhaseSkipped, nil)
		return errNotLive
	case err != nil:
		r.enter(ctx, s, PhaseFailed, r.stepError(s, s.phase, err))
		return errNotLive
	}
	return nil
}

// ready waits until a step that has not started may.
func (r *run) ready(ctx context.Context, s *step) error {
	if s.Ready == nil {
		return nil
	}
	entry, err := r.record.Load(ctx, r.record.key(keyChange, s.Name))
	if err != nil || hasBegun(entry) {
		return err
	}
	return r.patiently(ctx, s, func() error { return s.Ready(ctx) })
}

// isEnd reports whether err is how a change has ended.
func isEnd(err error) bool {
	failed, ok := errors.AsType[*cloud.WaitError](err)
	return err == nil || ok && failed.Outcome != cloud.Pending
}

// follow carries out a change by the journal, and sets s.change. A start that is throttled waits its turn.
func (r *run) follow(
	ctx context.Context, s *step, kind string, prepare func(context.Context) (cloud.AnyChange, error), admit func(cloud.AnyChange) error,
) error {
	s.change, s.observed = nil, watched{}
	key := r.record.key(kind, s.Name)
	prepared := func(ctx context.Context) (ch cloud.AnyChange, err error) {
		s.change, err = prepare(ctx)
		return s.change, err
	}
	resume := func(token string) (cloud.AnyChange, error) { return r.resume(s, token) }
	var end journal.End
	err := r.patiently(ctx, s, func() (err error) {
		end, err = journal.Run(ctx, r.record, key, prepared, resume, journal.Check(admit),
			journal.OnStep(func(did journal.Step) {
				if did.What == journal.EventStarted && kind == keyChange {
					r.enter(ctx, s, PhaseChanging, nil)
				}
			}),
			journal.OnPoll(func(found cloud.Observation) { r.polled(ctx, s, found) }))
		return err
	})
	if err == nil {
		r.past.add(ctx, key, end)
	}
	return err
}

// resume returns the change of a token: the one that this process prepared, or one that is restored.
func (r *run) resume(s *step, token string) (ch cloud.AnyChange, err error) {
	if !isNil(s.change) && s.change.Token() == token {
		return s.change, nil
	}
	if r.Resume == nil {
		return nil, &cloud.ValidationError{Service: "rollout", Problems: []cloud.Problem{{
			Field: "Resume", Check: cloud.CheckRequired, Rule: "required to continue or undo a change of another process",
		}}}
	}
	s.change, err = r.Resume(token)
	return s.change, err
}

// read returns what the wait for the change of a step returned, which this process need not have seen.
func (r *run) read(ctx context.Context, s *step) (any, error) {
	if isNil(s.change) {
		entry, err := r.record.Load(ctx, r.record.key(keyChange, s.Name))
		if err != nil {
			return nil, err
		}
		if _, err := r.resume(s, entry.Token.Reveal()); err != nil {
			return nil, err
		}
	}
	return s.change.WaitAny(ctx) // without a call, if this process has waited
}

// verified verifies a step that is live for the first time.
func (r *run) verified(ctx context.Context, s *step) {
	if s.Verify != nil {
		r.enter(ctx, s, PhaseVerifying, nil)
		if !r.isHealthy(ctx, s) {
			return
		}
	}
	if r.Soak > 0 {
		r.enter(ctx, s, PhaseSoaking, nil)
		return
	}
	r.enter(ctx, s, PhaseLive, nil)
}

// isHealthy verifies a step. It returns false if the step is unhealthy or ctx has ended.
func (r *run) isHealthy(ctx context.Context, s *step) bool {
	if s.Verify == nil {
		return ctx.Err() == nil
	}
	live, err := r.read(ctx, s)
	if err == nil {
		err = s.Verify(ctx, live)
	}
	switch {
	case ctx.Err() != nil:
		return false
	case err == nil:
		return true
	}
	unhealthy := &cloud.Error{
		Service: s.planned.Service, Operation: s.planned.Operation, Kind: cloud.ErrUnhealthy, Message: "live, but not good", Err: err,
	}
	r.enter(ctx, s, PhaseUnhealthy, r.stepError(s, s.phase, unhealthy))
	return false
}

// isTripped reports whether more steps have failed than may fail, up to a wave.
func (r *run) isTripped(wave int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	failures := 0
	for of, n := range r.failures {
		if of <= wave {
			failures += n
		}
	}
	return failures > r.MaxFailures && r.OnFailure != Continue
}

// phaseOf returns the phase of a step that another goroutine may carry out.
func (r *run) phaseOf(s *step) Phase {
	r.mu.Lock()
	defer r.mu.Unlock()
	return s.phase
}

// in returns the steps of a wave.
func (r *run) in(wave int) []*step { return slices.Clone(r.byWave[wave]) }
