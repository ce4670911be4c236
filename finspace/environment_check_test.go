package finspace

import "testing"

func TestFederationRules(t *testing.T) {
	t.Parallel()
	request := func(attributes map[string]string) UpdateEnvironmentRequest {
		return UpdateEnvironmentRequest{EnvironmentID: "kx7example", FederationParameters: &FederationParameters{AttributeMap: attributes}}
	}
	runCheckTests(t, []checkTest{
		{"email", request(map[string]string{"Email": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"}), nil},
		{"no attributes", request(nil), nil},
		{"another attribute", request(map[string]string{"Email": "mail", "Name": "cn"}), []string{
			`federationParameters.attributeMap[Name]: must be named Email, given "Name"`,
		}},
	})
}
