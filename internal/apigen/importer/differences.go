package importer

import (
	"fmt"
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// Change is one difference between two models.
type Change struct {
	Shape  string // the name of the shape that differs
	Member string // the member of it that does, "" for the shape itself
	Text   string
}

// Key is the name of what differs, as overlays have it.
func (c Change) Key() string {
	if c.Member == "" {
		return c.Shape
	}
	return c.Shape + "." + c.Member
}

// Changes returns how one model differs from another, in the order of the shapes.
func Changes(before, after *smithy.Object) []Change {
	a, b := before.Object("shapes"), after.Object("shapes")
	var changes []Change
	for _, id := range union(a.Keys, b.Keys) {
		was, is := a.Object(id), b.Object(id)
		name := smithy.LocalName(id)
		switch {
		case !a.Has(id):
			changes = append(changes, Change{name, "", fmt.Sprintf("+ %s %s", is.Text("type"), name)})
		case !b.Has(id):
			changes = append(changes, Change{name, "", fmt.Sprintf("- %s %s", was.Text("type"), name)})
		default:
			changes = append(changes, shapeChanges(name, was, is)...)
		}
	}
	return changes
}

func shapeChanges(name string, was, is *smithy.Object) []Change {
	changes := partChanges(name, "", was, is)
	a, b := was.Object("members"), is.Object("members")
	for _, m := range union(a.Keys, b.Keys) {
		full := name + "." + m
		switch {
		case !a.Has(m):
			changes = append(changes, Change{name, m, "+ member " + full + " " + compact(b.Object(m))})
		case !b.Has(m):
			changes = append(changes, Change{name, m, "- member " + full + " " + compact(a.Object(m))})
		default:
			changes = append(changes, partChanges(name, m, a.Object(m), b.Object(m))...)
		}
	}
	return changes
}

// partChanges compares everything of a shape but its members, or everything of a member; traits one by one.
func partChanges(shape, member string, was, is *smithy.Object) []Change {
	var changes []Change
	name := Change{Shape: shape, Member: member}.Key()
	add := func(part string, was, is any) {
		if text := valueChange(name+" "+part, was, is); text != "" {
			changes = append(changes, Change{shape, member, text})
		}
	}
	for _, key := range union(was.Keys, is.Keys) {
		if key != "members" && key != "traits" {
			add(key, was.Values[key], is.Values[key])
		}
	}
	a, b := was.Object("traits"), is.Object("traits")
	for _, id := range union(a.Keys, b.Keys) {
		add(smithy.LocalName(id), a.Values[id], b.Values[id])
	}
	return changes
}

func valueChange(name string, was, is any) string {
	a, b := compact(was), compact(is)
	switch {
	case a == b:
		return ""
	case was == nil:
		return fmt.Sprintf("+ %s: %s", name, b)
	case is == nil:
		return fmt.Sprintf("- %s: %s", name, a)
	}
	return fmt.Sprintf("~ %s: %s -> %s", name, a, b)
}

func compact(v any) string { return string(smithy.AppendCompact(nil, v)) }

func union(a, b []string) []string {
	all := map[string]bool{}
	for _, k := range append(slices.Clone(a), b...) {
		all[k] = true
	}
	return slices.Sorted(maps.Keys(all))
}
