package front

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/journal"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// happen executes an event now, and adds it to the journal. It sets id to the ID of the resource that was added last.
func (srv *Server) happen(e journal.Event, id *string) error {
	mark, err := srv.happenLocked(e, id)
	if err != nil {
		return err
	}
	return srv.journal.Sync(mark)
}

func (srv *Server) happenLocked(e journal.Event, id *string) (mark int64, err error) {
	srv.World.Lock()
	defer srv.World.Unlock()
	e.At = srv.World.Clock()
	added, err := srv.execute(e, len(srv.journal.Events))
	if err != nil {
		return 0, err
	}
	if id != nil {
		*id = added
	}
	srv.World.Advance(e.Advance)
	srv.journal.Append(e)
	return srv.journal.Mark(), nil
}

// execute executes an event of the journal, which n others precede. It returns the ID of the resource that was added
// last.
func (srv *Server) execute(e journal.Event, n int) (id string, err error) {
	srv.World.Happen(strconv.Itoa(n), e.At, func() {
		switch {
		case e.Options != nil:
			err = srv.setOptions(*e.Options)
		case e.Seeds != nil:
			id, err = srv.addSeeds(e.Seeds)
		case e.Request != nil:
			err = srv.repeat(e.Request, e.At)
		case e.Script != nil:
			err = srv.World.Script(e.Script...)
		}
	})
	return id, err
}

func (srv *Server) setOptions(o journal.Options) error {
	if o.Region != srv.World.Region {
		return fmt.Errorf("the journal is of region %s, but the emulator is in %s", o.Region, srv.World.Region)
	}
	srv.World.ChangeTime, srv.World.StaleReads = o.ChangeTime, o.StaleReads
	return nil
}

// repeat executes a request again.
func (srv *Server) repeat(q *journal.Request, at time.Time) error {
	s := srv.service(q.Service)
	if s == nil || s.Handlers()[q.Operation] == nil {
		return fmt.Errorf("%s has no operation %s", q.Service, q.Operation)
	}
	r := &Received{
		Request: sign.Request{Method: q.Method, Path: q.Path, Header: http.Header{}, Body: []byte(q.Body)},
		world:   srv.World, keys: srv.Keys, ctx: context.Background(), at: at, RequestID: q.ID, Values: q.Query,
		Operation: q.Operation, labels: q.Labels,
	}
	for name, value := range q.Header {
		r.Header.Set(name, value)
	}
	if _, err := s.Handlers()[q.Operation](r); err != nil {
		return fmt.Errorf("%s %s: %w", q.Service, q.Operation, err)
	}
	return nil
}

// eventOf returns the event of a request that was executed. Of its headers and parameters it has those that the
// operation declares, so none of a signature.
func eventOf(s Service, r *Received, at time.Time) journal.Event {
	q := &journal.Request{
		Service: s.Name(), Operation: r.Operation, ID: r.RequestID, Method: r.Method, Path: r.Path, Labels: r.labels,
		Header: map[string]string{}, Query: url.Values{}, Body: string(r.Body),
	}
	if in := s.Operations()[r.Operation].Request; in != nil {
		for f := range in.Fields() {
			if name := f.Tag.Get("header"); name != "" && r.Header.Get(name) != "" {
				q.Header[name] = r.Header.Get(name)
			}
			if name := f.Tag.Get("query"); name != "" && r.Values.Has(name) {
				q.Query[name] = r.Values[name]
			}
		}
	}
	return journal.Event{At: at, Request: q}
}

// reads reports whether an operation changes nothing.
func reads(s Service, operation string) bool {
	return s.Operations()[operation].Method == http.MethodGet || slices.ContainsFunc(readVerbs, func(verb string) bool {
		return strings.HasPrefix(operation, verb)
	})
}

// readVerbs begin the names of operations that change nothing.
var readVerbs = []string{"Get", "List", "Describe", "Query", "Check"}

// rebuild makes the state that follows from a journal. If that fails, the state is as before.
func (srv *Server) rebuild(j *journal.Journal) error {
	err := srv.replay(j)
	if err != nil {
		err = errors.Join(err, srv.replay(srv.journal))
	}
	return err
}

func (srv *Server) replay(j *journal.Journal) error {
	srv.World.Reset(j.Seed, j.Decisions())
	srv.setServices(srv.newServices())
	for i, e := range j.Events {
		if _, err := srv.execute(e, i); err != nil {
			return fmt.Errorf("event %d of %s cannot be repeated: %w", i, e.At.Format(time.RFC3339Nano), err)
		}
	}
	return nil
}

