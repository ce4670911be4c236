package rollout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// Plan is what a rollout would change. It marshals to JSON and back, so that it can be kept and approved.
type Plan struct {
	Made  time.Time     `json:"made"`
	Steps []PlannedStep `json:"steps"`
	// Estimate is how long the rollout takes; zero if the history does not have all of its operations. It has neither
	// approvals nor throttling.
	Estimate Estimate `json:"estimate,omitzero"`
}

// PlannedStep is one step of a plan.
type PlannedStep struct {
	Name      string   `json:"name"`
	Wave      int      `json:"wave"` // from 1
	Needs     []string `json:"needs,omitempty"`
	Service   string   `json:"service,omitzero"`
	Operation string   `json:"operation,omitzero"`
	Region    string   `json:"region,omitzero"`
	Resource  string   `json:"resource,omitzero"`
	// Diff is what the step replaces. With none it is skipped.
	Diff []cloud.Difference `json:"diff,omitempty"`
	// Skipped says that there is nothing to do.
	Skipped bool `json:"skipped,omitzero"`
	// Unknown is why it is not known what the step replaces: it could not be prepared before the steps that it needs are
	// live.
	Unknown string `json:"unknown,omitzero"`
}

// isSameAs reports whether two steps change the same resource.
func (p PlannedStep) isSameAs(other PlannedStep) bool {
	return p.Resource == other.Resource && p.Service == other.Service && p.Region == other.Region
}

// shape is what must not change while a rollout is continued.
func (p *Plan) shape() string {
	parts := make([]string, len(p.Steps))
	for i, s := range p.Steps {
		needs := slices.Sorted(slices.Values(s.Needs))
		parts[i] = fmt.Sprintf("%d %q %q", s.Wave, s.Name, slices.Compact(needs))
	}
	return strings.Join(parts, ", ")
}

// Plan prepares all steps and returns what they would change. Nothing is started, and nothing is recorded. A step that
// cannot be prepared is an error, unless it needs other steps.
func (r Rollout) Plan(ctx context.Context) (*Plan, error) {
	run, err := newRun(r, func(Event) {})
	if err != nil {
		return nil, err
	}
	ctx, cancel := run.bind(ctx)
	defer cancel()
	p, err := run.makePlan(ctx)
	if err != nil {
		return nil, err
	}
	p.Estimate = run.estimateOf(ctx, p)
	return p, nil
}

// makePlan prepares all steps, some at once.
func (r *run) makePlan(ctx context.Context) (*Plan, error) {
	p := &Plan{Made: time.Now().UTC().Round(0), Steps: make([]PlannedStep, len(r.steps))}
	errs := make([]error, len(r.steps))
	turns := make(chan struct{}, r.InFlight)
	var running sync.WaitGroup
	for i, s := range r.steps {
		running.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			p.Steps[i], errs[i] = r.planStep(ctx, s)
		})
	}
	running.Wait()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("rollout: plan: %w", context.Cause(ctx))
	}
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) > 0 {
		return nil, &planError{errs}
	}
	return p, nil
}

// planError is a plan of which some steps could not be prepared.
type planError struct{ errs []error }

func (e *planError) Error() string   { return "rollout: plan: " + textOf(e.errs) }
func (e *planError) Unwrap() []error { return e.errs }

func (r *run) planStep(ctx context.Context, s *step) (PlannedStep, error) {
	p := PlannedStep{Name: s.Name, Wave: s.wave, Needs: s.Needs}
	var ch cloud.AnyChange
	err := r.patiently(ctx, s, func() (err error) {
		ch, err = s.Prepare(ctx)
		return err
	})
	switch {
	case err != nil && len(s.Needs) > 0:
		p.Unknown = cloud.OneLine(err.Error(), maxReason)
		return p, nil
	case err != nil:
		return p, r.stepError(s, PhaseWaiting, err)
	case isNil(ch):
		return p, r.stepError(s, PhaseWaiting, errNoChange)
	}
	info, _ := cloud.PeekToken(ch.Token()) // other tokens are of changes of the caller's own
	p.Service, p.Operation, p.Region, p.Resource, p.Diff = info.Service, info.Operation, info.Region, info.Resource, ch.Diff()
	p.Skipped = len(p.Diff) == 0 && !s.Always
	return p, nil
}

// recordPlan records what the steps replace, unless an earlier call has.
func (r *run) recordPlan(ctx context.Context) error {
	if err := r.completePlan(ctx); err != nil {
		return err
	}
	for _, s := range r.steps {
		r.byResource[s.planned.Resource] = append(r.byResource[s.planned.Resource], s)
	}
	return nil
}

