package rollout

import "github.com/polycloud-sdk/polycloud-go/cloud"

// Phase is where a step is between the plan and its end.
type Phase string

const (
	// PhaseWaiting is a step that has not started.
	PhaseWaiting Phase = "waiting"
	// PhaseStarting is a step that is prepared and started; also while the service throttles its start.
	PhaseStarting Phase = "starting"
	// PhaseChanging is a change that has begun.
	PhaseChanging Phase = "changing"
	// PhaseVerifying is a change that is live and being verified for the first time.
	PhaseVerifying Phase = "verifying"
	// PhaseSoaking is a change that was good and is verified again until the soak ends.
	PhaseSoaking Phase = "soaking"
	// PhaseLive is a change that is live and good.
	PhaseLive Phase = "live"
	// PhaseSkipped is a step that had nothing to do.
	PhaseSkipped Phase = "skipped"
	// PhaseBlocked is a step that was not started, because one that it needs is not live or the rollout has stopped.
	PhaseBlocked Phase = "blocked"
	// PhaseFailed is a change that was not started, or did not become live.
	PhaseFailed Phase = "failed"
	// PhaseUnhealthy is a change that is live, but not good.
	PhaseUnhealthy Phase = "unhealthy"
	// PhaseUndoing is a change that is being undone.
	PhaseUndoing Phase = "undoing"
	// PhaseUndone is a change that was undone.
	PhaseUndone Phase = "undone"
	// PhaseUndoFailed is a change that could not be undone.
	PhaseUndoFailed Phase = "undo failed"
)

// phases has all phases, in the order in which a legend shows them.
var phases = []Phase{
	PhaseWaiting, PhaseStarting, PhaseChanging, PhaseVerifying, PhaseSoaking, PhaseLive, PhaseSkipped, PhaseBlocked,
	PhaseFailed, PhaseUnhealthy, PhaseUndoing, PhaseUndone, PhaseUndoFailed,
}

// isGood reports whether steps that need this one may start.
func (p Phase) isGood() bool { return p == PhaseSoaking || p == PhaseLive || p == PhaseSkipped }

// isSettled reports whether a rollout that continues has nothing left to do for the step but to soak.
func (p Phase) isSettled() bool { return p.isGood() || p == PhaseUndone }

// isEnd reports whether the step stays in this phase unless something is done about it.
func (p Phase) isEnd() bool { return p.outcome() != cloud.Pending }

// outcome is how a step in this phase has ended.
func (p Phase) outcome() cloud.Outcome {
	switch p {
	case PhaseLive, PhaseSkipped:
		return cloud.Succeeded
	case PhaseBlocked:
		return cloud.Canceled
	case PhaseFailed, PhaseUnhealthy, PhaseUndone, PhaseUndoFailed:
		return cloud.Failed
	}
	return cloud.Pending
}

// Stands is which state the resource of a step has.
type Stands string

const (
	StandsOld     Stands = "old"     // as it was before the rollout
	StandsNew     Stands = "new"     // as the step asks for
	StandsUnknown Stands = "unknown" // in between, or not known
)
