package plan

import "github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"

// Kind is a kind of Go type.
type Kind int

// The kinds.
const (
	KindString Kind = iota
	KindBool
	KindInt
	KindInt64
	KindFloat
	KindTime
	KindAny
	KindEnum
	KindIntEnum
	KindStruct
	KindList
	KindMap
)

// Type is a Go type, without the pointer of a field.
type Type struct {
	Kind   Kind
	Enum   *Enum
	Struct *Struct
	Elem   *Type          // of a list or map
	item   *smithy.Member // of a list or map
	key    *smithy.Member // of a map
	time   string         // the named type of a string or number that is a time

	itemText, keyText *TextRule
	itemTraits        smithy.Traits
}

// String writes a type as Go does.
func (t *Type) String() string {
	if t.time != "" {
		return t.time
	}
	switch t.Kind {
	case KindString:
		return "string"
	case KindBool:
		return "bool"
	case KindInt:
		return "int"
	case KindInt64:
		return "int64"
	case KindFloat:
		return "float64"
	case KindTime:
		return "time.Time"
	case KindEnum, KindIntEnum:
		return t.Enum.Name
	case KindStruct:
		return t.Struct.Name
	case KindList:
		return "[]" + t.Elem.String()
	case KindMap:
		return "map[string]" + t.Elem.String()
	}
	return "any"
}

// isNumber reports whether the zero of a type is a value like any other: numbers and booleans.
func (t *Type) isNumber() bool {
	switch t.Kind {
	case KindBool, KindInt, KindInt64, KindFloat:
		return true
	}
	return false
}

func (t *Type) isCollection() bool { return t.Kind == KindList || t.Kind == KindMap }

// Leaf is the type of the items of a list or map, at any depth.
func (t *Type) Leaf() *Type {
	for t.Elem != nil {
		t = t.Elem
	}
	return t
}
