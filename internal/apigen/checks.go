package main

import "strconv"

// checkKind says what a check asks of a value.
type checkKind int

const (
	checkPresent checkKind = iota // that it is there
	checkText                     // that a string has the form that a rule states
	checkRange                    // that a number lies between two ends
	checkCount                    // that a list or map has so many items
	checkOneOf                    // that it is one of the values of an enum
	checkNested                   // what the structure itself asks of its fields
	checkEach                     // something of each item of a list, or each entry of a map
)

// need says when a check is made.
type need int

const (
	always   need = iota
	optional      // not of a value that was left out
	required      // a value that was left out breaks it too
)

// check is one thing that is asked of a value.
type check struct {
	kind    checkKind
	need    need
	typ     *goType // of the value, without the pointer
	pointer bool    // the value is a pointer to it

	text      *textRule // checkText
	low, high string    // checkRange, checkCount: "" is open
	keys      *textRule // checkEach: of the keys of a map, nil if nothing is asked of them
	items     []check   // checkEach
}

// checksOf lists what is asked of a field: that it is there if it must be, and if it is there that its
// value is allowed. Structures in it count as far as it is known that they have rules.
func checksOf(f *field) []check {
	checks := valueChecks(f.typ, f.text, f.traits)
	if !f.typ.isCollection() {
		for i := range checks {
			checks[i].pointer = f.pointer
		}
	}
	switch {
	case !f.required || f.ours:
		return asOptional(f, checks)
	case !f.showsAbsence():
		return checks
	case len(checks) == 1 && !f.pointer && (checks[0].kind == checkText || checks[0].kind == checkOneOf):
		checks[0].need = required
		return checks
	}
	return append([]check{{kind: checkPresent, typ: f.typ, pointer: f.pointer}}, asOptional(f, checks)...)
}

// asOptional lets checks pass a value that was left out.
func asOptional(f *field, checks []check) []check {
	for i := range checks {
		k := &checks[i]
		switch k.kind {
		case checkText, checkOneOf:
			k.need = optional
		case checkRange:
			if f.pointer || !k.allowsZero() {
				k.need = optional
			}
		case checkCount:
			if k.low != "" && k.low != "0" {
				k.need = optional
			}
		case checkNested:
			if f.pointer {
				k.need = optional
			}
		}
	}
	return checks
}

// allowsZero reports whether a range includes zero, which is then checked like any other number.
func (k *check) allowsZero() bool {
	return (k.low == "" || atof(k.low) <= 0) && (k.high == "" || atof(k.high) >= 0)
}

func atof(number string) float64 {
	f, _ := strconv.ParseFloat(number, 64) // bounds wrote it
	return f
}

// showsAbsence reports whether a field that was not set differs from one that was.
func (f *field) showsAbsence() bool {
	if f.pointer {
		return true
	}
	switch f.typ.kind {
	case kindString:
		return !f.mayBeEmpty
	case kindEnum, kindTime, kindList, kindMap, kindAny:
		return true
	}
	return false
}

// valueChecks lists what is asked of a value of a type.
func valueChecks(t *goType, text *textRule, limits traits) []check {
	switch t.kind {
	case kindString:
		if text != nil {
			return []check{{kind: checkText, typ: t, text: text}}
		}
	case kindEnum:
		if !t.enum.open {
			return []check{{kind: checkOneOf, typ: t}}
		}
	case kindInt, kindInt64, kindFloat:
		if low, high := bounds(limits, traitRange); low+high != "" {
			return []check{{kind: checkRange, typ: t, low: low, high: high}}
		}
	case kindStruct:
		if t.strct.rules {
			return []check{{kind: checkNested, typ: t}}
		}
	case kindList, kindMap:
		return collectionChecks(t, limits)
	}
	return nil
}

// collectionChecks lists what is asked of a list or map and of what is in it.
func collectionChecks(t *goType, limits traits) []check {
	var checks []check
	low, high := bounds(limits, traitLength)
	if low != "" && low != "0" || high != "" {
		checks = append(checks, check{kind: checkCount, typ: t, low: low, high: high})
	}
	items := valueChecks(t.elem, t.itemText, t.itemTraits)
	if len(items) > 0 || t.keyText != nil {
		checks = append(checks, check{kind: checkEach, typ: t, keys: t.keyText, items: items})
	}
	return checks
}
