package wire

import (
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
)

// maxDepth is how deeply objects and lists may nest, in both directions.
const maxDepth = 1000

// A decoder reads one document from left to right. The first failure sticks: it moves the decoder to the end of the
// document, so that every loop ends by itself. A value that is well formed but of the wrong type is no failure: it is
// left out and listed.
type decoder struct {
	data    []byte
	pos     int
	depth   int
	whole   string          // a copy of a small document, where its strings are kept
	chunk   strings.Builder // where short strings of a larger one are
	scratch *[]byte         // the string last unescaped; nil until there is one
	memory  int             // bytes that were allocated for values
	unique  int             // how many values were met that must be read again when they are repeated

	strict  bool   // members that the target does not have are left out and listed too
	skipped []flaw // values that were left out

	failed  bool
	failure flaw
}

// A flaw is a problem at one place of a document.
type flaw struct {
	offset  int
	problem string
}

func (d *decoder) fail(offset int, problem string) {
	if d.failed {
		return
	}
	d.failed, d.failure = true, flaw{offset, problem}
	d.pos = len(d.data)
}

// maxSkipped is how many of the values that were left out are listed.
const maxSkipped = 100

// leaveOut lists a value that has been read and is not used. It returns false, as decoding such a value does.
func (d *decoder) leaveOut(offset int, problem ...string) bool {
	d.unique++
	if d.failed || len(d.skipped) == maxSkipped {
		return false
	}
	known := func(f flaw) bool { return f.offset == offset } // when it was read for another target
	if !slices.ContainsFunc(d.skipped, known) {
		d.skipped = append(d.skipped, flaw{offset, strings.Join(problem, "")})
	}
	return false
}

// wrongKind leaves out the next value. If no value follows, that is a failure.
func (d *decoder) wrongKind(expected string) bool {
	c := d.peek()
	switch {
	case c == '"', c == '{', c == '[', c == 't', c == 'f', isNumberStart(c):
	default:
		d.unexpected(expected)
		return false
	}
	start, found := d.pos, d.found()
	d.skip()
	return d.leaveOut(start, "expected ", expected, ", found ", found)
}

// unexpected fails at the next byte, saying what was expected instead.
func (d *decoder) unexpected(expected string) {
	d.fail(d.pos, "expected "+expected+", found "+d.found())
}

func (d *decoder) found() string {
	c := d.peek()
	switch {
	case c == 0 && d.pos == len(d.data):
		return "the end of the document"
	case c == '"':
		return "a string"
	case c == '{':
		return "an object"
	case c == '[':
		return "a list"
	case c == 't', c == 'f':
		return "a boolean"
	case c == 'n':
		return "null"
	case isNumberStart(c):
		return "a number"
	case c == '}', c == ']', c == ',', c == ':':
		return "'" + string(rune(c)) + "'"
	}
	return "text that is not JSON"
}

func (d *decoder) err() error {
	if !d.failed {
		return nil
	}
	w := walker{data: d.data}
	return w.at(d.failure)
}

// report returns what was left out, in the order of the document.
func (d *decoder) report() []*Error {
	if len(d.skipped) == 0 {
		return nil
	}
	slices.SortFunc(d.skipped, func(a, b flaw) int { return a.offset - b.offset })
	w := walker{data: d.data}
	left := make([]*Error, len(d.skipped))
	for i, f := range d.skipped {
		left[i] = w.at(f)
	}
	return left
}

// A target is one struct to decode into.
type target struct {
	plan   *plan
	value  reflect.Value
	member int   // that is being read, -1 if this target does not have it
	seen   *Seen // nil if not needed
}

func appendTargets(dst []target, pointers []any) ([]target, error) {
	for _, p := range pointers {
		seen, _ := p.(*Seen)
		if seen != nil {
			p = seen.Target
		}
		v := reflect.ValueOf(p)
		if v.Kind() != reflect.Pointer || v.IsNil() || v.Type().Elem().Kind() != reflect.Struct {
			return nil, invalid("a target is not a pointer to a struct")
		}
		t := target{plan: codecOf(v.Type().Elem()).plan, value: v.Elem(), seen: seen}
		if seen != nil && !seen.watch(t) {
			return nil, invalid("a target has too many members")
		}
		dst = append(dst, t)
	}
	return dst, nil
}

// Unmarshal decodes the JSON object in data into every target, each a pointer to a struct or a [*Seen]. Members that no
// target has are skipped. A value of a type that the target's field cannot hold is an error, always an *[Error], but
// all other values are decoded. After any other error the targets are partly filled.
func Unmarshal(data []byte, targets ...any) error {
	skipped, err := Decode(data, targets...)
	if err == nil && len(skipped) > 0 {
		return skipped[0]
	}
	return err
}

