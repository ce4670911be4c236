package main

import (
	"maps"
	"slices"
	"strings"
)

// textRule is a variable with the rule for one kind of text.
type textRule struct {
	name      string
	form      textForm
	sensitive bool
}

// textUse is a text as one field holds it.
type textUse struct {
	member    *member
	sensitive bool
}

// buildRules finds out what there is to check. Structures that no request of a generated operation
// holds are never checked.
func (b *goBuilder) buildRules() {
	for again := true; again; {
		again = false
		for _, st := range b.structs {
			for _, f := range st.fields {
				if leaf := f.typ.leaf(); st.checked && leaf.kind == kindStruct && !leaf.strct.checked {
					leaf.strct.checked, again = true, true
				}
			}
		}
	}
	for _, st := range b.structs {
		if st.checked {
			b.resolveTexts(st)
		}
	}
	for again := true; again; {
		again = false
		for _, st := range b.structs {
			if st.checked && !st.rules && st.hasRules() {
				st.rules, again = true, true
			}
		}
	}
	for _, st := range b.structs {
		for _, f := range st.fields {
			if st.checked {
				f.checks = checksOf(f)
			}
		}
	}
	b.checkPatternFixes()
}

// hasRules reports whether a structure has anything to check, going by what is known so far of the
// structures in it.
func (st *structType) hasRules() bool {
	return st.role == unionOf || st.handRules || slices.ContainsFunc(st.fields, func(f *field) bool { return len(checksOf(f)) > 0 })
}

// resolveTexts finds the rules for the texts in a structure.
func (b *goBuilder) resolveTexts(st *structType) {
	for _, f := range st.fields {
		f.mayBeEmpty = b.allowsEmpty(f.traits)
		if f.typ.kind == kindString {
			f.text = b.useText(f.member, f.isSensitive())
			if f.text != nil && !f.pointer && f.text.form == (textForm{min: 1}) {
				f.text = nil // an empty one is missing or left out
			}
		}
		for t := f.typ; t.elem != nil; t = t.elem {
			t.itemTraits = b.model.all(t.item)
			if t.elem.kind == kindString {
				t.itemText = b.useText(t.item, f.isSensitive())
			}
			if t.key != nil {
				t.keyText = b.useText(t.key, f.isSensitive())
			}
		}
		b.keepTexts(f)
	}
}

// keepTexts lists the rules that a field's checks refer to.
func (b *goBuilder) keepTexts(f *field) {
	used := []*textRule{f.text}
	for t := f.typ; t.elem != nil; t = t.elem {
		used = append(used, t.itemText, t.keyText)
	}
	for _, r := range used {
		if r != nil && !slices.Contains(b.service.texts, r) {
			b.service.texts = append(b.service.texts, r)
		}
	}
	slices.SortFunc(b.service.texts, func(x, y *textRule) int { return strings.Compare(x.name, y.name) })
}

// useText returns the rule for a text, nil if anything goes. Its variable is called after the shape
// that has the rule, or after the member. What holds a text may be sensitive where the text is not.
func (b *goBuilder) useText(x *member, sensitive bool) *textRule {
	use := textUse{x, sensitive}
	if r, known := b.textRules[use]; known {
		return r
	}
	r := b.newText(x, sensitive)
	b.textRules[use] = r
	return r
}

func (b *goBuilder) newText(x *member, sensitive bool) *textRule {
	t := b.model.all(x)
	form, ok := b.form(x, t)
	if !ok {
		return nil
	}
	s := b.model.target(x.target)
	name := "text" + goName(s.name())
	if x.traits.has(traitLength) || x.traits.has(traitPattern) || strings.HasPrefix(s.id, "smithy.api#") {
		name = "text" + goName(b.owners[x]) + goName(x.name)
	}
	r := &textRule{name: name, form: form, sensitive: sensitive || t.has(traitSensitive)}
	if other := b.ruleCalled(name); other != nil && other.form == form && other.sensitive != r.sensitive {
		r.name += map[bool]string{true: "Redacted", false: "Plain"}[r.sensitive] // one of them repeats what was given
	}
	other := b.ruleCalled(r.name)
	if other == nil {
		return r
	}
	if *other != *r {
		b.fail("two rules would be called %s", r.name)
	}
	return other
}

func (b *goBuilder) ruleCalled(name string) *textRule {
	for _, r := range b.textRules {
		if r != nil && r.name == name {
			return r
		}
	}
	return nil
}

// form returns what is asked of a text, false if nothing is.
func (b *goBuilder) form(x *member, t traits) (textForm, bool) {
	var form textForm
	if pattern := b.pattern(x, t); pattern != "" {
		var err error
		if form, err = parsePattern(pattern); err != nil {
			b.fail("%s: %v", b.owners[x]+"."+x.name, err)
			return form, false
		}
	}
	if low, ok := t.number(traitLength, "min"); ok {
		form.min = max(form.min, int(low))
	}
	if high, ok := t.number(traitLength, "max"); ok && (form.max == 0 || int(high) < form.max) {
		form.max = int(high)
	}
	return form, form.class != "" || form.pattern != "" || form.min > 0 || form.max > 0
}

// pattern returns the pattern of a text as the overlay corrects it, "" if there is none.
func (b *goBuilder) pattern(x *member, t traits) string {
	pattern := t.text(traitPattern)
	for _, key := range []string{b.owners[x] + "." + x.name, localName(x.target)} {
		if fix, ok := b.overlay.Patterns[key]; ok && pattern != "" {
			return fix.Use
		}
	}
	return pattern
}

// refusesEmpty reports whether the model says that "" is no value.
func (b *goBuilder) refusesEmpty(f *field) bool {
	form, ok := b.form(f.member, f.traits)
	return ok && (form.min > 0 || form.pattern != "" && !matchesEmpty(form.pattern))
}

// allowsEmpty reports whether the model says that "" is a value, so that a required text may be empty.
func (b *goBuilder) allowsEmpty(t traits) bool {
	low, stated := t.number(traitLength, "min")
	if stated {
		return low == 0
	}
	p := t.text(traitPattern)
	return p != "" && matchesEmpty(p)
}

// checkPatternFixes finds corrections without a reason, and of patterns that are no longer there.
func (b *goBuilder) checkPatternFixes() {
	for _, key := range slices.Sorted(maps.Keys(b.overlay.Patterns)) {
		if b.overlay.Patterns[key].Reason == "" {
			b.fail("the overlay changes the pattern of %s and gives no reason", key)
		}
		if t, err := traitsAt(b.model, key); err == nil && !t.has(traitPattern) {
			b.fail("the overlay changes the pattern of %s, which has none", key)
		}
	}
}
