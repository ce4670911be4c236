package alibaba

import (
	"context"
	"fmt"
	"regexp"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// The sources of a chain, in its order, as errors, reports and [cloud.Credentials] name them.
const (
	sourceEnvironment = "environment"
	sourceOIDC        = "OIDC role"
	sourceCLI         = "aliyun CLI profile"
	sourceFile        = "credentials file"
	sourceMetadata    = "ECS RAM role"
	sourceURI         = "credentials URI"
)

// Chain returns the sources that the package's documentation lists, in that order. Nothing is read, and nobody is asked,
// before its first use. Variables and files are read anew each time.
//
// With WithProfile it has the two sources of profiles alone.
func Chain(opts ...Option) *cloud.CredentialsChain {
	s := newSettings(opts)
	profiles := []cloud.CredentialsSource{
		{Name: sourceCLI, Provider: cloud.CredentialsFunc(s.cliProfile)},
		{Name: sourceFile, Provider: cloud.CredentialsFunc(s.fileProfile)},
	}
	if s.profile != "" {
		return cloud.NewCredentialsChain(profiles...)
	}
	sources := []cloud.CredentialsSource{
		{Name: sourceEnvironment, Provider: cloud.CredentialsFunc(s.environment)},
		{Name: sourceOIDC, Provider: cloud.CredentialsFunc(s.environmentOIDC)},
	}
	sources = append(sources, profiles...)
	return cloud.NewCredentialsChain(append(sources,
		cloud.CredentialsSource{Name: sourceMetadata, Provider: cloud.CredentialsFunc(s.environmentMetadata)},
		cloud.CredentialsSource{Name: sourceURI, Provider: cloud.CredentialsFunc(s.environmentURI)},
	)...)
}

// environment reads the keys that the variables hold, as [cloud.AlibabaEnvironment] does.
func (s *settings) environment(context.Context) (cloud.Credentials, error) {
	const id, secret, token = "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"
	k := keys{ID: s.getenv(id), Secret: s.getenv(secret), Token: s.getenv(token)}
	if k.ID == "" && k.Secret == "" {
		return cloud.Credentials{}, cloud.NotConfigured("%s and %s are not set", id, secret)
	}
	return k.credentials(keyNames{id, secret, token})
}

// keys are a key pair as a source holds it, and the token of a temporary one.
type keys struct{ ID, Secret, Token string }

// keyNames are the names of the members of keys where they come from.
type keyNames struct{ id, secret, token string }

// keyIDForm is what access key IDs look like. What does not may be a secret that stands in the wrong place, and is refused
// because an access key ID is printed. IDs have 16 to 30 characters, and secrets 30 or more.
var keyIDForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,40}$`)

func (k keys) credentials(names keyNames) (cloud.Credentials, error) {
	switch {
	case k.ID == "":
		return cloud.Credentials{}, unauthenticated("%s is empty", names.id)
	case !keyIDForm.MatchString(k.ID):
		return cloud.Credentials{}, unauthenticated("%s has characters that no access key ID has, or over 40 of them", names.id)
	case k.Secret == "":
		return cloud.Credentials{}, unauthenticated("%s is empty", names.secret)
	}
	return cloud.Credentials{AccessKeyID: k.ID, SecretAccessKey: cloud.NewSecret(k.Secret), SessionToken: cloud.NewSecret(k.Token)}, nil
}

// failure is what went wrong with a source that is set up, and its kind. The text quotes nothing of a file, a response, an
// address or a command, because each may hold a secret.
type failure struct {
	text  string
	kind  cloud.Kind
	cause error // of a context, or a service's code; otherwise nil
}

func (f *failure) Error() string { return f.text }

// Unwrap makes errors.Is and cloud.KindOf work.
func (f *failure) Unwrap() []error {
	if f.cause == nil {
		return []error{f.kind}
	}
	return []error{f.kind, f.cause}
}

func unauthenticated(format string, args ...any) error {
	return &failure{text: fmt.Sprintf(format, args...), kind: cloud.ErrUnauthenticated}
}

func invalid(format string, args ...any) error {
	return &failure{text: fmt.Sprintf(format, args...), kind: cloud.ErrInvalid}
}
