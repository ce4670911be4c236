package plan

import (
	"cmp"
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// ErrorKinds are the constants of package cloud that an error code can mean.
var ErrorKinds = setOf("ErrInvalid ErrUnauthenticated ErrDenied ErrNotFound ErrConflict ErrQuota ErrThrottled ErrUnsupported " +
	"ErrUnavailable ErrInternal ErrTransport")

// buildErrors makes a constant for every error code: those of the model, and those of the overlay.
func (b *builder) buildErrors() {
	rules := map[string]overlay.ErrorRule{}
	for _, r := range b.Overlay.Errors {
		if !ErrorKinds[r.Kind] {
			b.fail("error code %s: %q is no kind", r.Code, r.Kind)
		}
		rules[r.Code] = r
	}
	for _, s := range b.Model.Shapes {
		if !s.Traits.Has(smithy.TraitError) {
			continue
		}
		if _, ok := rules[s.Name()]; !ok {
			b.fail("the overlay does not say of what kind the error %s is", s.Name())
		}
	}
	for _, code := range slices.Sorted(maps.Keys(rules)) {
		r := rules[code]
		b.Service.Errors = append(b.Service.Errors, &ErrorCode{
			Name: "Code" + cmp.Or(r.Name, codeName(code)),
			Code: code, Kind: r.Kind,
			Doc: r.Doc,
		})
	}
}

// codeName converts a code to a name, keeping its spelling: ResourceNotFound.DataEngineNotFound ->
// ResourceNotFoundDataEngineNotFound.
func codeName(code string) string {
	return goName(code)
}
