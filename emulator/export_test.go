package emulator

import (
	"maps"
	"slices"
)

// Operations returns the names of all operations that the emulator has, by service.
func (e *Emulator) Operations() map[string][]string {
	named := func(routes []route) []string {
		var names []string
		for _, t := range routes {
			names = append(names, t.operation)
		}
		return names
	}
	return map[string][]string{
		"finspace": named(e.finspace.routes),
		"proton":   slices.Collect(maps.Keys(e.proton.operations)),
		"flink":    named(e.flink.routes),
		"dlc":      slices.Collect(maps.Keys(e.dlc.actions)),
	}
}
