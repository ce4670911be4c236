package conformance_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// documentCheck compares a JSON document with the model. The problems are what differs.
type documentCheck struct {
	model    model
	response bool // of the service, so that what it always returns must be there
	problems []string
}

// checkDocument returns what is not as the model says: unknown members, other JSON types, and missing members.
func checkDocument(m model, s *shape, document any, response bool) []string {
	c := documentCheck{model: m, response: response}
	c.structure("", s, document)
	return c.problems
}

func (c *documentCheck) problem(path, format string, args ...any) {
	c.problems = append(c.problems, strings.TrimPrefix(path, ".")+": "+fmt.Sprintf(format, args...))
}

func (c *documentCheck) structure(path string, s *shape, document any) {
	members, ok := document.(map[string]any)
	if !ok {
		c.problem(path, "%s, but must be an object", kindOf(document))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if s.Members[name] == nil {
			c.problem(path, "has the unknown member %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Members)) {
		value, there := members[name]
		c.member(path+"."+name, s.Members[name], value, there)
	}
}

func (c *documentCheck) member(path string, m *member, value any, there bool) {
	needed := m.Traits.has("required") || c.response && m.Traits["polycloud.protocols#returned"] != nil
	switch {
	case value != nil:
		c.value(path, c.model.target(m), value)
	case needed && !there:
		c.problem(path, "is missing")
	case needed && m.Traits["polycloud.protocols#nullable"] == nil && (m.Traits.has("required") || c.model.target(m).Type != "structure"):
		c.problem(path, "is null")
	}
}

func (c *documentCheck) value(path string, s *shape, value any) {
	switch s.Type {
	case "structure":
		c.structure(path, s, value)
	case "list":
		items, ok := value.([]any)
		if !ok {
			c.problem(path, "%s, but must be an array", kindOf(value))
		}
		for i, item := range items {
			c.value(path+"."+strconv.Itoa(i), c.model.target(s.Member), item)
		}
	default:
		if want := jsonKinds[s.Type]; kindOf(value) != want && (want != "a number" || kindOf(value) != "an integer") {
			c.problem(path, "%s, but must be %s", kindOf(value), want)
		}
	}
}

// jsonKinds are how the scalars of the model are written.
var jsonKinds = map[string]string{
	"string": "a string", "boolean": "a boolean", "long": "an integer", "integer": "an integer", "double": "a number",
	"float": "a number",
}

func kindOf(value any) string {
	switch v := value.(type) {
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return "an integer"
		}
		return "a number"
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	}
	return "null"
}

// at returns the value at a path such as "UserSet.0.UserId", as text. A path that ends with "#" is the length of the list.
func at(document any, path string) string {
	for step := range strings.SplitSeq(path, ".") {
		switch v := document.(type) {
		case map[string]any:
			document = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			switch {
			case step == "#":
				document = len(v)
			case err == nil && i < len(v):
				document = v[i]
			default:
				document = nil
			}
		default:
			if step != "#" {
				return fmt.Sprintf("nothing at %s", path)
			}
			document = 0
		}
	}
	return fmt.Sprint(document)
}

// lost returns what a document lacks of another.
func lost(path string, want, document any) []string {
	var list []string
	switch want := want.(type) {
	case map[string]any:
		members, _ := document.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(want)) {
			list = append(list, lost(path+"."+name, want[name], members[name])...)
		}
	case []any:
		items, _ := document.([]any)
		if len(items) != len(want) {
			return []string{fmt.Sprintf("%s: %d items, want %d", path, len(items), len(want))}
		}
		for i := range want {
			list = append(list, lost(path+"."+strconv.Itoa(i), want[i], items[i])...)
		}
	default:
		if want != document {
			return []string{fmt.Sprintf("%s: %v, want %v", path, document, want)}
		}
	}
	return list
}
