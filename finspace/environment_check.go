package finspace

import (
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// checkFederationParameters allows only the attribute that federation reads.
func checkFederationParameters(p *validate.Problems, r *FederationParameters) {
	for _, name := range slices.Sorted(maps.Keys(r.AttributeMap)) {
		if name != "Email" {
			p.Key("attributeMap", name)
			p.AddKey(name, "must be named Email")
			p.Leave()
		}
	}
}
