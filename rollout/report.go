package rollout

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// Outcome is how a rollout has ended.
type Outcome string

const (
	Succeeded   Outcome = "succeeded"   // all steps are live or skipped
	Failed      Outcome = "failed"      // some steps are neither
	Undone      Outcome = "undone"      // what was to be undone is
	UndoFailed  Outcome = "undo failed" // something that was to be undone could not be
	Interrupted Outcome = "interrupted" // Run was, and can be called again
	NotStarted  Outcome = "not started" // nothing is recorded; only Status returns this
	Unfinished  Outcome = "unfinished"  // Run has not ended it; only Status returns this
)

// Report is what a rollout has done, by all calls of Run. It marshals to JSON and back.
type Report struct {
	Name    string       `json:"name,omitzero"`
	Outcome Outcome      `json:"outcome"`
	Started time.Time    `json:"started"` // when the first step started; zero if none has
	Ended   time.Time    `json:"ended"`   // when the report was made, or the last step ended
	Steps   []StepReport `json:"steps"`
	errs    [][2]error   // of the steps, forward and back, with their types
}

// StepReport is what became of one step.
type StepReport struct {
	Name      string             `json:"name"`
	Wave      int                `json:"wave"`
	Needs     []string           `json:"needs,omitempty"`
	Service   string             `json:"service,omitzero"`
	Operation string             `json:"operation,omitzero"`
	Region    string             `json:"region,omitzero"`
	Resource  string             `json:"resource,omitzero"`
	Phase     Phase              `json:"phase"`
	Stands    Stands             `json:"stands"`
	Planned   []cloud.Difference `json:"planned,omitempty"`
	Reason    string             `json:"reason,omitzero"`    // why it failed, is blocked or was undone
	Kind      cloud.Kind         `json:"kind,omitzero"`      // of the reason
	UndoError string             `json:"undoError,omitzero"` // why it is not undone, though it should be
	Spans     []Span             `json:"spans,omitempty"`    // the phases that took time, the first one first
}

