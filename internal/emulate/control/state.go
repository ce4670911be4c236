package control

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Item is a resource in a list.
type Item struct {
	Kind    string     `json:"kind"`
	ID      string     `json:"id"`
	Name    string     `json:"name,omitempty"` // if it has one besides its ID
	Status  string     `json:"status,omitempty"`
	Updated *time.Time `json:"updated,omitempty"`
}

// State has the resources of each service, and how many match the filter.
type State struct {
	Resources map[string][]Item `json:"resources"`
	Total     map[string]int    `json:"total"`
}

// state lists the resources whose kind, ID or status contains the filter, and of each service at most limit.
func (s *Server) state(r *http.Request) (any, error) {
	limit, err := numberIn(r, "limit", 0)
	if err != nil {
		return nil, err
	}
	return s.stateOf(r.URL.Query().Get("filter"), limit)
}

func (s *Server) stateOf(filter string, limit int) (State, error) {
	state := State{Resources: map[string][]Item{}, Total: map[string]int{}}
	all, err := s.resources()
	if err != nil {
		return state, err
	}
	filter = strings.ToLower(filter)
	for service := range s.emulator.Front.Operations() {
		list := slices.DeleteFunc(all[service], func(i Item) bool {
			return !strings.Contains(strings.ToLower(strings.Join([]string{i.Kind, i.ID, i.Name, i.Status}, "\n")), filter)
		})
		state.Total[service] = len(list)
		if limit > 0 {
			list = list[:min(limit, len(list))]
		}
		state.Resources[service] = append([]Item{}, list...)
	}
	return state, nil
}

func (s *Server) reset(r *http.Request) (any, error) {
	if err := empty(r); err != nil {
		return nil, err
	}
	if err := s.emulator.Reset(); err != nil {
		return nil, err
	}
	return s.stateOf("", 0)
}

func (s *Server) load(r *http.Request) (any, error) {
	seed, err := readBody(r, maxDocument)
	if err != nil {
		return nil, err
	}
	if err := s.emulator.Front.Load(bytes.NewReader(seed)); err != nil {
		return nil, err
	}
	return s.stateOf("", 0)
}

func (s *Server) save(*http.Request) (any, error) {
	var seed bytes.Buffer
	if err := s.emulator.Front.Save(&seed); err != nil {
		return nil, err
	}
	return json.RawMessage(seed.Bytes()), nil
}

func (s *Server) snapshot(*http.Request) (any, error) {
	snapshot, err := s.emulator.Front.Snapshot()
	if err != nil {
		return nil, err
	}
	return json.RawMessage(snapshot), nil
}

func (s *Server) restore(r *http.Request) (any, error) {
	snapshot, err := readBody(r, maxDocument)
	if err != nil {
		return nil, err
	}
	if err := s.emulator.Front.Restore(snapshot); err != nil {
		return nil, err
	}
	return s.readClock(), nil
}
