package aws

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestEndpoint(t *testing.T) {
	t.Parallel()
	tests := []struct {
		region          string
		fips, dualStack bool
		want            string
	}{
		{"us-east-1", false, false, "https://proton.us-east-1.amazonaws.com"},
		{"us-east-1", true, false, "https://proton-fips.us-east-1.amazonaws.com"},
		{"us-east-1", false, true, "https://proton.us-east-1.api.aws"},
		{"us-east-1", true, true, "https://proton-fips.us-east-1.api.aws"},
		{"cn-north-1", false, false, "https://proton.cn-north-1.amazonaws.com.cn"},
		{"cn-north-1", true, true, "https://proton-fips.cn-north-1.api.amazonwebservices.com.cn"},
		{"us-gov-east-1", false, false, "https://proton.us-gov-east-1.amazonaws.com"},
		{"us-gov-east-1", true, false, "https://proton-fips.us-gov-east-1.amazonaws.com"},
		{"us-gov-east-1", false, true, "https://proton.us-gov-east-1.api.aws"},
		{"us-iso-east-1", true, false, "https://proton-fips.us-iso-east-1.c2s.ic.gov"},
		{"us-iso-east-1", false, true, "https://proton.us-iso-east-1.api.aws.ic.gov"},
		{"us-isob-east-1", false, false, "https://proton.us-isob-east-1.sc2s.sgov.gov"},
		{"us-isob-east-1", true, true, "https://proton-fips.us-isob-east-1.api.aws.scloud"},
		{"us-isof-south-1", false, false, "https://proton.us-isof-south-1.csp.hci.ic.gov"},
		{"us-isof-south-1", false, true, "https://proton.us-isof-south-1.api.aws.hci.ic.gov"},
		{"eu-isoe-west-1", false, false, "https://proton.eu-isoe-west-1.cloud.adc-e.uk"},
		{"eu-isoe-west-1", true, true, "https://proton-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
		{"eusc-de-east-1", false, false, "https://proton.eusc-de-east-1.amazonaws.eu"},
		{"eusc-de-east-1", true, false, "https://proton-fips.eusc-de-east-1.amazonaws.eu"},
		{"eusc-de-east-1", false, true, "https://proton.eusc-de-east-1.api.amazonwebservices.eu"},
		{"xx-new-1", false, true, "https://proton.xx-new-1.api.aws"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, endpoint(&Service{Name: "proton", FIPS: tt.fips, DualStack: tt.dualStack}, tt.region))
	}
	_, err := New(cloud.Config{Region: "us-east-1", Endpoint: "https://example.com"}, Service{Name: "proton", FIPS: true})
	assert.ErrorIs(t, err, cloud.ErrInvalid)
}
