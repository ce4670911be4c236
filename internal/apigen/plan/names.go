package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Names are the Go names and types that callers may already use. Entries are added, never
// changed or removed, so that a newer model or a newer rule of the generator cannot break them.
type Names map[string]*ServiceNames // by package

// ServiceNames are the names of one service.
type ServiceNames struct {
	Operations map[string]string `json:"operations"` // operation: method
	Iterators  map[string]string `json:"iterators"`  // list operation: All method
	Types      map[string]string `json:"types"`      // shape: Go name
	Fields     map[string]string `json:"fields"`     // Shape.member: Go name and type
	Values     map[string]string `json:"values"`     // Enum.value: constant

	problems []error
}

// LoadNames reads the names in a file, which need not exist.
func LoadNames(path string) (Names, error) {
	names := Names{}
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return names, nil
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(data, &names); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return names, nil
}

// Of returns the names of a package, which may be added to.
func (n Names) Of(pkg string) *ServiceNames {
	if n[pkg] == nil {
		n[pkg] = &ServiceNames{}
	}
	s := n[pkg]
	for _, m := range []*map[string]string{&s.Operations, &s.Iterators, &s.Types, &s.Fields, &s.Values} {
		if *m == nil {
			*m = map[string]string{}
		}
	}
	return s
}

// Encode returns the names in the form of the file.
func (n Names) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(n, "", " ")
	return append(data, '\n'), err
}

// operationName returns the name of an operation's method.
func (s *ServiceNames) operationName(operation, wish string) string {
	return s.freeze(s.Operations, operation, "", wish)
}

// iteratorName returns the name of the method that ranges over what an operation lists.
func (s *ServiceNames) iteratorName(operation, chosen, wish string) string {
	return s.freeze(s.Iterators, operation, chosen, wish)
}

// typeName returns the Go name of a shape. chosen is a name given by hand, wish the one by the rule.
func (s *ServiceNames) typeName(shape, chosen, wish string) string {
	return s.freeze(s.Types, shape, chosen, wish)
}

// valueName returns the name of the constant for an enum's value.
func (s *ServiceNames) valueName(key, chosen, wish string) string {
	return s.freeze(s.Values, key, chosen, wish)
}

func (s *ServiceNames) freeze(m map[string]string, key, chosen, wish string) string {
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

// field returns the Go name and type of a member. It stays a pointer, or a value, as it was; any other change
// of its type is a conflict.
func (s *ServiceNames) field(key, chosen, wish, goType string) (name, typ string) {
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

func (s *ServiceNames) conflict(key, was, is, who string) {
	s.problems = append(s.problems, fmt.Errorf(
		"%s is frozen as %s in names.json, and %s now says %s: callers would break. Keep it with an entry in the overlay or, "+
			"if the break is meant, edit names.json and say so in CHANGELOG.md", key, was, who, is))
}
