package control

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// Change is a change under way.
type Change struct {
	ID        int       `json:"id"`
	Service   string    `json:"service"`
	Operation string    `json:"operation"`
	Resource  string    `json:"resource"`
	Started   time.Time `json:"started"`
	Ends      time.Time `json:"ends"`
}

// Changes are the changes under way, by the clock of the emulator.
type Changes struct {
	Now     time.Time `json:"now"`
	Changes []Change  `json:"changes"`
}

func (s *Server) changes() Changes {
	list := Changes{Now: s.emulator.Front.World.Clock(), Changes: []Change{}}
	for _, c := range s.emulator.Front.UnderWay() {
		list.Changes = append(list.Changes, Change(c))
	}
	return list
}

func (s *Server) listChanges(*http.Request) (any, error) { return s.changes(), nil }

func (s *Server) finishChange(r *http.Request) (any, error) {
	if err := empty(r); err != nil {
		return nil, err
	}
	return s.end(r, world.Ending{})
}

func (s *Server) failChange(r *http.Request) (any, error) {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	return s.end(r, world.Ending{Fail: true, Reason: in.Reason})
}

func (s *Server) cancelChange(r *http.Request) (any, error) {
	if err := empty(r); err != nil {
		return nil, err
	}
	return s.end(r, world.Ending{Cancel: true})
}

// end ends a change under way and returns the others.
func (s *Server) end(r *http.Request, how world.Ending) (any, error) {
	id, err := pathID(r)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(s.emulator.Front.UnderWay(), func(c world.UnderWay) bool { return c.ID == id }) {
		return nil, &Error{
			Status: http.StatusNotFound, Field: "id", Rule: "must be that of a change under way", Given: r.PathValue("id"),
		}
	}
	if err := s.emulator.Front.Decide(id, how); err != nil {
		return nil, err
	}
	return s.changes(), nil
}

// ending is how a future change ends.
type ending struct {
	Operation  string `json:"operation"`
	Service    string `json:"service"`
	Fail       bool   `json:"fail"`
	Cancel     bool   `json:"cancel"`
	Vanish     bool   `json:"vanish"`
	After      string `json:"after"`
	Reason     string `json:"reason"`
	ReasonType string `json:"reasonType"`
	Severity   string `json:"severity"`
	State      string `json:"state"`
}

func (s *Server) script(r *http.Request) (any, error) {
	var in struct {
		Endings []ending `json:"endings"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if len(in.Endings) == 0 {
		return nil, &Error{Field: "endings", Rule: "must have at least one ending"}
	}
	endings := make([]world.Ending, len(in.Endings))
	for i, e := range in.Endings {
		field := fmt.Sprintf("endings[%d].", i)
		after, err := durationOf(field+"after", e.After)
		if err != nil {
			return nil, err
		}
		if err := s.checkOperation(field, e.Service, e.Operation, true); err != nil {
			return nil, err
		}
		endings[i] = world.Ending{
			Operation: e.Operation, Service: e.Service, Fail: e.Fail, Cancel: e.Cancel, Vanish: e.Vanish, After: after,
			Reason: e.Reason, ReasonType: e.ReasonType, Severity: e.Severity, State: e.State,
		}
	}
	if err := s.emulator.Front.Script(endings...); err != nil {
		return nil, err
	}
	return map[string]int{"scripted": len(endings)}, nil
}

// checkOperation checks the names of a service, which may be empty, and an operation.
func (s *Server) checkOperation(prefix, service, operation string, change bool) error {
	known, starts, services := false, false, []string{}
	changes := s.emulator.Front.Changes()
	for name, operations := range s.emulator.Front.Operations() {
		services = append(services, name)
		if service == "" || service == name {
			_, has := operations[operation]
			known = known || has
			starts = starts || slices.Contains(changes[name], operation)
		}
	}
	slices.Sort(services)
	switch {
	case service != "" && !slices.Contains(services, service):
		return &Error{Field: prefix + "service", Rule: "must be one of " + strings.Join(services, ", "), Given: service}
	case change && !starts:
		return &Error{Field: prefix + "operation", Rule: "must be an operation that starts a change", Given: operation}
	case !change && operation != "" && !known:
		return &Error{Field: prefix + "operation", Rule: "must be an operation of the service", Given: operation}
	}
	return nil
}
