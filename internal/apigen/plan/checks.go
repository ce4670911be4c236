package plan

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// CheckKind is what a check requires of a value.
type CheckKind int

// The kinds of checks.
const (
	CheckPresent CheckKind = iota // that it is there
	CheckText                     // that a string has the form that a rule states
	CheckRange                    // that a number is within a range
	CheckCount                    // that a list or map has so many items
	CheckOneOf                    // that it is one of the values of an enum
	CheckNested                   // that the fields of the structure pass its own checks
	CheckEach                     // that each item of a list, or each entry of a map, passes its checks
)

// Need says when a check is made.
type Need int

// When a check is made.
const (
	Always   Need = iota
	Optional      // only if the value is set
	Required      // always; a value that is not set fails
)

// Check is one requirement on a value.
type Check struct {
	Kind    CheckKind
	Need    Need
	Type    *Type // of the value, without the pointer
	Pointer bool  // the value is a pointer to it

	Text      *TextRule // CheckText
	Low, High string    // CheckRange, CheckCount: "" means no limit
	Keys      *TextRule // CheckEach: of the keys of a map, nil if they need no check
	Items     []Check   // CheckEach
}

// checksOf lists the checks of a field: that it is set if it must be, and that its value is allowed if it is
// set. Structures in it are checked as far as they are known to have rules by now.
func checksOf(f *Field) []Check {
	checks := valueChecks(f.Type, f.text, f.Traits)
	if !f.Type.isCollection() {
		for i := range checks {
			checks[i].Pointer = f.Pointer
		}
	}
	switch {
	case !f.required || f.ours:
		return asOptional(f, checks)
	case !f.showsAbsence():
		return checks
	case len(checks) == 1 && !f.Pointer && (checks[0].Kind == CheckText || checks[0].Kind == CheckOneOf):
		checks[0].Need = Required
		return checks
	}
	return append([]Check{{Kind: CheckPresent, Type: f.Type, Pointer: f.Pointer}}, asOptional(f, checks)...)
}

// asOptional makes checks pass a value that was left out.
func asOptional(f *Field, checks []Check) []Check {
	for i := range checks {
		k := &checks[i]
		switch k.Kind {
		case CheckText, CheckOneOf:
			k.Need = Optional
		case CheckRange:
			if f.Pointer || !k.allowsZero() {
				k.Need = Optional
			}
		case CheckCount:
			if k.Low != "" && k.Low != "0" {
				k.Need = Optional
			}
		case CheckNested:
			if f.Pointer {
				k.Need = Optional
			}
		}
	}
	return checks
}

// allowsZero reports whether a range includes zero, which is then checked like any other number.
func (k *Check) allowsZero() bool {
	return (k.Low == "" || atof(k.Low) <= 0) && (k.High == "" || atof(k.High) >= 0)
}

func atof(number string) float64 {
	f, _ := strconv.ParseFloat(number, 64) // a well-formed number from Bounds
	return f
}

// showsAbsence reports whether a field that was not set differs from one that was.
func (f *Field) showsAbsence() bool {
	if f.Pointer {
		return true
	}
	switch f.Type.Kind {
	case KindString:
		return !f.mayBeEmpty
	case KindEnum, KindTime, KindList, KindMap, KindAny:
		return true
	}
	return false
}

// valueChecks lists the checks of a value of a type.
func valueChecks(t *Type, text *TextRule, limits smithy.Traits) []Check {
	switch t.Kind {
	case KindString:
		if text != nil {
			return []Check{{Kind: CheckText, Type: t, Text: text}}
		}
	case KindEnum:
		if !t.Enum.open {
			return []Check{{Kind: CheckOneOf, Type: t}}
		}
	case KindInt, KindInt64:
		low, high := limits.Bounds(smithy.TraitRange)
		if low, high = within64(low), within64(high); low+high != "" {
			return []Check{{Kind: CheckRange, Type: t, Low: low, High: high}}
		}
	case KindFloat:
		if low, high := limits.Bounds(smithy.TraitRange); low+high != "" {
			return []Check{{Kind: CheckRange, Type: t, Low: low, High: high}}
		}
	case KindStruct:
		if t.Struct.Rules {
			return []Check{{Kind: CheckNested, Type: t}}
		}
	case KindList, KindMap:
		return collectionChecks(t, limits)
	}
	return nil
}

// within64 drops a limit that no integer of 64 bits can reach.
func within64(limit string) string {
	if _, err := strconv.ParseInt(limit, 10, 64); err != nil {
		return ""
	}
	return limit
}

// lengths returns the limits of a length, without one that is longer than anything that fits into a request.
func lengths(t smithy.Traits) (low, high string) {
	low, high = t.Bounds(smithy.TraitLength)
	if atof(high) > math.MaxInt32 {
		high = ""
	}
	return low, high
}

// checkLimits finds limits of integers and lengths that are no integers, or that nothing can meet.
func (b *builder) checkLimits(f *Field, key string) {
	traits := []string{smithy.TraitLength}
	if f.Type.Kind == KindInt || f.Type.Kind == KindInt64 {
		traits = append(traits, smithy.TraitRange)
	}
	for _, trait := range traits {
		low, high := f.Traits.Bounds(trait)
		for _, limit := range []string{low, high} {
			if strings.Contains(limit, ".") {
				b.fail("%s: the limit %s is no integer", key, limit)
			}
		}
		if low != "" && (trait == smithy.TraitLength && atof(low) > math.MaxInt32 || high != "" && atof(low) > atof(high)) {
			b.fail("%s: nothing is within the limits %s and %s", key, low, cmp.Or(high, "none"))
		}
	}
}

// collectionChecks lists the checks of a list or map and of its items.
func collectionChecks(t *Type, limits smithy.Traits) []Check {
	var checks []Check
	low, high := lengths(limits)
	if low != "" && low != "0" || high != "" {
		checks = append(checks, Check{Kind: CheckCount, Type: t, Low: low, High: high})
	}
	items := valueChecks(t.Elem, t.itemText, t.itemTraits)
	if len(items) > 0 || t.keyText != nil {
		checks = append(checks, Check{Kind: CheckEach, Type: t, Keys: t.keyText, Items: items})
	}
	return checks
}