// completePlan makes a plan of all steps, if one of them has none.
func (r *run) completePlan(ctx context.Context) error {
	if !slices.ContainsFunc(r.steps, func(s *step) bool { return !s.isPlanned }) {
		return nil
	}
	p := r.Approved
	if p == nil {
		made, err := r.makePlan(ctx)
		if err != nil {
			return err
		}
		p = made
	}
	for i, s := range r.steps {
		if s.isPlanned {
			continue
		}
		s.planned, s.isPlanned = p.Steps[i], true
		if err := r.record.add(ctx, r.record.key(keyStep, s.Name), cloud.Pending, p.Steps[i].step()); err != nil {
			return err
		}
	}
	return nil
}

// step is how a planned step is recorded.
func (p PlannedStep) step() journal.Step {
	return journal.Step{
		What: eventPlanned, Service: p.Service, Operation: p.Operation, Region: p.Region, Resource: p.Resource,
		Replaces: p.Diff, Error: p.Unknown,
	}
}

// errNothing says that a change has nothing to do.
var errNothing = errors.New("nothing to do")

// admit refuses a prepared change that has nothing to do, or whose resource has changed since the plan.
func (r *run) admit(s *step, ch cloud.AnyChange) error {
	now := ch.Diff()
	if len(now) == 0 && !s.Always {
		return errNothing
	}
	if s.planned.Unknown != "" || r.changesBefore(s) || slices.Equal(now, s.planned.Diff) {
		return nil
	}
	return &cloud.Error{
		Service: s.planned.Service, Operation: s.planned.Operation, Kind: cloud.ErrConflict,
		Message: s.resource() + " has changed since the plan: " + drift(s.planned.Diff, now),
	}
}

// changesBefore reports whether another step that may come before this one changes the same resource, so that the plan
// does not say what this one finds.
func (r *run) changesBefore(s *step) bool {
	return slices.ContainsFunc(r.byResource[s.planned.Resource], func(other *step) bool {
		return other != s && other.wave <= s.wave && s.planned.Resource != ""
	})
}

// drift says what differs first.
func drift(planned, now []cloud.Difference) string {
	for _, d := range now {
		i := slices.IndexFunc(planned, func(p cloud.Difference) bool { return p.Field == d.Field })
		switch {
		case i < 0:
			return fmt.Sprintf("%s is %.60q, and was as requested", d.Field, d.Before)
		case planned[i].Before != d.Before:
			return fmt.Sprintf("%s is %.60q, and was %.60q", d.Field, d.Before, planned[i].Before)
		case planned[i].After != d.After:
			return fmt.Sprintf("%s is to become %.60q, and was to become %.60q", d.Field, d.After, planned[i].After)
		}
	}
	for _, p := range planned {
		if !slices.ContainsFunc(now, func(d cloud.Difference) bool { return d.Field == p.Field }) {
			return fmt.Sprintf("%s is as requested, and was %.60q", p.Field, p.Before)
		}
	}
	return "its members are in another order"
}

// maxValue is how much of a value the table of a plan shows, in bytes.
const maxValue = 60

// String returns the plan as a table, with a line for each member that would change.
func (p *Plan) String() string {
	t := table{{"WAVE", "STEP", "RESOURCE", "FIELD", "BEFORE", "AFTER"}}
	for _, s := range p.Steps {
		wave, name, resource := strconv.Itoa(s.Wave), cell(s.Name), cell(s.Resource)
		switch {
		case s.Unknown != "":
			t.row(wave, name, resource, "not known yet: "+cell(s.Unknown))
		case len(s.Diff) == 0 && s.Skipped:
			t.row(wave, name, resource, "nothing to do")
		case len(s.Diff) == 0:
			t.row(wave, name, resource, "always")
		}
		for i, d := range s.Diff {
			if i > 0 {
				wave, name, resource = "", "", ""
			}
			t.row(wave, name, resource, cell(d.Field), cell(d.Before), cell(d.After))
		}
	}
	if p.Estimate.IsZero() {
		return t.String()
	}
	return t.String() + "estimated to take " + p.Estimate.String() + "\n"
}

// cell is a value in a table; one that is empty is a dash.
func cell(s string) string {
	if s == "" {
		return "-"
	}
	return cloud.OneLine(s, maxValue)
}

// duration is a time.Duration that marshals as a string, "1m30s".
type duration time.Duration

// MarshalText writes the duration as time.ParseDuration reads it.
func (d duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

var (
	_ json.Marshaler   = Estimate{}
	_ json.Unmarshaler = (*Estimate)(nil)
)
