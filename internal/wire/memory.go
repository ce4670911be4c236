package wire

import "reflect"

// A document may take this much memory besides its strings, which are never much larger than the document itself. The
// structs of a list can be hundreds of times larger than the two bytes that make one.
const (
	memoryPerByte = 64
	memoryAtLeast = 1 << 20
)

// affords counts memory for values. It reports false if that would be too much for the document.
func (d *decoder) affords(values int, t reflect.Type) bool {
	more := values * int(t.Size())
	if d.memory+more > memoryAtLeast+memoryPerByte*len(d.data) {
		return false
	}
	d.memory += more
	return true
}

// charge is affords for values of the document. It fails if they are too much.
func (d *decoder) charge(values int, t reflect.Type) bool {
	if d.affords(values, t) {
		return true
	}
	d.fail(d.pos, "the values take too much memory for a document of this size")
	return false
}
