package importer

import (
	"fmt"
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// describeChanges returns readable lines on how one model differs from another.
func describeChanges(before, after *smithy.Object) []string {
	a, b := before.Object("shapes"), after.Object("shapes")
	var lines []string
	for _, id := range union(a.Keys, b.Keys) {
		was, is := a.Object(id), b.Object(id)
		switch {
		case !a.Has(id):
			lines = append(lines, fmt.Sprintf("+ %s %s", is.Text("type"), smithy.LocalName(id)))
		case !b.Has(id):
			lines = append(lines, fmt.Sprintf("- %s %s", was.Text("type"), smithy.LocalName(id)))
		default:
			lines = append(lines, shapeChanges(smithy.LocalName(id), was, is)...)
		}
	}
	if len(lines) == 0 {
		return []string{"no change"}
	}
	return append(lines, fmt.Sprintf("%d changes", len(lines)))
}

func shapeChanges(name string, was, is *smithy.Object) []string {
	lines := partChanges(name, was, is, "members")
	a, b := was.Object("members"), is.Object("members")
	for _, m := range union(a.Keys, b.Keys) {
		full := name + "." + m
		switch {
		case !a.Has(m):
			lines = append(lines, "+ member "+full+" "+compact(b.Object(m)))
		case !b.Has(m):
			lines = append(lines, "- member "+full)
		default:
			lines = append(lines, partChanges(full, a.Object(m), b.Object(m), "")...)
		}
	}
	return lines
}

// partChanges compares everything but the part called skip; traits one by one.
func partChanges(name string, was, is *smithy.Object, skip string) []string {
	var lines []string
	for _, key := range union(was.Keys, is.Keys) {
		if key == skip || key == "traits" {
			continue
		}
		lines = append(lines, valueChange(name+" "+key, was.Values[key], is.Values[key])...)
	}
	a, b := was.Object("traits"), is.Object("traits")
	for _, id := range union(a.Keys, b.Keys) {
		lines = append(lines, valueChange(name+" "+smithy.LocalName(id), a.Values[id], b.Values[id])...)
	}
	return lines
}

func valueChange(name string, was, is any) []string {
	a, b := compact(was), compact(is)
	switch {
	case a == b:
		return nil
	case was == nil:
		return []string{fmt.Sprintf("+ %s: %s", name, b)}
	case is == nil:
		return []string{fmt.Sprintf("- %s: %s", name, a)}
	}
	return []string{fmt.Sprintf("~ %s: %s -> %s", name, a, b)}
}

func compact(v any) string { return string(smithy.AppendCompact(nil, v)) }

func union(a, b []string) []string {
	all := map[string]bool{}
	for _, k := range append(slices.Clone(a), b...) {
		all[k] = true
	}
	return slices.Sorted(maps.Keys(all))
}
