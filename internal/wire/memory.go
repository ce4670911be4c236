package wire

import "reflect"

// A document may take this much memory besides its strings, which are never much larger than the document itself. The
// structs of a list can be hundreds of times larger than the two bytes that make one.
const (
	memoryPerByte = 64
	memoryAtLeast = 1 << 20
)

// charge counts memory that is allocated for the document. It fails if that is too much.
func (d *decoder) charge(values int, t reflect.Type) bool {
	d.memory += values * int(t.Size())
	if d.memory <= memoryAtLeast+memoryPerByte*len(d.data) {
		return true
	}
	d.fail(d.pos, "the values take too much memory for a document of this size")
	return false
}

const (
	// In smaller documents few values repeat.
	repetitive = 8 << 10
	// A caller who keeps one value keeps its block.
	largestBlock = 16
)

// A series is what a document has had of one type so far, within its lists.
type series struct {
	block  reflect.Value // a slice of new values
	used   int           // how many of them are in use
	length int           // of the last list
	last   []string      // the last string of each member of a struct
}

// seriesOf returns nil outside of lists.
func (d *decoder) seriesOf(c *codec) *series {
	if d.lists == 0 || len(d.data) < repetitive {
		return nil
	}
	s, ok := d.series[c]
	if !ok {
		s = &series{}
		if c.kind == structKind {
			s.last = make([]string, len(c.plan.members))
		}
		if d.series == nil {
			d.series = map[*codec]*series{}
		}
		d.series[c] = s
	}
	return s
}

// lastStrings returns the last string of each member, nil if they are not remembered.
func (s *series) lastStrings() []string {
	if s == nil {
		return nil
	}
	return s.last
}

// allocate returns a new value of the type that c is for. Those of one series share blocks that grow with their number.
func (d *decoder) allocate(c *codec, s *series) reflect.Value {
	if s == nil {
		d.charge(1, c.typ)
		return reflect.New(c.typ).Elem()
	}
	if !s.block.IsValid() || s.used == s.block.Len() {
		n := min(max(2*s.used, 1), largestBlock)
		d.charge(n, c.typ)
		s.block, s.used = reflect.MakeSlice(reflect.SliceOf(c.typ), n, n), 0
	}
	s.used++
	return s.block.Index(s.used - 1)
}
