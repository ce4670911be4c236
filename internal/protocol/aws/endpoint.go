package aws

import "strings"

// regions are those that AWS has published, of all partitions.
var regions = strings.Fields("af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 " +
	"ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 " +
	"eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 " +
	"mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2 cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1 " +
	"us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1 us-isof-east-1 us-isof-south-1 eu-isoe-west-1 eusc-de-east-1")

// partition is a group of regions with DNS names of its own.
type partition struct {
	prefixes  []string // of its region names
	suffix    string
	dualStack string
}

var partitions = []partition{
	{[]string{"cn-"}, "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{[]string{"us-gov-"}, "amazonaws.com", "api.aws"},
	{[]string{"us-isob-"}, "sc2s.sgov.gov", "api.aws.scloud"},
	{[]string{"us-isof-"}, "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
	{[]string{"eu-isoe-"}, "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
	{[]string{"us-iso-"}, "c2s.ic.gov", "api.aws.ic.gov"},
	{[]string{"eusc-"}, "amazonaws.eu", "api.amazonwebservices.eu"},
	{nil, "amazonaws.com", "api.aws"},
}

// endpoint returns the address of the service.
func endpoint(s *Service, region string) string {
	name, p := s.Name, partitionOf(region)
	if s.FIPS {
		name += "-fips"
	}
	suffix := p.suffix
	if s.DualStack {
		suffix = p.dualStack
	}
	return "https://" + name + "." + region + "." + suffix
}

// domains returns the DNS suffixes of all partitions.
func domains() []string {
	var all []string
	for _, p := range partitions {
		all = append(all, p.suffix)
		if p.dualStack != "" {
			all = append(all, p.dualStack)
		}
	}
	return all
}

func partitionOf(region string) partition {
	for _, p := range partitions {
		for _, prefix := range p.prefixes {
			if strings.HasPrefix(region, prefix) {
				return p
			}
		}
	}
	return partitions[len(partitions)-1]
}
