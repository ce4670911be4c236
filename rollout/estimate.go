package rollout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// Estimate is how long something takes, by how long changes of the same operations took before.
type Estimate struct {
	P50 time.Duration // half of them took no longer
	P90 time.Duration // nine of ten took no longer
	// Samples is how many changes are known, of the operation that is known least.
	Samples int
	// Slow says that a change takes longer than nine of ten did. It needs at least fewSamples, five.
	Slow bool
	// StalledSince is when the state of a change was last seen to change, if that was more than twice P90 ago.
	StalledSince time.Time
}

// fewSamples is how many changes it takes to say that another one is slow.
const fewSamples = 5

// IsZero reports whether there is no estimate.
func (e Estimate) IsZero() bool { return e.Samples == 0 }

// String returns "20m0s, at most 32m0s in nine of ten", and whether the change is slow or stalled.
func (e Estimate) String() string {
	if e.IsZero() {
		return "not known"
	}
	text := fmt.Sprintf("%s, at most %s in nine of ten", e.P50.Round(time.Second), e.P90.Round(time.Second))
	switch {
	case !e.StalledSince.IsZero():
		text += ", stalled since " + e.StalledSince.UTC().Format(time.RFC3339)
	case e.Slow:
		text += ", slower than nine of ten"
	}
	return text
}

type estimateJSON struct {
	P50          duration  `json:"p50"`
	P90          duration  `json:"p90"`
	Samples      int       `json:"samples"`
	Slow         bool      `json:"slow,omitzero"`
	StalledSince time.Time `json:"stalledSince,omitzero"`
}

// MarshalJSON writes durations as strings such as "1m30s".
func (e Estimate) MarshalJSON() ([]byte, error) {
	return json.Marshal(estimateJSON{duration(e.P50), duration(e.P90), e.Samples, e.Slow, e.StalledSince})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Estimate) UnmarshalJSON(data []byte) error {
	var j estimateJSON
	err := json.Unmarshal(data, &j)
	*e = Estimate{time.Duration(j.P50), time.Duration(j.P90), j.Samples, j.Slow, j.StalledSince}
	return err
}

// A history knows how long changes took. It is no part of the rollout: errors of its journal lose a sample, no more.
type history struct {
	journal journal.Journal

	mu    sync.Mutex
	known map[string][]time.Duration // sorted, by key
}

func newHistory(r Rollout, rec *record) *history {
	h := &history{journal: r.History, known: map[string][]time.Duration{}}
	if h.journal == nil {
		h.journal = rec.journal
	}
	return h
}

// maxTook is more than any change takes. A history that says more is not of changes.
const maxTook = 365 * 24 * time.Hour

func historyKey(service, operation string) string { return keyHistory + service + "/" + operation }

// add adds a change that is live; by is its key, so that it is added once.
func (h *history) add(ctx context.Context, by string, end journal.End) {
	if end.Service == "" || end.Operation == "" || end.Outcome != cloud.Succeeded {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	key := historyKey(end.Service, end.Operation)
	sample := journal.Step{
		At: end.Ended, By: by, What: journal.EventEnded, Service: end.Service, Operation: end.Operation, Outcome: end.Outcome,
		Took: end.Took,
	}
	for {
		entry, err := h.journal.Load(ctx, key)
		isKnown := func(s journal.Step) bool { return s.By == by && s.At.Equal(end.Ended) }
		if err != nil || slices.ContainsFunc(entry.Steps, isKnown) {
			return
		}
		entry.Key = key
		entry = with(entry, sample)
		entry.End = &journal.End{
			Service: end.Service, Operation: end.Operation, Outcome: cloud.Succeeded, Started: entry.Steps[0].At, Ended: end.Ended,
		}
		if err = h.journal.Store(ctx, entry); errors.Is(err, journal.ErrChanged) {
			continue
		}
		h.mu.Lock()
		delete(h.known, key) // to be read again
		h.mu.Unlock()
		return
	}
}

// of returns how long changes of an operation took, the shortest first.
func (h *history) of(ctx context.Context, service, operation string) []time.Duration {
	if service == "" || operation == "" {
		return nil
	}
	key := historyKey(service, operation)
	h.mu.Lock()
	defer h.mu.Unlock()
	if list, ok := h.known[key]; ok {
		return list
	}
	entry, err := h.journal.Load(ctx, key)
	if err != nil {
		return nil
	}
	var list []time.Duration
	for _, s := range entry.Steps {
		if s.What == journal.EventEnded && s.Took >= 0 && s.Took <= maxTook {
			list = append(list, s.Took)
		}
	}
	slices.Sort(list)
	h.known[key] = list
	return list
}

// quantile returns the value that a share of the sorted list does not exceed.
func quantile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1]
}

