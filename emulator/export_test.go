package emulator

import (
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// Operations returns the names of all operations that the emulator has, by service.
func (e *Emulator) Operations() map[string][]string {
	all := map[string][]string{}
	for _, s := range []front.Service{e.FinSpace.service, e.Proton.service, e.Flink.service, e.DLC.service} {
		all[s.Name()] = slices.Collect(maps.Keys(s.Handlers()))
	}
	return all
}
