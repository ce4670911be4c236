package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

func (b *builder) field(st *Struct, x *smithy.Member) *Field {
	key := st.Shape.Name() + "." + x.Name
	f := &Field{Member: x, Wire: x.Name, Traits: b.Model.TraitsOf(x), Type: b.typeOf(st, x, key)}
	if st.Shape.Traits.Has(smithy.TraitSensitive) {
		f.Traits[smithy.TraitSensitive] = smithy.NewObject()
	}
	f.required = x.Traits.Has(smithy.TraitRequired)
	f.ours = st.Role == Request && (f.Traits.Has(smithy.TraitToken) || b.Overlay.IsDefault(key, x.Name))
	f.Binding = b.binding(st, x)
	b.checkBinding(st, f)
	b.checkLimits(f, key)
	if x.Traits.Has(smithy.TraitDeprecated) || b.Overlay.Deprecated[key] != "" {
		f.Deprecated = cmp.Or(b.Overlay.Deprecated[key], b.Overlay.Kept[key].Reason, "the service no longer uses it.")
	}
	goTypeText := f.Type.String()
	wantsPointer := b.wantsPointer(st, f)
	if wantsPointer {
		goTypeText = "*" + goTypeText
	}
	wish := goName(x.Name)
	if f.Binding == "payload" && f.Type.Kind == KindStruct {
		wish = f.Type.String()
	}
	mustPoint := wantsPointer && (st.Role == Union || f.Type.Kind == KindStruct && b.holds(f.Type.Struct.Shape, st.Shape))
	f.Name, f.GoType = b.names.field(key, b.Overlay.Fields[key], wish, goTypeText, mustPoint)
	f.Pointer = strings.HasPrefix(f.GoType, "*")
	f.keepZero = wantsPointer && !f.Pointer && f.Type.isNumber()
	f.JSON = f.Wire
	if b.Model.Service.Traits.Has(smithy.RestJSON) {
		f.JSON = cmp.Or(x.Traits.Text(smithy.TraitJSONName), f.Wire)
	}
	f.Tag = b.tag(f)
	return f
}

// wantsPointer is the rule for pointers: only where the zero value is a legal value to send.
func (b *builder) wantsPointer(st *Struct, f *Field) bool {
	switch f.Type.Kind {
	case KindList, KindMap, KindAny:
		return false
	case KindTime:
		return st.Role == Union
	case KindStruct:
		return !f.required || st.Role == Union || b.holds(f.Type.Struct.Shape, st.Shape)
	}
	key := st.Shape.Name() + "." + f.Wire
	switch {
	case st.Role == Union || slices.Contains(b.Overlay.NoDefaults, key) || slices.Contains(b.Overlay.Nullable, key):
		return true
	case !st.Sent || f.required || f.ours || b.isCursor(st, f):
		return false
	}
	return b.zeroIsSent(f)
}

// zeroIsSent reports whether an optional field may be sent as "", zero or false.
func (b *builder) zeroIsSent(f *Field) bool {
	switch f.Type.Kind {
	case KindEnum, KindIntEnum:
		return false
	case KindString:
		return f.Binding != "query" && !f.Traits.Has(smithy.TraitToken) && !b.refusesEmpty(f)
	}
	return !f.zeroMeansAbsent()
}

// zeroMeansAbsent reports whether a zero number or boolean means that the field is not set.
func (f *Field) zeroMeansAbsent() bool {
	switch d := f.Traits[smithy.TraitDefault].(type) {
	case bool:
		return !d
	case fmt.Stringer: // json.Number
		if d.String() == "0" {
			return true
		}
	}
	low, hasLow := f.Traits.Number(smithy.TraitRange, "min")
	high, hasHigh := f.Traits.Number(smithy.TraitRange, "max")
	return hasLow && low > 0 || hasHigh && high < 0
}

// holds reports whether one structure is or holds another, other than in a list or map.
func (b *builder) holds(outer, inner *smithy.Shape) bool {
	seen := map[*smithy.Shape]bool{}
	var reaches func(s *smithy.Shape) bool
	reaches = func(s *smithy.Shape) bool {
		if s == inner {
			return true
		}
		if seen[s] || s.Kind != "structure" && s.Kind != "union" {
			return false
		}
		seen[s] = true
		return slices.ContainsFunc(s.Members, func(x *smithy.Member) bool { return reaches(b.Model.Target(x.Target)) })
	}
	return reaches(outer)
}

func (b *builder) tag(f *Field) string {
	tag := fmt.Sprintf("%s:%q", f.Binding, f.bindingName())
	list := f.Type.Kind == KindList || f.Type.Kind == KindMap
	if f.Binding == "json" && (list || f.Pointer || !f.required && !f.keepZero) {
		tag = fmt.Sprintf("json:%q", f.JSON+",omitzero")
	}
	if f.Traits.Has(smithy.TraitToken) {
		tag += ` auto:"token"`
	}
	if form := b.timeForm(f); form != "" && (form != epochSeconds || f.Binding != "json") {
		tag += fmt.Sprintf(" time:%q", form)
	}
	if f.isSensitive() {
		tag += ` sensitive:"true"`
	}
	return tag
}

func (f *Field) bindingName() string {
	switch f.Binding {
	case "query":
		return f.Member.Traits.Text(smithy.TraitQuery)
	case "header":
		return f.Member.Traits.Text(smithy.TraitHeader)
	case "payload":
		return "json"
	case "json":
		return f.JSON
	}
	return f.Wire
}

// isSensitive reports whether the field's own value must not be printed. The fields of a struct are marked
// themselves.
func (f *Field) isSensitive() bool {
	return f.Traits.Has(smithy.TraitSensitive) && f.Type.Kind != KindStruct
}
