package wire

import (
	"bytes"
	"reflect"
)

const (
	// In smaller documents few values repeat.
	repetitive = 8 << 10
	// A caller who keeps one value keeps its block.
	largestBlock = 16
)

// A series is what a document has had at one place within its lists: in the items of a list, or in a member of theirs.
// Services repeat names, states and settings in every item. Its zero value is ready; a nil one remembers nothing.
type series struct {
	block   reflect.Value // a slice of new values, for pointers
	used    int           // how many of them are in use
	length  int           // of the last list
	items   *series       // of a list or a map
	structs int           // how many there were
	last    reflect.Value // the last struct
	members []repeated    // of a struct, like the members of its plan
	entries []entry       // of a map, in the order of the document
}

// A repeated is a member of a struct as it was the last time.
type repeated struct {
	in         int // which struct had it, the first being 1; 0 if it must be read again
	start, end int // of its name and value in the document
	inner      *series
}

// An entry is a name and a value that cannot be changed, in a map, as they were the last time.
type entry struct {
	raw   []byte // its name and value in the document, and the byte after it, which ends a number
	name  string
	text  string // in a map of strings
	value any    // in a map of anything
}

// itemsOf returns the series of the items of a list whose own is s, which is nil outside of other lists.
func (d *decoder) itemsOf(s *series) *series {
	switch {
	case s == nil && len(d.data) < repetitive:
		return nil
	case s == nil:
		return &series{}
	case s.items == nil:
		s.items = &series{}
	}
	return s.items
}

// membersOf returns what is remembered of the members of a struct, nil if nothing.
func (d *decoder) membersOf(s *series, p *plan) []repeated {
	if s == nil {
		return nil
	}
	if s.members == nil && d.affords(len(p.members), reflect.TypeFor[repeated]()) {
		s.members = make([]repeated, len(p.members))
	}
	return s.members
}

// remember decodes member i of a struct, which began at start, and remembers it.
func (d *decoder) remember(s *series, i, start int, c *codec, v reflect.Value) {
	m := &s.members[i]
	if m.inner == nil && c.kind > structKind { // a struct in a struct is cleared if it comes twice
		m.inner = &series{}
	}
	unique := d.unique
	m.in = 0
	if d.value(c, v, m.inner) && d.unique == unique && !d.failed {
		m.in, m.start, m.end = s.structs+1, start, d.pos
	}
}

// repeats reports whether the document goes on as member i of the struct before did, and consumes that.
func (s *series) repeats(d *decoder, i int) bool {
	m := &s.members[i]
	end := d.pos + m.end - m.start
	if m.in == 0 || m.in != s.structs || end >= len(d.data) {
		return false
	}
	// A number may go on. The end of a name differs more often than its beginning.
	if d.data[end] != d.data[m.end] || d.data[end-2] != d.data[m.end-2] || !bytes.Equal(d.data[d.pos:end], d.data[m.start:m.end]) {
		return false
	}
	d.pos = end
	return true
}

// copyMember gives a struct member i of the one before.
func (s *series) copyMember(d *decoder, i int, f *field, v reflect.Value) {
	m := &s.members[i]
	m.in++
	dst, src := v.Field(f.index), s.last.Field(f.index)
	if f.codec.kind == stringKind {
		dst.SetString(src.String())
	} else {
		d.copy(f.codec, dst, src, m.inner)
	}
}

// ended notes that v was read to the end.
func (s *series) ended(v reflect.Value) {
	if s != nil {
		s.structs++
		s.last = v
	}
}

// copy sets dst to src without memory in common that can be changed.
func (d *decoder) copy(c *codec, dst, src reflect.Value, s *series) {
	switch {
	case c.kind == structKind && c.deep:
		d.copyStruct(c.plan, dst, src, s)
	case !c.deep || src.IsNil():
		dst.Set(src)
	case c.kind == pointerKind:
		elem := d.allocate(c.elem, s)
		d.copy(c.elem, elem, src.Elem(), s)
		dst.Set(elem.Addr())
	case c.kind == listKind:
		d.copyList(c, dst, src, s)
	}
}

func (d *decoder) copyStruct(p *plan, dst, src reflect.Value, s *series) {
	dst.Set(src)
	for _, i := range p.deep {
		f := &p.members[i]
		if from := src.Field(f.index); f.codec.kind == structKind || !from.IsNil() { // dst has that already
			d.copy(f.codec, dst.Field(f.index), from, s.member(i))
		}
	}
}

func (d *decoder) copyList(c *codec, dst, src reflect.Value, s *series) {
	n := src.Len()
	if n == 0 || !d.charge(n, c.elem.typ) {
		dst.Set(src)
		return
	}
	dst.SetZero()
	dst.Grow(n)
	dst.SetLen(n)
	if !c.elem.deep {
		reflect.Copy(dst, src)
		return
	}
	for i := range n {
		d.copy(c.elem, dst.Index(i), src.Index(i), s.itemsIfAny())
	}
}

// member returns the series of a member, nil if there is none.
func (s *series) member(i int) *series {
	if s == nil || i >= len(s.members) {
		return nil
	}
	return s.members[i].inner
}

// itemsIfAny returns the series of the items of a list, nil if there is none.
func (s *series) itemsIfAny() *series {
	if s == nil {
		return nil
	}
	return s.items
}

// mostEntries is how many entries of a map are remembered.
const mostEntries = 64

// entry moves to the next member and returns what is remembered of entry i of a map; other if nothing.
func (d *decoder) entry(s *series, i int, other *entry) *entry {
	d.peek()
	switch {
	case s == nil || i > len(s.entries) || i == mostEntries:
		*other = entry{}
		return other
	case i == len(s.entries):
		s.entries = append(s.entries, entry{})
	}
	return &s.entries[i]
}

// continues reports whether the document goes on as raw does, and consumes that without the byte after the value.
func (d *decoder) continues(raw []byte) bool {
	if len(raw) == 0 || !bytes.HasPrefix(d.data[d.pos:], raw) {
		return false
	}
	d.pos += len(raw) - 1
	return true
}

// since returns the document from start to the byte after the value that was read last; nil at the end.
func (d *decoder) since(start int) []byte {
	if d.failed || d.pos == len(d.data) {
		return nil
	}
	return d.data[start : d.pos+1]
}

// allocate returns a new value of the type that c is for. Those of one series share blocks that grow with their number.
func (d *decoder) allocate(c *codec, s *series) reflect.Value {
	if s == nil {
		d.charge(1, c.typ)
		return reflect.New(c.typ).Elem()
	}
	if !s.block.IsValid() {
		s.block = reflect.New(reflect.SliceOf(c.typ)).Elem()
	}
	if s.used == s.block.Len() {
		n := min(max(2*s.used, 1), largestBlock)
		d.charge(n, c.typ)
		s.block.SetZero()
		s.block.Grow(n)
		s.block.SetLen(n)
		s.used = 0
	}
	s.used++
	return s.block.Index(s.used - 1)
}