// Times returns how long a change takes, and for how long reads are stale.
func (srv *Server) Times() (change, stale time.Duration) {
	srv.World.Lock()
	defer srv.World.Unlock()
	return srv.World.ChangeTime, srv.World.StaleReads
}

// Changes returns the operations that start a change, by service.
func (srv *Server) Changes() map[string][]string {
	srv.World.Lock()
	defer srv.World.Unlock()
	return maps.Clone(srv.World.Changes())
}

// Script sets how the next changes end.
func (srv *Server) Script(endings ...world.Ending) error {
	if len(endings) == 0 {
		return nil
	}
	return srv.happen(journal.Event{Script: endings}, nil)
}

// Advance moves the clock.
func (srv *Server) Advance(d time.Duration) error { return srv.happen(journal.Event{Advance: d}, nil) }

// UnderWay returns the changes that have begun and not ended, the oldest first.
func (srv *Server) UnderWay() []world.UnderWay {
	srv.World.Lock()
	defer srv.World.Unlock()
	return srv.World.UnderWay()
}

// Decide ends a change that is under way. The state follows from the journal with the decision in it.
func (srv *Server) Decide(id int, ending world.Ending) error {
	mark, err := srv.decide(id, ending)
	if err != nil {
		return err
	}
	return srv.journal.Sync(mark)
}

func (srv *Server) decide(id int, ending world.Ending) (mark int64, err error) {
	srv.World.Lock()
	defer srv.World.Unlock()
	if err := srv.World.CheckUnderWay(id); err != nil {
		return 0, err
	}
	e := journal.Event{At: srv.World.Clock(), Decision: &journal.ChangeDecision{Change: id, Ending: ending}}
	events := append(slices.Clip(srv.journal.Events), e)
	if err := srv.rebuild(&journal.Journal{Header: srv.journal.Header, Events: events}); err != nil {
		return 0, err
	}
	srv.journal.Append(e)
	return srv.journal.Mark(), nil
}

// Snapshot returns the journal as JSON.
func (srv *Server) Snapshot() ([]byte, error) {
	srv.World.Lock()
	defer srv.World.Unlock()
	return srv.journal.Snapshot(srv.World.Clock())
}

// Restore makes the state that a snapshot has, and sets the clock to when it was taken.
func (srv *Server) Restore(snapshot []byte) error {
	j, at, err := journal.ReadSnapshot(snapshot)
	if err != nil {
		return err
	}
	srv.World.Lock()
	defer srv.World.Unlock()
	// A monotonic clock would not say how far apart the times of day are.
	j.Advanced += at.Sub(time.Now().Round(0)) - j.Clock()
	return srv.replace(j)
}

// Reset makes the emulator as it was when it started, with other IDs if the seed is another.
func (srv *Server) Reset(seed [32]byte) error {
	srv.World.Lock()
	defer srv.World.Unlock()
	now := time.Now().UTC().Truncate(time.Millisecond)
	j := journal.New(journal.Header{Seed: seed})
	j.Append(journal.Event{At: now, Options: srv.options})
	if err := srv.replace(j); err != nil {
		return err
	}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.faults, srv.requests, srv.dropped = nil, nil, 0
	return nil
}

// replace replaces the journal, and with it the state. If that fails, nothing has changed.
func (srv *Server) replace(j *journal.Journal) error {
	err := srv.rebuild(j)
	if err != nil {
		return err
	}
	if err = srv.journal.Replace(j); err != nil {
		return errors.Join(err, srv.replay(srv.journal))
	}
	srv.resume(j)
	return nil
}

// resume sets the clock to where a journal has moved it: not before its last event, which a clock that ran fast may be.
func (srv *Server) resume(j *journal.Journal) {
	srv.World.SetAdvanced(j.Clock())
	if n := len(j.Events); n > 0 {
		srv.World.NotBefore(j.Events[n-1].At)
	}
}

// open makes the state that follows from the journal. Then the options apply, if they are others.
func (srv *Server) open() error {
	srv.World.Lock()
	defer srv.World.Unlock()
	if err := srv.replay(srv.journal); err != nil {
		return err
	}
	srv.resume(srv.journal)
	if last := srv.lastOptions(); last != nil && *last == *srv.options {
		return nil
	}
	e := journal.Event{At: srv.World.Clock(), Options: srv.options}
	if err := srv.setOptions(*e.Options); err != nil {
		return err
	}
	srv.journal.Append(e)
	return srv.journal.Sync(srv.journal.Mark())
}

func (srv *Server) lastOptions() (last *journal.Options) {
	for _, e := range srv.journal.Events {
		if e.Options != nil {
			last = e.Options
		}
	}
	return last
}
