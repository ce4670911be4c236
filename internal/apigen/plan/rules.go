package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// TextRule is a variable with the rule for one kind of string.
type TextRule struct {
	Name      string
	Form      TextForm
	Sensitive bool
}

// textUse is a string as one field holds it.
type textUse struct {
	member    *smithy.Member
	sensitive bool
}

// markChecked finds the structures that a request of a generated operation holds. Others are never checked.
func (b *builder) markChecked() {
	for changed := true; changed; {
		changed = false
		for _, st := range b.Structs {
			if !st.Checked {
				continue
			}
			for _, f := range st.Fields {
				if leaf := f.Type.Leaf(); leaf.Kind == KindStruct && !leaf.Struct.Checked {
					leaf.Struct.Checked, changed = true, true
				}
			}
		}
	}
}

// resolveTexts finds the rules for all strings that are checked.
func (b *builder) resolveTexts() {
	for _, st := range b.Structs {
		if !st.Checked {
			continue
		}
		for _, f := range st.Fields {
			b.resolveText(f)
			b.keepTexts(f)
		}
	}
}

// resolveText finds the rules for the strings in a field.
func (b *builder) resolveText(f *Field) {
	f.mayBeEmpty = b.allowsEmpty(f.Traits)
	if f.Type.Kind == KindString {
		f.text = b.useText(f.Member, f.isSensitive())
		if f.text != nil && !f.Pointer && f.text.Form == (TextForm{Min: 1}) {
			f.text = nil // an empty string is missing or left out, so there is nothing to check
		}
	}
	for t := f.Type; t.Elem != nil; t = t.Elem {
		t.itemTraits = b.Model.TraitsOf(t.item)
		if t.Elem.Kind == KindString {
			t.itemText = b.useText(t.item, f.isSensitive())
		}
		if t.key != nil {
			t.keyText = b.useText(t.key, f.isSensitive())
		}
	}
}

// buildChecks lists the checks of all fields. A structure may hold itself, so that the checks of one may
// lead to those of another until nothing is added.
func (b *builder) buildChecks() {
	for changed := true; changed; {
		changed = false
		for _, st := range b.Structs {
			if !st.Checked {
				continue
			}
			for _, f := range st.Fields {
				f.Checks = checksOf(f)
			}
			if !st.Rules && st.hasRules() {
				st.Rules, changed = true, true
			}
		}
	}
}

// hasRules reports whether a structure has anything to check, as far as the structures in it are known by now.
func (st *Struct) hasRules() bool {
	return st.Role == Union || st.HandRules || slices.ContainsFunc(st.Fields, func(f *Field) bool { return len(f.Checks) > 0 })
}

// keepTexts lists the rules that a field's checks refer to.
func (b *builder) keepTexts(f *Field) {
	used := []*TextRule{f.text}
	for t := f.Type; t.Elem != nil; t = t.Elem {
		used = append(used, t.itemText, t.keyText)
	}
	for _, r := range used {
		if r != nil && !slices.Contains(b.Service.Texts, r) {
			b.Service.Texts = append(b.Service.Texts, r)
		}
	}
	slices.SortFunc(b.Service.Texts, func(x, y *TextRule) int { return strings.Compare(x.Name, y.Name) })
}

// useText returns the rule for a string, nil if any is allowed. Its variable is named after the shape that has
// the rule, or after the member. The holder of a string may be sensitive even if the string is not.
func (b *builder) useText(x *smithy.Member, sensitive bool) *TextRule {
	use := textUse{x, sensitive}
	if r, known := b.textRules[use]; known {
		return r
	}
	r := b.newText(x, sensitive)
	b.textRules[use] = r
	return r
}

func (b *builder) newText(x *smithy.Member, sensitive bool) *TextRule {
	t := b.Model.TraitsOf(x)
	form, ok := b.form(x, t)
	if !ok {
		return nil
	}
	s := b.Model.Target(x.Target)
	name := "text" + goName(s.Name())
	if x.Traits.Has(smithy.TraitLength) || x.Traits.Has(smithy.TraitPattern) || strings.HasPrefix(s.ID, "smithy.api#") {
		name = "text" + goName(b.owners[x]) + goName(x.Name)
	}
	r := &TextRule{Name: name, Form: form, Sensitive: sensitive || t.Has(smithy.TraitSensitive)}
	if other := b.ruleCalled(name); other != nil && other.Form == form && other.Sensitive != r.Sensitive {
		r.Name += map[bool]string{true: "Redacted", false: "Plain"}[r.Sensitive] // one of them shows the value in errors
	}
	other := b.ruleCalled(r.Name)
	if other == nil {
		return r
	}
	if *other != *r {
		b.fail("two rules would be called %s", r.Name)
	}
	return other
}

func (b *builder) ruleCalled(name string) *TextRule {
	for _, r := range b.textRules {
		if r != nil && r.Name == name {
			return r
		}
	}
	return nil
}

// form returns the rule for a string, false if there is none.
func (b *builder) form(x *smithy.Member, t smithy.Traits) (TextForm, bool) {
	var form TextForm
	if pattern := b.pattern(x, t); pattern != "" {
		var err error
		if form, err = parsePattern(pattern); err != nil {
			b.fail("%s: %v", b.owners[x]+"."+x.Name, err)
			return form, false
		}
	}
	low, high := lengths(t)
	if low != "" {
		form.Min = max(form.Min, int(atof(low)))
	}
	if longest := int(atof(high)); high != "" && (form.Max == 0 || longest < form.Max) {
		form.Max = longest
	}
	return form, form.Class != "" || form.Pattern != "" || form.Min > 0 || form.Max > 0
}

// pattern returns the pattern of a string as the overlay corrects it, "" if there is none.
func (b *builder) pattern(x *smithy.Member, t smithy.Traits) string {
	pattern := t.Text(smithy.TraitPattern)
	for _, key := range []string{b.owners[x] + "." + x.Name, smithy.LocalName(x.Target)} {
		if fix, ok := b.Overlay.Patterns[key]; ok && pattern != "" {
			return fix.Use
		}
	}
	return pattern
}

// refusesEmpty reports whether the model does not allow "".
func (b *builder) refusesEmpty(f *Field) bool {
	form, ok := b.form(f.Member, f.Traits)
	return ok && (form.Min > 0 || form.Pattern != "" && !matchesEmpty(form.Pattern))
}

// allowsEmpty reports whether the model allows "", so that a required string may be empty.
func (b *builder) allowsEmpty(t smithy.Traits) bool {
	low, stated := t.Number(smithy.TraitLength, "min")
	if stated {
		return low == 0
	}
	p := t.Text(smithy.TraitPattern)
	return p != "" && matchesEmpty(p)
}

// checkPatternFixes finds corrections without a reason, and of patterns that are no longer there.
func (b *builder) checkPatternFixes() {
	for _, key := range slices.Sorted(maps.Keys(b.Overlay.Patterns)) {
		if b.Overlay.Patterns[key].Reason == "" {
			b.fail("the overlay changes the pattern of %s and gives no reason", key)
		}
		if t, err := overlay.TraitsAt(b.Model, key); err == nil && !t.Has(smithy.TraitPattern) {
			b.fail("the overlay changes the pattern of %s, which has none", key)
		}
	}
}
