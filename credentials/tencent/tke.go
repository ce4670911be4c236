package tencent

import (
	"bytes"
	"cmp"
	"context"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// tke exchanges the token of a pod's service account for the keys of a role. The kubelet renews the token file, so it
// is read for each exchange.
func (s *settings) tke(ctx context.Context) (cloud.Credentials, error) {
	provider, file, arn := s.getenv("TKE_PROVIDER_ID"), s.getenv("TKE_WEB_IDENTITY_TOKEN_FILE"), s.getenv("TKE_ROLE_ARN")
	region := cmp.Or(s.region, s.getenv("TKE_REGION"))
	if provider == "" && file == "" && arn == "" {
		return cloud.Credentials{}, cloud.NotConfigured("TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE and TKE_ROLE_ARN are not set")
	}
	for _, v := range [...]struct{ name, value string }{
		{"TKE_PROVIDER_ID", provider}, {"TKE_WEB_IDENTITY_TOKEN_FILE", file}, {"TKE_ROLE_ARN", arn}, {"TKE_REGION", region},
	} {
		if v.value == "" {
			return cloud.Credentials{}, refuse("%s is not set, but other variables of TKE are", v.name)
		}
	}
	token, err := readFile(file)
	if err != nil {
		return cloud.Credentials{}, refuse("TKE_WEB_IDENTITY_TOKEN_FILE: %w", err)
	}
	token = bytes.TrimSpace(token)
	if len(token) == 0 {
		return cloud.Credentials{}, refuse("TKE_WEB_IDENTITY_TOKEN_FILE: %s is empty", file)
	}
	role := Role{ARN: arn}.withDefaults()
	if err := role.check(); err != nil {
		return cloud.Credentials{}, refuse("TKE_ROLE_ARN: %w", err)
	}
	c, err := s.callSTS(ctx, stsCall{
		action: "AssumeRoleWithWebIdentity", region: region, secrets: append(strings.Split(string(token), "."), string(token)),
		input: webIdentityInput{role.seconds(), provider, role.ARN, role.SessionName, string(token)},
	})
	c.Source = "TKE OIDC, role " + role.ARN
	return c, err
}

// webIdentityInput is the input of AssumeRoleWithWebIdentity.
type webIdentityInput struct {
	DurationSeconds  int64
	ProviderID       string `json:"ProviderId"`
	RoleArn          string
	RoleSessionName  string
	WebIdentityToken string
}
