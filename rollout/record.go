package rollout

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// What the entries of the rollout itself record, beside the phases of its steps.
const (
	eventPlanned  journal.Event = "planned"  // of a step: what it replaces
	eventShape    journal.Event = "rollout"  // of the rollout: its steps, in Resource
	eventUndo     journal.Event = "undo"     // of the rollout: what is undone, in Resource
	eventApproved journal.Event = "approved" // of a wave
)

// Keys of the entries, below the name of the rollout.
const (
	keyRollout = "rollout"
	keyStep    = "step/"    // the phases of a step
	keyChange  = "change/"  // its change
	keyUndo    = "undo/"    // the change back
	keyWave    = "wave/"    // the approval of a wave
	keyHistory = "history/" // how long changes of one operation took; not below the name
)

// A record is what a rollout keeps in its journal.
type record struct {
	journal journal.Journal
	prefix  string
	by      string

	mu      sync.Mutex
	entries map[string]journal.Entry // as they were last seen
	onError func(error)              // called with an error of the journal
}

func newRecord(r Rollout, onError func(error)) *record {
	host, _ := os.Hostname()
	rec := &record{
		journal: r.Journal, by: fmt.Sprintf("%s/%d", host, os.Getpid()), entries: map[string]journal.Entry{}, onError: onError,
	}
	if r.Name != "" {
		rec.prefix = r.Name + "/"
	}
	if rec.journal == nil {
		rec.journal = journal.Memory()
	}
	return rec
}

// Load and Store are those of the journal, with the keys of this rollout. Errors end the rollout.
func (r *record) Load(ctx context.Context, key string) (journal.Entry, error) {
	e, err := r.journal.Load(ctx, key)
	return e, r.failed("load", key, err)
}

// Store is journal.Journal.Store.
func (r *record) Store(ctx context.Context, e journal.Entry) error {
	return r.failed("store", e.Key, r.journal.Store(ctx, e))
}

func (r *record) failed(verb, key string, err error) error {
	if err == nil || errors.Is(err, journal.ErrChanged) {
		return err
	}
	err = fmt.Errorf("rollout: journal: %s %q: %w", verb, key, err)
	r.onError(err)
	return err
}

// key returns the key of an entry in the journal.
func (r *record) key(kind, name string) string { return r.prefix + kind + name }

// steps reads what is recorded under a key.
func (r *record) steps(ctx context.Context, key string) (journal.Steps, error) {
	e, err := r.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	r.keep(key, e)
	return e.Steps, nil
}

func (r *record) keep(key string, e journal.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.Key = key
	r.entries[key] = e
}

func (r *record) kept(key string) journal.Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.entries[key]
	e.Key = key
	return e
}

// recordWithin is how long it may take to record what has happened.
const recordWithin = 30 * time.Second

// add adds to what is recorded under a key, also if ctx has ended. outcome is how that has ended, if it has.
func (r *record) add(ctx context.Context, key string, outcome cloud.Outcome, s journal.Step) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	if s.At.IsZero() {
		s.At = time.Now().UTC().Round(0)
	}
	s.By = r.by
	return r.update(ctx, key, func(e journal.Entry) journal.Entry {
		e = with(e, s)
		e.End = nil
		if outcome != cloud.Pending {
			e.End = &journal.End{
				Service: s.Service, Operation: s.Operation, Outcome: outcome, State: string(s.What), Reason: s.Reason,
				Started: e.Steps[0].At, Ended: s.At, Took: s.At.Sub(e.Steps[0].At),
			}
		}
		return e
	})
}

// end records how what is recorded under a key has ended, or that it has not.
func (r *record) end(ctx context.Context, key string, end *journal.End) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	return r.update(ctx, key, func(e journal.Entry) journal.Entry {
		if e.End = end; end != nil {
			end.Started = e.Steps[0].At
			end.Took = end.Ended.Sub(end.Started)
		}
		return e
	})
}

// update records a change of an entry, again if another process was faster.
func (r *record) update(ctx context.Context, key string, change func(journal.Entry) journal.Entry) error {
	for {
		next := change(r.kept(key))
		err := r.Store(ctx, next)
		switch {
		case err == nil:
			next.Version++
			r.keep(key, next)
			return nil
		case !errors.Is(err, journal.ErrChanged):
			return err
		}
		if _, err := r.steps(ctx, key); err != nil { // another process added to it
			return err
		}
	}
}

// with returns e with one more step. Of more than an entry keeps, the first and the latest stay.
func with(e journal.Entry, s journal.Step) journal.Entry {
	e.Steps = append(slices.Clone(e.Steps), s)
	if surplus := len(e.Steps) - journal.MaxSteps; surplus > 0 {
		e.Steps = slices.Delete(e.Steps, 1, 1+surplus)
		e.Dropped += surplus
	}
	return e
}

// pastError is an error that was read from the journal.
type pastError struct {
	text string
	kind cloud.Kind
}

func (e *pastError) Error() string { return e.text }

// Unwrap returns an error of the kind, so that errors.Is and cloud.KindOf find it.
func (e *pastError) Unwrap() error {
	if e.kind == "" {
		return nil
	}
	return &cloud.Error{Kind: e.kind}
}
