// Package services lists all services, for tests that walk them.
package services

import (
	"iter"
	"maps"
	"reflect"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Service is one of them.
type Service struct {
	Vendor string // aws, alibaba or tencent
	Client reflect.Type
	New    func(cloud.Config) (any, error)
}

// Of returns the services of a vendor by their names, in order.
func Of(vendor string) iter.Seq2[string, Service] {
	return func(yield func(string, Service) bool) {
		for _, name := range slices.Sorted(maps.Keys(All)) {
			if s := All[name]; s.Vendor == vendor && !yield(name, s) {
				return
			}
		}
	}
}
