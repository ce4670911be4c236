package wire

import (
	"strconv"
)

// An Error says what is wrong with a JSON document, or with a value to be sent. It repeats no value of either.
type Error struct {
	Path    string // the field: "kxClusters[3].status"; empty for the whole document
	Offset  int    // bytes from the start of the document; -1 for a value to be sent
	Problem string
}

func (e *Error) Error() string {
	s := e.Problem
	if e.Path != "" {
		s = e.Path + ": " + s
	}
	if e.Offset >= 0 {
		s += " (offset " + strconv.Itoa(e.Offset) + ")"
	}
	return s
}

// invalid is an Error about a value to be sent.
func invalid(problem string) *Error { return &Error{Offset: -1, Problem: problem} }

// under prefixes the path with a struct field or a map key.
func (e *Error) under(name string) {
	if e.Path != "" && e.Path[0] != '[' {
		name += "."
	}
	e.Path = cut(name + e.Path)
}

// underIndex prefixes the path with an element of a list.
func (e *Error) underIndex(i int) {
	name := "[" + strconv.Itoa(i) + "]"
	if e.Path != "" && e.Path[0] != '[' {
		name += "."
	}
	e.Path = cut(name + e.Path)
}

const maxPath = 200

// cut shortens a path, which is as deep as the document.
func cut(path string) string {
	if len(path) <= maxPath {
		return path
	}
	return path[:maxPath] + "..."
}

// pathName returns a member name as it may be shown. The keys of a map are data, so only plain ones are.
func pathName(name string) string {
	if name == "" || len(name) > 64 {
		return "?"
	}
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-', c == '.':
		default:
			return "?"
		}
	}
	return name
}

// A level is an object or a list that is open at some offset.
type level struct {
	list  bool
	index int    // of the current element of a list
	name  []byte // of the current member of an object; nil before its name
}

// A walker finds the paths of places in a document, from left to right. Everything before a place is well formed.
type walker struct {
	data []byte
	pos  int
	open []level
}

// at returns the Error for a flaw, which must not come before the last one.
func (w *walker) at(f flaw) *Error {
	w.walkTo(f.offset)
	return &Error{Path: pathOf(w.open), Offset: f.offset, Problem: f.problem}
}

func (w *walker) walkTo(offset int) {
	for ; w.pos < offset; w.pos++ {
		switch w.data[w.pos] {
		case '{', '[':
			w.open = append(w.open, level{list: w.data[w.pos] == '['})
		case '}', ']':
			w.open = w.open[:len(w.open)-1]
		case ',':
			top := &w.open[len(w.open)-1]
			top.index++
			top.name = nil
		case '"':
			w.text(offset)
		}
	}
}

// text walks over a string, unless offset is within it. The first string in an object, or after a comma there, is a name.
func (w *walker) text(offset int) {
	start := w.pos + 1
	w.pos = stringEnd(w.data, start)
	if w.pos >= offset || len(w.open) == 0 {
		return
	}
	if top := &w.open[len(w.open)-1]; !top.list && top.name == nil {
		top.name = w.data[start:w.pos]
	}
}

// stringEnd returns where the string that starts at i has its closing quote, or the end of the document.
func stringEnd(data []byte, i int) int {
	for ; i < len(data) && data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return i
}

func pathOf(open []level) string {
	var path []byte
	for _, l := range open {
		switch {
		case l.list:
			path = append(path, '[')
			path = strconv.AppendInt(path, int64(l.index), 10)
			path = append(path, ']')
		case l.name != nil:
			if len(path) > 0 {
				path = append(path, '.')
			}
			path = append(path, pathName(string(l.name))...)
		}
		if len(path) > maxPath {
			break
		}
	}
	return cut(string(path))
}
