package main

import (
	"cmp"
	"maps"
	"slices"
)

// kinds are the constants of package cloud that an error code can mean.
var kinds = setOf("ErrInvalid ErrUnauthenticated ErrDenied ErrNotFound ErrConflict ErrQuota ErrThrottled ErrUnsupported " +
	"ErrUnavailable ErrInternal ErrTransport")

// buildErrors makes a constant for every error code: those of the model, and those of the overlay.
func (b *goBuilder) buildErrors() {
	rules := map[string]errorRule{}
	for _, r := range b.overlay.Errors {
		if !kinds[r.Kind] {
			b.fail("error code %s: %q is no kind", r.Code, r.Kind)
		}
		rules[r.Code] = r
	}
	for _, s := range b.model.shapes {
		if !s.traits.has(traitError) {
			continue
		}
		if _, ok := rules[s.name()]; !ok {
			b.fail("the overlay does not say of what kind the error %s is", s.name())
		}
	}
	for _, code := range slices.Sorted(maps.Keys(rules)) {
		r := rules[code]
		b.service.errors = append(b.service.errors, &errorCode{
			name: "Code" + cmp.Or(r.Name, codeName(code)),
			code: code, kind: r.Kind,
			doc: cmp.Or(r.Doc, b.docOf(b.docs.Types, code), b.docOf(b.docs.Values, code)),
		})
	}
}

// codeName makes a name of a code, keeping its spelling: ResourceNotFound.DataEngineNotFound ->
// ResourceNotFoundDataEngineNotFound.
func codeName(code string) string {
	return goName(code)
}
