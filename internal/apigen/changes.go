package main

import (
	"fmt"
	"maps"
	"slices"
)

// describeChanges says in lines for people how one model differs from another.
func describeChanges(before, after *object) []string {
	a, b := before.object("shapes"), after.object("shapes")
	var lines []string
	for _, id := range union(a.keys, b.keys) {
		was, is := a.object(id), b.object(id)
		switch {
		case !a.has(id):
			lines = append(lines, fmt.Sprintf("+ %s %s", is.text("type"), localName(id)))
		case !b.has(id):
			lines = append(lines, fmt.Sprintf("- %s %s", was.text("type"), localName(id)))
		default:
			lines = append(lines, shapeChanges(localName(id), was, is)...)
		}
	}
	if len(lines) == 0 {
		return []string{"no change"}
	}
	return append(lines, fmt.Sprintf("%d changes", len(lines)))
}

func shapeChanges(name string, was, is *object) []string {
	lines := partChanges(name, was, is, "members")
	a, b := was.object("members"), is.object("members")
	for _, m := range union(a.keys, b.keys) {
		full := name + "." + m
		switch {
		case !a.has(m):
			lines = append(lines, "+ member "+full+" "+compact(b.object(m)))
		case !b.has(m):
			lines = append(lines, "- member "+full)
		default:
			lines = append(lines, partChanges(full, a.object(m), b.object(m), "")...)
		}
	}
	return lines
}

// partChanges compares everything but the part called skip; traits one by one.
func partChanges(name string, was, is *object, skip string) []string {
	var lines []string
	for _, key := range union(was.keys, is.keys) {
		if key == skip || key == "traits" {
			continue
		}
		lines = append(lines, valueChange(name+" "+key, was.values[key], is.values[key])...)
	}
	a, b := was.object("traits"), is.object("traits")
	for _, id := range union(a.keys, b.keys) {
		lines = append(lines, valueChange(name+" "+localName(id), a.values[id], b.values[id])...)
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

func compact(v any) string { return string(appendCompact(nil, v)) }

func union(a, b []string) []string {
	all := map[string]bool{}
	for _, k := range append(slices.Clone(a), b...) {
		all[k] = true
	}
	return slices.Sorted(maps.Keys(all))
}