// Span is how long a step was in a phase.
type Span struct {
	Phase Phase     `json:"phase"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
}

// Took is how long the step was in progress.
func (s StepReport) Took() (d time.Duration) {
	for _, span := range s.Spans {
		d += span.To.Sub(span.From)
	}
	return d
}

// report returns what the rollout has done. cause is what interrupted it.
func (r *run) report(ctx context.Context, cause error) *Report {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	now := time.Now().UTC().Round(0)
	report := &Report{Name: r.Name, Steps: make([]StepReport, len(r.steps)), errs: make([][2]error, len(r.steps))}
	for i, s := range r.steps {
		p := s.planned
		one := StepReport{
			Name: s.Name, Wave: s.wave, Needs: s.Needs, Service: p.Service, Operation: p.Operation, Region: p.Region,
			Resource: p.Resource, Planned: p.Diff, Phase: s.phase, Stands: r.stands(ctx, s), Spans: s.spans(now),
		}
		if s.err != nil {
			one.Reason, one.Kind = cloud.OneLine(s.err.Error(), maxReason), cloud.KindOf(s.err)
		}
		if s.undoErr != nil {
			one.UndoError = cloud.OneLine(s.undoErr.Error(), maxReason)
		}
		report.errs[i] = [2]error{s.err, s.undoErr}
		report.Steps[i] = one
	}
	report.times(now)
	report.Outcome = r.outcome(cause)
	return report
}

// times sets when the rollout started and ended.
func (r *Report) times(now time.Time) {
	for _, s := range r.Steps {
		for _, span := range s.Spans {
			if r.Started.IsZero() || span.From.Before(r.Started) {
				r.Started = span.From
			}
			if span.To.After(r.Ended) {
				r.Ended = span.To
			}
		}
	}
	if r.Ended.IsZero() {
		r.Ended = now
	}
}

func (r *run) outcome(cause error) Outcome {
	outcome := Succeeded
	for _, s := range r.steps {
		if s.phase != PhaseLive && s.phase != PhaseSkipped {
			outcome = Failed
		}
	}
	switch {
	case cause != nil:
		return Interrupted
	case r.undone == "":
		return outcome
	}
	for _, s := range r.steps {
		if s.undoErr != nil {
			return UndoFailed
		}
	}
	return Undone
}

// stands returns which state the resource of a step has.
func (r *run) stands(ctx context.Context, s *step) Stands {
	switch s.phase {
	case PhaseWaiting, PhaseBlocked, PhaseUndone:
		return StandsOld
	case PhaseVerifying, PhaseSoaking, PhaseLive, PhaseSkipped, PhaseUnhealthy:
		return StandsNew
	}
	entry, err := r.record.Load(ctx, r.record.key(keyChange, s.Name))
	back, errBack := r.record.Load(ctx, r.record.key(keyUndo, s.Name))
	switch {
	case err != nil, errBack != nil, hasBegun(back), has(back, journal.EventUncertain):
		return StandsUnknown
	case entry.End != nil && entry.End.Outcome == cloud.Succeeded:
		return StandsNew
	case s.phase == PhaseFailed && !hasBegun(entry) && !has(entry, journal.EventUncertain):
		return StandsOld
	}
	return StandsUnknown
}

// spans returns how long the step was in which phase. Phases in which it waits are left out. One in which it had ended,
// until an undo or another call of Run, takes no time.
func (s *step) spans(now time.Time) (list []Span) {
	for i, p := range s.phases {
		phase := Phase(p.What)
		isLast := i+1 == len(s.phases)
		to := now
		switch {
		case p.What == eventPlanned, phase == PhaseBlocked, phase.isEnd() && isLast:
			continue
		case phase.isEnd():
			to = p.At
		case !isLast:
			to = s.phases[i+1].At
		}
		if n := len(list); n > 0 && list[n-1].Phase == phase && list[n-1].To.Equal(p.At) {
			list[n-1].To = to
			continue
		}
		list = append(list, Span{phase, p.At, to})
	}
	return list
}

// ended counts the steps that have nothing left to do.
func (r *Report) ended() (n int) {
	for _, s := range r.Steps {
		if s.Phase.isEnd() {
			n++
		}
	}
	return n
}

// err returns the error of Run.
func (r *Report) err(cause error) error {
	if r.Outcome == Succeeded {
		return nil
	}
	e := &Error{Outcome: r.Outcome}
	if cause != nil {
		e.Errs = append(e.Errs, cause)
	}
	for i, s := range r.Steps {
		if err := r.errs[i][0]; err != nil && s.Phase != PhaseBlocked {
			e.Errs = append(e.Errs, err)
		}
	}
	e.Errs = append(e.Errs, r.undoErrs()...)
	return e
}

// undoErrs returns why steps are not undone, first those whose undo has failed, and then those that stay because of them.
func (r *Report) undoErrs() (list []error) {
	var staying []error
	for i, s := range r.Steps {
		switch err := r.errs[i][1]; {
		case err == nil:
		case s.Phase == PhaseUndoFailed:
			list = append(list, err)
		default:
			staying = append(staying, err)
		}
	}
	return append(list, staying...)
}

// maxWhy is how much of each error the table of a report shows, in bytes.
const maxWhy = 240

// String returns the report as a table, with a line for each step, and a line for the whole.
func (r *Report) String() string {
	t := table{{"WAVE", "STEP", "RESOURCE", "PHASE", "STANDS", "TOOK", "WHY"}}
	for _, s := range r.Steps {
		why := cloud.OneLine(s.Reason, maxWhy)
		if s.UndoError != "" {
			why = strings.TrimPrefix(why+"; "+cloud.OneLine(s.UndoError, maxWhy), "; ")
		}
		took := "-"
		if len(s.Spans) > 0 {
			took = s.Took().Round(time.Second).String()
		}
		t.row(strconv.Itoa(s.Wave), cell(s.Name), cell(s.Resource), string(s.Phase), string(s.Stands), took, why)
	}
	return t.String() + cloud.OneLine(strings.TrimSpace("rollout "+r.Name), maxWhy) + ": " + r.summary() + "\n"
}

// summary returns the outcome, how long the rollout took, and how many steps are in which phase.
func (r *Report) summary() string {
	count := map[Phase]int{}
	for _, s := range r.Steps {
		count[s.Phase]++
	}
	parts := []string{string(r.Outcome)}
	if !r.Started.IsZero() {
		parts[0] += " after " + r.Ended.Sub(r.Started).Round(time.Second).String()
	}
	for _, p := range phases {
		if count[p] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[p], p))
		}
	}
	return strings.Join(parts, ", ")
}

// JSON returns the report as indented JSON.
func (r *Report) JSON() []byte {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil { // a time beyond the year 9999
		text, _ = json.Marshal(map[string]string{"error": err.Error()})
	}
	return append(text, '\n')
}
