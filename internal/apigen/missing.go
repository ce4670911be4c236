package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// listMissingDocs names what has no documentation of ours: operations, types, and fields that
// callers set. It also names documentation of what is not generated.
func (p *project) listMissingDocs(out io.Writer) error {
	for _, s := range p.services {
		for _, name := range s.missingDocs() {
			fmt.Fprintln(out, s.pkg, "has no documentation for", name)
		}
		if _, err := s.files(); err != nil { // looks up all that there is to document
			return err
		}
		for _, name := range s.unusedDocs() {
			fmt.Fprintln(out, s.pkg, "has documentation for", name, "but nothing of that name")
		}
	}
	return nil
}

func (s *service) missingDocs() []string {
	var missing []string
	for _, op := range s.ops {
		if s.docOf(s.docs.Operations, op.name) == "" {
			missing = append(missing, "operation "+op.name)
		}
	}
	for _, st := range s.structs {
		if st.op == nil && s.docOf(s.docs.Types, st.shape.name(), st.name) == "" {
			missing = append(missing, "type "+st.shape.name())
		}
		for _, f := range st.fields {
			if st.checked && !documented(s.docs.Fields, st.shape.name()+"."+f.wire, st.name+"."+f.wire) {
				missing = append(missing, "field "+st.shape.name()+"."+f.wire)
			}
		}
	}
	for _, e := range s.enums {
		if s.docOf(s.docs.Types, append(e.keys, e.name)...) == "" {
			missing = append(missing, "type "+e.keys[0])
		}
	}
	return missing
}

// unusedDocs returns the keys of documentation that nothing looked up.
func (s *service) unusedDocs() []string {
	var unused []string
	for section, texts := range map[string]map[string]string{
		"operations": s.docs.Operations, "iterators": s.docs.Iterators, "types": s.docs.Types, "fields": s.docs.Fields, "values": s.docs.Values,
	} {
		for key := range texts {
			if name, _, _ := strings.Cut(key, "."); !s.used[key] && !s.isError(name) {
				unused = append(unused, section+" "+key)
			}
		}
	}
	slices.Sort(unused)
	return unused
}

// isError reports whether a shape is an error, which is generated as a code alone.
func (s *service) isError(name string) bool {
	shape := s.model.find(name)
	return shape != nil && shape.traits.has(traitError)
}
