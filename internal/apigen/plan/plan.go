// Package plan decides what is generated from a model and its overlay: operations, Go types, names, checks, error codes, and
// the file of each. It prints nothing.
package plan

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// Service is what is generated for one service.
type Service struct {
	Pkg     string
	Overlay *overlay.Overlay
	Model   *smithy.Model

	ContentType string // of requests of AWS; empty for other vendors

	Ops     []*Operation
	Structs []*Struct // in the order in which operations reach them
	Enums   []*Enum
	Texts   []*TextRule
	Errors  []*ErrorCode
}

// Operation is a method of the client with its request and response.
type Operation struct {
	Name       string // on the wire
	GoName     string
	Method     string
	Path       string
	Query      string // constant
	Idempotent bool
	Certain    []string // what a success has, as paths of wire names
	Deprecated string
	Shape      *smithy.Shape
	Request    *Struct
	Response   *Struct
	Pages      *Pages // nil if it lists nothing
	Polled     string // the type that a poll of its change returns; empty if it starts none
	Change     Change // what it starts, if it starts a change
	Stream     bool   // responds with a stream of events
	File       string
}

// Pages is how a list operation pages. The fields of its request and response are given by their paths.
type Pages struct {
	Name     string // of the iterator
	Item     string // type of an item
	Whole    bool   // an item is a page, not something on it
	Cursor   *Field // of the request: token, offset or page; nil for a list without pages
	Numbered bool   // the cursor is the number of a page

	Items             string
	Total, TotalPages string // how many items or pages there are
	Next              string // the next token
	Over              string // a flag: there is no next page
	Size              string // of the request, if it is required
	Also              []Choice
}

// Choice is a value that is listed too while a field of the request is empty.
type Choice struct{ Field, Value string }

// Role is what a structure is used as.
type Role int

// The roles. A plain structure is part of others.
const (
	Plain Role = iota
	Request
	Response
	Union
)

// Struct is a struct type.
type Struct struct {
	Name      string
	Shape     *smithy.Shape
	Role      Role
	Op        *Operation // of a request or response
	Sent      bool       // part of a request, of any operation in the model
	Checked   bool       // part of the request of an operation that is generated
	Fields    []*Field
	Sensitive bool // holds a sensitive field, directly or further down
	Rules     bool // has something to check
	HandRules bool // has rules in check.go
	File      string

	users map[string]bool // files that use it
}

// Field is a field of a struct.
type Field struct {
	Name       string
	GoType     string // as written, with the pointer
	Pointer    bool
	Type       *Type
	Member     *smithy.Member
	Traits     smithy.Traits // of the member and its shape
	Binding    string        // where in the HTTP request it goes: the key of its tag
	Wire       string        // its name in the model, and on the wire
	JSON       string        // its name in a body, which may be another one
	Tag        string
	Deprecated string
	Checks     []Check
	Certain    bool   // of a response: it is in every success
	NilIf      string // of a response: when it may be absent, as far as the overlay says

	required   bool
	ours       bool      // filled in by the client when empty
	keepZero   bool      // frozen as a value when it was required: its zero is still sent
	text       *TextRule // nil if a string only needs to be set
	mayBeEmpty bool      // a required string may be ""
}

// Enum is a type with named values.
type Enum struct {
	Name   string
	Keys   []string // of its documentation
	Values []Value
	IsInt  bool
	File   string

	open  bool            // requests may hold other values
	users map[string]bool // files that use it
	rule  overlay.EnumRule
	known []modelValue
}

// modelValue is a value of an enum as the model has it; its name there may be empty.
type modelValue struct{ value, name string }

// Value is a constant of an enum.
type Value struct {
	Name   string // of the constant
	Value  string
	Member string // what the model calls it, may be empty
}

// ErrorCode is the constant of an error code.
type ErrorCode struct {
	Name string
	Code string
	Kind string // name of a constant of package cloud
	Doc  string // of the overlay, may be empty
}

// Change is what an operation starts, as documented.
type Change struct {
	Repeat    string // what recognizes a repeated start, as in the overlay
	TokenLife time.Duration
	Undo      string // the Go name of the operation that takes it back
	Cancel    bool
	Within    time.Duration
}
