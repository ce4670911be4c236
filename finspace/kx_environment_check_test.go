package finspace

import "testing"

func TestNetworkRules(t *testing.T) {
	t.Parallel()
	request := func(space string, from, to int) UpdateKxEnvironmentNetworkRequest {
		return UpdateKxEnvironmentNetworkRequest{
			EnvironmentID: "kx7example",
			TransitGatewayConfiguration: &TransitGatewayConfiguration{
				TransitGatewayID: "tgw-0123456789abcdef0", RoutableCIDRSpace: space,
				AttachmentNetworkACLConfiguration: []NetworkACLEntry{{
					RuleNumber: 1, Protocol: "6", RuleAction: RuleActionAllow, CIDRBlock: "10.0.0.0/8", PortRange: &PortRange{From: from, To: to},
				}},
			},
		}
	}
	space := func(given string) []string {
		return []string{`transitGatewayConfiguration.routableCIDRSpace: must be a /26 range in 100.64.0.0/10, given "` + given + `"`}
	}
	from := "transitGatewayConfiguration.attachmentNetworkAclConfiguration[0].portRange.from: "
	runCheckTests(t, []checkTest{
		{"first range", request("100.64.0.0/26", 0, 65535), nil},
		{"last range", request("100.127.255.192/26", 5000, 5100), nil},
		{"one port", request("100.64.0.0/26", 5000, 5000), nil},
		{"private range", request("10.0.0.0/26", 1, 2), space("10.0.0.0/26")},
		{"range beyond", request("100.128.0.0/26", 1, 2), space("100.128.0.0/26")},
		{"larger range", request("100.64.0.0/24", 1, 2), space("100.64.0.0/24")},
		{"address", request("100.64.0.0", 1, 2), space("100.64.0.0")},
		{"IPv6", request("::ffff:100.64.0.0/26", 1, 2), space("::ffff:100.64.0.0/26")},
		{"no range", request("", 1, 2), []string{"transitGatewayConfiguration.routableCIDRSpace: required"}},
		{"ports the wrong way round", request("100.64.0.0/26", 5100, 5000), []string{from + "must not be above to, given 5100"}},
		{"negative ports", request("100.64.0.0/26", -2, -1), []string{
			from + "must be 0 to 65535, given -2",
			"transitGatewayConfiguration.attachmentNetworkAclConfiguration[0].portRange.to: must be 0 to 65535, given -1",
		}},
	})
}
