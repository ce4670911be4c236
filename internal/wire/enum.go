package wire

import (
	"slices"
	"strconv"
)

// EnumName returns the name of v among the values of an enum that travels as a number, or its type and number if it
// is none of them.
func EnumName[E ~int](typeName string, v E, values []E, names []string) string {
	if i := slices.Index(values, v); i >= 0 {
		return names[i]
	}
	return typeName + "(" + strconv.Itoa(int(v)) + ")"
}