// UnmarshalString is [Unmarshal] for a document that is kept anyway: the strings of a small one are parts of it.
func UnmarshalString(text string, targets ...any) error {
	skipped, err := decode(decoder{data: []byte(text), whole: text}, targets)
	if err == nil && len(skipped) > 0 {
		return skipped[0]
	}
	return err
}

// Decode is Unmarshal for responses: a field whose value is of the wrong type keeps its zero value and is reported as
// skipped. Only a document that is not JSON, is cut short, or is not an object is an error.
func Decode(data []byte, targets ...any) (skipped []*Error, err error) {
	return decode(decoder{data: data}, targets)
}

func decode(d decoder, targets []any) (skipped []*Error, err error) {
	var room [4]target
	ts, err := appendTargets(room[:0], targets)
	if err != nil {
		return nil, err
	}
	defer d.release()
	d.targets(ts)
	d.end()
	return d.report(), d.err()
}

// DecodeMember is Decode for the object that is the value of one member of data, such as the Response of an envelope. It
// reports whether the member is there and not null.
func DecodeMember(data []byte, member string, targets ...any) (found bool, skipped []*Error, err error) {
	var room [4]target
	ts, err := appendTargets(room[:0], targets)
	if err != nil {
		return false, nil, err
	}
	d := decoder{data: data}
	defer d.release()
	for more := d.open('{', '}', "an object"); more; more = d.next('}') {
		if string(d.key()) != member {
			d.skip()
			continue
		}
		if found { // a duplicate: the last one counts
			for i := range ts {
				ts[i].value.SetZero()
				if ts[i].seen != nil {
					ts[i].seen.reset()
				}
			}
			d.skipped = nil
		}
		if found = d.peek() != 'n'; found {
			d.targets(ts)
		} else {
			d.literal("null")
		}
	}
	d.end()
	return found && !d.failed, d.report(), d.err()
}

// targets decodes one object into all of them. A member that several have is read once for each.
func (d *decoder) targets(ts []target) {
	if len(ts) == 1 && ts[0].seen == nil {
		d.object(ts[0].plan, ts[0].value, nil)
		return
	}
	for more := d.open('{', '}', "an object"); more; more = d.next('}') {
		known := find(ts, d.key())
		null, start := d.peek() == 'n', d.pos
		for _, t := range ts {
			came := false
			if t.member >= 0 && !d.failed {
				d.pos = start
				f := &t.plan.members[t.member]
				came = d.value(f.codec, t.value.Field(f.index), nil)
			}
			if t.seen != nil {
				t.seen.note(t.member, came, null)
			}
		}
		if !known {
			d.skip()
		}
	}
}

// find sets the member of that name in all targets and reports whether one has it.
func find(ts []target, name []byte) (known bool) {
	for i := range ts {
		t := &ts[i]
		m, ok := t.plan.byName[string(name)]
		if !ok {
			m = -1
		}
		t.member, known = m, known || ok
	}
	return known
}

// object decodes into a struct. s has what was there before, in other items of a list.
func (d *decoder) object(p *plan, v reflect.Value, s *series) {
	members, last := d.membersOf(s, p), 0
	for more := d.open('{', '}', "an object"); more; more = d.next('}') {
		d.peek()
		start, i := d.pos, int(p.after[last].Load())
		if i < len(members) && s.repeats(d, i) {
			s.copyMember(d, i, &p.members[i], v)
			last = i + 1
			continue
		}
		if i = d.member(p, &p.after[last]); i < 0 {
			d.unknown()
			continue
		}
		f := &p.members[i]
		if members == nil {
			d.value(f.codec, v.Field(f.index), nil)
		} else {
			d.remember(s, i, start, f.codec, v.Field(f.index))
		}
		last = i + 1
	}
	s.ended(v)
}

// unknown skips the value of a member that the target does not have.
func (d *decoder) unknown() {
	d.peek()
	start := d.pos
	d.skip()
	if d.strict {
		d.leaveOut(start, "unknown member")
	}
}

// member consumes a name and the colon and returns which member it is, -1 if none. Services mostly send members in one
// order, so the one that came here in the last document is tried first, without looking for the end of the name.
func (d *decoder) member(p *plan, expected *atomic.Int32) int {
	if i := int(expected.Load()); i < len(p.members) && d.peek() == '"' {
		key := p.members[i].key
		if end := d.pos + len(key); end <= len(d.data) && string(d.data[d.pos:end]) == key {
			d.pos = end
			return i
		}
	}
	if i, ok := p.byName[string(d.key())]; ok {
		expected.Store(int32(i))
		return i
	}
	return -1
}

