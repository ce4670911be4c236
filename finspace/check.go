package finspace

import (
	"maps"
	"net/netip"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// The rules that FinSpace states in prose, where no model has them. Those of clusters are in
// check_cluster.go, those of volumes and dataviews in check_storage.go.

// checkChangeRequest asks for a source exactly where something is put.
func checkChangeRequest(p *validate.Problems, r *ChangeRequest) {
	switch {
	case r.ChangeType == ChangeTypePut && r.S3Path == "":
		p.Add("s3Path", "required with changeType PUT", nil)
	case r.ChangeType == ChangeTypeDelete && r.S3Path != "":
		p.Add("s3Path", "must be empty with changeType DELETE", r.S3Path)
	}
}

// checkFederationParameters knows the one attribute that federation reads.
func checkFederationParameters(p *validate.Problems, r *FederationParameters) {
	for _, name := range slices.Sorted(maps.Keys(r.AttributeMap)) {
		if name != "Email" {
			p.Key("attributeMap", name)
			p.AddKey(name, "must be named Email")
			p.Leave()
		}
	}
}

// kxNetwork is where the networks of kdb environments are.
var kxNetwork = netip.MustParsePrefix("100.64.0.0/10")

// checkTransitGatewayConfiguration allows the one size of network that an environment takes.
func checkTransitGatewayConfiguration(p *validate.Problems, r *TransitGatewayConfiguration) {
	if r.RoutableCIDRSpace == "" {
		return // missing, as the model already says
	}
	network, err := netip.ParsePrefix(r.RoutableCIDRSpace)
	if err != nil || network.Bits() != 26 || !kxNetwork.Contains(network.Addr()) {
		p.Add("routableCIDRSpace", "must be a /26 range in 100.64.0.0/10", r.RoutableCIDRSpace)
	}
}

// checkPortRange wants the lower port first. A negative one is refused for that already.
func checkPortRange(p *validate.Problems, r *PortRange) {
	if r.To >= 0 && r.From > r.To {
		p.Add("from", "must not be above to", r.From)
	}
}
