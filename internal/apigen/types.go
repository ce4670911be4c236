package main

// What is generated, in terms of Go.

type service struct {
	pkg     string
	overlay *overlay
	model   *model
	docs    *docs
	names   *frozenService
	begun   []string // operations with a hand-written Begin method

	goNames map[string]string // names of the model as documentation writes them
	used    map[string]bool   // documentation that was looked up, by its key

	ops     []*operation
	structs []*structType // in the order in which operations reach them
	enums   []*enumType
	texts   []*textRule
	errors  []*errorCode
}

type operation struct {
	name       string // on the wire
	goName     string
	method     string
	path       string
	idempotent bool
	certain    []string // what a success has, as paths of wire names
	deprecated string
	shape      *shape
	request    *structType
	response   *structType
	pages      *pages
	stream     bool // answers with a stream of events
	file       string
}

// pages is how a list operation's iterator goes on.
type pages struct {
	name   string // of the iterator
	item   string // type of an item
	cursor *field // of the request: token, offset or page; nil for a list without pages

	list  []string // the members of its transport.List
	whole bool     // an item is a page, not something on it
	also  []string // fields of the request whose other values are listed while they are empty
}

type structRole int

const (
	plain structRole = iota
	request
	response
	unionOf
)

type structType struct {
	name      string
	shape     *shape
	role      structRole
	op        *operation // of a request or response
	sent      bool       // part of a request, of any operation in the model
	checked   bool       // part of the request of an operation that is generated
	fields    []*field
	sensitive bool // holds a sensitive field, directly or further down
	rules     bool // has something to check
	handRules bool // has rules in check.go
	file      string
	users     map[string]bool // files that use it
}

type field struct {
	name       string
	goType     string // as written, with the pointer
	pointer    bool
	typ        *goType
	member     *member
	traits     traits // of the member and its shape
	required   bool
	ours       bool // filled in by the client when empty
	binding    string
	wire       string
	tag        string
	deprecated string
	keepZero   bool      // frozen as a value when it was required: its zero is still sent
	text       *textRule // nil if a text needs no more than to be there
	mayBeEmpty bool      // a required text may be ""
	checks     []check
	certain    bool   // of a response: it is in every success
	nilIf      string // of a response: when it may be absent, as far as somebody decided
}

type kind int

const (
	kindString kind = iota
	kindBool
	kindInt
	kindInt64
	kindFloat
	kindTime
	kindAny
	kindEnum
	kindIntEnum
	kindStruct
	kindList
	kindMap
)

type goType struct {
	kind  kind
	enum  *enumType
	strct *structType
	elem  *goType // of a list or map
	item  *member // of a list or map
	key   *member // of a map

	itemText, keyText *textRule
	itemTraits        traits
}

func (t *goType) String() string {
	switch t.kind {
	case kindString:
		return "string"
	case kindBool:
		return "bool"
	case kindInt:
		return "int"
	case kindInt64:
		return "int64"
	case kindFloat:
		return "float64"
	case kindTime:
		return "time.Time"
	case kindEnum, kindIntEnum:
		return t.enum.name
	case kindStruct:
		return t.strct.name
	case kindList:
		return "[]" + t.elem.String()
	case kindMap:
		return "map[string]" + t.elem.String()
	}
	return "any"
}

// isNumber reports whether every value of a type is as good as its zero: numbers and booleans.
func (t *goType) isNumber() bool {
	switch t.kind {
	case kindBool, kindInt, kindInt64, kindFloat:
		return true
	}
	return false
}

func (t *goType) isCollection() bool { return t.kind == kindList || t.kind == kindMap }

// leaf is what a list or map is a list or map of, however deep.
func (t *goType) leaf() *goType {
	for t.elem != nil {
		t = t.elem
	}
	return t
}

type enumType struct {
	name   string
	keys   []string // under which its documentation may stand
	values []enumValue
	isInt  bool
	open   bool
	file   string
	users  map[string]bool

	rule  enumRule
	known []modelValue
}

// modelValue is a value of an enum as the model has it; its name there may be empty.
type modelValue struct{ value, name string }

type enumValue struct {
	name   string // of the constant
	value  string
	member string // what the model calls it, may be empty
}

type errorCode struct {
	name string
	code string
	kind string
	doc  string
}
