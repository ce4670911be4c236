package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// Run carries out the rollout and returns what it did. Called again with the same Journal, in this process or another, it
// continues where the last call was: nothing starts twice. What failed without the service having carried anything out,
// such as a start that was refused, is then tried again. A rollout that was undone stays so.
//
// The error is nil if all steps are live or skipped, and otherwise an *Error, unless the rollout is invalid or could not
// be planned. The report is never nil if the rollout is valid. A rollout should run in one process at a time. If it runs
// in two, its changes still start once, but it has more than InFlight steps in progress.
func (r Rollout) Run(ctx context.Context) (*Report, error) { return r.run(ctx, func(Event) {}) }

func (r Rollout) run(ctx context.Context, emit func(Event)) (*Report, error) {
	run, err := newRun(r, emit)
	if err != nil {
		return nil, err
	}
	ctx, cancel := run.bind(ctx)
	defer cancel()
	err = run.all(ctx)
	if err == nil {
		err = run.recordEnd(ctx)
	}
	report := run.report(ctx, err)
	return report, report.err(err)
}

// A run is one call of Run.
type run struct {
	Rollout
	steps  []*step
	order  []*step         // by wave, and each after those that it needs
	byWave map[int][]*step // in their order
	tried  []*step         // those that have failed in an earlier call, and are tried again
	record *record
	// byResource has the steps by what they change, once they are planned.
	byResource map[string][]*step
	emit       func(Event)
	past       *history
	cancel     context.CancelCauseFunc

	undone string // what is undone: "", "all", or a wave

	mu       sync.Mutex  // guards what steps have in common, and their phases
	ended    int         // how many steps have ended
	failures map[int]int // how many steps count as failures, by wave
	left     Estimate    // of the rest, as estimated at leftAt
	leftAt   time.Time
}

// A step is a Step as far as it has come.
type step struct {
	Step
	wave      int
	position  int // in the order of the run
	needs     []*step
	neededBy  []*step
	planned   PlannedStep
	isPlanned bool

	// These are written by the one goroutine that carries the step out, under the lock of the run.
	phases  []journal.Step // the past, as recorded
	phase   Phase
	failed  bool  // it counts as a failure
	err     error // why it failed, or is blocked
	undoErr error // why it could not be undone

	change   cloud.AnyChange // as last prepared or resumed; only its goroutine uses it
	made     cloud.AnyChange // the change that is undone, as soon as this process has it
	observed watched         // the last polls

	again bool // it has failed in an earlier call, and is tried again
	over  bool // schedule has no more to do for it
}

func newRun(r Rollout, emit func(Event)) (*run, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if r.InFlight == 0 {
		r.InFlight = DefaultInFlight
	}
	if r.OnFailure == "" {
		r.OnFailure = Stop
	}
	run := &run{
		Rollout: r, emit: emit, cancel: func(error) {},
		byWave: map[int][]*step{}, byResource: map[string][]*step{}, failures: map[int]int{},
	}
	run.record = newRecord(r, func(err error) { run.cancel(err) }) // bind sets cancel
	run.past = newHistory(r, run.record)
	byName := map[string]*step{}
	for i, s := range r.Steps {
		one := &step{Step: guarded(s), wave: waveOf(r.Waves, i), phase: PhaseWaiting}
		run.steps, byName[s.Name] = append(run.steps, one), one
		run.byWave[one.wave] = append(run.byWave[one.wave], one)
	}
	for _, s := range run.steps {
		for _, need := range s.Needs {
			s.needs = append(s.needs, byName[need])
			byName[need].neededBy = append(byName[need].neededBy, s)
		}
	}
	run.order = inOrder(run.steps)
	for i, s := range run.order {
		s.position = i
	}
	return run, nil
}

// inOrder returns the steps so that each comes after those that it needs.
func inOrder(steps []*step) []*step {
	order, seen := make([]*step, 0, len(steps)), map[*step]bool{}
	var visit func(s *step)
	visit = func(s *step) {
		if seen[s] {
			return
		}
		seen[s] = true
		for _, need := range s.needs {
			visit(need)
		}
		order = append(order, s)
	}
	for _, s := range steps {
		visit(s)
	}
	slices.SortStableFunc(order, func(a, b *step) int { return a.wave - b.wave }) // none needs one of a later wave
	return order
}

