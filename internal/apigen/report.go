package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/goapi"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/importer"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// report is what an import changes: in the model, and for callers.
type report struct {
	notes    []string
	changes  []importer.Change
	breaks   map[string][]goapi.Break // by their names in the overlay
	accepted map[string]string        // by the overlay: the reasons
	vanished map[string]bool          // shapes whose types are gone
	users    map[string][]string      // the operations that use a shape, by its name

	before, after *smithy.Object
}

func newReport(before, after *smithy.Object, notes []string) *report {
	r := &report{notes: notes, changes: importer.Changes(before, after), users: map[string][]string{}, before: before, after: after}
	used := map[string]map[string]bool{}
	for _, tree := range []*smithy.Object{before, after} {
		m, err := smithy.New(tree)
		if err != nil {
			continue // there was no model
		}
		for _, op := range m.Operations() {
			for id := range m.Below(op.ID) {
				name := smithy.LocalName(id)
				if used[name] == nil {
					used[name] = map[string]bool{}
				}
				used[name][op.Name()] = true
			}
		}
	}
	for name, ops := range used {
		r.users[name] = slices.Sorted(maps.Keys(ops))
	}
	return r
}

// compare finds what breaks for callers, between the generated files in the module and new ones.
func (r *report) compare(p *project, pkg string, files map[string][]byte) error {
	before, err := readAPI(p.root, pkg)
	if err != nil {
		return err
	}
	own := map[string][]byte{}
	for name, data := range files {
		if strings.HasPrefix(name, pkg+"/zz_") {
			own[name] = data
		}
	}
	after, err := goapi.Read(own)
	if err != nil {
		return err
	}
	frozen, err := plan.LoadNames(filepath.Join(p.root, modelsDir, "names.json"))
	if err != nil {
		return err
	}
	keys := newGoToModel()
	keys.add(p.names.Of(pkg))
	keys.add(frozen.Of(pkg)) // what callers have now is called as it was
	r.breaks, r.vanished = map[string][]goapi.Break{}, map[string]bool{}
	for _, b := range goapi.Compare(before, after) {
		key := keys.of(b.Name)
		r.breaks[key] = append(r.breaks[key], b)
	}
	for shape, name := range p.names[pkg].Types {
		r.vanished[shape] = before.Types[name] != nil && after.Types[name] == nil
	}
	for _, g := range p.services {
		if g.Pkg == pkg {
			r.accepted = g.Overlay.Breaks
			r.comparePatterns(g.Overlay)
		}
	}
	return nil
}

// comparePatterns finds patterns that the overlay corrects and that are now others, so that a correction does not stay
// unseen.
func (r *report) comparePatterns(o *overlay.Overlay) {
	for key := range o.Patterns {
		was, is := patternAt(r.before, key), patternAt(r.after, key)
		if was != "" && was != is {
			r.breaks[key] = append(r.breaks[key], goapi.Break{
				Name: key, Text: fmt.Sprintf("the overlay corrects the pattern %q, which is now %q: see to the correction", was, is),
			})
		}
	}
}

// patternAt returns the pattern of a shape or member of a model, "" if there is none.
func patternAt(tree *smithy.Object, key string) string {
	m, err := smithy.New(tree)
	if err != nil {
		return "" // there was no model
	}
	t, err := overlay.TraitsAt(m, key)
	if err != nil {
		return ""
	}
	return t.Text(smithy.TraitPattern)
}

// goToModel are names of the model, by those that callers use.
type goToModel struct {
	types, methods, values, fields map[string]string
}

func newGoToModel() goToModel {
	return goToModel{types: map[string]string{}, methods: map[string]string{}, values: map[string]string{}, fields: map[string]string{}}
}

