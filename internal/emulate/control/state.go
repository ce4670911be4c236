package control

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// Item is a resource in a list.
type Item struct {
	Kind    string     `json:"kind"`
	In      string     `json:"in,omitempty"` // the resources it is part of, such as the workspace and the namespace
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

// save returns a seed, without the values of sensitive members unless they are asked for.
func (s *Server) save(r *http.Request) (any, error) {
	withSecrets, err := includesSecrets(r)
	if err != nil {
		return nil, err
	}
	write := s.emulator.Front.SaveRedacted
	if withSecrets {
		write = s.emulator.Front.Save
	}
	var seed bytes.Buffer
	if err := write(&seed); err != nil {
		return nil, err
	}
	return json.RawMessage(seed.Bytes()), nil
}

const secretsParameter = "query parameter secrets"

// includesSecrets reports whether a request asks for the values of sensitive members.
func includesSecrets(r *http.Request) (bool, error) {
	values, given := r.URL.Query()["secrets"]
	if !given {
		return false, nil
	}
	if len(values) == 1 && values[0] == "include" {
		return true, nil
	}
	return false, &Error{Field: secretsParameter, Rule: "must be include, or left out", Given: strings.Join(values, ",")}
}

// snapshot returns the whole state. It cannot be restored without the bodies of requests, so it has the secrets in them.
func (s *Server) snapshot(r *http.Request) (any, error) {
	withSecrets, err := includesSecrets(r)
	if err != nil {
		return nil, err
	}
	if !withSecrets {
		return nil, &Error{Field: secretsParameter, Rule: "must be include: a snapshot has the bodies of requests with their secrets"}
	}
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