// bind returns the context of all that the run does. It ends when the journal fails.
func (r *run) bind(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	r.cancel = cancel
	return ctx, func() { cancel(nil) }
}

// all carries out what is left of the rollout. The error is what interrupted it.
func (r *run) all(ctx context.Context) error {
	if err := r.load(ctx); err != nil {
		return err
	}
	if err := r.recordShape(ctx); err != nil {
		return err
	}
	r.tellPast(ctx)
	if err := r.recordPlan(ctx); err != nil {
		return err
	}
	for n := 1; r.undone == "" && n <= r.waves(); n++ {
		if err := r.wave(ctx, n); err != nil {
			return err
		}
		if r.isTripped(n) {
			if err := r.decide(ctx, n); err != nil {
				return err
			}
			break
		}
	}
	if err := r.undoDecided(ctx); err != nil {
		return err
	}
	r.blockRest(ctx)
	return interruption(ctx)
}

// waves returns how many waves there are.
func (r *run) waves() int { return r.steps[len(r.steps)-1].wave }

// interruption is why ctx has ended, or nil.
func interruption(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return context.Cause(ctx)
}

// load restores what is recorded, and records the steps of a rollout that begins.
func (r *run) load(ctx context.Context) error {
	past, err := r.record.steps(ctx, r.record.key(keyRollout, ""))
	if err != nil {
		return err
	}
	shape := r.shape()
	for _, s := range past {
		switch {
		case s.What == eventUndo:
			r.undone = s.Resource
		case s.What == eventShape && s.Resource != shape:
			return &cloud.ValidationError{Service: "rollout", Problems: []cloud.Problem{{
				Field: "Journal", Check: cloud.CheckRule, Given: fmt.Sprintf("%.60q", r.Name),
				Rule: "must not have another rollout of this name, with other steps, waves or needs",
			}}}
		}
	}
	for _, s := range r.steps {
		if s.phases, err = r.record.steps(ctx, r.record.key(keyStep, s.Name)); err != nil {
			return err
		}
		s.restore()
		r.count(s, 1)
		if s.again {
			r.tried = append(r.tried, s)
		}
	}
	return nil
}

// count adds a step to what is counted, or takes it away.
func (r *run) count(s *step, by int) {
	if s.phase.isEnd() {
		r.ended += by
	}
	if s.failed {
		r.failures[s.wave] += by
	}
}

// recordShape records which steps the rollout has, when it begins, and that it has not ended.
func (r *run) recordShape(ctx context.Context) error {
	key := r.record.key(keyRollout, "")
	switch past := r.record.kept(key); {
	case len(past.Steps) == 0:
		return r.record.add(ctx, key, cloud.Pending, journal.Step{What: eventShape, Resource: r.shape()})
	case past.End != nil:
		return r.record.end(ctx, key, nil)
	}
	return nil
}

// recordEnd records that the rollout has ended, until Run is called again.
func (r *run) recordEnd(ctx context.Context) error {
	outcome := r.outcome(nil)
	end := journal.End{Outcome: cloud.Failed, State: string(outcome), Ended: time.Now().UTC().Round(0)}
	if outcome == Succeeded {
		end.Outcome = cloud.Succeeded
	}
	return r.record.end(ctx, r.record.key(keyRollout, ""), &end)
}

// tellPast reports where an earlier call has left the steps.
func (r *run) tellPast(ctx context.Context) {
	for _, s := range r.steps {
		if s.phase != PhaseWaiting {
			r.tell(ctx, s, s.err)
		}
	}
}

// restore sets what the recorded past says.
func (s *step) restore() {
	for _, past := range s.phases {
		if past.What == eventPlanned {
			s.planned, s.isPlanned = PlannedStep{
				Name: s.Name, Wave: s.wave, Needs: s.Needs, Service: past.Service, Operation: past.Operation, Region: past.Region,
				Resource: past.Resource, Diff: past.Replaces, Unknown: past.Error,
			}, true
			continue
		}
		s.set(past)
	}
	if s.phase == PhaseFailed || s.phase == PhaseUnhealthy {
		s.again, s.failed = true, false
	}
}