// value decodes one value. It returns false and leaves v zero for a null, for an empty string where a number, a boolean
// or a time is expected, and for a value that is left out.
func (d *decoder) value(c *codec, v reflect.Value, s *series) (ok bool) {
	first := d.peek()
	if first == 'n' {
		d.literal("null")
		v.SetZero()
		return false
	}
	switch c.kind {
	case stringKind:
		text, ok := d.string(first, "")
		v.SetString(text)
		return ok
	case boolKind:
		b, ok := d.bool()
		v.SetBool(b)
		return ok
	case intKind:
		ok = d.int(v)
	case floatKind:
		ok = d.float(v)
	case timeKind:
		ok = d.time(c, v)
	case anyKind:
		ok = d.anyInto(v)
	case structKind:
		ok = d.nested(c, v)
	case pointerKind:
		ok = d.pointer(c, v, s)
	case listKind:
		ok = d.list(c, v, s)
	case mapKind:
		ok = d.dict(c, v, s)
	default:
		d.fail(d.pos, "cannot decode into "+c.typ.String())
	}
	if !ok {
		v.SetZero()
	}
	return ok
}

// string decodes a string that begins with first. It returns last if it is the same.
func (d *decoder) string(first byte, last string) (s string, ok bool) {
	switch {
	case first == '"':
		return d.text(last), true
	case isNumberStart(first):
		return d.keep(d.number()), true
	case first == 't':
		d.literal("true")
		return "true", true
	case first == 'f':
		d.literal("false")
		return "false", true
	}
	return "", d.wrongKind("a string")
}

func (d *decoder) nested(c *codec, v reflect.Value) bool {
	if d.peek() != '{' {
		return d.wrongKind("an object")
	}
	v.SetZero()
	d.object(c.plan, v, nil)
	return true
}

// fill decodes into a value that is zero.
func (d *decoder) fill(c *codec, v reflect.Value, s *series) bool {
	if c.kind == structKind && d.peek() == '{' {
		d.object(c.plan, v, s)
		return true
	}
	return d.value(c, v, s)
}

func (d *decoder) pointer(c *codec, v reflect.Value, s *series) bool {
	elem := d.allocate(c.elem, s)
	if c.elem.kind != structKind {
		s = nil
	}
	if !d.fill(c.elem, elem, s) {
		return false
	}
	v.Set(elem.Addr())
	return true
}

func (d *decoder) list(c *codec, v reflect.Value, s *series) bool {
	if d.peek() != '[' {
		return d.wrongKind("a list")
	}
	v.SetZero() // the caller may still use the old array
	items := d.itemsOf(s)
	n, start := 0, d.pos
	for more := d.open('[', ']', "a list"); more; more = d.next(']') {
		if n == v.Cap() {
			more := d.room(c, s, n, start)
			if !d.charge(more, c.elem.typ) {
				break
			}
			v.Grow(more)
		}
		v.SetLen(n + 1)
		d.fill(c.elem, v.Index(n), items)
		n++
	}
	if n == 0 {
		v.Set(reflect.MakeSlice(c.typ, 0, 0))
	}
	if s != nil {
		s.length = n
	}
	return true
}

// room is by how much to grow a list of n items that began at start. A long list near the top is usually the content
// of the document and fills it to the end, so the size of its first items predicts how many follow. Other lists are
// often as long as the last one at their place.
func (d *decoder) room(c *codec, s *series, n, start int) int {
	switch {
	case n == 0 && s != nil && s.length > 0:
		return min(s.length, largestBlock)
	case n == 0:
		return 4
	case c.elem.kind != structKind || d.depth > 3:
		return n
	}
	size := (d.pos - start) / n
	return min((len(d.data)-d.pos)/size+1, max(n, 128))
}

// dict decodes a map, without reflection for the two types that models use most.
func (d *decoder) dict(c *codec, v reflect.Value, s *series) bool {
	d.unique++
	if d.peek() != '{' {
		return d.wrongKind("an object")
	}
	switch m := v.Addr().Interface().(type) {
	case *map[string]any:
		*m = d.anyObject(s)
		return true
	case *map[string]string:
		*m = d.texts(s)
		return true
	}
	m := reflect.MakeMap(c.typ)
	key, elem := reflect.New(c.typ.Key()).Elem(), reflect.New(c.elem.typ).Elem()
	// A map has room for eight values from the start.
	for more, room := d.open('{', '}', "an object"), 8; more; more, room = d.next('}'), 2 {
		if !d.charge(room, c.elem.typ) {
			break
		}
		key.SetString(d.keptKey(""))
		d.value(c.elem, elem, nil)
		m.SetMapIndex(key, elem)
	}
	v.Set(m)
	return true
}

func (d *decoder) texts(s *series) map[string]string {
	m := map[string]string{}
	var other entry
	i := 0
	for more := d.open('{', '}', "an object"); more; more = d.next('}') {
		e, start := d.entry(s, i, &other), d.pos
		if i++; !d.continues(e.raw) {
			*e = entry{name: d.keptKey(e.name)}
			if first := d.peek(); first == 'n' {
				d.literal("null")
			} else if text, ok := d.string(first, ""); ok {
				e.text, e.raw = text, d.since(start)
			}
		}
		m[e.name] = e.text
	}
	return m
}