// add adds names, which override those that are there. Of several names of one thing, the last one counts.
func (n goToModel) add(names *plan.ServiceNames) {
	each := func(frozen map[string]string, add func(key, name string)) {
		for _, key := range slices.Sorted(maps.Keys(frozen)) {
			add(key, frozen[key])
		}
	}
	each(names.Types, func(shape, name string) { n.types[name] = shape })
	each(names.Iterators, func(op, method string) { n.methods[method] = op })
	each(names.Operations, func(op, method string) {
		for _, prefix := range []string{"", "Begin", "Prepare", "Resume"} {
			n.methods[prefix+method] = op
		}
		n.types[method+"Request"], n.types[method+"Response"] = op, op
	})
	each(names.Values, func(key, name string) { n.values[name] = key })
	each(names.Fields, func(key, entry string) {
		shape, _, _ := strings.Cut(key, ".")
		field, _, _ := strings.Cut(entry, " ")
		n.fields[names.Types[shape]+"."+field] = key
	})
}

// of returns the name in the model of what breaks, or else its name in Go.
func (n goToModel) of(name string) string {
	if method, ok := strings.CutPrefix(name, "Client."); ok {
		if op := n.methods[method]; op != "" {
			return op
		}
		return name
	}
	for _, names := range []map[string]string{n.fields, n.types, n.values} {
		if key := names[name]; key != "" {
			return key
		}
	}
	return name
}

// refused counts the breaking changes that the overlay does not accept.
func (r *report) refused() int {
	n := 0
	for key := range r.breaks {
		if r.accepted[key] == "" {
			n++
		}
	}
	return n
}

// isBreaking reports whether a change of the model is about something that breaks.
func (r *report) isBreaking(c importer.Change) bool {
	return len(r.breaks[c.Key()]) > 0 || len(r.breaks[c.Shape]) > 0 || r.vanished[c.Shape]
}

func (r *report) print(out io.Writer) {
	r.printNotes(out)
	lines := groups{}
	for _, key := range slices.Sorted(maps.Keys(r.breaks)) {
		shape, _, _ := strings.Cut(key, ".")
		verdict := "refused"
		if reason := r.accepted[key]; reason != "" {
			verdict = "accepted: " + reason
		}
		lines.add(r.users[shape], fmt.Sprintf("%s (%s)", key, verdict))
		for _, b := range r.breaks[key] {
			lines.add(r.users[shape], "  "+b.Name+": "+b.Text)
		}
		for _, c := range r.changes {
			if c.Key() == key {
				lines.add(r.users[shape], "  "+c.Text)
			}
		}
	}
	harmless := groups{}
	for _, c := range r.changes {
		switch {
		case !r.isBreaking(c):
			harmless.add(r.users[c.Shape], c.Text)
		case len(r.breaks[c.Key()]) == 0:
			lines.add(r.users[c.Shape], c.Text)
		}
	}
	lines.print(out, fmt.Sprintf("Breaking: %d, of which %d refused", len(r.breaks), r.refused()))
	harmless.print(out, "Harmless")
	for _, key := range slices.Sorted(maps.Keys(r.accepted)) {
		if len(r.breaks[key]) == 0 {
			fmt.Fprintf(out, "note: the overlay accepts a break of %s, which is none of this import: remove the entry\n", key)
		}
	}
	if len(r.changes) == 0 && len(r.breaks) == 0 {
		fmt.Fprintln(out, "no change")
	}
}

// printChanges lists what changes in the model, where it is not known what breaks.
func (r *report) printChanges(out io.Writer) {
	r.printNotes(out)
	all := groups{}
	for _, c := range r.changes {
		all.add(r.users[c.Shape], c.Text)
	}
	all.print(out, "Changes of the model")
}

func (r *report) printNotes(out io.Writer) {
	for _, note := range r.notes {
		fmt.Fprintln(out, "note:", note)
	}
}

// groups are lines by the operations that they are about.
type groups map[string][]string

// add adds a line to the group of some operations.
func (g groups) add(ops []string, line string) {
	title := "used by no operation"
	switch {
	case len(ops) > 3:
		title = fmt.Sprintf("%s and %d others", strings.Join(ops[:2], ", "), len(ops)-2)
	case len(ops) > 0:
		title = strings.Join(ops, ", ")
	}
	g[title] = append(g[title], line)
}

func (g groups) print(out io.Writer, title string) {
	if len(g) == 0 {
		return
	}
	fmt.Fprintln(out, title)
	for _, name := range slices.Sorted(maps.Keys(g)) {
		fmt.Fprintln(out, " "+name)
		for _, line := range g[name] {
			fmt.Fprintln(out, "  "+line)
		}
	}
}