// set takes over a phase that was recorded.
func (s *step) set(past journal.Step) {
	s.phase = Phase(past.What)
	var err error
	if past.Error != "" {
		err = &pastError{past.Error, cloud.Kind(past.State)}
	}
	switch s.phase {
	case PhaseStarting, PhaseSoaking, PhaseLive, PhaseSkipped:
		s.failed, s.err = false, nil
	case PhaseFailed, PhaseUnhealthy:
		s.failed, s.err = true, err
	case PhaseBlocked:
		s.err = err
	case PhaseUndone, PhaseUndoFailed:
		s.undoErr = err
	}
}

// maxReason is how much of an error is recorded, in bytes.
const maxReason = 2 << 10

// enter records that a step is in another phase, and why.
func (r *run) enter(ctx context.Context, s *step, phase Phase, cause error) {
	info := s.planned
	past := journal.Step{
		At: time.Now().UTC().Round(0), What: journal.Event(phase), Service: info.Service, Operation: info.Operation,
		Region: info.Region, Resource: info.Resource, Outcome: phase.outcome(),
	}
	if cause != nil {
		past.Error, past.State = cloud.OneLine(cause.Error(), maxReason), string(cloud.KindOf(cause))
	}
	r.mu.Lock()
	repeated := s.phase == phase && len(s.phases) > 0 && s.phases[len(s.phases)-1].Error == past.Error
	if !repeated {
		s.phases = append(slices.Clip(s.phases), past)
	}
	r.count(s, -1)
	s.set(past)
	r.count(s, 1)
	switch {
	case cause == nil:
	case phase == PhaseUndoFailed || phase == PhaseUndone:
		s.undoErr = cause
	default:
		s.err = cause // and not its text alone
	}
	r.mu.Unlock()
	if !repeated {
		_ = r.record.add(ctx, r.record.key(keyStep, s.Name), phase.outcome(), past) // an error has ended ctx
	}
	r.tell(ctx, s, cause)
}

// stepError says which step an error is of.
func (r *run) stepError(s *step, phase Phase, err error) error {
	return &StepError{Step: s.Name, Wave: s.wave, Resource: s.planned.Resource, Phase: phase, Err: err}
}

// resource is what a step changes, for people.
func (s *step) resource() string {
	if s.planned.Resource != "" {
		return s.planned.Resource
	}
	return s.Name
}

var errNoChange = &cloud.ValidationError{Service: "rollout", Problems: []cloud.Problem{{
	Field: "Prepare", Check: cloud.CheckRequired, Rule: "must return a change or an error",
}}}

// isNil reports whether ch is not a change that can be started.
func isNil(ch cloud.AnyChange) bool { return ch == nil || ch.Token() == "" }

// The pauses before a call that was throttled is made again, and how long calls may fail for want of a response.
const (
	firstPause = 5 * time.Second
	lastPause  = time.Minute
	patience   = 10 * time.Minute
)

// patiently calls f again while the service throttles it or is unavailable, as long as ctx lasts, and for a while if
// there is no response. f must not have changed anything then.
func (r *run) patiently(ctx context.Context, s *step, f func() error) error {
	var failing time.Time
	for wait := firstPause; ; wait = min(2*wait, lastPause) {
		err := f()
		if err == nil || ctx.Err() != nil {
			return err
		}
		switch kind := kindOfCall(err); {
		case kind == cloud.ErrThrottled || kind == cloud.ErrUnavailable:
			failing = time.Time{}
		case kind != cloud.ErrTransport && kind != cloud.ErrInternal:
			return err
		case failing.IsZero():
			failing = time.Now()
		case time.Since(failing) > patience:
			return err
		}
		r.tell(ctx, s, err)
		if pause(ctx, max(jitter(wait), retryAfter(err))) != nil {
			return err
		}
	}
}

// kindOfCall is the kind of a call that failed, and empty for the end of a wait or a start that may have been sent.
func kindOfCall(err error) cloud.Kind {
	if _, ok := errors.AsType[*cloud.WaitError](err); ok {
		return ""
	}
	if _, ok := errors.AsType[*cloud.StartError](err); ok {
		return ""
	}
	return cloud.KindOf(err)
}

func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*cloud.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}
