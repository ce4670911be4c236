package plan

import (
	"cmp"
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

func (b *builder) enumRef(e *Enum, st *Struct) *Type {
	e.users[st.owner()] = true
	if !slices.Contains(b.Enums, e) {
		b.Enums = append(b.Enums, e)
		b.nameEnum(e)
	}
	if e.IsInt {
		return &Type{Kind: KindIntEnum, Enum: e}
	}
	return &Type{Kind: KindEnum, Enum: e}
}

// declareEnums makes the enum types of the model and those of the overlay. Only those that a
// generated type refers to are generated.
func (b *builder) declareEnums() {
	for _, id := range slices.Sorted(maps.Keys(b.Model.Shapes)) {
		s := b.Model.Shapes[id]
		rule := b.Overlay.Enums[s.Name()]
		if len(rule.Members) > 0 {
			continue
		}
		if values := modelValues(s); len(values) > 0 {
			b.enumOf[id] = b.newEnum(s.Name(), cmp.Or(b.Overlay.Types[s.Name()], goName(s.Name())), rule, values)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Overlay.Enums)) {
		rule := b.Overlay.Enums[name]
		if len(rule.Members) == 0 {
			continue
		}
		e := b.newEnum(name, name, rule, b.knownValues(rule))
		e.Keys = append(e.Keys, rule.Members...)
		for _, key := range rule.Members {
			b.enumOf[key] = e
		}
	}
}

// modelValues returns the values of an enum shape, in either of Smithy's two forms.
func modelValues(s *smithy.Shape) []modelValue {
	var values []modelValue
	if s.Kind == "enum" {
		for _, x := range s.Members {
			values = append(values, modelValue{cmp.Or(x.Traits.Text(smithy.TraitEnumValue), x.Name), x.Name})
		}
	}
	list, _ := s.Traits[smithy.TraitEnum].([]any)
	for _, v := range list {
		values = append(values, modelValue{v.(*smithy.Object).Text("value"), v.(*smithy.Object).Text("name")})
	}
	return values
}

// knownValues returns the values that the overlay gives, or those that the importer found.
func (b *builder) knownValues(rule overlay.EnumRule) []modelValue {
	values := rule.Values
	for _, key := range rule.Members {
		if len(values) > 0 {
			break
		}
		t, err := overlay.TraitsAt(b.Model, key)
		if err != nil {
			b.fail("%v", err)
			continue
		}
		list, _ := t[smithy.TraitValues].([]any)
		for _, v := range list {
			values = append(values, v.(string))
		}
	}
	out := make([]modelValue, len(values))
	for i, v := range values {
		out[i] = modelValue{value: v}
	}
	return out
}

func (b *builder) newEnum(key, name string, rule overlay.EnumRule, values []modelValue) *Enum {
	return &Enum{
		Name: name, Keys: []string{key}, IsInt: rule.Int, open: rule.Open, users: map[string]bool{},
		rule: rule, known: values,
	}
}

// nameEnum sets the names of an enum that is generated.
func (b *builder) nameEnum(e *Enum) {
	key := e.Keys[0]
	e.Name = b.names.typeName(key, b.Overlay.Types[key], e.Name)
	if len(e.known) == 0 {
		b.fail("enum %s has no values", e.Name)
	}
	for _, v := range e.known {
		base := v.value
		if isSentence(base) {
			base = v.name
		}
		chosen := e.rule.Names[v.value]
		if chosen != "" {
			chosen = e.Name + chosen
		}
		name := b.names.valueName(key+"."+v.value, chosen, e.Name+valueName(base))
		e.Values = append(e.Values, Value{name, v.value, v.name})
	}
}
