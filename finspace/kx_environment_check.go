package finspace

import (
	"net/netip"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// kxNetwork is where the networks of kdb environments are.
var kxNetwork = netip.MustParsePrefix("100.64.0.0/10")

// checkTransitGatewayConfiguration allows the only size of network that an environment accepts.
func checkTransitGatewayConfiguration(p *validate.Problems, r *TransitGatewayConfiguration) {
	if r.RoutableCIDRSpace == "" {
		return // reported already, as the model requires it
	}
	network, err := netip.ParsePrefix(r.RoutableCIDRSpace)
	if err != nil || network.Bits() != 26 || !kxNetwork.Contains(network.Addr()) {
		p.Add("routableCIDRSpace", "must be a /26 range in 100.64.0.0/10", r.RoutableCIDRSpace)
	}
}

// checkPortRange requires the lower port first. Negative ports are reported already.
func checkPortRange(p *validate.Problems, r *PortRange) {
	if r.To >= 0 && r.From > r.To {
		p.Add("from", "must not be above to", r.From)
	}
}
