package wire

import (
	"reflect"
	"strings"
)

// Seen is a target that records which members of it a document has.
type Seen struct {
	Target any // a pointer to a struct of at most 128 members

	plan  *plan
	value reflect.Value
	came  [2]uint64 // members with a value; for a list or a map null is one
	any   bool
	known bool
}

// Any reports whether the document has members at all.
func (s *Seen) Any() bool { return s.any }

// Known reports whether the document has a member that the target has too, even if it is null.
func (s *Seen) Known() bool { return s.known }

// Expected reports whether the target has members at all.
func (s *Seen) Expected() bool { return len(s.plan.members) > 0 }

// Takes reports whether the target has a member called name.
func (s *Seen) Takes(name string) bool {
	_, ok := s.plan.byName[name]
	return ok
}

// Lacks reports whether the member at a path is missing, null or an empty string. Dots in the path lead into
// structures. A list or map is missing only at the top level, and null does not count as missing.
func (s *Seen) Lacks(path string) bool {
	name, rest, _ := strings.Cut(path, ".")
	i, ok := s.plan.byName[name]
	if !ok || s.came[i/64]&(1<<(i%64)) == 0 {
		return true
	}
	f := &s.plan.members[i]
	return lacks(f.codec, s.value.Field(f.index), rest)
}

func lacks(c *codec, v reflect.Value, path string) bool {
	if c.kind == pointerKind {
		if v.IsNil() {
			return true
		}
		c, v = c.elem, v.Elem()
	}
	if path == "" || c.kind != structKind {
		return c.kind == stringKind && v.Len() == 0
	}
	name, rest, _ := strings.Cut(path, ".")
	i, ok := c.plan.byName[name]
	if !ok {
		return true
	}
	f := &c.plan.members[i]
	return lacks(f.codec, v.Field(f.index), rest)
}

// watch starts over with t. It reports whether t is small enough.
func (s *Seen) watch(t target) bool {
	s.reset()
	s.plan, s.value = t.plan, t.value
	return len(t.plan.members) <= 64*len(s.came)
}

// reset clears what was seen.
func (s *Seen) reset() { s.came, s.any, s.known = [2]uint64{}, false, false }

// note records one member of the document, -1 if the target does not have it. It came if it has a value that could be
// read.
func (s *Seen) note(member int, came, null bool) {
	s.any = true
	if member < 0 {
		return
	}
	s.known = true
	kind := s.plan.members[member].codec.kind
	if came || null && (kind == listKind || kind == mapKind) {
		s.came[member/64] |= 1 << (member % 64)
	}
}
