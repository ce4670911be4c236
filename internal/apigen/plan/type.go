package plan

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// typeOf returns the Go type of a member; key is its name in the overlay.
func (b *builder) typeOf(st *Struct, x *smithy.Member, key string) *Type {
	t := b.typeOfShape(st, x, key)
	if t.Kind == KindInt && b.Model.Target(x.Target).Kind == "long" && b.Overlay.IsInt64(key, x.Name) {
		t.Kind = KindInt64
	}
	if b.received[st.Shape.ID] {
		b.markTime(x, key, t)
	}
	return t
}

func (b *builder) typeOfShape(st *Struct, x *smithy.Member, key string) *Type {
	s := b.Model.Target(x.Target)
	enum := b.enumOf[key]
	if enum == nil {
		enum = b.enumOf[s.ID]
	}
	if enum != nil {
		return b.enumRef(enum, st)
	}
	switch s.Kind {
	case "structure", "union":
		t := b.structure(s)
		t.use(st)
		return &Type{Kind: KindStruct, Struct: t}
	case "list":
		return &Type{Kind: KindList, Elem: b.typeOfShape(st, s.Item, key+"[]"), item: s.Item}
	case "map":
		return &Type{Kind: KindMap, Elem: b.typeOfShape(st, s.Item, key+"[]"), item: s.Item, key: s.Key}
	case "boolean":
		return &Type{Kind: KindBool}
	case "integer", "long", "short", "byte":
		return &Type{Kind: KindInt}
	case "double", "float":
		return &Type{Kind: KindFloat}
	case "timestamp":
		return &Type{Kind: KindTime}
	case "document":
		return &Type{Kind: KindAny}
	case "string":
		return &Type{Kind: KindString}
	}
	b.fail("%s: shapes of type %s cannot be generated yet", key, s.Kind)
	return &Type{Kind: KindAny}
}

// markSensitive finds the structures that hold a sensitive field, directly or further down.
func (b *builder) markSensitive() {
	for changed := true; changed; {
		changed = false
		for _, st := range b.Structs {
			if !st.Sensitive && slices.ContainsFunc(st.Fields, holdsSensitive) {
				st.Sensitive, changed = true, true
			}
		}
	}
}

func holdsSensitive(f *Field) bool {
	leaf := f.Type.Leaf()
	return f.isSensitive() || leaf.Kind == KindStruct && leaf.Struct.Sensitive
}

// isPlural reports whether the noun in the name of an iterator, before By or For, is a plural.
func isPlural(name string) bool {
	for _, link := range []string{"By", "For"} {
		if noun, _, ok := strings.Cut(name, link); ok {
			name = noun
		}
	}
	return strings.HasSuffix(name, "s")
}
