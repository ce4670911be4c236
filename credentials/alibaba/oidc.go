package alibaba

import (
	"context"
	"regexp"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// oidcRole is a role and how a token proves that it may be assumed.
type oidcRole struct {
	role              Role
	provider, tokenIn string // the ARN of the identity provider, and the file that holds a token
}

// environmentOIDC is RRSA, the role of a pod of ACK: its webhook sets these variables and renews the file.
func (s *settings) environmentOIDC(ctx context.Context) (cloud.Credentials, error) {
	const role, provider, file = "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"
	if s.getenv(provider) == "" && s.getenv(file) == "" {
		return cloud.Credentials{}, cloud.NotConfigured("%s and %s are not set", provider, file)
	}
	for _, name := range []string{role, provider, file} {
		if s.getenv(name) == "" {
			return cloud.Credentials{}, unauthenticated("%s, %s and %s belong together, and %s is not set", role, provider, file, name)
		}
	}
	return s.oidcRole(ctx, stsPlace{}, oidcRole{Role{ARN: s.getenv(role)}, s.getenv(provider), s.getenv(file)})
}

func (s *settings) oidcRole(ctx context.Context, place stsPlace, o oidcRole) (cloud.Credentials, error) {
	role := s.withDefaults(o.role)
	if err := role.check(); err != nil {
		return cloud.Credentials{}, err
	}
	if !providerForm.MatchString(o.provider) {
		return cloud.Credentials{}, invalid(
			"the ARN of the OIDC provider is not of the form acs:ram::ACCOUNT:oidc-provider/NAME, it has %d bytes", len(o.provider))
	}
	token, err := readToken(o.tokenIn)
	if err != nil {
		return cloud.Credentials{}, err
	}
	return s.assumeRoleWithOIDC(ctx, place, role, o.provider, token)
}

// tokenForm is a JSON web token. Nothing else is sent to STS, such as the content of a file that was named by mistake.
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)

// readToken reads the file each time: it is replaced while the program runs.
func readToken(path string) (string, error) {
	if path == "" {
		return "", unauthenticated("the OIDC token file is not named")
	}
	content, err := readFile(path)
	if err != nil {
		return "", unauthenticated("the OIDC token file cannot be read: %s", fileText(err))
	}
	token := strings.TrimSpace(content)
	if !tokenForm.MatchString(token) {
		return "", unauthenticated("the OIDC token file does not hold a JSON web token, it has %d bytes", len(content))
	}
	return token, nil
}