// estimate returns how long one change takes that has taken elapsed so far. unchanged is since when its state is the same.
func (h *history) estimate(ctx context.Context, service, operation string, elapsed time.Duration, unchanged time.Time) Estimate {
	list := h.of(ctx, service, operation)
	e := Estimate{P50: quantile(list, 50), P90: quantile(list, 90), Samples: len(list)}
	e.Slow = e.Samples >= fewSamples && elapsed > e.P90
	if e.Slow && !unchanged.IsZero() && time.Since(unchanged) > 2*e.P90 {
		e.StalledSince = unchanged
	}
	return e
}

// A watched change is what its polls have shown.
type watched struct {
	last  cloud.Observation
	since time.Time // when the state of last was first seen
}

func (w *watched) poll(found cloud.Observation) {
	if w.since.IsZero() || found.State != w.last.State || found.Reason != w.last.Reason {
		w.since = time.Now()
	}
	w.last = found
}

// estimateOf returns how long a plan takes.
func (r *run) estimateOf(ctx context.Context, p *Plan) Estimate {
	for i, s := range r.steps {
		if s.planned = p.Steps[i]; p.Steps[i].Skipped {
			s.phase = PhaseSkipped
		}
	}
	return r.estimateRest(ctx)
}

// The estimate of the rest may be a second old, and more of many steps: it looks at all, and each has many events.
const (
	leftEvery    = time.Second
	leftEachStep = time.Millisecond
)

// leftNow returns how long the rest of the rollout takes, as it was a moment ago.
func (r *run) leftNow(ctx context.Context) Estimate {
	r.mu.Lock()
	e, age := r.left, time.Since(r.leftAt)
	r.mu.Unlock()
	if age < max(leftEvery, time.Duration(len(r.steps))*leftEachStep) {
		return e
	}
	e = r.estimateRest(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left, r.leftAt = e, time.Now()
	return e
}

// closed is how long a step takes that has nothing left to do.
const closed = -1

// estimateRest returns how long the rest of the rollout takes. It is zero if an operation is not known.
func (r *run) estimateRest(ctx context.Context) Estimate {
	samples := -1
	half, most := make([]time.Duration, len(r.order)), make([]time.Duration, len(r.order))
	lists := map[[2]string][]time.Duration{} // by service and operation, of which there are few
	for i, s := range r.order {
		phase, since := r.since(s)
		if half[i], most[i] = closed, closed; phase.isGood() || phase.isEnd() {
			continue
		}
		of := [2]string{s.planned.Service, s.planned.Operation}
		list, ok := lists[of]
		if !ok {
			list = r.past.of(ctx, of[0], of[1])
			lists[of] = list
		}
		if len(list) == 0 {
			return Estimate{}
		}
		if samples < 0 || len(list) < samples {
			samples = len(list)
		}
		var elapsed time.Duration
		if phase == PhaseChanging {
			elapsed = time.Since(since)
		}
		half[i], most[i] = max(quantile(list, 50)-elapsed, 0), max(quantile(list, 90)-elapsed, 0)
	}
	if samples < 0 {
		return Estimate{}
	}
	return Estimate{P50: r.span(half), P90: r.span(most), Samples: samples}
}

// span returns how long the steps, in their order, take one wave after the other, with InFlight at once and each after
// those it needs.
func (r *run) span(took []time.Duration) (total time.Duration) {
	var free []time.Duration // when each of those in flight ends
	var longest time.Duration
	ends, wave := make([]time.Duration, len(r.order)), 0
	for i, s := range r.order {
		if took[i] == closed {
			continue
		}
		if s.wave != wave {
			total = sum(total, longest, r.Soak)
			wave, longest, free = s.wave, 0, make([]time.Duration, min(r.InFlight, len(r.byWave[s.wave])))
		}
		slot := slices.Index(free, slices.Min(free))
		start := free[slot]
		for _, need := range s.needs {
			if need.wave == wave {
				start = max(start, ends[need.position])
			}
		}
		end := sum(start, took[i])
		free[slot], ends[i], longest = end, end, max(longest, end)
	}
	return sum(total, longest)
}

// sum adds durations that are not negative, up to the longest there is.
func sum(list ...time.Duration) (total time.Duration) {
	for _, d := range list {
		if total += d; total < 0 {
			return math.MaxInt64
		}
	}
	return total
}
