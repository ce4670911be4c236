package plan

import (
	"cmp"
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
	accepted map[string]string // what may change, by key, with the reason
	thawed   bool              // whatever the model says may change
}

// Thaw lets the model change what is frozen, for a caller that compares the API before and after.
func (s *ServiceNames) Thaw() { s.thawed = true }

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
func (s *ServiceNames) operationName(operation, chosen, wish string) string {
	return s.freeze(s.Operations, operation, chosen, wish)
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
		chosen = cmp.Or(m[key], wish)
	}
	if was := m[key]; was == "" || was != chosen && s.mayChange(key, was, chosen, "the overlay") {
		m[key] = chosen
	}
	return m[key]
}

// field returns the Go name and type of a member. It stays a pointer, or a value, as it was, unless it must be a
// pointer now; any other change of its type is a conflict.
func (s *ServiceNames) field(key, chosen, wish, goType string, mustPoint bool) (name, typ string) {
	name, typ, _ = strings.Cut(s.Fields[key], " ")
	if name == "" {
		name, typ = cmp.Or(chosen, wish), goType
	}
	if chosen != "" && chosen != name && s.mayChange(key, name, chosen, "the overlay") {
		name = chosen
	}
	same := strings.TrimPrefix(typ, "*") == strings.TrimPrefix(goType, "*")
	switch {
	case same && s.accepted[key] != "", same && typ == goType:
		typ = goType
	case same && !mustPoint:
	case s.mayChange(key, typ, goType, "the model"):
		typ = goType
	}
	s.Fields[key] = name + " " + typ
	return name, typ
}

// mayChange reports whether what is frozen may become something else. If not, it is a conflict.
func (s *ServiceNames) mayChange(key, was, is, who string) bool {
	if s.thawed || s.accepted[key] != "" {
		return true
	}
	s.problems = append(s.problems, fmt.Errorf(
		"%s is frozen as %s in names.json, and %s now says %s: callers would break. Keep it with an entry in the overlay or, "+
			"if the break is meant, accept it under breaks in the overlay and say so in CHANGELOG.md", key, was, who, is))
	return false
}
