package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// frozenNames are the Go names and types that callers may already use. Entries are added, never
// changed or removed, so that a newer model or a newer rule of the generator cannot break them.
type frozenNames map[string]*frozenService // by package

type frozenService struct {
	Operations map[string]string `json:"operations"` // operation: method
	Iterators  map[string]string `json:"iterators"`  // list operation: All method
	Types      map[string]string `json:"types"`      // shape: Go name
	Fields     map[string]string `json:"fields"`     // Shape.member: Go name and type
	Values     map[string]string `json:"values"`     // Enum.value: constant

	problems []error
}

func loadNames(path string) (frozenNames, error) {
	names := frozenNames{}
	err := readJSON(path, &names)
	if errors.Is(err, fs.ErrNotExist) {
		return names, nil
	}
	return names, err
}

func (n frozenNames) of(pkg string) *frozenService {
	if n[pkg] == nil {
		n[pkg] = &frozenService{}
	}
	s := n[pkg]
	for _, m := range []*map[string]string{&s.Operations, &s.Iterators, &s.Types, &s.Fields, &s.Values} {
		if *m == nil {
			*m = map[string]string{}
		}
	}
	return s
}

func (n frozenNames) encode() ([]byte, error) {
	data, err := json.MarshalIndent(n, "", " ")
	return append(data, '\n'), err
}

// operationName returns the name of an operation's method.
func (s *frozenService) operationName(operation, wish string) string {
	return s.freeze(s.Operations, operation, "", wish)
}

// iteratorName returns the name of the method that ranges over what an operation lists.
func (s *frozenService) iteratorName(operation, chosen, wish string) string {
	return s.freeze(s.Iterators, operation, chosen, wish)
}

// typeName returns the Go name of a shape. chosen is a name given by hand, wish what the rule makes.
func (s *frozenService) typeName(shape, chosen, wish string) string {
	return s.freeze(s.Types, shape, chosen, wish)
}

// valueName returns the name of the constant for an enum's value.
func (s *frozenService) valueName(key, chosen, wish string) string {
	return s.freeze(s.Values, key, chosen, wish)
}

func (s *frozenService) freeze(m map[string]string, key, chosen, wish string) string {
	if chosen == "" {
		chosen = wish
	} else if was := m[key]; was != "" && was != chosen {
		s.conflict(key, was, chosen, "the overlay")
	}
	if m[key] == "" {
		m[key] = chosen
	}
	return m[key]
}

// field returns the Go name and type of a member. Whether it is a pointer stays as it was; that it
// is of another type altogether is a conflict.
func (s *frozenService) field(key, chosen, wish, goType string) (name, typ string) {
	if s.Fields[key] == "" {
		if chosen == "" {
			chosen = wish
		}
		s.Fields[key] = chosen + " " + goType
		return chosen, goType
	}
	name, typ, _ = strings.Cut(s.Fields[key], " ")
	if chosen != "" && chosen != name {
		s.conflict(key, name, chosen, "the overlay")
	}
	if strings.TrimPrefix(typ, "*") != strings.TrimPrefix(goType, "*") {
		s.conflict(key, typ, goType, "the model")
	}
	return name, typ
}

func (s *frozenService) conflict(key, was, is, who string) {
	s.problems = append(s.problems, fmt.Errorf(
		"%s is frozen as %s in names.json, and %s now says %s: callers would break. Keep it by an entry in the overlay, or, "+
			"if the break is meant, edit names.json and say so in CHANGELOG.md", key, was, who, is))
}
