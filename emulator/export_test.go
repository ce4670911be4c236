package emulator

import (
	"maps"
	"net/http"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// Operations returns the names of the operations that have a handler of their own, by service.
func (e *Emulator) Operations() map[string][]string {
	return e.operationsOf(front.Stateful)
}

// operationsOf returns the names of the operations of a tier, by service.
func (e *Emulator) operationsOf(tier front.Tier) map[string][]string {
	all := map[string][]string{}
	for _, s := range e.newServices() {
		all[s.Name()] = slices.DeleteFunc(slices.Sorted(maps.Keys(s.Operations())), func(name string) bool { return s.Tier(name) != tier })
	}
	return all
}

// API returns what the models say of a service's operations.
func (e *Emulator) API(service string) front.API {
	for _, s := range e.newServices() {
		if s.Name() == service {
			return s.Operations()
		}
	}
	return nil
}

// Handler returns what answers requests, so that a test sees its panics.
func (e *Emulator) Handler() http.Handler { return e.server.Handler }

// Kept returns how much the emulator keeps in memory besides its resources.
func (e *Emulator) Kept() front.Kept { return e.front.Kept() }

// Kinds returns the names of the kinds of resources, by service.
func (e *Emulator) Kinds() map[string][]string {
	all := map[string][]string{}
	for _, s := range e.newServices() {
		for _, k := range s.Kinds() {
			all[s.Name()] = append(all[s.Name()], k.Name)
		}
	}
	return all
}
