package control

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// Fault is a fault as the API takes and returns it.
type Fault struct {
	ID          int    `json:"id,omitempty"`
	Service     string `json:"service,omitempty"`
	Operation   string `json:"operation,omitempty"`
	Kind        string `json:"kind"`
	Skip        int    `json:"skip,omitempty"`
	Times       int    `json:"times,omitempty"`
	AfterEffect bool   `json:"afterEffect,omitempty"`
	Delay       string `json:"delay,omitempty"`
	RetryAfter  string `json:"retryAfter,omitempty"`
	Status      int    `json:"status,omitempty"`
	Code        string `json:"code,omitempty"`
	Message     string `json:"message,omitempty"`
	Left        *int   `json:"left,omitempty"` // how many more requests it applies to; negative is all
}

// Remaining returns how many more requests the fault applies to; negative is all.
func (f Fault) Remaining() int {
	if f.Left == nil {
		return 0
	}
	return *f.Left
}

// Faults are the faults that were not removed.
type Faults struct {
	Faults []Fault `json:"faults"`
}

func (s *Server) faults() Faults {
	list := Faults{Faults: []Fault{}}
	for _, f := range s.emulator.Front.ActiveFaults() {
		list.Faults = append(list.Faults, Fault{
			ID: f.ID, Service: f.Service, Operation: f.Operation, Kind: string(f.Kind), Skip: f.Skip, Times: f.Times,
			AfterEffect: f.AfterEffect, Delay: format(f.Delay), RetryAfter: format(f.RetryAfter), Status: f.Status,
			Code: f.Code, Message: f.Message, Left: &f.Left,
		})
	}
	return list
}

func (s *Server) listFaults(*http.Request) (any, error) { return s.faults(), nil }

// maxFaults is how many faults there may be.
const maxFaults = 1000

func (s *Server) addFault(r *http.Request) (any, error) {
	var in Fault
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	f, err := s.faultOf(in)
	if err != nil {
		return nil, err
	}
	if len(s.emulator.Front.ActiveFaults()) >= maxFaults {
		return nil, &Error{Status: http.StatusConflict, Field: "faults", Rule: "are at most 1000; remove some"}
	}
	id := s.emulator.Front.AddFault(f)
	list := s.faults()
	i := slices.IndexFunc(list.Faults, func(f Fault) bool { return f.ID == id })
	if i < 0 {
		return list, nil // it was removed at once
	}
	return list.Faults[i], nil
}

// faultOf checks a fault.
func (s *Server) faultOf(in Fault) (front.Fault, error) {
	f := front.Fault{
		Service: in.Service, Operation: in.Operation, Kind: front.FaultKind(in.Kind), Skip: in.Skip, Times: in.Times,
		AfterEffect: in.AfterEffect, Status: in.Status, Code: in.Code, Message: in.Message,
	}
	if err := s.checkOperation("", in.Service, in.Operation, false); err != nil {
		return f, err
	}
	number := func(field, rule string, given int) error {
		return &Error{Field: field, Rule: rule, Given: strconv.Itoa(given)}
	}
	switch {
	case !slices.Contains(front.FaultKinds, f.Kind):
		return f, &Error{Field: "kind", Rule: "must be one of " + kinds(), Given: in.Kind}
	case in.Skip < 0:
		return f, number("skip", "must not be below 0", in.Skip)
	case in.Status != 0 && (in.Status < 200 || in.Status > 599):
		return f, number("status", "must be an HTTP status from 200 to 599", in.Status)
	case in.ID != 0:
		return f, number("id", "is assigned by the emulator and must be left out", in.ID)
	case in.Left != nil:
		return f, number("left", "is counted by the emulator and must be left out", *in.Left)
	}
	var err error
	if f.Delay, err = durationOf("delay", in.Delay); err != nil {
		return f, err
	}
	f.RetryAfter, err = durationOf("retryAfter", in.RetryAfter)
	return f, err
}

func kinds() string {
	names := make([]string, len(front.FaultKinds))
	for i, k := range front.FaultKinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

func (s *Server) removeFaults(r *http.Request) (any, error) {
	if err := empty(r); err != nil {
		return nil, err
	}
	s.emulator.Front.RemoveFaults()
	return s.faults(), nil
}

func (s *Server) removeFault(r *http.Request) (any, error) {
	if err := empty(r); err != nil {
		return nil, err
	}
	id, err := pathID(r)
	if err != nil {
		return nil, err
	}
	if !s.emulator.Front.RemoveFault(id) {
		return nil, &Error{Status: http.StatusNotFound, Field: "id", Rule: "must be that of a fault", Given: r.PathValue("id")}
	}
	return s.faults(), nil
}
