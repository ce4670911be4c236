package gogen

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
)

// resources prints the declarations of the resources that the emulator keeps as documents.
func (g *Generator) resources(p *printer) {
	p.line("// resources are the resources that are kept as documents.")
	p.line("var resources = []resource.Kind{")
	for _, name := range slices.Sorted(maps.Keys(g.Overlay.Resources)) {
		p.line("\t{")
		p.line("\t\tName: %q,", name)
		for _, line := range resourceLines(g.Overlay.Resources[name]) {
			p.line("\t\t" + line + ",")
		}
		p.line("\t},")
	}
	p.line("}")
}

// resourceLines returns the fields of a declaration that are set.
func resourceLines(r overlay.Resource) []string {
	var lines []string
	add := func(set bool, format string, args ...any) {
		if set {
			lines = append(lines, fmt.Sprintf(format, args...))
		}
	}
	for _, list := range []struct {
		field string
		names overlay.Names
	}{
		{"ID", r.ID}, {"In", r.In}, {"Create", r.Create}, {"Read", r.Read}, {"List", r.List}, {"Update", r.Update}, {"Delete", r.Delete},
		{"Tag", r.Tag}, {"Untag", r.Untag}, {"Tags", r.Tags}, {"Unique", r.Unique},
	} {
		add(len(list.names) > 0, "%s: %#v", list.field, []string(list.names))
	}
	add(r.Parent != "", "Parent: %q", r.Parent)
	add(len(r.Actions) > 0, "Actions: map[string]map[string]any%s", entries(r.Actions, func(set map[string]any) string {
		return entries(set, literal)
	}))
	add(len(r.Set) > 0, "Set: map[string]any%s", entries(r.Set, literal))
	for _, renamed := range []struct {
		field string
		names map[string]string
	}{{"Make", r.Make}, {"Members", r.Members}, {"Times", r.Times}, {"Filters", r.Filters}} {
		add(len(renamed.names) > 0, "%s: map[string]string%s", renamed.field, entries(renamed.names, strconv.Quote))
	}
	add(len(r.Like) > 0, "Like: map[string][]string%s", entries(r.Like, func(n overlay.Names) string {
		return strings.TrimPrefix(fmt.Sprintf("%#v", []string(n)), "[]string")
	}))
	add(r.Missing != "", "Missing: %q", r.Missing)
	add(r.Exists != "", "Exists: %q", r.Exists)
	add(r.Stale, "Stale: true")
	add(r.Single, "Single: true")
	add(r.Upsert, "Upsert: true")
	return lines
}

// entries prints the entries of a map in order.
func entries[V any](m map[string]V, value func(V) string) string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		all = append(all, fmt.Sprintf("%q: %s", key, value(m[key])))
	}
	return "{" + strings.Join(all, ", ") + "}"
}

// literal prints a JSON value. A whole number is an int64, as documents have it.
func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case float64:
		if v == float64(int64(v)) {
			return fmt.Sprintf("int64(%d)", int64(v))
		}
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = literal(item)
		}
		return "[]any{" + strings.Join(items, ", ") + "}"
	case map[string]any:
		return "map[string]any" + entries(v, literal)
	}
	return fmt.Sprintf("%#v", v)
}
