package rollout

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Event is something that happened in a rollout: a step that entered another phase, a poll of its change, a call that is
// made again, or the end of the rollout.
type Event struct {
	At    time.Time
	Step  string // empty at the end of the rollout
	Wave  int
	Phase Phase
	// Observation is what the last poll of the change found; zero before the first one.
	Observation cloud.Observation
	// Estimate is how long changes like this one take, and whether it is slow; zero if that is not known.
	Estimate Estimate
	// Left is how long the rest of the rollout takes.
	Left Estimate
	// Err is why a step failed, or why a call is made again.
	Err error
	// Ended counts the steps that have nothing left to do, and Total all of them.
	Ended, Total int
	// Report is set in the last event, whose Err is that of Run.
	Report *Report
}

// Watch is Run, and yields every event. One that continues yields first where each step is. The last event has the report.
// A caller that stops the iteration interrupts the rollout; one that is slow slows it down.
func (r Rollout) Watch(ctx context.Context) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		if ctx == nil {
			ctx = context.Background()
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		events, left := make(chan Event), make(chan struct{})
		defer close(left) // also if yield panics
		emit := func(e Event) {
			select {
			case events <- e:
			case <-left:
			}
		}
		go func() {
			defer close(events)
			report, err := r.run(ctx, emit)
			last := Event{At: time.Now().UTC().Round(0), Err: err, Total: len(r.Steps), Report: report}
			if report != nil {
				last.Ended = report.ended()
			}
			emit(last)
		}()
		stopped := false
		for e := range events { // to its end, so that the goroutine ends
			if !stopped && !yield(e) {
				stopped = true
				cancel()
			}
		}
	}
}

// String returns the event as one line.
func (e Event) String() string {
	if e.Step == "" {
		text := fmt.Sprintf("%d of %d steps have ended", e.Ended, e.Total)
		if e.Err != nil {
			text += ": " + e.Err.Error()
		}
		return text
	}
	text := fmt.Sprintf("%d/%d %s: %s", e.Ended, e.Total, e.Step, e.Phase)
	if e.Phase == PhaseChanging && e.Observation.State != "" {
		text += fmt.Sprintf(" in state %s for %s", cell(e.Observation.State), e.Observation.Elapsed.Round(time.Second))
	}
	if !e.Estimate.IsZero() && e.Phase == PhaseChanging {
		text += " (" + e.Estimate.String() + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

type eventJSON struct {
	At          time.Time          `json:"at"`
	Step        string             `json:"step,omitzero"`
	Wave        int                `json:"wave,omitzero"`
	Phase       Phase              `json:"phase,omitzero"`
	Observation *cloud.Observation `json:"observation,omitempty"`
	Estimate    Estimate           `json:"estimate,omitzero"`
	Left        Estimate           `json:"left,omitzero"`
	Error       string             `json:"error,omitzero"`
	Kind        cloud.Kind         `json:"kind,omitzero"`
	Ended       int                `json:"ended"`
	Total       int                `json:"total"`
	Report      *Report            `json:"report,omitempty"`
}

// MarshalJSON writes the event as one object, with the error as a string.
func (e Event) MarshalJSON() ([]byte, error) {
	j := eventJSON{
		At: e.At, Step: e.Step, Wave: e.Wave, Phase: e.Phase, Estimate: e.Estimate, Left: e.Left, Ended: e.Ended, Total: e.Total,
		Report: e.Report,
	}
	if e.Observation.Attempt > 0 {
		j.Observation = &e.Observation
	}
	if e.Err != nil {
		j.Error, j.Kind = cloud.OneLine(e.Err.Error(), maxReason), cloud.KindOf(e.Err)
	}
	return json.Marshal(j)
}

// polled reports what a poll found.
func (r *run) polled(ctx context.Context, s *step, found cloud.Observation) {
	s.observed.poll(found)
	r.tell(ctx, s, nil)
}

// tell reports where a step is.
func (r *run) tell(ctx context.Context, s *step, err error) {
	e := Event{
		At: time.Now().UTC().Round(0), Step: s.Name, Wave: s.wave, Phase: r.phaseOf(s), Observation: s.observed.last, Err: err,
		Total: len(r.steps), Left: r.leftNow(ctx),
	}
	e.Estimate = r.past.estimate(ctx, s.planned.Service, s.planned.Operation, e.Observation.Elapsed, s.observed.since)
	r.mu.Lock()
	e.Ended = r.ended
	r.mu.Unlock()
	r.emit(e)
}

// since returns the phase of a step and when it entered it.
func (r *run) since(s *step) (Phase, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(s.phases) == 0 {
		return s.phase, time.Time{}
	}
	return s.phase, s.phases[len(s.phases)-1].At
}

// StepError is why one step is not live, or not undone.
type StepError struct {
	Step     string
	Wave     int
	Resource string // of the step, as the plan names it; may be empty
	Phase    Phase  // in which it was
	Err      error
}

// Error names the step, its resource and the phase.
func (e *StepError) Error() string {
	text := fmt.Sprintf("step %q", e.Step)
	if e.Resource != "" {
		text += " (" + cloud.OneLine(e.Resource, maxValue) + ")"
	}
	return text + ", " + string(e.Phase) + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.Err }

// Error says why a rollout is not live: what interrupted it, or which steps failed.
type Error struct {
	Outcome Outcome
	Errs    []error // what interrupted the rollout, and a *StepError for each step that failed or could not be undone
}

// Error returns the outcome and the first errors.
func (e *Error) Error() string { return "rollout " + string(e.Outcome) + ": " + textOf(e.Errs) }

// Unwrap returns Errs.
func (e *Error) Unwrap() []error { return e.Errs }

// textOf returns the first errors in one line.
func textOf(errs []error) string {
	const shown = 3
	texts := make([]string, 0, shown+1)
	for _, err := range errs[:min(len(errs), shown)] {
		texts = append(texts, err.Error())
	}
	if len(errs) > shown {
		texts = append(texts, fmt.Sprintf("%d more", len(errs)-shown))
	}
	return strings.Join(texts, "; ")
}
