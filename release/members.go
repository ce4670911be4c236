package release

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/cloud/reveal"
)

// members are those of a resource, by their names in JSON.
type members map[string]any

// membersOf returns the members of v, and again as they may be shown.
func membersOf(v any) (all, shown members, err error) {
	if all, err = decoded(reveal.JSON(v)); err != nil {
		return nil, nil, err
	}
	shown, err = decoded(v)
	return all, shown, err
}

// decoded returns the members of v as JSON shows them, with numbers as they are written.
func decoded(v any) (m members, err error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return m, d.Decode(&m)
}

// changed returns the members that are not as in other; those that only other has as nil.
func (m members) changed(other members) members {
	out := members{}
	for name := range m.and(other) {
		if !equal(m[name], other[name]) {
			out[name] = m[name]
		}
	}
	return out
}

// and returns the names of the members of both.
func (m members) and(other members) members {
	all := maps.Clone(m)
	maps.Copy(all, other)
	return all
}

// has reports whether m has these members; nil is one that it must not have.
func (m members) has(wanted members) bool {
	for name, value := range wanted {
		if !equal(m[name], value) {
			return false
		}
	}
	return true
}

func equal(a, b any) bool {
	left, err := json.Marshal(a)
	right, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(left, right)
}

// equalShown reports whether two values have the same members, sensitive ones too.
func equalShown(a, b any) bool { return equal(reveal.JSON(a), reveal.JSON(b)) }

// applied returns a copy of v with these members.
func applied[T any](m members, v *T) (*T, error) {
	all, _, err := membersOf(v)
	if err != nil {
		return nil, err
	}
	for name, value := range m {
		all[name] = value
		if value == nil {
			delete(all, name)
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	next := new(T)
	return next, json.Unmarshal(text, next)
}

// differences are what changes between two states of a resource, in the order of the paths of the members. What is
// different but must not be shown reads "[redacted]".
func differences(before, after, shownBefore, shownAfter members) []cloud.Difference {
	from, to := leaves{}, leaves{}
	from.add("", map[string]any(before))
	to.add("", map[string]any(after))
	shownFrom, shownTo := leaves{}, leaves{}
	shownFrom.add("", map[string]any(shownBefore))
	shownTo.add("", map[string]any(shownAfter))
	var list []cloud.Difference
	all := maps.Clone(from)
	maps.Copy(all, to)
	for path := range all {
		if from[path] != to[path] {
			list = append(list, cloud.Difference{Field: path, Before: shownFrom.show(path, from), After: shownTo.show(path, to)})
		}
	}
	slices.SortFunc(list, func(a, b cloud.Difference) int { return cmp.Compare(a.Field, b.Field) })
	return list
}

// leaves are values as text, by the paths of their members.
type leaves map[string]string

func (l leaves) add(path string, value any) {
	switch v := value.(type) {
	case nil:
	case string:
		l[path] = v
	case map[string]any:
		for name, member := range v {
			if path != "" {
				name = path + "." + name
			}
			l.add(name, member)
		}
	default:
		if text, err := json.Marshal(v); err == nil {
			l[path] = string(text)
		}
	}
}

// show returns the value at a path that all has, unless it is hidden here.
func (l leaves) show(path string, all leaves) string {
	if _, ok := all[path]; !ok {
		return ""
	}
	if text, ok := l[path]; ok {
		return text
	}
	return "[redacted]"
}
