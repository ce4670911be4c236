package gogen

import (
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// limitsOf describes what the model allows.
func limitsOf(f *plan.Field) string {
	switch f.Type.Kind {
	case plan.KindString:
		low, high := f.Traits.Bounds(smithy.TraitLength)
		if low == "1" || low == "0" {
			low = ""
		}
		return interval(low, high, "character")
	case plan.KindList, plan.KindMap:
		low, high := f.Traits.Bounds(smithy.TraitLength)
		if low == "0" {
			low = ""
		}
		return interval(low, high, "item")
	case plan.KindInt, plan.KindInt64, plan.KindFloat:
		low, high := f.Traits.Bounds(smithy.TraitRange)
		if low == "0" {
			low = ""
		}
		return interval(low, high, "")
	}
	return ""
}

func interval(low, high, unit string) string {
	if unit != "" {
		unit = " " + unit
		if high != "1" && (high != "" || low != "1") {
			unit += "s"
		}
	}
	switch {
	case low == "" && high == "":
		return ""
	case low == high:
		return "Exactly " + high + unit + "."
	case high == "":
		return "At least " + low + unit + "."
	case low == "":
		return "At most " + high + unit + "."
	}
	return low + " to " + high + unit + "."
}
