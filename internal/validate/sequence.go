package validate

import (
	"regexp/syntax"
	"unicode/utf8"
)

// A table has the ASCII characters of a class.
type table [utf8.RuneSelf]bool

// A sequence is the form of most patterns, those of names and ids: characters of fixed classes, then any
// number of one class, then fixed ones again. Checking it takes a tenth of the time of a regexp.
type sequence struct {
	head, tail []*table
	middle     *table // nil if there is none
}

// parseSequence returns nil for a pattern that is of another form.
func parseSequence(pattern string) *sequence {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil || re.Op != syntax.OpConcat {
		return nil
	}
	parts := re.Sub
	if len(parts) < 2 || parts[0].Op != syntax.OpBeginText || parts[len(parts)-1].Op != syntax.OpEndText {
		return nil
	}
	s := &sequence{}
	for _, part := range parts[1 : len(parts)-1] {
		if !s.add(part) {
			return nil
		}
	}
	return s
}

// add appends the next part of a pattern and reports whether it fits.
func (s *sequence) add(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if re.Flags&syntax.FoldCase != 0 || r >= utf8.RuneSelf {
				return false
			}
			s.one(classOf(r, r))
		}
		return true
	case syntax.OpCharClass:
		t := tableOf(re)
		if t != nil {
			s.one(t)
		}
		return t != nil
	case syntax.OpRepeat:
		t := tableOf(re.Sub[0])
		if t == nil || re.Min != re.Max {
			return false
		}
		for range re.Min {
			s.one(t)
		}
		return true
	case syntax.OpPlus:
		t := tableOf(re.Sub[0])
		if t == nil {
			return false
		}
		s.one(t)
		return s.many(t)
	case syntax.OpStar:
		t := tableOf(re.Sub[0])
		return t != nil && s.many(t)
	}
	return false
}

func (s *sequence) one(t *table) {
	if s.middle == nil {
		s.head = append(s.head, t)
		return
	}
	s.tail = append(s.tail, t)
}

// many appends a repeated class. A second one fits if it follows the first directly and contains it.
func (s *sequence) many(t *table) bool {
	if s.middle != nil && (len(s.tail) > 0 || !s.middle.within(t)) {
		return false
	}
	s.middle = t
	return true
}

func (t *table) within(other *table) bool {
	for c := range t {
		if t[c] && !other[c] {
			return false
		}
	}
	return true
}

// tableOf returns nil for anything but a class of ASCII characters.
func tableOf(re *syntax.Regexp) *table {
	if re.Op == syntax.OpLiteral && len(re.Rune) == 1 && re.Flags&syntax.FoldCase == 0 {
		return classOf(re.Rune[0], re.Rune[0])
	}
	if re.Op != syntax.OpCharClass {
		return nil
	}
	return classOf(re.Rune...)
}

// classOf makes the table of some ranges, nil if they reach beyond ASCII.
func classOf(ranges ...rune) *table {
	t := new(table)
	for i := 0; i < len(ranges); i += 2 {
		if ranges[i+1] >= utf8.RuneSelf {
			return nil
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			t[r] = true
		}
	}
	return t
}

func (s *sequence) matches(value string) bool {
	fixed := len(s.head) + len(s.tail)
	if len(value) < fixed || len(value) > fixed && s.middle == nil {
		return false
	}
	for i, t := range s.head {
		if !t.has(value[i]) {
			return false
		}
	}
	end := len(value) - len(s.tail)
	for i, t := range s.tail {
		if !t.has(value[end+i]) {
			return false
		}
	}
	for i := len(s.head); i < end; i++ {
		if !s.middle.has(value[i]) {
			return false
		}
	}
	return true
}

func (t *table) has(c byte) bool { return c < utf8.RuneSelf && t[c] }
